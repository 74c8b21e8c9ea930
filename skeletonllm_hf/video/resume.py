"""File of the poses found so far (JSON lines, no frame of the video): an interrupted run continues where it stopped."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ..readers.source import SkeletonFileError
from .decode import Video
from .estimator import Estimator, Poses

_FORMAT = "skeletonllm-poses-1"


class Partial:
    """An open file of poses; `open` makes it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    @classmethod
    def open(cls, path: str | PathLike[str], video: Video, rate: float, estimator: Estimator) -> Partial:
        """Begins a file, or goes on with one of the same video and settings.

        Raises:
            SkeletonFileError: the file is of another video, other settings, or none of ours.
        """
        path = Path(path)
        head = {
            "format": _FORMAT, "video": video.file.name, "bytes": video.file.size, "width": video.width, "height": video.height,
            "fps": rate, "estimator": estimator.name, "layout": estimator.layout,
        }  # fmt: skip
        if path.exists() and path.stat().st_size:
            stream = open(path, "r+b")  # noqa: SIM115 - closed by `close`
            try:
                found = json.loads(stream.readline(65536))
            except ValueError:
                found = None
            if found != head:
                stream.close()
                wrong = [key for key in head if not isinstance(found, dict) or found.get(key) != head[key]]
                expected, got = "poses of this video with these settings", f"another {wrong[0]}"
                raise SkeletonFileError(str(path), expected, f"{got}; delete the file to begin anew")
        else:
            stream = open(path, "w+b")  # noqa: SIM115
            stream.write(json.dumps(head).encode() + b"\n")
        return cls(stream)

    def kept(self) -> Iterator[tuple[bool, Poses]]:
        """(whether a cut is before it, its poses) of each frame in the file, in order; an incomplete last line is dropped."""
        while True:
            start = self._stream.tell()
            line = self._stream.readline()
            try:
                entry = _decode(json.loads(line)) if line.endswith(b"\n") else None
            except (ValueError, TypeError, KeyError):
                entry = None
            if entry is None:
                self._stream.seek(start)
                self._stream.truncate()
                return
            yield entry

    def add(self, entries: Sequence[tuple[bool, Poses]]) -> None:
        """Appends frames, and makes sure that they are in the file."""
        for cut, poses in entries:
            self._stream.write(json.dumps(_encode(cut, poses)).encode() + b"\n")
        self._stream.flush()

    def close(self) -> None:
        self._stream.close()


def _encode(cut: bool, poses: Poses) -> dict[str, Any]:
    parts = [poses.keypoints, poses.confidence[..., None]] + ([] if poses.world is None else [poses.world])
    values = np.concatenate(parts, axis=-1).astype("<f4")
    return {"cut": cut, "shape": values.shape, "values": base64.b64encode(values.tobytes()).decode()}


def _decode(entry: dict[str, Any]) -> tuple[bool, Poses]:
    people, joints, width = entry["shape"]
    values = np.frombuffer(base64.b64decode(entry["values"], validate=True), "<f4").reshape(people, joints, width)
    if width not in (3, 6):
        raise ValueError(f"shape: expected 3 or 6 values a joint, got {width}")
    return bool(entry["cut"]), Poses(values[..., :2], values[..., 2], values[..., 3:] if width == 6 else None)
