"""Chat messages with clips: everything that `generate` needs, who speaks, and what is refused."""

import numpy as np
import pytest
import torch

import skeletonllm_hf
from skeletonllm_hf.conversion.internvl_chat import chat_template
from skeletonllm_hf.data.schema import encode
from skeletonllm_hf.synthetic import generate
from skeletonllm_hf.training.chat import ChatCollator


def _messages(**clip) -> list[dict]:
    return [
        {"role": "user", "content": [{"type": "skeleton", **clip}, {"type": "text", "text": "What is the action?"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "A bow."}]},
    ]


@pytest.fixture
def clip():
    return generate("bow", seed=1)


def test_a_path_an_array_and_a_clip_give_what_generate_needs(tiny, clip, tmp_path):
    model, processor = tiny
    path = tmp_path / "clip.npz"
    skeletonllm_hf.save_npz(clip, path)
    options = {"tokenize": True, "return_dict": True, "return_tensors": "pt", "add_generation_prompt": True}
    expected = processor([clip], ["What is the action?"], return_tensors="pt")
    for given in ({"path": str(path)}, {"skeleton": clip}, {"skeleton": clip.joints}, {"skeleton": clip, "path": None}):
        layout = {"layout": "kinect_v2"} if isinstance(given.get("skeleton"), np.ndarray) else {}
        inputs = processor.apply_chat_template(_messages(**given)[:1], **options, **layout)
        assert torch.equal(inputs["input_ids"], expected["input_ids"])
        torch.testing.assert_close(inputs["joints"], expected["joints"])
    assert model.generate(**inputs, max_new_tokens=2, do_sample=False).shape[0] == 1


def test_text_without_a_clip_is_templated_once(tiny):
    _, processor = tiny
    messages = [{"role": "user", "content": "What is the action?"}]
    ids = processor.apply_chat_template(messages, tokenize=True)["input_ids"][0]
    assert processor.tokenizer.decode(ids).count("<|user|>") == 1


@pytest.mark.parametrize("conversation", ["hi", {"role": "user", "content": "x"}, [{"role": "user"}], ["hi"], None])
def test_what_is_no_conversation_is_refused(tiny, conversation):
    with pytest.raises(ValueError, match=r"conversation: expected a list of messages with role and content.*, got "):
        tiny[1].apply_chat_template(conversation)


def test_an_address_is_refused_and_said_why(tiny):
    with pytest.raises(ValueError, match="item of type 'image': expected 'skeleton' or 'text'"):
        tiny[1].apply_chat_template([{"role": "user", "content": [{"type": "image", "image": "a.png"}]}], tokenize=True)
    with pytest.raises(ValueError, match=r"url 'https://h/clip.npz' is not opened.*give its path"):
        tiny[1].apply_chat_template(_messages(url="https://h/clip.npz"), tokenize=True)
    with pytest.raises(ValueError, match="expected skeleton or path, got"):
        tiny[1].apply_chat_template(_messages(), tokenize=True)


@pytest.mark.parametrize("internvl", [False, True])
def test_assistant_masks_cover_the_answer_and_its_end(tiny, clip, internvl):
    _, processor = tiny
    if internvl:
        processor.chat_template = chat_template()
    said = [
        _messages(skeleton=clip),
        [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "A bow and a bow."}],
    ]
    for side in ("left", "right"):
        inputs = processor.apply_chat_template(
            said, tokenize=True, return_assistant_tokens_mask=True, return_tensors="pt", padding_side=side
        )
        ends = "<|im_end|>" if internvl else "<|end|>"
        for row, answer in enumerate(["A bow.", "A bow and a bow."]):
            ids = inputs["input_ids"][row][inputs["assistant_masks"][row].bool()]
            assert processor.tokenizer.decode(ids).strip() == answer + ends


def test_a_system_turn_is_neither_users_nor_assistants(tiny):
    _, processor = tiny
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}]
    text = processor.apply_chat_template(messages)
    assert text == "system\nBe brief.<|end|><|user|>Hello?<|end|>"
    inputs = processor.apply_chat_template(messages, tokenize=True, return_assistant_tokens_mask=True)
    assert not any(inputs["assistant_masks"][0])


def test_unknown_and_nested_arguments_are_refused(tiny, clip):
    _, processor = tiny
    with pytest.raises(TypeError, match=r"unknown arguments \['paddding'\]"):
        processor([clip], ["x"], paddding=True)
    with pytest.raises(TypeError, match="give the arguments in text_kwargs by themselves"):
        processor([clip], ["x"], text_kwargs={"padding": True})


def test_truncation_never_cuts_a_visual_token(tiny, clip):
    _, processor = tiny
    with pytest.raises(ValueError, match=r"prompt 0 has 192 visual tokens, of which max_length 100 leaves"):
        processor([clip], ["What is the action?"], truncation=True, max_length=100)
    whole = processor([clip], ["What is the action?"])["input_ids"][0]
    cut = processor([clip], ["What is the action?"], truncation=True, max_length=len(whole) - 1)["input_ids"][0]
    assert cut == whole[:-1]


def test_a_dataset_row_is_a_clip(tiny, clip):
    _, processor = tiny
    row = encode(clip, id="1", dataset="d")
    one, other = (processor(given, "What is the action?", return_tensors="pt") for given in (row, clip))
    assert all(torch.equal(one[name], other[name]) for name in other)
    assert processor([row, row], ["a", "b"])["joints"].shape[0] == 2


def test_collator_puts_labels_on_the_answer_alone(tiny, clip):
    model, processor = tiny
    examples = [
        {"messages": _messages(skeleton=clip)},
        {"prompt": _messages(skeleton=clip)[:1], "completion": _messages()[1:]},
    ]
    batch = ChatCollator(processor)(examples)
    for row in batch["labels"]:
        assert processor.tokenizer.decode(row[row != -100]).strip() == "A bow.<|end|>"
    assert model(**batch).loss.isfinite()
    everything = ChatCollator(processor, assistant_only_loss=False)(examples)["labels"]
    assert processor.image_token_id not in everything and (everything != -100).sum() > (batch["labels"] != -100).sum()
    with pytest.raises(ValueError, match=r"expected messages, or prompt and completion, got \['text'\]"):
        ChatCollator(processor)([{"text": "x"}])
    with pytest.raises(ValueError, match=r"example 1: expected a message of the assistant to learn, got \['user'\]"):
        ChatCollator(processor)([examples[0], {"messages": examples[0]["messages"][:1]}])
