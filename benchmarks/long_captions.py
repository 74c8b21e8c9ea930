"""Long clips in words: what is told of several actions one after the other, as a whole and stretch by stretch.

    python benchmarks/long_captions.py [--clips 12] [--data BUILT] [--seed 5]

Clips of two, three and five generated actions (training seeds) one after the other, over `timeline.LONG` seconds. A sentence is right where, of the
captions of all taught actions, that of the action in whose middle it is told is the nearest by the sentence encoder. Printed: right sentences of
the caption as a whole, of stretches, and where the cuts are known; stretches for each action; of questions for yes or no how many true and false
ones get a yes; of the actions that are found how many at their time. Then how many clips show one action by `timeline.ONE_ACTION`: these, generated
ones of one action that takes long, and with BUILT (as `skeletonllm data build` makes it) filmed ones of training people.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from skeletonllm_hf import load
from skeletonllm_hf.answering.captions import texts_about
from skeletonllm_hf.answering.scene import Scene
from skeletonllm_hf.answering.timeline import LONG, ONE_ACTION, label_cosines
from skeletonllm_hf.data import decode, open_dataset
from skeletonllm_hf.model.prompts import CAPTION
from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.sentences import load_sentence_encoder
from skeletonllm_hf.synthetic import MotionOptions, generate
from skeletonllm_hf.synthetic.registry import REGISTRY
from skeletonllm_hf.transforms import crop

SEQUENCES = {2: (4.0, 7.0), 3: (2.5, 5.0), 5: (2.0, 6.0)}  # actions of a clip -> seconds of each
FALSE = 12  # actions asked for that are not in the clip, at most
Act = tuple[float, float, str, str]  # start, end, caption, name


def sequence(names: Sequence[str], seconds: tuple[float, float], seed: int) -> tuple[SkeletonSequence, list[Act]]:
    """Actions one after the other, and which is when."""
    options = MotionOptions(fps=(30.0,), seconds=seconds, wander=(0, 0), offset=(0, 0), counts=False)
    clips = [generate(name, seed=seed + place, options=options, layout="kinect_v2") for place, name in enumerate(names)]
    joints, mask = (np.concatenate([getattr(clip.canonical(), name) for clip in clips]) for name in ("joints", "mask"))
    ends = np.cumsum([0.0, *(clip.seconds for clip in clips)]).tolist()
    whole = clips[0].canonical().replace(joints=joints, mask=mask, confidence=None, rotations=None)
    return whole, [(*ends[place : place + 2], clip.captions[0], names[place]) for place, clip in enumerate(clips)]


class Judge:
    """Whether a sentence is about an action rather than about another of `names`."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names, self.encoder = list(names), load_sentence_encoder()
        self.known = self.encoder.encode([generate(name, seed=7).captions[0] for name in names]).numpy()

    def __call__(self, sentence: str, act: Act) -> bool:
        one, own = self.encoder.encode([sentence, act[2]]).numpy()
        cosines = self.known @ one
        others = np.delete(cosines, self.names.index(act[3]))
        return max(float(one @ own), float(cosines[self.names.index(act[3])])) > float(others.max()) - 1e-4


def measured(scene: Scene, acts: Sequence[Act], judge: Judge, others: Sequence[str]) -> Counter[str]:
    found = Counter(actions=len(acts), stretches=len(scene.stretches) or 1)
    cuts = [crop(scene.clip, start, end) for start, end, _, _ in acts]
    spans = [(one.start, one.end, one.clip) for one in scene.stretches] or [(0.0, scene.clip.seconds, scene.clip)]
    texts = [caption.text for caption in texts_about(scene.model, scene.processor, [scene.clip, *cuts], CAPTION)]
    sentences = [one.text for one in texts_about(scene.model, scene.processor, [clip for _, _, clip in spans], CAPTION)]
    for act, known in zip(acts, texts[1:], strict=True):
        middle = (act[0] + act[1]) / 2
        at = next((row for row, (start, end, _) in enumerate(spans) if start <= middle <= end), None)
        found["whole"] += judge(texts[0], act)
        found["parts"] += at is not None and judge(sentences[at], act)
        found["cuts known"] += judge(known, act)
        place = scene.stretch_with(act[3])
        found["true yes"] += scene.shows(act[3])
        if place is not None:
            start, end, _ = spans[place]
            found["found"] += 1
            found["at its time"] += min(end, act[1]) - max(start, act[0]) > min(end - start, act[1] - act[0]) / 2
    found["false"], found["false yes"] = len(others), sum(scene.shows(name) for name in others)
    return found


def one_action(model: Any, processor: Any, clips: Sequence[SkeletonSequence]) -> str:
    clips = [processor.load(clip) for clip in clips]
    if not clips:
        return "no clip is long"
    shown = (label_cosines(model, processor, clips).amax(1) >= ONE_ACTION).sum()
    return f"{int(shown)} of {len(clips)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=12, metavar="N", help="of each number of actions")
    parser.add_argument("--data", type=Path, metavar="BUILT")
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    answerer = load()
    model, processor, rng = answerer.model, answerer.processor, np.random.default_rng(arguments.seed)
    taught = [name for name in model.config.taught_labels if name in REGISTRY and REGISTRY[name].people == 1]
    judge, several = Judge(taught), []
    for actions, seconds in SEQUENCES.items():
        total: Counter[str] = Counter()
        for _ in range(arguments.clips):
            names = rng.choice(taught, actions, replace=False).tolist()
            clip, acts = sequence(names, seconds, int(rng.integers(100_000)))
            several += [clip] if clip.seconds > LONG else []
            others = [name for name in rng.choice(taught, FALSE, replace=False).tolist() if name not in names]
            total += measured(Scene(model, processor, processor.load(clip)), acts, judge, others)
        share = {
            name: f"{100 * total[name] / total['actions']:.1f} %"
            for name in ("whole", "parts", "cuts known", "true yes")
        }
        print(
            f"{actions} actions: sentences right {share['whole']} as a whole, {share['parts']} by stretches "
            f"({total['stretches'] / total['actions']:.2f} an action), {share['cuts known']} with known cuts; yes to {share['true yes']} of the true "
            f"and {total['false yes']} of {total['false']} false; at its time {total['at its time']} of {total['found']}", flush=True,
        )  # fmt: skip
    print(f"one action: {one_action(model, processor, several)} of several actions", end="")
    options = MotionOptions(fps=(30.0,), seconds=(LONG + 0.5, LONG + 1.0), counts=False)
    names = rng.choice(taught, 3 * arguments.clips).tolist()
    single = [generate(name, seed=row, options=options) for row, name in enumerate(names)]
    print(f", {one_action(model, processor, single)} of one", end="")
    for folder in sorted(arguments.data.iterdir()) if arguments.data else ():
        rows = open_dataset(folder)
        long = [
            clip for clip in map(decode, rows.select(rng.permutation(len(rows))[:300].tolist())) if clip.seconds > LONG
        ]
        print(f", {one_action(model, processor, long[:24])} of {folder.name}", end="", flush=True)
    print()


if __name__ == "__main__":
    main()
