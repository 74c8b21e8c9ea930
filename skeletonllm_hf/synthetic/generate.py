"""From a name and a seed to a clip: who performs it, where they stand, what a sensor sees and what is said about it."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from ..model.layouts import SkeletonLayout, get_layout
from ..model.skeleton import SkeletonSequence
from . import actions_body, actions_daily, actions_gestures, actions_pairs, actions_sports, actions_travel  # noqa: F401 - they register
from .actions_pairs import Pair
from .attach import attach
from .controls import mirror
from .figure import Figure, solve
from .options import STYLES, MotionOptions, MotionTruth, PartTruth
from .performer import Performer, enliven
from .registry import REGISTRY, ActionInfo, find_action
from .sensor import observe
from .texts import captions, questions, slots

ACTIONS = tuple(name for name, info in REGISTRY.items() if info.people == 1)
INTERACTIONS = tuple(name for name, info in REGISTRY.items() if info.people == 2)

_STYLED = 0.35  # share of clips in a style other than neutral
_LEFT = 0.5  # share of left-handed performers
_PAIR_LEFT = 0.2  # people shake hands and give with the right hand mostly
_JOINED = " then "  # "bow then sit down" names two actions one after the other


def generate(
    action: str | None = None, *, layout: str | SkeletonLayout = "kinect_v2", seed: int = 0, people: int | None = None,
    options: MotionOptions = MotionOptions(),
) -> SkeletonSequence:  # fmt: skip
    """A clip of synthetic motion: the same arguments give the same bits.

    Args:
        action: a name or alias (`ACTIONS`, `INTERACTIONS`), two joined as "bow then sit down", or None: drawn.
        layout: any layout; the same seed gives the same motion in every layout.
        seed: non-negative.
        people: how many do the same side by side; None: one, or the two of an interaction.
        options: how much clips vary.

    Returns:
        A sequence in canonical axes (metres, X right, Y up, Z towards the viewer), ground at Y = 0, with
        label, captions, questions and a source such as "synthetic:drink:seed=3".

    Raises:
        ValueError: an unknown action or layout, actions that cannot follow one another, a negative seed or
            a number of people that does not fit.
    """
    return generate_with_truth(action, layout=layout, seed=seed, people=people, options=options)[0]


def generate_many(
    count: int, *, actions: Sequence[str] | None = None, layouts: Sequence[str | SkeletonLayout] = ("kinect_v2",), seed: int = 0,
    options: MotionOptions = MotionOptions(),
) -> Iterator[SkeletonSequence]:  # fmt: skip
    """`count` clips, all actions equally often, in random order; the i-th is the same for every `count`.

    Args:
        count: clips.
        actions: names to draw from; None: all actions and interactions.
        layouts: drawn for each clip.
        seed: of the whole set.
        options: how much clips vary.
    """
    names = list(actions) if actions is not None else [*ACTIONS, *INTERACTIONS]
    if not names or not layouts:
        raise ValueError(f"generate_many: expected at least one action and one layout, got {len(names)} and {len(layouts)}")
    order: list[str] = []
    rng = _rng(seed, "many", 0)
    for number in range(count):
        if not order:
            order = [names[i] for i in rng.permutation(len(names))]
        layout = layouts[int(rng.integers(len(layouts)))]
        name = None if rng.random() < options.composite else order.pop()
        drawn = options if name is not None else dataclasses.replace(options, composite=1.0)
        yield generate(name, layout=layout, seed=int(rng.integers(2**31)), options=drawn)


def generate_with_truth(
    action: str | None = None, *, layout: str | SkeletonLayout = "kinect_v2", seed: int = 0, people: int | None = None,
    options: MotionOptions = MotionOptions(),
) -> tuple[SkeletonSequence, MotionTruth]:  # fmt: skip
    """`generate`, with what is true of the clip."""
    layout = get_layout(layout)
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed: expected a non-negative integer, got {seed!r}")
    if action is None:
        action = _draw_action(_rng(seed, "action", 0), options)
    names = action.split(_JOINED)
    infos = [find_action(name) for name in names]
    key = _JOINED.join(info.name for info in infos)
    plan = _rng(seed, key, 1)
    fps = options.fps[int(plan.integers(len(options.fps)))]
    style = options.style or (STYLES[1:][int(plan.integers(len(STYLES) - 1))] if plan.random() < _STYLED else STYLES[0])
    pair = infos[0].people == 2
    if pair and (len(infos) > 1 or people not in (None, 2)):
        raise ValueError(f"{action!r}: an interaction stands alone and takes two people, got people={people}")
    if people is not None and not (isinstance(people, int) and 1 <= people <= 12):
        raise ValueError(f"people: expected 1 to 12, got {people!r}")
    _check_order(action, infos)
    scene = _pair_scene if pair else _solo_scene
    bodies, parts, heading, fills, places = scene(infos, plan, options, style, fps, people or (2 if pair else 1), seed, key)
    frames = max(len(body[1]) for body in bodies)
    joints = np.stack([attach(layout, figure, origins, turns) * figure.scale for figure, origins, turns in bodies], axis=1)
    assert joints.shape[0] == frames
    ground = joints.mean((0, 1, 2)) * (1.0, 0.0, 1.0)
    joints = joints - ground
    joints, mask = observe(joints, layout, fps, options, _rng(seed, key, 2))

    label = action
    words = _rng(seed, key, 3)
    if words.random() < options.alias and len(infos) == 1 and infos[0].aliases:
        label = infos[0].aliases[int(words.integers(len(infos[0].aliases)))]
    truth = MotionTruth(label, parts, style, _facing(heading), infos[0].contact, fps)
    sequence = SkeletonSequence(
        joints.astype(np.float32), layout, mask=mask, fps=fps, units="metres", up="y", view="-z", format="synthetic",
        source=f"synthetic:{key.replace(' ', '-')}:seed={seed}", label=label, captions=captions(infos, fills, truth, words),
        questions=questions(infos, truth, places),
    )  # fmt: skip
    return sequence, truth


def _rng(seed: int, key: str, stream: int) -> np.random.Generator:
    return np.random.default_rng([int(seed), zlib.crc32(key.encode()), stream])


def _draw_action(rng: np.random.Generator, options: MotionOptions) -> str:
    if rng.random() < options.composite:
        first = [name for name in ACTIONS if (REGISTRY[name].start, REGISTRY[name].end) == ("standing", "standing")]
        second = [name for name in ACTIONS if REGISTRY[name].start == "standing"]
        one = first[int(rng.integers(len(first)))]
        others = [name for name in second if REGISTRY[name].kind != REGISTRY[one].kind]
        return one + _JOINED + others[int(rng.integers(len(others)))]
    names = [*ACTIONS, *INTERACTIONS]
    return names[int(rng.integers(len(names)))]


def _check_order(action: str, infos: list[ActionInfo]) -> None:
    for one, two in zip(infos, infos[1:]):
        if two.people == 2:
            raise ValueError(f"{action!r}: the interaction {two.name!r} stands alone")
        if one.end != two.start:
            raise ValueError(f"{action!r}: {one.name!r} ends {one.end}, but {two.name!r} starts {two.start}")


def _turned(yaw: float) -> np.ndarray:
    cosine, sine = np.cos(yaw), np.sin(yaw)
    return np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])


def _facing(heading: float) -> str | None:
    degrees = (np.degrees(heading) + 180) % 360 - 180
    for centre, words in ((0, "the camera"), (90, "the right of the picture"), (-90, "the left of the picture"), (180, "away from the camera"), (-180, "away from the camera")):
        if abs(degrees - centre) <= 40:
            return words
    return None


def _screen(move: np.ndarray) -> str | None:
    """Where a way over the ground (x, z) leads in the picture."""
    if np.hypot(*move) < 0.3:
        return None
    degrees = np.degrees(np.arctan2(move[0], move[1]))
    for centre, words in ((0, "towards the camera"), (90, "to the right of the picture"), (-90, "to the left of the picture"), (180, "away from the camera"), (-180, "away from the camera")):
        if abs(degrees - centre) <= 32:
            return words
    return None


def _part_truth(info: ActionInfo, p: Performer, side: str, span: tuple[int, int], posture: tuple[str, str], limb: str | None) -> PartTruth:
    limbs: tuple[str, ...] = ()
    if limb in ("hand", "arm", "leg", "foot"):
        limbs = (f"{side} {limb}",)
    elif limb in ("hands", "arms", "legs"):
        limbs = (f"left {limb[:-1]}", f"right {limb[:-1]}")
    elif limb:
        limbs = (limb,)
    direction = p.direction or info.direction
    if direction:
        direction = direction.format(side=side)
        if side == "left" and "clockwise" in direction:
            direction = "counterclockwise" if direction == "clockwise" else "clockwise"
    speed = "slow" if p.pace > 1.35 else "fast" if p.pace < 0.75 else "normal"
    name = limbs[0].split()[0] if len(limbs) == 1 and " " in limbs[0] else "both" if len(limbs) == 2 else None
    return PartTruth(
        info.name, limbs, name, direction, p.count if limb else None, info.verb if p.count is not None else None, speed, posture,
        info.travel if limb else None, span,
    )  # fmt: skip


def _solo_scene(infos, plan, options, style, fps, people, seed, key):
    count = len(infos)
    shared = options if count == 1 else dataclasses.replace(options, seconds=tuple(s / count for s in options.seconds), padding=tuple(s / 2 for s in options.padding))
    sides = [info.side or options.side or ("left" if plan.random() < _LEFT else "right") for info in infos]
    seated = count == 1 and infos[0].start == infos[0].end == "standing" and infos[0].group in ("gestures", "daily") and infos[0].kind not in _ON_FEET
    seated = seated and plan.random() < options.seated
    heading = np.radians(plan.uniform(-options.heading, options.heading) if plan.random() >= options.turned or infos[0].yaw else plan.uniform(-180, 180))
    heading += np.radians(infos[0].yaw)
    choices = int(plan.integers(2**31))
    made, truths, moves = [], [], None
    for number in range(people):
        rng = _rng(seed, key, 10 + number)
        figure = Figure.draw(rng, options.stature, options.proportions)
        performer = Performer(np.random.default_rng(choices), rng, shared, figure, style, fps)
        rows, frames, truth = [], [], []
        place, yaw = np.zeros(2), 0.0
        moves = []
        for info, side in zip(infos, sides):
            posture = ("sitting", "sitting") if seated else (info.start, info.end)
            performer.settle(posture[0])
            info.perform(performer)
            controls, moved = performer.controls, performer.moved
            if side == "left":
                controls, moved = mirror(controls), moved * (-1, 1, -1)
            start = sum(map(len, rows))
            rows.append(controls)
            frames.append((len(controls), place, yaw))
            way = _turned(yaw) @ (moved[0], 0, moved[1])
            moves.append(way[[0, 2]])
            place, yaw = place + way[[0, 2]], yaw + moved[2]
            truth.append(_part_truth(info, performer, side, (performer.span[0] + start, performer.span[1] + start), posture, info.limb))
        made.append((figure, enliven(np.concatenate(rows), fps, rng, options.sway), frames))
        truths.append(tuple(truth))
    length = max(len(controls) for _, controls, _ in made)
    gap = plan.uniform(1.0, 1.5)
    bodies = []
    for number, (figure, controls, frames) in enumerate(made):
        if len(controls) < length:
            controls = np.concatenate([controls, np.repeat(controls[-1:], length - len(controls), axis=0)])
        origins, turns = solve(figure, controls)
        spot = np.array([(number - (people - 1) / 2) * gap / figure.scale, plan.uniform(-0.3, 0.3) * (people > 1)])
        _place(origins, turns, frames, heading, spot)
        bodies.append((figure, origins, turns))
    fills = []
    for info, part, side, way in zip(infos, truths[0], sides, moves):
        screen = _screen((_turned(heading) @ (way[0], 0, way[1]))[[0, 2]]) if info.travel and count == 1 else None
        fills.append(slots(part, side, screen))
    return bodies, tuple(truths), heading, fills, None


# Gestures that take a step or bend the knees: never done on a chair.
_ON_FEET = frozenset(
    {"boxing", "forward punch", "pick up", "put down", "push", "pull", "open a door", "sweep the floor", "saw", "put hands on hips"}
)


def _place(origins: np.ndarray, turns: np.ndarray, frames: list, heading: float, spot: np.ndarray) -> None:
    """Turns and moves the parts of a performance, in place: each goes on where the one before ended."""
    start = 0
    for number, (length, place, yaw) in enumerate(frames):
        stop = start + length if number < len(frames) - 1 else len(origins)
        turn = _turned(heading + yaw)
        offset = _turned(heading) @ (place[0], 0, place[1])
        origins[start:stop] = origins[start:stop] @ turn.T + offset + (spot[0], 0, spot[1])
        turns[start:stop] = turn @ turns[start:stop]
        start = stop


def _pair_scene(infos, plan, options, style, fps, people, seed, key):
    info = infos[0]
    side = info.side or options.side or ("left" if plan.random() < _PAIR_LEFT else "right")
    from_left = plan.random() < 0.5  # the first performer stands on the left of the picture and looks right
    heading = np.radians((90 if from_left else -90) + plan.uniform(-options.heading, options.heading))
    if plan.random() < options.turned:
        heading = np.radians(plan.uniform(-180, 180))
    choices = int(plan.integers(2**31))
    performers, rngs = [], []
    for number in range(2):
        rng = _rng(seed, key, 10 + number)
        figure = Figure.draw(rng, (max(options.stature[0], min(1.4, options.stature[1])), options.stature[1]), options.proportions)
        performers.append(Performer(np.random.default_rng(choices), rng, options, figure, style if number == 0 else "neutral", fps))
        performers[-1].settle("standing")
        rngs.append(rng)
    pair = Pair(*performers)
    info.perform(pair)
    both = info.partner
    bodies, truths = [], []
    for number, (p, rng) in enumerate(zip(performers, rngs)):
        controls = mirror(p.controls) if side == "left" else p.controls
        origins, turns = solve(p.figure, enliven(controls, fps, rng, 0.5 * options.sway))
        about = 0.0 if number == 0 or pair.same_way else np.pi
        shift = np.zeros(2) if number == 0 else np.array([0.0, pair.gap / p.figure.scale])
        _place(origins, turns, [(len(controls), shift, about)], heading, np.zeros(2))
        bodies.append((p.figure, origins, turns))
        p.count = performers[0].count
        truths.append((_part_truth(info, p, side, p.span, (info.start, info.end), info.limb if number == 0 or both else None),))
    degrees = np.degrees(heading) % 360
    places = None
    if abs(degrees - 90) <= 50:
        places = ("on the left", "on the right")
    elif abs(degrees - 270) <= 50:
        places = ("on the right", "on the left")
    fill = slots(truths[0][0], side, None)
    fill.update(a=f"the person {places[0]}" if places else "one person", b=f"the person {places[1]}" if places else "the other person")
    return bodies, tuple(truths), heading, [fill], places
