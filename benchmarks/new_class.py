"""A new action taught to the bundled model from 30 clips: does it name it, and what does it forget?

    python benchmarks/new_class.py
    python benchmarks/new_class.py --data DIR,DIR --model FOLDER --json out.json

Makes a folder of 30 clips of an action that no list of ours holds ("sash sweep": one hand swings from beside the
other hip to high above its own shoulder, again and again), with a labels.csv, and runs the documented command on it. Then
asks the model before and after: 30 other clips of that action, among all labels that the model knows and the new one;
synthetic clips of the old actions that no training saw, among the same labels; and the held-out part of every
dataset given by --data (folders of our schema), among the dataset's own labels and the new one.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

from skeletonllm_hf import generate, save_skeleton
from skeletonllm_hf.data import decode, open_dataset
from skeletonllm_hf.model.likelihoods import candidate_log_likelihoods
from skeletonllm_hf.synthetic import ACTIONS, INTERACTIONS, MotionOptions
from skeletonllm_hf.synthetic.performer import Performer, cycle, key
from skeletonllm_hf.synthetic.registry import action
from skeletonllm_hf.training.checkpoints import load_model

NEW, CLIPS, UNSEEN = "sash sweep", 30, 10**6
BATCH = 4


@action(NEW, "points the {side} hand up and down across the body{times}", limb="hand", verb="point")
def sash_sweep(p: Performer) -> None:
    n, high = p.times(3, 5), p.vary(0.45)
    low, up = (-0.42, -0.42, 0.22), (0.34, high, 0.14)
    p.play(
        key(0.5, right=low, spine=(8, 14, 0)),
        *cycle(n, key(0.38, right=up, spine=(-4, -14, 0)), key(0.38, right=low, spine=(8, 14, 0))),
        back=0.5,
    )


def clips_of(name: str, count: int, first_seed: int) -> list:
    options = MotionOptions(viewer=False)
    return [generate(name, layout="kinect_v2", seed=first_seed + n, options=options) for n in range(count)]


def write_folder(folder: Path) -> None:
    """What a user would have: files and a table."""
    folder.mkdir()
    with open(folder / "labels.csv", "w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["file", "label"])
        for number, clip in enumerate(clips_of(NEW, CLIPS, 1)):
            save_skeleton(clip, folder / f"{number:02d}.npz")
            table.writerow([f"{number:02d}.npz", NEW])


@torch.no_grad()
def top1(model, processor, clips: list, candidates: list[str]) -> float:
    """Percent of clips whose likeliest candidate is their label."""
    right = 0
    for start in range(0, len(clips), BATCH):
        batch = clips[start : start + BATCH]
        best = candidate_log_likelihoods(model, processor, batch, candidates).argmax(1).tolist()
        right += sum(candidates[i] == clip.label for i, clip in zip(best, batch, strict=True))
    return 100 * right / len(clips)


def tests(labels: list[str], data: list[str]) -> dict[str, tuple[list, list[str]]]:
    """Name -> clips and candidates."""
    everything = sorted({*labels, NEW})
    old = [name for name in (*ACTIONS, *INTERACTIONS) if name in labels]
    found = {
        f"{NEW}, {len(everything)} candidates": (clips_of(NEW, CLIPS, UNSEEN), everything),
        f"synthetic, {len(everything)} candidates": (
            [clip for n, name in enumerate(old) for clip in clips_of(name, 1, UNSEEN + n)],
            everything,
        ),
    }
    for folder in data:
        rows = open_dataset(folder, "test")
        clips = [decode(row) for row in rows]
        candidates = sorted({clip.label for clip in clips} | {NEW})
        found[f"{Path(folder).name}, {len(candidates)} candidates"] = (clips, candidates)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="folder or Hub id (default: the bundled model)")
    parser.add_argument("--data", default="", help="DIR,DIR: datasets of our schema, for what is forgotten")
    parser.add_argument("--replay", default="synthetic", help="NAME,NAME: rehearsed (default: synthetic motion alone)")
    parser.add_argument("--most", type=int, default=300, help="clips of a test, spread over it (default: 300)")
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    parser.add_argument("rest", nargs="*", metavar="-- OPTION", help="further options of skeletonllm train, after --")
    arguments = parser.parse_args()
    model, processor = load_model(arguments.model)
    source = Path(model.name_or_path) / "labels.json"
    labels = json.loads(source.read_text(encoding="utf-8"))
    held = tests(labels, [name for name in arguments.data.split(",") if name])
    held = {
        name: (clips[:: -(-len(clips) // arguments.most)], candidates) for name, (clips, candidates) in held.items()
    }
    print("| clips | before | after |\n| --- | ---: | ---: |", flush=True)
    before = {name: top1(model.eval(), processor, *test) for name, test in held.items()}
    with tempfile.TemporaryDirectory() as work:
        write_folder(Path(work) / "clips")
        words = [
            "train",
            "--dataset",
            f"{work}/clips",
            "--out",
            f"{work}/run",
            "--stages",
            "new-class",
            *arguments.rest,
        ]
        words += [word for name in arguments.replay.split(",") if name for word in ("--replay", name)]
        words += ["--model", arguments.model] if arguments.model else []
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "skeletonllm_hf", *words], check=True)
        minutes = (time.perf_counter() - begun) / 60
        model, processor = load_model(f"{work}/run/final")
        after = {name: top1(model.eval(), processor, *test) for name, test in held.items()}
    for name in held:
        print(f"| {name} | {before[name]:.1f} | {after[name]:.1f} |")
    print(
        f"{minutes:.1f} minutes of training, its start and end included: skeletonllm {' '.join(words).replace(work, 'DIR')}"
    )
    if arguments.json:
        arguments.json.write_text(json.dumps({"before": before, "after": after, "minutes": minutes}, indent=1))


if __name__ == "__main__":
    main()
