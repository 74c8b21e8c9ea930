"""Perplexity of plain sentences: what a model keeps of its language while it learns of clips.

    python benchmarks/perplexity.py --model small                    the language model before training
    python benchmarks/perplexity.py --model small runs/small/final   and how much worse another is than the first

The sentences (`plain_sentences.txt`, 200 of them) were written for this and are trained on nowhere. They are scored as the assistant's.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from skeletonllm_hf.training.checkpoints import load_model
from skeletonllm_hf.training.plain import perplexity

SENTENCES = Path(__file__).with_name("plain_sentences.txt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", nargs="+", required=True, metavar="FOLDER|HUB_ID|small")
    sentences = SENTENCES.read_text("utf-8").splitlines()
    first = None
    for name in parser.parse_args().model:
        model, processor = load_model(name, "float32")
        found = perplexity(model.eval(), processor, sentences)
        first = first or found
        print(f"{name}: perplexity of {len(sentences)} sentences {found:.2f} ({found / first - 1:+.1%})", flush=True)


if __name__ == "__main__":
    main()
