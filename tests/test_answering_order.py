"""Two actions that follow one another in a clip."""

import functools

from looking_once import looking_once  # noqa: F401 - a fixture

from skeletonllm_hf import load_default, load_skeleton
from skeletonllm_hf.answering.order import find_acts
from skeletonllm_hf.default import FOLDER
from skeletonllm_hf.model.prompts import REFUSAL
from skeletonllm_hf.synthetic import generate


def test_two_actions_are_found_in_their_order():
    model, processor = load_default()
    ask = functools.partial(model.ask, processor)
    clip = generate("clap hands then walk", seed=5)
    for action in ("clap", "walk"):
        assert ask(clip, f"Does the person {action}?") == "yes"
    assert ask(clip, "Does the person kick?") == "no"
    assert ask(clip, "What happens first?") == "clap hands"
    for question in ("What does the person do after that?", "What does he do second?", "what comes after the clapping"):
        assert ask(clip, question).startswith("walk")
    assert ask(clip, "What does he do before he walks?") == "clap hands"
    assert ask(clip, "How many actions are there?") == "two"
    assert ask(clip, "Does the person clap and then walk?") == "yes"
    assert ask(clip, "Does the person walk and then clap?") == "no"


def test_one_action_is_not_cut_in_two():
    model, processor = load_default()
    for clip in [
        load_skeleton(FOLDER.parent / "examples" / name) for name in ("high_wave.npz", "squat.json", "kicking.npz")
    ]:
        assert find_acts(model, processor, clip) is None
    assert model.ask(processor, generate("high wave", seed=3), "What does the person do after that?") == REFUSAL
