"""Generates clips of named actions, with their texts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..model.layouts import SkeletonLayout, get_layout
from ..model.skeleton import SkeletonSequence
from . import actions as _actions  # noqa: F401 - its modules register the actions
from .options import MotionOptions, MotionTruth
from .registry import REGISTRY, ActionInfo, find_action
from .scenes import Request, observed_clip, stage, stream
from .texts import captions, questions

ACTIONS = tuple(name for name, info in REGISTRY.items() if info.people == 1)
INTERACTIONS = tuple(name for name, info in REGISTRY.items() if info.people == 2)

_JOINED = " then "  # "bow then sit down" names two actions one after the other
_MOST_PEOPLE = 12
_DEFAULT = MotionOptions()


def generate(
    action: str | None = None,
    *,
    layout: str | SkeletonLayout = "kinect_v2",
    seed: int = 0,
    people: int | None = None,
    options: MotionOptions = _DEFAULT,
) -> SkeletonSequence:
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


def generate_with_truth(
    action: str | None = None,
    *,
    layout: str | SkeletonLayout = "kinect_v2",
    seed: int = 0,
    people: int | None = None,
    options: MotionOptions = _DEFAULT,
) -> tuple[SkeletonSequence, MotionTruth]:
    """`generate`, with what is true of the clip."""
    layout = get_layout(layout)
    if action is None:
        action = _draw_action(stream(seed, "action", 0), options)
    infos = tuple(find_action(name) for name in action.split(_JOINED))
    _check(action, infos, people)
    request = Request(infos, people or infos[0].people, seed, options)
    scene = stage(request)
    joints = np.stack([body.joints(layout, scene.heading) for body in scene.bodies], axis=1)
    words = request.stream(3)
    label = action
    if words.random() < options.alias and len(infos) == 1 and infos[0].aliases:
        label = infos[0].aliases[int(words.integers(len(infos[0].aliases)))]
    truth = MotionTruth(label, scene.truths, scene.style, scene.facing, infos[0].contact, scene.fps)
    clip = observed_clip(
        joints, layout, scene.fps, options, request.stream(2),
        source=f"synthetic:{request.key.replace(' ', '-')}:seed={seed}", label=label,
        captions=captions(infos, scene.fills, truth, words), questions=questions(infos, truth, scene.places),
    )  # fmt: skip
    return clip, truth


def generate_many(
    count: int,
    *,
    actions: Sequence[str] | None = None,
    layouts: Sequence[str | SkeletonLayout] = ("kinect_v2",),
    seed: int = 0,
    options: MotionOptions = _DEFAULT,
) -> Iterator[SkeletonSequence]:
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
        raise ValueError(f"generate_many: expected actions and layouts, got {len(names)} and {len(layouts)}")
    order: list[str] = []
    rng = stream(seed, "many", 0)
    for _ in range(count):
        if not order:
            order = [names[i] for i in rng.permutation(len(names))]
        layout = layouts[int(rng.integers(len(layouts)))]
        clip_seed = int(rng.integers(2**31))
        if rng.random() < options.composite and actions is None:
            yield generate(layout=layout, seed=clip_seed, options=dataclasses.replace(options, composite=1.0))
        else:
            yield generate(order.pop(), layout=layout, seed=clip_seed, options=options)


def _draw_action(rng: np.random.Generator, options: MotionOptions) -> str:
    pick: Callable[..., Any] = lambda names: names[int(rng.integers(len(names)))]  # noqa: E731
    if rng.random() >= options.composite:
        return pick([*ACTIONS, *INTERACTIONS])
    one = pick([name for name in ACTIONS if REGISTRY[name].start == REGISTRY[name].end == "standing"])
    fits = [
        name for name in ACTIONS if REGISTRY[name].start == "standing" and REGISTRY[name].kind != REGISTRY[one].kind
    ]
    return one + _JOINED + pick(fits)


def _check(action: str, infos: tuple[ActionInfo, ...], people: int | None) -> None:
    pair = any(info.people == 2 for info in infos)
    if pair and len(infos) > 1:
        raise ValueError(f"{action!r}: an interaction stands alone")
    if pair and people not in (None, 2):
        raise ValueError(f"people: {action!r} takes two, got {people!r}")
    if people is not None and (not isinstance(people, int) or not 1 <= people <= _MOST_PEOPLE):
        raise ValueError(f"people: expected 1 to {_MOST_PEOPLE}, got {people!r}")
    for one, two in zip(infos, infos[1:]):
        if one.end != two.start:
            raise ValueError(f"{action!r}: {one.name!r} ends {one.end}, but {two.name!r} starts {two.start}")
