"""Puts a whole dataset through the model: results as parquet files, by several processes, resumed where it was stopped.

One process: `skeletonllm batch ...`; several, one a GPU: `accelerate launch --num_processes 8 -m skeletonllm_hf batch ...`."""

from __future__ import annotations

import argparse
import functools
from pathlib import Path
from typing import Any

from ..answering.task import Task
from ..nouns import counted
from . import options, recognize, remote

NAME = "batch"
HELP = "put a whole dataset through the model; resumable"
USAGE = "--dataset D --task TASK --out DIR"

_PARTS = ("train", "validation", "test")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--dataset", required=True, metavar="DIR|USER/NAME", help="a dataset as `skeletonllm data build` writes it")
    add("--task", required=True, type=_task, metavar="TASK", help="recognize, caption, ask or render")
    text = "folder of the results; a job that was interrupted continues there"
    add("--out", required=True, metavar="DIR", help=text)
    add("--part", choices=_PARTS, action="append", help="may be repeated (default: all parts)")
    add("--revision", metavar="REV", help="branch, tag or commit of a dataset on the Hub")
    recognize.add_ranking(parser, "recognize: ", whole_set=True)
    add("--question", metavar="TEXT", help="ask: the question about every clip")
    options.add_number(parser, "--max-tokens", "longest text, in tokens (default: 96)", 96)
    text = "clips in a batch, or requests to the server at once (default: 8)"
    options.add_number(parser, "--batch-size", text, 8)
    options.add_number(parser, "--shard-size", "minimum number of clips in a file of results (default: 512)", 512)
    add(
        "--engine", choices=("accelerate", "ray"), default="accelerate",
        help="launcher of several processes: accelerate, or Ray workers on this machine or at RAY_ADDRESS (default: accelerate)",
    )  # fmt: skip
    text = "with --engine ray: maximum number of workers (default: one per GPU, or per CPU)"
    options.add_number(parser, "--workers", text)
    add("--cpu", action="store_true", help="run on the CPU even if there is a GPU")
    text = "quantise the language model's weights while loading (needs bitsandbytes)"
    add("--load-in", choices=("4bit", "8bit"), help=text)
    options.add_model(parser)
    remote.add_endpoint(parser)
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    task = arguments.task
    labels = _labels(arguments, task)
    if arguments.workers is not None and arguments.engine != "ray":
        raise options.UsageError("--workers needs --engine ray; accelerate's launcher has --num_processes")
    if task == Task.RENDER and arguments.endpoint is not None:
        raise options.UsageError("--endpoint: frames are rendered here, no server is asked")
    if arguments.load_in and (task == Task.RENDER or arguments.endpoint is not None):
        raise options.UsageError("--load-in needs a task that a local model answers")
    if task != Task.RENDER:
        remote.check(arguments)
    if task != Task.RECOGNIZE or arguments.endpoint is not None:
        options.refuse(arguments, ("descriptions", "calibrate"), ": needs --task recognize, without --endpoint")
    descriptions = recognize.given_descriptions(arguments, labels)
    from ..batch import Job, run_batch

    try:
        job = Job(
            dataset=arguments.dataset, task=task.value, model=_mark(arguments, task), parts=tuple(arguments.part or _PARTS),
            revision=arguments.revision, labels=tuple(labels), top_k=arguments.top_k, none_of_these=arguments.none_of_these,
            question=arguments.question, max_new_tokens=arguments.max_tokens, size=arguments.size,
            shard_rows=arguments.shard_size, batch_size=arguments.batch_size,
            descriptions=descriptions, calibrate=_calibrate(arguments, task),
        )  # fmt: skip
    except ValueError as error:
        raise options.UsageError(f"--{error}") from None
    how = {"load": functools.partial(_load, arguments, task), "cpu": arguments.cpu, "say": options.note}
    if arguments.engine == "ray":
        from ..batch.cluster import run_on_ray

        report = run_on_ray(job, Path(arguments.out), workers=arguments.workers, **how)
    else:
        report = run_batch(job, Path(arguments.out), **how)
    if arguments.engine == "ray" or _first():
        lines = [f"{counted(report['clips'], 'clip')} in {counted(report['shards'], 'file')} under {arguments.out}"]
        lines += (
            [f"{counted(report['failed'], 'clip')} failed: the reason is in the column `error`"]
            if report["failed"]
            else []
        )
        options.show(arguments, report, lines)
    return 1 if report["failed"] else 0


def _labels(arguments: argparse.Namespace, task: Task) -> list[str]:
    if task == Task.RECOGNIZE:
        return recognize.described_labels(arguments) or recognize.labels_of_model(arguments.model)
    if recognize.given_labels(arguments) is not None:
        raise options.UsageError("--labels needs --task recognize")
    return []


def _calibrate(arguments: argparse.Namespace, task: Task) -> str | None:
    if task != Task.RECOGNIZE or arguments.endpoint is not None:
        return None
    return arguments.calibrate or "prior"


def _load(arguments: argparse.Namespace, task: Task, device: Any) -> Any:
    """The `Answerer`, or for "render" the `FrameRenderer`, on a device."""
    if task == Task.RENDER:
        from ..answering.loading import load_renderer

        frames = load_renderer(arguments.renderer or arguments.model, arguments.size)
        frames.renderer.to(device)
        return frames
    return remote.load(arguments, device=device, **({"quantize": arguments.load_in} if arguments.load_in else {}))


def _mark(arguments: argparse.Namespace, task: Task) -> str:
    """Identifies the job's model: a digest of a local checkpoint, or a commit on the Hub."""
    from ..batch.run import model_mark
    from ..default import FOLDER

    drawn = arguments.endpoint is not None or task == Task.RENDER
    name = (arguments.renderer or (arguments.model if task == Task.RENDER else None)) if drawn else arguments.model
    if name is None or str(name).endswith(".safetensors") or Path(name).is_dir():
        mark = model_mark(FOLDER if name is None else Path(name))
    else:  # the commit: of its files on the Hub, only some may be in the cache yet
        from transformers.utils import cached_file

        from ..offline import loading_options

        mark = f"{name}@{Path(cached_file(name, 'config.json', **loading_options(name))).parent.name}"
    if arguments.endpoint is not None:
        mark += f" {arguments.endpoint} {arguments.model}"
    return mark + (f" {arguments.load_in}" if arguments.load_in else "")


def _task(text: str) -> Task:
    """For argparse: a task by its name."""
    try:
        return Task(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected one of {', '.join(map(str, Task))}, got {text!r}") from None


def _first() -> bool:
    from accelerate import PartialState

    return PartialState().is_main_process
