"""From a video to a clip, with recorded keypoints in place of an estimator."""

from __future__ import annotations

import json
from threading import Event

import numpy as np
import pytest

pytest.importorskip("av", reason="needs the extra video")

import av
from PIL import Image
from videos import Recorded, body, gray, poses, write_video

from skeletonllm_hf import SkeletonFileError, load_skeleton
from skeletonllm_hf.cli.main import main
from skeletonllm_hf.video import Panel, Poses, VideoOptions, estimate_video, pose_video, write_overlay
from skeletonllm_hf.video.placing import place

STEPS, SIDE = 30, 200


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Two shots of 15 frames at 30 a second."""
    pictures = [gray(40 if step < 15 else 210, SIDE, SIDE) for step in range(STEPS)]
    return write_video(tmp_path_factory.mktemp("video") / "clip.mp4", pictures)


def walkers(start=0):
    """Two who walk towards each other; somebody small in the background; nobody in frames 5 to 7."""
    frames = []
    for step in range(STEPS):
        people = [body(40 + 2 * step), body(160 - 2 * step, 110), body(100, 40, 15)]
        frames.append(poses() if 5 <= step < 8 else poses(*(people if step % 2 else people[::-1])))
    return frames


def options(estimator, **others):
    return VideoOptions(estimator, pose_fps=None, **others)


def test_a_video_becomes_a_clip_in_pixels(clip):
    sequence = load_skeleton(clip, video=options(Recorded(walkers())))
    assert (sequence.format, sequence.layout.name, sequence.fps, sequence.units, sequence.up) == (
        "video",
        "coco_17",
        30,
        "pixels",
        "-y",
    )
    assert sequence.joints.shape == (STEPS, 2, 17, 2)
    gone = [5, 6, 7, 15]  # nobody, and the first frame after the cut
    assert np.flatnonzero(~sequence.mask.any((1, 2))).tolist() == gone
    assert sequence.confidence[sequence.mask].min() == pytest.approx(0.9)
    across = np.where(sequence.mask, sequence.joints[..., 0], np.nan)
    shown = ~np.isin(np.arange(STEPS), gone)
    middles = across[shown].mean(2)  # (frames, people)
    for person, (begin, speed) in enumerate(((40, 2), (160, -2)) if middles[0, 0] < 100 else ((160, -2), (40, 2))):
        expected = begin + speed * np.flatnonzero(shown) + (body(0).mean(0)[0])
        assert middles[:, person] == pytest.approx(expected, abs=0.5)  # places are kept across the cut
    text = " ".join(sequence.warnings)
    assert "1 camera cut (at 0.5 s)" in text and "most prominent" in text and "recorded" in text
    assert len(load_skeleton(clip, video=options(Recorded(walkers())), per_person=True)) == 2
    filled = load_skeleton(clip, video=options(Recorded(walkers())), fill_gaps=3)
    assert filled.mask[5:8].all()


def test_estimators_are_restarted_at_cuts_and_batches_change_nothing(clip):
    one, four = Recorded(walkers()), Recorded(walkers(), batch=4)
    found = [estimate_video(clip, options(estimator)) for estimator in (one, four)]
    assert one.restarts == [0, 15] and four.restarts == [0, 15]
    assert np.array_equal(found[0].keypoints, found[1].keypoints) and found[0].cuts == found[1].cuts == (15,)


def test_only_the_frames_that_are_needed_are_looked_at(clip):
    few = Recorded(walkers())
    found = estimate_video(clip, VideoOptions(few, pose_fps=15))
    assert (found.fps, len(found.keypoints), len(few.looked_at), found.estimated) == (15, 15, 15, 15)
    many = Recorded(walkers() * 2)
    found = estimate_video(clip, options(many), fps=60)
    assert (len(found.keypoints), len(many.looked_at), found.estimated) == (60, 30, 30)
    assert load_skeleton(clip, video=options(Recorded(walkers() * 2)), fps=60).fps == 60


def test_nobody_at_all_is_an_error(clip):
    with pytest.raises(SkeletonFileError, match=r"somebody is seen, found nobody in 30 frames \(recorded\)"):
        load_skeleton(clip, video=options(Recorded([poses()] * STEPS)))


def test_a_photo_is_one_frame_and_says_so(tmp_path):
    Image.fromarray(gray(90)).save(tmp_path / "photo.png")
    sequence = load_skeleton(tmp_path / "photo.png", video=VideoOptions(Recorded([poses(body(30))])))
    assert sequence.num_frames == 1
    assert any("photo: one frame" in warning for warning in sequence.warnings)


class Stopping(Recorded):
    """Ends the work, as a power cut would, when so many frames were looked at."""

    most = 11

    def estimate(self, frames):
        if len(self.looked_at) >= self.most:
            raise KeyboardInterrupt
        return super().estimate(frames)


def test_an_interrupted_run_goes_on_where_it_stopped(clip, tmp_path):
    partial = tmp_path / "clip.partial"
    whole = estimate_video(clip, options(Recorded(walkers())))
    with pytest.raises(KeyboardInterrupt):
        estimate_video(clip, options(Stopping(walkers()), partial=partial))
    with open(partial, "ab") as stream:
        stream.write(b'{"cut": false, "shape": [1, 17')  # a line cut off
    rest = Recorded(walkers())
    found = estimate_video(clip, options(rest, partial=partial))
    assert rest.looked_at == list(range(11, STEPS))
    assert np.array_equal(found.keypoints, whole.keypoints) and np.array_equal(found.confidence, whole.confidence)
    again = Recorded(walkers())
    assert np.array_equal(estimate_video(clip, options(again, partial=partial)).keypoints, whole.keypoints)
    assert again.looked_at == []
    with pytest.raises(SkeletonFileError, match=r"another fps; delete the file"):
        estimate_video(clip, VideoOptions(Recorded(walkers()), pose_fps=15, partial=partial))


def test_progress_is_told_and_stop_stops(clip):
    from skeletonllm_hf.cancelling import Cancelled

    calls = []
    estimate_video(clip, options(Recorded(walkers()), progress=lambda *call: calls.append(call)))
    assert calls == [(number, STEPS) for number in range(1, STEPS + 1)]
    stop = Event()
    with pytest.raises(Cancelled):
        estimate_video(clip, options(Recorded(walkers()), progress=lambda *_: stop.set(), stop_event=stop))


def test_wrong_options_are_refused(clip):
    with pytest.raises(ValueError, match="pose_fps: expected a number from"):
        VideoOptions(pose_fps=0)
    with pytest.raises(ValueError, match="estimator: expected auto, mediapipe or vitpose, got 'other'"):
        load_skeleton(clip, video=VideoOptions("other"))
    with pytest.raises(TypeError, match="video: expected VideoOptions, got dict"):
        load_skeleton(clip, video={"estimator": "auto"})


def test_people_with_depth_stand_where_the_picture_shows_them():
    rng = np.random.default_rng(0)
    shape = (20, 1, 33)
    world = np.repeat(rng.normal(0, 0.4, (1, *shape[1:], 3)), 20, axis=0).astype(np.float32)
    travel = np.linspace(-1, 1, 20)  # metres to the right
    keypoints = ((world[..., :2] + np.stack([travel, 0 * travel], 1)[:, None, None]) * 150 + (320, 240)).astype(
        np.float32
    )
    confidence = np.ones(shape, np.float32)
    confidence[7] = 0
    placed = place(world, keypoints, confidence, (640, 480), 15.0, [10])
    moved = placed - world
    seen = confidence[:, 0, 0] > 0
    assert moved[seen][..., 0] == pytest.approx(np.repeat(travel[seen], 33).reshape(-1, 1, 33), abs=1e-4)
    assert np.abs(moved[seen][..., 1:]).max() < 1e-4 and np.array_equal(placed[7], world[7])


@pytest.mark.parametrize("background", ["video", "faceless", "plain"])
def test_overlays_draw_the_skeletons_beside_the_frames_and_the_answer(clip, tmp_path, background):
    _, found = pose_video(clip, options(Recorded(walkers())))
    panel = Panel([Image.new("RGB", (8, 8), (255, 0, 0))], [0.5], "A person walks.")
    path = write_overlay(found, tmp_path / "out.mp4", panel, background)
    with av.open(str(path)) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(pictures) == STEPS and pictures[0].shape[1] == 2 * SIDE and pictures[0].shape[0] > SIDE
    video, model = pictures[2][:SIDE, :SIDE].astype(int), pictures[2][:SIDE, SIDE:].astype(int)
    level = 40 if background != "plain" else 25
    assert np.median(video) == pytest.approx(level, abs=6)
    assert (np.abs(video - level).max(-1) > 60).sum() > 100  # the skeletons
    assert (model[..., 0] > 180).mean() > 0.9 and (model[..., 1] < 60).mean() > 0.9
    assert pictures[2][SIDE:].max() > 150  # the text


def test_faceless_overlays_hide_heads(tmp_path):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 2, (SIDE, SIDE, 3), dtype=np.uint8) * 255
    Image.fromarray(noise).save(tmp_path / "photo.png")
    person = body(100, 100, 160)
    _, found = pose_video(tmp_path / "photo.png", options(Recorded([poses(person)])))
    from skeletonllm_hf.video.overlay import overlay_frames

    picture = np.asarray(next(overlay_frames(found, Panel(), "faceless"))).astype(float)
    x, y = person[0].round().astype(int)
    assert picture[y - 12 : y - 6, x - 9 : x + 9].std() < 60 < picture[y + 80 : y + 95, x + 70 : x + 90].std()


def test_gifs_stay_short_and_other_endings_are_refused(clip, tmp_path):
    _, found = pose_video(clip, options(Recorded(walkers())))
    with Image.open(write_overlay(found, tmp_path / "out.gif")) as gif:
        assert gif.n_frames == 10 and gif.info["duration"] == 100
    with pytest.raises(ValueError, match=r"ending in \.mp4 or \.gif"):
        write_overlay(found, tmp_path / "out.avi")
    with pytest.raises(ValueError, match="background: expected one of"):
        write_overlay(found, tmp_path / "out.mp4", background="blue")


def test_memory_does_not_grow_with_the_length(tmp_path):
    """Frames pass one by one: what is alive after many frames is what is alive after few."""
    import tracemalloc

    peaks = []
    for count in (30, 240):
        path = write_video(tmp_path / f"{count}.mp4", [gray(60 + number % 20, 320, 240) for number in range(count)])
        estimator = Recorded([poses(body(100))] * count)
        tracemalloc.start()
        estimate_video(path, options(estimator))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    frame = 320 * 240 * 3
    assert peaks[1] - peaks[0] < 210 * 4000 < 210 * frame / 50  # poses only: four kilobytes a frame


def test_the_command_says_what_is_wrong(clip, tmp_path, capsys):
    out = tmp_path / "out.npz"
    with pytest.raises(SystemExit) as ended:
        main(["pose", str(clip), "--out", str(out), "--pose-fps", "0"])
    assert ended.value.code == 2 and "--pose-fps: expected a number" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["pose", str(clip), "--out", str(out), "--caption"])
    assert "--caption: expected --overlay too" in capsys.readouterr().err
    assert main(["pose", str(tmp_path / "none.mp4"), "--out", str(out), "--json"]) == 1
    assert "no such file" in json.loads(capsys.readouterr().out)["error"]
    assert main(["pose", str(clip), "--out", str(out), "--estimator", "mediapipe", "--pose-model", "none.task"]) == 1
    assert "MediaPipe" in (error := capsys.readouterr().err) or ".task" in error


def test_poses_keep_what_they_are_given():
    both = poses(body(10), body(20))
    assert len(both) == 2 and np.array_equal(both.take([1]).keypoints[0], body(20))
    deep = Poses(both.keypoints, both.confidence, np.ones((2, 17, 3), np.float32))
    assert deep.scaled(2).keypoints[0, 0, 0] == both.keypoints[0, 0, 0] * 2 and deep.scaled(2).world is deep.world
