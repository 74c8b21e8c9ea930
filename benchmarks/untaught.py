"""Labels of clips that a model was never trained on: how far they lean towards the actions that prototypes show.

    python benchmarks/untaught.py --model FOLDER --data BUILT [--datasets hdm05,gtu3d,penn_action] [--clips 150]
    python benchmarks/untaught.py --actions "touch toes"
    python benchmarks/untaught.py --sides 120 [--model FOLDER]
    python benchmarks/untaught.py --captions [--model FOLDER --data BUILT]
    python benchmarks/untaught.py --facts 200

FOLDER is a model that saw no clip of these datasets, BUILT holds them as `skeletonllm data build` makes them; their training parts are
ranked, so that their test parts choose nothing. With --actions FROM the generator's actions from that one on are ranked among
themselves instead: those that were added after a model was trained. With --sides N that many actions with a side or a direction are ranked
by labels such as "left hand wave" and "swipe left". One view of a clip, the cosine alone. Printed is how many per cent are
right without prototypes, for each `PROTOTYPE_POWER` and for each `NAMED_WEIGHT` and `NAMED_POWER` of `model.alignment`; and for the values
in use the mean negative log-likelihood at each scale of probabilities (`score_scale`). `--captions` prints instead how many clips are described
by a listed action that the language model was not taught (`answering.listed_actions`), for each least cosine and margin: of generated clips of
taught and of other actions, and how many of these get the right action; with --data also of these datasets. `--facts N` prints what that
does to captions and answers: `evaluate`'s shares of right facts and answers, on N generated clips of taught actions and N of others, with and
without it. `--classes A,B` ranks clips of these classes of
MSR-Action3D's training people, for a model that never saw the classes.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from prototypes import embedded

from skeletonllm_hf import generate, load
from skeletonllm_hf.answering import listed_actions
from skeletonllm_hf.answering.scorers.embedding import label_meanings, label_vectors, named_nearness
from skeletonllm_hf.data import decode, open_dataset
from skeletonllm_hf.evaluation import Settings, evaluate, synthetic_test
from skeletonllm_hf.evaluation.clips import NEWER_ACTIONS, TESTED_ACTIONS
from skeletonllm_hf.lexicon import load_lexicon
from skeletonllm_hf.model import alignment
from skeletonllm_hf.synthetic import ACTIONS, SYNTHETIC_LAYOUTS, MotionOptions, variants
from skeletonllm_hf.synthetic.registry import REGISTRY

PROTOTYPE_POWERS = (0, 1, 2, 4)
WEIGHTS, POWERS = (0.0, 0.5, 1.0, 1.5, 2.5), (2, 4, 8)
COSINES, MARGINS = (0.8, 0.85, 0.9), (0.0, 0.04, 0.06, 0.08, 0.1)
SCALES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
FIRST_SEED = 20_000
_SIDE = re.compile(r"(.*) with the (left|right) (\w+)$")
Test = tuple[list[str], list[tuple[str, Any]]]  # candidates, (label, clip)


def filmed(folder: Path, count: int, classes: Sequence[str] = ()) -> Test:
    """Some clips of a dataset's training part, of all its classes or of some."""
    rows = [row for row in open_dataset(folder, "train") if not classes or row["label"] in classes]
    some = np.random.default_rng(5).choice(len(rows), min(len(rows), count), replace=False)
    return sorted({row["label"] for row in rows}), [(rows[int(i)]["label"], decode(rows[int(i)])) for i in some]


def generated(names: list[str], count: int) -> Test:
    """Clips of these actions, in turn."""
    layouts = SYNTHETIC_LAYOUTS
    clips = [
        (names[i % len(names)], generate(names[i % len(names)], seed=FIRST_SEED + i, layout=layouts[i % len(layouts)]))
        for i in range(count)
    ]
    return names, clips


def sided(count: int) -> Test:
    """Two clips of each of some actions with a side or a direction, with labels that say it in other words than `synthetic.variants`."""
    known = variants()
    names = [list(known)[i] for i in np.random.default_rng(3).permutation(len(known))[:count]]
    labels = [_SIDE.sub(r"\2 \3 \1", name).replace(" to the ", " ") for name in names]
    clips = []
    for number in range(2 * count):
        label, variant = labels[number % count], known[names[number % count]]
        layout, options = SYNTHETIC_LAYOUTS[number % len(SYNTHETIC_LAYOUTS)], variant.options(number, MotionOptions())
        clips.append((label, generate(variant.action, seed=FIRST_SEED + number, layout=layout, options=options)))
    return labels, clips


def print_captions(answerer: Any, tests: dict[str, list[tuple[str, Any]]]) -> None:
    """How many clips are described by an action that was not taught, and how many of them by their own."""
    used = listed_actions.LEAST_COSINE, listed_actions.LEAST_MARGIN
    for name, clips in tests.items():
        motion = embedded(answerer.model, answerer.processor, [clip for _, clip in clips])
        print(f"{name}, {len(clips)} clips", flush=True)
        for cosine in COSINES:
            cells = []
            for margin in MARGINS:
                listed_actions.LEAST_COSINE, listed_actions.LEAST_MARGIN = cosine, margin
                found = listed_actions.shown_actions(answerer.model, motion)
                named = [(action, label) for action, (label, _) in zip(found, clips, strict=True) if action]
                own = sum(action == label for action, label in named)
                cells.append(f"margin {margin:g}: {100 * len(named) / len(clips):.1f} ({100 * own / len(clips):.1f})")
            print(f"  cosine {cosine:g}: {', '.join(cells)} % described (their own action)")
        listed_actions.LEAST_COSINE, listed_actions.LEAST_MARGIN = used
        found = listed_actions.shown_actions(answerer.model, motion)
        pairs = Counter(
            (label, action) for action, (label, _) in zip(found, clips, strict=True) if action not in (None, label)
        )
        print(
            "  others in use: " + ", ".join(f"{label} -> {action} {n}" for (label, action), n in pairs.most_common(12))
        )


def print_facts(answerer: Any, count: int) -> None:
    """Captions and answers with and without those of actions that were not taught."""
    used = listed_actions.LEAST_COSINE
    settings = Settings(("caption", "question"))
    for name, actions in (("taught actions", TESTED_ACTIONS), ("actions that were not taught", NEWER_ACTIONS)):
        tests = synthetic_test(count, actions=actions)
        for way, least in (("without", 2.0), ("with", used)):
            listed_actions.LEAST_COSINE = least
            report = evaluate(answerer.model, answerer.processor, tests, settings=settings)
            facts, answers = report["captions"]["facts"]["all"], report["questions"]["normalized"]
            print(
                f"{name}, {way}: facts right {facts['named_right']['percent']:.1f} % of those named, {facts['all_right']['percent']:.1f} % "
                f"of the reference's; answers right {answers['percent']:.1f} % of {answers['count']}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="folder (default: the bundled model)")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--datasets", default="hdm05,gtu3d,penn_action")
    parser.add_argument("--classes", metavar="A,B", help="of msr_action3d, in place of the datasets")
    parser.add_argument("--actions", metavar="FROM", help="rank generated clips of these actions in place of datasets")
    parser.add_argument(
        "--sides", type=int, metavar="N", help="rank generated clips of actions with a side or a direction"
    )
    parser.add_argument("--facts", type=int, metavar="N", help="captions and answers with and without such actions")
    parser.add_argument(
        "--captions", action="store_true", help="how many clips are described by an action that was not taught"
    )
    parser.add_argument("--clips", type=int, default=200, help="of each dataset")
    arguments = parser.parse_args()
    if not (arguments.actions or arguments.data or arguments.captions or arguments.facts or arguments.sides):
        parser.error("expected --data BUILT, --actions FROM, --sides N, --captions or --facts N")
    answerer = load(arguments.model)
    if arguments.facts:
        print_facts(answerer, arguments.facts)
        return
    if arguments.captions:
        config = answerer.model.config
        groups: dict[str, list[str]] = {"taught actions": [], "actions that were not taught": []}
        for name, untaught in zip(config.named_prototypes, listed_actions.untaught_actions(config), strict=True):
            if name in REGISTRY and REGISTRY[name].people == 1:
                groups["actions that were not taught" if untaught else "taught actions"].append(name)
        clips = {name: generated(actions, arguments.clips)[1] for name, actions in groups.items()}
        names = arguments.datasets.split(",") if arguments.data else ()
        print_captions(answerer, clips | {name: filmed(arguments.data / name, arguments.clips)[1] for name in names})
        return
    if arguments.classes is not None:
        classes = arguments.classes.split(",")
        tests = {"msr_action3d": filmed(arguments.data / "msr_action3d", arguments.clips, classes)}
    elif arguments.sides:
        tests = {"actions with a side or a direction": sided(arguments.sides)}
    elif arguments.actions is None:
        tests = {name: filmed(arguments.data / name, arguments.clips) for name in arguments.datasets.split(",")}
    else:
        tests = {
            f"actions from {arguments.actions}": generated(
                list(ACTIONS)[list(ACTIONS).index(arguments.actions) :], arguments.clips
            )
        }
    space, (_, _, prototype_power, _, *named) = answerer.model.alignment, alignment.leaning()
    for name, (labels, clips) in tests.items():
        motion, meanings = (
            embedded(answerer.model, answerer.processor, [clip for _, clip in clips]),
            label_meanings(labels, None, load_lexicon()),
        )
        texts = label_vectors(answerer.model, meanings)
        near = named_nearness(meanings, answerer.model.config.named_prototypes, load_lexicon())
        right = torch.tensor([labels.index(label) for label, _ in clips])
        plain = 100 * ((motion @ texts.T).argmax(1) == right).float().mean()
        print(f"{name}, {len(clips)} clips, {len(labels)} labels: {plain:.1f} % without prototypes", flush=True)
        for power in PROTOTYPE_POWERS:
            alignment.PROTOTYPE_POWER, found = power, []
            for weight in (0.0, named[0]):
                alignment.NAMED_WEIGHT = weight
                found.append(100 * ((motion @ space.leaned(texts, near).T).argmax(1) == right).float().mean())
            print(f"  power {power} of all prototypes: {found[0]:.1f}, with those of listed actions {found[1]:.1f}")
        alignment.PROTOTYPE_POWER = prototype_power
        for weight in WEIGHTS:
            found = []
            for power in POWERS:
                alignment.NAMED_WEIGHT, alignment.NAMED_POWER = weight, power
                found.append(100 * ((motion @ space.leaned(texts, near).T).argmax(1) == right).float().mean())
            print(
                f"  weight {weight:g}: " + ", ".join(f"power {p}: {f:.1f}" for p, f in zip(POWERS, found, strict=True))
            )
        alignment.NAMED_WEIGHT, alignment.NAMED_POWER = named
        scores = space.scale.item() * motion @ space.leaned(texts, near).T
        losses = {scale: torch.nn.functional.cross_entropy(scale * scores, right).item() for scale in SCALES}
        print(
            "  scale -> negative log-likelihood: " + ", ".join(f"{s:g}: {v:.2f}" for s, v in losses.items()), flush=True
        )


if __name__ == "__main__":
    main()
