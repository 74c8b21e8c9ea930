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


SCORES = {
    "v": (0.9, 0.0), "vis": (1, 0), "prob": (0.8, 0.01), "trackingState": ("Tracked", "NotTracked"), "TrackingState": (2, 0), "confidence_level": (3, 0),
    "tracked": (True, False),
}  # fmt: skip


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
