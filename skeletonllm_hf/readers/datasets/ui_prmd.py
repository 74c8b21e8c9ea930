"""UI-PRMD (Vakanski et al. 2018), Kinect: `m01_s01_e01_positions.txt`, rows of 22 joints against the joint above, and the turns in `..._angles.txt`.

Only the waist's place is the room's. The angles, degrees about x, then y, then z, turn a joint's bones, and those further down with them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..numbers import head_rows, parse_table
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..rules.named_layouts import layout_from_names
from ..source import SkeletonFile, SkeletonFileError

_NAMES = (
    "Waist", "Spine", "Chest", "Neck", "Head", "HeadTip",
    *(f"{side}{part}" for part_of in (("Collar", "UpperArm", "ForeArm", "Hand"), ("UpperLeg", "LowerLeg", "Foot", "Toes")) for side in ("Left", "Right") for part in part_of),
)  # fmt: skip
_ABOVE = (-1, 0, 1, 2, 3, 4, 2, 6, 7, 8, 2, 10, 11, 12, 0, 14, 15, 16, 0, 18, 19, 20)
_COLUMNS = 3 * len(_NAMES)
_STILL = 10  # numbers that stay the same to the last digit: bones have their lengths along an axis
_KINDS = ("positions", "angles")


def _detect(file: SkeletonFile) -> float:
    kinds = [kind for kind in _KINDS if kind in file.name.lower()]
    rows = head_rows(file) if kinds else None
    if not rows or any(len(row) != _COLUMNS for row in rows):
        return 0.0
    still = (np.ptp(np.array(rows)[:, 3:], axis=0) == 0).sum()
    return 0.9 if kinds == ["angles"] or (len(rows) > 1 and still >= _STILL) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    places, turns = (
        parse_table(one, one.data, _COLUMNS, np.float64).reshape(-1, len(_NAMES), 3) for one in _both(file)
    )
    if places.shape != turns.shape:
        raise file.error(f"{len(places)} rows of angles, one for each of positions", str(len(turns)))
    check_size(file, len(places), 1, len(_NAMES), 12)
    joints, turned = places.copy(), _matrices(np.radians(turns))
    for joint, above in enumerate(_ABOVE):
        if above >= 0:
            joints[:, joint] = joints[:, above] + np.einsum("tij,tj->ti", turned[:, above], places[:, joint])
            turned[:, joint] = turned[:, above] @ turned[:, joint]
    return RawClip(joints[:, None].astype(np.float32), layout_from_names("ui_prmd", _NAMES), fps=30.0, up="y")


def _both(file: SkeletonFile) -> list[SkeletonFile]:
    """The files of positions and of angles: the other one lies beside this one, or in the folder `Angles` beside its own."""
    given = next((kind for kind in _KINDS if kind in file.name.lower()), None)
    if given is None:
        raise file.error(f"a file that is called by its {' or '.join(_KINDS)}", file.name)
    other = _KINDS[given == "positions"]
    names = [file.name.replace(given, other), file.name.replace(given.title(), other.title())]
    folder = SkeletonFile(file.path.resolve().parent)
    for place in (*names, *(str(Path("..") / other.title() / name) for name in names)):
        try:
            found = folder.sibling(place) if place != file.name else None
        except SkeletonFileError:
            continue
        if found is not None:
            return [file, found] if given == "positions" else [found, file]
    raise file.error(
        f"the file of {other} beside it, or in a folder {other.title()}",
        f"no {names[0]}: neither alone tells where joints are",
    )


def _matrices(angles: np.ndarray) -> np.ndarray:
    """(frames, joints, 3, 3) of radians about x, then y, then z."""
    turned = np.broadcast_to(np.eye(3), (*angles.shape, 3))
    for axis in range(3):
        one, other = (axis + 1) % 3, (axis + 2) % 3
        cos, sin = np.cos(angles[..., axis]), np.sin(angles[..., axis])
        turn = np.zeros((*angles.shape, 3))
        turn[..., axis, axis], turn[..., one, one], turn[..., other, other] = 1, cos, cos
        turn[..., one, other], turn[..., other, one] = -sin, sin
        turned = turn @ turned
    return turned


READER = Reader(
    "ui_prmd", "UI-PRMD, Kinect: positions and angles",
    "rows of 66 numbers in files named ..._positions.txt and ..._angles.txt",
    _detect, _read, (".txt", ".csv"),
)  # fmt: skip
