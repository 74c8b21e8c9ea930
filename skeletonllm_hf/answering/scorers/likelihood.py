"""How likely a label, or the sentences that describe it, is as the model's answer; less how likely it is about anything."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch

from ...model.prompts import CAPTION, recognition_prompt
from ...model.tasks import candidate_log_likelihoods, checked_descriptions
from ...synthetic import reference_clips
from ..cache import cached
from ..digest import clips_digest, key, model_digest

REFERENCE_CLIPS = 96  # of the prior: more move it by less than a clip of another seed does
REFERENCE_AT_ONCE = 16  # reference clips that are rendered together


class LikelihoodScorer:
    """`model.tasks.candidate_log_likelihoods`, calibrated on request.

    Args:
        model, processor: as in `recognize`.
        prior: whether each label's mean over synthetic clips of other actions (`synthetic.reference_clips`), looked at
            once each, is subtracted. It is computed once per model, processor and set of labels.
        views: as in `candidate_log_likelihoods`.
    """

    def __init__(self, model, processor, prior: bool = True, views: int | None = None):
        self.model, self.processor, self.views = model, processor, views
        self.subtracts_prior = prior
        self.labels: list[str] = []
        self.descriptions: Mapping[str, Sequence[str]] | None = None
        self.prior: torch.Tensor | None = None
        self.key = ""

    def prepare(self, labels: Sequence[str], descriptions: Mapping[str, Sequence[str]] | None = None) -> None:
        self.labels, self.descriptions = list(labels), descriptions
        if descriptions is None:
            texts: list = self.labels
            question = recognition_prompt(texts if self.processor.list_candidates else None)
        else:
            texts, question = checked_descriptions(labels, descriptions), CAPTION
        parts = ["likelihood", model_digest(self.model, self.processor), texts, question]
        if not self.subtracts_prior:
            self.prior, self.key = None, key(*parts, "none")
            return
        reference = reference_clips(self.labels, REFERENCE_CLIPS)
        self.key = key(*parts, "prior", clips_digest(reference))
        self.prior = cached(
            f"prior-{self.key}",
            (len(self.labels),),
            lambda: prior_log_likelihoods(self.model, self.processor, reference, self.labels, descriptions),
        )

    def scores(self, clips: Sequence[Any]) -> torch.Tensor:
        with evaluating(self.model):
            found = candidate_log_likelihoods(
                self.model, self.processor, clips, self.labels, self.views, self.descriptions
            )
        found = found.float().cpu()
        return found if self.prior is None else found - self.prior


def prior_log_likelihoods(
    model,
    processor,
    reference: Sequence[Any],
    labels: Sequence[str],
    descriptions: Mapping[str, Sequence[str]] | None = None,
) -> torch.Tensor:
    """(labels,) float32 on the CPU: the mean of `candidate_log_likelihoods` over reference clips, one view of each."""
    rows = []
    with evaluating(model):
        for start in range(0, len(reference), REFERENCE_AT_ONCE):
            some = reference[start : start + REFERENCE_AT_ONCE]
            rows.append(candidate_log_likelihoods(model, processor, some, labels, 1, descriptions).float().cpu())
    return torch.cat(rows).mean(0)


@contextlib.contextmanager
def evaluating(model) -> Iterator[None]:
    """In evaluation mode and without gradients; afterwards as before."""
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(training)
