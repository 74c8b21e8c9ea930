"""Puts a trained nano into the package, with its labels and its model card.

    python -m skeletonllm_hf.training.bundle --run runs/nano --floors evaluated/floors.json --commands commands.txt

`--floors` is what `skeletonllm evaluate --suite floors` wrote for that very model; `--commands` holds what was run to make it,
a line each.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
from pathlib import Path

from ..default import FOLDER
from ..evaluation import floors_markdown
from ..synthetic import ACTIONS, ALIASES, INTERACTIONS

CARD = Path(__file__).parents[2] / "hub_configs" / "nano" / "README.md"
KEPT = (
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "processor_config.json",
    "chat_template.jinja",
    "tokenizer.json",
    "tokenizer_config.json",
)  # fmt: skip - the code is the package's own


def machine() -> str:
    """The processor's name and the number of cores in use."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores"


def card(report: dict, floors: dict, commands: list[str], config: dict, parameters: float) -> str:
    """The model card, filled in."""
    return CARD.read_text(encoding="utf-8").format(
        num_frames=config["renderer_config"]["num_frames"],
        image_size=config["renderer_config"]["image_size"],
        parameters=parameters / 1e6,
        scores=floors_markdown(floors).partition("\n\n")[2].strip(),
        commands="\n".join(f"    {line}" for line in commands),
        minutes=report["minutes"],
        machine=machine(),
        recipe=json.dumps(report["recipe"], indent=2),
        synthetic=report["recipe"]["synthetic_pool"],
    )


def bundle(run: Path, floors: dict, commands: list[str]) -> None:
    """Copies what `load_default` needs from a run's `final/` and writes labels.json and the card."""
    from safetensors import safe_open

    final, report = run / "final", json.loads((run / "report.json").read_text())
    FOLDER.mkdir(exist_ok=True)
    for name in KEPT:
        shutil.copyfile(final / name, FOLDER / name)
    for name in ("config.json", "processor_config.json"):
        settings = json.loads((FOLDER / name).read_text())
        settings.pop("auto_map", None)  # names files that the package holds once, elsewhere
        (FOLDER / name).write_text(json.dumps(settings, indent=2) + "\n")
    labels = sorted(
        {*report["labels"], *ACTIONS, *INTERACTIONS} - set(ALIASES)
    )  # datasets' other names of the same actions
    (FOLDER / "labels.json").write_text(json.dumps(labels, indent=0) + "\n")
    with safe_open(FOLDER / "model.safetensors", framework="numpy") as file:
        parameters = sum(math.prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118 - not a dict
    config = json.loads((FOLDER / "config.json").read_text())
    (FOLDER / "README.md").write_text(card(report, floors, commands, config, parameters), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="the folder that train_nano wrote")
    parser.add_argument("--floors", type=Path, required=True, help="the floors.json that `evaluate` wrote for it")
    parser.add_argument("--commands", type=Path, required=True, help="text file: what was run, a line each")
    arguments = parser.parse_args()
    bundle(arguments.run, json.loads(arguments.floors.read_text()), arguments.commands.read_text().splitlines())


if __name__ == "__main__":
    main()
