"""What an answer comes from."""

import dataclasses
import json
from threading import Event

import numpy as np
import pytest
import torch

from skeletonllm_hf import generate, load_default
from skeletonllm_hf.analysis import Cancelled, influence
from skeletonllm_hf.analysis.body_parts import PARTS, joints_of
from skeletonllm_hf.analysis.influence import answer_scores
from skeletonllm_hf.analysis.influence_picture import RAMP, draw_influence, joint_colors, ramp
from skeletonllm_hf.analysis.resting import at_rest
from skeletonllm_hf.model.prompts import RECOGNIZE
from skeletonllm_hf.synthetic import EXACT
from skeletonllm_hf.transforms import crop

EVERY = [(0, part) for part in PARTS]


@pytest.fixture
def small(tiny):
    """The tiny model, shown four frames only."""
    tiny[1].num_frames = 4
    return tiny


@pytest.fixture
def clip():
    return generate("high wave", seed=1, options=dataclasses.replace(EXACT, side="right"))


@pytest.fixture(scope="module")
def bundled():
    return load_default()


def test_scores_are_those_of_recognition(small, clip):
    model, processor = small
    labels = ["wave", "walk", "bow"]
    processor.list_candidates, processor.views = False, 1  # one view is explained
    found = model.recognize(processor, clip, labels, 3, calibrate="none")
    arrays = processor.tensors([clip])
    for label, share, value in zip(found.labels, found.scores, found.log_likelihoods, strict=True):
        others = [other for other in labels if other != label]
        with torch.no_grad():
            alone = answer_scores(model, processor, RECOGNIZE, [label], arrays)
            among = answer_scores(model, processor, RECOGNIZE, [label, *others], arrays)
        assert float(alone) == pytest.approx(value, abs=1e-5)
        assert float(among.exp()) == pytest.approx(share, abs=1e-5)


def test_parts_are_measured_on_the_clips_that_it_says(small, clip):
    model, processor = small
    found = influence(model, processor, clip, "wave", "What is it?", method="both")
    score = lambda shown: float(answer_scores(model, processor, "What is it?", ["wave"], processor.tensors([shown])))  # noqa: E731
    with torch.no_grad():
        assert found.log_likelihood == pytest.approx(score(clip), abs=1e-4)
        assert found.at_rest == pytest.approx(score(at_rest(clip, EVERY)), abs=1e-4)
        assert found.without["right arm"] == pytest.approx(score(at_rest(clip, [(0, "right arm")])), abs=1e-4)
        alone = at_rest(clip, [pair for pair in EVERY if pair != (0, "right arm")])
        assert found.alone["right arm"] == pytest.approx(score(alone), abs=1e-4)
    effect = (found.log_likelihood - found.without["right arm"] + found.alone["right arm"] - found.at_rest) / 2
    assert found.effects["right arm"] == pytest.approx(effect)
    brought, lost = (influence(model, processor, clip, "wave", "What is it?", method=m) for m in ("alone", "without"))
    assert brought.without == lost.alone == {}
    assert brought.effects["right arm"] == pytest.approx(found.alone["right arm"] - found.at_rest, abs=1e-4)
    assert lost.effects["right arm"] == pytest.approx(found.log_likelihood - found.without["right arm"], abs=1e-4)


def test_shares_are_consistent(small, clip):
    model, processor = small
    found = influence(model, processor, clip, "wave")
    assert set(found.limbs) == set(PARTS) and list(found.limbs.values()) == sorted(found.limbs.values(), reverse=True)
    assert found.joints.shape == (processor.num_frames, 1, clip.layout.num_joints) and found.joints.dtype == np.float32
    assert found.joints.min() >= 0
    total = sum(found.limbs.values())
    assert total in (pytest.approx(1.0), 0.0) and found.joints.sum() == pytest.approx(total, abs=1e-5)
    for part, own in joints_of(clip.layout).items():
        assert found.joints[:, 0, list(own)].sum() == pytest.approx(found.limbs[part], abs=1e-5)
    assert found.frames == pytest.approx(found.joints.sum((1, 2))) and len(found.times) == processor.num_frames
    assert 0 <= found.times[0] < found.times[-1] <= clip.seconds
    json.dumps(found.to_dict(), allow_nan=False)


def test_a_body_at_rest_has_no_influence(small, clip):
    model, processor = small
    found = influence(model, processor, at_rest(clip, EVERY), "wave")
    assert found.limb is None and found.joints.sum() == 0
    assert set(found.effects.values()) == {0.0}


def test_masked_joints_have_none_and_progress_is_told(small, clip):
    model, processor = small
    mask = clip.mask.copy()
    wrist = clip.layout.index("right_wrist")
    mask[:, 0, wrist] = False
    seen = []
    found = influence(model, processor, clip.replace(mask=mask), "wave", progress=lambda *n: seen.append(n))
    assert found.joints[:, 0, wrist].sum() == 0
    assert seen[-1][0] == seen[-1][1] and [done for done, _ in seen] == sorted(done for done, _ in seen)
    stop = Event()
    with pytest.raises(Cancelled):
        influence(model, processor, clip, "wave", progress=lambda *_: stop.set(), stop=stop)
    assert all(weights.grad is None for weights in model.parameters())


def test_people_are_told_apart(small):
    model, processor = small
    clip = generate("punching", seed=1, options=EXACT)
    found = influence(model, processor, clip, "punch")
    assert set(found.limbs) == {f"person {number}: {part}" for number in (1, 2) for part in PARTS}
    alone = clip.mask.copy()
    alone[:, 1] = False
    one = influence(model, processor, clip.replace(mask=alone), "punch")
    assert set(one.limbs) == set(PARTS) and one.joints[:, 1].sum() == 0


def test_wrong_calls_are_refused(small, clip):
    model, processor = small
    for answer in ("", "  ", None):
        with pytest.raises(ValueError, match="answer: expected some words"):
            influence(model, processor, clip, answer)
    with pytest.raises(ValueError, match="method: expected one of"):
        influence(model, processor, clip, "wave", method="shapley")
    with pytest.raises(ValueError, match="seen in some frame"):
        influence(model, processor, clip.replace(mask=np.zeros_like(clip.mask)), "wave")


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_limb_that_acts_ranks_first_in_the_bundled_model(bundled, side):
    clip = generate(f"wave {side} hand", seed=11, options=EXACT)
    found = influence(*bundled, clip, f"wave {side} hand")
    assert found.limb == f"{side} arm" and found.limbs[found.limb] > 0.5
    # the same hand in a flat picture of it, in pixels that count downwards
    flat = clip.to_layout("coco_17")
    flat = flat.replace(joints=flat.joints[..., :2] * [400, -400], units="pixels", up="-y", view="z")
    assert influence(*bundled, flat, f"wave {side} hand").limb == f"{side} arm"


def test_it_tells_when_in_the_bundled_model(bundled):
    clip = generate("forward kick", seed=2, options=EXACT)
    idle = crop(clip, 0.0, 1 / clip.fps)
    joints, mask = (
        np.concatenate([np.repeat(getattr(idle, n), 2 * clip.num_frames, 0), getattr(clip, n)])
        for n in ("joints", "mask")
    )
    found = influence(*bundled, clip.replace(joints=joints, mask=mask), "forward kick")
    kicks = found.times >= 2 * clip.seconds  # the rest before is no answer's reason, and mostly not shown
    assert kicks[found.frames.argmax()] and found.frames[kicks].sum() > 0.5 and found.times.max() < 3 * clip.seconds


def test_the_picture_shows_it(small, clip):
    model, processor = small
    found = influence(model, processor, clip, "wave")
    picture = np.asarray(draw_influence(clip, found, size=90))
    assert picture.shape[0] > 2 * 90 and picture.shape[1] > 4 * 90
    none = dataclasses.replace(found, joints=np.zeros_like(found.joints))
    assert (picture != np.asarray(draw_influence(clip, none, size=90))).any()
    colors = joint_colors(found)
    brightest = np.unravel_index(found.joints.argmax(), found.joints.shape)
    np.testing.assert_allclose(colors[brightest], RAMP[-1], atol=1)
    assert (joint_colors(none) == RAMP[0]).all()
    with pytest.raises(ValueError, match="found: expected an influence over"):
        draw_influence(clip.to_layout("coco_17"), found)


def test_the_ramp_gets_lighter_all_the_way():
    light = ramp(np.linspace(-0.1, 1.1, 50)) @ [0.299, 0.587, 0.114]
    assert (np.diff(light) >= -1e-9).all() and light[0] < 90 and light[-1] > 220
