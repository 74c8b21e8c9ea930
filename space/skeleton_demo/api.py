"""The page as an API: named, typed endpoints for gradio_client, which are MCP tools too.

A clip is given as the name of an example, as JSON text of any format that is read from files, or, by gradio_client, as
`handle_file("clip.bvh")`. Types stand as they are here, not as strings: gradio reads them for its documentation.
"""

import contextlib
import functools
import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import gradio as gr

from . import downloads, pictures, reading
from .actions import Actions, reason_of
from .limits import Refused
from .storage import Storage

Kind = Literal["gif", "mp4", "zip", "png", "json", "npz"]


def add_endpoints(actions: Actions, storage: Storage, at_once: int) -> None:
    """Registers the endpoints with the `gr.Blocks` that is open."""
    for function in endpoints(actions, storage):
        # what touches the model shares the page's turns; the rest must not wait for it
        light = function.__name__ in ("examples", "labels", "inspect", "make")
        turns, most = ("reading", 2 * at_once) if light else ("model", at_once)
        gr.api(function, api_name=function.__name__, concurrency_id=turns, concurrency_limit=most)


ENDPOINTS = (
    "examples", "labels", "inspect", "recognize", "describe", "ask", "explain", "compare", "segments", "render", "make",
)  # fmt: skip


def endpoints(actions: Actions, storage: Storage) -> list[Callable]:
    """The functions of `ENDPOINTS`, with errors that may be shown."""
    made = Endpoints(actions, storage)
    return [_for_clients(getattr(made, name)) for name in ENDPOINTS]


class Endpoints:
    """The functions behind the endpoints; their docstrings are what clients read."""

    def __init__(self, actions: Actions, storage: Storage):
        self.actions, self.storage, self.limits = actions, storage, actions.limits

    def _read(self, clip: str | dict, layout: str = "", up: str = "", units: str = "", people: int = 2):
        overrides = reading.Overrides.checked(self.limits, layout, up, units, 0, people)
        if isinstance(clip, dict):
            if not isinstance(clip.get("path"), str):
                return reading.read_text(json.dumps(clip), self.limits, self.storage, overrides)
            return reading.read_uploads([clip["path"]], self.limits, self.storage, overrides)[0]
        if not isinstance(clip, str):
            raise Refused("clip: the name of an example, JSON text, or a file.")
        if clip in reading.EXAMPLES:
            return reading.read_example(clip, self.limits, overrides)
        if clip.lstrip()[:1] not in ("{", "["):
            raise Refused(f"clip: JSON text, a file, or one of the examples: {', '.join(reading.EXAMPLES)}.")
        return reading.read_text(clip, self.limits, self.storage, overrides)

    def examples(self) -> list[str]:
        """Names of the bundled example clips, which every other endpoint takes as its clip."""
        return list(reading.EXAMPLES)

    def labels(self) -> list[str]:
        """The actions that the model was trained to name."""
        return self.actions.answers.labels

    def inspect(self, clip: str | dict, layout: str = "", up: str = "", units: str = "", people: int = 2) -> dict:
        """
        Says what a skeleton clip holds: format, layout, frames, people, seconds, what was guessed and why, warnings.

        Args:
            clip: name of an example, JSON text, or a file.
            layout: what each joint is; empty: as in the file.
            up: axis that points up: x, y, z, -x, -y or -z; empty: as in the file.
            units: metres, centimetres, millimetres, ...; empty: as in the file.
            people: how many people are kept at most, the most active ones.
        """
        found = self._read(clip, layout, up, units, people)
        frames, persons, joints = found.clip.mask.shape
        return {
            "text": reading.in_words(found), "format": found.clip.format, "layout": found.clip.layout.name, "frames": frames,
            "people": persons, "joints": joints, "seconds": found.clip.seconds, "fps": found.clip.fps, "up": found.clip.up,
            "units": found.clip.units, "missing": float(1 - found.clip.mask.mean()),
            "guessed": {name: why for name, _, why in reading.facts_of(found) if why}, "warnings": list(found.clip.warnings),
        }  # fmt: skip

    def recognize(self, clip: str | dict, labels: list[str], top_k: int = 5, none_of_these: bool = False) -> dict:
        """
        Ranks action labels for a skeleton clip. Scores are probabilities over these labels; the model's card says how well calibrated.

        Args:
            clip: name of an example, JSON text, or a file.
            labels: what the clip could show.
            top_k: how many labels are returned.
            none_of_these: adds that as a candidate.
        """
        return self.actions.recognize(self._read(clip), _texts(labels), top_k, none_of_these)

    def describe(self, clip: str | dict) -> str:
        """
        Describes a skeleton clip in a sentence or two, word by word as it is written.

        Args:
            clip: name of an example, JSON text, or a file.
        """
        yield from self.actions.describe(self._read(clip))

    def ask(self, clip: str | dict, question: str, history: list[list[str]] = []) -> str:  # noqa: B006 - gradio shows the default
        """
        Answers a question about a skeleton clip, word by word as it is written.

        Args:
            clip: name of an example, JSON text, or a file.
            question: such as "Which hand does the person use?"
            history: earlier [question, answer] pairs about the same clip, oldest first.
        """
        if not isinstance(history, list) or any(not isinstance(turn, list) or len(turn) != 2 for turn in history):
            raise Refused("history: a list of [question, answer] pairs.")
        last, most = history[-self.limits.turns :], self.limits.text_chars // 1000
        turns = [(self.limits.question_of(str(earlier)), str(answered)[:most]) for earlier, answered in last]
        yield from self.actions.ask(self._read(clip), question, turns)

    def explain(self, clip: str | dict, answer: str, question: str = "") -> dict:
        """
        Shows where an answer about a skeleton clip comes from: each limb's share, measured by letting it move alone, and each moment's.

        Args:
            clip: name of an example, JSON text, or a file.
            answer: the answer to explain, such as a label.
            question: what it answers; empty: the question after the action.
        """
        *_, (_, found) = self.actions.explain(self._read(clip), answer, question)
        values = found.to_dict()
        names = ("answer", "question", "log_likelihood", "limbs", "effects", "times", "frames", "warnings")
        return {name: values[name] for name in names}

    def compare(self, first: str | dict, second: str | dict, labels: list[str] = []) -> dict:  # noqa: B006
        """
        Says what differs between two skeleton clips.

        Args:
            first: name of an example, JSON text, or a file.
            second: the same.
            labels: what the clips could show; empty: no labels are compared.
        """
        return self.actions.compare(self._read(first), self._read(second), "\n".join(_texts(labels)))

    def segments(self, clip: str | dict, labels: list[str], window: float = 3.0, stride: float = 1.0) -> list[dict]:
        """
        Labels the stretches of a long skeleton clip by sliding windows.

        Args:
            clip: name of an example, JSON text, or a file.
            labels: what its parts could show.
            window: seconds that are looked at together.
            stride: seconds from one window to the next.
        """
        *_, (_, found) = self.actions.segments(self._read(clip), _texts(labels), window, stride)
        return [segment.to_dict() for segment in found]

    def render(self, clip: str | dict, kind: Kind = "gif", colors: Literal["learned", "fixed"] = "learned") -> dict:
        """
        Draws a skeleton clip as the model sees it, or converts it to this project's own formats; returns a file.

        Args:
            clip: name of an example, JSON text, or a file.
            kind: gif, mp4, zip (of PNG frames), png (contact sheet), json or npz (the clip itself).
            colors: the model's learned colours, or fixed ones.
        """
        if kind == "answer":
            raise Refused("kind: gif, mp4, zip, png, json or npz.")
        path = self._written(kind, self._read(clip), pictures.View(colors=colors))
        url, meta = f"/gradio_api/file={path}", {"_type": "gradio.FileData"}
        return {"path": str(path), "url": url, "orig_name": path.name, "meta": meta}

    def make(self, action: str, layout: str = "kinect_v2", seed: int = 0) -> str:
        """
        Makes a synthetic skeleton clip, as JSON text that every other endpoint takes as its clip.

        Args:
            action: such as "high wave" or "sit down".
            layout: such as kinect_v2, smpl_22 or coco_17.
            seed: another number, another performer.
        """
        made = reading.make_clip(action, layout, seed, self.limits)
        return self._written("json", made, pictures.View()).read_text(encoding="utf-8")

    def _written(self, kind: str, clip: reading.Reading, view: pictures.View) -> Path:
        return downloads.write(kind, clip, None, view, self.actions.answers, self.storage)


def _texts(values: object) -> list[str]:
    if not isinstance(values, list) or any(not isinstance(value, str) for value in values):
        raise Refused("labels: a list of texts.")
    return values


def _for_clients(function: Callable) -> Callable:
    """Errors become gradio's, with a message that may be shown."""

    @contextlib.contextmanager
    def translated() -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise gr.Error(reason_of(error), print_exception=False) from None

    def running(*arguments, **named):
        with translated():
            return function(*arguments, **named)

    def streaming(*arguments, **named):
        with translated():
            yield from function(*arguments, **named)

    return functools.wraps(function)(streaming if inspect.isgeneratorfunction(function) else running)
