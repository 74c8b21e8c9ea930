"""Temporal segmentation of long clips: sliding windows are labelled, and their labels joined into segments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from threading import Event
from typing import Any

import numpy as np

from ..cancelling import check
from ..describe.body_paths import runs
from ..model.skeleton import SkeletonSequence
from ..transforms import crop
from .recognizer import Recognizer

LABELS_AT_ONCE = 64  # labels times windows of one batch: bounds memory, whatever the clip's length
MAX_WINDOWS = 50_000  # a sanity limit: fourteen hours at the default stride
# what a change of label costs, in nats of the scores' logarithms; set by hand, benchmarks/segments.py tries others
SWITCH = 1.0


@dataclass(frozen=True)
class Segment:
    """A stretch of a clip with one label.

    Args:
        start, end: seconds.
        label: one of the candidates, or "none of these".
        score: its mean share among the candidates in the windows there, as `recognize` gives it: it ranks, and is not
            calibrated.
    """

    start: float
    end: float
    label: str
    score: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


def find_segments(
    model: Any,
    processor: Any,
    clip: Any,
    labels: Sequence[str],
    *,
    window: float = 3.0,
    stride: float = 1.0,
    none_of_these: bool = False,
    shortest: float = 0.0,
    calibrate: str | None = None,
    layout: Any = None,
    progress: Callable[[int, int], None] | None = None,
    stop: Event | None = None,
) -> tuple[Segment, ...]:
    """Labelled segments of a clip, in order; only stretches in which nobody is seen are left out.

    Every `stride` seconds a window of `window` seconds is labelled as a clip of its own, looked at once. A stretch of one stride gets the
    mean scores of the windows over it, those with their middle near counting more; then labels are chosen for all
    stretches together, a change of label having its price. Memory does not grow with the length of the clip.

    Args:
        model, processor, clip, layout: as in `recognize`.
        labels: candidate labels.
        window, stride: seconds; the stride is at most the window.
        none_of_these: adds that as a candidate, for what fits no label.
        shortest: seconds; a segment that is shorter goes with the longer one beside it.
        calibrate: as in `recognize`.
        progress: is called, after each batch, with how many windows of how many are done.
        stop: set it from another thread to end the work early.

    Raises:
        ValueError: labels as in `recognize`; a window or stride that is not positive or does not fit the clip.
        Cancelled: `stop` was set.
    """
    recognizer = Recognizer(
        model, processor, labels, none_of_these=none_of_these, calibrate=calibrate or "prior", views=1
    )
    clip = processor.load(clip, layout)
    spans, scores = score_windows(recognizer, clip, window, stride, progress, stop)
    return without_short(join(spans, scores, recognizer.labels, stride), shortest)


def without_short(segments: Sequence[Segment], shortest: float) -> tuple[Segment, ...]:
    """Segments of `shortest` seconds or more: shorter ones, the shortest first, go with the longer one that touches them.

    A joined segment has the longer one's label, and the mean of both scores by time. One that touches none stays.
    """
    left = list(segments)
    length: Callable[..., Any] = lambda at: left[at].end - left[at].start  # noqa: E731
    while True:
        short = sorted((at for at in range(len(left)) if length(at) < shortest - 1e-9), key=length)
        for at in short:
            beside = [
                other
                for other in (at - 1, at + 1)
                if 0 <= other < len(left) and (left[other].end == left[at].start or left[other].start == left[at].end)
            ]
            if beside:
                break
        else:
            return tuple(left)
        other = max(beside, key=length)
        left[other] = _joined(left[other], left[at])
        del left[at]
        for first in range(len(left) - 1, 0, -1):  # what now meets its like
            one, two = left[first - 1], left[first]
            if one.label == two.label and one.end == two.start:
                left[first - 1 : first + 1] = [_joined(one, two)]


def _joined(one: Segment, other: Segment) -> Segment:
    seconds = [one.end - one.start, other.end - other.start]
    score = float(np.average([one.score, other.score], weights=seconds))
    return Segment(min(one.start, other.start), max(one.end, other.end), one.label, score)


def score_windows(
    recognizer: Recognizer,
    clip: SkeletonSequence,
    window: float,
    stride: float,
    progress: Callable[[int, int], None] | None = None,
    stop: Event | None = None,
) -> tuple[list[tuple[float, float]], np.ndarray]:
    """(start, end) of each window in seconds, and scores (windows, labels): the arguments of `join`.

    Args and Raises: as in `find_segments`.
    """
    spans = windows(clip.seconds, window, stride)
    scores = np.full((len(spans), len(recognizer.labels)), np.nan)
    batch = max(1, LABELS_AT_ONCE // len(recognizer.labels))
    for first in range(0, len(spans), batch):
        check(stop)
        cut = {row: crop(clip, *spans[row]) for row in range(first, min(first + batch, len(spans)))}
        cut = {row: part for row, part in cut.items() if part.mask.any()}
        if cut:
            scores[list(cut)] = recognizer.scores(list(cut.values())).softmax(1).numpy()
        if progress:
            progress(min(first + batch, len(spans)), len(spans))
    return spans, scores


def windows(seconds: float, window: float, stride: float) -> list[tuple[float, float]]:
    """(start, end) of the windows over a clip, seconds: one every `stride`; the last one ends with the clip.

    Raises:
        ValueError: a window or stride that is not positive, a stride above the window, or far too many windows.
    """
    if not (np.isfinite([window, stride]).all() and 0 < stride <= window):
        raise ValueError(f"window, stride: expected seconds with 0 < stride <= window, got {window!r} and {stride!r}")
    if seconds <= window:
        return [(0.0, seconds)]
    count = int(np.ceil((seconds - window) / stride - 1e-6)) + 1
    if count > MAX_WINDOWS:
        raise ValueError(f"stride: expected at most {MAX_WINDOWS:,} windows, got {count:,} in {seconds:.0f} s")
    starts = [min(number * stride, seconds - window) for number in range(count)]
    return [(start, start + window) for start in starts]


def join(
    spans: Sequence[tuple[float, float]],
    scores: np.ndarray,
    labels: Sequence[str],
    stride: float,
    switch: float = SWITCH,
) -> tuple[Segment, ...]:
    """Segments from the scores of windows.

    Args:
        spans: (start, end) of each window, seconds.
        scores: (windows, labels) shares that sum to 1; rows of NaN where nobody is seen.
        labels: what the columns mean.
        stride: seconds of the stretches that get one label each.
        switch: what a change of label costs, in nats.
    """
    seconds = spans[-1][1]
    edges = np.append(np.arange(0.0, seconds - 1e-6, stride), seconds)
    if len(edges) > 2 and edges[-1] - edges[-2] < stride / 2:  # what is left over goes with the stretch before
        edges = np.delete(edges, -2)
    middles = (edges[:-1] + edges[1:]) / 2
    known = np.flatnonzero(~np.isnan(scores).any(1))
    starts, ends = np.array(spans).T
    segments: list[Segment] = []
    shares = np.full((len(middles), len(labels)), np.nan)
    for cell, middle in enumerate(middles):
        over = known[(starts[known] <= middle) & (middle <= ends[known])]
        if len(over):
            reach = (ends[over] - starts[over]) / 2
            weights = 1.0 - np.abs(middle - (starts[over] + ends[over]) / 2) / reach + 1e-3
            shares[cell] = weights @ scores[over] / weights.sum()
    seen = ~np.isnan(shares).any(1)
    for first, last in runs(seen):
        path = _path(np.log(np.maximum(shares[first:last], 1e-12)), switch)
        changes = [0, *(np.flatnonzero(np.diff(path)) + 1), len(path)]
        for a, b in zip(changes, changes[1:]):
            score = float(shares[first + a : first + b, path[a]].mean())
            segments.append(Segment(float(edges[first + a]), float(edges[first + b]), labels[path[a]], score))
    return tuple(segments)


def _path(gains: np.ndarray, switch: float) -> np.ndarray:
    """(steps,) labels with the largest sum of gains (steps, labels) less `switch` for every change (Viterbi)."""
    best, came = gains[0].copy(), np.zeros(gains.shape, int)
    for step in range(1, len(gains)):
        top = int(best.argmax())
        change = best[top] - switch > best
        came[step] = np.where(change, top, np.arange(len(best)))
        best = np.where(change, best[top] - switch, best) + gains[step]
    path = np.empty(len(gains), int)
    path[-1] = best.argmax()
    for step in range(len(gains) - 1, 0, -1):
        path[step - 1] = came[step, path[step]]
    return path
