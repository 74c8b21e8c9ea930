"""All actions: importing this registers them, in the order of the files and of their entries."""

import json
from importlib import import_module
from importlib.resources import files

from ..choreography import FIELDS, choreography
from ..duet import FIELDS as PAIR_FIELDS
from ..duet import interaction
from ..registry import register

_GROUPS = (  # the order counts: it decides which action a seed draws
    "contact", "exercise", "face", "work", "throws", "fights", "gestures", "jumps", "meeting", "objects", "postures",
    "travel", "waves", "fitness", "sports", "household", "instruments", "signs", "everyday",
    "stretches", "signals", "dance", "outdoors", "crafts", "grooming", "rest",
    "walks", "leaps", "tumbles", "combats", "dances",
    "training", "floor", "yoga", "ailments", "ballgames", "athletics",
    "drawings", "commands", "directing", "holds", "mimes",
    "habits", "chores", "trades", "loads", "music", "play", "animals", "moods",
    "greetings", "struggles", "together", "partners",
)  # fmt: skip


def _register(group: str) -> None:
    """Registers the actions of `<group>.json`."""
    for entry in json.loads(files(__name__).joinpath(f"{group}.json").read_text(encoding="utf-8")):
        words = {name: value for name, value in entry.items() if name not in (*FIELDS, *PAIR_FIELDS, "perform")}
        name, phrases = words.pop("name"), words.pop("phrases")
        if "perform" in entry:
            module, _, function = entry["perform"].partition(".")
            perform = getattr(import_module(f".{module}", __name__), function)
        else:
            perform = (interaction if entry.get("people") == 2 else choreography)(name, entry)
        register(name, perform, *phrases, group=group, ways=tuple(entry.get("ways", ())), **words)


for _group in _GROUPS:
    _register(_group)
