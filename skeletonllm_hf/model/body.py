"""The canonical human body: named points with their places (`joint_names.py` has the names by which files call them).

Every layout relates its joints to these points; two layouts are related through them
("knee" to "knee"), never through row numbers. Axes: X the body's left, Y up, Z the way it
faces; metres; a body of 1.70 m in T-pose (arms stretched sideways), its feet at Y = 0.
Proportions follow Drillis & Contini's segment lengths as shares of stature.
"""

from __future__ import annotations

import math

_CENTRE = {
    "pelvis": (0.00, 0.94, 0.00),
    "spine_lower": (0.00, 1.05, 0.00),
    "spine_middle": (0.00, 1.18, 0.00),
    "spine_upper": (0.00, 1.30, 0.00),
    "neck_base": (0.00, 1.42, 0.00),
    "neck": (0.00, 1.48, 0.01),
    "head": (0.00, 1.60, 0.02),
    "head_top": (0.00, 1.70, 0.01),
    "nose": (0.00, 1.58, 0.11),
    "jaw": (0.00, 1.52, 0.09),
}

# One side: X is positive here (the body's left); the right side is the mirror image.
_SIDE = {
    "eye": (0.03, 1.61, 0.09),
    "eye_inner": (0.018, 1.61, 0.095),
    "eye_outer": (0.045, 1.61, 0.085),
    "ear": (0.075, 1.59, 0.01),
    "mouth": (0.025, 1.535, 0.09),
    "collar": (0.07, 1.40, 0.00),
    "shoulder": (0.18, 1.40, 0.00),
    "elbow": (0.46, 1.40, 0.00),
    "wrist": (0.71, 1.40, 0.00),
    "hand": (0.79, 1.40, 0.00),
    "hand_tip": (0.88, 1.40, 0.00),
    "thumb": (0.77, 1.39, 0.06),
    "index_finger": (0.85, 1.40, 0.025),
    "pinky": (0.83, 1.40, -0.035),
    "hip": (0.09, 0.90, 0.00),
    "knee": (0.10, 0.49, 0.01),
    "ankle": (0.10, 0.08, -0.01),
    "heel": (0.10, 0.03, -0.06),
    "foot": (0.10, 0.03, 0.11),
    "toe": (0.10, 0.02, 0.17),
}

BODY_POINTS: dict[str, tuple[float, float, float]] = dict(_CENTRE)
for _name, (_x, _y, _z) in _SIDE.items():
    BODY_POINTS[f"left_{_name}"] = (_x, _y, _z)
    BODY_POINTS[f"right_{_name}"] = (-_x, _y, _z)

BODY_HEIGHT = 1.70  # metres, of the canonical body: what "no known units" is scaled to

FINGERS = ("thumb", "index", "middle", "ring", "pinky")


def _detail_places() -> dict[str, tuple[float, float, float]]:
    """Small toes, hands of 21 points and faces of 68, as COCO-WholeBody and Halpe order them."""
    places: dict[str, tuple[float, float, float]] = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        places[f"{side}_small_toe"] = (sign * 0.15, 0.02, 0.13)
        places[f"{side}_hand_root"] = (sign * 0.72, 1.40, 0.0)
        for finger, forward in zip(FINGERS, (0.05, 0.03, 0.01, -0.012, -0.033), strict=False):
            reach = (0.74, 0.765, 0.79, 0.81) if finger == "thumb" else (0.80, 0.835, 0.86, 0.88)
            for joint, x in enumerate(reach, 1):
                places[f"{side}_{finger}{joint}"] = (sign * x, 1.40 - 0.01 * (finger == "thumb"), forward)
    for number in range(68):
        places[f"face_{number}"] = _face_place(number)
    return places


def _face_place(number: int) -> tuple[float, float, float]:
    """A face 0.14 m wide; point 0 lies at the face's own right (negative X)."""
    if number < 17:  # jaw, from ear to ear
        angle = math.pi * number / 16
        return (-0.07 * math.cos(angle), 1.575 - 0.075 * math.sin(angle), 0.03 + 0.06 * math.sin(angle))
    if number < 27:  # brows
        x = (-0.055, -0.045, -0.035, -0.025, -0.015, 0.015, 0.025, 0.035, 0.045, 0.055)[number - 17]
        return (x, 1.63, 0.09)
    if number < 31:  # bridge of the nose
        return (0.0, 1.61 - 0.01 * (number - 27), 0.095 + 0.005 * (number - 27))
    if number < 36:
        return (0.006 * (number - 33), 1.57, 0.10)
    if number < 48:  # eyes: six points round each
        centre, angle = (-0.03, 0.03)[number >= 42], math.pi - math.pi / 3 * ((number - 36) % 6)
        return (centre + 0.012 * math.cos(angle), 1.61 + 0.005 * math.sin(angle), 0.09)
    count, first, width = (12, 48, 0.025) if number < 60 else (8, 60, 0.018)
    angle = math.pi - 2 * math.pi / count * (number - first)
    return (width * math.cos(angle), 1.535 + 0.4 * width * math.sin(angle), 0.09)


def _face_pairs(places: dict[str, tuple[float, float, float]]) -> list[tuple[str, str]]:
    """(left, right) points of the face: mirror images of each other."""
    at = {(round(x, 6), round(y, 6)): joint for joint, (x, y, _) in places.items() if joint.startswith("face_")}
    return [(joint, at[-x, y]) for (x, y), joint in at.items() if x > 0]


# Places of joints that stand for no body point.
DETAIL_PLACES = _detail_places()
FACE_PAIRS = _face_pairs(DETAIL_PLACES)
