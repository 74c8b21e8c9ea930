"""Names of repositories and of the files in them: checked before anything is sent, read or made."""

from __future__ import annotations

import re

_FILE = re.compile(r"[A-Za-z0-9_+=@ -][A-Za-z0-9_.+=@ -]*")  # no hidden files, no way out of the folder
_LONGEST = 255  # characters in a path: what every file system takes


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


def check_file(path: str) -> None:
    """ValueError: a path (with "/") that could mean something else on another system, or lead out of its folder."""
    if len(path) > _LONGEST or not all(_FILE.fullmatch(part) for part in path.split("/")):
        raise ValueError(
            f"expected a file name of letters, digits and . _ + = @ - in at most {_LONGEST} characters, got {path!r}"
        )
