"""The table of docs/families.md: which family of multimodal models does what, as the tests say that were run just now.

    python benchmarks/families.py            runs the tests and prints the table
    python benchmarks/families.py --check    also says whether docs/families.md holds this very table; exit code 1 if not

Each cell is one test or several, on a tiny random model in the family's layout: "yes" where all passed, "no" where one failed
or none ran. The last column says which families can leave the background out; test_sparsification.py holds them to it.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import io
import re
import sys
from pathlib import Path

import pytest

from skeletonllm_hf.model.families import FAMILIES

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "families.md"
NAMES = {
    "internvl": "InternVL", "qwen2_5_vl": "Qwen2.5-VL", "qwen3_vl": "Qwen3-VL", "llava_onevision": "LLaVA-OneVision",
    "idefics3": "Idefics3", "smolvlm": "SmolVLM", "gemma3": "Gemma 3",
}  # fmt: skip
# Column: the tests that fill it.
COLUMNS = {
    "loads, to the last bit": ("test_families.py::test_round_trip_gives_the_same_logits_to_the_last_bit",),
    "gradient to joints": ("test_families.py::test_loss_reaches_joints_renderer_and_projector",),
    "frames as its own processor makes them": (
        "test_families.py::test_frames_become_what_the_familys_own_processor_makes_of_them",
        "test_families.py::test_placeholders_are_those_of_the_familys_own_processor",
    ),
    "logits as its own forward": ("test_families.py::test_logits_are_those_of_the_familys_own_forward",),
    "recognise": (
        "test_families.py::test_recognise_ask_caption_and_stream",
        "test_families.py::test_likelihoods_are_those_of_whole_sequences",
    ),
    "ask, caption, stream": (
        "test_families.py::test_recognise_ask_caption_and_stream",
        "test_families.py::test_words_written_one_by_one_are_those_of_the_whole_sequence",
    ),
    "stage 1 trains": ("test_families.py::test_stage_1_trains_the_renderer_and_the_projector_alone",),
    "`new`, from a base": (
        "test_hub_new.py::test_every_family",
        "test_hub_new.py::test_answers_end_where_the_chat_template_ends_a_turn",
    ),
    "export answers the same": ("test_export_families.py::test_its_files_give_the_prompt_the_pixels_and_the_answers",),
}
BACKGROUND = "background left out"


class Outcomes:
    """A plugin for pytest: how each test ended, for each family."""

    def __init__(self):
        self.passed: dict[tuple[str, str], bool] = {}

    def pytest_runtest_logreport(self, report) -> None:
        match = re.fullmatch(r"(?:.*/)?(test_\w+\.py::\w+)\[(\w+)\]", report.nodeid)
        if match and (report.when == "call" or not report.passed):
            self.passed[match[1], match[2]] = report.passed and self.passed.get((match[1], match[2]), True)


def run_tests() -> tuple[Outcomes, str]:
    """Outcomes, and what pytest printed."""
    outcomes, output = Outcomes(), io.StringIO()
    tests = [str(ROOT / "tests" / test) for test in dict.fromkeys(t for column in COLUMNS.values() for t in column)]
    with contextlib.redirect_stdout(output):
        pytest.main(["-q", "--rootdir", str(ROOT), *tests], plugins=[outcomes])
    return outcomes, output.getvalue()


def table(outcomes: Outcomes) -> str:
    lines = [f"| family, `model_type` | {' | '.join([*COLUMNS, BACKGROUND])} |", "|" + " --- |" * (len(COLUMNS) + 2)]
    for family, name in NAMES.items():
        cells = [all(outcomes.passed.get((test, family), False) for test in tests) for tests in COLUMNS.values()]
        cells.append(FAMILIES[family].can_drop_background)
        lines.append(f"| {name}, `{family}` | {' | '.join('yes' if cell else 'no' for cell in cells)} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with docs/families.md")
    arguments = parser.parse_args()
    outcomes, output = run_tests()
    found = table(outcomes)
    print(found)
    counts = collections.Counter(outcomes.passed.values())
    print(f"{counts[True]} tests passed, {counts[False]} failed", file=sys.stderr)
    if counts[False]:
        print(output, file=sys.stderr)
    if not arguments.check:
        return 0
    current = found in PAGE.read_text("utf-8")
    print(f"{PAGE.relative_to(ROOT)} {'holds this table' if current else 'holds another table'}", file=sys.stderr)
    return 0 if current else 1


if __name__ == "__main__":
    sys.exit(main())
