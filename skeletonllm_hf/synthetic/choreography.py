"""Performs actions that are written as data: key poses with named values and random choices.

An action in `actions/*.json` is an object with the fields of `ActionInfo` and either `perform`, the name of a function of
the Python file of the same name, or these:

    let: names for values, key poses, lists of key poses or groups of channels, worked out in order before the poses.
    keys: the path. Each item is a key pose, a name from `let`, or {"repeat": count, "keys": [...]}.
    back, exact: as in `Performer.play`.
    moved: x, z and yaw by which the performer has left its place at the end, as far as they are not 0.
    towards: direction that the texts give.
    ways: direction -> key poses; one is drawn, the texts give it, and `way` stands for its poses in `keys`.

A key pose is {"s": seconds since the pose before, channel: value, ...}, channels as in `controls`; "with" puts in a group
from `let`, or several. A value is a number, a list of values or an expression: numbers, names from `let` (and `name[0]`), + - * / //,
`shoulders` and `arms` (the figure's proportions) and the performer's `times`, `choose`, `vary` and `at`.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from .performer import Performer, Pose, cycle

FIELDS = ("let", "ways", "keys", "back", "exact", "moved", "towards")
_OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_CHOICES = ("times", "choose", "vary", "at")


def choreography(name: str, entry: Mapping[str, Any]) -> Callable[[Performer], None]:
    """Function that performs the action `name` as its entry says. ValueError, when it is performed, for what cannot be read."""

    def perform(p: Performer) -> None:
        try:
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
            keys += cycle(count, *_path(p, names, item["keys"]))
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
