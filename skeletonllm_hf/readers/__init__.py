"""Reading skeleton files: one file per format, found by content. Needs numpy only."""

from .load import FORMATS, detect_format, load_skeleton
from .reader import RawClip, Reader, ReadOptions
from .source import SkeletonFile, SkeletonFileError
from .utkinect import read_utkinect_segments

__all__ = [
    "FORMATS",
    "RawClip",
    "ReadOptions",
    "Reader",
    "SkeletonFile",
    "SkeletonFileError",
    "detect_format",
    "load_skeleton",
    "read_utkinect_segments",
]
