"""Performs interactions that are written as data: what each of two people does, on one clock.

The first performer acts and looks along its +Z. An entry says, besides `let` and key poses as in `choreography`:

    first, second, both: lists of what they do, each with "at", seconds from the meeting on:
        {"keys": path, "back", "exact"} as in `Performer.lay`; the entry's own `back` and `exact` are what is left out;
        {"steps": count, "gait": fields, ...}, arguments of `gait.stride`;
        {"recoil": strength}, a jolt that makes one step back.
    seconds: in all; to the end of the longest if left out.
    aside, turned: where the second stands, metres to the first's left, and its turn in degrees: 180 faces the first, 0 looks the same way.
    come: {"first": steps, "second": steps} that they walk before they meet.
    postures: {"first" or "second": [start, end, {channels}]} other than the action's own, with channels held throughout.
    borne: the second is carried wherever the first goes.

`gap` in `let` is the metres between them where they meet, for adults of 1.70 m; after it the name is their true distance.
What a value of `let` draws holds for both; groups and lists are worked out for each. Values may also use `scale` (real
metres per own metre), `sign` (1 for the first, -1 for the second) and these places, for a wrist's pin:

    meet(x, height, share, short): x metres to the first's left of the line between them, height as a share of the mean
        stature, a share of the way from the first to the second; each stays `short` of it, in its own metres.
    touch(point, x, y, z): beside a point of the other's upright trunk, head or feet at rest, in the own axes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .choreography import channels_of, gait_of, named, path_of, value_of
from .controls import COLUMNS, channel_columns, row
from .figure import POINTS
from .gait import WALK, stride, stride_seconds
from .performer import ABSOLUTE, Performer, key

FIELDS = ("first", "second", "both", "seconds", "aside", "turned", "come", "postures", "borne")
_NUMBER = {"first": 0, "second": 1}
_DRAWN = re.compile(r"\b(choose|times|vary)\(")

_JOLT = dict(spine=(-10, 0, 0), orient=(-8, 0, 0), pelvis=(0, -0.03, -0.14), head=(14, 0, 0), both=(0.26, -0.26, 0.26))


class Pair:
    """Two performers on one clock, and where they stand: the second `gap` metres ahead of the first and `aside` to its left."""

    def __init__(self, first: Performer, second: Performer):
        self.both = self.first, self.second = first, second
        self.gap, self.aside, self.yaw = 1.0, 0.0, np.pi
        self.lead = [0.0, 0.0]  # how far each has to walk to its place, in its own metres
        self.postures: list[tuple[str, str] | None] = [None, None]  # at the start and the end, if not the action's
        self.borne = False
        self.mean = (first.figure.stature + second.figure.stature) / 2

    def stand(self, number: int) -> tuple[np.ndarray, float]:
        """Where a performer begins, (x, z) in its own metres, and its yaw."""
        p, yaw = self.both[number], (0.0, self.yaw)[number]
        place = np.array([number * self.aside / p.figure.scale, number * self.gap / p.figure.scale])
        return place - self.lead[number] * np.array([np.sin(yaw), np.cos(yaw)]).round(12), yaw

    def seen(self, number: int, place: tuple[float, float, float]) -> tuple[float, float, float]:
        """A place in the real metres of the first, from where a performer begins, in its own."""
        scale, lead = self.both[number].figure.scale, self.lead[number]
        x, y, z = place
        if number:
            x, z = x - self.aside, z - self.gap
            cosine, sine = (round(float(f(self.yaw)), 12) for f in (np.cos, np.sin))
            x, z = cosine * x - sine * z, sine * x + cosine * z
        return x / scale, y / scale, z / scale + lead

    def meet(self, number: int, x: float, height: float, share: float = 0.5, short: float = 0.0) -> tuple[Any, ...]:
        x, y, z = self.seen(number, (x + share * self.aside, height * self.mean, share * self.gap))
        return x, y, z - short

    def touch(self, number: int, point: str, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> tuple[Any, ...]:
        other = self.both[1 - number]
        figure, base = other.figure, other.base[COLUMNS["pelvis"]]
        if point.endswith(("ankle", "toe")):
            place = POINTS[point] * figure.legs + other.base[COLUMNS[f"{point.split('_')[0]}_foot"]]
        else:
            neck = np.array([0, figure.pelvis_height + (POINTS["neck_base"] - POINTS["pelvis"])[1] * figure.torso, 0])
            trunk = point.startswith(("pelvis", "spine")) or point.endswith(("hip", "shoulder"))
            share = np.array((figure.shoulders, figure.torso, 1.0)) if trunk else figure.head
            place = neck + (POINTS[point] - POINTS["neck_base"]) * share + base
        place = place * figure.scale
        if not number:  # from the second's axes into the first's
            cosine, sine = np.cos(self.yaw), np.sin(self.yaw)
            place = np.array([cosine * place[0] + sine * place[2], place[1], cosine * place[2] - sine * place[0]])
            place = place + (self.aside, 0, self.gap)
        return tuple(float(a + b) for a, b in zip(self.seen(number, tuple(place)), (x, y, z)))


def interaction(name: str, entry: Mapping[str, Any]) -> Callable[[Pair], None]:
    """Function of a `Pair` that performs the interaction as its entry says; it raises ValueError where it cannot read it."""

    def perform(pair: Pair) -> None:
        try:
            _perform(pair, entry)
        except KeyError as error:
            raise ValueError(f"interaction {name!r}: no channel or name {error}") from error

    return perform


def _perform(pair: Pair, entry: Mapping[str, Any]) -> None:
    pair.aside = entry.get("aside", 0.0) * pair.mean / 1.7
    pair.yaw, pair.borne = float(np.radians(entry.get("turned", 180))), entry.get("borne", False)
    steps = [value_of(pair.first, {}, entry.get("come", {}).get(who, 0)) for who in _NUMBER]
    pair.lead = [WALK.length * (count - 0.5) if count else 0.0 for count in steps]
    meeting = max(stride_seconds(count) if count else 0.0 for count in steps)
    for who, posture in entry.get("postures", {}).items():
        _settle(pair, _NUMBER[who], *posture)
    names: list[dict[str, Any]] = []
    for number in (0, 1):
        names.append(_names(pair, number, entry.get("let", {}), names[0] if names else {}))
    done, seconds = [], 0.0
    for number, who in enumerate(_NUMBER):
        p = pair.both[number]
        for part in (*entry.get("both", ()), *entry.get(who, ())):
            lay, lasts = _part(p, names[number], part, entry, meeting)
            done.append((p, lay))
            seconds = max(seconds, lasts)
    if "seconds" in entry:
        seconds = meeting + value_of(pair.first, names[0], entry["seconds"])
    pair.first.begin(seconds)
    pair.second.follow(pair.first)
    for p, count in zip(pair.both, steps):
        if count:
            stride(p, count)
    for p, lay in done:
        lay(p)
    if pair.borne:
        _bear(pair)


def _settle(pair: Pair, number: int, start: str, end: str, held: Mapping[str, Any] | None = None) -> None:
    p = pair.both[number]
    p.settle(start)
    pair.postures[number] = (start, end)
    if held:
        channels = channels_of(p, {}, held)
        values, fixed = row(**channels), sorted(ABSOLUTE.intersection(channel_columns(channels)))
        p.base = p.base + values
        p.base[fixed] = values[fixed]


def _names(pair: Pair, number: int, let: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    p = pair.both[number]
    names: dict[str, Any] = {
        "shoulders": p.figure.shoulders, "arms": p.figure.arms, "scale": p.figure.scale, "sign": 1 - 2 * number,
        "meet": lambda *place: pair.meet(number, *place), "touch": lambda *place: pair.touch(number, *place),
    }  # fmt: skip
    for word, value in let.items():
        if others and (word == "gap" or (isinstance(value, str) and _DRAWN.search(value))):
            names[word] = others[word]
            continue
        names[word] = named(p, names, value)
        if word == "gap":
            names[word] = pair.gap = names[word] * (pair.first.figure.stature + pair.second.figure.stature) / 3.4
    return names


def _part(
    p: Performer, names: dict[str, Any], part: Mapping[str, Any], entry: Mapping[str, Any], meeting: float
) -> tuple[Callable[[Performer], None], float]:
    """What lays a part into the controls, and when it ends."""
    value: Callable[[Any], Any] = lambda thing: value_of(p, names, thing)  # noqa: E731
    at = meeting + value(part.get("at", 0.0))
    if "recoil" in part:
        strength = value(part["recoil"])
        return lambda p: stagger_back(p, at, strength), at + 1.37
    if "steps" in part:
        gait = gait_of(p, names, part.get("gait", {}))
        options = {word: value(thing) for word, thing in part.items() if word not in ("at", "gait")}
        return lambda p: stride(p, gait=gait, at=at, **options), at + stride_seconds(options["steps"], gait)
    keys = path_of(p, names, part["keys"])
    options = {word: part.get(word, entry.get(word, other)) for word, other in (("back", 0.5), ("exact", False))}
    ends = at + sum(seconds for seconds, _ in keys) + (options["back"] or 0.0)
    return lambda p: p.lay(*keys, at=at, **options), ends


def stagger_back(p: Performer, at: float, strength: float = 1.0) -> None:
    """A jolt: the trunk gives way and one foot steps back."""
    far = -0.34 * strength
    p.lay(
        key(0.22, left_foot=(0.02, 0.06, 0.6 * far), **_JOLT),
        key(0.2, left_foot=(0.02, 0, far), pelvis=(0, -0.06, 0.6 * far)),
        key(0.35, spine=(6, 0, 0), orient=(4, 0, 0)),
        at=at,
        back=0.6,
    )


def _bear(pair: Pair) -> None:
    """Moves the second over the ground as the first's pelvis moves."""
    one, two = pair.both
    way = (one.channel("pelvis") - one.channel("pelvis")[:1]) * one.figure.scale / two.figure.scale
    cosine, sine = np.cos(pair.yaw), np.sin(pair.yaw)
    way = np.stack([cosine * way[:, 0] - sine * way[:, 2], 0 * way[:, 1], sine * way[:, 0] + cosine * way[:, 2]], -1)
    for name in ("pelvis", "left_foot", "right_foot", "left_pin", "right_pin"):
        two.channel(name)[:] += way
