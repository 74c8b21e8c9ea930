"""MoveNet's output as TensorFlow gives it, stacked: y, x and a score of COCO's joints, as shares of the picture.

One person: (frames, 1, 1, 17, 3). Several: (frames, 6, 56) or (frames, 1, 6, 56), behind the joints a box and its score, which is 0 where nobody is.
"""

from __future__ import annotations

import numpy as np

from ..reader import RawClip

_ALONE, _SEVERAL = (1, 1, 17, 3), (6, 56)
_LEAST_SCORE = 0.1  # of a person; the others are noise
_NOTE = "Taken for MoveNet's output: y, x and a score of each joint."


def movenet_clip(array: np.ndarray) -> RawClip | None:
    """The clip of such an array; None for others."""
    if array.ndim == 5 and array.shape[1:] == _ALONE:
        rows = array.reshape(-1, 1, *_ALONE[2:])
    elif array.ndim > 2 and array.shape[-2:] == _SEVERAL and array.size == len(array) * 6 * 56:
        people = array.reshape(-1, *_SEVERAL)
        rows = np.where(people[..., 55:, None] >= _LEAST_SCORE, people[..., :51].reshape(-1, 6, 17, 3), 0)
    else:
        return None
    return RawClip(
        rows[..., [1, 0]],
        "coco_17",
        confidence=rows[..., 2].clip(0, 1),
        zero_is_missing=True,
        notes=(_NOTE,),
        relink=rows.shape[1] > 1,
    )
