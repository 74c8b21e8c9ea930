"""Downloads: pictures, the clip and the answer as files, and the Python code that repeats the question."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from skeletonllm_hf import drawing, save_skeleton, viewer

from . import pictures
from .answerers import Local, Served
from .limits import Refused
from .reading import AS_READ, EXAMPLES, Reading
from .storage import Storage

KINDS = {
    "Animation (GIF)": "gif",
    "Video (MP4)": "mp4",
    "Frames (ZIP of PNG)": "zip",
    "Contact sheet (PNG)": "png",
    "Viewer (one HTML file)": "html",
    "Clip (JSON)": "json",
    "Clip (NPZ)": "npz",
    "Last answer (JSON)": "answer",
}


def write(
    kind: str, reading: Reading, answer: dict | None, view: pictures.View, answers: Local | Served, storage: Storage
) -> Path:
    """A file in a folder of its own.

    Args:
        kind: a value of `KINDS`. answer: what the model said last, as plain values.

    Raises:
        Refused: an unknown kind, or no answer yet.
    """
    if kind not in KINDS.values():
        raise Refused(f"Choose one of {', '.join(KINDS.values())}.")
    path = storage.new_folder() / f"{_stem(reading.title)}.{kind}"
    if kind == "answer":
        if answer is None:
            raise Refused("Ask something first: the answer is what this file holds.")
        path = path.with_name(f"{path.stem}_answer.json")
        values = {"clip": reading.title, "model": answers.name, **answer, "warnings": list(reading.clip.warnings)}
        path.write_text(json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False), encoding="utf-8")
    elif kind == "html":
        path.write_text(viewer.standalone(reading.clip), encoding="utf-8")
    elif kind in ("json", "npz"):
        save_skeleton(reading.clip, path)
    else:
        _PICTURES[kind](path, *answers.render(reading.clip, view), reading)
    return path


def snippet(reading: Reading | None, answer: dict | None, answers: Local | Served) -> str:
    """Python that repeats the last question about this clip: it runs as it is, where a visitor's own file lies."""
    if reading is None:
        return ""
    checkpoint = answers.checkpoint if isinstance(answers, Local) else None
    load = ["model, processor = load_default()"]
    if checkpoint:
        load = [f"loaded = load({checkpoint!r})", "model, processor = loaded.model, loaded.processor"]
    question = _served(answer) if answer and isinstance(answers, Served) else _answer_lines(answer)
    code = "\n".join([*load, reading.recipe or _loaded(reading), *question])
    standard = [line for word, line in _STANDARD.items() if word in code]
    names = [name for name in _IMPORTED if re.search(rf"(?<![.\w]){name}\(", code)]
    own = [f"from skeletonllm_hf import {', '.join(names)}"] if names else []
    own += [line for word, line in _OWN.items() if word in code]
    return "\n".join([*standard, *([""] if standard else []), *own, "", code])


def bundled(file: str) -> str:
    """Python for the path of an example, wherever the package is installed."""
    return f'files("skeletonllm_hf") / "examples" / "{file}"'


def _loaded(reading: Reading) -> str:
    """A visitor's own file lies where the visitor has it."""
    values = reading.overrides.arguments
    arguments = "".join(f", {name}={values[name]!r}" for name, _ in reading.overrides.given)
    if reading.path is not None and reading.path.is_dir():
        return f'clip = load_skeleton("clip"{arguments})  # the folder that holds your files'
    file = bundled(reading.path.name) if reading.is_example else repr(reading.title)
    return f"clip = load_skeleton({file}{arguments})"


# what a snippet may use -> the import that it needs
_STANDARD = {"files(": "from importlib.resources import files", "np.": "import numpy as np"}
_OWN = {
    "Endpoint(": "from skeletonllm_hf.answering.endpoint import Endpoint",
    "MotionOptions(": "from skeletonllm_hf.synthetic import MotionOptions",
}
_IMPORTED = (
    "Disturbance", "compare", "find_segments", "generate", "influence", "load", "load_default", "load_skeleton", "robustness",
)  # fmt: skip


def _answer_lines(answer: dict | None) -> list[str]:
    """The lines that ask a model of this process."""
    if answer is None or answer["kind"] == "describe":
        return ["print(model.caption(processor, clip))"]
    labels = answer.get("labels")
    if answer["kind"] == "recognize":
        extra = ", none_of_these=True" if answer["none_of_these"] else ""
        extra += f", descriptions={answer['descriptions']!r}" if answer.get("descriptions") else ""
        return [f"print(model.recognize(processor, clip, {labels!r}, top_k={answer['top_k']}{extra}))"]
    if answer["kind"] == "ask":
        history = f", history={answer['history']!r}" if answer["history"] else ""
        return [f"print(model.ask(processor, clip, {answer['question']!r}{history}))"]
    if answer["kind"] == "explain":
        question = f", {answer['question']!r}" if answer["question"] else ""
        return [f"print(influence(model, processor, clip, {answer['answer']!r}{question}).limbs)"]
    if answer["kind"] == "compare":
        extra = f", {labels!r}" if labels else ""
        other = bundled(EXAMPLES[answer["against"]]) if answer["against"] else repr(answer["with"])
        return [f"print(compare(model, processor, clip, load_skeleton({other}){extra}).text)"]
    if answer["kind"] == "segments":
        options = f"window={answer['window']:g}, stride={answer['stride']:g}"
        options += ", none_of_these=True" if answer.get("none_of_these") else ""
        options += f", shortest={answer['shortest']:g}" if answer.get("shortest") else ""
        return [f"for part in find_segments(model, processor, clip, {labels!r}, {options}):", "    print(part)"]
    layout = None if answer["other"] == AS_READ else answer["other"]
    test = f"Disturbance({layout!r}, {answer['dropout']:g}, {answer['noise']:g}, {answer['draw']})"
    return [f"print(robustness(model, processor, clip, [{test}], labels={labels!r})[0].recognition)"]


def _served(answer: dict) -> list[str]:
    """Addresses stay with whoever runs the page."""
    history = f", history={answer['history']!r}" if answer.get("history") else ""
    return [
        'frames = processor.rasterize(clip, model.renderer)["frames"][0]',
        f"print(Endpoint(ADDRESS, MODEL).ask(frames, {answer['question']!r}{history}))",
    ]


def _write_zip(path: Path, images: list, times: list[float], reading: Reading) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number, (image, time) in enumerate(zip(images, times, strict=True)):
            with archive.open(f"{number:03d}_{time:.2f}s.png", "w") as stream:
                image.save(stream, "PNG")


def _write_sheet(path: Path, images: list, times: list[float], reading: Reading) -> None:
    drawing.contact_sheet(images, drawing.time_stamps(times), title=reading.title).save(path)


_PICTURES: dict[str, Callable] = {
    "gif": lambda path, images, times, reading: drawing.save_gif(images, path, reading.clip.seconds),
    "mp4": lambda path, images, times, reading: pictures.save_mp4(images, path, reading.clip.seconds),
    "zip": _write_zip,
    "png": _write_sheet,
}


def _stem(title: str) -> str:
    """A file name from whatever a clip is called."""
    return re.sub(r"[^A-Za-z0-9]+", "_", Path(title).stem).strip("_")[:60] or "clip"
