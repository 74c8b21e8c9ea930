"""Which label a clip shows: scores that are prepared once per set of labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from ..model.tasks import CALIBRATIONS, Recognition, checked_candidates, ranked
from .digest import key
from .scorers.likelihood import LikelihoodScorer
from .scorers.scorer import Scorer, weighted_sum

CLIPS_AT_ONCE = 16  # whose frames are in memory together


class Recognizer:
    """Ranks a set of labels for any number of clips.

        recognizer = Recognizer(model, processor, ["walk", "wave"])
        recognizer(clip).label
        recognizer.scores(clips)  # (clips, labels)

    Args:
        model: a `SkeletonLLMForConditionalGeneration`; its weights must not change while this is used.
        processor: its `SkeletonLLMProcessor`.
        labels: candidates, at least one, without repetition.
        descriptions: label -> sentences about a clip that shows it, by which it is ranked in place of its name.
        calibrate: what is subtracted from a label's log-likelihood before ranking. "none": nothing; right where every label
            is one that the model was trained to name. "prior": its mean over synthetic clips of other actions, computed once
            and kept on disk; assumes only that the reference clips are a fair sample of other motions. "set": its mean over
            the clips given to `scores` together; assumes that they show the labels about equally often, and needs many.
        none_of_these: adds that as a candidate.
        views: how many times the model looks at a clip, each time at other frames; None: `processor.views`.
        scorers: (scorer, weight), in place of `default_scorers`.

    Raises:
        TypeError, ValueError: labels or descriptions as in `model.tasks.recognize`; another `calibrate`.
    """

    def __init__(
        self, model, processor, labels: Sequence[str], *, descriptions: Mapping[str, Sequence[str]] | None = None,
        calibrate: str = "prior", none_of_these: bool = False, views: int | None = None,
        scorers: Sequence[tuple[Scorer, float]] | None = None,
    ):  # fmt: skip
        self.labels = checked_candidates(labels, none_of_these, descriptions)
        if calibrate not in CALIBRATIONS:
            raise ValueError(f"calibrate: expected one of {', '.join(CALIBRATIONS)}, got {calibrate!r}")
        self.processor, self.calibrate = processor, calibrate
        chosen = default_scorers(model, processor, calibrate, views) if scorers is None else scorers
        self.scorers, self.weights = zip(*chosen, strict=True)
        for scorer in self.scorers:
            scorer.prepare(self.labels, descriptions)

    @property
    def key(self) -> str:
        """A digest of all that the scores depend on but the clips."""
        return key([scorer.key for scorer in self.scorers], self.weights, self.calibrate)

    def __call__(self, clip: Any, top_k: int = 5) -> Recognition:
        """The best labels of one clip. ValueError: calibrated by a set, of which one clip is none; `top_k` below 1."""
        if self.calibrate == "set":
            raise ValueError('calibrate: "set" needs a set of clips (batch, evaluate, Recognizer.scores), got one clip')
        if top_k < 1:
            raise ValueError(f"top_k: expected at least 1, got {top_k}")
        clip = self.processor.load(clip)
        return ranked(self.scores([clip])[0], self.labels, top_k, clip.warnings)

    def scores(self, clips: Sequence[Any]) -> torch.Tensor:
        """(clips, labels) float32 on the CPU: what labels are ranked by, larger is better."""
        return self.combined(self.parts(clips))

    def parts(self, clips: Sequence[Any]) -> torch.Tensor:
        """(scorers, clips, labels) float32: what `combined` takes. Each clip's is its own, so that a set may come in parts."""
        rows = [
            torch.stack([scorer.scores(clips[start : start + CLIPS_AT_ONCE]) for scorer in self.scorers])
            for start in range(0, len(clips), CLIPS_AT_ONCE)
        ]
        return torch.cat(rows, dim=1) if rows else torch.zeros(len(self.scorers), 0, len(self.labels))

    def combined(self, parts: torch.Tensor) -> torch.Tensor:
        """(clips, labels): the weighted sum; by "set", after each label's mean over the clips was subtracted."""
        if self.calibrate == "set" and parts.shape[1]:
            parts = parts - parts.mean(1, keepdim=True)
        return weighted_sum(parts, self.weights)


def default_scorers(
    model, processor, calibrate: str = "prior", views: int | None = None
) -> tuple[tuple[Scorer, float], ...]:
    """(scorer, weight) of those that recognition uses."""
    return ((LikelihoodScorer(model, processor, calibrate == "prior", views), 1.0),)
