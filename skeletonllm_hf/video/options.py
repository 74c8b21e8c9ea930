"""Options of reading a video."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from os import PathLike
from threading import Event

from .decode import VideoLimits
from .estimator import Estimator

POSE_FPS = 15.0  # what depth sensors' recordings of actions have; twice as many take twice as long


@dataclass(frozen=True)
class VideoOptions:
    """Options of reading a video.

    Args:
        estimator: "auto", "mediapipe", "vitpose", or an `Estimator`. model: as in `open_estimator`.
        pose_fps: frames a second that are estimated, at most; None: all.
        people: how many are kept in each shot, the most prominent.
        flat: keypoints in pixels, also where the estimator knows depth.
        limits: what is refused.
        progress: is called with how many frames of about how many (None: unknown) are done.
        stop_event: set it from another thread to end the work early.
        partial: file in which poses are kept as they are found, to go on after an interruption; None: none.
    """

    estimator: str | Estimator = "auto"
    model: str | None = None
    pose_fps: float | None = POSE_FPS
    people: int = 2
    flat: bool = False
    limits: VideoLimits = field(default_factory=VideoLimits)
    progress: Callable[[int, int | None], None] | None = None
    stop_event: Event | None = None
    partial: str | PathLike[str] | None = None

    def __post_init__(self) -> None:
        if self.pose_fps is not None and not 0.1 <= self.pose_fps <= 240:
            raise ValueError(f"pose_fps: expected a number from 0.1 to 240, got {self.pose_fps!r}")
