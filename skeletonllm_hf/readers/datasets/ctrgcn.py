"""NTU RGB+D as CTR-GCN and its followers prepare it: `NTU60_CS.npz` and the like, many clips in one archive.

Keys `x_train` (clips, frames, 150: two people of 25 joints, zeros at the end), `y_train` (clips, classes: one-hot), and `x_test`,
`y_test`. `clip=` picks one: `"train:0"`, `"test:12"`, or a number that counts through both.
"""

from __future__ import annotations

import numpy as np

from ..arrays.arrays import Npz, floats, npz_names
from ..arrays.axes import in_our_order
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..source import SkeletonFile
from .ntu_actions import NTU_ACTIONS

PEOPLE, JOINTS = 2, 25
_PARTS = ("train", "test")
FPS = 30.0


def _detect(file: SkeletonFile) -> float:
    names = npz_names(file)
    return 0.9 if names & {"x_train", "x_test"} and names & {"y_train", "y_test"} else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    archive = file.once(Npz)
    counts = {part: (archive.shape(f"x_{part}") or (0,))[0] for part in _PARTS if f"x_{part}" in archive}
    part, number, notes = _pick(file, counts, options.clip)
    array = floats(file, archive[f"x_{part}"], f"x_{part}")
    if array.ndim != 3 or array.shape[2] != PEOPLE * JOINTS * 3:
        raise file.error(f"(clips, frames, {PEOPLE * JOINTS * 3})", f"shape {array.shape}", position=f"key 'x_{part}'")
    check_size(file, array.shape[1], PEOPLE, JOINTS)
    clip = array[number].reshape(-1, PEOPLE, JOINTS, 3)
    clip, cut = in_our_order(file, clip, ("T", "M", "V", "C"), None, f"key 'x_{part}'")
    label = None
    if f"y_{part}" in archive:
        classes = archive[f"y_{part}"]
        if classes.ndim == 2 and len(classes) == len(array) and classes.dtype.kind in "fiub" and classes.size:
            kind = int(np.argmax(classes[number]))
            label = NTU_ACTIONS[kind] if kind < len(NTU_ACTIONS) else f"class {kind}"
    return RawClip(
        clip, "kinect_v2", fps=FPS, units="metres", zero_is_missing=True, ghosts=True, label=label, notes=notes + cut,
    )  # fmt: skip


def _pick(file: SkeletonFile, counts: dict[str, int], choice: int | str | None) -> tuple[str, int, tuple[str, ...]]:
    """(part, number of the clip in it, notes)."""
    total = sum(counts.values())
    known = ", ".join(f"{part}:0 to {part}:{count - 1}" for part, count in counts.items() if count)
    if choice is None and total:
        first = next(part for part, count in counts.items() if count)
        note = f"The archive holds {total} clips: {first}:0 was read; clip=... picks another ({known})."
        return first, 0, (note,) if total > 1 else ()
    if isinstance(choice, str):
        part, _, number = choice.partition(":")
        if part in counts and number.isdecimal() and int(number[:9]) < counts[part]:
            return part, int(number), ()
    elif isinstance(choice, int) and 0 <= choice < total:
        for part, count in counts.items():
            if choice < count:
                return part, choice, ()
            choice -= count
    raise file.error(f"clip=... of its {total} clips ({known})", f"clip={choice!r}")


READER = Reader(
    "ctrgcn", "NTU RGB+D as CTR-GCN prepares it (.npz of many clips)",
    'an .npz with "x_train" (clips, frames, 150), "y_train", "x_test", "y_test"',
    _detect, _read, (".npz",),
)  # fmt: skip
