"""Model cards: README.md as the Hub shows it, for any checkpoint, from one template (`hub_configs/card.md`) and the checkpoint's files."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
from huggingface_hub import EvalResult, ModelCardData

from ..configs import FOLDER
from ..model.layouts import get_layout
from .checkpoint import CONFIG, model_type, parameters, read_json
from .listing import CARD, INDEX, WEIGHTS

TAGS = ("skeleton", "human-motion", "action-recognition", "pose", "skeletonllm")
_UNKNOWN = "other"  # the Hub's word for a licence that it does not list


def model_card(
    folder: str | os.PathLike[str],
    scores: Sequence[Mapping[str, Any]] | None = None,
    training: Mapping[str, Any] | None = None,
    *,
    repo_id: str = "USER/NAME",
    title: str | None = None,
    licence: str | None = None,
    licence_name: str | None = None,
    licence_link: str | None = None,
    base: str | None = None,
    start: str | os.PathLike[str] | None = None,
    picture: str | None = None,
    limits: Sequence[str] = (),
) -> str:
    """The card of a checkpoint.

    Args:
        folder: as `save_pretrained` leaves it; without weights, the card counts no parameters.
        scores: rows with "data", "metric", "value" and "command" (what printed it), optionally "interval" (low, high).
        training: optionally "data": rows with "name", "used" and "licence"; "commands": what was run, in order;
            "settings": hyperparameters.
        repo_id: "USER/NAME" in the lines that load it.
        title: None: from the configuration.
        licence: as the Hub abbreviates it; None: that of `start`, else "other".
        licence_name, licence_link: what an "other" one is called, and where it stands; None: those of `start`.
        base: Hub id of the multimodal model inside; None: that of `start`.
        start: folder of the checkpoint that training began with; its card's licence and base are taken over.
        picture: name of the preview, or None.
        limits: further ones, a sentence each.

    Raises:
        ValueError: no checkpoint of ours, rows that lack a value.
    """
    folder = Path(folder)
    config = read_json(folder / CONFIG)
    kind = model_type(folder)
    before = card_header(Path(start)) if start is not None else {}
    base = base or before.get("base_model")
    if licence is None:
        licence = before.get("license", _UNKNOWN)
        licence_name, licence_link = before.get("license_name"), before.get("license_link")
    renderer_only, made = kind == "draction", _all_of(training)
    renderer = config if renderer_only else config["renderer_config"]
    size, frames = renderer.get("image_size", 448), renderer.get("num_frames", 12)
    family = None if renderer_only else config["mllm_config"]["model_type"]
    has_weights = (folder / WEIGHTS).is_file() or (folder / INDEX).is_file()
    name, task, tags = "SkeletonLLM", "image-text-to-text", list(TAGS)
    if renderer_only:
        name, task = "DrAction renderer", "other"
        tags.remove("action-recognition")
    header = ModelCardData(
        license=licence, license_name=licence_name, license_link=licence_link, library_name="transformers", pipeline_tag=task,
        language=["en"], base_model=base, tags=tags, **evaluations(scores, repo_id, task),
    )  # fmt: skip
    return filled(
        "card.md",
        header=header.to_yaml(),
        title=title or f"{name} ({repo_id.split('/')[1]})",
        renderer_only=renderer_only,
        repo_id=repo_id,
        frames=frames,
        joints=get_layout(renderer.get("bank_layout", "kinect_v2")).num_joints if renderer_only else None,
        drawn=f"{frames} frames of {size} x {size} pixels with a learned, differentiable renderer (DrAction, arXiv 2603.18003)",
        inside=f"[{base}](https://huggingface.co/{base}), {family}" if base else family,
        count=f" {_millions(parameters(folder))} parameters." if has_weights else "",
        picture=picture,
        scores=scores or (),
        intervals=any("interval" in row for row in scores or ()),
        commands=list(dict.fromkeys(row["command"] for row in scores or ())),
        training=made,
        settings=json.dumps(made["settings"], indent=2),
        limits=limits,
    )


def filled(template: str, **values: Any) -> str:
    """The text of a Jinja template in `hub_configs`; values are inserted as they are."""
    environment = jinja2.Environment(
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string((FOLDER / template).read_text("utf-8")).render(values)


def card_header(folder: Path) -> dict[str, str]:
    """The single-valued entries on top of a folder's card: licence, base model, ...; {} without a card."""
    path = folder / CARD
    if not path.is_file():
        return {}
    top = re.match(r"\A---\n(.*?)\n---\n", path.read_text("utf-8"), re.DOTALL)
    return dict(re.findall(r"^(\w+): (\S+)$", top[1], re.MULTILINE)) if top else {}


def evaluations(scores: Sequence[Mapping[str, Any]] | None, repo_id: str, task: str) -> dict[str, Any]:
    """The scores as the Hub reads them (`model-index`): arguments of `ModelCardData`."""
    if not scores:
        return {}
    for row in scores:
        if lacking := {"data", "metric", "value", "command"} - set(row):
            problem = f"got none of {sorted(lacking)}"
            raise ValueError(f"scores: expected data, metric, value and command in a row, {problem}")
    results = [
        EvalResult(
            task_type=task, dataset_type=_slug(row["data"]), dataset_name=row["data"], metric_type=_slug(row["metric"]),
            metric_name=row["metric"], metric_value=row["value"],
        )
        for row in scores
    ]  # fmt: skip
    return {"model_name": repo_id.split("/")[1], "eval_results": results}


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _all_of(training: Mapping[str, Any] | None) -> dict[str, Any]:
    """`training` with all its entries. ValueError: an unknown entry."""
    entries: dict[str, Any] = {"data": (), "commands": (), "settings": None}
    if unknown := set(training or {}) - set(entries):
        raise ValueError(f"training: expected data, commands and settings, got {sorted(unknown)}")
    return entries | dict(training or {})


def _millions(count: int) -> str:
    return f"{count / 1e9:.2f} billion" if count >= 1e9 else f"{count / 1e6:.1f} million"
