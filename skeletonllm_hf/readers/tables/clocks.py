"""Times as text: numbers, ISO 8601, times of a clock, SMPTE time codes -> seconds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timezone

import numpy as np

from ..estimators.detections import last_number
from ..source import SkeletonFile

_DATES = ("%m/%d/%Y ", "%d/%m/%Y ", "%d.%m.%Y ", "%m-%d-%Y ", "%d-%m-%Y ")
_TIMES = ("%H:%M:%S:%f", "%I:%M:%S %p", "%I:%M:%S.%f %p")  # others without a date are ISO 8601's
_CLOCKS = (*(f"{date}{time}" for date in _DATES for time in ("%H:%M:%S", "%H:%M:%S.%f", *_TIMES)), *_TIMES)
_SIXTIES = re.compile(r"\d{1,3}:(?:\d{1,2}:)?\d{1,2}(?:[.,]\d{1,9})?")  # minutes and seconds, or hours before them
_DAYS = re.compile(r"(\d{1,6}) days?,? \+?(.{4,18})")  # time spans of pandas and Python
_SPAN = re.compile(r"(\d{1,15}(?:\.\d{1,9})?) ?(s|ms|us)")  # Google's, and others'
_DATE = re.compile(r"/?Date\((\d{10,16})(?:[+-]\d{4})?\)/?")  # .NET's JSON, milliseconds since 1970
_FRACTION = re.compile(r"(.{0,24}:\d\d)[.:](\d{1,9})")
_TIMECODE = re.compile(r"\d{1,2}:\d\d:\d\d[:;]\d\d")  # the last number counts frames
_TIMECODE_RATES = (24, 25, 30, 48, 50, 60, 100, 120)
_DAY = 86400.0


def seconds_of(file: SkeletonFile, cells: Sequence[str], name: str = "") -> np.ndarray:
    """(rows,) float64 of times as text: numbers, or dates and times of ISO 8601 or of a clock (seconds since the first).

    Frames may be named by pictures (`img_0012.png`): then their last numbers count.
    """
    if cells and all(spans := [_SPAN.fullmatch(cell.strip()[:40]) for cell in cells]):
        units = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
        return np.array([float(span[1]) * units[span[2]] for span in spans if span])
    if cells and all(dates := [_DATE.fullmatch(cell.strip()[:40]) for cell in cells]):
        cells = [date[1] for date in dates if date]
    try:
        return np.array([float(cell.replace(",", ".")) if cell else np.nan for cell in cells])
    except ValueError:
        pass
    if "frame" in name.lower() and all(cell[-1:].isdigit() or "." in cell for cell in cells):
        numbers = [last_number(cell.strip()[:512]) for cell in cells]
        if None not in numbers:
            return np.array(numbers, float)
    if (spans := [_DAYS.fullmatch(cell.strip()[:40]) for cell in cells]) and all(spans):
        days, rest = zip(*((float(span[1]), span[2]) for span in spans if span), strict=True)
        return np.array(days) * _DAY + seconds_of(file, rest)
    if cells and all(_TIMECODE.fullmatch(cell.strip()[:16]) for cell in cells):
        return _timecode_seconds(cells)
    if cells and all(_SIXTIES.fullmatch(cell.strip()[:24]) for cell in cells):
        parts = [[float(part) for part in cell.strip().replace(",", ".").split(":")] for cell in cells]
        return _over_midnight(
            np.array([sum(part * 60**power for power, part in enumerate(reversed(one))) for one in parts])
        )
    if (form := _clock_form(cells)) is not None:
        return _over_midnight(_clock_seconds(file, cells, form))
    stamps = []
    for row, cell in enumerate(cells):
        text = cell.strip().replace("Z", "+00:00").replace("z", "+00:00")
        if len(text) > 10 and text[4:5] == text[7:8] == "/":
            text = text.replace("/", "-", 2)
        try:
            moment = datetime.fromisoformat(text if "-" in text or not text else f"2000-01-01 {text}") if text else None
        except ValueError:
            raise file.error("a time in numbers or as ISO text", repr(cell[:40]), position=f"row {row + 1}") from None
        if moment is not None and moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        stamps.append(np.nan if moment is None else moment.timestamp())
    values = np.array(stamps)
    return _over_midnight(values - np.nanmin(values)) if np.isfinite(values).any() else values


def _over_midnight(seconds: np.ndarray) -> np.ndarray:
    """(rows,) seconds of a clock that go on behind midnight, where they fall by more than half a day."""
    known = np.isfinite(seconds)
    days = np.cumsum(np.diff(seconds[known], prepend=seconds[known][:1]) < -_DAY / 2)
    out = seconds.copy()
    out[known] += _DAY * days
    return out


def _clock_form(cells: Sequence[str]) -> str | None:
    """The form of dates and times that are not in ISO 8601 (`3/5/2023 12:00:01.5 PM`, `05.03.2023 12:00:01`, `12:00:01:500`); None for others."""
    first = next((cell.strip()[:40] for cell in cells if cell.strip()), "")
    if ":" not in first or not first[:1].isdigit():
        return None
    for form in _CLOCKS:
        try:
            datetime.strptime(first, form)
        except ValueError:
            continue
        return form.replace(".%f", "").replace(":%f", "")
    return None


def _clock_seconds(file: SkeletonFile, cells: Sequence[str], form: str) -> np.ndarray:
    """(rows,) seconds since the first of times in one form, with fractions or without."""
    seconds = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        text = cell.strip()[:40]
        if not text:
            continue
        head, half = (text[:-2].rstrip(), text[-2:]) if text[-1:] in "mM" else (text, "")
        parts = _FRACTION.fullmatch(head)
        try:
            moment = datetime.strptime(f"{parts[1] if parts else head}{' ' if half else ''}{half}", form)
        except ValueError:
            raise file.error("a time as in the first row", repr(cell[:40]), position=f"row {row + 1}") from None
        seconds[row] = moment.replace(tzinfo=timezone.utc).timestamp() + (float(f"0.{parts[2]}") if parts else 0.0)
    return seconds - np.nanmin(seconds)


def _timecode_seconds(cells: Sequence[str]) -> np.ndarray:
    """(rows,) seconds of SMPTE time codes (`01:00:03:12`): their rate is the usual one above the highest frame's number."""
    parts = np.array([re.split("[:;]", cell.strip()) for cell in cells], float)
    rate = next((rate for rate in _TIMECODE_RATES if parts[:, 3].max() < rate), 1000)
    seconds: np.ndarray = parts[:, :3] @ (3600, 60, 1) + parts[:, 3] / rate
    if len(np.unique(parts[:, 2])) > 1:
        return seconds
    return parts[:, 3]  # within one second nothing tells the rate: frames are counted
