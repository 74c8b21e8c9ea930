"""Labels of walking and of running, held against what the skeleton's steps show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from ...cache import key
from ...lexicon import forms

# What the other gait loses: at the scale of probabilities ten times the natural logarithm. Ways of training people (UTKinect, HDM05, GTU 3D,
# Bandai-Namco-2) were all measured right, so that it decides wherever there is a label for what was measured.
AGAINST = 25.0
_GAITS = {
    "walk": re.compile(r"walk(?:s|ing|ed)?\b"),
    "run": re.compile(r"(?:run|jog|dash|sprint)(?:s|n?ning|g?ing|g?ed|es)?\b"),
}
_NO_WAY = re.compile(r"\b(?:and|then|in place|on the spot|treadmill|jump\w*|hands?)\b")


def gait_of(label: str) -> str | None:
    """ "walk" or "run" of a label that means one way over the ground and nothing else; None: it means something else."""
    if _NO_WAY.search(label.lower()):
        return None
    return next((gait for form in forms(label) for gait, words in _GAITS.items() if words.match(form)), None)


class GaitScorer:
    """0, and `-AGAINST` for labels of a gait that a clip does not show, where another label is of the one that it shows."""

    def __init__(self) -> None:
        self.gaits: tuple[str | None, ...] = ()

    def prepare(self, labels: Sequence[str], descriptions: Mapping[str, Sequence[str]] | None) -> None:
        self.gaits = tuple(gait_of(label) for label in labels)

    @property
    def key(self) -> str:
        return key("gait", AGAINST, self.gaits)

    def scores(self, clips: Sequence[Any]) -> torch.Tensor:
        rows = torch.zeros(len(clips), len(self.gaits))
        for row, clip in zip(rows, clips, strict=True):
            shown = _shown(clip)
            if shown in self.gaits:
                row[[place for place, gait in enumerate(self.gaits) if gait not in (None, shown)]] = -AGAINST
        return rows


def _shown(clip: Any) -> str:
    """The gait of all ways of a clip of one person; empty: it shows none, or several."""
    from ...describe import Measures  # needed by few lists of labels

    if clip.is_2d or int(clip.people_present.sum()) != 1:
        return ""
    kinds = {travel.kind for travel in Measures(clip).facts.travels}
    return kinds.pop() if len(kinds) == 1 else ""
