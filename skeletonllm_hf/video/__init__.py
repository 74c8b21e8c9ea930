"""Skeletons from videos: decoding, pose estimators, tracking, and overlays of the result. Needs the extra `video`."""

from .decode import Frame, Video, VideoLimits, open_video
from .estimator import Estimator, Poses
from .options import VideoOptions
from .overlay import Panel, write_overlay
from .pipeline import VideoPoses, estimate_video, open_estimator, pose_video

__all__ = [
    "Estimator", "Frame", "Panel", "Poses", "Video", "VideoLimits", "VideoOptions", "VideoPoses",
    "estimate_video", "open_estimator", "open_video", "pose_video", "write_overlay",
]  # fmt: skip
