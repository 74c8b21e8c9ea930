"""The class of writers, and checks that several share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..model.skeleton import SkeletonSequence


class Misfit(ValueError):
    """A sequence that a format cannot hold; `save_skeleton` adds the path and the format."""


@dataclass(frozen=True)
class Writer:
    """One file format.

    Args:
        name: the format's name, that of the reader that reads it back.
        title: one line for people.
        extension: the file name ending that stands for it.
        write: (sequence, new file's path, final file's name) -> sentences on what the format changed or could not
            keep; Misfit where the sequence does not fit the format at all.
    """

    name: str
    title: str
    extension: str
    write: Callable[[SkeletonSequence, Path, str], tuple[str, ...]]


def not_kept(sequence: SkeletonSequence, *fields: str) -> tuple[str, ...]:
    """A sentence that names those of the fields that the sequence fills, or nothing."""
    lost = [name for name in fields if (value := getattr(sequence, name)) is not None and len(value) > 0]
    return (f"The format does not keep {', '.join(lost)}.",) if lost else ()


def need(good: bool, what: str, found: object, advice: str = "") -> None:
    """Misfit where a sequence does not fit a format."""
    if not good:
        raise Misfit(f"expected {what}, got {found}" + (f": {advice}" if advice else ""))


def sensor_joints(sequence: SkeletonSequence, layout: str, fps: float) -> np.ndarray:
    """(frames, people, joints, 3) as a Kinect gives them: metres, x to the sensor's left, Y up, Z depth; missing joints 0.

    A joint that is seen exactly at the origin moves by 1e-30 m: in these formats the origin means "not seen".

    Raises:
        Misfit: a flat clip, another layout or another frame rate than the format has.
    """
    name = sequence.layout.name
    need(name == layout, f"the layout {layout}", name, f"convert with to_layout({layout!r})")
    need(not sequence.is_2d, "three-dimensional joints", "two")
    need(sequence.fps == fps, f"{fps:g} frames a second", f"{sequence.fps:g}", "resample it, the format holds no rate")
    if (sequence.units, sequence.up, sequence.view) == ("metres", "y", "z"):
        joints = sequence.joints.copy()
    else:
        joints = sequence.canonical().joints * np.array([-1, 1, -1], np.float32)
    joints[sequence.mask & ~joints.any(-1)] = 1e-30
    return np.where(sequence.mask[..., None], joints, np.float32(0))
