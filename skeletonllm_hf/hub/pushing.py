"""Uploading a folder to the Hub: a model, a dataset or a Space."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from .card import card_header, model_card
from .checkpoint import CONFIG, PROCESSOR, complete
from .listing import CARD, KINDS, PREVIEW, choose
from .preview import model_preview
from .repository import check_access, check_repository
from .slim import whole_folder
from .space import complete_space


@dataclass(frozen=True)
class Pushed:
    """The result of an upload, or of a dry run.

    Args:
        repo_id, kind: the repository.
        files: (path in the repository, bytes) of every file.
        left_out: files of the folder that are not uploaded.
        commit, commit_url: the commit that holds it, or None in a dry run.
        url: where to look at it, or None in a dry run.
        private: whether the repository is; None in a dry run.
    """

    repo_id: str
    kind: str
    files: tuple[tuple[str, int], ...]
    left_out: tuple[str, ...]
    commit: str | None = None
    url: str | None = None
    private: bool | None = None
    commit_url: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"files": [{"path": path, "bytes": size} for path, size in self.files]}


def push(
    folder: str | os.PathLike[str],
    repo_id: str,
    kind: str = "model",
    *,
    public: bool = False,
    dry_run: bool = False,
    revision: str | None = None,
    message: str | None = None,
    token: str | bool | None = None,
    whole: bool = True,
    wheel_index: str | None = None,
    description: str | None = None,
    create_pr: bool = False,
) -> Pushed:
    """Uploads what `listing` names of a folder. Repeated after an interruption, it goes on; what is there is not sent again.

    A model gets what it lacks: the code that loads it, a card, a picture of what it sees. A card that the repository
    has already is kept unless the folder has one of its own.

    Args:
        folder: a model as `save_pretrained` leaves it, or a slim one, which is uploaded whole (`slim`), a dataset as `data.build` does, or a Space.
        repo_id: "USER/NAME"; made where there is none.
        kind: "model", "dataset" or "space".
        public: make a new repository public. One that exists stays as it is.
        dry_run: send nothing, only list the files.
        revision: the branch; made from main where there is none.
        message, description: of the commit.
        create_pr: propose it as a pull request, in place of a commit to the branch.
        token: None takes the one of `hf auth login` or HF_TOKEN.
        whole: False takes a processor without a model.
        wheel_index: of a Space: address of an index where its builder finds torch for CPUs.

    Raises:
        ValueError: a name that the Hub does not accept, a folder that does not hold what it should.
        PermissionError, ConnectionError: see `check_access`.
        huggingface_hub.errors.HfHubHTTPError: what else the Hub refused.
    """
    folder = Path(folder)
    if kind not in KINDS:
        raise ValueError(f"kind: expected one of {', '.join(KINDS)}, got {kind!r}")
    check_repository(repo_id)
    if kind == "model":
        folder = Path(whole_folder(folder))
    chosen, left = choose(folder, KINDS[kind])
    files: dict[str, Path | bytes] = dict(chosen)
    made = set()  # generated files: those that the repository has are kept
    if kind == "model":
        files = complete(folder, chosen, whole)
        if CARD not in files and CONFIG in files:
            files[CARD] = model_card(folder, repo_id=repo_id, picture=PREVIEW if PROCESSOR in files else None).encode()
            made.add(CARD)
        if PREVIEW not in files and CONFIG in files and PROCESSOR in files:
            files[PREVIEW] = model_preview(folder)
    elif CARD not in files:
        raise ValueError(f"{folder}: expected a {CARD} with the Hub's metadata, found none")
    elif kind == "space":
        files = complete_space(files, wheel_index)
    listed = tuple((name, _size(source)) for name, source in sorted(files.items()))
    pushed = Pushed(repo_id, kind, listed, tuple(left))
    if dry_run:
        return pushed
    sdk = card_header(folder).get("sdk") if kind == "space" else None
    if kind == "space" and sdk is None:
        raise ValueError(f"{folder / CARD}: expected a line such as `sdk: gradio`, found none")
    check_access(repo_id, token)
    commit = {
        "revision": revision, "commit_message": message or f"Upload {kind} with skeletonllm-hf",
        "commit_description": description, "create_pr": create_pr,
    }  # fmt: skip
    return _send(files, made, pushed, not public, sdk, commit, token)


def _send(
    files: Mapping[str, Path | bytes], made: set[str], pushed: Pushed, private: bool, sdk: str | None,
    commit: Mapping[str, Any], token: str | bool | None,
) -> Pushed:  # fmt: skip
    from huggingface_hub import HfApi

    revision = commit["revision"]
    api = HfApi(token=token, library_name="skeletonllm-hf")
    where = {"repo_id": pushed.repo_id, "repo_type": pushed.kind}
    url = api.create_repo(**where, private=private, exist_ok=True, space_sdk=sdk)
    if revision is not None:
        api.create_branch(**where, branch=revision, exist_ok=True)
    made = {name for name in made if api.file_exists(pushed.repo_id, name, repo_type=pushed.kind, revision=revision)}
    with tempfile.TemporaryDirectory() as stage:
        for name, source in files.items():
            if name not in made:
                _put(source, Path(stage) / name)
        done = api.upload_folder(**where, folder_path=stage, **commit)
    kept = tuple((name, size) for name, size in pushed.files if name not in made)
    private = api.repo_info(**where).private
    return replace(pushed, files=kept, commit=done.oid, commit_url=done.commit_url, url=str(url), private=private)


def _put(source: Path | bytes, place: Path) -> None:
    """Puts a file into the folder that is sent; a link in place of a copy, where the system allows it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(source, bytes):
        place.write_bytes(source)
        return
    try:
        place.symlink_to(source.resolve())
    except OSError:  # Windows, without the right to make links
        shutil.copyfile(source, place)


def _size(source: Path | bytes) -> int:
    return len(source) if isinstance(source, bytes) else source.stat().st_size
