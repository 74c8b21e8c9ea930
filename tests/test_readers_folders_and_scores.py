"""Folders of several cameras, other detectors' points in OpenPose's form, scores in lists beside places, stamps of two numbers. The same body every time."""

import json

import numpy as np
import pytest
from format_samples import body, pixels

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

FRAMES = 12
COCO = get_layout("coco_17").joints
SEEN = np.ones((FRAMES, 17), bool)
SEEN[3, 4] = SEEN[7, 12] = False


def flat(layout="coco_17"):
    return pixels(layout, FRAMES)[..., :2]


def save(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def openpose(points):
    return {
        "people": [{"pose_keypoints_2d": np.concatenate([points, np.full((len(points), 1), 0.9)], 1).ravel().tolist()}]
    }


@pytest.mark.parametrize("key", ["openpose", "joints"])
def test_cameras_in_one_folder(tmp_path, key):
    for camera, scale in ((1, 1), (2, 0.5)):
        for f, points in enumerate(scale * flat("openpose_25")):
            content = openpose(points) if key == "openpose" else {"joints": points.tolist()}
            save(tmp_path / f"cam{camera}_{f:06d}_keypoints.json", content)
    with pytest.raises(SkeletonFileError, match="2 views of it: cam1, cam2"):
        load_skeleton(tmp_path)
    clip = load_skeleton(tmp_path, clip="cam2")
    assert clip.num_frames == FRAMES and np.allclose(clip.joints[:, 0], 0.5 * flat("openpose_25"), atol=0.01)


@pytest.mark.parametrize("layout", ["halpe_26", "coco_17", "coco_wholebody_133"])
def test_other_detectors_points_in_openposes_form(tmp_path, layout):
    for f, points in enumerate(flat(layout)):
        save(tmp_path / f"a_{f:06d}.json", openpose(points))
    clip = load_skeleton(tmp_path)
    assert (clip.format, clip.layout.name, clip.num_frames) == ("openpose", layout, FRAMES)


def listed(scores, f):
    return {"keypoints": flat()[f].tolist(), scores: (0.9 * SEEN[f]).tolist()}


def named(scores, f):
    return {
        "keypoints": dict(zip(COCO, flat()[f].tolist(), strict=True)),
        scores: dict(zip(COCO, (0.9 * SEEN[f]).tolist(), strict=True)),
    }


@pytest.mark.parametrize("of", [listed, named])
@pytest.mark.parametrize("scores", ["scores", "keypoint_scores", "confidence"])
@pytest.mark.parametrize("people", [False, True])
def test_scores_beside_places(tmp_path, of, scores, people):
    frames = [
        {"t": f / 25, "people": [of(scores, f)]} if people else {"t": f / 25} | of(scores, f) for f in range(FRAMES)
    ]
    clip = load_skeleton(save(tmp_path / "a.json", {"frames": frames}))
    assert (
        np.array_equal(clip.mask[:, 0], SEEN)
        and clip.fps == 25
        and np.allclose(clip.joints[SEEN[:, None]], flat()[SEEN], atol=0.01)
    )


def test_scores_beside_an_array_of_all_frames(tmp_path):
    clip = load_skeleton(
        save(tmp_path / "a.json", {"fps": 25, "keypoints": flat().tolist(), "scores": (0.9 * SEEN).tolist()})
    )
    assert np.array_equal(clip.mask[:, 0], SEEN)


def test_lists_of_other_lengths_are_no_scores(tmp_path):
    frames = [{"keypoints": flat()[f].tolist(), "scores": [0.0, 0.0]} for f in range(FRAMES)]
    assert load_skeleton(save(tmp_path / "a.json", {"frames": frames})).mask.all()


def test_stamps_of_two_numbers_in_json(tmp_path):
    places = body("coco_17", FRAMES).tolist()
    frames = [{"header": {"stamp": {"sec": 1_700_000_000 + f // 20, "nanosec": f % 20 * 50_000_000}}, "joints": dict(zip(COCO, places[f], strict=True))} for f in range(FRAMES)]  # fmt: skip
    assert load_skeleton(save(tmp_path / "a.json", "\n".join(map(json.dumps, frames)))).fps == pytest.approx(
        20, rel=1e-3
    )


@pytest.mark.parametrize("form", ["{:d}:{:05.2f}", "0:{:02d}:{:05.2f}", "{:02d}:{:04.1f}"])
def test_minutes_and_seconds(tmp_path, form):
    moments = [59.5 + f / 10 for f in range(FRAMES)]
    cells = [form.format(int(moment // 60), moment % 60) for moment in moments]
    rows = [",".join([cells[f], *map("{:.4f}".format, body("coco_17", FRAMES)[f].ravel())]) for f in range(FRAMES)]
    head = ",".join(["elapsed_time", *(f"{n}_{axis}" for n in COCO for axis in "xyz")])
    clip = load_skeleton(save(tmp_path / "a.csv", "\n".join([head, *rows]) + "\n"))
    assert clip.num_frames == FRAMES and clip.fps == pytest.approx(10, rel=1e-3)


def test_people_in_arrays_of_their_own(tmp_path):
    joints = body("smpl_24", FRAMES)
    np.savez(tmp_path / "a.npz", person_0=joints, person_1=joints + [1.5, 0, 0], fps=50)
    clip = load_skeleton(tmp_path / "a.npz")
    assert (clip.num_people, clip.fps, clip.layout.name) == (2, 50, "smpl_24") and np.allclose(
        clip.joints[:, 0], joints, atol=1e-4
    )


def test_arrays_that_are_no_people_are_not_put_together(tmp_path):
    np.savez(tmp_path / "a.npz", take_0=body("smpl_24", FRAMES), take_1=body("smpl_24", FRAMES))
    with pytest.raises(SkeletonFileError, match="take_0, take_1"):
        load_skeleton(tmp_path / "a.npz")
