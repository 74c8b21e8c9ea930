"""Sides and pauses that are measured to answer questions."""

import dataclasses

import numpy as np

from skeletonllm_hf.describe import Measures
from skeletonllm_hf.synthetic import EXACT, generate


def test_sides_are_measured_whatever_the_layout():
    for action, limb in (("high wave", "hand"), ("forward kick", "foot")):
        for layout in ("kinect_v2", "coco_17"):
            for seed in range(4):
                clip = generate(action, seed=seed, layout=layout)
                (side,) = {word for word in ("left", "right") if f" {word} " in clip.captions[0]}
                assert Measures(clip).side(limb) == side


def test_a_pause_is_a_rest_between_movements():
    clip = generate("high wave", seed=3, options=EXACT)
    rest = dataclasses.replace(clip, joints=np.repeat(clip.joints[-1:], 60, 0), mask=np.repeat(clip.mask[-1:], 60, 0))
    parts = {name: np.concatenate([getattr(one, name) for one in (clip, rest, clip)]) for name in ("joints", "mask")}
    assert not Measures(clip).pauses and Measures(clip.replace(**parts)).pauses
