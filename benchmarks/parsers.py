"""Our BVH and C3D parsers against the packages that exist: time to read, and what they do with damaged files.

    pip install bvh bvhio c3d ezc3d
    python benchmarks/parsers.py [--damaged 3000]

BVH: 31 joints, 2,000 frames. C3D: the 39 markers of Plug-in Gait, 2,000 frames. Milliseconds of processor time on one core, the fastest of
five. Ours is the whole of `load_skeleton` (positions, layout, units, missing joints); `bvh` and `c3d` give numbers only.
Damaged C3D files are the same for all, each parser in a process of its own: read, refused with an exception, or
a process that died, hung (40 s of processor time) or took more than 2 GB. Packages that are not installed are left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from fuzzing import corpus, damage
from readers import bvh_text

FRAMES = 2000
_SIDES = "FHD BHD SHO UPA ELB FRM WRA WRB FIN ASI PSI THI KNE TIB ANK HEE TOE"
MARKERS = ["C7", "T10", "CLAV", "STRN", "RBAK", *(f"{side}{name}" for name in _SIDES.split(" ") for side in "LR")]
HANG_SECONDS, MOST_BYTES = 40, 2 << 30  # of processor time for a batch of 100 files; of address space


def ours(path: str) -> object:
    from skeletonllm_hf.readers import load_skeleton

    return load_skeleton(path).joints


def with_bvh(path: str) -> object:
    import bvh

    return np.array(bvh.Bvh(Path(path).read_text()).frames, dtype=float)


def with_bvhio(path: str) -> object:
    import bvhio

    root = bvhio.readAsHierarchy(path)
    return [[joint.PositionWorld for joint, *_ in root.loadPose(frame).layout()] for frame in range(FRAMES)]


def with_c3d(path: str) -> object:
    import c3d

    with open(path, "rb") as file:
        return np.stack([points for _, points, _ in c3d.Reader(file).read_frames()])


def with_ezc3d(path: str) -> object:
    import ezc3d

    return ezc3d.c3d(path)["data"]["points"]


PARSERS: dict[str, dict[str, Callable[[str], object]]] = {
    "bvh": {"ours": ours, "bvh": with_bvh, "bvhio": with_bvhio},
    "c3d": {"ours": ours, "c3d": with_c3d, "ezc3d": with_ezc3d},
}


def write_c3d(path: Path) -> None:
    """A walk's worth of markers; `ezc3d` writes it, so that ours is not measured on its own idea of the format."""
    import ezc3d

    points = np.random.default_rng(0).normal(size=(4, len(MARKERS), FRAMES)) * 10 + 900
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [100]
    file["parameters"]["POINT"]["LABELS"]["value"] = tuple(MARKERS)
    file["data"]["points"] = points
    file["data"]["meta_points"]["residuals"] = np.zeros((1, len(MARKERS), FRAMES))
    file.write(str(path))


def milliseconds(work: Callable[[], object], repeats: int = 5) -> float:
    best = np.inf
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return 1000 * best


def worker(parser: str, files: list[str]) -> None:
    """Reads files one by one and prints what came of each, at once: the parent sees where this process died."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (HANG_SECONDS, HANG_SECONDS + 5))
    read = PARSERS["c3d"][parser]
    for file in files:
        try:
            read(file)
            print("read", flush=True)
        except MemoryError:
            print("too much memory", flush=True)
        except Exception:
            print("refused", flush=True)


def outcomes(parser: str, files: list[str]) -> dict[str, int]:
    """How many files were read, refused, or ended the process."""
    counts: dict[str, int] = {}
    while files:
        batch = files[:100]
        command = [sys.executable, __file__, "--worker", parser, *batch]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        reported, end = done.stdout.splitlines(), "hung" if done.returncode == -signal.SIGXCPU else "died"
        reported = [line for line in reported if line in ("read", "refused", "too much memory")]  # libraries print too
        if len(reported) < len(batch):
            reported.append(end)
        for line in reported:
            counts[line] = counts.get(line, 0) + 1
        files = files[len(reported) :]
    return counts


def installed(parser: str) -> bool:
    return parser == "ours" or importlib.util.find_spec(parser) is not None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--damaged", type=int, default=3000, help="damaged C3D files")
    parser.add_argument("--worker", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        return worker(arguments.worker[0], arguments.worker[1:])
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"sound.{name}" for name in PARSERS}
        files["bvh"].write_text(bvh_text(FRAMES, np.random.default_rng(0)))
        if installed("ezc3d"):
            write_c3d(files["c3d"])
        for kind, parsers in PARSERS.items():
            for name, read in parsers.items():
                if installed(name) and files[kind].exists():
                    spent = milliseconds(lambda read=read, path=str(files[kind]): read(path))
                    print(f"{kind:<5}{name:<8}{spent:>10.1f} ms a file, {FRAMES / spent * 1000:>10,.0f} frames/s")
        rng = np.random.default_rng(0)
        sound = corpus()["c3d"][1]
        damaged = [Path(folder) / f"{number}.c3d" for number in range(arguments.damaged)]
        for path in damaged:
            path.write_bytes(damage(sound, rng))
        for name in PARSERS["c3d"]:
            if installed(name):
                found = outcomes(name, list(map(str, damaged)))
                print(f"{len(damaged)} damaged C3D files, {name:<6}", dict(sorted(found.items())))


if __name__ == "__main__":
    main()
