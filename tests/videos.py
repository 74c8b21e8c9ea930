"""Made videos and made people: what the tests of video input share."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.video import Frame, Poses

WIDTH, HEIGHT = 64, 48


def gray(level: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def write_video(
    path: Path, pictures: list[np.ndarray], fps: int = 30, times: list[int] | None = None, rotation: float = 0.0,
    aspect: Fraction | None = None, options: dict | None = None,
) -> Path:  # fmt: skip
    """MPEG-4 in the container of the path's ending. times: of each picture, milliseconds; None: a picture each 1/fps."""
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt, stream.bit_rate = "yuv420p", 400_000
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        stream.codec_context.time_base = Fraction(1, 1000) if times else Fraction(1, fps)
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = times[number] if times else number
            frame.time_base = stream.codec_context.time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def body(x: float, y: float = 100.0, size: float = 60.0) -> np.ndarray:
    """(17, 2) a standing COCO body, its middle at x, y, `size` pixels tall."""
    rest = get_layout("coco_17").rest_joints[:, :2] * (1, -1)
    rest = rest - (rest.min(0) + rest.max(0)) / 2
    return (rest * size / np.ptp(rest[:, 1]) + (x, y)).astype(np.float32)


def poses(*bodies: np.ndarray, confidence: float = 0.9) -> Poses:
    """The people of one frame."""
    keypoints = np.stack(bodies) if bodies else np.zeros((0, 17, 2), np.float32)
    return Poses(keypoints, np.full(keypoints.shape[:2], confidence, np.float32))


class Recorded:
    """An estimator that gives keypoints which were recorded: of each frame by its number."""

    name, layout, notes = "recorded", "coco_17", ()

    def __init__(self, people: list[Poses], batch: int = 1):
        self.people, self.batch = people, batch
        self.looked_at: list[int] = []
        self.restarts: list[int] = []

    def estimate(self, frames: list[Frame]) -> list[Poses]:
        self.looked_at += [frame.number for frame in frames]
        return [self.people[frame.number].scaled(1 / frame.scale) for frame in frames]

    def restart(self) -> None:
        self.restarts.append(len(self.looked_at))

    def close(self) -> None:
        pass
