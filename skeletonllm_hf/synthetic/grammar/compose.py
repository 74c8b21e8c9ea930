"""Composes movements at random and generates clips of them, with sentences that are true by construction."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...model.layouts import SkeletonLayout, get_layout
from ...model.skeleton import SkeletonSequence
from ..figure import Figure
from ..options import STYLES, MotionOptions
from ..performer import Performer, enliven
from ..registry import find_action
from ..scenes import Body, observed_clip, stream, turned
from .choice import Grammar, choose_acts
from .perform import FRAMES, frame, perform
from .primitive import Draw
from .questions import foils, questions
from .wording import Act, Teller

_DEFAULT, _GRAMMAR = MotionOptions(), Grammar()
_KEY = "composition"
_STYLED = 0.3  # share of clips in a style other than neutral
_FRAME_SECONDS = 1.5  # of what stands before or after the acts
_WALKS = frozenset({"walk"})
_STILL = ("sitting", "kneeling")  # postures in which one may wait for what comes


@dataclass(frozen=True)
class ComposedTruth:
    """Ground truth of a composed clip.

    Args:
        labels: short names, the first exact.
        instructions: sentences that ask for the movements.
        captions: sentences.
        questions: with their answers.
        foils: short names of what is NOT done: sides, directions or the order exchanged.
        acts: what is done, one after the other.
        kinds: names of listed actions that the clip shows or comes close to.
        posture: "standing", "sitting", "kneeling" or "lying" at the start.
        frames: what stands before and after the acts, or None.
        style: how the body carries itself.
    """

    labels: tuple[str, ...]
    instructions: tuple[str, ...]
    captions: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]
    foils: tuple[str, ...]
    acts: tuple[Act, ...]
    kinds: frozenset[str]
    posture: str
    frames: tuple[str | None, str | None]
    style: str


def compose(
    seed: int,
    *,
    layout: str | SkeletonLayout = "kinect_v2",
    options: MotionOptions = _DEFAULT,
    exclude: Collection[str] = frozenset(),
    grammar: Grammar = _GRAMMAR,
) -> SkeletonSequence:
    """A clip of movements composed at random, of one person: the same arguments give the same bits.

    Args:
        seed: non-negative.
        layout: any layout; the same seed gives the same motion in every layout.
        options: how much clips vary; `counts` and `viewer` rule the texts.
        exclude: names of listed actions that must not be shown, nor movements that amount to them.
        grammar: how compositions are drawn.

    Returns:
        A sequence in canonical axes (metres, X right, Y up, Z towards the viewer), ground at Y = 0, with a short label,
        captions, questions and a source such as "composed:seed=3".

    Raises:
        ValueError: a negative seed, an unknown layout or action.
    """
    return compose_with_truth(seed, layout=layout, options=options, exclude=exclude, grammar=grammar)[0]


def compose_with_truth(
    seed: int,
    *,
    layout: str | SkeletonLayout = "kinect_v2",
    options: MotionOptions = _DEFAULT,
    exclude: Collection[str] = frozenset(),
    grammar: Grammar = _GRAMMAR,
) -> tuple[SkeletonSequence, ComposedTruth]:
    """`compose`, with all that is true of the clip."""
    layout = get_layout(layout)
    barred = frozenset(find_action(name).kind for name in exclude)
    rng = stream(seed, _KEY, 1)
    fps = options.fps[int(rng.integers(len(options.fps)))]
    style = options.style or (STYLES[0] if rng.random() >= _STYLED else STYLES[1 + int(rng.integers(len(STYLES) - 1))])
    own = stream(seed, _KEY, 10)
    p = Performer(rng, own, options, Figure.draw(own, options.stature, options.proportions), style, fps)
    p.whole = True
    draw = Draw(p)
    acts = choose_acts(draw, grammar, barred)
    frames = _frames(draw, acts, grammar, barred)
    yaw = rng.uniform(-options.heading, options.heading) if rng.random() >= options.turned else rng.uniform(-180, 180)
    heading = float(np.radians(yaw))
    body, acts = _performed(draw, acts, frames)
    truth = _truth(draw, acts, frames, style)
    clip = observed_clip(
        body.joints(layout, heading)[:, None], layout, fps, options, stream(seed, _KEY, 2),
        source=f"composed:seed={seed}", label=draw.pick(*truth.labels), captions=truth.captions, questions=truth.questions,
    )  # fmt: skip
    return clip, truth


def _frames(draw: Draw, acts: Sequence[Act], grammar: Grammar, barred: frozenset[str]) -> tuple[str | None, str | None]:
    if any(primitive.framed for act in acts for primitive in act.primitives):
        return None, None
    known = [name for name in FRAMES if not (barred & _WALKS and name == "walk")]
    found = []
    for posture in (acts[0].posture, acts[-1].end):
        name = draw.pick(*known) if draw.chance(grammar.framed) else None
        # who ends up on the ground may lie in any way: nothing can be joined to it
        found.append(name if posture == "standing" or name is None else "idle" if posture in _STILL else None)
    return found[0], found[1]


def _performed(draw: Draw, acts: Any, frames: Any) -> tuple[Body, tuple[Act, ...]]:
    """The body over the whole clip, and the acts with their frames and speeds."""
    p, options = draw.p, draw.options
    # the clip's time is shared in proportion to the durations at their own tempo
    before, after = (_FRAME_SECONDS * (name is not None) for name in frames)
    seconds = [before, *(act.seconds for act in acts), after]
    padding: Any = tuple(s / len(acts) for s in options.padding)

    def room(number: int) -> MotionOptions:
        share = seconds[number] / sum(seconds)
        low, high = options.seconds
        return dataclasses.replace(options, seconds=(low * share, high * share), padding=padding)

    rows, parts, done, place, yaw, base_speed = [], [], [], np.zeros(2), 0.0, p.speed

    def add() -> None:
        nonlocal place, yaw
        rows.append(p.controls)
        parts.append((len(p.controls), place, yaw))
        place, yaw = place + (turned(yaw) @ (p.moved[0], 0, p.moved[1]))[[0, 2]], yaw + p.moved[2]

    def stand(name: str | None, posture: str, last: bool) -> None:
        if name is not None:
            p.options, p.speed = room(-1 if last else 0), base_speed
            p.settle(posture)
            frame(draw, name, last)
            add()

    stand(frames[0], acts[0].posture, False)
    for number, act in enumerate(acts, 1):
        p.options, p.speed = room(number), _speed(draw, act.speed, base_speed)
        p.settle(act.posture)
        start = sum(map(len, rows))
        perform(p, act)
        done.append(_performed_act(act, p, start))
        add()
    stand(frames[1], acts[-1].end, True)
    controls = enliven(np.concatenate(rows), p.fps, p.rng, options.sway)
    return Body(p.figure, controls, tuple(parts), np.zeros(2)), tuple(done)


def _speed(draw: Draw, manner: str, base_speed: float) -> float:
    if manner == "normal":
        return base_speed
    fast = min(1.4 + 0.8 * draw.rng.random(), draw.p.fps / 15.0)
    return fast if manner == "fast" else 0.48 + 0.2 * draw.rng.random()


def _performed_act(act: Act, p: Performer, start: int) -> Act:
    """The act with its frames and the speed that can be seen: what had to be hurried to fit is not slow."""
    speed = act.speed if (p.pace > 1.35 if act.speed == "slow" else p.pace < 0.74) else "normal"
    return dataclasses.replace(act, frames=(p.span[0] + start, p.span[1] + start), speed=speed, pace=float(p.pace))


def _truth(draw: Draw, acts: tuple[Act, ...], frames: Any, style: str) -> ComposedTruth:
    teller = Teller(draw, acts)
    labels, wrong = teller.labels(), foils(acts)
    return ComposedTruth(
        labels=labels,
        instructions=teller.instructions(),
        captions=teller.captions(),
        questions=questions(acts, frames, labels[0], wrong),
        foils=wrong,
        acts=acts,
        kinds=frozenset(kind for act in acts for primitive in act.primitives for kind in primitive.kinds),
        posture=acts[0].posture,
        frames=frames,
        style=style,
    )
