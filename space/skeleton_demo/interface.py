"""The page: choose a clip, see it, understand it, see why. Layout and wiring; what the buttons do stands in `actions.py`."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import gradio as gr

from . import api, guard, look, pictures, reading, results, scripts, sections, viewer
from .actions import Actions
from .asking import Asking
from .choosing import SHOWN, Choosing, fields_of_view
from .desk import Desk
from .firsts import Firsts
from .limits import Limits
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
        with gr.Column(render=False):  # no part of the page, whose every component takes the browser time: see page.js
            # first: they take the names that the page's own handlers would
            api.add_endpoints(actions, storage, limits.at_once)
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
                with sections.folded("Options", "overrides"):
                    overrides = sections.overrides(limits)
                with sections.folded("What the model sees", "view"):
                    view = sections.view()
            with gr.Column(scale=6, min_width=340, elem_id="answer-side"):
                clips = gr.HTML(elem_id="clips", apply_default_css=False, js_on_load=results.ROWS_SCRIPT)
                words, labelled = sections.asking(limits), sections.recognizing(limits, answers.labels)
                more = sections.actions(limits, answers.explains)
                found = sections.conversation(results.about(example.identity, firsts.of(example)))
                cards = found.cards
                taken = asking.follow(Desk(), "", None, None, *fields_of_view(pictures.View()).values())
                address = sections.address(taken[0])
                with sections.folded("Export", "export"):
                    take = sections.downloads(*taken[1:])
                sections.footer()
        link = sections.opening()

        # gradio's own signs of progress draw all the time, one on every part of the page: the cards say what is done
        own = {"api_visibility": "private", "show_progress": "hidden"}
        heavy = {"concurrency_id": "model", "concurrency_limit": limits.at_once, **own}
        # of clips that are asked for while one is read, the last one counts
        light = {"concurrency_id": "reading", "concurrency_limit": 2 * limits.at_once, **own}
        latest = {"trigger_mode": "always_last", **light}
        quick = {"queue": False, **own}
        about = [desk, given_pass, current]

        # ---- choosing
        shown = {
            "readings": readings, "which": which, "clips": clips, "current": current, "pass": given_pass, "example": given.example,
            "files": given.files, "card": card, "stage": stage, "strip": strip, "history": history, "last": last,
            "why_answer": more.answer, "fix": given.fix, "pending": pending,
        }  # fmt: skip
        # a new clip takes the answers about the old one off the page
        read_outputs = [*(shown[name] for name in SHOWN), words.suggested, *cards.values()]
        form, drawn = overrides.fields, view.fields
        reads = [
            on(handler, [desk, *inputs, *drawn], read_outputs, js=scripts.BEGIN, **latest)
            for on, handler, inputs in (
                (given.files.upload, choosing.files, [given.files, *form]),
                (given.fix.input, choosing.fix, [pending, given.fix, *form]),
                (overrides.apply.click, choosing.again, [given_pass, readings, which, *form]),
                (given.example.input, choosing.example, [given.example, *form]),
                (given.make.click, choosing.make, [given.action, given.layout, given.seed]),
                (given.read_text.click, choosing.text, [given.text, *form]),
                (more.long_example.click, choosing.long, [given.layout, given.seed]),
            )
        ]
        for read in reads[:3]:  # which may bring several clips
            read.then(choosing.table, [desk, readings, which, labelled.labels], [clips], **heavy)

        def pick(desk: Desk, event: gr.EventData, readings: tuple, *drawn):
            yield from choosing.pick(desk, readings, min(int(event.row), len(readings) - 1), *drawn)

        reads.append(clips.select(pick, [desk, readings, *drawn], read_outputs, js=scripts.BEGIN, **latest))
        fields = [field.input for field in drawn]
        drawing = gr.on(fields, choosing.draw, [*about, *drawn], [strip], trigger_mode="always_last", **light)

        # ---- understanding
        for name, opener in more.openers.items():
            changed, toggle = sections.toggle(more.panels, name)
            opener.click(None, None, changed, js=toggle, **quick)
        more.second_file.upload(None, None, None, js="() => skeletons.landed()", **quick)
        after = [last, more.answer, more.question]
        asks = [
            (labelled.recognize.click, asking.recognize, [labelled.labels, more.descriptions, more.top_k, more.none], [cards["ranked"], *after]),
            (words.suggested.select, asking.describe, [], [cards["description"], *after]),
            (more.compare.click, asking.compare, [more.second_example, more.second_file, labelled.labels], [cards["compared"], last, stage]),
            (more.find.click, asking.segments, [more.long_labels, more.window, more.stride, more.long_none, more.shortest], [cards["segments-found"], last]),
            (more.stress.click, asking.stress, [labelled.labels, more.dropout, more.noise, more.other, more.draw], [cards["stressed"], last]),
            (more.explain.click, asking.explain, [more.answer, more.question, last], [cards["why-shown"], stage, last]),
        ]  # fmt: skip
        # what is pressed again while it runs is asked again when it is done
        again = {"trigger_mode": "always_last", **heavy}
        running = [on(handler, [*about, *inputs], outputs, **again) for on, handler, inputs, outputs in asks]

        def why_of(event: gr.EventData, desk: Desk, given: str, current, last):
            yield from asking.explain(desk, given, current, event.answer, event.question, last)

        for place in ("first", "ranked", "description", "chat"):
            explained = [cards["why-shown"], stage, last]
            running.append(cards[place].select(why_of, [*about, last], explained, **again))
        chat = [cards["chat"], history, words.question, *after]
        pressed, inputs = [words.ask.click, words.question.submit], [*about, words.question, history]
        answering = gr.on(pressed, asking.ask, inputs, chat, js=scripts.TAKE, **again)
        running += [answering, link.ask_again.click(asking.ask_again, [*about, link.questions], chat, **heavy)]
        written = [take.kind, *about, last, *drawn]
        take.write.click(asking.write, written, [take.file, take.problem], **heavy | {"show_progress": "minimal"})
        found.stop.click(Desk.stop, desk, given_pass, **quick)
        emptied = [given_pass, history, last, stage, *(card for place, card in cards.items() if place != "first")]
        running.append(found.clear.click(asking.clear, about, emptied, **quick))

        # ---- links
        controls = {
            "choose": given.tabs, "example": given.example, "action": given.action, "made_layout": given.layout, "seed": given.seed,
            **dict(zip(("layout", "up", "units", "fps", "people", "handed", "joint_map"), form)), **dict(zip(("camera", "heading", "size", "frames", "colors"), drawn)),
            "labels": labelled.labels, "descriptions": more.descriptions, "top_k": more.top_k, "none_of_these": more.none, "against": more.second_example,
            "long_labels": more.long_labels, "window": more.window, "stride": more.stride, "dropout": more.dropout, "noise": more.noise,
            "shortest": more.shortest, "long_none": more.long_none, "other": more.other, "draw": more.draw, "answer": more.answer, "question": more.question, "last": last,
            "go": link.go, "questions": link.questions,
        }  # fmt: skip

        late = more.panels | {"made": given.made}

        def open_link(desk: Desk, request: gr.Request):
            for values, fields in choosing.opened(desk, request.query_params.multi_items(), reading.FIRST):
                seen = [each for name in fields.pop("open", ()) for each in late[name]]
                chosen = {controls[name]: value for name, value in fields.items()}
                yield dict(zip(read_outputs, values)) | sections.revealed(seen, chosen)

        demo.load(None, None, None, js=scripts.OPEN, **quick)
        changed = dict.fromkeys([*read_outputs, *controls.values(), *itertools.chain(*late.values())])
        opening = link.follow.click(open_link, [desk], list(changed), **light)
        opening.then(None, [link.go], None, js=scripts.PRESS, **quick)
        for event in (opening, *reads, drawing, *running):
            ended = scripts.END if event is opening or event in reads else None
            taken = [address, take.link, take.code]
            event.then(asking.follow, [*about, last, *drawn], taken, js=ended, **quick)  # after failures, too

    # closed: what waits for nobody's turn would be worked on at once, however many ask
    demo.queue(max_size=limits.waiting, default_concurrency_limit=limits.at_once, api_open=False)
    guard.refuse_urls(demo)
    guard.limit_visitors(demo, limits, behind_proxy)
    return Page(demo, _launch(limits), actions, storage)


def _launch(limits: Limits) -> dict:
    return {
        "theme": look.theme(), "run_history": False, "show_error": False, "max_file_size": limits.upload_bytes,
        "footer_links": ["api"], "state_session_capacity": limits.tabs, "pwa": False, "ssr_mode": False, "enable_monitoring": False,
        "strict_cors": True,
    }  # fmt: skip
