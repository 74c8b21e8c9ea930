"""Rows of numbers without names: whether the joints of a known layout fill them, and how they part."""

from __future__ import annotations

import numpy as np

from ...model.layouts import SkeletonLayout, layouts_with
from ..reader import seen_joints
from ..rules.guess import unlike_bodies
from ..rules.numbered_layouts import numbered_layouts
from ..source import SkeletonFile

# rows as tutorials flatten MediaPipe's results: 33 points of x, y, z, visibility; then two hands of 21, or a face of 468 before them
MEDIAPIPE_ROWS = (132, 258, 1662)
_FIVE = 165  # MediaPipe's with presence
_TALL = 250  # of pixels; no body is as tall in centimetres
BODY, CLEARLY = 0.6, 0.25  # `unlike_bodies` of what are bodies; and the distance to any other order
_TURNS, _STILL, _RADIANS = (
    99,
    12,
    10.0,
)  # rows of Human3.6M's turns: columns, those that are 0, the most that others may be
_TWO_KINECTS = 150  # NTU's and PKU-MMD's rows of two bodies
# rows of numbers that are no places, by how many they are
_FEATURES = {
    151: "EDGE's dances (SMPL parameters and contacts)", 262: "InterHuman", 272: "MotionStreamer's HumanML3D vectors",
    322: "Motion-X (SMPL-X parameters)", 492: "InterHuman", 623: "vectors of SMPL-X with hands",
}  # fmt: skip
_MOMENTS = 10  # rows in which no joint moves evenly


def scored_rows(rows: np.ndarray, known: int | None = None) -> bool:
    """Whether (rows, joints x 4) are x, y, z and a sensor's state (0, 1, 2) of each joint, of `known` ones or those of a built-in layout."""
    joints = rows.shape[1] // 4
    if rows.shape[1] % 4 or not (layouts_with(joints) if known is None else known == joints):
        return False
    parts = rows.reshape(len(rows), joints, 4)
    scores, places = parts[..., 3], np.abs(parts[..., :3])
    return bool(np.isin(scores, (0, 1, 2)).all() and scores.any() and not (places == places.round()).all(-1).all())


def without_presence(rows: np.ndarray) -> np.ndarray:
    """(rows, 132) of MediaPipe's rows of x, y, z, visibility and presence; others, which may be turns of SMPL-X's 55 joints, as they are."""
    if rows.ndim != 2 or rows.shape[1] != _FIVE:
        return rows
    parts = rows.reshape(len(rows), 33, 5)
    sure = parts[..., 3:]
    return parts[..., :4].reshape(len(rows), -1) if ((sure >= 0) & (sure <= 1)).all() and sure.any() else rows


def places_in_rows(rows: np.ndarray) -> np.ndarray:
    """(rows, joints x 3) of rows that have a quaternion of each joint beside its place (7 numbers), and its pixels (12: NTU's, Kinect's); others as they are."""
    for size in (7, 12):
        joints, more = divmod(rows.shape[1], size)
        parts = rows.reshape(len(rows), -1, size) if not more and layouts_with(joints) else rows[:, :0, None]
        for at in (3, size - 5) if parts.size else ():
            if (np.abs((parts[..., at : at + 4] ** 2).sum(-1) - 1) < 0.02).mean() > 0.9:
                return parts[..., :3].reshape(len(rows), -1)
    return rows


def places_of_transforms(array: np.ndarray) -> np.ndarray:
    """(..., joints, 3) of transforms: (..., joints, 4, 4), whose places stand in their last columns or rows, (..., joints, 3, 4), or flat ones; others as they are."""
    if array.ndim == 2 and not array.shape[1] % 16 and known_layouts(array.shape[1] // 16):
        places = places_of_transforms(array.reshape(len(array), -1, 16))
        return places if places.shape[-1] == 3 else array
    if array.ndim > 2 and array.shape[-1] in (12, 16):
        places = places_of_transforms(array.reshape(*array.shape[:-1], -1, 4))
        return places if places.shape[-1] == 3 else array
    if array.ndim < 3 or array.shape[-2:] not in ((4, 4), (3, 4)):
        return array
    if array.shape[-2] == 3:
        turns = array[..., :3][np.isfinite(array).all((-1, -2))]
        right = np.allclose(turns @ turns.swapaxes(-1, -2), np.eye(3), atol=1e-2)
        return np.ascontiguousarray(array[..., 3]) if len(turns) and right else array
    for matrices in (array, array.swapaxes(-1, -2)):
        last = matrices[..., 3, :][np.isfinite(matrices[..., 3, :]).all(-1)]
        if len(last) and np.allclose(last, (0, 0, 0, 1), atol=1e-6):
            return np.ascontiguousarray(matrices[..., :3, 3])
    return array


def places_beside(array: np.ndarray) -> np.ndarray:
    """(frames, joints, 3) of (frames, joints, 6 or 9): the three of the numbers that alone make bodies, beside turns or speeds; others as they are."""
    if array.ndim != 3 or array.shape[2] not in (6, 9) or not known_layouts(array.shape[1]):
        return array
    parts = np.split(array, array.shape[2] // 3, axis=2)
    ranks = np.nan_to_num([unlike_known(part[:, None])[0] for part in parts], nan=np.inf)
    best, other = np.sort(ranks)[:2]
    return parts[int(np.argmin(ranks))] if best < BODY and best + CLEARLY < other else array


def places_alone(array: np.ndarray) -> np.ndarray:
    """Places of joints without the turns, speeds or pixels beside them; arrays of anything else as they are."""
    if array.ndim == 3 and array.shape[2] == 1 and fills_rows(array.shape[1]):
        return array
    array = places_beside(places_of_transforms(array))
    if array.ndim != 3 or array.shape[2] not in (7, 12):
        return array
    return places_in_rows(array.reshape(len(array), -1)).reshape(*array.shape[:2], -1)


def in_percent(joints: np.ndarray) -> bool:
    """Whether the third of three numbers a joint is a score from 0 to 100: one number throughout, or high ones beside bodies that are too tall for centimetres, and too flat for millimetres."""
    finite, some = seen_joints(joints)
    seen = finite & some
    last = joints[..., -1][seen]
    if joints.shape[-1] != 3 or last.size == 0 or last.min() < 0 or not 2 < last.max() <= 100:
        return False
    frames = seen.any(2)
    high, low = (np.where(seen[..., None], joints[..., :2], end).transpose(2, 0, 1, 3) for end in (-np.inf, np.inf))
    tall = (high.max(0) - low.min(0)).max(-1)[frames]
    return bool(np.ptp(last) == 0 or (np.median(last) > 40 and np.median(tall) > _TALL))


def refuse_turns(file: SkeletonFile, joints: np.ndarray, where: str) -> None:
    """Raises SkeletonFileError: four values a joint that are quaternions, or whose last is no confidence."""
    values = joints[: 1 + 100_000 // max(joints[0].size, 1)].astype(np.float64)  # the first frames tell it
    values = values[np.isfinite(values).all(-1)]
    if not len(values):
        return
    if (np.abs((values**2).sum(-1) - 1) < 1e-3).mean() > 0.9:
        found = "four numbers a joint of length 1: quaternions. Save places, (frames, joints, 3)"
        raise file.error("places of joints", found, where)
    last = values[:, 3]
    if ((last < 0) & (last != -1)).mean() > 0.05:
        found = "negative ones: are these turns of joints? Save places, (frames, joints, 3)"
        raise file.error("x, y, z and a confidence from 0 to 1", found, where)


def moments_before(rows: np.ndarray) -> np.ndarray | None:
    """(rows,) times or frame numbers, which rise evenly in the first column, before joints of a known layout; None where there are none."""
    if len(rows) < _MOMENTS or not fills_rows(rows.shape[1] - 1):
        return None
    steps = np.diff(rows[:, 0].astype(np.float64))
    return rows[:, 0] if (steps > 0).all() and np.ptp(steps) < 0.01 * steps.max() else None


def fills_rows(columns: int) -> bool:
    """Whether the joints of one known layout fill rows of that many numbers, so that `numpy_files.joints_clip` reads them."""
    if columns in MEDIAPIPE_ROWS or columns in _FEATURES:
        return columns in MEDIAPIPE_ROWS
    return sum(columns % dims == 0 and bool(layouts_with(columns // dims)) for dims in (3, 2)) == 1


def known_layouts(joints: int) -> list[SkeletonLayout]:
    """Layouts of that many joints, built in or only numbered."""
    return [*layouts_with(joints), *numbered_layouts(joints)]


def unlike_known(joints: np.ndarray) -> tuple[float, float]:
    """`unlike_bodies` of (frames, people, joints, coordinates), by the known layouts of so many joints; and without a third that may be a score from 0 to 1."""
    finite, some = seen_joints(joints)
    seen, layouts = finite & some, known_layouts(joints.shape[2])
    last = joints[..., -1][seen]
    scored = joints.shape[3] == 3 and last.size > 0 and last.min() >= 0 and last.max() <= 1
    return unlike_bodies(joints, seen, layouts), unlike_bodies(joints[..., :2], seen, layouts) if scored else np.inf


def split_row(
    file: SkeletonFile, columns: int, known: int | None, where: str, rows: np.ndarray | None = None
) -> tuple[int, int, int]:
    """(people, joints, dims) of rows of that many numbers: one person's, or two Kinect bodies'. Of several ways the one in which `rows` make bodies."""
    if known is None and columns in MEDIAPIPE_ROWS:
        return 1, 33, 4
    if known in (None, 25) and columns == _TWO_KINECTS:
        return 2, 25, 3
    if known is None and columns in _FEATURES:
        raise file.error(
            "places of joints", f"rows of {columns} numbers, as in {_FEATURES[columns]}: save the joints it stands for, (frames, joints, 3)", position=where,
        )  # fmt: skip
    if known is None and columns == _TURNS and rows is not None and _are_turns(rows):
        found = f"rows of {columns} numbers, as the turns (exponential maps) of Human3.6M's joints: save places, (frames, joints, 3)"
        raise file.error("places of joints", found, position=where)
    choices = [(columns // d, d) for d in (3, 2) if columns % d == 0 and (known == columns // d or known is None)]
    choices = [choice for choice in choices if known is not None or layouts_with(choice[0])]
    if len(choices) != 1 and known is None and rows is not None:
        choices = _with_bodies(rows)
    if len(choices) != 1:
        expected = "rows of joints x 2 or joints x 3 numbers of a known layout"
        raise file.error(expected, f"{columns} numbers a row; pass layout=...", position=where)
    return 1, *choices[0]


def _are_turns(rows: np.ndarray) -> bool:
    """Whether many columns, and not third coordinates alone, are 0 throughout, of joints that turn about one axis or none; and the others radians."""
    sizes = np.abs(np.nan_to_num(rows)).max(0)
    still = sizes.reshape(-1, 3)[:, :2] < 1e-6
    return bool(_STILL <= still.sum() < still.size and sizes[3:].max() < _RADIANS)


def _with_bodies(rows: np.ndarray) -> list[tuple[int, int]]:
    """[(joints, dims)] by which rows of numbers make bodies of a known layout, clearly better than by others; else nothing."""
    ranked = []
    for dims in (3, 2):
        if rows.shape[1] % dims == 0 and known_layouts(rows.shape[1] // dims):
            ranked.append((min(unlike_known(rows.reshape(len(rows), 1, -1, dims))), rows.shape[1] // dims, dims))
    ranked.sort()
    clear = ranked and ranked[0][0] < BODY and (len(ranked) == 1 or ranked[0][0] + CLEARLY < ranked[1][0])
    return [ranked[0][1:]] if clear else []
