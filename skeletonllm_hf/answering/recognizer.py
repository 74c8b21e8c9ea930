"""Ranking of labels for clips, by scores that are prepared once per set of labels."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch

from ..cache import key
from ..lexicon import load_lexicon
from ..model.likelihoods import packs
from ..model.recognition import CALIBRATIONS, Recognition, checked_candidates, ranked
from .looks import JointLooks, Looks
from .scorers.embedding import EmbeddingScorer
from .scorers.likelihood import LikelihoodScorer
from .scorers.measured import MeasuredScorer

# Of the scaled cosine by the joints beside that by the frames, and where the language model was trained to give all labels. Chosen on generated clips
# (`benchmarks/joints.py`); the second on training people of HDM05, Penn Action and GTU 3D, of which the joint encoders saw none.
JOINTS_WEIGHT, JOINTS_WEIGHT_TAUGHT = 1.0, 0.5
LIKELIHOOD_WEIGHT = 3.0  # of a label's mean token log-likelihood beside the scaled cosine; 1 and 6 rank as well
# Probability of a label at the first of a clip's views from which the other views are skipped; see docs/decisions/views.md.
SETTLED = 0.8
# Total probability of the labels whose likelihood is not computed where only the best are asked for; number of labels from which that pays.
LONG = 7.0  # seconds from which a clip may show more than one action
SPARED, SPARING_FROM = 5e-3, 32
CLIPS_AT_ONCE = 16  # whose frames are in memory together


class Scorer(Protocol):
    """Scores how well each label fits a clip: larger is better; each scorer has its own scale.

    To add one, write a file in `scorers/` and name it, with its weight, in `default_scorers`.
    """

    def prepare(self, labels: Sequence[str], descriptions: Mapping[str, Sequence[str]] | None) -> None:
        """Prepares a set of labels, once. Slow results are cached (`cache`)."""

    @property
    def key(self) -> str:
        """A digest of all that the scores depend on but the clips; known after `prepare`."""

    def scores(self, clips: Sequence[Any]) -> torch.Tensor:
        """(clips, labels) float32 on the CPU; a clip's scores do not depend on the rest of the batch."""


def weighted_sum(scores: torch.Tensor, weights: Sequence[float]) -> torch.Tensor:
    """(clips, labels): several scorers' scores, (scorers, clips, labels), as logits added in their weights."""
    return torch.einsum("s,scl->cl", torch.tensor(weights, dtype=scores.dtype), scores)


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
        calibrate: the scores that rank. "none": the language model's likelihood as it is, which is right where it was trained to
            give every label. "prior": those of `default_scorers`, for labels in any words; without a shared space of clips
            and sentences, the likelihood less its mean over synthetic clips of other actions (computed once and kept on
            disk; assumes that these are a fair sample of other motions). "set": as "prior", less each label's mean over the
            clips given to `scores` together; assumes that they show the labels about equally often, and needs many.
        none_of_these: adds that as a candidate.
        views: draws of a clip's frames over which scores are averaged; None: at most `processor.views`, and one where a
            label has a probability of `SETTLED` by the first.
        scorers: (scorer, weight), in place of `default_scorers`.

    Raises:
        TypeError, ValueError: labels or descriptions as in `model.recognition.recognize`; another `calibrate`.
    """

    def __init__(
        self, model: Any, processor: Any, labels: Sequence[str], *, descriptions: Mapping[str, Sequence[str]] | None = None,
        calibrate: str = "prior", none_of_these: bool = False, views: int | None = None,
        scorers: Sequence[tuple[Scorer, float]] | None = None,
    ) -> None:  # fmt: skip
        self.labels = checked_candidates(labels, none_of_these, descriptions)
        if calibrate not in CALIBRATIONS:
            raise ValueError(f"calibrate: expected one of {', '.join(CALIBRATIONS)}, got {calibrate!r}")
        self.processor, self.calibrate = processor, calibrate
        self.config = model.config
        self.looks, self.spares = None, False
        if scorers is None:
            looks = Looks(model, processor, views)
            scorers = default_scorers(looks, self.labels, calibrate, descriptions is not None)
            if views is None and looks.views > 1 and calibrate == "prior":
                self.looks = looks
            likelihood = isinstance(scorers[-1][0], LikelihoodScorer) and len(scorers) > 1 and packs(model)
            self.spares = likelihood and calibrate == "prior" and len(self.labels) >= SPARING_FROM
        self.scorers, self.weights = zip(*scorers, strict=True)
        for scorer in self.scorers:
            scorer.prepare(self.labels, descriptions)

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Labels that neither training nor the lexicon nor a description gives a meaning."""
        unknown = dict.fromkeys(label for scorer in self.scorers for label in getattr(scorer, "unexplained", ()))
        return tuple(label for label in unknown if label not in self.config.taught_labels)

    @property
    def warnings(self) -> tuple[str, ...]:
        """A warning about labels that mean nothing to the model, with names that they may be misspellings of."""
        unknown = self.unexplained
        if not unknown:
            return ()
        several = len(unknown) > 1
        subject = f"The label{'s' * several} {', '.join(map(repr, unknown))} mean{'' if several else 's'} nothing to the model"
        advice = (
            f"write {'them' if several else 'it'} in English, or describe {'each' if several else 'it'} in a sentence or two "
            "(--descriptions FILE, descriptions={label: [sentences]})"
        )
        near = {label: name for label in unknown if (name := load_lexicon().nearest_spelling(label))}
        meant = ", ".join(f"{name!r} for {label!r}" for label, name in near.items())
        return (f"{subject}: {advice}.{f' Did you mean {meant}?' if near else ''}",)

    @property
    def key(self) -> str:
        """A digest of all that the scores depend on but the clips."""
        settled = None if self.looks is None else SETTLED
        return key([scorer.key for scorer in self.scorers], self.weights, self.calibrate, settled)

    def __call__(self, clip: Any, top_k: int = 5) -> Recognition:
        """The best labels of one clip. ValueError: calibrated by a set, of which one clip is none; `top_k` below 1."""
        self.check_set(1)
        if top_k < 1:
            raise ValueError(f"top_k: expected at least 1, got {top_k}")
        clip = self.processor.load(clip)
        parts = self.parts([clip], top_k)
        found = self.ranked(self.combined(parts)[0], top_k, clip.warnings)
        first = self.scorers[0]
        far = isinstance(first, EmbeddingScorer) and first.fits_none(clip, parts[0, 0])
        if not (far or found.unsure):
            return found
        warnings = found.warnings
        if clip.seconds > LONG:
            warnings += (
                f"The clip takes {clip.seconds:.0f} s and was ranked as one action; if it shows several, `skeletonllm segment` "
                "(find_segments) labels each.",
            )
        return dataclasses.replace(found, unsure=True, warnings=warnings)

    def ranked(self, scores: torch.Tensor, top_k: int, warnings: Sequence[str] = ()) -> Recognition:
        """The best `top_k` labels by one clip's scores, (labels,), with warnings about the clip and the labels."""
        config = self.config
        found = ranked(scores, self.labels, top_k, (*warnings, *self.warnings), config.score_scale, config.unsure_below)
        explained = len(self.labels) - len(self.unexplained)
        return dataclasses.replace(found, unsure=True) if self.unexplained and explained < 2 else found

    def scores(self, clips: Sequence[Any]) -> torch.Tensor:
        """(clips, labels) float32 on the CPU: what labels are ranked by, larger is better. ValueError: as `check_set`."""
        self.check_set(len(clips))
        return self.combined(self.parts(clips))

    def check_set(self, count: int) -> None:
        """ValueError: one clip, calibrated by a set: less its own score, every label is as likely as any other."""
        if self.calibrate == "set" and count == 1:
            raise ValueError('calibrate: "set" needs a set of clips (batch, evaluate, Recognizer.scores), got one clip')

    def parts(self, clips: Sequence[Any], best: int | None = None) -> torch.Tensor:
        """(scorers, clips, labels) float32: what `combined` takes. Each clip's is its own, so that a set may come in parts.

        Args:
            clips: loaded ones.
            best: how many labels of each clip are asked for; others, whose probabilities sum to less than `SPARED`, may get an
                upper bound of their score, which is below those. None: all.
        """
        rows = [
            self._scored(clips[start : start + CLIPS_AT_ONCE], best) for start in range(0, len(clips), CLIPS_AT_ONCE)
        ]
        return torch.cat(rows, dim=1) if rows else torch.zeros(len(self.scorers), 0, len(self.labels))

    def _scored(self, clips: Sequence[Any], best: int | None) -> torch.Tensor:
        """(scorers, clips, labels): from one view where a label has a probability of `SETTLED` by it, else from all."""
        if self.looks is None:
            return self._scores(clips, best)
        self.looks.glance(clips)
        found = self._scores(clips, best)
        shares = (self.config.score_scale * self.combined(found)).softmax(1)
        open_ = (shares.amax(1) < SETTLED).nonzero().flatten().tolist()
        if open_:
            found[:, open_] = self._scores(self.looks.look_again(open_), best)
        return found

    def _scores(self, clips: Sequence[Any], best: int | None) -> torch.Tensor:
        if best is None or not self.spares:
            return torch.stack([scorer.scores(clips) for scorer in self.scorers])
        known = torch.stack([scorer.scores(clips) for scorer in self.scorers[:-1]])
        weight, scale = self.weights[-1], self.config.score_scale
        needed = [
            functools.partial(_needed, known=row, weight=weight, scale=scale, best=best)
            for row in weighted_sum(known, self.weights[:-1])
        ]
        return torch.cat([known, self.scorers[-1].leading(clips, needed)[None]])

    def combined(self, parts: torch.Tensor) -> torch.Tensor:
        """(clips, labels): the weighted sum; by "set", after each label's mean over the clips was subtracted."""
        if self.calibrate == "set" and parts.shape[1]:
            parts = parts - parts.mean(1, keepdim=True)
        return weighted_sum(parts, self.weights)


def _needed(bounds: torch.Tensor, known: torch.Tensor, weight: float, scale: float, best: int) -> torch.Tensor:
    """(labels,) bool: the `best` at these bounds, and all but a tail of labels whose probabilities sum to less than `SPARED`."""
    values = known + weight * bounds
    order = values.argsort()
    tail = (scale * values).softmax(0)[order].cumsum(0) < SPARED
    tail[-best:] = False
    return torch.ones_like(tail).index_copy(0, order, ~tail)


def default_scorers(
    looks: Looks, labels: Sequence[str], calibrate: str = "prior", described: bool = False
) -> tuple[tuple[Scorer, float], ...]:
    """(scorer, weight) of those that rank these labels.

    A model with a space for clips and sentences ranks by cosines, there and in that of the joint encoders. The language model's
    likelihood is added where it was trained to give all these names: for other names it measures how common they are, and labels lean
    towards prototypes instead. Where labels differ in what the skeleton shows, as walking and running do, that is weighed. Without
    such a space, or with `calibrate="none"`, the likelihood alone ranks; "prior" and "set" then subtract each label's mean.
    """
    config = looks.model.config
    if calibrate == "none" or config.alignment_size is None:
        return ((LikelihoodScorer(looks, calibrate == "prior"), 1.0),)
    taught = not described and set(labels) <= set(config.taught_labels)
    likelihood = ((LikelihoodScorer(looks, prior=False), LIKELIHOOD_WEIGHT),) if taught else ()
    spaces = (
        (EmbeddingScorer(looks, lean=not taught), 1.0),
        (
            EmbeddingScorer(JointLooks(), lean=not taught),
            JOINTS_WEIGHT_TAUGHT if taught else JOINTS_WEIGHT,
        ),
    )
    return (*spaces, (MeasuredScorer(), 1.0), *likelihood)
