"""Columns of tables for frame, time and person: their names, frame rates from times, rows of several people."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import numpy as np

from ...model.joint_names import body_points
from ...nouns import counted
from ..reader import MAX_PEOPLE, check_size, pick_clip
from ..rules.named_layouts import missing_parts
from ..source import SkeletonFile, SkeletonFileError
from .clocks import seconds_of

PERSON = (
    "person", "person_id", "personid", "track", "track_id", "trackid", "tracking_id", "trackingid", "person_track_id", "id", "ids", "body",
    "body_id", "bodyid", "skeleton_id", "skeleton", "subject", "subject_id", "instance", "instance_id", "user", "user_id", "userid",
    "pid", "player", "player_id", "actor", "actor_id", "performer", "human_id", "people_id",
)  # fmt: skip
TIME = (
    "time", "timestamp", "t", "seconds", "sec", "times", "time_stamp", "milliseconds", "ms", "microseconds", "nanoseconds", "unix_time", "epoch",
    "datetime", "date_time", "timestamps", "timecode", "time_code", "smpte", "ts", "recorded_at", "device_timestamp", "univ_time", "frame_time",
    "devicetimestamp", "relative_time", "recordtime", "captured_at", "capture_time", "time_offset", "elapsed", "elapsed_time",
    "zeit", "zeitstempel", "temps", "horodatage", "tiempo", "tempo", "tijd", "tid", "aika", "czas", "čas", "zaman",
    "время", "时间", "時間", "时间戳", "시간",
)  # fmt: skip
FRAME = (
    "frame", "frame_number", "frame_id", "frame_index", "frame_idx", "frame_no", "frameid", "framenumber", "frame number", "frame_num", "fnum",
    "frame_count", "fr", "frm", "sync_index", "image_index", "image_idx",
    "frame#", "frame #", "frame no.", "frame nr.", "bild", "bildnummer", "trame", "fotograma", "cuadro", "quadro", "klatka", "kare", "ruta", "кадр", "帧", "帧号", "フレーム", "프레임",
)  # fmt: skip
RATE_KEYS = (
    "fps", "framerate", "frame_rate", "mocap_framerate", "mocap_frame_rate", "fs", "sample_rate", "sampling_rate", "samplerate", "hz", "rate", "frequency", "freq",
)  # fmt: skip
_HUMP = re.compile("(?<=[a-z])(?=[A-Z])")
_STEPS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
# .NET's and Kinect's ticks; Excel's and MATLAB's days
_SECONDS = _STEPS | {"ticks": 1e-7, "minutes": 60.0, "hours": 3600.0, "days": 86400.0}
_NAMED = {
    "ticks": ("ticks", "filetime"), "ns": ("ns", "nsec", "nanos", "nanoseconds"), "us": ("us", "usec", "micros", "microseconds", "µs"), "ms": ("ms", "msec", "millis", "milliseconds"),
    "s": ("s", "sec", "secs", "seconds"), "minutes": ("min", "mins", "minutes"), "hours": ("h", "hours", "hrs"),
}  # fmt: skip
# from 2000 to 2103: since 1970, of .NET since the year 1, of Windows since 1601, of Excel since 1900, of MATLAB since 0
_SINCE = (
    ("ns", 9.4e17, 4.2e18), ("us", 9.4e14, 4.2e15), ("ms", 9.4e11, 4.2e12), ("s", 9.4e8, 4.2e9), ("ticks", 6.3e17, 6.7e17), ("ticks", 1.25e17, 1.6e17),
    ("days", 3.6e4, 7.5e4), ("days", 7.3e5, 7.7e5),
)  # fmt: skip
_KINECT_STEP = 333_333  # Kinect's clock has ticks of 100 ns, 30 frames a second, in the dark 15
_TIME_WORDS = {"time", "timestamp", "timestamps", "times", "datetime", "timecode", "zeitstempel", "horodatage"}
# words of columns of times that say how long something took, or when all of it was
_NO_TIMES = {
    "exposure", "processing", "inference", "run", "response", "reaction", "delta", "duration", "latency", "since", "step", "start", "end",
    "begin", "stop", "total", "mean", "per", "cost", "offset", "zone", "of",
}  # fmt: skip
_APART, _MOST_ROWS = 5, 4000  # times as far as somebody moves from row to row; rows that are looked at
SLOWEST, FASTEST = 1.0, 1000.0  # frames a second that are believed
_FIRST = 64  # columns among which an unusual name of time is looked for
MAX_LOOKUP = 100_000  # characters of names that are remembered for the next question
_SHUFFLED = 0.25  # steps that go back; times that begin anew do so more rarely
_DOUBLED = 0.6  # steps between rows of one time, where rows are doubled
_LATE = 8  # steps by which rows of one part may come late
_LEAST_STEP, _MOST_STEP = 1e-9, 1e15  # of times in any unit; what lies beyond tells nothing


def column_of(names: Sequence[str], choices: Sequence[str]) -> int | None:
    """The column that is called by the first of these choices (`frame`, `Time [s]`, `timestampMs`), or None."""
    lookup = _called if sum(map(len, names)) < MAX_LOOKUP else _called.__wrapped__
    for called in lookup(tuple(names)):
        if (choice := next((choice for choice in choices if choice in called), None)) is not None:
            return called[choice]
    return _timed(tuple(names[:_FIRST])) if "timestamp" in choices else None


@functools.lru_cache(maxsize=16)
def _timed(names: tuple[str, ...]) -> int | None:
    """The first column whose name has a word for time among others (`Video Time`, `utc_timestamp`), and is no duration; None without one."""
    for column, name in enumerate(names):
        words = set(re.split(r"[^a-z]+", _HUMP.sub("_", name[:64]).lower()))
        if words & _TIME_WORDS and not words & _NO_TIMES:
            return column
    return None


@functools.lru_cache(maxsize=16)
def _called(names: tuple[str, ...]) -> tuple[dict[str, int], ...]:
    """Name -> first column, in five spellings: lower case, camel case split, without a unit in brackets, blanks as underscores, without a unit's word."""
    lower = [name.strip().lower() for name in names]
    humps = [_HUMP.sub("_", name.strip()[:64]).lower() for name in names]
    plain = [name.replace(" ", "_") for name in lower]
    spellings = (
        lower,
        humps,
        [_without_brackets(name) for name in lower],
        plain,
        [_without_unit(name) for name in humps],
    )
    return tuple({name: row for row, name in reversed(list(enumerate(called)))} for called in spellings)


def _without_brackets(name: str) -> str:
    """`time` of `time [s]` and `time(s)`."""
    return name[: name.rfind("[" if name[-1] == "]" else "(")].rstrip() if name[-1:] in ("]", ")") else name


def _without_unit(name: str) -> str:
    """`time` of `time_ms`, `t` of `t_ns`; others as they are."""
    stem, _, unit = name.replace(" ", "_").rpartition("_")
    return stem if stem and any(unit in spellings for spellings in _NAMED.values()) else name


def rate_of(name: str, times: np.ndarray, rows_are_frames: bool = False) -> float | None:
    """Frames per second from a column of times: the mean of the steps near their median; None where they tell no rate.

    Of rows that are a frame each, several may have one time: a clock of whole seconds, or of tenths.

    The unit is that of the column's name (`time_ms`), of a time since 1970 or another such day (by its size), Kinect's ticks where it is
    their usual step, or else the longest with which the rate lies between 1 and 1,000. A column that counts 0, 1, 2 counts frames.
    """
    times, rows = np.unique(times[np.isfinite(times)], return_counts=True)
    if len(times) < 2:
        return None
    whole = rows[1:-1] if len(rows) > 3 else rows[rows.argmax() :][:1]  # the first and the last second may be cut
    together = float(whole.mean()) if rows_are_frames else 1.0
    steps = np.diff(times)
    step = float(np.median(steps))
    if not _LEAST_STEP < step < _MOST_STEP:
        return None
    unit = _unit(name, float(times[0]), step / together)
    if unit is None:
        return None
    regular = steps[(steps > 0.5 * step) & (steps < 1.5 * step)]  # their mean: stamps are rounded; gaps are left out
    if not len(regular):  # half of the steps are far below the median of an even number, half far above
        return None
    rate = together / (float(regular.mean()) * _SECONDS[unit])
    return float(round(rate)) if abs(rate - round(rate)) < 5e-4 * rate else rate


def _unit(name: str, first: float, step: float) -> str | None:
    words = _HUMP.sub("_", name[:64]).lower().translate(str.maketrans("([ ", "___", ")]")).split("_")
    for unit, spellings in _NAMED.items():
        if any(word in spellings for word in words):
            return unit
    for unit, least, most in _SINCE:
        if least <= first < most and (SLOWEST if unit == "days" else 1e-3) < 1 / (step * _SECONDS[unit]) < 1e4:
            return unit
    if any(abs(step - ticks) < 0.01 * ticks for ticks in (_KINECT_STEP, 2 * _KINECT_STEP)):
        return "ticks"
    if step == 1:
        return None
    return next((unit for unit, scale in _STEPS.items() if SLOWEST <= 1 / (step * scale) <= FASTEST), "s")


def stated_rate(cells: Sequence[str]) -> float | None:
    """The rate that a column says in all of its rows; None where it says none that is believed, or several."""
    try:
        rates = {float(cell) for cell in set(cells)}
    except ValueError:
        return None
    return rate if len(rates) == 1 and SLOWEST <= (rate := rates.pop()) <= FASTEST else None


def moments_of(file: SkeletonFile, cells: Sequence[str], name: str) -> np.ndarray:
    """`seconds_of`; of a column whose name is an unusual one for times, nothing (NaN) where its cells are none."""
    try:
        return seconds_of(file, cells, name)
    except SkeletonFileError:
        if any(choice in called for called in _called((name,)) for choice in TIME + FRAME):
            raise
        return np.full(len(cells), np.nan)


def split_seconds(names: Sequence[str]) -> tuple[int, int] | None:
    """Columns of whole seconds and of nanoseconds beside them (ROS: `header.stamp.sec`, `header.stamp.nanosec`); None without such a pair."""
    lower = {name.strip().lower(): column for column, name in enumerate(names[:_FIRST])}
    pairs = ((f"{name[: -len(end)]}{nanos}", column) for end in ("secs", "sec") for name, column in lower.items() if name.endswith(end) for nanos in ("nanosec", "nsecs", "nsec"))  # fmt: skip
    return next(((column, lower[nanos]) for nanos, column in pairs if nanos in lower), None)


def subjects(names: Sequence[str]) -> dict[str, dict[str, str]] | None:
    """People side by side in a table, by what their joints' names begin or end with (`p1_nose`, `Bob:nose`, `nose_2`).

    Returns:
        Person -> joint without the person's name -> joint as the table names it; None where the names are one person's.
    """
    cuts = [re.split(r"([_.:/ -]+)", name) for name in names]
    for first, last in ((0, 1), (0, 3), (-1, None)):
        people: dict[str, dict[str, str]] = {}
        for name, cut in zip(names, cuts, strict=True):
            who = "".join(cut[first:last])
            rest = "".join(cut[:-2] if last is None else cut[last + 1 :])
            people.setdefault(who, {})[rest] = name
        one, *others = people.values()
        alike = 0 < len(others) < MAX_PEOPLE and all(set(other) == set(one) for other in others)
        if alike and len(missing_parts(body_points(list(one)))) <= 1:
            return people
    return None


def numbered_per_frame(frames: np.ndarray | None) -> list[str]:
    """Of each row its number among those of its frame, where frames come more than once; else nothing."""
    if frames is None or len(frames) < 2 or (np.diff(frames) == 0).mean() < 0.3:
        return []
    count = 0
    numbers = [0]
    for same in (np.diff(frames) == 0).tolist():
        count = count + 1 if same else 0
        numbers.append(count)
    return [str(number + 1) for number in numbers]


def numbered_per_time(times: np.ndarray | None, places: np.ndarray) -> list[str]:
    """Of each row its number among those of its time, where their bodies stand apart: of two rows of one time the next is farther than the next time's.

    Args:
        times: (rows,), which rough clocks write several times as well. places: (rows, 1, joints, dims).
    """
    numbers = numbered_per_frame(times)
    some = np.array(numbers[:_MOST_ROWS])
    at = [np.flatnonzero(some == number) for number in ("1", "2")]
    if not numbers or times is None or min(map(len, at)) < 2:
        return []
    middle = np.nanmedian(places[:_MOST_ROWS, 0].astype(float), axis=1)
    steps, apart = np.diff(middle[at[0]], axis=0), middle[at[1]] - middle[at[1] - 1]
    lengths = [float(np.nanmedian(np.linalg.norm(gaps, axis=-1))) for gaps in (steps, apart)]
    return numbers if lengths[1] > _APART * lengths[0] else []


def in_parts(
    file: SkeletonFile, when: np.ndarray | None, counted: bool, clip: int | str | None
) -> tuple[np.ndarray, tuple[str, ...]] | None:
    """Rows without an id whose frames or times begin anew: the rows of one part, and a note.

    Args:
        when: (rows,) frame numbers or times. counted: they are frame numbers. clip: which part, from 0.

    Returns:
        (rows of the clip,) numbers, and notes; None where time goes on.

    Raises:
        SkeletonFileError: no such part.
    """
    if when is None or len(when) < 2 or not np.isfinite(when).all():
        return None
    steps = np.diff(when)
    if (steps < 0).any() and _is_disorder(when, counted):
        return np.argsort(when, kind="stable"), (
            f"Rows were put in the order of their {'frame numbers' if counted else 'times'}.",
        )
    starts = [0, *(np.flatnonzero(steps < 0) + 1).tolist()]
    if len(starts) == 1 or len(starts) > len(when) / 4:
        return None
    number = pick_clip(file, clip, len(starts), what="parts")
    rows = np.arange(starts[number], [*starts, len(when)][number + 1])
    what = "Frame numbers" if counted else "Times"
    kept = f"rows {rows[0] + 1} to {rows[-1] + 1} were read as one clip"
    note = f"{what} begin anew {len(starts) - 1} times: {kept}; clip=... picks another of {len(starts)} parts."
    return rows, (note,) if clip is None else ()


def _is_disorder(when: np.ndarray, counted: bool) -> bool:
    """Whether moments that go back are of one part: all of them, numbers without a gap, or a few that come a little late."""
    steps = np.diff(when)
    if (steps < 0).all():  # from the last to the first
        return True
    if len(np.unique(when)) == len(when) and (steps < 0).mean() > _SHUFFLED:
        return True
    if counted and len(np.unique(when)) == len(when) == np.ptp(when) + 1:
        return True
    step = float(np.median(steps[steps > 0])) if (steps > 0).any() else 0.0
    back = steps[steps < 0]
    return len(back) < len(steps) / 4 and float(-back.min()) <= _LATE * step and len(when) > 2 * _LATE


def doubled(values: np.ndarray, when: np.ndarray | None, counted: bool) -> np.ndarray | None:
    """(rows,) bool: all but the rows that say the same as one of their frame shortly before; None where no row does.

    Args:
        values: (rows, ...) their numbers. when: (rows,) frame numbers or times. counted: they are frame numbers; else all
            rows of one time must say the same, and be few, as rough clocks write one time several times.
    """
    if when is None or not np.isfinite(when).all():
        return None
    order = np.argsort(when, kind="stable")
    flat = values.reshape(len(values), -1)[order]
    again = np.diff(when[order]) == 0
    same = again & ((flat[1:] == flat[:-1]) | ~(np.isfinite(flat[1:]) | np.isfinite(flat[:-1]))).all(1)
    rough = not counted and (again.mean() > _DOUBLED or (again & ~same).any())
    same &= np.diff(order) <= _LATE
    if rough or not same.any():
        return None
    kept = np.ones(len(values), bool)
    kept[order[1:][same]] = False
    return kept


def skipped(when: np.ndarray | None) -> tuple[str, ...]:
    """A note where frames are missing: frame numbers or times, (rows,), with steps of twice their usual one or more."""
    if when is None:
        return ()
    steps = np.diff(np.unique(when[np.isfinite(when)]))
    median_step = float(np.median(steps)) if len(steps) > 8 else 0.0
    gaps = steps[steps > 1.9 * median_step] if median_step > _LEAST_STEP else steps[:0]
    if not 0 < len(gaps) < len(steps) / 4:  # where gaps are usual, the clock is rough
        return ()
    lost = int(min((gaps / median_step - 1).round().sum(), 1e9))
    missing = f"About {counted(lost, 'frame is', 'frames are')} missing in {counted(len(gaps), 'place')}, by their numbers or times"
    return (f"{missing}: what comes after follows at once.",)


def sort_out(
    file: SkeletonFile, who: Sequence[str], when: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...], int] | None:
    """Rows of several people -> (frame of each row, person of each row, the people's names, how many frames).

    Args:
        who: of each row, an id. when: of each row, its time or frame; None: a frame ends where an id comes again.

    Returns:
        None where all rows are of one person, or where each has an id and a moment of its own (a row's number is nobody's id).

    Raises:
        SkeletonFileError: more people than the caps allow, or people one after the other and no `when`.
    """
    ids = np.asarray([name.strip()[:64] for name in who], dtype=object).astype(str)
    names, person = np.unique(ids, return_inverse=True)
    if len(names) < 2 or (len(names) == len(who) and (when is None or len(np.unique(when)) == len(who))):
        return None
    order = list(dict.fromkeys(person.reshape(-1).tolist()))  # of their first rows
    place = np.zeros(len(names), int)
    place[order] = np.arange(len(order))
    if when is not None and np.isfinite(when).all():
        _, frame = np.unique(when, return_inverse=True)
    else:
        changes = int((np.diff(person.reshape(-1)) != 0).sum())
        if when is None and changes == len(names) - 1 and len(person) > 2 * len(names):
            found = f"rows of {len(names)} people one after the other, which do not say when they are"
            raise file.error("a column of frame numbers or times", found)
        frame, count = np.zeros(len(person), int), 0
        shown: set[int] = set()
        for row, one in enumerate(person.tolist()):
            if one in shown:
                count, shown = count + 1, set()
            shown.add(one)
            frame[row] = count
    frames = int(frame.max()) + 1
    check_size(file, frames, len(names))
    return frame.reshape(-1), place[person.reshape(-1)], tuple(f"person {names[p]}" for p in order), frames


def spread(values: np.ndarray, frame: np.ndarray, person: np.ndarray, frames: int, people: int) -> np.ndarray:
    """(rows, ...) -> (frames, people, ...), NaN where a person has no row; of two rows for one the last counts."""
    out = np.full((frames, people, *values.shape[1:]), np.nan, values.dtype)
    out[frame, person] = values
    return out
