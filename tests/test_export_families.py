"""A plain export of every family: read by transformers' own classes, it writes what the model writes."""

import json

import pytest
import torch
from families import TINY, build, sent
from transformers import AutoImageProcessor, AutoModelForImageTextToText, AutoProcessor, AutoTokenizer, LogitsProcessor

from skeletonllm_hf.conversion import export_plain
from skeletonllm_hf.model.answers import conversation_text
from skeletonllm_hf.model.modeling_draction import SKELETON_INPUTS
from skeletonllm_hf.synthetic import generate

NEEDS = {"internvl": "torchvision", "qwen2_5_vl": "torchvision", "qwen3_vl": "torchvision", "llava_onevision": "torchvision", "smolvlm": "num2words"}  # fmt: skip
HISTORY = [("Which hand?", "The left.")]
QUESTION = "What is the action?"


def written(name: str, processor) -> tuple[str, str]:
    """(what a picture is in the exported chat template, what the family's own processor makes of it)."""
    holders = processor.image_token * processor.tokens_per_frame
    split = "<fake_token_around_image>"
    return {
        "internvl": ("<IMG_CONTEXT>", f"<img>{holders}</img>"),
        "idefics3": ("<image>", f"{split}<global-img>{holders}{split}"),
        "smolvlm": ("<image>", f"{split}<global-img>{holders}{split}"),
        "gemma3": ("<start_of_image>", f"\n\n<start_of_image>{holders}<end_of_image>\n\n"),
    }.get(name, (processor.image_token, holders))


@pytest.fixture(scope="module", params=list(TINY))
def exported(request, tmp_path_factory):
    """(name, model, processor, folder of the export, clip, the messages that a client sends about it)."""
    model, processor = build(request.param)
    out = tmp_path_factory.mktemp("export") / "plain"
    (note,) = export_plain(model, processor, out)
    assert "'Frame{number}: '" in note
    clip = generate("high wave", seed=3)
    content = sent(clip, out)
    turns = [text for turn in HISTORY for text in turn] + [QUESTION]
    messages = [
        {"role": "user" if number % 2 == 0 else "assistant", "content": [{"type": "text", "text": text}]}
        for number, text in enumerate(turns)
    ]
    messages[0]["content"] = content + messages[0]["content"]
    return request.param, model, processor, out, clip, messages


def local_inputs(model, processor, clip):
    return processor(clip, conversation_text(processor, QUESTION, HISTORY), return_tensors="pt")


class Once(LogitsProcessor):
    """Every token once in an answer: random models like to repeat one, which would prove little."""

    def __init__(self, prompt: int):
        self.prompt = prompt  # tokens before the answer in what `generate` hands over

    def __call__(self, input_ids, scores):
        return scores.scatter(1, input_ids[:, self.prompt :], -torch.inf)


def answer_to_files(model, local, **options) -> torch.Tensor:
    """What the model writes after frames in steps of 1/255, as the picture files that a client sends hold them."""
    with torch.no_grad():
        frames = model.renderer(**{name: local[name] for name in SKELETON_INPUTS}).frames
        features, kept = model.visual_tokens((frames * 255).round() / 255)
        prompt = model.merge_visual_tokens(local["input_ids"], local["attention_mask"], None, features, kept)
    embedded = model.family.generates_from_embeddings
    given = {"inputs_embeds": prompt.inputs_embeds} if embedded else {"input_ids": local["input_ids"]}
    written = model.mllm.generate(
        **given, attention_mask=prompt.attention_mask, **prompt.extras, **options,
        logits_processor=[Once(0 if embedded else local["input_ids"].shape[1])],
    )  # fmt: skip
    return written[:, 0 if embedded else local["input_ids"].shape[1] :]


def check_answers(model, out, inputs, local):
    """The same prompt, likelihoods that differ less than those of other frames, the same tokens one by one."""
    assert torch.equal(inputs["input_ids"], local["input_ids"])
    server = AutoModelForImageTextToText.from_pretrained(out).eval()
    with torch.no_grad():
        theirs, ours = server(**inputs).logits[:, -1], model(**local).logits[:, -1]
        other = model(**{**local, "joint_mask": torch.zeros_like(local["joint_mask"])}).logits[:, -1]
    assert (theirs - ours).abs().max() < 0.1 * (other - ours).abs().max()
    length = local["input_ids"].shape[1]
    options = {"max_new_tokens": 12, "min_new_tokens": 12, "do_sample": False}
    found = server.generate(**inputs, logits_processor=[Once(length)], **options)[:, length:]
    assert torch.equal(found, answer_to_files(model, local, **options))


def test_its_files_give_the_prompt_the_pixels_and_the_answers(exported):
    """From tokenizer, chat template and image processor alone: these need neither torchvision nor a class of the family's."""
    name, model, processor, out, clip, messages = exported
    tokenizer = AutoTokenizer.from_pretrained(out)
    prompt = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    picture, whole = written(name, processor)
    assert prompt.count(picture) == processor.num_frames
    inputs = tokenizer(prompt.replace(picture, whole), add_special_tokens=False, return_tensors="pt")
    images = [part["image"] for part in messages[0]["content"] if part["type"] == "image"]
    nested = name in ("idefics3", "smolvlm", "llava_onevision")
    pixels = dict(AutoImageProcessor.from_pretrained(out)([images] if nested else images, return_tensors="pt"))
    pixels = {key: value for key, value in pixels.items() if key not in ("num_patches", "num_crops", "rows", "cols")}
    places = (inputs["input_ids"] == model.config.mllm_config.image_token_id).int()
    kinds = {"gemma3": "token_type_ids", "qwen2_5_vl": "mm_token_type_ids", "qwen3_vl": "mm_token_type_ids"}
    extra = {kinds[name]: places} if name in kinds else {}
    inputs = {key: inputs[key] for key in ("input_ids", "attention_mask")} | pixels | extra
    check_answers(model, out, inputs, local_inputs(model, processor, clip))


def test_the_familys_own_processor_gives_the_same(exported):
    name, model, processor, out, clip, messages = exported
    if name in NEEDS:
        pytest.importorskip("torchvision", reason=f"transformers' processor of {name} needs it")
        pytest.importorskip(NEEDS[name], reason=f"transformers' processor of {name} needs it")
    own = AutoProcessor.from_pretrained(out)
    assert type(own).__name__ == json.loads((out / "processor_config.json").read_text("utf-8"))["processor_class"]
    inputs = own.apply_chat_template(
        messages, add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
    )
    check_answers(model, out, inputs, local_inputs(model, processor, clip))
