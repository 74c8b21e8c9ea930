"""Memory that is free, back to the system: the C library keeps what batches of ever new sizes leave between what is in use.

Nothing of ours holds it: what is in use does not grow with the clips (`benchmarks/batch.py` prints what does, docs/scale.md says how much).
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from typing import Any

EVERY = 16  # clips after which it is given back: 30 ms where a second of work or more was done


def give_back() -> None:
    """Returns free pages of this process to the system where the C library is glibc; elsewhere nothing."""
    if (trim := _trim()) is not None:
        trim(0)


@functools.cache
def _trim() -> Callable[[int], Any] | None:
    try:
        return ctypes.CDLL(None).malloc_trim  # type: ignore[arg-type]
    except (AttributeError, OSError, TypeError):  # another C library, or Windows, which has no such handle
        return None
