"""What a file says of all of its frames, anywhere in it: their rate, the units of places, left-handed axes."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from ..objects.json_text import head_keys
from ..reader import RawClip
from ..source import SkeletonFile
from ..tables.delimited import UNITS

_RATE = re.compile(
    rb'"(?:video_?|source_?|recording_?|r_|avg_)?(?:fps|frame[_ ]?rate|frames_?per_?second)"\s{0,16}:\s{0,16}"?'
    rb"(?:(\d{1,6})/(\d{1,6})|(\d{1,4}(?:\.\d{1,9})?))\b",
    re.IGNORECASE,
)
_FRAME = re.compile(rb'"frame_?(?:index|idx|number|num|id|no)?"\s{0,16}:\s{0,16}(\d{1,9})\b', re.IGNORECASE)
_MOST_STEP = 60
_TAIL = 4096  # bytes of a file's end in which its rate may stand
_STEP = re.compile(
    rb'"(?:frame_?time|frame_?duration|time_?step|sampl(?:e|ing)_?(?:period|interval)|dt)"\s{0,16}:\s{0,16}(0?\.\d{1,9})\b',
    re.IGNORECASE,
)
_UNITS = re.compile(
    rb'"(?:(?:length|position|distance|spatial|world)_?)?units?"\s{0,16}:\s{0,16}"([a-z]{1,12})"', re.IGNORECASE
)
_TURNS = re.compile(rb'"units?"\s{0,16}:\s{0,16}"(deg(?:rees?)?|rad(?:ians?)?)"', re.IGNORECASE)
_UNITS_ABOVE = re.compile(
    rb"^[#%/; \t]{0,9}(?:(?:length|position|coordinate) )?units?\s{0,9}[:=,;\t]\s{0,9}[\"(]?([a-z]{1,12})\b",
    re.IGNORECASE | re.MULTILINE,
)
_LEFT = re.compile(
    rb"\"(?:handed(?:ness)?|(?:coordinate_?system|axes|space)(?:_?hand(?:ed(?:ness)?)?)?)\"\s{0,16}:\s{0,16}\"(?:[^\"\n]{0,40}left[-_ ]?hand|left\")"
    rb"|^[#%/;][^\n]{0,80}left[- ]?handed\b",
    re.IGNORECASE | re.MULTILINE,
)
_ABOVE = 2000  # bytes of a text in which its units may stand


def as_stated(raw: RawClip, file: SkeletonFile) -> RawClip:
    """The clip with the rate and the units that its file states somewhere, where the reader found no others; a part of the rate where frames were left out evenly."""
    spatial = np.shape(raw.joints)[-1] == 3 and not raw.verbatim
    if spatial and raw.units is None and (units := stated_units(file)) is not None:
        raw = replace(raw, units=units, units_doubtful=True)
    if not raw.verbatim and head_keys(file) and raw.units is None and (turned := _TURNS.search(file.head)):
        note = f"The file says that its units are {turned[1].decode()}: are its numbers turns of joints, and no places?"
        raw = replace(raw, notes=(*raw.notes, note))
    if spatial and raw.handed is None and file.is_text and _LEFT.search(file.head[:_ABOVE]):
        note = "The file says that its axes are left-handed: turned into right-handed ones."
        raw = replace(raw, handed="left", notes=(*raw.notes, note))
    rate = None if raw.verbatim or (raw.fps is not None and not head_keys(file)) else stated_rate(file)
    if rate is None or raw.fps not in (None, rate):
        return raw
    step = frame_step(file)
    if step == 1:
        return replace(raw, fps=rate)
    note = f"Frame numbers rise by {step} at {rate:g} a second: read as {rate / step:.4g} frames a second; pass fps=... if that is wrong."
    return replace(raw, fps=rate / step, notes=(*raw.notes, note))


def stated_rate(file: SkeletonFile) -> float | None:
    """Frames a second that a JSON file says at any depth (`{"video": {"fps": 25}}`); None where it says none, or several."""
    if not head_keys(file):
        return None
    found = (numbers for part in (file.head, file.data[-_TAIL:]) for numbers in _RATE.findall(part))
    shares = {
        (float(rate or frames), float(seconds or 1)) for frames, seconds, rate in found
    }  # 25, or ffmpeg's 30000/1001
    rates = {frames / seconds for frames, seconds in shares if seconds} - {0.0}
    if rates:
        return rates.pop() if len(rates) == 1 else None
    steps = {float(step) for step in _STEP.findall(file.head)} - {0.0}
    return 1 / steps.pop() if len(steps) == 1 else None


def frame_step(file: SkeletonFile) -> int:
    """By how much the frame numbers of a JSON file rise, each time (every third frame of a video was looked at); 1 where they say nothing else."""
    numbers = [int(number) for number in _FRAME.findall(file.head)]
    steps = {after - before for before, after in zip(numbers, numbers[1:], strict=False)}
    return steps.pop() if len(steps) == 1 and len(numbers) > 3 and 1 < max(steps, default=1) <= _MOST_STEP else 1


def stated_units(file: SkeletonFile) -> str | None:
    """The units of length that JSON says (`"units": "mm"`), or a line above a table (`# units: mm`); None where it says none, or several."""
    if not file.is_text:
        return None
    words = _UNITS.findall(file.head) if head_keys(file) else _UNITS_ABOVE.findall(file.head[:_ABOVE])
    found = {UNITS[word.lower().decode()] for word in words if word.lower().decode() in UNITS} - {"pixels"}
    return found.pop() if len(found) == 1 else None
