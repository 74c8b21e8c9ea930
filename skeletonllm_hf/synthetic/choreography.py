"""Performs actions that are written as data: key poses with named values and random choices.

An action in `actions/*.json` is an object with the fields of `ActionInfo` and how it is performed: `perform`, the
function "module.name" in `actions`; `walk`, the arguments of `gait.walk`; or these:

    let: names for values, key poses, lists of key poses or groups of channels, worked out in order before the poses.
    keys: the path. Each item is a key pose, a name from `let`, {"repeat": count, "keys": [...]} or
        {"repeat": count, "in turn": [[...], ...]}, which takes the next of the lists each time.
    back, exact: as in `Performer.play`.
    moved: x, z and yaw by which the performer has left its place at the end, as far as they are not 0.
    already: seconds of the path that are over when a clip of this action alone begins, as where arms are raised before they sink.
    towards: direction that the texts give.
    ways: direction -> key poses; one is drawn, the texts give it, and `way` stands for its poses in `keys`.

The gait of a walk is an object of `Gait` fields; "like" names the one that it is otherwise like, "walk" if left out.
Besides, a walk has `hold`, channels as they are all the way, and `sway`, channels to add while the right foot alone stands (and
to take away while the left one does), and `whole` where the clip may not begin in mid-walk. An entry with a walk may have `keys`
of its own, laid from `after` seconds on (`steps` and `step` are its footprints and the seconds from one to the next, `walked` its
end); its `ways` are direction -> further arguments of the walk.
A key pose is {"s": seconds since the pose before, channel: value, ...}, channels as in `controls`; "with" puts in a group
from `let`, or several. A value is a number, a list of values or an expression: numbers, names from `let` (and `name[0]`), + - * / //,
`shoulders` and `arms` (the figure's proportions) and the performer's `times`, `choose`, `vary` and `at`. The channel `turn`
is degrees to the left by which the whole body is turned about the place where it stood at first.
"""

from __future__ import annotations

import ast
import dataclasses
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .controls import row
from .gait import BACKWARDS, JOG, ON_THE_SPOT, RUN, SIDE_STEPS, SKIP, WALK, Gait, stride, stride_seconds, walk
from .performer import Performer, Pose, key

FIELDS = ("walk", "let", "ways", "keys", "back", "exact", "moved", "towards", "after", "already")
_GAITS = {
    "walk": WALK, "backwards": BACKWARDS, "side steps": SIDE_STEPS, "skip": SKIP, "jog": JOG, "run": RUN, "on the spot": ON_THE_SPOT,
}  # fmt: skip
_FADE = 0.5  # seconds at the ends of a walk in which what it holds comes and goes
_OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_CHOICES = ("times", "choose", "vary", "at")


def choreography(name: str, entry: Mapping[str, Any]) -> Callable[[Performer], None]:
    """Function that performs the action `name` as its entry says; it raises ValueError where it cannot read it."""

    def perform(p: Performer) -> None:
        try:
            if "walk" in entry:
                _walk(p, entry)
                return
            names: dict[str, Any] = {"shoulders": p.figure.shoulders, "arms": p.figure.arms}
            for word, value in entry.get("let", {}).items():
                names[word] = named(p, names, value)
            p.direction = entry.get("towards")
            if "ways" in entry:
                names["way"] = path_of(p, names, entry["ways"][p.way(*entry["ways"])])
            keys = path_of(p, names, entry["keys"])
            p.play(*keys, **{field: entry[field] for field in ("back", "exact") if field in entry})
            if "already" in entry and not p.whole:
                p.trim(value_of(p, names, entry["already"]), float("inf"))
            for axis, value in enumerate(entry.get("moved", ())):
                p.moved[axis] = value_of(p, names, value)
        except KeyError as error:
            raise ValueError(f"action {name!r}: no channel or name {error}") from error

    return perform


def _walk(p: Performer, entry: Mapping[str, Any]) -> None:
    fields, names = dict(entry["walk"]), {"shoulders": p.figure.shoulders, "arms": p.figure.arms}
    for word, value in entry.get("let", {}).items():
        names[word] = named(p, names, value)
    if "ways" in entry:
        fields |= entry["ways"][p.way(*entry["ways"])]
    options = {
        name: value_of(p, names, value)
        for name, value in fields.items()
        if name not in ("gait", "hold", "sway", "at", "whole")
    }
    gait = gait_of(p, names, fields.get("gait", {}))
    if not {"hold", "sway", "at", "whole"} & set(fields) and "keys" not in entry:
        walk(p, gait=gait, **options)
        return
    at = value_of(p, names, fields.get("at", 0.0))
    walked = at + stride_seconds(options["steps"], gait)
    names |= {"walked": walked, "steps": options["steps"], "step": gait.step}
    held = channels_of(p, names, fields.get("hold", {}))
    keys, back = path_of(p, names, entry.get("keys", [])), entry.get("back", 0.5)
    after = value_of(p, names, entry.get("after", 0.0))
    p.begin(max(walked, after + sum(seconds for seconds, _ in keys) + (back or 0.0)))
    stride(p, gait=gait, at=at, **options)
    if held:
        p.lay(key(_FADE, **held), key(walked - at - 2 * _FADE), at=at, back=_FADE, exact=True)
    if "sway" in fields:
        _sway(p, channels_of(p, names, fields["sway"]), at, gait.step, options["steps"], options.get("first", 0))
    if keys:
        p.lay(*keys, at=after, back=back, exact=entry.get("exact", False))
    elif not (p.whole or fields.get("whole")) and p.plan.random() < 0.5:
        p.trim(at + 1.1 * gait.step, at + (options["steps"] - 0.6) * gait.step)
    for axis, value in enumerate(entry.get("moved", ())):
        p.moved[axis] += value_of(p, names, value)


def _sway(p: Performer, channels: dict[str, Any], at: float, step: float, steps: int, first: int) -> None:
    number = np.clip((p.t / p.pace - at) / step, 0.0, steps + 1.0)
    p.controls += np.sin(np.pi * number)[:, None] * row(**channels) * p.amplitude * (-1 if first else 1)


def gait_of(p: Performer, names: dict[str, Any], fields: Mapping[str, Any]) -> Gait:
    """The gait that an entry's fields describe."""
    like = _GAITS[fields.get("like", "walk")]
    return dataclasses.replace(like, **{name: value_of(p, names, fields[name]) for name in fields if name != "like"})


def named(p: Performer, names: dict[str, Any], value: Any) -> Any:
    """What a value of `let` stands for."""
    if isinstance(value, dict):
        return _pose(p, names, value) if "s" in value else channels_of(p, names, value)
    if isinstance(value, list) and isinstance(value[0], dict):
        return path_of(p, names, value)
    return value_of(p, names, value)


def path_of(p: Performer, names: dict[str, Any], items: list[Any]) -> list[Pose]:
    """The key poses of a path, its repetitions written out."""
    keys: list[Pose] = []
    for item in items:
        if isinstance(item, str):
            known = names[item]
            keys += known if isinstance(known, list) else [known]
        elif "repeat" in item:
            count = value_of(p, names, item["repeat"])
            paths = [path_of(p, names, path) for path in item.get("in turn") or [item["keys"]]]
            keys += (pose for number in range(count) for pose in paths[number % len(paths)])
        else:
            keys.append(_pose(p, names, item))
    return keys


def _pose(p: Performer, names: dict[str, Any], pose: dict[str, Any]) -> Pose:
    seconds = value_of(p, names, pose["s"])
    return seconds, channels_of(p, names, {name: value for name, value in pose.items() if name != "s"})


def channels_of(p: Performer, names: dict[str, Any], channels: Mapping[str, Any]) -> dict[str, Any]:
    """The channels of a pose or a group with their values."""
    found: dict[str, Any] = {}
    for name, value in channels.items():
        if name == "with":
            for group in [value] if isinstance(value, str) else value:
                found.update(names[group])
        else:
            found[name] = value_of(p, names, value)
    return found


def value_of(p: Performer, names: dict[str, Any], value: Any) -> Any:
    """A number, or a tuple of numbers, from a value as entries write it."""
    if isinstance(value, list):
        return tuple(value_of(p, names, part) for part in value)
    return _computed(p, names, ast.parse(value, mode="eval").body) if isinstance(value, str) else value


def _computed(p: Performer, names: dict[str, Any], node: ast.AST) -> Any:
    """Value of an expression; nothing but what the module's docstring lists is run."""

    def part(inner: ast.AST) -> Any:
        return _computed(p, names, inner)

    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.Tuple):
        return tuple(part(inner) for inner in node.elts)
    if isinstance(node, ast.Subscript):
        return part(node.value)[part(node.slice)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -part(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        return _OPERATIONS[type(node.op)](part(node.left), part(node.right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        function = getattr(p, node.func.id) if node.func.id in _CHOICES else names.get(node.func.id)
        if callable(function):  # in `names`: the places of an interaction
            return function(*(part(inner) for inner in node.args))
    raise ValueError(f"expected numbers, names, + - * / // and {', '.join(_CHOICES)}, got {ast.unparse(node)!r}")
