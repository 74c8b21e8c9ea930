"""Bodies that an archive holds about their root, with the root's way through the room in an array of its own."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from ..reader import RawClip
from .arrays import Npz

_WAY = re.compile(
    r"(?:root|global|body|pelvis|hips?)_?(?:trans(?:l|lation)?|pos(?:ition)?s?|traj(?:ectory)?)?|trans|transl|translations?|trajectory|traj",
    re.IGNORECASE,
)


def on_its_way(archive: Npz, clip: RawClip) -> RawClip:
    """The clip in the room, where one of its joints is always at exactly 0 and the archive holds a way (frames, 3) under a usual name; else as it is."""
    joints = np.asarray(clip.joints)
    if joints.shape[1] != 1 or joints.shape[3] != 3 or len(joints) < 2:
        return clip
    names = [name for name in archive.names if _WAY.fullmatch(name[:64]) and archive.shape(name) == (len(joints), 3)]
    at_zero = ~joints.any((0, 1, 3))
    if len(names) != 1 or at_zero.sum() != 1:
        return clip
    way = archive[names[0]]
    if way.dtype.kind not in "fiu" or not np.isfinite(way).all():
        return clip
    note = f"Joints stand about their root: its way, array {names[0]!r}, was added."
    moved = joints + way.astype(np.float32)[:, None, None]
    return replace(clip, joints=moved, notes=(*clip.notes, note))
