"""Trains "nano", the bundled default model, from scratch.

    python -m skeletonllm_hf.training.train_nano --data DIR --out runs/nano
    torchrun --nproc-per-node 2 -m -- skeletonllm_hf.training.train_nano --data DIR --out runs/nano --threads 1
    python -m skeletonllm_hf.training.train_nano --data DIR --out runs/nano --device cuda --workers 14 --batch 128

On a CPU several processes of one thread each learn faster than one of as many threads; on a GPU workers draw the batches. Three stages. Inverse rendering: the vision
tower learns to tell, from the frames alone, where the body's joints are; synthetic motion is its unlimited, free supervision, and
without it the language model's loss does not find its way. Then language: labels, descriptions, answers, rationales, and the choice among candidates, on real
and synthetic clips, everything together. Alignment, where asked for: the space of clips and sentences alone learns from visual tokens
that are computed once.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import AutoTokenizer

from ..arguments import ArgumentParser
from ..describe import rationale
from ..evaluation import accuracy
from ..evaluation.work import World
from ..model.clip_view import ClipView
from ..model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from ..model.processing_skeletonllm import SkeletonLLMProcessor
from ..model.prompts import recognition_prompt
from ..nouns import counted
from . import ahead
from .alignment_stage import align
from .checkpoints import read_tensors, save_tensors
from .clips import LabelledClip, data_path, held_out, load_clips
from .inverse import BodyHead, inverse_rendering
from .language import LanguageStage, set_centre
from .loop import run
from .mixture import Planned
from .nano import build_nano, build_tokenizer, renew_renderer
from .nano_data import taught_labels, training_clips, training_examples
from .recipe import EARLIER_NAMES, KINDS, Recipe, read_recipe
from .synthetic_clips import SyntheticClips

TOKENIZER_CLIPS, TOKENIZER_RATIONALES = 6000, 1000  # whose texts, and whose rationale, the tokenizer learns from
INVERSE = "inverse"  # the folder of the first stage
HEAD = "head.safetensors"  # of inverse rendering, beside the model of a stage that is over
ALIGNMENT_SEED = 9  # beside the recipe's: other clips than those of the language stage
AVERAGED_FROM = 200  # steps: earlier weights are not worth averaging


def train(
    data: Path,
    out: Path,
    recipe: Recipe,
    start: Path | None = None,
    language: Path | None = None,
    protocols: Mapping[str, str] | None = None,
    unseen: Collection[str] = (),
) -> dict[str, float]:
    """Both stages and the final scores; the model, its processor and a report are left in `out`.

    With `start`, a folder saved by an earlier run, its model goes on from there, without the first stage unless
    `recipe.inverse_steps` asks for it again; with `language`, its language model is that of another run with
    the same tokenizer. `protocols` names those that are not their datasets' first, `unseen` actions that no clip shows, to test with. Processes that torchrun started
    share each batch; the first of them saves, and alone gets the scores. The same call on the folder of a run that
    was killed goes on with it.
    """
    began = time.time()
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    # As in `model.internvl`, for the language model, whose prompts have ever new lengths.
    torch.backends.cuda.enable_cudnn_sdp(False)
    out.mkdir(parents=True, exist_ok=True)
    print(f"recipe: {asdict(recipe)}", flush=True)
    clips, problems = load_clips(data, protocols)
    for problem in problems:
        print(f"skipped: {problem}", flush=True)
    begin = time.time()
    synthetic, filmed = training_clips(clips, recipe, unseen)
    print(f"{counted(len(clips), 'real clip')} after {time.time() - begin:.0f} s", flush=True)
    done = (out / INVERSE / HEAD).is_file()
    model, processor = _first_model(out / INVERSE if done else start, language, recipe, synthetic, clips, done)
    processor.views = recipe.views
    model.to(recipe.device).train()
    model.config.drop_background = True  # of what is saved, whichever a step of the language stage sees
    # Clips are turned beforehand, so that augmentation can turn them away again.
    view = processor.view.replace(heading="keep")
    head = BodyHead(model.config.get_text_config().hidden_size, model.config.renderer_config.distance).to(recipe.device)
    if done:
        print("goes on after inverse rendering", flush=True)
        head.load_state_dict(read_tensors(out / INVERSE / HEAD))
    if recipe.inverse_steps and not done:
        real = [clip.sequence for source in filmed for clip in source.clips]
        inverse_rendering(model, head, view, recipe, synthetic, real, out / "inverse_state")
        _save(model, processor, out / INVERSE, head)
    examples = training_examples(recipe, synthetic, filmed, processor, max(1, recipe.steps) * recipe.batch)
    gc.freeze()  # processes that draw batches share what is there, untouched by their garbage collectors
    print(f"ready after {time.time() - begin:.0f} s", flush=True)
    deadline = began + 60 * recipe.minutes if recipe.minutes else None
    if recipe.steps:
        model = _language(model, processor, head, view, examples, recipe, out, clips, deadline)
        model.config.taught_labels = taught_labels(filmed, synthetic)
    if recipe.alignment_steps:
        examples = training_examples(recipe, synthetic, filmed, processor, recipe.alignment_clips, ALIGNMENT_SEED)
        align(model, view, examples, recipe, folder=out / "alignment_state", deadline=deadline)
    if recipe.alignment_size:
        set_centre(model.eval(), processor.view)
    _save(model, processor, out / "final")
    if World.here().rank:
        return {}
    results = scores(model, processor, clips) if recipe.final_scores else {}
    labels = sorted({clip.label for clip in clips})
    report = {
        "protocols": dict(protocols or {}),
        "start": None if start is None else start.name,
        "recipe": asdict(recipe),
        "scores": results,
        "labels": labels,
        "minutes": (time.time() - begin) / 60,
    }
    (out / "report.json").write_text(json.dumps(report, indent=2))
    print(f"final: {results}", flush=True)
    return results


def _first_model(
    start: Path | None,
    language: Path | None,
    recipe: Recipe,
    synthetic: SyntheticClips,
    clips: Sequence[LabelledClip],
    done: bool,
) -> tuple[Any, Any]:
    """The model and processor that the run goes on from: a folder's, or fresh ones with a tokenizer of the run's texts."""
    if start is None:
        sample = synthetic[:TOKENIZER_CLIPS]
        named = [clip for clip in sample[:TOKENIZER_RATIONALES] if clip.label]
        explained = ahead.each(lambda number: rationale(named[number], named[number].label), len(named), recipe.workers)
        texts = [
            t for clip in sample for t in (clip.label, *clip.captions, *(t for pair in clip.questions for t in pair))
        ]
        tokenizer = build_tokenizer(
            [*texts, *explained, *[recognition_prompt()] * 100, *(clip.label for clip in clips)]
        )
        return build_nano(tokenizer, recipe.appearance)
    model = SkeletonLLMForConditionalGeneration.from_pretrained(start, dtype="float32")
    processor = SkeletonLLMProcessor.from_pretrained(start)
    if language is not None and not done:
        other = SkeletonLLMForConditionalGeneration.from_pretrained(language, dtype="float32")
        if AutoTokenizer.from_pretrained(language).get_vocab() != processor.tokenizer.get_vocab():
            raise ValueError(f"{language}: expected the tokenizer of {start}")
        model.mllm.model.language_model.load_state_dict(other.mllm.model.language_model.state_dict())
    if recipe.fresh_renderer and not done:
        renew_renderer(model, processor, recipe.appearance)
    return model, processor


def _language(
    model: SkeletonLLMForConditionalGeneration,
    processor: SkeletonLLMProcessor,
    head: Any,
    view: ClipView,
    examples: Planned,
    recipe: Recipe,
    out: Path,
    clips: Any,
    deadline: Any,
) -> Any:
    """The language stage; the moving average of its weights."""
    stage = LanguageStage(model, head, processor, view, examples, recipe)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(recipe.average), use_buffers=False)
    modules, folder = [model, head], out / "state"
    for step in run("language", recipe.steps, modules, recipe, stage.make, stage.loss, average, folder, deadline):
        if step < AVERAGED_FROM:
            average.module.load_state_dict(model.state_dict())
        else:
            average.update_parameters(model)
        if (step + 1) % recipe.check_every == 0 and step + 1 < recipe.steps:
            _save(average.module, processor, out / "checkpoint")
            if World.here().rank == 0:
                print(f"step {step + 1}: {scores(average.module, processor, clips, 60)}", flush=True)
    return average.module


def scores(
    model: SkeletonLLMForConditionalGeneration,
    processor: SkeletonLLMProcessor,
    clips: Sequence[LabelledClip],
    most: int | None = None,
) -> dict[str, float]:
    """Top-1 accuracy on each dataset's held-out clips; on every n-th clip where `most` bounds their number."""
    results = {}
    for name in sorted({clip.dataset for clip in clips}):
        tested, candidates = held_out(clips, name)
        if tested:
            tested = tested[:: 1 if most is None else max(1, len(tested) // most)]
            sequences, labels = [clip.sequence for clip in tested], [clip.label for clip in tested]
            results[name] = accuracy(model.eval(), processor, sequences, labels, candidates)
    return results


def _save(
    model: SkeletonLLMForConditionalGeneration,
    processor: SkeletonLLMProcessor,
    folder: Path,
    head: BodyHead | None = None,
) -> None:
    """The first of several processes writes; a stage's folder also gets its head, last: with it the stage is over."""
    if World.here().rank:
        return
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    if head is not None:
        save_tensors(head.state_dict(), folder / HEAD)


def _weights(text: str) -> tuple[tuple[str, float], ...]:
    return tuple((name, float(share)) for name, _, share in (part.partition("=") for part in text.split(",")))


def protocol_choice(text: str) -> tuple[str, str]:
    """For argparse: "msr_action3d=zero_shot_16_4"."""
    dataset, _, name = text.partition("=")
    return dataset, name


def main() -> None:
    description = f"{__doc__}\nWhat the numbers mean stands beside them in hub_configs/nano/recipe.yaml."
    parser = ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data",
        type=data_path,
        required=True,
        help="folder with the datasets as their authors pack them, or one packed file",
    )
    parser.add_argument("--out", type=Path, required=True, help="where checkpoints, the final model and report.json go")
    parser.add_argument("--start", type=Path, help="folder of a model to go on from; without it, from scratch")
    parser.add_argument("--language", type=Path, help="folder of a model whose language model to take")
    parser.add_argument(
        "--weights",
        type=_weights,
        default=argparse.SUPPRESS,
        help="how often a filmed clip comes from which dataset: NAME=SHARE,...",
    )
    parser.add_argument(
        "--protocol",
        type=protocol_choice,
        action="append",
        default=[],
        help="DATASET=PROTOCOL, where it is not the first",
    )
    parser.add_argument(
        "--unseen",
        action="append",
        default=[],
        metavar="ACTION",
        help="an action that no training clip shows, to test with; may be repeated",
    )
    parser.add_argument("--recipe", type=Path, help="YAML file of numbers by name; options change single ones")
    shipped = read_recipe()
    for field in fields(Recipe):
        if field.type in KINDS:
            earlier = [old for old, name in EARLIER_NAMES.items() if name == field.name]
            names = [f"--{name.replace('_', '-')}" for name in (field.name, *earlier)]
            kind = {"true": True, "false": False}.__getitem__ if field.type == "bool" else KINDS[field.type]
            text = f"default: {getattr(shipped, field.name)}"
            parser.add_argument(*names, type=kind, default=argparse.SUPPRESS, help=text)
    arguments = vars(parser.parse_args())
    data, out, start = (arguments.pop(name) for name in ("data", "out", "start"))
    language, protocols, unseen = (arguments.pop(name) for name in ("language", "protocol", "unseen"))
    recipe = read_recipe(arguments.pop("recipe"), **arguments)
    train(data, out, recipe, start, language, dict(protocols), unseen)


if __name__ == "__main__":
    main()
