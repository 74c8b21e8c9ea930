"""The output of a stage: a model with its processor, labels and card, and a report."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from ..configs import LABELS
from ..files import write_whole
from ..nouns import counted
from ..synthetic import SYNTHETIC
from . import checkpoints
from .settings import Run
from .sources import DatasetSpec, Stream
from .stages import Stage

REPORT, CARD = "report.json", "README.md"


def save_stage(
    run: Run,
    stage: Stage,
    folder: Path,
    base: Any,
    target: Path,
    processor: Any,
    tensors: Any,
    sources: Sequence[Any],
    history: list[Any],
    seconds: float,
) -> None:
    """Writes a stage's model into `target`, and last of all its report: without that the stage is not done.

    Args:
        run, stage: what was asked for.
        folder: the stage's own.
        base: the model that it began with.
        target: where the model goes.
        processor: of the model.
        tensors: what was trained, by name.
        sources: what it was trained on.
        history: the Trainer's log.
        seconds: that it took, since it was last started.
    """
    labels = {label for source in sources for label in source.labels}

    def complete(partial: Path) -> None:
        (partial / CARD).write_text(card(run, stage, partial, sources), "utf-8")

    write_model(stage, base, target, processor, tensors, labels, complete)
    for checkpoint in folder.glob("checkpoint-*"):
        checkpoints.remove(checkpoint)
    if run.record.keep_trained:
        checkpoints.save_tensors(tensors, folder / checkpoints.TRAINED)
    report = {"stage": stage.to_dict(), "run": run.to_dict(), "seconds": round(seconds, 1), "history": history}
    write_whole(folder / REPORT, json.dumps(report, indent=1))


def write_model(
    stage: Stage, base: Any, target: Path, processor: Any, tensors: Any, labels: Collection[str], complete: Callable[[Path], object]
) -> None:  # fmt: skip
    """The model of a stage, with `labels` beside those of its base; `complete` adds to its folder."""
    model = checkpoints.assemble(base, stage, tensors)
    lists, names = stage.tasks.get("mqa", 0), stage.tasks.get("name", 0)
    if lists or names:  # recognition asks as training did
        processor.list_candidates = lists >= names
    found = sorted({*labels, *known_labels(base)})

    def whole(partial: Path) -> None:
        (partial / LABELS).write_text(json.dumps(found, indent=0, ensure_ascii=False) + "\n", "utf-8")
        complete(partial)

    checkpoints.save_model(model, processor, target, whole)


def known_labels(base: Any) -> list[str]:
    """The labels beside a model's weights; none for a model on the Hub, whose labels its own card names."""
    from ..default import FOLDER
    from ..hub.slim import whole_folder

    path = Path(FOLDER if base is None else whole_folder(base)) / LABELS
    return json.loads(path.read_text("utf-8")) if path.is_file() else []


def card(run: Run, stage: Stage, folder: Path, sources: Sequence[Any]) -> str:
    """The model card: data with their licences, and the settings of every stage up to this one."""
    from ..default import FOLDER
    from ..hub.card import model_card
    from ..hub.slim import whole_folder

    named = Path(FOLDER if run.model is None else run.model)
    start = Path(whole_folder(named))
    last = next(number for number, other in enumerate(run.stages, 1) if other.name == stage.name)
    rows = [_row(spec, source) for spec, source in zip(run.data.datasets, sources, strict=True)]
    settings = {
        "started from": "the bundled model" if run.model is None else named.name if named.is_dir() else run.model,
        "seed": run.seed, "steps": run.steps, "average": run.average, "stages": [s.to_dict() for s in run.stages[:last]],
    }  # fmt: skip
    return model_card(folder, training={"data": rows, "settings": settings}, start=start if start.is_dir() else None)


def _row(spec: DatasetSpec, source: Any) -> dict[str, str]:
    from ..hub.card import card_header

    clips = "streamed" if isinstance(source, Stream) else counted(len(source), "clip")
    used = ", ".join(
        [clips, counted(len(source.labels), "label"), *([f"protocol {spec.protocol}"] if spec.protocol else [])]
    )
    used += " (rehearsal)" if spec.replay else ""
    if source.name == SYNTHETIC:
        return {"name": "synthetic motion of skeletonllm-hf", "used": used, "licence": "none needed"}
    folder = Path(spec.name)
    if not folder.is_dir():
        return {"name": spec.name, "used": used, "licence": "see its page on the Hub"}
    return {"name": source.name, "used": used, "licence": card_header(folder).get("license", "unknown")}
