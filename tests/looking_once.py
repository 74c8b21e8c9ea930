"""Questions about the same clip share what is seen in it: the functions that look at clips run once for each."""

from __future__ import annotations

import pytest

from skeletonllm_hf.answering import looks, order, scene
from skeletonllm_hf.model import answers


def once(function):
    """The function, which remembers what it gave for the same clips. For models whose weights stay as they are."""
    known = {}

    def remembering(model, processor, clips, *rest):
        each = clips if isinstance(clips, list) else [clips]
        clip = [(x.joints.tobytes(), x.mask.tobytes(), x.layout.name, x.fps, x.units, x.up, x.view) for x in each]
        key = (id(model), id(processor), *clip, *map(repr, rest))
        if key not in known:
            known[key] = (model, processor), function(model, processor, clips, *rest)  # no other gets their ids
        return known[key][1]

    return remembering


@pytest.fixture(scope="module", autouse=True)
def looking_once():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scene, "find_acts", once(scene.find_acts))
        patch.setattr(order, "written", once(order.written))
        for module in (looks, answers):
            patch.setattr(module, "clip_views", once(module.clip_views))
        yield
