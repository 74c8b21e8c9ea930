"""MSR-Action3D (Li, Zhang, Liu 2010), Kinect v1, 15 Hz: world coordinates and the screen variant.

Text, 20 rows a frame, `x y z confidence` each. World files give metres, Y up, Z depth; screen files give
the pixel (u, v) and the depth. The fourth column is the tracker's own state, 0 for every joint it derives
(spine, hip centre, feet), so it says nothing about whether the joint is there: it is not used.
"""

from __future__ import annotations

import re

import numpy as np

from ...nouns import counted
from ..numbers import head_rows, parse_table
from ..reader import RawClip, Reader, ReadOptions, check_size, seen_joints
from ..source import SkeletonFile

ACTIONS = (
    "high arm wave", "horizontal arm wave", "hammer", "hand catch", "forward punch", "high throw", "draw x", "draw tick",
    "draw circle", "hand clap", "two hand wave", "side boxing", "bend", "forward kick", "side kick", "jogging",
    "tennis swing", "tennis serve", "golf swing", "pick up and throw",
)  # fmt: skip
JOINTS = 20
FPS = 15.0
# Nominal focal length of the depth camera, pixels of a picture 640 wide (the runtime's own constant).
_FOCAL_640 = 571.26
_NAME = re.compile(r"a(\d\d)_s(\d\d)_e(\d\d)_skeleton", re.IGNORECASE)


def _detect(file: SkeletonFile) -> float:
    rows = head_rows(file)
    if not rows or len(rows) < JOINTS or any(len(row) != 4 for row in rows):
        return 0.0
    if not all(0 <= row[3] <= 1 for row in rows):
        return 0.0
    return 0.9 if _NAME.match(file.name) else 0.8


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    rows = parse_table(file, file.data, 4, what="numbers (x y z confidence) a line")
    frames, left = divmod(len(rows), JOINTS)
    if left:
        raise file.error(
            f"{JOINTS} rows for each frame",
            f"{counted(len(rows), 'row')}: {counted(frames, 'frame')} and {counted(left, 'row')}",
        )
    check_size(file, frames, 1, JOINTS)
    joints = rows.reshape(frames, 1, JOINTS, 4)[..., :3]
    found = _NAME.match(file.name)
    action = int(found.group(1)) if found else 0
    units = "metres"
    notes: tuple[str, ...] = ()
    finite, some = seen_joints(joints)
    seen = finite & some
    # the sensor sees 0.8 to 4 m and half a metre of height at least: pixels are hundreds
    if seen.any() and np.abs(joints[..., :2][seen]).max() > 20:
        joints, units = _from_screen(joints, seen), "unknown"
        notes = ("Screen coordinates were projected back with the sensor's nominal focal length.",)
    return RawClip(
        joints, "msr_action3d", fps=FPS, units=units, up="y", view="z", zero_is_missing=True,
        label=ACTIONS[action - 1] if 1 <= action <= len(ACTIONS) else None, notes=notes,
    )  # fmt: skip


def _from_screen(joints: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """(u, v, depth) -> x, y, z in the unit of the depth."""
    # feet are often below the picture, but a body stands about its middle: (160, 120) or (320, 240)
    across, down = (np.median(joints[..., axis][seen]) for axis in (0, 1))
    width = 320.0 if across * down < 2 * 160 * 120 else 640.0
    focal = _FOCAL_640 * width / 640.0
    u, v, depth = joints[..., 0], joints[..., 1], joints[..., 2]
    world = np.stack([(u - width / 2) * depth / focal, (0.375 * width - v) * depth / focal, depth], axis=-1)
    world[~seen] = 0.0
    return world


READER = Reader(
    "msr_action3d", "MSR-Action3D text, world or screen coordinates",
    "lines of 4 numbers `x y z confidence`, 20 lines a frame, confidence in [0, 1]",
    _detect, _read, (".txt",),
)  # fmt: skip
