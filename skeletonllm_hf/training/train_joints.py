"""Trains a joint encoder; several of them, of other seeds, rank labels beside the language model.

    python -m skeletonllm_hf.training.train_joints --data DIR --out runs/joints
    python -m skeletonllm_hf.training.train_joints --data DIR --out runs/unseen --leave-out hdm05,gtu3d,penn_action
    python -m skeletonllm_hf.training.train_joints --join runs/joints/encoder.safetensors runs/other/encoder.safetensors --out runs/both

DIR holds the datasets as their authors pack them. No GPU is needed: a step of 384 clips takes a second or two on one core. The same
command goes on with a run that was killed. The encoder is left in OUT/encoder.safetensors.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from .. import configs
from ..arguments import ArgumentParser
from ..default import load_default
from ..joints import JointEncoder, JointEncoders, load_joint_encoders
from ..joints.encoder import FILE, save_joint_encoders
from ..nouns import counted
from .clips import data_path, load_clips
from .joint_stage import learn_joints
from .nano_data import training_clips, training_examples
from .prototypes import joint_prototypes
from .recipe import Recipe, read_recipe

RECIPE = configs.FOLDER / "joints" / "recipe.yaml"


def train(data: Path, out: Path, recipe: Recipe) -> None:
    """Trains an encoder and leaves it, with a report, in `out`; the same call goes on with a run that was killed."""
    began = time.time()
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    out.mkdir(parents=True, exist_ok=True)
    print(f"recipe: {asdict(recipe)}", flush=True)
    clips, problems = load_clips(data)
    for problem in problems:
        print(f"skipped: {problem}", flush=True)
    weights = dict(recipe.weights)
    clips = [clip for clip in clips if weights.get(clip.dataset, 0) > 0]
    synthetic, filmed = training_clips(clips, recipe)
    processor = load_default()[1]
    examples = training_examples(recipe, synthetic, filmed, processor, recipe.alignment_clips)
    encoder = JointEncoder()
    deadline = began + 60 * recipe.minutes if recipe.minutes else None
    learn_joints(encoder, examples, recipe, folder=out / "state", deadline=deadline)
    known, names = joint_prototypes(encoder)
    save_joint_encoders(JointEncoders([known]), names, out / FILE.name)
    report = {
        "recipe": asdict(recipe),
        "minutes": (time.time() - began) / 60,
        "clips": [source.name for source in filmed],
    }
    (out / "report.json").write_text(json.dumps(report, indent=2), encoding="utf-8")
    print(f"{out / FILE.name}", flush=True)


def join(files: Sequence[Path], out: Path) -> None:
    """Leaves the encoders of several files in `out` as one file. ValueError: files with prototypes of other actions."""
    loaded = [load_joint_encoders(file) for file in files]
    names = loaded[0][1]
    for file, (_, own, _) in zip(files, loaded, strict=True):
        if own != names:
            raise ValueError(
                f"{file}: expected prototypes of the actions of {files[0]}, got others (training.prototypes --joints)"
            )
    out.mkdir(parents=True, exist_ok=True)
    members = [member for encoders, _, _ in loaded for member in encoders.members]
    save_joint_encoders(JointEncoders(members), names, out / FILE.name)
    print(f"{out / FILE.name}: {counted(len(members), 'encoder')}")


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=data_path, help="folder with the datasets, or one packed file")
    source.add_argument(
        "--join", type=Path, nargs="+", metavar="FILE", help="trains nothing: puts encoders into one file"
    )
    parser.add_argument("--out", type=Path, required=True, help="where the encoder and report.json go")
    parser.add_argument(
        "--leave-out", default="", metavar="A,B", help="datasets of which no clip is seen, to test with"
    )
    parser.add_argument("--recipe", type=Path, default=RECIPE, help="YAML file of numbers by name")
    parser.add_argument("--steps", type=int, help="default: the recipe's alignment_steps")
    parser.add_argument("--seed", type=int, help="default: the recipe's")
    parser.add_argument(
        "--minutes", type=float, default=0.0, help="after which the run ends; 0: when its steps are taken"
    )
    arguments = parser.parse_args()
    if arguments.join:
        join(arguments.join, arguments.out)
        return
    recipe = read_recipe(arguments.recipe, minutes=arguments.minutes)
    left_out = arguments.leave_out.split(",") if arguments.leave_out else []
    unknown = set(left_out) - {name for name, _ in recipe.weights}
    if unknown:
        parser.error(
            f"--leave-out: expected some of {', '.join(sorted(dict(recipe.weights)))}, got {', '.join(sorted(unknown))}"
        )
    weights = tuple((name, 0.0 if name in left_out else share) for name, share in recipe.weights)
    given = {"alignment_steps": arguments.steps, "seed": arguments.seed}
    changes = {name: value for name, value in given.items() if value is not None}
    train(
        arguments.data,
        arguments.out,
        read_recipe(arguments.recipe, minutes=arguments.minutes, weights=weights, **changes),
    )


if __name__ == "__main__":
    main()
