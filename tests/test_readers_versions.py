"""Subjects, versions, clocks and keys that stood in one holdout of files and were misread. The same body every time."""

import json

import numpy as np
import pytest
from format_samples import MARKERS, body, markers, pixels, up_z
from test_readers_mocap import c3d_bytes

from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout
from skeletonllm_hf.readers import load_skeleton

FRAMES = 24
COCO = get_layout("coco_17").joints
RIG = {"pelvis": "pelvis", "neck_01": "neck", "head": "head"} | {
    f"{name}_{side[0]}": f"{side}_{point}" for side in ("left", "right")
    for name, point in (("upperarm", "shoulder"), ("lowerarm", "elbow"), ("hand", "wrist"), ("thigh", "hip"), ("calf", "knee"), ("foot", "ankle"))
}  # fmt: skip


def rig():
    bones = tuple((row, row + 1) for row in range(len(RIG) - 1))
    return body(SkeletonLayout("own", tuple(RIG), bones, body=tuple(RIG.values())), FRAMES)


def save(path, content):
    path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content)
    return path


def table(first, cells, names=COCO, joints=None, pattern="{}_{}", axes="xyz"):
    joints = body("coco_17", FRAMES) if joints is None else joints
    head = ",".join([first, *(pattern.format(name, axis) for name in names for axis in axes)])
    return (
        "\n".join(
            [
                head,
                *(
                    ",".join([cell, *map("{:.4f}".format, frame.ravel())])
                    for cell, frame in zip(cells, joints, strict=True)
                ),
            ]
        )
        + "\n"
    )


def is_body(clip):
    return clip.num_people == 1 and np.allclose(clip.joints[:, 0], body("coco_17", FRAMES), atol=1e-3)


def test_subjects_of_c3d_are_people(tmp_path):
    one = up_z(markers(FRAMES)) * 1000
    other = one[::-1] + [300, 1200, 0]
    both = np.concatenate([one, other], 1)
    both[3, 2] = np.nan
    labels = [f"{who}:{marker}" for who in ("Anna", "Ben") for marker in MARKERS]
    clip = load_skeleton(save(tmp_path / "a.c3d", c3d_bytes(both, labels)))
    assert clip.joints.shape == (FRAMES, 2, len(MARKERS), 3) and (~clip.mask).sum() == 1 and not clip.mask[3, 0, 2]
    assert np.allclose(clip.joints[:, 1], other, atol=0.1) and not any("NaN" in text for text in clip.warnings)


def test_a_prop_in_c3d_is_nobody(tmp_path):
    points = np.concatenate([up_z(markers(FRAMES)) * 1000, np.full((FRAMES, 2, 3), 500.0)], 1)
    labels = [f"Anna:{marker}" for marker in MARKERS] + ["Racket:tip", "Racket:grip"]
    clip = load_skeleton(save(tmp_path / "a.c3d", c3d_bytes(points, labels)))
    assert clip.joints.shape == (FRAMES, 1, len(MARKERS), 3) and np.allclose(
        clip.joints[:, 0], points[:, :-2], atol=0.1
    )


@pytest.mark.parametrize("word", ["filtered", "smooth"])
@pytest.mark.parametrize("other", ["_raw", ""])
def test_versions_of_columns(tmp_path, word, other):
    joints, noise = body("coco_17", FRAMES), np.random.default_rng(0).normal(size=(FRAMES, 17, 3))
    both = np.concatenate([joints + noise, joints], 2)
    axes = [f"{axis}{end}" for end in (other, f"_{word}") for axis in "xyz"]
    clip = load_skeleton(save(tmp_path / "a.csv", table("frame", map(str, range(FRAMES)), joints=both, axes=axes)))
    assert is_body(clip) and any(f"{word} ones were read" in text for text in clip.warnings)


CLOCKS = {
    "American, half days": (15, lambda f: f"3/5/2023 12:59:{59.5 + f / 15:06.3f} PM" if f < 8 else f"3/5/2023 1:00:{f / 15 - 0.5:06.3f} PM"),
    "German": (20, lambda f: f"05.03.2023 12:00:{f / 20:06.3f}"),
    "British": (10, lambda f: f"25/03/2023 12:00:{f / 10:09.6f}"),
    "milliseconds behind a colon": (40, lambda f: f"12:00:{f // 40:02d}:{f % 40 * 25:03d}"),
    "half days alone": (50, lambda f: f"11:00:{f / 50:05.2f} am"),
}  # fmt: skip


@pytest.mark.parametrize("name", CLOCKS)
def test_clocks(tmp_path, name):
    rate, cell = CLOCKS[name]
    clip = load_skeleton(save(tmp_path / "a.csv", table("Timestamp", [cell(f) for f in range(FRAMES)])))
    assert is_body(clip) and clip.fps == pytest.approx(rate, rel=1e-3)


def test_seconds_and_nanoseconds(tmp_path):
    stamps = [1_700_000_000_900_000_000 + 20_000_000 * f for f in range(FRAMES)]
    cells = [f"{stamp // 10**9},{stamp % 10**9}" for stamp in stamps]
    clip = load_skeleton(save(tmp_path / "a.csv", table("header.stamp.sec,header.stamp.nanosec", cells)))
    assert is_body(clip) and clip.fps == pytest.approx(50, rel=1e-3)


def test_mayas_columns(tmp_path):
    joints, turned = 100 * rig(), np.full((FRAMES, len(RIG), 3), 20.0)
    axes = [f"{key}{axis}" for key in ("translate", "rotate") for axis in "XYZ"]
    text = table("frame", map(str, range(FRAMES)), RIG, np.concatenate([joints, turned], 2), "{}.{}", axes)
    clip = load_skeleton(save(tmp_path / "a.csv", text))
    assert clip.layout.joints == tuple(RIG) and np.allclose(clip.joints[:, 0], joints, atol=1e-3)


@pytest.mark.parametrize("key", ["p", "xyz", "coords"])
def test_short_keys_of_places(tmp_path, key):
    frames = [{"t": f / 60, "bones": {n: {key: place, "q": [0, 0, 0, 1]} for n, place in zip(RIG, frame.tolist(), strict=True)}} for f, frame in enumerate(rig())]  # fmt: skip
    clip = load_skeleton(save(tmp_path / "a.json", json.dumps(frames)))
    assert clip.fps == 60 and np.allclose(clip.joints[:, 0], rig(), atol=1e-4)


def test_names_of_bones_beside_frames_of_numbers(tmp_path):
    clip = load_skeleton(
        save(tmp_path / "a.json", json.dumps({"fps": 60, "bones": list(RIG), "frames": rig().tolist()}))
    )
    assert clip.fps == 60 and clip.layout.joints == tuple(RIG) and np.allclose(clip.joints[:, 0], rig(), atol=1e-4)


@pytest.mark.parametrize("scores", ["visibility", "scores", "conf"])
def test_scores_beside_keypoints_in_npz(tmp_path, scores):
    sure = np.full((FRAMES, 17), 0.9)
    sure[2, 3] = 0
    np.savez(tmp_path / "a.npz", **{"kps": pixels("coco_17", FRAMES)[:, None], scores: sure[:, None], "fs": 120})
    clip = load_skeleton(tmp_path / "a.npz")
    assert clip.fps == 120 and (~clip.mask).sum() == 1 and not clip.mask[2, 0, 3] and clip.layout.name == "coco_17"


def test_other_arrays_are_no_scores(tmp_path):
    np.savez(tmp_path / "a.npz", joints=body("coco_17", FRAMES), scores=np.zeros(FRAMES))
    assert load_skeleton(tmp_path / "a.npz").mask.all()
