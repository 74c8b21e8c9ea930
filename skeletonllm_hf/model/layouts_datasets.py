"""Layouts of data sets and sensors beyond those that a reader of their own needs; `layouts.py` builds and registers them.

Built like `layouts_detectors`: name -> (rows of (joint, body point or None), bones by joint name); joints without a body point
lie between their neighbours, or at their place in `DATASET_PLACES`. The bundled model was taught none of these by name: it sees the drawn body.
"""

from __future__ import annotations

from .layouts_detectors import EXTRA_PLACES, Bones, Places, Rows, _both, _chain, _named

_LIMBS = _both(("{}_shoulder", "{}_elbow", "{}_wrist"), ("{}_hip", "{}_knee", "{}_ankle"))

# KIT-ML's 21 joints (MMM's BP, BT, BLN, BUN, ...), as HumanML3D's authors process them: the first side is the right one.
_KIT = [
    ("root", "pelvis"), ("spine", "spine_middle"), ("thorax", "spine_upper"), ("neck", "neck"), ("head", "head"),
    *_named(*(f"{side}_{part}" for side in ("right", "left") for part in ("shoulder", "elbow", "wrist"))),
    *((f"{side}_{part}", f"{side}_{point}") for side in ("right", "left") for part, point in (
        ("hip", "hip"), ("knee", "knee"), ("ankle", "ankle"), ("foot", "foot"), ("toe", "toe"))),
]  # fmt: skip
_KIT_BONES = [
    *_chain("root", "spine", "thorax", "neck", "head"),
    *_both(
        ("neck", "{}_shoulder", "{}_elbow", "{}_wrist"), ("root", "{}_hip", "{}_knee", "{}_ankle", "{}_foot", "{}_toe")
    ),
]

# MPII Human Pose and Leeds Sports Pose: legs from the right ankle up and down to the left one, arms likewise.
_LEGS_ACROSS = ("right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle")
_ARMS_ACROSS = ("right_wrist", "right_elbow", "right_shoulder", "left_shoulder", "left_elbow", "left_wrist")
_MPII = [
    *_named(*_LEGS_ACROSS), ("pelvis", "pelvis"), ("thorax", "neck_base"), ("upper_neck", "neck"), ("head_top", "head_top"),
    *_named(*_ARMS_ACROSS),
]  # fmt: skip
_LSP = [*_named(*_LEGS_ACROSS, *_ARMS_ACROSS), ("neck", "neck"), ("head_top", "head_top")]

# OpenPose MPI: its head is the top of the head.
_MPI_15 = [
    ("head", "head_top"), ("neck", "neck_base"),
    *_named(*(f"{side}_{part}" for side in ("right", "left") for part in ("shoulder", "elbow", "wrist"))),
    *_named(*(f"{side}_{part}" for side in ("right", "left") for part in ("hip", "knee", "ankle"))), ("chest", "spine_middle"),
]  # fmt: skip

# Azure Kinect Body Tracking SDK (k4abt_joint_id_t).
_AZURE_ARM = (
    ("clavicle", "collar"), ("shoulder", "shoulder"), ("elbow", "elbow"), ("wrist", "wrist"), ("hand", "hand"),
    ("handtip", "hand_tip"), ("thumb", "thumb"),
)  # fmt: skip
_AZURE = [
    ("pelvis", "pelvis"), ("spine_navel", "spine_lower"), ("spine_chest", "spine_upper"), ("neck", "neck"),
    *((f"{side}_{part}", f"{side}_{point}") for side in ("left", "right") for part, point in _AZURE_ARM),
    *_named(*(f"{side}_{part}" for side in ("left", "right") for part in ("hip", "knee", "ankle", "foot"))),
    *_named("head", "nose", "left_eye", "left_ear", "right_eye", "right_ear"),
]  # fmt: skip
_AZURE_BONES = [
    *_chain("pelvis", "spine_navel", "spine_chest", "neck", "head", "nose"),
    *_both(
        ("spine_chest", "{}_clavicle", "{}_shoulder", "{}_elbow", "{}_wrist", "{}_hand", "{}_handtip"),
        ("{}_wrist", "{}_thumb"), ("pelvis", "{}_hip", "{}_knee", "{}_ankle", "{}_foot"), ("nose", "{}_eye", "{}_ear"),
    ),
]  # fmt: skip

# Human3.6M's raw 32 joints: several lie on others (the ends that its BVH skeleton has for fingers and toes).
_H36M_LEG = (("hip", "hip"), ("knee", "knee"), ("ankle", "ankle"), ("toe_base", "foot"), ("toe", "toe"))
_H36M_ARM = (
    ("clavicle", None), ("shoulder", "shoulder"), ("elbow", "elbow"), ("wrist", "wrist"), ("thumb_base", None), ("thumb", "thumb"),
    ("wrist_end", None), ("hand_tip", "hand_tip"),
)  # fmt: skip
_H36M_32 = [
    ("pelvis", "pelvis"),
    *((f"{side}_{part}", f"{side}_{point}") for side in ("right", "left") for part, point in _H36M_LEG),
    ("spine_base", None), ("spine", "spine_middle"), ("neck", "neck_base"), ("nose", "nose"), ("head_top", "head_top"),
    *((f"{side}_{part}", point and f"{side}_{point}") for side in ("left", "right") for part, point in _H36M_ARM),
]  # fmt: skip
_H36M_32_BONES = [
    *_chain("pelvis", "spine_base", "spine", "neck", "nose", "head_top"),
    *_both(
        ("pelvis", "{}_hip", "{}_knee", "{}_ankle", "{}_toe_base", "{}_toe"),
        ("neck", "{}_clavicle", "{}_shoulder", "{}_elbow", "{}_wrist", "{}_thumb_base", "{}_thumb"),
        ("{}_wrist", "{}_wrist_end", "{}_hand_tip"),
    ),
]

# CMU's 38 joints (motion prediction benchmarks): the ASF skeleton with its ends.
_CMU_LEG = (
    ("hip_joint", None), ("hip", "hip"), ("knee", "knee"), ("ankle", "ankle"), ("foot", "foot"), ("toe", "toe"),
)  # fmt: skip
_CMU_ARM = (
    ("clavicle", None), ("shoulder", "shoulder"), ("elbow", "elbow"), ("wrist", "wrist"), ("hand", "hand"), ("fingers", None),
    ("hand_tip", "hand_tip"), ("thumb_base", None), ("thumb", "thumb"),
)  # fmt: skip
_CMU_38 = [
    ("root", "pelvis"),
    *((f"{side}_{part}", point and f"{side}_{point}") for side in ("left", "right") for part, point in _CMU_LEG),
    ("lower_back", None), ("spine", "spine_lower"), ("spine1", "spine_upper"), ("neck", "neck_base"), ("neck1", "neck"),
    ("head", "head"), ("head_top", "head_top"),
    *((f"{side}_{part}", point and f"{side}_{point}") for side in ("left", "right") for part, point in _CMU_ARM),
]  # fmt: skip
_CMU_38_BONES = [
    *_chain("root", "lower_back", "spine", "spine1", "neck", "neck1", "head", "head_top"),
    *_both(
        ("root", *(f"{{}}_{part}" for part, _ in _CMU_LEG)), ("spine1", *(f"{{}}_{part}" for part, _ in _CMU_ARM[:7])),
        ("{}_wrist", "{}_thumb_base", "{}_thumb"),
    ),
]  # fmt: skip

# One hand of 21 points (MediaPipe Hands, OpenPose, FreiHAND): which hand it is, the file has to tell.
_FINGERS = ("thumb", "index", "middle", "ring", "pinky")
_HAND: Rows = [("hand_root", None), *((f"{finger}{joint}", None) for finger in _FINGERS for joint in (1, 2, 3, 4))]
_HAND_BONES = [
    bone for finger in _FINGERS for bone in _chain("hand_root", *(f"{finger}{joint}" for joint in (1, 2, 3, 4)))
]


DATASET_PLACES: Places = {joint: EXTRA_PLACES[f"left_{joint}"] for joint, _ in _HAND}
DATASET_LAYOUTS: dict[str, tuple[Rows, Bones]] = {
    "kit_21": (_KIT, _KIT_BONES),
    "mpii_16": (
        _MPII,
        [
            *_chain("pelvis", "thorax", "upper_neck", "head_top"),
            *_both(("thorax", "{}_shoulder"), ("pelvis", "{}_hip")),
            *_LIMBS,
        ],
    ),
    "lsp_14": (_LSP, [("neck", "head_top"), *_both(("neck", "{}_shoulder"), ("neck", "{}_hip")), *_LIMBS]),
    "openpose_mpi_15": (
        _MPI_15,
        [*_chain("head", "neck", "chest"), *_both(("neck", "{}_shoulder"), ("chest", "{}_hip")), *_LIMBS],
    ),
    "azure_kinect_32": (_AZURE, _AZURE_BONES),
    "h36m_32": (_H36M_32, _H36M_32_BONES),
    "cmu_38": (_CMU_38, _CMU_38_BONES),
    "hand_21": (_HAND, _HAND_BONES),
}
