"""Puts a trained nano into the package, with its labels and its model card.

    python -m skeletonllm_hf.training.bundle --run runs/nano --floors evaluated/floors.json --made made.md

`--floors` is what `skeletonllm evaluate --suite floors` wrote for that very model; `--made` tells, for the card, what was run to
make it: the commands, seeds, commits and the machine.
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .. import configs
from ..arguments import ArgumentParser
from ..default import FOLDER
from ..evaluation import suite_markdown
from ..files import write_whole
from ..hub.card import evaluations
from ..lexicon import load_lexicon, normalized
from ..synthetic import ALIASES

# Of bundled models, by held-out clips of GTU 3D, on which no bundled model is tested: the scale whose negative log-likelihood is least (0.4 of 0.2 to 0.6, 0.8 and 1); the cosine
# halfway between the best wrong label's median and the right one's lower quartile.
RECOGNITION = {"score_scale": 0.4, "none_cosine": 0.42, "unsure_below": 0.4}
COMMAND = "skeletonllm evaluate --suite open"
CARD = configs.FOLDER / "nano" / "README.md"
KEPT = (
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "processor_config.json",
    "chat_template.jinja",
    "tokenizer.json",
    "tokenizer_config.json",
)  # fmt: skip - the code is the package's own


def card(floors: dict[str, Any], made: str, config: dict[str, Any], parameters: float) -> str:
    """The model card, filled in, with the scores as the Hub reads them (`model-index`)."""
    from huggingface_hub import ModelCard

    text = CARD.read_text(encoding="utf-8").format(
        num_frames=config["renderer_config"]["num_frames"],
        image_size=config["renderer_config"]["image_size"],
        parameters=parameters / 1e6,
        scores=suite_markdown(floors).partition("\n\n")[2].strip(),
        made=made.strip("\n"),
    )
    filled = ModelCard(text, ignore_metadata_errors=False)
    for name, value in evaluations(scores_of(floors["rows"]), "skeletonllm-hf/nano", filled.data.pipeline_tag).items():
        setattr(filled.data, name, value)
    return str(filled)


def scores_of(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was measured of this very model, in percent, as `hub.card.evaluations` takes it.

    Rows "never taught" are scores of another model, and those of probabilities are errors.
    """
    return [
        {"data": row["test"], "metric": "accuracy", "value": round(row["value"], 1), "command": COMMAND}
        for row in rows
        if row["value"] is not None and not row["test"].startswith(("probabilities", "never taught"))
    ]


def halved(source: Path, target: Path) -> None:
    """Copies weights in 16 bits; loading makes 32 of them again, as config.json says."""
    from safetensors.torch import load_file, save_file

    weights = {name: t.half() if t.is_floating_point() else t for name, t in load_file(source).items()}
    save_file(weights, target, metadata={"format": "pt"})


def distinct(labels: Sequence[str]) -> list[str]:
    """One of those that mean the same, in their order: by the lexicon's entries, whose own names are taken first, or letter by letter."""
    lexicon, found = load_lexicon(), {}
    for label in labels:
        entry = lexicon.find(label)
        meaning = entry.name if entry else normalized(label).replace(" ", "")
        own = entry is not None and normalized(label) == normalized(entry.name)
        if meaning not in found or own:
            found[meaning] = label
    spelled = {normalized(label).replace(" ", ""): label for label in reversed(found.values())}
    return sorted(spelled.values())


def bundle(run: Path, floors: dict[str, Any], made: str, folder: Path = FOLDER) -> None:
    """Copies what `load_default` needs from a run's `final/` to a folder and writes labels.json and the card there."""
    from safetensors import safe_open

    final = run / "final"
    folder.mkdir(exist_ok=True)
    for name in KEPT:  # in place of the earlier files, not into them: a process may be reading its weights from there
        copy = halved if name == "model.safetensors" else shutil.copyfile
        write_whole(folder / name, functools.partial(copy, final / name))
    for name in ("config.json", "processor_config.json"):
        settings = json.loads((folder / name).read_text())
        settings.pop("auto_map", None)  # names files that the package holds once, elsewhere
        if name == "config.json":
            settings |= RECOGNITION
            taught = set(settings.get("taught_labels", ()))
            if not taught:
                raise ValueError(
                    f"{final / name}: expected taught_labels, got none: a run's language stage writes them"
                )
            # Datasets' other names of the generator's actions are no use as candidates beside those.
            labels = distinct(sorted(label for label in taught if ALIASES.get(label) not in taught))
        (folder / name).write_text(json.dumps(settings, indent=2) + "\n")
    (folder / "labels.json").write_text(json.dumps(labels, indent=0) + "\n")
    with safe_open(folder / "model.safetensors", framework="numpy") as file:
        names = [name for name in file.keys() if not name.startswith("alignment.prototype")]  # noqa: SIM118 - not a dict
        parameters = sum(math.prod(file.get_slice(name).get_shape()) for name in names)
    config = json.loads((folder / "config.json").read_text())
    (folder / "README.md").write_text(card(floors, made, config, parameters), encoding="utf-8")


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="the folder that train_nano wrote")
    parser.add_argument("--floors", type=Path, required=True, help="the floors.json that `evaluate` wrote for it")
    parser.add_argument("--made", type=Path, required=True, help="Markdown: what was run to make it")
    arguments = parser.parse_args()
    bundle(arguments.run, json.loads(arguments.floors.read_text()), arguments.made.read_text("utf-8"))


if __name__ == "__main__":
    main()
