"""What parts of one person's body do: in sentences, by name, or up and down."""

from __future__ import annotations

from ..describe.measures import Measures
from ..describe.sentences import of_parts, sentences
from ..model.prompts import REFUSAL
from .measured import side_of, used_limbs

_PLURAL = {"hand": "hands", "foot": "feet"}


def doing_of_part(measures: Measures, text: str, limb: str | None, about: frozenset[str]) -> str:
    """What hands, feet, head, trunk or hips do.

    Args:
        measures: of a clip of one person.
        text: the question, which may name a side.
        limb: "hand", "foot" or None.
        about: its topics: "head", "trunk", else the hips are meant, where there is no limb.
    """
    facts = measures.facts
    if limb is None:
        part = "head" if "head" in about else "upper body" if "trunk" in about else "body"
        texts = [sentence for sentence in of_parts(facts, [part]) if part != "body" or "pper body" not in sentence]
        return " ".join(texts) or f"{'the hips do' if part == 'body' else f'the {part} does'} nothing of their own"
    side, plural = side_of(text), _PLURAL[limb]
    if "other" in text.split():  # than the one that is used
        used = measures.side(limb)
        if used not in ("left", "right"):
            return REFUSAL
        side = "left" if used == "right" else "right"
    texts = list(of_parts(facts, [f"{side} {limb}", plural] if side else [limb, plural]))
    if "leg" in text or "knee" in text:
        texts += [sentence for sentence in of_parts(facts, ["body"]) if "pper body" not in sentence]
    if limb == "foot" and facts.travels:
        texts.insert(0, sentences(facts, 1)[1])
    if texts:
        return " ".join(texts)
    still = "only swing along" if measures.uses(limb, side) else "keep still"
    return (
        f"the {side} {limb} {still.replace('swing', 'swings').replace('keep', 'keeps')}"
        if side
        else f"both {plural} {still}"
    )


def parts_used(measures: Measures) -> str:
    """Hands and feet that are used, and the upper body where it bends."""
    used = [used_limbs(measures, limb) for limb in ("hand", "foot")]
    found = [limbs for limbs in used if limbs and not limbs.startswith("neither")]
    if any(move.part == "upper body" for move in measures.facts.moves):
        found.append("the upper body")
    return f"{', '.join(found[:-1])} and {found[-1]}" if len(found) > 1 else found[0] if found else REFUSAL


def up_or_down(measures: Measures, text: str, limb: str | None, about: frozenset[str]) -> str:
    """Which way a hand or foot goes, the busier one where no side is named, or the head or the hips; arguments as in `doing_of_part`."""
    part = "head" if "head" in about else "hips"
    if limb is not None:
        ways = measures.ways(limb, 0)
        part = f"{side_of(text) or max(ways, key=lambda one: ways[one], default='right')} {limb}"
    return measures.rises(part) or REFUSAL
