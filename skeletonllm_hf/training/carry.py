"""A run in files of a bounded size, for machines from which no larger ones come back: what it needs to go on, without whole models.

Of stages that are done there are the report and what was trained, of the one that runs its last checkpoint; of a run that is
done, the slim model.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from pathlib import Path

from . import checkpoints
from .settings import CONFIG, Run
from .stage_output import REPORT, write_model
from .trainable import is_adapter

PART = 15 * 2**20  # bytes
SLIM = "slim"
_NAME = re.compile(r"carried-([0-9a-f]{12})-(\d+)-of-(\d+)")
_LEFT_OUT = {"training_args.bin"}


def pack(run: Path, out: Path, most: int = PART) -> list[Path]:
    """Writes a run's folder into files of at most `most` bytes, in place of those that were there."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for path in _needed(run):
            archive.add(path, path.relative_to(run).as_posix())
    data = held.getvalue()
    name, count = hashlib.sha256(data).hexdigest()[:12], -(-len(data) // most)
    out.mkdir(parents=True, exist_ok=True)
    written = [out / f"carried-{name}-{number + 1}-of-{count}" for number in range(count)]
    for number, path in enumerate(written):
        path.write_bytes(data[number * most : (number + 1) * most])
    for path in out.iterdir():
        if _NAME.fullmatch(path.name) and path not in written:
            path.unlink()
    return written


def unpack(folder: Path, run: Path) -> bool:
    """Puts into a new folder what `pack` took out of a run; False where nothing was packed.

    Raises:
        ValueError: parts that lack others, or are not what was written.
    """
    found: dict[tuple[str, int], dict[int, Path]] = {}
    for path in folder.iterdir() if folder.is_dir() else ():
        if match := _NAME.fullmatch(path.name):
            found.setdefault((match[1], int(match[3])), {})[int(match[2])] = path
    for (name, count), parts in found.items():
        data = b"".join(parts[number].read_bytes() for number in sorted(parts))
        if len(parts) == count and hashlib.sha256(data).hexdigest()[:12] == name:
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                archive.extractall(run, filter="data")
            return True
    if found:
        raise ValueError(f"{folder}: expected all parts of a run, as they were written, got {sorted(p.name for parts in found.values() for p in parts.values())}")  # fmt: skip
    return False


def rebuild(run: Run) -> None:
    """Writes the model of the last stage that is done, from what the stages trained, where it is missing."""
    done = [(n, stage) for n, stage in enumerate(run.stages, 1) if (run.out / f"{n}-{stage.name}" / REPORT).is_file()]
    if not done or len(done) == len(run.stages):
        return
    target: Path | None = None
    for number, stage in done:
        folder = run.out / f"{number}-{stage.name}"
        if (folder / "model").is_dir():
            target = folder / "model"
        elif (folder / checkpoints.TRAINED).is_file():
            base = run.model if target is None else target
            tensors = checkpoints.read_tensors(folder / checkpoints.TRAINED)
            _, processor = checkpoints.load_model(base)
            target = folder / "model"
            write_model(stage, base, target, processor, tensors, (), lambda partial: None)


def _needed(run: Path) -> list[Path]:
    """The files of a run that must travel."""
    if (run / SLIM).is_dir():
        return [*run.glob("*/" + REPORT), run / CONFIG, *(path for path in (run / SLIM).rglob("*") if path.is_file())]
    stages = sorted(
        (path for path in run.glob("[0-9]*-*") if path.is_dir()), key=lambda path: int(path.name.split("-")[0])
    )
    files = [path for folder in (run, *stages) for path in sorted(folder.glob("*.json"))]
    later: set[str] = set()
    for folder in reversed(stages):
        path = folder / checkpoints.TRAINED
        if path.is_file():
            names = set(checkpoints.read_tensors(path))
            if not names <= later:  # else a later stage has all of it anew
                files.append(path)
            if not json.loads((folder / REPORT).read_text("utf-8"))["stage"]["keep"]:
                later |= {name for name in names if not is_adapter(name)}
        for checkpoint in checkpoints.complete(folder)[-1:]:
            files += [path for path in sorted(checkpoint.iterdir()) if path.name not in _LEFT_OUT]
    return files
