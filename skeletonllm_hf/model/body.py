"""The canonical human body: named points with a place (`joint_names.py` has the names by which files call them).

Every layout relates its joints to these points; two layouts are related through them
("knee" to "knee"), never through row numbers. Axes: X the body's left, Y up, Z the way it
faces; metres; a body of 1.70 m in T-pose (arms stretched sideways), its feet at Y = 0.
Proportions follow Drillis & Contini's segment lengths as shares of stature.
"""

from __future__ import annotations

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
