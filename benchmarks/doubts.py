"""How often readers doubt real recordings, and whether they doubt spoiled ones: no clip is to be wrong without a word.

    python benchmarks/doubts.py [--data FOLDER] [--files 120]

Spoiled clips need no data: a generated person, written as BVH, C3D-like arrays and tables, is given a wrong scale, exchanged
sides, a mirror, a wrong frame rate, strange names. Each must end in a warning about it or a refusal. With `--data` (the folder with the
unpacked datasets) up to `--files` files of each set are read; every doubt about them counts as a false alarm. Target: at most 2 %.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.readers.rules.doubts import body_doubts
from skeletonllm_hf.readers.rules.guess import metres_per_unit
from skeletonllm_hf.synthetic import EXACT, generate
from skeletonllm_hf.writers import save_skeleton

SETS = {  # name -> (pattern below the data folder, arguments)
    "MSR-Action3D": ("real_world_coordinates/*_skeleton3D.txt", {}),
    "UTKinect": ("joints/joints_*.txt", {}),
    "SBU": ("SBU/*/*/*/skeleton_pos.txt", {}),
    "Bandai-Namco": ("Bandai-Namco-Research-Motiondataset-*/data/*.bvh", {}),
    "Foerger": ("foerger_walks/*.bvh", {}),
    "HDM05": ("hdm05/*.amc", {}),
    "MSRC-12": ("msrc12/**/*.npz", {}),
    "Penn Action": ("penn_action/**/*.npz", {}),
    "GTU-3D": ("gtu3d/**/*.npz", {}),
    "DeepMimic": ("deepmimic/**/*.npz", {}),
}
# What a doubt says; guesses and what was dropped are reported too, but are no doubts.
DOUBTS = {
    "names": r"joint names \d+ are understood", "proportions": r"do not have a body's proportions", "sides": r"look exchanged|sides exchanged",
    "lengths": r"times as far as", "size": r"times an adult's size", "unit": r"no usual unit", "rate": r"implausible|the file says [\d.e+]+\)",
    "speed": r"is it [\d.]+ frames a second", "by turns": r"places by turns", "shares": r"shares of a picture", "up": r"Bodies lie|upside down|but bodies stand",
    "turns": r"are they radians|Taken for turns", "not seen": r"taken as not seen|so not seen", "picture": r"count y downwards|x and y (are|were) exchanged", "axes": r"Axes guessed", "parts": r"begin anew",
}  # fmt: skip


def doubts_of(warnings: tuple[str, ...]) -> list[str]:
    """Kinds of doubts among warnings."""
    return [kind for kind, pattern in DOUBTS.items() if any(re.search(pattern, text) for text in warnings)]


def judged(clip: SkeletonSequence) -> tuple[str, ...]:
    """A clip's warnings, and what would be doubted if its file were not our own container."""
    scale = metres_per_unit(clip.joints, clip.mask, clip.layout)
    more = body_doubts(clip.joints, clip.mask, clip.layout, given=False, fps=clip.fps, units=clip.units, scale=scale)
    return (*clip.warnings, *more)


def real(folder: Path, most: int) -> None:
    read = doubted = 0
    for name, (pattern, arguments) in SETS.items():
        files = sorted(folder.glob(pattern))
        files = [files[i] for i in np.unique(np.linspace(0, len(files) - 1, min(most, len(files))).astype(int))]
        kinds: Counter[str] = Counter()
        examples: dict[str, str] = {}
        alarms = refused = 0
        for path in files:
            own = sorted(path.parent.glob("*_13.json")) + sorted(path.parent.parent.glob("*_13.json"))
            try:
                found = doubts_of(judged(load_skeleton(path, layout=own[0] if own else None, **arguments)))
            except SkeletonFileError:
                refused += 1
                continue
            alarms += bool(found)
            kinds.update(found)
            examples |= {kind: path.name for kind in found if kind not in examples}
        count = len(files) - refused
        read, doubted = read + count, doubted + alarms
        which = ", ".join(f"{kind} {n} ({examples[kind]})" for kind, n in kinds.most_common())
        share = alarms / count if count else 0.0
        print(f"{name:<14}{count:>5} read, {refused} refused, {alarms:>3} doubted ({share:.1%})  {which}", flush=True)
    print(f"{'all':<14}{read:>5} read, {doubted} doubted ({doubted / max(read, 1):.2%}); target: at most 2 %")


def spoiled(folder: Path) -> Iterator[tuple[str, Path, dict]]:
    """(what is wrong, file, arguments)"""
    clip = generate("walk", layout="smpl_22", seed=3, options=EXACT)
    wave = generate("wave", layout="smpl_22", seed=4, options=EXACT)
    kinect = generate("wave", layout="kinect_v2", seed=5, options=EXACT)
    flat = generate("wave", layout="coco_17", seed=6, options=EXACT)
    for which, source in (("walk", clip), ("wave", wave), ("kinect", kinect)):
        text = save_skeleton(source, folder / f"{which}.bvh").path.read_text()
        edits: dict[str, Callable[[str], str]] = {
            "frame time 30": lambda t: re.sub(r"Frame Time: \S+", "Frame Time: 30", t),
            "frame time 1/30000": lambda t: re.sub(r"Frame Time: \S+", "Frame Time: 0.0000333", t),
            "twenty times too fast": lambda t: re.sub(
                r"Frame Time: (\S+)", lambda m: f"Frame Time: {float(m[1]) / 30}", t
            ),
            "ten times too slow": lambda t: re.sub(
                r"Frame Time: (\S+)", lambda m: f"Frame Time: {float(m[1]) * 20}", t
            ),
            "sides exchanged": lambda t: re.sub(r"left|right", lambda m: "right" if m[0] == "left" else "left", t),
            "arms exchanged": lambda t: re.sub(
                r"(left|right)_(shoulder|elbow|wrist|hand|hand_tip|thumb|collar)\b", _other, t
            ),
            "legs exchanged": lambda t: re.sub(r"(left|right)_(hip|knee|ankle|foot)\b", _other, t),
            "half of the joints renamed": lambda t: _renamed(t, 2),
            "all joints renamed": lambda t: _renamed(t, 1),
            "names dealt anew": _dealt,
        }
        for kind, edit in edits.items():
            path = folder / f"{which} {kind.replace('/', '_')}.bvh"
            path.write_text(edit(text))
            yield f"{which}: {kind}", path, {}
    for kind, factor in (
        ("2.54 times too large", 2.54),
        ("ten times too small", 0.1),
        ("a thousand times too large", 1000.0),
    ):
        yield f"metres, {kind}", _table(folder, kind, factor * kinect.joints[:, 0], kinect), {"units": "metres"}
    mirrored = kinect.joints[:, 0] * [-1, 1, 1]
    yield "table: mirrored", _table(folder, "mirrored", mirrored, kinect), {}
    yield "table: left-handed", _table(folder, "left-handed", kinect.joints[:, 0] * [1, 1, -1], kinect), {}
    shares = (flat.joints[:, 0, :, :2] - flat.joints[:, 0, :, :2].min((0, 1))) / np.ptp(
        flat.joints[:, 0, :, :2], axis=(0, 1)
    ).max()
    shares = 0.9 * shares * [9 / 16, 1] + [0.25, 0.05]
    yield "table: shares of a picture", _table(folder, "shares", shares, flat), {"up": "y"}
    order = np.random.default_rng(0).permutation(25)
    yield "table: columns in another order", _table(folder, "order", kinect.joints[:, 0, order], kinect), {}
    one = kinect.joints[:, 0].copy()
    for joint in ("wrist", "hand", "hand_tip", "thumb"):
        rows = [kinect.layout.index(f"{side}_{joint}") for side in ("left", "right")]
        one[:, rows] = one[:, rows[::-1]]
    yield "table: hands exchanged", _table(folder, "hands", one, kinect), {}
    legless = [n for n, joint in enumerate(kinect.layout.joints) if not re.search("hip|knee|ankle|foot", joint)]
    yield "table: no legs", _table(folder, "legless", kinect.joints[:, 0], kinect, legless), {}
    for name, stamps in (
        ("frames an hour", np.arange(kinect.num_frames) * 120.0),
        ("rate of 30 kHz", np.arange(kinect.num_frames) / 3e4),
    ):
        yield f"table: {name}", _table(folder, name, kinect.joints[:, 0], kinect, times=stamps), {}


def spoiled_later(folder: Path) -> Iterator[tuple[str, Path, dict]]:
    """Further ways, thought of after the rules of `spoiled` were made; (what is wrong, file, arguments)."""
    kinect = generate("wave", layout="kinect_v2", seed=5, options=EXACT)
    flat = generate("wave", layout="coco_17", seed=6, options=EXACT)
    joints, pixels = kinect.joints[:, 0], flat.joints[:, 0, :, :2] * [300, -300] + [640, 650]
    lost = np.random.default_rng(0).random(joints.shape[:2])[..., None] < 0.1
    arrays = {
        "array: -1 for what is not seen": (np.where(lost, -1, joints), {}),
        "array: 0 for what is not seen": (np.where(lost, 0, joints), {}),
        "array: a hand never seen": (np.where(np.arange(25)[:, None] == 7, 0, joints), {"layout": "kinect_v2"}),
        "array: y of a picture counts upwards": (pixels * [1, -1], {}),
        "array: x and y exchanged": (pixels[..., ::-1], {}),
        "array: 60 windows of a recording": (np.stack([joints[n : n + 20] for n in range(60)]), {}),
        "array: frames shuffled": (np.random.default_rng(1).permutation(joints), {}),
        "array: turns for places": (np.cumsum(np.random.default_rng(2).normal(0, 0.03, (90, 24, 3)), 0), {}),
        "array: coordinates one after another": (joints.transpose(0, 2, 1).reshape(len(joints), 75), {}),
        "array: another data set's order": (joints[:, [3, 2, 1, 0, *range(4, 25)]], {}),
    }
    for what, (array, arguments) in arrays.items():
        path = folder / f"{re.sub('[^a-z0-9]', '_', what)}.npy"
        np.save(path, array.astype(np.float32))
        yield what, path, arguments
    text = save_skeleton(kinect, folder / "degrees.bvh").path.read_text()
    head, _, motion = text.partition("Frame Time:")
    rate, *rows = motion.strip().split("\n")
    small = np.array([row.split() for row in rows], float).reshape(len(rows), -1, 6) * [1, 1, 1, *[np.pi / 180] * 3]
    lines = "\n".join(" ".join(f"{value:.6f}" for value in row) for row in small.reshape(len(rows), -1).tolist())
    (folder / "radians.bvh").write_text(f"{head}Frame Time: {rate}\n{lines}\n")
    yield "BVH in radians", folder / "radians.bvh", {}
    path = _table(
        folder, "parts", np.concatenate([joints, joints]), kinect, times=np.tile(np.arange(len(joints)) / 30, 2)
    )
    yield "table: two recordings in one", path, {}
    text = _table(folder, "turns", joints, kinect).read_text()
    (folder / "turns.csv").write_text(
        re.sub(r"_([xyz])\b", r"_rotation_\1", text.split("\n", 1)[0]) + "\n" + text.split("\n", 1)[1]
    )
    yield "table: turns for places", folder / "turns.csv", {}


def _other(match: re.Match) -> str:
    return f"{'right' if match[1] == 'left' else 'left'}_{match[2]}"


def _renamed(text: str, step: int) -> str:
    names = re.findall(r"(?:JOINT|ROOT) (\S+)", text)
    for number, name in enumerate(names[::step]):
        text = re.sub(rf"(JOINT|ROOT) {re.escape(name)}\n", rf"\1 node{number}\n", text)
    return text


def _dealt(text: str) -> str:
    names = re.findall(r"(?:JOINT|ROOT) (\S+)", text)
    dealt = iter(np.random.default_rng(1).permutation(names))
    return re.sub(r"(JOINT|ROOT) \S+", lambda m: f"{m[1]} {next(dealt)}", text)


def _table(
    folder: Path,
    name: str,
    joints: np.ndarray,
    clip: SkeletonSequence,
    rows: list[int] | None = None,
    times: np.ndarray | None = None,
) -> Path:
    rows = list(range(joints.shape[1])) if rows is None else rows
    header = [f"{clip.layout.joints[row]}_{axis}" for row in rows for axis in "xyz"[: joints.shape[2]]]
    times = np.arange(len(joints)) / clip.fps if times is None else times
    path = folder / f"{name}.csv"
    table = np.column_stack([times, joints[:, rows].reshape(len(joints), -1)])
    np.savetxt(path, table, fmt="%.6f", delimiter=",", header=",".join(["time_s", *header]), comments="")
    return path


def spoiled_table() -> int:
    """Prints what is said of every spoiled clip; how many of them are read without a word."""
    silent = count = 0
    with tempfile.TemporaryDirectory() as name:
        for what, path, arguments in (*spoiled(Path(name)), *spoiled_later(Path(name))):
            count += 1
            try:
                found = doubts_of(judged(load_skeleton(path, **arguments)))
            except SkeletonFileError as error:
                found = [f"refused: {str(error).split(': ', 1)[-1][:60]}"]
            silent += not found
            print(f"{what:<42}{', '.join(found) or 'SILENT'}")
    print(f"{count} spoiled clips, {silent} silent; target: none")
    return silent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with the unpacked datasets")
    parser.add_argument(
        "--files", type=int, default=120, metavar="N", help="of each set, spread over it (default: 120)"
    )
    arguments = parser.parse_args()
    spoiled_table()
    if arguments.data:
        real(arguments.data, arguments.files)


if __name__ == "__main__":
    main()
