"""The page: choose a clip, see it, understand it, see why. Layout and wiring; what the buttons do stands in `actions.py`."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from . import api, guard, look, pictures, reading, results, sections, viewer
from .actions import Actions
from .asking import Asking
from .choosing import SHOWN, Choosing
from .desk import Desk
from .firsts import Firsts
from .storage import Storage


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
    limits, answers = actions.limits, actions.answers
    with gr.Blocks(title=sections.TITLE, analytics_enabled=False, fill_width=True) as demo:
        api.add_endpoints(
            actions, storage, limits.at_once
        )  # first: they take the names that the page's own handlers would
        firsts = Firsts(actions, sections.LABELS)
        firsts.compute()
        example = reading.read_example(reading.FIRST, limits, reading.Overrides())
        choosing, asking = Choosing(actions, storage, firsts), Asking(actions, storage)
        readings, current, last, history = (
            gr.State(value, time_to_live=limits.keep_seconds) for value in ((), None, None, ())
        )
        which = gr.State(0, time_to_live=limits.keep_seconds)
        desk, given_pass = gr.State(Desk()), gr.Textbox("", visible=False)
        pending = gr.State((), time_to_live=limits.keep_seconds)
        sections.header(answers.name)
        with gr.Row(elem_id="workbench", equal_height=False):
            with gr.Column(scale=6, min_width=340, elem_id="clip-side"):
                scene = viewer.scene(example.clip) | {"identity": example.identity}
                stage = viewer.viewer("clip-viewer", "Skeleton in space", scene)
                strip = gr.HTML(
                    actions.show(example, pictures.View()), elem_id="filmstrip", apply_default_css=False, js_on_load=results.SEEK_SCRIPT
                )  # fmt: skip
                given = sections.inputs(limits)
                card = gr.HTML(reading.card(example), elem_id="read-card", apply_default_css=False, js_on_load=None)
                with gr.Accordion("Options", open=False, elem_id="overrides"):
                    overrides = sections.overrides(limits)
                with gr.Accordion("What the model sees", open=False):
                    view = sections.view()
            with gr.Column(scale=6, min_width=340, elem_id="answer-side"):
                clips = gr.HTML(elem_id="clips", apply_default_css=False, js_on_load=results.ROWS_SCRIPT)
                words = sections.asking(limits)
                with gr.Tabs(elem_id="understand") as tabs:
                    said = sections.understand(limits, answers.labels)
                found = sections.conversation(results.about(example.identity, firsts.of(example)))
                cards = found.cards
                sections.heading(
                    "Why another answer?", "each limb moves alone; the answer is traced back to joints and moments"
                )
                why = sections.why(answers.explains)
                with gr.Accordion("Export", open=True, elem_id="export"):
                    take = sections.downloads()
                sections.footer()
        link = sections.opening()

        heavy = {"concurrency_id": "model", "concurrency_limit": limits.at_once, "api_visibility": "private"}
        light = {"concurrency_id": "reading", "concurrency_limit": 2 * limits.at_once, "api_visibility": "private"}

        # ---- choosing
        shown = {
            "readings": readings, "which": which, "clips": clips, "current": current, "pass": given_pass, "example": given.example,
            "files": given.files, "card": card, "stage": stage, "strip": strip, "history": history, "last": last,
            "why_answer": why.answer, "fix": given.fix, "pending": pending,
        }  # fmt: skip
        # a new clip takes the answers about the old one off the page
        read_outputs = [*(shown[name] for name in SHOWN), *words.suggested, *cards.values()]
        form, drawn = overrides.fields, view.fields
        reads = [
            on(handler, [desk, *inputs, *drawn], read_outputs, **light)
            for on, handler, inputs in (
                (given.example.input, choosing.example, [given.example, *form]),
                (given.files.upload, choosing.files, [given.files, *form]),
                (given.fix.input, choosing.fix, [pending, given.fix, *form]),
                (given.make.click, choosing.make, [given.action, given.layout, given.seed]),
                (given.read_text.click, choosing.text, [given.text, *form]),
                (overrides.apply.click, choosing.again, [readings, which, *form]),
                (said.long_example.click, choosing.long, [given.layout, given.seed]),
            )
        ]
        rows = {"concurrency_id": "model", "concurrency_limit": limits.at_once, "api_visibility": "private"}
        for read in reads:
            read.then(choosing.table, [desk, readings, which, said.labels], [clips], show_progress="hidden", **rows)

        def pick(desk: Desk, event: gr.EventData, readings: tuple, *drawn):
            yield from choosing.pick(desk, readings, min(int(event.row), len(readings) - 1), *drawn)

        reads.append(clips.select(pick, [desk, readings, *drawn], read_outputs, **light))
        draws = [
            field.input(choosing.draw, [current, *drawn], [strip], trigger_mode="always_last", **light)
            for field in drawn
        ]

        # ---- understanding
        after = [last, why.answer, why.question]
        for button, labels in said.sets.items():
            button.click(lambda labels=labels: labels, None, said.labels, queue=False, api_visibility="private")
        asks = [
            (said.recognize, asking.recognize, [said.labels, said.descriptions, said.top_k, said.none], [cards["ranked"], *after]),
            (words.describe, asking.describe, [], [cards["description"], *after]),
            (said.compare, asking.compare, [said.second_example, said.second_file, said.labels], [cards["compared"], last, stage]),
            (said.find, asking.segments, [said.long_labels, said.window, said.stride, said.long_none, said.shortest], [cards["segments-found"], last]),
            (said.stress, asking.stress, [said.labels, said.dropout, said.noise, said.other, said.draw], [cards["stressed"], last]),
            (why.explain, asking.explain, [why.answer, why.question, last], [cards["why-shown"], stage, last]),
        ]  # fmt: skip
        about = [desk, given_pass, current]
        running = [
            button.click(handler, [*about, *inputs], outputs, **heavy) for button, handler, inputs, outputs in asks
        ]

        def why_of(event: gr.EventData, desk: Desk, given: str, current, last):
            yield from asking.explain(desk, given, current, event.answer, event.question, last)

        for place in ("first", "ranked", "description", "chat"):
            explained = [cards["why-shown"], stage, last]
            running.append(cards[place].select(why_of, [*about, last], explained, **heavy))
        chat = [cards["chat"], history, words.question, *after]
        asked = gr.on(
            [words.ask.click, words.question.submit], asking.ask, [*about, words.question, history], chat, **heavy
        )
        running += [asked, link.ask_again.click(asking.ask_again, [*about, link.questions], chat, **heavy)]
        take.write.click(asking.write, [take.kind, current, last, *drawn], [take.file, take.problem], **heavy)
        for button in words.suggested:  # a button's value is its text
            running.append(button.click(asking.ask, [*about, button, history], chat, **heavy))
        found.stop.click(Desk.stop, desk, given_pass, queue=False, api_visibility="private")
        emptied = [given_pass, history, last, *(card for place, card in cards.items() if place != "first")]
        running.append(
            found.clear.click(lambda desk: (desk.renew(), (), None, *[""] * (len(cards) - 1)), desk, emptied,
                              queue=False, api_visibility="private")
        )  # fmt: skip

        # ---- links
        controls = {
            "choose": given.tabs, "example": given.example, "action": given.action, "made_layout": given.layout, "seed": given.seed,
            **dict(zip(("layout", "up", "units", "fps", "people", "handed", "joint_map"), form)), **dict(zip(("camera", "heading", "size", "frames", "colors"), drawn)),
            "understand": tabs, "labels": said.labels, "descriptions": said.descriptions, "top_k": said.top_k, "none_of_these": said.none, "against": said.second_example,
            "long_labels": said.long_labels, "window": said.window, "stride": said.stride, "dropout": said.dropout, "noise": said.noise,
            "shortest": said.shortest, "long_none": said.long_none, "other": said.other, "draw": said.draw, "answer": why.answer, "question": why.question, "last": last,
            "go": link.go, "questions": link.questions,
        }  # fmt: skip

        def opened(desk: Desk, request: gr.Request):
            for values, fields in choosing.opened(desk, request.query_params.multi_items(), reading.FIRST):
                chosen = {
                    controls[name]: gr.update(selected=value) if isinstance(controls[name], gr.Tabs) else value
                    for name, value in fields.items()
                }
                yield dict(zip(read_outputs, values)) | chosen

        opening = demo.load(opened, [desk], list(dict.fromkeys([*read_outputs, *controls.values()])), **light)
        opening.then(None, [link.go], None, js=sections.PRESS, queue=False, api_visibility="private")
        quick = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        for event in (opening, *reads, *draws, *running):
            event.then(asking.follow, [current, last, *drawn], [take.link, take.code], **quick)

    # closed: what waits for nobody's turn would be worked on at once, however many ask
    demo.queue(max_size=limits.waiting, default_concurrency_limit=limits.at_once, api_open=False)
    guard.refuse_urls(demo)
    guard.limit_visitors(demo, limits, behind_proxy)
    launch = {
        "theme": look.theme(), "css": look.style(), "run_history": False, "show_error": False, "max_file_size": limits.upload_bytes,
        "footer_links": ["api"], "state_session_capacity": limits.tabs, "pwa": False, "ssr_mode": False, "enable_monitoring": False,
        "strict_cors": True,
    }  # fmt: skip
    return Page(demo, launch, actions, storage)
