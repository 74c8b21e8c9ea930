"""Questions about a composition with answers that hold by construction, and foils: short names of what is not done."""

from __future__ import annotations

import re
from typing import Any

from ...model.prompts import DOING, FIRST, HOW_MANY_ACTIONS, LAST, SECOND
from ...nouns import number_word
from ...transforms import swap_side_words
from .primitive import Primitive, plural
from .wording import Act, inflected, plain_name

_OPPOSITES = {
    "forward": "backward", "backward": "forward", "up": "down", "down": "up", "upward": "downward", "downward": "upward",
    "clockwise": "counterclockwise", "counterclockwise": "clockwise", "outward": "inward", "inward": "outward",
    "backwards": "forward", "overhead": "forward", "sideways": "forward",
}  # fmt: skip
_OPPOSITE = re.compile(r"\b(" + "|".join(sorted(_OPPOSITES, key=len, reverse=True)) + r")\b")
_TURNABLE = {  # families whose direction is told by one word of the text
    "circle", "line", "arm circle", "push", "punch", "raise", "leg raise", "kick", "lunge", "step", "walk", "run", "bend", "jump", "reach",
}  # fmt: skip
# Families whose text names both sides, each of one limb.
_BOTH_SIDES = {"two-armed pose", "touch", "knee to hand", "reach down"}
_WAY_OUT = re.compile(
    r"^(forward|backward|up|down|sideways|to the (left|right)|clockwise|counterclockwise|outward|inward|across)$"
)
_TRAVELS = ("walk", "run")


def _other_side(primitive: Primitive) -> str | None:
    text = primitive.exact_text
    swapped = swap_side_words(text)
    both = "left" in text and "right" in text
    if primitive.side == "both" or swapped == text or primitive.action is not None:
        return None
    return swapped if not both or primitive.family in _BOTH_SIDES else None


def _other_way(primitive: Primitive) -> str | None:
    text = primitive.exact_text
    if primitive.family not in _TURNABLE or not primitive.direction or len(_OPPOSITE.findall(text)) != 1:
        return None
    return _OPPOSITE.sub(lambda match: _OPPOSITES[match.group()], text)


def foils(acts: tuple[Act, ...]) -> tuple[str, ...]:
    """Short names of what is not done: the other side, the opposite direction, the other order."""
    first = acts[0].primitives
    wrong = []
    if len(acts) == 1 and len(first) == 1:
        for text in (_other_side(first[0]), _other_way(first[0])):
            if text is not None:
                wrong.append(inflected(text, "bare"))
    elif len(acts) == 1:
        for number, primitive in enumerate(first):
            text = _other_side(primitive) or _other_way(primitive)
            if text is not None:
                texts = [one.exact_text for one in first]
                texts[number] = text
                wrong.append(" and ".join(inflected(text, "bare") for text in texts))
    else:
        order = [" and ".join(inflected(one.exact_text, "bare") for one in act.primitives) for act in acts]
        if len(set(order)) == len(order):
            wrong.append(" then ".join(order[::-1]))
    return tuple(dict.fromkeys(wrong))


def questions(acts: tuple[Act, ...], frames: Any, label: str, wrong: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """(question, answer) pairs, all true of the clip.

    Args:
        acts: what is done.
        frames: what stands before and after.
        label: the clip's name.
        wrong: its foils.
    """
    pairs = [("How many people are there?", "one"), (DOING, label)]
    if len(acts) > 1:
        pairs += _about_order(acts, frames)
    elif len(acts[0].primitives) > 1:
        names = [inflected(one.exact_text, "plain") for one in acts[0].primitives]
        pairs += [
            ("What does the person do at the same time?", " and ".join(names)),
            ("Are the movements done together or one after the other?", "together"),
        ]
    else:
        pairs += _about_one(acts[0])
    travels = any(
        one.family in _TRAVELS or (one.action is not None and one.action.travel)
        for act in acts
        for one in act.primitives
    )
    walks = any(one.family == "walk" for act in acts for one in act.primitives)
    if walks or not (travels or "walk" in frames):
        pairs.append(("Is the person walking?", "yes" if walks else "no"))
    pairs += [("What is the posture at the start?", acts[0].posture), ("What is the posture at the end?", acts[-1].end)]
    if len(acts) == 1 and acts[0].primitives[0].action is None:
        right = inflected(acts[0].primitives[0].exact_text, "plain")
        pairs.append((f"Does the person {right}?", "yes"))
        pairs += [(f"Does the person {_with_article(acts[0], number)}?", "no") for number in range(len(wrong[:1]))]
    return tuple(dict.fromkeys(pairs))


def _with_article(act: Act, number: int) -> str:
    """The foil of one movement, in a whole sentence."""
    texts = [text for one in act.primitives for text in (_other_side(one), _other_way(one)) if text is not None]
    return inflected(texts[number], "plain")


def _about_order(acts: tuple[Act, ...], frames: Any) -> list[tuple[str, str]]:
    pairs = [
        (HOW_MANY_ACTIONS, number_word(len(acts))),
        ("Are the movements done together or one after the other?", "one after the other"),
    ]
    if frames[0] != "walk":
        pairs.append((FIRST, plain_name(acts[0])))
    if frames[1] != "walk":
        pairs.append((LAST, plain_name(acts[-1])))
    if len(acts) == 3:
        pairs.append((SECOND, plain_name(acts[1])))
    if acts[-1].again and len(acts) == 2 and acts[0].primitives[0].limb in ("hand", "arm", "leg", "foot", "knee"):
        one, two = acts[0].primitives[0], acts[1].primitives[0]
        pairs += [
            (f"Which {one.limb} does the person use first?", f"the {one.side} {one.limb}"),
            (f"Which {two.limb} does the person use last?", f"the {two.side} {two.limb}"),
        ]
    return pairs


def _about_one(act: Act) -> list[tuple[str, str]]:
    one, pairs = act.primitives[0], []
    if (
        one.side is not None
        and one.limb in ("hand", "arm", "leg", "foot", "knee")
        and one.family not in ("balance", "hop")
    ):
        used = f"both {plural(one.limb)}" if one.side == "both" else f"the {one.side} {one.limb}"
        pairs.append((f"Which {one.limb} does the person use?", used))
        if one.limb in ("hand", "arm"):
            pairs.append(
                ("Does the person use one arm or both arms?", "both arms" if one.side == "both" else "one arm")
            )
    part = {"hand": "arms", "arm": "arms", "leg": "legs", "foot": "legs", "knee": "legs", "head": "head"}.get(one.limb)
    if part is not None and one.family not in ("reach down", "knee to hand"):
        pairs.append(("Which part of the body moves most, the arms, the legs or the head?", f"the {part}"))
    if one.count is not None and one.unit:
        pairs.append((f"How many times does the person {one.unit}?", number_word(one.count)))
    if one.direction and _WAY_OUT.match(one.direction) and one.family not in ("lower",):
        pairs.append(("In which direction does the movement go?", one.direction))
    if act.speed != "normal":
        pairs.append(("Is the movement slow or fast?", act.speed))
    moves = one.family in _TRAVELS or any(one.moved[:2])
    pairs.append(("Does the person stay in place?", "no" if moves else "yes"))
    return pairs
