"""Arrays: `.npy`, `.npz` with any names, and the package's own lossless `.npz` container (`save_npz`).

A bare array says nothing of its meaning: its shape must be (frames, joints, dims), (frames, people, joints, dims),
(joints, dims) or (frames, joints x dims), and the joint count decides the layout only where one layout has it. Another
order of the axes is given by `axes=`, or guessed from their sizes (`axes.py`).
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from os import PathLike
from typing import Any

import numpy as np

from ...model.layouts import MAX_JOINTS, SkeletonLayout, get_layout
from ...model.skeleton import SkeletonSequence
from ..datasets.humanml3d import FPS as HUMANML3D_FPS
from ..datasets.humanml3d import JOINTS as HUMANML3D_JOINTS
from ..estimators.movenet import movenet_clip
from ..estimators.picture_shares import are_shares, to_picture
from ..objects.joints_beside import names_beside
from ..objects.skeleton_json import CONTAINER, check_units_and_axes, texts
from ..reader import MAX_PEOPLE, RawClip, Reader, ReadOptions, check_names, check_size, seen_joints
from ..rules.named_layouts import body_rows, layout_errors, layout_from_names
from ..source import SkeletonFile
from ..tables.array_table import as_table, frames_of, people_of, stacked
from ..tables.csv_table import READER as CSV
from ..tables.index_columns import RATE_KEYS, TIME, column_of, rate_of
from .arrays import Npz, floats, is_npy, is_zip, npy_columns, read_npy
from .axes import OURS, guess_axes, in_our_order, with_bodies
from .boxed_rows import people_in_boxes
from .number_rows import (
    BODY,
    CLEARLY,
    MEDIAPIPE_ROWS,
    fills_rows,
    in_percent,
    known_layouts,
    moments_before,
    places_alone,
    refuse_turns,
    scored_rows,
    split_row,
    unlike_known,
    without_presence,
)  # fmt: skip
from .root_ways import on_its_way

_CROWD = 12  # people in a frame; more are frames of a clip, unless joints move less along the first axis
NAME_KEYS = (
    "joint_names", "jointnames", "names", "keypoint_names", "marker_names", "markername", "markers", "labels", "bodyparts", "body_parts", "node_names",
)  # fmt: skip
SCORE_KEYS = (
    "conf", "confidences", "score", "scores", "keypoint_scores", "keypoint_score", "visibility", "vis", "valid", "visible",
)  # fmt: skip
# names under which other programs store the array of joints
JOINT_KEYS = (
    "joints", "joints3d", "joints_3d", "joint_positions", "keypoints3d", "keypoints_3d", "positions_3d", "positions",
    "poses3d", "pose3d", "pose_3d", "keypoints", "keypoint", "keypoints_2d", "kps", "kpts", "skeleton", "skeletons", "xyz", "jtr", "pred_keypoints_3d", "pred_joints", "data", "arr_0",
)  # fmt: skip


def save_npz(sequence: SkeletonSequence, path: str | PathLike) -> None:
    """Writes a sequence to an `.npz` that `load_skeleton` reads back exactly, all fields but `source` and `format`.

    Keys: format ("skeletonllm-1"), joints, mask, fps, units, up, view, layout (JSON), captions, questions,
    warnings (JSON lists), and where present confidence, rotations, label.
    """
    texts = {
        "format": CONTAINER, "layout": json.dumps(sequence.layout.to_dict()), "units": sequence.units, "up": sequence.up,
        "view": sequence.view, "captions": json.dumps(sequence.captions), "questions": json.dumps(sequence.questions),
        "warnings": json.dumps(sequence.warnings),
    }  # fmt: skip
    if sequence.label is not None:
        texts["label"] = sequence.label
    arrays = {"joints": sequence.joints, "mask": sequence.mask, "fps": np.float64(sequence.fps)}
    fields = {name: getattr(sequence, name) for name in ("confidence", "rotations")}
    arrays |= {name: values for name, values in fields.items() if values is not None}
    with open(path, "wb") as stream:  # an open file: numpy would add .npz to the name
        np.savez_compressed(stream, **arrays, **{name: np.array(text) for name, text in texts.items()})


def _detect(file: SkeletonFile) -> float:
    if is_npy(file):
        return 0.6
    return 0.6 if is_zip(file) and file.suffix != ".pt" else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    if is_npy(file):
        if (columns := npy_columns(file)) is not None and (table := as_table(file, columns)) is not None:
            return CSV.read(table, options)
        return named_joints(file, joints_clip(file, read_npy(file), "", options), (), options)
    archive = file.once(Npz)
    if archive.is_text("format") and archive.text("format") == CONTAINER:
        return _container(file, archive)
    large = any(len(archive.shape(key)) > 2 for key in archive.names)  # beside frames, a table is bones of a skeleton
    key = next((key for key in JOINT_KEYS if key in archive and not (large and archive.shape(key)[1:] == (2,))), None)
    if key in (None, "arr_0") and (frames := frames_of(archive)) is not None:
        return joints_clip(file, frames, "", options)
    if options.clip in archive.names:
        key, options = str(options.clip), replace(options, clip=None)
    elif key == "arr_0" and "arr_1" in archive and archive.shape(key)[1:] == archive.shape("arr_1")[1:] != ():
        file.mended += [f"The file holds {len(archive.names)} arrays: {key} was read; clip=... names another."]
    if key is None:
        many = [name for name in archive.names if len(archive.shape(name)) >= 3]
        if not many:
            archive[archive.names[0]]  # objects are refused, with the way out
            small = {
                name: archive[name] for name in archive.names if 0 < len(archive.shape(name)) < 3 or name in RATE_KEYS
            }
            if (array := stacked(small)) is not None:
                clip = _described(file, archive, joints_clip(file, array, "x, y, z", options))
                return named_joints(file, clip, _names(file, archive, clip.joints.shape[2]), options)
            if (table := as_table(file, small)) is not None:
                return CSV.read(table, options)
        if len(many) > 1:
            many = [name for name in many if archive.shape(name)[-1] in (2, 3, 4)]
        if (people := people_of(archive, many)) is not None:
            return _described(
                file, archive, replace(joints_clip(file, people, "people", options), people_names=tuple(many))
            )
        if len(many) != 1:
            expected = f"an array of joints named {', '.join(JOINT_KEYS[:6])}, ..., or clip=NAME"
            raise file.error(expected, ", ".join(archive.names[:12]))
        key = many[0]
    clip = on_its_way(archive, joints_clip(file, archive[key], key, options))
    return named_joints(file, _described(file, archive, clip), _names(file, archive, clip.joints.shape[2]), options)


def _names(file: SkeletonFile, archive: Npz, joints: int) -> tuple[str, ...]:
    """Names of joints that an archive holds beside them; none where it has none."""
    key = next((key for key in NAME_KEYS if archive.is_text(key)), None)
    if key is None and (named := names_beside(_beside(archive), joints)) is not None:
        return named
    if key is None:  # or under one of another program
        key = next((name for name in archive.names if archive.is_text(name) and archive.shape(name) == (joints,)), None)
    if key is None or len(archive.shape(key)) != 1 or archive.shape(key)[0] > MAX_JOINTS:
        return ()
    try:
        return tuple(str(name) for name in archive[key].astype("U").tolist())
    except ValueError:  # numbers beyond Unicode
        raise file.error("names in Unicode", "other characters", position=f"key {key!r}") from None


def named_joints(file: SkeletonFile, clip: RawClip, names: tuple[str, ...], options: ReadOptions) -> RawClip:
    """The clip with the layout that its joints' names make, or the caller's map of their names, or numbers from 0.

    Raises:
        SkeletonFileError: with a map, joints that make no body.
    """
    count = clip.joints.shape[2]
    names = names if len(names) == count else tuple(map(str, range(count))) if options.joint_map else ()
    if options.layout is not None or clip.layout is not None or not names:
        return clip
    check_names(file, names)
    rows, _ = body_rows(names, None, options.joint_map)
    names = tuple(names[row] for row in rows)
    with layout_errors(file, "names"):
        layout = layout_from_names("array", names, options.joint_map)
    if layout is None:
        if options.joint_map:
            raise file.error("a joint map for at least four of its joints", ", ".join(names[:8]) or "no joints")
        return clip
    parts = {name: getattr(clip, name) for name in ("joints", "mask", "confidence", "rotations")}
    return replace(clip, layout=layout, **{name: part[:, :, rows] for name, part in parts.items() if part is not None})


def joints_clip(file: SkeletonFile, array: np.ndarray, key: str, options: ReadOptions) -> RawClip:
    """A bare array as a clip, by its shape. SkeletonFileError: a shape that is no clip, or more than one."""
    where = f"key {key!r}" if key else "array"
    array = floats(file, array, key)
    if options.axes is None and (clip := movenet_clip(array)) is not None:
        return clip if options.layout is None else replace(clip, layout=None)
    if options.axes is None and (boxed := people_in_boxes(file, array)) is not None:
        joints, people, relink = boxed
        return replace(
            joints_clip(file, joints, key, options), people_names=people, relink=relink, zero_is_missing=True
        )
    places = array if options.axes else places_alone(array)
    joints, notes, fps = _in_order(file, places, where, options)
    if places.shape != array.shape:
        notes += (
            f"Of {math.prod(array.shape) // math.prod(places.shape[:-1])} numbers a joint 3 were taken for its place.",
        )
    check_size(file, *joints.shape)
    confidence = None
    if in_percent(joints):
        joints = np.concatenate([joints[..., :2], joints[..., 2:] / 100], -1)
    last = joints[..., -1]
    scores = joints.shape[3] == 4 or (joints.shape[3] == 3 and _looks_like_scores(joints))
    if joints.shape[3] == 4:
        refuse_turns(file, joints, where)
        last = last / 2 if (last == 2).any() and np.isin(last, (0, 1, 2)).all() else last  # Kinect's states
    if scores:
        joints, confidence = joints[..., :-1], np.where(np.isfinite(last), last, 0).clip(0, 1)
        notes += (f"The last of {joints.shape[3] + 1} values a joint was taken for its confidence.",)
    clip = RawClip(joints, None, confidence=confidence, fps=fps, notes=notes)
    layout_name = "mediapipe_33" if options.layout is None else options.layout.name
    seen = seen_joints(joints)[0]
    if joints.shape[2:] == (33, 3) and layout_name == "mediapipe_33" and are_shares(joints, seen):
        joints, units, more = to_picture(joints, seen, layout_name, options)
        clip = replace(clip, joints=joints, units=units, up="-y", view="z", notes=notes + more)
    return clip


def _in_order(
    file: SkeletonFile, joints: np.ndarray, where: str, options: ReadOptions
) -> tuple[np.ndarray, tuple[str, ...], float | None]:
    """The array as (frames, people, joints, coordinates); notes; frames a second where the order of axes tells them."""
    known = options.layout.num_joints if options.layout is not None else None
    shape = joints.shape
    axes, notes, fps = options.axes, (), None
    if axes is None:
        if joints.ndim == 3 and shape[2] == 1 and fills_rows(shape[1]):
            joints, shape = joints[..., 0], shape[:2]
        if shape[-2:] == (33, 5):  # MediaPipe's: the last is whether the point is in the picture
            joints, shape = joints[..., :4], (*shape[:-1], 4)
        if joints.ndim == 2 and shape[1] in (2, 3):
            return joints[None, None], (), None
        if joints.ndim == 1 and fills_rows(shape[0]):  # a frame: scripts save one a file
            joints, shape = joints[None], (1, *shape)
        if joints.ndim == 2:
            joints = without_presence(joints)
            shape = joints.shape
            if known is None and shape[1] in MEDIAPIPE_ROWS:
                joints = joints[:, :132]
            if known is None and not scored_rows(joints, known) and (moments := moments_before(joints)) is not None:
                joints, fps = joints[:, 1:], rate_of("time", moments.astype(np.float64))
            if scored_rows(joints, known):
                return joints.reshape(shape[0], 1, -1, 4), (), fps
            return joints.reshape(shape[0], *split_row(file, joints.shape[1], known, where, joints)), (), fps
        places = joints.ndim > 2 and shape[-1] in (2, 3, 4)
        if joints.ndim > 4 and places and max(shape[:-2]) == math.prod(shape[:-2]):
            return joints.reshape(-1, 1, *shape[-2:]), (), None
        if joints.ndim == 3 and places and (known or known_layouts(shape[1]) or not known_layouts(shape[0])):
            return joints[:, None], (), None
        orders = guess_axes(shape, known)
        if joints.ndim == 4 and places and not _is_crowded(joints) and (known_layouts(shape[2]) or not orders):
            orders = ["TMVC", "TCVM"] if shape[1] in (2, 3) else []
            if with_bodies(file, joints, orders) != ["TCVM"]:
                return joints, (), None
        orders = with_bodies(file, joints, orders)
        if not orders and joints.ndim == 3 and fills_rows(shape[2]):  # (people, frames, joints x 3), or frames first
            joints = joints.reshape(*shape[:2], *split_row(file, shape[2], known, where)[1:])
            return joints.swapaxes(0, 1) if _is_crowded(joints) else joints, (), None
        if len(orders) != 1:
            named = " or ".join(f"axes={','.join(order)}" for order in orders)
            choices = named or "axes=..., such as C,T,V,M"
            raise file.error(
                "(frames, joints, 2 or 3) or (frames, people, joints, 2 or 3)", f"shape {shape}; say what its axes are: {choices}",
                position=where,
            )  # fmt: skip
        axes = tuple(orders[0])
        notes = (f"Axes guessed from the shape {shape}: {','.join(axes)}; pass axes=... if that is wrong.",)
    joints, more = in_our_order(file, joints, axes, options.clip, where)
    if joints.shape[3] not in (2, 3, 4):
        raise file.error("2 or 3 coordinates", f"{joints.shape[3]} (axes {','.join(axes)})", position=where)
    motion_model = joints.shape[1:] == (1, HUMANML3D_JOINTS, 3) and axes != OURS
    return joints, notes + more, HUMANML3D_FPS if motion_model else None


def _is_crowded(joints: np.ndarray) -> bool:
    """Whether the second axis of (a, b, joints, coordinates) is time: it is long, or joints move less along it."""
    if joints.shape[1] > MAX_PEOPLE or (joints.shape[0] <= 8 and joints.shape[1] > 20):
        return True
    if joints.shape[0] < 2 or joints.shape[1] < 3:
        return False
    part = joints[:64, :64, :, :2].astype(np.float64)
    steps = [np.abs(np.diff(part, axis=axis)) for axis in (0, 1)]
    first, second = (float(np.median(step[np.isfinite(step)])) if np.isfinite(step).any() else 0.0 for step in steps)
    return 0 < second < first / 3 or (second < 3 * first and joints.shape[1] > _CROWD)


def _looks_like_scores(joints: np.ndarray) -> bool:
    """Pixels and a score: the third value stays within [0, 1] while the first two are tens or hundreds, or also within [0, 1] while it is high.

    A depth that somebody scaled to [0, 1] fills it; scores crowd at its upper end.
    """
    finite, some = seen_joints(joints)
    finite &= some  # nobody is in the places that are filled up with zeros
    score = joints[..., 2][finite]
    if len(score) == 0 or score.min() < 0:
        return False
    if score.max() > 1 and not np.isin(score, (0, 1, 2)).all():  # COCO's flags
        return False
    step = len(score) // 1_000_000 + 1  # a long clip's median from a part of it
    place = np.stack([joints[..., axis][finite][::step] for axis in (0, 1)])
    if np.median(np.abs(place)) > 10:
        return True
    low, middle = np.quantile(score[::step], (0.1, 0.5))
    if low > 0.3 and middle > 0.7 and place.min() >= -0.1 and place.max() <= 1.1:
        return True
    deep, flat = unlike_known(joints)  # ST-GCN's Kinetics: shares about the picture's middle
    return flat < BODY and flat + CLEARLY < deep


def _described(file: SkeletonFile, archive: Npz, clip: RawClip) -> RawClip:
    """The clip with the fields that other programs store in .npz files under usual names."""
    fields: dict[str, object] = {key: archive.text(key) for key in ("units", "up", "view") if key in archive}
    check_units_and_axes(file, fields, "key '{}'")
    if rate := next((key for key in RATE_KEYS if key in archive), None):
        fields["fps"] = archive.number(rate)
    elif (at := column_of(archive.names, TIME)) is not None and archive.shape(archive.names[at]) == (len(clip.joints),):
        times = archive[archive.names[at]]
        fields["fps"] = rate_of(archive.names[at], times.astype(np.float64)) if times.dtype.kind in "fiu" else None
    for key, value in _beside(archive).items():
        if key.lower() in RATE_KEYS and isinstance(value, (int, float)) and value > 0:
            fields.setdefault("fps", float(value))
    if "layout" in archive:
        fields["layout"] = _layout(file, archive.text("layout"))
    if archive.is_text("label"):
        fields["label"] = archive.text("label")
    if (key := next((key for key in ("mask", "valid", "valid_frames") if key in archive), None)) is not None:
        seen, shape = archive[key], clip.joints.shape[:3]
        if seen.shape in (shape[:1], shape[:2]) and seen.dtype.kind in "biuf":  # of whole bodies
            seen = np.broadcast_to(seen.reshape(*seen.shape, *[1] * (3 - seen.ndim)), shape)
        if key == "mask" or seen.shape == shape:
            fields["mask"] = _fitting(file, seen, key, shape).astype(bool)
    if "confidence" in archive:
        fields["confidence"] = floats(file, _fitting(file, archive["confidence"], "confidence", clip.joints.shape[:3]))
    elif clip.confidence is None and (key := _scores_beside(archive, clip.joints.shape[:3])) is not None:
        scores = floats(file, archive[key], key)
        fields["confidence"] = np.nan_to_num(scores, posinf=0, neginf=0).reshape(clip.joints.shape[:3]).clip(0, 1)
    return replace(clip, **fields)


def _beside(archive: Npz) -> dict[str, Any]:
    """What an archive says in a text that is a JSON object."""
    for name in archive.names:
        if (
            name != "layout"
            and archive.is_text(name)
            and archive.shape(name) == ()
            and (text := archive.text(name))[:1] == "{"
        ):
            try:
                found = json.loads(text)
            except (ValueError, RecursionError):
                continue
            return found if isinstance(found, dict) else {}
    return {}


def _scores_beside(archive: Npz, shape: tuple[int, ...]) -> str | None:
    """The array under a usual name for scores that has one for every joint; None without one."""
    alone = tuple(size for size in shape if size > 1)
    names = (name for name in archive.names if name.lower() in SCORE_KEYS)
    return next((name for name in names if tuple(n for n in archive.shape(name) if n > 1) == alone), None)


def _fitting(file: SkeletonFile, array: np.ndarray, key: str, shape: tuple[int, ...]) -> np.ndarray:
    if array.dtype.kind not in "fiub" or array.size != np.prod(shape):
        raise file.error(f"numbers of shape {shape}", f"{array.dtype} of shape {array.shape}", position=f"key {key!r}")
    return array.reshape(shape)


def _layout(file: SkeletonFile, text: str) -> SkeletonLayout:
    try:
        return get_layout(json.loads(text) if text.lstrip().startswith("{") else text)
    except (ValueError, TypeError, RecursionError) as error:
        raise file.error("a layout", str(error)[:300], position="key 'layout'") from None


def _container(file: SkeletonFile, archive: Npz) -> RawClip:
    joints = floats(file, archive["joints"], "joints")
    if joints.ndim != 4 or joints.shape[3] not in (2, 3):
        raise file.error("(frames, people, joints, 2 or 3)", f"shape {joints.shape}", position="key 'joints'")
    check_size(file, *joints.shape)
    clip = _described(file, archive, RawClip(joints, None, mask=np.ones(joints.shape[:3], bool), verbatim=True))
    fields: dict[str, object] = {}
    if "rotations" in archive:
        rotations = _fitting(file, archive["rotations"], "rotations", (*joints.shape[:3], 3, 3))
        fields["rotations"] = floats(file, rotations, "rotations")
    for key in ("captions", "questions", "warnings"):
        if key in archive:
            fields["notes" if key == "warnings" else key] = _texts(file, archive.text(key), key)
    return replace(clip, **fields)


def _texts(file: SkeletonFile, text: str, key: str) -> tuple[Any, ...]:
    pairs = key == "questions"
    try:
        values = texts(json.loads(text), pairs)
    except (ValueError, RecursionError):
        values = None
    if values is None:
        expected = f"a JSON list of {'pairs of texts' if pairs else 'texts'}"
        raise file.error(expected, repr(text[:60]), position=f"key {key!r}")
    return values


READER = Reader(
    "numpy", "NumPy arrays (.npy, .npz), and the .npz that save_npz writes",
    "a NumPy file of shape (frames, joints, dims) or (frames, people, joints, dims), or an .npz with such an array",
    _detect, _read, (".npy", ".npz"),
)  # fmt: skip
