"""The classes of readers (`Reader`, `ReadOptions`, `RawClip`), and limits on what a file may hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from ..model.layouts import MAX_NAME, SkeletonLayout
from .source import SkeletonFile

if TYPE_CHECKING:
    from ..video.options import VideoOptions

# Caps on what a file may hold; each is checked before anything of that size is allocated.
MAX_FRAMES = 1_000_000  # nine hours at 30 Hz; 10,000 frames are an ordinary long take
MAX_PEOPLE = 100  # tracks in one file; Kinect's are at most a dozen, crowds in video reach some dozens
# Frames x people x joints x dims: 120 MB of float32; an hour of two Kinect bodies is 16 million.
MAX_VALUES = 30_000_000
# What a reader may hold at once for one clip, beside the file's bytes: the clip, orientations, what it works with.
MAX_HELD_BYTES = 320 * 2**20


@dataclass(frozen=True)
class ReadOptions:
    """The caller's options: the arguments of `load_skeleton` of the same names, as `options.read_options` checks them.

    Args:
        axes: letters that say what an array's axes are, in their order (`axes.py`).
        joint_map: pairs of a file's joint name and the body point that it stands for, None to leave it out.
        video: how videos are read, a `skeletonllm_hf.video.VideoOptions`.
        The others: as `load_skeleton` takes them. None: as the file says, or a guess that is reported.
    """

    layout: SkeletonLayout | None = None
    up: str | None = None
    units: str | None = None
    fps: float | None = None
    people: int = 2
    min_confidence: float = 0.05
    fill_gaps: int = 0
    clip: int | str | None = None
    body_model: str | PathLike[str] | None = None
    person: int | None = None
    picture: tuple[float, float] | None = None
    axes: tuple[str, ...] | None = None
    joint_map: tuple[tuple[str, str | None], ...] = ()
    handed: str | None = None
    video: VideoOptions | None = None


@dataclass(frozen=True)
class RawClip:
    """The contents of a file, before the common rules (`common_rules.finish`) turn them into a SkeletonSequence.

    Args:
        joints: (frames, people, joints, dims) float; not finite where the file gives nothing.
        layout: None: the joint count decides, where it can.
        mask: (frames, people, joints) bool where the format marks what is missing.
        confidence: (frames, people, joints) in [0, 1].
        rotations: (frames, people, joints, 3, 3) global joint orientations, whatever the file's zero pose is.
        turned: which bones turn with a joint, as `orientation.relative_to_rest` takes it.
        fps, units, up: None: the format does not say, so a guess is made and reported.
        view: as in SkeletonSequence; None: the usual one for `up`.
        zero_is_missing: a joint exactly at the origin was not seen (sensors and detectors write that).
        ghosts: the sensor invents bodies (Kinect): implausible ones are dropped.
        relink: the order of people within a frame means nothing: detections are linked into tracks.
        tracked: who is who was decided with the pictures in view: no tracks are joined.
        people_names: for messages, one per person.
        label, captions, questions: texts that belong to the clip.
        notes: sentences for SkeletonSequence.warnings.
        handed: "left" where the format's axes are left-handed.
        up_doubtful: `up` stood in the file, in a field that programs fill wrongly: bodies that clearly stand another way win.
        units_doubtful: `units` stood in the file, perhaps of something else: they are taken where bodies have a body's size in them.
        rest: (joints, 3) the pose without any rotation, of formats that have one: it stands upright where it looks like a body.
        verbatim: the file is our own and everything in it was decided before: only explicit arguments change it.
    """

    joints: np.ndarray
    layout: SkeletonLayout | str | None
    mask: np.ndarray | None = None
    confidence: np.ndarray | None = None
    rotations: np.ndarray | None = None
    turned: str | tuple[tuple[int, int], ...] = "children"
    fps: float | None = None
    units: str | None = None
    up: str | None = None
    view: str | None = None
    zero_is_missing: bool = False
    ghosts: bool = False
    relink: bool = False
    tracked: bool = False
    people_names: tuple[str, ...] = ()
    label: str | None = None
    captions: tuple[str, ...] = ()
    questions: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    verbatim: bool = False
    handed: str | None = None
    up_doubtful: bool = False
    units_doubtful: bool = False
    rest: np.ndarray | None = None


@dataclass(frozen=True)
class Reader:
    """One file format.

    Args:
        name: the format's name, as `load_skeleton(format=...)` takes it.
        title: one line for people.
        expects: what `detect` looks for, for the error that lists what was tried.
        detect: from 0 (no) to 1 (surely), from the file's first bytes; its name is a hint worth 0.1 at most.
        read: the file's contents; raises SkeletonFileError.
        extensions: usual file name endings.
        folders: whether a folder can be one clip of this format.
    """

    name: str
    title: str
    expects: str
    detect: Callable[[SkeletonFile], float]
    read: Callable[[SkeletonFile, ReadOptions], RawClip]
    extensions: tuple[str, ...] = ()
    folders: bool = False


def seen_joints(joints: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(frames, people, joints) bool each: all coordinates are finite; and any is not zero. Axis by axis: numpy reduces a short last axis slowly."""
    finite, some = np.isfinite(joints[..., 0]), joints[..., 0] != 0
    for axis in range(1, joints.shape[-1]):
        finite &= np.isfinite(joints[..., axis])
        some |= joints[..., axis] != 0
    return finite, some


def check_size(file: SkeletonFile, frames: int, people: int = 1, joints: int = 1, dims: int = 3) -> None:
    """Raises SkeletonFileError where a file's counts are zero or beyond the caps: call it before allocating."""
    for name, count, most in (("frames", frames, MAX_FRAMES), ("people", people, MAX_PEOPLE)):
        if count < 1:
            raise file.error(f"at least one of its {name}", f"{count}")
        if count > most:
            raise file.error(f"at most {most:,} {name}", f"{count:,}")
    values = frames * people * joints * dims
    if values > MAX_VALUES:
        shape = f"{frames:,} frames x {people} people x {joints} joints x {dims}"
        raise file.error(f"at most {MAX_VALUES:,} values", f"{values:,} ({shape}); cut it into clips")


def check_held(file: SkeletonFile, frames: int, frame_bytes: int, what: str) -> None:
    """Raises SkeletonFileError where a reader would hold more than `MAX_HELD_BYTES`: call it before allocating.

    Args:
        frame_bytes: what the reader keeps for each frame, all its arrays together. what: that in words, for the message.
    """
    held = frames * frame_bytes
    if held > MAX_HELD_BYTES:
        raise file.error(
            f"a clip that takes at most {MAX_HELD_BYTES >> 20} MB",
            f"about {held >> 20:,} MB ({frames:,} frames x {what}); cut it into clips",
        )


def pick_clip(
    file: SkeletonFile, choice: int | str | None, count: int, names: Sequence[str] = (), what: str = "clips"
) -> int:
    """The number of the clip that `clip=` chooses by number or name; the first for None.

    Raises:
        SkeletonFileError: no such clip; says how many there are.
    """
    number = names.index(choice) if choice in names else 0 if choice is None else choice
    if isinstance(number, int) and 0 <= number < count:
        return number
    named = f", or a name: {first_names(names)}" if names else ""
    raise file.error(f"clip=... of its {count} {what} (0 to {count - 1}{named})", f"clip={choice!r}")


def first_names(names: Sequence[str]) -> str:
    """The first five names, for messages."""
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")


def check_names(file: SkeletonFile, names: Iterable[str]) -> None:
    """Raises SkeletonFileError where a joint's name is longer than `MAX_NAME`."""
    for name in names:
        if len(name) > MAX_NAME:
            raise file.error(f"names of at most {MAX_NAME} characters", f"{len(name):,}: {name[:40]!r}...")
