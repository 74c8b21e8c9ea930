"""Uploading a built dataset to the Hub."""

from __future__ import annotations

import json
import os
from pathlib import Path

from .card import CARD
from .report import REPORT
from .shards import DATA, RECORDS
from .sources import get_source

_LEFT_OUT = (f"{RECORDS}/**", "**/.*.tmp")


def publish(
    folder: str | os.PathLike, repo_id: str, *, public: bool = False, dry_run: bool = False
) -> list[tuple[str, int]]:
    """Uploads a built dataset; what is there already is not sent again.

    Args:
        folder: what `build` wrote.
        repo_id: "USER/NAME".
        public: make the repository public. Private is the default: many licences forbid to pass data on.
        dry_run: send nothing, only tell what would go up.

    Returns:
        (path in the repository, bytes) of every file.

    Raises:
        ValueError: no built dataset, or a name that the Hub does not accept.
        huggingface_hub.errors.HfHubHTTPError: the Hub refused.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.utils import filter_repo_objects

    folder = Path(folder)
    if not all((folder / name).exists() for name in (REPORT, CARD, DATA)):
        raise ValueError(f"{folder}: expected a built dataset ({REPORT}, {CARD}, {DATA}/), found none; build it first")
    check_repository(repo_id)
    source = get_source(json.loads((folder / REPORT).read_text("utf-8"))["source"])
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    files = [
        (name, (folder / name).stat().st_size) for name in filter_repo_objects(names, ignore_patterns=list(_LEFT_OUT))
    ]
    if not dry_run:
        api = HfApi()
        api.create_repo(repo_id, repo_type="dataset", private=not public, exist_ok=True)
        api.upload_folder(
            repo_id=repo_id, repo_type="dataset", folder_path=folder, ignore_patterns=list(_LEFT_OUT),
            commit_message=f"{source.title}, built by skeletonllm-hf",
        )  # fmt: skip
    return files


def check_access(repo_id: str) -> None:
    """Asks the Hub who we are, before work whose result could not be uploaded.

    Raises:
        PermissionError: no token, one that the Hub does not know, that may only read, or of somebody else.
        ConnectionError: the Hub cannot be reached.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError, OfflineModeIsEnabled
    from huggingface_hub.utils import httpx

    signing = "sign in with `hf auth login`, or set HF_TOKEN, with a token that may write"
    try:
        account = HfApi().whoami()
    except LocalTokenNotFoundError:
        raise PermissionError(f"{repo_id}: expected a token of the Hub, found none: {signing}") from None
    except HfHubHTTPError as error:
        if error.response.status_code not in (401, 403):
            raise
        raise PermissionError(f"{repo_id}: the Hub does not know the token: {signing}") from None
    except (httpx.TransportError, OfflineModeIsEnabled) as error:
        raise ConnectionError(f"{repo_id}: the Hub cannot be reached: {error}") from None
    names = [account["name"], *(group["name"] for group in account.get("orgs", []))]
    if repo_id.split("/")[0] not in names:
        raise PermissionError(f"{repo_id}: expected a repository of {' or '.join(names)}, whose token this is")
    if account.get("auth", {}).get("accessToken", {}).get("role") == "read":
        raise PermissionError(f"{repo_id}: the token may only read: {signing}")


def check_repository(repo_id: str) -> None:
    """ValueError: no name that the Hub accepts for a repository of somebody's."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id

    try:
        validate_repo_id(repo_id)
    except HFValidationError as error:
        raise ValueError(f"expected USER/NAME, got {repo_id!r}: {error}") from None
    if "/" not in repo_id:
        raise ValueError(f"expected USER/NAME, got {repo_id!r}")
