"""The up axis: guessed from the rest pose, the floor and the body's direction where a format does not fix it; checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...model.layouts import SkeletonLayout
from ...model.skeleton import axis_vector
from .guess import body_up, both_sides, guess_up, nearest_axis, sample, unit

_STRAIGHT = 0.7  # cosine between trunk and legs of a pose that looks like a standing body
_ALONG = 0.85  # cosine of a rest pose with its axis
_STRONG = 0.8  # mean cosine from which a body's evidence is strong
_FLOOR = 0.25  # metres: standing people's lowest joints are as near to zero
_STANDING, _LYING = (0.55, 1.3), (0.0, 0.5)  # metres: how high hips are above the floor ...
_ALWAYS = 0.9  # share of frames; mean cosine
_NEAREST = 0.4  # metres from a depth sensor
_LOW = 0.65  # ... and of those who crawl


@dataclass(frozen=True)
class Upright:
    """The axis that points up, why, and a sentence where the evidence does not agree."""

    axis: str
    reason: str
    doubt: str = ""


def find_up(
    joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, rest: np.ndarray | None, scale: float | None
) -> Upright:
    """The up axis that a file does not give: by a rest pose that looks like a body, the floor, the body's direction.

    Args:
        joints: (frames, people, joints, 3). mask: (frames, people, joints) bool. rest: (joints, 3) the format's zero pose, or None.
        scale: metres per unit, or None.
    """
    body, reason = guess_up(joints, mask, layout)
    resting = None if rest is None else rest_up(rest, layout)
    if resting is None:
        return _without_rest(joints, mask, layout, Upright(body, reason), scale)
    direction = body_up(joints, mask, layout)
    if resting == body:
        return Upright(body, f"{reason}; the rest pose agrees")
    along = 0.0 if direction is None else float(direction @ axis_vector(body))
    if along < 0.6:
        return Upright(resting, "by the rest pose; bodies stand along no axis")
    if opposite(resting, body) and along > _STRONG:
        return Upright(body, f"{reason}; the rest pose stands upside down")
    lies = stands(joints, mask, layout, resting, scale, _LYING)
    if (body in ("y", "z") or not lies) and stands(joints, mask, layout, body, scale):
        return Upright(body, f"bodies stand upright on {body[-1]} = 0; the rest pose stands along {resting!r}")
    if lies:
        return Upright(resting, f"by the rest pose; bodies lie on {resting[-1]} = 0")
    doubt = f"Bodies lie: from feet to head they point along {body!r}, the rest pose along {resting!r}; pass up={body!r} if they stand."
    return Upright(resting, "by the rest pose", doubt)


def _without_rest(
    joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, found: Upright, scale: float | None
) -> Upright:
    """The body's direction, unless bodies do not stand on zero along it and lie on zero along y or z.

    Data about the hips lies on no floor: there, hips are at zero themselves.
    """
    if stands(joints, mask, layout, found.axis, scale):
        return found
    for axis in ("y", "z"):
        low, hips = _heights(joints, mask, layout, axis, scale)
        if axis != found.axis[-1] and -0.05 < low < _FLOOR and 0.05 < hips < _LOW:
            return Upright(axis, f"bodies lie on {axis} = 0, from feet to head along {found.axis!r}")
    return found


def find_up_in_picture(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> Upright:
    """Of 2D data: pictures count y downwards, unless bodies clearly stand the other way.

    Args:
        joints: (frames, people, joints, 2). mask: (frames, people, joints) bool.
    """
    direction = body_up(joints, mask, layout)
    if direction is not None and direction[1] > _STRONG:
        return Upright("y", "from feet to head, on average; pictures count y downwards")
    lies = direction is not None and abs(direction[0]) > _STRONG
    return Upright("-y", "image coordinates" + ("; bodies lie along x, or x and y are exchanged" if lies else ""))


def exchanged(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout) -> bool:
    """Whether x and y of 2D data are exchanged: heads point to x = 0, and bodies are mirrored, as if they all lay on their faces.

    Args:
        joints: (frames, people, joints, 2). mask: (frames, people, joints) bool.
    """
    direction, across = body_up(joints, mask, layout), both_sides(layout, ("shoulder",))
    if direction is None or not across or direction[0] > -_ALWAYS:
        return False
    joints, mask = sample(joints, mask)
    seen = mask[:, :, across].all(-1)
    to_left = unit(joints[:, :, across[0]] - joints[:, :, across[1]])[seen]
    return bool(len(to_left) and (direction[0] * to_left[:, 1] - direction[1] * to_left[:, 0] < -0.3).mean() > _ALWAYS)


def before_a_sensor(joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, scale: float | None) -> bool:
    """Whether bodies, y up, stay on the side of z > 0 and face z = 0: a sensor there looks along z.

    Args:
        joints: (frames, people, joints, 3). mask: (frames, people, joints) bool. scale: metres per unit, or None.
    """
    across = both_sides(layout, ("hip",)) or both_sides(layout, ("shoulder",))
    if scale is None or not across or joints[..., 2][mask].min() * scale < _NEAREST:
        return False
    joints, mask = sample(joints, mask)
    seen = mask[:, :, across].all(-1)
    to_left = unit(joints[:, :, across[0]] - joints[:, :, across[1]])[seen]
    return bool(len(to_left) and (to_left[:, 0] < -0.3).mean() > _ALWAYS)


def check_up(
    joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, declared: str, scale: float | None
) -> Upright | None:
    """The axis by the bodies where they contradict a file's field that programs fill wrongly; None where they do not."""
    direction = body_up(joints, mask, layout)
    if direction is None:
        return None
    body, along = nearest_axis(direction)
    if body == declared or along < 0.6:
        return None
    if (opposite(body, declared) and along > _STRONG) or stands(joints, mask, layout, body, scale):
        reason = f"by the posture of the bodies; the file says {declared!r}"
        return Upright(body, reason, f"The file says up={declared!r}, but bodies stand along {body!r}.")
    doubt = f"Bodies lie or hang with the file's up={declared!r}: from feet to head they point along {body!r}; pass up={body!r} if they stand."
    return Upright(declared, "", doubt)


def rest_up(rest: np.ndarray, layout: SkeletonLayout) -> str | None:
    """The axis along which a rest pose stands, or None where it does not look like a standing body.

    Args:
        rest: (joints, 3).
    """
    top = next((p for p in ("head_top", "head", "neck", "neck_base", "spine_upper") if p in layout.body), None)
    hips, feet = both_sides(layout, ("hip",)), both_sides(layout, ("ankle", "foot", "knee"))
    if top is None or not hips or not feet:
        return None
    middle = rest[hips].mean(0)
    trunk, legs = unit(rest[layout.body.index(top)] - middle), unit(middle - rest[feet].mean(0))
    if trunk @ legs < _STRAIGHT:
        return None
    axis, share = nearest_axis(unit(trunk + legs))
    return axis if share >= _ALONG else None


def stands(
    joints: np.ndarray,
    mask: np.ndarray,
    layout: SkeletonLayout,
    up: str,
    scale: float | None,
    hips_at: tuple[float, float] = _STANDING,
) -> bool:
    """Whether with this axis up, the lowest joints are near zero and the hips as high as standing (or lying) people's."""
    low, hips = _heights(joints, mask, layout, up, scale)
    return abs(low) < _FLOOR and hips_at[0] < hips < hips_at[1]


def _heights(
    joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, up: str, scale: float | None
) -> tuple[float, float]:
    """Metres above zero along an axis: of the lowest joint and of the hips, in the middle over bodies; NaN where unknown."""
    hips = both_sides(layout, ("hip",)) or [j for j, point in enumerate(layout.body) if point == "pelvis"]
    if not hips or scale is None:
        return np.nan, np.nan
    joints, mask = sample(joints, mask)
    height = (joints @ axis_vector(up)) * scale
    used = mask[..., hips].all(-1)
    if not used.any():
        return np.nan, np.nan
    low = np.where(mask, height, np.inf).min(-1)
    return float(np.median(low[used])), float(np.median(height[..., hips].mean(-1)[used]))


def opposite(one: str, other: str) -> bool:
    """Whether two axes are the two directions of one, such as `"z"` and `"-z"`."""
    return one != other and one[-1] == other[-1]
