"""From a path to a SkeletonSequence: which format it is, and reading it."""

from __future__ import annotations

import json
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from ..model.layouts import SkeletonLayout, get_layout
from ..model.skeleton import AXES, MAX_FPS, MIN_FPS, UNITS, SkeletonSequence
from .amass import READER as AMASS
from .asf_amc import READER as ASF_AMC
from .bvh import READER as BVH
from .c3d import READER as C3D
from .coco_json import READER as COCO_JSON
from .csv_table import READER as CSV
from .finish import Finished, finish
from .freemocap import READER as FREEMOCAP
from .humanml3d import READER as HUMANML3D
from .mediapipe import READER as MEDIAPIPE
from .msr_action3d import READER as MSR_ACTION3D
from .ntu import READER as NTU
from .numpy_files import READER as NUMPY
from .nw_ucla import READER as NW_UCLA
from .openpose import READER as OPENPOSE
from .pku_mmd import READER as PKU_MMD
from .pose_file import READER as POSE
from .pyskl import READER as PYSKL
from .reader import MAX_FRAMES, MAX_PEOPLE, Reader, ReadOptions
from .sbu import READER as SBU
from .skeleton_json import READER as JSON
from .source import MAX_FILE_BYTES, SkeletonFile, SkeletonFileError
from .utkinect import READER as UTKINECT
from .video import READER as VIDEO

if TYPE_CHECKING:
    from ..video import VideoOptions

# in the order in which docs list them
_READERS = (
    NTU, NW_UCLA, PKU_MMD, MSR_ACTION3D, UTKINECT, SBU, BVH, ASF_AMC, C3D, HUMANML3D, AMASS, OPENPOSE, COCO_JSON, MEDIAPIPE, PYSKL,
    POSE, FREEMOCAP, CSV, NUMPY, JSON, VIDEO,
)  # fmt: skip
FORMATS: dict[str, Reader] = {reader.name: reader for reader in _READERS}
_SURE = 0.5  # a reader claims a file from here on


def load_skeleton(
    path: str | PathLike,
    format: str | None = None,
    layout: str | SkeletonLayout | dict | PathLike | None = None,
    up: str | None = None,
    units: str | None = None,
    *,
    fps: float | None = None,
    people: int = 2,
    per_person: bool = False,
    min_confidence: float = 0.05,
    fill_gaps: int = 0,
    clip: int | str | None = None,
    body_model: str | PathLike | None = None,
    person: int | None = None,
    video: VideoOptions | None = None,
) -> SkeletonSequence | list[SkeletonSequence]:
    """Reads any skeleton file.

    Args:
        path: file, or folder where the format is one file per frame.
        format: a name in `FORMATS`; None: found from the contents.
        layout: a layout's name, a layout, its dict, or the path of its JSON file; None: what the file says.
        up: axis that points up, such as `"z"`. units: one of `UNITS`. fps: frames per second.
            Given, they win over the file; not given by either, they are guessed and the guess is in `warnings`.
        people: how many people are kept at most, the most active ones (`people.most_active`).
        per_person: return a list with one sequence for each of them, for people who do different things.
        min_confidence: joints that a detector is less sure of are masked.
        fill_gaps: joints missing for at most this many frames are interpolated.
        clip: number or name of the clip, for files that hold several.
        body_model: SMPL body model (.npz), for files of pose parameters.
        person: only this one of the people who are kept, counted from 1, cut to the frames in which they are seen.
        video: how videos are read: estimator, frames a second, progress; None: `skeletonllm_hf.video.VideoOptions()`.

    Returns:
        The sequence; `warnings` says in plain sentences what was guessed, masked or dropped.

    Raises:
        TypeError, ValueError: wrong arguments.
        SkeletonFileError: a file that cannot be read; names the file, the position, what was expected and found.
    """
    options = read_options(
        layout,
        up,
        units,
        fps,
        people=people,
        min_confidence=min_confidence,
        fill_gaps=fill_gaps,
        clip=clip,
        body_model=body_model,
        person=person,
        video=video,
    )
    sequence = read_file(SkeletonFile(path), format, options).sequence
    return split_people(sequence) if per_person else sequence


def split_people(sequence: SkeletonSequence) -> list[SkeletonSequence]:
    """One sequence per person who is seen, each cut to the frames from the first to the last in which they are."""
    clips = []
    for person in np.flatnonzero(sequence.people_present):
        frames = np.flatnonzero(sequence.mask[:, person].any(1))
        part = (slice(frames[0], frames[-1] + 1), slice(person, person + 1))
        fields = {name: getattr(sequence, name) for name in ("joints", "mask", "confidence", "rotations")}
        changes = {name: values[part] for name, values in fields.items() if values is not None}
        clips.append(sequence.replace(source=f"{sequence.source}#person{person + 1}", **changes))
    return clips


def read_file(file: SkeletonFile, format: str | None, options: ReadOptions) -> Finished:
    """`load_skeleton` for an opened file, with the facts and where each comes from."""
    reader = detect_format(file) if format is None else _named(format)
    if file.is_folder and not reader.folders:
        raise file.error(f"a file ({reader.title})", "a folder")
    if reader is not VIDEO:
        file.refuse_foreign()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # absurd numbers become infinite and are masked
        done = finish(reader.read(file, options), file, reader.name, options)
    if options.person is None:
        return done
    clips = split_people(done.sequence)
    if options.person > len(clips):
        raise file.error(f"person {options.person}", f"{len(clips)} who are seen and kept")
    return Finished(clips[options.person - 1], done.facts)


def read_options(
    layout: str | SkeletonLayout | dict | PathLike | None = None,
    up: str | None = None,
    units: str | None = None,
    fps: float | None = None,
    **others,
) -> ReadOptions:
    """Checked `ReadOptions`; `others` are its other fields.

    Raises:
        TypeError, ValueError: names the argument, what was expected and what came.
    """
    options = ReadOptions(layout=_layout(layout), up=up, units=units, fps=fps, **others)
    for name, allowed in (("up", AXES), ("units", UNITS)):
        value = getattr(options, name)
        if value is not None and value not in allowed:
            raise ValueError(f"{name}: expected one of {list(allowed)}, got {value!r}")
    if not (options.clip is None or (isinstance(options.clip, (int, str)) and not isinstance(options.clip, bool))):
        raise TypeError(f"clip: expected a number or a name, got {type(options.clip).__name__}")
    for name, least, most, whole in (
        ("fps", MIN_FPS, MAX_FPS, False),
        ("people", 1, MAX_PEOPLE, True),
        ("fill_gaps", 0, MAX_FRAMES, True),
        ("person", 1, MAX_PEOPLE, True),
        ("min_confidence", 0, 1, False),
    ):
        value = getattr(options, name)
        if name in ("fps", "person") and value is None:
            continue
        kind = "whole number" if whole else "number"
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            raise TypeError(f"{name}: expected a {kind}, got {type(value).__name__}")
        if not least <= value <= most:  # NaN never is
            shown = repr(value) if abs(value) < 1e100 else "one beyond all bounds"
            raise ValueError(f"{name}: expected a {kind} from {least:g} to {most:,g}, got {shown}")
    return options


def detect_format(file: SkeletonFile) -> Reader:
    """The reader whose format this is.

    Raises:
        SkeletonFileError: no reader, or several, claim the contents; lists what each expected.
    """
    if VIDEO.detect(file) >= _SURE:
        return VIDEO
    file.refuse_foreign()
    scores = {name: reader.detect(file) for name, reader in FORMATS.items() if reader.folders or not file.is_folder}
    best = max(scores.values(), default=0.0)
    claims = [name for name, score in scores.items() if score >= max(_SURE, best)]
    if len(claims) > 1:
        claims = [name for name in claims if file.suffix in FORMATS[name].extensions] or claims
    if len(claims) == 1:
        return FORMATS[claims[0]]
    tried = claims or list(scores)
    what = "a folder" if file.is_folder else "contents"
    found = f"{what} that fit several (pass format=...)" if claims else f"{what} that fit none of them"
    raise file.error(
        "one of the known formats", found + "".join(f"\n  {name}: {FORMATS[name].expects}" for name in tried)
    )


def _named(format: str) -> Reader:
    if format not in FORMATS:
        raise ValueError(f"format: expected one of {list(FORMATS)}, got {format!r}")
    return FORMATS[format]


def _layout(layout: str | SkeletonLayout | dict | PathLike | None) -> SkeletonLayout | None:
    if layout is None:
        return None
    if isinstance(layout, PathLike) or (isinstance(layout, str) and layout.lower().endswith(".json")):
        file = SkeletonFile(layout, max_bytes=MAX_FILE_BYTES // 32)
        try:
            return SkeletonLayout.from_dict(json.loads(file.text()))
        except (json.JSONDecodeError, RecursionError) as error:
            raise file.error("a layout as JSON", str(error)) from None
        except (ValueError, TypeError) as error:
            raise SkeletonFileError(str(layout), str(error)) from None
    return get_layout(layout)
