"""Controls of the figure: one row of numbers a frame, its columns by name.

Everything is in canonical metres (a body of 1.70 m) and radians, in the performer's own axes: X its
left, Y up, Z forward. Performers act right-handed; a left-handed clip is the mirror image.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

# Name -> width. Hands: the wrist's place from the shoulder in the chest's axes, X OUTWARD on both sides.
# Poles: where the elbow points, same axes. Palms: (twist, flexion) of the hand on the forearm.
# Pins: a place of the wrist in the performer's own world, followed by the share `hold`.
# Feet: how far the ankle is from where it stands; steps: (toes down, toes to the left); knees: outward;
# loose: 0 flat on the ground, 1 hanging from the shank, 2 pointed, -1 flat on something higher.
# Angles are (forward, to the left, roll towards the right).
_WIDTHS = {
    "pelvis": 3, "orient": 3, "spine": 3, "head": 3,
    "left": 3, "right": 3, "left_pole": 3, "right_pole": 3, "left_palm": 2, "right_palm": 2,
    "left_pin": 3, "right_pin": 3, "left_hold": 1, "right_hold": 1,
    "left_foot": 3, "right_foot": 3, "left_step": 2, "right_step": 2, "left_knee": 1, "right_knee": 1,
    "left_loose": 1, "right_loose": 1,
}  # fmt: skip


def _columns() -> tuple[dict[str, slice], int]:
    columns, start = {}, 0
    for name, width in _WIDTHS.items():
        columns[name] = slice(start, start + width)
        start += width
    # both sides at once: left and right stand side by side
    for pair in ("hand", "pole", "palm", "pin", "hold", "foot", "step", "knee", "loose"):
        left = columns["left" if pair == "hand" else f"left_{pair}"]
        right = columns["right" if pair == "hand" else f"right_{pair}"]
        columns["feet" if pair == "foot" else f"{pair}s"] = slice(left.start, right.stop)
    return columns, start


COLUMNS, NUM_COLUMNS = _columns()
_UNIT = np.ones(NUM_COLUMNS)  # radians per degree, or 1
for _name in ("orient", "spine", "head", "palms", "steps", "knees"):
    _UNIT[COLUMNS[_name]] = np.pi / 180

# How far the same pose of two performances differs (standard deviation, metres and radians); feet stay put.
SPREAD = np.zeros(NUM_COLUMNS)
for _name, _value in {
    "pelvis": 0.01, "orient": 0.02, "spine": 0.035, "head": 0.06, "hands": 0.022, "poles": 0.1, "palms": 0.15,
}.items():  # fmt: skip
    SPREAD[COLUMNS[_name]] = _value


def row(**channels: Any) -> np.ndarray:
    """(columns,) from named channels, angles in degrees: the rest is 0. `both=` sets the two hands alike.

    Raises:
        KeyError: a channel that does not exist.
    """
    values = np.zeros(NUM_COLUMNS)
    for name, value in channels.items():
        if name.startswith("both"):
            for side in ("left", "right"):
                values[COLUMNS[side + name[4:]]] = value
        else:
            values[COLUMNS[name]] = value
    return values * _UNIT


def channel_columns(names: Iterable[str]) -> list[int]:
    """Numbers of all columns that these channels fill."""
    numbers: list[int] = []
    for name in names:
        for full in (f"left{name[4:]}", f"right{name[4:]}") if name.startswith("both") else (name,):
            numbers.extend(range(COLUMNS[full].start, COLUMNS[full].stop))
    return sorted(set(numbers))


_STANDING = row(
    pelvis=(0, -0.009, 0), both=(0.055, -0.515, 0.045), both_pole=(0.4, -0.6, -0.5), both_step=(0, 0),
    left_step=(0, 8), right_step=(0, -8), both_knee=6,
)  # fmt: skip
POSTURES = {
    "standing": _STANDING,
    "sitting": _STANDING
    + row(pelvis=(0, -0.42, 0), both_foot=(0, 0, 0.40), spine=(6, 0, 0), both=(-0.085, 0.17, 0.245), both_knee=4),
    # on the back, legs flat
    "lying": _STANDING
    + row(
        pelvis=(0, -0.82, 0), orient=(-88, 0, 0), both_foot=(0, 0.02, 0.865), both=(0.085, 0.025, 0.005),
        both_pole=(0.6, 0.4, 0.55),
    ),
    "lying face down": _STANDING
    + row(
        pelvis=(0, -0.80, 0), orient=(86, 0, 0), both_foot=(0, 0.02, -0.81), both_loose=2, head=(-16, 30, 0),
        both=(0.165, 0.775, 0.015), both_pole=(0.2, 0.6, 0.5),
    ),
    # face down on hands and toes
    "in a plank": _STANDING
    + row(
        pelvis=(0, -0.47, 0.80), orient=(70, 0, 0), both_foot=(0, 0.09, 0), head=(-25, 0, 0), left_pin=(0.25, 0.10, 1.22),
        right_pin=(-0.25, 0.10, 1.22), both_hold=1, both_pole=(0.2, -0.4, 0.3), both_palm=(90, -85),
    ),
    "on all fours": _STANDING
    + row(
        pelvis=(0, -0.43, 0), orient=(72, 0, 0), both_foot=(0, 0.0, -0.42), both_loose=2, head=(-30, 0, 0),
        left_pin=(0.20, 0.10, 0.50), right_pin=(-0.20, 0.10, 0.50), both_hold=1, both_pole=(0.1, -0.6, 0.2),
        both_palm=(90, -80),
    ),
    # half a metre up, as after some stairs
    "standing higher": _STANDING + row(pelvis=(0, 0.5, 0), both_foot=(0, 0.5, 0), both_loose=-1),
    "kneeling": _STANDING + row(pelvis=(0, -0.43, 0.02), both_foot=(0, 0.0, -0.40), both_loose=2),
    # hands beside the head
    # on the left side, the right leg above
    "lying on one side": _STANDING
    + row(
        pelvis=(0, -0.79, 0), orient=(0, 0, -86), left_foot=(-0.91, 0, 0), right_foot=(-0.72, 0.16, 0),
        left=(-0.075, 0.815, 0.205), right=(-0.32, 0.415, 0.235), left_pole=(-0.8, 0.2, 0.4), head=(0, 0, 14),
    ),
    # legs stretched forward
    "sitting on the ground": _STANDING
    + row(
        pelvis=(0, -0.82, 0), orient=(-12, 0, 0), both_foot=(0, 0.02, 0.83), both_loose=1, spine=(20, 0, 0), both=(0.06, 0.06, -0.06),
    ),
    # from a bar, feet off the ground
    "hanging": _STANDING
    + row(
        pelvis=(0, 0.26, 0), both_foot=(0, 0.27, 0.02), both_loose=1.4, both=(0, 1.0, 0.0), left_pin=(0.24, 2.14, 0.04),
        right_pin=(-0.24, 2.14, 0.04), both_hold=1, both_pole=(0.2, -0.2, 0.3),
    ),
}  # fmt: skip


def _mirrored() -> tuple[np.ndarray, np.ndarray]:
    order, sign = np.arange(NUM_COLUMNS), np.ones(NUM_COLUMNS)
    for name, columns in COLUMNS.items():
        if name in _WIDTHS and name.startswith(("left", "right")):
            twin = "right" + name[4:] if name.startswith("left") else "left" + name[5:]
            order[columns] = np.arange(COLUMNS[twin].start, COLUMNS[twin].stop)
            if name.endswith(("_pin", "_foot")):
                sign[columns.start] = -1.0
            if name.endswith("_step"):
                sign[columns.start + 1] = -1.0
    sign[COLUMNS["pelvis"].start] = -1.0
    for name in ("orient", "spine", "head"):
        sign[COLUMNS[name].start + 1 : COLUMNS[name].stop] = -1.0
    return order, sign


_ORDER, _SIGN = _mirrored()


def mirror(controls: np.ndarray) -> np.ndarray:
    """(frames, columns) of the left-handed performance."""
    return controls[:, _ORDER] * _SIGN
