"""Clips by their joints, beside the rendered frames: the second space that clips and sentences share."""

from .encoder import JointEncoder, JointEncoders, joint_batch, load_joint_encoders
from .points import BODY_TARGETS, body_places, body_targets

__all__ = [
    "BODY_TARGETS",
    "JointEncoder",
    "JointEncoders",
    "body_places",
    "body_targets",
    "joint_batch",
    "load_joint_encoders",
]
