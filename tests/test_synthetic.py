"""The generator of synthetic motion: its vocabulary, its contract, its texts, every action in every layout."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import re

import numpy as np
import pytest

from skeletonllm_hf.evaluation.caption_facts import KINDS, judge, known, named
from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout, layout_names
from skeletonllm_hf.nouns import number_word, times_word
from skeletonllm_hf.synthetic import (
    ACTIONS,
    ALIASES,
    EXACT,
    INTERACTIONS,
    MotionOptions,
    find_action,
    generate,
    generate_many,
    generate_with_truth,
)

EVERYTHING = [*ACTIONS, *INTERACTIONS]
MSR = (
    "high wave", "horizontal wave", "hammer", "hand catch", "forward punch", "high throw", "draw x", "draw tick", "draw circle",
    "hand clap", "two hand wave", "side boxing", "bend", "forward kick", "side kick", "jogging", "tennis swing", "tennis serve",
    "golf swing", "pickup and throw",
)  # fmt: skip
UTKINECT = ("walk", "sit down", "stand up", "pick up", "carry", "throw", "push", "pull", "wave hands", "clap hands")
BANDAI = (
    "raise left hand", "raise right hand", "raise both hands", "wave left hand", "wave right hand", "wave both hands",
    "walk turning left", "walk turning right", "run", "bow", "bye", "call", "guide", "kick", "punch", "slash", "dance", "dash",
    "walk back", "walk left", "walk right",
)  # fmt: skip
SBU = ("approaching", "departing", "kicking", "pushing", "shaking hands", "hugging", "exchanging object", "punching")
DEFAULT = "kinect_v2"
BODIES = [name for name in layout_names() if any(get_layout(name).body)]  # a hand alone is none


@functools.cache
def plain(number: int):
    """(clip, truth) of an action of `EVERYTHING`, as it comes without options."""
    return generate_with_truth(EVERYTHING[number], seed=number)


def test_vocabulary_covers_the_common_datasets():
    assert len(ACTIONS) >= 60 and len(INTERACTIONS) >= 8
    for name in (*MSR, *UTKINECT, *BANDAI):
        assert find_action(name).people == 1
    for name in SBU:
        assert find_action(name).people == 2
    assert set(ALIASES.values()) <= set(EVERYTHING) and not set(ALIASES) & set(EVERYTHING)


@pytest.mark.parametrize("layout", BODIES)
def test_every_action_in_every_layout(layout):
    known, others = get_layout(layout), [name for name in BODIES if name != DEFAULT]
    numbers = range(len(EVERYTHING))
    if layout != DEFAULT:  # these have a share each: every action once more, in one of them
        numbers = numbers[others.index(layout) :: len(others)]
    for number in numbers:
        name = EVERYTHING[number]
        clip = plain(number)[0] if layout == DEFAULT else generate(name, layout=layout, seed=number)
        assert clip.layout is known and clip.joints.dtype == np.float32
        assert clip.joints.shape == (clip.num_frames, find_action(name).people, known.num_joints, 3)
        assert np.isfinite(clip.joints).all() and np.abs(clip.joints).max() < 12
        assert clip.mask.any(-1).all(), "somebody vanished"
        assert (clip.units, clip.up, clip.view) == ("metres", "y", "-z")
        assert 15 <= clip.fps <= 60 and 0.99 <= clip.seconds <= 8.1
        assert clip.label == name and clip.captions and clip.questions


def test_same_arguments_give_the_same_bits():
    for name in ("high wave", "walk", "hugging", "bow then sit down", None):
        one, two = (generate(name, seed=11, layout="coco_17") for _ in range(2))
        assert one.joints.tobytes() == two.joints.tobytes() and (one.mask == two.mask).all()
        assert (one.captions, one.questions, one.fps, one.label) == (two.captions, two.questions, two.fps, two.label)
    assert generate("walk", seed=1).joints.tobytes() != generate("walk", seed=2).joints.tobytes()


def test_motion_of_a_seed_is_the_same_in_every_layout():
    options = MotionOptions(noise=(0, 0), wander=(0, 0), offset=(0, 0), dropout=(0, 0))
    kinect, coco = (
        generate("high throw", seed=4, layout=layout, options=options) for layout in ("kinect_v2", "coco_17")
    )
    shared = [point for point in kinect.layout.body if point in coco.layout.body]
    one, two = (clip.joints[:, 0, [clip.layout.body.index(point) for point in shared]] for clip in (kinect, coco))
    # each clip stands in the middle of its own joints
    np.testing.assert_allclose(one - one[:1, :1], two - two[:1, :1], atol=1e-5)


def test_a_layout_without_body_points_follows_the_body():
    names = tuple(f"p{number}" for number in range(9))
    chain = tuple(itertools.pairwise(range(9)))
    unknown = SkeletonLayout("nine unknown points", names, chain)
    assert not any(unknown.body)
    clip = generate("walk", layout=unknown, seed=1, options=EXACT)
    way = clip.joints[-1, 0] - clip.joints[0, 0]
    assert (way[:, 2] > 1).all(), "every joint has to come along"
    tailed = SkeletonLayout(
        "a tail",
        ("hips", "neck", "head", "left_knee", "right_knee", "tail1", "tail2"),
        ((0, 1), (1, 2), (0, 3), (0, 4), (0, 5), (5, 6)),
    )
    tail = generate("bend", layout=tailed, seed=1, options=EXACT).joints[:, 0]
    length = np.linalg.norm(tail[:, 6] - tail[:, 5], axis=-1)
    assert tailed.body[5] is None and np.ptp(length) < 0.05 and length.min() > 0.02


def test_people_do_the_same_side_by_side():
    clip, truth = generate_with_truth("high wave", people=3, seed=5)
    assert clip.num_people == 3 and len(truth.people) == 3
    assert len({(parts[0].side, parts[0].count) for parts in truth.people}) == 1
    assert ("How many people are there?", "three") in clip.questions
    assert clip.captions[0].startswith("Each of three people ")
    middle = clip.joints.mean((0, 2))
    assert np.diff(middle[:, 0]).min() > 0.6, "they stand apart"


def test_one_action_after_the_other():
    clip, truth = generate_with_truth("clap hands then sit down", seed=2)
    assert truth.order == ("clap hands", "sit down") and clip.label == "clap hands then sit down"
    first, last = truth.people[0]
    assert first.frames[1] < last.frames[0] and last.frames[1] < clip.num_frames
    answers = dict(clip.questions)
    assert (
        answers["What does the person do first?"] == "clap hands"
        and answers["What does the person do last?"] == "sit down"
    )
    for caption in clip.captions:
        assert min(m.start() for m in re.finditer("clap", caption)) < max(
            m.start() for m in re.finditer(r"sits down|lowers", caption)
        )
    walked, truth = generate_with_truth("walk then high wave", seed=2, options=EXACT)
    pelvis = walked.joints[:, 0, walked.layout.index("pelvis")]
    assert pelvis[-1, 2] - pelvis[0, 2] > 1.5
    assert np.linalg.norm(np.diff(pelvis, axis=0), axis=-1).max() < 0.12, "a jump where one action follows the other"


def test_drawn_actions():
    drawn = {generate(seed=seed).label for seed in range(60)}
    assert len(drawn) > 35
    composite = generate(seed=1, options=MotionOptions(composite=1.0))
    assert " then " in composite.label
    renamed = [generate("high wave", seed=seed, options=MotionOptions(alias=1.0)).label for seed in range(8)]
    assert set(renamed) <= {name for name, meant in ALIASES.items() if meant == "high wave"} and len(set(renamed)) > 1
    assert generate("two hand wave", seed=0).label == "two hand wave"


def test_many_clips_are_balanced_and_a_prefix_of_more():
    few = list(generate_many(6, actions=["bow", "jump", "hugging"], layouts=["coco_17", "kinect_v1"], seed=3))
    more = list(generate_many(9, actions=["bow", "jump", "hugging"], layouts=["coco_17", "kinect_v1"], seed=3))
    assert sorted(clip.label for clip in few) == ["bow", "bow", "hugging", "hugging", "jump", "jump"]
    assert [clip.source for clip in few] == [clip.source for clip in more[:6]]
    assert {clip.layout.name for clip in more} == {"coco_17", "kinect_v1"}
    labels = [clip.label for clip in generate_many(20, seed=1, options=MotionOptions(composite=0.5))]
    assert 3 < sum(" then " in label for label in labels) < 17


@pytest.mark.parametrize("arguments", [
    {"action": "no such action"}, {"action": "jumpp"}, {"action": "hugging then walk"}, {"action": "sit down then jump"},
    {"action": "hugging", "people": 3}, {"action": "walk", "people": 0}, {"action": "walk", "people": 99}, {"seed": -1},
    {"seed": 1.5}, {"seed": True}, {"layout": "no such layout"},
])  # fmt: skip
def test_refusals(arguments):
    with pytest.raises(ValueError):
        generate(**arguments)


@pytest.mark.parametrize("wrong", [
    {"noise": (0.2, 0.1)}, {"speed": (0, 1)}, {"dropout": (0, 1.0)}, {"alias": 1.5}, {"side": "up"}, {"style": "grim"}, {"fps": ()},
])  # fmt: skip
def test_options_refuse(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        MotionOptions(**wrong)


def test_an_unknown_action_names_what_is_close():
    with pytest.raises(ValueError, match="jump"):
        generate("jumpp")


def test_sensor_options():
    quiet = dataclasses.replace(EXACT, sway=0.0)
    clean = generate("high wave", seed=1, options=quiet)
    noisy = generate("high wave", seed=1, options=dataclasses.replace(quiet, noise=(0.05, 0.05)))
    assert 0.04 < (noisy.joints - clean.joints).std() < 0.08
    shifted = generate("high wave", seed=1, options=dataclasses.replace(quiet, offset=(0.03, 0.03)))
    error = shifted.joints - clean.joints
    assert np.abs(error - error[:1]).max() < 1e-5 and 0.01 < error[0].std() < 0.06
    lost = [
        generate("walk", seed=seed, options=dataclasses.replace(quiet, dropout=(0.3, 0.3))).mask.mean()
        for seed in range(20)
    ]
    assert 0.6 < np.mean(lost) < 0.8
    assert clean.mask.all()


def test_options_set_ranges():
    tall = generate("walk", seed=3, options=dataclasses.replace(EXACT, stature=(1.9, 1.9)), layout="smpl_22")
    small = generate("walk", seed=3, options=dataclasses.replace(EXACT, stature=(1.2, 1.2)), layout="smpl_22")
    assert np.ptp(tall.joints[0, 0, :, 1]) > 1.4 * np.ptp(small.joints[0, 0, :, 1])
    short = [generate(name, seed=7, options=MotionOptions(seconds=(1.0, 2.0))).seconds for name in EVERYTHING[::3]]
    assert max(short) < 2.2 and min(short) > 0.95
    assert {generate("bow", seed=seed, options=MotionOptions(fps=(24.0,))).fps for seed in range(4)} == {24.0}
    sides = {
        generate_with_truth("salute", seed=seed, options=MotionOptions(side="left"))[1].people[0][0].side
        for seed in range(5)
    }
    assert sides == {"left"}


def test_captions_may_leave_counts_unsaid():
    counted = 0
    for number, name in enumerate(EVERYTHING):
        with_counts, truth = plain(number)
        clip = with_counts
        if any(part.count is not None for parts in truth.people for part in parts):
            clip = generate(name, seed=number, options=MotionOptions(counts=False))
        assert all(not named(caption)["count"] and "None" not in caption for caption in clip.captions), clip.captions
        assert clip.questions == with_counts.questions and (clip.joints == with_counts.joints).all()
        counted += bool(named(with_counts.captions[0])["count"])
    assert counted > 20


def test_texts_say_what_is_true():
    for number, name in enumerate(EVERYTHING):
        clip, truth = plain(number)
        part, info, answers = truth.people[0][0], find_action(name), dict(clip.questions)
        assert len(answers) == len(clip.questions), "a question is asked twice"
        text = " ".join(clip.captions)
        assert "{" not in text and "  " not in text and all(c[0].isupper() and c.endswith(".") for c in clip.captions)
        if info.sided and info.people == 1:
            other = {"left": "right", "right": "left"}[part.side]
            assert part.side in clip.captions[0], clip.captions
            assert f"the {part.side} {info.limb}" in answers[f"Which {info.limb} does the person use?"]
            assert f"the {other} {info.limb}" not in text
        if part.count is not None:
            said = (f" {times_word(part.count)}", f" {number_word(part.count)} ")
            assert any(words in clip.captions[0] for words in said), clip.captions
            assert number_word(part.count) in [
                answer for asked, answer in clip.questions if asked.startswith("How many times")
            ]
        if info.people == 1:
            assert answers["What is the person doing?"] == name
            assert (answers["Is the person walking?"] == "yes") == (info.travel == "walk")
            assert answers["What is the posture at the end?"] == part.posture[1]


def test_every_caption_of_the_generator_is_right_about_its_own_clip():
    for number, name in enumerate(EVERYTHING):
        clip, truth = plain(number)
        verdicts = judge(clip.captions[0], truth, clip.captions)
        assert set(verdicts.values()) <= {"right"}, (name, clip.captions[0], verdicts)
        limbs = {limb.split()[0] for limb in truth.people[0][0].limbs if " " in limb}
        assert len(limbs) != 1 or known(truth, ())["limb"] >= {
            f"{limbs.pop()} {'leg' if 'leg' in truth.people[0][0].limbs[0] or 'foot' in truth.people[0][0].limbs[0] else 'arm'}"
        }
    assert KINDS == ("limb", "direction", "count")
