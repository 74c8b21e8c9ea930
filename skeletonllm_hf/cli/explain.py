"""Shows where an answer comes from: which parts of the body, joints and frames, measured on the model itself."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from . import options, recognize

NAME = "explain"
HELP = "which limbs and frames does an answer come from?"
USAGE = "FILE ..."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_reading(parser)
    parser.add_argument("--question", metavar="TEXT", help="the question (default: which action it is)")
    parser.add_argument("--answer", metavar="TEXT", help="the answer to explain (default: the model's own)")
    recognize.add_labels(parser)
    recognize.add_calibrate(parser)
    text = "explain why this label and not the other labels: by its share among them"
    parser.add_argument("--contrast", action="store_true", help=text)
    text = "picture to write; in a folder: NAME_why.png (default: out)"
    parser.add_argument("--out", metavar="FOLDER|FILE.png", default="out", help=text)
    options.add_model(parser)
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    reading = options.reading(arguments)
    labels = recognize.given_labels(arguments)
    if arguments.question is not None and (labels is not None or arguments.contrast):
        raise options.UsageError("--question: labels and --contrast need the question about the action")
    if labels is None and arguments.question is None and (arguments.answer is None or arguments.contrast):
        labels = recognize.labels_of_model(arguments.model)
    for name in ("question", "answer"):
        if (given := getattr(arguments, name)) is not None and not given.strip():
            raise options.UsageError(f"--{name}: expected some words, got none")
    out = Path(arguments.out)
    single = out.suffix.lower() == ".png"
    if single and len(arguments.files) > 1:
        raise options.UsageError("--out: expected a folder for several FILEs, got the name of one file")
    if options.all_missing(arguments, reading):
        return 1
    answerer = options.load(arguments.model)
    taken: Counter[str] = Counter()

    def work(file: str) -> tuple[dict[str, Any], list[str]]:
        from ..analysis import influence
        from ..analysis.influence_picture import draw_influence

        clip = options.read_clip(file, reading)
        answer, question = arguments.answer, arguments.question
        if answer is None and question is None:
            answer = answerer.recognize(clip, labels, 1, calibrate=arguments.calibrate).label
        elif answer is None:
            answer = answerer.ask(clip, question)
        against = labels if arguments.contrast else None
        found = influence(answerer.model, answerer.processor, clip, answer, question, labels=against)
        path = out if single else out / f"{options.unique_stem(file, taken)}_why.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        draw_influence(clip, found).save(path)
        lines = [found.answer, *(f"{share:.3f}  {part}" for part, share in found.limbs.items() if share > 0)]
        if found.limb is None:
            lines.append("Nothing that the body does speaks for this answer.")
        return found.to_dict() | {"picture": str(path)}, [*lines, f"picture {path}"]

    return options.each_file(arguments, work)
