"""The joint encoder's training: clips are kept as joints, and varied anew at every step."""

import pytest
import torch

from skeletonllm_hf import load_default
from skeletonllm_hf.joints import JointEncoder
from skeletonllm_hf.joints.encoder import FRAMES
from skeletonllm_hf.training.joint_stage import JointStage, learn_joints
from skeletonllm_hf.training.nano_data import training_examples
from skeletonllm_hf.training.recipe import read_recipe
from skeletonllm_hf.training.synthetic_clips import SyntheticClips
from skeletonllm_hf.training.train_joints import RECIPE as SHIPPED

RECIPE = read_recipe(
    SHIPPED, alignment_clips=24, alignment_batch=8, alignment_steps=40, alignment_rate=3e-3, average=0.8, lexicon_weight=0.0,
    synthetic_share=1.0, keep_every=20,
)  # fmt: skip


@pytest.fixture(scope="module")
def parts():
    torch.manual_seed(0)
    processor = load_default()[1]
    clips = SyntheticClips(40, seed=3, grammar=0.5, faces_viewer=True)
    examples = training_examples(RECIPE, clips, [], processor, RECIPE.alignment_clips)
    return JointEncoder(), examples


@pytest.fixture(scope="module")
def stage(parts):
    return JointStage(*parts, RECIPE)


def test_batches_repeat_and_pair_clips_with_their_wordings(stage):
    one, again, other = stage.make(3), stage.make(3), stage.make(4)
    assert one["clips"]["joints"].shape == (8, FRAMES, 2, 15, 6) and one["vectors"].shape == (8, 384)
    assert one["same"].shape == (8, 8) and one["same"].diagonal().all() and len(one["wrong"]) == len(one["rows"])
    kept = one["clips"]["kept"].sum(1)
    assert (kept == kept[0]).all() and 14 <= kept[0] <= FRAMES
    for name in ("joints", "known", "kept"):
        assert torch.equal(one["clips"][name], again["clips"][name])
    assert torch.equal(one["vectors"], again["vectors"]) and not torch.equal(one["vectors"], other["vectors"])


def test_it_learns_and_goes_on_where_it_was_killed(parts, stage, tmp_path):
    encoder, examples = parts
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    with torch.no_grad():
        at_first = sum(float(stage.loss(0, stage.make(step))) for step in range(4))
    learn_joints(encoder, examples, RECIPE)
    with torch.no_grad():
        assert sum(float(stage.loss(0, stage.make(step))) for step in range(4)) < at_first - 0.3
    whole = {name: value.clone() for name, value in encoder.state_dict().items()}

    class Killed(Exception):
        pass

    encoder.load_state_dict(before)
    make = JointStage.make

    def make_or_be_killed(self, step):
        if step == 27:
            raise Killed
        return make(self, step)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(JointStage, "make", make_or_be_killed)
        learn_joints(encoder, examples, RECIPE, folder=tmp_path)
    assert (tmp_path / "state.safetensors").is_file()
    encoder.load_state_dict(before)
    learn_joints(encoder, examples, RECIPE, folder=tmp_path)
    assert all(torch.allclose(value, whole[name], atol=1e-6) for name, value in encoder.state_dict().items())
