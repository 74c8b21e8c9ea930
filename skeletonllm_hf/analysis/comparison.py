"""How two clips differ: what the model calls each, and what is measured on both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..answering.local import LocalAnswerer
from ..answering.protocol import Answerer
from ..describe import Facts, describe
from ..describe.sentences import metres
from ..synthetic.texts import times_word
from .motions import PartMotion, part_motions

LONGER, SECONDS = 1.15, 0.3  # ratio and seconds from which one clip is longer than another
FARTHER, METRES = 1.25, 0.10  # ratio and metres from which one movement goes farther
FASTER = 1.3  # ratio of speeds
AROUND = 30.0  # degrees of turning


@dataclass(frozen=True)
class Side:
    """What the model says of one of the two clips.

    Args:
        source: where the clip comes from.
        caption: the model's description.
        label: the best of the labels, None where none were given.
        score: that label's share among them.
        description: what is measured on the clip, in sentences (`describe`).
    """

    source: str
    caption: str
    label: str | None
    score: float | None
    description: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One thing in which the clips differ.

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
        first, second: what the model says of each.
        differences: what is measured to differ, the clip as a whole first, then part by part.
    """

    first: Side
    second: Side
    differences: tuple[Difference, ...]

    @property
    def text(self) -> str:
        """What the model says and all differences, in sentences."""
        sentences = []
        if self.first.label is not None:
            same = self.first.label == self.second.label
            both = f'The model calls both clips "{self.first.label}".'
            sentences.append(
                both
                if same
                else f'The model calls the first clip "{self.first.label}" and the second "{self.second.label}".'
            )
        found = [difference.text for difference in self.differences]
        return " ".join([*sentences, *(found or ["No difference in their movements was measured."])])

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
    """What differs between two clips.

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
        sides.append(Side(clip.source, caption, label, score, description.sentences))
    return Comparison(*sides, tuple(differences(*(description.facts for description in described))))


def differences(first: Facts, second: Facts) -> list[Difference]:
    """What differs between two sets of facts; no model takes part."""
    found = _length(first, second)
    if first.people != second.people:
        text = f"The first clip shows {_people(first.people)}, the second {_people(second.people)}."
        found.append(Difference("people", "value", first.people, second.people, text))
    for person in range(min(first.people, second.people)):
        of = "" if max(first.people, second.people) == 1 else f" of {first.places[person]}"
        found += (
            _postures(first, second, person, of) + _ways(first, second, person, of) + _turns(first, second, person, of)
        )
        found += _parts(first, second, person, of)
    touched = [sorted({f"{c.part} on {c.other_part}" for c in facts.contacts}) for facts in (first, second)]
    if touched[0] != touched[1]:
        words = [", ".join(touch) or "nobody touches anybody" for touch in touched]
        found.append(
            Difference(
                "contact", "value", *touched, f"Contact in the first clip: {words[0]}; in the second: {words[1]}."
            )
        )
    return found


def _length(first: Facts, second: Facts) -> list[Difference]:
    a, b = first.seconds, second.seconds
    if max(a, b) < LONGER * min(a, b) or abs(a - b) < SECONDS:
        return []
    which = "first" if a > b else "second"
    text = (
        f"The {which} clip is longer: {a:.1f} s against {b:.1f} s."
        if a > b
        else f"The {which} clip is longer: {b:.1f} s against {a:.1f} s."
    )
    return [Difference("length", "value", a, b, text)]


def _people(count: int) -> str:
    return "one person" if count == 1 else f"{count} people"


def _postures(first: Facts, second: Facts, person: int, of: str) -> list[Difference]:
    orders = [[stance.posture for stance in facts.stances if stance.person == person] for facts in (first, second)]
    if orders[0] == orders[1]:
        return []
    words = [", then ".join(order) or "not determined" for order in orders]
    return [
        Difference(
            f"posture{of}",
            "value",
            *orders,
            f"The posture{of} in the first clip: {words[0]}; in the second: {words[1]}.",
        )
    ]


def _ways(first: Facts, second: Facts, person: int, of: str) -> list[Difference]:
    ways = [[travel for travel in facts.travels if travel.person == person] for facts in (first, second)]
    far = [sum(travel.distance for travel in own) for own in ways]
    if not any(ways):
        return []
    subject, words = f"way{of}", [" and then ".join(f"{t.kind} {t.direction}" for t in own) for own in ways]
    if not all(ways):
        which, own, distance = ("first", words[0], far[0]) if ways[0] else ("second", words[1], far[1])
        values = [word or None for word in words]
        return [
            Difference(
                subject,
                "only",
                *values,
                f"Only in the {which} clip does {_who(of)} leave the place: {own}, {metres(distance)}.",
            )
        ]
    found = []
    if words[0] != words[1]:
        found.append(
            Difference(
                subject, "direction", *words, f"The way{of} in the first clip: {words[0]}; in the second: {words[1]}."
            )
        )
    if _much(far, FARTHER, METRES):
        found.append(
            Difference(
                subject, "distance", *far, f"The {_which(far)} clip's way{of} is longer: {_against(far, metres)}."
            )
        )
    steps = [sum(travel.steps or 0 for travel in own) for own in ways]
    if all(steps) and steps[0] != steps[1]:
        found.append(
            Difference(subject, "count", *steps, f"The first way{of} takes {steps[0]} steps, the second {steps[1]}.")
        )
    speeds = [distance / max(sum(t.end - t.start for t in own), 1e-3) for distance, own in zip(far, ways, strict=True)]
    if _much(speeds, FASTER):
        found.append(
            Difference(
                subject, "speed", *speeds, f"The {_which(speeds)} clip's way{of} is faster: {_against(speeds, _speed)}."
            )
        )
    return found


def _turns(first: Facts, second: Facts, person: int, of: str) -> list[Difference]:
    sums = [
        sum((1 if turn.side == "left" else -1) * turn.degrees for turn in facts.turns if turn.person == person)
        for facts in (first, second)
    ]
    if abs(sums[0] - sums[1]) < AROUND:
        return []
    words = [
        f"{abs(degrees):.0f} degrees to the {'left' if degrees > 0 else 'right'}"
        if abs(degrees) >= AROUND
        else "hardly"
        for degrees in sums
    ]
    return [
        Difference(
            f"turn{of}",
            "value",
            *sums,
            f"{_who(of).capitalize()} turns {words[0]} in the first clip, {words[1]} in the second.",
        )
    ]


def _parts(first: Facts, second: Facts, person: int, of: str) -> list[Difference]:
    motions = [part_motions(facts, person) for facts in (first, second)]
    found: list[Difference] = []
    swapped: set[str] = set()
    for kind in ("hand", "foot"):
        used = [[side for side in ("left", "right") if f"{side} {kind}" in own] for own in motions]
        if len(used[0]) == len(used[1]) == 1 and used[0] != used[1]:
            sides = [f"{own[0]} {kind}" for own in used]
            swapped |= set(sides)
            found.append(
                Difference(
                    f"{kind}{of}",
                    "value",
                    *sides,
                    f"The {sides[0]}{of} moves in the first clip, the {sides[1]} in the second.",
                )
            )
            found += _between(f"{kind}{of}", motions[0][sides[0]], motions[1][sides[1]], sideways=False)
    for part in dict.fromkeys([*motions[0], *motions[1]]):
        if part in swapped:
            continue
        one, two = (own.get(part) for own in motions)
        if one and two:
            found += _between(f"{part}{of}", one, two)
        else:
            which, own = ("first", one) if one else ("second", two)
            values = [motion and motion.direction for motion in (one, two)]
            text = f"Only in the {which} clip does the {part}{of} move: {own.direction}, {metres(own.distance)}{_often(own)}."
            found.append(Difference(f"{part}{of}", "only", *values, text))
    return found


def _between(subject: str, one: PartMotion, two: PartMotion, sideways: bool = True) -> list[Difference]:
    """How a part's movements differ; left and right are not compared where the sides are swapped."""
    found = []
    if one.count != two.count:
        text = f"The {subject} makes its movement {times_word(one.count)} in the first clip, {times_word(two.count)} in the second."
        if not one.count or not two.count:
            which = "first" if one.count else "second"
            text = (
                f"Only in the {which} clip does the {subject} go back and forth, {times_word(one.count or two.count)}."
            )
        found.append(Difference(subject, "count", one.count, two.count, text))
    ways = [motion.direction for motion in (one, two)]
    if ways[0] != ways[1] and (
        sideways or not any("left" in way or "right" in way or "clockwise" in way for way in ways)
    ):
        found.append(
            Difference(
                subject,
                "direction",
                *ways,
                f"The {subject} moves {ways[0]} in the first clip, {ways[1]} in the second.",
            )
        )
    far = [one.distance, two.distance]
    if _much(far, FARTHER, METRES):
        found.append(
            Difference(
                subject,
                "distance",
                *far,
                f"The {subject} goes farther in the {_which(far)} clip: {_against(far, metres)}.",
            )
        )
    speeds = [one.speed, two.speed]
    if _much(speeds, FASTER):
        found.append(
            Difference(
                subject,
                "speed",
                *speeds,
                f"The {subject} is faster in the {_which(speeds)} clip: {_against(speeds, _speed)}.",
            )
        )
    return found


def _who(of: str) -> str:
    return of.removeprefix(" of ") or "the person"


def _often(motion: PartMotion) -> str:
    return f", {times_word(motion.count)}" if motion.count > 1 else ""


def _much(values: Sequence[float], ratio: float, least: float = 0.0) -> bool:
    low, high = sorted(values)
    return high > ratio * low and high - low > least


def _which(values: Sequence[float]) -> str:
    return "first" if values[0] > values[1] else "second"


def _against(values: Sequence[float], words: Callable[[float], str]) -> str:
    low, high = sorted(values)
    return f"{words(high)} against {words(low)}"


def _speed(value: float) -> str:
    return f"{value:.1f} m/s"
