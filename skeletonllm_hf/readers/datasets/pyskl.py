"""mmaction2 / PYSKL skeleton annotations, exported as JSON or npz (their pickles are refused: see docs/formats.md).

One annotation is `{"frame_dir", "label", "total_frames", "img_shape", "keypoint": people x frames x joints x dims,
"keypoint_score": people x frames x joints}`; a file holds one, a list of them, or `{"split", "annotations": [...]}`.
Of several, `clip=` picks one by number or by `frame_dir`. 17 joints are COCO's in pixels, 25 are Kinect v2's in metres.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays.arrays import Npz, floats, is_zip, npz_names
from ..objects.json_text import head_keys, number_list
from ..reader import RawClip, Reader, ReadOptions, check_size, first_names, pick_clip
from ..source import SkeletonFile

FPS = 30.0
_LAYOUTS = {
    (17, 2): "coco_17", (25, 3): "kinect_v2", (18, 2): "openpose_18", (25, 2): "openpose_25",
    (133, 2): "coco_wholebody_133",
}  # fmt: skip
_SIGNS = {"keypoint_score", "frame_dir", "total_frames"}


def _detect(file: SkeletonFile) -> float:
    names, keys = npz_names(file), head_keys(file)
    if "keypoint" in names and names & _SIGNS:
        return 0.8
    if "keypoint" in keys and keys & _SIGNS:
        return 0.9
    return 0.6 if {"split", "annotations", "frame_dir"} <= keys else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    score: np.ndarray | None = None
    if is_zip(file):
        archive = file.once(Npz)
        keypoint = floats(file, archive["keypoint"], "keypoint")
        if "keypoint_score" in archive:
            score = floats(file, archive["keypoint_score"], "keypoint_score")
        named = {key: archive.text(key) for key in ("label", "frame_dir") if archive.is_text(key)}
    else:
        named = _pick(file, file.json(), options.clip)
        keypoint = number_list(file, named, "keypoint", (None, None, None, None))
        if named.get("keypoint_score") is not None:
            score = number_list(file, named, "keypoint_score", (None, None, None))
    if keypoint.ndim != 4 or keypoint.shape[3] not in (2, 3):
        raise file.error("people x frames x joints x (2 or 3)", f"shape {keypoint.shape}", position="keypoint")
    people, frames, joints, dims = keypoint.shape
    check_size(file, frames, people, joints, dims)
    if score is not None and score.shape != keypoint.shape[:3]:
        raise file.error(f"shape {keypoint.shape[:3]}", f"{score.shape}", position="keypoint_score")
    flat = dims == 2
    layout = _LAYOUTS.get((joints, dims))
    if layout is None and options.layout is None:
        expected = f"joints and dims {', '.join(map(str, _LAYOUTS))}, or layout=..."
        raise file.error(expected, f"({joints}, {dims})", position="keypoint")
    label = named.get("label")
    return RawClip(
        keypoint.transpose(1, 0, 2, 3), layout, fps=FPS, units="pixels" if flat else "metres", up="-y" if flat else "y", view="z",
        confidence=None if score is None else np.where(np.isfinite(score), score, 0).clip(0, 1).transpose(1, 0, 2),
        zero_is_missing=True, ghosts=joints == 25, label=label if isinstance(label, str) else None,
    )  # fmt: skip


def _pick(file: SkeletonFile, content: object, choice: int | str | None) -> dict[str, Any]:
    """The annotation to read."""
    clips = content.get("annotations") if isinstance(content, dict) and "annotations" in content else content
    if isinstance(clips, dict):
        return clips
    if not isinstance(clips, list) or not all(isinstance(clip, dict) for clip in clips) or not clips:
        raise file.error("an annotation or a list of them", type(clips).__name__)
    names = [str(clip.get("frame_dir", number)) for number, clip in enumerate(clips)]
    if choice is None and len(clips) > 1:
        choices = f"0 to {len(clips) - 1}, or a name: {first_names(names)}"
        raise file.error(f"clip=... of its {len(clips)} clips ({choices})", "clip=None")
    return clips[pick_clip(file, choice, len(clips), names)]


READER = Reader(
    "pyskl", "mmaction2 / PYSKL annotations as JSON or npz",
    'JSON or npz with "keypoint" (people x frames x joints x dims) and "keypoint_score", "frame_dir" or "total_frames"',
    _detect, _read, (".json", ".npz"),
)  # fmt: skip
