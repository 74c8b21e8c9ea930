"""Handlers of section 1 and 2: whatever a visitor gives becomes the current clip, its card, its viewer and its filmstrip."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import gradio as gr

from . import downloads, links, pictures, reading, results, viewer
from .actions import Actions, shown, told
from .limits import Refused
from .reading import AS_READ, Overrides, Reading
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

    def opened(self, parameters: Sequence[tuple[str, str]], name: str) -> Iterator[tuple[tuple, dict]]:
        """What the page shows when it opens: the clip of the link that led here, or this example; and the link's values for
        the page's controls, by name: see `_controls`."""
        problem, link, fields = "", None, {}
        try:
            link = links.opened(parameters, self.limits)
        except Exception as error:
            problem = results.problem(f"This link asks for something that is not on offer. {told(error)}")
        if link is None:
            link = links.Link(reading.read_example(name, self.limits, Overrides()))
        else:
            fields = self._controls(link)
        drawn = tuple(fields_of_view(link.view).values())
        for number, filled in enumerate(self._shown(lambda: (link.reading,), 0, drawn)):
            if number == 0:
                filled = tuple(problem + value if place == 3 else value for place, value in enumerate(filled))
            yield filled, fields if number == 0 else {}

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
        yield from self._shown(lambda: (reading.make_long(reading.LONG_ACTIONS, layout, seed, self.limits),), 0, drawn)

    def pick(self, readings: tuple[Reading, ...], which: int | None, *drawn) -> Iterator[tuple]:
        yield from self._shown(lambda: readings, which or 0, drawn)

    def again(self, readings: tuple[Reading, ...], which: int | None, *fields) -> Iterator[tuple]:
        """Reads the same files with other choices."""
        which = which or 0

        def read(overrides: Overrides) -> tuple[Reading, ...]:
            if not readings:
                raise Refused("Choose a clip first.")
            old = readings[which]
            if old.path is None:
                raise Refused("A clip that was made here needs no reading: change its layout where you made it.")
            if old.is_example:
                fresh = reading.read_example(dict(old.origin)["example"], self.limits, overrides)
            else:
                fresh = reading.read_path(old.path, old.title, self.limits, overrides)
            return (*readings[:which], fresh, *readings[which + 1 :])

        yield from self._opened(read, fields, which)

    @property
    def limits(self):
        return self.actions.limits

    def draw(self, current: Reading | None, *drawn) -> Iterator[str]:
        yield from shown(results.problem)(lambda: self.actions.show(current, view_of(*drawn)))()

    def _controls(self, link: links.Link) -> dict[str, object]:
        """What a link sets: name of a control -> value. `go` names the kind of question that is to be asked."""
        origin, asked = dict(link.reading.origin), link.asked
        fields = fields_of_view(link.view)
        if link.reading.is_example:
            given = link.overrides
            fields |= {"example": origin["example"], "fps": given.fps or 0, "people": given.people}
            fields |= {name: getattr(given, name) or AS_READ for name in ("layout", "up", "units")}
        else:
            fields |= {"choose": "made", "action": link.reading.origin[0][1]}
            fields |= {"made_layout": origin["layout"], "seed": int(origin["seed"])}
        if not asked:
            return fields
        kind, labels = asked["kind"], asked.get("labels", ())
        fields |= {name: value for name, value in asked.items() if name not in ("kind", "labels")} | {"go": kind}
        if kind == "explain":
            if labels:  # why one of them: section 4 knows it by the question
                fields["question"] = self.actions.question_of(labels)
                fields["last"] = {**asked, "question": fields["question"]}
            return fields
        if labels or kind == "compare":
            fields["long_labels" if kind == "segments" else "labels"] = "\n".join(labels)
        return fields | {"understand": kind}

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


def fields_of_view(view: pictures.View) -> dict[str, object]:
    """What `view_of` reads, by name."""
    return {
        name: (0 if name in ("size", "frames") else "") if value is None else value
        for name, value in dataclasses.asdict(view).items()
    }


def view_of(camera: str, heading: str, size: int, frames: int, colors: str) -> pictures.View:
    """From form fields, in which "" and 0 mean: as the model was trained."""
    return pictures.View(camera or None, heading or None, int(size) or None, int(frames) or None, colors)
