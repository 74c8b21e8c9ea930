"""Free questions that no template has: what models answer, side by side, and whether what they say of the clip is so.

    python benchmarks/free_questions.py                                   nano
    python benchmarks/free_questions.py --model nano runs/small/slim --table out.md

An answer is "refused" where it is the sentence by which the models refuse; "wrong" where it names a side, a direction or a limb that
neither the describer measured on the clip nor the question named, or lacks what `free_questions.yaml` expects; else "right".
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from pathlib import Path

import yaml

import skeletonllm_hf
from skeletonllm_hf import generate, load_skeleton
from skeletonllm_hf.answering.loading import load
from skeletonllm_hf.describe import describe
from skeletonllm_hf.evaluation.caption_facts import named
from skeletonllm_hf.model.prompts import REFUSAL

QUESTIONS = Path(__file__).with_suffix(".yaml")
EXAMPLES = Path(skeletonllm_hf.__file__).parent / "examples"


def clip_of(expected: dict):
    if "file" in expected:
        return load_skeleton(EXAMPLES / expected["file"])
    return generate(expected["action"], seed=expected["seed"])


def contradicted(answer: str, question: str, measured: str) -> str | None:
    """The first limb or direction that an answer names and that was neither measured nor asked about."""
    reply, pairs, seen = named(answer), named(question), named(measured)
    both = seen["limb"] | (
        {f"{side} {part}" for part in ("arm", "leg") if f"both {part}s" in seen["limb"] for side in ("left", "right")}
    )
    for limb in sorted(reply["limb"] - pairs["limb"]):
        sides = {f"left {limb[5:-1]}", f"right {limb[5:-1]}"}
        if limb not in both and not (limb.startswith("both") and sides <= both):
            return limb
    for direction in sorted(reply["direction"] - pairs["direction"] - seen["direction"]):
        return direction
    return None


def judge(answer: str, item: dict, measured: str) -> str:
    if answer.strip() == REFUSAL:
        return "refused"
    if other := contradicted(answer, item["q"], measured):
        return f"wrong ({other} was not measured)"
    reply = answer.lower()
    if not re.search(item["says"], reply) or ("never" in item and re.search(item["never"], reply)):
        return "wrong"
    return "right"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", nargs="+", default=["nano"], metavar="nano|small|FOLDER", help="(default: nano)")
    parser.add_argument("--table", type=Path, help="file for the table in Markdown (default: printed)")
    parser.add_argument("--json", type=Path, help="file for answers and verdicts")
    arguments = parser.parse_args()
    clips = [(entry, clip_of(entry["clip"])) for entry in yaml.safe_load(QUESTIONS.read_text("utf-8"))]
    rows, sums = [], {}
    for name in arguments.model:
        answerer = load(None if name == "nano" else name)
        sums[name] = Counter()
        for entry, clip in clips:
            measured = " ".join(describe(clip).sentences)
            for item in entry["ask"]:
                answer = answerer.ask(clip, item["q"])
                verdict = judge(answer, item, measured)
                sums[name][verdict.split()[0]] += 1
                rows.append({"clip": entry["clip"].get("action") or entry["clip"]["file"], "question": item["q"], "model": name, "answer": answer, "verdict": verdict})  # fmt: skip
    lines = [
        "| clip | question | " + " | ".join(arguments.model) + " |",
        "| --- | --- |" + " --- |" * len(arguments.model),
    ]
    each = len(rows) // len(arguments.model)
    for number in range(each):
        found = [rows[number + each * place] for place in range(len(arguments.model))]
        cells = [f"{row['answer']} *({row['verdict']})*".replace("|", "/").replace("\n", " ") for row in found]
        lines.append(f"| {found[0]['clip']} | {found[0]['question']} | " + " | ".join(cells) + " |")
    table = "\n".join(lines)
    if arguments.table:
        arguments.table.write_text(table + "\n", "utf-8")
    else:
        print(table)
    for name, count in sums.items():
        print(f"{name}: " + ", ".join(f"{kind} {count[kind]} of {each}" for kind in ("right", "refused", "wrong")))
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
