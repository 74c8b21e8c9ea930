"""Long clips told stretch by stretch, and people who do not act together told one by one."""

import numpy as np
import pytest

from skeletonllm_hf import load
from skeletonllm_hf.answering import narration
from skeletonllm_hf.answering.scene import Scene
from skeletonllm_hf.answering.timeline import LONG, Stretch
from skeletonllm_hf.model.prompts import CAPTION, DOING, REFUSAL
from skeletonllm_hf.synthetic import MotionOptions, generate

SETTLED = MotionOptions(fps=(30.0,), seconds=(3.0, 5.0), wander=(0.0, 0.0), offset=(0.0, 0.0))


def acted(name, seed=1):
    return generate(name, seed=seed, options=SETTLED, layout="kinect_v2").canonical()


def joined(clips):
    """Clips one after the other."""
    joints, mask = (np.concatenate([getattr(clip, name) for clip in clips]) for name in ("joints", "mask"))
    return clips[0].replace(joints=joints, mask=mask, confidence=None, rotations=None)


def side_by_side(clips, metres=1.5):
    """One person of each clip, so far from the next, from the left to the right in the picture."""
    frames = min(clip.num_frames for clip in clips)
    beside = [clip.joints[:frames] + np.array([metres * row, 0, 0], np.float32) for row, clip in enumerate(clips)]
    mask = np.concatenate([clip.mask[:frames] for clip in clips], 1)
    return clips[0].replace(joints=np.concatenate(beside, 1), mask=mask, confidence=None, rotations=None)


@pytest.fixture(scope="module")
def answerer():
    return load()


@pytest.fixture(scope="module")
def long():
    return joined([acted("walk"), acted("sit down"), acted("drink"), acted("wave")])


@pytest.fixture(scope="module")
def crowd():
    return side_by_side([acted("wave"), acted("clap hands"), acted("squat")])


def scene(answerer, clip):
    return Scene(answerer.model, answerer.processor, answerer.processor.load(clip))


def test_a_long_clip_is_told_in_its_order(answerer, long):
    caption = answerer.describe(long).text
    assert caption.startswith("From 0 to ") and " s, the person " in caption
    places = [caption.find(word) for word in ("walk", "drink", "wave")]
    assert -1 not in places and places == sorted(places)
    doing = answerer.ask(long, "What is the person doing?")
    assert doing.count(" and then ") >= 2 and doing.startswith("walk") and "drink" in doing
    assert "".join(answerer.stream(long, None)) == caption
    assert answerer.doubtful([long], [caption]) == [answerer.describe(long).unsure] == [False]  # as the page puts it


def test_questions_about_a_long_clip_look_at_its_stretches(answerer, long):
    ends = np.cumsum([acted(name).seconds for name in ("walk", "sit down", "drink", "wave")])
    start, stop = (float(word) for word in answerer.ask(long, "When does the person drink?").split()[1:4:2])
    assert abs(start - ends[1]) < 1.0 and abs(stop - ends[2]) < 1.0
    assert answerer.ask(long, "What does the person do first?").startswith("walk")
    assert "wave" in answerer.ask(long, "What does the person do last?")
    doing = answerer.ask(long, "What is the person doing?").split(" and then ")
    assert answerer.ask(long, "What is the third action?") == doing[2]
    assert answerer.ask(long, "What is the tenth action?") == REFUSAL
    assert "wave" in answerer.ask(long, "What does the person do after drinking?")
    assert answerer.ask(long, "Does the person wave?") == "yes"
    assert answerer.ask(long, "Does the person walk before drinking?") == "yes"
    assert answerer.ask(long, "Does the person wave before drinking?") == "no"
    assert answerer.ask(long, "Is the person drinking at the start?") == "no"
    assert answerer.ask(long, "Is the person waving at the end?") == "yes"
    assert answerer.ask(long, "Does the person do push-ups?") == "no"
    assert answerer.ask(long, "How many different actions are there?") in ("about four", "about five")
    assert answerer.ask(long, "List the actions in order.") == answerer.caption(long)
    lengths = dict(text.split(": ") for text in answerer.ask(long, "How long does each action take?").split("; "))
    assert len(lengths) >= 3 and all(text.endswith(" s") for text in lengths.values())
    longest = answerer.ask(long, "Which action takes longest?")
    assert float(lengths[longest].split()[0]) == max(float(text.split()[0]) for text in lengths.values())


def test_a_part_of_a_long_clip_is_told_by_its_stretches(answerer, long):
    ends = np.cumsum([acted(name).seconds for name in ("walk", "sit down", "drink", "wave")])
    assert "walk" in answerer.ask(long, f"What happens between 0 and {ends[0]:.1f} seconds?")
    assert "drink" in answerer.ask(long, f"What is the person doing at {(ends[1] + ends[2]) / 2:.1f} s?")
    last = answerer.ask(long, f"What happens in the last {int(ends[3] - ends[2]) - 1} seconds?")
    assert "wave" in last and "walk" not in last
    assert answerer.ask(long, "Does the person wave in the first half?") == "no"
    assert answerer.ask(long, "Does the person wave in the second half?") == "yes"
    assert answerer.ask(long, "What happens at 5:00?") == f"the clip ends at {long.seconds:.1f} s"


def test_one_action_is_told_in_a_sentence_however_long_it_takes(answerer):
    options = MotionOptions(fps=(30.0,), seconds=(LONG + 1.0, LONG + 1.5), counts=False)
    clip = generate("clap hands", seed=2, options=options)
    assert clip.seconds > LONG and scene(answerer, clip).stretches == ()
    assert answerer.caption(clip).startswith("A person claps")
    assert scene(answerer, acted("walk")).stretches == ()


def test_labels_of_a_long_clip_that_fit_badly_come_with_advice(answerer, long):
    found = answerer.recognize(long, ["walk", "sit down", "drink"])
    assert found.unsure == any("skeletonllm segment" in text for text in found.warnings)
    unsure = answerer.recognize(long, ["jump rope", "throw", "punch"])
    assert unsure.unsure and "ranked as one action" in unsure.warnings[-1]
    short = answerer.recognize(acted("walk"), ["jump rope", "throw", "punch"])
    assert short.unsure and not any("segment" in text for text in short.warnings)


def test_people_who_do_not_act_together_are_told_one_by_one(answerer, crowd):
    caption = answerer.caption(crowd)
    assert answerer.doubtful([crowd], [caption]) == [False]
    people = ["The person on the left wave", "The person in the middle clap", "The person on the right squat"]
    assert [caption.find(words) for words in people] == sorted(caption.find(words) for words in people)
    assert all(words in caption for words in people)
    assert answerer.ask(crowd, "What is the person in the middle doing?").startswith("clap")
    assert answerer.ask(crowd, "Is the person on the right squatting?") == "yes"
    assert answerer.ask(crowd, "Is the left one squatting?") == "no"
    assert answerer.ask(crowd, "What does the second person from the left do?").startswith("clap")
    assert answerer.ask(crowd, "What does the fourth person do?") == REFUSAL
    assert answerer.ask(crowd, "Is everybody waving?") == answerer.ask(crowd, "Do they do the same?") == "no"
    assert answerer.ask(crowd, "Is everyone standing?") == "no"  # one squats
    assert answerer.ask(crowd, "List what each person does.") == caption
    assert answerer.ask(crowd, "Which hand is used most often?") == REFUSAL  # three are beyond the language model
    assert answerer.ask(crowd, "Does anybody clap?") == "yes"
    assert answerer.ask(crowd, "Who is waving?") == "the person on the left"
    assert answerer.ask(crowd, "Who squats?") == "the person on the right"
    assert answerer.ask(crowd, "How many people are waving?") == "one"


def facing(clips, metres):
    """Two people, so many metres apart, who face each other."""
    ahead = np.array([[0, 0, -1], [0, 1, 0], [1, 0, 0]], np.float32)  # from +z to +x
    first, second = (clip.joints - clip.joints[0, 0].mean(0) * [1, 0, 1] for clip in clips)
    turned = clips[0].replace(joints=first @ ahead), clips[1].replace(joints=second @ ahead.T)
    return side_by_side([one.replace(joints=one.joints.astype(np.float32)) for one in turned], metres)


def test_two_who_face_each_other_may_act_alone(answerer):
    pair = facing([acted("star jump"), acted("squat")], 1.5)
    assert scene(answerer, pair).measures.towards() == pytest.approx((1, 1), abs=0.1)
    caption = answerer.caption(pair)
    assert "star jump" in caption and "squat" in caption and caption.startswith("The person on the ")
    assert answerer.ask(pair, "Are they doing the same thing?") == "no"
    assert not scene(answerer, facing([acted("star jump"), acted("squat")], 0.5)).apart  # within reach of each other


def test_two_people_are_apart_unless_they_act_together(answerer):
    assert scene(answerer, side_by_side([acted("wave"), acted("squat")])).apart
    for name in ("shaking hands", "pointing at someone", "walk together", "turning away from someone"):
        assert not scene(answerer, generate(name, seed=3)).apart
    assert not scene(answerer, acted("wave")).apart


def test_what_all_do_is_said_once(answerer):
    three = side_by_side([acted("clap hands")] * 3)
    assert answerer.caption(three).startswith("Each of three people clap")
    assert answerer.ask(three, "What are they doing?").startswith("clap")
    assert answerer.ask(three, "Is everybody doing the same thing?") == "yes"


def test_who_comes_later_or_goes_before_is_said(answerer):
    pair = generate("shaking hands", seed=3, layout="kinect_v2", options=MotionOptions(seconds=(6.0, 6.5)))
    mask, late, early = pair.mask.copy(), round(1.5 * pair.fps), round((pair.seconds - 1.5) * pair.fps)
    mask[:late, 1], mask[early:, 1] = False, False
    late_clip = pair.replace(mask=mask, confidence=None)
    whole = answerer.describe(pair)
    found = answerer.describe(late_clip)
    (sentence,) = narration.arrivals(scene(answerer, late_clip))
    assert sentence.startswith("The person on the ") and sentence.endswith(
        f"is seen from 1.5 to {early / pair.fps:.1f} s."
    )
    assert found.text.endswith(f" {sentence}") and "is seen" not in whole.text
    assert answerer.caption(late_clip) == "".join(answerer.stream(late_clip, None)) == found.text
    assert answerer.doubtful([late_clip], [found.text]) == [found.unsure]
    assert answerer.ask(late_clip, "How many people are there in the first second?") == "one"


def test_who_is_left_out_of_a_crowd_is_counted(answerer, crowd, monkeypatch):
    monkeypatch.setattr(narration, "MOST_PEOPLE", 2)
    monkeypatch.setattr(narration, "_recent", narration.Recent(1))
    assert answerer.caption(crowd).endswith(" 1 other person is not described.")


def test_stretches_are_those_of_the_clip_as_it_was_read(answerer, long):
    """The same joints at another rate, or partly unseen, are another clip."""
    first = scene(answerer, long).stretches
    faster = scene(answerer, long.replace(fps=40.0)).stretches
    assert first and faster and faster[-1].end == pytest.approx(first[-1].end * 30 / 40, abs=2.0)
    mask = long.mask.copy()
    mask[: long.num_frames // 2] = False
    unseen = scene(answerer, long.replace(mask=mask)).stretches
    assert all(one.start > first[0].start for one in unseen)


def test_stretches_with_one_text_are_one(answerer):
    """The texts are given, so that the joining is seen; the clip and its parts are real."""
    clip = answerer.processor.load(acted("walk"))
    one = scene(answerer, clip)
    one.__dict__["stretches"] = tuple(Stretch(clip, *span) for span in ((0, 4.5), (4.5, 61), (61, 130)))
    caption = narration._narrated(one, CAPTION).text
    assert caption == answerer.caption(clip), "three stretches that touch, with one text"
    one.__dict__["stretches"] = (Stretch(clip, 0, 4.5), Stretch(clip, 61, 130))
    first, between, second = narration._narrated(one, CAPTION).text.split(" From ")
    assert first.startswith("From 0 to 4.5 s, a person ") and second.startswith("1:01 to 2:10, the person ")
    assert between == "0:04 to 1:01, little happens."
    assert " and then " not in narration._narrated(one, DOING).text


def test_postures_of_several_people_are_asked_one_by_one(answerer):
    both = side_by_side([acted("squat"), acted("sit down")])
    assert answerer.ask(both, "What is the posture at the start?") == "standing"
    end = answerer.ask(both, "What is the posture at the end?")
    assert end == "the person on the left: standing; the person on the right: sitting"
    assert answerer.ask(acted("shaking hands"), "What is their posture at the end?") == "standing"


def test_what_training_asked_of_one_is_not_asked_of_two_nor_the_other_way(answerer):
    pair, one = acted("shaking hands"), acted("wave")
    for question in ("In which direction does the movement go?", "Is the movement slow or fast?"):
        assert answerer.ask(pair, question) == REFUSAL != answerer.ask(one, question)
    assert answerer.ask(one, "Do the two people touch each other?") == REFUSAL
    assert answerer.ask(pair, "Do the two people touch each other?") == "yes"
