"""Links: clip, view and question as parameters of the page's address.

A link can name an example or a synthetic clip, but no visitor's file, and no file is ever fetched. The parameters of a link
are checked like anything else that a visitor types. Earlier questions of a conversation are asked again, too: a link
puts no answer into the model's mouth.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from skeletonllm_hf import layout_names

from . import reading
from .limits import DROPOUT, NOISE, STRIDE, TOP_K, WINDOW, Limits, Refused
from .pictures import View
from .reading import AS_READ, EXAMPLES, Overrides, Reading

MOST_CHARACTERS = 6000  # of a link: what browsers, servers and chat programs carry
# kind of question -> what a link says of it
REQUESTS: dict[str, tuple[str, ...]] = {
    "recognize": ("labels", "descriptions", "top_k", "none_of_these"),
    "describe": (),
    "ask": ("questions",),
    "explain": ("answer", "question", "labels"),
    "compare": ("against", "labels"),
    "segments": ("labels", "window", "stride", "none_of_these", "shortest"),
    "stress": ("labels", "dropout", "noise", "other", "draw"),
}
_SEVERAL = ("labels", "descriptions", "questions")  # parameters that stand once for each value


@dataclass(frozen=True)
class Link:
    """The checked contents of a link.

    Args:
        reading: the clip. overrides: how it was read. view: how it is drawn.
        request: `kind` and what `REQUESTS` lists for it, as in an answer; empty: nothing.
    """

    reading: Reading
    overrides: Overrides = field(default_factory=Overrides)
    view: View = field(default_factory=View)
    request: Mapping[str, object] = field(default_factory=dict)


def written(current: Reading | None, request: Mapping[str, object] | None, view: View) -> str:
    """The query of a link, as in "?example=Squats". Refused: a clip that no link can bring, or a question too long for one."""
    if current is None:
        raise Refused("Choose a clip first.")
    if not current.origin:
        raise Refused("A link cannot carry a file of yours. The Python below repeats the question where the file lies.")
    own = dataclasses.asdict(View())
    drawn = [(name, value) for name, value in dataclasses.asdict(view).items() if value != own[name]]
    pairs = [*current.origin, *drawn, *(_pairs(request) if request else ())]
    query = "?" + urlencode(pairs)
    if len(query) > MOST_CHARACTERS:
        raise Refused("Too long for a link. The Python below repeats the question.")
    return query


def _pairs(request: Mapping[str, object]) -> list[tuple[str, object]]:
    values = {name: request.get(name) for name in REQUESTS[request["kind"]]}
    if request["kind"] == "ask":
        values["questions"] = [*(question for question, _ in request["history"]), request["question"]]
    if values.get("descriptions"):
        values["descriptions"] = description_lines(values["descriptions"])
    if request["kind"] == "compare" and values["against"] is None:
        raise Refused("A link cannot carry a file of yours: compare with an example to get one.")
    if values.get("labels") and "question" in values:
        del values["question"]  # that of the recognition of these labels
    pairs = [("ask", request["kind"])]
    for name, value in values.items():
        if name in _SEVERAL:
            pairs += [(name, each) for each in value or ()]
        elif value not in (None, "", False, AS_READ):
            pairs.append((name, int(value) if value is True else value))
    return pairs


def opened(parameters: Sequence[tuple[str, str]], limits: Limits) -> Link | None:
    """The link in an address; None: there is none. Unknown parameters are ignored.

    Args:
        parameters: (name, value) pairs of the address.

    Raises:
        Refused: values that the page does not offer.
    """
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        given.setdefault(name, []).append(value)
    one = {name: values[0] for name, values in given.items()}
    view = View(
        camera=one.get("camera"), heading=one.get("heading"), size=_whole(one, "size", limits),
        frames=_whole(one, "frames", limits), colors=one.get("colors", View.colors),
    )  # fmt: skip
    request = _request_of(given, one, limits)
    if "action" in given:
        layout, seed = one.get("layout", "kinect_v2"), limits.number_of(one.get("seed", 0), "Seed", 0, 2**31 - 1, True)
        if len(given["action"]) == 1:
            made = reading.make_clip(one["action"], layout, seed, limits)
        else:
            made = reading.make_long(given["action"], layout, seed, limits)
        return Link(made, view=view, request=request)
    if "example" not in given and not request and view == View():
        return None
    overrides = Overrides.checked(
        limits, one.get("layout", ""), one.get("up", ""), one.get("units", ""),
        limits.number_of(one.get("fps", 0), "Frames a second", 0, 1000), limits.number_of(one.get("people", 2), "People", 1, limits.people, True),
        one.get("handed", ""), one.get("joint_map", ""),
    )  # fmt: skip
    example = one.get("example", reading.FIRST)
    return Link(reading.read_example(example, limits, overrides), overrides, view, request)


def _request_of(given: Mapping[str, list[str]], one: Mapping[str, str], limits: Limits) -> dict[str, object]:
    """The question, with its kind; {} where there is none."""
    kind = one.get("ask")
    if kind is None:
        return {}
    if kind not in REQUESTS:
        raise Refused(f"ask: choose one of {', '.join(REQUESTS)}.")
    number = lambda what, bounds: lambda text: limits.number_of(text, what, *bounds[:2])  # noqa: E731
    checks: dict[str, tuple[object, Callable[[str], object]]] = {  # what it is without a value, and what checks one
        "top_k": (5, lambda text: limits.number_of(text, "top_k", *TOP_K[:2], whole=True)),
        "none_of_these": (False, lambda text: text not in ("0", "")),
        "answer": ("", lambda text: limits.question_of(text, "answer to explain")),
        "question": ("", limits.question_of),
        "against": (None, lambda text: _choice(text, "against", list(EXAMPLES))),
        "window": (3.0, number("window", WINDOW)),
        "stride": (1.0, number("stride", STRIDE)),
        "shortest": (0.0, number("shortest", (0, 30))),
        "dropout": (0.0, number("dropout", DROPOUT)),
        "noise": (0.0, number("noise", NOISE)),
        "other": (AS_READ, lambda text: _choice(text, "other", layout_names())),
        "draw": (0, lambda text: limits.number_of(text, "draw", 0, 2**31 - 1, whole=True)),
    }
    request: dict[str, object] = {"kind": kind}
    for name in REQUESTS[kind]:
        if name == "questions":
            if len(given.get(name, ())) > limits.turns + 1:
                raise Refused(f"At most {limits.turns + 1} questions, one after the other.")
            request[name] = [limits.question_of(text) for text in given.get(name, [""])]
        elif name == "labels":
            request[name] = limits.labels_of(given[name]) if name in given else []
        elif name == "descriptions":
            request[name] = _descriptions(given.get(name, ()), limits)
        else:
            absent, check = checks[name]
            request[name] = check(one[name]) if name in one else absent
    return request


def description_lines(descriptions: Mapping[str, Sequence[str]]) -> list[str]:
    """Lines "label: sentence"."""
    return [f"{label}: {text}" for label, texts in descriptions.items() for text in texts]


def _descriptions(lines: Sequence[str], limits: Limits) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines[: limits.labels]:
        label, _, text = line.partition(":")
        found.setdefault(label.strip(), []).append(limits.question_of(text, "description"))
    return found


def _whole(one: Mapping[str, str], name: str, limits: Limits) -> int | None:
    return limits.number_of(one[name], name, 1, 10_000, whole=True) if name in one else None


def _choice(text: str, what: str, choices: Sequence[str]) -> str:
    if text not in choices:
        raise Refused(f"{what}: choose one of {', '.join(choices)}.")
    return text
