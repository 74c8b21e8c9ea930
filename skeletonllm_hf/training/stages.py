"""A stage of training: what is trained on which task, for how long. Stages are data: YAML files, checked here.

The paper's four stand in `hub_configs/stages`, one file each.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import configs

FOLDER, SMALL = configs.FOLDER / "stages", configs.FOLDER / "small" / "recipe.yaml"
PAPER = ("alignment", "discrimination", "reasoning", "refinement")
PARTS = ("renderer", "projector", "vision", "language", "lora")
TASKS = ("recognize", "mqa", "name", "yes_no", "rationale", "caption", "question", "refusal")
NEGATIVES = ("text", "confusions")
LOSSES = ("answer", "words")


@dataclass(frozen=True)
class Stage:
    """What one stage does; every field may stand in its YAML file.

    Args:
        name: letters, digits, "-" and "_": names the stage's folder.
        train: of `PARTS`, or "all" (everything, without adapters); the rest is frozen.
        tasks: task -> how often, of `TASKS` (`tasks.py` says what each asks).
        epochs: passes over the rows.
        learning_rate: the highest; a warm-up leads to it, a cosine away from it.
        renderer_rate: the renderer's learning rate as a share of that.
        weight_decay: of matrices; vectors and the renderer have none.
        warmup: share of the steps.
        batch: examples an optimiser step, over all processes.
        micro_batch: examples that one process takes at once; None: its whole share.
        candidates: labels that a multiple-choice question lists; None: all of the dataset.
        negatives: where "NO" comes from: "text" (labels whose wording is alike), "confusions" (labels that the model
            itself takes for the true one), or a JSON file of label -> labels.
        neighbours: how many of them.
        teacher: who explains clips without a rationale of their own: "kinematic", or a URL; None: nobody.
        augment: vary the clips (heading, mirror image, speed, size, noise, lost joints).
        lora_rank, lora_alpha, lora_dropout, lora_targets: the adapters on the language model.
        keep: share of the way back to the weights before the stage that is gone at its end: what a small data set
            would make the model forget.
        loss: "answer": the likelihood of answers; "words": how well clips are told by the words of their answers, without
            the language model (`plain.words_loss`; a batch of several clips on one process).
        plain: rows of plain text beside each row of a batch, where the language model or adapters on it are trained: what the
            model wrote before the run (`plain.own_words`), so that it keeps its language.
        share: part of the run's minutes, where it has some.
        questions: about each clip of a batch, which share its visual tokens and one row (one process; `packed_loss`).
    """

    name: str
    train: tuple[str, ...]
    tasks: Mapping[str, float]
    epochs: float = 1.0
    learning_rate: float = 2.0e-5
    renderer_rate: float = 1.0
    weight_decay: float = 0.05
    warmup: float = 0.03
    batch: int = 4
    micro_batch: int | None = None
    candidates: int | None = None
    negatives: str = "text"
    neighbours: int = 5
    teacher: str | None = None
    augment: bool = False
    lora_rank: int = 32
    lora_alpha: float = 64.0
    lora_dropout: float = 0.0
    lora_targets: tuple[str, ...] = field(
        default=("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
    )
    keep: float = 0.0
    loss: str = "answer"
    plain: float = 0.0
    share: float = 1.0
    questions: int = 1

    def __post_init__(self) -> None:
        put: Callable[..., Any] = lambda name, value: object.__setattr__(self, name, value)  # noqa: E731 - the dataclass is frozen
        put("train", (self.train,) if isinstance(self.train, str) else tuple(self.train))
        put("lora_targets", tuple(self.lora_targets))
        if not isinstance(self.tasks, Mapping):
            raise ValueError(f"tasks: expected task: share pairs, got {self.tasks!r}")
        put("tasks", {str(name): share for name, share in self.tasks.items()})
        for name, kind in _KINDS.items():
            put(name, _checked(name, getattr(self, name), kind))
        if not self.name or any(not (letter.isalnum() or letter in "-_") for letter in self.name):
            raise ValueError(f"name: expected letters, digits, - and _, got {self.name!r}")
        if self.train != ("all",) and (not self.train or set(self.train) - set(PARTS)):
            raise ValueError(f"train: expected some of {list(PARTS)}, or all, got {list(self.train)}")
        if {"lora", "language"} <= set(self.train):
            raise ValueError("train: expected language or lora (adapters on it), got both")
        if unknown := sorted(set(self.tasks) - set(TASKS)):
            raise ValueError(f"tasks: expected some of {list(TASKS)}, got {unknown}")
        for task, share in self.tasks.items():
            if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 < share < math.inf:
                raise ValueError(f"tasks: {task}: expected a positive share, got {share!r}")
        if not self.tasks:
            raise ValueError(f"tasks: expected some of {list(TASKS)}, got none")
        for name, least in (("epochs", 0), ("learning_rate", 0), ("lora_rank", 0), ("lora_alpha", 0), ("share", 0)):
            if not getattr(self, name) > least:
                raise ValueError(f"{name}: expected a positive number, got {getattr(self, name)}")
        for name, least in (("batch", 1), ("neighbours", 1), ("micro_batch", 1), ("questions", 1), ("candidates", 2)):
            if getattr(self, name) is not None and getattr(self, name) < least:
                raise ValueError(f"{name}: expected at least {least}, got {getattr(self, name)}")
        for name in ("warmup", "lora_dropout", "keep"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name}: expected a share from 0 to below 1, got {getattr(self, name)}")
        if self.loss not in LOSSES:
            raise ValueError(f"loss: expected one of {list(LOSSES)}, got {self.loss!r}")
        if self.loss == "words" and ((self.micro_batch or self.batch) < 2 or self.trains_language):
            raise ValueError("loss: words: expected at least 2 clips at once, and a language model that is not trained")
        if self.loss == "words" and self.questions > 1:
            raise ValueError(f"questions: expected 1 with loss: words, got {self.questions}")
        if self.negatives not in NEGATIVES and not self.negatives.endswith(".json"):
            raise ValueError(f"negatives: expected one of {list(NEGATIVES)} or a .json file, got {self.negatives!r}")

    @property
    def trains_language(self) -> bool:
        return bool({"language", "lora", "all"} & set(self.train))

    def replace(self, **changes: Any) -> Stage:
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """As YAML and JSON hold it."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in dataclasses.asdict(self).items()}


_KINDS = {
    "name": str, "epochs": float, "learning_rate": float, "renderer_rate": float, "weight_decay": float, "warmup": float,
    "batch": int, "micro_batch": (int, None), "candidates": (int, None), "negatives": str, "neighbours": int,
    "teacher": (str, None), "augment": bool, "lora_rank": int, "lora_alpha": float, "lora_dropout": float, "keep": float,
    "loss": str, "plain": float, "share": float, "questions": int,
}  # fmt: skip


def _checked(name: str, value: Any, kind: Any) -> Any:
    kind, optional = (kind[0], True) if isinstance(kind, tuple) else (kind, False)
    if optional and value is None:
        return None
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if kind is float and isinstance(value, str):  # YAML 1.1 reads 2e-5, without a point, as a text
        with contextlib.suppress(ValueError):
            value = float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{name}: expected {kind.__name__}, got {value!r}")
    if kind is float and not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{name}: expected a number that is not negative, got {value}")
    return value


def read_stage(path: str | os.PathLike[str]) -> Stage:
    """A stage from a YAML file.

    Raises:
        ValueError: no YAML, an unknown or missing setting, a value that makes no sense; names the file.
        OSError: no such file.
    """
    path = Path(path)
    values = read_yaml(path, "settings of a stage")
    known = {field.name for field in dataclasses.fields(Stage)}
    if unknown := sorted(map(str, set(values) - known)):
        raise ValueError(f"{path}: expected settings among {sorted(known)}, got {unknown}")
    if missing := [name for name in ("name", "train", "tasks") if name not in values]:
        raise ValueError(f"{path}: expected the settings name, train and tasks, got none of {missing}")
    try:
        return Stage(**values)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from None


def read_yaml(path: Path, what: str = "settings") -> dict[str, Any]:
    """Values by name. ValueError: no YAML, or not `what`; names the file."""
    import yaml

    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise ValueError(f"{path}: expected YAML: {error}") from None
    if not isinstance(values, dict):
        raise ValueError(f"{path}: expected {what}, got {type(values).__name__}")
    return values


def shipped_stages() -> dict[str, Stage]:
    """Name -> stage of every file that the package brings."""
    return {stage.name: stage for stage in map(read_stage, sorted(FOLDER.glob("*.yaml")))}


def find_stages(names: Sequence[str]) -> list[Stage]:
    """Stages by name ("paper": its four; "small": the recipe's) or YAML file, in the order given. ValueError: unknown or twice."""
    known = shipped_stages()
    stages = []
    for name in names:
        if name == "paper":
            stages += [known[part] for part in PAPER]
        elif name == "small":
            stages += [known[changes["name"]].replace(**changes) for changes in read_yaml(SMALL)["stages"]]
        elif name in known:
            stages.append(known[name])
        elif name.endswith((".yaml", ".yml")):
            stages.append(read_stage(name))
        else:
            raise ValueError(f"stages: expected paper, small, {', '.join(known)}, or a .yaml file, got {name!r}")
    given = [stage.name for stage in stages]
    if not given or len(set(given)) < len(given):
        raise ValueError(f"stages: expected each once, got {given}")
    return stages
