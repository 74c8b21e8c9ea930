"""Evaluation reports as markdown tables in the layout of the paper, with the published figures in their own columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..nouns import counted
from . import paper_figures

_TIME = "s per clip, this run"
_HEADS = tuple(f"published: {name}" for name in paper_figures.SYSTEMS)


def markdown(report: dict[str, Any]) -> str:
    """A report of `evaluate` for people."""
    title = f"# {report['dataset']}" + (f", {report['protocol']}" if report["protocol"] else "")
    of_all = f" of {report['clips_in_all']}" if report["clips"] < report["clips_in_all"] else ""
    lines = [title, ""]
    if report["protocol_title"]:
        lines += [f"{report['protocol_title']}.", ""]
    clips = f"{counted(report['clips'], 'clip')}{of_all}, {counted(len(report['candidates']), 'candidate')}"
    lines += [f"{clips}; model {report['model']}. Intervals are Wilson's, 95 %.", ""]
    for name, write in (("recognition", _recognition), ("captions", _captions), ("questions", _questions)):
        if name in report or (name == "recognition" and "generation" in report):
            lines += write(report)
    return "\n".join(lines).rstrip() + f"\n\n{paper_figures.NOTE}\n"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Lines of a markdown table; None is a dash, numbers have one decimal."""
    show = lambda value: "-" if value is None else f"{value:.1f}" if isinstance(value, float) else str(value)  # noqa: E731
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    return [*lines, *("| " + " | ".join(map(show, row)) + " |" for row in rows), ""]


def percent(score: dict[str, Any] | None) -> str | None:
    """ "86.1 (81.4 to 89.7)"."""
    if score is None:
        return None
    low, high = score["interval"]
    return f"{score['percent']:.1f} ({low:.1f} to {high:.1f})"


def _figures(values: dict[str, Any]) -> list[str | None]:
    return [None if values[name] is None else f"{values[name]:.2f}" for name in paper_figures.SYSTEMS]


def _seconds(value: float) -> str:
    return f"{value:.3f}"


def _recognition(report: dict[str, Any]) -> list[str]:
    found, free = report.get("recognition"), report.get("generation")
    published, rows = _figures(report["published"]), []
    if found:
        row = [percent(found["top1"]), percent(found["top5"]), found["mean_class"], None]
        rows.append(["likelihood of candidates", *row, _seconds(found["seconds_per_clip"]), *published])
    if free:
        row = [percent(free["top1"]), None, None, percent(free["unparsable"])]
        rows.append(["free generation", *row, _seconds(free["seconds_per_clip"]), *published])
    head = ("scored by", "top-1 %", "top-5 %", "mean of classes %", "unparsable %", _TIME, *_HEADS)
    lines = ["## Recognition", "", *table(head, rows)]
    if not found:
        return lines
    if len(found["by_people"]) > 1:
        rows = [[count, score["count"], percent(score)] for count, score in found["by_people"].items()]
        lines += table(("people in the clip", "clips", "top-1 %"), rows)
    if found["conditions"]:
        rows = [["as recorded", percent(found["top1"]), None, *_figures(paper_figures.of_condition(None))]]
        rows += [
            [item["condition"], percent(item["top1"]), f"{item['change']:+.1f}", *_figures(item["published"])]
            for item in found["conditions"]
        ]
        lines += ["## Other conditions", "", *table(("condition", "top-1 %", "change", *_HEADS), rows)]
    rows = [
        [label, value["recall"]["count"], percent(value["recall"]), percent(value["precision"])]
        for label, value in found["classes"].items()
    ]
    lines += ["## Classes", "", *table(("class", "clips", "recall %", "precision %"), rows)]
    wrong = [item for item in found["confusions"] if item["label"] != item["answer"]]
    if wrong:
        commonest = sorted(wrong, key=lambda item: -item["count"])[:15]
        rows = [[item["label"], item["answer"], item["count"]] for item in commonest]
        lines += ["The commonest confusions:", "", *table(("class", "taken for", "clips"), rows)]
    return lines


def _captions(report: dict[str, Any]) -> list[str]:
    values = report["captions"]
    row = [values[name] for name in ("clips", "bleu1", "bleu4", "rouge_l", "bertscore")]
    row += [_seconds(values["seconds_per_clip"]), f"{values['published_bertscore']:.2f}"]
    head = ("captions", "BLEU-1", "BLEU-4", "ROUGE-L", "BERTScore", _TIME, "BERTScore, SkeletonLLM on HumanML3D")
    lines = ["## Captions", "", *table(head, [row])]
    if "bertscore_missing" in values:
        lines += [f"BERTScore could not be computed: {values['bertscore_missing']}", ""]
    if "facts" in values:
        facts = {kind: item for kind, item in values["facts"].items() if item}
        rows = [[kind, percent(item["named_right"]), percent(item["all_right"])] for kind, item in facts.items()]
        lines += table(("facts", "right, of those named %", "right, of those that the reference names too %"), rows)
    return lines


def _questions(report: dict[str, Any]) -> list[str]:
    values = report["questions"]
    rows = [["all, as written", values["exact"]["count"], percent(values["exact"])],
            ["all, normalised", values["normalized"]["count"], percent(values["normalized"])]]  # fmt: skip
    rows += [[kind, score["count"], percent(score)] for kind, score in values["kinds"].items()]
    figures = ", ".join(f"{kind} {value:.1f}" for kind, value in values["published"].items())
    lines = ["## Questions", "", *table(("questions about", "number", "right %"), rows)]
    own = f"This run took {values['seconds_per_question']:.3f} s a question on this machine."
    return [*lines, f"Published, on Skeleton-QA: {figures}.", "", own, ""]
