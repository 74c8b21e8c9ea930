"""What transformers, TRL, the Hub's tools and pip get from the package: each point, the call, what it gives.

    python benchmarks/conventions.py                  # in the environment at hand
    PYTHONPATH=OTHER python benchmarks/conventions.py # with another transformers in front

Prints a Markdown table; a call that fails shows its error. Timings are of fresh interpreters, for orientation.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import torch
import transformers
from transformers import AutoConfig, AutoModel, AutoModelForImageTextToText, AutoProcessor, pipeline
from transformers.utils import logging

import skeletonllm_hf
from skeletonllm_hf.default import FOLDER
from skeletonllm_hf.hub.space import requirements
from skeletonllm_hf.synthetic import generate
from skeletonllm_hf.training.chat import ChatCollator


def _seconds(code: str) -> float:
    """The shorter of two starts of a fresh interpreter that runs this code."""
    spans = []
    for _ in range(2):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        spans.append(time.perf_counter() - start)
    return min(spans)


def points() -> list[tuple[str, str, Callable[[], object]]]:
    """(number in issue 17, call, what runs it)."""
    model, processor = skeletonllm_hf.load_default()
    clip = generate("high wave", seed=1)
    inputs = processor([clip], ["What is the action?"], return_tensors="pt")
    with torch.no_grad():
        expected = model(**inputs).logits.softmax(-1)
    chat = [
        {
            "role": "user",
            "content": [{"type": "skeleton", "skeleton": clip}, {"type": "text", "text": "What is the action?"}],
        },
        {"role": "assistant", "content": "High wave."},
    ]

    def difference(**options) -> str:
        other = AutoModelForImageTextToText.from_pretrained(FOLDER, **options).eval()
        with torch.no_grad():
            logits = other(**inputs).logits
        return f"largest difference of a probability {float((logits.float().softmax(-1) - expected).abs().max()):.1e}"

    def refusal(call: Callable[[], object]) -> str:
        try:
            call()
        except (TypeError, ValueError) as error:
            return f"{type(error).__name__}: {str(error)[:90]}"
        return "no error"

    def shapes() -> str:
        labels = inputs["input_ids"].clone()
        with torch.no_grad():
            output = model(**inputs, labels=labels)
        return f"logits {tuple(output.logits.shape[:2])}, labels {tuple(labels.shape)}"

    def exported() -> str:
        skeletons = {name: values for name, values in inputs.items() if name not in ("input_ids", "attention_mask")}
        with torch.no_grad():
            frames = torch.export.export(model.renderer, (), skeletons).module()(**skeletons).frames
            return (
                f"largest difference of a pixel {float((frames - model.renderer(**skeletons).frames).abs().max()):.1e}"
            )

    def adapted() -> str:
        from peft import LoraConfig, get_peft_model

        names = [name for name, _ in get_peft_model(model, LoraConfig(target_modules="all-linear")).named_parameters()]
        adapters = [name for name in names if "lora_" in name]
        return f"{len(adapters)} adapter tensors, {sum('renderer' in name for name in adapters)} of the renderer"

    return [
        ("1", "versions", lambda: f"Python {sys.version.split()[0]}, transformers {transformers.__version__}, torch {torch.__version__}"),
        ("2", 'from_pretrained(dtype="bfloat16")', lambda: difference(dtype="bfloat16")),
        ("2", 'from_pretrained(dtype="float16")', lambda: difference(dtype="float16")),
        ("3", 'from_pretrained(attn_implementation="eager")', lambda: difference(attn_implementation="eager")),
        ("3", 'from_pretrained(attn_implementation="flex_attention")', lambda: difference(attn_implementation="flex_attention")),
        ("4", "type(model.base_model), model.get_decoder()", lambda: f"{type(model.base_model).__name__}, {type(model.get_decoder()).__name__}"),
        ("4", "AutoModel.from_pretrained(folder)", lambda: type(AutoModel.from_pretrained(FOLDER)).__name__),
        ("5", "AutoConfig.from_pretrained(folder)", lambda: type(AutoConfig.from_pretrained(FOLDER)).__name__),
        ("5", "AutoProcessor.from_pretrained(folder)", lambda: type(AutoProcessor.from_pretrained(FOLDER)).__name__),
        ("5", "import skeletonllm_hf", lambda: f"{_seconds('import skeletonllm_hf'):.2f} s"),
        ("5", "the same, registered at once", lambda: f"{_seconds('import skeletonllm_hf.model.pipeline_skeletonllm'):.2f} s"),
        ("6", "requirements of a pushed Space", lambda: requirements().replace("\n", " ")),
        ("7", "apply_chat_template(tokenize=True)", lambda: ", ".join(processor.apply_chat_template(chat[:1], tokenize=True))),
        ("7", "a url in a content item", lambda: refusal(lambda: processor.apply_chat_template([{"role": "user", "content": [{"type": "skeleton", "url": "https://h"}]}], tokenize=True))),
        ("7", "processor(truncation=True, max_length=100)", lambda: refusal(lambda: processor([clip], ["x"], truncation=True, max_length=100))),
        ("7", "processor(paddding=True)", lambda: refusal(lambda: processor([clip], ["x"], paddding=True))),
        ("7", "labels of ChatCollator", lambda: processor.tokenizer.decode([v for v in ChatCollator(processor)([{"messages": chat}])["labels"][0].tolist() if v != -100])),
        ("8", "pipe([clip, clip, clip], batch_size=2)", lambda: [one["generated_text"] for one in pipeline("skeleton-to-text", model=str(FOLDER))([clip] * 3, batch_size=2, max_new_tokens=8)]),
        ("9", "model(labels=...), evaluating", shapes),
        ("10", "torch.export.export(model.renderer, (), skeletons)", exported),
        ("11", "generate(assistant_model=...)", lambda: refusal(lambda: model.generate(**inputs, assistant_model=model))),
        ("11", "generate(inputs, prompt_lookup_num_tokens=2)", lambda: tuple(model.generate(**inputs, prompt_lookup_num_tokens=2, max_new_tokens=2).shape)),
        ("4", 'LoraConfig(target_modules="all-linear")', adapted),  # last: it changes the model
    ]  # fmt: skip


def main() -> int:
    logging.disable_progress_bar()
    failed = 0
    print("| point | call | gives |\n| --- | --- | --- |")
    for number, call, run in points():
        try:
            given = run()
        except Exception as error:  # the table is to be whole: a failure is a row of it
            given, failed = f"FAILED: {type(error).__name__}: {error}", failed + 1
        print(f"| {number} | `{call}` | {str(given).replace('|', chr(92) + '|')} |", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
