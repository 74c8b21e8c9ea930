"""Several processes that share the work of training: they learn what one would have learned."""

import pytest
from training_material import command, finish, losses, small_dataset, small_model, train, weights

WORDS = ["--stages", "reasoning", "--steps", 3, "--save-every", 2, "--log-every", 1, "--learning-rate", 1e-2]
FSDP = {
    "ACCELERATE_USE_FSDP": "true", "FSDP_VERSION": "2", "FSDP_AUTO_WRAP_POLICY": "TRANSFORMER_BASED_WRAP", "FSDP_TRANSFORMER_CLS_TO_WRAP": "Qwen2DecoderLayer",
    "FSDP_STATE_DICT_TYPE": "FULL_STATE_DICT", "FSDP_CPU_RAM_EFFICIENT_LOADING": "false",
}  # fmt: skip


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    """What is asked for, and what one process makes of it."""
    folder = tmp_path_factory.mktemp("one")
    words = ["--model", small_model(folder / "model"), "--dataset", small_dataset(folder / "clips"), *WORDS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("datasets.config.HF_DATASETS_CACHE", folder / "cache")
        assert train(*words, "--out", folder / "run") == 0
    return words, folder


def compare(out, one) -> None:
    assert losses(out) == pytest.approx(losses(one / "run"), rel=1e-4)
    a, b = weights(one / "run" / "final"), weights(out / "final")
    assert set(a) == set(b)
    # Adam makes whole steps out of gradients that are nothing but rounding: a share of the way gone, not bits
    assert max((a[name] - b[name]).abs().max() for name in a) < 2e-3


def test_two_processes(tmp_path, one):
    """With two micro-batches each, too."""
    words, folder = one
    finish(command(*words, "--micro-batch", 1, "--out", tmp_path / "two", processes=2, HF_DATASETS_CACHE=str(tmp_path)))
    compare(tmp_path / "two", folder)


def test_fsdp(tmp_path, one):
    """Weights divided among two processes, but for the renderer."""
    words, folder = one
    program = "tests/fsdp_on_cpu.py"
    finish(
        command(
            *words, "--out", tmp_path / "two", processes=2, program=program, HF_DATASETS_CACHE=str(tmp_path), **FSDP
        )
    )
    compare(tmp_path / "two", folder)
