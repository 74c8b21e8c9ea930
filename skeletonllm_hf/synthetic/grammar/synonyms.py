"""Synonyms: words of a template replaced by others of the same meaning, and "the" by "your" in instructions."""

from __future__ import annotations

import re

from .primitive import Draw

_END = r"(?= with |$)"  # where a direction ends its phrase: "forward and backward" stays
# A pattern in a template, and what may stand there instead; all of it stays true.
_SAME = tuple(
    (re.compile(pattern), others)
    for pattern, others in (
        (r"\[raise\]", ("[lift]", "[elevate]")),
        (r"\[lift\]", ("[raise]",)),
        (r"\[draw\](?= (an? |the letter|circles|small|large|little))", ("[trace]", "[make]", "[paint]", "[describe]")),
        (r"\[trace\]", ("[draw]", "[outline]")),
        (r"\[stretch\]", ("[extend]",)),
        (r"\[put\](?=.{0,200} (on|behind) )", ("[place]",)),
        (r"\[bend\](?= (\{the\})?(both |left |right )?(elbow|knee))", ("[flex]",)),
        (r"\[rotate\]", ("[turn]",)),
        (r"\[punch\]", ("[hit]", "[strike]")),
        (r"\[jump\]", ("[leap]",)),
        (r"\[push\](?= (forward|up|down|out))", ("[press]",)),
        (r"\[throw\](?= (something|a ball))", ("[hurl]", "[toss]", "[pitch]")),
        (r"\[tap\](?=.{0,200} hand)", ("[pat]",)),
        (r"\[squat\](?= )", ("[crouch]",)),
        (r"\bboth arms", ("{the}two arms", "{the}arms")),
        (r"\bboth hands", ("{the}two hands", "{the}hands")),
        (r"\bone arm\b", ("an arm", "a single arm")),
        (r"\bone hand\b", ("a hand", "a single hand")),
        (r"\bone leg\b", ("a leg", "a single leg")),
        (r"(?<!out )\bto the side" + _END, ("sideways", "out to the side", "laterally")),
        (r"\bsideways" + _END, ("to the side", "laterally")),
        (r"(?<!and )\bforward" + _END, ("forwards", "to the front")),
        (r"(?<!and )\bbackward" + _END, ("backwards", "to the back", "to the rear")),
        (r"\boverhead\b", ("over the head", "above the head")),
        (r"\babove the head", ("overhead", "over the head")),
        (r"\bin front of the (body|chest)", ("in front",)),
        (r"\bup and down\b", ("upward and downward",)),
        (r"\bin turn\b", ("alternately", "one after the other", "by turns")),
        (r"\bfrom side to side", ("left and right", "to and fro", "to the left and to the right")),
        (r"\bon the spot", ("in place",)),
        (r"\bin place", ("on the spot",)),
        (r"\ba quarter turn", ("a 90 degree turn",)),
        (r"\bhalf a turn", ("a half turn", "a turn by 180 degrees")),
        (r"\bthe ground\b", ("the floor",)),
        (r"\bthe upper body|\{the\}trunk", ("{the}torso", "the upper body", "{the}trunk")),
    )
)
_SHARE = 0.25  # of the places where another word fits get it
_OWN = re.compile(
    r"\bthe (upper body|body|chest|head|belly|back|toes|feet|knees|palms|shoulders?|hips?|face|buttocks?)\b"
)


def varied(draw: Draw, template: str) -> str:
    """The template with some of its words exchanged for others of the same meaning."""
    for pattern, others in _SAME:
        if draw.chance(_SHARE):
            template = pattern.sub(draw.pick(*others), template, count=1)
    return template


def addressed(text: str) -> str:
    """ "in front of the chest" -> "in front of your chest": said to the one who does it."""
    return _OWN.sub(r"your \1", text)
