"""The model without its head, as the library's own pairs have it."""

import pytest
import torch
from families import TINY, build
from tiny_internvl import tiny_internvl
from transformers import AutoModel, AutoModelForImageTextToText

import skeletonllm_hf
from skeletonllm_hf.default import FOLDER
from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration, SkeletonLLMModel
from skeletonllm_hf.synthetic import generate

QUESTIONS = ["What is the action?", "How many people are there?"]


def _inputs(processor, **options):
    clips = [generate("high wave", seed=1), generate("hugging", layout="smpl_22", seed=2)]
    return processor(clips, QUESTIONS, return_tensors="pt", **options)


def test_base_model_is_a_part_and_shares_its_weights(tiny):
    model, processor = tiny
    body = model.base_model
    assert isinstance(body, SkeletonLLMModel) and body is not model
    assert body.renderer is model.renderer and body.get_input_embeddings() is model.get_input_embeddings()
    assert model.get_decoder() is body.get_decoder() is model.mllm.model.language_model
    assert "model" not in dict(model.named_children()), "weights must not stand in the state twice"
    inputs = _inputs(processor)
    with torch.no_grad():
        hidden = body(**inputs).last_hidden_state
        assert hidden.shape[:2] == inputs["input_ids"].shape
        torch.testing.assert_close(model.get_output_embeddings()(hidden), model(**inputs).logits)


@pytest.mark.parametrize("name", list(TINY))
def test_auto_model_loads_it_from_the_whole_models_folder(name, tmp_path):
    model, processor = build(name)
    model.save_pretrained(tmp_path)
    body = AutoModel.from_pretrained(tmp_path).eval()
    assert type(body) is SkeletonLLMModel
    inputs = _inputs(processor)
    with torch.no_grad():
        expected = model(**inputs, output_hidden_states=True)
        output = body(**inputs, output_hidden_states=True)
    torch.testing.assert_close(output.last_hidden_state, expected.hidden_states[-1])
    assert len(output.hidden_states) == len(expected.hidden_states)


def test_saved_alone_it_loads_again_and_the_head_is_missed_by_name(tiny, tmp_path):
    model, processor = tiny
    model.model.save_pretrained(tmp_path)
    inputs = _inputs(processor)
    with torch.no_grad():
        again = AutoModel.from_pretrained(tmp_path).eval()(**inputs).last_hidden_state
        torch.testing.assert_close(again, model.model(**inputs).last_hidden_state)


def test_untied_head_is_missed_by_name(tmp_path):
    model, _ = tiny_internvl()
    model.model.save_pretrained(tmp_path)
    with pytest.raises(ValueError, match=r"missing_keys.*mllm\.lm_head\.weight"):
        AutoModelForImageTextToText.from_pretrained(tmp_path)


def test_the_bundled_weights_fit_both():
    whole = SkeletonLLMForConditionalGeneration.from_pretrained(FOLDER).eval()
    body = AutoModel.from_pretrained(FOLDER).eval()
    inputs = _inputs(skeletonllm_hf.load_default()[1])
    with torch.no_grad():
        torch.testing.assert_close(body(**inputs).last_hidden_state, whole.model(**inputs).last_hidden_state)


def test_logits_and_labels_have_one_shape_and_one_loss(tiny):
    """What the library computes of logits and labels itself is the loss of the shorter sequence that was read."""
    model, processor = tiny
    assert model.config.drop_background
    for side in ("left", "right"):
        inputs = _inputs(processor, padding_side=side)
        labels = inputs["input_ids"].masked_fill(inputs["attention_mask"] == 0, -100)
        labels[inputs["input_ids"] == processor.image_token_id] = -100
        labels[:, :200] = -100
        with torch.no_grad():
            output = model(**inputs, labels=labels)
        assert output.logits.shape[:2] == labels.shape
        seen = output.logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten()
        torch.testing.assert_close(output.loss, torch.nn.functional.cross_entropy(*seen), atol=1e-5, rtol=1e-5)


def test_embeddings_are_resized_and_set(tiny):
    model, processor = tiny
    inputs = _inputs(processor)
    with torch.no_grad():
        expected = model(**inputs).logits
        size = model.get_input_embeddings().num_embeddings
        model.resize_token_embeddings(size + 8)
        logits = model(**inputs).logits
    assert logits.shape[-1] == size + 8 == model.config.get_text_config().vocab_size
    torch.testing.assert_close(logits[..., :size], expected)
    head = torch.nn.Linear(256, 5)
    model.set_output_embeddings(head)
    assert model.get_output_embeddings() is head


def test_tuples_on_request(tiny):
    model, processor = tiny
    inputs = _inputs(processor)
    with torch.no_grad():
        output = model(**inputs)
        assert torch.equal(model(**inputs, return_dict=False)[0], output.logits)
        assert torch.equal(model.model(**inputs, return_dict=False)[0], model.model(**inputs).last_hidden_state)


def test_all_linear_leaves_the_renderer_alone(tiny):
    from peft import LoraConfig, get_peft_model

    adapted = get_peft_model(tiny[0], LoraConfig(target_modules="all-linear", r=2))
    names = [name for name, _ in adapted.named_parameters() if "lora_" in name]
    assert names and not [name for name in names if "renderer" in name or "lm_head" in name]
