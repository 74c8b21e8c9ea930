"""Several questions about a clip in one row: the losses and gradients of rows of their own."""

import pytest
import torch
from families import TINY, build
from training_material import LABELS, losses, small_dataset, small_model, train

from skeletonllm_hf.model.likelihoods import packs
from skeletonllm_hf.synthetic import generate
from skeletonllm_hf.training import checkpoints
from skeletonllm_hf.training.batches import Example, packed_loss, shared_tensors
from skeletonllm_hf.training.mixture import Collator

PAIRS = [
    ("What is the action?", "squat"),
    ("Is it a bow?", "NO"),
    ("Describe the motion.", "A person squats down three times."),
]


@pytest.fixture(scope="module", params=["foreground", "whole frames", *TINY])
def parts(request, tmp_path_factory):
    if request.param in TINY:
        model, processor = build(request.param)
        return model.eval(), processor
    whole = request.param == "foreground"
    model, processor = checkpoints.load_model(small_model(tmp_path_factory.mktemp("model") / "small", whole))
    return model.eval(), processor


def test_losses_and_gradients_are_those_of_rows_of_their_own(parts):
    model, processor = parts
    if not packs(model):
        pytest.skip("its attention takes no mask of its own for each token")
    clips = [generate("squat", seed=1), generate("walk", seed=2)]
    shared = [
        Example(clips[0], *PAIRS[0], tuple(PAIRS[1:]), frames=3),
        Example(clips[1], *PAIRS[1], tuple(PAIRS[:1]), frames=4),
    ]
    apart = [Example(e.sequence, *pair, frames=e.frames) for e in shared for pair in ((e.question, e.answer), *e.more)]
    found = []
    for examples, loss in ((shared, packed_loss), (apart, lambda model, inputs: model(**inputs).loss)):
        inputs = Collator(processor)(examples)
        inputs.pop("ids")
        model.zero_grad()
        value = loss(model, inputs)
        value.backward()
        found.append((value.item(), {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}))
    (one, gradients), (other, expected) = found
    assert one == pytest.approx(other, abs=1e-5)
    assert gradients.keys() == expected.keys()
    for name, gradient in gradients.items():
        torch.testing.assert_close(gradient, expected[name], rtol=1e-3, atol=2e-5, msg=name)


def test_a_template_that_writes_the_question_first_is_refused(parts, monkeypatch):
    _, processor = parts
    monkeypatch.setattr(type(processor), "expand", lambda self, text: self._shown(text + self.skeleton_token))
    with pytest.raises(ValueError, match="expected a chat template that writes the clip before the question"):
        shared_tensors([PAIRS], processor)


def test_a_run_with_several_questions_learns(tmp_path):
    model, data = small_model(tmp_path / "model"), small_dataset(tmp_path / "clips", LABELS)
    stage = tmp_path / "stage.yaml"
    stage.write_text(
        "name: several\ntrain: all\ntasks: {name: 0.5, caption: 0.5}\nquestions: 3\nlearning_rate: 1.0e-2\naugment: true\n"
    )
    assert (
        train(
            "--model",
            model,
            "--dataset",
            data,
            "--stages",
            stage,
            "--steps",
            12,
            "--log-every",
            1,
            "--out",
            tmp_path / "run",
        )
        == 0
    )
    found = losses(tmp_path / "run")
    assert sum(found[-3:]) < 0.8 * sum(found[:3])


def test_losses_that_go_around_the_model_are_in_half_precision_too(tmp_path):
    """A base in bfloat16 with trained parts in float32: without autocast they do not fit together."""
    model, processor = checkpoints.load_model(small_model(tmp_path / "model"))
    for part in (model.to(torch.bfloat16), processor):
        part.save_pretrained(tmp_path / "short")
    stage = tmp_path / "stage.yaml"
    stage.write_text("name: several\ntrain: [renderer, projector]\ntasks: {name: 0.5, caption: 0.5}\nquestions: 2\n")
    data = small_dataset(tmp_path / "clips", LABELS)
    settings = ["--steps", 1, "--batch", 4, "--precision", "bfloat16", "--out", tmp_path / "run"]
    assert (
        train(
            "--model", tmp_path / "short", "--dataset", data, "--stages", f"words,{stage}", "--log-every", 1, *settings
        )
        == 0
    )
