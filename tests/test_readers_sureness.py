"""Scores and states under other words, dimensions side by side, counted axes, several motions, times beside arrays. The same body every time."""

import json

import numpy as np
import pytest
from format_samples import body, pixels

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

FRAMES = 24
COCO = get_layout("coco_17").joints
KINECT = get_layout("kinect_v2").joints
LOST = np.ones((FRAMES, 17), bool)
LOST[3, 4] = LOST[9, 12] = False


def save(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def table(head, frames):
    return (
        "\n".join(
            [
                ",".join(["frame", *head]),
                *(",".join([str(f), *map("{:.4f}".format, np.ravel(row))]) for f, row in enumerate(frames)),
            ]
        )
        + "\n"
    )


def flat():
    return pixels("coco_17", FRAMES)[..., :2]


def lost_as_said(clip):
    return np.array_equal(clip.mask[:, 0], LOST) and clip.num_frames == FRAMES


@pytest.mark.parametrize("word", ["vis", "prob", "probability", "certainty", "visible"])
def test_scores_of_columns(tmp_path, word):
    rows = np.concatenate([flat(), 0.9 * LOST[..., None]], 2)
    clip = load_skeleton(
        save(tmp_path / "a.csv", table([f"{n}_{part}" for n in COCO for part in ("x", "y", word)], rows))
    )
    assert lost_as_said(clip) and clip.layout.name == "coco_17"


SCORES = {
    "v": (0.9, 0.0), "vis": (1, 0), "prob": (0.8, 0.01), "trackingState": ("Tracked", "NotTracked"), "TrackingState": (2, 0), "confidence_level": (3, 0),
    "tracked": (True, False),
}  # fmt: skip


@pytest.mark.parametrize("key", SCORES)
@pytest.mark.parametrize("inner", [False, True])
def test_scores_and_states_in_json(tmp_path, key, inner):
    seen, lost = SCORES[key]

    def joint(place, sure):
        axes = dict(zip("xyz", map(float, place), strict=True))
        return ({"position": axes} if inner else axes) | {key: seen if sure else lost}

    frames = [
        {"joints": {n: joint(*one) for n, *one in zip(COCO, frame, LOST[f], strict=True)}}
        for f, frame in enumerate(body("coco_17", FRAMES))
    ]
    clip = load_skeleton(save(tmp_path / "a.json", {"frames": frames}))
    assert lost_as_said(clip) and np.allclose(clip.joints[LOST[:, None]], body("coco_17", FRAMES)[LOST], atol=1e-3)


@pytest.mark.parametrize(("state", "confidence"), [("Inferred", 0.5), (1, 0.5), ("Tracked", 1), (2, 1)])
def test_inferred_joints_of_kinect(tmp_path, state, confidence):
    frames = [{"joints": [{"jointType": n, "position": dict(zip("xyz", map(float, p), strict=True)), "trackingState": state} for n, p in zip(KINECT, frame, strict=True)]} for frame in body("kinect_v2", FRAMES)]  # fmt: skip
    clip = load_skeleton(save(tmp_path / "a.json", frames))
    assert clip.mask.all() and (clip.confidence == confidence).all()


def test_columns_of_the_picture_beside_those_of_space(tmp_path):
    head = [f"{n}_{axis}" for n in COCO for axis in ("x_2d", "y_2d", "x_3d", "y_3d", "z_3d")]
    clip = load_skeleton(save(tmp_path / "a.csv", table(head, np.concatenate([flat(), body("coco_17", FRAMES)], 2))))
    assert np.allclose(clip.joints[:, 0], body("coco_17", FRAMES), atol=1e-3) and any(
        "3d ones were read" in text for text in clip.warnings
    )


def test_a_dimension_that_stands_alone_is_no_choice(tmp_path):
    head = [f"{n}_{axis}_3d" for n in COCO for axis in "xyz"]
    clip = load_skeleton(save(tmp_path / "a.csv", table(head, body("coco_17", FRAMES))))
    assert np.allclose(clip.joints[:, 0], body("coco_17", FRAMES), atol=1e-3) and not any(
        "versions" in text for text in clip.warnings
    )


@pytest.mark.parametrize("pattern", ["{}_pos_{}", "{}.{}"])
def test_axes_that_are_counted(tmp_path, pattern):
    head = [pattern.format(n, axis) for n in COCO for axis in range(3)]
    clip = load_skeleton(save(tmp_path / "a.csv", table(head, body("coco_17", FRAMES))))
    assert clip.layout.name == "coco_17" and np.allclose(clip.joints[:, 0], body("coco_17", FRAMES), atol=1e-3)


def test_pandas_names_of_two_parts(tmp_path):
    head = [f"\"('{n}', '{axis}')\"" for n in COCO for axis in "xyz"]
    clip = load_skeleton(save(tmp_path / "a.csv", table(head, body("coco_17", FRAMES))))
    assert clip.layout.name == "coco_17" and np.allclose(clip.joints[:, 0], body("coco_17", FRAMES), atol=1e-3)


def test_columns_of_holistic_landmarks(tmp_path):
    joints = body("mediapipe_33", FRAMES)
    groups = (("face", 60), ("left_hand", 21), ("pose", 33), ("right_hand", 21))
    rows = np.concatenate([joints if name == "pose" else np.full((FRAMES, count, 3), 0.5) for name, count in groups], 1)
    head = [f"{name}_{number}_{axis}" for name, count in groups for number in range(count) for axis in "xyz"]
    clip = load_skeleton(save(tmp_path / "a.csv", table(head, rows)))
    assert clip.layout.name == "mediapipe_33" and np.allclose(clip.joints[:, 0], joints, atol=1e-3)
    assert any("hands and face were left out" in text for text in clip.warnings)


def test_a_list_for_every_axis(tmp_path):
    x, y = np.moveaxis(flat(), 2, 0)
    content = {"fps": 24, "x": x.tolist(), "y": y.tolist(), "confidence": (0.9 * LOST).tolist()}
    clip = load_skeleton(save(tmp_path / "a.json", content))
    assert clip.fps == 24 and lost_as_said(clip) and np.allclose(clip.joints[LOST[:, None]], flat()[LOST], atol=0.01)


def test_cameras_behind_the_same_word(tmp_path):
    path = save(
        tmp_path / "a.json",
        [{"keypoints_cam0": frame.tolist(), "keypoints_cam1": (0.5 * frame).tolist()} for frame in flat()],
    )
    with pytest.raises(SkeletonFileError, match="2 views of it: cam0, cam1"):
        load_skeleton(path)
    assert np.allclose(load_skeleton(path, clip="cam1").joints[:, 0], 0.5 * flat(), atol=0.01)


@pytest.mark.parametrize("step", [1, 3])
def test_frames_of_a_video_that_were_left_out(tmp_path, step):
    frames = [{"frame_index": step * f, "keypoints": [{"name": n, "x": float(x), "y": float(y), "score": 0.9} for n, (x, y) in zip(COCO, frame, strict=True)]} for f, frame in enumerate(flat())]  # fmt: skip
    clip = load_skeleton(save(tmp_path / "a.json", {"video": {"fps": 30}, "frames": frames}))
    assert clip.fps == 30 / step and any("rise by 3" in text for text in clip.warnings) == (step == 3)


def test_moments_of_tfjs_frames(tmp_path):
    frames = [{"timestamp": 1_690_000_000_000 + 40 * f, "poses": [{"keypoints": [{"name": n, "x": float(x), "y": float(y), "score": 0.9} for n, (x, y) in zip(COCO, frame, strict=True)]}]} for f, frame in enumerate(flat())]  # fmt: skip
    clip = load_skeleton(save(tmp_path / "a.json", frames))
    assert (clip.format, clip.fps) == ("tfjs_pose", 25)


def test_times_beside_arrays(tmp_path):
    joints = body("coco_17", FRAMES)
    np.savez(tmp_path / "a.npz", joints=joints, timestamps=1.7e9 + np.arange(FRAMES) / 50)
    np.savez(tmp_path / "b.npz", **{n: joints[:, row] for row, n in enumerate(COCO)}, timestamps=np.arange(FRAMES) / 50)
    save(
        tmp_path / "c.json",
        {"timestamps": [1000 + 20 * f for f in range(FRAMES)], "poses": joints.tolist(), "joint_names": COCO},
    )
    for name in ("a.npz", "b.npz", "c.json"):
        clip = load_skeleton(tmp_path / name)
        assert clip.fps == pytest.approx(50, rel=1e-3) and clip.layout.name == "coco_17"


def test_motions_of_several_people_in_parameters(tmp_path):
    still, waving = np.zeros((FRAMES, 72)), np.zeros((FRAMES, 72))
    waving[:, 16 * 3 + 2] = np.linspace(-1, 1, FRAMES)
    np.savez(
        tmp_path / "a.npz",
        **{"0/pose": still, "0/trans": np.zeros((FRAMES, 3)), "1/pose": waving, "1/trans": np.zeros((FRAMES, 3))},
    )
    first, second = load_skeleton(tmp_path / "a.npz"), load_skeleton(tmp_path / "a.npz", clip="1")
    assert any("holds 2 motions: 0 was read" in text for text in first.warnings)
    assert not np.ptp(first.joints, axis=0).any() and np.ptp(second.joints, axis=0).max() > 0.5
