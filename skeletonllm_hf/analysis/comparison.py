"""Comparison of two clips: the label and caption of each, and measured differences of their motion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..answering.local import LocalAnswerer
from ..answering.protocol import Answerer
from ..describe import Facts, Move, describe
from ..describe.sentences import metres
from ..nouns import times_word

LONGER, SECONDS = 1.15, 0.3  # ratio and seconds from which one clip is longer than another
FARTHER, METRES = 1.25, 0.10  # ratio and metres from which one movement goes farther
FASTER = 1.3  # ratio of speeds
AROUND = 30.0  # degrees of turning
_AS_FAR = 0.8  # share of the farthest movement: the first one this far is the largest, and not the way back


@dataclass(frozen=True)
class Side:
    """The model's answers about one of the two clips.

    Args:
        source: where the clip comes from.
        caption: the model's description.
        label: the best of the labels, None where none were given.
        score: that label's share among them.
        description: what is measured on the clip, in sentences (`describe`).
        unsure: whether the label is a doubtful one, as of `recognize`.
    """

    source: str
    caption: str
    label: str | None
    score: float | None
    description: tuple[str, ...]
    unsure: bool = False

    @property
    def called(self) -> str:
        """The label in quotes, with a doubt where there is one."""
        return f'"{self.label}"{" (not sure)" if self.unsure else ""}'


@dataclass(frozen=True)
class Difference:
    """One difference between the clips.

    Args:
        subject: what: "length", "people", "posture", "way", "turn", "contact", or a part such as "left hand"; with
            several people "left hand of the person on the left".
        kind: in which respect: "only" (in one of them), "count", "distance", "speed", "direction" or "value".
        first, second: its values: seconds, metres, metres a second, degrees, counts or words; None where there is none.
        text: a sentence about it.
    """

    subject: str
    kind: str
    first: Any
    second: Any
    text: str


@dataclass(frozen=True)
class Comparison:
    """Two clips side by side.

    Args:
        first, second: the model's answers about each.
        differences: what is measured to differ, the clip as a whole first, then part by part.
    """

    first: Side
    second: Side
    differences: tuple[Difference, ...]

    @property
    def text(self) -> str:
        """The labels of both clips and all differences, in sentences."""
        sentences = [difference.text for difference in self.differences]
        one, two = self.first.called, self.second.called
        if self.first.label is not None:
            words = f"both clips {one}" if one == two else f"the first clip {one} and the second {two}"
            sentences = [f"The model calls {words}.", *sentences]
        if not self.differences:
            sentences.append("No difference in their movements was measured.")
        return " ".join(sentences)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {**asdict(self), "text": self.text}


def compare(
    model: Any,
    processor: Any,
    first: Any,
    second: Any,
    labels: Sequence[str] | None = None,
    calibrate: str | None = None,
) -> Comparison:
    """Compares two clips.

    Args:
        model: a `SkeletonLLMForConditionalGeneration`.
        processor: its `SkeletonLLMProcessor`.
        first, second: clips, as in the processor's call; they may differ in layout, rate and units.
        labels: candidates to name each clip by; None: only captions.
        calibrate: as in `recognize`.

    Raises:
        ValueError: labels as in `recognize`; clips that `describe` cannot measure.
    """
    return compare_answers(LocalAnswerer(model, processor), first, second, labels, calibrate)


def compare_answers(
    answerer: Answerer, first: Any, second: Any, labels: Sequence[str] | None = None, calibrate: str | None = None
) -> Comparison:
    """As `compare`, of anything that answers; labels only for those that give scores."""
    clips = [answerer.processor.load(clip) for clip in (first, second)]
    described = [describe(clip) for clip in clips]
    sides = []
    for clip, description in zip(clips, described, strict=True):
        found = None if labels is None else answerer.recognize(clip, labels, 1, calibrate=calibrate)
        caption = answerer.caption(clip)
        label, score = (None, None) if found is None else (found.label, found.scores[0])
        sides.append(
            Side(clip.source, caption, label, score, description.sentences, found is not None and found.unsure)
        )
    return Comparison(*sides, tuple(differences(*(description.facts for description in described))))


def differences(first: Facts, second: Facts) -> list[Difference]:
    """Differences between two sets of facts, measured without a model."""
    found = _length(first, second)
    if first.people != second.people:
        text = f"The first clip shows {_people(first.people)}, the second {_people(second.people)}."
        found.append(Difference("people", "value", first.people, second.people, text))
    for person in range(min(first.people, second.people)):
        of = "" if max(first.people, second.people) == 1 else f" of {first.places[person]}"
        for compared in (_postures, _travels, _turns, _parts):
            found += compared(first, second, person, of)
    touched = [sorted({f"{c.part} on {c.other_part}" for c in facts.contacts}) for facts in (first, second)]
    if touched[0] != touched[1]:
        words = [", ".join(touch) or "nobody touches anybody" for touch in touched]
        text = f"Contact in the first clip: {words[0]}; in the second: {words[1]}."
        found.append(Difference("contact", "value", *touched, text))
    return found


def _length(first: Facts, second: Facts) -> list[Difference]:
    low, high = sorted((first.seconds, second.seconds))
    if high < LONGER * low or high - low < SECONDS:
        return []
    text = f"The {_larger(first.seconds, second.seconds)} clip is longer: {high:.1f} s against {low:.1f} s."
    return [Difference("length", "value", first.seconds, second.seconds, text)]


def _people(count: int) -> str:
    return "one person" if count == 1 else f"{count} people"


def _postures(first: Facts, second: Facts, person: int, of: str) -> list[Difference]:
    orders = [[stance.posture for stance in facts.stances if stance.person == person] for facts in (first, second)]
    if orders[0] == orders[1]:
        return []
    words = [", then ".join(order) or "not determined" for order in orders]
    text = f"The posture{of} in the first clip: {words[0]}; in the second: {words[1]}."
    return [Difference(f"posture{of}", "value", *orders, text)]


def _travels(first: Facts, second: Facts, person: int, of: str) -> list[Difference]:
    ways = [[travel for travel in facts.travels if travel.person == person] for facts in (first, second)]
    far = [sum(travel.distance for travel in own) for own in ways]
    if not any(ways):
        return []
    subject, words = f"way{of}", [" and then ".join(f"{t.kind} {t.direction}" for t in own) for own in ways]
    if not all(ways):
        which, own, distance = ("first", words[0], far[0]) if ways[0] else ("second", words[1], far[1])
        text = f"Only in the {which} clip does {_who(of)} leave the place: {own}, {metres(distance)}."
        return [Difference(subject, "only", *(word or None for word in words), text)]
    found = []
    if words[0] != words[1]:
        text = f"The way{of} in the first clip: {words[0]}; in the second: {words[1]}."
        found.append(Difference(subject, "direction", *words, text))
    found += _quantity(subject, "distance", far, f"The {{}} clip's way{of} is longer")
    steps = [sum(travel.steps or 0 for travel in own) for own in ways]
    if all(steps) and steps[0] != steps[1]:
        text = f"The first way{of} takes {steps[0]} steps, the second {steps[1]}."
        found.append(Difference(subject, "count", *steps, text))
    speeds = [distance / max(sum(t.end - t.start for t in own), 1e-3) for distance, own in zip(far, ways, strict=True)]
    return found + _quantity(subject, "speed", speeds, f"The {{}} clip's way{of} is faster")


def _turns(first: Facts, second: Facts, person: int, of: str) -> list[Difference]:
    sums = [
        sum((1 if turn.side == "left" else -1) * turn.degrees for turn in facts.turns if turn.person == person)
        for facts in (first, second)
    ]
    if abs(sums[0] - sums[1]) < AROUND:
        return []
    sides = ["left" if degrees > 0 else "right" for degrees in sums]
    words = [
        f"{abs(degrees):.0f} degrees to the {side}" if abs(degrees) >= AROUND else "hardly"
        for degrees, side in zip(sums, sides, strict=True)
    ]
    text = f"{_who(of).capitalize()} turns {words[0]} in the first clip, {words[1]} in the second."
    return [Difference(f"turn{of}", "value", *sums, text)]


def _parts(first: Facts, second: Facts, person: int, of: str) -> list[Difference]:
    motions = [part_motions(facts, person) for facts in (first, second)]
    found: list[Difference] = []
    swapped: set[str] = set()
    for kind in ("hand", "foot"):
        used = [[side for side in ("left", "right") if f"{side} {kind}" in own] for own in motions]
        if len(used[0]) == len(used[1]) == 1 and used[0] != used[1]:
            sides = [f"{own[0]} {kind}" for own in used]
            swapped |= set(sides)
            text = f"The {sides[0]}{of} moves in the first clip, the {sides[1]} in the second."
            found.append(Difference(f"{kind}{of}", "value", *sides, text))
            found += _motions(f"{kind}{of}", motions[0][sides[0]], motions[1][sides[1]], sideways=False)
    for part in dict.fromkeys([*motions[0], *motions[1]]):
        if part in swapped:
            continue
        one, two = (own.get(part) for own in motions)
        if one and two:
            found += _motions(f"{part}{of}", one, two)
        else:
            which, own = ("first", one) if one else ("second", two)
            often = f", {times_word(own.count)}" if own.count > 1 else ""
            text = f"Only in the {which} clip does the {part}{of} move: {own.direction}, {metres(own.distance)}{often}."
            values = [motion and motion.direction for motion in (one, two)]
            found.append(Difference(f"{part}{of}", "only", *values, text))
    return found


@dataclass(frozen=True)
class PartMotion:
    """A part's movements, taken together.

    Args:
        direction: of the largest movement.
        distance: metres, of the largest movement one way.
        count: how often it goes there and back, round or up in a jump; 0 where all go one way only.
        speed: metres a second, mean over the largest movement.
    """

    direction: str
    distance: float
    count: int
    speed: float


def part_motions(facts: Facts, person: int) -> dict[str, PartMotion]:
    """Parts that move, in the order in which they start; "both hands" are a left and a right hand."""
    moves: dict[str, list[Move]] = {}
    for move in facts.moves:
        if move.person == person:
            for part in _single(move.part):
                moves.setdefault(part, []).append(move)
    return {part: _together(own) for part, own in moves.items()}


def _single(part: str) -> tuple[str, ...]:
    """`"both hands by turns"` -> `("left hand", "right hand")`."""
    name = part.removesuffix(" by turns")
    one = {"both hands": "hand", "both feet": "foot"}.get(name)
    return (name,) if one is None else (f"left {one}", f"right {one}")


def _together(moves: list[Move]) -> PartMotion:
    farthest = max(move.distance for move in moves)
    largest = next(move for move in moves if move.distance >= _AS_FAR * farthest)
    ways = 2 * largest.count if largest.kind == "repetition" else largest.count
    turns = 3.14 if largest.kind == "circle" else 1.0  # once round is longer than across
    speed = turns * ways * largest.distance / max(largest.end - largest.start, 0.05)
    count = sum(move.count for move in moves if move.kind != "stroke")
    return PartMotion(largest.direction, largest.distance, count, speed)


def _motions(subject: str, one: PartMotion, two: PartMotion, sideways: bool = True) -> list[Difference]:
    """Differences of a part's movements; left and right are not compared where the sides are swapped."""
    found = []
    if one.count != two.count:
        often = [times_word(motion.count) for motion in (one, two)]
        text = f"The {subject} makes its movement {often[0]} in the first clip, {often[1]} in the second."
        if not one.count or not two.count:
            which, times = ("first", often[0]) if one.count else ("second", often[1])
            text = f"Only in the {which} clip does the {subject} go back and forth, {times}."
        found.append(Difference(subject, "count", one.count, two.count, text))
    ways = [motion.direction for motion in (one, two)]
    on_a_side = any(word in way for way in ways for word in ("left", "right", "clockwise"))
    if ways[0] != ways[1] and (sideways or not on_a_side):
        text = f"The {subject} moves {ways[0]} in the first clip, {ways[1]} in the second."
        found.append(Difference(subject, "direction", *ways, text))
    found += _quantity(
        subject, "distance", [one.distance, two.distance], f"The {subject} goes farther in the {{}} clip"
    )
    return found + _quantity(subject, "speed", [one.speed, two.speed], f"The {subject} is faster in the {{}} clip")


def _quantity(subject: str, kind: str, values: Sequence[float], text: str) -> list[Difference]:
    """A difference in "distance" or "speed", if it is large enough; `text` has a place for the clip with more of it."""
    ratio, least, words = (FARTHER, METRES, metres) if kind == "distance" else (FASTER, 0.0, _speed)
    low, high = sorted(values)
    if high <= ratio * low or high - low <= least:
        return []
    return [Difference(subject, kind, *values, f"{text.format(_larger(*values))}: {words(high)} against {words(low)}.")]


def _larger(first: float, second: float) -> str:
    return "first" if first > second else "second"


def _who(of: str) -> str:
    return of.removeprefix(" of ") or "the person"


def _speed(value: float) -> str:
    return f"{value:.1f} m/s"
