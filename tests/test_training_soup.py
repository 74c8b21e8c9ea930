"""The mean of several checkpoints."""

import pytest
import torch
from training_material import small_model

from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from skeletonllm_hf.training.soup import soup


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A model, and one whose weights are all larger by one."""
    folder = tmp_path_factory.mktemp("models")
    first = small_model(folder / "first")
    model = SkeletonLLMForConditionalGeneration.from_pretrained(first)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(1.0)
    second = small_model(folder / "second")
    model.save_pretrained(second)
    return first, second


def test_the_mean_of_two(folders, tmp_path):
    soup(folders, [0.75, 0.25], tmp_path / "mean")
    before, after = (
        SkeletonLLMForConditionalGeneration.from_pretrained(folder) for folder in (folders[0], tmp_path / "mean")
    )
    for (name, one), two in zip(before.named_parameters(), after.parameters(), strict=True):
        torch.testing.assert_close(two, one + 0.25, rtol=1e-5, atol=1e-5, msg=name)
    for one, two in zip(before.buffers(), after.buffers(), strict=True):
        torch.testing.assert_close(one, two)
    assert (tmp_path / "mean" / "processor_config.json").is_file()


@pytest.mark.parametrize("shares", [[1.0], [0.5, 0.6], [1.5, -0.5], [1.0, float("nan")]])
def test_shares_that_make_no_mean(folders, tmp_path, shares):
    with pytest.raises(ValueError, match="expected a share above 0 for each of 2 models, together 1"):
        soup(folders, shares, tmp_path)


def test_models_that_do_not_fit(folders, tmp_path):
    other = SkeletonLLMForConditionalGeneration.from_pretrained(folders[0])
    config = other.config.to_dict()
    config["mllm_config"]["text_config"]["intermediate_size"] = 32
    grown = small_model(tmp_path / "other")
    SkeletonLLMForConditionalGeneration(type(other.config).from_dict(config)).save_pretrained(grown)
    with pytest.raises(ValueError, match=r"other: expected the tensors of .*first, these differ: .*mlp"):
        soup([folders[0], grown], [0.5, 0.5], tmp_path / "mean")
