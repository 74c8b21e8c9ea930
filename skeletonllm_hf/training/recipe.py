"""The numbers that nano's training depends on: data, in `hub_configs/nano/recipe.yaml`, which says what each means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from .. import configs
from .stages import read_yaml

FILE = configs.FOLDER / "nano" / "recipe.yaml"
EARLIER_NAMES = {"told_share": "implied_share"}  # in reports, recipes and command lines that are older
KINDS: dict[Any, type] = {"int": int, "float": float, "str": str, "bool": bool}


@dataclass(frozen=True)
class Recipe:
    """Every hyperparameter; what each means stands beside it in `FILE`."""

    seed: int
    appearance: str
    fresh_renderer: bool
    inverse_steps: int
    inverse_clips: int
    inverse_frames: int
    inverse_real: float
    steps: int
    batch: int
    questions: int
    learning_rate: float
    weight_decay: float
    renderer_rate: float
    warmup: float
    final_rate: float
    average: float
    lost_groups: float
    whole_share: float
    bfloat16: bool
    synthetic_pool: int
    synthetic_share: float
    grammar_share: float
    caption_share: float
    list_share: float
    yes_no_share: float
    implied_share: float
    inverse_weight: float
    later_share: float
    explain_share: float
    refusal_share: float
    alignment_size: int
    alignment_weight: float
    alignment_steps: int
    alignment_clips: int
    alignment_batch: int
    alignment_rate: float
    lexicon_weight: float
    lexicon_pairs: int
    minutes: float
    keep_every: int
    check_every: int
    final_scores: bool
    views: int
    threads: int
    workers: int
    device: str
    weights: tuple[tuple[str, float], ...]


def read_recipe(path: Path | None = None, **changes: Any) -> Recipe:
    """The recipe of `FILE`, with the numbers of another file, then with these changes.

    Args:
        path: a YAML file with some of the numbers; None: none.
        changes: single numbers by name.

    Raises:
        ValueError: a number that there is not, or of another type; names file and number.
        OSError: no such file.
    """
    values = _read(FILE)
    for source, more in ((path, {} if path is None else _read(path)), ("recipe", changes)):
        more = {EARLIER_NAMES.get(name, name): value for name, value in more.items()}
        if unknown := sorted(set(more) - set(values)):
            raise ValueError(f"{source}: expected some of {sorted(values)}, got {unknown}")
        values |= {
            field.name: _checked(source, field, more[field.name]) for field in fields(Recipe) if field.name in more
        }
    return Recipe(**values)


def _read(path: Path) -> dict[str, Any]:
    values = read_yaml(path, "numbers by name")
    if isinstance(weights := values.get("weights"), Mapping):
        values["weights"] = tuple(weights.items())
    return values


def _checked(source: object, field: Any, value: Any) -> Any:
    if field.name == "weights":
        try:
            return tuple((str(name), float(share)) for name, share in value)
        except (TypeError, ValueError):
            raise ValueError(f"{source}: weights: expected dataset: share pairs, got {value!r}") from None
    kind = KINDS[field.type]
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{source}: {field.name}: expected {kind.__name__}, got {value!r}")
    return value
