"""Acclaim ASF/AMC (the CMU motion capture database): `.amc` motion with the `.asf` skeleton beside it.

The skeleton is the `.asf` with whose name the motion's begins (`02.asf` for `02_05.amc`; the longest), or the folder's only one. A bone reaches from its
parent's end along `direction` times `length`; its motion turns about its own `axis` frame, in the order `rx ry rz` (x first).
Joints here are the root and the bones' ends. Lengths are divided by `units: length`, which gives inches in CMU's files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...model.layouts import MAX_JOINTS, SkeletonLayout
from ..numbers import parse_rows
from ..reader import MAX_VALUES, RawClip, Reader, ReadOptions, check_held, check_names, check_size
from ..rules.named_layouts import points_of, tree_layout
from ..source import SkeletonFile

CMU_FPS = 120.0  # no AMC file says; the CMU database is recorded at this rate
MAX_ASF_BYTES = 4 * 2**20
# A bone's end, by CMU's bone names without their side.
_ENDS = {
    "root": "pelvis", "lowerback": "spine_lower", "upperback": "spine_middle", "thorax": "neck_base", "lowerneck": "neck",
    "upperneck": "head", "head": "head_top", "hipjoint": "hip", "femur": "knee", "tibia": "ankle", "foot": "foot", "toes": "toe",
    "clavicle": "shoulder", "humerus": "elbow", "radius": "wrist", "hand": "hand", "fingers": "hand_tip", "thumb": "thumb",
}  # fmt: skip
_TRANSLATIONS, _ROTATIONS = ("tx", "ty", "tz"), ("rx", "ry", "rz")


@dataclass
class _Bone:
    name: str
    parent: int = -1
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    axis: np.ndarray = field(default_factory=lambda: np.eye(3))
    dof: tuple[str, ...] = ()


def _detect(file: SkeletonFile) -> float:
    if not file.is_text:
        return 0.0
    head = file.head[:4096].lower()
    if b":fully-specified" in head or (b":degrees" in head and re.search(rb"^root\s", head, re.MULTILINE)):
        return 0.95
    return 0.9 if b":bonedata" in file.head.lower() and b":root" in file.head.lower() else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    if b":bonedata" in file.head.lower():
        raise file.error("motion (.amc)", "a skeleton (.asf) without motion: give the .amc beside it")
    skeleton = _beside(file)
    bones, length = _skeleton(skeleton)
    values = _motion(file, bones)
    places, turns = _forward(bones, values, length)
    notes = (
        f"The skeleton is {skeleton.name}.",
        f"AMC files give no frame rate: {CMU_FPS:g}, that of the CMU database, was taken.",
    )
    return RawClip(
        places[:, None], _layout(bones, options), rotations=turns[:, None], turned="own", fps=CMU_FPS,
        units="inches" if length != 1 else None, notes=notes,
    )  # fmt: skip


def _beside(file: SkeletonFile) -> SkeletonFile:
    folder = SkeletonFile(file.path.resolve().parent, MAX_ASF_BYTES)
    skeletons = {name[:-4].lower(): name for name in folder.names if name.lower().endswith(".asf")}
    stem = file.stem.lower()
    # HDM_bd.asf for HDM_bd_01-01_01_120.amc, 02.asf for 02_05.amc: the longest name with which the motion's begins
    begin = [name for name in skeletons if stem.startswith(name) and not stem[len(name) : len(name) + 1].isalnum()]
    name = skeletons[max(begin, key=len)] if begin else next(iter(skeletons.values())) if len(skeletons) == 1 else None
    if name is None:
        known = f"{file.stem}.asf, one whose name begins {file.stem}, or the folder's only .asf"
        raise file.error(f"its skeleton beside it: {known}", ", ".join(sorted(skeletons.values())[:5]) or "none")
    return folder.sibling(name)


def _skeleton(file: SkeletonFile) -> tuple[list[_Bone], float]:
    """The root and all bones, parents first, and the unit's length."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in file.text().splitlines():
        line = line.split("#")[0].strip()
        if line.startswith(":"):
            words = line[1:].split(None, 1)
            current = sections.setdefault(words[0].lower() if words else "", [])
            line = words[1] if len(words) > 1 else ""
        if line:
            current.append(line)
    if missing := [name for name in ("root", "bonedata", "hierarchy") if name not in sections]:
        raise file.error(f"sections {', '.join(':' + name for name in missing)}", "none of that name")
    units = dict(line.lower().split(None, 1) for line in sections.get("units", []) if len(line.split()) == 2)
    length = _numbers(file, units.get("length", "1"), 1, ":units length")[0]
    if not 1e-6 < length < 1e6:
        raise file.error("a positive length unit", f"{length:g}", position=":units")
    radians = units.get("angle", "deg").startswith("rad")
    blocks = {block["name"]: block for block in _blocks(file, sections["bonedata"])}
    root = dict(line.lower().split(None, 1) for line in sections["root"] if len(line.split()) > 1)
    order = tuple(root.get("order", "tx ty tz rx ry rz").split())
    if set(order) - {*_TRANSLATIONS, *_ROTATIONS} or len(set(order)) < len(order):
        raise file.error("an order of tx ty tz rx ry rz", " ".join(order)[:60], position=":root")
    turn = _numbers(file, root.get("orientation", "0 0 0"), 3, ":root orientation")
    bones = [_Bone("root", axis=_euler(root.get("axis", "xyz"), turn, radians), dof=order)]
    number = {"root": 0}
    for line in sections["hierarchy"]:
        parent, *children = line.split()
        if parent.lower() in ("begin", "end"):
            continue
        if parent not in number:
            raise file.error("a hierarchy in which parents come first", repr(parent[:40]), position=":hierarchy")
        for child in children:
            if child in number or child not in blocks or len(bones) >= MAX_JOINTS:
                raise file.error("each bone of :bonedata once", repr(child[:40]), position=":hierarchy")
            number[child] = len(bones)
            bones.append(_bone(file, blocks[child], number[parent], radians))
    return bones, length


def _blocks(file: SkeletonFile, lines: list[str]) -> list[dict[str, str]]:
    blocks: list[dict[str, str]] = []
    for line in lines:
        words = line.split(None, 1)
        word = words[0].lower()
        if word == "begin":
            blocks.append({})
        elif word != "end" and len(words) == 2 and blocks:
            blocks[-1].setdefault(word, words[1].strip())
    if any("name" not in block for block in blocks):
        raise file.error("a name in each block of :bonedata", "a block without")
    check_names(file, (block["name"] for block in blocks))
    return blocks


def _bone(file: SkeletonFile, block: dict[str, str], parent: int, radians: bool) -> _Bone:
    where = f"bone {block['name'][:40]}"
    direction = _numbers(file, block.get("direction", ""), 3, f"{where}: direction")
    length = _numbers(file, block.get("length", ""), 1, f"{where}: length")[0]
    *angles, order = block.get("axis", "0 0 0 xyz").split() or [""]
    axis = _euler(order.lower(), _numbers(file, " ".join(angles), 3, f"{where}: axis"), radians)
    dof = tuple(block.get("dof", "").lower().split())
    if set(dof) - {*_ROTATIONS, *_TRANSLATIONS, "l"} or len(set(dof)) < len(dof):
        raise file.error("dof of tx ty tz rx ry rz", " ".join(dof)[:40], position=where)
    x, y, z = direction * length
    return _Bone(block["name"], parent, (float(x), float(y), float(z)), axis, dof)


def _numbers(file: SkeletonFile, text: str, count: int, where: str) -> np.ndarray:
    try:
        values = np.array([float(word) for word in text.replace("(", " ").replace(")", " ").split()])
    except ValueError:
        values = np.zeros(0)
    if len(values) != count or not np.isfinite(values).all():
        raise file.error(f"{count} numbers", repr(text[:40]), position=where)
    return values


def _euler(order: str, angles: np.ndarray, radians: bool) -> np.ndarray:
    """(3, 3): the axes of `order` turned one after the other about the fixed frame, first letter first."""
    matrix = np.eye(3)
    for letter, angle in zip(order.lower(), angles if radians else np.radians(angles), strict=False):
        if letter in "xyz":
            matrix = _about("xyz".index(letter), np.array([angle]))[0] @ matrix
    return matrix


def _about(axis: int, angles: np.ndarray) -> np.ndarray:
    """(n, 3, 3) rotations about one axis, radians."""
    cos, sin = np.cos(angles), np.sin(angles)
    matrix = np.zeros((len(angles), 3, 3))
    b, c = (axis + 1) % 3, (axis + 2) % 3
    matrix[:, axis, axis] = 1
    matrix[:, b, b] = matrix[:, c, c] = cos
    matrix[:, b, c], matrix[:, c, b] = -sin, sin
    return matrix


def _motion(file: SkeletonFile, bones: list[_Bone]) -> dict[str, np.ndarray]:
    """Bone -> (frames, dof), angles in radians."""
    if (total := file.data.count(b"\n")) > MAX_VALUES // 10:
        raise file.error(f"at most {MAX_VALUES // 10:,} lines", f"{total:,}; cut it into clips")
    data = re.sub(rb"(?m)^[ \t]*[#:].*$", b"", file.data)
    words = re.findall(rb"(?m)^[ \t]*([A-Za-z_][^\s]*)", data)
    degrees = b":radians" not in file.head.lower()
    known = {bone.name: bone for bone in bones}
    pattern = words[: words.index(words[0], 1) if words and words[0] in words[1:] else len(words)]
    names = [word.decode("ascii", "replace") for word in pattern]
    if not names or any(name not in known for name in names):
        raise file.error("bones of the skeleton", repr(next((n for n in names if n not in known), "")[:40]))
    if len(words) % len(names) or words != pattern * (len(words) // len(names)):
        raise file.error(f"the same {len(names)} bones in every frame", "others: the file may be truncated")
    numbers, counts, lines = parse_rows(file, re.sub(rb"(?m)^[ \t]*[A-Za-z_][^\s]*", b"", data))
    sizes = [1, *(len(known[name].dof) for name in names)]
    expected = [size for size in sizes if size]
    frames = len(counts) // len(expected)
    if frames == 0 or len(counts) != frames * len(expected) or len(words) != frames * len(names):
        raise file.error(f"frames of {len(expected)} lines", f"{len(counts)} lines: the file may be truncated")
    wrong = np.flatnonzero(counts.reshape(frames, -1) != np.array(expected))
    if len(wrong):
        row = wrong[0]
        raise file.error(f"{expected[row % len(expected)]} values", str(counts[row]), position=f"line {lines[row]}")
    check_size(file, frames, 1, len(bones))
    # in `_forward` a place and an orientation of every bone, moved or not, in float64, then both in float32
    check_held(file, frames, len(bones) * 12 * (8 + 4) + sum(sizes) * (8 + 4), f"{len(bones)} bones")
    table = numbers.reshape(frames, sum(sizes))
    if not np.array_equal(table[:, 0], np.arange(frames) + table[0, 0]):
        raise file.error("frame numbers that count up", "others")
    starts = np.cumsum(sizes)
    motion = {}
    for name, start in zip(names, starts, strict=False):
        values = table[:, start : start + len(known[name].dof)].astype(np.float64)
        for column, dof in enumerate(known[name].dof):
            if dof in _ROTATIONS and degrees:
                values[:, column] = np.radians(values[:, column])
        motion[name] = values
    return motion


def _forward(bones: list[_Bone], motion: dict[str, np.ndarray], length: float) -> tuple[np.ndarray, np.ndarray]:
    """Ends (frames, bones, 3) and orientations (frames, bones, 3, 3)."""
    frames = len(next(iter(motion.values())))
    places = np.zeros((frames, len(bones), 3))
    turns = np.zeros((frames, len(bones), 3, 3))
    for number, bone in enumerate(bones):
        turn = np.broadcast_to(np.eye(3), (frames, 3, 3))
        step = np.broadcast_to(np.array(bone.offset), (frames, 3)).copy()
        for dof, values in zip(bone.dof, motion.get(bone.name, np.zeros((frames, len(bone.dof)))).T, strict=False):
            if dof in _ROTATIONS:
                turn = _about("xyz".index(dof[1]), values) @ turn
            elif dof in _TRANSLATIONS:
                step[:, "xyz".index(dof[1])] += values
        turn = bone.axis @ turn @ bone.axis.T
        if bone.parent < 0:
            turns[:, number], places[:, number] = turn, step
        else:
            turns[:, number] = turns[:, bone.parent] @ turn
            places[:, number] = places[:, bone.parent] + (turns[:, number] @ step[..., None])[..., 0]
    return (places / length).astype(np.float32), turns.astype(np.float32)


def _layout(bones: list[_Bone], options: ReadOptions) -> SkeletonLayout:
    names = tuple(bone.name for bone in bones)
    parents = tuple(bone.parent for bone in bones)
    tree = tree_layout("asf", names, parents, options.joint_map)
    given = dict(options.joint_map)
    is_cmu = {"lfemur", "rfemur", "lhumerus", "rhumerus"} <= set(names)
    points: list[str | None] = []
    for name, guess in zip(names, points_of(names, parents, options.joint_map), strict=True):
        side = {"l": "left_", "r": "right_"}.get(name[:1], "")
        end = _ENDS.get(name) or (_ENDS.get(name[1:]) if side else None)
        point = None if end is None else f"{side}{end}" if name not in _ENDS else end
        point = point if point is not None or is_cmu else guess
        points.append(given.get(name, point))
    row = {name: number for number, name in enumerate(names)}
    pairs = tuple((row[name], row["r" + name[1:]]) for name in names if name[:1] == "l" and "r" + name[1:] in row)
    sides: Any = pairs or None
    return SkeletonLayout(tree.name, tree.joints, tree.bones, pairs=sides, body=tuple(points))


READER = Reader(
    "asf_amc", "Acclaim ASF/AMC (CMU)",
    "text with :FULLY-SPECIFIED or :DEGREES and lines `bone numbers`, its .asf skeleton beside it",
    _detect, _read, (".amc", ".asf"),
)  # fmt: skip
