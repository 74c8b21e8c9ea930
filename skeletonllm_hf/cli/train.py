"""Trains a model on datasets of skeletons, in stages. What was stopped, or killed, goes on with the same command."""

from __future__ import annotations

import argparse
import functools
import importlib.util
import math
import os
import sys
from pathlib import Path
from typing import Any

from . import options

NAME = "train"
HELP = "fine-tune a model in stages"
USAGE = "--dataset NAME ... --out DIR"

_PACKAGES = ("accelerate", "datasets", "peft", "yaml")  # of the extra `train`
# options that stand in for a setting of every stage, where they are given
_STAGE = (
    "epochs", "learning_rate", "renderer_rate", "batch", "micro_batch", "candidates", "negatives", "teacher", "lora_rank", "augment", "keep", "plain",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--out", metavar="DIR", required=True, help="the run's folder; the model is left in DIR/final")
    text = "stages by name or YAML file, in order (default: paper: alignment, discrimination, reasoning, refinement)"
    add("--stages", metavar="A,B", default="paper", help=text)
    options.add_model(parser)
    _add_data(parser)
    _add_stages(parser)
    _add_work(parser)
    options.add_json(parser)


def _add_data(parser: argparse.ArgumentParser) -> None:
    data = parser.add_argument_group(
        "data", "NAME: a Hub id, a folder of our schema, a folder with a labels.csv, or synthetic[:CLIPS]."
    )
    add = data.add_argument
    name = "NAME[@PROTOCOL][=WEIGHT]"
    add("--dataset", dest="datasets", metavar=name, action="append", required=True, help="train on it; may be repeated")
    add("--replay", metavar=name, action="append", default=[], help="dataset to mix in, against forgetting")
    text = "share of replayed examples (default: 0.5)"
    options.add_number(data, "--replay-share", text, 0.5, kind=float, metavar="P")
    text = "further tasks beside each stage's: caption=0.2,question=0.2"
    add("--mix", metavar="TASK=SHARE,...", type=_mix, help=text)
    add("--streaming", action="store_true", help="read rows as a stream; needs --steps")
    options.add_number(data, "--limit", "the first N clips of each dataset only")
    options.add_number(data, "--workers", "processes that prepare batches (default: 0)", 0, kind=options.whole)
    add("--group-by-length", action="store_true", help="put examples of similar length into a step")


def _add_stages(parser: argparse.ArgumentParser) -> None:
    stage = parser.add_argument_group(
        "stages", "These options apply to every stage; other values come from the stage's file."
    )
    add, add_number = stage.add_argument, functools.partial(options.add_number, stage)
    add_number("--epochs", "passes over the clips", kind=float)
    add_number("--steps", "optimiser steps, in place of --epochs")
    text = "time for all stages, in place of --epochs and --steps; the first steps are timed"
    add_number("--minutes", text, kind=float, metavar="M")
    add_number("--learning-rate", None, kind=float, metavar="RATE")
    text = "the renderer's learning rate, as a share of --learning-rate"
    add_number("--renderer-rate", text, kind=float, metavar="SHARE")
    add_number("--batch", "examples per optimiser step, over all processes")
    add_number("--micro-batch", "examples per process at once")
    add_number("--candidates", "labels in a multiple-choice question (default: all)")
    text = "source of the wrong labels in YES/NO questions"
    add("--negatives", metavar="text|confusions|FILE.json", help=text)
    add("--teacher", metavar="kinematic", help="source of rationales for clips without one")
    text = "OpenAI-compatible server that writes rationales from frames; key in SKELETONLLM_ENDPOINT_KEY"
    add("--teacher-url", metavar="URL", help=text)
    add("--teacher-model", metavar="NAME", help="the model's name there")
    add_number("--lora-rank", None)
    add("--augment", action=argparse.BooleanOptionalAction, help="augment the clips")
    text = "rows of plain text per clip, in stages that train the language model"
    add_number("--plain", text, kind=float, metavar="P")
    text = "interpolate the final weights with the old ones by this share"
    add_number("--keep", text, kind=float, metavar="P")
    text = "use a moving average of the weights as the result; the decay, such as 0.999"
    add_number("--average", text, kind=float, metavar="DECAY")


def _add_work(parser: argparse.ArgumentParser) -> None:
    work = parser.add_argument_group("work")
    add, add_number = work.add_argument, functools.partial(options.add_number, work)
    add_number("--seed", None, 0, kind=options.whole)
    text = "auto: bfloat16 on a GPU; the renderer is float32 always"
    add("--precision", default="auto", metavar="auto|float32|bfloat16", help=text)
    add("--checkpointing", action="store_true", help="less memory, more time: recompute activations")
    text = "save a checkpoint and stop after M minutes; the same command continues"
    add_number("--stop-after", text, kind=float, metavar="M")
    add("--cpu", action="store_true", help="run on the CPU even if there is a GPU")
    add_number("--save-every", "steps between checkpoints (default: 200)", 200)
    add_number("--keep-checkpoints", "(default: 2)", 2)
    add_number("--log-every", "steps between lines (default: 10)", 10)
    add("--log", dest="loggers", metavar="tensorboard,trackio", default="", help="further loggers")
    add_number("--pictures-every", "steps between saved pictures of the model's input")


def run(arguments: argparse.Namespace) -> int:
    needed = (*_PACKAGES, *([] if arguments.average is None else ["diffusers"]))
    if missing := [name for name in needed if importlib.util.find_spec(name) is None]:
        raise OSError(f"training needs {', '.join(missing)}: pip install 'skeletonllm-hf[train]'")
    settings = run_of(arguments)
    from ..training.run import train

    if not sys.stderr.isatty():
        from datasets import disable_progress_bars
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        disable_progress_bars()
    folder = train(settings)
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
        stages = find_stages(options.names(arguments.stages))
        stages = [s.replace(**given, tasks=dict(s.tasks) | (arguments.mix or {})) for s in stages]
        datasets = [DatasetSpec.parse(text) for text in arguments.datasets]
        datasets += [DatasetSpec.parse(text, replay=True) for text in arguments.replay]
        return Run(
            out=Path(arguments.out), stages=tuple(stages), model=arguments.model, steps=arguments.steps, minutes=arguments.minutes, seed=arguments.seed, average=arguments.average,
            data=Data(tuple(datasets), arguments.replay_share, arguments.streaming, arguments.limit, arguments.workers, arguments.group_by_length,
                      arguments.teacher_url, arguments.teacher_model),
            machine=Machine(arguments.precision, arguments.checkpointing, arguments.cpu, arguments.stop_after),
            record=Record(arguments.save_every, arguments.keep_checkpoints, arguments.log_every,
                          tuple(options.names(arguments.loggers)), arguments.pictures_every),
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
