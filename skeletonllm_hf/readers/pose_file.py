"""`.pose` files (sign.mt, Moryossef et al.) through the `pose-format` package: any components, frames, people.

The body is read: the component of world landmarks where there is one, else the one whose name says pose or body, else all
points together. Hands and faces are left out then.
"""

from __future__ import annotations

import struct

import numpy as np

from ..model.layouts import MAX_JOINTS, SkeletonLayout, get_layout
from .named_layouts import layout_from_names
from .pose_header import check_header
from .reader import RawClip, Reader, ReadOptions, check_size
from .source import SkeletonFile, SkeletonFileError

# pose-format's versions so far; the file begins with one as a float32
_VERSIONS = tuple(struct.pack("<f", version) for version in (0.0, 0.1, 0.2))
_MIN_BYTES = 20


def _detect(file: SkeletonFile) -> float:
    head = file.head
    if len(head) < _MIN_BYTES or head[:4] not in _VERSIONS:
        return 0.0
    components = int.from_bytes(head[10:12], "little")
    name = int.from_bytes(head[12:14], "little")
    plausible = 1 <= components <= 64 and 1 <= name <= 200 and head[14 : 14 + name].isascii() and len(head) > 14 + name
    return 0.9 if plausible else 0.6 if file.suffix == ".pose" else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    try:
        from pose_format import Pose
    except ImportError as error:
        raise file.error("the pose-format package: pip install 'skeletonllm-hf[formats]'", f"none ({error})") from None
    if file.head[:4] not in _VERSIONS:
        raise file.error("a .pose file of version 0.0 to 0.2", "another beginning")
    check_header(file)
    try:
        pose = Pose.read(file.data)
        components = [(c.name, list(c.points), [(int(a), int(b)) for a, b in c.limbs]) for c in pose.header.components]
        data = np.ma.getdata(pose.body.data)
        confidence = np.asarray(pose.body.confidence, np.float32)
        fps = float(pose.body.fps)
    except Exception as error:  # whatever a damaged file makes the package stumble over
        raise file.error(
            "a .pose file", f"one that pose-format cannot read ({type(error).__name__}: {error})"[:300]
        ) from None
    points = sum(len(names) for _, names, _ in components)
    if data.ndim != 4 or data.shape[2] != points or data.shape[3] not in (2, 3) or confidence.shape != data.shape[:3]:
        raise file.error(
            f"(frames, people, {points} points, 2 or 3) and their confidence", f"{data.shape} and {confidence.shape}"
        )
    check_size(file, data.shape[0], data.shape[1], max(points, 1), data.shape[3])
    start, names, limbs, name = _body(components)
    if not names or len(names) > MAX_JOINTS:
        raise file.error(f"1 to {MAX_JOINTS} points", str(len(names)))
    kept = slice(start, start + len(names))
    notes = () if len(names) == points else (f"Of {len(components)} components {name!r} is read.",)
    layout = None if options.layout is not None else _layout(file, name, names, limbs, options)
    world = "WORLD" in name.upper()
    flat = data.shape[3] == 2
    if data.shape[3] == 3 and not data[:, :, kept, 2].any():
        data, flat = data[..., :2], True
    return RawClip(
        data[:, :, kept].astype(np.float32), layout, confidence=np.where(np.isfinite(confidence), confidence, 0).clip(0, 1)[:, :, kept],
        fps=fps, units="metres" if world else "pixels" if flat else "unknown", up="-y", view="z", zero_is_missing=not world,
        relink=data.shape[1] > 1, notes=notes,
    )  # fmt: skip


Component = tuple[str, list[str], list[tuple[int, int]]]


def _body(components: list[Component]) -> tuple[int, list[str], list[tuple[int, int]], str]:
    """First point, point names, limbs and name of the body; all points where no component is called so."""
    starts = np.concatenate([[0], np.cumsum([len(names) for _, names, _ in components])]).tolist()
    for sign in ("WORLD", "POSE", "BODY"):
        for start, (name, names, limbs) in zip(starts, components, strict=False):
            if sign in name.upper():
                return start, names, limbs, name
    names = [f"{component}:{point}" for component, points, _ in components for point in points]
    limbs = [(a + start, b + start) for start, (_, _, own) in zip(starts, components, strict=False) for a, b in own]
    return 0, names, limbs, "all points"


def _layout(
    file: SkeletonFile, component: str, names: list[str], limbs: list[tuple[int, int]], options: ReadOptions
) -> SkeletonLayout:
    known = {33: "mediapipe_33", 25: "openpose_25"}.get(len(names))
    if known and "POSE" in component.upper() and not options.joint_map:
        return get_layout(known)
    try:
        bones = [(a, b) for a, b in limbs if a != b]
        layout = layout_from_names("pose", tuple(names), options.joint_map)
        if layout is None and options.joint_map:
            raise file.error("a joint map for at least four of its points", ", ".join(names[:8]))
        if layout is not None and (options.joint_map or not bones):
            return layout
        return SkeletonLayout(f"pose_{len(names)}", tuple(names), tuple(bones))
    except SkeletonFileError:
        raise
    except ValueError as error:
        raise file.error("points and limbs that make a layout", str(error)[:200]) from None


READER = Reader(
    "pose",
    ".pose files (needs the pose-format package)",
    "binary; a version number 0.0 to 0.2 and the names of components",
    _detect,
    _read,
    (".pose",),
)
