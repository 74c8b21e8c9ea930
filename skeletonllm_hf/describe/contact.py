"""Contact between two people: which hand or foot reaches which part of the other body, and their distance."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np

from .body_paths import Tracks, runs
from .facts import Contact

# Parts of a body as capsules: ends, and metres from the axis to the skin and to the middle of a hand that lies on it.
_PARTS = {
    "head": ("neck_base", "head", 0.17),
    "trunk": ("pelvis", "neck_base", 0.19),
    **{
        f"{side} {name}": (f"{side}_{a}", f"{side}_{b}", width)
        for side in ("left", "right")
        for name, a, b, width in (
            ("shoulder", "shoulder", "shoulder", 0.13),
            ("arm", "shoulder", "wrist", 0.11),
            ("hand", "wrist", "hand", 0.10),
            ("thigh", "hip", "knee", 0.13),
            ("leg", "knee", "ankle", 0.11),
        )
    },
}
_ENDS = {"left_hand": "left hand", "right_hand": "right hand", "left_ankle": "left foot", "right_ankle": "right foot"}
_LEAST = 0.1  # seconds
_HELD = 0.3  # share of a contact's time from which a hand, and not its arm, is what is touched
_BREAK = 0.4  # seconds apart, up to which two contacts are one


def contacts(tracks: list[Tracks]) -> list[Contact]:
    """Contacts of a hand or foot of one of the first two people with the nearest part of the other's body."""
    found = []
    for one, two in itertools.permutations(range(min(len(tracks), 2)), 2):
        for end, name in _ENDS.items():
            if tracks[one].has(end):
                found += _of_end(tracks, one, two, end, name)
    return sorted(_once(found), key=lambda contact: contact.start)


def _of_end(tracks: list[Tracks], one: int, two: int, end: str, name: str) -> list[Contact]:
    point, size = tracks[one].points[end], tracks[two].size
    gaps = {
        part: _distance(point, tracks[two].points[a], tracks[two].points[b]) - width * size
        for part, (a, b, width) in _PARTS.items()
        if tracks[two].has(a, b)
    }
    if not gaps:
        return []
    names, table = list(gaps), np.stack(list(gaps.values()))
    nearest, touching = table.argmin(0), table.min(0) < 0
    times = tracks[one].times
    joined: list[tuple[int, int]] = []
    for first, stop in runs(touching):
        if joined and times[first] - times[joined[-1][1] - 1] < _BREAK:
            first = joined.pop()[0]
        joined.append((first, stop))
    result = []
    for first, stop in joined:
        if times[stop - 1] - times[first] >= _LEAST:
            part = names[int(np.bincount(nearest[first:stop][touching[first:stop]]).argmax())]
            hand = part.replace("arm", "hand")  # an arm's end lies within reach where its hand does
            if hand in names and (table[names.index(hand), first:stop] < 0).mean() > _HELD:
                part = hand
            result.append(Contact(one, name, two, part, float(times[first]), float(times[stop - 1])))
    return result


def _distance(point: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(frames,) metres from points to the lines between a and b."""
    line = b - a
    share = np.clip(((point - a) * line).sum(-1) / np.maximum((line * line).sum(-1), 1e-9), 0, 1)
    return np.linalg.norm(point - a - share[:, None] * line, axis=-1)


def _once(found: list[Contact]) -> list[Contact]:
    """Each contact once: a hand in a hand is found from both sides, and on the arm beside it too."""
    kept: list[Contact] = []
    for contact in sorted(found, key=lambda contact: ("hand" not in contact.other_part, contact.start)):
        twin = next((n for n, other in enumerate(kept) if _same(contact, other)), None)
        if twin is None:
            kept.append(contact)
        else:
            start, end = min(kept[twin].start, contact.start), max(kept[twin].end, contact.end)
            kept[twin] = dataclasses.replace(kept[twin], start=start, end=end)
    return kept


def _same(one: Contact, two: Contact) -> bool:
    """The same limbs of the same two people, at about the same time."""
    limbs = [((c.person, c.part), (c.other, c.other_part)) for c in (one, two)]
    ends = [{(person, part.replace("hand", "arm")) for person, part in pair} for pair in limbs]
    return ends[0] == ends[1] and min(one.end, two.end) > max(one.start, two.start) - 2 * _BREAK


def gaps_between(tracks: list[Tracks]) -> np.ndarray | None:
    """(frames,) metres over the ground between the first two people; None: one person, or none seen."""
    for point in ("pelvis", "neck_base", "head") if len(tracks) > 1 else ():
        if all(person.has(point) for person in tracks[:2]):
            return np.linalg.norm((tracks[0].points[point] - tracks[1].points[point])[:, [0, 2]], axis=-1)
    return None


def gap(tracks: list[Tracks]) -> tuple[float, float] | None:
    """Metres over the ground between the first two people at the start and at the end; None: one person, or none seen."""
    gaps = gaps_between(tracks)
    return None if gaps is None else (float(gaps[0]), float(gaps[-1]))
