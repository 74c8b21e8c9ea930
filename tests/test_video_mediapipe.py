"""MediaPipe for real, where it is installed; and fetching its model once."""

from __future__ import annotations

import hashlib
import importlib.util
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("av", reason="needs the extra video")

from skeletonllm_hf import load_skeleton
from skeletonllm_hf.video import VideoOptions
from skeletonllm_hf.video.mediapipe import fetch_task, open_mediapipe

VIDEOS = Path(__file__).parents[2] / "shared" / "data" / "video"
FILM = Path(__file__).parents[1] / "docs" / "images" / "video" / "film.png"
HIPS = [23, 24]


def test_the_model_is_fetched_once_and_checked(tmp_path, monkeypatch):
    monkeypatch.setenv("SKELETONLLM_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    source = tmp_path / "model.task"
    source.write_bytes(b"weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    with pytest.raises(ValueError, match="expected the file with SHA-256 0000"):
        fetch_task(source.as_uri(), "0000")
    assert not (tmp_path / "cache").exists()
    path = fetch_task(source.as_uri(), digest)
    assert path.read_bytes() == b"weights"
    source.unlink()
    assert fetch_task(source.as_uri(), digest) == path
    path.write_bytes(b"other")  # damaged since
    with pytest.raises(ValueError, match=r"cannot be fetched .* Download file:.*--pose-model FILE"):
        fetch_task(source.as_uri(), digest)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ValueError, match=r"HF_HUB_OFFLINE is set. Download .* give its path"):
        fetch_task(source.as_uri(), digest)


def bundled(videos: bool = True):
    """Skips where there is no MediaPipe that carries its model, or no videos of people."""
    if importlib.util.find_spec("mediapipe") is None:
        pytest.skip("MediaPipe is not installed")
    import mediapipe

    folder = Path(mediapipe.__file__).parent / "modules"
    if not (folder / "pose_landmark" / "pose_landmark_full.tflite").exists():
        pytest.skip("this MediaPipe carries no model")
    if videos and not VIDEOS.exists():
        pytest.skip("the shared videos are not here")
    return folder


def centred(joints):
    return joints - joints[:, HIPS].mean(1, keepdims=True)


def test_a_drawn_person_is_found_who_waves(tmp_path):
    """The four pictures of docs/video.md, side by side in one file, as a folder of photos."""
    bundled(videos=False)
    with Image.open(FILM) as film:
        width = film.width // 4
        for number in range(4):
            film.crop((number * width, 0, (number + 1) * width, film.height)).save(tmp_path / f"{number}.png")
    clip = load_skeleton(tmp_path, video=VideoOptions("mediapipe", pose_fps=None))
    assert clip.joints.shape == (4, 1, 33, 3) and clip.layout.name == "mediapipe_33" and clip.units == "metres"
    height = dict(zip(clip.layout.joints, -clip.joints[:, 0, :, 1].T))  # up is -y
    assert (height["nose"] > height["left_hip"]).all() and (height["left_hip"] > height["left_ankle"]).all()
    raised = [(height[f"{side}_wrist"] > height[f"{side}_shoulder"]).tolist() for side in ("left", "right")]
    assert sorted(raised) == [[False] * 4, [False, True, True, False]]  # whose back it is no estimator can tell


def test_landmarks_are_those_of_the_reference():
    bundled()
    reference = np.load(VIDEOS / "drink_water_mediapipe33.npy")
    clip = load_skeleton(VIDEOS / "drink_water.avi", video=VideoOptions("mediapipe", pose_fps=None))
    assert clip.joints.shape == (103, 1, 33, 3) and (clip.fps, clip.units, clip.layout.name) == (
        30,
        "metres",
        "mediapipe_33",
    )
    error = np.linalg.norm(centred(clip.joints[:, 0]) - centred(reference[..., :3]), axis=-1)
    assert error.mean() < 0.02
    assert np.abs(clip.confidence[:, 0] - reference[..., 3]).mean() < 0.05


def test_a_task_file_finds_several_people(tmp_path):
    """The landmarker's file made of the models in the package: the same parts as in the one that is downloaded."""
    folder = bundled()
    from mediapipe.tasks.python.metadata.metadata_writers.metadata_writer import MetadataWriter

    path = tmp_path / "made.task"
    parts = {
        "pose_detector.tflite": ("pose_detection/pose_detection.tflite", 127.5, 127.5),
        "pose_landmarks_detector.tflite": ("pose_landmark/pose_landmark_full.tflite", 0.0, 255.0),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, (source, mean, deviation) in parts.items():
            writer = MetadataWriter.create(bytearray((folder / source).read_bytes()))
            archive.writestr(name, bytes(writer.add_image_input([mean], [deviation]).populate()[0]))
    clip = load_skeleton(VIDEOS / "arm_wrestling.mp4", video=VideoOptions("mediapipe", str(path), pose_fps=4))
    assert clip.num_people == 2 and clip.people_present.all() and clip.joints.shape[-1] == 3
    with pytest.raises(ValueError, match=r"expected a \.task file, got 'none.task'"):
        open_mediapipe("none.task")
