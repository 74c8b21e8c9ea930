"""Videos, GIFs, photos and folders of photos: what counts as one, by its first bytes, and reading it by a pose estimator.

The decoder and the estimators are in the extra `video` and are loaded when a video is read.
"""

from __future__ import annotations

import dataclasses
import importlib.util

from .reader import RawClip, Reader, ReadOptions
from .source import VIDEO_ENDINGS, SkeletonFile

PHOTO_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
PHOTO, FOLDER = "photo", "folder"
_NEEDS = {"PyAV": "av", "SciPy": "scipy"}
_PHOTOS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", b"II*\x00", b"MM\x00*")
# The demuxer is named, not guessed: FFmpeg's guesses include playlists, which open other files and addresses.
_DEMUXERS = (
    (0, b"GIF8", "gif"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (4, b"ftyp", "mov"),
    (4, b"moov", "mov"),
    (4, b"mdat", "mov"),
    (4, b"wide", "mov"),
    (0, b"FLV\x01", "flv"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (0, b"OggS", "ogg"),
    (0, b"\x00\x00\x01\xba", "mpeg"),
)
_TS_PACKET = 188


def kind_of(file: SkeletonFile) -> str | None:
    """FFmpeg's name of the container, "photo", "folder" (of photos), or None: not a video."""
    if file.is_folder:
        photos = sum(name.lower().endswith(PHOTO_ENDINGS) for name in file.names)
        return FOLDER if photos and photos >= 0.9 * len(file.names) else None
    head = file.head
    if head[:4] == b"RIFF":
        return {b"AVI ": "avi", b"WEBP": PHOTO}.get(head[8:12])
    for offset, magic, name in _DEMUXERS:
        if head[offset : offset + len(magic)] == magic:
            return name
    if len(head) > 2 * _TS_PACKET and all(head[at] == 0x47 for at in (0, _TS_PACKET, 2 * _TS_PACKET)):
        return "mpegts"
    if head.startswith(_PHOTOS[:2]) or (head.startswith(_PHOTOS[2:]) and file.suffix in PHOTO_ENDINGS):
        return PHOTO
    return None


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
    from ..video import VideoOptions, estimate_video

    video = options.video if options.video is not None else VideoOptions()
    if not isinstance(video, VideoOptions):
        raise TypeError(f"video: expected VideoOptions, got {type(video).__name__}")
    poses = estimate_video(file, dataclasses.replace(video, people=options.people), options.fps)
    return poses.raw_clip(video.flat)


READER = Reader(
    "video",
    "videos, GIFs, photos and folders of photos, by a pose estimator",
    "MP4, MOV, MKV, WebM, AVI, GIF, MPEG, FLV, WMV, a PNG, JPEG or WebP photo, or a folder of those",
    _detect,
    _read,
    (*VIDEO_ENDINGS, *PHOTO_ENDINGS),
    folders=True,
)
