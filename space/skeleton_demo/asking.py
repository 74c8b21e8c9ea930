"""Handlers of the page's answers: questions about the current clip, explanations, links and downloads.

Each question comes with the pass under which its visitor saw the clip, and each answer says which clip it is about: see
`desk`. Work whose pass is no longer valid ends at its next step.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import gradio as gr

from skeletonllm_hf.model.prompts import CAPTION
from skeletonllm_hf.viewer import scene

from . import downloads, links, reading, results
from .actions import Actions, reason_of
from .choosing import opened_with, view_of
from .desk import Desk, Stopped
from .limits import Refused
from .pacing import paced
from .reading import Overrides, Reading
from .storage import Storage

_SKIP = gr.skip
_NUMBERS = itertools.count(1)  # of questions, over all tabs: of two cards, the one asked for later has the higher one


def _while_current(count: int) -> Callable[[Callable], Callable]:
    """Decorates a handler of `count` outputs, of which it yields the first ones and the others stay as they are.

    The handler gets the tab's desk and the visitor's pass first, ends when that pass does, and its first output becomes a card
    about its clip. An error that it raises becomes a card, too.
    """
    nothing = (_SKIP(),) * count

    def decorate(handler: Callable[..., Iterator[tuple]]) -> Callable[..., Iterator[tuple]]:
        # not functools.wraps: gradio would count the arguments of what is wrapped
        def running(self, desk: Desk, given: str, current: Reading | None, *arguments) -> Iterator[tuple]:
            current = opened_with(desk, given, current, self.actions.limits)
            about, number = current.identity if current else results.NO_CLIP, next(_NUMBERS)
            card = lambda shown: results.card(about, handler.__name__, number, shown)  # noqa: E731
            mark = lambda shown, *others: (card(shown), *others, *nothing[1 + len(others) :])  # noqa: E731
            stopped = mark(results.quiet("Stopped."))
            if given and not desk.current:  # the tab was forgotten: gradio gives it a new desk
                yield mark(results.problem("This page was left alone for too long. Choose the clip again."))
                return
            if not desk.holds(given):
                if desk.was_stopped(given):
                    yield stopped
                else:
                    gr.Info("The clip changed while you asked. Ask again.")
                yield nothing
                return
            place = handler.__name__.removesuffix("_again")
            desk.ask(place, number)
            steps = handler(self, current, *arguments)
            try:
                for shown in steps:
                    if desk.holds(given, place, number):
                        yield mark(*shown)
                    else:
                        if desk.was_stopped(given):
                            yield mark(*steps.throw(Stopped()))
                        break
            except Stopped:
                yield stopped
            except StopIteration:  # it has nothing to add to what it showed before
                pass
            except Exception as error:
                reason = reason_of(error)
                if desk.holds(given, place, number):
                    yield mark(results.problem(reason))
                elif desk.was_stopped(given):
                    yield stopped
            finally:
                steps.close()
            # gradio sends the last values once more when a handler ends, by when another clip may be shown
            yield nothing

        running.__name__, running.__doc__ = handler.__name__, handler.__doc__
        return running

    return decorate


@dataclass(frozen=True)
class Asking:
    """Each method yields what the page shows; those that answer also yield the last answer, its text and its question."""

    actions: Actions
    storage: Storage

    @_while_current(4)
    def recognize(
        self, current: Reading | None, labels: str, descriptions: str, top_k: int, none_of_these: bool
    ) -> Iterator[tuple]:
        """The ranking, last answer, its text and question."""
        yield (results.working("Weighing the labels ..."),)
        names, described, none_of_these, alone = self.actions.candidates_of(labels, descriptions, none_of_these)
        found = self.actions.recognize(current, names, top_k, none_of_these, described)
        question = self.actions.question_of(names, none_of_these)
        if alone:
            note = f'A single label always wins: "{names[0]}" was weighed against "none of these".'
            found["warnings"] = [note, *found["warnings"]]
        answer = {
            "kind": "recognize", "question": question, "labels": names, "descriptions": described, "top_k": int(top_k),
            "none_of_these": none_of_these, **found,
        }  # fmt: skip
        yield results.recognition(answer), *_answered(current, answer, found["label"] or "")

    @_while_current(4)
    def describe(self, current: Reading | None) -> Iterator[tuple]:
        """The description, last answer, its text and question."""
        yield (results.working("Looking at the clip ..."),)
        text = ""
        try:
            with closing(paced(self.actions.describe(current))) as words:
                for text in words:
                    yield (results.answer_text(text, done=False),)
            unsure = self.actions.doubts(current, text)
        except Stopped:
            yield (results.answer_text(text) + results.quiet("Stopped."),)
            return
        answer = {"kind": "describe", "question": CAPTION, "answer": text, "unsure": unsure}
        yield results.caption(text, CAPTION, unsure), *_answered(current, answer, text)

    @_while_current(6)
    def ask(self, current: Reading | None, question: str, history: tuple) -> Iterator[tuple]:
        """Conversation, history, question field, last answer, its text and question."""
        yield from self._ask(current, question, history)

    @_while_current(6)
    def ask_again(self, current: Reading | None, questions: tuple[str, ...]) -> Iterator[tuple]:
        """As `ask`, for the questions of a link, one after the other in a new conversation."""
        history: tuple = ()
        for question in questions:
            shown = yield from self._ask(current, question, history)
            if len(shown) == len(history):  # it failed, and says so
                return
            history = shown

    def _ask(self, current: Reading | None, question: str, history: tuple) -> Iterator[tuple]:
        """Returns the history."""
        request = (question or "").strip()
        text = ""
        try:
            yield results.turns(history, results.working("Writing ..."), (request, "")), history
            with closing(paced(self.actions.ask(current, question, history))) as words:
                for text in words:
                    # the history grows with the answer: one that is stopped is remembered as far as it came
                    yield results.turns(history, writing=(request, text)), (*history, (request, text))
        except Stopped:
            turns = (*history, (request, text)) if text else history
            yield results.turns(turns, results.quiet("Stopped.")), turns
            return turns
        except Exception as error:
            yield results.turns(history, results.problem(reason_of(error))), history, request
            return history
        doubt = self.actions.caution_of(request, text)
        caution = results.caution(doubt) if doubt else ""
        answer = {"kind": "ask", "question": request, "history": [list(turn) for turn in history], "answer": text}
        turns = (*history, (request, text))
        yield results.turns(turns, caution), turns, _SKIP(), *_answered(current, answer, text)
        return turns

    @_while_current(3)
    def explain(self, current: Reading | None, answer: str, question: str, last: dict | None) -> Iterator[tuple]:
        """Shares and moments, the skeleton coloured by them, last answer."""
        about = {"answer": (answer or "").strip(), "question": (question or "").strip()}
        last = _about(current, last)
        if last and about["answer"] in last.get("labels", ()) and about["question"] == last.get("question"):
            about["labels"] = last["labels"]
        begun = time.monotonic()
        working = lambda share: results.working(  # noqa: E731
            "Letting each limb move alone, and looking again ...", share, time.monotonic() - begun
        )
        yield (working(0.0),)
        with closing(self.actions.explain(current, answer, question, about.get("labels", ()))) as steps:
            for share, found in steps:
                if found is None:
                    yield (working(share),)
                else:
                    described = {"kind": "explain", **about, "limbs": found.limbs, "effects": found.effects}
                    heated = self.actions.heated(current, found) | {"identity": current.identity}
                    yield results.influence(found), heated, _noted(current, described)

    @_while_current(3)
    def compare(self, current: Reading | None, example: str, path: str | None, labels: str) -> Iterator[tuple]:
        """The comparison, last answer, both clips in the viewer."""
        yield (results.working("Looking at both clips ..."),)
        limits = self.actions.limits
        if path:
            (second,) = reading.read_uploads([path], limits, self.storage, Overrides())[:1]
        else:
            second = reading.read_example(example, limits, Overrides())
        found = self.actions.compare(current, second, labels)
        names = limits.labels_of(labels) if (labels or "").strip() else []
        request = {"kind": "compare", "against": None if path else example, "with": second.title, "labels": names}
        both = scene(current.clip) | {"second": scene(second.clip), "identity": current.identity}
        yield results.comparison(found), _noted(current, {**request, "found": found}), both

    @_while_current(2)
    def segments(
        self, current: Reading | None, labels: str, window: float, stride: float, none_of_these: bool, shortest: float
    ) -> Iterator[tuple]:
        """The segments, last answer."""
        begun = time.monotonic()
        options = (window, stride, none_of_these, shortest)
        with closing(self.actions.segments(current, labels, *options)) as steps:
            for share, found in steps:
                if found is None:
                    yield (results.working(f"{share:.0%} of the clip.", share, time.monotonic() - begun),)
                else:
                    request = {"labels": self.actions.limits.labels_of(labels), "window": window, "stride": stride}
                    request |= {"none_of_these": bool(none_of_these), "shortest": float(shortest)}
                    answer = {"kind": "segments", **request, "segments": [each.to_dict() for each in found]}
                    yield results.segments(found, current.clip.seconds, current.title), _noted(current, answer)

    @_while_current(2)
    def stress(
        self, current: Reading | None, labels: str, dropout: float, noise: float, layout: str, seed: float
    ) -> Iterator[tuple]:
        """The altered clip and what is said of it, last answer."""
        yield (results.working("Disturbing the clip, then asking again ..."),)
        found, strip = self.actions.stress(current, labels, dropout, noise, layout, seed)
        request = {"dropout": dropout, "noise": noise, "other": layout, "draw": int(seed)}
        answer = {"kind": "stress", "labels": self.actions.limits.labels_of(labels), **request, **found}
        yield results.robustness(found, strip), _noted(current, answer)

    def clear(self, desk: Desk, given: str, current: Reading | None) -> tuple:
        """A new pass, no history, no last answer, the clip alone in space and in its own colours, and no answers but the first."""
        current = opened_with(desk, given, current, self.actions.limits)
        alone = scene(current.clip) | {"identity": current.identity} if current else None
        return desk.renew(), (), None, alone if desk.shows(current) else _SKIP(), *[""] * (len(results.PLACES) - 1)

    def follow(
        self, desk: Desk, given: str, current: Reading | None, last: dict | None, *drawn
    ) -> tuple[dict, dict, str]:
        """The link, or why there is none, for the page's address and for `sections.downloads`; and the Python, all of the last
        answer about this clip."""
        current = opened_with(desk, given, current, self.actions.limits)
        last = _about(current, last)
        code = downloads.snippet(current, last, self.actions.answers)
        try:
            link = {"query": links.written(current, last, view_of(*drawn)), "why_not": ""}
        except Refused as error:
            link = {"query": "", "why_not": str(error)}
        return link, link, code

    def write(self, kind: str, desk: Desk, given: str, current: Reading | None, last: dict | None, *drawn) -> tuple:
        current = opened_with(desk, given, current, self.actions.limits)
        try:
            if current is None:
                raise Refused("Choose a clip first.")
            last, answers = _about(current, last), self.actions.answers
            path = downloads.write(kind, current, last, view_of(*drawn), answers, self.storage)
        except Exception as error:
            return gr.update(value=None, visible=False), results.problem(reason_of(error))
        return gr.update(value=str(path), visible=True), ""


def _answered(current: Reading, answer: dict, text: str) -> tuple:
    """Last answer, its text and its question."""
    return _noted(current, answer), text, answer["question"]


def _noted(current: Reading, answer: dict) -> dict:
    """The answer, which says what it is about."""
    return {**answer, "clip": current.identity}


def _about(current: Reading | None, last: dict | None) -> dict | None:
    """The last answer, if it is about this clip."""
    return last if current is not None and last and last["clip"] == current.identity else None
