"""Influence of limbs, joints and frames on an answer.

How much each part of the body matters is measured: the clip is shown to the model again with all but that part at rest
(`resting`), or with nothing but that part at rest. How a part's influence spreads over its joints and frames comes from
gradients: renderer, vision encoder and language model are one differentiable path. docs/explaining.md tells how this was chosen.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any

import numpy as np
import torch

from ..answering.scorers.embedding import text_vectors
from ..cancelling import check
from ..model.answers import understood
from ..model.likelihoods import label_log_likelihoods
from ..model.placement import moving_part, shown_frames
from ..model.prompts import recognition_prompt
from ..model.skeleton import SkeletonSequence
from ..questions import action_of_question
from ..transforms import crop
from .body_parts import joints_of
from .resting import Person, with_rest

Target = Callable[
    [dict[str, Any]], torch.Tensor
]  # arrays of clips, as `processor.tensors` gives them -> scores (clips,)
METHODS = ("alone", "without", "both")
STEPS = 4  # gradients on the way from the clip at rest to the clip: one at either end says little about the way between
_MOVING = ("joints", "velocities")  # the model's inputs that a pose changes
CLIPS_AT_ONCE, ANSWERS_AT_ONCE = 8, 64  # of one batch: bounds memory
# of the clip's extent: a part that is at rest already, to a fifth of a millimetre or so, has no influence
_APART = 1e-4


@dataclass(frozen=True)
class Influence:
    """Influence of a clip's parts, joints and frames on an answer.

    Args:
        answer, question: what was explained.
        joints: (frames, people, joints) float32, over the frames that the model sees: shares of the influence. They are
            not negative and sum to 1; all 0 where nothing speaks for the answer.
        times: (frames,) seconds at which those frames stand.
        log_likelihood: of the answer, given the clip: what ranks it (`explained_by`), the mean of its tokens' or a scaled
            cosine, or with `labels` the logarithm of its share among them.
        at_rest: the same, given the people at rest.
        alone: the same, for each part of the body, with all but that part at rest; with several people "person 1: left
            arm". Parts that are at rest anyway are not looked at: theirs is `at_rest`. Empty where it was not measured.
        without: the same, with that part at rest. Empty where it was not measured.
        warnings: what the reader said about the clip.
    """

    answer: str
    question: str
    joints: np.ndarray
    times: np.ndarray
    log_likelihood: float
    at_rest: float
    alone: dict[str, float]
    without: dict[str, float]
    warnings: tuple[str, ...] = ()

    @property
    def effects(self) -> dict[str, float]:
        """By how much each part raises the answer's log-likelihood, largest first; negative where it speaks against it.

        What the part brings alone, or what is lost without it, or the mean of both, whichever was measured.
        """
        ends = []
        if self.alone:
            ends.append({part: value - self.at_rest for part, value in self.alone.items()})
        if self.without:
            ends.append({part: self.log_likelihood - value for part, value in self.without.items()})
        signed = {part: sum(end[part] for end in ends) / len(ends) for part in ends[0]}
        return dict(sorted(signed.items(), key=lambda item: -item[1]))

    @property
    def limbs(self) -> dict[str, float]:
        """Share of each part in what speaks for the answer, largest first; they sum to 1 or are all 0."""
        effects = self.effects
        total = sum(max(0.0, effect) for effect in effects.values())
        return {part: max(0.0, effect) / total if total > 0 else 0.0 for part, effect in effects.items()}

    @property
    def limb(self) -> str | None:
        """The part that speaks most for the answer; None where none does."""
        part, share = next(iter(self.limbs.items()))
        return part if share > 0 else None

    @property
    def frames(self) -> np.ndarray:
        """(frames,) share of the influence that each frame has."""
        return self.joints.sum((1, 2))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "answer": self.answer,
            "question": self.question,
            "limbs": self.limbs,
            "effects": self.effects,
            "log_likelihood": self.log_likelihood,
            "at_rest": self.at_rest,
            "alone": self.alone,
            "without": self.without,
            "times": [float(time) for time in self.times],
            "frames": [float(share) for share in self.frames],
            "joints": np.round(self.joints.astype(float), 6).tolist(),
            "warnings": list(self.warnings),
        }


def influence(
    model: Any,
    processor: Any,
    clip: Any,
    answer: str,
    question: str | None = None,
    *,
    labels: Sequence[str] | None = None,
    method: str = "alone",
    layout: Any = None,
    progress: Callable[[int, int], None] | None = None,
    stop: Event | None = None,
) -> Influence:
    """Influence of the limbs, joints and frames of a clip on an answer, in one view of the clip: the frames at the middles.

    Args:
        model: a `SkeletonLLMForConditionalGeneration`.
        processor: its `SkeletonLLMProcessor`.
        clip: a clip, as in the processor's call.
        answer: the answer to explain: a label, or any text; it need not be the one that the model gives.
        question: what it answers; None: which action it is.
        labels: what else could have been answered. With them, what is explained is why this answer and not those: its
            share among them, as in `recognize`.
        method: how a part's effect is measured. `"alone"`: what it brings to a body at rest, misses what two parts show
            only together. `"without"`: what is lost when it rests, misses what each of two parts shows. `"both"`: the mean
            of the two, which are the ends of Shapley's average over all the ways in which parts come together.
        layout: as in the processor's call.
        progress: is told after each batch how many clips of how many the model has seen.
        stop: set it from another thread to end the work early.

    Raises:
        ValueError: an empty answer, labels that repeat, an unknown method, a clip in which nobody is seen.
        Cancelled: `stop` was set.
    """
    if not isinstance(answer, str) or not answer.strip():
        raise ValueError(f"answer: expected some words, got {answer!r}")
    if method not in METHODS:
        raise ValueError(f"method: expected one of {METHODS}, got {method!r}")
    others = [label for label in dict.fromkeys(labels or ()) if label != answer]
    clip, processor, start = _moving(processor.load(clip, layout), processor)
    target = explained_by(model, processor, clip, question, [answer, *others])
    if question is None:
        question = recognition_prompt(labels if labels and processor.list_candidates else None)
    people = [Person(clip, person) for person in range(clip.num_people)]
    shown, resting = _variations(clip, people, method)

    total = len(shown) + STEPS
    values = _scores(processor, target, list(shown.values()), 1 + len(others), total, progress, stop)
    check(stop)
    measured = dict(zip(shown, values, strict=True))
    present = np.flatnonzero(clip.people_present).tolist()
    name = "{part}" if len(present) == 1 else "person {number}: {part}"
    names = {
        (person, part): name.format(number=person + 1, part=part)
        for person in present
        for part in joints_of(clip.layout)
    }
    all_there, none = measured["all", None], measured["none", None]
    frames = shown_frames(clip, processor.num_frames)
    found = Influence(
        answer=answer,
        question=question,
        joints=np.zeros((len(frames), clip.num_people, clip.layout.num_joints), np.float32),
        times=((start + frames) / clip.fps).astype(np.float32),
        log_likelihood=all_there,
        at_rest=none,
        alone={text: measured.get(("alone", pair), none) for pair, text in names.items() if method != "without"},
        without={text: measured.get(("without", pair), all_there) for pair, text in names.items() if method != "alone"},
        warnings=tuple(clip.warnings),
    )
    shares = {pair: found.limbs[text] for pair, text in names.items() if found.limbs[text] > 0}
    if shares:
        slopes = _slopes(target, processor, shown)
        for pair, share in shares.items():
            person, own = pair[0], people[pair[0]].parts[pair[1]]
            spread = _spread(processor, clip, resting[pair], slopes)[:, person, own]
            found.joints[:, person, own] = share * _normalised(spread, clip.mask[frames][:, person, own])
    if progress:
        progress(total, total)
    return found


def _moving(clip: SkeletonSequence, processor: Any) -> tuple[SkeletonSequence, Any, int]:
    """What the processor shows of the clip, the processor that shows all of that, also where parts of it rest, and its first frame."""
    if not processor.trim_rest:
        return clip, processor, 0
    first, last = moving_part(clip)
    whole = copy.copy(processor)
    whole.trim_rest = False
    return crop(clip, first / clip.fps, last / clip.fps), whole, first


def _scores(
    processor: Any, target: Target, clips: list[SkeletonSequence], answers: int, total: int,
    progress: Callable[[int, int], None] | None, stop: Event | None,
) -> list[float]:  # fmt: skip
    """The target's value for every clip, in batches whose size depends on the number of answers, which bounds memory."""
    values: list[float] = []
    batch = max(1, min(CLIPS_AT_ONCE, ANSWERS_AT_ONCE // answers))
    for start in range(0, len(clips), batch):
        check(stop)
        with torch.no_grad():
            values += target(processor.tensors(clips[start : start + batch])).tolist()
        if progress:
            progress(len(values), total)
    return values


def _normalised(spread: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """(frames, joints) that sum to 1, over the joints that are seen."""
    spread = np.where(mask, spread, 0.0)
    if not spread.sum() > 0:  # what the part does falls between the frames that the model sees
        spread = mask.astype(float)
    return spread / max(spread.sum(), 1e-30)


def explained_by(
    model: Any, processor: Any, clip: SkeletonSequence, question: str | None, answers: Sequence[str]
) -> Target:
    """The score of the first answer that is explained, as a function of clips like `answer_scores`.

    For a model that ranks labels in an embedding space of clips and sentences: the similarity of the clip to the label, or to the
    action that a yes-or-no question asks for (negated for "no"). Otherwise the likelihood of the answer to the question, as the
    model reworded it.
    """
    if model.config.alignment_size is not None:
        if question is None:
            return functools.partial(_nearness, model, text_vectors(model, answers))
        reply, reworded = understood(model, processor, clip, question)
        if reply in ("yes", "no") and (action := action_of_question(question)):
            sign = -1.0 if answers[0].strip().lower().startswith("no") else 1.0
            return functools.partial(_nearness, model, sign * text_vectors(model, [action]))
        question = reworded
    if question is None:
        question = recognition_prompt(answers if len(answers) > 1 and processor.list_candidates else None)
    return functools.partial(answer_scores, model, processor, question, answers)


def _nearness(model: Any, vectors: torch.Tensor, arrays: dict[str, Any]) -> torch.Tensor:
    """(clips,): the scaled cosine of the first of vectors (answers, size), or the logarithm of its share among several."""
    inputs = {name: torch.as_tensor(array).to(model.device) for name, array in arrays.items()}
    features, kept = model.visual_tokens(model.renderer(**inputs).frames)
    motion = model.alignment.motion(features, kept, len(arrays["joints"]))
    scores = model.alignment.scale * motion @ vectors.to(motion).T
    return scores[:, 0] if len(vectors) == 1 else (model.config.score_scale * scores).log_softmax(1)[:, 0]


def answer_scores(
    model: Any, processor: Any, question: str, answers: Sequence[str], arrays: dict[str, Any]
) -> torch.Tensor:
    """(clips,): the first answer's log-likelihood, or of several the logarithm of its share among them.

    Args:
        arrays: clips as `processor.tensors` gives them; gradients flow to those that are tensors and want them.
    """
    clips = len(arrays["joints"])
    options = {"padding": True, "padding_side": "left", "return_token_type_ids": False, "return_tensors": "pt"}
    words = processor.tokenizer([processor.expand(question)] * clips, **options)
    inputs = {**words, **{name: torch.as_tensor(array) for name, array in arrays.items()}}
    inputs = {name: values.to(model.device) for name, values in inputs.items()}
    likelihoods = label_log_likelihoods(model, processor.tokenizer, inputs, answers)
    return likelihoods[:, 0] if len(answers) == 1 else likelihoods.log_softmax(1)[:, 0]


def _variations(
    clip: SkeletonSequence, people: list[Person], method: str
) -> tuple[dict[tuple[str, tuple[int, str] | None], SkeletonSequence], dict[tuple[int, str], SkeletonSequence]]:
    """Clips to score: the clip as it is, with all parts at rest, and with each moving part alone, or without it. And, by
    part, the clip with that part at rest."""
    present = np.flatnonzero(clip.people_present).tolist()
    every = [(person, part) for person in present for part in joints_of(clip.layout)]
    if not every:
        raise ValueError(f"{clip.source or 'clip'}: expected a joint that is seen in some frame, got none")
    extent = float(np.ptp(clip.joints[clip.mask], axis=0).max())
    resting = {pair: with_rest(people, [pair]) for pair in every}
    moves = {pair: np.abs(other.joints - clip.joints).max() for pair, other in resting.items()}
    resting = {pair: other for pair, other in resting.items() if moves[pair] > _APART * extent}
    shown: dict[Any, Any] = {("all", None): clip, ("none", None): with_rest(people, every)}
    if method != "without":
        shown |= {("alone", pair): with_rest(people, [other for other in every if other != pair]) for pair in resting}
    if method != "alone":
        shown |= {("without", pair): other for pair, other in resting.items()}
    return shown, resting


def _slopes(target: Target, processor: Any, shown: dict[Any, Any]) -> list[np.ndarray]:
    """Mean gradients of joints and velocities, (frames, people, joints, 3) each, on the straight way from rest to the clip."""
    inputs, rest = (processor.tensors([shown[what, None]]) for what in ("all", "none"))
    sums = [np.zeros_like(inputs[name][0]) for name in _MOVING]
    for step in range(STEPS):
        share = np.float32((step + 0.5) / STEPS)
        between = {name: torch.from_numpy(rest[name] + share * (inputs[name] - rest[name])) for name in _MOVING}
        with torch.enable_grad():
            leaves = [values.requires_grad_() for values in between.values()]
            grads = torch.autograd.grad(target(inputs | between).sum(), leaves)
        for total, grad in zip(sums, grads, strict=True):
            total += grad[0].cpu().numpy() / STEPS
    return sums


def _spread(processor: Any, clip: SkeletonSequence, without: SkeletonSequence, slopes: list[np.ndarray]) -> np.ndarray:
    """(frames, people, joints): change of the answer by a part's motion through each joint, to first order."""
    one, other = (processor.tensors([each]) for each in (clip, without))
    ways = [(one[name] - other[name])[0] for name in _MOVING]
    return sum(np.abs((slope * way).sum(-1)) for slope, way in zip(slopes, ways, strict=True))
