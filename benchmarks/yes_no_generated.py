"""Does the person do this? Asked of generated clips about the action that they show and about others, through all of `model.ask`.

    python benchmarks/yes_no_generated.py [--actions 30] [--newer] [--seed 7000] [--json FILE]

Each of the generator's first actions of one person is shown once, and asked about together with all others of which it shares no word
and is no special case. Printed are the shares of true and of false yeses, and the pairs that were answered wrongly. Then each clip is asked
"Does the person clap or bow?", three times of its own action and another, and three times of two others, to which "neither" is right.
With --newer all actions are of those that came after the bundled language model's training.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from pathlib import Path

from skeletonllm_hf import generate, load_default
from skeletonllm_hf.answering import free_questions
from skeletonllm_hf.answering.scene import Scene, content_words
from skeletonllm_hf.evaluation.clips import NEWER_ACTIONS
from skeletonllm_hf.synthetic import ACTIONS, find_action

SKIPPED = frozenset({"stand", "stand still", "sit still"})  # most others show them too


def differ(one: str, other: str) -> bool:
    return find_action(one).kind != find_action(other).kind and not content_words(one) & content_words(other)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--actions",
        type=int,
        default=30,
        help="how many, evenly drawn of the first 120, or of the newer ones (default: 30)",
    )
    parser.add_argument("--newer", action="store_true", help="actions that the language model was not taught")
    parser.add_argument("--seed", type=int, default=7000, help="of the clips; training used lower ones (default: 7000)")
    parser.add_argument("--json", type=Path, help="file for all answers")
    arguments = parser.parse_args()
    model, processor = load_default()
    known = list(NEWER_ACTIONS) if arguments.newer else [name for name in ACTIONS[:120] if name not in SKIPPED]
    actions = known[:: max(1, len(known) // arguments.actions)][: arguments.actions]
    rows, chosen, draw = [], [], random.Random(arguments.seed)
    for number, shown in enumerate(actions):
        scene = Scene(model, processor, generate(shown, seed=arguments.seed + number))
        free_questions.Scene = lambda *_, scene=scene: scene  # one clip's measures and views serve all its questions
        for action in (name for name in actions if name == shown or differ(name, shown)):
            reply, _ = free_questions.understand(model, processor, scene.clip, f"Does the person {action}?")
            rows.append({"shown": shown, "about": action, "reply": reply})
        others = [name for name in actions if differ(name, shown)]
        for own in (True, False) * 3:
            pair = draw.sample(others, 2)
            if own:
                pair[draw.randrange(2)] = shown
            reply, _ = free_questions.understand(
                model, processor, scene.clip, f"Does the person {pair[0]} or {pair[1]}?"
            )
            right = shown if own else "neither"
            chosen.append({"shown": shown, "about": pair, "own": own, "right": reply == right, "reply": reply})
    for true in (True, False):
        replies = [row for row in rows if (row["shown"] == row["about"]) == true]
        yes = [row for row in replies if row["reply"] == "yes"]
        print(
            f"{'true' if true else 'false'} yes: {len(yes)} of {len(replies)} ({100 * len(yes) / len(replies):.1f} %)"
        )
        for row in yes if not true else [row for row in replies if row not in yes]:
            print(f"  {row['shown']}: {row['about']}? {row['reply']}")
    for own in (True, False):
        answers = [row for row in chosen if row["own"] == own]
        right = sum(row["right"] for row in answers)
        print(
            f"{'one' if own else 'neither'} of two: {right} of {len(answers)} right ({100 * right / len(answers):.1f} %)"
        )
        for (shown, reply), times in Counter(
            (row["shown"], row["reply"]) for row in answers if not row["right"]
        ).items():
            print(f"  {shown}: {reply}" + (f" ({times} times)" if times > 1 else ""))
    if arguments.json:
        arguments.json.write_text(json.dumps(rows + chosen, indent=1), "utf-8")


if __name__ == "__main__":
    main()
