"""The order of an array's axes: named by letters, or guessed from their sizes (and reported).

T frames, M people, V joints, C coordinates, N clips: `C,T,V,M` is ST-GCN's order, `V,C,T` MDM's, `M,T,V,C` PYSKL's.
"""

from __future__ import annotations

import numpy as np

from ...nouns import counted
from ..reader import MAX_PEOPLE, pick_clip
from ..source import OptionError, SkeletonFile
from .number_rows import BODY, CLEARLY, known_layouts, unlike_known

LETTERS = "NTMVC"
OURS = ("T", "M", "V", "C")
# orders that data sets and programs use, beside ours (T,V,C and T,M,V,C)
_ORDERS = (
    "CTV", "CVT", "VCT", "TCV", "VTC", "TCVM", "CTVM", "TVMC", "TVCM", "CTMV", "NVCT", "MTVC", "NTVC", "NCTVM", "NCTV", "NTMVC", "NMTVC",
)  # fmt: skip
_MANY = 2  # a leading axis of at most this many is people rather than clips: no data set of that order has more


def parse_axes(text: object) -> tuple[str, ...]:
    """`"C,T,V,M"` -> letters. TypeError, ValueError: something else, a letter twice, no V or C."""
    if not isinstance(text, str):
        raise TypeError(f"axes: expected letters such as 'C,T,V,M', got {type(text).__name__}")
    letters = tuple(text.replace(",", " ").upper().split())
    if len(letters) == 1:
        letters = tuple(letters[0])
    if set(letters) - set(LETTERS) or len(set(letters)) < len(letters) or not {"V", "C"} <= set(letters):
        raise OptionError(
            "axes",
            "expected each of T (frames), V (joints), C (coordinates), M (people), N (clips) at most once, V and C among "
            f"them, such as 'C,T,V,M', got {text!r}",
        )
    return letters


def guess_axes(shape: tuple[int, ...], joints: int | None) -> list[str]:
    """The known orders that fit an array of this shape, by its sizes.

    Args:
        joints: how many a given layout has; None: as many as any known layout has.
    """
    fitting = []
    for order in _ORDERS:
        size = dict(zip(order, shape, strict=False))
        if len(order) != len(shape) or size["C"] not in (2, 3):
            continue
        if not (size["V"] == joints if joints is not None else known_layouts(size["V"])):
            continue
        if size.get("M", 1) > min(MAX_PEOPLE, 10) or (order == "MTVC" and size["M"] > _MANY):
            continue
        if order == "NVCT" and size["T"] <= _MANY:
            continue  # clips of two frames: they are people's
        if order in ("NTVC", "NVCT", "NCTV") and size["N"] == 1:
            fitting.append(order.replace("N", "M"))
        elif not (order == "NTVC" and size["N"] <= _MANY):
            fitting.append(order)
    return list(dict.fromkeys(fitting))


def with_bodies(file: SkeletonFile, array: np.ndarray, orders: list[str]) -> list[str]:
    """The one of several orders in which the array's numbers make bodies whose bones keep their lengths, or all of them."""
    if len(orders) < 2:
        return orders
    ranked = []
    for order in orders:
        joints, _ = in_our_order(file, array, tuple(order), 0 if "N" in order else None, "array")
        ranked.append((min(unlike_known(joints)), order))
    (best, order), (second, _), *_ = sorted(ranked)
    return [order] if best < BODY and best + CLEARLY < second else orders


def in_our_order(
    file: SkeletonFile, array: np.ndarray, axes: tuple[str, ...], clip: int | str | None, where: str
) -> tuple[np.ndarray, tuple[str, ...]]:
    """(frames, people, joints, coordinates) of an array whose axes are named, and notes.

    Frames of zeros at the end, with which data sets fill clips up, are cut.

    Raises:
        SkeletonFileError: another count of axes, no such clip.
    """
    if len(axes) != array.ndim:
        raise file.error(f"{len(axes)} axes ({','.join(axes)})", f"shape {array.shape}", position=where)
    notes: tuple[str, ...] = ()
    if "N" in axes:
        count = array.shape[axes.index("N")]
        number = pick_clip(file, clip, count)
        if clip is None and count > 1:
            notes += (f"The array holds {count} clips: the first was read; clip=1 to clip={count - 1} are the others.",)
        array = np.take(array, number, axis=axes.index("N"))
        axes = tuple(axis for axis in axes if axis != "N")
    present = [axis for axis in OURS if axis in axes]
    array = array.transpose([axes.index(axis) for axis in present])
    for place, axis in enumerate(OURS):
        if axis not in present:
            array = np.expand_dims(array, place)
    used = np.flatnonzero((array != 0).any(axis=(1, 2, 3)))
    if len(used) and used[-1] + 1 < len(array):
        notes += (f"{counted(len(array) - int(used[-1]) - 1, 'frame')} of zeros at the end: cut off.",)
        array = array[: used[-1] + 1]
    return array, notes
