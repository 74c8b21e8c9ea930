"""What is done when in a long clip: stretches of one action each, by windows that slide over the clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ..cache import cached, key
from ..describe import Measures, is_still
from ..model.placement import moving_part
from ..model.skeleton import SkeletonSequence
from ..transforms import crop
from .digest import Recent, clip_key, model_digest
from .labels import own_labels
from .looks import Looks
from .recognizer import LONG
from .scorers.embedding import text_vectors
from .segments import join, windows, without_short

# A clip whose movement takes more than `LONG` seconds is cut into stretches: windows of `WINDOW` seconds, one every `STRIDE`, get shares of the
# bundled model's labels, a softmax of cosines by `SHARPNESS`, and a change of label costs `SWITCH` nats. Chosen among a handful on generated
# clips of training seeds, with a script that is not kept; `benchmarks/long_captions.py` prints what these values give.
WINDOW, STRIDE, SHARPNESS, SWITCH = 2.0, 0.5, 0.03, 2.0
# A clip whose cosine with one of the labels is that large shows one action, however long it takes. Chosen on such clips and filmed ones of
# training people; the benchmark prints how many of both are above it.
ONE_ACTION = 0.48
SHORTEST = 1.5  # seconds of a stretch
MOST_WINDOWS = 120  # of a clip: those of a longer one lie farther apart
WINDOWS_OF_STRETCH = 5  # at the least, on average: of a longer clip the stretches are longer
KEPT = 8  # clips
QUIET = 0.06  # metres on the canonical body: within a long clip, who leaves the place by less than that waits
AT_ONCE = 16  # windows of a batch


@dataclass(frozen=True)
class Stretch:
    """A stretch of a clip in which one thing is done.

    Args:
        clip: the stretch alone.
        start, end: seconds.
    """

    clip: SkeletonSequence
    start: float
    end: float


_recent: Recent[tuple[Stretch, ...]] = Recent(KEPT)


def find_stretches(model: Any, processor: Any, clip: SkeletonSequence, most: int = MOST_WINDOWS) -> tuple[Stretch, ...]:
    """The stretches of a long clip in which something is done; none of a clip that is not long, or has one such stretch alone.

    Those of the last `KEPT` clips are kept, for further questions about them.

    Args:
        model: a `SkeletonLLMForConditionalGeneration` with an alignment.
        processor: its `SkeletonLLMProcessor`.
        clip: a loaded clip.
        most: windows that are looked at.
    """
    if clip.seconds <= LONG or not clip.mask.any():
        return ()
    name = model_digest(model, processor), clip_key(clip), most
    return _recent.get(name, lambda: _stretches(model, processor, clip, most))


def _stretches(model: Any, processor: Any, clip: SkeletonSequence, most: int) -> tuple[Stretch, ...]:
    first, last = moving_part(clip)
    begin, end = first / clip.fps, last / clip.fps
    if end - begin <= LONG or float(label_cosines(model, processor, [clip]).max()) >= ONE_ACTION:
        return ()
    moving, names = crop(clip, begin, end), own_labels(None)
    stride = max(STRIDE, (moving.seconds - WINDOW) / most)
    spans = windows(moving.seconds, max(WINDOW, stride), stride)
    shares = np.full((len(spans), len(names)), np.nan)
    pieces = {row: crop(moving, *span) for row, span in enumerate(spans)}
    pieces = {row: piece for row, piece in pieces.items() if piece.mask.any()}
    cosines = label_cosines(model, processor, list(pieces.values()))
    shares[list(pieces)] = (cosines / SHARPNESS).softmax(1).numpy()
    shortest = max(SHORTEST, moving.seconds * WINDOWS_OF_STRETCH / most)
    joined = without_short(join(spans, shares, names, stride, SWITCH), shortest)
    found = [Stretch(crop(moving, one.start, one.end), begin + one.start, begin + one.end) for one in joined]
    found = [one for one in found if one.clip.mask.any() and not _waits(one.clip)]
    return tuple(found) if len(found) > 1 else ()


def label_cosines(model: Any, processor: Any, clips: Sequence[SkeletonSequence]) -> torch.Tensor:
    """(clips, labels): cosines of clips, each looked at once, and the bundled model's labels."""
    labels = own_labels(None)
    name = f"windows-{key(model_digest(model, processor), labels)}"
    vectors = cached(name, (len(labels), model.config.alignment_size), lambda: text_vectors(model, labels))
    looks = Looks(model, processor, 1)
    parts = [clips[start : start + AT_ONCE] for start in range(0, len(clips), AT_ONCE)]
    return torch.cat([looks.motion(some) @ vectors.T for some in parts])


def _waits(clip: SkeletonSequence) -> bool:
    return all(is_still(tracks, QUIET) for tracks in Measures(clip).tracks)
