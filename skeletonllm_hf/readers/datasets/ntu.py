"""NTU RGB+D 60 and 120 `.skeleton` (Shahroudy 2016, Liu 2019): Kinect v2 bodies, 30 Hz.

Text: number of frames; per frame the number of bodies; per body a line of 10 values that begins with its tracking
id, the number of joints, and one line of 12 values a joint: x y z (metres, x to the sensor's left, Y up, Z depth),
depth pixel (2), colour pixel (2), orientation (w x y z), tracking state (0 not tracked, 1 inferred, 2 tracked).
An orientation is the joint's in the sensor's axes, its Y along the bone that leads to the joint; of ends (head, feet, hand tips, thumbs)
the sensor gives none: they turn with their parent. Orientations whose Y is not along the bones are not believed.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from ...nouns import counted
from ..arrays.axes import OURS
from ..arrays.numpy_files import joints_clip
from ..numbers import head_rows, parse_rows
from ..reader import MAX_HELD_BYTES, RawClip, Reader, ReadOptions, check_size
from ..rules.orientation import from_quaternions
from ..source import SkeletonFile
from .ntu_actions import NTU_ACTIONS

JOINTS = 25
_FEWER = 17  # COCO's, in UAV-Human
FPS = 30.0
# (parent, joint), parents first, as the Kinect SDK's hierarchy
BONES = (
    (0, 1), (1, 20), (20, 2), (2, 3), (20, 4), (4, 5), (5, 6), (6, 7), (7, 21), (6, 22), (20, 8), (8, 9), (9, 10), (10, 11), (11, 23), (10, 24),
    (0, 12), (12, 13), (13, 14), (14, 15), (0, 16), (16, 17), (17, 18), (18, 19),
)  # fmt: skip
_ALONG = 0.95  # cosine between a joint's Y and its bone, in the middle of all, from which orientations are believed
_NAME = re.compile(r"S(\d{3})C(\d{3})P(\d{3})R(\d{3})A(\d{3})")
_BODY_VALUES, _JOINT_VALUES = 10, 12


def parse_ntu_name(name: str) -> dict[str, int] | None:
    """`"S001C002P003R002A013.skeleton"` -> setup, camera, subject, repetition, action (1-based); None for other names."""
    found = _NAME.search(name)
    fields = ("setup", "camera", "subject", "repetition", "action")
    return found and dict(zip(fields, map(int, found.groups()), strict=True))


def _detect(file: SkeletonFile) -> float:
    rows = head_rows(file)
    if not rows or len(rows[0]) != 1 or not _is_count(rows[0][0]):
        return 0.0
    if len(rows) == 1:
        return 0.7 if file.suffix == ".skeleton" else 0.0
    sizes = [len(row) for row in rows[1:]]
    body = next((i for i, size in enumerate(sizes) if size != 1), None)
    if body is None:
        return 0.6 if all(row[0] == 0 for row in rows[1:]) else 0.0
    return 0.95 if sizes[body] == _BODY_VALUES and sizes[body + 2 : body + 3] in ([], [_JOINT_VALUES]) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    # float64: frame and body counts are checked as whole numbers
    values, counts, lines = parse_rows(file, file.data, np.float64)
    if len(counts) == 0:
        raise file.error("a number of frames", "nothing", position="line 1")
    first = np.concatenate([[0], np.cumsum(counts)])  # (rows + 1,) where each row's values begin
    walk = _Walk(file, values, counts, lines, first)
    frames = walk.count("the number of frames")
    check_size(file, frames)
    if frames > len(counts):
        raise file.error(counted(frames, "frame"), f"{counted(len(counts), 'line')}: the file may be truncated")
    body_rows, body_frames = [], []
    for frame in range(frames):
        for _ in range(walk.count("the number of bodies", frame)):
            body_rows.append(walk.body(frame))
            body_frames.append(frame)
    notes: tuple[str, ...] = ()
    if walk.row < len(counts):
        notes = (f"{counted(len(counts) - walk.row, 'line')} after the last frame: left out.",)
    if not body_rows:
        raise file.error("at least one body", f"{counted(frames, 'frame')} without any")
    names, tracks = _tracks(file, lines[np.array(body_rows)], np.array(body_frames))
    count = walk.joints
    check_size(file, frames, len(names), count)
    starts = first[np.array(body_rows) + 2]  # the joints' values lie behind the body's line and the joint count
    blocks = values[starts[:, None] + np.arange(count * _JOINT_VALUES)].reshape(-1, count, _JOINT_VALUES)
    joints = np.zeros((frames, len(names), count, 3), np.float32)
    confidence = np.zeros((frames, len(names), count), np.float32)
    at = (np.array(body_frames), tracks)
    joints[at] = blocks[..., :3]
    confidence[at] = np.clip(blocks[..., 11] / 2, 0, 1)
    if count != JOINTS:  # UAV-Human: a detector's joints in a picture, and their scores
        scored = replace(joints_clip(file, joints, "", replace(options, axes=OURS)), notes=notes, people_names=names)
        return replace(scored, layout="coco_17", zero_is_missing=True)
    rotations, more = _orientations(blocks, frames * len(names))
    if rotations is not None:
        turns = np.broadcast_to(np.eye(3, dtype=np.float32), (*joints.shape, 3)).copy()
        turns[at] = rotations
        rotations = turns
    seen = np.zeros(joints.shape[:2], bool)
    seen[at] = True
    parts = parse_ntu_name(file.stem)
    action = 0 if parts is None else parts["action"]
    return RawClip(
        joints, "kinect_v2", rotations=rotations, turned=BONES, mask=np.repeat(seen[..., None], JOINTS, 2), confidence=confidence, fps=FPS, units="metres", up="y",
        view="z", zero_is_missing=True, ghosts=True, people_names=names,
        label=NTU_ACTIONS[action - 1] if 1 <= action <= len(NTU_ACTIONS) else None, notes=notes + more,
    )  # fmt: skip


def _orientations(blocks: np.ndarray, bodies: int) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """(bodies seen, joints, 3, 3) float32 of (bodies seen, joints, 12 values), None where there are none to believe; and notes.

    Args:
        bodies: how many the clip has, in all frames, seen or not: what they take is limited.
    """
    places, turns = blocks[..., :3], blocks[..., [8, 9, 10, 7]]
    known = np.abs((turns**2).sum(-1) - 1) < 0.01
    if not known.any():
        return None, ()
    parents, ends = np.array(BONES).T
    some = slice(None, None, len(blocks) // 200 + 1)
    bones = places[some, ends] - places[some, parents]
    length = np.linalg.norm(bones, axis=-1)
    along = np.einsum("nji,nji->nj", from_quaternions(turns[some, ends])[..., 1], bones)
    of = known[some, ends] & (length > 1e-6)
    if not of.any() or np.median(along[of] / length[of]) < _ALONG:
        return None, ("Joint orientations do not lie along the bones: left out.",)
    if bodies * JOINTS * 9 * 8 > MAX_HELD_BYTES // 2:
        return None, ("Joint orientations were left out: the clip is too long for them.",)
    rotations = from_quaternions(turns.astype(np.float32))
    rotations[~known] = np.eye(3, dtype=np.float32)
    for parent, joint in BONES:
        lost = ~known[:, joint]
        rotations[lost, joint] = rotations[lost, parent]
    return rotations, ()


class _Walk:
    """Steps through the rows and checks each.

    Args:
        values: of all rows. counts, lines: (rows,) values and line of each. first: (rows + 1,) where its values begin.
    """

    def __init__(
        self, file: SkeletonFile, values: np.ndarray, counts: np.ndarray, lines: np.ndarray, first: np.ndarray
    ):
        self.file, self.values, self.lines = file, values, lines
        self.counts, self.first = counts.tolist(), first.tolist()
        body = int((counts == _BODY_VALUES).argmax()) + 1  # the first body's number of joints
        self.joints = _FEWER if body < len(counts) and values[first[body]] == _FEWER else JOINTS
        # where a run of joint rows as long as a body's begins: checked at once for all rows
        full = np.concatenate([[0], np.cumsum(counts == _JOINT_VALUES)])
        run = full[self.joints :] - full[: -self.joints] == self.joints
        self.is_block = run.tolist() if len(counts) >= self.joints else []
        self.row = 0

    def count(self, what: str, frame: int | None = None) -> int:
        where = "" if frame is None else f" of frame {frame + 1}"
        if self.row >= len(self.counts):
            raise self.file.error(what + where, "the end of the file: it may be truncated")
        value = self.values[self.first[self.row]]
        if self.counts[self.row] != 1 or not _is_count(value):
            raise self.error(f"{what}{where}: one whole number", self.row)
        self.row += 1
        return int(value)

    def body(self, frame: int) -> int:
        """Checks a body's rows, steps behind them and gives the first one's number."""
        row = self.row
        if row >= len(self.counts):
            raise self.file.error(f"a body of frame {frame + 1}", "the end of the file: it may be truncated")
        if self.counts[row] != _BODY_VALUES:
            raise self.error(f"{_BODY_VALUES} values of a body of frame {frame + 1}", row)
        self.row += 1
        joints = self.count("the number of joints", frame)
        if joints != self.joints:
            raise self.error(f"{self.joints} joints a body", row + 1)
        if self.row >= len(self.is_block) or not self.is_block[self.row]:
            for number, count in enumerate(self.counts[self.row : self.row + self.joints], self.row):
                if count != _JOINT_VALUES:
                    raise self.error(f"{_JOINT_VALUES} values of a joint of frame {frame + 1}", number)
            expected = f"{self.joints} joints of frame {frame + 1}"
            raise self.file.error(expected, "the end of the file: it may be truncated")
        self.row += self.joints
        return row

    def error(self, expected: str, row: int) -> Exception:
        found = f"{self.counts[row]} values" if self.counts[row] != 1 else f"{self.values[self.first[row]]:g}"
        return self.file.error(expected, found, position=f"line {self.lines[row]}")


def _tracks(file: SkeletonFile, lines: np.ndarray, frames: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """Names of all bodies and, for each (line, frame), which body it is; by tracking id, read as text: it exceeds float64."""
    breaks = np.flatnonzero(np.frombuffer(file.data, np.uint8) == 10)
    begin = np.where(lines > 1, breaks[np.maximum(lines - 2, 0)] + 1, 0) if len(breaks) else np.zeros(len(lines), int)
    number: dict[tuple[bytes, int], int] = {}
    tracks = np.empty(len(lines), int)
    doubles: dict[tuple[bytes, int], int] = {}
    for i, (start, frame) in enumerate(zip(begin.tolist(), frames.tolist(), strict=False)):
        body = file.data[start : start + 64].split(None, 1)[0]
        copy = doubles[body, frame] = doubles.get((body, frame), -1) + 1  # an id twice in a frame: two bodies
        tracks[i] = number.setdefault((body, copy), len(number))
    names = [f"body {body.decode('ascii', 'replace')[:24]}{f' ({copy + 1})' if copy else ''}" for body, copy in number]
    return tuple(names), tracks


def _is_count(value: float) -> bool:
    return 0 <= value < 1e9 and value == int(value)


READER = Reader(
    "ntu", "NTU RGB+D .skeleton",
    "a frame count, then per frame a body count and per body lines of 10, 1 and 25 x 12 numbers",
    _detect, _read, (".skeleton",),
)  # fmt: skip
