"""Biovision hierarchy (.bvh): any hierarchy, any channel order per joint, 0 to 6 channels a joint.

Rotation channels apply in the order in which they are listed, each in the frame the one before left
(`Zrotation Xrotation Yrotation` is `Rz Rx Ry`), degrees. Position channels replace the joint's OFFSET on their
axis, as MotionBuilder, Maya and Blender read them. Reference: Meredith & Maddock, "Motion Capture File Formats
Explained", Sheffield CS-01-11.
"""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...model.layouts import MAX_JOINTS, SkeletonLayout
from ...nouns import counted
from ..numbers import parse_numbers, parse_rows
from ..reader import MAX_HELD_BYTES, MAX_PEOPLE, RawClip, Reader, ReadOptions, check_held, check_names, check_size
from ..rules.named_layouts import body_rows, kept_parents, left_out_note, tree_layout
from ..source import SkeletonFile

MAX_HIERARCHY_BYTES = 4 * 2**20  # 1,024 joints take 200 KB
_HEADER = re.compile(
    rb"~Frames~:?~(\S{1,40})~Frame\s{1,80}Time~:?~(\S{1,40})".replace(b"~", rb"\s{0,80}"), re.IGNORECASE
)
_MOVES, _MANY_TURNS = 10, 15  # frames and channels from which rotations so small are doubted
_CHANNEL = re.compile(r"([xyz])(position|rotation)", re.IGNORECASE)

# exporters of Windows programs write 0,5 for a half where the system's language does
_COMMENTS = (b"#", b"//")  # before the hierarchy, in files of some converters
_COMMENT_LINES = re.compile(rb"(?<=\n)(?:;|#|//)[^\n]*")  # and between or below its rows
_DECIMAL_COMMA = re.compile(rb"\bOFFSET[ \t]+-?\d+,\d+[ \t]+-?\d+,\d+[ \t]+-?\d", re.IGNORECASE)


@dataclass
class _Node:
    name: str
    parent: int
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    channels: list[tuple[str, int]] = field(default_factory=list)  # ("position" or "rotation", axis)
    is_end: bool = False


def _detect(file: SkeletonFile) -> float:
    lines = (line.strip() for line in file.head.removeprefix(b"\xef\xbb\xbf").splitlines())
    first = next((line for line in lines if line and not line.startswith(_COMMENTS)), b"")
    return 1.0 if first.upper().startswith(b"HIERARCHY") else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    if _DECIMAL_COMMA.search(file.head):
        file = file.with_data(re.sub(rb"(?<=\d),(?=\d)", b".", file.data))
    motion = re.search(rb"^[ \t]*MOTION\b", file.data, re.IGNORECASE | re.MULTILINE)
    if motion is None:
        raise file.error("a line `MOTION` after the hierarchy", "none: the file may be truncated")
    if motion.start() > MAX_HIERARCHY_BYTES:
        raise file.error(f"a hierarchy of at most {MAX_HIERARCHY_BYTES:,} bytes", f"{motion.start():,}")
    nodes = _hierarchy(file, file.data[: motion.start()].decode("utf-8", "replace"))
    channels = sum(len(node.channels) for node in nodes)
    if channels == 0:
        raise file.error("channels that move", "a hierarchy without any")
    values, fps, notes = _motion(file, motion.end(), channels)
    kinds = [kind for node in nodes for kind, _ in node.channels]
    turns = [row for row, kind in enumerate(kinds) if kind == "rotation"]
    most = float(np.abs(values[:, turns]).max(initial=0))
    if len(values) >= _MOVES and len(turns) >= _MANY_TURNS and 0.5 < most < 6.3:  # in degrees, nothing that people do
        doubt = f"No rotation exceeds {most:.2g} degrees: are they radians?"
        notes.append(f"{doubt} A BVH file's rotations are in degrees: multiply them by 57.3.")
    trees, layout = _trees(file, nodes, options, notes)
    check_size(file, len(values), len(trees), layout.num_joints)
    # an hour of rotations is three times an hour of positions: those are kept, these are a refinement
    with_rotations = len(values) * _frame_bytes(nodes, True) <= MAX_HELD_BYTES
    if not with_rotations:
        notes.append("Joint orientations were left out: the clip is too long for them.")
        check_held(file, len(values), _frame_bytes(nodes, False), f"{len(nodes)} joints and {channels} channels")
    positions, rotations = _forward(nodes, values, with_rotations)
    joints = np.stack([positions[tree].transpose(2, 0, 1) for tree in trees], axis=1)
    if rotations is not None:
        rotations = np.stack([rotations[tree].transpose(3, 0, 1, 2) for tree in trees], axis=1)
    return RawClip(joints, layout, rotations=rotations, fps=fps, notes=tuple(notes), rest=_rest(nodes, trees[0]))


def _frame_bytes(nodes: list[_Node], with_rotations: bool) -> int:
    """What `_forward` and the clip take for a frame: channels, places twice, and orientations twice or one path's."""
    channels = sum(len(node.channels) for node in nodes)
    depth: list[int] = []
    for node in nodes:
        depth.append(1 + (depth[node.parent] if node.parent >= 0 else 0))
    return 4 * (2 * channels + 6 * len(nodes) + 9 * (2 * len(nodes) if with_rotations else max(depth) + 1))


def _hierarchy(file: SkeletonFile, text: str) -> list[_Node]:
    nodes: list[_Node] = []
    open_nodes: list[int] = []  # path from the root; a loop, not recursion: depth is the file's choice
    pending = -1  # a node whose "{" has not come yet
    for line in re.split(r"\r\n|\r|\n", text.replace("{", "\n{\n").replace("}", "\n}\n").lstrip("\ufeff")):
        words = line.split()
        if not words or words[0].startswith(("#", "//")):
            continue
        word = words[0].upper()
        error = functools.partial(file.error, position=f"hierarchy, {' '.join(words)[:60]!r}")
        if word == "HIERARCHY":
            continue
        if word in ("ROOT", "JOINT", "END"):
            if (word == "ROOT") != (not open_nodes) or pending >= 0:
                raise error("ROOT at the top, JOINT and End Site inside another joint")
            if len(nodes) >= 2 * MAX_JOINTS:
                raise error(f"at most {MAX_JOINTS} joints", "more")
            parent = open_nodes[-1] if open_nodes else -1
            name = f"{nodes[parent].name}_end" if word == "END" else " ".join(words[1:]) or f"joint_{len(nodes)}"
            if word != "END":
                check_names(file, [name])
            pending = len(nodes)
            nodes.append(_Node(name, parent, is_end=word == "END"))
        elif word == "{":
            if pending < 0:
                raise error("a joint's name before {")
            open_nodes.append(pending)
            pending = -1
        elif word == "}":
            if not open_nodes or pending >= 0:
                raise error("a { for each }")
            open_nodes.pop()
        elif word in ("OFFSET", "CHANNELS") and open_nodes and pending < 0:
            node = nodes[open_nodes[-1]]
            if word == "OFFSET":
                node.offset = _offset(words[1:], error)
            else:
                node.channels = _channels(words[1:], error)
        else:
            raise error("ROOT, JOINT, End Site, OFFSET, CHANNELS, { or }")
    if open_nodes or pending >= 0 or not nodes:
        raise file.error(
            "a complete hierarchy", f"{counted(len(open_nodes), 'joint')} without their }}" if nodes else "no joints"
        )
    return nodes


def _offset(words: list[str], error: Any) -> tuple[float, float, float]:
    try:
        x, y, z = map(float, words)
    except ValueError:
        raise error("OFFSET and three numbers", " ".join(words)[:60]) from None
    if not (math.isfinite(x) and math.isfinite(y) and math.isfinite(z)):
        raise error("a finite OFFSET", " ".join(words)[:60])
    return x, y, z


def _channels(words: list[str], error: Any) -> list[tuple[str, int]]:
    names = words[1:]
    if not words or not words[0].isdecimal() or int(words[0][:9]) != len(names) or len(names) > 6:
        raise error("CHANNELS, their count (0 to 6) and that many names", counted(len(names), "name"))
    channels = []
    for name in names:
        match = _CHANNEL.fullmatch(name)
        if match is None:
            raise error("channels such as Xposition or Zrotation", repr(name[:40]))
        channels.append((match.group(2).lower(), "xyz".index(match.group(1).lower())))
    if len(set(channels)) < len(channels):
        raise error("each channel once", " ".join(names)[:80])
    return channels


def _motion(file: SkeletonFile, start: int, channels: int) -> tuple[np.ndarray, float, list[str]]:
    """(frames, channels) values, frames per second, notes."""
    header = _HEADER.match(file.data, start)
    line = file.data.count(b"\n", 0, start) + 1
    if header is None:
        raise file.error("`Frames:` and `Frame Time:` after MOTION", position=f"line {line}")
    try:
        over, _, under = header.group(2).replace(b",", b".").partition(b"/")  # 1/60
        frames, seconds = int(header.group(1)[:12]), float(over) / float(under or b"1")
    except (ValueError, ZeroDivisionError):
        found = b" ".join(header.groups())[:60].decode("ascii", "replace")
        raise file.error("a number of frames and a frame time", repr(found), position=f"line {line + 1}") from None
    check_size(file, frames)
    data = file.data[header.end() :]
    line = file.data.count(b"\n", 0, header.end()) + 1
    if any(mark in data for mark in (b"\n;", b"\n#", b"\n//")):
        data = _COMMENT_LINES.sub(b"", data)
    # a number and its blank take two bytes at least: refuse before parsing
    if 2 * frames * channels > len(data) + 1:
        raise file.error(
            f"{counted(frames, 'frame')} of {channels} numbers", f"{len(data)} bytes: the file may be truncated"
        )
    values = parse_numbers(file, data, line=line)
    notes = []
    if len(values) != frames * channels:
        _, counts, lines = parse_rows(file, data, line=line)
        wrong = np.flatnonzero(counts != channels)
        if len(wrong):
            raise file.error(f"{channels} numbers a frame", str(counts[wrong[0]]), position=f"line {lines[wrong[0]]}")
        if len(counts) < frames:
            raise file.error(counted(frames, "frame"), f"{len(counts)}: the file may be truncated")
        notes.append(f"The header says {counted(frames, 'frame')}, the file has {len(counts)}: all were read.")
        check_size(file, len(counts))
    fps = 1 / seconds if math.isfinite(seconds) and seconds > 0 else math.nan
    # "0.0333333" means 30 frames a second
    if math.isfinite(fps) and abs(fps - round(fps)) < 5e-4 * fps:
        fps = float(round(fps))
    return values.reshape(-1, channels), fps, notes


def _trees(
    file: SkeletonFile, nodes: list[_Node], options: ReadOptions, notes: list[str]
) -> tuple[list[list[int]], SkeletonLayout]:
    """The nodes that are the body's joints, per ROOT (several skeletons are several people), and their layout."""
    above = [node.parent for node in nodes]
    roots = [number for number, parent in enumerate(above) if parent < 0]
    if len(roots) > MAX_PEOPLE:
        raise file.error(f"at most {MAX_PEOPLE} ROOTs", str(len(roots)))
    trees, shapes, left_out = [], [], []
    for root, after in zip(roots, [*roots[1:], len(nodes)], strict=False):
        ends = [n for n in range(root, after) if not nodes[n].is_end or any(nodes[n].offset)]
        names, parents = tuple(nodes[n].name for n in ends), kept_parents(ends, above)
        kept, helpers = body_rows(names, parents, options.joint_map)
        left_out += helpers
        trees.append([ends[row] for row in kept])
        shapes.append((tuple(names[row] for row in kept), kept_parents(kept, parents)))
    if any(len(shape[0]) > MAX_JOINTS for shape in shapes):
        raise file.error(f"at most {MAX_JOINTS} joints", str(max(len(shape[0]) for shape in shapes)))
    if any(shape[1] != shapes[0][1] for shape in shapes):
        raise file.error("one hierarchy, or several of one shape", f"{len(roots)} ROOTs of different shapes")
    if left_out:
        notes.append(left_out_note(left_out))
    return trees, tree_layout("bvh", *shapes[0], options.joint_map)


def _rest(nodes: list[_Node], tree: list[int]) -> np.ndarray:
    """(joints, 3): places of the joints in the zero pose."""
    places = np.zeros((len(nodes), 3))
    for number, node in enumerate(nodes):
        places[number] = np.array(node.offset) + (places[node.parent] if node.parent >= 0 else 0)
    return places[tree]


def _forward(nodes: list[_Node], values: np.ndarray, with_rotations: bool) -> tuple[np.ndarray, np.ndarray | None]:
    """Forward kinematics over all frames at once: (nodes, 3, frames) places, (nodes, 3, 3, frames) orientations."""
    frames = len(values)
    places = np.zeros((len(nodes), 3, frames), np.float32)
    turns: list[np.ndarray | None] = [None] * len(nodes)
    kept = np.empty((len(nodes), 3, 3, frames), np.float32) if with_rotations else None
    last_use = {node.parent: number for number, node in enumerate(nodes)}
    columns = np.ascontiguousarray(values.T)
    column = 0
    for number, node in enumerate(nodes):
        step: list[np.ndarray | float] = list(node.offset)
        turn: Any = np.broadcast_to(np.eye(3, dtype=np.float32)[:, :, None], (3, 3, frames))
        if node.parent >= 0:
            turn = turns[node.parent]
        rotated = [channel for channel in node.channels if channel[0] == "rotation"]
        own = turn
        if kept is not None:
            kept[number] = turn
            own = kept[number]
        elif rotated:
            own = np.array(turn)
        for kind, axis in node.channels:
            if kind == "position":
                step[axis] = columns[column]
            else:
                _turn_about(own, axis, columns[column])
            column += 1
        for axis in range(3):
            places[number, axis] = turn[axis, 0] * step[0] + turn[axis, 1] * step[1] + turn[axis, 2] * step[2]
        if node.parent >= 0:
            places[number] += places[node.parent]
            if last_use[node.parent] == number:
                turns[node.parent] = None
        turns[number] = own if number in last_use else None
    return places, kept


def _turn_about(turn: np.ndarray, axis: int, degrees: np.ndarray) -> None:
    """turn (3, 3, frames) <- turn @ rotation about an axis, in place: only two columns change."""
    angle = np.radians(degrees, dtype=np.float32)
    cos, sin = np.cos(angle), np.sin(angle)
    b, c = (axis + 1) % 3, (axis + 2) % 3
    old = turn[:, b] * cos + turn[:, c] * sin
    turn[:, c] = turn[:, c] * cos - turn[:, b] * sin
    turn[:, b] = old


READER = Reader("bvh", "Biovision hierarchy (BVH)", "text that begins with HIERARCHY", _detect, _read, (".bvh",))
