"""Handlers that read a clip: what a visitor gives becomes the current clip, with its card, viewer and filmstrip.

Each takes a new pass from the tab's desk first, which ends the work on the clip before. One that reads for long and is
overtaken by another shows nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import gradio as gr

from skeletonllm_hf.viewer import scene

from . import links, pictures, reading, results
from .actions import Actions, reason_of
from .desk import Desk
from .firsts import Firsts
from .limits import Refused
from .problems import for_visitors, likely_layouts
from .reading import AS_READ, Overrides, Reading
from .storage import Storage

# what a handler shows, in this order; then questions to suggest, and the places of `results.PLACES`
SHOWN = (
    "readings", "which", "current", "pass", "example", "files", "card", "stage", "strip", "history", "last", "why_answer", "fix", "pending",
    "clips",
)  # fmt: skip
# what can be asked at a click, by the number of people: questions that the model was taught
SUGGESTED = {
    1: ("Which hand does the person use?", "Is it slow or fast?", "Which direction is it?"),
    2: ("What are they doing?", "Which hand is it?", "Is it slow or fast?"),
}


_FORM = len(dataclasses.fields(Overrides))  # of what a handler gets, so many fields say how to read


@dataclass(frozen=True)
class Choosing:
    """Each method yields values for `SHOWN`, the suggested questions and the places of `results.PLACES`."""

    actions: Actions
    storage: Storage
    firsts: Firsts

    def example(self, desk: Desk, name: str, *fields) -> Iterator[tuple]:
        read = lambda overrides: (reading.read_example(name, self.limits, overrides),)  # noqa: E731
        at = SHOWN.index("example")
        for filled in self._opened(desk, read, fields):  # the choice stays as it is: it may be another one by now
            yield (*filled[:at], gr.skip(), *filled[at + 1 :])

    def opened(self, desk: Desk, parameters: Sequence[tuple[str, str]], name: str) -> Iterator[tuple[tuple, dict]]:
        """Outputs of the page that a link opens: the link's clip, or this example; and the link's values for the page's
        controls, by name: see `_controls`."""
        problem, link, fields = "", None, {}
        try:
            link = links.opened(parameters, self.limits)
        except Exception as error:
            problem = results.problem(f"This link asks for something that is not on offer. {reason_of(error)}")
        if link is None:
            link = links.Link(reading.read_example(name, self.limits, Overrides()))
        else:
            fields = self._controls(link)
        drawn = tuple(fields_of_view(link.view).values())
        card = SHOWN.index("card")
        for number, filled in enumerate(self._shown(desk, lambda: (link.reading,), 0, drawn)):
            if number == 0:
                filled = tuple(problem + value if place == card else value for place, value in enumerate(filled))
            yield filled, fields if number == 0 else {}

    def files(self, desk: Desk, paths: list[str] | None, *fields) -> Iterator[tuple]:
        """Every file that can be read; the others are named, with the reason."""
        problems: list[str] = []

        def read(overrides: Overrides) -> tuple[Reading, ...]:
            readings, refused = reading.read_each(paths or (), self.limits, self.storage, overrides)
            problems.extend(refused)
            return readings

        yield from self._opened(desk, read, fields, problems=problems, pending=tuple(paths or ()))

    def fix(self, desk: Desk, pending: tuple[str, ...], layout: str, *fields) -> Iterator[tuple]:
        """Reads refused files again, as the layout that a visitor chose of those that fit."""
        yield from self.files(desk, list(pending), layout, *fields[1:])

    def text(self, desk: Desk, text: str, *fields) -> Iterator[tuple]:
        read = lambda overrides: (reading.read_text(text, self.limits, self.storage, overrides),)  # noqa: E731
        yield from self._opened(desk, read, fields)

    def make(self, desk: Desk, action: str, layout: str, seed: float, *drawn) -> Iterator[tuple]:
        yield from self._shown(desk, lambda: (reading.make_clip(action, layout, seed, self.limits),), 0, drawn)

    def long(self, desk: Desk, layout: str, seed: float, *drawn) -> Iterator[tuple]:
        make = lambda: (reading.make_long(reading.LONG_ACTIONS, layout, seed, self.limits),)  # noqa: E731
        yield from self._shown(desk, make, 0, drawn)

    def pick(self, desk: Desk, readings: tuple[Reading, ...], which: int, *drawn) -> Iterator[tuple]:
        """Another clip of those that are read, whose table stays."""
        yield from self._shown(desk, lambda: readings, which, drawn, clips=gr.skip())

    def table(
        self, desk: Desk, readings: tuple[Reading, ...], which: int, labels: str, descriptions: str, none_of_these: bool
    ) -> Iterator[str]:
        """The table of several clips with the model's answers, row by row, as long as they are the tab's clips and none is begun anew."""
        if len(readings) < 2:
            return
        number, rows = desk.list(), []
        yield results.clips(rows, len(readings), desk.which)
        for found in readings:
            if not desk.lists(number, readings):
                return
            row = self._row_of(found, labels, descriptions, none_of_these)
            rows.append({"picture": pictures.thumbnail(found.clip), "title": found.title} | row)
            if desk.lists(number, readings):
                yield results.clips(rows, len(readings), desk.which)

    def _row_of(self, found: Reading, labels: str, descriptions: str, none_of_these: bool) -> dict:
        """The columns of a clip's row that the model fills."""
        warnings = list(found.clip.warnings)
        try:
            names, described, none_of_these, _ = self.actions.candidates_of(labels, descriptions, none_of_these)
            ranking = self.actions.recognize(found, names, 1, none_of_these, described)
            caption = self.actions.caption(found)
            unsure = self.actions.doubts(found, caption)
        except Exception as error:
            return {"label": "", "share": None, "caption": "", "warnings": [reason_of(error), *warnings]}
        best = ranking["candidates"][0] if ranking["candidates"] else {"label": "", "score": None}
        doubts = ["The model is not sure of the label."] if ranking.get("unsure") else []
        doubts += ["The model is not sure of the caption."] if unsure else []
        return {
            "label": best["label"], "share": best["score"], "caption": caption, "warnings": [*doubts, *ranking["warnings"], *warnings]
        }  # fmt: skip

    def again(self, desk: Desk, given: str, readings: tuple[Reading, ...], which: int, *fields) -> Iterator[tuple]:
        """Reads the same files with other choices."""
        opened = opened_with(desk, given, None, self.limits)
        readings = readings or ((opened,) if opened else ())

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

        yield from self._opened(desk, read, fields, which)

    @property
    def limits(self):
        return self.actions.limits

    def draw(self, desk: Desk, given: str, current: Reading | None, *drawn) -> Iterator[object]:
        """The filmstrip, if its clip is still the one that is shown when it is drawn."""
        current = opened_with(desk, given, current, self.limits)
        try:
            strip = self.actions.show(current, view_of(*drawn))
        except Exception as error:
            strip = results.problem(reason_of(error))
        yield strip if desk.shows(current) else gr.skip()

    def _controls(self, link: links.Link) -> dict[str, object]:
        """Values of a link: name of a control -> value; `go` is the kind of question to ask."""
        origin, request = dict(link.reading.origin), link.request
        fields = fields_of_view(link.view)
        if link.reading.is_example:
            given = link.overrides
            fields |= {"example": origin["example"], "fps": given.fps or 0, "people": given.people}
            fields |= {name: getattr(given, name) or AS_READ for name in ("layout", "up", "units", "handed")}
            fields["joint_map"] = dict(given.given).get("joint_map", "")
        else:
            fields |= {"choose": gr.update(selected="made"), "open": ("made",), "action": link.reading.origin[0][1]}
            fields |= {"made_layout": origin["layout"], "seed": int(origin["seed"])}
        if not request:
            return fields
        kind, labels = request["kind"], request.get("labels", ())
        fields |= {name: value for name, value in request.items() if name not in ("kind", "labels")} | {"go": kind}
        if kind == "segments":
            fields["long_none"] = fields.pop("none_of_these")
        if "descriptions" in request:
            fields["descriptions"] = "\n".join(links.description_lines(request["descriptions"]))
        if kind == "explain":
            if labels:  # why one of them: section 4 knows it by the question
                fields["question"] = self.actions.question_of(labels)
                fields["last"] = {**request, "question": fields["question"], "clip": link.reading.identity}
            return fields | {"open": (*fields.get("open", ()), kind)}
        if labels or kind == "compare":
            fields["long_labels" if kind == "segments" else "labels"] = "\n".join(labels)
        if kind in ("compare", "segments", "stress"):
            fields["open"] = (*fields.get("open", ()), kind)
        return fields

    def _opened(
        self, desk: Desk, read: Callable[[Overrides], tuple[Reading, ...]], fields: tuple, which: int = 0,
        problems: Sequence[str] = (), pending: tuple[str, ...] = (),
    ) -> Iterator[tuple]:  # fmt: skip
        form, drawn = fields[:_FORM], fields[_FORM:]
        choose = lambda: read(Overrides.checked(self.limits, *form))  # noqa: E731
        yield from self._shown(desk, choose, which, drawn, problems, pending)

    def _shown(
        self, desk: Desk, read: Callable[[], tuple[Reading, ...]], which: int, drawn: tuple,
        problems: Sequence[str] = (), pending: tuple[str, ...] = (), clips: object = "",
    ) -> Iterator[tuple]:  # fmt: skip
        number = desk.read()
        try:
            readings = read()
            current = readings[min(which, len(readings) - 1)]
            stage = scene(current.clip) | {"identity": current.identity}
        except Exception as error:
            reason = reason_of(error)
            names = likely_layouts(reason) if pending else []
            card = "".join(results.problem(for_visitors(each)) for each in reason.split("\n\n"))
            fix = gr.update(choices=names, value=None, visible=bool(names))
            if desk.awaits(number):
                desk.clips = ()
                yield self._filled(desk.current, card=card, fix=fix, pending=pending)
            else:
                yield _nothing(files=None)
            return
        if not desk.awaits(number):  # overtaken
            yield _nothing(files=None)
            return
        desk.clips, desk.which = readings, min(which, len(readings) - 1)
        card = "".join(results.problem(for_visitors(each)) for each in problems) + reading.card(current)
        yield self._filled(
            desk.current, readings=readings, current=current, card=card, stage=stage, strip=gr.skip(), which=which, clips=clips,
            example=dict(current.origin).get("example"),
        )  # fmt: skip
        yield _nothing(strip=next(self.draw(desk, desk.current, current, *drawn)))

    def _filled(self, own: str, **values) -> tuple:
        """No clip and no answer, but for these values: what failed to be read leaves nothing of the clip before."""
        empty = {
            "readings": (), "which": 0, "clips": "", "current": None, "pass": own,
            "example": None, "files": None, "card": "", "stage": None, "strip": "", "history": (), "last": None,
            "why_answer": "", "fix": gr.update(choices=[], value=None, visible=False), "pending": (),
        }  # fmt: skip
        answers, questions = dict.fromkeys(results.PLACES, ""), SUGGESTED[1]
        if current := values.get("current"):
            answers["first"] = results.about(current.identity, self.firsts.of(current))
            questions = SUGGESTED[min(current.clip.num_people, 2)]
        return *((empty | values)[name] for name in SHOWN), results.suggested(questions), *answers.values()


def _nothing(**values) -> tuple:
    """These values; everything else stays."""
    rest = 1 + len(results.PLACES)
    return *(values.get(name, gr.skip()) for name in SHOWN), *(gr.skip() for _ in range(rest))


def opened_with(desk: Desk, given: str, current: Reading | None, limits) -> Reading | None:
    """The clip; the one that the page opens with, as long as no other was asked for."""
    if current is None and desk.clips is None and desk.holds(given):
        return reading.read_example(reading.FIRST, limits, Overrides())
    return current


def fields_of_view(view: pictures.View) -> dict[str, object]:
    """Arguments of `view_of`, by name."""
    values = dataclasses.asdict(view).items()
    return {name: value or (0 if name in ("size", "frames") else "") for name, value in values}


def view_of(camera: str, heading: str, size: int, frames: int, colors: str) -> pictures.View:
    """From form fields, in which "" and 0 mean: as the model was trained."""
    return pictures.View(camera or None, heading or None, int(size) or None, int(frames) or None, colors)
