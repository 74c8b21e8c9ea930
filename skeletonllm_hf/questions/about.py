"""What a question is about: the action that it names, two in an order or to choose from, or a fact that can be measured."""

from __future__ import annotations

import re

from ..lexicon import Entry, load_lexicon, stems
from .kinds import plain, topics
from .wordings import Found, load_wordings

MOST_QUESTIONS = 4  # that are taken apart; a longer list is read as one
_AND = re.compile(
    r",? and (?=(?:(?:in|with|at|to|on|by|from) )?(?:what|which|who|where|when|why|how|does|do|did|is|are|was|were)\b)",
    re.IGNORECASE,
)


def separate(question: str) -> tuple[str, ...]:
    """The questions of which one consists: "Is he walking, and where to?" asks two; most ask one.

    Only what is a question by itself is taken apart: not "How far and how fast does he go?".
    """
    sentences = [sentence for sentence in " ".join(question.split()).split("?") if sentence.strip()]
    if len(sentences) > 1 and not question.rstrip().endswith("?"):
        return (question,)  # something else stands behind it, such as how to answer
    parts = [part for sentence in sentences for text in _AND.split(sentence) if (part := text.strip(" ,;"))]
    if not 2 <= len(parts) <= MOST_QUESTIONS or (
        len(sentences) < 2 and not load_wordings().named_in("verb", plain(parts[0]))
    ):
        return (question,)
    return tuple(f"{part}?" for part in parts)


def action_of_question(question: str) -> str | None:
    """What a question that "yes" or "no" answers asks for: the words behind "is the person", "is he not" or the like; None: nothing."""
    found = action_stated(question)
    return None if found is None or " or " in found else found.removeprefix("not ")  # "or" asks for a choice


def is_negated(question: str) -> bool:
    """Whether a question asks if something is not so: "Is the person not waving?", "Are the arms not up?". "Isn't the person waving?" does not."""
    stated = action_stated(question)
    return "not" in plain(question).split() if stated is None else stated.startswith("not ")


def named_action(question: str) -> str | None:
    """What "when does the person ...", "who ..." or "how long does he ..." asks about: the words behind the subject; None: nothing."""
    found = load_wordings().find("action named", plain(question))
    return found.fields["action"] if found else None


def counted_action(question: str) -> str | None:
    """The action of the lexicon that "how many squats ..." or "how often does he squat" counts; None: none that is known."""
    found = load_wordings().find("action counted", plain(question))
    return found.fields["action"] if found and load_lexicon().find(found.fields["action"]) else None


def stated_choices(question: str) -> tuple[str, str] | None:
    """The two things that "Is the person kicking or waving?" names, also "overarm throw" of "an overarm or an underarm throw"; None: it names none."""
    found = load_wordings().find("choice", action_stated(question) or "")
    if found is None:
        return None
    first, second = found.fields["first"], found.fields["second"]
    whole = f"{first} {second.split()[-1]}"
    return (whole if load_lexicon().find(whole) and not load_lexicon().find(first) else first), second


def ways_of_action(question: str) -> tuple[str, str] | None:
    """The two ways of one action that "Is the kick forward or to the side?" names: "kick forward" and "kick to the side"; None: another question."""
    found = load_wordings().find("choice of a way", plain(question))
    noun = found.fields["noun"].split()[-1] if found else ""
    if found is None or load_wordings().find("general", noun) or not load_lexicon().find(noun):
        return None
    first, second = (found.fields[name] for name in ("first", "second"))
    if (
        load_wordings().find("pace", first)
        or topics(f"{first} {second}") & {"a side"}
        or topics(noun) & {"walks", "turns"}
    ):
        return None  # which is measured
    return (f"{noun} {first}", f"{noun} {second}")


def choices_of_question(question: str) -> tuple[str, str] | None:
    """As `stated_choices`, of two actions that are both in the lexicon."""
    choices = stated_choices(question)
    return choices if choices and all(map(known_action, choices)) else None


def actions_in_order(question: str) -> tuple[str, str] | None:
    """The two actions of "Does the person clap and then walk?"; None for other questions."""
    stated = action_of_question(question) or ""
    if load_lexicon().find(stated):  # "get up after a fall" is one action
        return None
    found = load_wordings().find("order", stated)
    return (found.fields["first"], found.fields["second"]) if found else None


def fact_of_question(question: str) -> Found | None:
    """The fact that a yes-or-no question states and that can be measured, such as "turns" to a side; "not" is left to `is_negated`."""
    text = plain(question)
    stated = action_of_question(text)
    wholly = load_wordings().find("fact", " ".join(word for word in text.split() if word != "not"))
    return wholly or next((found for group in ("fact", "fact of a limb") if stated and (found := load_wordings().find(group, stated))), None)  # fmt: skip


def known_action(action: str) -> Entry | None:
    """The entry of the lexicon that has this name, also "walking with crutches" for "walk with crutches"."""
    verb, _, rest = action.partition(" ")
    return load_lexicon().find(action) or load_lexicon().find(f"{stems(verb)} {rest}".strip())


def shows_in_motion(question: str) -> bool:
    """Whether what a yes-or-no question asks for is a movement, by its words: not "snow on the ground" or "the president"."""
    action = action_of_question(question) or ""
    unseen = load_wordings().find("unseen", action)
    if unseen and unseen.entry in ("trait", "mood", "manner"):
        return False
    if known_action(action):
        return True
    if unseen and not topics(unseen.fields.get("tool", "")) & {"hand", "foot", "thing"}:
        return False
    is_thing = load_wordings().find("thing stated", plain(question)) is not None
    return not is_thing or any(word.endswith("ing") or load_lexicon().find(word) for word in action.split()[-1:])


def action_stated(question: str) -> str | None:
    """The words behind "is the person", also of a choice or with "not": what a question states; None: nothing."""
    found = load_wordings().find("action stated", plain(question))
    return found.fields["action"] if found else None
