"""Tables of the layouts that particular files and detectors use; `layouts.py` builds and registers them.

Each entry: name -> (rows of (joint, body point or None), bones by joint name). Joints without a body point that
chains cannot place well (small toes, fingers, face) have their place on the canonical body in `EXTRA_PLACES`.
"""

from __future__ import annotations

import math

Rows = list[tuple[str, "str | None"]]
Bones = list[tuple[str, str]]
Places = dict[str, tuple[float, float, float]]


def _chain(*joints: str) -> Bones:
    return list(zip(joints, joints[1:], strict=False))


def _both(*chains: tuple[str, ...]) -> Bones:
    """Chains for both sides: `{}` stands for the side."""
    return [bone for side in ("left", "right") for chain in chains for bone in _chain(*(j.format(side) for j in chain))]


_KINECT_SIDES = _both(
    ("shoulder_center", "{}_shoulder", "{}_elbow", "{}_wrist", "{}_hand"), ("hip_center", "{}_hip", "{}_knee", "{}_ankle", "{}_foot")
)  # fmt: skip

# MSR-Action3D: Kinect v1's joints in the dataset's own order.
_MSR: Rows = [
    ("left_shoulder", "left_shoulder"), ("right_shoulder", "right_shoulder"), ("shoulder_center", "neck_base"),
    ("spine", "spine_lower"), ("left_hip", "left_hip"), ("right_hip", "right_hip"), ("hip_center", "pelvis"),
    ("left_elbow", "left_elbow"), ("right_elbow", "right_elbow"), ("left_wrist", "left_wrist"), ("right_wrist", "right_wrist"),
    ("left_hand", "left_hand"), ("right_hand", "right_hand"), ("left_knee", "left_knee"), ("right_knee", "right_knee"),
    ("left_ankle", "left_ankle"), ("right_ankle", "right_ankle"), ("left_foot", "left_foot"), ("right_foot", "right_foot"),
    ("head", "head"),
]  # fmt: skip

# SBU Kinect Interaction: OpenNI's joints; its "foot" is the end of the shin, its "hand" the end of the forearm.
_SBU: Rows = [
    ("head", "head"), ("neck", "neck_base"), ("torso", "spine_middle"),
    ("left_shoulder", "left_shoulder"), ("left_elbow", "left_elbow"), ("left_hand", "left_wrist"),
    ("right_shoulder", "right_shoulder"), ("right_elbow", "right_elbow"), ("right_hand", "right_wrist"),
    ("left_hip", "left_hip"), ("left_knee", "left_knee"), ("left_foot", "left_ankle"),
    ("right_hip", "right_hip"), ("right_knee", "right_knee"), ("right_foot", "right_ankle"),
]  # fmt: skip


def _named(*rows: str) -> Rows:
    """Rows whose joint is called as its body point is."""
    return [(name, name) for name in rows]


def _alternating(*points: str, first: str = "left") -> Rows:
    second = "right" if first == "left" else "left"
    return [(f"{side}_{point}", f"{side}_{point}") for point in points for side in (first, second)]


_FEET: Rows = [
    (f"{side}_{name}", f"{side}_{point}" if point else None)
    for side in ("left", "right")
    for name, point in (("big_toe", "toe"), ("small_toe", None), ("heel", "heel"))
]
_FEET_BONES = _both(("{}_ankle", "{}_heel"), ("{}_ankle", "{}_big_toe", "{}_small_toe"))
_LIMB_BONES = _both(("{}_shoulder", "{}_elbow", "{}_wrist"), ("{}_hip", "{}_knee", "{}_ankle"))
_BOX_BONES = [
    ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"), ("left_shoulder", "left_hip"), ("right_shoulder", "right_hip"),
]  # fmt: skip
_EYES_BONES = _both(("nose", "{}_eye", "{}_ear"))
COCO = [("nose", "nose"), *_alternating("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")]
_COCO_BONES = _EYES_BONES + _BOX_BONES + _LIMB_BONES + _both(("{}_ear", "{}_shoulder"))

# OpenPose BODY_25 and COCO-18 (its 01_body_25 and 00 output formats); the neck is the middle of the shoulders.
_OPENPOSE_RIGHT_LEFT = [f"{side}_{part}" for side in ("right", "left") for part in ("shoulder", "elbow", "wrist")]
_OPENPOSE_LEGS = [f"{side}_{part}" for side in ("right", "left") for part in ("hip", "knee", "ankle")]
_OPENPOSE_HEAD = ["right_eye", "left_eye", "right_ear", "left_ear"]
_BODY_25 = [
    ("nose", "nose"), ("neck", "neck_base"), *_named(*_OPENPOSE_RIGHT_LEFT), ("mid_hip", "pelvis"),
    *_named(*_OPENPOSE_LEGS, *_OPENPOSE_HEAD), *_FEET,
]  # fmt: skip
_COCO_18 = [("nose", "nose"), ("neck", "neck_base"), *_named(*_OPENPOSE_RIGHT_LEFT, *_OPENPOSE_LEGS, *_OPENPOSE_HEAD)]
_NECK_BONES = [("neck", "nose"), *_both(("neck", "{}_shoulder"))]

# Halpe 26 (AlphaPose).
_HALPE_26 = [
    *COCO, ("head", "head_top"), ("neck", "neck_base"), ("hip", "pelvis"), *_alternating("big_toe", "small_toe", "heel"),
]  # fmt: skip
_TOE_POINTS = {
    "left_big_toe": "left_toe",
    "right_big_toe": "right_toe",
    "left_small_toe": None,
    "right_small_toe": None,
}
_HALPE_26 = [(joint, _TOE_POINTS.get(joint, point)) for joint, point in _HALPE_26]
_HALPE_BONES = [
    ("head", "neck"), ("neck", "hip"), *_both(("neck", "{}_shoulder"), ("hip", "{}_hip")), *_EYES_BONES, *_LIMB_BONES, *_FEET_BONES,
    ("head", "nose"),
]  # fmt: skip

# MediaPipe Pose / BlazePose.
_MEDIAPIPE = [
    ("nose", "nose"),
    *_named(*(f"{side}_{eye}" for side in ("left", "right") for eye in ("eye_inner", "eye", "eye_outer")), "left_ear", "right_ear"),
    ("mouth_left", "left_mouth"), ("mouth_right", "right_mouth"), *_alternating("shoulder", "elbow", "wrist", "pinky"),
    ("left_index", "left_index_finger"), ("right_index", "right_index_finger"),
    *_alternating("thumb", "hip", "knee", "ankle", "heel"), ("left_foot_index", "left_toe"), ("right_foot_index", "right_toe"),
]  # fmt: skip
_MEDIAPIPE_BONES = [
    *_both(
        ("nose", "{}_eye_inner", "{}_eye", "{}_eye_outer", "{}_ear"), ("{}_wrist", "{}_thumb"), ("{}_wrist", "{}_pinky", "{}_index"),
        ("{}_wrist", "{}_index"), ("{}_ankle", "{}_heel", "{}_foot_index"), ("{}_ankle", "{}_foot_index"),
    ),
    ("mouth_left", "mouth_right"), *_BOX_BONES, *_LIMB_BONES,
]  # fmt: skip

# Human3.6M's 17 joints, in the order of VideoPose3D and its followers.
_H36M = [
    ("pelvis", "pelvis"), *_named("right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle"),
    ("spine", "spine_middle"), ("thorax", "neck_base"), ("nose", "nose"), ("head", "head_top"),
    *_named("left_shoulder", "left_elbow", "left_wrist", "right_shoulder", "right_elbow", "right_wrist"),
]  # fmt: skip
_H36M_BONES = [
    *_chain("pelvis", "spine", "thorax", "nose", "head"),
    *_both(("thorax", "{}_shoulder", "{}_elbow", "{}_wrist"), ("pelvis", "{}_hip", "{}_knee", "{}_ankle")),
]

# SMPL's 24 joints, and SMPL-H's 52 (body, then 15 finger joints a hand).
_SMPL_CENTRE = {"spine1": "spine_lower", "spine2": "spine_middle", "spine3": "spine_upper"}
SMPL_BODY = [
    (name, _SMPL_CENTRE.get(name, name))
    for name in (
        "pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2", "left_ankle", "right_ankle", "spine3",
        "left_foot", "right_foot", "neck", "left_collar", "right_collar", "head", "left_shoulder", "right_shoulder", "left_elbow",
        "right_elbow", "left_wrist", "right_wrist",
    )
]  # fmt: skip
_SMPL_BONES = [
    *_chain("pelvis", "spine1", "spine2", "spine3", "neck", "head"),
    *_both(
        ("pelvis", "{}_hip", "{}_knee", "{}_ankle", "{}_foot"),
        ("spine3", "{}_collar", "{}_shoulder", "{}_elbow", "{}_wrist"),
    ),
]
_SMPL_FINGERS = ("index", "middle", "pinky", "ring", "thumb")
_SMPLH: Rows = SMPL_BODY + [
    (f"{side}_{finger}{joint}", None) for side in ("left", "right") for finger in _SMPL_FINGERS for joint in (1, 2, 3)
]
_SMPLH_BONES = _SMPL_BONES + _both(
    *(("{}_wrist", *(f"{{}}_{finger}{joint}" for joint in (1, 2, 3))) for finger in _SMPL_FINGERS)
)

# Hands of 21 and faces of 68 points, as COCO-WholeBody and Halpe order them.
_FINGERS = ("thumb", "index", "middle", "ring", "pinky")
_HANDS: Rows = [
    (f"{side}_{name}", None)
    for side in ("left", "right")
    for name in ("hand_root", *(f"{finger}{joint}" for finger in _FINGERS for joint in (1, 2, 3, 4)))
]
_HAND_BONES = _both(
    ("{}_wrist", "{}_hand_root"),
    *(("{}_hand_root", *(f"{{}}_{finger}{joint}" for joint in (1, 2, 3, 4))) for finger in _FINGERS),
)
_FACE: Rows = [(f"face_{number}", None) for number in range(68)]
_FACE_RUNS = ((0, 17), (17, 22), (22, 27), (27, 31), (31, 36), (36, 42), (42, 48), (48, 60), (60, 68))
_FACE_BONES = [
    *(bone for first, last in _FACE_RUNS for bone in _chain(*(f"face_{n}" for n in range(first, last)))),
    *((f"face_{last}", f"face_{first}") for first, last in ((36, 41), (42, 47), (48, 59), (60, 67))), ("nose", "face_30"),
]  # fmt: skip


def _small_places() -> Places:
    """Small toes, fingers and faces on the canonical body: the left side at positive X, like `body.BODY_POINTS`."""
    places: Places = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        places[f"{side}_small_toe"] = (sign * 0.15, 0.02, 0.13)
        places[f"{side}_hand_root"] = (sign * 0.72, 1.40, 0.0)
        for finger, forward in zip(_FINGERS, (0.05, 0.03, 0.01, -0.012, -0.033), strict=False):
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
        x = (
            (-0.055, -0.045, -0.035, -0.025, -0.015)[number - 17]
            if number < 22
            else (0.015, 0.025, 0.035, 0.045, 0.055)[number - 22]
        )
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


def _face_pairs(places: Places) -> list[tuple[str, str]]:
    """(left, right) points of the face: mirror images of each other."""
    at = {(round(x, 6), round(y, 6)): joint for joint, (x, y, _) in places.items() if joint.startswith("face_")}
    return [(joint, at[-x, y]) for (x, y), joint in at.items() if x > 0]


# Penn Action's annotations. Its authors call the first joint of each pair "left", but it is the person's right: of 99 people
# who do jumping jacks towards the camera it lies on the picture's left in all, and it throws and strikes in three of four clips.
_PENN_13 = [("head", "head"), *_alternating("shoulder", "elbow", "wrist", "hip", "knee", "ankle", first="right")]
_PENN_BONES = _both(("head", "{}_shoulder")) + _BOX_BONES + _LIMB_BONES

# DeepMimic's reference motions.
_DEEPMIMIC_15 = [
    ("root", "pelvis"), ("chest", "spine_middle"), ("neck", "neck"),
    *(row for side in ("right", "left") for row in _named(*(f"{side}_{part}" for part in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")))),
]  # fmt: skip
_DEEPMIMIC_BONES = _chain("root", "chest", "neck") + _both(
    ("root", "{}_hip", "{}_knee", "{}_ankle"), ("chest", "{}_shoulder", "{}_elbow", "{}_wrist")
)

EXTRA_PLACES: Places = _small_places()
# left/right pairs of joints whose names do not begin with their side
EXTRA_PAIRS = [("mouth_left", "mouth_right"), *_face_pairs(EXTRA_PLACES)]
EXTRA_LAYOUTS: dict[str, tuple[Rows, Bones]] = {
    "msr_action3d": (_MSR, _chain("hip_center", "spine", "shoulder_center", "head") + _KINECT_SIDES),
    "sbu_15": (
        _SBU,
        _chain("head", "neck", "torso")
        + _both(("neck", "{}_shoulder", "{}_elbow", "{}_hand"), ("torso", "{}_hip", "{}_knee", "{}_foot"))
        + [("left_hip", "right_hip")],
    ),
    "smpl_24": (
        [*SMPL_BODY, *_named("left_hand", "right_hand")],
        _SMPL_BONES + [("left_wrist", "left_hand"), ("right_wrist", "right_hand")],
    ),
    "smplh_52": (_SMPLH, _SMPLH_BONES),
    "h36m_17": (_H36M, _H36M_BONES),
    "openpose_25": (
        _BODY_25,
        [*_NECK_BONES, ("neck", "mid_hip"), *_both(("mid_hip", "{}_hip")), *_EYES_BONES, *_LIMB_BONES, *_FEET_BONES],
    ),
    "openpose_18": (_COCO_18, _NECK_BONES + _both(("neck", "{}_hip")) + _EYES_BONES + _LIMB_BONES),
    "mediapipe_33": (_MEDIAPIPE, _MEDIAPIPE_BONES),
    "halpe_26": (_HALPE_26, _HALPE_BONES),
    "halpe_136": (_HALPE_26 + _FACE + _HANDS, _HALPE_BONES + _FACE_BONES + _HAND_BONES),
    "coco_wholebody_133": (COCO + _FEET + _FACE + _HANDS, _COCO_BONES + _FEET_BONES + _FACE_BONES + _HAND_BONES),
    "penn_13": (_PENN_13, _PENN_BONES),
    "deepmimic_15": (_DEEPMIMIC_15, _DEEPMIMIC_BONES),
}
