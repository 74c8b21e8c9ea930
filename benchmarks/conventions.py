"""What transformers, TRL, the Hub's tools and pip get from the package: each point, the call, what it gives.

    python benchmarks/conventions.py                  # in the environment at hand
    PYTHONPATH=OTHER python benchmarks/conventions.py # with another transformers in front

Prints a Markdown table; a call that fails shows its error. Timings are of fresh interpreters, for orientation.
"""

from __future__ import annotations

import argparse
import importlib.util
import inspect
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import torch
import transformers
from huggingface_hub import ModelCard
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModel, AutoModelForImageTextToText, AutoProcessor, PreTrainedModel, pipeline
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


def command(*arguments: str) -> str:
    """What the command line prints, with its exit code where that is not 0."""
    done = subprocess.run([sys.executable, "-m", "skeletonllm_hf", *arguments], capture_output=True, text=True)
    return (done.stdout + done.stderr).strip() + (f" (exit code {done.returncode})" if done.returncode else "")


class Calls:
    """The calls that take more than a line, about one clip."""

    def __init__(self) -> None:
        self.model, self.processor = skeletonllm_hf.load_default()
        self.clip = generate("high wave", seed=1)
        self.inputs = self.processor([self.clip], ["What is the action?"], return_tensors="pt")
        with torch.no_grad():
            self.expected = self.model(**self.inputs).logits.softmax(-1)
        self.chat = [
            {
                "role": "user",
                "content": [
                    {"type": "skeleton", "skeleton": self.clip},
                    {"type": "text", "text": "What is the action?"},
                ],
            },
            {"role": "assistant", "content": "High wave."},
        ]

    def difference(self, **options) -> str:
        other = AutoModelForImageTextToText.from_pretrained(FOLDER, **options).eval()
        with torch.no_grad():
            logits = other(**self.inputs).logits
        return (
            f"largest difference of a probability {float((logits.float().softmax(-1) - self.expected).abs().max()):.1e}"
        )

    def refusal(self, call: Callable[[], object]) -> str:
        try:
            call()
        except (TypeError, ValueError) as error:
            return f"{type(error).__name__}: {str(error)[:90]}"
        return "no error"

    def shapes(self) -> str:
        labels = self.inputs["input_ids"].clone()
        with torch.no_grad():
            output = self.model(**self.inputs, labels=labels)
        return f"logits {tuple(output.logits.shape[:2])}, labels {tuple(labels.shape)}"

    def exported(self) -> str:
        skeletons = {
            name: values for name, values in self.inputs.items() if name not in ("input_ids", "attention_mask")
        }
        with torch.no_grad():
            frames = torch.export.export(self.model.renderer, (), skeletons).module()(**skeletons).frames
            return f"largest difference of a pixel {float((frames - self.model.renderer(**skeletons).frames).abs().max()):.1e}"

    def adapted(self) -> str:
        from peft import LoraConfig, get_peft_model

        names = [
            name for name, _ in get_peft_model(self.model, LoraConfig(target_modules="all-linear")).named_parameters()
        ]
        adapters = [name for name in names if "lora_" in name]
        return f"{len(adapters)} adapter tensors, {sum('renderer' in name for name in adapters)} of the renderer"

    def pushed(self) -> str:
        """What the library's method takes and ours does not, and who sees a new repository."""
        theirs = inspect.signature(PreTrainedModel.push_to_hub).parameters
        ours = inspect.signature(self.model.push_to_hub).parameters
        return f"missing: {sorted(set(theirs) - set(ours) - {'self', 'deprecated_kwargs', 'kwargs'})}; private: {ours['private'].default}"

    def saved(self) -> str:
        with tempfile.TemporaryDirectory() as folder:
            self.model.save_pretrained(folder)
            self.processor.save_pretrained(folder)
            return " ".join(sorted(path.name for path in Path(folder).iterdir() if path.suffix != ".py"))

    def card(self) -> str:
        data = ModelCard.load(FOLDER / "README.md").data
        scores = [f"{one.dataset_name}: {one.metric_value}" for one in data.eval_results or ()]
        return f"licence {data.license}, {len(scores)} results: {'; '.join(scores[:3])}"

    def exported_to(self, layout: str, *options: str) -> str:
        """The files that servers find, and whether the renderer is among the weights."""
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            answer = command("export", str(FOLDER), "--to", layout, "--out", str(out), *options)
            if not out.is_dir():
                return answer
            names = [name for path in out.glob("*.safetensors") for name in load_file(path)]
            files = sorted(
                path.name for path in out.rglob("*") if path.suffix not in (".py", ".safetensors") and path.is_file()
            )
            return f"renderer inside: {any('renderer' in name for name in names)}; {' '.join(files)}"

    def endpoint(self) -> str:
        """What Inference Endpoints would answer, from the file that goes up with a model."""
        spec = importlib.util.spec_from_file_location(
            "handler", Path(skeletonllm_hf.__file__).parents[1] / "hub_configs" / "handler.py"
        )
        handler = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(handler)
        request = {
            "inputs": self.clip.joints.tolist(),
            "parameters": {"layout": self.clip.layout.name, "labels": ["high wave", "bow"]},
        }
        return str(handler.EndpointHandler(str(FOLDER))(request))[:120]

    def printed(self) -> str:
        code = "import skeletonllm_hf; skeletonllm_hf.load_default()"
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        return repr(done.stdout + done.stderr)

    def imported(self) -> str:
        code = "import skeletonllm_hf, sys; skeletonllm_hf.load_default(); print('diffusers' in sys.modules)"
        return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def points() -> list[tuple[str, str, Callable[[], object]]]:
    """(number of a point, call, what runs it)."""
    calls = Calls()
    model, processor, clip, inputs, chat = calls.model, calls.processor, calls.clip, calls.inputs, calls.chat
    return [
        ("1", "versions", lambda: f"Python {sys.version.split()[0]}, transformers {transformers.__version__}, torch {torch.__version__}"),
        ("2", 'from_pretrained(dtype="bfloat16")', lambda: calls.difference(dtype="bfloat16")),
        ("2", 'from_pretrained(dtype="float16")', lambda: calls.difference(dtype="float16")),
        ("3", 'from_pretrained(attn_implementation="eager")', lambda: calls.difference(attn_implementation="eager")),
        ("3", 'from_pretrained(attn_implementation="flex_attention")', lambda: calls.difference(attn_implementation="flex_attention")),
        ("4", "type(model.base_model), model.get_decoder()", lambda: f"{type(model.base_model).__name__}, {type(model.get_decoder()).__name__}"),
        ("4", "AutoModel.from_pretrained(folder)", lambda: type(AutoModel.from_pretrained(FOLDER)).__name__),
        ("5", "AutoConfig.from_pretrained(folder)", lambda: type(AutoConfig.from_pretrained(FOLDER)).__name__),
        ("5", "AutoProcessor.from_pretrained(folder)", lambda: type(AutoProcessor.from_pretrained(FOLDER)).__name__),
        ("5", "import skeletonllm_hf", lambda: f"{_seconds('import skeletonllm_hf'):.2f} s"),
        ("5", "the same, registered at once", lambda: f"{_seconds('import skeletonllm_hf.model.pipeline_skeletonllm'):.2f} s"),
        ("6", "requirements of a pushed Space", lambda: requirements().replace("\n", " ")),
        ("7", "apply_chat_template(tokenize=True)", lambda: ", ".join(processor.apply_chat_template(chat[:1], tokenize=True))),
        ("7", "a url in a content item", lambda: calls.refusal(lambda: processor.apply_chat_template([{"role": "user", "content": [{"type": "skeleton", "url": "https://h"}]}], tokenize=True))),
        ("7", "processor(truncation=True, max_length=100)", lambda: calls.refusal(lambda: processor([clip], ["x"], truncation=True, max_length=100))),
        ("7", "processor(paddding=True)", lambda: calls.refusal(lambda: processor([clip], ["x"], paddding=True))),
        ("7", "labels of ChatCollator", lambda: processor.tokenizer.decode([v for v in ChatCollator(processor)([{"messages": chat}])["labels"][0].tolist() if v != -100])),
        ("8", "pipe([clip, clip, clip], batch_size=2)", lambda: [one["generated_text"] for one in pipeline("skeleton-to-text", model=str(FOLDER))([clip] * 3, batch_size=2, max_new_tokens=8)]),
        ("9", "model(labels=...), evaluating", calls.shapes),
        ("10", "torch.export.export(model.renderer, (), skeletons)", calls.exported),
        ("11", "generate(assistant_model=...)", lambda: calls.refusal(lambda: model.generate(**inputs, assistant_model=model))),
        ("11", "generate(inputs, prompt_lookup_num_tokens=2)", lambda: tuple(model.generate(**inputs, prompt_lookup_num_tokens=2, max_new_tokens=2).shape)),
        ("12", "push_to_hub against the library's", calls.pushed),
        ("12", "save_pretrained of model and processor", calls.saved),
        ("12", "ModelCard.load(folder)", calls.card),
        ("13", "skeletonllm export --to plain --processor llava", lambda: calls.exported_to("plain", "--processor", "llava")),
        ("13", "skeletonllm export --to internvl-chat", lambda: calls.exported_to("internvl-chat")),
        ("13", "EndpointHandler(folder)(request)", calls.endpoint),
        ("14", "importlib.metadata", lambda: f"version {version('skeletonllm-hf')}, py.typed {(Path(skeletonllm_hf.__file__).parent / 'py.typed').is_file()}"),
        ("14", "'diffusers' in sys.modules after load_default()", calls.imported),
        ("15", "what load_default() prints", calls.printed),
        ("15", "skeletonllm caption clip.npz --model not/there", lambda: command("caption", "clip.npz", "--model", "./not/there")),
        ("4", 'LoraConfig(target_modules="all-linear")', calls.adapted),  # last: it changes the model
    ]  # fmt: skip


def main() -> int:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
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
