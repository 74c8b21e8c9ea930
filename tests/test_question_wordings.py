"""The form of `questions/data/wordings.txt`, and that code and file name the same kinds and facts."""

import re

import pytest

from skeletonllm_hf.answering import facts
from skeletonllm_hf.questions import Kind, fact_of_question, load_wordings, plain, shows_in_motion, with_common_subject
from skeletonllm_hf.questions.wordings import FILE, parse


def entries(group):
    return {entry for entry, _ in load_wordings().groups[group]}


def test_every_kind_has_wordings():
    assert {Kind(entry) for entry in entries("kind")} == set(Kind)


def test_every_fact_is_measured():
    assert entries("fact") == {*facts._OF_PEOPLE, *facts._MEASURED}


def test_every_group_and_every_topic_is_used():
    code = "".join(path.read_text("utf-8") for path in FILE.parents[2].rglob("*.py"))
    for name in (*load_wordings().groups, *entries("topic") - {"person on the left", "person on the right"}):
        assert f'"{name}"' in code, name


def test_every_list_is_used():
    text = FILE.read_text("utf-8")
    for name in re.findall(r"^([a-z ]+) = ", text, re.MULTILINE):
        assert f"{{{name}}}" in text.partition("\n\n")[2] or f"<{name}>" in text, name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("side = left | right\nleft\n", "'left'"),
        ("## topic\n  hand | arm\n", "no entry before it"),
        ("## topic\nhand: {limb}\n", "'limb'"),
        ("## topic\nhand: (hand | arm\n", "hand: .hand"),
        ("## fact\nturns: to <side> or <side>\n", "redefinition"),
    ],
)
def test_a_line_of_another_form_is_named(text, message):
    with pytest.raises(ValueError, match=message):
        parse(text)


def test_words_are_compared_by_their_stems_and_kept_as_written():
    wordings = parse("side = left | right\n\n## fact\nturns: [quickly] turn ... <side> <rest>\nstays: stay\n")
    found = wordings.find("fact", "turning to the left again and again")
    assert found.entry == "turns" and found.fields == {"side": "left", "rest": "again and again"}
    assert wordings.find("fact", "stayed").entry == "stays" and wordings.find("fact", "stayed here") is None
    assert wordings.named_in("fact", "he stays here") == {"stays"}


def test_long_questions_are_compared_in_a_moment():
    text = "is he " + "walking and then turning to the left and " * 2000
    assert plain(text) and fact_of_question(text) is None


def test_what_no_movement_is():
    for question in (
        "Is there snow on the ground?",
        "Is this the president?",
        "Has she got asthma?",
        "Is it done with a barbell?",
    ):
        assert not shows_in_motion(question), question
    for question in (
        "Is this a high kick?",
        "Is there any waving?",
        "Does he kick with the left leg?",
        "Is he walking with crutches?",
    ):
        assert shows_in_motion(question), question


def test_people_are_called_as_the_lists_call_them():
    assert with_common_subject("has my old patient got up") == "has the person got up"
    assert with_common_subject("do the two guys touch each other") == "do the two people touch each other"
    assert with_common_subject("is the person waving") == "is the person waving"
