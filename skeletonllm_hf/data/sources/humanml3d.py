"""HumanML3D (Guo et al. 2022): `new_joints/ID.npy` (or `new_joint_vecs/`), `texts/ID.txt`, `train.txt`, `val.txt`, `test.txt`.

A line of texts is `caption#words#from#to`: a caption of the whole motion where both times are 0, else of the seconds
between them. Each stretch of time that has captions becomes a clip of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...readers import SkeletonFileError, load_skeleton
from ..protocols import part_name
from ..source import Clip, ClipFile, Plan, Skipped, described, find_base

_LISTS = ("train", "val", "test")


def _plan(root: Path) -> Plan:
    base = find_base(root, "HumanML3D", "texts/*.txt", ("HumanML3D", "."))
    folder = next((name for name in ("new_joints", "new_joint_vecs") if (base / name).is_dir()), None)
    lists = [name for name in _LISTS if (base / f"{name}.txt").is_file()]
    if folder is None or not lists:
        raise FileNotFoundError(
            f"{base}: expected new_joints/ or new_joint_vecs/, and train.txt, val.txt, test.txt; found {folder}, {lists}"
        )
    files, skipped = [], []
    for name in lists:
        for motion in (base / f"{name}.txt").read_text("utf-8").split():
            path = f"{folder}/{motion}.npy"
            if not (base / path).is_file():
                skipped.append(Skipped(path, f"listed in {name}.txt, but there is no such file"))
                continue
            options = {"format": "humanml3d", "units": "metres", "up": "y"}
            texts = (f"texts/{motion}.txt",)
            files.append(ClipFile(path, motion, keys={"split": part_name(name)}, options=options, depends=texts))
    listed = {file.path for file in files}
    ignored = sorted(
        f"{folder}/{path.name}" for path in (base / folder).glob("*.npy") if f"{folder}/{path.name}" not in listed
    )
    return Plan(base, tuple(files), tuple(skipped), tuple(ignored))


def _captions(path: Path) -> dict[tuple[float, float], list[str]]:
    """(from, to) in seconds, (0, 0) for the whole -> captions, in the file's order."""
    captions: dict[tuple[float, float], list[str]] = {}
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        if not line.strip():
            continue
        parts = line.strip().split("#")
        try:
            text, times = parts[0], tuple(float(part) for part in parts[2:4])
        except ValueError:
            times = ()
        if len(times) != 2:
            raise SkeletonFileError(str(path), "`caption#words#from#to`", repr(line[:60]), f"line {number}")
        start, end = (0.0 if math.isnan(time) else time for time in times)
        captions.setdefault((start, end), []).append(text.strip())
    return captions


def _read(base: Path, file: ClipFile) -> Iterator[Clip | Skipped]:
    motion: Any = load_skeleton(base / file.path, **file.options)
    motion = motion.replace(source=file.path)
    texts = base / file.depends[0]
    captions = _captions(texts) if texts.is_file() else {}
    yield Clip(file.id, motion.replace(captions=tuple(captions.pop((0.0, 0.0), ()))))
    for (start, stop), lines in captions.items():
        first, last = (int(time * motion.fps) for time in (start, stop))  # cut as the authors' code does
        name = f"{file.path}#{start:g}-{stop:g}"
        if not 0 <= first < min(last, motion.num_frames):
            yield Skipped(name, f"seconds {start:g} to {stop:g} of a motion of {motion.seconds:g} seconds")
            continue
        part = slice(first, last)
        yield Clip(
            f"{file.id}_{start:g}-{stop:g}",
            motion.replace(joints=motion.joints[part], mask=motion.mask[part], captions=tuple(lines), source=name),
        )


SOURCE = described("humanml3d", _plan, _read)
