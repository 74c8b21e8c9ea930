"""Answers as HTML. Everything that came from a visitor, a file or a model is escaped here; nothing else writes HTML from it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

import numpy as np

from skeletonllm_hf.model.prompts import REFUSAL
from skeletonllm_hf.model.recognition import NONE_OF_THESE
from skeletonllm_hf.nouns import counted

# Clicks on a moment show it in the viewer; what carries marks for the time line hands them to it; of the model's frames the one
# that is passed is shown large. Runs once, where gradio puts the component.
SEEK_SCRIPT = """
const kind = element.closest("#filmstrip") ? "frames" : "influence";
function hand() {
  const carrier = element.querySelector("[data-marks]");
  document.dispatchEvent(new CustomEvent("skeleton-marks", { detail: { kind, marks: JSON.parse(carrier?.dataset.marks || "[]") } }));
}
watch("value", () => requestAnimationFrame(hand));
requestAnimationFrame(hand);
element.addEventListener("click", (event) => {
  const moment = event.target.closest("[data-seek]");
  if (moment) document.dispatchEvent(new CustomEvent("skeleton-seek", { detail: Number(moment.dataset.seek) }));
});
if (kind === "frames") document.addEventListener("skeleton-time", (event) => {
  const frames = [...element.querySelectorAll(".frames button")];
  const now = frames.filter((frame) => Number(frame.dataset.seek) <= event.detail + 1e-3).at(-1) || frames[0];
  if (!now || now.classList.contains("now")) return;
  for (const frame of frames) frame.classList.toggle("now", frame === now);
  element.querySelector(".playing img").src = now.querySelector("img").src;
  const row = now.closest(".frames");
  row.scrollLeft = now.offsetLeft - row.offsetLeft - row.clientWidth / 2 + now.clientWidth / 2;
});
"""
ROWS_SCRIPT = (Path(__file__).parent / "rows.js").read_text(encoding="utf-8")
# The latest answer stands first; why an answer was given stands right below it, if "Why?" beside it asked for that.
CARD_SCRIPT = """
{
  const card = element.closest("#conversation > *"), column = card.parentElement, head = document.querySelector("#answers-head");
  let number = "0", busy = false;
  const place = () => {
    const asked = element.querySelector("[data-number]")?.dataset.number, was = busy;
    busy = element.querySelector(".working, .caret") !== null;
    // Stop and Clear: not by :has(), which Chromium does not always look at again when what it looks for comes
    head.toggleAttribute("data-busy", column.querySelector(".working, .caret") !== null);
    card.toggleAttribute("data-filled", element.querySelector("h3") !== null);
    head.toggleAttribute("data-answered", column.querySelector("[data-number]") !== null);
    if (!asked || (asked === number && was === busy)) return;
    if (asked !== number) card.style.order = (card.id === "why-shown" && column.dataset.why) || -asked;
    number = asked;
    delete column.dataset.why;
    card.scrollIntoView({ block: "nearest" });
  };
  watch("value", () => requestAnimationFrame(place));
  place();
  element.addEventListener("click", (event) => {
    const why = event.target.closest(".why");
    if (!why) return;
    column.dataset.why = card.style.order || "0";
    trigger("select", { answer: why.dataset.answer, question: why.dataset.question });
  });
}
"""
# places of answers -> the script of each
PLACES = {
    **dict.fromkeys(("first", "ranked", "description", "chat", "compared"), CARD_SCRIPT),
    "segments-found": CARD_SCRIPT + ROWS_SCRIPT,
    "stressed": CARD_SCRIPT,
    "why-shown": CARD_SCRIPT + SEEK_SCRIPT,
}
NO_CLIP = "none"  # what the viewer says is shown when nothing is
_TITLES = {  # handler -> what its card is called
    "recognize": "Which of your labels?",
    "describe": "What happens?",
    "ask": "Your questions",
    "ask_again": "Your questions",
    "compare": "What differs?",
    "segments": "What happens when?",
    "stress": "Does the answer hold?",
    "explain": "Why this answer?",
}
_TURN = 137.508  # degrees between the hues of labels: the golden angle keeps any number of them apart


def problem(message: str) -> str:
    """An error message that says what to do."""
    return f'<div class="card problem" role="alert">{escape(message)}</div>'


def working(message: str, share: float | None = None, seconds: float = 0.0) -> str:
    """Progress: the work, the share of it that is done, and the time left, estimated from the seconds of work so far."""
    if share and share < 1 and seconds > 1:
        message += f" About {max(1, round(seconds * (1 - share) / share))} s left."
    bar = "" if share is None else f'<progress max="1" value="{share:.3f}" aria-label="{escape(message)}"></progress>'
    return f'<div class="card working" role="status">{escape(message)}{bar}</div>'


def caution(message: str) -> str:
    """A warning about an answer."""
    return f'<p class="card caution" role="note">{escape(message)}</p>'


def about(identity: str, shown: str) -> str:
    """HTML that is marked with the clip that it is about: the page hides what is about another than the one shown."""
    return f'<div data-clip="{escape(identity)}">{shown}</div>'


def card(identity: str, kind: str, number: int, shown: str) -> str:
    """An answer about that clip, as a card of the conversation: the one with the highest number stands first."""
    head = f'<section class="card answer" data-number="{number}"><h3>{_TITLES[kind]}</h3>'
    return about(identity, f"{head}{shown}</section>")


def quiet(message: str) -> str:
    return f'<p class="hint">{escape(message)}</p>'


def answer_text(text: str, done: bool = True) -> str:
    """A model's sentence, growing while it is written."""
    caret = "" if done else '<span class="caret" aria-hidden="true"></span>'
    return f'<blockquote class="said" aria-live="polite" aria-busy="{"false" if done else "true"}">{escape(text)}{caret}</blockquote>'


def why(answer: str, question: str) -> str:
    """The button beside an answer that asks where the answer comes from."""
    return f'<button type="button" class="why" data-answer="{escape(answer)}" data-question="{escape(question)}">Why?</button>'


def caption(text: str, question: str, unsure: bool) -> str:
    """A description with its Why, and a caution where it is probably wrong."""
    warning = caution("The model is not sure of this: it may be wrong.") if unsure else ""
    return answer_text(text) + why(text, question) + warning


def suggested(questions: Sequence[str]) -> str:
    """Buttons that ask a question each."""
    chips = "".join(f'<button type="button" data-ask="{text}">{text}</button>' for text in map(escape, questions))
    return f'<button type="button" id="describe-go">Describe it</button>{chips}'


def turns(history: Sequence[tuple[str, str]], note: str = "", writing: tuple[str, str] | None = None) -> str:
    """Questions and answers, each answer with its Why; below them a note, and the question that is being answered."""
    done = "".join(
        f'<p class="asked">{escape(question)}</p>{answer_text(text)}{"" if text.strip() == REFUSAL else why(text, question)}'
        for question, text in history
    )
    if writing is None:
        return done + note
    question, text = writing
    return f'{done}<p class="asked">{escape(question)}</p>{answer_text(text, done=False) if text else ""}{note}'


def recognition(found: dict, verdict: bool = True) -> str:
    """Ranked labels with bars, the best one above them in large; a served model's single choice without bars.

    Args:
        found: `Recognition.to_dict`; its `warnings` stand above the bars, and `unsure` (a reason, or True) in the verdict.
            `question`, if there, is what Why asks about.
    """
    rows = found["candidates"]
    if not rows:
        return problem(f"The model named none of the labels; its answer: {found.get('said', '')[:300]}")
    notes = "".join(map(caution, found.get("warnings", ())))
    button = why(rows[0]["label"], found["question"]) if "question" in found and rows[0]["score"] is not None else ""
    unsure = found.get("unsure")
    best = _verdict(rows[0]["label"], unsure, f" {button}")
    if unsure:
        notes = (caution(unsure) if isinstance(unsure, str) else "") + notes
    if rows[0]["score"] is None:
        return best + notes + quiet("A served model names a label; it gives no scores.")
    explained = quiet("Probabilities over the labels that you gave: the model's card says how well calibrated.")
    return (best if verdict else "") + notes + _ranking(rows) + explained


def _verdict(label: str, unsure: object, button: str = "") -> str:
    """A label in large letters, or that it is a doubtful one; the button beside it."""
    if unsure:
        return f'<p class="verdict unsure">not sure <small>perhaps {escape(label)}</small>{button}</p>'
    return f'<p class="verdict">{escape(label)}{button}</p>'


def first(described: str, found: dict, count: int) -> str:
    """The first answer about an example: its description (HTML) and its ranking."""
    origin = quiet(f"The model's own words, and its ranking of {count} labels. Computed when this page was built.")
    shown = f"{described}{_ranking(found['candidates'])}{origin}"
    return f'<section class="card answer opening"><h3>At first sight</h3>{shown}</section>'


def influence(found) -> str:
    """Body parts by their share of an answer's influence, and when it mattered.

    Args:
        found: an `Influence`.
    """
    verdict = f'<p class="verdict">{escape(found.answer)}</p>'
    if found.limb is None:
        return verdict + quiet(
            "No part's motion by itself speaks for this answer: what does is how parts move together, or nothing that the body does."
        )
    shown = {name: share for name, share in found.limbs.items() if round(share, 2) > 0}
    strength = np.asarray(found.frames, dtype=np.float64)
    strength = strength / max(float(strength.max()), 1e-12)
    columns = "".join(
        f'<button type="button" data-seek="{time:.3f}" title="{time:.2f} s" aria-label="{time:.2f} seconds, influence {height:.0%} of the strongest">'
        f'<i style="height:{max(3.0, 82 * height):.0f}%"></i><span>{time:.1f}</span></button>'
        for time, height in zip(np.asarray(found.times, dtype=np.float64), strength)
    )
    marks = [[float(time), float(time), f"{time:.2f} s", float(height)] for time, height in zip(found.times, strength)]
    still = [name for name in found.limbs if name not in shown]
    rest = f" Nothing, or next to nothing, in its favour: {', '.join(still)}." if still else ""
    return (
        f'<span data-marks="{escape(json.dumps(marks))}"></span>{verdict}<h4>Which part of the body</h4>{_bars(shown, "Parts of the body")}'
        f'<h4>When, in seconds</h4><div class="moments" role="group" aria-label="Influence over time">{columns}</div>'
        + quiet(
            "Measured: how much likelier each part's motion, on a body at rest otherwise, makes this answer. Gradients through language "
            f"model, vision encoder and renderer spread that over joints and moments, which the skeleton and the time line show.{rest}"
        )
    )


def segments(found: Sequence, seconds: float, title: str) -> str:
    """Labelled stretches of a long clip, as a table: it is shown on the time line, can be edited and exported."""
    if not found:
        return quiet("No stretch of this clip is as long as a window: make the window shorter.")
    colors = colors_of(dict.fromkeys(segment.label for segment in found))
    rows = "".join(
        f'<tr data-start="{s.start:.3f}" data-end="{min(s.end, seconds):.3f}" data-colors="{"|".join(colors[s.label])}">'
        f'<td data-cell="start" data-number data-value="{s.start:.2f}"><button type="button" data-seek="{s.start:.3f}">'
        f'<b style="background:{colors[s.label][0]}"></b>{_clock(s.start)}</button></td>'
        f'<td data-cell="end" data-number data-value="{min(s.end, seconds):.2f}">{_clock(s.end)}</td>'
        f'<td data-cell="label"><input value="{escape(s.label)}" aria-label="Label from {_clock(s.start)}"></td>'
        f'<td data-cell="share" data-number data-value="{s.score:.3f}">{s.score:.0%}</td></tr>'
        for s in found
    )
    names = {"start": "From", "end": "To", "label": "Label", "share": "Share"}
    return _table(names, rows, f"{title}_segments", "Segments") + quiet(
        "The time line shows the segments, too. Labels can be edited; the export contains the edited labels."
    )


def colors_of(labels: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Label -> (ground, text): hues a golden angle apart, dark and light in turn, so that neighbours differ in both."""
    found = {}
    for number, label in enumerate(labels):
        hue, dark = round(number * _TURN % 360), number % 2 == 0
        found[label] = (f"hsl({hue} 60% {26 if dark else 82}%)", "#fff" if dark else "#1c1917")
    return found | ({NONE_OF_THESE: ("#6b6b6b", "#fff")} if NONE_OF_THESE in found else {})


def clips(rows: Sequence[Mapping[str, object]], count: int, chosen: int) -> str:
    """Several clips at once: a row each, with what the model says of it.

    Args:
        rows: of those that were looked at so far: picture (a data URI), title, label, share, caption, warnings (a list).
        count: how many there are. chosen: the number of the one that is shown.
    """
    names = {"clip": "Clip", "label": "Label", "share": "Share", "caption": "Caption", "warnings": "Notes"}
    body = "".join(
        f'<tr{" aria-current=true" if number == chosen else ""}><td data-cell="clip"><button type="button" data-open="{number}">'
        f'<img src="{row["picture"]}" width="44" height="44" alt="">{escape(row["title"])}</button></td>'
        f'<td data-cell="label">{escape(row["label"])}</td>'
        f'<td data-cell="share" data-number data-value="{"" if row["share"] is None else format(row["share"], ".3f")}">'
        f"{'' if row['share'] is None else format(row['share'], '.0%')}</td>"
        f'<td data-cell="caption">{escape(row["caption"])}</td>'
        f'<td data-cell="warnings" data-value="{escape("; ".join(row["warnings"]))}" title="{escape("; ".join(row["warnings"]))}">'
        f"{len(row['warnings']) or ''}</td></tr>"
        for number, row in enumerate(rows)
    )
    rest = "" if len(rows) == count else working(f"{len(rows)} of {counted(count, 'clip')}", len(rows) / count)
    return _table(names, body, "clips", counted(count, "clip")) + rest


def _table(names: Mapping[str, str], rows: str, file: str, title: str) -> str:
    head = '<th data-name="{}" scope="col"><button type="button">{}</button></th>'
    heads = "".join(head.format(*name) for name in names.items())
    return (
        f'<div class="rows"><header><h2>{escape(title)}</h2><button type="button" data-save="csv">CSV</button>'
        f'<button type="button" data-save="json">JSON</button></header><div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}">'
        f'<table data-file="{escape(file)}"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></div>'
    )


def comparison(found: dict) -> str:
    """Captions and labels of both clips side by side, and their measured differences."""
    sides = "".join(
        f"<section><h4>{escape(side['source'])}</h4>"
        + (_verdict(side["label"], side.get("unsure")) if side["label"] else "")
        + f"{answer_text(side['caption'])}</section>"
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
        f"{answer_text(caption)}" + (recognition(after, verdict=False) if after["candidates"] else "")
    )


def _ranking(rows: Sequence[Mapping]) -> str:
    return _bars({row["label"]: row["score"] for row in rows}, "Labels, best first")


def _bars(shares: Mapping[str, float], title: str) -> str:
    """A bar for each name, the first one highlighted."""
    bars = ""
    for name, share in shares.items():
        share = float(np.clip(np.nan_to_num(share), 0.0, 1.0))
        bar = f'<i aria-hidden="true"><b style="width:{100 * share:.1f}%"></b></i><em>{share:.0%}</em>'
        bars += f"<li{'' if bars else ' class=first'}><span>{escape(name)}</span>{bar}</li>"
    return f'<ol class="bars" aria-label="{title}">{bars}</ol>'


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"
