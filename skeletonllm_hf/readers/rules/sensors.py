"""Axes of depth sensors that are known by the names of their joints.

Nuitrack: x to the sensor's right, y up, z away from it, which is left-handed. Orbbec's Astra SDK: the same in millimetres, or, where its
picture is mirrored, x to the sensor's left. It takes people for facing the sensor, so their shoulders tell which.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

NUITRACK = {"JOINT_WAIST", "JOINT_TORSO"}
_NUITRACK = {"waist", "torso", "leftcollar", "leftshoulder"}  # without the prefix
_ASTRA = {"basespine", "midspine"}
_SHOULDERS = ("leftshoulder", "rightshoulder")


def sensor_axes(names: Sequence[str], joints: np.ndarray) -> dict[str, Any]:
    """`handed` and `up` of a clip where a sensor is known that names joints so; nothing for other names.

    Args:
        names: of the joints. joints: (frames, people, joints, dims), NaN where nothing is.
    """
    plain = [name.lower().replace("_", "").replace(" ", "").removeprefix("joint") for name in names]
    if joints.shape[-1] != 3:
        return {}
    if set(names) >= NUITRACK or (set(plain) >= _NUITRACK and _before_sensor(joints)):
        return {"handed": "left", "up": "y"}
    if not set(plain) >= _ASTRA.union(_SHOULDERS):
        return {}
    left, right = (joints[:, :, plain.index(shoulder), 0] for shoulder in _SHOULDERS)
    across = (left - right)[np.isfinite(left - right)]
    return {"handed": "left" if len(across) and np.median(across) > 0 else None, "up": "y"}


def _before_sensor(joints: np.ndarray) -> bool:
    """Whether bodies stand along z as a sensor sees them, at least half their height away: other programs' use the names, too."""
    seen = joints[np.isfinite(joints).all(-1)]
    return len(seen) > 0 and float(np.median(seen[:, 2])) > 0.5 * float(np.ptp(np.quantile(seen[:, 1], (0.05, 0.95))))
