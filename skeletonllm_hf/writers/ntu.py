"""NTU RGB+D `.skeleton`, as `readers/datasets/ntu.py` describes it: Kinect v2's 25 joints, 30 frames a second, metres."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..model.skeleton import SkeletonSequence
from ..readers.datasets.ntu import FPS, parse_ntu_name
from ..readers.datasets.ntu_actions import NTU_ACTIONS
from .writer import Writer, not_kept, sensor_joints

_FIRST_ID = 72057594037930000  # a tracking id as Kinect numbers them
_BODY = "{} 0 0 0 0 0 0 0 0 2\n25\n"
_JOINT = "%.9g %.9g %.9g 0 0 0 0 0 0 0 0 %d\n"  # what lies between place and state (pixels, orientation) is not known
_TRACKED = 0.75  # half way between the states "inferred" (0.5) and "tracked" (1)


def _write(sequence: SkeletonSequence, path: Path, name: str) -> tuple[str, ...]:
    joints, seen = sensor_joints(sequence, "kinect_v2", FPS), np.any(sequence.mask, 2)
    states = np.where(sequence.mask, 2, 0)
    if sequence.confidence is not None:
        states[sequence.mask & (sequence.confidence < _TRACKED)] = 1
    rows = np.concatenate([joints.astype(np.float64), states[..., None]], axis=-1).reshape(*seen.shape, -1)
    people = np.flatnonzero(seen.any(0)).tolist()
    first = seen[:, people].argmax(0)
    # readers number bodies as they come: before a later one comes, the earlier ones are listed once, as not tracked
    begin = dict(zip(people, np.minimum.accumulate(first[::-1])[::-1].tolist(), strict=True))
    with open(path, "w", encoding="ascii", newline="\n") as stream:
        stream.write(f"{len(seen)}\n")
        for frame in range(len(seen)):
            present = [p for p in people if seen[frame, p] or frame == begin[p]]
            stream.write(f"{len(present)}\n")
            for person in present:
                stream.write(_BODY.format(_FIRST_ID + person) + _JOINT * 25 % tuple(rows[frame, person].tolist()))
    lost = ["captions", "questions", "warnings", "rotations", *([] if _label_in_name(sequence, name) else ["label"])]
    notes = not_kept(sequence, *lost)
    if sequence.confidence is not None:
        notes += ("Confidence is kept in three steps: tracked, inferred, not tracked.",)
    return notes


def _label_in_name(sequence: SkeletonSequence, name: str) -> bool:
    """Whether the file's name says the label."""
    action = (parse_ntu_name(name) or {"action": 0})["action"]
    return 1 <= action <= len(NTU_ACTIONS) and NTU_ACTIONS[action - 1] == sequence.label


WRITER = Writer("ntu", "NTU RGB+D .skeleton", ".skeleton", _write)
