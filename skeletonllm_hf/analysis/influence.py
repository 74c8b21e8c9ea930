"""Where an answer comes from: which limbs, which joints, which frames.

How much each part of the body matters is measured: the clip is shown to the model again with that part at rest (`resting`),
and with all but that part at rest. How a part's influence spreads over its joints and frames comes from gradients: renderer,
vision encoder and language model are one differentiable path. docs/explaining.md tells how this was chosen.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any

import numpy as np
import torch

from ..model.placement import sample_frames
from ..model.prompts import recognition_prompt
from ..model.skeleton import SkeletonSequence
from ..model.tasks import label_log_likelihoods
from .cancelling import check
from .parts import joints_of
from .resting import Person, with_rest

STEPS = 4  # gradients on the way from the clip at rest to the clip: one at either end says little about the way between
BATCH = 8  # clips that are shown to the model at once
_APART = 1e-6  # of the clip's extent: a part that is at rest already, up to rounding, has no influence


@dataclass(frozen=True)
class Influence:
    """What an answer rests on.

    Args:
        answer, question: what was explained.
        joints: (frames, people, joints) float32, over the frames that the model sees: shares of the influence. They are
            not negative and sum to 1; all 0 where nothing speaks for the answer.
        times: (frames,) seconds at which those frames stand.
        limbs: share of each part of the body, largest first; they sum to 1 or are all 0. With several people
            "person 1: left arm".
        effects: the signed measurement behind `limbs`, in the same order of parts: by how much what the part does
            raises the answer's log-likelihood; negative where it speaks against the answer.
        log_likelihood: of the answer: the mean of its tokens'; with `labels` the logarithm of its share among them.
        warnings: what the reader said about the clip.
    """

    answer: str
    question: str
    joints: np.ndarray
    times: np.ndarray
    limbs: dict[str, float]
    effects: dict[str, float]
    log_likelihood: float
    warnings: tuple[str, ...] = ()

    @property
    def frames(self) -> np.ndarray:
        """(frames,) share of the influence that each frame has."""
        return self.joints.sum((1, 2))

    @property
    def limb(self) -> str | None:
        """The part that matters most; None where nothing speaks for the answer."""
        first = next(iter(self.limbs))
        return first if self.limbs[first] > 0 else None

    def to_dict(self) -> dict:
        """Plain values, ready for JSON."""
        return {
            "answer": self.answer,
            "question": self.question,
            "log_likelihood": self.log_likelihood,
            "limbs": self.limbs,
            "effects": self.effects,
            "times": [float(time) for time in self.times],
            "frames": [float(share) for share in self.frames],
            "joints": np.round(self.joints.astype(float), 6).tolist(),
            "warnings": list(self.warnings),
        }


def influence(
    model,
    processor,
    clip: Any,
    answer: str,
    question: str | None = None,
    *,
    labels: Sequence[str] | None = None,
    layout: Any = None,
    progress: Callable[[int, int], None] | None = None,
    stop: Event | None = None,
) -> Influence:
    """Which limbs, joints and frames of a clip an answer comes from.

    Args:
        model: a `SkeletonLLMForConditionalGeneration`.
        processor: its `SkeletonLLMProcessor`.
        clip: a clip, as in the processor's call.
        answer: the answer to explain: a label, or any text; it need not be the one that the model gives.
        question: what it answers; None: which action it is.
        labels: what else could have been answered. With them, what is explained is why this answer and not those: its
            share among them, as in `recognize`.
        layout: as in the processor's call.
        progress: is told after each batch how many clips of how many the model has seen.
        stop: set it from another thread to end the work early.

    Raises:
        ValueError: an empty answer, labels that repeat, a clip in which nobody is seen.
        Cancelled: `stop` was set.
    """
    if not isinstance(answer, str) or not answer.strip():
        raise ValueError(f"answer: expected some words, got {answer!r}")
    others = [label for label in dict.fromkeys(labels or ()) if label != answer]
    clip = processor.load(clip, layout)
    if question is None:
        question = recognition_prompt(labels if labels and processor.list_candidates else None)
    people = [Person(clip, person) for person in range(clip.num_people)]
    shown = _variations(clip, people)
    target = functools.partial(_target, model, processor, question, [answer, *others])

    total, done, values = len(shown) + STEPS, 0, []
    clips = list(shown.values())
    for start in range(0, len(clips), BATCH):
        check(stop)
        with torch.no_grad():
            values += target(processor.tensors(clips[start : start + BATCH])).tolist()
        done = min(start + BATCH, len(clips))
        if progress:
            progress(done, total)
    measured = dict(zip(shown, values, strict=True))
    parts = [name for what, name in shown if what == "without"]
    none = measured["none", None]
    # Half what is lost without the part, half what it brings alone: the ends of Shapley's average over all the ways in
    # which parts can come together. Either alone is blind where two parts tell the same, or only tell together.
    effects = {
        part: (measured["all", None] - measured["without", part] + measured["alone", part] - none) / 2 for part in parts
    }
    check(stop)
    slopes, moved = _slopes(target, processor, shown)
    if progress:
        progress(total, total)
    return _result(clip, people, processor, answer, question, effects, slopes, moved, measured["all", None])


def _variations(
    clip: SkeletonSequence, people: list[Person]
) -> dict[tuple[str, tuple[int, str] | None], SkeletonSequence]:
    """The clip as it is, with all at rest, and for each part that is not: without it, and with nothing but it."""
    present = np.flatnonzero(clip.people_present).tolist()
    every = [(person, part) for person in present for part in joints_of(clip.layout)]
    if not every:
        raise ValueError(f"{clip.source or 'clip'}: expected a joint that is seen in some frame, got none")
    extent = float(np.ptp(clip.joints[clip.mask], axis=0).max())
    without = {pair: with_rest(people, [pair]) for pair in every}
    active = [pair for pair, other in without.items() if np.abs(other.joints - clip.joints).max() > _APART * extent]
    shown = {("all", None): clip, ("none", None): with_rest(people, every)}
    shown |= {("without", pair): without[pair] for pair in active}
    return shown | {("alone", pair): with_rest(people, [other for other in every if other != pair]) for pair in active}


def _target(model, processor, question: str, answers: list[str], arrays: dict[str, Any]) -> torch.Tensor:
    """(clips,) what is explained: the first answer's log-likelihood, or the logarithm of its share among several."""
    clips = len(arrays["joints"])
    text = processor.expand(question)
    words = processor.tokenizer(
        [text] * clips, padding=True, padding_side="left", return_token_type_ids=False, return_tensors="pt"
    )
    inputs = {**words, **{name: torch.as_tensor(array) for name, array in arrays.items()}}
    inputs = {name: values.to(model.device) for name, values in inputs.items()}
    likelihoods = label_log_likelihoods(model, processor.tokenizer, inputs, answers)
    return likelihoods[:, 0] if len(answers) == 1 else likelihoods.log_softmax(1)[:, 0]


def _slopes(
    target: Callable, processor, shown: dict
) -> tuple[list[np.ndarray], dict[tuple[int, str], list[np.ndarray]]]:
    """Mean gradients of joints and velocities, (frames, people, joints, 3) each, on the straight way from rest to the clip;
    and for each part what it changes in both."""
    inputs = processor.tensors([shown["all", None]])
    rest = processor.tensors([shown["none", None]])
    names = ("joints", "velocities")
    sums = [np.zeros_like(inputs[name][0]) for name in names]
    for step in range(STEPS):
        share = (step + 0.5) / STEPS
        between = {
            name: torch.from_numpy(rest[name] + np.float32(share) * (inputs[name] - rest[name])) for name in names
        }
        with torch.enable_grad():
            wanted = [values.requires_grad_() for values in between.values()]
            grads = torch.autograd.grad(target(inputs | between).sum(), wanted)
        for total, grad in zip(sums, grads, strict=True):
            total += grad[0].cpu().numpy() / STEPS
    moved = {}
    for what, pair in shown:
        if what == "without":
            other = processor.tensors([shown[what, pair]])
            moved[pair] = [(inputs[name] - other[name])[0] for name in names]
    return sums, moved


def _result(
    clip: SkeletonSequence,
    people: list[Person],
    processor,
    answer: str,
    question: str,
    effects: dict[tuple[int, str], float],
    slopes: list[np.ndarray],
    moved: dict[tuple[int, str], list[np.ndarray]],
    log_likelihood: float,
) -> Influence:
    present = np.flatnonzero(clip.people_present).tolist()
    shown = sample_frames(clip.num_frames, processor.num_frames)
    joints = np.zeros((len(shown), clip.num_people, clip.layout.num_joints))
    signed = {(person, part): effects.get((person, part), 0.0) for person in present for part in joints_of(clip.layout)}
    total = sum(max(0.0, effect) for effect in signed.values())
    shares = {pair: max(0.0, effect) / total if total > 0 else 0.0 for pair, effect in signed.items()}
    for (person, part), share in shares.items():
        if share > 0:
            own = people[person].parts[part]
            spread = sum(np.abs(slope * way).sum(-1) for slope, way in zip(slopes, moved[person, part], strict=True))[
                :, person, own
            ]
            spread = spread * clip.mask[shown][:, person, own]
            if not spread.sum() > 0:  # acts, but between the frames that the model sees
                spread = clip.mask[shown][:, person, own].astype(float)
            joints[:, person, own] = share * spread / max(spread.sum(), 1e-30)
    order = sorted(signed, key=lambda pair: -signed[pair])
    name = (lambda pair: pair[1]) if len(present) == 1 else (lambda pair: f"person {pair[0] + 1}: {pair[1]}")
    return Influence(
        answer=answer,
        question=question,
        joints=joints.astype(np.float32),
        times=(shown / clip.fps).astype(np.float32),
        limbs={name(pair): shares[pair] for pair in order},
        effects={name(pair): signed[pair] for pair in order},
        log_likelihood=log_likelihood,
        warnings=tuple(clip.warnings),
    )
