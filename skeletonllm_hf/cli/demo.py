"""Shows everything at once: a bundled clip, what the bundled model says about it, and the frames that it saw."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from . import options
from .recognize import score_lines
from .render import write

NAME = "demo"
HELP = "a bundled clip, answers about it, its frames"
USAGE = ""
CLIP = Path(__file__).parents[1] / "examples" / "high_wave.npz"  # synthetic, so its questions have known answers
QUESTION = "Which hand does the person use?"
LABELS = (
    "high wave", "walk", "sit down", "squat", "bend", "forward kick", "clap hands", "jogging", "throw", "golf swing",
)  # fmt: skip
_TOP = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="FOLDER", default="out", help="folder for the pictures (default: out)")
    options.add_model(parser)
    options.add_json(parser)
    parser.set_defaults(png=False, seed=None)


def run(arguments: argparse.Namespace) -> int:
    begin = time.perf_counter()
    clip = options.read_clip(str(CLIP), {})
    answerer = options.load(arguments.model)
    loaded = time.perf_counter()
    found = answerer.recognize(clip, LABELS, _TOP)
    values = {
        "file": str(CLIP), "question": QUESTION, "answer": answerer.ask(clip, QUESTION),
        "caption": answerer.caption(clip), **found.to_dict(),
        "truth": {"label": clip.label, "answer": dict(clip.questions)[QUESTION]},
    }  # fmt: skip
    answered = time.perf_counter()
    values |= write(answerer.view, answerer.model.renderer, clip, Path(arguments.out), CLIP.stem, arguments)
    scores = score_lines(found)
    lines = [
        f"clip      {CLIP.name}: {clip.layout.name}, {clip.seconds:.1f} s, shows: {clip.label}",
        f"question  {QUESTION}",
        f"answer    {values['answer']}",
        f"caption   {values['caption']}",
        f"labels    {scores[0]}  (of {len(LABELS)} that it may choose from)",
        *(f"          {line}" for line in scores[1:]),
        *(f"{kind:<10}{path}" for kind, path in values["files"].items()),
        f"took      {loaded - begin:.1f} s to load, {answered - loaded:.1f} s to answer",
    ]
    options.show(arguments, values, lines)
    return 0
