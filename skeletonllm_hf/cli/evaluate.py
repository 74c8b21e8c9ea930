"""Tests a model on a dataset's held-out clips, or runs the suite of all tests that have a figure to reach.

Recognition is scored by the likelihood of candidates and by free generation, side by side; captions and questions where
the clips have them. With --out the answers are kept: the same command goes on where it was stopped, and
`accelerate launch -m skeletonllm_hf evaluate ... --out DIR` shares the clips among processes."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import options, recognize

NAME = "evaluate"
HELP = "how well does a model do on a dataset?"
USAGE = "--dataset DIR|USER/NAME|synthetic | --suite floors|open --data DIR"
_TASKS = ("recognition", "generation", "caption", "question")  # evaluation.work.TASKS, which would import torch


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_model(parser)
    add = parser.add_argument
    text = "a dataset of our schema, or `synthetic`: clips made with a held-out seed"
    add("--dataset", metavar="DIR|USER/NAME", help=text)
    text = "test split (default: the dataset's first protocol; `skeletonllm data info NAME` lists them)"
    add("--protocol", metavar="P", help=text)
    add("--tasks", metavar="A,B", help=f"of {', '.join(_TASKS)} (default: all that the clips allow)")
    options.add_number(parser, "--clips", "at most N clips, evenly spread (default: all; synthetic: 300)")
    recognize.add_descriptions(parser)
    recognize.add_calibrate(parser, whole_set=True)
    options.add_number(parser, "--batch", "clips at a time (default: 16)", 16)
    text = "where the model runs (default: a GPU if there is one)"
    add("--device", choices=("auto", "cpu", "cuda"), default="auto", help=text)
    add("--out", metavar="DIR", help="folder for answers, report.json, report.md and confusion.png")
    group = parser.add_argument_group("conditions", "Recognition is repeated under each.")
    text = "dropout=0.3, noise=0.05 (metres), layout=NAME, joints=25|20|17|13, people=1, renderer=fixed|no-modulator"
    group.add_argument("--conditions", metavar="A,B", help=text)
    group.add_argument("--cross-format", metavar="LAYOUT,...", help="the clips converted to these layouts")
    group.add_argument("--robustness", action="store_true", help="the paper's curves: dropout, noise, topology")
    text = "the renderer with fixed colours, and without its modulator"
    group.add_argument("--ablation", action="store_true", help=text)
    suite = parser.add_argument_group("suite")
    text = "floors: all tests with a target figure; open: labels in free wording, and the calibration of the answers"
    suite.add_argument("--suite", choices=("floors", "open"), help=text)
    text = "with --suite: folder of built datasets, each in a folder of its name"
    suite.add_argument("--data", metavar="DIR", help=text)
    text = "with --suite: a model that never saw the zero-shot classes"
    suite.add_argument("--zero-shot-model", metavar="FOLDER|HUB_ID", help=text)
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    if (arguments.suite is None) == (arguments.dataset is None):
        raise options.UsageError("expected either --dataset or --suite")
    return _suite(arguments) if arguments.suite else _dataset(arguments)


def _dataset(arguments: argparse.Namespace) -> int:
    options.refuse(arguments, ("data", "zero_shot_model"), " needs --suite")
    tasks = _TASKS if arguments.tasks is None else tuple(options.names(arguments.tasks))
    unknown = [task for task in tasks if task not in _TASKS]
    if unknown or not tasks:
        found = ", ".join(unknown) or "none"
        raise options.UsageError(f"--tasks: expected some of {', '.join(_TASKS)}, got {found}")
    if "recognition" not in tasks:
        options.refuse(arguments, ("descriptions", "calibrate"), " needs the task recognition")
    from ..evaluation import Settings, confusion_picture, evaluate, load_test, markdown

    conditions = _conditions(arguments)
    try:
        settings = Settings(tasks, conditions, arguments.batch, progress=True, calibrate=arguments.calibrate or "prior")
    except ValueError as error:
        raise options.UsageError(str(error)) from None
    tests = load_test(arguments.dataset, arguments.protocol, most=arguments.clips)
    settings = replace(settings, descriptions=recognize.given_descriptions(arguments, list(tests.candidates)))
    model, processor = _load(arguments.model, arguments.device)
    report = evaluate(model, processor, tests, settings=settings, out=arguments.out)
    if _first_process():
        if arguments.out:
            _write(arguments.out, "report", report, markdown(report))
            if "recognition" in report:
                confusion_picture(report).save(Path(arguments.out) / "confusion.png")
        options.show(arguments, report, [markdown(report).rstrip()])
    return 0


def _suite(arguments: argparse.Namespace) -> int:
    options.refuse(arguments, ("protocol", "tasks", "conditions", "descriptions"), " needs --dataset")
    if arguments.robustness or arguments.ablation:
        raise options.UsageError("--robustness and --ablation need --dataset")
    if arguments.data is None or arguments.out is None:
        raise options.UsageError("--suite: expected --data DIR and --out DIR")
    from ..evaluation import SUITES, run_suite, suite_markdown

    if not Path(arguments.data).is_dir():
        raise ValueError(f"{arguments.data}: expected a folder with built datasets, found none")
    suite, layouts = SUITES[arguments.suite], None
    if arguments.cross_format is not None:
        if not suite.layouts:
            raise options.UsageError("--cross-format needs --suite floors")
        layouts = [condition.value for condition in _layouts(arguments.cross_format)]
    load = lambda: _load(arguments.model, arguments.device)  # noqa: E731
    other = None if arguments.zero_shot_model is None else lambda: _load(arguments.zero_shot_model, arguments.device)
    result = run_suite(
        suite, load, arguments.data, arguments.out, untaught=other, layouts=layouts, most=arguments.clips,
        batch=arguments.batch, progress=True, calibrate=arguments.calibrate or "prior",
    )  # fmt: skip
    if _first_process():
        _write(arguments.out, arguments.suite, result, suite_markdown(result))
        options.show(arguments, result, [suite_markdown(result).rstrip()])
    return 0


def _conditions(arguments: argparse.Namespace) -> tuple[Any, ...]:
    from ..evaluation import ABLATION, ROBUSTNESS

    chosen = _parsed("--conditions", options.names(arguments.conditions or ""))
    chosen += _layouts(arguments.cross_format or "")
    chosen += ROBUSTNESS if arguments.robustness else ()
    chosen += ABLATION if arguments.ablation else ()
    return tuple(dict.fromkeys(chosen))


def _layouts(text: str) -> tuple[Any, ...]:
    return _parsed("--cross-format", [f"layout={name}" for name in options.names(text)])


def _parsed(option: str, texts: list[str]) -> tuple[Any, ...]:
    from ..evaluation import parse_conditions

    try:
        return parse_conditions(texts)
    except ValueError as error:
        raise options.UsageError(f"{option}: {error}") from None


def _load(name: str | None, device: str) -> tuple[Any, Any]:
    import torch

    from ..evaluation.work import World, processes

    if World.here().size > 1:
        device = processes().device if device == "auto" else device
    elif device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    answerer = options.load(name, device=device)
    return answerer.model, answerer.processor


def _first_process() -> bool:
    from ..evaluation.work import World

    return World.here().rank == 0


def _write(folder: str, name: str, values: dict[str, Any], text: str) -> None:
    """As JSON and markdown; each file appears whole."""
    from ..data.shards import write_whole

    json_text = json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False)
    write_whole(Path(folder) / f"{name}.json", json_text + "\n")
    write_whole(Path(folder) / f"{name}.md", text)
