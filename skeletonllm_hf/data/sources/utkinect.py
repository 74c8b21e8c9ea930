"""UTKinect-Action (Xia, Chen, Aggarwal 2012): recordings `joints_sSS_eEE.txt`, and the segments in `actionLabel.txt`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ...readers import ReadOptions, SkeletonFile, SkeletonFileError, UTKinectRecording, parse_utkinect_labels
from ..source import Clip, ClipFile, Plan, Skipped, described, find_base

_LABELS = "actionLabel.txt"


def _label_file(base: Path) -> Path:
    return next((path for path in (base / _LABELS, base.parent / _LABELS) if path.is_file()), base / _LABELS)


def _plan(root: Path) -> Plan:
    pattern = "joints_s[0-9][0-9]_e[0-9][0-9].txt"
    base = find_base(root, "UTKinect-Action", pattern, ("joints", "."))
    if not _label_file(base).is_file():
        raise FileNotFoundError(f"{base}: expected {_LABELS} here or one folder up, found none")
    recordings = dict.fromkeys(segment.recording for segment in parse_utkinect_labels(_label_file(base)))
    depends = (os.path.relpath(_label_file(base), base),)
    files = tuple(
        ClipFile(
            f"joints_{name}.txt",
            name,
            subject=str(int(name[1:3])),
            keys={"recording": str(int(name[5:7]))},
            depends=depends,
        )
        for name in recordings
    )
    ignored = sorted({path.name for path in base.glob(pattern)} - {file.path for file in files})
    return Plan(base, files, ignored=tuple(ignored))


def _read(base: Path, file: ClipFile) -> Iterator[Clip | Skipped]:
    segments = [segment for segment in parse_utkinect_labels(_label_file(base)) if segment.recording == file.id]
    try:
        recording = UTKinectRecording.read(SkeletonFile(base / file.path))
    except SkeletonFileError as error:
        for segment in segments:
            yield Skipped.because(f"{file.path}: {segment.label}", error)
        return
    for segment in segments:
        if segment.first is None:
            yield Skipped(f"{file.path}: {segment.label}", "the label file gives no frames (NaN NaN)")
            continue
        source = f"{file.path}#{segment.first}-{segment.last}"
        try:
            clip = recording.clip(segment, ReadOptions())
        except SkeletonFileError as error:
            yield Skipped.because(source, error)
            continue
        yield Clip(f"{file.id}_{segment.label.replace(' ', '_')}", clip.replace(source=source))


SOURCE = described("utkinect", _plan, _read)
