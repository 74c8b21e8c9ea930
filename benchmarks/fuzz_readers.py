"""Damages files of every format and reads them: nothing but a sequence or our own error may come, within 2 s and 500 MB.

    python benchmarks/fuzz_readers.py [--cases 20000] [--seed 0] [--processes 2] [--corpus FOLDER] [--large]

The corpus is that of tests/fuzzing.py and, with `--corpus`, every file below a folder (real files). A third of the cases are damaged
(tests/fuzzing.py), a third are made to be expensive or surprising (tests/fuzzing_hostile.py: separators at the borders of blocks, packing
methods, infinity in whole numbers, dimension counts, long names, many entries, halves of characters), a third are spoiled as their format
can be (tests/fuzzing_formats.py: encodings, spellings of numbers, columns, values and keys of JSON, XML, arrays, archives in archives,
chunks, tags, parameter blocks); of all cases a tenth are rows of our schema with other types and values in their columns, for `decode`,
and where PyAV is installed three in a hundred are damaged videos, which are decoded. Each process of workers reads its share; processor time and the
peak of memory are taken case by case (Linux). A process that hangs in one case, or ends, is a fault, too: the parent watches. All faults
are listed, the files that caused them are written to `faults/`, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from fuzzing import ASF, corpus, damage, damage_inside_zip, write_case
from fuzzing_formats import spoiled
from fuzzing_hostile import hostile, odd_row

from skeletonllm_hf.readers import FORMATS, SkeletonFile, SkeletonFileError, detect_format, load_skeleton

MAX_SECONDS, MAX_MEGABYTES = 2.0, 500.0
HANG_SECONDS = 20.0  # of processor time in one case: then the parent ends the process
MAX_FAULTS = 20  # of one process
MAX_CORPUS_BYTES = 300_000  # of a real file: damage to small files reaches more of the code
LARGE_BYTES = 50 * 2**20
ROWS, VIDEOS = 0.1, 0.03  # shares of the cases that are rows, and videos


def memory(field: str) -> float:
    """Megabytes of this process: "VmHWM" at its peak, "VmRSS" now. Where Linux does not count, the peak since it began."""
    try:
        status = Path("/proc/self/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(field))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def forget_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def sound_row() -> dict:
    from skeletonllm_hf.data.schema import encode
    from skeletonllm_hf.synthetic import generate

    return encode(generate("high wave", seed=1), id="row")


def sound_videos(folder: Path) -> list[tuple[str, bytes]]:
    """(name, contents) of small ones; none without PyAV."""
    if importlib.util.find_spec("av") is None:
        return []
    from videos import gray, write_video

    names = ("v.mp4", "v.avi", "v.mkv", "v.mov")
    return [(name, write_video(folder / name, [gray(40 * n) for n in range(4)]).read_bytes()) for name in names]


def decoded(path: Path) -> str:
    from skeletonllm_hf.video import VideoLimits, open_video

    limits = VideoLimits(seconds=60, pixels=1_000_000)
    for _ in open_video(path, limits).frames(30.0, 256):
        pass
    return "video"


def run(worker: int, cases: int, seed: int, files: list[tuple[str, str, bytes]], folder: str, at, results) -> None:
    """Reads its share; puts (outcomes, slowest seconds, most megabytes in a case, faults) into `results`."""
    rng = np.random.default_rng([seed, worker])
    outcomes: Counter = Counter()
    slowest, most, faults = 0.0, 0.0, []
    home = Path(folder) / str(worker)
    home.mkdir()
    (home / "a.asf").write_bytes(ASF)
    row, videos = sound_row(), sound_videos(home)
    decode = None
    warnings.simplefilter("ignore")
    for case in range(cases):
        at[worker] = case
        chance = rng.random()
        if videos and chance > 1 - VIDEOS:
            name, data = videos[int(rng.integers(len(videos)))]
            path = write_case(home, name, damage(data, rng))
            what, work, fine = f"{name}, decoded", lambda path=path: decoded(path), SkeletonFileError
        elif chance < ROWS:
            from skeletonllm_hf.data.schema import decode

            given = odd_row(row, rng)
            what, work, fine = f"row {str(given)[:300]}", lambda given=given: decode(given), ValueError
            path = None
        else:
            path, format, what = written(home, files, rng)
            work, fine = lambda path=path, format=format: load_skeleton(path, format=format), SkeletonFileError
        forget_peak()
        before, start, fault = memory("VmRSS"), time.process_time(), ""
        try:
            read = work()
            outcomes[(read if isinstance(read, str) else read.format) if path else "row"] += 1
        except fine as error:
            outcomes["refused"] += 1
            try:
                str(error).encode()
            except UnicodeEncodeError:
                fault = "an error that cannot be printed"
        except Exception as error:
            fault = f"{type(error).__name__}: {str(error)[:200]}"
        seconds, megabytes = time.process_time() - start, memory("VmHWM") - before
        slowest, most = max(slowest, seconds), max(most, megabytes)
        if seconds > MAX_SECONDS or megabytes > MAX_MEGABYTES:
            fault = fault or f"{seconds:.1f} s, {megabytes:.0f} MB"
        if fault:
            faults.append(f"case {case} of worker {worker} (seed {seed}), {what}: {fault}")
            if path is not None:
                keep(path, f"{seed}_{worker}_{case}_{path.name}")
        if len(faults) >= MAX_FAULTS:
            break
    results.put((worker, outcomes, slowest, most, faults))


def written(home: Path, files: list[tuple[str, str, bytes]], rng: np.random.Generator) -> tuple[Path, str | None, str]:
    """(path, format to read it as, what it is) of a spoiled file."""
    own, name, data = files[int(rng.integers(len(files)))]
    spoil = (hostile, spoiled, damage)[int(rng.integers(3))]
    if spoil is damage and data[:4] == b"PK\x03\x04" and rng.random() < 0.5:
        spoil = damage_inside_zip
    data = spoil(data, rng)
    if rng.random() < 0.15 and len(data) < 200_000:  # both
        data = hostile(data, rng) if data[:4] != b"PK\x03\x04" else data
    path = write_case(home, name, data)
    # the file's own format most of the time, so that the damage meets its reader and not only detection
    chance, formats = rng.random(), list(FORMATS)
    format = own if chance < 0.6 else None if chance < 0.9 else formats[int(rng.integers(len(formats)))]
    return path, format, f"{name}, format={format}"


def keep(path: Path, name: str) -> None:
    Path("faults").mkdir(exist_ok=True)
    shutil.copyfile(path, Path("faults") / name)


def watched(processes: list, at, folder: str) -> list[str]:
    """Waits for all processes; faults of those that hang in one case, or end."""
    faults, since = [], {}
    while any(process.is_alive() for process in processes):
        time.sleep(0.5)
        for worker, process in enumerate(processes):
            if not process.is_alive():
                continue
            used = processor_seconds(process.pid)
            case, begun = since.get(worker, (-1, 0.0))
            if case != at[worker]:
                since[worker] = (at[worker], used)
            elif used - begun > HANG_SECONDS:
                process.kill()
                faults.append(f"case {at[worker]} of worker {worker}: hung for {used - begun:.0f} s of processor time")
    for worker, process in enumerate(processes):
        process.join()
        if process.exitcode != 0:
            faults.append(f"case {at[worker]} of worker {worker}: the process ended with {process.exitcode}")
            for path in (Path(folder) / str(worker)).iterdir():
                keep(path, f"ended_{worker}_{at[worker]}_{path.name}")
    return faults


def processor_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0.0


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
    before = memory("VmHWM")
    start = time.process_time()
    try:
        outcome = f"{load_skeleton(path).joints.shape}"
    except SkeletonFileError as error:
        outcome = str(error).split("\n")[0].replace(str(path), "")[:90]
    return outcome, time.process_time() - start, memory("VmHWM") - before


def sound_files(folder: Path | None, seed: int) -> list[tuple[str, str, bytes]]:
    """(format, name, contents)"""
    files = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, data in corpus().values():
            files.append((detect_format(SkeletonFile(write_case(Path(scratch), name, data))).name, name, data))
    if folder:
        real = [p for p in sorted(folder.rglob("*")) if p.is_file() and p.stat().st_size <= MAX_CORPUS_BYTES]
        picked = np.random.default_rng(seed).permutation(len(real))[:200]
        for path in (real[i] for i in picked):
            try:
                files.append((detect_format(SkeletonFile(path)).name, path.name, path.read_bytes()))
            except SkeletonFileError:
                print(f"left out, no skeleton file: {path.name}")
    return files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cases", type=int, default=20_000, help="damaged files and rows in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--corpus", type=Path, help="folder of real files to damage too")
    parser.add_argument("--large", action="store_true", help="read files of 50 MB of every kind as well")
    arguments = parser.parse_args()
    files = sound_files(arguments.corpus, arguments.seed)
    context = multiprocessing.get_context("spawn")
    share = -(-arguments.cases // arguments.processes)
    at, queue = context.Array("q", arguments.processes, lock=False), context.Queue()
    with tempfile.TemporaryDirectory() as folder:
        processes = [
            context.Process(target=run, args=(worker, share, arguments.seed, files, folder, at, queue))
            for worker in range(arguments.processes)
        ]
        for process in processes:
            process.start()
        faults = watched(processes, at, folder)
    results = [queue.get(timeout=10) for process in processes if process.exitcode == 0]
    outcomes = sum((result[1] for result in results), Counter())
    faults += [fault for result in results for fault in result[4]]
    print(
        f"seed {arguments.seed}: {sum(outcomes.values())} inputs from {len(files)} files: {outcomes['refused']} refused, "
        f"{len(faults)} faults, the others read as",
        dict(outcomes.most_common()),
    )
    slowest, most = (max((result[place] for result in results), default=0.0) for place in (2, 3))
    print(f"slowest {slowest:.2f} s of processor time, memory at most {most:.0f} MB above what was held before")
    if arguments.large:
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
