"""Trains "nano", the bundled default model, from scratch.

    python -m skeletonllm_hf.training.train_nano --data DIR --out runs/nano
    torchrun --nproc-per-node 2 -m -- skeletonllm_hf.training.train_nano --data DIR --out runs/nano --threads 1
    python -m skeletonllm_hf.training.train_nano --data DIR --out runs/nano --device cuda --workers 14 --batch 128

On a CPU several processes of one thread each learn faster than one of as many threads; on a GPU workers draw the batches. Three stages. Inverse rendering: the vision
tower learns to tell, from the frames alone, where the body's joints are; synthetic motion is its unlimited, free supervision, and
without it the language model's loss does not find its way. Reading, where asked for: the language model alone learns from visual
tokens that are computed once. Then language: labels, descriptions, answers, rationales, and the choice among candidates, on real
and synthetic clips, everything together.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..describe import rationale
from ..evaluation import accuracy
from ..evaluation.work import World
from ..model.modeling_draction import SKELETON_INPUTS
from ..model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from ..model.processing_skeletonllm import SkeletonLLMProcessor
from ..model.prompts import recognition_prompt
from ..synthetic import ALIASES, find_action
from .batches import body_places, collate
from .clips import LabelledClip, held_out, load_clips
from .examples import Examples, SyntheticClips, facing
from .inverse import BodyHead, inverse_rendering
from .loop import run
from .nano import PATCH_SIZE, build_nano, build_tokenizer, renew_renderer
from .reading import TokenCache, read_cached
from .recipe import Recipe

GROUP = 2 * PATCH_SIZE  # pixels along the side of what becomes one visual token
READ, EXPLAINED = 6000, 1000  # synthetic clips whose texts and whose rationale the tokenizer learns from
KINDS = {"int": int, "float": float, "str": str, "bool": lambda text: {"true": True, "false": False}[text.lower()]}
# Steps of the language stage, warm-up included, in which a new body head learns to find joints before its loss reaches the frames.
FOLLOWING = 200
AVERAGED_FROM = 200  # steps: earlier weights are not worth averaging


def train(
    data: Path,
    out: Path,
    recipe: Recipe,
    start: Path | None = None,
    language: Path | None = None,
    protocols: Mapping[str, str] | None = None,
) -> dict[str, float]:
    """Both stages and the final scores; the model, its processor and a report are left in `out`.

    With `start`, a folder saved by an earlier run, its model goes on from there, without the first stage unless
    `recipe.inverse_steps` asks for it again; with `language`, its language model is that of another run with
    the same tokenizer. `protocols` names those that are not their datasets' first. Processes that torchrun started
    share each batch; the first of them saves, and alone gets the scores.
    """
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
    unseen = unseen_actions(clips)
    familiar = {ALIASES.get(clip.label, clip.label) for clip in clips}
    synthetic = SyntheticClips(recipe.synthetic_pool, recipe.seed + 1, unseen, familiar)
    print(f"{len(clips)} real clips after {time.time() - begin:.0f} s", flush=True)
    if start is None:
        read = synthetic[:READ]
        explained = [rationale(clip, clip.label) for clip in read[:EXPLAINED]]
        texts = [
            t for clip in read for t in (clip.label, *clip.captions, *(t for pair in clip.questions for t in pair))
        ]
        tokenizer = build_tokenizer(
            [*texts, *explained, *[recognition_prompt()] * 100, *(clip.label for clip in clips)]
        )
        model, processor = build_nano(tokenizer, recipe.appearance)
    else:
        model = SkeletonLLMForConditionalGeneration.from_pretrained(start)
        processor = SkeletonLLMProcessor.from_pretrained(start)
        if language is not None:
            other = SkeletonLLMForConditionalGeneration.from_pretrained(language)
            if SkeletonLLMProcessor.from_pretrained(language).tokenizer.get_vocab() != processor.tokenizer.get_vocab():
                raise ValueError(f"{language}: expected the tokenizer of {start}")
            model.mllm.model.language_model.load_state_dict(other.mllm.model.language_model.state_dict())
        if recipe.fresh_renderer:
            renew_renderer(model, processor, recipe.appearance)
    processor.views = recipe.views
    model.to(recipe.device).train()
    training = copy.copy(processor)
    training.heading = "keep"  # clips are turned beforehand, so that augmentation can turn them away again
    real = [
        LabelledClip(c.dataset, facing(c.sequence), c.label, "train")
        for c in clips
        if c.train and not means(c.label, unseen)
    ]
    head = BodyHead(model.config.get_text_config().hidden_size, model.config.renderer_config.distance).to(recipe.device)
    if recipe.inverse_steps:
        inverse_rendering(model, head, training, recipe, synthetic, [clip.sequence for clip in real])
        _save(model, processor, out / "inverse")
    examples = Examples(recipe, real, synthetic, processor)
    world = World.here()
    size = recipe.batch // world.size
    cells = model.config.renderer_config.image_size // GROUP
    if recipe.reading_steps:
        generator = np.random.default_rng((recipe.seed + 2, world.rank))
        cache = TokenCache(model, training, examples, examples.variants(recipe.reading_variants), generator)
        print(f"{len(cache)} clips in visual tokens after {time.time() - begin:.0f} s", flush=True)
        read_cached(model, training, recipe, examples, cache, recipe.reading_steps, recipe.reading_batch)
        del cache
        _save(model, processor, out / "reading")
        if world.rank == 0:
            print(f"after reading: {scores(model, processor, clips, 100)}", flush=True)
        model.train()

    def make(step: int) -> dict:
        generator = np.random.default_rng((recipe.seed + 2, world.rank, step))
        shared = np.random.default_rng(
            (recipe.seed + 5, step)
        )  # what all processes do in a step, which then take as long
        if shared.random() < recipe.explain_share:
            batch = [examples.draw_explained(generator) for _ in range(size // 2)]
        else:
            batch = [examples.draw(generator) for _ in range(size)]
        texts = collate(batch, training, seed=int(generator.integers(2**31)))
        clips = {name: texts.pop(name) for name in SKELETON_INPUTS}
        lit = shown(len(batch), training.num_frames, cells, recipe.lost_groups, generator)
        places = body_places([example.sequence for example in batch])
        whole = shared.random() < recipe.whole_share
        return {"texts": texts, "clips": clips, "places": places, "lit": lit, "whole": whole}

    def loss_of(step: int, batch: dict) -> torch.Tensor:
        model.config.drop_background = not batch["whole"]
        rendered = model.renderer(**batch["clips"])
        features, kept = model.visual_tokens(blacken(rendered.frames, batch["lit"]))
        prompt = model.place(**batch["texts"], features=features, kept=kept)
        loss = model(
            inputs_embeds=prompt.inputs_embeds, attention_mask=prompt.attention_mask, labels=prompt.labels
        ).loss
        if recipe.inverse_weight:
            seen = features.detach() if step < FOLLOWING and not recipe.inverse_steps else features
            loss = loss + recipe.inverse_weight * head.loss(
                seen, kept, batch["places"], batch["clips"], rendered.joints
            )
        return loss

    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(recipe.average), use_buffers=False)
    for step in run("language", recipe.steps, [model, head], recipe, make, loss_of):
        if step < AVERAGED_FROM:
            average.module.load_state_dict(model.state_dict())
        else:
            average.update_parameters(model)
        if (step + 1) % recipe.check_every == 0 and step + 1 < recipe.steps:
            _save(average.module, processor, out / "checkpoint")
            if world.rank == 0:
                print(f"step {step + 1}: {scores(average.module, processor, clips, 60)}", flush=True)
    model = average.module
    _save(model, processor, out / "final")
    if world.rank:
        return {}
    results = scores(model, processor, clips)
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


def unseen_actions(clips: Sequence[LabelledClip]) -> frozenset[str]:
    """The generator's names of the actions that a protocol holds out of training, whatever a dataset calls them.

    Of a dataset that is not trained on at all, clips are held out, not actions.
    """
    seen = {(clip.dataset, clip.label) for clip in clips if clip.train}
    trained = {dataset for dataset, _ in seen}
    tested = [clip for clip in clips if clip.part == "test" and clip.dataset in trained]
    held_out = {clip.label for clip in tested if (clip.dataset, clip.label) not in seen}
    return frozenset(find_action(label).name for label in held_out)


def means(label: str, actions: Collection[str]) -> bool:
    """Whether a dataset's label means one of these actions of the generator."""
    try:
        return find_action(label).name in actions
    except ValueError:
        return False


def scores(model, processor, clips: Sequence[LabelledClip], most: int | None = None) -> dict[str, float]:
    """Top-1 accuracy on each dataset's held-out clips; on every n-th clip where `most` bounds their number."""
    results = {}
    for name in sorted({clip.dataset for clip in clips}):
        tested, candidates = held_out(clips, name)
        if tested:
            tested = tested[:: 1 if most is None else max(1, len(tested) // most)]
            sequences, labels = [clip.sequence for clip in tested], [clip.label for clip in tested]
            results[name] = accuracy(model.eval(), processor, sequences, labels, candidates)
    return results


def shown(clips: int, frames: int, cells: int, most: float, generator: np.random.Generator) -> torch.Tensor:
    """(clips, frames, cells, cells): False for up to the share `most` of every frame's patch groups."""
    share = generator.uniform(0, most, (clips, frames, 1, 1))
    return torch.from_numpy(generator.random((clips, frames, cells, cells)) >= share)


def blacken(frames: torch.Tensor, lit: torch.Tensor) -> torch.Tensor:
    """Frames (clips, frames, 3, height, width) that show nothing where `lit` (clips, frames, rows, columns) is False."""
    side = frames.shape[-1] // lit.shape[-1]
    return frames * lit.repeat_interleave(side, 2).repeat_interleave(side, 3)[:, :, None]


def _save(model, processor, folder: Path) -> None:
    if World.here().rank:
        return
    model.save_pretrained(folder)
    processor.save_pretrained(folder)


def _weights(text: str) -> tuple[tuple[str, float], ...]:
    return tuple((name, float(share)) for name, _, share in (part.partition("=") for part in text.split(",")))


def protocol_choice(text: str) -> tuple[str, str]:
    """For argparse: "msr_action3d=zero_shot_16_4"."""
    dataset, _, name = text.partition("=")
    return dataset, name


def main() -> None:
    told = f"{__doc__}\nWhat the numbers mean stands beside them in training/recipe.py."
    parser = argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="folder with the datasets as their authors pack them, or one packed file",
    )
    parser.add_argument("--out", type=Path, required=True, help="where checkpoints, the final model and report.json go")
    parser.add_argument("--start", type=Path, help="folder of a model to go on from; without it, from scratch")
    parser.add_argument("--language", type=Path, help="folder of a model whose language model to take")
    parser.add_argument(
        "--weights",
        type=_weights,
        default=Recipe.weights,
        help="how often a filmed clip comes from which dataset: NAME=SHARE,...",
    )
    parser.add_argument(
        "--protocol",
        type=protocol_choice,
        action="append",
        default=[],
        help="DATASET=PROTOCOL, where it is not the first",
    )
    for field in fields(Recipe):
        if field.type in KINDS:
            kind = KINDS[field.type]
            name = f"--{field.name.replace('_', '-')}"
            parser.add_argument(name, type=kind, default=field.default, help=f"default: {field.default}")
    arguments = vars(parser.parse_args())
    data, out, start = (arguments.pop(name) for name in ("data", "out", "start"))
    language, protocols = arguments.pop("language"), dict(arguments.pop("protocol"))
    train(data, out, Recipe(**arguments), start, language, protocols)


if __name__ == "__main__":
    main()
