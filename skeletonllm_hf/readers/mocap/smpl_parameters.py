"""Pose parameters of SMPL bodies under the names that programs give them: AMASS, VIBE, WHAM, 4DHumans, TRAM, GVHMR and others.

Turns are axis-angle vectors, in rows or joint by joint, or matrices; the body's in one array, or the root's beside the others'. Names may
begin with those of the object that held them (`smpl_params_global.body_pose`). Of a motion in the room and the same before the camera the
one in the room is read. Turns may also stand alone, without names (`turns_alone`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays.arrays import Npz, floats, is_npy, is_zip, npy_columns, npz_names, read_npy
from ..arrays.number_rows import known_layouts, without_presence
from ..objects.json_text import head_keys
from ..reader import MAX_VALUES, first_names, pick_clip, seen_joints
from ..rules.guess import unlike_bodies
from ..source import SkeletonFile

BODY = 22  # joints of SMPL's body without hands
_ALONE = (22, 24, 52, 55)  # joints of SMPL, SMPL-H and SMPL-X
_FULL_TURN = 6.6  # radians: an axis-angle vector is no longer
_HALF_TURN = 0.7  # radians: half of the joints turn by less, places lie farther from the origin
_NO_BODY = 0.75  # `unlike_bodies` of what is no body
_ROOTS, _BODIES = ("root_orient", "global_orient"), ("pose_body", "body_pose")
_WHOLE = ("pose_world", "poses", "pose", "smpl_pose", "full_pose", "fullpose", "pred_rotmat")
_PLACES = {"pose_world": ("trans_world", "transl_world")}
_PLACE = ("trans", "transl", "translation", "pred_trans", "pred_cam_t")
_SHAPES = ("betas", "shapes", "shape", "pred_shape", "pred_betas")
_SURE = {"poses", "trans", "betas", "transl", *_ROOTS, *_BODIES, "pose_world", "pred_rotmat", "smpl_pose"}
_ROOM = ("global", "world")  # words of names for axes of the room


class Parameters:
    """The arrays of an `.npz`, or of a JSON object, by the last parts of their names.

    Raises:
        SkeletonFileError: JSON that is no object; no motion of the number or name that `clip` says.
    """

    def __init__(self, file: SkeletonFile, clip: int | str | None = None):
        self.file = file
        self.notes: tuple[str, ...] = ()
        self._arrays: Any = None
        if (alone := file.once(turns_alone)) is not None:
            self._arrays = {"poses": alone}
            names: tuple[str, ...] = ("poses",)
            self.notes = (
                "Taken for turns of SMPL's joints, without the root's place; pass layout=... if they are places.",
            )
        elif is_zip(file):
            self._arrays = file.once(Npz)
            names = tuple(self._arrays.names)
        else:
            self._arrays = _flat(file)
            names = tuple(self._arrays)
        people = _people(names)
        if len(people) > 1:
            chosen = people[pick_clip(file, clip, len(people), people, what="motions")]
            names = tuple(name for name in names if _parts(name)[0] == chosen)
            if clip is None:
                self.notes = (
                    f"The file holds {len(people)} motions: {chosen} was read; clip=... picks another of {first_names(people)}.",
                )
        self.names = _short(names)
        self.twice = len(self.names) < len(names)

    def __contains__(self, key: str) -> bool:
        return key in self.names

    def array(self, key: str) -> np.ndarray:
        """Numbers as float32. SkeletonFileError: none of that name, or no numbers."""
        if key not in self.names:
            raise self.file.error(f"an array {key!r}", f"only {', '.join(sorted(self.names)[:12])}")
        value = self._arrays[self.names[key]]
        if not isinstance(value, np.ndarray):
            try:
                value = np.array(value, np.float32)
            except (ValueError, TypeError):
                raise self.file.error("a list of numbers", "something else", position=f"key {key!r}") from None
        return floats(self.file, value, key)

    def number(self, key: str) -> float | None:
        """One number; None where there is none of that name."""
        if key not in self.names:
            return None
        if isinstance(self._arrays, Npz):
            return self._arrays.number(self.names[key])
        value = self._arrays[self.names[key]]
        return value if isinstance(value, float) else None


def turns_alone(file: SkeletonFile) -> np.ndarray | None:
    """The only array of an `.npy` or `.npz`, where it holds turns of SMPL's joints: (frames, joints, 3), as rows too, or matrices.

    None for others: places of joints make bones of a body's proportions, turns do not.
    """
    if is_npy(file):
        array = None if npy_columns(file) is not None else read_npy(file)
    else:
        large = [name for name in npz_names(file) if len(file.once(Npz).shape(name)) > 1]
        array = file.once(Npz)[large[0]] if len(large) == 1 else None
    if array is None or array.dtype.kind != "f" or not 0 < array.size <= MAX_VALUES or not np.isfinite(array).all():
        return None
    if array.ndim == 2 and array.shape[1] % 3 == 0 and without_presence(array) is array:
        array = array.reshape(len(array), -1, 3)
    if array.ndim < 3 or array.shape[1] not in _ALONE:
        return None
    if array.shape[2:] == (3, 3):
        return array if _turn(array) else None
    if array.shape[2:] != (3,) or float(np.abs(array).max()) > _FULL_TURN:
        return None
    if np.median(np.linalg.norm(array[:: len(array) // 100 + 1], axis=-1)) > _HALF_TURN:
        return None
    joints = array[:, None].astype(np.float32)
    finite, some = seen_joints(joints)
    return (
        array if some.any() and unlike_bodies(joints, finite & some, known_layouts(array.shape[1])) > _NO_BODY else None
    )


def _turn(matrices: np.ndarray) -> bool:
    return bool(np.abs(np.linalg.det(matrices[:64].astype(np.float64)) - 1).max() < 0.05)


def are_parameters(file: SkeletonFile) -> bool:
    """Whether a file's names are those of pose parameters: one of turns, and one of a place or a shape (or two of turns)."""
    if file.once(turns_alone) is not None:
        return True
    names = {name.replace("/", ".").rpartition(".")[2] for name in npz_names(file) or head_keys(file)}
    if is_zip(file):
        return len(names & _SURE) >= 2 or bool(names & set(_WHOLE) and names & {*_PLACE, *_SHAPES})
    turns = names & {"poses", "pose_world", "full_pose", *_ROOTS, *_BODIES}
    return bool(turns) and bool(names & {"trans", "transl", "betas", "trans_world"})


def read_parameters(found: Parameters) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[str, ...]]:
    """(frames, 22, 3, 3) turns, (frames, 3) places of the root, (10,) shape, and notes.

    Raises:
        SkeletonFileError: arrays of other shapes, or of different lengths.
    """
    whole = next((key for key in _WHOLE if key in found), None)
    first = next((key for key in _ROOTS if key in found), _ROOTS[1])
    second = next((key for key in _BODIES if key in found), _BODIES[1])
    if whole is not None and not (first in found and second in found):
        turns = _turns(found, whole, BODY)
    else:
        root, body = _turns(found, first, 1), _turns(found, second, BODY - 1)
        if len(root) != len(body):
            raise found.file.error(f"{len(root)} rows as in {first!r}", str(len(body)), position=f"key {second!r}")
        turns = np.concatenate([root, body], axis=1)
    place = next((key for key in (*_PLACES.get(whole or "", ()), *_PLACE) if key in found), None)
    trans = np.zeros((len(turns), 3), np.float32)
    if place is not None:
        trans = found.array(place)
        trans = trans.reshape(len(trans), -1) if trans.ndim > 1 else trans
        if trans.ndim != 2 or trans.shape[1] < 3 or len(trans) != len(turns):
            raise found.file.error(f"({len(turns)}, 3)", f"shape {trans.shape}", position=f"key {place!r}")
    shape = next((key for key in _SHAPES if key in found), None)
    betas = np.zeros(10, np.float32) if shape is None else found.array(shape).reshape(-1)[:10]
    twice = found.twice or (whole == "pose_world" and "pose" in found)
    notes = ("Of several motions in the file the one in the room's axes was read.",) if twice else ()
    return turns, trans[:, :3], betas, found.notes + notes


def _flat(file: SkeletonFile) -> dict[str, Any]:
    """The lists and numbers of a JSON object, those of objects in it as `name.key`."""
    content = file.json()
    if (
        isinstance(content, list)
        and content
        and all(isinstance(frame, dict) and frame.keys() == content[0].keys() for frame in content)
    ):
        first = content[0]  # a frame each; what all of them have alike is the person's
        content = {key: first[key] if key in _SHAPES else [frame[key] for frame in content] for key in first}
    if not isinstance(content, dict):
        raise file.error("an object with lists of pose parameters for all frames", "JSON of another build")
    flat: dict[str, Any] = {}
    for key, value in content.items():
        if isinstance(value, dict):
            flat |= {f"{key}.{inner}": part for inner, part in value.items()}
        else:
            flat[key] = value
    return flat


def _parts(name: str) -> tuple[str, str]:
    """What stands before the last dot or stroke of a name, and behind it."""
    above, _, last = name.replace("/", ".").rpartition(".")
    return above, last


def _people(names: tuple[str, ...]) -> list[str]:
    """What the names of several motions begin with (`0/pose`, `1/pose`); those of one in several axes are one."""
    found: dict[str, set[str]] = {}
    for above, last in map(_parts, names):
        found.setdefault(above, set()).add(last)
    known = {*_WHOLE, *_BODIES}
    motions = [above for above, lasts in found.items() if above and lasts & known]
    return [] if any(word in above.lower() for above in motions for word in _ROOM) else motions


def _short(names: tuple[str, ...]) -> dict[str, str]:
    """Last part of a name -> the name; of several with the same last part the one of the room, or the first."""
    short: dict[str, str] = {}
    for name in sorted(names, key=lambda name: not any(word in _parts(name)[0].lower() for word in _ROOM)):
        short.setdefault(_parts(name)[1], name)
    return short


def _turns(found: Parameters, key: str, count: int) -> np.ndarray:
    """(frames, count, 3, 3) matrices of an array of axis-angle vectors or of matrices."""
    array = found.array(key)
    if array.ndim == 4 and array.shape[2:] == (3, 3) and array.shape[1] >= count and len(array):
        if _turn(array[:, :count]):
            return array[:, :count]
        raise found.file.error("matrices that turn", "others", position=f"key {key!r}")
    flat = array.reshape(len(array), -1) if array.ndim == 3 and array.shape[2] == 3 else array
    if flat.ndim != 2 or flat.shape[1] < 3 * count or len(flat) == 0:
        expected = f"(frames, {3 * count} or more)" if count > 1 else "(frames, 3 or more)"
        raise found.file.error(expected, f"shape {array.shape}", position=f"key {key!r}")
    return axis_angle_matrices(flat[:, : 3 * count].reshape(-1, count, 3))


def axis_angle_matrices(vectors: np.ndarray) -> np.ndarray:
    """(..., 3) axis times angle, radians -> (..., 3, 3) rotations (Rodrigues)."""
    angle = np.linalg.norm(vectors, axis=-1)[..., None, None]
    x, y, z = np.moveaxis(vectors / np.maximum(angle[..., 0], 1e-12), -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*vectors.shape, 3)
    return (np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)).astype(np.float32)
