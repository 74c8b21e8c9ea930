"""What many tests need: a tiny random model, and where the shared reference material lies."""

from __future__ import annotations

import copy
import gc
import os
import tempfile
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing in this suite may reach for the network
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
# as the demo's page sets it, so that the environment stays what it was
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "True")

pytest.register_assert_rewrite("demo_browser")  # its fixture tells what the page's console said

_CACHE = tempfile.TemporaryDirectory(prefix="skeletonllm-tests-")
os.environ["SKELETONLLM_CACHE"] = _CACHE.name  # nobody's own


# Modules that train, start browsers, servers or other processes, or try a thousand cases.
_SLOW = (
    "analysis_comparison analysis_influence analysis_robustness answering answering_captions answering_narration answering_segments batch "
    "batch_memory benchmark_gpu cli cli_analysis cli_export conversion data_build data_hostile_rows data_opening "
    "data_push data_tables describe describe_repetitions descriptions distill docs evaluation evaluation_measures "
    "export_families expressions families graphs headless hub_new hub_push hub_server hub_space library_conventions "
    "library_saving limits modeling_draction_gradients modeling_draction_saving modeling_skeletonllm notebooks "
    "offline package pinned pipeline precision processing_skeletonllm questions rasterization readers_doubts "
    "readers_fuzz readers_hostile readers_sensors recognition_words registration remote_code retarget server serving "
    "small space_api space_browser space_guards space_handlers space_truth space_updates space_video space_waiting space_workbench "
    "synthetic synthetic_grammar synthetic_grammar_truth synthetic_truth tasks training_batches training_examples "
    "training_hub label_texts training_loop training_mixture training_packed training_processes training_run "
    "training_shared training_small training_trainable trl video_mediapipe video_pipeline writers "
)
SLOW = frozenset(_SLOW.split())


def pytest_ignore_collect(collection_path, config):
    """Modules of which the marker leaves nothing are not imported either: that takes half a minute."""
    name = collection_path.stem
    slow = name.removeprefix("test_") in SLOW
    left_out = name.startswith("test_") and config.option.markexpr == ("not slow" if slow else "slow")
    return True if left_out else None


def pytest_collection_modifyitems(items):
    """Slow modules come first, so that quick ones fill up what they leave of several processes (`--no-loadscope-reorder`)."""
    for item in items:
        if item.path.stem.removeprefix("test_") in SLOW:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish():
    """What is imported stays: collecting garbage, which training does after each stage, need not look through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def _imports_stay():
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _small_prior():
    """Priors of few reference clips: most tests ask whether answers agree, not how good they are."""
    from skeletonllm_hf.answering.scorers import likelihood

    before, likelihood.REFERENCE_CLIPS = likelihood.REFERENCE_CLIPS, 8
    yield
    likelihood.REFERENCE_CLIPS = before


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material beside the checkout; tests that need it skip without it."""
    folder = Path(os.environ.get("SKELETONLLM_SHARED", Path(__file__).parents[2] / "shared"))
    if not (folder / "draction").is_dir():
        pytest.skip(f"no reference material at {folder} (SKELETONLLM_SHARED)")
    return folder


@pytest.fixture(scope="session")
def _tiny():
    import torch

    from skeletonllm_hf.model.configuration_skeletonllm import SkeletonLLMConfig
    from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
    from skeletonllm_hf.training.nano import build_nano, build_tokenizer

    texts = ["What is the action?", "Describe the motion.", "A person waves the right hand three times."] * 5
    whole, processor = build_nano(build_tokenizer(texts))
    settings = whole.config.to_dict()
    narrow = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4}
    settings["mllm_config"]["vision_config"] |= narrow
    settings["mllm_config"]["text_config"] |= {
        **narrow,
        "num_key_value_heads": 4,
        "layer_types": ["full_attention"] * 2,
    }
    torch.manual_seed(0)
    model = SkeletonLLMForConditionalGeneration(SkeletonLLMConfig.from_dict(settings))
    for name in ("eos_token_id", "pad_token_id"):
        setattr(model.generation_config, name, getattr(whole.generation_config, name))
    return model.eval(), processor


@pytest.fixture
def tiny(_tiny):
    """A random model like nano, but narrower, and its processor, (model, processor), fresh for every test."""
    return copy.deepcopy(_tiny[0]), copy.deepcopy(_tiny[1])


@pytest.fixture(scope="module")
def ask():
    """The bundled model's answer to a question about a clip."""
    from skeletonllm_hf import load_default

    model, processor = load_default()
    return lambda clip, question: model.ask(processor, clip, question)


@pytest.fixture
def command(capsys):
    """Runs the command line -> (exit code, standard output, standard error)."""
    from skeletonllm_hf.cli.main import main

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = main(list(map(str, arguments)))
        except SystemExit as stop:
            code = stop.code
        return code, *capsys.readouterr()

    return run
