"""A dog of 18 joints that trots: a skeleton that no part of the package knows, as a user would bring it."""

from __future__ import annotations

import numpy as np

FPS = 30
DOG = {
    "name": "dog_18",
    "joints": [
        "nose", "head", "neck", "withers", "back", "tail_base", "tail_mid", "tail_tip",
        *(f"{side}_{joint}" for side in ("left", "right") for joint in ("elbow", "wrist", "front_paw")),
        *(f"{side}_{joint}" for side in ("left", "right") for joint in ("knee", "hind_paw")),
    ],
    "bones": [
        ["nose", "head"], ["head", "neck"], ["neck", "withers"], ["withers", "back"], ["back", "tail_base"],
        ["tail_base", "tail_mid"], ["tail_mid", "tail_tip"],
        *([a.format(side), b.format(side)] for side in ("left", "right") for a, b in (
            ("withers", "{}_elbow"), ("{}_elbow", "{}_wrist"), ("{}_wrist", "{}_front_paw"),
            ("tail_base", "{}_knee"), ("{}_knee", "{}_hind_paw"))),
    ],
}  # fmt: skip
_MIDDLE = [(0.62, 0.62), (0.5, 0.66), (0.4, 0.58), (0.28, 0.52), (0, 0.52), (-0.3, 0.5), (-0.42, 0.56), (-0.5, 0.66)]
_FORE, _HIND = [(0.28, 0.34), (0.28, 0.16), (0.31, 0.02)], [(-0.27, 0.28), (-0.3, 0.02)]


def trotting(seconds: float = 2.0) -> np.ndarray:
    """(frames, 18, 3) metres, X where it runs to, Y up, Z to its right; diagonal legs swing together."""
    time = np.arange(round(seconds * FPS)) / FPS
    flat = np.array(_MIDDLE + _FORE * 2 + _HIND * 2)
    across = np.array([0.0] * 8 + [-0.1] * 3 + [0.1] * 3 + [-0.1] * 2 + [0.1] * 2)
    joints = np.repeat(np.column_stack([flat, across])[None], len(time), 0)
    phase = 2 * np.pi * 1.5 * time
    for first, last, sign in ((8, 11, 1), (11, 14, -1), (14, 16, -1), (16, 18, 1)):
        reach = np.linspace(0.3, 1, last - first)
        joints[:, first:last, 0] += sign * 0.12 * np.sin(phase)[:, None] * reach
        joints[:, first:last, 1] += 0.06 * np.clip(sign * np.cos(phase), 0, None)[:, None] * reach
    joints[:, 6:8, 2] += 0.1 * np.sin(4 * phase)[:, None] * [0.5, 1]
    joints[..., 0] += 0.5 * time[:, None]
    return joints.astype(np.float32)
