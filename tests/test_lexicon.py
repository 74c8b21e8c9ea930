"""The lexicon's form: names once, two to four sentences each, found whatever the spelling."""

import re

import pytest

from skeletonllm_hf.lexicon import forms, load_lexicon, normalized, spaced, stems
from skeletonllm_hf.lexicon.lexicon import parse


def test_entries_have_names_and_sentences():
    lexicon = load_lexicon()
    names = [name for entry in lexicon for name in entry.names]
    assert len(names) >= 1000
    for entry in lexicon:
        assert 2 <= len(entry.sentences) <= 4, entry.name
        assert entry.name == entry.name.strip() and entry.name, entry
        for sentence in entry.sentences:
            assert re.match(r"(A|One|Two|The|Both) ", sentence), sentence
            assert sentence.endswith("."), sentence
            assert 5 <= len(sentence.split()) <= 40, sentence


def test_sentences_are_not_repeated():
    sentences = [sentence for entry in load_lexicon() for sentence in entry.sentences]
    assert len(set(sentences)) == len(sentences)


def test_names_are_found_whatever_their_spelling():
    lexicon = load_lexicon()
    entry = lexicon.find("drink water")
    assert entry is not None
    for spelling in ("Drink water", "drink_water", "DRINK THE WATER", "drink-water."):
        assert lexicon.find(spelling) is entry
    assert lexicon.find("qwertz uiop") is None
    assert normalized("Your") == "your"  # a label of articles alone stays what it is


def test_what_is_written_wrong_is_named_by_line():
    with pytest.raises(ValueError, match="lexicon/x, line 2: expected a name first"):
        parse("# none\n  A person sits.\n", "x")
    with pytest.raises(ValueError, match="expected sentences about 'sit', got none"):
        parse("sit | sitting\nstand\n  A person stands.\n", "x")


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("WaveHand_03", "wave hand"),
        ("A023. hand waving", "hand waving"),
        ("P3: PutOnAJacket", "put on a jacket"),
        ("07_drink-water", "drink water"),
        ("Please stand on one leg, please", "stand on one leg"),
        ("A man is clapping his hands", "clapping hands"),
        ("pretend that you are swimming", "swim"),
        ("show me how you sweep the floor", "sweep the floor"),
        ("lie down on the floor", "lie down"),
        ("carrying heavy", "carrying"),
        ("give me a hug", "give a hug"),
        ("shrug as if you don't know", "shrug"),
        ("raise both of your arms", "raise both arms"),
        ("sit on the floor", "sit on the floor"),  # its own entry, not that of "sit"
        ("sitdown", "sit down"),
        ("getup", "get up"),  # part of a name, but none itself
        ("drink.frombottle", "drink from a bottle"),
        ("uselaptop", "use a laptop"),
        ("wiping the face with a towel", "wipe the face"),
        ("drink from a jug", "drink"),
        ("put on a hat/cap", "put on a hat"),
        ("make a phone call/answer phone", "make a phone call"),
        ("a wild haka or a bow", "bow"),
        ("10 push ups", "push-up"),
        ("do five squats", "squat"),
        ("nod your head three times", "nod head"),
        ("sweep the floor as fast as you can", "sweep the floor"),
        ("drink a glass of water", "drink water"),
        ("sit2stand", "sit to stand"),
        ("dumbbell side-bend", "side bend"),
    ],
)
def test_labels_as_people_write_them(label, name):
    lexicon = load_lexicon()
    assert lexicon.find(label) is lexicon.find(name) is not None


@pytest.mark.parametrize(
    "label", ["2 people walk", "two hand wave", "standing up", "T-pose", "walk like a robot", "say hello to me"]
)
def test_what_belongs_to_a_label_stays(label):
    assert forms(label) == (normalized(label),)


@pytest.mark.parametrize("word", ["laufen", "tuesday", "rapping", "legend", "pushup", "handshaking", "x" * 5000])
def test_words_are_not_taken_apart_without_need(word):
    assert spaced(word) == word


@pytest.mark.parametrize("form, verb", [("fell", "fall"), ("sat", "sits"), ("thrown", "throwing"), ("using", "use")])
def test_irregular_verbs_have_the_stem_of_their_verb(form, verb):
    assert stems(f"{form} it") == stems(f"{verb} it")


def test_the_word_before_what_is_done_with_it_may_stand_behind_it():
    assert stems(forms("wrist-circling")[-1]) == stems("circle wrists")
    assert stems("wave two hands") == stems("waving both hands")


def test_of_a_number_or_a_frame_alone_something_stays():
    assert [forms(label)[-1] for label in ("A12", "07", "please", "do", "?!", "走")] == [
        "a12",
        "07",
        "please",
        "do",
        "",
        "",
    ]
