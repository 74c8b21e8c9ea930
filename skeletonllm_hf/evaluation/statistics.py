"""Confidence intervals of proportions, and calibration error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

Z = 1.96  # standard deviations that hold 95 %


def interval(right: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % confidence interval of a proportion, within [0, 1]. ValueError: counts that are none of a share."""
    if not 0 <= right <= count or count < 1:
        raise ValueError(f"interval: expected 0 <= right <= count and a count from 1, got {right} of {count}")
    share = right / count
    centre = (share + Z * Z / (2 * count)) / (1 + Z * Z / count)
    half = Z / (1 + Z * Z / count) * math.sqrt(share * (1 - share) / count + Z * Z / (4 * count * count))
    return max(0.0, centre - half), min(1.0, centre + half)


def share(right: int, count: int) -> dict[str, Any]:
    """A proportion with its interval, in percent, as reports hold it."""
    low, high = interval(right, count)
    return {"right": right, "count": count, "percent": 100 * right / count, "interval": [100 * low, 100 * high]}


def calibration_error(tops: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error in points (Guo et al. 2017): how far the answers' probabilities are from how often they are right.

    Args:
        tops: the probability of each answer, in [0, 1].
        right: whether it is right.
        bins: of equal width.
    """
    error = 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        some = [i for i, top in enumerate(tops) if low < top <= high or (number == 0 and top <= 0)]
        if some:
            error += abs(sum(tops[i] for i in some) - sum(right[i] for i in some)) / len(tops)
    return 100 * error
