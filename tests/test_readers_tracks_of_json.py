"""JSON of databases and annotation tools: frames under people, tracks that say when they begin, numbers in objects. Two bodies, of whom one comes late."""

import json

import numpy as np
import pytest
from format_samples import body

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import load_skeleton

FRAMES, LATE = 40, 15
NAMES = get_layout("coco_17").joints
SWAY = 0.02 * np.arange(FRAMES)[:, None, None] * [1, 0, 0]
ONE = (body("coco_17", FRAMES) + SWAY).round(4)
OTHER = (body("coco_17", FRAMES) + SWAY[::-1] + [2, 0, 0]).round(4)


def read(tmp_path, content, name="a.json"):
    text = content if isinstance(content, str) else json.dumps(content)
    (tmp_path / name).write_text(text)
    return load_skeleton(tmp_path / name)


def is_one(clip):
    return clip.joints.shape[:2] == (FRAMES, 1) and np.allclose(clip.joints[:, 0], ONE, atol=1e-3)


def are_both(clip, late=LATE):
    assert clip.joints.shape[:2] == (FRAMES, 2)
    first, second = (clip.mask[:, person].any(1) for person in (0, 1))
    assert first.all() and not second[:late].any() and second[late:].all()
    same = [
        np.allclose(clip.joints[s:, p], places[s:], atol=1e-3)
        for p, (s, places) in enumerate(((0, ONE), (late, OTHER)))
    ]
    return all(same)


def nodes(place):
    return [{"name": name, "x": p[0], "y": p[1], "z": p[2]} for name, p in zip(NAMES, place.tolist(), strict=True)]


def test_tracks_with_lists_of_their_frames(tmp_path):
    for key in ("frames", "frame_ids", "timestamps"):
        step = 0.04 if key == "timestamps" else 1
        tracks = [
            {"track_id": number, key: [f * step for f in range(start, FRAMES)], "poses": places[start:].tolist()}
            for number, (start, places) in enumerate(((0, ONE), (LATE, OTHER)))
        ]
        assert are_both(read(tmp_path, tracks)), key


@pytest.mark.parametrize("key", ["first_frame", "start_frame"])
def test_tracks_by_number_that_say_where_they_begin(tmp_path, key):
    tracks = {
        str(number): {key: start, "keypoints": places[start:].tolist()}
        for number, (start, places) in enumerate(((0, ONE), (LATE, OTHER)), 1)
    }
    assert are_both(read(tmp_path, tracks))


def test_frames_by_their_numbers_in_each_person(tmp_path):
    people = [
        {
            "id": f"a{number}",
            "frames": {str(f): {"skeleton": {"nodes": nodes(places[f])}} for f in range(start, FRAMES)},
        }
        for number, (start, places) in enumerate(((0, ONE), (LATE, OTHER)))
    ]
    clip = read(tmp_path, {"version": "2.0", "item": {"slots": [{"fps": 50}]}, "annotations": people})
    assert are_both(clip) and clip.fps == 50


def test_a_list_of_documents_is_frames_and_a_crowd_is_not(tmp_path):
    hits = [{"_id": str(f), "_source": {"joints": nodes(ONE[f])}} for f in range(FRAMES)]
    assert is_one(read(tmp_path, {"took": 3, "hits": {"hits": hits}}))
    crowd = [{"joints": nodes(ONE[0] + [0.9 * person, 0, 0])} for person in range(20)]
    assert read(tmp_path, {"hits": {"hits": crowd}}).num_frames == 1


def test_numbers_of_mongodb(tmp_path):
    lines = []
    for f in range(FRAMES):
        joints = [
            {"name": name} | {axis: {"$numberDouble": str(v)} for axis, v in zip("xyz", place, strict=True)}
            for name, place in zip(NAMES, ONE[f].tolist(), strict=True)
        ]
        stamp = {"$date": f"2024-03-01T10:00:{f / 50:06.3f}Z"}
        lines.append(json.dumps({"_id": {"$oid": f"{f:024x}"}, "ts": stamp, "joints": joints}))
    clip = read(tmp_path, "\n".join(lines), "a.jsonl")
    assert is_one(clip) and clip.fps == pytest.approx(50, abs=0.1)


def test_a_list_an_axis_in_capitals(tmp_path):
    joints = {name: {axis: ONE[:, row, at].tolist() for at, axis in enumerate("XYZ")} for row, name in enumerate(NAMES)}
    assert is_one(read(tmp_path, {"fps": 25, "data": joints}))


@pytest.mark.parametrize("key", [lambda f: f"{f / 50:.2f}", lambda f: f"frame_{f}", str])
def test_people_by_name_with_frames_by_time(tmp_path, key):
    people = {
        who: {key(f): dict(zip(NAMES, places[f].tolist(), strict=True)) for f in range(FRAMES)}
        for who, places in (("Ann", ONE), ("Ben", OTHER))
    }
    assert are_both(read(tmp_path, people), 0)


@pytest.mark.parametrize("axes", [True, False])
def test_a_list_of_joints_with_their_ways(tmp_path, axes):
    def way(row):
        places = ONE[:, row]
        return dict(zip("xyz", places.T.tolist(), strict=True)) if axes else {"trajectory": places.tolist()}

    joints = [{"name": name, **way(row)} for row, name in enumerate(NAMES)]
    assert is_one(read(tmp_path, {"fps": 50, "markers": joints}))


def test_lines_of_a_joint_each(tmp_path):
    rows = [
        json.dumps({"t": f / 50, "joint": name, **dict(zip("xyz", ONE[f, row].tolist(), strict=True))})
        for f in range(FRAMES)
        for row, name in enumerate(NAMES)
    ]
    clip = read(tmp_path, "\n".join(rows), "a.jsonl")
    assert is_one(clip) and clip.fps == 50
