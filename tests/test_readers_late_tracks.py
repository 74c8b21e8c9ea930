"""Tracks that begin late stay at their own frames, in tables and in JSON of every build."""

import json

import numpy as np
import pytest
from format_samples import body

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

NAMES = get_layout("coco_17").joints
FRAMES, LATE = 20, 7


def tracks():
    """[(id, first frame, (frames, joints, 3)), ...], the second 1.5 m beside the first, and later."""
    joints = body("coco_17", FRAMES)
    return [("1", 0, joints), ("2", LATE, joints + [1.5, 0, 0])]


def named(joints):
    return dict(zip(NAMES, (dict(zip("xyz", map(float, place), strict=True)) for place in joints), strict=True))


def check(clip):
    """Both people, each in their own frames."""
    assert clip.joints.shape == (FRAMES + LATE, 2, 17, 3)
    order = np.argsort(
        np.where(clip.mask[..., None], clip.joints, np.nan)[..., 0].max((0, 2), initial=-9, where=clip.mask)
    )
    for person, (_, first, joints) in zip(order, tracks(), strict=True):
        seen = np.flatnonzero(clip.mask[:, person].any(1))
        assert seen.tolist() == list(range(first, first + FRAMES))
        assert np.allclose(clip.joints[seen, person], joints, atol=1e-3)


def records(key="frame", scale=1.0):
    return [{key: (f + first) * scale, "id": who, "joints": named(joints[f])} for who, first, joints in tracks() for f in range(FRAMES)]  # fmt: skip


BUILDS = {
    "records one person after the other": records(),
    "records by frame": sorted(records(), key=lambda record: record["frame"]),
    "records by time": sorted(records("timestamp", 0.04), key=lambda record: record["timestamp"]),
    "people with frames": {"persons": [{"id": who, "frames": [{"frame": f + first, "joints": named(joints[f])} for f in range(FRAMES)]} for who, first, joints in tracks()]},
    "people with times": [{"name": who, "frames": [{"time": (f + first) / 25 + 1e-4 * first, "joints": named(joints[f])} for f in range(FRAMES)]} for who, first, joints in tracks()],
    "frames by number": {"tracks": {who: {str(f + first): named(joints[f]) for f in range(FRAMES)} for who, first, joints in tracks()}},
    "where each begins": [{"track_id": int(who), "start_frame": first, "keypoints": joints.tolist()} for who, first, joints in tracks()],
}  # fmt: skip


@pytest.mark.parametrize("name", BUILDS)
def test_json(tmp_path, name):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(BUILDS[name]))
    clip = load_skeleton(path)
    check(clip)
    assert clip.fps == pytest.approx(25 if "time" in name else 30, rel=0.02)


@pytest.mark.parametrize("when", ["frame", "time"])
def test_numbered_tables(tmp_path, when):
    rest = get_layout("mediapipe_33").rest_joints * [1, -1, -1]
    head = [when, "person_id", *(f"{a}{k}" for k in range(1, 34) for a in "xyz")]
    rows = [[str(f if when == "frame" else f / 20), who, *(rest + [side, 0, 0.01 * f]).ravel()]
            for who, first, side in (("b", LATE, 1.5), ("a", 0, 0)) for f in range(first, first + FRAMES)]  # fmt: skip
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in [head, *rows]) + "\n")
    clip = load_skeleton(path)
    assert clip.joints.shape == (FRAMES + LATE, 2, 33, 3) and clip.fps == (20 if when == "time" else 30)
    late = int(np.argmax([clip.joints[clip.mask[:, p].any(1), p, :, 0].mean() for p in (0, 1)]))
    assert np.flatnonzero(clip.mask[:, late].any(1)).tolist() == list(range(LATE, LATE + FRAMES))
    assert np.allclose(np.diff(clip.joints[:FRAMES, 1 - late, 0, 2]), 0.01, atol=1e-4)


def test_people_one_after_the_other_without_frames_are_refused(tmp_path):
    head = ["person_id", *(f"{name}_{a}" for name in NAMES for a in "xyz")]
    rows = [[who, *joints[f].ravel()] for who, _, joints in tracks() for f in range(FRAMES)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in [head, *rows]) + "\n")
    with pytest.raises(SkeletonFileError, match=r"a column of frame numbers or times.*2 people one after the other"):
        load_skeleton(path)
