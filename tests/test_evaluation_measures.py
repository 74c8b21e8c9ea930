"""The measures of an evaluation: intervals, texts, facts in captions, conditions, answers parsed."""

import dataclasses

import numpy as np
import pytest

from skeletonllm_hf.evaluation.caption_facts import judge, named
from skeletonllm_hf.evaluation.clips import HELD_OUT_SEED, NEWER_ACTIONS, TESTED_ACTIONS, synthetic_test
from skeletonllm_hf.evaluation.conditions import ABLATION, ROBUSTNESS, THIRTEEN, TOPOLOGIES, Condition, parse_conditions
from skeletonllm_hf.evaluation.evaluate import question_kind
from skeletonllm_hf.evaluation.scoring import parsed
from skeletonllm_hf.evaluation.statistics import interval, share
from skeletonllm_hf.evaluation.text_metrics import bleu, normalized, rouge_l
from skeletonllm_hf.synthetic import EXACT, generate, generate_with_truth


def test_wilson_intervals():
    assert interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)  # Newcombe 1998, method 3: 0.4901 to 0.9433
    assert interval(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4) and interval(10, 10)[1] == 1.0
    assert interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe 1998, table I
    low, high = share(500, 1000)["interval"]
    assert low + high == pytest.approx(100) and high - low == pytest.approx(6.2, abs=0.1)
    for right, count in ((1, 0), (5, 4), (-1, 4)):
        with pytest.raises(ValueError, match="interval"):
            interval(right, count)


def test_bleu():
    pytest.importorskip("sacrebleu")
    assert bleu(["the cat sat on the mat"], [["The cat sat on the mat."]], 1) == pytest.approx(100 * np.exp(1 - 7 / 6))
    assert bleu(["a b c"], [["a b c d e f"]], 1) == pytest.approx(100 * np.exp(1 - 6 / 3))  # the penalty for brevity
    assert bleu(["a b c d", "x y z w"], [["a b c d"], ["q", "a b c d"]], 2) == pytest.approx(
        100 * np.sqrt(4 / 8 * 3 / 6)
    )
    with pytest.raises(ValueError, match="got 0 texts"):
        bleu([], [])


def test_rouge_l():
    """The examples of Lin 2004."""
    pytest.importorskip("rouge_score")
    assert rouge_l(["police kill the gunman"], [["police killed the gunman"]]) == pytest.approx(75)
    assert rouge_l(["the gunman kill police"], [["police killed the gunman"]]) == pytest.approx(50)
    assert rouge_l(["a b", "x"], [["q", "a b"], ["y"]]) == pytest.approx(50)  # the best reference; the mean over texts
    assert rouge_l([""], [["word"]]) == 0.0


def test_answers_are_compared_without_articles_case_and_digits():
    assert (
        normalized("The  left hand.") == normalized("left hand") and normalized("3") == normalized("Three") == "three"
    )
    assert (
        normalized("two") != normalized("three") and normalized("push-up") == "push-up" and normalized("120") == "120"
    )
    assert normalized("Raise up left hand.") == normalized("raise left hand") != normalized("raise right hand")


def test_free_answers_are_parsed_or_not():
    labels = ["wave", "high wave", "sit down", "stand up"]
    assert parsed("Wave", labels) == "wave" and parsed(" The person does a high wave. ", labels) == "high wave"
    assert parsed("The hand moves up.\nIt may be sit down.\nLabel: high wave", labels) == "high wave"
    for text in ("", "walk", "sit down or stand up", "waves"):
        assert parsed(text, labels) is None


def test_facts_named_in_sentences():
    facts = {
        kind: set(values) for kind, values in named("A person raises the right hand and waves it three times.").items()
    }
    assert facts == {"limb": {"right arm"}, "direction": set(), "count": {"3"}}
    for text, kind, values in (
        ("does two push-ups", "count", {"2"}),
        ("hops twice on the left foot", "count", {"2"}),
        ("hops twice on the left foot", "limb", {"left leg"}),
        ("moves both arms", "limb", {"both arms"}),
        ("turns left and walks forward", "direction", {"to the left", "forward"}),
        ("draws it counterclockwise", "direction", {"counterclockwise"}),
        ("draws it clockwise", "direction", {"clockwise"}),
        ("walks to the left of the left hand", "direction", {"to the left"}),
        ("holds a phone to the left ear", "direction", set()),
        ("two people shake hands", "count", set()),
        ("sits down", "direction", set()),
    ):
        assert named(text)[kind] == values, text


def test_judging_captions():
    clip, truth = generate_with_truth("high wave", seed=1, options=dataclasses.replace(EXACT, side="left"))
    count = {1: "once", 2: "twice"}.get(truth.people[0][0].count, f"{truth.people[0][0].count} times")
    count = {"3 times": "three times", "4 times": "four times", "5 times": "five times"}.get(count, count)
    assert judge(f"A person waves the left hand {count}.", truth, clip.captions) == {"limb": "right", "count": "right"}
    assert judge("A person waves the right hand nine times.", truth, clip.captions) == {
        "limb": "wrong",
        "count": "wrong",
    }
    assert judge("A person waves.", truth, clip.captions) == {"limb": "missing", "count": "missing"}
    assert judge("A person waves the left leg forward.", truth, clip.captions)["limb"] == "wrong"


def test_kinds_of_questions():
    assert [question_kind(q) for q in (
        "How many times does the person wave?", "Which hand does the person use?", "Which way does the person face at the start?",
        "What does the person do first?", "Is the person walking?", "How many people are there?", "What is the person doing?",
    )] == ["count", "limb", "direction", "order", "yes or no", "people", "action"]  # fmt: skip


def test_conditions_change_clips_and_repeat():
    clip = generate("walk", seed=1, options=EXACT)
    dropped, other = (Condition.parse("dropout=0.3").apply(clip, name) for name in ("a", "b"))
    share_lost = 1 - dropped.mask.any(0).mean()
    assert 0.05 < share_lost < 0.6 and not np.array_equal(dropped.mask, other.mask)
    assert np.array_equal(dropped.mask, Condition.parse("dropout=0.3").apply(clip, "a").mask)
    noisy = Condition.parse("noise=0.05").apply(clip, "a")
    assert np.std(noisy.joints - clip.joints) == pytest.approx(0.05, rel=0.05)
    assert {number: Condition("joints", number).apply(clip, "a").layout.num_joints for number in TOPOLOGIES} == {
        n: n for n in TOPOLOGIES
    }
    assert Condition("joints", 13).apply(clip, "a").mask.all() and len(THIRTEEN.joints) == 13
    pair = generate("kicking", seed=1, options=EXACT)
    assert Condition("people", 1).apply(pair, "a").people_present.sum() == 1
    assert Condition("people", 2).apply(pair, "a").mask.all()
    still = pair.replace(joints=np.stack([pair.joints[:, 0], np.repeat(pair.joints[:1, 1], pair.num_frames, 0)], 1))
    assert Condition("people", 1).apply(still, "a").people_present.tolist() == [True, False]
    assert str(Condition.parse("noise=0.10")) == "noise=0.1" and len(ROBUSTNESS) == 11 and len(ABLATION) == 2
    assert len(parse_conditions(["noise=0.1", "noise=0.10"])) == 1


@pytest.mark.parametrize("text", ["", "dropout", "dropout=", "dropout=2", "dropout=x", "joints=14", "layout=nowhere", "renderer=oil", "people=0", "speed=2", "noise=0"])  # fmt: skip
def test_conditions_that_make_no_sense(text):
    with pytest.raises(ValueError, match=r"condition|layout"):
        Condition.parse(text)


def test_the_renderer_is_as_before_afterwards(tiny):
    model, processor = tiny
    clip = generate("walk", seed=1)
    render = lambda: processor.rasterize(clip, model.renderer)["frames"].detach()  # noqa: E731
    learned = render()
    with Condition.parse("renderer=fixed").rendering(model):
        fixed = render()
    with pytest.raises(RuntimeError), Condition.parse("renderer=no-modulator").rendering(model):
        plain = render()
        raise RuntimeError
    assert (learned - fixed).abs().max() > 0.05 and (learned - plain).abs().max() > 1e-3
    assert (render() == learned).all()
    with Condition.parse("dropout=0.5").rendering(model):
        assert (render() == learned).all()


def test_synthetic_tests_are_held_out_and_even():
    tests = synthetic_test(40)
    assert len({clip.id for clip in tests.clips}) == 40 and all(
        f"seed={HELD_OUT_SEED}"[:-2] in clip.id for clip in tests.clips
    )
    labels = [clip.label for clip in tests.clips]
    assert labels.count(None) == 4 and len(set(labels)) == 37  # no action twice before all were seen
    assert len(TESTED_ACTIONS) == 155 and "juggle" in NEWER_ACTIONS and not set(TESTED_ACTIONS) & set(NEWER_ACTIONS)
    newer = synthetic_test(20, actions=NEWER_ACTIONS)
    assert {clip.label for clip in newer.clips} - {None} <= set(newer.candidates) == set(NEWER_ACTIONS)
    assert all(len(clip.truth.order) == 2 for clip in tests.clips if clip.label is None)
    assert {clip.sequence.layout.name for clip in tests.clips} == {"kinect_v2", "kinect_v1", "smpl_22", "coco_17"}
    assert tests.candidates == tuple(sorted(TESTED_ACTIONS))
    assert [clip.content for clip in synthetic_test(3).clips] == [clip.content for clip in tests.clips[:3]]
    assert any("first" in question for clip in tests.clips for question, _ in clip.sequence.questions)
