"""Actions of the page: questions about a clip, answered by the model within the limits and before the deadline."""

from __future__ import annotations

import functools
import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from skeletonllm_hf import Disturbance, layout_names
from skeletonllm_hf.answering.endpoint import EndpointError
from skeletonllm_hf.model.prompts import recognition_prompt
from skeletonllm_hf.model.recognition import NONE_OF_THESE, checked_labels
from skeletonllm_hf.questions import caution_of
from skeletonllm_hf.viewer import scene

from . import pictures
from .answerers import Local, Served
from .limits import Limits, Refused
from .reading import AS_READ, Reading

NO_CLIP = "Choose an example or drop a file first."


@dataclass(frozen=True)
class Actions:
    """Everything a visitor can ask about a clip.

    Args:
        answers: the model. limits: of a request.
    """

    answers: Local | Served
    limits: Limits

    def show(self, reading: Reading | None, view: pictures.View) -> str:
        """The filmstrip of what the model sees."""
        if reading is None:
            return ""
        return (_example_strip if reading.is_example else _strip)(self, reading, view)

    def recognize(
        self, reading: Reading | None, labels: str | Sequence[str], top_k: int, none_of_these: bool,
        descriptions: Mapping[str, Sequence[str]] | None = None,
    ) -> dict:  # fmt: skip
        """`Recognition.to_dict`; its warnings say what is wrong with the labels, those of the clip stand with the clip."""
        clip = self._clip(reading)
        names = self.limits.labels_of(labels)
        if none_of_these and NONE_OF_THESE in names:
            raise Refused('"none of these" is in your list already: remove it there, or switch it off.')
        if none_of_these and descriptions:
            raise Refused('Nothing describes "none of these": switch it off, or leave the descriptions empty.')
        top_k = max(1, min(int(top_k), 20))
        found = self.answers.recognize(clip, names, top_k, bool(none_of_these), descriptions or None)
        # in place of what to type at a command line
        here = ', under "Label options"'
        notes = [re.sub(r" \(--[^)]*\)", here, note) for note in found["warnings"] if note not in clip.warnings]
        return found | {"warnings": notes}

    def candidates_of(
        self, labels: str, descriptions: str, none_of_these: bool
    ) -> tuple[list[str], dict[str, list[str]], bool, bool]:
        """Of what stands in the fields the labels, their descriptions, whether "none of these" is a candidate, and whether only
        because a single label always wins. Refused: what `labels_of` and `descriptions_of` refuse."""
        names = self.limits.labels_of(labels)
        described = self.descriptions_of(descriptions, names)
        alone = len(names) == 1 and not none_of_these and not described
        return names, described, bool(none_of_these or alone), alone

    def descriptions_of(self, text: str, labels: Sequence[str]) -> dict[str, list[str]]:
        """Label -> sentences, from lines "label: sentence"; {} for none. Refused: a label without one, a line without a label."""
        found: dict[str, list[str]] = {label: [] for label in labels}
        lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
        if len(lines) > self.limits.labels:
            raise Refused(f"At most {self.limits.labels} descriptions, got {len(lines)}.")
        for line in lines:
            label, _, sentence = (" ".join(part.split()) for part in line.partition(":"))
            if label not in found or not sentence:
                form = 'Write each description as "label: sentence", with one of your labels'
                raise Refused(f"{form}; this line is not: {line[:80]}")
            found[label].append(self.limits.question_of(sentence, "description"))
        missing = [label for label, sentences in found.items() if not sentences]
        if lines and missing:
            raise Refused(f"Describe each label, or none of them; still without a sentence: {', '.join(missing[:8])}.")
        return found if lines else {}

    def caution_of(self, question: str, answer: str) -> str | None:
        """What to say beside an answer; None where nothing is to be said, or nothing is known of the model's training."""
        return caution_of(question, answer) if self.answers.labels else None

    def describe(self, reading: Reading | None) -> Iterator[str]:
        """The description as far as it is written."""
        yield from self.answers.say(self._clip(reading), None, (), self.limits, self.limits.deadline())

    def caption(self, reading: Reading | None) -> str:
        """The whole description."""
        *_, text = "", *self.describe(reading)
        return text

    def doubts(self, reading: Reading | None, caption: str) -> bool:
        """Whether this description of the clip is probably wrong; False where nothing tells."""
        return self.answers.doubts(self._clip(reading), caption)

    def ask(self, reading: Reading | None, question: str, history: Sequence[tuple[str, str]]) -> Iterator[str]:
        """The answer as far as it is written, after the last few turns."""
        clip, question, turns = self._clip(reading), self.limits.question_of(question), tuple(history)
        yield from self.answers.say(clip, question, turns[-self.limits.turns :], self.limits, self.limits.deadline())

    def explain(
        self, reading: Reading | None, answer: str, question: str, labels: Sequence[str] = ()
    ) -> Iterator[tuple[float, object]]:
        """(share done, None), and at last (1, `Influence`).

        With labels the answer is one of them, and the question is that of their recognition.
        """
        clip = self._clip(reading)
        answer = self.limits.question_of(answer, "answer to explain")
        if labels:
            question = self.question_of(labels)
        else:
            question = self.limits.question_of(question) if (question or "").strip() else None
        yield from self.answers.influence(clip, answer, question, self.limits.deadline())

    def heated(self, reading: Reading, found) -> dict:
        """The scene in which joints are coloured by their influence: measured at the frames that the model saw, drawn between."""
        seen, heat = np.asarray(found.times, dtype=np.float64) * reading.clip.fps, np.abs(np.asarray(found.joints))
        between = [np.interp(np.arange(reading.clip.num_frames), seen, row) for row in heat.reshape(len(seen), -1).T]
        return scene(reading.clip, np.stack(between, 1).reshape(-1, *heat.shape[1:]))

    def compare(self, first: Reading | None, second: Reading | None, labels: str) -> dict:
        one, two = self._clip(first), self._clip(second)
        names = self.limits.labels_of(labels) if (labels or "").strip() else None
        return self.answers.compare(one, two, names)

    def segments(
        self, reading: Reading | None, labels: str, window: float, stride: float, none_of_these: bool = False,
        shortest: float = 0.0,
    ) -> Iterator[tuple[float, tuple | None]]:  # fmt: skip
        """(share done, None), and at last (1, segments)."""
        clip, names = self._clip(reading), self.limits.labels_of(labels)
        if not 0.5 <= window <= 30 or not 0.25 <= stride <= 30:
            raise Refused("Window: 0.5 to 30 seconds; stride: 0.25 to 30 seconds.")
        if not 0 <= shortest <= 30:
            raise Refused("Shortest segment: 0 to 30 seconds.")
        if stride > window:
            raise Refused("The stride is at most the window: otherwise parts of the clip are never looked at.")
        windows = max(1, int((clip.seconds - window) / stride) + 1)
        if windows > self.limits.windows:
            raise Refused(f"At most {self.limits.windows} windows, these would be {windows}: make the stride longer.")
        options = {"window": float(window), "stride": float(stride), "shortest": float(shortest)}
        options["none_of_these"] = bool(none_of_these)
        yield from self.answers.segments(clip, names, options, self.limits.deadline())

    def alter(self, reading: Reading | None, dropout: float, noise: float, layout: str, seed: int) -> Reading:
        """The clip with joints lost, noise added, or in another layout."""
        clip = self._clip(reading)
        if not 0 <= dropout <= 1 or not 0 <= noise <= 0.5:
            raise Refused("Joints lost: 0 to 100 %; noise: 0 to 50 cm.")
        seed = self.limits.number_of(seed, "Seed", 0, 2**31 - 1, whole=True)
        if layout in ("", AS_READ):
            layout = None
        elif layout not in layout_names():
            raise Refused("Layout: choose one from the list.")
        clip = Disturbance(layout, float(dropout), float(noise), seed).apply(clip)
        if layout and not clip.mask.any():
            raise Refused(f"None of this clip's joints is left in the layout {layout}: choose another, or lose fewer.")
        self.limits.check_clip(clip, reading.title)
        return Reading(clip, f"{reading.title}, altered")

    def stress(
        self, reading: Reading | None, labels: str, dropout: float, noise: float, layout: str, seed: int
    ) -> tuple[dict, str]:
        """The answers about the altered and the original clip, and the frames of the altered one, as HTML."""
        altered = self.alter(reading, dropout, noise, layout, seed)
        before = self.recognize(reading, labels, 3, False)
        after = self.recognize(altered, labels, 3, False)
        return {"before": before, "after": after, "answer": self.caption(altered)}, self.show(altered, pictures.View())

    def question_of(self, labels: str | Sequence[str], none_of_these: bool = False) -> str:
        """The question of recognition, word for word."""
        names = checked_labels(self.limits.labels_of(labels), none_of_these)
        return recognition_prompt(names if self.local.processor.list_candidates else None)

    def _clip(self, reading: Reading | None):
        if reading is None:
            raise Refused(NO_CLIP)
        return reading.clip

    @property
    def local(self) -> Local:
        """The model of this process, which draws the frames of a served one."""
        return self.answers if isinstance(self.answers, Local) else self.answers.local


_COLOURS = {
    "learned": "Its colours are learned: each part of the body has its own, and motion and depth change them.",
    "fixed": "Fixed colours: position and velocity.",
}


def _strip(actions: Actions, reading: Reading, view: pictures.View) -> str:
    images, times = actions.answers.render(reading.clip, view)
    size = f"{images[0].width} x {images[0].height} pixels"
    caption = f"What the model sees: {len(images)} frames of {size}, brightened for you. {_COLOURS[view.colors]}"
    if view != pictures.View():
        own, size = actions.local.processor.num_frames, actions.local.model.renderer.config.image_size
        caption += f" Answers are given from {own} frames of {size} x {size} pixels, as the model was trained."
    return pictures.filmstrip(images, times, caption)


_example_strip = functools.lru_cache(maxsize=64)(_strip)  # every visitor sees one


def reason_of(error: BaseException) -> str:
    """The message for a visitor: that of a refusal; other errors go to the log, and their details are not shown."""
    if isinstance(error, Refused):
        return str(error)
    traceback.print_exception(error)
    if isinstance(error, EndpointError):
        return "The model's server did not answer. Try again in a moment."
    return "That did not work, and the reason is not yours: it was written to the log of whoever runs this page. Another clip may work."
