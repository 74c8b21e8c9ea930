"""Reading skeleton files: one file per format, found by content. Needs numpy only."""

from .arrays.numpy_files import save_npz
from .datasets.ntu import parse_ntu_name
from .datasets.pku_mmd import read_pku_segments
from .datasets.utkinect import UTKinectRecording, UTKinectSegment, parse_utkinect_labels, read_utkinect_segments
from .inspection import BoneStability, Inspection, bone_stability, inspect_skeleton
from .load import FORMATS, clip_paths, detect_format, load_skeleton, load_skeletons, split_people
from .reader import RawClip, Reader, ReadOptions
from .source import OptionError, SkeletonFile, SkeletonFileError

__all__ = [
    "FORMATS",
    "BoneStability",
    "Inspection",
    "OptionError",
    "RawClip",
    "ReadOptions",
    "Reader",
    "SkeletonFile",
    "SkeletonFileError",
    "UTKinectRecording",
    "UTKinectSegment",
    "bone_stability",
    "clip_paths",
    "detect_format",
    "inspect_skeleton",
    "load_skeleton",
    "load_skeletons",
    "parse_ntu_name",
    "parse_utkinect_labels",
    "read_pku_segments",
    "read_utkinect_segments",
    "save_npz",
    "split_people",
]
