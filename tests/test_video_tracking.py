"""Who is who: two who cross, gaps, cuts, doubles; by recorded keypoints of made people."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("av", reason="needs the extra video")

from videos import body, gray, poses

from skeletonllm_hf.video.tracking import (
    CutFinder,
    Tracker,
    body_size,
    choose_people,
    distinct,
    similarity,
    take_places,
)  # fmt: skip


def follow(frames, fps=30.0):
    tracker = Tracker(fps)
    for number, found in enumerate(frames):
        tracker.update(number, found)
    return tracker.end_shot()


@pytest.mark.parametrize("speed", [1.0, 3.0, 8.0])
def test_two_who_cross_keep_their_tracks(speed):
    rng = np.random.default_rng(0)
    steps = int(200 / speed)
    frames = []
    for step in range(steps):
        right, left = body(40 + speed * step), body(240 - speed * step, 103, 66)
        pair = [b + rng.normal(0, 0.5, b.shape).astype(np.float32) for b in (right, left)]
        frames.append(poses(*(pair if step % 3 else pair[::-1])))  # their order means nothing
    tracks = follow(frames)
    assert len(tracks) == 2
    for track in tracks:
        assert track.frames == list(range(steps))
        walked = [found.keypoints[0].mean(0)[0] for found in track.poses]
        assert abs(walked[-1] - walked[0]) == pytest.approx(speed * (steps - 1), abs=2)


def test_who_is_hidden_while_crossing_comes_back_as_themselves():
    frames = []
    for step in range(60):
        pair = [body(40 + 3 * step), body(220 - 3 * step)]
        frames.append(poses(*(pair[:1] if 27 <= step < 34 else pair)))
    tracks = follow(frames)
    assert sorted(len(track.frames) for track in tracks) == [53, 60]


def test_after_a_second_out_of_sight_a_new_track_begins():
    for gap, count in ((20, 1), (40, 2)):
        frames = [poses(body(100))] * 10 + [poses()] * gap + [poses(body(100))] * 10
        assert len(follow(frames)) == count


def test_low_confidence_and_nobody_start_no_track():
    assert follow([poses(), poses(body(50), confidence=0.01)]) == []


def test_second_detections_of_one_person_go_and_two_people_stay():
    found = poses(body(100), body(101), body(140))
    found.confidence[1] = 0.95
    kept = distinct(found)
    assert len(kept) == 2 and kept.confidence[0, 0] == pytest.approx(0.95)
    assert len(distinct(poses())) == 0


def test_similarity_is_one_for_the_same_and_falls_with_distance():
    seen = np.ones(17, bool)
    values = [similarity(body(100), seen, body(100 + shift), seen) for shift in (0, 5, 20, 60)]
    assert values[0] == 1 and all(np.diff(values) < 0) and values[-1] < 0.01
    assert similarity(body(100), ~seen, body(100), seen) == 0
    assert body_size(body(100), seen) == pytest.approx(60, rel=1e-4) and body_size(body(100), ~seen) == 0


def test_cuts_are_found_and_motion_is_none():
    rng = np.random.default_rng(1)
    scene = rng.integers(0, 255, (48, 96, 3), np.uint8)
    pan = [scene[:, step : step + 64] for step in range(10)]
    other = [gray(30), gray(32), gray(34)]
    finder = CutFinder()
    assert [finder(picture) for picture in pan + other] == [False] * 10 + [True] + [False] * 2


def test_the_most_prominent_are_kept_and_keep_their_places():
    tracks = follow([poses(body(50, size=20), body(120, size=80), body(200, size=70))] * 5)
    chosen = choose_people(tracks, 2)
    assert [round(float(np.ptp(t.keypoints[:, 1]))) for t in chosen] == [80, 70]
    nobody = np.full((2, 2), np.nan)
    assert take_places(nobody, np.array([[120.0, 100], [200, 100]])) == [0, 1]
    assert take_places(np.array([[200.0, 100], [120, 100]]), np.array([[120.0, 100], [200, 100]])) == [1, 0]
    assert take_places(np.array([[200.0, 100], [np.nan, np.nan]]), np.array([[10.0, 100], [190, 100]])) == [1, 0]
