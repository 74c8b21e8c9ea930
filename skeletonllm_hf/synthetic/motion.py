"""Curves over time: minimum-jerk paths through key poses, and the small drift of a living body."""

from __future__ import annotations

import numpy as np


def tween(t: np.ndarray, times: np.ndarray, values: np.ndarray) -> np.ndarray:
    """A smooth path through key values.

    Args:
        t: (frames,) seconds at which to evaluate; before the first and after the last key the path rests there.
        times: (keys,) increasing seconds, at least two.
        values: (keys, channels).

    Returns:
        (frames, channels). Quintic between keys, acceleration 0 at each; a key that is an extreme of its
        channel is reached with velocity 0 (the minimum-jerk reach of Flash & Hogan 1985), one in passing
        is passed with the harmonic mean of the speeds beside it, so that no path overshoots its keys.
    """
    step = np.diff(times)
    slope = np.diff(values, axis=0) / step[:, None]
    speed = np.zeros_like(values)
    before, after = slope[:-1], slope[1:]
    product = before * after
    np.divide(2 * product, before + after, out=speed[1:-1], where=product > 0)
    i = np.clip(np.searchsorted(times, t, "right") - 1, 0, len(step) - 1)
    u = np.clip((t - times[i]) / step[i], 0.0, 1.0)[:, None]
    u3 = u * u * u
    reach = u3 * (10 - 15 * u + 6 * u * u)
    leave = u - u3 * (6 - 8 * u + 3 * u * u)
    arrive = u3 * (-4 + 7 * u - 3 * u * u)
    first = values[i]
    return first + reach * (values[i + 1] - first) + step[i, None] * (leave * speed[i] + arrive * speed[i + 1])


def smooth(x: np.ndarray) -> np.ndarray:
    """0 to 1 in a minimum-jerk ramp while x goes from 0 to 1."""
    u = np.clip(x, 0.0, 1.0)
    return u * u * u * (10 - 15 * u + 6 * u * u)


def drift(seconds: np.ndarray, rng: np.random.Generator, channels: int, rate: float) -> np.ndarray:
    """(frames, channels) value noise within [-1, 1]: random values `rate` times a second, eased between."""
    place = seconds * rate + rng.random()
    left = place.astype(int)
    values = rng.uniform(-1, 1, (int(left[-1]) + 2, channels)).astype(np.float32)
    u = (place - left).astype(np.float32)[:, None]
    u = u * u * (3 - 2 * u)
    first = values[left]
    return first + u * (values[left + 1] - first)
