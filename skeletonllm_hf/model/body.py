"""The canonical human body: named points with a place, and the names by which files call them.

Every layout relates its joints to these points; two layouts are related through them
("knee" to "knee"), never through row numbers. Axes: X the body's left, Y up, Z the way it
faces; metres; a body of 1.70 m in T-pose (arms stretched sideways), its feet at Y = 0.
Proportions follow Drillis & Contini's segment lengths as shares of stature.
"""

from __future__ import annotations

import re

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

# What files call a point, without its side; the first word that fits wins, so longer words stand first.
_ALIASES: tuple[tuple[str, str], ...] = (
    (r"eye_?inner", "eye_inner"),
    (r"eye_?outer", "eye_outer"),
    (r"eye", "eye"),
    (r"ear", "ear"),
    (r"mouth", "mouth"),
    (r"nose", "nose"),
    (r"jaw|chin", "jaw"),
    (r"hand_?tip|hand_?end|finger_?tip|(hand_?)?middle_?(finger)?_?0?3", "hand_tip"),
    (r"(hand_?)?thumb_?\d*", "thumb"),
    (r"(hand_?)?index(_?finger)?_?\d*|fingers?\d?", "index_finger"),
    (r"(hand_?)?(pinky|little)(_?finger)?_?\d*", "pinky"),
    (r"clavicle|collar(_?bone)?|inner_?shoulder", "collar"),
    (r"fore_?arm|lower_?arm|elbow|radius|arm_?lower", "elbow"),
    (r"upper_?arm|shoulder_?joint|humerus|arm_?upper|arm", "shoulder"),
    (r"wrist", "wrist"),
    (r"hand|palm|paw_?front", "hand"),
    (r"up_?leg|upper_?leg|thigh|femur|hip_?joint|leg_?upper", "hip"),
    (r"lower_?leg|shin|calf|tibia|knee|leg_?lower|leg", "knee"),
    (r"ankle", "ankle"),
    (r"heel|calcaneus", "heel"),
    (r"toe_?base|foot_?index|big_?toe|small_?toe|toe_?0|toes?(_?end)?|ball", "toe"),
    (r"foot", "foot"),
    (r"pelvis|hips|root|mid_?hip|hip_?cent(er|re)|center_?hip|spine_?base|lower_?back_?root", "pelvis"),
    (r"head_?(top_?)?(top|end|nub)|top_?head|skull_?top", "head_top"),
    (r"head|skull", "head"),
    (r"spine_?shoulder|shoulder_?cent(er|re)|neck_?base|thorax_?top", "neck_base"),
    (r"neck_?\d*", "neck"),
    (r"upper_?chest|spine_?(0?3|upper)|chest_?2|thorax", "spine_upper"),
    (r"chest|spine_?(0?2|mid|middle)|torso|upper_?back", "spine_middle"),
    (r"spine_?(0?1|lower|naval)?|abdomen|waist|lower_?back|belly", "spine_lower"),
    (r"shoulder", "shoulder"),
    (r"hip", "hip"),
)
_HIP_JOINT = ("hip_joint", "hipjoint")
_SIDES = (("left", r"(?:^|_)(?:left|l)(?=_|$)|^left|left$"), ("right", r"(?:^|_)(?:right|r)(?=_|$)|^right|right$"))


def split_side(name: str) -> tuple[str | None, str]:
    """`"LeftUpLeg"` -> `("left", "up_leg")`; a name without a side gives `(None, name)`."""
    words = re.sub(r"^.*[:|/]", "", name)  # a rig's name space: "mixamorig:Hips"
    words = re.sub(r"^(joint|jnt|bip\d*|j|m)[_ .](?=.)", "", words.strip(), flags=re.IGNORECASE)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", words)
    words = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])", "_", words)  # "LThumb" -> "L_Thumb"
    words = re.sub(r"[\s.\-]+", "_", words).lower().strip("_")
    for side, pattern in _SIDES:
        if re.search(pattern, words):
            return side, re.sub(r"_+", "_", re.sub(pattern, "_", words, count=1)).strip("_")
    return None, words


def body_point(name: str) -> str | None:
    """The body point that a joint of this name stands for, or None where no name is known.

    Rigs that give the bone above a joint the joint's name (`LeftArm` is the shoulder, `LeftShoulder`
    the collar bone) are read by `body_points`, which sees all names at once.
    """
    side, words = split_side(name)
    for pattern, point in _ALIASES:
        if re.fullmatch(pattern, words):
            if point in _SIDE:
                return f"{side}_{point}" if side else None
            return point if side is None else None
    return None


def body_points(names: list[str] | tuple[str, ...]) -> tuple[str | None, ...]:
    """Body points for all joints of a skeleton, each used once; later doubles get None.

    In a rig with both `Shoulder` and `Arm`/`UpperArm` on a side, `Shoulder` is the collar bone.
    Likewise `LeftHand` is the wrist where no other joint of that side is (rigs name the wrist "hand"), and
    `LHipJoint` stands for nothing where the side has a thigh: in CMU's rigs it sits at the pelvis.
    """
    points = [body_point(name) for name in names]
    words = [split_side(name) for name in names]
    for side in ("left", "right"):
        upper = [
            i for i, (s, w) in enumerate(words) if s == side and points[i] == f"{side}_shoulder" and "shoulder" not in w
        ]
        for i, (s, w) in enumerate(words):
            if upper and s == side and w == "shoulder":
                points[i] = f"{side}_collar"
        thighs = [
            i for i, (s, w) in enumerate(words) if s == side and points[i] == f"{side}_hip" and w not in _HIP_JOINT
        ]
        for i, (s, w) in enumerate(words):
            if thighs and s == side and w in _HIP_JOINT:
                points[i] = None
        if f"{side}_wrist" not in points and f"{side}_hand" in points:
            points[points.index(f"{side}_hand")] = f"{side}_wrist"
        if f"{side}_ankle" not in points and f"{side}_foot" in points:
            points[points.index(f"{side}_foot")] = f"{side}_ankle"
    hips = [i for i, (_, w) in enumerate(words) if points[i] == "pelvis" and re.search("hip|pelvis", w)]
    for i, point in enumerate(points):
        if hips and point == "pelvis" and i != hips[0]:  # a "root" on the floor beside real hips
            points[i] = None
    seen: set[str] = set()
    unique: list[str | None] = []
    for point in points:
        unique.append(point if point not in seen else None)
        if point is not None:
            seen.add(point)
    return tuple(unique)
