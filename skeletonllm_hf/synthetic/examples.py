"""The example clips that the package carries: `python -m skeletonllm_hf.synthetic.examples FOLDER` writes them.

Each is in the format and layout of some sensor or program; `labels.csv` says what is true of all, and makes the
folder a dataset of one's own as `skeletonllm convert` reads it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..arguments import ArgumentParser
from ..model.skeleton import SkeletonSequence
from ..writers import save_skeleton
from .generate import generate
from .options import MotionOptions

_OPTIONS = MotionOptions(
    fps=(30.0,), seconds=(1.5, 4.0), speed=(0.9, 1.1), stature=(1.6, 1.85), heading=20.0, turned=0.0, seated=0.0
)
_IMAGE = (640, 480)  # pixels, and a focal length in pixels, of a common depth camera
_FOCAL = 525.0
_CAMERA = (0.0, 1.0, 3.5)  # where the camera stands in the scene, metres


@dataclass(frozen=True)
class Example:
    """A clip: file name, action, layout, seed, file format (None: by the name) and what saw it.

    `camera` is "depth" or "colour" (2D) for a camera 1 m above the ground and 3.5 m away, None for the scene's own axes.
    """

    file: str
    action: str
    layout: str
    seed: int
    format: str | None = None
    camera: str | None = None

    def clip(self) -> SkeletonSequence:
        """The clip as its file is to hold it."""
        clip = generate(self.action, layout=self.layout, seed=self.seed, options=_OPTIONS)
        if self.camera is None:
            return clip
        clip = clip.replace(joints=clip.joints - np.array(_CAMERA, dtype=np.float32))
        return clip if self.camera == "depth" else in_image(clip)


EXAMPLES = (
    Example("high_wave.npz", "high wave", "kinect_v2", 2),
    Example("shaking_hands.skeleton", "shaking hands", "kinect_v2", 6, camera="depth"),
    Example("a11_s01_e01_v01.json", "throw", "kinect_v1", 10, format="nw_ucla", camera="depth"),
    Example("walk_turning_left.bvh", "walk turning left", "smpl_22", 5),
    Example("forward_kick_2d.json", "forward kick", "coco_17", 6, camera="colour"),
    Example("clap_hands_then_sit_down.npz", "clap hands then sit down", "smpl_22", 3),
    Example("kicking.npz", "kicking", "kinect_v1", 4),
    Example("squat.json", "squat", "kinect_v2", 3),
)
TABLE = "labels.csv"


def in_image(clip: SkeletonSequence) -> SkeletonSequence:
    """A canonical clip as a colour camera at the origin sees it: pixels, x right, y down."""
    scale = _FOCAL / np.where(clip.mask, -clip.joints[..., 2], 1.0)
    x = _IMAGE[0] / 2 + scale * clip.joints[..., 0]
    y = _IMAGE[1] / 2 - scale * clip.joints[..., 1]
    return clip.replace(joints=np.stack([x, y], axis=-1), units="pixels", up="-y", view="z")


def write_examples(folder: Path) -> list[Path]:
    """Writes all examples and `labels.csv` into a folder, which is made if need be; files of these names are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    paths, rows = [], []
    for example in EXAMPLES:
        clip = example.clip()
        saved = save_skeleton(clip, folder / example.file, format=example.format, overwrite=True)
        question, answer = clip.questions[2]
        rows.append([example.file, clip.label, " | ".join(clip.captions), question, answer])
        paths.append(saved.path)
    with open(folder / TABLE, "w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["file", "label", "captions", "question", "answer"])
        table.writerows(rows)
    return [*paths, folder / TABLE]


def main() -> None:
    parser = ArgumentParser(description="Writes the example clips that the package carries.")
    parser.add_argument("folder", type=Path, help="where they go")
    for path in write_examples(parser.parse_args().folder):
        print(f"{path}  {path.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
