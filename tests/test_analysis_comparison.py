"""What differs between two clips, measured on clips whose differences are known."""

import dataclasses
import json

import pytest

from skeletonllm_hf import generate
from skeletonllm_hf.analysis import compare
from skeletonllm_hf.analysis.comparison import differences, part_motions
from skeletonllm_hf.describe import describe
from skeletonllm_hf.synthetic import EXACT, generate_with_truth
from skeletonllm_hf.transforms import mirror


def exact(action, seed=1, layout="kinect_v2", **options):
    return generate(action, seed=seed, layout=layout, options=dataclasses.replace(EXACT, **options))


def between(first, second):
    return {(d.subject, d.kind): d for d in differences(describe(first).facts, describe(second).facts)}


def test_a_clip_does_not_differ_from_itself_in_another_layout():
    clip = exact("wave right hand")
    assert between(clip, clip) == {}
    assert between(clip, exact("wave right hand", layout="coco_17")) == {}


def test_the_other_hand_is_told_once():
    clip = exact("wave right hand")
    found = between(clip, mirror(clip))
    assert list(found) == [("hand", "value")]
    difference = found["hand", "value"]
    assert (difference.first, difference.second) == ("right hand", "left hand")
    assert difference.text == "The right hand moves in the first clip, the left hand in the second."


def test_a_faster_walk_is_faster_and_shorter():
    found = between(exact("walk"), exact("walk", speed=(1.5, 1.5)))
    way, length = found["way", "speed"], found["length", "value"]
    assert way.second > 1.3 * way.first and "second clip's way is faster" in way.text
    assert length.first > length.second and length.text.startswith("The first clip is longer")
    assert ("way", "direction") not in found and ("way", "only") not in found


def test_walking_differs_from_standing_and_back_from_forth():
    found = between(exact("walk"), exact("wave right hand"))
    assert found["way", "only"].text.startswith("Only in the first clip does the person leave the place: walk forward")
    found = between(exact("walk"), exact("walk backwards"))
    assert (found["way", "direction"].first, found["way", "direction"].second) == ("walk forward", "walk backward")


def test_counts_are_those_of_the_truth():
    counted = {}
    for seed in range(12):
        clip, truth = generate_with_truth("wave right hand", seed=seed, options=EXACT)
        counted.setdefault(truth.people[0][0].count, clip)
    few, many = min(count for count in counted if count > 1), max(counted)
    assert many >= few + 2
    found = between(counted[many], counted[few])["right hand", "count"]
    assert found.first - found.second == many - few


def test_turning_the_other_way_and_another_posture():
    turn = between(exact("walk turning left"), exact("walk turning right"))["turn", "value"]
    assert turn.first > 60 and turn.second < -60 and "to the left in the first" in turn.text
    posture = between(exact("sit down"), exact("wave right hand"))["posture", "value"]
    assert posture.first == ["standing", "sitting"] and posture.second == ["standing"]


def test_people_and_contact():
    found = between(exact("shaking hands"), exact("wave right hand"))
    assert (found["people", "value"].first, found["people", "value"].second) == (2, 1)
    assert found["contact", "value"].second == [] and "right hand on right hand" in found["contact", "value"].first
    found = between(exact("shaking hands"), exact("punching"))
    assert any(subject.endswith(" of the person on the left") for subject, _ in found)


def test_parts_take_both_hands_for_two_and_the_way_out_for_the_direction():
    motions = part_motions(describe(exact("raise both hands")).facts, 0)
    assert set(motions) >= {"left hand", "right hand"}
    assert motions["left hand"].direction.startswith(("up", "forward and up"))
    assert motions["left hand"].distance > 0.5 and motions["left hand"].speed > 0.2


def test_compare_puts_the_models_words_beside_the_measurements(tiny):
    model, processor = tiny
    first, second = exact("wave right hand"), exact("walk")
    labels = ["walk", "wave"]
    found = compare(model, processor, first, second, labels)
    assert found.first.label == model.recognize(processor, first, labels).label
    assert found.second.caption == model.caption(processor, second)
    assert found.first.description == describe(first).sentences
    assert found.text.startswith("The model calls") and "leave the place" in found.text
    values = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert values["differences"][0].keys() == {"subject", "kind", "first", "second", "text"}
    assert values["text"] == found.text
    doubtful = dataclasses.replace(found, first=dataclasses.replace(found.first, label="bow", unsure=True))
    assert 'The model calls the first clip "bow" (not sure) and the second "' in doubtful.text
    without = compare(model, processor, first, first)
    assert without.first.label is None and without.text == "No difference in their movements was measured."
    with pytest.raises(ValueError, match="repeated"):
        compare(model, processor, first, second, ["a", "a"])
