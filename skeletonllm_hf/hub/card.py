"""Model cards: README.md as the Hub shows it, for any checkpoint, filled from its files into one template."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

from ..configs import FOLDER
from .checkpoint import CONFIG, model_type, parameters, read_json
from .listing import CARD, INDEX, WEIGHTS

TEMPLATE = FOLDER / "card.md"
TAGS = ("skeleton", "human-motion", "action-recognition", "pose", "skeletonllm")
_UNKNOWN = "other"  # the Hub's word for a licence that it does not list

_USE = """\
```python
import numpy as np
from transformers import AutoModelForImageTextToText, AutoProcessor

name = "{repo_id}"
model = AutoModelForImageTextToText.from_pretrained(name, trust_remote_code=True).eval()
processor = AutoProcessor.from_pretrained(name, trust_remote_code=True)

joints = np.load("clip.npy")  # (frames, people, 25, 3), metres, X right, Y up, Z towards the viewer
print(model.recognize(processor, joints, ["walk", "wave", "bow"], layout="kinect_v2"))
print(model.caption(processor, joints, layout="kinect_v2"))
print(model.ask(processor, joints, "Which hand is used?", layout="kinect_v2"))
```

With `skeletonllm-hf` installed, every clip may also be the path of a file (BVH, C3D, NTU, OpenPose, CSV, ...)."""

_USE_RENDERER = """\
```python
import torch
from transformers import AutoModel

renderer = AutoModel.from_pretrained("{repo_id}", trust_remote_code=True).eval()
joints = torch.zeros(1, {frames}, 1, {joints}, 3)  # (clips, frames, people, joints, 3), metres, X right, Y up, Z forward
frames = renderer(joints, joint_mask=torch.ones(1, {frames}, 1, {joints}, dtype=torch.bool)).frames  # differentiable
```"""


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
    renderer = config if kind == "draction" else config["renderer_config"]
    size, frames = renderer.get("image_size", 448), renderer.get("num_frames", 12)
    has_weights = (folder / WEIGHTS).is_file() or (folder / INDEX).is_file()
    count = f" {_millions(parameters(folder))} parameters." if has_weights else ""
    drawn = f"{frames} frames of {size} x {size} pixels with a learned, differentiable renderer (DrAction, arXiv 2603.18003)"
    if kind == "draction":
        what = f"Draws human skeletons as {drawn}.{count}"
        use = _USE_RENDERER.format(repo_id=repo_id, frames=frames, joints=_bank_joints(renderer))
        name, task, tags = "DrAction renderer", "other", tuple(tag for tag in TAGS if tag != "action-recognition")
    else:
        family = config["mllm_config"]["model_type"]
        inside = f"[{base}](https://huggingface.co/{base}), {family}" if base else family
        what = (
            "Human skeleton motion in, words out: names the action, describes the motion, answers questions about it. It draws "
            f"the skeleton as {drawn} and reads them with a multimodal language model ({inside}).{count}"
        )
        use, name, task, tags = _USE.format(repo_id=repo_id), "SkeletonLLM", "image-text-to-text", TAGS
    return TEMPLATE.read_text("utf-8").format(
        header=ModelCardData(
            license=licence,
            license_name=licence_name,
            license_link=licence_link,
            library_name="transformers",
            pipeline_tag=task,
            language=["en"],
            base_model=base,
            tags=list(tags),
            **evaluations(scores, repo_id, task),
        ).to_yaml(),
        title=title or f"{name} ({repo_id.split('/')[1]})",
        what=what,
        picture=f"![Frames of a bundled clip, as the model sees them]({picture})\n" if picture else "",
        use=use,
        scores=_scores(scores),
        training=_training(training),
        limits="".join(f"- {sentence}\n" for sentence in limits).rstrip(),
    )


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
    _check_scores(scores)
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


def _check_scores(scores: Sequence[Mapping[str, Any]]) -> None:
    for row in scores:
        if lacking := {"data", "metric", "value", "command"} - set(row):
            raise ValueError(
                f"scores: expected data, metric, value and command in a row, got none of {sorted(lacking)}"
            )


def _scores(scores: Sequence[Mapping[str, Any]] | None) -> str:
    if not scores:
        return "None were measured for this checkpoint."
    intervals = any("interval" in row for row in scores)
    lines = ["| data | metric | value |" + (" 95 % interval |" if intervals else ""), "| --- " * (3 + intervals) + "|"]
    for row in scores:
        low_high = " {:.1f} to {:.1f} |".format(*row["interval"]) if "interval" in row else " |" * intervals
        lines.append(f"| {row['data']} | {row['metric']} | {row['value']:.1f} |{low_high}")
    commands = dict.fromkeys(row["command"] for row in scores)
    return "\n".join([*lines, "", "Printed by", "", *(f"    {command}" for command in commands)])


def _training(training: Mapping[str, Any] | None) -> str:
    if not training:
        return "Not documented. Without training, renderer and projector know nothing of skeletons."
    unknown = set(training) - {"data", "commands", "settings"}
    if unknown:
        raise ValueError(f"training: expected data, commands and settings, got {sorted(unknown)}")
    lines = []
    if commands := training.get("commands"):
        lines += [*(f"    {command}" for command in commands), ""]
    if rows := training.get("data"):
        lines += ["Training data:", "", "| data | used | licence |", "| --- | --- | --- |"]
        lines += [f"| {row['name']} | {row['used']} | {row['licence']} |" for row in rows]
        lines += ["", "None of it is in this repository; its terms may bind what you do with these weights.", ""]
    if settings := training.get("settings"):
        lines += ["```json", json.dumps(settings, indent=2), "```", ""]
    return "\n".join(lines).rstrip()


def _millions(count: int) -> str:
    return f"{count / 1e9:.2f} billion" if count >= 1e9 else f"{count / 1e6:.1f} million"


def _bank_joints(renderer: Mapping[str, Any]) -> int:
    from ..model.layouts import get_layout

    return get_layout(renderer.get("bank_layout", "kinect_v2")).num_joints
