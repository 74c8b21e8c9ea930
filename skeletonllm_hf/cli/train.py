"""Trains a model on datasets of skeletons, in stages. What was stopped, or killed, goes on with the same command."""

from __future__ import annotations

import argparse
import math
import os
import sys
from pathlib import Path
from typing import Any

from . import options

NAME = "train"
HELP = "fine-tune a model in stages"
USAGE = "--dataset NAME ... --out DIR"

# options that stand in for a setting of every stage, where they are given
_STAGE = (
    "epochs", "learning_rate", "renderer_rate", "batch", "micro_batch", "candidates", "negatives", "teacher", "lora_rank", "augment", "keep", "plain",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="DIR", required=True, help="the run's folder; the model is left in DIR/final")
    parser.add_argument(
        "--stages", metavar="A,B", default="paper",
        help="stages by name or YAML file, in order (default: paper: alignment, discrimination, reasoning, refinement)",
    )  # fmt: skip
    options.add_model(parser)
    _add_data(parser)
    _add_stages(parser)
    _add_work(parser)
    options.add_json(parser)


def _add_data(parser: argparse.ArgumentParser) -> None:
    data = parser.add_argument_group(
        "data", "NAME: a Hub id, a folder of our schema, a folder with a labels.csv, or synthetic[:CLIPS]."
    )
    data.add_argument(
        "--dataset",
        metavar="NAME[@PROTOCOL][=WEIGHT]",
        action="append",
        required=True,
        help="train on it; may be repeated",
    )
    data.add_argument(
        "--replay",
        metavar="NAME[@PROTOCOL][=WEIGHT]",
        action="append",
        default=[],
        help="dataset to mix in, against forgetting",
    )
    data.add_argument(
        "--replay-share", type=float, default=0.5, metavar="P", help="share of replayed examples (default: 0.5)"
    )
    data.add_argument(
        "--mix", metavar="TASK=SHARE,...", type=_mix, help="further tasks beside each stage's: caption=0.2,question=0.2"
    )
    data.add_argument("--streaming", action="store_true", help="read rows as a stream; needs --steps")
    data.add_argument("--limit", type=options.positive, metavar="N", help="the first N clips of each dataset only")
    data.add_argument(
        "--workers", type=options.whole, default=0, metavar="N", help="processes that prepare batches (default: 0)"
    )
    data.add_argument("--group-by-length", action="store_true", help="put examples of similar length into a step")


def _add_stages(parser: argparse.ArgumentParser) -> None:
    stage = parser.add_argument_group(
        "stages", "These options apply to every stage; other values come from the stage's file."
    )
    stage.add_argument("--epochs", type=float, metavar="N", help="passes over the clips")
    stage.add_argument("--steps", type=options.positive, metavar="N", help="optimiser steps, in place of --epochs")
    stage.add_argument(
        "--minutes",
        type=float,
        metavar="M",
        help="time for all stages, in place of --epochs and --steps; the first steps are timed",
    )
    stage.add_argument("--learning-rate", type=float, metavar="RATE")
    stage.add_argument(
        "--renderer-rate",
        type=float,
        metavar="SHARE",
        help="the renderer's learning rate, as a share of --learning-rate",
    )
    stage.add_argument(
        "--batch", type=options.positive, metavar="N", help="examples per optimiser step, over all processes"
    )
    stage.add_argument("--micro-batch", type=options.positive, metavar="N", help="examples per process at once")
    stage.add_argument(
        "--candidates", type=options.positive, metavar="N", help="labels in a multiple-choice question (default: all)"
    )
    stage.add_argument(
        "--negatives", metavar="text|confusions|FILE.json", help="source of the wrong labels in YES/NO questions"
    )
    stage.add_argument("--teacher", metavar="kinematic", help="source of rationales for clips without one")
    stage.add_argument(
        "--teacher-url",
        metavar="URL",
        help="OpenAI-compatible server that writes rationales from frames; key in SKELETONLLM_ENDPOINT_KEY",
    )
    stage.add_argument("--teacher-model", metavar="NAME", help="the model's name there")
    stage.add_argument("--lora-rank", type=options.positive, metavar="N")
    stage.add_argument("--augment", action=argparse.BooleanOptionalAction, help="augment the clips")
    stage.add_argument(
        "--plain",
        type=float,
        metavar="P",
        help="rows of plain text per clip, in stages that train the language model",
    )
    stage.add_argument(
        "--keep", type=float, metavar="P", help="interpolate the final weights with the old ones by this share"
    )
    stage.add_argument(
        "--average",
        type=float,
        metavar="DECAY",
        help="use a moving average of the weights as the result; the decay, such as 0.999",
    )


def _add_work(parser: argparse.ArgumentParser) -> None:
    work = parser.add_argument_group("work")
    work.add_argument("--seed", type=options.whole, default=0, metavar="N")
    work.add_argument(
        "--precision",
        default="auto",
        metavar="auto|float32|bfloat16",
        help="auto: bfloat16 on a GPU; the renderer is float32 always",
    )
    work.add_argument("--checkpointing", action="store_true", help="less memory, more time: recompute activations")
    work.add_argument(
        "--stop-after",
        type=float,
        metavar="M",
        help="save a checkpoint and stop after M minutes; the same command continues",
    )
    work.add_argument("--cpu", action="store_true", help="run on the CPU even if there is a GPU")
    work.add_argument(
        "--save-every", type=options.positive, default=200, metavar="N", help="steps between checkpoints (default: 200)"
    )
    work.add_argument("--keep-checkpoints", type=options.positive, default=2, metavar="N", help="(default: 2)")
    work.add_argument(
        "--log-every", type=options.positive, default=10, metavar="N", help="steps between lines (default: 10)"
    )
    work.add_argument("--log", metavar="tensorboard,trackio", default="", help="further loggers")
    work.add_argument(
        "--pictures-every", type=options.positive, metavar="N", help="steps between saved pictures of the model's input"
    )


def run(arguments: argparse.Namespace) -> int:
    try:
        settings = run_of(arguments)
        from ..training.run import train
    except ModuleNotFoundError as error:
        return _lacking(arguments, error)
    if not sys.stderr.isatty():
        from datasets import disable_progress_bars
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        disable_progress_bars()
    try:
        folder = train(settings)
    except FloatingPointError as error:
        if arguments.debug:
            raise
        options.note(f"skeletonllm: error: {error}")
        return 1
    if os.environ.get("RANK", "0") == "0":  # of several processes, one
        line = f"{folder}: the trained model" if folder else f"{settings.out}: not done yet"
        options.show(arguments, {"model": folder and str(folder)}, [line])
    return 0


def run_of(arguments: argparse.Namespace) -> Any:
    """The `Run` that the arguments describe. UsageError: one that makes no sense."""
    from ..training.settings import Data, Machine, Record, Run
    from ..training.sources import DatasetSpec
    from ..training.stages import find_stages

    given = {name: getattr(arguments, name) for name in _STAGE if getattr(arguments, name) is not None}
    try:
        stages = find_stages([name.strip() for name in arguments.stages.split(",") if name.strip()])
        stages = [s.replace(**given, tasks=dict(s.tasks) | (arguments.mix or {})) for s in stages]
        datasets = [DatasetSpec.parse(text) for text in arguments.dataset] + [
            DatasetSpec.parse(text, replay=True) for text in arguments.replay
        ]
        return Run(
            out=Path(arguments.out), stages=tuple(stages), model=arguments.model, steps=arguments.steps, minutes=arguments.minutes, seed=arguments.seed, average=arguments.average,
            data=Data(tuple(datasets), arguments.replay_share, arguments.streaming, arguments.limit, arguments.workers, arguments.group_by_length,
                      arguments.teacher_url, arguments.teacher_model),
            machine=Machine(arguments.precision, arguments.checkpointing, arguments.cpu, arguments.stop_after),
            record=Record(arguments.save_every, arguments.keep_checkpoints, arguments.log_every,
                          tuple(name.strip() for name in arguments.log.split(",") if name.strip()), arguments.pictures_every),
        )  # fmt: skip
    except (ValueError, OSError) as error:
        raise options.UsageError(str(error)) from None


def _mix(text: str) -> dict[str, float]:
    """For argparse: "caption=0.2,question=0.1"."""
    shares = {}
    for part in text.split(","):
        name, _, share = part.partition("=")
        try:
            shares[name.strip()] = float(share)
        except ValueError:
            shares[name.strip()] = math.nan
    if any(not 0 < share < math.inf for share in shares.values()):
        raise argparse.ArgumentTypeError(f"expected TASK=SHARE,..., got {text!r}")
    return shares


def _lacking(arguments: argparse.Namespace, error: ModuleNotFoundError) -> int:
    """Training without the extra: says which."""
    if arguments.debug or (error.name or "").startswith("skeletonllm_hf"):
        raise error
    options.note(f"skeletonllm: error: training needs the package {error.name}: pip install 'skeletonllm-hf[train]'")
    return 1
