"""Northwestern-UCLA JSON, as `readers/datasets/nw_ucla.py` describes it: one person, Kinect v1's 20 joints."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from ..model.skeleton import SkeletonSequence
from ..readers.datasets.nw_ucla import ACTIONS, FPS
from .writer import Writer, need, not_kept, sensor_joints

_NAME = re.compile(r"a(\d\d)_s\d\d_e\d\d")


def _write(sequence: SkeletonSequence, path: Path, name: str) -> tuple[str, ...]:
    joints = sensor_joints(sequence, "kinect_v1", FPS)
    people = np.flatnonzero(sequence.people_present)
    need(len(people) == 1, "one person", str(len(people)))
    stem = Path(name).stem
    match = _NAME.search(stem)
    label_in_name = match is not None and ACTIONS.get(int(match.group(1))) == sequence.label
    content: dict[str, Any] = {"file_name": stem}
    if match and label_in_name:
        content["label"] = int(match.group(1))
    frames = [[[float(f"{v:.9g}") for v in joint] for joint in frame] for frame in joints[:, people[0]].tolist()]
    path.write_text(json.dumps(content | {"skeletons": frames}), encoding="ascii")
    lost = ["captions", "questions", "warnings", "confidence", "rotations", *([] if label_in_name else ["label"])]
    return not_kept(sequence, *lost)


WRITER = Writer("nw_ucla", "Northwestern-UCLA JSON", ".json", _write)
