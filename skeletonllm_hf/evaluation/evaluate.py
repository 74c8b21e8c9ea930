"""Evaluation of a model on a test set: the report with shares of right answers, their intervals and times."""

from __future__ import annotations

import contextlib
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from ..batch.lock import FolderLock
from . import paper_figures
from .caption_facts import KINDS, judge
from .clips import TestSet, from_rows
from .conditions import Condition
from .statistics import calibration_error, share
from .text_metrics import bert_score, bleu, normalized, rouge_l
from .work import Answered, Item, Records, Settings, Work, World, items_of

REPORT_VERSION = 1
# first words of a question, as the generator words it -> its kind
_QUESTION_KINDS = (
    ("How many times", "count"), ("How many people", "people"), ("How many", "count"),
    ("In which direction", "direction"), ("Which way", "direction"), ("Which", "limb"),
    ("Does the person use one", "limb"), ("Who", "who"), ("What does the person do first", "order"),
    ("What does the person do last", "order"), ("What is the posture", "posture"), ("What", "action"),
)  # fmt: skip


def evaluate(model: Any, processor: Any, tests: Any, protocol: Any = None, settings: Settings | None = None, out: str | os.PathLike[str] | None = None) -> dict[str, Any]:  # fmt: skip
    """Evaluates a model on clips.

    Args:
        model, processor: a `SkeletonLLMForConditionalGeneration` and its processor.
        tests: a `TestSet` (`load_test`), or rows of our schema, all of which are tested.
        protocol: of rows: the `Protocol` that they were chosen by; says which labels are candidates.
        settings: tasks and conditions.
        out: folder in which answers are kept: the same call goes on where it was stopped, and under accelerate
            all processes share the work. None: kept nowhere.

    Returns:
        dataset, protocol, clips, candidates; failed: clips with an error, each with it: rows that are no clip are not counted,
        answers that failed are wrong ones; and for each task that the clips allow `recognition`, `generation`,
        `captions`, `questions`: see docs/evaluation.md. All shares are percent with a 95 % interval.

    Raises:
        ValueError: several processes without `out`; another run at work in `out`; clips that allow none of the tasks.
    """
    settings = settings or Settings()
    if not isinstance(tests, TestSet):
        tests = from_rows(tests, protocol)
    world = World.here()
    if world.size > 1 and out is None:
        raise ValueError("out: several processes need a folder to share their answers through")
    # the first process holds the folder for all of them
    with FolderLock(out) if out is not None and world.rank == 0 else contextlib.nullcontext():
        return _evaluate(model, processor, tests, settings, world, out)


def _evaluate(
    model: Any, processor: Any, tests: TestSet, settings: Settings, world: World, out: str | os.PathLike[str] | None
) -> dict[str, Any]:
    work = Work(model, processor, Records(out, world.rank), world, settings)
    items = list(items_of(tests, settings.tasks, (None, *settings.conditions)))
    if not items:
        tasks = ", ".join(settings.tasks)
        raise ValueError(f"{tests.dataset}: no clip has what {tasks} needs: labels, captions or questions")
    answered: dict[str, list[Answered]] = defaultdict(list)
    failed = {id: {"clip": id, "error": error} for id, error in tests.unreadable}
    for item, record in work.answers(tests, items):
        answered[item.task].append((item, record))
        if "error" in record:
            failed.setdefault(item.clip.id, {"clip": item.clip.id, "error": record["error"]})
    protocol = tests.protocol.name if tests.protocol else None
    report: dict[str, Any] = {
        "version": REPORT_VERSION,
        "dataset": tests.dataset,
        "protocol": protocol,
        "protocol_title": tests.protocol.title if tests.protocol else None,
        "clips": len(tests.clips),
        "clips_in_all": tests.total,
        "candidates": list(tests.candidates),
        "model": work.digest,
        "failed": list(failed.values()),
        "published": paper_figures.of_test(tests.dataset, protocol),
    }
    if found := answered["recognition"]:
        ranked_by = "labels" if settings.descriptions is None else "descriptions"
        options = {"ranked_by": ranked_by, "calibrate": settings.calibrate}
        report["recognition"] = _recognition(found, settings.conditions) | options
    for task, section, measured in (
        ("generation", "generation", _generation), ("caption", "captions", _captions), ("question", "questions", _questions)
    ):  # fmt: skip
        if found := answered[task]:
            report[section] = measured(found)
    return report


def _right(found: Sequence[Answered]) -> dict[str, Any]:
    return share(sum(record["answer"] == item.clip.label for item, record in found), len(found))


def _grouped(found: Sequence[Answered], key: Callable[[Item], Any]) -> list[tuple[Any, list[Answered]]]:
    """Answers with the same key, in the order of the keys."""
    groups = defaultdict(list)
    for item, record in found:
        groups[key(item)].append((item, record))
    return sorted(groups.items())


def _mean_seconds(found: Sequence[Answered]) -> float:
    return sum(record["seconds"] for _, record in found) / len(found)


def _recognition(found: Sequence[Answered], conditions: Sequence[Condition]) -> dict[str, Any]:
    clean = [(item, record) for item, record in found if item.condition is None]
    best, classes = _right(clean), _classes(clean)
    right = [record["answer"] == item.clip.label for item, record in clean]
    confusions = Counter((item.clip.label, record["answer"]) for item, record in clean)
    values = {
        "top1": best,
        "top5": share(sum(record["rank"] <= 5 for _, record in clean), len(clean)),
        # mean of the classes' own shares: for datasets in which some classes have many clips
        "mean_class": sum(value["recall"]["percent"] for value in classes.values()) / len(classes),
        "calibration_error": calibration_error([record["top"] for _, record in clean], right),
        "seconds_per_clip": _mean_seconds(clean),
        "by_people": {str(count): _right(some) for count, some in _grouped(clean, lambda item: item.clip.people)},
        "classes": classes,
        "confusions": [
            {"label": label, "answer": answer, "count": count} for (label, answer), count in sorted(confusions.items())
        ],
        "conditions": [],
    }
    for condition in conditions:
        some = [(item, record) for item, record in found if item.condition == condition]
        score = _right(some)
        values["conditions"].append(
            {
                "condition": str(condition),
                "top1": score,
                "change": score["percent"] - best["percent"],
                "published": paper_figures.of_condition(condition),
            }
        )
    return values


def _classes(found: Sequence[Answered]) -> dict[str, Any]:
    named = Counter(record["answer"] for _, record in found)
    report = {}
    for label, some in _grouped(found, lambda item: item.clip.label):
        recall = _right(some)
        precision = share(recall["right"], named[label]) if named[label] else None
        report[label] = {"recall": recall, "precision": precision}
    return report


def _generation(found: Sequence[Answered]) -> dict[str, Any]:
    unparsable = Counter(record["text"] for _, record in found if record["answer"] is None)
    return {
        "top1": _right(found),
        "unparsable": share(unparsable.total(), len(found)),
        "seconds_per_clip": _mean_seconds(found),
        "unparsable_answers": [{"text": text, "count": count} for text, count in unparsable.most_common(10)],
    }


def _captions(found: Sequence[Answered]) -> dict[str, Any]:
    texts = [record["answer"] for _, record in found]
    references = [item.clip.sequence.captions for item, _ in found]
    values: dict[str, Any] = {
        "clips": len(found),
        "bleu1": bleu(texts, references, 1),
        "bleu4": bleu(texts, references),
        "rouge_l": rouge_l(texts, references),
        "seconds_per_clip": _mean_seconds(found),
        "published_bertscore": paper_figures.CAPTION_BERTSCORE,
    }
    try:
        values["bertscore"] = bert_score(texts, references)
    except OSError as error:  # its model is a download of its own
        values["bertscore"], values["bertscore_missing"] = None, str(error).splitlines()[0]
    verdicts = [
        judge(record["answer"], item.clip.truth, item.clip.sequence.captions)
        for item, record in found
        if item.clip.truth
    ]
    if verdicts:
        values["facts"] = {kind: _facts([v[kind] for v in verdicts if kind in v]) for kind in KINDS}
        values["facts"]["all"] = _facts([verdict for v in verdicts for verdict in v.values()])
    return values


def _facts(verdicts: Sequence[str]) -> dict[str, Any] | None:
    """Shares of facts that are right: of those that were named, and of all that could have been."""
    if not verdicts:
        return None
    counts = Counter(verdicts)
    named = counts["right"] + counts["wrong"]
    return {
        "named_right": share(counts["right"], named) if named else None,
        "all_right": share(counts["right"], len(verdicts)),
    }


def _questions(found: Sequence[Answered]) -> dict[str, Any]:
    by_kind = _grouped(found, lambda item: question_kind(str(item.question)))
    return {
        "exact": share(sum(record["answer"].strip() == item.answer for item, record in found), len(found)),
        "normalized": _answered(found),
        "kinds": {kind: _answered(some) for kind, some in by_kind},
        "seconds_per_question": _mean_seconds(found),
        "published": paper_figures.QUESTIONS,
    }


def _answered(found: Sequence[Answered]) -> dict[str, Any]:
    right = sum(normalized(record["answer"]) == normalized(str(item.answer)) for item, record in found)
    return share(right, len(found))


def question_kind(question: str) -> str:
    """Kind of a question: "count", "limb", "direction", "order", ..., "yes or no"."""
    return next((kind for start, kind in _QUESTION_KINDS if question.startswith(start)), "yes or no")
