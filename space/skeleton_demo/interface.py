"""Layout and events of the page. `sections.py` has its components, `choosing.py` and `asking.py` the handlers."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import gradio as gr

from skeletonllm_hf.viewer import scene

from . import api, guard, look, pictures, reading, results, scripts, sections
from .actions import Actions
from .asking import Asking
from .choosing import SHOWN, Choosing, fields_of_view
from .desk import Desk
from .firsts import Firsts
from .limits import Limits
from .storage import Storage
from .updates import WholeUpdates


@dataclass(frozen=True)
class Page:
    """A built page, how to launch it, and what it was built from."""

    demo: gr.Blocks
    launch: dict
    actions: Actions
    storage: Storage


def build(actions: Actions, storage: Storage, behind_proxy: bool = False) -> Page:
    """The page for one model.

    Args:
        actions: with the model and the limits. storage: where gradio keeps its files.
        behind_proxy: visitors' addresses are those that the proxy in front names.
    """
    limits = actions.limits
    with WholeUpdates(title=sections.TITLE, analytics_enabled=False, fill_width=True) as demo:
        with gr.Column(render=False):  # no part of the page, whose every component takes the browser time: see page.js
            # first: they take the names that the page's own handlers would
            api.add_endpoints(actions, storage, limits.at_once)
        parts = _Parts(actions, storage)
        parts.wire_choosing()
        parts.wire_understanding()
        parts.wire_links(demo)

    # closed: what waits for nobody's turn would be worked on at once, however many ask
    demo.queue(max_size=limits.waiting, default_concurrency_limit=limits.at_once, api_open=False)
    guard.refuse_urls(demo)
    guard.limit_visitors(demo, limits, behind_proxy)
    return Page(demo, _launch(limits), actions, storage)


class _Parts:
    """The components of the page that is being built, and their events."""

    def __init__(self, actions: Actions, storage: Storage):
        """Lays the components out, from top to bottom."""
        self.actions, self.limits, self.answers = actions, actions.limits, actions.answers
        self.firsts = Firsts(self.actions, sections.LABELS)
        self.firsts.compute()
        example = reading.read_example(reading.FIRST, self.limits, reading.Overrides())
        self.choosing, self.asking = Choosing(self.actions, storage, self.firsts), Asking(self.actions, storage)
        self.readings, self.current, self.last, self.history = (
            gr.State(value, time_to_live=self.limits.keep_seconds) for value in ((), None, None, ())
        )
        self.which = gr.State(0, time_to_live=self.limits.keep_seconds)
        self.several = [self.readings, self.which]
        self.desk, self.given_pass = gr.State(Desk()), gr.Textbox("", visible=False)
        self.pending = gr.State((), time_to_live=self.limits.keep_seconds)
        sections.header(self.answers.name)
        with gr.Row(elem_id="workbench", equal_height=False):
            with gr.Column(scale=6, min_width=340, elem_id="clip-side"):
                self.stage = sections.viewer(scene(example.clip) | {"identity": example.identity})
                strip = self.actions.show(example, pictures.View())
                self.strip = sections.html(strip, elem_id="filmstrip", js_on_load=results.SEEK_SCRIPT)
                self.given = sections.inputs(self.limits)
                self.card = sections.html(reading.card(example), elem_id="read-card")
                with sections.folded("Options", "overrides"):
                    self.overrides = sections.overrides(self.limits)
                with sections.folded("What the model sees", "view"):
                    self.view = sections.view()
            with gr.Column(scale=6, min_width=340, elem_id="answer-side"):
                self.clips = sections.html(elem_id="clips", js_on_load=results.ROWS_SCRIPT)
                self.words = sections.asking(self.limits)
                self.labelled = sections.recognizing(self.limits, self.answers.labels)
                self.more = sections.actions(self.limits, self.answers.explains)
                self.found = sections.conversation(results.about(example.identity, self.firsts.of(example)))
                self.cards = self.found.cards
                taken = self.asking.follow(Desk(), "", None, None, *fields_of_view(pictures.View()).values())
                self.address = sections.address(taken[0])
                with sections.folded("Export", "export"):
                    self.take = sections.downloads(*taken[1:])
                sections.footer()
        self.link = sections.opening()

        # gradio's own signs of progress draw all the time, one on every part of the page: the cards say what is done
        own = {"api_visibility": "private", "show_progress": "hidden"}
        self.heavy = {"concurrency_id": "model", "concurrency_limit": self.limits.at_once, **own}
        # of clips that are asked for while one is read, the last one counts
        self.light = {"concurrency_id": "reading", "concurrency_limit": 2 * self.limits.at_once, **own}
        self.latest = {"trigger_mode": "always_last", **self.light}
        self.quick = {"queue": False, **own}
        self.about = [self.desk, self.given_pass, self.current]

    def wire_choosing(self) -> None:
        """Whatever a visitor gives becomes the current clip."""
        shown = {
            "readings": self.readings, "which": self.which, "clips": self.clips, "current": self.current, "pass": self.given_pass, "example": self.given.example,
            "files": self.given.files, "card": self.card, "stage": self.stage, "strip": self.strip, "history": self.history, "last": self.last,
            "why_answer": self.more.answer, "fix": self.given.fix, "pending": self.pending,
        }  # fmt: skip
        # a new clip takes the answers about the old one off the page
        self.read_outputs = [*(shown[name] for name in SHOWN), self.words.suggested, *self.cards.values()]
        self.form, self.drawn = self.overrides.fields, self.view.fields
        self.reads = [
            on(handler, [self.desk, *inputs, *self.drawn], self.read_outputs, js=scripts.BEGIN, **self.latest)
            for on, handler, inputs in (
                (self.given.files.upload, self.choosing.files, [self.given.files, *self.form]),
                (self.given.fix.input, self.choosing.fix, [self.pending, self.given.fix, *self.form]),
                (self.overrides.apply.click, self.choosing.again, [self.given_pass, *self.several, *self.form]),
                (self.given.example.input, self.choosing.example, [self.given.example, *self.form]),
                (self.given.make.click, self.choosing.make, [self.given.action, self.given.layout, self.given.seed]),
                (self.given.read_text.click, self.choosing.text, [self.given.text, *self.form]),
                (self.more.long_example.click, self.choosing.long, [self.given.layout, self.given.seed]),
            )
        ]
        for read in self.reads[:3]:  # which may bring several clips
            self._list_after(read)

        def pick(desk: Desk, event: gr.EventData, readings: tuple, *drawn):
            yield from self.choosing.pick(desk, readings, min(int(event.row), len(readings) - 1), *drawn)

        picked = [self.desk, self.readings, *self.drawn]
        self.reads.append(self.clips.select(pick, picked, self.read_outputs, js=scripts.BEGIN, **self.latest))
        fields = [field.input for field in self.drawn]
        self.drawing = gr.on(fields, self.choosing.draw, [*self.about, *self.drawn], [self.strip], **self.latest)

    def _list_after(self, event) -> None:
        """Several clips are listed with the labels that stand in the fields after this event."""
        fields = [self.labelled.labels, self.more.descriptions, self.more.none]
        event.then(self.choosing.table, [self.desk, *self.several, *fields], [self.clips], **self.heavy)

    def wire_understanding(self) -> None:
        """Questions about the current clip, and what a visitor takes along."""
        for name, opener in self.more.openers.items():
            changed, toggle = sections.toggle(self.more.panels, name)
            opener.click(None, None, changed, js=toggle, **self.quick)
        self.more.second_file.upload(None, None, None, js="() => skeletons.landed()", **self.quick)
        after = [self.last, self.more.answer, self.more.question]
        asks = [
            (self.labelled.recognize.click, self.asking.recognize, [self.labelled.labels, self.more.descriptions, self.more.top_k, self.more.none], [self.cards["ranked"], *after]),
            (self.words.suggested.select, self.asking.describe, [], [self.cards["description"], *after]),
            (self.more.compare.click, self.asking.compare, [self.more.second_example, self.more.second_file, self.labelled.labels], [self.cards["compared"], self.last, self.stage]),
            (self.more.find.click, self.asking.segments, [self.more.long_labels, self.more.window, self.more.stride, self.more.long_none, self.more.shortest], [self.cards["segments-found"], self.last]),
            (self.more.stress.click, self.asking.stress, [self.labelled.labels, self.more.dropout, self.more.noise, self.more.other, self.more.draw], [self.cards["stressed"], self.last]),
            (self.more.explain.click, self.asking.explain, [self.more.answer, self.more.question, self.last], [self.cards["why-shown"], self.stage, self.last]),
        ]  # fmt: skip
        # what is pressed again while it runs is asked again when it is done
        again = {"trigger_mode": "always_last", **self.heavy}
        self.running = [on(handler, [*self.about, *inputs], outputs, **again) for on, handler, inputs, outputs in asks]
        self._list_after(self.running[0])

        def why_of(event: gr.EventData, desk: Desk, given: str, current, last):
            yield from self.asking.explain(desk, given, current, event.answer, event.question, last)

        for place in ("first", "ranked", "description", "chat"):
            explained = [self.cards["why-shown"], self.stage, self.last]
            self.running.append(self.cards[place].select(why_of, [*self.about, self.last], explained, **again))
        chat = [self.cards["chat"], self.history, self.words.question, *after]
        pressed = [self.words.ask.click, self.words.question.submit]
        inputs = [*self.about, self.words.question, self.history]
        self.running.append(gr.on(pressed, self.asking.ask, inputs, chat, js=scripts.TAKE, **again))
        inputs = [*self.about, self.link.questions]
        self.running.append(self.link.ask_again.click(self.asking.ask_again, inputs, chat, **self.heavy))
        written = [self.take.kind, *self.about, self.last, *self.drawn]
        minimal = self.heavy | {"show_progress": "minimal"}
        self.take.write.click(self.asking.write, written, [self.take.file, self.take.problem], **minimal)
        self.found.stop.click(Desk.stop, self.desk, self.given_pass, **self.quick)
        answers = [card for place, card in self.cards.items() if place != "first"]
        emptied = [self.given_pass, self.history, self.last, self.stage, *answers]
        self.running.append(self.found.clear.click(self.asking.clear, self.about, emptied, **self.quick))

    def wire_links(self, demo: gr.Blocks) -> None:
        """Links that ask again; after every event the address follows."""
        controls = {
            "choose": self.given.tabs, "example": self.given.example, "action": self.given.action, "made_layout": self.given.layout, "seed": self.given.seed,
            **dict(zip(("layout", "up", "units", "fps", "people", "handed", "joint_map"), self.form)), **dict(zip(("camera", "heading", "size", "frames", "colors"), self.drawn)),
            "labels": self.labelled.labels, "descriptions": self.more.descriptions, "top_k": self.more.top_k, "none_of_these": self.more.none, "against": self.more.second_example,
            "long_labels": self.more.long_labels, "window": self.more.window, "stride": self.more.stride, "dropout": self.more.dropout, "noise": self.more.noise,
            "shortest": self.more.shortest, "long_none": self.more.long_none, "other": self.more.other, "draw": self.more.draw, "answer": self.more.answer, "question": self.more.question, "last": self.last,
            "go": self.link.go, "questions": self.link.questions,
        }  # fmt: skip

        late = self.more.panels | {"made": self.given.made}

        def open_link(desk: Desk, request: gr.Request):
            for values, fields in self.choosing.opened(desk, request.query_params.multi_items(), reading.FIRST):
                seen = [each for name in fields.pop("open", ()) for each in late[name]]
                chosen = {controls[name]: value for name, value in fields.items()}
                yield dict(zip(self.read_outputs, values)) | sections.revealed(seen, chosen)

        demo.load(None, None, None, js=scripts.OPEN, **self.quick)
        changed = dict.fromkeys([*self.read_outputs, *controls.values(), *itertools.chain(*late.values())])
        opening = self.link.follow.click(open_link, [self.desk], list(changed), **self.light)
        opening.then(None, [self.link.go], None, js=scripts.PRESS, **self.quick)
        for event in (opening, *self.reads, self.drawing, *self.running):
            ended = scripts.END if event is opening or event in self.reads else None
            taken = [self.address, self.take.link, self.take.code]
            given = [*self.about, self.last, *self.drawn]
            event.then(self.asking.follow, given, taken, js=ended, **self.quick)  # after failures, too


def _launch(limits: Limits) -> dict:
    return {
        "theme": look.theme(), "run_history": False, "show_error": False, "max_file_size": limits.upload_bytes,
        "footer_links": ["api"], "state_session_capacity": limits.tabs, "pwa": False, "ssr_mode": False, "enable_monitoring": False,
        "strict_cors": True,
    }  # fmt: skip
