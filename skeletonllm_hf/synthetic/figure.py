"""A jointed figure: proportions, and the pose of its segments for given controls.

Forward kinematics for the trunk and head, two-bone inverse kinematics for arms and legs. Every
body point (`model.body.BODY_POINTS`) is rigid on one segment, so bones keep their lengths.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..model.body import BODY_POINTS
from .controls import COLUMNS

# Segments in the order of the arrays, each with the point it turns about and the points that are rigid on it.
_TRUNK = (
    ("pelvis", "pelvis", ()),
    ("spine_lower", "spine_lower", ()),
    ("spine_middle", "spine_middle", ()),
    ("chest", "spine_upper", ()),
    ("neck", "neck_base", ()),
    ("head", "neck", ("head", "head_top", "nose", "jaw")),
)
_FACE = ("eye", "eye_inner", "eye_outer", "ear", "mouth")
_LIMB = (
    ("clavicle", "neck_base", ("collar",)),
    ("upper_arm", "shoulder", ()),
    ("forearm", "elbow", ()),
    ("hand", "wrist", ("hand", "hand_tip", "thumb", "index_finger", "pinky")),
    ("thigh", "hip", ()),
    ("shank", "knee", ()),
    ("foot", "ankle", ("heel", "foot", "toe")),
)
SEGMENTS: list[str] = []
SEGMENT_ROOTS: list[str] = []
POINT_SEGMENT: dict[str, int] = {}


def _number_segments() -> None:
    rows: list[tuple[str, str, tuple[str, ...]]] = [(name, root, points) for name, root, points in _TRUNK]
    for name, root, points in _LIMB:
        for side in ("left", "right"):
            full = root if root == "neck_base" else f"{side}_{root}"
            rows.append((f"{side}_{name}", full, tuple(f"{side}_{point}" for point in points)))
    for number, (name, root, ends) in enumerate(rows):
        SEGMENTS.append(name)
        SEGMENT_ROOTS.append(root)
        for point in (root, *ends):
            POINT_SEGMENT.setdefault(point, number)
    for side in ("left", "right"):
        for point in _FACE:
            POINT_SEGMENT[f"{side}_{point}"] = SEGMENTS.index("head")


_number_segments()
_SEGMENT = {name: number for number, name in enumerate(SEGMENTS)}
_CLAVICLES, _UPPER_ARMS, _FOREARMS, _HANDS, _THIGHS, _SHANKS, _FEET = (
    slice(_SEGMENT[f"left_{name}"], _SEGMENT[f"right_{name}"] + 1) for name, _, _ in _LIMB
)
_OUTWARD = np.array([1.0, -1.0], dtype=np.float32)  # X of the left and the right side
_MIRROR = np.array([[1.0, 1.0, 1.0], [-1.0, 1.0, 1.0]], dtype=np.float32)
_UP = np.array([0.0, 1.0, 0.0], dtype=np.float32)
_SOFT = 0.985  # share of a limb's length up to which it follows its target exactly; then it eases to straight
_FLESH = 0.045  # metres from the middle of a joint that lies on the ground to the ground
_ABOVE_GROUND = [number for name, number in _SEGMENT.items() if not name.endswith(("hand", "foot"))]
HANGING = 0.25  # metres above the ground at which a foot hangs from its shank
_SHRUG = 0.35  # radians by which the collar bone rises with the arm overhead


@dataclass(frozen=True)
class Figure:
    """Body proportions: stature in metres, and shares of the canonical body's lengths and widths."""

    stature: float = 1.70
    arms: float = 1.0
    legs: float = 1.0
    torso: float = 1.0
    shoulders: float = 1.0
    hips: float = 1.0
    head: float = 1.0

    @classmethod
    def draw(cls, rng: np.random.Generator, stature: tuple[float, float], spread: float) -> Figure:
        """A random body; below 1.4 m a child's: larger head, shorter legs and arms."""
        height = rng.uniform(*stature)
        child = np.clip((1.45 - height) / 0.45, 0.0, 1.0)
        share = 1 + spread * np.clip(rng.standard_normal(6), -2, 2)
        share *= 1 + child * np.array([-0.06, -0.09, 0.02, -0.05, -0.05, 0.28])
        return cls(height, *share)

    def stretch(self) -> np.ndarray:
        """(segments, 3) factors on the canonical body's places within each segment."""
        factors = np.ones((len(SEGMENTS), 3), dtype=np.float32)
        for name, number in _SEGMENT.items():
            if name.endswith(("upper_arm", "forearm", "hand")):
                factors[number] = self.arms
            elif name.endswith(("thigh", "shank", "foot")):
                factors[number] = self.legs
            elif name.endswith("clavicle"):
                factors[number] = (self.shoulders, self.torso, 1)
            elif name in ("neck", "head"):
                factors[number] = self.head
            else:
                factors[number] = (self.hips if name == "pelvis" else self.shoulders, self.torso, 1)
        return factors

    @property
    def ankle_height(self) -> float:
        return BODY_POINTS["left_ankle"][1] * self.legs

    @property
    def pelvis_height(self) -> float:
        """Of the standing body, feet on the ground."""
        leg = BODY_POINTS["left_hip"][1] - BODY_POINTS["left_ankle"][1]
        return (
            self.ankle_height + leg * self.legs + (BODY_POINTS["pelvis"][1] - BODY_POINTS["left_hip"][1]) * self.torso
        )

    @property
    def scale(self) -> float:
        """Real metres per metre of the unscaled figure, so that it stands `stature` tall."""
        torso = BODY_POINTS["neck_base"][1] - BODY_POINTS["pelvis"][1]
        top = BODY_POINTS["head_top"][1] - BODY_POINTS["neck_base"][1]
        return self.stature / (self.pelvis_height + torso * self.torso + top * self.head)


POINTS = {name: np.array(place, dtype=np.float32) for name, place in BODY_POINTS.items()}  # of the canonical body


def _matrices(angles: np.ndarray) -> np.ndarray:
    """(..., 3) of (pitch, yaw, roll) -> (..., 3, 3): Ry(yaw) Rx(pitch) Rz(roll)."""
    sine, cosine = np.sin(angles), np.cos(angles)
    sx, sy, sz = (sine[..., axis] for axis in range(3))
    cx, cy, cz = (cosine[..., axis] for axis in range(3))
    out = np.empty((*angles.shape, 3), dtype=angles.dtype)
    out[..., 0, 0] = cy * cz + sy * sx * sz
    out[..., 0, 1] = sy * sx * cz - cy * sz
    out[..., 0, 2] = sy * cx
    out[..., 1, 0] = cx * sz
    out[..., 1, 1] = cx * cz
    out[..., 1, 2] = -sx
    out[..., 2, 0] = cy * sx * sz - sy * cz
    out[..., 2, 1] = sy * sz + cy * sx * cz
    out[..., 2, 2] = cy * cx
    return out


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.sqrt(np.einsum("...i,...i->...", v, v) + 1e-12)[..., None]


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """np.cross costs five times as much on arrays of this size."""
    out = np.empty(np.broadcast_shapes(a.shape, b.shape), dtype=a.dtype)
    out[..., 0] = a[..., 1] * b[..., 2] - a[..., 2] * b[..., 1]
    out[..., 1] = a[..., 2] * b[..., 0] - a[..., 0] * b[..., 2]
    out[..., 2] = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return out


def _bend(
    root: np.ndarray, target: np.ndarray, pole: np.ndarray, upper: np.ndarray, lower: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two-bone inverse kinematics: unit vectors along the upper and the lower bone, and the hinge's axis."""
    reach = target - root
    distance = np.sqrt(np.einsum("...i,...i->...", reach, reach) + 1e-12)
    along = reach / distance[..., None]
    total = upper + lower
    soft, rest = _SOFT * total, (1 - _SOFT) * total
    over = np.maximum(distance - soft, 0.0)
    distance = np.where(over > 0, soft + rest * (1 - np.exp(-over / rest)) * 0.999, distance)
    distance = np.maximum(distance, np.abs(upper - lower) + 0.15 * total)  # elbows and knees do not fold flat
    side = _unit(pole - np.einsum("...i,...i->...", pole, along)[..., None] * along)
    cosine = np.clip((upper**2 + distance**2 - lower**2) / (2 * upper * distance), -1.0, 1.0)
    first = cosine[..., None] * along + np.sqrt(1 - cosine**2)[..., None] * side
    second = (distance[..., None] * along - upper[:, None] * first) / lower[:, None]
    return first, second, _cross(side, along)


def solve(figure: Figure, controls: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places and rotations of all segments.

    Args:
        figure: the body.
        controls: (frames, columns), see `controls`.

    Returns:
        origins (frames, segments, 3) in metres of the UNSCALED figure (multiply by `figure.scale`) and
        rotations (frames, segments, 3, 3) from the T-pose; the performer's axes, ground at Y = 0.
    """
    frames, controls = len(controls), controls.astype(np.float32)
    c = {name: controls[:, columns] for name, columns in COLUMNS.items()}
    pair: Callable[..., Any] = lambda name, width: c[name].reshape(frames, 2, width)  # noqa: E731 - left and right
    stretch = figure.stretch()
    hop: Callable[..., Any] = lambda a, b, seg: (POINTS[b] - POINTS[a]) * stretch[_SEGMENT[seg]]  # noqa: E731 - within segment `seg`
    origins = np.empty((frames, len(SEGMENTS), 3), dtype=np.float32)
    turns = np.empty((frames, len(SEGMENTS), 3, 3), dtype=np.float32)

    angles = np.stack([c["orient"], c["spine"] / 3, c["head"] / 2], axis=1)
    matrices = _matrices(angles)
    origins[:, 0] = c["pelvis"]
    origins[:, 0, 1] += figure.pelvis_height
    turns[:, 0] = matrices[:, 0]
    chain = ("pelvis", "spine_lower", "spine_middle", "spine_upper", "neck_base", "neck")
    for number in range(1, 6):
        np.matmul(turns[:, number - 1], matrices[:, 1 if number < 4 else 2], out=turns[:, number])
        offset = hop(chain[number - 1], chain[number], _TRUNK[number - 1][0])
        origins[:, number] = origins[:, number - 1] + turns[:, number - 1] @ offset
    hips, chest = turns[:, 0], turns[:, 3]
    to_world = chest.transpose(0, 2, 1)

    hands = pair("hands", 3)
    rise = _SHRUG * _OUTWARD * np.clip(hands[:, :, 1] / 0.45, -0.1, 1.0)
    flat = np.zeros((frames, 2, 3), dtype=np.float32)
    flat[:, :, 2] = rise
    turns[:, _CLAVICLES] = chest[:, None] @ _matrices(flat)
    origins[:, _CLAVICLES] = origins[:, _SEGMENT["neck"], None]

    roots = np.empty((frames, 4, 3), dtype=np.float32)
    targets, poles = np.empty_like(roots), np.empty_like(roots)
    shoulder = hop("neck_base", "left_shoulder", "left_clavicle") * _MIRROR
    roots[:, :2] = origins[:, _CLAVICLES] + np.einsum("tsij,sj->tsi", turns[:, _CLAVICLES], shoulder)
    targets[:, :2] = roots[:, :2] + (hands * (np.float32(figure.arms) * _MIRROR)) @ to_world
    targets[:, :2] += pair("holds", 1) * (pair("pins", 3) - targets[:, :2])
    poles[:, :2] = (pair("poles", 3) * _MIRROR) @ to_world
    hip = hop("pelvis", "left_hip", "pelvis") * _MIRROR
    roots[:, 2:] = origins[:, :1] + hip @ hips.transpose(0, 2, 1)
    stand = POINTS["left_ankle"] * np.array([figure.hips, figure.legs, 1], dtype=np.float32) * _MIRROR
    targets[:, 2:] = stand + pair("feet", 3)
    outward = c["knees"] * _OUTWARD
    knees = np.stack([np.sin(outward), np.zeros_like(outward), np.cos(outward)], axis=-1)
    poles[:, 2:] = knees @ hips.transpose(0, 2, 1)

    length: Callable[..., Any] = lambda a, b: float(np.linalg.norm(POINTS[b] - POINTS[a]))  # noqa: E731
    arm = figure.arms * np.array([length("left_shoulder", "left_elbow"), length("left_elbow", "left_wrist")])
    leg = figure.legs * np.array([length("left_hip", "left_knee"), length("left_knee", "left_ankle")])
    upper, lower = np.array([[arm[0], arm[0], leg[0], leg[0]], [arm[1], arm[1], leg[1], leg[1]]], dtype=np.float32)
    first, second, hinge = _bend(roots, targets, poles, upper, lower)
    middle = roots + upper[:, None] * first
    ends = middle + lower[:, None] * second
    origins[:, _UPPER_ARMS], origins[:, _FOREARMS], origins[:, _HANDS] = roots[:, :2], middle[:, :2], ends[:, :2]
    origins[:, _THIGHS], origins[:, _SHANKS], origins[:, _FEET] = roots[:, 2:], middle[:, 2:], ends[:, 2:]

    # In T-pose the arm's bone is +-X and its elbow points to -Z; the leg's bone is -Y and its knee points to +Z.
    for which, bone in ((_UPPER_ARMS, first), (_FOREARMS, second)):
        x, y = bone[:, :2] * _OUTWARD[:, None], hinge[:, :2] * -_OUTWARD[:, None]
        frame = turns[:, which]
        frame[..., 0], frame[..., 1], frame[..., 2] = x, y, _cross(x, y)
    turns[:, _HANDS] = turns[:, _FOREARMS] @ _palms(pair("palms", 2))
    for which, bone in ((_THIGHS, first), (_SHANKS, second)):
        x, y = hinge[:, 2:], -bone[:, 2:]
        frame = turns[:, which]
        frame[..., 0], frame[..., 1], frame[..., 2] = x, y, _cross(x, y)
    turns[:, _FEET] = _feet(
        turns[:, _SHANKS], ends[:, 2:, 1] - stand[0, 1], pair("steps", 2), c["looses"], hips[:, 1, 1]
    )
    # a joint that would lie in the ground lifts the whole body
    origins[..., 1] += np.maximum(_FLESH - origins[:, _ABOVE_GROUND, 1].min(1), 0.0)[:, None]
    return origins, turns


def _palms(palms: np.ndarray) -> np.ndarray:
    """(frames, 2, 2) twist and flexion -> (frames, 2, 3, 3), mirrored for the right hand."""
    angles = np.zeros((*palms.shape[:2], 3), dtype=palms.dtype)
    angles[..., 0] = palms[..., 0]
    angles[..., 2] = -palms[..., 1] * _OUTWARD
    return _matrices(angles)


def _feet(
    shanks: np.ndarray, height: np.ndarray, steps: np.ndarray, loose: np.ndarray, upright: np.ndarray
) -> np.ndarray:
    """(frames, 2, 3, 3): flat on the ground, or hanging from the shank where lifted, loose or the body lies."""
    pitch, yaw = steps[..., 0], steps[..., 1]
    flat = np.stack([np.sin(yaw) * np.cos(pitch), -np.sin(pitch), np.cos(yaw) * np.cos(pitch)], axis=-1)
    hang = np.clip(height / HANGING, 0.0, 1.0) + loose + np.clip((0.7 - upright) / 0.25, 0.0, 1.0)[:, None]
    hang = np.minimum(hang, 1.0)[..., None]
    # toes 28 degrees down from square to the shank, 83 where the foot is pointed (loose beyond 1)
    angle = 0.49 + 0.96 * np.clip(loose - 1, 0.0, 1.0)[..., None]
    hanging = np.cos(angle) * shanks[..., 2] - np.sin(angle) * shanks[..., 1]
    forward = _unit(flat + hang * (hanging - flat))
    forward[..., 1] = np.maximum(forward[..., 1], (-0.03 - height) / 0.18)  # toes do not dig in
    forward = _unit(forward)
    up = _UP + hang * (shanks[..., 1] - _UP)
    sideways = _unit(_cross(up, forward))
    return np.stack([sideways, _cross(forward, sideways), forward], axis=-1)
