"""Errors of one clip, which fail its row alone, and errors of the machine, which stop the run."""

from __future__ import annotations

_LONGEST = 2_000  # characters of an error that are kept


def is_clips_fault(error: Exception) -> bool:
    """False for errors that the next clip would raise as well: a server, a disk or a driver that is gone."""
    # a driver that failed once answers every later call with the same error
    return not isinstance(error, OSError) and "CUDA error" not in str(error)


def described(error: Exception) -> str:
    """An error as text that a table can hold; errors other than ValueError with their type."""
    words = str(error) if type(error) is ValueError else f"{type(error).__name__}: {error}"
    return words.encode("utf-8", "backslashreplace").decode()[:_LONGEST]
