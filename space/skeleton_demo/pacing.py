"""Throttling of growing answers: every update costs the visitor's browser a layout of the whole conversation.

Tokens come faster than a busy browser draws them: it would work off a queue of outdated updates, and its one thread would take
no click, not even on Stop. A fast answer gets about sixty updates, however long it is, and a slow one an update a second: Stop
takes effect between two updates.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

PAUSE = 0.15  # seconds between two showings, at least
GROWTH, FIRST = 1.1, 4  # and so much longer the text is: 60 showings for 10,000 characters ...
LATEST = 1.0  # ... or so many seconds later


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
