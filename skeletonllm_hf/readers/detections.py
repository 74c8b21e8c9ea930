"""What pose estimators write: people frame by frame, with or without identities -> one array."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from .reader import MAX_FRAMES, MAX_PEOPLE, check_size
from .source import SkeletonFile

_LAST_NUMBER = re.compile(r"(\d+)(?!.*\d)")


@dataclass
class Detections:
    """Collects people: `add(frame, values, identity)`; `build` makes the arrays.

    `values`: (joints, dims + 1), the last one the confidence.
    """

    file: SkeletonFile
    joints: int
    dims: int
    found: list[tuple[int, str | None, np.ndarray]] = field(default_factory=list)

    def add(self, frame: int, values: np.ndarray, identity: object = None) -> None:
        known = identity is not None and not (isinstance(identity, (list, dict)) and not identity)
        self.found.append((frame, str(identity)[:64] if known else None, values))

    def build(self, frames: int) -> tuple[np.ndarray, np.ndarray, bool, tuple[str, ...], tuple[str, ...]]:
        """(frames, people, joints, dims) joints, (frames, people, joints) confidence, whether people still have to be
        linked, their names, notes.

        Raises:
            SkeletonFileError: nobody at all, or more than the caps allow.
        """
        if not self.found:
            raise self.file.error("at least one person", f"{frames} frames without any")
        check_size(self.file, frames)
        notes: tuple[str, ...] = ()
        slots: dict[tuple[str, int], int] = {}
        in_frame: dict[tuple[int, str], int] = {}
        by_identity = all(identity is not None for _, identity, _ in self.found)
        places = []
        for frame, identity, _ in self.found:
            key = identity if by_identity else ""
            copy = in_frame[frame, key] = in_frame.get((frame, key), -1) + 1
            places.append(slots.setdefault((key, copy), len(slots)))
        kept = range(len(slots))
        if len(slots) > MAX_PEOPLE and by_identity:
            length = np.bincount(places, minlength=len(slots))
            kept = np.sort(np.argsort(-length, kind="stable")[:MAX_PEOPLE]).tolist()
            notes = (f"{len(slots)} identities: the {MAX_PEOPLE} seen longest were read.",)
        elif len(slots) > MAX_PEOPLE:
            raise self.file.error(f"at most {MAX_PEOPLE} people in a frame", str(len(slots)))
        check_size(self.file, frames, len(kept), self.joints, self.dims + 1)
        number = {slot: row for row, slot in enumerate(kept)}
        values = np.zeros((frames, len(kept), self.joints, self.dims + 1), np.float32)
        for (frame, _, person), slot in zip(self.found, places, strict=False):
            if slot in number:
                values[frame, number[slot]] = person
        names = tuple(f"person {key}" if by_identity else f"person {copy + 1}" for key, copy in slots)
        confidence = values[..., -1]
        confidence = np.where(np.isfinite(confidence), confidence, 0).clip(0, 1)
        return values[..., :-1], confidence, not by_identity, tuple(names[slot] for slot in kept), notes


def frame_numbers(images: list[str]) -> dict[str, int]:
    """Frame numbers, from 0, of image names or numbers in order of appearance.

    The last number in a name counts frames where that leaves few gaps (frames without people are often left out);
    otherwise the images are numbered as they come.
    """
    numbers = [_LAST_NUMBER.search(name) for name in images]
    if all(numbers) and images:
        counted = [int(found.group(1)[-12:]) for found in numbers]
        span = max(counted) - min(counted) + 1
        if len(set(counted)) == len(images) and span <= min(10 * len(images) + 100, MAX_FRAMES):
            return {name: count - min(counted) for name, count in zip(images, counted, strict=False)}
    return {name: row for row, name in enumerate(images)}
