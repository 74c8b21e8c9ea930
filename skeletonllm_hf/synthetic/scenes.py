"""Scenes: the performances, bodies and places of one person, several, or a pair, and clips made of them."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..model.layouts import SkeletonLayout
from ..model.skeleton import SkeletonSequence
from .attach import attach
from .controls import mirror
from .duet import Pair
from .figure import Figure, solve
from .options import STYLES, MotionOptions, PartTruth
from .performer import Performer, enliven
from .registry import ActionInfo
from .sensor import observe
from .texts import slots

_STYLED = 0.35  # share of clips in a style other than neutral
_LEFT = 0.5  # share of left-handed performers
_PAIR_LEFT = 0.2  # people shake hands and give with the right hand mostly
_PAIR_SWAY = 0.5  # people who touch each other keep more still
_ADULT = 1.4  # metres: pairs are adults, children's hands would not reach
_FACING = 40  # degrees within which a way is said to lead somewhere in the picture
# Gestures that take a step or bend the knees: not done on a chair.
_ON_FEET = frozenset({"put hands on hips", "put on a shoe", "cheer", "touch back"})


def stream(seed: int, key: str, number: int) -> np.random.Generator:
    """Random numbers for one purpose: the same for the same arguments, on every machine. ValueError: a wrong seed."""
    if not isinstance(seed, (int, np.integer)) or isinstance(seed, bool) or seed < 0:
        raise ValueError(f"seed: expected a non-negative integer, got {seed!r}")
    return np.random.default_rng([int(seed), zlib.crc32(key.encode()), number])


@dataclass(frozen=True)
class Request:
    """A request for a clip: actions one after the other, the number of people, and the seed of all random choices."""

    infos: tuple[ActionInfo, ...]
    people: int
    seed: int
    options: MotionOptions

    @property
    def key(self) -> str:
        return " then ".join(info.name for info in self.infos)

    def stream(self, number: int) -> np.random.Generator:
        return stream(self.seed, self.key, number)


@dataclass(frozen=True)
class Body:
    """One performer: proportions, controls (frames, columns), where each part of the performance begins, and the spot.

    `parts` are (frames, place (x, z), yaw) in the units of the figure; the last lasts to the end.
    """

    figure: Figure
    controls: np.ndarray
    parts: tuple[tuple[int, np.ndarray, float], ...]
    spot: np.ndarray

    def joints(self, layout: SkeletonLayout, heading: float) -> np.ndarray:
        """(frames, joints, 3) metres in the scene, which is turned by `heading` radians from the viewer."""
        joints = attach(layout, self.figure, *solve(self.figure, self.controls)) * self.figure.scale
        start = 0
        for number, (length, place, yaw) in enumerate(self.parts):
            stop = start + length if number < len(self.parts) - 1 else len(joints)
            offset = turned(heading) @ (place[0], 0, place[1]) * self.figure.scale + (self.spot[0], 0, self.spot[1])
            joints[start:stop] = joints[start:stop] @ turned(heading + yaw).T + offset
            start = stop
        return joints


@dataclass(frozen=True)
class Scene:
    """Bodies, their ground truth by person and part, and what the texts need.

    `fills` are the slots of each action's phrases; `facing` is where the first person looks at the start, `places`
    where the first and the second person of a pair stand in the picture; None where the view does not show it.
    """

    bodies: tuple[Body, ...]
    truths: tuple[tuple[PartTruth, ...], ...]
    heading: float
    style: str
    fps: float
    fills: tuple[dict[str, Any], ...]
    facing: str | None
    places: tuple[str, str] | None = None


def turned(yaw: float) -> np.ndarray:
    """(3, 3) rotation about Y."""
    cosine, sine = np.cos(yaw), np.sin(yaw)
    return np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])


def observed_clip(
    joints: np.ndarray,
    layout: SkeletonLayout,
    fps: float,
    options: MotionOptions,
    rng: np.random.Generator,
    **fields: Any,
) -> SkeletonSequence:
    """The clip that a sensor records.

    Args:
        joints: (frames, people, joints, 3) metres; they are centred over the ground.
        layout: of the joints.
        fps: frames per second.
        options: noise and dropout.
        rng: decides them.
        fields: further fields of the sequence.
    """
    joints = joints - joints.mean((0, 1, 2)) * np.array([1, 0, 1], dtype=joints.dtype)
    joints, mask = observe(joints, layout, fps, options, rng)
    return SkeletonSequence(
        joints, layout, mask=mask, fps=fps, units="metres", up="y", view="-z", format="synthetic", **fields
    )


def stage(request: Request) -> Scene:
    """Draws style, bodies and heading, and has the actions performed."""
    plan = request.stream(1)
    options = request.options
    fps = options.fps[int(plan.integers(len(options.fps)))]
    style = STYLES[0] if plan.random() >= _STYLED else STYLES[1 + int(plan.integers(len(STYLES) - 1))]
    style = options.style or style
    return (_pair if request.infos[0].people == 2 else _solo)(request, plan, style, fps)


def _direction_word(yaw: float, words: tuple[str, str, str, str]) -> str | None:
    """The words for +Z, +X, -X or -Z, whichever the yaw is near."""
    degrees = np.degrees(yaw)
    for centre, word in zip((0, 90, -90, 180), words):
        if abs((degrees - centre + 180) % 360 - 180) <= _FACING:
            return word
    return None


def _facing(heading: float, options: MotionOptions) -> str | None:
    words = ("the camera", "the right of the picture", "the left of the picture", "away from the camera")
    return _direction_word(heading, words) if options.viewer else None


def _headed(request: Request, plan: np.random.Generator) -> float:
    options, fixed = request.options, request.infos[0].yaw
    yaw = plan.uniform(-options.heading, options.heading)
    if plan.random() < options.turned and not fixed:
        yaw = plan.uniform(-180, 180)
    return np.radians(yaw + fixed)


def _limbs(limb: str | None, side: str) -> tuple[str, ...]:
    if limb in ("hand", "arm", "leg", "foot"):
        return (f"{side} {limb}",)
    if limb in ("hands", "arms", "legs"):
        return (f"left {limb[:-1]}", f"right {limb[:-1]}")
    return (limb,) if limb else ()


def _truth(
    info: ActionInfo, p: Performer, side: str, start: int, posture: tuple[str, str], passive: bool = False
) -> PartTruth:
    limbs = _limbs(None if passive else info.limb, side)
    direction = p.direction or info.direction
    if direction and side == "left" and "clockwise" in direction:
        direction = "counterclockwise" if direction == "clockwise" else "clockwise"
    count = None if passive else p.count
    return PartTruth(
        action=info.name,
        limbs=limbs,
        side=None if not limbs or " " not in limbs[0] else "both" if len(limbs) == 2 else side,
        direction=None if passive or not direction else direction.format(side=side),
        count=count,
        unit=None if count is None else info.verb,
        speed="slow" if p.pace > 1.35 else "fast" if p.pace < 0.75 else "normal",
        posture=posture,
        travel=None if passive else info.travel,
        frames=(p.span[0] + start, p.span[1] + start),
    )


def _solo(request: Request, plan: np.random.Generator, style: str, fps: float) -> Scene:
    infos, options, people = request.infos, request.options, request.people
    count = len(infos)
    shared = options
    if count > 1:
        (least, most), (before, after) = options.seconds, options.padding
        shared = dataclasses.replace(options, seconds=(least / count, most / count), padding=(before / 2, after / 2))
    sides = [info.side or options.side or ("left" if plan.random() < _LEFT else "right") for info in infos]
    seated = plan.random() < options.seated and count == 1 and _may_sit(infos[0])
    heading = _headed(request, plan)
    choices, gap = int(plan.integers(2**31)), plan.uniform(1.0, 1.5)
    bodies, truths = [], []
    ways: list[Any] = []
    for number in range(people):
        rng = request.stream(10 + number)
        figure = Figure.draw(rng, options.stature, options.proportions)
        p = Performer(np.random.default_rng(choices), rng, shared, figure, style, fps)
        p.whole = count > 1
        rows: list[Any] = []
        parts, truth, ways = [], [], []
        place, yaw = np.zeros(2), 0.0
        for info, side in zip(infos, sides):
            posture = ("sitting", "sitting") if seated else (info.start, info.end)
            p.settle(posture[0])
            info.perform(p)
            controls, moved = p.controls, p.moved
            if side == "left":
                controls, moved = mirror(controls), moved * (-1, 1, -1)
            truth.append(_truth(info, p, side, sum(map(len, rows)), posture))
            rows.append(controls)
            parts.append((len(controls), place, yaw))
            way = (turned(yaw) @ (moved[0], 0, moved[1]))[[0, 2]]
            ways.append(way)
            place, yaw = place + way, yaw + moved[2]
        controls = enliven(np.concatenate(rows), fps, rng, options.sway)
        spot = np.array([(number - (people - 1) / 2) * gap, plan.uniform(-0.3, 0.3) * (people > 1)])
        bodies.append(Body(figure, controls, tuple(parts), spot))
        truths.append(tuple(truth))
    fills = []
    for info, part, side, way in zip(infos, truths[0], sides, ways):
        screen = _screen(way, heading) if info.travel and options.viewer and count == 1 else None
        fills.append(slots(side, part.count if options.counts else None, part.direction, screen))
    return Scene(_same_length(bodies), tuple(truths), heading, style, fps, tuple(fills), _facing(heading, options))


def _may_sit(info: ActionInfo) -> bool:
    handy = info.group in ("waves", "gestures", "face", "objects") and info.kind not in _ON_FEET
    return handy and (info.start, info.end) == ("standing", "standing")


def _screen(way: np.ndarray, heading: float) -> str | None:
    """Where a way over the ground (x, z) leads in the picture, if it is long enough to tell."""
    if np.hypot(*way) < 0.3:
        return None
    words = ("towards the camera", "to the right of the picture", "to the left of the picture", "away from the camera")
    return _direction_word(heading + np.arctan2(way[0], way[1]), words)


def _same_length(bodies: list[Body]) -> tuple[Body, ...]:
    """Bodies of equal length: one that ends earlier keeps its last pose."""
    frames = max(len(body.controls) for body in bodies)
    wait: Callable[..., Any] = lambda rows: np.concatenate([rows, np.repeat(rows[-1:], frames - len(rows), axis=0)])  # noqa: E731
    return tuple(dataclasses.replace(body, controls=wait(body.controls)) for body in bodies)


def _pair(request: Request, plan: np.random.Generator, style: str, fps: float) -> Scene:
    info, options = request.infos[0], request.options
    side = info.side or options.side or ("left" if plan.random() < _PAIR_LEFT else "right")
    # seen from the side: the first performer on the left of the picture looks right, or the other way round
    heading = np.radians((90 if plan.random() < 0.5 else -90) + plan.uniform(-options.heading, options.heading))
    if plan.random() < options.turned:
        heading = np.radians(plan.uniform(-180, 180))
    choices = int(plan.integers(2**31))
    stature = (max(options.stature[0], min(_ADULT, options.stature[1])), options.stature[1])
    rngs, performers = [request.stream(10), request.stream(11)], []
    for rng, look in zip(rngs, (style, "neutral")):
        figure = Figure.draw(rng, stature, options.proportions)
        performers.append(Performer(np.random.default_rng(choices), rng, options, figure, look, fps))
        performers[-1].settle(info.start)
    pair = Pair(*performers)
    info.perform(pair)
    bodies, truths = [], []
    for number, (p, rng) in enumerate(zip(performers, rngs)):
        controls = enliven(mirror(p.controls) if side == "left" else p.controls, fps, rng, _PAIR_SWAY * options.sway)
        place, about = pair.stand(number)
        if side == "left":
            place, about = place * (-1, 1), -about
        bodies.append(Body(p.figure, controls, ((len(controls), place, about),), np.zeros(2)))
        p.count = performers[0].count
        posture = pair.postures[number] or (info.start, info.end)
        truths.append((_truth(info, p, side, 0, posture, passive=number == 1 and not info.partner),))
    facing = _facing(heading, options)
    places = {
        "the right of the picture": ("on the left", "on the right"),
        "the left of the picture": ("on the right", "on the left"),
    }.get(facing or "")
    if places:
        names = [f"the person {place}" for place in places]
    else:
        names = ["one person", "another" if info.partner else "the other person"]
    part = truths[0][0]
    fill = slots(side, part.count if options.counts else None, part.direction) | dict(zip("ab", names))
    return Scene(tuple(bodies), tuple(truths), heading, style, fps, (fill,), facing, places)
