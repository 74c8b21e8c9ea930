"""Tables of the layouts that particular files and detectors use; `layouts.py` builds and registers them.

Each entry: name -> (rows of (joint, body point or None), bones by joint name).
"""

from __future__ import annotations

Rows = list[tuple[str, "str | None"]]
Bones = list[tuple[str, str]]


def _chain(*joints: str) -> Bones:
    return list(zip(joints, joints[1:]))


def _both(*chains: tuple[str, ...]) -> Bones:
    """Chains for both sides: `{}` stands for the side."""
    return [bone for side in ("left", "right") for chain in chains for bone in _chain(*(j.format(side) for j in chain))]


_KINECT_SIDES = _both(
    ("shoulder_center", "{}_shoulder", "{}_elbow", "{}_wrist", "{}_hand"), ("hip_center", "{}_hip", "{}_knee", "{}_ankle", "{}_foot")
)  # fmt: skip

# MSR-Action3D: Kinect v1's joints in the dataset's own order.
_MSR = [
    ("left_shoulder", "left_shoulder"), ("right_shoulder", "right_shoulder"), ("shoulder_center", "neck_base"),
    ("spine", "spine_lower"), ("left_hip", "left_hip"), ("right_hip", "right_hip"), ("hip_center", "pelvis"),
    ("left_elbow", "left_elbow"), ("right_elbow", "right_elbow"), ("left_wrist", "left_wrist"), ("right_wrist", "right_wrist"),
    ("left_hand", "left_hand"), ("right_hand", "right_hand"), ("left_knee", "left_knee"), ("right_knee", "right_knee"),
    ("left_ankle", "left_ankle"), ("right_ankle", "right_ankle"), ("left_foot", "left_foot"), ("right_foot", "right_foot"),
    ("head", "head"),
]  # fmt: skip

# SBU Kinect Interaction: OpenNI's joints; its "foot" is the end of the shin, its "hand" the end of the forearm.
_SBU = [
    ("head", "head"), ("neck", "neck_base"), ("torso", "spine_middle"),
    ("left_shoulder", "left_shoulder"), ("left_elbow", "left_elbow"), ("left_hand", "left_wrist"),
    ("right_shoulder", "right_shoulder"), ("right_elbow", "right_elbow"), ("right_hand", "right_wrist"),
    ("left_hip", "left_hip"), ("left_knee", "left_knee"), ("left_foot", "left_ankle"),
    ("right_hip", "right_hip"), ("right_knee", "right_knee"), ("right_foot", "right_ankle"),
]  # fmt: skip

EXTRA_LAYOUTS: dict[str, tuple[Rows, Bones]] = {
    "msr_action3d": (_MSR, _chain("hip_center", "spine", "shoulder_center", "head") + _KINECT_SIDES),
    "sbu_15": (
        _SBU,
        _chain("head", "neck", "torso")
        + _both(("neck", "{}_shoulder", "{}_elbow", "{}_hand"), ("torso", "{}_hip", "{}_knee", "{}_foot"))
        + [("left_hip", "right_hip")],
    ),
}
