"""Settings of a training run, apart from its stages: data, machine, records."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..files import write_whole
from .sources import DatasetSpec
from .stages import Stage

PRECISIONS = ("auto", "float32", "bfloat16")
LOGGERS = ("tensorboard", "trackio")
CONFIG = "run.json"
BUILT = "data"  # folder of datasets that a run has built


@dataclass(frozen=True)
class Data:
    """The training data.

    Args:
        datasets: at least one that is no replay.
        replay_share: how often an example comes from the replayed ones.
        streaming: rows are read as they come.
        limit: first rows of each dataset only.
        workers: processes that prepare batches; 0: this one.
        group_by_length: steps of examples that are similarly long.
        teacher_url, teacher_model: an OpenAI-compatible server, and the model there that explains clips without a rationale.
    """

    datasets: tuple[DatasetSpec, ...]
    replay_share: float = 0.5
    streaming: bool = False
    limit: int | None = None
    workers: int = 0
    group_by_length: bool = False
    teacher_url: str | None = None
    teacher_model: str | None = None

    def __post_init__(self) -> None:
        if not any(not spec.replay for spec in self.datasets):
            raise ValueError("datasets: expected at least one, got none")
        if not 0 < self.replay_share < 1:
            raise ValueError(f"replay_share: expected a share between 0 and 1, got {self.replay_share}")
        if self.streaming and self.workers:
            raise ValueError(
                f"workers: expected 0 with streaming (every worker would read all rows), got {self.workers}"
            )
        if self.streaming and self.group_by_length:
            raise ValueError("group_by_length: expected datasets that are not streamed")
        if (self.teacher_url is None) != (self.teacher_model is None):
            raise ValueError("teacher_url: expected it with teacher_model, the model's name there, got one of them")
        if self.streaming and self.teacher_url is not None:
            raise ValueError("teacher_url: expected datasets that are not streamed")
        if self.streaming and any(spec.name.startswith("synthetic") for spec in self.datasets):
            raise ValueError("streaming: expected datasets only: synthetic motion is made, not read")


@dataclass(frozen=True)
class Machine:
    """Settings of the machine, which change results by rounding alone.

    Args:
        precision: "auto": bfloat16 on a GPU, float32 elsewhere. The renderer is float32 always.
        checkpointing: recompute activations instead of keeping them.
        cpu: leave a GPU alone.
        stop_after: minutes, from the run's start in this process, after which it stops with a checkpoint; None: never.
    """

    precision: str = "auto"
    checkpointing: bool = False
    cpu: bool = False
    stop_after: float | None = None

    def __post_init__(self) -> None:
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision: expected one of {list(PRECISIONS)}, got {self.precision!r}")


@dataclass(frozen=True)
class Record:
    """What is written while a stage runs.

    Args:
        save_every: steps between checkpoints.
        keep: whole checkpoints kept.
        log_every: steps between lines.
        loggers: of `LOGGERS`.
        pictures_every: steps between drawings of some clips; None: none.
        keep_trained: what each stage trained is kept beside its model, for `carry`.
    """

    save_every: int = 200
    keep: int = 2
    log_every: int = 10
    loggers: tuple[str, ...] = ()
    pictures_every: int | None = None
    keep_trained: bool = False

    def __post_init__(self) -> None:
        for name in ("save_every", "keep", "log_every", "pictures_every"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name}: expected at least 1, got {value}")
        if unknown := sorted(set(self.loggers) - set(LOGGERS)):
            raise ValueError(f"loggers: expected some of {list(LOGGERS)}, got {unknown}")
        for name in self.loggers:
            if importlib.util.find_spec(name) is None:
                raise ValueError(f"loggers: {name} is not installed: pip install {name}")


@dataclass(frozen=True)
class Run:
    """A run: stages one after the other.

    Args:
        out: its folder; a run that was stopped goes on there.
        stages: in order.
        data, machine, record: see there.
        model: what the first stage begins with: a folder or Hub id of ours; None: the bundled model.
        steps: optimiser steps of each stage; None: by its epochs.
        minutes: that the stages share, instead: how many steps fit, the first ones of each tell; None: no time.
        seed: of everything that is drawn.
        average: decay of a moving average of the trained weights, which then is the result; None: none.
    """

    out: Path
    stages: tuple[Stage, ...]
    data: Data
    machine: Machine = Machine()
    record: Record = Record()
    model: str | None = None
    steps: int | None = None
    minutes: float | None = None
    seed: int = 0
    average: float | None = None

    def __post_init__(self) -> None:
        if self.steps is not None and self.steps < 1:
            raise ValueError(f"steps: expected at least 1, got {self.steps}")
        for name, value in {"minutes": self.minutes, "stop_after": self.machine.stop_after}.items():
            if value is not None and not 0 < value < math.inf:
                raise ValueError(f"{name}: expected a positive number, got {value}")
        if self.steps is not None and self.minutes is not None:
            raise ValueError("minutes: expected none with steps, got both")
        if self.average is not None and not 0 < self.average < 1:
            raise ValueError(f"average: expected a decay between 0 and 1, got {self.average}")
        if self.seed < 0:
            raise ValueError(f"seed: expected 0 or more, got {self.seed}")

    def to_dict(self) -> dict[str, Any]:
        """What decides the result, as JSON holds it; where and how it is done does not stand in it."""
        values: dict[str, Any] = {
            name: _plain(getattr(self, name)) for name in ("model", "steps", "minutes", "seed", "average", "data")
        }
        values["data"].pop("workers")
        return values | {"precision": self.machine.precision, "stages": [stage.to_dict() for stage in self.stages]}

    def claim(self) -> None:
        """Writes the run's settings into its folder; where there are some, they must be the same, unless nothing was done by them.

        Raises:
            ValueError: the folder holds another run, or other files.
        """
        path = self.out / CONFIG
        there = {found.name for found in self.out.iterdir()} if self.out.is_dir() else set()
        mine = json.loads(json.dumps(self.to_dict()))
        if there and CONFIG not in there:
            raise ValueError(f"{self.out}: expected a new or empty folder, or one of this run; found other files")
        if there <= {CONFIG, BUILT}:  # a dataset was refused, if anything was done
            write_whole(path, json.dumps(mine, indent=1, ensure_ascii=False))
            return
        theirs = json.loads(path.read_text("utf-8"))
        if differ := sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)):
            raise ValueError(
                f"{self.out}: holds a run with other settings ({', '.join(differ)}): give the same, or another folder"
            )


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value
