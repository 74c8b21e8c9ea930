"""Scores by the log-likelihood of a label, or of its descriptions, as the model's answer, less its prior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from ...cache import cached, key
from ...model.likelihoods import Needed, candidate_log_likelihoods, checked_descriptions
from ...model.prompts import CAPTION, recognition_prompt
from ..digest import clips_digest, model_digest
from ..looks import Looks, evaluating

REFERENCE_CLIPS = 96  # of the prior, evenly taken from all actions of the generator
REFERENCE_AT_ONCE = 16  # reference clips that are rendered together


class LikelihoodScorer:
    """`model.likelihoods.candidate_log_likelihoods`, calibrated on request.

    Args:
        looks: the clips' views.
        prior: whether each label's mean over synthetic clips of other actions (`synthetic.reference_clips`), one view of
            each, is subtracted. It is computed once per model, processor and set of labels.
    """

    def __init__(self, looks: Looks, prior: bool = True):
        self.looks, self.model, self.processor = looks, looks.model, looks.processor
        self.subtracts_prior = prior
        self.labels: list[str] = []
        self.descriptions: Mapping[str, Sequence[str]] | None = None
        self.prior: torch.Tensor | None = None
        self.key = ""

    def prepare(self, labels: Sequence[str], descriptions: Mapping[str, Sequence[str]] | None = None) -> None:
        self.labels, self.descriptions = list(labels), descriptions
        if descriptions is None:
            texts: list[Any] = self.labels
            question = recognition_prompt(texts if self.processor.list_candidates else None)
        else:
            texts, question = checked_descriptions(labels, descriptions), CAPTION
        parts = ["likelihood", model_digest(self.model, self.processor), texts, question]
        if not self.subtracts_prior:
            self.prior, self.key = None, key(*parts, "none")
            return
        # the generator takes a quarter of a second to import, which most questions need not wait for
        from ...synthetic import reference_clips

        reference = reference_clips(self.labels, REFERENCE_CLIPS)
        self.key = key(*parts, "prior", clips_digest(reference))
        self.prior = cached(
            f"prior-{self.key}",
            (len(self.labels),),
            lambda: prior_log_likelihoods(self.model, self.processor, reference, self.labels, descriptions),
        )

    def scores(self, clips: Sequence[Any]) -> torch.Tensor:
        found = self.looks.log_likelihoods(clips, self.labels, self.descriptions)
        found = found.float().cpu()
        return found if self.prior is None else found - self.prior

    def leading(self, clips: Sequence[Any], needed: Sequence[Needed]) -> torch.Tensor:
        """As `scores`, without prior or descriptions; for labels that are not needed an upper bound."""
        return self.looks.leading_log_likelihoods(clips, self.labels, needed).float().cpu()


def prior_log_likelihoods(
    model: Any,
    processor: Any,
    reference: Sequence[Any],
    labels: Sequence[str],
    descriptions: Mapping[str, Sequence[str]] | None = None,
) -> torch.Tensor:
    """(labels,) float32 on the CPU: the mean of `candidate_log_likelihoods` over reference clips, one view of each."""
    from tqdm import tqdm

    rows = []
    starts = range(0, len(reference), REFERENCE_AT_ONCE)
    # disable=None: people at a terminal see why it takes a while
    shown = tqdm(starts, desc="prior of these labels, once", unit="batch", leave=False, delay=2, disable=None)
    with evaluating(model):
        for start in shown:
            some = reference[start : start + REFERENCE_AT_ONCE]
            rows.append(candidate_log_likelihoods(model, processor, some, labels, 1, descriptions).float().cpu())
    return torch.cat(rows).mean(0)
