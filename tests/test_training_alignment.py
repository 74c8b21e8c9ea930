"""The alignment stage: new words and actions for a model whose other parts rest."""

import pytest
import torch

from skeletonllm_hf.synthetic import ACTIONS
from skeletonllm_hf.training import alignment_stage
from skeletonllm_hf.training.alignment_stage import AlignmentStage, align
from skeletonllm_hf.training.clips import LabelledClip
from skeletonllm_hf.training.language import add_alignment
from skeletonllm_hf.training.nano import build_nano, build_tokenizer
from skeletonllm_hf.training.nano_data import training_clips, training_examples
from skeletonllm_hf.training.recipe import read_recipe
from skeletonllm_hf.training.synthetic_clips import SyntheticClips

RECIPE = read_recipe(
    alignment_size=32, alignment_clips=24, alignment_batch=8, alignment_steps=12, alignment_rate=4e-3, average=0.8,
    lexicon_weight=0.0, synthetic_share=1.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def parts():
    torch.manual_seed(0)
    model, processor = build_nano(build_tokenizer(["a person waves", *"abcdefghijklmnopqrstuvwxyz"]))
    add_alignment(model, RECIPE.alignment_size)
    clips = SyntheticClips(40, seed=3, grammar=0.5, faces_viewer=True)
    return model, processor.view, training_examples(RECIPE, clips, [], processor, RECIPE.alignment_clips)


@pytest.fixture(scope="module")
def stage(parts):
    return AlignmentStage(*parts, RECIPE)


def test_batches_repeat_and_pair_clips_with_their_wordings(parts, stage):
    assert len(stage) == len(stage.tokens) == 24
    one, again, other = stage.make(3), stage.make(3), stage.make(4)
    assert one["vectors"].shape == (8, 384) and one["same"].shape == (8, 8) and one["same"].diagonal().all()
    assert (
        len(one["features"]) == one["kept"].sum() and len(one["kept"]) == 8 * parts[0].config.renderer_config.num_frames
    )
    assert torch.equal(one["vectors"], again["vectors"]) and torch.equal(one["features"], again["features"])
    assert not torch.equal(one["vectors"], other["vectors"])
    assert len(one["wrong"]) == len(one["rows"])


def test_the_alignment_learns_and_everything_else_rests(parts, stage):
    model = parts[0]
    before = {name: values.clone() for name, values in model.state_dict().items()}
    align(*parts, RECIPE)
    changed = {name for name, values in model.state_dict().items() if not torch.equal(values, before[name])}
    assert changed and all(name.startswith("alignment.") for name in changed)
    with torch.no_grad():
        after = stage.loss(0, stage.make(0))
        model.load_state_dict(before)
        assert after < stage.loss(0, stage.make(0)) - 0.1


def test_sentences_are_encoded_once(stage, monkeypatch):
    stage.make(0)
    known = len(stage.known)
    monkeypatch.setattr(stage.encoder, "encode", lambda texts: pytest.fail(f"again: {texts}"))
    stage.make(0)
    monkeypatch.setattr(alignment_stage, "REMEMBERED", known - 1)
    with pytest.raises(pytest.fail.Exception):
        stage.make(0)


def test_actions_held_out_are_shown_by_no_clip():
    recipe = read_recipe(synthetic_pool=400, grammar_share=0.5)
    kept = ("juggle", "knock")
    filmed = [LabelledClip("any", SyntheticClips(1, seed=1)[0], "walk", "train")]
    clips, _ = training_clips(filmed, recipe, kept)
    assert (
        {"juggle", "knock"} <= set(ACTIONS)
        and not {"juggle", "knock"} & set(clips.names)
        and not set(kept) & set(clips.labels)
    )
    for number in range(400):
        sequence, texts = clips.clip(number)
        truth = texts.truth
        assert sequence.label not in kept and not (truth and set(truth.kinds) & set(kept))
