"""Does the limb that decides an answer rank first? Synthetic clips of which the truth is known, explained.

    python benchmarks/influence.py [--seeds 6] [--model FOLDER] [--compare]

Clips in which one limb acts, as the generator makes them with its usual variation: a hand is raised or waved, a leg kicks or
is lifted. As in life, arms swing along with a leg and the trunk leans, so that a leg's side can be told from them, too. And
clips in which two act at once, a hand and a leg put together from two clips: what is asked for decides which of them matters,
so a method that only tells what moves most fails. Answers are labels among siblings, and "the left hand" or "the right leg"
to the question which one is used.

A case is "right" where the model gives a right answer, and "decided" where it would also answer otherwise of the same body
at rest: then something that the body does decided. Of other cases nobody knows which limb the model's answer comes from;
they are counted too, with the limb that should have mattered.

--compare prints the same for other methods: what gradients alone say, other ways to put limbs at rest, contrast with the other
answers, limbs hidden, and the motion itself. A case takes several times as long then.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from skeletonllm_hf import load
from skeletonllm_hf.analysis.body_parts import PARTS, body_parts, carriers, joints_of
from skeletonllm_hf.analysis.influence import CLIPS_AT_ONCE, answer_scores, explained_by, influence
from skeletonllm_hf.analysis.resting import at_rest
from skeletonllm_hf.model.prompts import RECOGNIZE
from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.synthetic import EXACT, MotionOptions, generate
from skeletonllm_hf.transforms import add_noise

SIDES = {"left": "right", "right": "left"}
LABELS = ("raise left hand", "raise right hand", "wave left hand", "wave right hand", "forward kick")
ACTIONS_BY_LIMB = {
    "hand": ("raise {side} hand", "wave {side} hand", "high wave", "salute", "draw circle"),
    "arm": ("point",),
    "leg": ("forward kick", "lift knee", "stand on one leg"),
}
LIMB = {"hand": "arm", "arm": "arm", "leg": "leg"}
NOISE = 0.005  # metres, on clips put together of two exact ones
EVERY = [(0, part) for part in PARTS]
CASES = 32  # a seed
SMOOTH, DRAWS = 0.01, 6  # of SmoothGrad: metres, noisy clips


@dataclass(frozen=True)
class Case:
    """A clip, a question, the answers that could be given, and for each right one the limb that it comes from."""

    kind: str
    clip: SkeletonSequence
    question: str | None  # None: which label
    answers: tuple[str, ...]
    limbs: dict[str, str]


def cases(seeds: int) -> Iterator[Case]:
    for seed in range(seeds):
        for number, (side, other) in enumerate(SIDES.items()):
            own = 1000 + 2 * seed + number
            for name in ("raise {side} hand", "wave {side} hand", "forward kick"):
                clip = acted(name, side, own)
                yield Case("one limb, label", clip, None, LABELS, {clip.label: limb_of(name, side)})
            for word, names in ACTIONS_BY_LIMB.items():
                for name in names:
                    answers = (f"the {side} {word}", f"the {other} {word}")
                    question = f"Which {word} does the person use?"
                    yield Case(
                        f"one limb, which {'leg' if word == 'leg' else 'hand'}",
                        acted(name, side, own),
                        question,
                        answers,
                        {answers[0]: f"{side} {LIMB[word]}"},
                    )
            for leg in SIDES:
                name = ("raise {side} hand", "wave {side} hand")[seed % 2]
                clip = both(acted(name, side, own, EXACT), acted("forward kick", leg, own, EXACT), f"{leg} leg")
                clip = add_noise(clip, NOISE, np.random.default_rng(own))
                yield Case(
                    "two limbs, label",
                    clip,
                    None,
                    LABELS,
                    {clip.label: f"{side} arm", "forward kick": f"{leg} leg"},
                )
                answers = (f"the {side} hand", f"the {other} hand")
                question = "Which hand does the person use?"
                yield Case("two limbs, which hand", clip, question, answers, {answers[0]: f"{side} arm"})


def acted(name: str, side: str, seed: int, options: MotionOptions | None = None) -> SkeletonSequence:
    options = MotionOptions(seated=0.0) if options is None else options
    if "{side}" not in name:
        options = dataclasses.replace(options, side=side)
    return generate(name.format(side=side), seed=seed, options=options)


def limb_of(name: str, side: str) -> str:
    return f"{side} {'arm' if 'hand' in name else 'leg'}"


def both(clip: SkeletonSequence, other: SkeletonSequence, part: str) -> SkeletonSequence:
    """The clip with one part as in another clip of the same body, from the joint that carries it, at the clip's length."""
    own, root = list(joints_of(clip.layout)[part]), list(carriers(clip.layout)[part])
    at = np.linspace(0, other.num_frames - 1, clip.num_frames).round().astype(int)
    joints = clip.joints.copy()
    local = other.joints[at][:, :, own] - other.joints[at][:, :, root].mean(2, keepdims=True)
    joints[:, :, own] = joints[:, :, root].mean(2, keepdims=True) + local
    return clip.replace(joints=joints)


def others(model, processor, case: Case, answer: str) -> dict[str, list[float]]:
    """For each other method a value for each of PARTS."""
    rest_of = [answer, *(other for other in case.answers if other != answer)]

    def score(arrays, answers=(answer,)):
        return answer_scores(model, processor, case.question or RECOGNIZE, answers, arrays)

    parts = np.array(body_parts(case.clip.layout))
    inputs, rest = (processor.tensors([clip]) for clip in (case.clip, at_rest(case.clip, EVERY)))
    names = ("joints", "velocities")
    away = [(inputs[name] - rest[name])[0] for name in names]
    rng = np.random.default_rng(0)

    def of_parts(joints: np.ndarray) -> list[float]:
        return [float(joints[..., parts == part].sum()) for part in PARTS]

    def slopes(share: float, noise: float = 0.0) -> list[np.ndarray]:
        """Gradients on the way from rest (0) to the clip (1)."""
        at = {name: rest[name] + np.float32(share) * (inputs[name] - rest[name]) for name in names}
        at["joints"] = (at["joints"] + rng.normal(0, noise, at["joints"].shape)).astype(np.float32)
        leaves = [torch.from_numpy(values).requires_grad_() for values in at.values()]
        return [
            grad[0].numpy()
            for grad in torch.autograd.grad(score(inputs | dict(zip(at, leaves, strict=True))).sum(), leaves)
        ]

    mean = lambda many: [np.mean(grads, axis=0) for grads in zip(*many, strict=True)]  # noqa: E731
    signed = lambda grads: of_parts(sum((g * w).sum(-1) for g, w in zip(grads, away, strict=True)))  # noqa: E731
    here, smooth = slopes(1.0), mean([slopes(1.0, SMOOTH) for _ in range(DRAWS)])
    between = mean([slopes((step + 0.5) / 8) for step in range(8)])
    hidden = [case.clip.replace(mask=case.clip.mask & (parts != part)) for part in PARTS]
    with torch.no_grad():
        unseen = score(processor.tensors(hidden)).tolist()
        worth = resting_worth(processor, case.clip, score)
        against = resting_worth(processor, case.clip, lambda arrays: score(arrays, rest_of), ends_only=True)
    everything = frozenset(PARTS)
    alone = [worth[frozenset({part})] - worth[frozenset()] for part in PARTS]
    without = [worth[everything] - worth[everything - {part}] for part in PARTS]
    return {
        "without it": without,
        "alone and without it, mean": [(a + b) / 2 for a, b in zip(alone, without, strict=True)],
        "Shapley value": [shapley(worth, part) for part in PARTS],
        "alone, against other answers": [against[frozenset({part})] - against[frozenset()] for part in PARTS],
        "gradient": of_parts(np.linalg.norm(here[0], axis=-1)),
        "gradient x way from rest": signed(here),
        "SmoothGrad": of_parts(np.linalg.norm(smooth[0], axis=-1)),
        "SmoothGrad x way from rest": signed(smooth),
        "integrated gradients": signed(between),
        "integrated gradients, unsigned": of_parts(
            sum(np.abs((g * w).sum(-1)) for g, w in zip(between, away, strict=True))
        ),
        "limb hidden": [float(worth[everything]) - value for value in unseen],
        "how far from rest (no model)": of_parts(np.linalg.norm(away[0], axis=-1)),
    }


def resting_worth(
    processor, clip: SkeletonSequence, score: Callable, ends_only: bool = False
) -> dict[frozenset[str], float]:
    """What `score` gives where just these parts move, for every set of parts; with `ends_only` for none and each alone."""
    sets = [frozenset(some) for size in range(len(PARTS) + 1) for some in itertools.combinations(PARTS, size)]
    sets = [some for some in sets if not ends_only or len(some) <= 1]
    worth = {}
    for start in range(0, len(sets), CLIPS_AT_ONCE):
        some = sets[start : start + CLIPS_AT_ONCE]
        clips = [at_rest(clip, [(0, part) for part in PARTS if part not in moving]) for moving in some]
        worth |= dict(zip(some, score(processor.tensors(clips)).tolist(), strict=True))
    return worth


def shapley(worth: dict[frozenset[str], float], part: str) -> float:
    """What the part adds, averaged over all orders in which parts could begin to move."""
    total, count = 0.0, len(PARTS)
    for moving, value in worth.items():
        if part in moving:
            weight = 1 / (count * math.comb(count - 1, len(moving) - 1))
            total += weight * (value - worth[moving - {part}])
    return total


def answered(model, processor, case: Case, clip: SkeletonSequence) -> str:
    """The answer that fits best."""
    with torch.no_grad():
        arrays = processor.tensors([clip])
        values = [
            float(explained_by(model, processor, clip, case.question, [answer])(arrays)) for answer in case.answers
        ]
    return case.answers[int(np.argmax(values))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=6, help=f"{CASES} cases each (default: 6)")
    parser.add_argument("--model", help="a saved model (default: the bundled one)")
    parser.add_argument("--compare", action="store_true", help="other methods too")
    arguments = parser.parse_args()
    answerer = load(arguments.model)
    model, processor = answerer.model, answerer.processor
    processor.list_candidates = False  # the question is the same for all labels here
    hits: dict[str, dict[str, list[tuple[bool, bool, bool]]]] = {}
    seconds, count, began = [], CASES * arguments.seeds, time.perf_counter()
    for number, case in enumerate(cases(arguments.seeds), 1):
        given = answered(model, processor, case, case.clip)
        at_ease = answered(model, processor, case, at_rest(case.clip, EVERY))
        right = given in case.limbs
        decided = right and at_ease != given
        answer = given if right else next(iter(case.limbs))
        start = time.perf_counter()
        found = influence(model, processor, case.clip, answer, case.question)
        seconds.append(time.perf_counter() - start)
        methods: dict[str, str | None] = {"influence: alone": found.limb}
        if arguments.compare:
            values = others(model, processor, case, answer)
            methods |= {name: PARTS[int(np.argmax(of_parts))] for name, of_parts in values.items()}
        for method, limb in methods.items():
            hits.setdefault(method, {}).setdefault(case.kind, []).append((decided, right, limb == case.limbs[answer]))
        if number % 14 == 0:
            print(f"{number} of {count} cases, {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    print(f"{np.median(seconds):.2f} s a clip (median)\n")
    print(f"{'limb ranks first':<32}{'decided':>20}{'right':>20}{'all':>20}")
    for method, kinds in hits.items():
        print(method)
        for kind, cells in [*kinds.items(), ("together", [hit for rows in kinds.values() for hit in rows])]:
            columns = [
                [row[2] for row in cells if row[0]],
                [row[2] for row in cells if row[1]],
                [row[2] for row in cells],
            ]
            shown = "".join(
                f"{sum(c):>6} of {len(c):<4}{100 * np.mean(c) if c else float('nan'):5.1f} %" for c in columns
            )
            print(f"  {kind:<30}{shown}")


if __name__ == "__main__":
    main()
