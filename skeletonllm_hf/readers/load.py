"""Loading skeleton files: the table of formats, detection, archives, `load_skeleton`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.layouts import SkeletonLayout
from ..model.skeleton import SkeletonSequence
from .archive import clips_in, is_archive, split_path, unpack
from .arrays.matlab import READER as MATLAB
from .arrays.numpy_files import READER as NUMPY
from .datasets.cad60 import READER as CAD60
from .datasets.ctrgcn import READER as CTRGCN
from .datasets.humanml3d import READER as HUMANML3D
from .datasets.jta import READER as JTA
from .datasets.kinetics_skeleton import READER as KINETICS_SKELETON
from .datasets.lcrnet import READER as LCRNET
from .datasets.msr_action3d import READER as MSR_ACTION3D
from .datasets.msr_daily import READER as MSR_DAILY
from .datasets.msrc12 import READER as MSRC12
from .datasets.ntu import READER as NTU
from .datasets.nw_ucla import READER as NW_UCLA
from .datasets.pku_mmd import READER as PKU_MMD
from .datasets.pyskl import READER as PYSKL
from .datasets.sbu import READER as SBU
from .datasets.ui_prmd import READER as UI_PRMD
from .datasets.utkinect import READER as UTKINECT
from .estimators.azure_kinect import READER as AZURE_KINECT
from .estimators.coco_json import READER as COCO_JSON
from .estimators.deeplabcut import READER as DEEPLABCUT
from .estimators.easymocap import READER as EASYMOCAP
from .estimators.freemocap import READER as FREEMOCAP
from .estimators.mediapipe import READER as MEDIAPIPE
from .estimators.openpose import READER as OPENPOSE
from .estimators.pose_file import READER as POSE
from .estimators.sleap import READER as SLEAP
from .estimators.tfjs_pose import READER as TFJS_POSE
from .estimators.video import READER as VIDEO
from .estimators.yolo_pose import READER as YOLO_POSE
from .frame_files import reader_of_frames
from .hints import annotation_tool, looks_like
from .joint_files import READER as JOINT_FILES
from .mocap.amass import READER as AMASS
from .mocap.asf_amc import READER as ASF_AMC
from .mocap.bvh import READER as BVH
from .mocap.c3d import READER as C3D
from .mocap.gltf import READER as GLTF
from .mocap.motive import READER as MOTIVE
from .mocap.mvnx import READER as MVNX
from .mocap.qualisys import READER as QUALISYS
from .mocap.trc import READER as TRC
from .mocap.vicon_nexus import READER as VICON_NEXUS
from .objects.joints_json import READER as JOINTS_JSON
from .objects.skeleton_json import READER as JSON
from .options import read_options
from .reader import Reader, ReadOptions, first_names, pick_clip
from .rules.common_rules import Finished, finish
from .rules.stated import as_stated
from .source import SkeletonFile, SkeletonFileError
from .tables.csv_table import READER as CSV
from .tables.numbered_table import READER as NUMBERED_TABLE
from .text_forms import readable

if TYPE_CHECKING:
    from ..video.options import VideoOptions

# in the order in which docs list them
_READERS = (
    NTU, NW_UCLA, PKU_MMD, MSR_ACTION3D, MSR_DAILY, MSRC12, UTKINECT, UI_PRMD, SBU, CAD60, BVH, ASF_AMC, C3D, GLTF, MVNX, HUMANML3D, AMASS, OPENPOSE, COCO_JSON, MEDIAPIPE, PYSKL,
    KINETICS_SKELETON, YOLO_POSE, TFJS_POSE, EASYMOCAP, AZURE_KINECT, LCRNET, JTA, CTRGCN,
    POSE, FREEMOCAP, TRC, MOTIVE, VICON_NEXUS, QUALISYS, DEEPLABCUT, SLEAP, NUMBERED_TABLE, CSV, NUMPY, MATLAB, JSON, JOINTS_JSON, JOINT_FILES,
    reader_of_frames(lambda file: detect_format(file)),  # one file's reader, found below
    VIDEO,
)  # fmt: skip
FORMATS: dict[str, Reader] = {reader.name: reader for reader in _READERS}
_ARRAYS = (NUMPY.name, MATLAB.name)  # formats of which `axes=` says what their axes are
_SURE = 0.5  # a reader claims a file from here on


def load_skeleton(
    path: str | PathLike[str],
    format: str | None = None,
    layout: str | SkeletonLayout | dict[str, Any] | PathLike[str] | None = None,
    up: str | None = None,
    units: str | None = None,
    *,
    fps: float | None = None,
    people: int = 2,
    per_person: bool = False,
    min_confidence: float = 0.05,
    fill_gaps: int = 0,
    clip: int | str | None = None,
    body_model: str | PathLike[str] | None = None,
    person: int | None = None,
    picture: tuple[float, float] | None = None,
    axes: str | None = None,
    joint_map: Mapping[str, str | None] | str | PathLike[str] | None = None,
    handed: str | None = None,
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
        picture: (width, height) of the picture, for keypoints that are shares of it.
        axes: what the axes of an array are, such as `"C,T,V,M"`: T frames, M people, V joints, C coordinates, N clips.
        joint_map: what joints are that names alone do not tell: a dict of the file's joint names and their body points (None leaves
            a joint out), or a file of it (`joint_names.read_joint_map`).
        handed: "left" for files whose axes are left-handed (Unity, Nuitrack, Unreal): their depth is turned round. None: what
            the format says, else right-handed.
        video: how videos are read: estimator, frames a second, progress; None: `skeletonllm_hf.video.VideoOptions()`.

    Returns:
        The sequence; `warnings` says in plain sentences what was guessed, masked or dropped.

    Raises:
        TypeError, ValueError: wrong arguments.
        SkeletonFileError: a file that cannot be read; names the file, the position, what was expected and found.
    """
    options = read_options(
        layout, up, units, fps, people=people, min_confidence=min_confidence, fill_gaps=fill_gaps, clip=clip, person=person,
        body_model=body_model, picture=picture, axes=axes, joint_map=joint_map, handed=handed, video=video,
    )  # fmt: skip
    sequence = read_path(path, format, options).sequence
    return split_people(sequence) if per_person else sequence


def read_path(path: str | PathLike[str], format: str | None, options: ReadOptions) -> Finished:
    """`load_skeleton` with the facts and where each comes from; `path` may lead into an archive."""
    where, inner = split_path(path)
    return read_file(SkeletonFile(where), format, options if inner is None else replace(options, clip=inner))


def load_skeletons(path: str | PathLike[str], format: str | None = None, **arguments: Any) -> list[SkeletonSequence]:
    """Every clip of an archive (`.zip`, `.tar`, also packed as `.gz`, `.bz2` or `.xz`), as `load_skeleton` reads it; of another file the one in a list.

    Raises:
        TypeError, ValueError, SkeletonFileError: as `load_skeleton`; the first clip that cannot be read ends it.
    """
    if arguments.get("per_person"):
        raise ValueError("per_person: load_skeletons returns clips; split_people splits one")
    clips: list[Any] = [load_skeleton(name, format, **arguments) for name in clip_paths(path)]
    return clips


def clip_paths(path: str | PathLike[str]) -> list[str | PathLike[str]]:
    """The clips of an archive as paths that `load_skeleton` takes (`archive.zip/name.bvh`); for another file itself alone."""
    where, inner = split_path(path)
    if inner is not None:
        return [path]
    file = SkeletonFile(where)
    if not is_archive(file):
        return [path]
    with TemporaryDirectory() as folder:
        return [f"{path}/{name}" for name in _clips(file, Path(folder))]


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
    """`read_path` for an opened file."""
    file = readable(file)
    if is_archive(file):
        return _read_archive(file, format, options)
    if format is None and options.axes is not None and MATLAB.detect(file) == 0:
        format = NUMPY.name  # whatever else claims arrays of that shape
    reader = detect_format(file) if format is None else _named(format)
    if options.axes is not None and reader.name not in _ARRAYS:
        raise ValueError(f"axes: only for arrays ({', '.join(_ARRAYS)}), not for {reader.name}")
    if file.is_folder and not reader.folders:
        raise file.error(f"a file ({reader.title})", "a folder")
    if reader is not VIDEO:
        file.refuse_foreign()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # absurd numbers become infinite and are masked
        raw = reader.read(file, options)
        done = finish(as_stated(raw, file), file, reader.name, options)
    if options.person is None:
        return done
    clips = split_people(done.sequence)
    if options.person > len(clips):
        raise file.error(f"person {options.person}", f"{len(clips)} who are seen and kept")
    return Finished(clips[options.person - 1], done.facts)


def _read_archive(file: SkeletonFile, format: str | None, options: ReadOptions) -> Finished:
    """The clip of an archive that `options.clip` names, or its only one, or its first."""
    with TemporaryDirectory() as folder:
        clips = _clips(file, Path(folder))
        number, choice = 0, options.clip
        if len(clips) > 1 or choice in clips:
            number = pick_clip(file, choice, len(clips), clips)
            options = replace(options, clip=None)
        name = f"{file.path}/{clips[number]}"
        inner = Path(folder) / clips[number]
        try:
            done = read_file(SkeletonFile(inner), format, options)
        except SkeletonFileError as error:
            message = str(error).replace(str(inner), name).replace(folder, str(file.path))
            raise SkeletonFileError.of(message, name) from None
    sequence = done.sequence.replace(source=name)
    if len(clips) > 1 and choice is None:
        more = f"The archive holds {len(clips)} clips: {clips[0]} was read; clip=... picks another, by its number from 0 or its name."
        sequence = sequence.replace(warnings=(more, *sequence.warnings))
    return Finished(sequence, done.facts)


def _clips(file: SkeletonFile, folder: Path) -> list[str]:
    """Unpacks an archive; names of its clips."""
    names = unpack(file, folder)
    # previews beside skeletons are no clips
    clips = clips_in(folder, names, _is_skeleton) or clips_in(folder, names, _is_clip)
    if clips or len(names) == 1:
        return clips or names  # the only file: reading it says what is wrong with it
    raise file.error("an archive with skeleton files in it", first_names(names))


def _is_clip(file: SkeletonFile) -> bool:
    return _reader_in_archive(file) is not None


def _is_skeleton(file: SkeletonFile) -> bool:
    return _reader_in_archive(file) not in (None, VIDEO)


def _reader_in_archive(file: SkeletonFile) -> Reader | None:
    try:
        return None if is_archive(file) else detect_format(readable(file))
    except SkeletonFileError:
        return None


def detect_format(file: SkeletonFile) -> Reader:
    """The reader whose format this is.

    Raises:
        SkeletonFileError: no reader, or several, claim the contents; says what they look like.
    """
    if VIDEO.detect(file) >= _SURE:
        return VIDEO
    file.refuse_foreign()
    if (found := annotation_tool(file)) is not None:
        raise file.error("one of the known formats", found)
    scores = {name: reader.detect(file) for name, reader in FORMATS.items() if reader.folders or not file.is_folder}
    best = max(scores.values(), default=0.0)
    claims = [name for name, score in scores.items() if score >= max(_SURE, best)]
    if len(claims) > 1:
        claims = [name for name in claims if file.suffix in FORMATS[name].extensions] or claims
    if len(claims) == 1:
        return FORMATS[claims[0]]
    if claims:
        raise file.error("one format", f"contents that fit several: {', '.join(claims)} (pass format=...)")
    raise file.error("one of the known formats", f"{looks_like(file)}.\n`skeletonllm formats` lists what is read")


def _named(format: str) -> Reader:
    if format not in FORMATS:
        raise ValueError(f"format: expected one of {list(FORMATS)}, got {format!r}")
    return FORMATS[format]
