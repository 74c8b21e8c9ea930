"""Answers as HTML. Everything that came from a visitor, a file or a model is escaped here; nothing else writes HTML from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

import numpy as np

# Clicks on a moment show it in the viewer. Runs once, where gradio puts the component.
# What carries marks for the time line hands them to the viewer.
SEEK_SCRIPT = """
function hand() {
  for (const kind of ["segments", "influence"]) {
    if (!element.closest({ segments: "#segments", influence: "#why-shown" }[kind])) continue;
    const carrier = element.querySelector("[data-marks]");
    document.dispatchEvent(new CustomEvent("skeleton-marks", { detail: { kind, marks: JSON.parse(carrier?.dataset.marks || "[]") } }));
  }
}
watch("value", () => requestAnimationFrame(hand));
element.addEventListener("click", (event) => {
  const moment = event.target.closest("[data-seek]");
  if (!moment) return;
  document.dispatchEvent(new CustomEvent("skeleton-seek", { detail: Number(moment.dataset.seek) }));
});
"""
# "Why?" beside an answer asks the question that section "Why this answer?" has ready.
WHY_SCRIPT = """
element.addEventListener("click", (event) => {
  if (!event.target.closest("[data-why]")) return;
  document.querySelector("#explain-go").click();
  document.querySelector("#why-shown").scrollIntoView({ behavior: "smooth", block: "center" });
});
"""
_WHY = '<button type="button" class="why" data-why>Why?</button>'
# What stands in the place of an answer before there is one.
HINTS = {
    "first": "",
    "ranked": "The ranking appears here.",
    "description": "A sentence or two, as the model writes them.",
    "compared": "",
    "segments": "",
    "stressed": "The labels are those of the tab Recognise.",
    "why": "Limbs light up by how much they matter to the answer, moment by moment.",
    "asked": "",
}
_TURN = 137.508  # degrees between the hues of labels: the golden angle keeps any number of them apart


def problem(message: str) -> str:
    """What went wrong, and what to do."""
    return f'<div class="card problem" role="alert">{escape(message)}</div>'


def working(message: str, share: float | None = None) -> str:
    """What is being done, and how much of it is."""
    bar = "" if share is None else f'<progress max="1" value="{share:.3f}" aria-label="{escape(message)}"></progress>'
    return f'<div class="card working" role="status">{escape(message)}{bar}</div>'


def caution(message: str) -> str:
    """What a visitor should know before an answer is believed."""
    return f'<p class="card caution" role="note">{escape(message)}</p>'


def about(identity: str, shown: object) -> object:
    """HTML that is marked with the clip that it is about: the page hides what is about another than the one shown."""
    return f'<div data-clip="{escape(identity)}">{shown}</div>' if isinstance(shown, str) else shown


def quiet(message: str) -> str:
    return f'<p class="hint">{escape(message)}</p>'


def hint(place: str) -> str:
    """What stands in a place of `HINTS` before there is an answer."""
    return quiet(HINTS[place]) if HINTS[place] else ""


def said(text: str, done: bool = True) -> str:
    """A model's sentence, growing while it is written."""
    caret = "" if done else '<span class="caret" aria-hidden="true"></span>'
    return f'<blockquote class="said" aria-live="polite" aria-busy="{"false" if done else "true"}">{escape(text)}{caret}</blockquote>'


def described(text: str) -> str:
    """A whole description, with its Why."""
    return said(text) + _WHY


def recognition(found: dict, verdict: bool = True) -> str:
    """Ranked labels with bars, the best one above them in large; a served model's single choice without bars.

    Args:
        found: `Recognition.to_dict`; its `warnings` stand above the bars, and `unsure` (a reason, or True) in the verdict.
    """
    rows = found["candidates"]
    if not rows:
        return problem(f"The model named none of the labels; it said: {found.get('said', '')[:300]}")
    notes = "".join(map(caution, found.get("warnings", ())))
    best = f'<p class="verdict">{escape(rows[0]["label"])} {_WHY}</p>'
    if unsure := found.get("unsure"):
        best = f'<p class="verdict unsure">not sure <small>perhaps {escape(rows[0]["label"])}</small></p>'
        notes = (caution(unsure) if isinstance(unsure, str) else "") + notes
    if rows[0]["score"] is None:
        return best.replace(_WHY, "") + notes + quiet("A served model names a label; it gives no scores.")
    bars = "".join(_bar(row["label"], row["score"], first=number == 0) for number, row in enumerate(rows))
    return f'{best if verdict else ""}{notes}<ol class="bars" aria-label="Labels, best first">{bars}</ol>' + quiet(
        "Shares over all labels that you gave. They rank; they are not calibrated probabilities."
    )


def first(caption: str, found: dict, count: int) -> str:
    """What is known of an example before anybody asks."""
    rows = "".join(
        _bar(row["label"], row["score"], first=number == 0) for number, row in enumerate(found["candidates"])
    )
    return (
        f'<section class="card opening" aria-label="First answer">{said(caption)}'
        f'<ol class="bars" aria-label="Labels, best first">{rows}</ol>'
        + quiet(
            f"The model's own words, and its ranking of the {count} labels below. Computed when this page was built."
        )
        + "</section>"
    )


def influence(found) -> str:
    """Body parts by their share of an answer's influence, and when it mattered.

    Args:
        found: an `Influence`.
    """
    said = f'<p class="verdict">{escape(found.answer)}</p>'
    if found.limb is None:
        return said + quiet(
            "No part's motion by itself speaks for this answer: what does is how parts move together, or nothing that the body does."
        )
    shown = {name: share for name, share in found.limbs.items() if share > 0}
    bars = "".join(_bar(name, share, first=number == 0) for number, (name, share) in enumerate(shown.items()))
    strength = np.asarray(found.frames, dtype=np.float64)
    strength = strength / max(float(strength.max()), 1e-12)
    columns = "".join(
        f'<button type="button" data-seek="{time:.3f}" title="{time:.2f} s" aria-label="{time:.2f} seconds, influence {height:.0%} of the strongest">'
        f'<i style="height:{max(3.0, 82 * height):.0f}%"></i><span>{time:.1f}</span></button>'
        for time, height in zip(np.asarray(found.times, dtype=np.float64), strength)
    )
    marks = [[float(time), float(time), f"{time:.2f} s", float(height)] for time, height in zip(found.times, strength)]
    still = [name for name, share in found.limbs.items() if not share > 0]
    rest = f" Nothing in its favour: {', '.join(still)}." if still else ""
    return (
        f'<span data-marks="{_json(marks)}"></span>{said}<h4>Which part of the body</h4><ol class="bars" aria-label="Parts of the body">{bars}</ol>'
        f'<h4>When, in seconds</h4><div class="moments" role="group" aria-label="Influence over time">{columns}</div>'
        + quiet(
            "Measured: how much likelier each part's motion, on a body at rest otherwise, makes this answer. Gradients through language "
            f"model, vision encoder and renderer spread that over joints and moments.{rest}"
        )
    )


def segments(found: Sequence, seconds: float) -> str:
    """Labelled stretches of a long clip, as a strip and as a list that can be clicked."""
    if not found:
        return quiet("No stretch of this clip is as long as a window: make the window shorter.")
    order = list(dict.fromkeys(segment.label for segment in found))
    hues = {label: round(number * _TURN % 360) for number, label in enumerate(order)}
    marks = [[s.start, min(s.end, seconds), s.label, hues[s.label]] for s in found]
    rows = "".join(
        f'<li><button type="button" data-seek="{s.start:.3f}"><b style="--hue:{hues[s.label]}"></b>'
        f"<time>{_clock(s.start)} - {_clock(s.end)}</time> <span>{escape(s.label)}</span><em>{s.score:.0%}</em></button></li>"
        for s in found
    )
    return f'<ol class="segments" data-marks="{_json(marks)}">{rows}</ol>' + quiet(
        "The segments stand on the time line, too. Click one to see it."
    )


def comparison(found: dict) -> str:
    """What the model says of each clip, side by side, and what is measured to differ."""
    sides = "".join(
        f"<section><h4>{escape(side['source'])}</h4>"
        + (f'<p class="verdict">{escape(side["label"])}</p>' if side["label"] else "")
        + f"{said(side['caption'])}</section>"
        for side in (found[name] for name in ("first", "second"))
    )
    rows = "".join(f"<li>{escape(row['text'])}</li>" for row in found["differences"])
    measured = f'<ul class="differences">{rows}</ul>' if rows else quiet("No difference was measured.")
    return f'<div class="sides">{sides}</div><h4>What differs, measured on the joints</h4>{measured}'


def robustness(found: dict, strip: str) -> str:
    """The altered clip beside the original: the label and the sentence."""
    before, after, caption = found["before"], found["after"], found["answer"]
    first, then = (found["label"] or "none of the labels" for found in (before, after))
    same = "It holds." if first == then else "It changed."
    return (
        f'{strip}<p class="verdict">{escape(then)} <small>{same} Unaltered: {escape(first)}</small></p>'
        f"{said(caption)}" + (recognition(after, verdict=False) if after["candidates"] else "")
    )


def _bar(label: str, share: float, first: bool) -> str:
    share = float(np.clip(np.nan_to_num(share), 0.0, 1.0))
    return (
        f'<li{" class=first" if first else ""}><span>{escape(label)}</span><i aria-hidden="true"><b style="width:{100 * share:.1f}%"></b></i>'
        f"<em>{share:.0%}</em></li>"
    )


def _json(value: object) -> str:
    """For an attribute."""
    return escape(json.dumps(value))


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"
