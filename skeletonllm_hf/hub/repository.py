"""Repositories on the Hub: checks of their names, of the names of files in them, and of the token's access."""

from __future__ import annotations

import re

_FILE = re.compile(r"[A-Za-z0-9_+=@ -][A-Za-z0-9_.+=@ -]*")  # no hidden files, no way out of the folder
_LONGEST = 255  # characters in a path: what every file system takes
_SIGN_IN = "sign in with `hf auth login`, or set HF_TOKEN, with a token that may write"


def check_repository(repo_id: str) -> None:
    """ValueError: not a name such as "USER/NAME" that the Hub accepts for a repository."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id

    try:
        validate_repo_id(repo_id)
    except HFValidationError as error:
        raise ValueError(f"expected USER/NAME, got {repo_id!r}: {error}") from None
    if "/" not in repo_id:
        raise ValueError(f"expected USER/NAME, got {repo_id!r}")


def check_file(path: str) -> None:
    """ValueError: a path (with "/") that could mean something else on another system, or lead out of its folder."""
    if len(path) > _LONGEST or not all(_FILE.fullmatch(part) for part in path.split("/")):
        raise ValueError(
            f"expected a file name of letters, digits and . _ + = @ - in at most {_LONGEST} characters, got {path!r}"
        )


def check_access(repo_id: str, token: str | bool | None = None) -> None:
    """Checks that the token may write to a repository, before work whose result could not be uploaded.

    Args:
        repo_id: "USER/NAME".
        token: None takes the one of `hf auth login` or HF_TOKEN. It is never shown.

    Raises:
        PermissionError: no token, one that the Hub does not know, that may only read, or of another account.
        ConnectionError: the Hub cannot be reached.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError, OfflineModeIsEnabled
    from huggingface_hub.utils import httpx

    try:
        account = HfApi(token=token).whoami()
    except LocalTokenNotFoundError:
        raise PermissionError(f"{repo_id}: expected a token of the Hub, found none: {_SIGN_IN}") from None
    except HfHubHTTPError as error:
        if error.response.status_code not in (401, 403):
            raise
        raise PermissionError(f"{repo_id}: the Hub does not know the token: {_SIGN_IN}") from None
    except (httpx.TransportError, OfflineModeIsEnabled) as error:
        raise ConnectionError(f"{repo_id}: the Hub cannot be reached: {error}") from None
    names = [account["name"], *(group["name"] for group in account.get("orgs", []))]
    if repo_id.split("/")[0] not in names:
        raise PermissionError(f"{repo_id}: expected a repository of {' or '.join(names)}, whose token this is")
    if account.get("auth", {}).get("accessToken", {}).get("role") == "read":
        raise PermissionError(f"{repo_id}: the token may only read: {_SIGN_IN}")
