"""Throttling: of growing answers, and of gradio's queue.

Every update of an answer costs the visitor's browser a layout of the whole conversation. Tokens come faster than a busy browser draws them: it would work off a queue of outdated updates, and its one thread would take
no click, not even on Stop. A fast answer gets about sixty updates, however long it is, and a slow one an update a second: Stop
takes effect between two updates.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

PAUSE = 0.15  # seconds between two showings, at least
GROWTH, FIRST = 1.1, 4  # and so much longer the text is: 60 showings for 10,000 characters ...
LATEST = 1.0  # ... or so many seconds later
LOOK, PROGRESS = 0.02, 0.1  # seconds between two looks of the queue for requests, and for progress to send


def paced(texts: Iterator[str], clock: Callable[[], float] = time.monotonic) -> Iterator[str]:
    """Some of the growing texts, the first and the last among them. Closing this closes `texts`."""
    shown, at, text = None, 0.0, None
    try:
        for text in texts:
            now = clock()
            grown = shown is None or len(text) >= GROWTH * len(shown) + FIRST
            if shown is None or now - at >= (PAUSE if grown else LATEST):
                shown, at = text, now
                yield text
        if text is not shown:
            yield text
    finally:
        close = getattr(texts, "close", None)
        if close is not None:
            close()


def look_less_often(demo: gr.Blocks) -> None:
    """gradio looks for requests a thousand times a second, also while nobody asks anything.

    Args:
        demo: with its queue made.
    """
    demo._queue.sleep_when_free, demo._queue.progress_update_sleep_when_free = LOOK, PROGRESS
