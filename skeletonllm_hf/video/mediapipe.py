"""MediaPipe's BlazePose: 33 landmarks, in pixels and in metres, on the CPU.

Releases before 0.10.30 carry a model for one person inside; later ones read a `.task` file, which is fetched once.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .decode import Frame
from .estimator import Poses, nobody

LAYOUT, JOINTS = "mediapipe_33", 33
TASK_NAME = "pose_landmarker_full.task"
TASK_URL = f"https://storage.googleapis.com/mediapipe-models/pose_landmarker/pose_landmarker_full/float16/1/{TASK_NAME}"
TASK_SHA256 = "4eaa5eb7a98365221087693fcc286334cf0858e2eb6e15b506aa4a7ecdcec4ad"
_TASK_BYTES = 9_398_198
_TIMEOUT = 60  # seconds


class _MediaPipe:
    name = "mediapipe"
    layout = LAYOUT
    batch = 1
    notes: tuple[str, ...] = ()
    _one: Callable[[Frame], Poses]

    def estimate(self, frames: Sequence[Frame]) -> list[Poses]:
        return [self._one(frame) for frame in frames]


class BundledMediaPipe(_MediaPipe):
    """The model inside the wheels of 0.10.21 and before: one person."""

    notes = (
        "MediaPipe's bundled model follows one person, the most prominent: a .task file (--pose-model) finds several.",
    )

    def __init__(self) -> None:
        from mediapipe.python.solutions.pose import Pose

        self._pose = Pose(model_complexity=1)

    def _one(self, frame: Frame) -> Poses:
        found = self._pose.process(frame.pixels)
        if not found.pose_landmarks or not found.pose_world_landmarks:
            return nobody(JOINTS, True)
        return _poses([found.pose_landmarks.landmark], [found.pose_world_landmarks.landmark], frame)

    def restart(self) -> None:
        self._pose.reset()

    def close(self) -> None:
        self._pose.close()


class TaskMediaPipe(_MediaPipe):
    """MediaPipe's pose landmarker from a `.task` file: several people."""

    def __init__(self, path: str | Path, people: int = 2):
        self._path, self._people = str(path), people
        self._landmarker: Any = None
        self._milliseconds = -1

    def _one(self, frame: Frame) -> Poses:
        import mediapipe

        if self._landmarker is None:
            self._landmarker = self._open()
        # the landmarker refuses times that do not grow
        self._milliseconds = max(self._milliseconds + 1, round(frame.seconds * 1000))
        pixels = np.require(frame.pixels, np.uint8, ["C", "W"])
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=pixels)
        found = self._landmarker.detect_for_video(image, self._milliseconds)
        if not found.pose_landmarks:
            return nobody(JOINTS, True)
        return _poses(found.pose_landmarks, found.pose_world_landmarks, frame)

    def _open(self) -> Any:
        from mediapipe.tasks.python import BaseOptions
        from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode

        base = BaseOptions(model_asset_path=self._path)
        options = PoseLandmarkerOptions(base_options=base, running_mode=RunningMode.VIDEO, num_poses=self._people)
        try:
            return PoseLandmarker.create_from_options(options)
        except (RuntimeError, ValueError, OSError) as error:
            raise ValueError(f"{self._path}: expected a pose landmarker (.task), got: {str(error)[:200]}") from None

    def restart(self) -> None:
        self.close()  # it has no other way to forget

    def close(self) -> None:
        if self._landmarker is not None:
            self._landmarker.close()
        self._landmarker, self._milliseconds = None, -1


def open_mediapipe(model: str | None = None, people: int = 2) -> _MediaPipe:
    """MediaPipe with that `.task` file; None: the model inside the package, else the one that is fetched once.

    Raises:
        ValueError: MediaPipe is not installed, or the file is missing, no landmarker, or cannot be fetched.
    """
    if importlib.util.find_spec("mediapipe") is None:
        raise ValueError("estimator: MediaPipe is not installed: pip install 'skeletonllm-hf[video]'")
    os.environ.setdefault("GLOG_minloglevel", "2")  # its notes on standard error are for its developers
    if model is not None:
        if not Path(model).is_file():
            raise ValueError(f"pose model: expected a .task file, got {model!r}, which is not there")
        return TaskMediaPipe(model, people)
    if importlib.util.find_spec("mediapipe.python") and importlib.util.find_spec("mediapipe.python.solutions"):
        return BundledMediaPipe()
    return TaskMediaPipe(fetch_task(), people)


def fetch_task(url: str = TASK_URL, sha256: str = TASK_SHA256) -> Path:
    """The landmarker's file in the user's cache folder, downloaded the first time.

    Raises:
        ValueError: it cannot be fetched, or is another file than the one that this package knows; says what to do.
    """
    from ..cache import cache_folder

    path = cache_folder() / TASK_NAME
    if path.is_file() and _sha256(path.read_bytes()) == sha256:
        return path
    advice = f"Download {url} where there is a network, and give its path as the pose model (--pose-model FILE)"
    if os.environ.get("HF_HUB_OFFLINE", "0").upper() in ("1", "TRUE", "ON", "YES"):
        raise ValueError(f"MediaPipe's model is not on this machine, and HF_HUB_OFFLINE is set. {advice}.")
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT) as stream:
            data = stream.read(2 * _TASK_BYTES)
    except (OSError, urllib.error.URLError) as error:
        raise ValueError(f"MediaPipe's model cannot be fetched ({error}). {advice}.") from None
    if (found := _sha256(data)) != sha256:
        raise ValueError(f"{url}: expected the file with SHA-256 {sha256}, got {found}. {advice}, if you trust it.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as stream:
        stream.write(data)
    os.replace(stream.name, path)  # never half a file, whatever else downloads it
    return path


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _poses(people: Sequence[Any], worlds: Sequence[Any], frame: Frame) -> Poses:
    height, width = frame.pixels.shape[:2]
    points = np.array([[(p.x, p.y, p.visibility or 0.0) for p in person] for person in people])
    world = np.array([[(p.x, p.y, p.z) for p in person] for person in worlds], np.float32)
    keypoints = (points[..., :2] * (width, height)).astype(np.float32)
    return Poses(keypoints, points[..., 2].astype(np.float32).clip(0, 1), world)
