"""Types that describe a dataset to the builder: its files, how they become clips, its licence and citation."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..configs import FOLDER
from ..model.skeleton import SkeletonSequence
from ..readers import SkeletonFileError, load_skeleton


@dataclass(frozen=True)
class ClipFile:
    """A file that holds one clip or more, and what is known of it before it is read.

    Args:
        path: from the dataset's folder, with "/".
        id: unique within the dataset.
        label: None: what the reader says.
        subject: who moves.
        keys: further keys of splits; with `subject` they must decide the part in the dataset's first protocol.
        captions, questions, rationale: texts that belong to the clip.
        options: arguments of `load_skeleton`.
        depends: other files that its clips come from: when one of them changes, the clips are built again.
    """

    path: str
    id: str
    label: str | None = None
    subject: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    captions: tuple[str, ...] = ()
    questions: tuple[tuple[str, str], ...] = ()
    rationale: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    depends: tuple[str, ...] = ()

    def split_keys(self, label: str | None) -> dict[str, str]:
        """The keys of a clip of this file with that label, for `Protocol.part`."""
        known = {"label": label, "subject": self.subject}
        return {**self.keys, **{name: value for name, value in known.items() if value is not None}}


@dataclass(frozen=True)
class Clip:
    """A clip that was read; `sequence.source` is the path from the dataset's folder."""

    id: str
    sequence: SkeletonSequence


@dataclass(frozen=True)
class Skipped:
    """A clip that is left out, and why."""

    source: str
    reason: str

    @classmethod
    def because(cls, source: str, error: SkeletonFileError) -> Skipped:
        """With the error's message, which names the machine's own path of the file, without that path."""
        return cls(source, str(error).removeprefix(f"{error.file}: "))


@dataclass(frozen=True)
class Plan:
    """All that a dataset's folder holds, before any of it is read.

    Args:
        base: the folder that paths start from.
        files: in the order in which clips are written.
        skipped: what its authors list as unusable, or what a table names and the folder lacks.
        ignored: files that look like clips and are none of this dataset.
    """

    base: Path
    files: tuple[ClipFile, ...]
    skipped: tuple[Skipped, ...] = ()
    ignored: tuple[str, ...] = ()


def read_clip(base: Path, file: ClipFile) -> Iterator[Clip | Skipped]:
    """The one clip of a file, as most datasets have them. SkeletonFileError: a file that cannot be read."""
    sequence: Any = load_skeleton(base / file.path, **file.options)
    changes = {name: value for name in ("label", "captions", "questions") if (value := getattr(file, name))}
    yield Clip(file.id, sequence.replace(source=file.path, **changes))


@dataclass(frozen=True)
class DatasetSource:
    """A dataset that can be built.

    Args:
        name: as in `skeletonllm data build NAME`.
        title: for people.
        plan: what a folder holds; raises FileNotFoundError where it does not hold the dataset.
        licence: identifier that the Hub knows, or "other".
        terms: the licence in a sentence, with what it demands.
        homepage: where it comes from.
        citation: BibTeX.
        clips, labels: how many its authors count, or None where that is not known.
        notes: what a user should know about these data, as sentences.
        read: the clips of one file.
    """

    name: str
    title: str
    plan: Callable[[Path], Plan]
    licence: str
    terms: str
    homepage: str
    citation: str
    clips: int | None = None
    labels: int | None = None
    notes: tuple[str, ...] = ()
    read: Callable[[Path, ClipFile], Iterator[Clip | Skipped]] = read_clip


def described(
    name: str, plan: Callable[[Path], Plan], read: Callable[[Path, ClipFile], Iterator[Clip | Skipped]] = read_clip
) -> DatasetSource:
    """The `DatasetSource` with the texts and counts that `hub_configs/datasets.json` has under its name."""
    values = dict(descriptions()[name])
    citation, notes = "\n".join(values.pop("citation", ())), tuple(values.pop("notes", ()))
    return DatasetSource(name=name, plan=plan, read=read, citation=citation, notes=notes, **values)


@functools.cache
def descriptions() -> dict[str, dict[str, Any]]:
    """Name of each dataset -> title, licence, terms, homepage, citation (lines), clips, labels, notes."""
    return json.loads((FOLDER / "datasets.json").read_text("utf-8"))


def find_base(root: Path, title: str, pattern: str, places: tuple[str, ...]) -> Path:
    """The first of `places` under `root` in which files match `pattern`. FileNotFoundError: none."""
    for place in places:
        if next((root / place).glob(pattern), None) is not None:
            return root / place
    where = ", ".join(str(Path(place) / pattern) for place in places)
    raise FileNotFoundError(f"{root}: expected {title}: {where}; found none")


def relative(base: Path, path: Path) -> str:
    return path.relative_to(base).as_posix()
