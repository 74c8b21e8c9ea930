"""How often a growing answer is shown: every showing costs the visitor's browser a layout of the whole conversation.

Tokens come faster than a busy browser draws them. It then works off a queue of pictures that nobody needs any more, and its one
thread takes no click, not even on Stop. So an answer that comes fast is shown some sixty times, however long it is, and one that
comes slowly once a second: Stop takes effect between two showings.
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
