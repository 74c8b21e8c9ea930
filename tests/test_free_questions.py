"""How the answers to free questions are judged."""

import re
import sys
from pathlib import Path

import pytest
import yaml

from skeletonllm_hf.model.prompts import REFUSAL
from skeletonllm_hf.synthetic import ACTIONS, INTERACTIONS

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def judge():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        import free_questions

        yield free_questions.judge
        sys.modules.pop("free_questions")


def test_sixty_questions_about_twenty_clips():
    entries = yaml.safe_load((FOLDER / "free_questions.yaml").read_text("utf-8"))
    assert len(entries) == 20 and len({item["q"] for entry in entries for item in entry["ask"]}) == 60
    assert all(entry["clip"].get("action", "bow") in (*ACTIONS, *INTERACTIONS) for entry in entries)
    for entry in entries:
        for item in entry["ask"]:
            assert not re.search(item["says"], REFUSAL.lower()) or "never" in item, item
            re.compile(item.get("never", ""))


@pytest.mark.parametrize(
    "answer, verdict",
    [
        (REFUSAL, "refused"),
        ("It waves, to greet a friend.", "right"),
        ("It waves the right hand, to greet a friend.", "right"),
        ("It waves the left hand, to greet a friend.", "wrong (left arm was not measured)"),
        ("It waves both hands, to greet a friend.", "wrong (both arms was not measured)"),
        ("It greets a friend and goes backward.", "wrong (backward was not measured)"),
        ("A friend, by a threat.", "wrong"),
        ("Nobody.", "wrong"),
    ],
)
def test_an_answer_is_held_against_what_was_measured(judge, answer, verdict):
    item = {"q": "Who could this be meant for?", "says": "friend", "never": "threat"}
    assert judge(answer, item, "The right hand moves up by 85 cm. The right hand goes forward.") == verdict
