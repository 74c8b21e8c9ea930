"""Whether the Hub would take from us what we are about to make, in words that help."""

from __future__ import annotations

SIGNING = "sign in with `hf auth login`, or set HF_TOKEN, with a token that may write"


def check_access(repo_id: str, token: str | bool | None = None) -> None:
    """Asks the Hub who we are, before work whose result could not be uploaded.

    Args:
        repo_id: "USER/NAME".
        token: None takes the one of `hf auth login` or HF_TOKEN. It is never shown.

    Raises:
        PermissionError: no token, one that the Hub does not know, that may only read, or of somebody else.
        ConnectionError: the Hub cannot be reached.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError, OfflineModeIsEnabled
    from huggingface_hub.utils import httpx

    try:
        account = HfApi(token=token).whoami()
    except LocalTokenNotFoundError:
        raise PermissionError(f"{repo_id}: expected a token of the Hub, found none: {SIGNING}") from None
    except HfHubHTTPError as error:
        if error.response.status_code not in (401, 403):
            raise
        raise PermissionError(f"{repo_id}: the Hub does not know the token: {SIGNING}") from None
    except (httpx.TransportError, OfflineModeIsEnabled) as error:
        raise ConnectionError(f"{repo_id}: the Hub cannot be reached: {error}") from None
    names = [account["name"], *(group["name"] for group in account.get("orgs", []))]
    if repo_id.split("/")[0] not in names:
        raise PermissionError(f"{repo_id}: expected a repository of {' or '.join(names)}, whose token this is")
    if account.get("auth", {}).get("accessToken", {}).get("role") == "read":
        raise PermissionError(f"{repo_id}: the token may only read: {SIGNING}")
