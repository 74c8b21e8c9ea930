"""Changes to a clip, for users and as training augmentations: pure, vectorised, and random only through a generator.

Right, up and "towards the viewer" are those that the clip's `up` and `view` name; coordinates stay in its own axes and
units. Values that were masked stay masked, and masked values mean nothing.
"""

from __future__ import annotations

import re

import numpy as np

from .model.skeleton import SkeletonSequence, viewer_axes

_SIDE_WORD = re.compile(r"(?<![a-z])(left|right|(?:counter-?|anti-?)?clockwise)(?![a-z])", re.IGNORECASE)
_OTHER = {
    "left": "right", "right": "left", "clockwise": "counterclockwise", "counterclockwise": "clockwise",
    "counter-clockwise": "clockwise", "anticlockwise": "clockwise", "anti-clockwise": "clockwise",
}  # fmt: skip


def mirror(sequence: SkeletonSequence) -> SkeletonSequence:
    """The clip in a mirror: its right axis negated, left and right joints exchanged, and likewise the words "left" and
    "right", "clockwise" and "counterclockwise" in label, captions and questions. Twice is the same clip, bit for bit, but
    for other spellings of "counterclockwise".

    Raises:
        ValueError: a flat clip whose right axis is the one it lacks.
    """
    signs = np.ones(3, np.float32)
    signs[_right_axis(sequence)] = -1
    order = sequence.layout.swap_sides()
    joints = sequence.joints[:, :, order] * signs[: sequence.joints.shape[-1]]
    changes: dict[str, object] = {"joints": joints, "mask": sequence.mask[:, :, order]}
    if sequence.confidence is not None:
        changes["confidence"] = sequence.confidence[:, :, order]
    if sequence.rotations is not None:
        changes["rotations"] = sequence.rotations[:, :, order] * np.outer(signs, signs)
    changes["label"] = None if sequence.label is None else swap_side_words(sequence.label)
    changes["captions"] = tuple(map(swap_side_words, sequence.captions))
    changes["questions"] = tuple((swap_side_words(ask), swap_side_words(answer)) for ask, answer in sequence.questions)
    return sequence.replace(**changes)


def swap_side_words(text: str) -> str:
    """`"Raise the left hand"` -> `"Raise the right hand"`, "clockwise" -> "counterclockwise"; words such as "bright" stay."""
    return _SIDE_WORD.sub(lambda match: _in_case_of(match.group(), _OTHER[match.group().lower()]), text)


def resample(sequence: SkeletonSequence, fps: float) -> SkeletonSequence:
    """The clip at another frame rate, by linear interpolation in time from its first frame to its last.

    A joint is seen where it is in both frames between which a new one falls (in the one that it meets); confidence is
    interpolated, rotations are, and are brought back to rotations.

    Raises:
        ValueError: `fps` is not positive, or would make more than a million frames.
    """
    if not (isinstance(fps, (int, float, np.number)) and np.isfinite(fps) and fps > 0):
        raise ValueError(f"fps: expected a positive number, got {fps!r}")
    if fps == sequence.fps:
        return sequence
    count = int(np.floor((sequence.num_frames - 1) * fps / sequence.fps + 1e-6)) + 1
    if count > 1_000_000:
        raise ValueError(f"fps: expected at most a million frames, got {count:,}")
    at = np.minimum(np.arange(count) * (sequence.fps / fps), sequence.num_frames - 1)
    before = np.floor(at + 1e-6).astype(int)
    share = np.where(at - before < 1e-6, 0.0, at - before).astype(np.float32)
    after = np.where(share > 0, before + 1, before)

    def mix(values: np.ndarray) -> np.ndarray:
        part = share.reshape(-1, *(1,) * (values.ndim - 1))
        return values[before] * (1 - part) + values[after] * part

    changes: dict[str, object] = {"joints": mix(sequence.joints), "mask": sequence.mask[before] & sequence.mask[after]}
    if sequence.confidence is not None:
        changes["confidence"] = mix(sequence.confidence)
    if sequence.rotations is not None:
        left, _, right = np.linalg.svd(mix(sequence.rotations))
        flip = np.ones(left.shape[:-1], np.float32)
        flip[..., 2] = np.sign(np.linalg.det(left @ right))
        changes["rotations"] = (left * flip[..., None, :]) @ right
    return sequence.replace(fps=float(fps), **changes)


def crop(sequence: SkeletonSequence, start: float = 0.0, stop: float | None = None) -> SkeletonSequence:
    """The frames from `start` until before `stop`, in seconds; frame i stands at i / fps. None: to the end.

    Raises:
        ValueError: no frame lies between them.
    """
    stop = sequence.seconds if stop is None else stop
    if not (np.isfinite(start) and np.isfinite(stop)):
        raise ValueError(f"start, stop: expected seconds, got {start!r} and {stop!r}")
    # less a millionth of a frame: 1.1 s at 30 frames a second is frame 33, also after rounding
    first, last = (max(0, int(np.ceil(seconds * sequence.fps - 1e-6))) for seconds in (start, stop))
    if first >= min(last, sequence.num_frames):
        raise ValueError(f"start, stop: no frame from {start:g} to {stop:g} s in a clip of {sequence.seconds:g} s")
    fields = ("joints", "mask", "confidence", "rotations")
    return sequence.replace(**{n: getattr(sequence, n)[first:last] for n in fields if getattr(sequence, n) is not None})


def alone(sequence: SkeletonSequence, person: int) -> SkeletonSequence:
    """The clip with one of its people, by row."""
    confidence = None if sequence.confidence is None else sequence.confidence[:, [person]]
    rotations = None if sequence.rotations is None else sequence.rotations[:, [person]]
    joints, mask = sequence.joints[:, [person]], sequence.mask[:, [person]]
    return sequence.replace(joints=joints, mask=mask, confidence=confidence, rotations=rotations)


def drop_joints(sequence: SkeletonSequence, share: float, generator: np.random.Generator) -> SkeletonSequence:
    """Masks each joint of each person with probability `share`, for the whole clip; everybody keeps one at least.

    Raises:
        ValueError: `share` is not in [0, 1].
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share: expected a number in [0, 1], got {share!r}")
    draws = generator.random(sequence.mask.shape[1:])
    seen = sequence.mask.any(0)
    best = np.where(seen, draws, -1).argmax(1)
    kept = draws >= share
    kept[np.arange(len(kept)), best] = True
    return sequence.replace(mask=sequence.mask & kept)


def add_noise(sequence: SkeletonSequence, metres: float, generator: np.random.Generator) -> SkeletonSequence:
    """Adds independent Gaussian noise of that standard deviation to every coordinate of every joint in every frame.

    Metres on the body also where the clip is in pixels (`SkeletonSequence.metres_per_unit`).

    Raises:
        ValueError: `metres` is negative.
    """
    if not metres >= 0:
        raise ValueError(f"metres: expected no less than 0, got {metres!r}")
    noise = generator.standard_normal(sequence.joints.shape, dtype=np.float32)
    return sequence.replace(joints=sequence.joints + noise * np.float32(metres / sequence.metres_per_unit))


def rotate(sequence: SkeletonSequence, yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> SkeletonSequence:
    """Turns the clip about the middle of its joints: first roll, then pitch, then yaw, in degrees.

    Args:
        yaw: about the up axis; a body that faces the viewer turns to the viewer's right.
        pitch: about the right axis; that body bows to the viewer.
        roll: about the axis towards the viewer, counterclockwise for the viewer.

    Raises:
        ValueError: yaw or pitch for a flat clip, or angles that are not finite.
    """
    if not np.isfinite([yaw, pitch, roll]).all():
        raise ValueError(f"yaw, pitch, roll: expected degrees, got {yaw!r}, {pitch!r}, {roll!r}")
    if sequence.is_2d and (yaw or pitch):
        raise ValueError("yaw, pitch: a two-dimensional clip can only roll")
    axes = _axes(sequence)
    (sy, sp, sr), (cy, cp, cr) = (function(np.radians([yaw, pitch, roll])) for function in (np.sin, np.cos))
    about_up = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_right = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_view = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    turn = axes.T @ about_up @ about_right @ about_view @ axes
    dims = sequence.joints.shape[-1]
    middle = sequence.joints[sequence.mask].mean(0, dtype=np.float64) if sequence.mask.any() else np.zeros(dims)
    changes = {"joints": (sequence.joints - middle) @ turn[:dims, :dims].T + middle}
    if sequence.rotations is not None:
        changes["rotations"] = turn @ sequence.rotations
    return sequence.replace(**changes)


def scale(sequence: SkeletonSequence, factor: float | tuple[float, float, float]) -> SkeletonSequence:
    """Stretches the clip from its origin: by one factor, or by three for right, up and towards the viewer.

    Units that say nothing about size (pixels) stay what they are: only unequal factors then change the body.

    Raises:
        ValueError: factors that are not positive.
    """
    factors = np.broadcast_to(np.asarray(factor, np.float64), (3,))
    if not (np.isfinite(factors).all() and (factors > 0).all()):
        raise ValueError(f"factor: expected one or three positive numbers, got {factor!r}")
    own = factors @ np.abs(_axes(sequence))
    return sequence.replace(joints=sequence.joints * own[: sequence.joints.shape[-1]].astype(np.float32))


def with_axes(sequence: SkeletonSequence, up: str, view: str | None = None) -> SkeletonSequence:
    """The same clip in metres and in other axes: `up` and `view` as in `SkeletonSequence`.

    Raises:
        ValueError: a flat clip, or axes that do not fit together.
    """
    if sequence.is_2d:
        raise ValueError("up, view: expected a clip of three dimensions, got two")
    clip = sequence.canonical()
    target = clip.replace(up=up, view=view)
    own = _axes(target).astype(np.float32)  # rows: our right, up and towards the viewer in the new axes
    changes = {"joints": clip.joints @ own}
    if clip.rotations is not None:
        changes["rotations"] = own.T @ clip.rotations @ own
    return target.replace(**changes)


def _axes(sequence: SkeletonSequence) -> np.ndarray:
    """(3, 3) rows: right, up and towards the viewer in the clip's own axes."""
    return viewer_axes(sequence.up, sequence.view).astype(np.float64)


def _right_axis(sequence: SkeletonSequence) -> int:
    """Number of the clip's own axis that lies across `up` and `view`."""
    axis = 3 - "xyz".index(sequence.up[-1]) - "xyz".index(sequence.view[-1])
    if axis >= sequence.joints.shape[-1]:
        raise ValueError(f"up, view: a flat clip with {sequence.up!r} and {sequence.view!r} has no right axis")
    return axis


def _in_case_of(pattern: str, word: str) -> str:
    if pattern.isupper():
        return word.upper()
    return word.capitalize() if pattern[0].isupper() else word
