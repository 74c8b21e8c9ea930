"""People as pose estimators give them, frame by frame, with or without identities, collected into arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...model.layouts import SkeletonLayout
from ...nouns import counted
from ..reader import MAX_FRAMES, MAX_PEOPLE, RawClip, ReadOptions, check_size
from ..rules.beginnings import is_longer
from ..rules.numbered_layouts import numbered_layouts
from ..source import SkeletonFile
from .picture_shares import are_shares, to_picture

MAX_DETECTIONS = 220_000  # an hour of two people at 30 Hz; each is looked at one by one


@dataclass
class Detections:
    """Collects people: `add(frame, values, identity)`; `clip` and `build` make the arrays.

    Args:
        file: for messages.
        joints, dims: of every person; 0: as the first person has.
    """

    file: SkeletonFile
    joints: int = 0
    dims: int = 0
    found: list[tuple[int, str | None, np.ndarray]] = field(default_factory=list)

    def add(
        self, frame: int, values: np.ndarray, identity: object = None, where: str = "", file: SkeletonFile | None = None
    ) -> None:
        """A person in a frame.

        Args:
            values: (joints, dims + 1), the last one the confidence.
            identity: the same in all frames, or None.
            where, file: the place of the person, for messages; None: `self.file`.

        Raises:
            SkeletonFileError: another number of points than before, or too many people.
        """
        if self.joints == 0:
            self.joints, self.dims = len(values), values.shape[1] - 1
        if values.shape != (self.joints, self.dims + 1):
            raise (file or self.file).error(f"{self.joints} points as before", str(len(values)), position=where)
        if len(self.found) >= MAX_DETECTIONS:
            expected = f"at most {MAX_DETECTIONS:,} bodies in all frames together"
            raise self.file.error(expected, "more; cut it into clips")
        known = identity is not None and identity != [] and identity != {}
        # printed in messages: no half characters (surrogates)
        name = str(identity)[:64].encode("utf-8", "replace").decode() if known else None
        self.found.append((frame, name, values))

    def layout(self, known: dict[int, str], options: ReadOptions) -> SkeletonLayout | str | None:
        """The caller's layout, or the known one of that many points; None: their proportions decide. SkeletonFileError: another number of points."""
        layout = options.layout or known.get(self.joints)
        if layout is None and self.joints and not (numbered_layouts(self.joints) or is_longer(self.joints)):
            expected = f"{', '.join(map(str, known))} points, or layout=..."
            raise self.file.error(expected, f"{self.joints} points")
        return layout

    def clip(
        self, frames: int, layout: SkeletonLayout | str | None, options: ReadOptions, *, shares: bool = False,
        notes: tuple[str, ...] = (), **fields: Any,
    ) -> RawClip:  # fmt: skip
        """The people as a clip: in two dimensions pixels, Y down, and joints at (0, 0) missing, where `fields` do not say otherwise.

        Args:
            frames: how many. layout: of the joints.
            shares: points that look like shares of a picture get its proportions (`picture.to_picture`).
            notes, fields: of `RawClip`.

        Raises:
            SkeletonFileError: as `build`.
        """
        joints, confidence, relink, names, more = self.build(frames)
        flat: dict[str, Any] = {"units": "pixels", "up": "-y"} if self.dims == 2 else {}
        fields = flat | {"zero_is_missing": True} | fields
        notes = more + notes
        if shares and layout is not None:
            seen = (confidence > options.min_confidence) & np.isfinite(joints).all(-1) & (joints != 0).any(-1)
            if are_shares(joints, seen):
                joints, fields["units"], more = to_picture(joints, seen, layout, options)
                notes += more
        return RawClip(joints, layout, confidence=confidence, relink=relink, people_names=names, notes=notes, **fields)

    def build(self, frames: int) -> tuple[np.ndarray, np.ndarray, bool, tuple[str, ...], tuple[str, ...]]:
        """(frames, people, joints, dims) joints, (frames, people, joints) confidence, whether people still have to be
        linked, their names, notes.

        Raises:
            SkeletonFileError: nobody at all, or more than the caps allow.
        """
        if not self.found:
            raise self.file.error("at least one person", f"{counted(frames, 'frame')} without any")
        check_size(self.file, frames)
        notes: tuple[str, ...] = ()
        slots: dict[tuple[str, int], int] = {}
        in_frame: dict[tuple[int, str], int] = {}
        by_identity = all(identity is not None for _, identity, _ in self.found)
        if by_identity and len({frame for frame, _, _ in self.found}) == len(self.found) > 1:
            # a frame's number is nobody's name
            by_identity = len({identity for _, identity, _ in self.found}) < len(self.found)
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
    counted = [last_number(name) for name in images]
    if images and None not in counted:
        span = max(counted) - min(counted) + 1
        if len(set(counted)) == len(images) and span <= min(10 * len(images) + 100, MAX_FRAMES):
            first = min(counted)
            return {name: count - first for name, count in zip(images, counted, strict=False)}
    return {name: row for row, name in enumerate(images)}


def last_number(name: str) -> int | None:
    """`"cam1_frame_0042.png"` -> 42, of twelve digits at most; None without digits. From the end: names may be long."""
    end = len(name)
    while end and not name[end - 1].isdecimal():
        end -= 1
    start = end
    while start and end - start < 12 and name[start - 1].isdecimal():
        start -= 1
    return int(name[start:end]) if start < end else None
