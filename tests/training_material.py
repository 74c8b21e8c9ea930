"""What the tests of training share: a very small model and a small dataset, in folders."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import torch
from preloaded import python

from skeletonllm_hf.cli.main import main
from skeletonllm_hf.data import encode, features
from skeletonllm_hf.model.configuration_skeletonllm import SkeletonLLMConfig
from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from skeletonllm_hf.model.processing_skeletonllm import SkeletonLLMProcessor
from skeletonllm_hf.model.prompts import CAPTION, EXPLAIN, VERIFY, recognition_prompt
from skeletonllm_hf.synthetic import generate
from skeletonllm_hf.training.nano import CHAT_TEMPLATE, FRAMES, IMAGE, SKELETON, build_nano, build_tokenizer

LABELS = ("high wave", "hand clap", "forward kick", "squat")
LAYOUTS = ("kinect_v2", "coco_17", "kinect_v1")
ROOT = Path(__file__).parents[1]


def small_model(folder: Path, drop_background: bool = True) -> Path:
    """A random model of nano's kind, smaller still: 4 frames of 56 x 56, one layer of vision, two of language."""
    texts = [recognition_prompt(LABELS), CAPTION, EXPLAIN, *(VERIFY.format(label=label) for label in LABELS)]
    torch.manual_seed(0)
    model, _ = build_nano(build_tokenizer(texts * 5))
    settings = model.config.to_dict()
    settings["renderer_config"] |= {"image_size": 56, "num_frames": 4}
    settings["mllm_config"]["image_seq_length"] = 4
    settings["mllm_config"]["vision_config"] |= {"image_size": [56, 56], "hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 64, "num_hidden_layers": 1}  # fmt: skip
    settings["mllm_config"]["text_config"] |= {"hidden_size": 32, "num_attention_heads": 2, "num_key_value_heads": 2, "intermediate_size": 64, "num_hidden_layers": 2, "layer_types": ["full_attention"] * 2}  # fmt: skip
    settings["drop_background"] = drop_background
    config = SkeletonLLMConfig.from_dict(settings)
    torch.manual_seed(1)
    model = SkeletonLLMForConditionalGeneration(config)
    model.generation_config.eos_token_id = config.eos_token_id
    model.generation_config.pad_token_id = config.pad_token_id
    processor = SkeletonLLMProcessor.from_config(
        config, build_tokenizer(texts * 5), chat_template=CHAT_TEMPLATE, image_token=IMAGE, skeleton_token=SKELETON, frame_prefix=FRAMES[0],
        frame_suffix="", heading="face",
    )  # fmt: skip
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def small_dataset(folder: Path, labels=LABELS, each: int = 3, first_seed: int = 0, **texts) -> Path:
    """A few clips of each label, in several layouts."""
    from datasets import Dataset

    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number in range(each * len(labels)):
        label = labels[number % len(labels)]
        clip = generate(label, layout=LAYOUTS[number % len(LAYOUTS)], seed=first_seed + number).replace(label=label)
        rows.append(encode(clip, id=f"{folder.name}/{number}", dataset=folder.name, keys={"split": "train"}, **texts))
    Dataset.from_list(rows, features=features()).to_parquet(folder / "train-00000-of-00001.parquet")
    return folder


def command(
    *arguments: object, processes: int = 1, program: str = "-m skeletonllm_hf.training", **environment: str
) -> subprocess.Popen:
    """`skeletonllm train ...` in a process of its own, or in several that share the work."""
    launcher = (
        [] if processes == 1 else ["-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={processes}"]
    )
    words = [python(transformers=True), *launcher, *program.split(), *map(str, arguments), "--cpu", "--debug"]
    # as many threads as this process has: sums in another order would end in other bits
    variables = (
        os.environ
        | {
            "OMP_NUM_THREADS": str(torch.get_num_threads()),
            "PYTHONPATH": str(ROOT),
            "PYTHON_EXEC": python(transformers=True),
        }
        | environment
    )
    return subprocess.Popen(words, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)


def finish(process: subprocess.Popen) -> str:
    """What it printed; it must have gone well."""
    printed, _ = process.communicate(timeout=600)
    assert process.returncode == 0, printed
    return printed


def losses(out: Path) -> list[float]:
    """Of the only stage of a run, log by log."""
    (report,) = out.glob("*/report.json")
    return [line["loss"] for line in json.loads(report.read_text())["history"] if "loss" in line]


def weights(folder: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return load_file(folder / "model.safetensors")


def train(*arguments: object) -> int:
    """`skeletonllm train ...` in this process."""
    return main(["train", *map(str, arguments), "--cpu", "--debug"])


def differing(a: Path, b: Path) -> set[str]:
    """Names of the tensors in which the results of two runs differ in a bit."""
    a, b = weights(a / "final"), weights(b / "final")
    assert set(a) == set(b)
    return {name for name in a if not torch.equal(a[name], b[name])}
