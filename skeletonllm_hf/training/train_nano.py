"""Trains "nano", the bundled default model, from scratch on a CPU.

    python -m skeletonllm_hf.training.train_nano --data DIR --out runs/nano

Two stages. Inverse rendering: the vision tower learns to tell, from the frames alone, where the body's joints
are; synthetic motion is its unlimited, free supervision, and without it the language model's loss does not find
its way. Then language: labels, descriptions, answers, and the choice among candidates, on real and synthetic clips.
The loss reaches the renderer throughout.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
import torch

from ..model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from ..model.processing_skeletonllm import SkeletonLLMProcessor
from ..model.prompts import recognition_prompt
from .batches import collate
from .clips import LabelledClip, load_clips
from .evaluate import scores
from .examples import Examples, facing, synthetic_clips
from .inverse import inverse_rendering
from .loop import run
from .nano import build_nano, build_tokenizer
from .reading import TokenCache, read_cached
from .recipe import Recipe


def train(
    data: Path, out: Path, recipe: Recipe, start: Path | None = None, language: Path | None = None
) -> dict[str, float]:
    """Both stages and the final scores; the model, its processor and a report are left in `out`.

    With `start`, a folder saved by an earlier run, its model goes on from there, without the first stage unless
    `recipe.inverse_steps` asks for it again; with `language`, its language model is that of another run with
    the same tokenizer.
    """
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    out.mkdir(parents=True, exist_ok=True)
    print(f"recipe: {asdict(recipe)}", flush=True)
    clips, problems = load_clips(data)
    for problem in problems:
        print(f"skipped: {problem}", flush=True)
    begin = time.time()
    synthetic = synthetic_clips(recipe.synthetic_pool, recipe.seed + 1)
    print(f"{len(clips)} real clips, {len(synthetic)} synthetic ones in {time.time() - begin:.0f} s", flush=True)
    if start is None:
        texts = [
            t for clip in synthetic for t in (clip.label, *clip.captions, *(t for pair in clip.questions for t in pair))
        ]
        tokenizer = build_tokenizer([*texts, *[recognition_prompt()] * 100, *(clip.label for clip in clips)])
        model, processor = build_nano(tokenizer)
    else:
        model = SkeletonLLMForConditionalGeneration.from_pretrained(start)
        processor = SkeletonLLMProcessor.from_pretrained(start)
        if language is not None:
            other = SkeletonLLMForConditionalGeneration.from_pretrained(language)
            if SkeletonLLMProcessor.from_pretrained(language).tokenizer.get_vocab() != processor.tokenizer.get_vocab():
                raise ValueError(f"{language}: expected the tokenizer of {start}")
            model.mllm.model.language_model.load_state_dict(other.mllm.model.language_model.state_dict())
    model.train()
    training = copy.copy(processor)
    training.heading = "keep"  # clips are turned beforehand, so that augmentation can turn them away again
    if recipe.inverse_steps:
        inverse_rendering(model, training, recipe, synthetic)
        _save(model, processor, out / "inverse")
    real = [LabelledClip(c.dataset, facing(c.sequence), c.label, True) for c in clips if c.train]
    examples = Examples(recipe, real, synthetic)
    generator = np.random.default_rng(recipe.seed + 2)
    if recipe.reading_steps:
        variants = dict.fromkeys(examples.names, recipe.reading_variants)
        cache = TokenCache(model, training, examples, variants, generator)
        print(f"{len(cache)} clips in visual tokens after {time.time() - begin:.0f} s", flush=True)
        read_cached(model, training, recipe, examples, cache, recipe.reading_steps, recipe.reading_batch)
        del cache
        _save(model, processor, out / "reading")
        print(f"after reading: {scores(model, processor, clips, 100)}", flush=True)
        model.train()

    def loss_of(step: int) -> torch.Tensor:
        batch = [examples.draw(generator) for _ in range(recipe.batch)]
        return model(**collate(batch, training, seed=int(generator.integers(2**31)))).loss

    for step in run("language", recipe.steps, [model], recipe, loss_of):
        if (step + 1) % recipe.check_every == 0 and step + 1 < recipe.steps:
            _save(model, processor, out / "checkpoint")
            print(f"step {step + 1}: {scores(model, processor, clips, 60)}", flush=True)
            model.train()
    _save(model, processor, out / "final")
    results = scores(model, processor, clips)
    labels = sorted({clip.label for clip in clips})
    report = {
        "start": None if start is None else start.name,
        "recipe": asdict(recipe),
        "scores": results,
        "labels": labels,
        "minutes": (time.time() - begin) / 60,
    }
    (out / "report.json").write_text(json.dumps(report, indent=2))
    print(f"final: {results}", flush=True)
    return results


def _save(model, processor, folder: Path) -> None:
    model.save_pretrained(folder)
    processor.save_pretrained(folder)


def _weights(text: str) -> tuple[tuple[str, float], ...]:
    return tuple((name, float(share)) for name, _, share in (part.partition("=") for part in text.split(",")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the unpacked datasets")
    parser.add_argument("--out", type=Path, required=True, help="where checkpoints, the final model and report.json go")
    parser.add_argument("--start", type=Path, help="folder of a model to go on from; without it, from scratch")
    parser.add_argument("--language", type=Path, help="folder of a model whose language model to take")
    parser.add_argument("--weights", type=_weights, default=Recipe.weights, help="NAME=SHARE,... of the real datasets")
    for field in fields(Recipe):
        if field.type in ("int", "float"):
            kind = int if field.type == "int" else float
            parser.add_argument(f"--{field.name.replace('_', '-')}", type=kind, default=field.default)
    arguments = vars(parser.parse_args())
    data, out, start = (arguments.pop(name) for name in ("data", "out", "start"))
    language = arguments.pop("language")
    train(data, out, Recipe(**arguments), start, language)


if __name__ == "__main__":
    main()
