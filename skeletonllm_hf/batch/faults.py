"""Whose fault an error is: a clip's, whose row then fails alone, or the machine's, which stops the run."""

from __future__ import annotations

_LONGEST = 2_000  # characters of an error that are kept


def is_clips_fault(error: Exception) -> bool:
    """False for what the next clip would meet as well: a server, a disk or a driver that is gone."""
    # a driver that failed once answers every later call with the same error
    return not isinstance(error, OSError) and "CUDA error" not in str(error)


def described(error: Exception) -> str:
    """An error in words that a table can hold; errors that are not ours with their kind."""
    words = str(error) if type(error) is ValueError else f"{type(error).__name__}: {error}"
    return words.encode("utf-8", "backslashreplace").decode()[:_LONGEST]
