"""Recognition: ranking of candidate labels for a clip."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from .likelihoods import candidate_log_likelihoods, checked_descriptions
from .package import package_is_installed, package_module

NONE_OF_THESE = "none of these"
NO_SENTENCES = (
    "The labels are ranked by the language model's likelihood alone: the sentence encoder, with which this model compares clips "
    "and labels, is in the package skeletonllm_hf, which is not installed. Expect worse answers, most of all for labels that "
    "the model was not trained to give."
)
CALIBRATIONS = ("none", "prior", "set")


@dataclass(frozen=True)
class Recognition:
    """Labels with their scores, best first.

    Args:
        labels: the best `top_k`.
        scores: probabilities over all candidates, which sum to 1: a softmax of `log_likelihoods` times the model's
            `score_scale`. How well they are calibrated stands on a model's card.
        log_likelihoods: what ranks each of `labels`: the mean log-likelihood of its tokens or its descriptions, or the sum
            of standardised scores where a model has several.
        warnings: of the reader about the clip, and about labels that mean nothing to the model.
        unsure: whether the best label's probability is below the model's `unsure_below`, fewer than two candidates mean anything, or no
            candidate is near to the clip.
    """

    labels: tuple[str, ...]
    scores: tuple[float, ...]
    log_likelihoods: tuple[float, ...]
    warnings: tuple[str, ...] = ()
    unsure: bool = False

    @property
    def label(self) -> str:
        return self.labels[0]

    def to_dict(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "candidates": [
                {"label": label, "score": score, "log_likelihood": value}
                for label, score, value in zip(self.labels, self.scores, self.log_likelihoods, strict=True)
            ],
            "warnings": list(self.warnings),
            "unsure": self.unsure,
        }


@torch.no_grad()
def recognize(
    model: Any,
    processor: Any,
    skeleton: Any,
    labels: Sequence[str] | None = None,
    top_k: int = 5,
    *,
    none_of_these: bool = False,
    layout: Any = None,
    descriptions: Mapping[str, Sequence[str]] | None = None,
    calibrate: str | None = None,
) -> Recognition:
    """Ranks candidate labels by length-normalised log-likelihood.

    The clip and the question are encoded once for each of the processor's `views`; all labels then run as one batch
    behind that prefix.

    Some labels are likely about anything. With `calibrate="prior"` what counts is how much likelier a candidate is about this
    clip than about synthetic clips of other actions (Holtzman et al. 2021, "Surface form competition"): a mean that is kept on disk.

    A label that a small model was never trained on is ranked by the sentences of its `descriptions` (Menon & Vondrick 2023,
    "Visual classification via description from large language models").

    Args:
        model: a `SkeletonLLMForConditionalGeneration`.
        processor: its `SkeletonLLMProcessor`.
        skeleton: a clip, as in the processor's call.
        labels: candidate labels, at least one, without repetition; None: those of `descriptions`, else those beside the model's weights.
        top_k: how many to return.
        none_of_these: adds that as a candidate.
        layout: as in the processor's call.
        descriptions: label -> sentences about a clip that shows it, in place of the label itself.
        calibrate: "none" ranks by the log-likelihoods as they are; "prior" subtracts each candidate's mean over synthetic
            clips, which the package skeletonllm_hf generates. None: "prior" where that package is installed, "none" where
            this code was loaded from the Hub without it.

    Raises:
        TypeError: descriptions that are no mapping.
        ValueError: no labels, empty or repeated ones, `top_k` below 1, descriptions that leave a label out or stand
            beside `none_of_these`, which nothing describes; "prior" without the package, or another `calibrate`.
    """
    if top_k < 1:
        raise ValueError(f"top_k: expected at least 1, got {top_k}")
    if labels is None:
        labels = list(descriptions or package_module("answering.labels", "labels").own_labels(model.name_or_path))
    options: dict[str, Any] = {"none_of_these": none_of_these, "descriptions": descriptions, "calibrate": calibrate}
    return recognizer_of(model, processor, labels, **options)(processor.load(skeleton, layout), top_k)


def recognizer_of(
    model: Any,
    processor: Any,
    labels: Sequence[str],
    *,
    none_of_these: bool = False,
    descriptions: Mapping[str, Sequence[str]] | None = None,
    calibrate: str | None = None,
) -> Callable[..., Recognition]:
    """What `recognize` calls with a loaded clip and `top_k`; arguments and errors as there."""
    candidates = checked_candidates(labels, none_of_these, descriptions)
    installed = package_is_installed()
    if calibrate is None:
        calibrate = "prior" if installed else "none"
    if calibrate != "none":
        package = package_module("answering.recognizer", f"calibrate={calibrate!r}")
        return package.Recognizer(
            model, processor, labels, descriptions=descriptions, calibrate=calibrate, none_of_these=none_of_these
        )
    lacking = () if installed or model.config.alignment_size is None else (NO_SENTENCES,)

    @torch.no_grad()
    def by_likelihood(clip: Any, top_k: int) -> Recognition:
        found = candidate_log_likelihoods(model, processor, [clip], candidates, descriptions=descriptions)[0]
        return ranked(found, candidates, top_k, (*clip.warnings, *lacking))

    return by_likelihood


def ranked(
    scores: torch.Tensor,
    labels: Sequence[str],
    top_k: int,
    warnings: Sequence[str] = (),
    scale: float = 1.0,
    unsure_below: float = 0.0,
) -> Recognition:
    """The best `top_k` of `labels` by their scores, (labels,); `scale` and `unsure_below` as in the configuration."""
    shares = (scale * scores).softmax(0)
    best = scores.argsort(descending=True, stable=True)[:top_k].tolist()
    return Recognition(
        labels=tuple(labels[i] for i in best),
        scores=tuple(float(shares[i]) for i in best),
        log_likelihoods=tuple(float(scores[i]) for i in best),
        warnings=tuple(warnings),
        unsure=float(shares[best[0]]) < unsure_below,
    )


def checked_labels(labels: Sequence[str], none_of_these: bool = False) -> list[str]:
    """Candidate labels as a list, with "none of these" at its end if asked for.

    Raises:
        TypeError: one string in place of several.
        ValueError: no labels, empty or repeated ones.
    """
    if isinstance(labels, str):
        raise TypeError("labels: expected a list of strings, got one string")
    candidates = [*labels, *([NONE_OF_THESE] if none_of_these else [])]
    if not candidates or any(not isinstance(label, str) or not label.strip() for label in candidates):
        raise ValueError("labels: expected at least one non-empty label")
    if repeated := sorted({label for label in candidates if candidates.count(label) > 1}):
        raise ValueError(f"labels: repeated: {repeated}")
    return candidates


def checked_candidates(
    labels: Sequence[str], none_of_these: bool = False, descriptions: Mapping[str, Sequence[str]] | None = None
) -> list[str]:
    """As `checked_labels`, for labels with descriptions or without. ValueError: descriptions beside `none_of_these`."""
    if descriptions is not None:
        if none_of_these:
            raise ValueError("none_of_these: expected False beside descriptions: nothing describes it")
        checked_descriptions(checked_labels(labels), descriptions)
    return checked_labels(labels, none_of_these)
