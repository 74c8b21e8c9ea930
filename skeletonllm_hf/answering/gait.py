"""Captions of somebody who walks or runs, corrected by what the skeleton shows: turns that are not made, a run that is called a walk."""

from __future__ import annotations

import re

from ..describe import Measures
from ..model.skeleton import SkeletonSequence

_GAIT = "walks|runs|jogs"
_TURNS_FIRST = re.compile(rf"\bturns (?:left|right|around)(?: to the (?:left|right))? and ((?:{_GAIT}) forward)\b")
_IN_A_CURVE = re.compile(rf"\b({_GAIT}) (?:in an? (?:curve|arc) to the (?:left|right)|and turns (?:left|right))")
_WALKS_FORWARD = re.compile(r"\bwalks forward\b")


def with_measured_gait(caption: str, clip: SkeletonSequence) -> str:
    """A caption without a turn that is not measured, and with "runs" for "walks" where every way over the ground is a run.

    Args:
        caption: of one person; others come back as they are.
        clip: what it describes. Nothing is corrected of flat clips, in which turns are not measured, nor where nobody leaves the place.
    """
    turns = _TURNS_FIRST.search(caption) or _IN_A_CURVE.search(caption)
    if not turns and not _WALKS_FORWARD.search(caption):
        return caption
    if clip.is_2d or int(clip.people_present.sum()) != 1:
        return caption
    facts = Measures(clip).facts
    if not facts.travels:
        return caption
    if turns and not facts.turns:
        caption = _TURNS_FIRST.sub(r"\1", caption)
        if all(travel.direction == "forward" for travel in facts.travels):
            caption = _IN_A_CURVE.sub(r"\1 forward", caption)
    if all(travel.kind == "run" for travel in facts.travels):
        caption = _WALKS_FORWARD.sub("runs forward", caption)
    return caption
