"""Labels that differ in what the skeleton shows, held against it: walking and running, circles either way round, swipes to either side."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ...cache import key
from ...describe import Measures
from ...lexicon import forms

# What a label loses that claims the other thing: at the scale of probabilities ten times the natural logarithm. Ways of training people
# (UTKinect, HDM05, GTU 3D, Bandai-Namco-2) and generated circles and swipes were all measured right, so that it decides.
AGAINST = 25.0
_SWEEPS = 0.2  # share of a hand's level way, weighted by its height and speed, that goes to one side
_GAITS = {
    "walk": re.compile(r"(?:(?:walk|stroll|wander)(?:s|ing|ed)?|(?:ambl|hik|strid)(?:es?|ing|ed))\b"),
    "run": re.compile(r"(?:run|jog|dash|sprint)(?:s|n?ning|g?ing|g?ed|es)?\b"),
}
_NO_WAY = re.compile(r"\b(?:and|then|in place|on the spot|treadmill|jump\w*|hands?)\b")
_CLOCKWISE = re.compile(r"\b(counter|anti|contra)?[ -]?clockwise\b")
_OF_FEET = re.compile(r"\b(?:walk|run|jog|step|skip|turn|spin|foot|feet|leg|head|hip|neck)\w*")
_SWEEP = re.compile(r"\b(?:swip|sweep|slid|flick|scroll|wip|push|pull|drag|swing)\w*")
_LIMB = re.compile(r"\b(?:left|right) (?:hand|arm|wrist|palm|fist|elbow|finger)s?\b")
_SIDE = re.compile(r"\b(left|right)(?:wards?)?\b")


def gait_of(label: str) -> str | None:
    """ "walk" or "run" of a label that means one way over the ground and nothing else; None: it means something else."""
    if _NO_WAY.search(label.lower()):
        return None
    return next((gait for form in forms(label) for gait, words in _GAITS.items() if words.match(form)), None)


def sense_of(label: str) -> str | None:
    """ "clockwise" or "counterclockwise" of a label that says which way the hands go round; None: it does not."""
    words = label.lower()
    found = _CLOCKWISE.search(words)
    return None if not found or _OF_FEET.search(words) else "counterclockwise" if found[1] else "clockwise"


def sweep_of(label: str) -> str | None:
    """ "left" or "right" of a label that says to which side a hand sweeps, not which hand; None: it does not."""
    words = _LIMB.sub(" ", label.lower().replace("_", " ").replace("-", " "))
    sides = set(_SIDE.findall(words))
    return sides.pop() if len(sides) == 1 and _SWEEP.search(words) and not _OF_FEET.search(words) else None


def _gait(measures: Measures) -> str | None:
    kinds = {travel.kind for travel in measures.facts.travels}
    return None if measures.flat or len(kinds) != 1 else kinds.pop()


def _sense(measures: Measures) -> str | None:
    facts = measures.facts
    circles = [move for move in facts.moves if move.kind == "circle" and "hand" in move.part]
    return None if facts.travels or not circles else max(circles, key=lambda move: move.count * move.distance).direction


def _sweep(measures: Measures) -> str | None:
    """To which side the hand that moves most goes where it is high and fast: it comes back lower or slower."""
    tracks = measures.tracks[0]
    paths = [
        tracks.local(f"{side}_wrist", "pelvis") for side in ("left", "right") if tracks.has(f"{side}_wrist", "pelvis")
    ]
    if not paths or measures.facts.travels:
        return None
    path = max(paths, key=lambda path: float((np.diff(path, axis=0) ** 2).sum()))
    speed, high = np.gradient(path[:, 0]), path[:, 1] - path[:, 1].min()
    weight = high * np.abs(speed)
    share = float((weight * speed).sum() / max(float((weight * np.abs(speed)).sum()), 1e-9))
    return None if abs(share) < _SWEEPS else "left" if share > 0 else "right"


@dataclass(frozen=True)
class _Aspect:
    """What labels may claim, and what a clip of one person shows of it; None: nothing."""

    claim: Callable[[str], str | None]
    shown: Callable[[Measures], str | None]


_ASPECTS = (_Aspect(gait_of, _gait), _Aspect(sense_of, _sense), _Aspect(sweep_of, _sweep))


class MeasuredScorer:
    """0, and `-AGAINST` for labels that claim what a clip does not show, where another label claims what it shows; nothing is measured where labels do not differ so."""

    def __init__(self) -> None:
        self.count = 0
        self.claims: tuple[tuple[str | None, ...], ...] = ()  # of each aspect in which labels differ
        self.aspects: tuple[_Aspect, ...] = ()

    def prepare(self, labels: Sequence[str], descriptions: Mapping[str, Sequence[str]] | None = None) -> None:
        self.count = len(labels)
        claims = [(aspect, tuple(map(aspect.claim, labels))) for aspect in _ASPECTS]
        differing = [(aspect, claimed) for aspect, claimed in claims if len(set(claimed) - {None}) > 1]
        self.aspects, self.claims = tuple(aspect for aspect, _ in differing), tuple(claimed for _, claimed in differing)

    @property
    def key(self) -> str:
        return key("measured", AGAINST, self.claims)

    def scores(self, clips: Sequence[Any]) -> torch.Tensor:
        rows = torch.zeros(len(clips), self.count)
        for row, clip in zip(rows, clips, strict=True):
            if not self.aspects or int(clip.people_present.sum()) != 1:
                continue
            measures = Measures(clip)
            for aspect, claimed in zip(self.aspects, self.claims, strict=True):
                shown = aspect.shown(measures)
                if shown is not None and shown in claimed:
                    row[[place for place, claim in enumerate(claimed) if claim not in (None, shown)]] = -AGAINST
        return rows
