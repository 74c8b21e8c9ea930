"""Free-form questions to a small model: refusal, rewording, counting, and yes or no by the space of clips and sentences."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from ..describe import Measures
from ..lexicon import load_lexicon
from ..model.answers import written
from ..model.prompts import CAPTION, DOING, DOING_TWO, EXPLAIN, LAST, RECOGNIZE, REFUSAL, VERIFY
from ..nouns import number_word, ordinal
from ..questions import (
    SAME,
    Found,
    Kind,
    Moment,
    action_of_question,
    action_stated,
    actions_in_order,
    choices_of_question,
    counted_action,
    fact_of_question,
    is_answerable,
    is_negated,
    is_taught,
    kind_of,
    known_action,
    load_wordings,
    moment_of,
    only_known_words,
    plain,
    shows_in_motion,
    stated_choices,
    taught_wording,
    topics,
    ways_of_action,
    with_common_subject,
)  # fmt: skip
from ..transforms import crop
from . import each_time
from .action_classes import is_of_class
from .details import in_detail
from .end_posture import with_measured_posture
from .facts import OF_ALL, OF_EACH, ONLY_MEASURED, true_fact
from .gait import with_measured_gait
from .known_texts import held_pose
from .measured import counted_repetitions
from .narration import DOINGS, MOST_PEOPLE, answers_of_each, arrivals, narrated, narrated_between, what_one_does
from .ordered import ordered
from .particulars import particular
from .quantities import TAUGHT, is_done_to_somebody, quantity, who_does
from .scene import Scene

# Confidence of a count from which a caption says it: chosen as `ANSWER_CONFIDENCE`; a wrong count in a caption is worse than none.
CAPTION_CONFIDENCE = 0.8
# Cosine with a name of the lexicon from which words that it lacks are an action, so that "no" can be said of it. Chosen by reading thirty
# phrases for actions that the lexicon lacks and thirty for something else; no clips.
ACTION_COSINE = 0.62
# answered only where the clip shows what they ask about
_CHECKED = (Kind.PERSON, Kind.TIME, Kind.LENGTH, Kind.OTHER_MEASURE, Kind.OTHER_NUMBER)
_TRAINED = (CAPTION, EXPLAIN)  # and those that begin with RECOGNIZE, or ask as VERIFY does
OTHER = "the other person"
_VERIFY_END = VERIFY.partition("{label}")[2]
_OF_TWO = re.compile(r"\b(?:people|they|each other|active person|person on the|the other)\b")  # questions of training


def understand(model: Any, processor: Any, clip: Any, question: str) -> tuple[str | None, str]:
    """(reply, question): a reply that needs no language model, or None and the question in the words of training.

    In this order: whether there is one person or more is read from the clip; what the skeleton tells is measured (sides, times,
    lengths, directions, whether anybody moves) or refused; a question that no motion answers is refused; a question of training
    gets its exact words; repetitions are counted on the skeleton (unless `processor.counts` is off, or the count is doubtful);
    whether the person does an action is decided by a cosine in the space of clips and sentences, for the clip and for its parts
    where one action follows another, and which of two actions by the larger; a question near to one of training that asks for
    the same kind of answer gets its words. Others are refused. What is done in a long clip, or by several people who do not act
    together, is answered by parts (`narration`). Details are what the skeleton measures (`details`).

    Args:
        model: a `SkeletonLLMForConditionalGeneration` with an alignment.
        processor: its `SkeletonLLMProcessor`.
        clip: a `SkeletonSequence`.
        question: free text.
    """
    scene = Scene(model, processor, clip)
    if question not in _TRAINED and (moment := moment_of(question, clip.seconds)):
        return _at_moment(scene, moment), question
    reply, taught = _understood(scene, question)
    if reply is None and taught == EXPLAIN:
        reply = in_detail(scene, labelled=question == EXPLAIN)
    elif reply is None and taught in (CAPTION, *DOINGS):
        parts, more = narrated(scene, taught), arrivals(scene) if taught == CAPTION else []
        if parts is not None or more:
            own = parts.text if parts else written(model, processor, [(clip, taught)], ())[0]
            reply = " ".join([own, *more])
    elif reply is None and not (taught in _TRAINED or taught.startswith(RECOGNIZE) or taught.endswith(_VERIFY_END)):
        of_two = _OF_TWO.search(taught) is not None
        if scene.people > 1 and scene.measures and "posture" in taught:
            reply = answers_of_each(scene, taught)
        elif scene.apart or of_two != (scene.people > 1):
            reply = REFUSAL  # training showed the language model one person, or two who act together, and asked of these what is of two
    return reply, taught


def _at_moment(scene: Scene, moment: Moment) -> str:
    """The answer to a question about a part of the clip."""
    if moment.start >= moment.end:
        return f"the clip ends at {scene.clip.seconds:.1f} s"
    kind = kind_of(moment.question)
    if kind is Kind.TIME or (kind is Kind.LENGTH and moment.start > 0):
        return REFUSAL  # the part has times of its own
    part = Scene(scene.model, scene.processor, crop(scene.clip, moment.start, moment.end))
    reply, taught = _understood(part, moment.question)
    if reply is not None:
        return reply
    if taught == EXPLAIN:
        return in_detail(part)
    if taught in (CAPTION, *DOINGS):
        if (text := narrated_between(scene, taught, moment.start, moment.end)) is not None:
            return text
        if (parts := narrated(part, taught)) is not None:
            return parts.text
    return written(part.model, part.processor, [(part.clip, taught)], ())[0]


def _understood(scene: Scene, question: str) -> tuple[str | None, str]:
    """As `understand`, of a clip as a whole."""
    if question in _TRAINED or question.startswith(RECOGNIZE) or question.endswith(_VERIFY_END):
        return None, question
    text, kind = plain(question), kind_of(question)
    if load_wordings().find("details", text):
        return None, EXPLAIN
    if not re.search(r"[^\W\d_]", question):  # without a word
        return REFUSAL, question
    fact = fact_of_question(text) if kind is Kind.YES_NO else None
    together = fact is not None and fact.entry in OF_ALL
    if answer := particular(scene, text):
        return answer, question
    if ways := ways_of_action(text):
        does = any(map(scene.shows, (ways[0].split()[0], *ways)))
        return scene.nearer(ways).partition(" ")[2] if does else REFUSAL, question
    if (
        kind is Kind.DIRECTION
        and (choices := choices_of_question(text))
        and len({one.split()[0] for one in choices}) == 2
    ):
        return _nearer(scene, choices), question
    if scene.people > 1 and scene.measures and not together and (named := load_wordings().find("one of several", text)):
        true = _of_one(scene, scene.measures, _place(named, scene.measures), named.fields["action"])
        return REFUSAL if true is None else "yes" if true else "no", question
    if scene.people > 1 and scene.measures and (named := load_wordings().find("what one does", text)):
        return _what_one_does(scene, scene.measures, _place(named, scene.measures)), question
    unseen = load_wordings().find("unseen", action_of_question(text) or "") if kind is Kind.YES_NO else None
    if unseen and unseen.entry == "trait":
        return REFUSAL, question
    if kind is Kind.CHOICE and (chosen := _chosen(scene, text)):
        return chosen, question
    true = true_fact(scene, text) if kind is Kind.YES_NO else None
    if kind is Kind.YES_NO and (stated := action_of_question(text)) and load_wordings().find("action class", stated):
        true = is_of_class(scene, stated)
        return REFUSAL if true is None else _yes_or_no(true, text), question
    if load_wordings().find("pose", text) and (pose := held_pose(scene.clip)):
        return pose.words, question
    if true is None and fact is not None and fact.entry in ONLY_MEASURED:
        return REFUSAL, question
    some = load_wordings().find("several people", text) if scene.people > 1 and not together else None
    own = some is not None and (some.entry == "each of them" or (fact is not None and fact.entry in OF_EACH))
    if some and scene.measures and (own or (true is None and scene.apart)):
        true = _of_several(scene, scene.measures, some)
        return REFUSAL if true is None else "yes" if true else "no", question
    if true is not None:
        return _yes_or_no(true, text), question
    if kind in (Kind.WHAT, Kind.PERSON) and (named := load_wordings().find("object", text)) and named.entry == "unseen":
        return REFUSAL, question
    shown = with_common_subject(text)
    actions = actions_in_order(text) or (action_of_question(text) or "",)
    known = kind is Kind.YES_NO and all(map(known_action, actions))
    known = known or (kind is Kind.CHOICE and choices_of_question(text) is not None)
    if question.rstrip().endswith("?"):
        shown += "?"  # the sentence encoder minds it
    answerable = (
        known or only_known_words(shown) or is_answerable(shown) or taught_wording(shown, nearness=SAME) is not None
    )
    sure = kind in _CHECKED or (kind is Kind.SIDE and "standing leg" in topics(text))
    if not sure and not answerable:
        return REFUSAL, question
    if (reply := ordered(scene, text, kind)) or (reply := quantity(scene, text, kind)):
        return (None, reply) if reply in TAUGHT else (reply, question)
    return _by_meaning(scene, question, shown, kind) if answerable else (REFUSAL, question)


def _chosen(scene: Scene, text: str) -> str | None:
    """Which of two things is so, where both are measured and one is; None: it is not told so, or another question."""
    if (either := load_wordings().find("either order", action_stated(text) or "")) is not None:
        return _earlier(scene, either)
    if (choices := stated_choices(text)) is None:
        return None
    timed = load_wordings().find("timed", choices[1])
    then = choices[1].removeprefix(timed.fields["action"]) if timed else ""
    words = [choice.removesuffix(then) for choice in choices]
    true = [true_fact(scene, f"is the person {one}{then}") for one in words]
    if None in true:
        return None
    return words[true.index(True)] if sum(map(bool, true)) == 1 else None


def _earlier(scene: Scene, either: Found) -> str:
    """Which of two actions comes first, or whether one is before or after the other."""
    earlier, later = either.fields["earlier"], either.fields["later"]
    orders = [scene.shows_in_order(pair) for pair in ((earlier, later), (later, earlier))]
    if orders.count(True) != 1:
        return REFUSAL
    if either.entry == "first":
        return earlier if orders[0] else later
    return "before" if orders[0] else "after"


def _place(named: Found, measures: Measures) -> str | None:
    """The name of one of several people, as in `Facts.places`; None: there are not so many."""
    if "nth" not in named.fields:
        return named.entry
    tracks = measures.tracks
    order = sorted(range(len(tracks)), key=lambda person: tracks[person].stands_at)
    return next(
        (measures.facts.places[person] for rank, person in enumerate(order, 1) if ordinal(rank) == named.fields["nth"]),
        None,
    )


def _what_one_does(scene: Scene, measures: Measures, place: str | None) -> str:
    """What one of several people does: of two who act together, the action of both where both do it, or of the one who does."""
    places = measures.facts.places
    if scene.apart:
        return what_one_does(scene, places.index(place)) if place in places else REFUSAL
    doing = written(scene.model, scene.processor, [(scene.clip, DOING_TWO)], ())[0]
    who = who_does(scene, measures, doing).split(" and ")
    does = "touches" in topics(doing) or (len(who) > 1 if place == OTHER else place in who)  # as in a handshake
    return doing if does else REFUSAL


def _of_one(scene: Scene, measures: Measures, place: str | None, action: str) -> bool | None:
    """Whether one of several people, such as "the person on the left", does an action or is as stated; None: that cannot be told."""
    if place is None or place not in measures.facts.places:
        return None
    negated, action = action.startswith("not "), action.removeprefix("not ")
    alone = scene.alone(measures.facts.places.index(place))
    true = true_fact(alone, f"is the person {action}")
    if true is None and scene.apart:
        true = alone.shows(action) if is_action(action) else None
    elif true is None:
        to_other = load_wordings().find("done to the other", action)
        action = to_other.fields["action"] if to_other else action
        if is_done_to_somebody(action) or not shows_in_motion(f"is the person {action}"):
            return None
        shown = next((words for words in (action, f"{action} the other person") if scene.shows(words)), None)
        if shown:
            doing = who_does(scene, measures, shown)
            together = "touches" in topics(action)  # as in a handshake
            true = True if together else None if doing == REFUSAL else place in doing
        elif known_action(action):
            true = not to_other and alone.shows(action)
    return None if true is None else true != negated


def _of_several(scene: Scene, measures: Measures, named: Found) -> bool | None:
    """Whether each of several people, or one of them, does an action or is as stated; None: that cannot be told."""
    places = measures.facts.places[:MOST_PEOPLE]
    found = {_of_one(scene, measures, place, named.fields["action"]) for place in places}
    decides = named.entry == "one of them"
    return decides if decides in found else None if None in found else not decides


def _by_meaning(scene: Scene, question: str, text: str, kind: Kind) -> tuple[str | None, str]:
    """As `understand`, for what is not measured."""
    if same := taught_wording(text, scene.people, SAME):
        return None, same
    repeated = counted_action(text) if kind is Kind.TIMES else None
    named = load_wordings().find("action counted", plain(text)) if kind is Kind.TIMES else None
    words = named.fields["action"] if named else ""
    if words and not (repeated or load_wordings().find("a repetition", words) or is_action(words)):
        return REFUSAL, question  # "How many tattoos ..."
    if repeated and scene.lacks(repeated):
        return REFUSAL, question
    if scene.processor.counts and words and (number := each_time.count_of(scene, words)):
        return number_word(number), question
    counts = scene.processor.counts and kind is Kind.TIMES
    if counts and (counted := counted_repetitions(scene.piece_with(repeated) if repeated else scene.clip)):
        return number_word(counted.count), question
    if kind is Kind.YES_NO and load_wordings().find("compared", plain(text)):
        return REFUSAL, question
    if order := actions_in_order(text):
        true = scene.shows_in_order(order)
        return REFUSAL if true is None else _yes_or_no(true, text), question
    if action := action_of_question(text):
        if not shows_in_motion(text):
            return REFUSAL, question
        if scene.stretches and (timed := load_wordings().find("timed", action)):
            action = timed.fields["action"]
            place = scene.stretch_with(action)
            edge = 0 if timed.entry == "at the start" else len(scene.stretches) - 1
            return _yes_or_no(place == edge, text) if place is not None or is_action(action) else REFUSAL, question
        parts = [action] if known_action(action) else re.split(" (?:while|and) ", action)
        shown = {part: _does(scene, part) for part in parts}
        if all(shown.values()):
            return _yes_or_no(True, text), question
        known = any(is_action(part) for part, is_shown in shown.items() if not is_shown)
        known = known and held_pose(scene.clip) is None  # who keeps still, as in a photo, may be in the midst of it
        return _yes_or_no(False, text) if known else REFUSAL, question
    if choices := choices_of_question(text):
        return _nearer(scene, choices), question
    near = taught_wording(text, scene.people)
    guess = kind is not Kind.YES_NO and is_taught(question)
    return (None, near or question) if near or guess else (REFUSAL, question)


def _nearer(scene: Scene, actions: tuple[str, str]) -> str:
    return "neither" if scene.neither(actions) else scene.nearer(actions)


def finisher(processor: Any, clip: Any, question: str) -> Callable[[str], str] | None:
    """A function that corrects the gait and the posture in a caption or in the name of what is done (`gait`, `end_posture`), and adds to captions the number of
    repetitions that was counted with confidence.

    None for other texts.

    Args:
        processor, clip: as in `understand`; None where `processor.counts` is off.
        question: in the words of training.
    """
    if question not in (CAPTION, DOING, LAST) or not processor.counts:
        return None
    if question == LAST:  # the way over the ground may be that of another action
        return functools.partial(with_measured_posture, clip=clip)
    if question == DOING:
        return functools.partial(_named, clip=clip)
    counted = counted_repetitions(clip, CAPTION_CONFIDENCE)
    return functools.partial(_finished, clip=clip, count=0 if counted is None else counted.count)


def _named(name: str, clip: Any) -> str:
    return with_measured_posture(with_measured_gait(name, clip), clip)


def _finished(caption: str, clip: Any, count: int) -> str:
    caption = _named(caption, clip)
    if count < 2:
        return caption
    from ..synthetic.texts import with_count  # the generator: a quarter of a second that answers need not wait

    return with_count(caption, count=count)


def _does(scene: Scene, action: str) -> bool:
    """Whether the person does an action, by what is measured of it, else by what the clip shows."""
    measured = true_fact(scene, f"does the person {action}")
    if measured is not None:
        return measured
    entry = known_action(action)  # by its own name: "throwing something" is shown where "throw" is
    return scene.shows(entry.name) or scene.captioned(entry) if entry else scene.shows(action)


def is_action(words: str) -> bool:
    """Whether words name an action that the lexicon has, or one like these: not "land" or "start from the left"."""
    if known_action(words):
        return True
    from .scorers.names import entry_cosines  # with the generator

    return float(entry_cosines([words], load_lexicon()).max()) >= ACTION_COSINE


def _yes_or_no(true: bool, question: str) -> str:
    return "yes" if true != is_negated(question) else "no"
