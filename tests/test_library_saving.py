"""Ways in which the library's users save, load, copy and decode, on a tiny model."""

import copy
import pickle

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoModelForImageTextToText, AutoProcessor, GenerationConfig

from skeletonllm_hf.answering.labels import model_labels
from skeletonllm_hf.synthetic import generate


@pytest.fixture
def inputs(tiny):
    clips = [generate("bow", seed=1), generate("walk", seed=2)]
    return tiny[1](clips, ["What is the action?", "Which hand?"], return_tensors="pt")


@torch.no_grad()
def _logits(model, inputs) -> torch.Tensor:
    return model.eval()(**inputs).logits[inputs["attention_mask"].bool()]


@pytest.mark.parametrize("options", [{"device_map": "auto"}, {"device_map": {"": "cpu"}}, {"low_cpu_mem_usage": True}])
def test_shards_in_a_subfolder_load_in_every_way(tiny, inputs, tmp_path, options):
    model, processor = tiny
    model.save_pretrained(tmp_path / "inner", max_shard_size="200KB")
    processor.save_pretrained(tmp_path / "inner")
    assert len(list((tmp_path / "inner").glob("*.safetensors"))) > 1
    place = {"subfolder": "inner", "local_files_only": True}
    loaded = AutoModelForImageTextToText.from_pretrained(tmp_path, **place, **options)
    assert torch.equal(_logits(loaded, inputs), _logits(model, inputs))
    again = AutoProcessor.from_pretrained(tmp_path, **place)
    assert (
        again.chat_template == processor.chat_template
        and again.tokenizer.get_vocab() == processor.tokenizer.get_vocab()
    )


@pytest.mark.parametrize("part", ["whole", "body"])
def test_a_trainer_goes_on_from_what_was_saved(tiny, inputs, tmp_path, part):
    tiny[0].save_pretrained(tmp_path)
    model = tiny[0] if part == "whole" else AutoModel.from_pretrained(tmp_path)
    expected = model.state_dict()
    model.save_pretrained(tmp_path / part)
    fresh = type(model)(model.config)
    fitting = fresh.load_state_dict(load_file(tmp_path / part / "model.safetensors"), strict=False)  # as Trainer does
    assert not fitting.unexpected_keys and set(fitting.missing_keys) <= {"mllm.lm_head.weight"}  # tied
    assert all(torch.equal(values, expected[name]) for name, values in fresh.state_dict().items())
    with pytest.raises(RuntimeError, match="Unexpected key"):
        fresh.load_state_dict(fresh.state_dict() | {"mllm.more": torch.zeros(1)})


def test_copies_of_model_and_processor(tiny, inputs):
    model, processor = tiny
    for copied in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert torch.equal(_logits(copied, inputs), _logits(model, inputs))
    sent = pickle.loads(pickle.dumps(processor))([generate("bow", seed=1)], ["What?"], return_tensors="pt")
    for name, values in processor([generate("bow", seed=1)], ["What?"], return_tensors="pt").items():
        assert torch.equal(sent[name], values)


def test_more_words_saved_and_loaded(tiny, inputs, tmp_path):
    model, processor = tiny
    expected = _logits(model, inputs)
    processor.tokenizer.add_tokens(["<left>", "<right>"])
    size = len(processor.tokenizer)
    model.resize_token_embeddings(size)
    for part in tiny:
        part.save_pretrained(tmp_path)
    loaded = AutoModelForImageTextToText.from_pretrained(tmp_path)
    assert len(AutoProcessor.from_pretrained(tmp_path).tokenizer) == size == loaded.config.get_text_config().vocab_size
    assert loaded.get_output_embeddings().weight is loaded.get_input_embeddings().weight
    assert torch.equal(_logits(loaded, inputs)[:, : expected.shape[1]], expected)
    with pytest.raises(RuntimeError, match="ignore_mismatched_sizes"):
        AutoModelForImageTextToText.from_pretrained(tmp_path, config=_wider(loaded.config))
    wider = AutoModelForImageTextToText.from_pretrained(
        tmp_path, config=_wider(loaded.config), ignore_mismatched_sizes=True
    )
    assert wider.get_input_embeddings().weight.shape[0] == size + 8


def _wider(config):
    config = copy.deepcopy(config)
    config.get_text_config().vocab_size += 8
    return config


def test_an_adapter_merged_saved_and_loaded(tiny, inputs, tmp_path):
    peft = pytest.importorskip("peft")
    adapted = peft.get_peft_model(tiny[0], peft.LoraConfig(target_modules="all-linear", init_lora_weights=False))
    expected = _logits(adapted, inputs)
    adapted.merge_and_unload().save_pretrained(tmp_path)
    merged = AutoModelForImageTextToText.from_pretrained(tmp_path)
    torch.testing.assert_close(_logits(merged, inputs), expected, atol=1e-4, rtol=1e-4)


def test_an_offloaded_vision_encoder(tiny, inputs, tmp_path):
    pytest.importorskip("accelerate")
    model, _ = tiny
    expected = _logits(model, inputs)
    model.save_pretrained(tmp_path / "model")
    place = {"device_map": {"renderer": "cpu", "alignment": "cpu", "mllm": "disk"}, "offload_folder": tmp_path / "rest"}
    place["device_map"] = {name: where for name, where in place["device_map"].items() if hasattr(model, name)}
    with pytest.raises(
        ValueError, match="drop_background: expected the vision encoder on a device, found it offloaded"
    ):
        _logits(AutoModelForImageTextToText.from_pretrained(tmp_path / "model", **place), inputs)
    whole = AutoModelForImageTextToText.from_pretrained(tmp_path / "model", **place, drop_background=False)
    assert _logits(whole, inputs).shape == expected.shape


def test_lengths_count_the_prompt_as_it_was_given(tiny, inputs):
    model, _ = tiny
    model.generation_config.eos_token_id = None  # nothing ends early
    assert model.config.drop_background and model(**inputs).attention_mask.shape[1] < inputs["input_ids"].shape[1]
    length = inputs["input_ids"].shape[1] + 3
    assert model.generate(**inputs, max_length=length).shape[1] == length
    config = GenerationConfig(max_length=length, pad_token_id=0)
    assert model.generate(**inputs, generation_config=config).shape[1] == length == config.max_length
    model.generation_config.eos_token_id = list(range(model.get_input_embeddings().weight.shape[0] - 1))
    ended = model.generate(**inputs, max_length=length + 4, min_length=length)
    assert length <= ended.shape[1] <= length + 4


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("assistant_early_exit", 1, "prompt_lookup_num_tokens"),
        ("prefill_chunk_size", 64, "leave it out"),
        ("guidance_scale", 1.5, "negative_prompt_ids"),
    ],
)
def test_ways_of_decoding_that_read_token_ids_are_refused(tiny, inputs, option, value, hint):
    with pytest.raises(ValueError, match=f"{option}: expected None.*{hint}"):
        tiny[0].generate(**inputs, **{option: value}, max_new_tokens=2)


def test_beams_report_scores_that_add_up(tiny, inputs):
    model, _ = tiny
    options = {"num_beams": 3, "num_return_sequences": 2, "output_scores": True, "return_dict_in_generate": True}
    output = model.generate(**inputs, max_new_tokens=4, **options)
    scores = model.compute_transition_scores(output.sequences, output.scores, output.beam_indices)
    mean = scores.sum(1) / (scores < 0).sum(1)
    torch.testing.assert_close(mean, output.sequences_scores, atol=1e-5, rtol=1e-5)
    assert len(output.sequences) == 4


def test_what_a_model_was_taught_is_saved_as_its_labels(tiny, tmp_path):
    model, _ = tiny
    model.config.taught_labels = ["high wave", "bow"]
    model.save_pretrained(tmp_path)
    assert model_labels(tmp_path) == ["high wave", "bow"]
    (tmp_path / "labels.json").write_text('["mine"]')
    model.save_pretrained(tmp_path)
    assert model_labels(tmp_path) == ["mine"]
