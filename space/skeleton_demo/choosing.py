"""Handlers of section 1 and 2: whatever a visitor gives becomes the current clip, its card, its viewer and its filmstrip."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import gradio as gr

from . import downloads, pictures, reading, results, viewer
from .actions import Actions, shown, told
from .limits import Refused
from .reading import Overrides, Reading
from .storage import Storage

_OUTPUTS = 12 + len(results.HINTS)  # see `_filled`


@dataclass(frozen=True)
class Choosing:
    """Each method yields what `Page` shows: readings, which, current, card, viewer, filmstrip, chat, history, last answer,
    code, the viewer and the answer of section 4, and the places of `results.HINTS`."""

    actions: Actions
    storage: Storage

    def example(self, name: str, *fields) -> Iterator[tuple]:
        yield from self._opened(lambda overrides: (reading.read_example(name, self.limits, overrides),), fields)

    def files(self, paths: list[str] | None, *fields) -> Iterator[tuple]:
        yield from self._opened(
            lambda overrides: reading.read_uploads(paths or (), self.limits, self.storage, overrides), fields
        )

    def text(self, text: str, *fields) -> Iterator[tuple]:
        yield from self._opened(
            lambda overrides: (reading.read_text(text, self.limits, self.storage, overrides),), fields
        )

    def make(self, action: str, layout: str, seed: float, *drawn) -> Iterator[tuple]:
        yield from self._shown(lambda: (reading.make_clip(action, layout, seed, self.limits),), 0, drawn)

    def long(self, layout: str, seed: float, *drawn) -> Iterator[tuple]:
        yield from self._shown(lambda: (reading.make_long(layout, seed, self.limits),), 0, drawn)

    def pick(self, readings: tuple[Reading, ...], which: int | None, *drawn) -> Iterator[tuple]:
        yield from self._shown(lambda: readings, which or 0, drawn)

    def again(self, readings: tuple[Reading, ...], which: int | None, *fields) -> Iterator[tuple]:
        """Reads the same files with other choices."""
        which = which or 0

        def read(overrides: Overrides) -> tuple[Reading, ...]:
            if not readings:
                raise Refused("Choose a clip first.")
            if readings[which].path is None:
                raise Refused("A clip that was made here needs no reading: change its layout where you made it.")
            fresh = reading.read_path(readings[which].path, readings[which].title, self.limits, overrides)
            return (*readings[:which], fresh, *readings[which + 1 :])

        yield from self._opened(read, fields, which)

    @property
    def limits(self):
        return self.actions.limits

    def draw(self, current: Reading | None, *drawn) -> Iterator[str]:
        yield from shown(results.problem)(lambda: self.actions.show(current, view_of(*drawn)))()

    def _opened(
        self, read: Callable[[Overrides], tuple[Reading, ...]], fields: tuple, which: int = 0
    ) -> Iterator[tuple]:
        form, drawn = fields[:5], fields[5:]
        yield from self._shown(lambda: read(Overrides.checked(self.limits, *form)), which, drawn)

    def _shown(self, read: Callable[[], tuple[Reading, ...]], which: int, drawn: tuple) -> Iterator[tuple]:
        try:
            readings = read()
            current = readings[min(which, len(readings) - 1)]
            scene = viewer.scene(current.clip)
        except Exception as error:
            yield tuple(results.problem(told(error)) if number == 3 else gr.skip() for number in range(_OUTPUTS))
            return
        yield self._filled(readings, which, current, scene)
        yield tuple(next(iter(self.draw(current, *drawn))) if number == 5 else gr.skip() for number in range(_OUTPUTS))

    def _filled(self, readings: tuple[Reading, ...], which: int, current: Reading, scene: dict) -> tuple:
        titles = [found.title for found in readings]
        choice = gr.update(
            choices=[(title, number) for number, title in enumerate(titles)], value=which, visible=len(readings) > 1
        )
        code = downloads.snippet(current, None, self.actions.answers)
        return (
            readings,
            choice,
            current,
            reading.card(current),
            scene,
            gr.skip(),
            [],
            (),
            None,
            code,
            None,
            "",
            *map(results.hint, results.HINTS),
        )


def view_of(camera: str, heading: str, size: int, frames: int, colors: str) -> pictures.View:
    """From form fields, in which "" and 0 mean: as the model was trained."""
    return pictures.View(camera or None, heading or None, int(size) or None, int(frames) or None, colors)
