"""Which captions are wrong? Those far from their clips, in the space that clips and sentences share.

    python benchmarks/captions.py --data BUILT [--clips 60] [--generated 120] [--part train] [--seed 777] [--as-written] [--model FOLDER]

BUILT holds datasets as `skeletonllm data build` makes them. A caption of a filmed clip is right where, of the dataset's labels, its
clip's label is the nearest to it by the sentence encoder; of a generated one, the share of the reference's facts counts that it
names. Printed for each cosine: how many captions lie below it, and how many per cent of these and of the others are right. The
training part serves to choose `answering.captions.DOUBTFUL_BELOW`; the test part says what that gives. The last line says how many
captions gave way to what their clips surely show (`answering.sure_actions`), and how many of these to their clip's own label;
`--as-written` lets none.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from skeletonllm_hf import load
from skeletonllm_hf.answering import known_texts, sure_actions
from skeletonllm_hf.answering.captions import DOUBTFUL_BELOW, fit
from skeletonllm_hf.answering.scorers.names import actions_by_name
from skeletonllm_hf.data import decode, open_dataset
from skeletonllm_hf.evaluation.caption_facts import judge
from skeletonllm_hf.evaluation.clips import synthetic_test
from skeletonllm_hf.lexicon import load_lexicon, normalized
from skeletonllm_hf.model.answers import answers
from skeletonllm_hf.sentences import load_sentence_encoder

COSINES = (0.2, 0.25, DOUBTFUL_BELOW, 0.35, 0.4)
AT_ONCE = 12  # clips
Judge = Callable[[str], float]


def measured(model: Any, processor: Any, clips: Sequence[Any], judges: Sequence[Judge]) -> np.ndarray:
    """(clips, 2): each caption's cosine, and how right it is."""
    rows = []
    for start in range(0, len(clips), AT_ONCE):
        some = clips[start : start + AT_ONCE]
        texts = answers(model, processor, some, [None] * len(some))
        right = [good(text) for good, text in zip(judges[start : start + AT_ONCE], texts, strict=True)]
        rows += list(zip(fit(model, processor, some, texts).tolist(), right, strict=True))
    return np.array(rows)


def given_way(clips: Sequence[Any], captions: Sequence[str], found: Sequence[str], shown: Sequence[Any]) -> list[bool]:
    """Of each caption that gave way, whether it did so to the label of its clip, by any of its names; of clips without a label it did not."""
    names = actions_by_name(load_lexicon())[1]
    own: Callable[[str], str] = lambda label: names.get(normalized(label), normalized(label))  # noqa: E731
    return [
        clip.label is not None and own(sure.label) == own(clip.label)
        for clip, before, after, sure in zip(clips, captions, found, shown, strict=True)
        if before != after
    ]


def line(name: str, found: np.ndarray) -> str:
    """A row of the table."""
    percent: Callable[[np.ndarray], str] = lambda values: f"{100 * values.mean():.0f}" if values.size else "-"  # noqa: E731
    cells = [name, str(len(found)), percent(found[:, 1])]
    for cosine in COSINES:
        below = found[:, 0] < cosine
        cells.append(" / ".join(map(percent, (below, found[below, 1], found[~below, 1]))))
    return f"| {' | '.join(cells)} |"


def filmed(folder: Path, part: str, count: int) -> tuple[list[Any], list[Judge]]:
    """Clips of a dataset, evenly taken, and what judges their captions."""
    encoder, rows = load_sentence_encoder(), open_dataset(folder, part)
    labels = sorted(set(rows["label"]))
    vectors = encoder.encode(labels)
    rows = [rows[int(i)] for i in np.linspace(0, len(rows) - 1, min(count, len(rows))).round()]

    def judged_by(label: str) -> Judge:
        return lambda text: float(labels[int((encoder.encode([text]) @ vectors.T).argmax())] == label)

    return [decode(row) for row in rows], [judged_by(row["label"]) for row in rows]


def generated(count: int, seed: int) -> tuple[list[Any], list[Judge]]:
    """Generated clips and what judges their captions: the share of the reference's facts that they name rightly."""

    def judged_by(clip: Any) -> Judge:
        def good(text: str) -> float:
            facts = [value for value in judge(text, clip.truth, clip.sequence.captions).values() if value is not None]
            return float(np.mean([value == "right" for value in facts])) if facts else 1.0

        return good

    clips = synthetic_test(count, seed=seed).clips
    return [clip.sequence for clip in clips], [judged_by(clip) for clip in clips]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=60, help="of each dataset")
    parser.add_argument("--generated", type=int, default=120, help="generated clips")
    parser.add_argument("--part", default="train")
    parser.add_argument("--seed", type=int, default=777, help="of the generated clips; evaluation uses others")
    parser.add_argument("--as-written", action="store_true", help="captions are the language model's own")
    parser.add_argument("--model", help="default: the bundled one")
    arguments = parser.parse_args()
    gave_way: list[bool] = []

    def surer(model: Any, clips: Sequence[Any], captions: Sequence[str], seen: Any) -> list[str]:
        if arguments.as_written:
            return list(captions)
        found = sure_actions.surer_captions(model, clips, captions, seen)
        shown = sure_actions.sure_actions(model, clips, captions, seen)
        gave_way.extend(given_way(clips, captions, found, shown))
        return found

    known_texts.surer_captions = surer
    answerer = load(arguments.model)
    model, processor = answerer.model, answerer.processor
    sets = {folder.name: filmed(folder, arguments.part, arguments.clips) for folder in sorted(arguments.data.iterdir())}
    sets["generated"] = generated(arguments.generated, arguments.seed)
    print(f"| clips | of | % right | {' | '.join(f'below {c}: % / right / others right' for c in COSINES)} |")
    print("| --- | --- | --- |" + " --- |" * len(COSINES))
    rows = []
    for name, (clips, judges) in sets.items():
        rows.append(measured(model, processor, clips, judges))
        print(line(name, rows[-1]), flush=True)
    print(line("all", np.concatenate(rows)))
    print(f"gave way: {len(gave_way)}, to their clip's own label: {sum(gave_way)}")


if __name__ == "__main__":
    main()
