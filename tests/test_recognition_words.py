"""Recognition in anybody's words, by the bundled model: names that it was never taught, names that mean nothing, none of them."""

import functools

import pytest
import torch

from skeletonllm_hf import load_default, load_skeleton
from skeletonllm_hf.answering.recognizer import SPARED, Recognizer
from skeletonllm_hf.answering.scorers.embedding import label_meanings
from skeletonllm_hf.answering.scorers.likelihood import LikelihoodScorer
from skeletonllm_hf.default import FOLDER, default_labels
from skeletonllm_hf.lexicon import Lexicon, load_lexicon

EXAMPLES = FOLDER.parent / "examples"
LABELS = ["wave at somebody with one arm", "do some squats", "stroll along", "two people shake hands", "kick a person"]


@pytest.fixture(scope="module")
def nano():
    return load_default()


@pytest.fixture(scope="module")
def recognizer(nano):
    return Recognizer(*nano, LABELS)


@pytest.mark.parametrize(
    ("file", "label"),
    [
        ("high_wave.npz", LABELS[0]),
        ("squat.json", LABELS[1]),
        ("walk_turning_left.bvh", LABELS[2]),
        ("shaking_hands.skeleton", LABELS[3]),
        ("kicking.npz", LABELS[4]),
    ],
)
def test_names_that_were_never_taught(nano, recognizer, file, label):
    assert not set(LABELS) & set(nano[0].config.taught_labels)
    found = recognizer(load_skeleton(EXAMPLES / file))
    assert found.label == label and not found.unsure
    assert sum(found.scores) == pytest.approx(1.0, abs=1e-5)


def test_the_likelihood_joins_in_for_taught_names_alone(nano):
    def count(*labels, **options):
        scorers = Recognizer(*nano, labels, **options).scorers
        return len(scorers), sum(isinstance(scorer, LikelihoodScorer) for scorer in scorers)

    assert count("walk", "high wave") == (4, 1)
    assert count("walk", "stroll along") == (3, 0)
    described = {"walk": ["A person walks."], "high wave": ["A person waves."]}
    assert count("walk", "high wave", descriptions=described) == (3, 0)
    assert count("walk", "stroll along", calibrate="none") == (1, 1)


@pytest.fixture(scope="module")
def counted(nano):
    """(recognizer of the model's own labels, a function): file, how many of the best -> scores, words read."""
    recognizer = Recognizer(*nano, default_labels())

    @functools.cache
    def scores(file, best=None):
        read = []
        counter = lambda head, given, found: read.append(found[..., 0].numel())  # noqa: E731
        with nano[0].mllm.lm_head.register_forward_hook(counter):
            found = recognizer.combined(recognizer.parts([load_skeleton(EXAMPLES / file)], best))[0]
        return found, sum(read)

    return recognizer, scores


@pytest.mark.parametrize("file", ["squat.json", "high_wave.npz"])  # settled by one view, and not
@pytest.mark.parametrize("best", [1, 5])
def test_labels_that_cannot_be_among_the_best_are_not_read(counted, file, best):
    recognizer, scores = counted
    (every, whole), (some, part) = scores(file), scores(file, best)
    found, exact = recognizer.ranked(some, best), recognizer.ranked(every, best)
    assert part < whole / 2
    assert found.labels == exact.labels
    assert found.log_likelihoods == pytest.approx(exact.log_likelihoods, abs=1e-3)
    assert found.scores == pytest.approx(exact.scores, abs=SPARED)
    assert (some >= every - 1e-3).all() and some.sort().values[-best - 1] <= found.log_likelihoods[-1]


def test_a_name_that_means_nothing_is_named(nano):
    clip = load_skeleton(EXAMPLES / "squat.json")
    found = Recognizer(*nano, ["do some squats", "qwertz uiop"])(clip)
    assert found.label == "do some squats"
    (warning,) = [text for text in found.warnings if "qwertz" in text]
    assert "--descriptions" in warning and "'qwertz uiop' means nothing" in warning
    assert "in English" in warning and "Did you mean" not in warning
    found = Recognizer(*nano, ["sqat", "wlaking", "qwertz uiop"])(clip)
    (warning,) = found.warnings
    assert warning.startswith("The labels 'sqat', 'wlaking', 'qwertz uiop' mean nothing to the model: ")
    assert warning.endswith("Did you mean 'squat' for 'sqat', 'walking' for 'wlaking'?")
    alone = Recognizer(*nano, ["qwertz uiop"])(clip)
    assert alone.unsure
    described = Recognizer(*nano, ["qwertz uiop"], descriptions={"qwertz uiop": ["A person bends both knees."]})
    assert not described.warnings


def test_words_of_no_meaning_are_told_from_unusual_ones():
    strange = ["laufen", "hinsetzen", "tuesday", "class 7", "A012", "stock market", "blorp"]
    known = ["squat down low", "mop up", "flap like a chicken", "cook dinner", "move stuff around"]
    meanings = label_meanings([*strange, *known], None, load_lexicon())
    assert [meaning.label for meaning in meanings if not meaning.sentences] == strange


def test_a_wider_name_for_what_the_clip_shows_is_sure(nano):
    clip = load_skeleton(EXAMPLES / "walk_turning_left.bvh")
    found = Recognizer(*nano, ["walk", "wave"])(clip)
    assert found.label == "walk" and not found.unsure
    assert Recognizer(*nano, ["squat", "wave"])(clip).unsure


@pytest.mark.parametrize("labels", [["swim"], ["flying an aeroplane", "playing chess"]])
def test_labels_that_are_all_far_from_the_clip_are_unsure(nano, labels):
    clip = load_skeleton(EXAMPLES / "squat.json")
    assert Recognizer(*nano, labels)(clip).unsure
    assert not Recognizer(*nano, [*labels, "squat"])(clip).unsure


@pytest.mark.parametrize("label", ["kicking", "kick", "kicks"])
def test_a_word_means_what_as_many_people_do(nano, label):
    recognizer = Recognizer(*nano, [label, "waving", "clapping", "walking", "handshake", "hugging"])
    clips = [load_skeleton(EXAMPLES / name) for name in ("forward_kick_2d.json", "kicking.npz")]
    assert [int(clip.people_present.sum()) for clip in clips] == [1, 2]
    assert [found.label for found in map(recognizer, clips)] == [label, label]
    together = recognizer.scores(clips)
    torch.testing.assert_close(together, torch.cat([recognizer.scores([clip]) for clip in clips]), atol=2e-3, rtol=0)


def test_a_list_with_both_words_tells_them_apart_itself(nano):
    for labels, others in (
        (["kicking", "walk"], 1),
        (["kicking", "kick", "walk"], 0),
        (["wrestle", "wrestling each other"], 0),
    ):
        scorer = Recognizer(*nano, [*labels, "qwertz uiop"]).scorers[0]
        assert len(scorer.others) == others


def test_none_of_these_wins_where_nothing_fits(nano):
    labels = ["play the violin", "lie down on the floor"]
    wave = Recognizer(*nano, labels, none_of_these=True)(load_skeleton(EXAMPLES / "high_wave.npz"))
    assert wave.label == "none of these"
    squat = Recognizer(*nano, ["do some squats", *labels], none_of_these=True)(load_skeleton(EXAMPLES / "squat.json"))
    assert squat.label == "do some squats"


def test_a_clip_scores_the_same_alone_and_among_others(recognizer):
    clips = [load_skeleton(EXAMPLES / name) for name in ("squat.json", "high_wave.npz")]
    alone = torch.cat([recognizer.scores([clip]) for clip in clips])
    torch.testing.assert_close(recognizer.scores(clips), alone, atol=2e-3, rtol=1e-3)


def test_labels_are_explained_by_their_entry_by_near_ones_or_not_at_all():
    lexicon = load_lexicon()
    known, near, unknown, described = label_meanings(
        ["Drink_Water", "drink a glass of milk", "qwertz uiop"], None, lexicon
    ) + label_meanings(["x"], {"x": ["A person bows."]}, lexicon)
    assert known.sentences == lexicon.find("drink water").sentences
    assert near.sentences and sum(near.weights) == pytest.approx(1.0)
    assert unknown.sentences == () and described.sentences == ("A person bows.",)
    assert label_meanings(["drink a glass of milk"], None, Lexicon(()))[0].sentences == ()


@pytest.mark.parametrize("question", ["Is the person injured?", "What is the person's name?", "How is the weather?"])
def test_what_motion_cannot_tell_is_refused(nano, question):
    model, processor = nano
    answer = model.ask(processor, load_skeleton(EXAMPLES / "squat.json"), question)
    assert answer == "I can't tell that from the motion."
    assert model.ask(processor, load_skeleton(EXAMPLES / "squat.json"), "How many people are there?") != answer
