"""Videos, GIFs, photos and folders of photos, read by a pose estimator.

The decoder and the estimators are in the extra `video` and are loaded when a video is read.
"""

from __future__ import annotations

import dataclasses
import importlib.util

from ..reader import RawClip, Reader, ReadOptions
from ..source import VIDEO_ENDINGS, SkeletonFile
from .video_kinds import PHOTO_ENDINGS, kind_of

_NEEDS = {"PyAV": "av", "SciPy": "scipy"}


def _detect(file: SkeletonFile) -> float:
    return 0.95 if kind_of(file) else 0.0


def require(file: SkeletonFile) -> None:
    """Raises SkeletonFileError where what reads videos is not installed; says how to get it."""
    missing = [package for package, module in _NEEDS.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise file.error(
            "a skeleton file",
            f"a video, and {' and '.join(missing)} to read videos {'are' if len(missing) > 1 else 'is'} not installed.\n"
            "Install: pip install 'skeletonllm-hf[video]'; or run a pose estimator on it elsewhere and give its output.",
        )


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    require(file)
    from ...video import VideoOptions, estimate_video

    video = options.video if options.video is not None else VideoOptions()
    if not isinstance(video, VideoOptions):
        raise TypeError(f"video: expected VideoOptions, got {type(video).__name__}")
    poses = estimate_video(file, dataclasses.replace(video, people=options.people), options.fps)
    return poses.raw_clip(video.flat)


READER = Reader(
    "video", "videos, GIFs, photos and folders of photos, by a pose estimator",
    "MP4, MOV, MKV, WebM, AVI, GIF, MPEG, FLV, WMV, a PNG, JPEG or WebP photo, or a folder of those",
    _detect, _read, (*VIDEO_ENDINGS, *PHOTO_ENDINGS), folders=True,
)  # fmt: skip
