"""Returns free memory to the system: the C library keeps the gaps that batches of varying sizes leave.

Memory in use does not grow with the number of clips (`benchmarks/batch.py` measures it; figures in docs/scale.md).
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from typing import Any

EVERY = 16  # clips between two calls; a call takes 30 ms, the clips a second or more


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
