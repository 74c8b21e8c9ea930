"""Handlers of sections 3 to 5: what the model says of the current clip, why, and what a visitor takes along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import gradio as gr

from . import downloads, reading, results
from .actions import Actions, told
from .choosing import view_of
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
            question = self.actions.question_of(labels)
        except Exception as error:
            yield results.problem(told(error)), *self._nothing()
            return
        names = self.actions.limits.labels_of(labels)
        answer = {
            "kind": "recognize",
            "question": question,
            "labels": names,
            "top_k": int(top_k),
            "none_of_these": bool(none_of_these),
            **found,
        }
        yield results.recognition(found), *self._answered(current, answer, found["label"] or "")

    def describe(self, current: Reading | None) -> Iterator[tuple]:
        yield results.working("Looking at the clip ..."), *self._nothing()
        text, words = "", self.actions.describe(current)
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
        words = self.actions.ask(current, question, history)
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

    def explain(self, current: Reading | None, answer: str, question: str, last: dict | None) -> Iterator[tuple]:
        labels = ()
        if last and last["kind"] == "recognize" and question == last["question"] and answer in last["labels"]:
            labels = last["labels"]
        steps = self.actions.explain(current, answer, question, labels)
        try:
            yield results.working("Taking each limb's motion away, and looking again ...", 0.0), _SKIP()
            for share, found in steps:
                if found is None:
                    yield results.working("Taking each limb's motion away, and looking again ...", share), _SKIP()
                else:
                    yield results.influence(found), self.actions.heated(current, found)
        except GeneratorExit:
            steps.close()
            raise
        except Exception as error:
            yield results.problem(told(error)), _SKIP()

    def compare(self, current: Reading | None, example: str, path: str | None, labels: str) -> Iterator[str]:
        yield results.working("Looking at both clips ...")
        try:
            limits = self.actions.limits
            second = (
                reading.read_uploads([path], limits, self.storage, Overrides())[0]
                if path
                else reading.read_example(example, limits, Overrides())
            )
            yield results.comparison(self.actions.compare(current, second, labels))
        except Exception as error:
            yield results.problem(told(error))

    def segments(self, current: Reading | None, labels: str, window: float, stride: float) -> Iterator[str]:
        steps = self.actions.segments(current, labels, window, stride)
        try:
            for share, found in steps:
                if found is None:
                    yield results.working(f"{share:.0%} of the clip", share)
                else:
                    yield results.segments(found, current.clip.seconds)
        except GeneratorExit:
            steps.close()
            raise
        except Exception as error:
            yield results.problem(told(error))

    def stress(
        self, current: Reading | None, labels: str, dropout: float, noise: float, layout: str, seed: float
    ) -> Iterator[str]:
        yield results.working("Spoiling the clip, and asking again ...")
        try:
            yield self.actions.stress(current, labels, dropout, noise, layout, seed)
        except Exception as error:
            yield results.problem(told(error))

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
        """Last answer, the answer and the question of section 4, code."""
        return answer, text, answer["question"], downloads.snippet(current, answer, self.actions.answers)


def _chat(history: tuple, asked: str = "", text: str = "") -> list[dict]:
    turns = [*history, *([(asked, text)] if asked else [])]
    # escaped: gradio shows what a message says as HTML, if only as harmless HTML
    return [
        {"role": role, "content": escape(said)} for turn in turns for role, said in zip(("user", "assistant"), turn)
    ]
