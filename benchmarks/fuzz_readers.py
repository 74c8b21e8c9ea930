"""Damages files of every format and reads them: nothing but a sequence or our own error may come, within 2 s and 500 MB.

    python benchmarks/fuzz_readers.py [--cases 20000] [--seed 0] [--processes 2] [--corpus FOLDER]

The corpus is that of tests/fuzzing.py and, with `--corpus`, every file below a folder (real files). Each worker reads its
cases in one process; the peak of its memory is compared with what it had before it began. Exits with 1 at the first fault,
after writing the file that caused it to fault.bin.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from fuzzing import ASF, corpus, damage, damage_inside_zip, write_case

from skeletonllm_hf.readers import FORMATS, SkeletonFile, SkeletonFileError, detect_format, load_skeleton

MAX_SECONDS, MAX_MEGABYTES = 2.0, 500.0
MAX_CORPUS_BYTES = 300_000  # of a real file: damage to small files reaches more of the code
LARGE_BYTES = 50 * 2**20


def peak_megabytes() -> float:
    """Peak of this process's memory: Linux's own count where there is one, for `getrusage` inherits that of the parent."""
    try:
        status = Path("/proc/self/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(worker: int, cases: int, seed: int, files: list[tuple[str, str, bytes]]) -> tuple[Counter, float, float, str]:
    """(outcomes, slowest seconds, megabytes above the start, first fault)."""
    rng = np.random.default_rng([seed, worker])
    outcomes: Counter = Counter()
    slowest, fault = 0.0, ""
    formats = list(FORMATS)
    before = peak_megabytes()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (Path(folder) / "a.asf").write_bytes(ASF)
        for case in range(cases):
            own, name, data = files[int(rng.integers(len(files)))]
            spoil = damage_inside_zip if data[:4] == b"PK\x03\x04" and rng.random() < 0.5 else damage
            path = write_case(Path(folder), name, spoil(data, rng))
            # the file's own format most of the time, so that the damage meets its reader and not only detection
            format = (
                own
                if (chance := rng.random()) < 0.6
                else None
                if chance < 0.9
                else formats[int(rng.integers(len(formats)))]
            )
            start = time.process_time()
            try:
                clip = load_skeleton(path, format=format)
                outcomes[clip.format] += 1
            except SkeletonFileError:
                outcomes["refused"] += 1
            except Exception as error:
                fault = f"case {case} of worker {worker} ({name}, format={format}): {type(error).__name__}: {error}"
            seconds = time.process_time() - start
            slowest = max(slowest, seconds)
            if seconds > MAX_SECONDS:
                fault = f"case {case} of worker {worker} ({name}, format={format}): {seconds:.1f} s"
            if fault:
                Path("fault.bin").write_bytes(path.read_bytes())
                break
    return outcomes, slowest, peak_megabytes() - before, fault


def large_files() -> dict[str, bytes]:
    """Files of 50 MB that are as costly as their format allows."""
    short = b"1 " * (LARGE_BYTES // 2)
    return {
        "numbers of one digit, one line": short,
        "numbers of one digit, rows of 4": b"1 1 1 1\n" * (LARGE_BYTES // 8),
        "numbers of one digit, rows of 150": (b"1 " * 150 + b"\n") * (LARGE_BYTES // 301),
        "line ends": b"\n" * LARGE_BYTES,
        "words": b"x " * (LARGE_BYTES // 2),
        "brackets": b"[" * LARGE_BYTES,
        "empty lists": b'{"skeletons": [' + b"[]," * (LARGE_BYTES // 3 - 10) + b"[]]}",
        "short JSON numbers": b'{"skeletons": [' + b"1," * (LARGE_BYTES // 2 - 10) + b"1]}",
        "long JSON numbers": b'{"skeletons": [' + b"0.123456," * (LARGE_BYTES // 9 - 10) + b"1]}",
        "one JSON number": b'{"skeletons": [' + b"9" * LARGE_BYTES + b"]}",
        "one JSON text": b'{"skeletons": "' + b"9" * LARGE_BYTES + b'"}',
        "empty NTU frames": b"999999\n" + b"0\n" * (LARGE_BYTES // 2),
        "BVH of one channel": b"HIERARCHY\nROOT Hips\n{\nOFFSET 0 0 0\nCHANNELS 1 Xposition\n" + b"JOINT a\n{\nOFFSET 1 1 1\nCHANNELS 0\n}\n" * 900
        + b"}\nMOTION\nFrames: 900000\nFrame Time: 0.1\n" + b"1\n" * 900_000,
        "CSV of short cells": b"nose_x,nose_y,neck_x,neck_y,head_x,head_y,jaw_x,jaw_y\n" + b"1,1,1,1,1,1,1,1\n" * (LARGE_BYTES // 16),
        "CSV of empty cells": b"nose_x,nose_y,neck_x,neck_y,head_x,head_y,jaw_x,jaw_y\n" + b",,,,,,,\n" * (LARGE_BYTES // 8),
        "CSV, long": b"frame,joint,x,y\n" + b"1,a,1,1\n" * (LARGE_BYTES // 8),
        "zeros": bytes(LARGE_BYTES),
    }  # fmt: skip


def run_large(path: Path) -> tuple[str, float, float]:
    """(outcome, seconds, megabytes above the start) of reading one file in a fresh process."""
    before = peak_megabytes()
    start = time.process_time()
    try:
        outcome = f"{load_skeleton(path).joints.shape}"
    except SkeletonFileError as error:
        outcome = str(error).split("\n")[0].replace(str(path), "")[:90]
    return outcome, time.process_time() - start, peak_megabytes() - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cases", type=int, default=20_000, help="damaged files in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--corpus", type=Path, help="folder of real files to damage too")
    arguments = parser.parse_args()
    files = []
    with tempfile.TemporaryDirectory() as folder:
        for name, data in corpus().values():
            files.append((detect_format(SkeletonFile(write_case(Path(folder), name, data))).name, name, data))
    if arguments.corpus:
        real = [p for p in sorted(arguments.corpus.rglob("*")) if p.is_file() and p.stat().st_size <= MAX_CORPUS_BYTES]
        picked = np.random.default_rng(arguments.seed).permutation(len(real))[:200]
        for path in (real[i] for i in picked):
            try:
                files.append((detect_format(SkeletonFile(path)).name, path.name, path.read_bytes()))
            except SkeletonFileError:
                print(f"left out, no skeleton file: {path.name}")
    context = multiprocessing.get_context("spawn")
    share = -(-arguments.cases // arguments.processes)
    with context.Pool(arguments.processes, maxtasksperchild=1) as pool:
        results = pool.starmap(run, [(w, share, arguments.seed, files) for w in range(arguments.processes)])
    outcomes = sum((result[0] for result in results), Counter())
    print(
        f"{sum(outcomes.values())} damaged files from {len(files)}: {outcomes['refused']} refused, the others read as",
        dict(outcomes.most_common()),
    )
    print(
        f"slowest {max(r[1] for r in results):.2f} s, memory at most {max(r[2] for r in results):.0f} MB above the start"
    )
    faults = [result[3] for result in results if result[3]]
    if max(r[2] for r in results) > MAX_MEGABYTES:
        faults.append("memory")
    with tempfile.TemporaryDirectory() as folder:
        for name, data in large_files().items():
            path = write_case(Path(folder), "large.txt", data)
            with context.Pool(1) as pool:
                outcome, seconds, megabytes = pool.map(run_large, [path])[0]
            print(f"50 MB, {name:<34}{seconds:6.2f} s {megabytes:6.0f} MB  {outcome}")
            if seconds > MAX_SECONDS or megabytes > MAX_MEGABYTES:
                faults.append(f"50 MB, {name}: {seconds:.2f} s, {megabytes:.0f} MB")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
