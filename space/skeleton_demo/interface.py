"""The page: choose a clip, see it, understand it, see why. Layout and wiring; what the buttons do stands in `actions.py`."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from . import api, guard, look, reading, results, sections, viewer
from .actions import Actions
from .asking import Asking
from .choosing import Choosing
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
        choosing, asking = Choosing(actions, storage), Asking(actions, storage)
        readings, current, last, history = (
            gr.State(value, time_to_live=limits.keep_seconds) for value in ((), None, None, ())
        )
        sections.header(answers.name)
        sections.heading(1, "Choose a clip", "any file of human skeletons, an example, or one made on the spot")
        with gr.Row(elem_classes="stage-row"):
            with gr.Column(scale=5, min_width=320):
                given = sections.inputs(limits)
            with gr.Column(scale=7, min_width=320):
                stage = viewer.viewer("clip-viewer", "Skeleton in space")
        card = gr.HTML(results.quiet("Loading the first example ..."), elem_id="read-card", apply_default_css=False)
        with gr.Accordion("Read it differently", open=False, elem_id="overrides"):
            overrides = sections.overrides(limits)

        sections.heading(
            2, "See what the model sees", "the same motion, drawn by a renderer that was trained with the model"
        )
        strip = gr.HTML(elem_id="filmstrip", apply_default_css=False)
        with gr.Accordion("Draw it differently", open=False):
            view = sections.view()

        sections.heading(3, "Understand it", "ask for a label, a description, or anything else")
        with gr.Tabs(elem_id="understand") as tabs:
            said = sections.understand(limits, answers.labels)

        sections.heading(
            4,
            "See where an answer comes from",
            "by letting each limb move alone, and tracing the answer back to joints and moments",
        )
        why = sections.why(answers.explains)

        sections.heading(5, "Take it along", "everything above as a file, as a link, or as the Python that repeats it")
        take = sections.downloads()
        link = sections.opening()
        sections.footer()

        heavy = {"concurrency_id": "model", "concurrency_limit": limits.at_once, "api_visibility": "private"}
        light = {"concurrency_id": "reading", "concurrency_limit": 2 * limits.at_once, "api_visibility": "private"}

        # ---- choosing
        # a new clip takes the answers about the old one off the page
        places = [said.ranked, said.description, said.compared, said.segments, said.stressed, why.shown]
        read_outputs = [
            readings,
            given.which,
            current,
            card,
            stage,
            strip,
            said.chat,
            history,
            last,
            take.code,
            why.stage,
            why.answer,
            *places,
        ]
        form, drawn = overrides.fields, view.fields
        reads = [
            given.example.input(choosing.example, [given.example, *form, *drawn], read_outputs, **light),
            given.files.upload(choosing.files, [given.files, *form, *drawn], read_outputs, **light),
            given.make.click(choosing.make, [given.action, given.layout, given.seed, *drawn], read_outputs, **light),
            given.read_text.click(choosing.text, [given.text, *form, *drawn], read_outputs, **light),
            given.which.input(choosing.pick, [readings, given.which, *drawn], read_outputs, **light),
            overrides.apply.click(choosing.again, [readings, given.which, *form, *drawn], read_outputs, **light),
            said.long_example.click(choosing.long, [given.layout, given.seed, *drawn], read_outputs, **light),
        ]
        reads += [
            field.input(choosing.draw, [current, *drawn], [strip], trigger_mode="always_last", **light)
            for field in drawn
        ]

        # ---- understanding
        noted = [last, take.code]
        after = [*noted, why.answer, why.question]
        all_labels = "\n".join(answers.labels)
        said.all_labels.click(lambda: all_labels, None, said.labels, queue=False, api_visibility="private")
        running = [
            said.recognize.click(
                asking.recognize, [current, said.labels, said.top_k, said.none], [said.ranked, *after], **heavy
            ),
            said.describe.click(asking.describe, [current], [said.description, *after], **heavy),
            said.compare.click(
                asking.compare,
                [current, said.second_example, said.second_file, said.labels],
                [said.compared, *noted],
                **heavy,
            ),
            said.find.click(
                asking.segments, [current, said.long_labels, said.window, said.stride], [said.segments, *noted], **heavy
            ),
            said.stress.click(
                asking.stress,
                [current, said.labels, said.dropout, said.noise, said.other, said.draw],
                [said.stressed, *noted],
                **heavy,
            ),
            why.explain.click(
                asking.explain, [current, why.answer, why.question, last], [why.shown, why.stage, *noted], **heavy
            ),
            take.write.click(asking.write, [take.kind, current, last, *drawn], [take.file, take.problem], **heavy),
        ]
        chat = [said.chat, history, said.question, said.ask_problem, *after]
        asked = gr.on(
            [said.ask.click, said.question.submit], asking.ask, [current, said.question, history],
            chat, **heavy,
        )  # fmt: skip
        running += [asked, link.ask_again.click(asking.ask_again, [current, link.questions], chat, **heavy)]
        said.clear.click(
            lambda: ([], (), ""), None, [said.chat, history, said.ask_problem], queue=False, api_visibility="private"
        )
        for button in (*said.stops, why.stop):
            button.click(None, None, None, js=sections.STOPPED, cancels=running, queue=False, api_visibility="private")

        # ---- links
        controls = {
            "choose": given.tabs, "example": given.example, "action": given.action, "made_layout": given.layout, "seed": given.seed,
            **dict(zip(("layout", "up", "units", "fps", "people"), form)), **dict(zip(("camera", "heading", "size", "frames", "colors"), drawn)),
            "understand": tabs, "labels": said.labels, "top_k": said.top_k, "none_of_these": said.none, "against": said.second_example,
            "long_labels": said.long_labels, "window": said.window, "stride": said.stride, "dropout": said.dropout, "noise": said.noise,
            "other": said.other, "draw": said.draw, "answer": why.answer, "question": why.question, "last": last,
            "go": link.go, "questions": link.questions,
        }  # fmt: skip

        def opened(request: gr.Request):
            for shown, fields in choosing.opened(request.query_params.multi_items(), reading.FIRST):
                chosen = {
                    controls[name]: gr.update(selected=value) if isinstance(controls[name], gr.Tabs) else value
                    for name, value in fields.items()
                }
                yield dict(zip(read_outputs, shown)) | chosen

        opening = demo.load(opened, None, list(dict.fromkeys([*read_outputs, *controls.values()])), **light)
        opening.then(None, [link.go], None, js=sections.PRESS, queue=False, api_visibility="private")
        for event in (opening, *reads, *running):
            event.then(
                asking.link,
                [current, last, *drawn],
                [take.link],
                queue=False,
                show_progress="hidden",
                api_visibility="private",
            )

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
