"""Uploading a built dataset to the Hub."""

from __future__ import annotations

import os
from pathlib import Path

from ..hub import push
from .dataset_card import CARD
from .report import REPORT, read_report
from .shards import DATA
from .sources import get_source


def publish(
    folder: str | os.PathLike[str], repo_id: str, *, public: bool = False, dry_run: bool = False
) -> list[tuple[str, int]]:
    """Uploads a built dataset; what is there already is not sent again.

    Args:
        folder: what `build` wrote.
        repo_id: "USER/NAME".
        public: make the repository public. Private is the default: many licences forbid to pass data on.
        dry_run: send nothing, only list the files.

    Returns:
        (path in the repository, bytes) of every file.

    Raises:
        ValueError: no built dataset, or a name that the Hub does not accept.
        and as `hub.push`.
    """
    folder = Path(folder)
    if not all((folder / name).exists() for name in (REPORT, CARD, DATA)):
        raise ValueError(f"{folder}: expected a built dataset ({REPORT}, {CARD}, {DATA}/), found none; build it first")
    source = get_source(read_report(folder)["source"])
    message = f"{source.title}, built by skeletonllm-hf"
    return list(push(folder, repo_id, "dataset", public=public, dry_run=dry_run, message=message).files)
