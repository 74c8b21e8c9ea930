"""Captions of somebody who walks or runs, corrected by what the skeleton shows: turns that are not made, a run that is called a walk, a way that comes back."""

from __future__ import annotations

import re

from ..describe import Measures
from ..model.skeleton import SkeletonSequence

_GAIT = "walks|runs|jogs"
_TURNS_FIRST = re.compile(rf"\bturns (?:left|right|around)(?: to the (?:left|right))? and ((?:{_GAIT}) forward)\b")
_IN_A_CURVE = re.compile(rf"\b({_GAIT}) (?:in an? (?:curve|arc) to the (?:left|right)|and turns (?:left|right))")
_FORWARD = re.compile(rf"\b(?:{_GAIT}) forward\b")
_RUNS_FORWARD = re.compile(r"\b(?:runs|jogs) forward\b")
# One way over the ground, nothing before or after it
_WAY = r"(?:forward|(?:and )?turn(?:s|ing)? (?:left|right)|in an? (?:half circle|circle|curve|arc|figure eight)(?: to the (?:left|right))?)"
_ONE_WAY = re.compile(rf"(A person (?:{_GAIT})) {_WAY}\.|(walk|run|jog)(?: {_WAY})?")  # as a caption, or as a name


def with_measured_gait(caption: str, clip: SkeletonSequence) -> str:
    """A caption without a turn that is not measured, with the gait of every way over the ground where all are of one, and with the shape of a way that comes back.

    Args:
        caption: of one person, or the name of what they do; others come back as they are.
        clip: what it describes. Nothing is corrected of flat clips, in which turns are not measured, nor where nobody leaves the place.
    """
    turns = _TURNS_FIRST.search(caption) or _IN_A_CURVE.search(caption)
    one_way = _ONE_WAY.fullmatch(caption)
    if not turns and not one_way and not _FORWARD.search(caption):
        return caption
    if clip.is_2d or int(clip.people_present.sum()) != 1:
        return caption
    facts = Measures(clip).facts
    if not facts.travels:
        return caption
    if one_way and len(facts.travels) == 1 and facts.travels[0].comes_back:
        return _going(one_way, facts.travels[0].direction)
    if turns and not facts.turns:
        caption = _TURNS_FIRST.sub(r"\1", caption)
        if all(travel.direction == "forward" for travel in facts.travels):
            caption = _IN_A_CURVE.sub(r"\1 forward", caption)
    kinds = {travel.kind for travel in facts.travels}
    if kinds == {"run"}:
        caption = caption.replace("walks forward", "runs forward")
    elif kinds == {"walk"}:
        caption = _RUNS_FORWARD.sub("walks forward", caption)
    return caption


def _going(found: re.Match[str], direction: str) -> str:
    return f"{found[1]} {direction}." if found[1] else f"{found[2]} {direction.partition(' to the ')[0]}"
