"""The list of actions: their names, their phrases and the functions that perform them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

SYNTHETIC = "synthetic"  # the name of synthetic clips among datasets
SYNTHETIC_LAYOUTS = ("kinect_v2", "kinect_v1", "smpl_22", "coco_17")  # in which they are trained on and tested


@dataclass(frozen=True)
class ActionInfo:
    """An action by name.

    Args:
        name: plain words, unique.
        perform: function of one Performer, or of two for an interaction.
        phrases: what "a person ..." does, third person singular, with slots such as {side} (see `texts`).
            For an interaction whole clauses with {a} and {b}.
        limb: what moves: "hand", "arm", "leg", "foot" (one-sided), "hands", "arms", "legs", "head" or "body".
        verb: what is counted, as in "how many times does the person {verb}?"; None: nothing is.
        aliases: other names under which datasets know it.
        kind: name shared by actions that are special cases of one another ("high wave", "wave left hand").
        start, end: posture, one of `controls.POSTURES` ("standing", "sitting", "lying", "kneeling", ...).
        side: the side that the name itself fixes.
        direction: where it goes, from the performer's view.
        ways: directions of which each clip has one.
        travel: "walk", "run", "crawl" or "jump" where the performer leaves its place that way.
        people: 1 or 2.
        contact: two people touch.
        partner: in an interaction, the second performer does the same as the first (and does not just suffer it).
        yaw: degrees by which the performer is turned from the scene's heading.
        group: the part of the list it stands in: "gestures", "throws", "travel", ...
    """

    name: str
    perform: Callable[..., Any]
    phrases: tuple[str, ...]
    limb: str
    verb: str | None = None
    aliases: tuple[str, ...] = ()
    kind: str = ""
    start: str = "standing"
    end: str = "standing"
    side: str | None = None
    direction: str | None = None
    ways: tuple[str, ...] = ()
    travel: str | None = None
    people: int = 1
    contact: bool = False
    partner: bool = False
    yaw: float = 0.0
    group: str = ""

    @property
    def sided(self) -> bool:
        return self.limb in ("hand", "arm", "leg", "foot")


REGISTRY: dict[str, ActionInfo] = {}
ALIASES: dict[str, str] = {}


def register(name: str, perform: Callable[..., Any], *phrases: str, aliases: Sequence[str] = (), **fields: Any) -> None:
    """Adds an action to the list; fields as in `ActionInfo`."""
    info = ActionInfo(name, perform, phrases, aliases=tuple(aliases), **{"kind": name, **fields})
    for known in (name, *info.aliases):
        assert known not in REGISTRY and known not in ALIASES, f"{known} is listed twice"
    REGISTRY[name] = info
    ALIASES.update(dict.fromkeys(info.aliases, name))


def action(name: str, *phrases: str, **fields: Any) -> Callable[..., Any]:
    """Registers the decorated function, as `register` does."""

    def decorate(perform: Callable[..., Any]) -> Callable[..., Any]:
        register(name, perform, *phrases, **fields)
        return perform

    return decorate


def find_action(name: str) -> ActionInfo:
    """The action of that name or alias. ValueError names close matches."""
    if name in REGISTRY or name in ALIASES:
        return REGISTRY[ALIASES.get(name, name)]
    import difflib

    close = difflib.get_close_matches(str(name), [*REGISTRY, *ALIASES], n=5, cutoff=0.4)
    raise ValueError(f"unknown action {name!r}; close to it: {', '.join(close) or 'none'}; all: synthetic.ACTIONS")
