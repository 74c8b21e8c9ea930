"""When rows and frames are: names and forms of times, rates said anywhere in JSON, rows late or twice. The same body every time."""

import json

import numpy as np
import pytest
from format_samples import body

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

FRAMES = 40
NAMES = get_layout("kinect_v2").joints


def rows(first, cells):
    joints = body("kinect_v2", FRAMES)
    head = ",".join([first, *(f"{name}_{axis}" for name in NAMES for axis in "xyz")])
    return [head, *(",".join([cells[f], *(f"{v:.4f}" for v in joints[f].ravel())]) for f in range(FRAMES))]


def read(tmp_path, lines):
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n")
    return load_skeleton(tmp_path / "a.csv")


def is_whole(clip):
    return clip.num_frames == FRAMES and np.allclose(clip.joints[:, 0], body("kinect_v2", FRAMES), atol=1e-3)


TIMES = {
    "timecode": (25, lambda f: f"01:00:{f // 25:02d}:{f % 25:02d}"),
    "SMPTE": (30, lambda f: f"00:10:{10 + f // 30:02d};{f % 30:02d}"),
    "recorded_at": (20, lambda f: f"2023-03-05T12:00:{f / 20:09.6f}+09:00"),
    "Video Time": (50, lambda f: f"{f / 50:.2f}"),
    "utcTimestamp": (10, lambda f: f"{1700000000000 + 100 * f}"),
    "timestamp": (60, lambda f: f"{123456789012345 + f * 16666667}"),
    "timestamp_millis": (125, lambda f: f"{8 * f}"),
}


@pytest.mark.parametrize("name", TIMES)
def test_times(tmp_path, name):
    rate, cell = TIMES[name]
    clip = read(tmp_path, rows(name, [cell(f) for f in range(FRAMES)]))
    assert clip.fps == pytest.approx(rate, rel=1e-3) and is_whole(clip)


@pytest.mark.parametrize("name", ["inference_time", "exposure time"])
def test_durations_are_no_times(tmp_path, name):
    clip = read(tmp_path, rows(name, [f"{0.02 * f:.2f}" for f in range(FRAMES)]))
    assert any("Frame rate assumed" in text for text in clip.warnings) and is_whole(clip)


@pytest.mark.parametrize("name", ["lap time", "timestamp"])
def test_words_in_a_column_of_times(tmp_path, name):
    lines = rows(name, ["third quarter"] * FRAMES)
    if name == "timestamp":
        with pytest.raises(SkeletonFileError, match="a time in numbers"):
            read(tmp_path, lines)
    else:
        clip = read(tmp_path, lines)
        assert is_whole(clip) and any("Frame rate assumed" in text for text in clip.warnings)


def test_a_timecode_within_a_second_says_no_rate(tmp_path):
    lines = rows("timecode", [f"01:00:00:{f:02d}" for f in range(FRAMES)])[:21]
    clip = read(tmp_path, lines)
    assert clip.num_frames == 20 and any("Frame rate assumed" in text for text in clip.warnings)


@pytest.mark.parametrize("first", ["frame", "time"])
def test_rows_that_come_late_are_put_in_order(tmp_path, first):
    head, *lines = rows(first, [str(f) if first == "frame" else f"{f / 50:.2f}" for f in range(FRAMES)])
    lines[20], lines[22] = lines[22], lines[20]
    clip = read(tmp_path, [head, *lines])
    assert is_whole(clip) and any("Rows were put in the order" in text for text in clip.warnings)


def test_rows_that_come_twice_are_left_out(tmp_path):
    head, *lines = rows("frame", [str(f) for f in range(FRAMES)])
    clip = read(tmp_path, [head, *lines[:10], lines[9], *lines[10:]])
    assert is_whole(clip) and any("1 rows say the same" in text for text in clip.warnings)


def test_times_that_begin_anew_are_parts_still(tmp_path):
    head, *lines = rows("time", [f"{f % 20 / 50:.2f}" for f in range(FRAMES)])
    clip = read(tmp_path, [head, *lines])
    assert clip.num_frames == 20 and any("begin anew" in text for text in clip.warnings)


@pytest.mark.parametrize("key", ["video", "fps", "info"])
def test_rates_anywhere_in_json(tmp_path, key):
    points = [
        [dict(zip("xyz", map(float, place), strict=True)) for place in frame]
        for frame in body("mediapipe_33", FRAMES) * [1, -1, -1]
    ]
    frames = [{"pose_world_landmarks": {"landmark": marks}} for marks in points]
    beside = {"fps": {"fps": 24}, "video": {"video": {"fps": 24}}, "info": {"info": {"frame_rate": "24"}}}[key]
    (tmp_path / "a.json").write_text(json.dumps({"frames": frames, **beside}))
    clip = load_skeleton(tmp_path / "a.json")
    assert (clip.format, clip.fps) == ("mediapipe", 24) and not any("Frame rate" in text for text in clip.warnings)


def test_rates_that_differ_are_none(tmp_path):
    frames = [{"fps": 20 + f, "keypoints": body("coco_17", FRAMES)[f].tolist()} for f in range(FRAMES)]
    (tmp_path / "a.json").write_text(json.dumps({"frames": frames}))
    assert any("Frame rate assumed" in text for text in load_skeleton(tmp_path / "a.json").warnings)
