"""Clips that one sentence cannot describe: long ones are described stretch by stretch, people who do not act together one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..model.prompts import CAPTION, DOING, DOING_TWO
from ..nouns import counted, number_word
from .captions import doubtful as captions_doubtful
from .captions import texts_about
from .digest import Recent, clip_key, model_digest
from .protocol import Caption
from .scene import Scene
from .timeline import KEPT, Stretch

MOST_PEOPLE = 8  # of a crowd who are described: those who are seen most
AT_ONCE = 8  # clips of a batch
PAUSE = 3.0  # seconds between two stretches from which the text says that little happens
DOINGS = (DOING, DOING_TWO)
_ONE = "A person "
_recent: Recent[Caption | None] = Recent(KEPT)


def described(model: Any, processor: Any, clips: Sequence[Any], **generation: Any) -> list[Caption]:
    """A caption of each loaded clip and its doubt, by parts where one sentence does not suffice.

    Args:
        model: a `SkeletonLLMForConditionalGeneration`; without an alignment every clip gets one sentence.
        processor: its `SkeletonLLMProcessor`.
        clips: at least one.
        generation: as in `model.answers.generate_texts`.
    """
    if model.config.alignment_size is None:
        return texts_about(model, processor, clips, CAPTION, **generation)
    scenes = [Scene(model, processor, clip) for clip in clips]
    found = [narrated(scene, CAPTION, **generation) for scene in scenes]
    whole = [clip for clip, parts in zip(clips, found, strict=True) if parts is None]
    texts = iter(texts_about(model, processor, whole, CAPTION, **generation) if whole else ())
    captions = [next(texts) if parts is None else parts for parts in found]
    return [
        Caption(" ".join([caption.text, *arrivals(scene)]), caption.unsure)
        for scene, caption in zip(scenes, captions, strict=True)
    ]


def arrivals(scene: Scene) -> list[str]:
    """Sentences that say which of several people come later than the others, or go before."""
    if scene.people < 2 or scene.measures is None:
        return []
    lines = []
    for person, comes, goes in scene.measures.comes_and_goes():
        when = (
            f"until {goes:.1f} s" if comes is None else f"from {comes:.1f}" + (f" to {goes:.1f} s" if goes else " s on")
        )
        place = scene.measures.facts.places[person]
        lines.append(f"{place[0].upper()}{place[1:]} is seen {when}.")
    return lines


def narrated(scene: Scene, question: str, **generation: Any) -> Caption | None:
    """A caption by parts, or by `DOINGS` what is done in each of them; None where one sentence suffices.

    Args:
        scene: the clip.
        question: in the words of training.
        generation: as in `model.answers.generate_texts`.
    """
    if not scene.apart and not scene.stretches:
        return None
    digest = model_digest(scene.model, scene.processor)
    name = digest, clip_key(scene.clip), scene.windows, question, repr(sorted(generation.items()))
    return _recent.get(name, lambda: _narrated(scene, question, **generation))


def narrated_between(scene: Scene, question: str, start: float, end: float) -> str | None:
    """As `narrated`, of the stretches of a long clip that a part of it shows; None: it shows none.

    Args:
        scene, question: as in `narrated`.
        start, end: seconds.
    """
    shown = [
        one
        for one in scene.stretches
        if min(one.end, end) - max(one.start, start) >= min(one.end - one.start, end - start) / 2
    ]
    texts = texts_about(scene.model, scene.processor, [one.clip for one in shown], question) if shown else ()
    return _in_time(shown, [text for text, _ in texts], question not in DOINGS) if shown else None


def doubtful(model: Any, processor: Any, clips: Sequence[Any], captions: Sequence[str]) -> list[bool]:
    """Which captions are probably wrong; those by parts where half of the parts' are. Arguments as in `captions.doubtful`."""
    if model.config.alignment_size is None:
        return captions_doubtful(model, processor, clips, captions)
    scenes = [Scene(model, processor, clip) for clip in clips]
    captions = [
        caption.removesuffix("".join(f" {line}" for line in arrivals(scene)))
        for scene, caption in zip(scenes, captions, strict=True)
    ]
    whole = captions_doubtful(model, processor, clips, captions)
    parts = [narrated(scene, CAPTION) for scene in scenes]
    return [
        own.unsure if own is not None and own.text == caption else doubt
        for own, caption, doubt in zip(parts, captions, whole, strict=True)
    ]


def _narrated(scene: Scene, question: str, **generation: Any) -> Caption | None:
    people = _people(scene)
    if not people and not scene.stretches:
        return None
    parts = [one.stretches for _, one in people] or [scene.stretches]
    clips = [[stretch.clip for stretch in own] or [people[row][1].clip] for row, own in enumerate(parts)]
    every = [clip for own in clips for clip in own]
    question = DOING if question == DOING_TWO else question
    found: list[Caption] = []
    for start in range(0, len(every), AT_ONCE):
        found += texts_about(scene.model, scene.processor, every[start : start + AT_ONCE], question, **generation)
    texts = iter(found)
    sentences = question not in DOINGS
    lines = []
    for own, stretches in zip(clips, parts, strict=True):
        some = [next(texts).text for _ in own]
        lines.append(_in_time(stretches, some, sentences) if stretches else some[0])
    text = _of_each([place for place, _ in people], lines, sentences) if people else lines[0]
    if sentences and people and (others := len(scene.measures.tracks) - len(people) if scene.measures else 0):
        text += f" {counted(others, 'other person is', 'other people are')} not described."
    return Caption(text, 2 * sum(caption.unsure for caption in found) >= len(found))


def doings(scene: Scene) -> list[str]:
    """What is done in each of the scene's stretches, in the language model's words."""
    clips = [stretch.clip for stretch in scene.stretches]
    return [text for text, _ in texts_about(scene.model, scene.processor, clips, DOING)]


def what_one_does(scene: Scene, person: int) -> str:
    """What one of several people does who do not act together; a number as in `Scene.measures.tracks`."""
    alone = scene.alone(person)
    parts = narrated(alone, DOING)
    return texts_about(scene.model, scene.processor, [alone.clip], DOING)[0].text if parts is None else parts.text


def answers_of_each(scene: Scene, question: str) -> str:
    """The answers about each of several people as if alone, of a scene with measures; one where all are the same.

    Args:
        scene: the clip.
        question: of one person, in the words of training.
    """
    places = scene.measures.facts.places[:MOST_PEOPLE] if scene.measures else []
    alone = [scene.alone(person).clip for person in range(len(places))]
    return _of_each(places, [text for text, _ in texts_about(scene.model, scene.processor, alone, question)], False)


def _people(scene: Scene) -> list[tuple[str, Scene]]:
    """(name, the scene with this person alone) of people who do not act together, from the left to the right in the picture."""
    if not scene.apart or scene.measures is None:
        return []
    people = list(zip(scene.measures.tracks, scene.measures.facts.places, strict=True))
    seen = sorted(range(len(people)), key=lambda person: -int(scene.clip.mask[:, people[person][0].row].sum()))
    kept = sorted(seen[:MOST_PEOPLE], key=lambda person: people[person][0].stands_at)
    return [(people[person][1], scene.alone(person)) for person in kept]


def _of_each(places: Sequence[str], texts: Sequence[str], sentences: bool) -> str:
    """What each of several people does; said once where all do the same."""
    if len(set(texts)) == 1:
        each = f"Each of {number_word(len(texts))} people"
        if not sentences:
            return texts[0]
        return f"{each} {texts[0].removeprefix(_ONE)}" if texts[0].startswith(_ONE) else f"{each}: {_clause(texts[0])}"
    if not sentences:
        return "; ".join(f"{place}: {text}" for place, text in zip(places, texts, strict=True))
    lines = []
    for place, text in zip(places, texts, strict=True):
        lines.append(f"{place} {text.removeprefix(_ONE)}" if text.startswith(_ONE) else f"{place}: {_clause(text)}")
    return " ".join(text[0].upper() + text[1:] for text in lines)


def _in_time(stretches: Sequence[Stretch], texts: Sequence[str], sentences: bool) -> str:
    """ "From 0 to 4 s, a person ... From 4 to 7.5 s, the person ...": stretches that touch and have one text are one."""
    joined: list[tuple[float, float, str]] = []
    for stretch, text in zip(stretches, texts, strict=True):
        start = joined.pop()[0] if joined and joined[-1][1:] == (stretch.start, text) else stretch.start
        joined.append((start, stretch.end, text))
    if len(joined) == 1:
        return joined[0][2]
    if not sentences:
        return " and then ".join(
            text for place, (_, _, text) in enumerate(joined) if not place or text != joined[place - 1][2]
        )
    lines, last = [], joined[0][0]
    for start, end, text in joined:
        if start - last >= PAUSE:
            lines.append(f"{_span(last, start)} little happens.")
        lines.append(f"{_span(start, end)} {_clause(text, bool(lines))}")
        last = end
    return " ".join(lines)


def _clause(sentence: str, known: bool = False) -> str:
    """A sentence as part of another; the person is known from one before."""
    if known and sentence.startswith(_ONE):
        return f"the person {sentence.removeprefix(_ONE)}"
    return sentence[0].lower() + sentence[1:]


def _span(start: float, end: float) -> str:
    return f"From {_clock(start, end)} to {_clock(end, end)}{' s' if end < 60 else ''},"


def _clock(seconds: float, end: float) -> str:
    """Seconds; minutes and seconds where the stretch ends after a minute."""
    return f"{seconds:.1f}".removesuffix(".0") if end < 60 else f"{int(seconds // 60)}:{int(seconds % 60):02d}"
