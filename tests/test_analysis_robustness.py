"""Disturbed clips, and what the model sees and says of them."""

import numpy as np
import pytest

from skeletonllm_hf import generate
from skeletonllm_hf.analysis import Disturbance, robustness
from skeletonllm_hf.synthetic import EXACT


@pytest.fixture
def clip():
    return generate("high wave", seed=1, options=EXACT)


def test_each_disturbance_does_what_it_says(clip):
    assert Disturbance().apply(clip).joints.tobytes() == clip.joints.tobytes()
    lost = Disturbance(dropout=0.4, seed=3).apply(clip)
    gone = ~lost.mask.any(0)[0]
    assert 3 <= gone.sum() <= 17
    shaken = Disturbance(noise=0.05).apply(clip)
    assert np.std(shaken.joints - clip.joints) == pytest.approx(0.05, rel=0.03)
    other = Disturbance(layout="coco_17").apply(clip)
    assert other.layout.name == "coco_17" and other.mask.any()


def test_the_same_seed_gives_the_same_and_noise_does_not_change_what_is_lost(clip):
    both = Disturbance(dropout=0.3, noise=0.02, seed=5)
    assert both.apply(clip).joints.tobytes() == both.apply(clip).joints.tobytes()
    np.testing.assert_array_equal(both.apply(clip).mask, Disturbance(dropout=0.3, seed=5).apply(clip).mask)
    assert not np.array_equal(both.apply(clip).mask, Disturbance(dropout=0.3, seed=6).apply(clip).mask)


def test_trials_show_what_the_model_sees_and_says(tiny, clip):
    model, processor = tiny
    plain, worse = robustness(
        model, processor, clip, [Disturbance(), Disturbance("coco_17", 0.2, 0.05)], labels=["wave", "walk"]
    )
    assert plain.recognition == model.recognize(processor, clip, ["wave", "walk"])
    assert plain.answer is None and worse.recognition.labels != () and worse.clip.layout.name == "coco_17"
    assert (
        plain.frames.shape
        == worse.frames.shape
        == (processor.num_frames, 3, processor.image_size, processor.image_size)
    )
    assert np.abs(plain.frames - worse.frames).max() > 0.1
    (answered,) = robustness(model, processor, clip, [Disturbance(noise=0.01)], question="Which hand?")
    assert answered.answer == model.ask(processor, answered.clip, "Which hand?") and answered.recognition is None
    (untouched,) = robustness(model, processor, clip, [Disturbance()])
    assert untouched.answer == model.caption(processor, clip)


def test_wrong_numbers_are_refused(tiny, clip):
    model, processor = tiny
    for bad, message in (
        (Disturbance(dropout=1.5), "share"),
        (Disturbance(noise=-1), "metres"),
        (Disturbance("nonsense"), "nonsense"),
    ):
        with pytest.raises(ValueError, match=message):
            bad.apply(clip)
    with pytest.raises(ValueError, match="expected one of them, got both"):
        robustness(model, processor, clip, [], labels=["a"], question="b")
