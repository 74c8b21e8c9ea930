"""`.pose` files (sign.mt, Moryossef et al.) through the `pose-format` package: any components, frames, people.

The body is read: the component of world landmarks where there is one, else the one whose name says pose or body, else all
points together. Hands and faces are left out then.

The header is checked before the package reads the file. Little-endian: version float32; width, height, depth and number
of components uint16; per component two texts (name and format; a text is its length as uint16, then that many bytes),
numbers of points, limbs and colours (uint16 each), the points' names, the limbs as two uint16, the colours as three.
Then come frames of people of points.
"""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np

from ...model.layouts import MAX_JOINTS, SkeletonLayout, get_layout
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..rules.named_layouts import layout_errors, layout_from_names
from ..source import SkeletonFile

# pose-format's versions so far; the file begins with one as a float32
_VERSIONS = tuple(struct.pack("<f", version) for version in (0.0, 0.1, 0.2))
_MIN_BYTES = 20
MAX_COMPONENTS, MAX_POINTS, MAX_LINKS = 64, 4096, 20_000  # MediaPipe's holistic header has 5, 576 and some thousand
MAX_SLOW_BODIES = 20_000  # version 0.0 stores body by body, and each takes the package a tenth of a millisecond


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
    _check_header(file)
    try:
        pose = Pose.read(file.data)
        components = [(c.name, list(c.points), [(int(a), int(b)) for a, b in c.limbs]) for c in pose.header.components]
        data = np.ma.getdata(pose.body.data)
        confidence = np.asarray(pose.body.confidence, np.float32)
        fps = float(pose.body.fps)
    except Exception as error:  # whatever a damaged file makes the package stumble over
        found = f"one that pose-format cannot read ({type(error).__name__}: {error})"
        raise file.error("a .pose file", found[:300]) from None
    points = sum(len(names) for _, names, _ in components)
    if data.ndim != 4 or data.shape[2] != points or data.shape[3] not in (2, 3) or confidence.shape != data.shape[:3]:
        expected = f"(frames, people, {points} points, 2 or 3) and their confidence"
        raise file.error(expected, f"{data.shape} and {confidence.shape}")
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
    with layout_errors(file, "points and limbs"):
        bones = [(a, b) for a, b in limbs if a != b]
        layout = layout_from_names("pose", tuple(names), options.joint_map)
        if layout is None and options.joint_map:
            raise file.error("a joint map for at least four of its points", ", ".join(names[:8]))
        if layout is not None and (options.joint_map or not bones):
            return layout
        return SkeletonLayout(f"pose_{len(names)}", tuple(names), tuple(bones))


class _Walk:
    """Steps through a header and checks its counts, which pose-format does not."""

    def __init__(self, file: SkeletonFile, at: int):
        self.file, self.at = file, at

    def numbers(self, kind: str) -> tuple[Any, ...]:
        size = struct.calcsize("<" + kind)
        self.at += size
        if self.at > len(self.file.data):
            raise self.file.error("a complete header", "the end of the file: it may be truncated")
        return struct.unpack_from("<" + kind, self.file.data, self.at - size)

    def text(self) -> int:
        """Steps over a text and gives its length."""
        (length,) = self.numbers("H")
        self.at += length
        return length

    def most(self, what: str, count: int, most: int) -> int:
        if count > most:
            raise self.file.error(f"at most {most:,} {what}", f"{count:,}", position=f"byte {self.at}")
        return count


def _check_header(file: SkeletonFile) -> None:
    """Raises SkeletonFileError: counts beyond what such files have, or more than the file can hold."""
    walk = _Walk(file, 0)
    version, _, _, _, components = walk.numbers("fHHHH")
    points, widths, links = 0, [], 0
    for _ in range(walk.most("components", components, MAX_COMPONENTS)):
        walk.text()
        width = walk.text()
        own, limbs, colours = walk.numbers("HHH")
        points = walk.most("points", points + own, MAX_POINTS)
        links = walk.most("limbs and colours", links + limbs + colours, MAX_LINKS)
        for _ in range(own):
            walk.text()
        walk.at += 4 * limbs + 6 * colours
        widths.append((own, width))
    if points == 0:
        raise file.error("points in its components", "none")
    dims = max(width for _, width in widths) - 1
    if not 2 <= dims <= 3:
        raise file.error("points of the format XYC or XYZC", f"{dims + 1} letters")
    if round(version, 3) == 0:
        _, frames = walk.numbers("HH")
        body = 2 + 4 * sum(own * width for own, width in widths)
        walk.most("bodies and frames in version 0.0", frames + (len(file.data) - walk.at) // body, MAX_SLOW_BODIES)
        check_size(file, frames, 1, points, dims + 1)
        return
    (people,) = walk.numbers("4xH" if round(version, 3) == 0.1 else "8xH")
    left = len(file.data) - walk.at
    frames = math.ceil(left / max(4 * people * points * (dims + 1), 1)) if left > 0 else 0
    check_size(file, frames, people, points, dims + 1)


READER = Reader(
    "pose", ".pose files (needs the pose-format package)",
    "binary; a version number 0.0 to 0.2 and the names of components",
    _detect, _read, (".pose",),
)  # fmt: skip
