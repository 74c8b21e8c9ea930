"""Folders with a file a frame, of formats that hold whole clips as well: arrays (joints, 3), tables of one frame, text (`frame_0001.csv`, ...).

JSON, OpenPose's, YOLO's and EasyMocap's folders have readers of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from .arrays.numpy_files import joints_clip
from .estimators.detections import Detections
from .numbers import head_rows, parse_table
from .reader import MAX_FRAMES, RawClip, Reader, ReadOptions
from .source import SkeletonFile, SkeletonFileError
from .text_forms import readable

_ENDINGS = (".npy", ".npz", ".csv", ".tsv", ".txt", ".mat", ".xml", ".yaml", ".yml")
_DIGITS = re.compile(r"\d{1,18}")
_CHECKED = 3  # files that are read to see whether they are a frame each: the first, the middle one, the last
_LEAST_ROWS = 5  # joints of a text with a joint a row
_OTHERS = 2  # files that are no frames
_LEAST = 3  # files; of two clips each may be a frame by chance


def reader_of_frames(detect_format: Callable[[SkeletonFile], Reader]) -> Reader:
    """The reader of such folders.

    Args:
        detect_format: finds the reader of one file, or raises SkeletonFileError.
    """

    def reader_of(one: SkeletonFile) -> Reader:
        rows = head_rows(one) or [[]]
        plain = 2 <= len(rows[0]) <= 4 and all(len(row) == len(rows[0]) for row in rows)
        return _PLACES if plain and len(rows) >= _LEAST_ROWS else detect_format(one)

    def detect(file: SkeletonFile) -> float:
        names = _frame_names(file)
        if len(names) < _LEAST:
            return 0.0
        some = [names[at * (len(names) - 1) // (_CHECKED - 1)] for at in range(_CHECKED)]
        try:
            clips = [reader_of(one).read(one, ReadOptions()) for one in _opened(file, some)]
        except SkeletonFileError:
            return 0.0
        return 0.5 if all(len(clip.joints) == 1 for clip in clips) else 0.0

    def read(file: SkeletonFile, options: ReadOptions) -> RawClip:
        names = _frame_names(file)
        if not 0 < len(names) <= MAX_FRAMES:
            raise file.error(f"1 to {MAX_FRAMES:,} files of one frame each, named by numbers", f"{len(names)}")
        start = next(_opened(file, names))
        reader = reader_of(start)
        first = reader.read(start, options)
        found = Detections(file)
        for number, one in enumerate(_opened(file, names)):
            clip = first if number == 0 else reader.read(one, options)
            if len(clip.joints) != 1:
                raise one.error("one frame, as in the other files", f"{len(clip.joints)} frames")
            if clip.layout != first.layout:
                raise one.error(f"the joints of {names[0]}", "others")
            for person, values in enumerate(_people(clip)):
                found.add(number, values, next(iter(clip.people_names[person : person + 1]), None), file=one)
        joints, confidence, relink, people, notes = found.build(len(names))
        joints[confidence == 0] = np.nan
        scores = None if first.confidence is None else confidence
        return replace(
            first, joints=joints, mask=confidence > 0, confidence=scores, people_names=people, rotations=None,
            relink=relink and joints.shape[1] > 1, notes=first.notes + notes,
        )  # fmt: skip

    return Reader(
        "frame_files", "a folder with a file a frame (.npy, .csv, .txt, ...)",
        "files that are named alike but for their numbers, with one frame each", detect, read, (), folders=True,
    )  # fmt: skip


def _opened(file: SkeletonFile, names: list[str]) -> Iterator[SkeletonFile]:
    return (readable(file.sibling(name)) for name in names)


def _read_places(file: SkeletonFile, options: ReadOptions) -> RawClip:
    columns = len((head_rows(file) or [[]])[0])
    return joints_clip(file, parse_table(file, file.data, columns)[None], "", options)


_PLACES = Reader("places", "rows of places", "rows of 2 to 4 numbers", lambda file: 0.0, _read_places)


def _frame_names(file: SkeletonFile) -> list[str]:
    """The files of a folder, in natural order, where their names differ by numbers alone; else none."""
    if not file.is_folder:
        return []
    names = [name for name in file.names if not name.startswith(".")]
    counted = [name for name in names if _DIGITS.search(name)]  # beside a few such as README.txt
    names = counted if len(names) - len(counted) <= _OTHERS < len(counted) / 4 else names
    stems = {_DIGITS.sub("0", name) for name in names}
    return names if len(stems) == 1 and "0" in next(iter(stems)) and names[0].lower().endswith(_ENDINGS) else []


def _people(clip: RawClip) -> np.ndarray:
    """(people, joints, dims + 1) of one frame, the last how sure they are; 0 for what is not there."""
    joints = np.asarray(clip.joints, np.float32)[0]
    score = np.isfinite(joints).all(-1) if clip.mask is None else np.asarray(clip.mask)[0] & np.isfinite(joints).all(-1)
    sure = score.astype(np.float32) if clip.confidence is None else score * np.asarray(clip.confidence)[0]
    return np.concatenate([joints, sure[..., None]], -1)
