"""How far derived joints lie from where they should be, and what a conversion costs.

    python benchmarks/retarget.py [--clips 24] [--data FOLDER]

Generated clips: the same motion generated in both layouts, bodies of 1.5 to 1.9 m with varied proportions. Recorded
clips (`--data`: the folder with the unpacked datasets): joints of a recording are taken away and derived from the
others. Errors are means over a clip, in centimetres; "worst" is the worst clip.
"""

from __future__ import annotations

import argparse
import dataclasses
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout
from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.synthetic import ACTIONS, EXACT, generate

PAIRS = (
    ("kinect_v2", "kinect_v1"), ("kinect_v1", "kinect_v2"), ("coco_17", "kinect_v2"), ("mediapipe_33", "kinect_v2"),
    ("smpl_22", "kinect_v2"), ("kinect_v2", "smpl_22"), ("kinect_v2", "mediapipe_33"), ("sbu_15", "openpose_25"),
)  # fmt: skip
OPTIONS = dataclasses.replace(EXACT, proportions=0.05, stature=(1.5, 1.9), heading=60.0, turned=0.3)
RECORDINGS = {  # pattern, and groups of body parts that are taken away together
    "MSR-Action3D": "real_world_coordinates/*_skeleton3D.txt",
    "UTKinect": "joints/joints_*.txt",
    "SBU": "SBU/*/*/*/skeleton_pos.txt",
    "Bandai-Namco": "Bandai-Namco-Research-Motiondataset-*/data/*.bvh",
}
GROUPS = (
    ("neck_base",), ("pelvis",), ("spine_lower",), ("spine_middle",), ("neck",), ("head",), ("collar",), ("wrist",), ("hand",), ("foot", "toe"),
)  # fmt: skip


def part(point: str | None) -> str | None:
    """The body point without its side."""
    return point and point.removeprefix("left_").removeprefix("right_")


def generated(source: str, target: str, clips: int) -> dict[str, list[float]]:
    points, known = get_layout(target).body, set(get_layout(source).body)
    shared = [joint for joint, point in enumerate(points) if point in known]
    found: dict[str, list[float]] = defaultdict(list)
    for seed in range(clips):
        action = ACTIONS[seed * 7 % len(ACTIONS)]
        here, truth = (generate(action, layout=name, seed=seed, options=OPTIONS) for name in (source, target))
        out = here.to_layout(target)
        shift = (out.joints[:, :, shared] - truth.joints[:, :, shared]).mean(
            (0, 1, 2)
        )  # clips are centred on all their joints
        errors = 100 * np.linalg.norm(out.joints - truth.joints - shift, axis=-1)
        for joint, point in enumerate(points):
            if point is not None and point not in known and out.mask[:, :, joint].any():
                found[part(point)].append(float(errors[:, :, joint][out.mask[:, :, joint]].mean()))
    return found


def without(layout: SkeletonLayout, group: tuple[str, ...]) -> tuple[SkeletonLayout, list[int]]:
    kept = [joint for joint, point in enumerate(layout.body) if part(point) not in group]
    number = {joint: row for row, joint in enumerate(kept)}
    bones = tuple((number[a], number[b]) for a, b in layout.bones if a in number and b in number)
    names, points = (tuple(of[joint] for joint in kept) for of in (layout.joints, layout.body))
    return SkeletonLayout(f"{layout.name}_less", names, bones, body=points), kept


def taken_away(clip: SkeletonSequence, group: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    layout, kept = without(clip.layout, group)
    out = SkeletonSequence(clip.joints[:, :, kept], layout, mask=clip.mask[:, :, kept]).to_layout(clip.layout)
    for joint, point in enumerate(clip.layout.body):
        both = out.mask[:, :, joint] & clip.mask[:, :, joint]
        if part(point) in group and both.any():
            yield part(point), float(100 * np.linalg.norm(out.joints - clip.joints, axis=-1)[:, :, joint][both].mean())


def recorded(root: Path, pattern: str, clips: int) -> tuple[int, dict[str, list[float]]]:
    files = sorted(root.glob(pattern))
    found: dict[str, list[float]] = defaultdict(list)
    used = 0
    for path in files[:: max(1, len(files) // clips)]:
        try:
            clip = load_skeleton(path).canonical()
        except SkeletonFileError as error:
            print(f"  left out: {error}")
            continue
        used += 1
        for group in GROUPS:
            if any(part(point) in group for point in clip.layout.body):
                for name, centimetres in taken_away(clip, group):
                    found[name].append(centimetres)
    return used, found


def show(title: str, found: dict[str, list[float]]) -> None:
    print(title)
    print("  " + ", ".join(f"{name} {np.mean(v):.1f} (worst {np.max(v):.1f})" for name, v in sorted(found.items())))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=24, help="clips a pair of layouts or a dataset (default: 24)")
    parser.add_argument("--data", type=Path, help="folder with the unpacked datasets")
    arguments = parser.parse_args()
    for source, target in PAIRS:
        show(f"generated, {source} -> {target}, {arguments.clips} clips", generated(source, target, arguments.clips))
    if arguments.data is not None:
        for name, pattern in RECORDINGS.items():
            used, found = recorded(arguments.data, pattern, arguments.clips)
            show(f"{name}, {used} clips", found)
    for source, target in (("coco_17", "kinect_v2"), ("kinect_v2", "mediapipe_33")):
        clip = SkeletonSequence(np.repeat(get_layout(source).rest_joints[None, None], 300, 0), source)
        seconds = []
        for _ in range(10):
            begin = time.perf_counter()
            clip.to_layout(target)
            seconds.append(time.perf_counter() - begin)
        print(f"{source} -> {target}: {1000 * min(seconds):.1f} ms for 300 frames")


if __name__ == "__main__":
    main()
