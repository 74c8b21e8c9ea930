"""The sections of the page, from top to bottom, as components by name; `interface.py` wires them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from importlib.util import find_spec
from types import SimpleNamespace as Parts

import gradio as gr

from skeletonllm_hf import layout_names
from skeletonllm_hf.model.clip_view import HEADINGS
from skeletonllm_hf.model.configuration_skeletonllm import CAMERAS
from skeletonllm_hf.model.skeleton import AXES, UNITS
from skeletonllm_hf.synthetic import ACTIONS, INTERACTIONS
from skeletonllm_hf.viewer import MARKUP, SCRIPT

from . import pictures, reading, results, scripts
from .choosing import SUGGESTED
from .downloads import KINDS
from .limits import DROPOUT, NOISE, STRIDE, TOP_K, WINDOW, Limits
from .reading import AS_READ

TITLE = "Skeletons in words"
LABELS = (
    "high wave", "walk", "sit down", "squat", "bend", "forward kick", "clap hands", "shaking hands", "jog", "throw", "golf swing",
    "kicking",
)  # fmt: skip
# kind of action -> labels that the bundled model knows
LABEL_SETS = {
    "Everyday": (
        "sit down", "stand up", "walk", "drink", "eat", "phone call", "pick up", "put on a jacket", "brush teeth", "write", "open a door",
        "sweep the floor",
    ),
    "Sports": (
        "squat", "push-up", "sit-up", "star jump", "lunge", "jump rope", "golf swing", "tennis serve", "basketball shot", "baseball pitch",
        "forward kick", "jog",
    ),
    "Gestures": (
        "high wave", "clap hands", "point", "beckon", "salute", "bow", "thumbs up", "shrug", "nod", "shake head", "cross arms",
        "put palms together",
    ),
    "Two people": (
        "shaking hands", "hugging", "high five", "pushing", "punching", "kicking", "exchanging object", "patting on the back",
        "pointing at someone", "whispering", "walking towards each other", "walking apart",
    ),
}  # fmt: skip
# panel -> what opens it
PANELS = {
    "compare": "Compare", "segments": "Segments", "stress": "Stress test", "explain": "Explain another answer", "choices": "Label options"
}  # fmt: skip
# of what it looks at, the page keeps skeletons: see docs/video.md
_VIDEO = (
    "Videos and photos: a pose estimator finds the people."
    if find_spec("mediapipe")
    else "For videos and photos, whoever runs this page installs a pose estimator: pip install 'skeletonllm-hf[video]'."
)
_CAMERA = (
    '<div class="camera"><button type="button">Record</button><video muted autoplay playsinline hidden></video>'
    f'<p class="hint" role="status">Up to ten seconds, without sound. Stand back until your feet are in the picture. {_VIDEO}</p></div>'
)


def html(value: object = None, **options) -> gr.HTML:
    """A `gr.HTML` without gradio's own style and script."""
    return gr.HTML(value, apply_default_css=False, **({"js_on_load": None} | options))


def header(model: str) -> None:
    html(
        f"<header><h1>{TITLE}</h1><p>Human motion in, words out: choose a clip, ask, see why.</p>"
        f'<p class="model">Model: <b>{escape(model)}</b></p>'
        '<div class="tools"><button type="button" id="start-over" title="Forgets what this browser keeps of the page">Start over</button>'
        '<button type="button" id="theme-toggle" title="Light or dark">&#9680;<span class="visually-hidden"> Light or dark</span></button></div></header>',
        elem_id="masthead",
        elem_classes="masthead",
        js_on_load=scripts.TOGGLE,
    )


def viewer(value: dict) -> gr.HTML:
    """The library's viewer; its value is `scene(...)`. The markup is a constant: gradio's templates would run what a visitor
    puts into them."""
    return html(value, html_template=MARKUP, js_on_load=SCRIPT, elem_id="clip-viewer", label="Skeleton in space")


def inputs(limits: Limits) -> Parts:
    parts = Parts()
    with gr.Tabs(elem_id="choose") as parts.tabs:
        with gr.Tab("Example", id="example"):
            names = list(reading.EXAMPLES)
            parts.example = gr.Radio(names, value=names[0], label="Example", show_label=False, elem_id="examples")
        with gr.Tab("File", id="file") as tab, _when(tab.select):
            parts.files = gr.File(
                label=f"Files, a ZIP, videos or photos, up to {limits.upload_bytes >> 20} MB each",
                file_count="multiple", height=120, elem_id="upload",
            )  # fmt: skip
            html(
                results.quiet(
                    "NTU, Kinect, BVH, AMC with its ASF, C3D, SMPL joints, OpenPose, COCO, MediaPipe, CSV, NumPy and more; the contents "
                    f"decide, not the name. {_VIDEO} Deleted after {limits.keep_seconds / 60:.0f} minutes."
                )
            )
        with gr.Tab("Camera", id="camera") as tab, _when(tab.select):
            html(_CAMERA, js_on_load=scripts.CAMERA_SCRIPT, elem_id="camera")
        with gr.Tab("Generate", id="made") as tab, _when(tab.select) as parts.made:
            parts.action = gr.Dropdown([*ACTIONS, *INTERACTIONS], value="high wave", label="Action")
            with gr.Row():
                parts.layout = gr.Dropdown(list(layout_names()), value="kinect_v2", label="Layout", min_width=140)
                parts.seed = gr.Number(3, label="Seed", precision=0, minimum=0, min_width=100)
            parts.make = gr.Button("Generate", variant="primary")
        with gr.Tab("JSON", id="json") as tab, _when(tab.select):
            parts.text = gr.Textbox(
                label="A clip as JSON", lines=7, max_lines=7, max_length=limits.text_chars, elem_id="json-text",
                placeholder='{"layout": "coco_17", "fps": 30, "units": "pixels", "up": "-y", "joints": [[[[312, 80], ...]]]}',
            )  # fmt: skip
            parts.read_text = gr.Button("Read it", variant="primary")
    parts.fix = gr.Radio([], label="Which skeleton is it?", visible=False, elem_id="fix")
    return parts


@contextmanager
def folded(title: str, elem_id: str) -> Iterator[None]:
    """A fold whose contents are built when it is first opened."""
    with gr.Accordion(title, open=False, elem_id=elem_id) as accordion, _when(accordion.expand):
        yield


@contextmanager
def _when(opened: Callable) -> Iterator[list[gr.blocks.Block]]:
    """Contents of a tab or fold, built when it is first opened."""
    with _late() as late:
        yield late
    opened(None, None, late, js=f"() => skeletons.shown({len(late)})", queue=False, api_visibility="private")


@contextmanager
def _late(**options: str) -> Iterator[list[gr.blocks.Block]]:
    """A column, and all that stands in it, which the browser neither fetches nor builds until they are made visible: the page is
    there sooner."""
    with gr.Column(visible=False, **options) as column:
        late = [column]
        yield late
    inner = list(column.children)
    for block in inner:  # grows
        inner += getattr(block, "children", ())
    late += [block for block in inner if isinstance(block, gr.components.Component) and block.visible is True]
    for block in late:
        block.visible = False


def toggle(panels: dict[str, list[gr.blocks.Block]], name: str) -> tuple[list[gr.blocks.Block], str]:
    """The components that a press of this panel's button changes, and its script: at most one panel is open."""
    column, *inner = panels[name]
    columns = [column, *(late[0] for other, late in panels.items() if other != name)]
    return [*columns, *inner], f"() => skeletons.panel({name!r}, {len(columns)}, {len(inner)})"


def revealed(late: list[gr.blocks.Block], chosen: dict[gr.blocks.Block, object]) -> dict[gr.blocks.Block, object]:
    """Values of controls, with what is late made visible."""
    return chosen | {
        each: gr.update(visible=True, **({"value": chosen[each]} if each in chosen else {})) for each in late
    }


def overrides(limits: Limits) -> Parts:
    with gr.Row():
        layout = gr.Dropdown([AS_READ, *layout_names()], value=AS_READ, label="Layout", min_width=150)
        up = gr.Dropdown([AS_READ, *AXES], value=AS_READ, label="Axis that points up", min_width=150)
        units = gr.Dropdown([AS_READ, *UNITS], value=AS_READ, label="Units", min_width=150)
        fps = gr.Number(0, label="Frames a second (0: as in the file)", minimum=0, maximum=1000, min_width=150)
        people = gr.Slider(1, limits.people, value=2, step=1, label="Keep how many people", min_width=150)
        handed = gr.Dropdown([AS_READ, *reading.HANDED], value=AS_READ, label="Handedness of its axes", min_width=150)
    joint_map = gr.Textbox(
        label="What its joints are, one a line", lines=2, max_lines=8, max_length=20_000, elem_id="joint-map",
        placeholder="Bip01_L_Hand = left wrist", info="For names that were not understood.",
    )  # fmt: skip
    fields = [layout, up, units, fps, people, handed, joint_map]
    return Parts(fields=fields, apply=gr.Button("Read it again like this"))


def view() -> Parts:
    own = "as trained"
    with gr.Row():
        camera = gr.Dropdown([(own, ""), *CAMERAS], value="", label="Camera", min_width=140)
        heading = gr.Dropdown([(own, ""), *HEADINGS], value="", label="Heading", min_width=140)
        sizes = [(own, 0), *((f"{size} pixels", size) for size in pictures.SIZES)]
        size = gr.Dropdown(sizes, value=0, label="Size", min_width=140)
        frames = gr.Slider(0, pictures.MOST_FRAMES, value=0, step=1, label="Frames (0: as trained)", min_width=160)
        colors = gr.Radio(list(pictures.COLORS), value="learned", label="Colours", min_width=160)
    return Parts(fields=[camera, heading, size, frames, colors])


def asking(limits: Limits) -> Parts:
    """A question in words, or one that is suggested for the clip."""
    parts = Parts()
    with gr.Row(elem_id="ask-row"):
        parts.question = gr.Textbox(
            placeholder="Ask about this clip", label="Question", show_label=False, container=False, max_lines=3, max_length=limits.question_chars,
            scale=6, min_width=200, elem_id="question",
        )  # fmt: skip
        parts.ask = gr.Button("Ask", variant="primary", scale=0, min_width=90, elem_id="ask-go")
    suggested = results.suggested(SUGGESTED[1])
    parts.suggested = html(suggested, elem_id="suggested", elem_classes="chips", js_on_load=scripts.SUGGEST)
    return parts


def recognizing(limits: Limits, known: list[str]) -> Parts:
    """Labels, sets of them, and the button that ranks them."""
    parts = Parts()
    parts.labels = gr.Textbox(
        "\n".join(LABELS), label="What could it show? One label a line, or commas", lines=4, max_lines=4, elem_id="labels",
        max_length=limits.labels * (limits.label_chars + 2),
    )  # fmt: skip
    sets = LABEL_SETS | ({f"All {len(known)} that it knows": tuple(known)} if known else {})
    chips = "".join(
        f'<button type="button" data-labels="{escape(chr(10).join(labels))}">{escape(name)}</button>'
        for name, labels in sets.items()
    )
    with gr.Row(elem_id="label-row"):
        html(chips, elem_id="label-sets", elem_classes="chips", js_on_load=scripts.LABEL_SETS)
        parts.recognize = gr.Button("Recognise", variant="primary", scale=0, elem_id="recognise-go", min_width=120)
    return parts


def actions(limits: Limits, explains: bool) -> Parts:
    """Further actions: a button each, which opens its panel and closes the others."""
    parts = Parts(panels={}, openers={})
    with gr.Row(elem_id="actions", elem_classes="chips"):
        for name, title in PANELS.items():
            parts.openers[name] = gr.Button(title, size="sm", min_width=60, scale=0)
    for name, fill in (
        ("choices", _choices), ("compare", _compare), ("segments", _segments), ("stress", _stress), ("explain", lambda parts, _: _explain(parts, explains))
    ):  # fmt: skip
        with _late(elem_id=f"panel-{name}", elem_classes="panel") as parts.panels[name]:
            fill(parts, limits)
    return parts


def _choices(parts: Parts, limits: Limits) -> None:
    parts.descriptions = gr.Textbox(
        label="Expert descriptions, one a line", lines=2, max_lines=6, elem_id="descriptions",
        placeholder="dab: a person hides the face in one bent arm and stretches the other one up to the side",
        info="For labels that the model was not trained to name.", max_length=limits.body_bytes // 100,
    )  # fmt: skip
    with gr.Row():
        parts.top_k = _slider(TOP_K, 5, "Show the best", min_width=200)
        parts.none = gr.Checkbox(False, label='Also "none of these"', min_width=150)


def _compare(parts: Parts, limits: Limits) -> None:
    with gr.Row():
        examples = list(reading.EXAMPLES)
        parts.second_example = gr.Dropdown(examples, value="Squats", label="With this example", min_width=220)
        parts.second_file = gr.File(label="or with a file of yours", height=110, min_width=220, elem_id="second-file")
    parts.compare = gr.Button("What differs?", variant="primary", min_width=160, elem_id="compare-go")


def _segments(parts: Parts, limits: Limits) -> None:
    with gr.Row():
        with gr.Column(scale=5, min_width=180):
            parts.long_labels = gr.Textbox(
                "\n".join(reading.LONG_ACTIONS), label="What could its parts show? One label a line", lines=6, max_lines=6,
                max_length=limits.labels * (limits.label_chars + 2), elem_id="long-labels",
            )  # fmt: skip
        with gr.Column(scale=7, min_width=240):
            parts.window = _slider(WINDOW, 3, "Window, seconds")
            parts.stride = _slider(STRIDE, 1, "Stride, seconds")
            parts.shortest = _slider((0, 10, 0.5), 0, "Shortest segment, seconds")
            parts.long_none = gr.Checkbox(False, label='Also "none of these", for idling')
    with gr.Row():
        parts.find = gr.Button("Find segments", variant="primary", scale=0, min_width=160, elem_id="segments-go")
        parts.long_example = gr.Button("Load a long example", scale=0, min_width=180, elem_id="long-example")


def _stress(parts: Parts, limits: Limits) -> None:
    with gr.Row():
        parts.dropout = _slider(DROPOUT, 0.3, "Share of joints lost", min_width=180)
        parts.noise = _slider(NOISE, 0.02, "Noise, metres", min_width=180)
        parts.other = gr.Dropdown([AS_READ, *layout_names()], value=AS_READ, label="Layout", min_width=160)
        parts.draw = gr.Number(0, label="Seed", precision=0, minimum=0, min_width=90)
    html(results.quiet("The labels are those above."))
    parts.stress = gr.Button("Disturb it and ask again", variant="primary", min_width=200, elem_id="stress-go")


def _explain(parts: Parts, explains: bool) -> None:
    html(results.quiet("Each limb moves alone; the answer is traced back to joints and moments."))
    with gr.Row():
        parts.answer = gr.Textbox(label="Answer", placeholder="high wave", scale=4, min_width=180, elem_id="why-answer")
        field = {"label": "Question that it answers", "placeholder": "What is the action?"}
        parts.question = gr.Textbox(**field, scale=5, min_width=200)
        pressed = {"variant": "primary", "interactive": explains, "elem_id": "explain-go"}
        parts.explain = gr.Button("Show why", scale=0, min_width=120, **pressed)


def conversation(first: str) -> Parts:
    """The answers, a card each: see `results.PLACES`. What is known of the clip from the start is one."""
    parts = Parts()
    with gr.Row(elem_id="answers-head"):
        html('<h2>Answers <small id="held" role="status"></small></h2>', elem_classes="section")
        parts.stop = gr.Button("Stop", variant="stop", size="sm", scale=0, min_width=70, elem_id="stop")
        parts.clear = gr.Button("Clear", size="sm", scale=0, min_width=70, elem_id="clear")
    with gr.Column(elem_id="conversation"):
        parts.cards = {
            place: html(first if place == "first" else "", elem_id=place, js_on_load=script)
            for place, script in results.PLACES.items()
        }
    return parts


def address(link: dict) -> gr.HTML:
    """An invisible component that writes the last question into the address of the page."""
    return html(link, elem_id="address", html_template="<!-- -->", js_on_load=scripts.ADDRESS)


def downloads(link: dict, code: str) -> Parts:
    """Downloads, and the link and the Python code of the last question."""
    parts = Parts()
    with gr.Row():
        with gr.Column(scale=4, min_width=280):
            parts.kind = gr.Dropdown(list(KINDS.items()), value="gif", label="As a file")
            parts.write = gr.Button("Make the file", elem_id="write-go")
            parts.file = gr.File(label="Download", interactive=False, visible=False, height=90, elem_id="download")
            parts.problem = html()
        with gr.Column(scale=8, min_width=300):
            parts.link = html(link, html_template=scripts.LINK, js_on_load=scripts.COPY, elem_id="link")
            parts.code = html(code, html_template=scripts.CODE, js_on_load=scripts.COPY_CODE, elem_id="snippet")
    return parts


def opening() -> Parts:
    """Invisible components that open a link: its kind of question, its questions, and the buttons that ask them."""
    return Parts(
        go=gr.Textbox(visible=False), questions=gr.State(()), ask_again=gr.Button("Ask again", visible="hidden", elem_id="ask-again"),
        follow=gr.Button("Open the link", visible="hidden", elem_id="open-link"),
    )  # fmt: skip


def footer() -> None:
    html(
        '<p class="hint">The bundled model is small and knows short, single actions. It describes motion, not people: take no decision about '
        "anybody's health, fitness or safety from it. Nothing that you give is kept: files are deleted, and no history is stored.</p>",
        elem_id="foot",
    )


def _slider(bounds: tuple[float, float, float], value: float, label: str, **options) -> gr.Slider:
    lowest, highest, step = bounds
    return gr.Slider(lowest, highest, value=value, step=step, label=label, **options)
