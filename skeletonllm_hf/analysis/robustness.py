"""Robustness of answers to disturbed skeletons: lost joints, noise, another sensor's layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..answering.local import LocalAnswerer
from ..model.layouts import SkeletonLayout
from ..model.recognition import Recognition
from ..model.skeleton import SkeletonSequence
from ..transforms import add_noise, drop_joints


@dataclass(frozen=True)
class Disturbance:
    """Changes of a clip, applied in this order.

    Args:
        layout: another layout, by name, object or dictionary: joints that it lacks are gone, those that the clip lacks
            are derived or masked (`SkeletonSequence.to_layout`). None: the clip's own.
        dropout: chance in [0, 1] that a joint of a person is lost for the whole clip.
        noise: metres, standard deviation of white noise on every coordinate.
        seed: of dropout and noise.
    """

    layout: str | SkeletonLayout | dict[str, Any] | None = None
    dropout: float = 0.0
    noise: float = 0.0
    seed: int = 0

    def apply(self, clip: SkeletonSequence) -> SkeletonSequence:
        """The clip so disturbed. The joints that are lost and the noise on the others do not depend on each other.

        Raises:
            ValueError: an unknown layout, or numbers out of range.
        """
        lost, shaken = (np.random.default_rng([self.seed, stream]) for stream in (0, 1))
        if self.layout is not None:
            clip = clip.to_layout(self.layout)
        return add_noise(drop_joints(clip, self.dropout, lost), self.noise, shaken)


@dataclass(frozen=True)
class Trial:
    """The model's frames and answer of a disturbed clip.

    Args:
        clip: the disturbed clip.
        frames: (frames, 3, height, width) float32 in [0, 1], as the model sees them.
        answer: to the question, or the description; None where labels were ranked.
        recognition: of the labels; None where there were none.
    """

    clip: SkeletonSequence
    frames: np.ndarray
    answer: str | None
    recognition: Recognition | None


def robustness(
    model: Any,
    processor: Any,
    clip: Any,
    disturbances: Sequence[Disturbance],
    *,
    labels: Sequence[str] | None = None,
    question: str | None = None,
    top_k: int = 5,
    calibrate: str | None = None,
) -> tuple[Trial, ...]:
    """One trial for each disturbance of a clip; `Disturbance()` leaves it as it is, to compare with.

    Args:
        model: a `SkeletonLLMForConditionalGeneration`.
        processor: its `SkeletonLLMProcessor`.
        clip: a clip, as in the processor's call.
        disturbances: the changes, one trial each.
        labels: candidates to rank; None: the question is answered.
        question: None, without labels, asks for a description.
        top_k, calibrate: as in `recognize`.

    Raises:
        ValueError: labels and a question, or what `recognize` and `Disturbance.apply` refuse.
    """
    if labels is not None and question is not None:
        raise ValueError("labels, question: expected one of them, got both")
    answerer, clip = LocalAnswerer(model, processor), processor.load(clip)
    trials = []
    for disturbance in disturbances:
        changed = disturbance.apply(clip)
        frames = answerer.render(changed).cpu().numpy()
        found = None if labels is None else answerer.recognize(changed, labels, top_k, calibrate=calibrate)
        answer = None if found is not None else answerer.ask(changed, question)
        trials.append(Trial(changed, frames, answer, found))
    return tuple(trials)
