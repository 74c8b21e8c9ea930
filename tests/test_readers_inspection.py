"""inspect_skeleton: facts with their origin, missing joints, bone lengths."""

import json

import numpy as np
import pytest

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, inspect_skeleton


@pytest.fixture
def clip(tmp_path):
    joints = get_layout("smpl_22").rest_joints * 100 + np.sin(np.arange(20))[:, None, None]
    joints = joints.astype(np.float32)
    joints[::2, 20] = np.nan  # the left wrist, half the time
    joints[:, 15] += 9 * np.arange(20)[:, None]  # a head that drifts away
    np.save(tmp_path / "a.npy", joints)
    return tmp_path / "a.npy"


def test_facts_say_where_they_come_from(clip):
    report = inspect_skeleton(clip, format="numpy", layout="smpl_22", up="y")
    how = {name: fact.how for name, fact in report.facts.items()}
    assert how == {"format": "file", "layout": "given", "units": "guessed", "up": "given", "fps": "guessed"}
    assert report.facts["units"].value == "centimetres" and "fit a body" in report.facts["units"].reason
    assert (report.frames, report.people, report.joints, report.dims) == (20, 1, 22, 3)


def test_missing_joints_and_bones(clip):
    report = inspect_skeleton(clip, format="numpy", layout="smpl_22")
    assert report.missing == pytest.approx(0.5 / 22)
    assert report.missing_by_joint == {"left_wrist": 0.5}
    (bone, variation), *_ = report.bones.worst
    assert bone == "neck - head" and variation > 0.3 and report.bones.median < 1e-3
    assert any("neck - head" in warning for warning in report.warnings)


def test_text_and_json(clip):
    report = inspect_skeleton(clip, format="numpy", layout="smpl_22")
    text = str(report)
    for part in (
        "layout   smpl_22  (given)",
        "units    centimetres  (guessed: bones fit",
        "frames   20",
        "left_wrist 50%",
        "warning",
    ):
        assert part in text, part
    assert json.loads(json.dumps(report.to_dict()))["facts"]["layout"]["value"] == "smpl_22"


def test_errors_are_those_of_load_skeleton(tmp_path):
    with pytest.raises(SkeletonFileError, match=r"no such file"):
        inspect_skeleton(tmp_path / "absent")
