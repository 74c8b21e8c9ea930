"""Actions with a side or a direction: what labels mean by them, and that their clips show it."""

import dataclasses

import pytest

from skeletonllm_hf.answering.scorers.embedding import label_meanings, shown_by
from skeletonllm_hf.lexicon import load_lexicon
from skeletonllm_hf.synthetic import (
    ACTIONS,
    EXACT,
    INTERACTIONS,
    MotionOptions,
    find_action,
    generate_with_truth,
    variants,
)

MEANT = {
    "left hand wave": "high wave with the left hand",
    "left jab": "forward punch with the left arm",
    "Kick with your right foot": "forward kick with the right leg",
    "left side kick": "side kick with the left leg",
    "left-handed throw": "high throw with the left arm",
    "right high knee": "lift knee with the right leg",
    "stand on the left leg": "stand on one leg with the left leg",
    "swipe left": "swipe to the left",
    "swipe rightwards": "swipe to the right",
    "swipe with the left hand": "swipe with the left hand",
    "bend to the left": "side bend to the left",
    "point up": "point up",
    "fall backwards": "fall backward",
    "draw circle clockwise": "draw circle clockwise",
    "draw_circle_counter_clockwise": "draw circle counterclockwise",
    "draw a circle": "draw circle",
    "wave": "high wave",
    "look left and right": "look around",
    "hugging": "hugging",
    "right hand swipe to the left": "swipe to the left",
    "right hand draw circle (clockwise)": "draw circle clockwise",
    "bowling (right hand)": "bowl with the right arm",
    "forward lunge (left foot forward)": "lunge",
    "two hand push": "push",
    "squat (two arms stretched out)": "squat",
    "pick up with two hands": "lift a box",
    "running": "run",
    "sits down": "sit down",
    "swinging a leg": "swing a leg",
    "walking in place": "march",
    "nothing of the kind": None,
}


def test_labels_mean_a_side_or_a_direction():
    names, lexicon = [*ACTIONS, *INTERACTIONS, *variants()], load_lexicon()
    found = shown_by(label_meanings(list(MEANT), None, lexicon), names, lexicon)
    assert {label: None if place is None else names[place] for label, place in zip(MEANT, found)} == MEANT


def test_labels_of_a_model_without_variants_mean_actions():
    lexicon = load_lexicon()
    meanings = label_meanings(["point up", "squat", "left jab"], None, lexicon)
    assert shown_by(meanings, ["squat", "point"], lexicon) == [None, 0, None]
    assert shown_by(meanings, [], lexicon) == [None] * 3


@pytest.mark.parametrize("name", list(variants())[::9])
def test_clips_of_a_variant_show_it(name):
    variant = variants()[name]
    assert find_action(variant.action).name == variant.action and variant.action in name
    for number in range(len(variant.choices)):
        truth = generate_with_truth(variant.action, seed=number, options=variant.options(number, EXACT))[1].people[0][0]
        expected = name.removeprefix(variant.action).strip()
        shown = {f"with the {truth.side} {find_action(variant.action).limb}", truth.direction}
        across = {
            "across the body": {"left": "to the right", "right": "to the left"},
            "outwards": {s: f"to the {s}" for s in ("left", "right")},
        }
        shown.add(across.get(truth.direction, {}).get(truth.side))
        assert expected in shown


def test_a_direction_is_asked_for_by_the_actions_ways():
    options = dataclasses.replace(MotionOptions(), direction="up")
    assert {
        generate_with_truth("point", seed=seed, options=options)[1].people[0][0].direction for seed in range(4)
    } == {"up"}
    with pytest.raises(ValueError, match=r"options\.direction: expected one of backward, .*, got 'up'"):
        generate_with_truth("fall", options=options)
    generate_with_truth("squat", options=options)  # goes one way
