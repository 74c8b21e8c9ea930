"""Performs actions that are written as data: key poses with named values and random choices.

An action in `actions/*.json` is an object with the fields of `ActionInfo` and how it is performed: `perform`, the
function "module.name" in `actions`; `walk`, the arguments of `gait.walk`; or these:

    let: names for values, key poses, lists of key poses or groups of channels, worked out in order before the poses.
    keys: the path. Each item is a key pose, a name from `let`, {"repeat": count, "keys": [...]} or
        {"repeat": count, "in turn": [[...], ...]}, which takes the next of the lists each time.
    back, exact: as in `Performer.play`.
    moved: x, z and yaw by which the performer has left its place at the end, as far as they are not 0.
    towards: direction that the texts give.
    ways: direction -> key poses; one is drawn, the texts give it, and `way` stands for its poses in `keys`.

The gait of a walk is an object of `Gait` fields; "like" names the one that it is otherwise like, "walk" if left out.
Besides, a walk has `hold`, channels as they are all the way. An entry with a walk may have `keys` of its own, laid from
`after` seconds on (`walked`: the walk's end).
A key pose is {"s": seconds since the pose before, channel: value, ...}, channels as in `controls`; "with" puts in a group
from `let`, or several. A value is a number, a list of values or an expression: numbers, names from `let` (and `name[0]`), + - * / //,
`shoulders` and `arms` (the figure's proportions) and the performer's `times`, `choose`, `vary` and `at`.
"""

from __future__ import annotations

import ast
import dataclasses
import operator
from collections.abc import Callable, Mapping
from typing import Any

from .gait import BACKWARDS, JOG, RUN, SIDE_STEPS, SKIP, WALK, stride, stride_seconds, walk
from .performer import Performer, Pose, key

FIELDS = ("walk", "let", "ways", "keys", "back", "exact", "moved", "towards", "after")
_GAITS = {"walk": WALK, "backwards": BACKWARDS, "side steps": SIDE_STEPS, "skip": SKIP, "jog": JOG, "run": RUN}
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
                names[word] = _named(p, names, value)
            p.direction = entry.get("towards")
            if "ways" in entry:
                p.direction = p.choose(*entry["ways"])
                names["way"] = _path(p, names, entry["ways"][p.direction])
            keys = _path(p, names, entry["keys"])
            p.play(*keys, **{field: entry[field] for field in ("back", "exact") if field in entry})
            for axis, value in enumerate(entry.get("moved", ())):
                p.moved[axis] = _value(p, names, value)
        except KeyError as error:
            raise ValueError(f"action {name!r}: no channel or name {error}") from error

    return perform


def _walk(p: Performer, entry: Mapping[str, Any]) -> None:
    fields, names = dict(entry["walk"]), {"shoulders": p.figure.shoulders, "arms": p.figure.arms}
    for word, value in entry.get("let", {}).items():
        names[word] = _named(p, names, value)
    options = {name: _value(p, names, value) for name, value in fields.items() if name not in ("gait", "hold")}
    gait = dict(fields.get("gait", {}))
    gait = dataclasses.replace(_GAITS[gait.pop("like", "walk")], **gait)
    if "hold" not in fields and "keys" not in entry:
        walk(p, gait=gait, **options)
        return
    walked = names["walked"] = stride_seconds(options["steps"], gait)
    held = _channels(p, names, fields.get("hold", {}))
    keys, after, back = _path(p, names, entry.get("keys", [])), entry.get("after", 0.0), entry.get("back", 0.5)
    p.begin(max(walked, after + sum(seconds for seconds, _ in keys) + (back or 0.0)))
    stride(p, gait=gait, **options)
    if held:
        p.lay(key(_FADE, **held), key(walked - 2 * _FADE), back=_FADE, exact=True)
    if keys:
        p.lay(*keys, at=after, back=back, exact=entry.get("exact", False))
    elif not p.whole and p.plan.random() < 0.5:
        p.trim(1.1 * gait.step, (options["steps"] - 0.6) * gait.step)


def _named(p: Performer, names: dict[str, Any], value: Any) -> Any:
    if isinstance(value, dict):
        return _pose(p, names, value) if "s" in value else _channels(p, names, value)
    if isinstance(value, list) and isinstance(value[0], dict):
        return _path(p, names, value)
    return _value(p, names, value)


def _path(p: Performer, names: dict[str, Any], items: list[Any]) -> list[Pose]:
    keys: list[Pose] = []
    for item in items:
        if isinstance(item, str):
            known = names[item]
            keys += known if isinstance(known, list) else [known]
        elif "repeat" in item:
            count = _value(p, names, item["repeat"])
            paths = [_path(p, names, path) for path in item.get("in turn") or [item["keys"]]]
            keys += (pose for number in range(count) for pose in paths[number % len(paths)])
        else:
            keys.append(_pose(p, names, item))
    return keys


def _pose(p: Performer, names: dict[str, Any], pose: dict[str, Any]) -> Pose:
    seconds = _value(p, names, pose["s"])
    return seconds, _channels(p, names, {name: value for name, value in pose.items() if name != "s"})


def _channels(p: Performer, names: dict[str, Any], channels: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in channels.items():
        if name == "with":
            for group in [value] if isinstance(value, str) else value:
                found.update(names[group])
        else:
            found[name] = _value(p, names, value)
    return found


def _value(p: Performer, names: dict[str, Any], value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_value(p, names, part) for part in value)
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
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _CHOICES
        and not node.keywords
    ):
        return getattr(p, node.func.id)(*(part(inner) for inner in node.args))
    raise ValueError(f"expected numbers, names, + - * / // and {', '.join(_CHOICES)}, got {ast.unparse(node)!r}")
