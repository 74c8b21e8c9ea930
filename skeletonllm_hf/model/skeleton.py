"""The clip of skeletons: joints with their mask, layout, frame rate, units and axes."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .body import BODY_HEIGHT
from .layouts import SkeletonLayout, get_layout
from .package import package_module

# metres per unit; None: the unit says nothing about size, the layout's T-pose does
UNITS: dict[str, float | None] = {
    "metres": 1.0, "decimetres": 0.1, "centimetres": 0.01, "millimetres": 0.001, "inches": 0.0254, "feet": 0.3048,
    "pixels": None, "unknown": None,
}  # fmt: skip
AXES = ("x", "-x", "y", "-y", "z", "-z")
# a frame every quarter of an hour; optical systems reach 2,000 frames a second
MIN_FPS, MAX_FPS = 0.001, 10_000.0
_DEFAULT_VIEW = {"y": "-z", "-y": "z", "z": "y", "-z": "-y", "x": "-z", "-x": "-z"}


@dataclass(frozen=True, eq=False)  # arrays have no one truth: a clip equals itself, and can be a key
class SkeletonSequence:
    """Skeletons over time, in the coordinates of the file, with their layout, frame rate, units and axes.

    Args:
        joints: (frames, people, joints, dims) float32, dims 2 or 3, in `units`. Values where `mask`
            is False mean nothing (stored as 0).
        layout: the skeleton layout, or its name.
        mask: (frames, people, joints) bool, True where a joint was seen; None: wherever it is finite.
        confidence: (frames, people, joints) float32 in [0, 1], or None.
        fps: frames per second.
        units: one of `UNITS`.
        up: the axis that points up, such as `"y"`; image coordinates have `"-y"`.
        view: the axis along which a camera in front of the scene looks: `"-z"` for motion
            capture that faces +z, `"z"` for sensors whose third axis is depth. None: the usual one for `up`.
        rotations: (frames, people, joints, 3, 3) joint orientations in the same axes, or None.
        source: where it came from (a path) for messages.
        format: name of the file format.
        label: action name, or None.
        captions: sentences that describe the clip.
        questions: (question, answer) pairs.
        warnings: guesses and repairs of the reader; shown with every result.

    Axes are right-handed: right = view x up.

    Raises:
        TypeError, ValueError: wrong type, shape or name, with what was expected and what came.
    """

    joints: np.ndarray
    layout: SkeletonLayout
    mask: np.ndarray = None  # type: ignore[assignment]  # None until __post_init__
    confidence: np.ndarray | None = None
    fps: float = 30.0
    units: str = "metres"
    up: str = "y"
    view: str = None  # type: ignore[assignment]  # likewise
    rotations: np.ndarray | None = None
    source: str = ""
    format: str = "array"
    label: str | None = None
    captions: tuple[str, ...] = ()
    questions: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        put = functools.partial(object.__setattr__, self)  # the dataclass is frozen
        put("layout", get_layout(self.layout))
        joints = np.asarray(self.joints)
        if joints.dtype.kind not in "fiu":
            raise TypeError(f"{self._name}joints: expected numbers, got dtype {joints.dtype}")
        if joints.ndim != 4 or joints.shape[3] not in (2, 3):
            raise ValueError(f"{self._name}joints: expected (frames, people, joints, 2 or 3), got {joints.shape}")
        if joints.shape[2] != self.layout.num_joints:
            raise ValueError(
                f"{self._name}joints: layout {self.layout.name!r} has {self.layout.num_joints} joints, got {joints.shape[2]}"
            )
        if 0 in joints.shape[:2]:
            raise ValueError(f"{self._name}joints: expected at least one frame and one person, got {joints.shape}")
        joints = joints.astype(np.float32)  # a copy: what follows must not write into the caller's array
        finite = np.isfinite(joints).all(-1)
        mask = finite if self.mask is None else np.asarray(self.mask, dtype=bool)
        if mask.shape != joints.shape[:3]:
            raise ValueError(f"{self._name}mask: expected {joints.shape[:3]}, got {mask.shape}")
        mask = mask & finite
        joints[~mask] = 0.0
        put("joints", joints)
        put("mask", mask)
        for name, shape in (("confidence", joints.shape[:3]), ("rotations", (*joints.shape[:3], 3, 3))):
            value = getattr(self, name)
            if value is not None:
                value = np.asarray(value, dtype=np.float32)
                if value.shape != shape:
                    raise ValueError(f"{self._name}{name}: expected {shape}, got {value.shape}")
                put(name, value)
        if not (isinstance(self.fps, (int, float, np.number)) and MIN_FPS <= self.fps <= MAX_FPS):  # false for NaN, too
            raise ValueError(
                f"{self._name}fps: expected a positive number, from {MIN_FPS:g} to {MAX_FPS:,g}, got {repr(self.fps)[:40]}"
            )
        put("fps", float(self.fps))
        if self.units not in UNITS:
            raise ValueError(f"{self._name}units: expected one of {list(UNITS)}, got {self.units!r}")
        if self.up not in AXES:
            raise ValueError(f"{self._name}up: expected one of {list(AXES)}, got {self.up!r}")
        view = _DEFAULT_VIEW[self.up] if self.view is None else self.view
        if view not in AXES or view[-1] == self.up[-1]:
            raise ValueError(f"{self._name}view: expected an axis across up={self.up!r}, got {self.view!r}")
        put("view", view)
        for name in ("captions", "questions", "warnings"):
            if isinstance(getattr(self, name), str):
                raise TypeError(f"{self._name}{name}: expected several texts, got one: {getattr(self, name)!r}")
            put(name, tuple(getattr(self, name)))

    @property
    def _name(self) -> str:
        return f"{self.source}: " if self.source else ""

    @property
    def num_frames(self) -> int:
        return self.joints.shape[0]

    @property
    def num_people(self) -> int:
        return self.joints.shape[1]

    @property
    def is_2d(self) -> bool:
        return self.joints.shape[3] == 2

    @property
    def seconds(self) -> float:
        return self.num_frames / self.fps

    @property
    def people_present(self) -> np.ndarray:
        """(people,) bool: people who are seen in any frame."""
        return np.any(self.mask, (0, 2))

    def replace(self, **changes: Any) -> SkeletonSequence:
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    @property
    def metres_per_unit(self) -> float:
        """Of `units`; where those say nothing about size, by the layout's T-pose as in `canonical`."""
        scale = UNITS[self.units]
        return self._scale_to_body(self.joints) if scale is None else scale

    def to_layout(self, layout: str | SkeletonLayout | dict[str, Any]) -> SkeletonSequence:
        """The clip in another layout: shared joints exactly, others derived or masked (`retarget.to_layout`).

        ValueError: this code was loaded from the Hub without the package skeletonllm_hf.
        """
        return package_module("model.retarget", "to_layout").to_layout(self, layout)

    def canonical(self) -> SkeletonSequence:
        """In metres, three-dimensional, X right, Y up, Z towards the viewer (right-handed).

        Units that say nothing about size (pixels, unknown) are scaled by the median ratio of the
        layout's T-pose bone lengths to the clip's own, so that a body has a body's size.
        """
        joints = self.joints
        rotations = self.rotations
        if self.is_2d:
            joints = np.concatenate([joints, np.zeros_like(joints[..., :1])], axis=-1)
        turn = viewer_axes(self.up, self.view)
        joints = joints @ turn.T
        if rotations is not None:
            rotations = (turn @ rotations @ turn.T).astype(np.float32)
        joints = (joints * np.float32(self.metres_per_unit)).astype(np.float32)
        return self.replace(joints=joints, rotations=rotations, units="metres", up="y", view="-z")

    def show(self, other: SkeletonSequence | None = None, height: int = 480) -> Any:
        """The clip in space, to turn and to play, as the last value of a notebook's cell displays it.

        Args:
            other: a clip that is shown beside it, in step.
            height: pixels.

        Returns:
            A `viewer.Shown`; its `html` is one page that needs neither server nor network.
        """
        return package_module("viewer", "show").show(self, other, height)

    def _scale_to_body(self, joints: np.ndarray) -> float:
        rest = self.layout.rest_joints
        ratios = []
        for a, b in self.layout.bones:
            if self.layout.details[a] or self.layout.details[b]:
                continue
            both = self.mask[:, :, a] & self.mask[:, :, b]
            if both.any():
                length = np.linalg.norm(joints[:, :, a] - joints[:, :, b], axis=-1)[both]
                # the upper end of what was seen: in 2D a bone that points at the camera looks short
                length = np.quantile(length, 0.9)
                target = np.linalg.norm(rest[a] - rest[b])
                if length > 0 and target > 0:
                    ratios.append(target / length)
        if ratios:
            return float(np.median(ratios))
        seen = joints[self.mask]
        extent = float(np.ptp(seen, axis=0).max()) if len(seen) else 0.0
        return BODY_HEIGHT / extent if extent > 0 else 1.0


def axis_vector(axis: str) -> np.ndarray:
    """`"-y"` -> (0, -1, 0)."""
    vector = np.zeros(3, dtype=np.float32)
    vector["xyz".index(axis[-1])] = -1.0 if axis.startswith("-") else 1.0
    return vector


def viewer_axes(up: str, view: str) -> np.ndarray:
    """(3, 3) float32 rotation into X right, Y up, Z towards the viewer; its rows are these directions."""
    up_vector, view_vector = axis_vector(up), axis_vector(view)
    return np.stack([np.cross(view_vector, up_vector), up_vector, -view_vector]).astype(np.float32)
