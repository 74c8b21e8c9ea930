"""Cosines of clips and bare names, by frames and joints together: whether somebody does what the model was not taught."""

import pytest
import torch
from looking_once import looking_once  # noqa: F401 - a fixture

from skeletonllm_hf import generate, load
from skeletonllm_hf.answering.looks import JointLooks, Looks
from skeletonllm_hf.answering.nearness import Nearness
from skeletonllm_hf.answering.recognizer import JOINTS_WEIGHT_TAUGHT
from skeletonllm_hf.answering.scorers.embedding import text_vectors
from skeletonllm_hf.evaluation.clips import NEWER_ACTIONS
from skeletonllm_hf.synthetic import EXACT


@pytest.fixture(scope="module")
def answerer():
    return load()


@pytest.fixture(scope="module")
def clips(answerer):
    return [answerer.processor.load(generate("squat", seed=5, layout=layout)) for layout in ("kinect_v2", "hand_21")]


def test_cosines_are_weighted_as_labels_are(answerer, clips):
    looks = Looks(answerer.model, answerer.processor, 1)
    near, actions = Nearness(looks), ["squat", "do a headstand on a skateboard"]
    assert [near.is_taught(action) for action in actions] == [True, False]
    assert near.is_taught("Squatting") and near.is_taught("crouch down") == near.is_taught("crouching down")
    cosines = near.cosines(clips, actions)
    joints = JointLooks()
    frames = looks.motion(clips) @ text_vectors(answerer.model, actions).T
    own = joints.motion(clips) @ text_vectors(joints.model, actions).T
    torch.testing.assert_close(cosines[0, 0], (frames + JOINTS_WEIGHT_TAUGHT * own)[0, 0] / (1 + JOINTS_WEIGHT_TAUGHT))
    torch.testing.assert_close(cosines[0, 1], (frames + own)[0, 1] / 2)
    torch.testing.assert_close(cosines[1], frames[1])  # of a hand alone the joints tell nothing


@pytest.mark.parametrize("action", NEWER_ACTIONS[40:640:100])
def test_an_action_that_was_not_taught_is_seen(answerer, action):
    clip = generate(action, seed=9100, options=EXACT)
    assert answerer.ask(clip, f"Does the person {action}?") == "yes"
    assert answerer.ask(clip, "Does the person do a cartwheel?") == "no"
