"""The labels that a model brings along, in a file beside its weights."""

from __future__ import annotations

import json
from pathlib import Path

from ..configs import LABELS

BUNDLED = Path(__file__).parents[1] / "nano"


def model_labels(name: str | Path | None = None) -> list[str] | None:
    """The labels in the file beside a model's weights; None where there is no such file.

    Args:
        name: a checkpoint, a folder or on the Hub; None: the bundled one.

    Raises:
        ValueError: a file that is no list of labels; names it. FileNotFoundError: no model of that name.
    """
    if name is None:
        path: str | Path | None = BUNDLED / LABELS
    else:
        from transformers.utils import cached_file

        from ..hub.slim import check_folder, whole_folder
        from ..offline import loading_options

        check_folder(name)
        name = whole_folder(name)
        path = cached_file(name, LABELS, _raise_exceptions_for_missing_entries=False, **loading_options(name))
    return None if path is None else read_labels(path)


def own_labels(name: str | Path | None) -> list[str]:
    """As `model_labels`. ValueError: a model without labels of its own."""
    labels = model_labels(name) if name is None or str(name) else None
    if labels is None:
        raise ValueError(
            f"labels: expected some: {name or 'this model'} has none of its own ({LABELS} beside its weights)"
        )
    return labels


def read_labels(path: str | Path) -> list[str]:
    """A JSON list of labels. ValueError, OSError name the file."""
    try:
        labels = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: expected JSON: {error}") from None
    if not isinstance(labels, list) or not all(isinstance(label, str) and label.strip() for label in labels):
        raise ValueError(f"{path}: expected a JSON list of labels")
    return labels
