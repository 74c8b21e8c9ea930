"""Handlers of sections 3 to 5: what the model says of the current clip, why, and what a visitor takes along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import gradio as gr

from . import downloads, links, reading, results
from .actions import Actions, told
from .choosing import view_of
from .limits import Refused
from .pacing import paced
from .reading import Overrides, Reading
from .storage import Storage

_SKIP = gr.skip


@dataclass(frozen=True)
class Asking:
    """Each method yields what the page shows; those that answer also yield the last answer, its question, and the code for it."""

    actions: Actions
    storage: Storage

    def recognize(self, current: Reading | None, labels: str, top_k: int, none_of_these: bool) -> Iterator[tuple]:
        yield results.working("Weighing the labels ..."), *self._nothing()
        try:
            found = self.actions.recognize(current, labels, top_k, none_of_these)
            question = self.actions.question_of(labels, none_of_these)
        except Exception as error:
            yield results.problem(told(error)), *self._nothing()
            return
        answer = {
            "kind": "recognize",
            "question": question,
            "labels": self.actions.limits.labels_of(labels),
            "top_k": int(top_k),
            "none_of_these": bool(none_of_these),
            **found,
        }
        yield results.recognition(found), *self._answered(current, answer, found["label"] or "")

    def describe(self, current: Reading | None) -> Iterator[tuple]:
        yield results.working("Looking at the clip ..."), *self._nothing()
        text, words = "", paced(self.actions.describe(current))
        try:
            for text in words:
                yield results.said(text, done=False), *self._nothing()
        except GeneratorExit:
            words.close()
            raise
        except Exception as error:
            yield results.problem(told(error)), *self._nothing()
            return
        answer = {"kind": "describe", "question": self.actions.description_question, "answer": text}
        yield results.said(text), *self._answered(current, answer, text)

    def ask(self, current: Reading | None, question: str, history: tuple) -> Iterator[tuple]:
        """Chat, history, question field, problem, and the rest."""
        asked = (question or "").strip()
        words = paced(self.actions.ask(current, question, history))
        text = ""
        try:
            yield _chat(history, asked, "..."), history, _SKIP(), "", *self._nothing()
            for text in words:
                # the history grows with the answer: one that is stopped is remembered as far as it came
                yield _chat(history, asked, text), (*history, (asked, text)), "", "", *self._nothing()
        except GeneratorExit:
            words.close()
            raise
        except Exception as error:
            yield _chat(history), history, asked, results.problem(told(error)), *self._nothing()
            return
        answer = {"kind": "ask", "question": asked, "history": [list(turn) for turn in history], "answer": text}
        yield _chat(history, asked, text), (*history, (asked, text)), "", "", *self._answered(current, answer, text)

    def ask_again(self, current: Reading | None, questions: tuple[str, ...]) -> Iterator[tuple]:
        """As `ask`, for the questions of a link, one after the other in a new conversation."""
        history: tuple = ()
        for question in questions:
            told_so_far = self.ask(current, question, history)
            try:
                for shown in told_so_far:
                    yield shown
            finally:
                told_so_far.close()
            if len(shown[1]) == len(history):  # it failed, and says so
                return
            history = shown[1]

    def explain(self, current: Reading | None, answer: str, question: str, last: dict | None) -> Iterator[tuple]:
        """Shares and moments, the coloured skeleton, last answer, code."""
        about = {"answer": (answer or "").strip(), "question": (question or "").strip()}
        if last and about["answer"] in last.get("labels", ()) and about["question"] == last.get("question"):
            about["labels"] = last["labels"]
        working = lambda share: results.working("Letting each limb move alone, and looking again ...", share)  # noqa: E731
        steps = self.actions.explain(current, answer, question, about.get("labels", ()))
        try:
            yield working(0.0), *(_SKIP(),) * 3
            for share, found in steps:
                if found is None:
                    yield working(share), *(_SKIP(),) * 3
                else:
                    told_of = {"kind": "explain", **about, "limbs": found.limbs, "effects": found.effects}
                    heated = self.actions.heated(current, found)
                    yield results.influence(found), heated, *self._noted(current, told_of)
        except GeneratorExit:
            steps.close()
            raise
        except Exception as error:
            yield results.problem(told(error)), *(_SKIP(),) * 3

    def compare(self, current: Reading | None, example: str, path: str | None, labels: str) -> Iterator[tuple]:
        """What differs, last answer, code."""
        yield results.working("Looking at both clips ..."), _SKIP(), _SKIP()
        try:
            limits = self.actions.limits
            second = (
                reading.read_uploads([path], limits, self.storage, Overrides())[0]
                if path
                else reading.read_example(example, limits, Overrides())
            )
            found = self.actions.compare(current, second, labels)
            names = limits.labels_of(labels) if (labels or "").strip() else []
            asked = {"kind": "compare", "against": None if path else example, "with": second.title, "labels": names}
            yield results.comparison(found), *self._noted(current, {**asked, "found": found})
        except Exception as error:
            yield results.problem(told(error)), _SKIP(), _SKIP()

    def segments(self, current: Reading | None, labels: str, window: float, stride: float) -> Iterator[tuple]:
        """The stretches, last answer, code."""
        steps = self.actions.segments(current, labels, window, stride)
        try:
            for share, found in steps:
                if found is None:
                    yield results.working(f"{share:.0%} of the clip", share), _SKIP(), _SKIP()
                else:
                    asked = {"labels": self.actions.limits.labels_of(labels), "window": window, "stride": stride}
                    answer = {"kind": "segments", **asked, "segments": [each.to_dict() for each in found]}
                    yield results.segments(found, current.clip.seconds), *self._noted(current, answer)
        except GeneratorExit:
            steps.close()
            raise
        except Exception as error:
            yield results.problem(told(error)), _SKIP(), _SKIP()

    def stress(
        self, current: Reading | None, labels: str, dropout: float, noise: float, layout: str, seed: float
    ) -> Iterator[tuple]:
        """The altered clip and what is said of it, last answer, code."""
        yield results.working("Spoiling the clip, and asking again ..."), _SKIP(), _SKIP()
        try:
            found, strip = self.actions.stress(current, labels, dropout, noise, layout, seed)
            asked = {"dropout": dropout, "noise": noise, "other": layout, "draw": int(seed)}
            answer = {"kind": "stress", "labels": self.actions.limits.labels_of(labels), **asked, **found}
            yield results.robustness(found, strip), *self._noted(current, answer)
        except Exception as error:
            yield results.problem(told(error)), _SKIP(), _SKIP()

    def link(self, current: Reading | None, last: dict | None, *drawn) -> dict:
        """What `sections.downloads` shows as the link, or why there is none."""
        try:
            return {"query": links.written(current, last, view_of(*drawn)), "why_not": ""}
        except Refused as error:
            return {"query": "", "why_not": str(error)}

    def write(self, kind: str, current: Reading | None, last: dict | None, *drawn) -> tuple:
        try:
            if current is None:
                raise downloads.Refused("Choose a clip first.")
            path = downloads.write(kind, current, last, view_of(*drawn), self.actions.answers, self.storage)
        except Exception as error:
            return gr.update(value=None, visible=False), results.problem(told(error))
        return gr.update(value=str(path), visible=True), ""

    def _nothing(self) -> tuple:
        return (_SKIP(),) * 4

    def _answered(self, current: Reading, answer: dict, text: str) -> tuple:
        """Last answer, code, the answer and the question of section 4."""
        return *self._noted(current, answer), text, answer["question"]

    def _noted(self, current: Reading, answer: dict) -> tuple:
        """Last answer, code."""
        return answer, downloads.snippet(current, answer, self.actions.answers)


def _chat(history: tuple, asked: str = "", text: str = "") -> list[dict]:
    turns = [*history, *([(asked, text)] if asked else [])]
    # escaped: gradio shows what a message says as HTML, if only as harmless HTML
    return [
        {"role": role, "content": escape(said)} for turn in turns for role, said in zip(("user", "assistant"), turn)
    ]
