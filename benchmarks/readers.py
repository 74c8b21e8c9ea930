"""How fast files are read: files and frames a second on one core, per format.

    python benchmarks/readers.py [--seconds 1.0] [--data FOLDER]

Files are written here (NTU RGB+D: 100 frames, two bodies; BVH: 31 joints, 2,000 frames; the others about as long as their datasets'),
and read again and again for a while; the fastest reading counts, for other programs share the machine. With
`--data` (a folder with the unpacked datasets) real files are read too. Targets: NTU 40 files a second, BVH 20,000 frames a second.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

TARGETS = {"ntu": ("files", 40.0), "bvh": ("frames", 20_000.0)}
_CMU = {  # parent and offset of a rig of 31 joints, as the CMU database has it
    "Hips": (None, (0, 0, 0)), "LowerBack": ("Hips", (0, 4, 0)), "Spine": ("LowerBack", (0, 12, 0)), "Spine1": ("Spine", (0, 12, 0)),
    "Neck": ("Spine1", (0, 5, 0)), "Neck1": ("Neck", (0, 8, 0)), "Head": ("Neck1", (0, 9, 0)),
} | {
    f"{side}{joint}": (parent if parent in ("Hips", "Spine1") else f"{side}{parent}", (x * sign, y, z))
    for side, sign in (("Left", 1), ("Right", -1))
    for joint, parent, (x, y, z) in (
        ("HipJoint", "Hips", (2, 0, 0)), ("UpLeg", "HipJoint", (8, -8, 0)), ("Leg", "UpLeg", (0, -41, 0)), ("Foot", "Leg", (0, -41, 0)),
        ("ToeBase", "Foot", (0, -5, 14)), ("Shoulder", "Spine1", (3, 4, 0)), ("Arm", "Shoulder", (15, 0, 0)), ("ForeArm", "Arm", (28, 0, 0)),
        ("Hand", "ForeArm", (25, 0, 0)), ("FingerBase", "Hand", (6, 0, 0)), ("HandIndex1", "FingerBase", (4, 0, 0)), ("Thumb", "Hand", (4, 0, 4)),
    )
}  # fmt: skip


def ntu_text(frames: int, people: int, rng: np.random.Generator) -> str:
    rest = get_layout("kinect_v2").rest_joints * [-0.5, 1, -1] + [0, -0.9, 3]
    lines = [str(frames)]
    for _ in range(frames):
        lines.append(str(people))
        for person in range(people):
            lines += [f"{72057594037930000 + person} 0 1 1 1 1 0 0.01119184 -0.256052 2", "25"]
            values = rng.normal(size=(25, 12))
            values[:, :3] = rest + [person, 0, 0] + 0.01 * values[:, :3]
            lines += [" ".join(f"{v:.7f}" for v in row[:11]) + " 2" for row in values]
    return "\n".join(lines) + "\n"


def bvh_text(frames: int, rng: np.random.Generator) -> str:
    children: dict[str | None, list[str]] = {}
    for joint, (parent, _) in _CMU.items():
        children.setdefault(parent, []).append(joint)

    def node(joint: str) -> str:
        word = "ROOT" if joint == "Hips" else "JOINT"
        channels = "6 Xposition Yposition Zposition " if joint == "Hips" else "3 "
        inner = "".join(map(node, children.get(joint, []))) or "End Site\n{\nOFFSET 0 5 0\n}\n"
        offset = " ".join(map(str, _CMU[joint][1]))
        return f"{word} {joint}\n{{\nOFFSET {offset}\nCHANNELS {channels}Zrotation Yrotation Xrotation\n{inner}}}\n"

    values = rng.normal(size=(frames, 3 * len(_CMU) + 3)) * 20
    rows = "\n".join(" ".join(f"{v:.6f}" for v in row) for row in values)
    return f"HIERARCHY\n{node('Hips')}MOTION\nFrames: {frames}\nFrame Time: 0.0083333\n{rows}\n"


def write_files(folder: Path) -> dict[str, Path]:
    """One file per format that the table shows."""
    rng = np.random.default_rng(0)

    def noise(layout: str, frames: int) -> np.ndarray:
        rest = get_layout(layout).rest_joints
        return rest + 0.01 * rng.normal(size=(frames, *rest.shape))

    def rows(array: np.ndarray) -> str:
        return "\n".join(" ".join(f"{v:.6f}" for v in row) for row in array.reshape(len(array), -1))

    texts = {
        "ntu": ("a.skeleton", ntu_text(100, 2, rng)),
        "bvh": ("a.bvh", bvh_text(2000, rng)),
        "msr_action3d": ("a01_s01_e01_skeleton3D.txt", rows(np.insert(noise("msr_action3d", 50), 3, 1, axis=2).reshape(-1, 4))),
        "pku_mmd": ("a.txt", rows(np.concatenate([noise("kinect_v2", 1000)] * 2, 1))),
        "nw_ucla": ("a.json", json.dumps({"file_name": "a01_s01_e00", "skeletons": noise("kinect_v1", 60).round(6).tolist(), "label": 1})),
        "coco_json": ("b.json", json.dumps([
            {"image_id": f"{f}.jpg", "keypoints": (p * 100 + 300).round(3).ravel().tolist(), "idx": 1} for f, p in enumerate(noise("coco_17", 300))
        ])),
    }  # fmt: skip
    files = {}
    for name, (file, text) in texts.items():
        files[name] = folder / file
        files[name].write_text(text)
    files["humanml3d"] = folder / "a.npy"
    np.save(files["humanml3d"], noise("smpl_22", 200).astype(np.float32))
    return files


def time_reading(path: Path, seconds: float) -> tuple[float, int]:
    """(seconds of the fastest reading, frames)."""
    best, end = np.inf, time.perf_counter() + seconds
    while True:
        start = time.process_time()  # of this process alone: others share the cores
        frames = load_skeleton(path).num_frames
        best = min(best, time.process_time() - start)
        if time.perf_counter() > end:
            return best, frames


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each file is read again")
    parser.add_argument(
        "--data", type=Path, help="folder with unpacked datasets; every .bvh and .txt below it is read once"
    )
    arguments = parser.parse_args()
    missed = []
    print(f"{'format':<14}{'MB':>7}{'frames':>8}{'ms a file':>11}{'files/s':>9}{'frames/s':>11}")
    with tempfile.TemporaryDirectory() as folder:
        for name, path in write_files(Path(folder)).items():
            seconds, frames = time_reading(path, arguments.seconds)
            rate = {"files": 1 / seconds, "frames": frames / seconds}
            print(
                f"{name:<14}{path.stat().st_size / 2**20:>7.2f}{frames:>8}{seconds * 1e3:>11.2f}{rate['files']:>9.1f}{rate['frames']:>11.0f}"
            )
            if name in TARGETS and rate[TARGETS[name][0]] < TARGETS[name][1]:
                missed.append(
                    f"{name}: {rate[TARGETS[name][0]]:.0f} {TARGETS[name][0]}/s, target {TARGETS[name][1]:.0f}"
                )
    if arguments.data:
        read_folder(arguments.data)
    if missed:
        sys.exit("missed: " + "; ".join(missed))


def read_folder(folder: Path) -> None:
    """Reads every file once, by ending and folder."""
    groups: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".bvh", ".txt", ".skeleton", ".json", ".npy") and path.is_file():
            groups.setdefault(path.relative_to(folder).parts[0], []).append(path)
    for name, paths in groups.items():
        start, frames, refused = time.process_time(), 0, 0
        for path in paths:
            try:
                frames += load_skeleton(path).num_frames
            except SkeletonFileError:
                refused += 1
        seconds = time.process_time() - start
        print(
            f"{name}: {len(paths) - refused} files ({refused} refused), {len(paths) / seconds:.1f} files/s, {frames / seconds:.0f} frames/s"
        )


if __name__ == "__main__":
    main()
