"""Cancellation of long work: the caller sets an event, and the work raises."""

from __future__ import annotations

from threading import Event


class Cancelled(RuntimeError):
    """The caller's `stop` was set before the work was done."""


def check(stop: Event | None) -> None:
    """Raises Cancelled where `stop` is set."""
    if stop is not None and stop.is_set():
        raise Cancelled("stopped before the work was done")
