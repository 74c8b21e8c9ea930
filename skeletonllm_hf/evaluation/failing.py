"""Answers of clips that cannot be answered: each fails alone, counts as wrong, and is listed with its error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..batch.faults import described, is_clips_fault


def ask_each(
    ask: Callable[[list[Any], Sequence[str]], list[dict[str, Any]]], items: Sequence[Any], candidates: Sequence[str]
) -> list[dict[str, Any]]:
    """`ask(items, candidates)`; where that fails, item by item, with a record of the error in the place of an answer.

    Errors that are not a clip's (a disk or a driver that is gone) are raised.
    """
    try:
        return ask(list(items), candidates)
    except Exception as error:
        if not is_clips_fault(error):
            raise
        if len(items) == 1:
            return [_failed(items[0].task, candidates, described(error))]
    return [record for item in items for record in ask_each(ask, [item], candidates)]


def _failed(task: str, candidates: Sequence[str], error: str) -> dict[str, Any]:
    if task == "recognition":
        return {"answer": "", "rank": len(candidates) + 1, "share": 0.0, "top": 0.0, "error": error}
    if task == "generation":
        return {"answer": None, "text": "", "error": error}
    return {"answer": "", "error": error}


def failures(answered: Sequence[tuple[Any, ...]], unreadable: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """Clips that failed, each once: rows that could not be read (they are not counted), and items with an error (wrong)."""
    listed = {id: {"clip": id, "error": error} for id, error in unreadable}
    for item, record in answered:
        if "error" in record:
            listed.setdefault(item.clip.id, {"clip": item.clip.id, "error": record["error"]})
    return list(listed.values())
