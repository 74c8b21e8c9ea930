"""Work that is done before training starts, by several processes: on a GPU every second of waiting for it is lost."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any

CHUNK = 32  # items that a process takes at a time
_function: Callable[[int], Any] | None = None  # of the processes that are forked from this one


def each(function: Callable[[int], Any], count: int, workers: int) -> list[Any]:
    """`[function(0), function(1), ...]`, in order.

    Args:
        function: gives the same for the same number, in whatever process; its results can be pickled.
        count: of the numbers.
        workers: processes, forked from this one; fewer than 2: this one does it alone.
    """
    global _function
    if workers < 2 or count < 2 * CHUNK:
        return [function(number) for number in range(count)]
    _function = function
    try:
        with multiprocessing.get_context("fork").Pool(workers) as pool:
            return list(pool.imap(_call, range(count), CHUNK))
    finally:
        _function = None


def _call(number: int) -> Any:
    return _function(number)  # type: ignore[misc]  # set before the processes were forked
