"""ViTPose on tiny random models of its real classes: what goes in and out, not what it sees."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("av", reason="needs the extra video")

import torch
import transformers
from videos import gray, write_video

from skeletonllm_hf.video import Frame, VideoOptions, estimate_video
from skeletonllm_hf.video.vitpose import VitPose, open_vitpose


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A tiny ViTPose and a tiny detector, saved as the Hub has them."""
    from transformers.models.vitpose.image_processing_pil_vitpose import VitPoseImageProcessorPil
    from transformers.models.yolos.image_processing_pil_yolos import YolosImageProcessorPil

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("models")
    backbone = transformers.VitPoseBackboneConfig(
        image_size=[64, 48],
        patch_size=[16, 16],
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        out_indices=[1],
    )
    pose = transformers.VitPoseForPoseEstimation(transformers.VitPoseConfig(backbone_config=backbone, num_labels=17))
    pose.save_pretrained(folder / "pose")
    VitPoseImageProcessorPil(size={"height": 64, "width": 48}).save_pretrained(folder / "pose")
    detector = transformers.YolosForObjectDetection(
        transformers.YolosConfig(
            image_size=[32, 32], patch_size=16, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
            num_detection_tokens=6, id2label={0: "chair", 1: "person"}, label2id={"chair": 0, "person": 1},
        )
    )  # fmt: skip
    with torch.no_grad():  # a detector that always finds people
        detector.class_labels_classifier.layers[-1].bias.copy_(torch.tensor([0.0, 5.0, 0.0]))
    detector.save_pretrained(folder / "detector")
    YolosImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(folder / "detector")
    return folder


def opened(folders, people=2):
    return open_vitpose(str(folders / "pose"), people, detector=str(folders / "detector"), device="cpu")


def test_each_frame_gives_its_people_in_its_own_pixels(folders):
    estimator = opened(folders)
    rng = np.random.default_rng(0)
    frames = [Frame(n, n / 15, rng.integers(0, 255, (60, 80, 3), np.uint8)) for n in range(3)]
    found = estimator.estimate(frames)
    assert len(found) == 3
    for people in found:
        assert 1 <= len(people) <= 6 and people.keypoints.shape[1:] == (17, 2) and people.world is None
        assert people.confidence.min() >= 0 and people.confidence.max() <= 1
        assert np.isfinite(people.keypoints).all() and np.abs(people.keypoints).max() < 500
    alone = estimator.estimate(frames[1:2])[0]
    assert alone.keypoints == pytest.approx(found[1].keypoints, abs=1e-3)


def test_frames_without_people_stay_empty(folders):
    estimator = opened(folders)
    with torch.no_grad():
        estimator._detector.class_labels_classifier.layers[-1].bias.copy_(torch.tensor([5.0, 0.0, 0.0]))
    found = estimator.estimate([Frame(0, 0.0, gray(90))])[0]
    assert found.keypoints.shape == (0, 17, 2)


def test_a_whole_video(folders, tmp_path):
    path = write_video(tmp_path / "clip.mp4", [gray(90 + 5 * n) for n in range(4)])
    found = estimate_video(path, VideoOptions(opened(folders)))
    assert found.layout == "coco_17" and found.estimator == "vitpose" and found.keypoints.shape[0] == 2


def test_models_that_do_not_fit_are_refused(folders, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ValueError, match="expected a model on this machine or on the Hub"):
        open_vitpose(str(folders / "nothing"), detector=str(folders / "detector"), device="cpu")
    estimator = opened(folders)
    estimator._detector.config.id2label = {0: "chair", 1: "table"}
    with pytest.raises(ValueError, match="expected a class named person, got chair, table"):
        VitPose(estimator._pose, estimator._pose_processor, estimator._detector, estimator._detector_processor)
