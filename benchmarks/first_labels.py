"""What the first recognition with a list of labels costs, with the sentence vectors that come with the package and without them.

    python benchmarks/first_labels.py [--labels 250] [--repeats 3]

Labels are names of the lexicon, evenly taken; the cache is empty each time. Processor seconds of both in turn, and their ratio.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time

import torch

from skeletonllm_hf import cache, generate, load
from skeletonllm_hf.answering.recognizer import Recognizer
from skeletonllm_hf.answering.scorers import embedding, sentences
from skeletonllm_hf.lexicon import load_lexicon
from skeletonllm_hf.sentences import load_sentence_encoder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=int, default=250)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    answerer, clip = load(), generate("squat", seed=1)
    names = [entry.name for entry in load_lexicon()]
    names = names[:: max(1, len(names) // arguments.labels)][: arguments.labels]
    ways = {"shipped": sentences.sentence_vectors, "encoded": lambda texts: load_sentence_encoder().encode(texts)}
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    answerer.recognize(clip, ["squat", "jump"])
    for _ in range(arguments.repeats):
        for way, vectors in ways.items():
            embedding.sentence_vectors = vectors
            with tempfile.TemporaryDirectory() as folder:
                os.environ[cache.FOLDER_VARIABLE] = folder
                cache._known.clear()
                start = time.process_time()
                Recognizer(answerer.model, answerer.processor, names)(clip)
                seconds[way].append(time.process_time() - start)
    medians = {way: statistics.median(found) for way, found in seconds.items()}
    for way, found in medians.items():
        print(f"{way}: {found:.2f} s for {len(names)} labels")
    print(f"ratio: {medians['encoded'] / medians['shipped']:.1f}")


if __name__ == "__main__":
    main()
