"""When something happens and how long it lasts: of what was measured, else of the part of the clip that shows it."""

from __future__ import annotations

from collections.abc import Sequence

from ..describe.posture import flights
from ..describe.sentences import when
from ..model.prompts import REFUSAL
from ..nouns import ordinal
from ..questions import load_wordings, topics
from .measured import counted_repetitions, seconds_each, side_of, span_of
from .narration import doings
from .query import Query
from .scene import Scene


def length(query: Query) -> str:
    """Seconds: of the clip, of an action, of one of its repetitions, of a limb in the air."""
    measures, about = query.measures, query.about
    if "the clip" in about and len((query.action or "").split()) <= 3:
        return f"{measures.facts.seconds:.1f} s"
    if "in the air" in about and (jump := measures.jump):
        return f"{jump.end - jump.start:.1f} s, {when(jump.start, jump.end)}" if jump.count == 1 else REFUSAL
    if "is held up" in about and query.alone and (held := measures.held_up(query.limb or "foot")):
        return f"{held[2] - held[1]:.1f} s, {when(*held[1:])}"
    if spans := _kept(query):
        return f"{sum(end - start for start, end in spans):.1f} s, {_all_of(spans)}"
    if "each" in about and query.scene.stretches:
        pairs = zip(doings(query.scene), query.scene.stretches, strict=True)
        return "; ".join(f"{name}: {stretch.end - stretch.start:.1f} s" for name, stretch in pairs)
    if query.action is None or "stays" in about:
        return REFUSAL
    if "each" in about and (seconds := seconds_each(query.scene.clip, measures)):
        return f"about {seconds:.1f} s"
    general = load_wordings().find("general", query.action)
    span = measures.span if general else span_of(query.scene, measures, query.action)
    return f"{span[1] - span[0]:.1f} s, {when(*span)}" if span else REFUSAL


def time(query: Query) -> str:
    """Seconds at which an action starts, ends, or both."""
    measures = query.measures
    begins, ends = "starts" in query.about, "ends" in query.about
    if repetition := load_wordings().find("nth repetition", query.text):
        return _of_repetition(query.scene, **repetition.fields)
    if extreme := load_wordings().find("extreme", query.text):
        return _of_height(query, extreme.entry == "highest")
    if spans := _kept(query):
        start, end = spans[0][0], spans[-1][1]
        return f"at {start:.1f} s" if begins else f"at {end:.1f} s" if ends else _all_of(spans)
    if query.action is None or measures.span is None:
        return REFUSAL
    rest = " ".join(word for word in query.action.split() if not topics(word) & {"starts", "ends"}).removeprefix("to ")
    if rest and not load_wordings().find("general", rest) and "the clip" not in topics(rest):
        span = span_of(query.scene, measures, rest)
    else:
        span = measures.span if begins or ends or "happen" in query.text else None
    if span is None:
        return REFUSAL
    return f"at {span[0]:.1f} s" if begins else f"at {span[1]:.1f} s" if ends else when(*span)


def _of_height(query: Query, highest: bool) -> str:
    """When a hand, a foot, the head or the hips are highest or lowest."""
    part = query.limb or next((name for name in ("head", "hips") if name in query.about), None)
    if not query.alone or part is None:
        return REFUSAL
    seconds = query.measures.time_of_height(part, side_of(query.text), highest)
    return REFUSAL if seconds is None else f"at {seconds:.1f} s"


def _of_repetition(scene: Scene, rank: str, action: str) -> str:
    """When the "first", "second" ... or "last" repetition of an action is."""
    jumps = (
        flights(scene.measures.tracks[0]) if scene.measures and scene.people == 1 and "jumps" in topics(action) else []
    )
    if jumps:
        number = number_of(rank, len(jumps))
        return when(*jumps[number - 1][:2]) if number else REFUSAL
    general = load_wordings().find("a repetition", action)
    place = None if general else scene.stretch_with(action)
    if scene.people != 1 or (scene.stretches and place is None) or (not general and scene.lacks(action)):
        return REFUSAL
    clip, start = (scene.clip, 0.0) if place is None else (scene.stretches[place].clip, scene.stretches[place].start)
    counted = counted_repetitions(clip)
    number = number_of(rank, counted.count) if counted else None
    return f"at about {start + counted.times[number - 1]:.1f} s" if counted and number else REFUSAL


def number_of(rank: str, count: int) -> int | None:
    """Which of so many things one of a rank is, from 1: "second", "last"; None: there are not so many."""
    if rank in ("last", "final"):
        return count or None
    return next((number for number in range(1, count + 1) if ordinal(number) == rank), None)


def _kept(query: Query) -> list[tuple[float, float]]:
    """(start, end) seconds in which somebody stays as the question says, in a posture or without any movement; none: it asks for something else."""
    words = " ".join(word for word in (query.action or "").split() if not topics(word) & {"starts", "ends"})
    rests = load_wordings().find("rest", words.removeprefix("to ")) or load_wordings().find(
        "asks for a rest", query.text
    )
    if rests or (not words and "a pause" in query.about):
        return query.measures.rests
    kept = load_wordings().find("kept", words) if query.alone else None
    walks = kept is not None and kept.entry == "standing" and query.measures.facts.travels
    return [] if kept is None or walks else query.measures.spans_of(kept.entry)


def _all_of(spans: Sequence[tuple[float, float]]) -> str:
    return " and ".join(when(*span) for span in spans)
