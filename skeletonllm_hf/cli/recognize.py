"""Ranks labels by how well each fits the clip. Scores are probabilities over these labels; the model's card says how well calibrated."""

from __future__ import annotations

import argparse
import codecs
import json
from pathlib import Path
from typing import Any

from . import options, remote

NAME = "recognize"
HELP = "which of these labels is it?"
USAGE = "FILE ..."
GENERATOR = "generator"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_reading(parser)
    add_ranking(parser)
    options.add_model(parser)
    remote.add_endpoint(parser, server=True)
    options.add_json(parser)


def add_ranking(parser: argparse.ArgumentParser, task: str = "", whole_set: bool = False) -> None:
    """All options of recognition; `task` goes before each help, `whole_set` allows --calibrate set."""
    add_labels(parser, task)
    options.add_number(
        parser, "--top-k", f"{task}how many labels to {'keep' if task else 'show'} (default: 5)", 5, metavar="K"
    )
    add_descriptions(parser, task, " Not with --endpoint or --none-of-these")
    add_calibrate(parser, task, whole_set, " Not with --endpoint")
    parser.add_argument("--none-of-these", action="store_true", help=f"{task}offer 'none of these' as a label")


def add_labels(parser: argparse.ArgumentParser, task: str = "") -> None:
    """Candidate labels; `given_labels` and `labels_of_model` read them."""
    labels = parser.add_mutually_exclusive_group()
    text = f"{task}labels to choose from (default: those that come with the model)"
    labels.add_argument("--labels", metavar="A,B,C", help=text)
    text = f"{task}labels to choose from: one a line, or a JSON list (.json)"
    labels.add_argument("--labels-file", metavar="FILE", help=text)


def add_descriptions(parser: argparse.ArgumentParser, task: str = "", limits: str = "") -> None:
    """`given_descriptions` reads them; `task` goes before the help, `limits` behind it."""
    parser.add_argument(
        "--descriptions", metavar=f"FILE|{GENERATOR}",
        help=f"{task}for labels that the model was never taught: JSON, label -> sentence or list of sentences about such a clip, by which "
        "labels are ranked in place of their names; "
        f"`{GENERATOR}`: its sentences about its own actions.{limits}",
    )  # fmt: skip


def add_calibrate(parser: argparse.ArgumentParser, task: str = "", whole_set: bool = False, limits: str = "") -> None:
    """The option of score calibration; `task` goes before the help, `limits` behind it, `whole_set` allows "set"."""
    of_set = "; set: less each label's mean over all clips, which should show the labels about equally often"
    parser.add_argument(
        "--calibrate", choices=("none", "prior", "set") if whole_set else ("none", "prior"),
        help=f"{task}what labels are ranked by: none: their likelihood; prior (default): their similarity with the clip, where the model measures "
        f"one, else the likelihood less its mean over synthetic clips, kept on disk{of_set if whole_set else ''}.{limits}",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    if arguments.endpoint is not None:
        problem = ": cannot be combined with --endpoint: servers give no scores of labels"
        options.refuse(arguments, ("descriptions", "calibrate"), problem)
    reading = options.reading(arguments)
    labels = described_labels(arguments)
    if labels is None and arguments.server is None:
        labels = labels_of_model(arguments.model)
    descriptions = None if labels is None else given_descriptions(arguments, labels)
    remote.check(arguments)
    if options.all_missing(arguments, reading):
        return 1
    answerer = remote.load(arguments)

    def work(file: str) -> tuple[dict[str, Any], list[str]]:
        clip = options.read_clip(file, reading)
        found = answerer.recognize(
            clip, labels, arguments.top_k,
            none_of_these=arguments.none_of_these, descriptions=descriptions, calibrate=arguments.calibrate,
        )  # fmt: skip
        for warning in found.warnings:
            if warning not in clip.warnings:  # those of the reader were shown when the file was read
                options.note(f"{file}: {warning}")
        return found.to_dict(), score_lines(found)

    return options.each_file(arguments, work)


def score_lines(found: Any) -> list[str]:
    """For people: of a server its one label."""
    if hasattr(found, "answer"):
        return [found.label or f"none of the labels; the server wrote: {found.answer}"]
    lines = [f"{score:.3f}  {label}" for label, score in zip(found.labels, found.scores, strict=True)]
    return [*lines, "not sure: perhaps none of these"] if found.unsure else lines


def given_labels(arguments: argparse.Namespace) -> list[str] | None:
    """The user's labels, None where there are none. UsageError: no label left, or one twice."""
    if arguments.labels_file is not None:
        name, labels = f"--labels-file {arguments.labels_file}", _labels_in(arguments.labels_file)
    elif arguments.labels is not None:
        name, labels = "--labels", options.names(arguments.labels)
    else:
        return None
    if not labels:
        raise options.UsageError(f"{name}: expected at least one label")
    if repeated := sorted({label for label in labels if labels.count(label) > 1}):
        raise options.UsageError(f"{name}: repeated: {', '.join(repeated)}")
    return labels


def _labels_in(path: str) -> list[str]:
    """ValueError, OSError name the file."""
    if path.lower().endswith(".json"):
        from ..answering.labels import read_labels

        return read_labels(path)
    try:
        data = Path(path).read_bytes()
        wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # as Windows' own programs write it
        lines = data.decode("utf-16" if wide else "utf-8-sig").splitlines()
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: expected a file of labels, found no such file") from None
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x} at {error.start}"
        raise ValueError(f"{path}: expected UTF-8 text, got {found}") from None
    return [line.strip() for line in lines if line.strip()]


def described_labels(arguments: argparse.Namespace) -> list[str] | None:
    """As `given_labels`; where only descriptions are given, the labels that they are of.

    UsageError: the generator's descriptions of no labels, descriptions with --none-of-these, --endpoint without labels.
    """
    if arguments.descriptions is not None and arguments.none_of_these:
        raise options.UsageError("--descriptions: cannot be combined with --none-of-these, which nothing describes")
    labels = given_labels(arguments)
    if labels is None and arguments.descriptions == GENERATOR:
        raise options.UsageError(f"--descriptions {GENERATOR}: expected --labels or --labels-file too")
    if labels is None and arguments.descriptions is not None:
        labels = list(json_descriptions(arguments.descriptions))
    if labels is None and arguments.endpoint is not None:
        raise options.UsageError("--endpoint: expected --labels or --labels-file too, for the server to choose from")
    return labels


def given_descriptions(arguments: argparse.Namespace, labels: list[str]) -> dict[str, Any] | None:
    """The labels' descriptions; None without `--descriptions`.

    UsageError: an action that the generator does not know. ValueError, OSError name the file, and the labels that it leaves out.
    """
    if arguments.descriptions is None:
        return None
    from ..model.likelihoods import checked_descriptions
    from ..synthetic import descriptions

    if arguments.descriptions == GENERATOR:
        try:
            return descriptions(labels)
        except ValueError as error:
            raise options.UsageError(f"--descriptions {GENERATOR}: {error}") from None
    found = json_descriptions(arguments.descriptions)
    try:
        checked_descriptions(labels, found)
    except ValueError as error:
        raise ValueError(f"{arguments.descriptions}: {error}") from None
    return found


def labels_of_model(name: str | None) -> list[str]:
    """The labels that a model's maker left beside its weights, in labels.json. UsageError where there are none."""
    from ..answering.labels import model_labels

    labels = model_labels(name)
    if labels is None:
        problem = f"{name} has no labels of its own (labels.json): give --labels or --labels-file"
        raise options.UsageError(f"--labels: {problem}")
    return labels


def json_descriptions(path: str | Path) -> dict[str, list[str]]:
    """A JSON object of labels with a sentence or a list of them each. ValueError, OSError name the file."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: expected JSON: {error}") from None
    if isinstance(found, dict):
        found = {label: [text] if isinstance(text, str) else text for label, text in found.items()}
    if not isinstance(found, dict) or not all(isinstance(texts, list) for texts in found.values()):
        raise ValueError(f"{path}: expected a JSON object, label -> sentence or list of sentences")
    return found
