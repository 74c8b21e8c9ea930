"""torch.compile and torch.export: one graph, the same numbers."""

import pytest
import torch
from tiny_internvl import tiny_internvl

from skeletonllm_hf.model import rasterization
from skeletonllm_hf.synthetic import generate

# Wrappers that transformers puts around its models read what the tracer of torch 2.6 does not know.
traces_the_library = pytest.mark.skipif(
    torch.__version__.startswith("2.6"), reason="torch 2.6 makes a graph of the renderer, not of transformers' models"
)


@pytest.fixture(autouse=True)
def two_bands(monkeypatch):
    """Of rows in a picture, in place of seven: each is one more copy of the same operations in a graph."""
    monkeypatch.setattr(rasterization, "BAND", 32)


class _Call(torch.nn.Module):
    """A method or a function as a module that returns one tensor: what torch.export takes."""

    def __init__(self, call, part, module=None):
        super().__init__()
        self.call, self.part, self.module = call, part, module

    def forward(self, **inputs):
        return getattr(self.call(**inputs), self.part)


def _graph(way: str, module: torch.nn.Module, inputs: dict[str, torch.Tensor]):
    if way == "export":
        return torch.export.export(module, (), inputs).module()
    return torch.compile(module, fullgraph=True, backend="eager")


def _inputs(processor) -> dict[str, torch.Tensor]:
    clips = [generate("bow", seed=1), generate("hugging", layout="smpl_22", seed=2)]
    inputs = dict(processor(clips, ["What?", "Which hand is it?"], return_tensors="pt"))
    inputs["joint_mask"][0, 1], inputs["joint_mask"][1, 2:] = False, False  # frames with nothing to see
    return inputs


def _skeletons(inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: values for name, values in inputs.items() if name not in ("input_ids", "attention_mask")}


def test_exported_renderer():
    model, processor = tiny_internvl()
    skeletons = _skeletons(_inputs(processor))
    with torch.no_grad():
        expected = model.renderer(**skeletons).frames
        found = _graph("export", _Call(model.renderer, "frames", model.renderer), skeletons)(**skeletons)
    assert expected.amax() > 0.1
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


@traces_the_library
@pytest.mark.parametrize(("way", "drop_background"), [("compile", False), ("export", True)])
def test_model(way, drop_background):
    model, processor = tiny_internvl(layers=1, drop_background=drop_background)
    inputs = _inputs(processor)
    with torch.no_grad():
        expected = model(**inputs)
        assert (expected.attention_mask.shape != inputs["attention_mask"].shape) == drop_background
        graph = _graph(way, _Call(model, "logits", model), inputs)
        real = inputs["attention_mask"].bool()
        torch.testing.assert_close(graph(**inputs)[real], expected.logits[real], atol=1e-4, rtol=1e-4)
        other = {**inputs, "joints": inputs["joints"].flip(1), "joint_mask": inputs["joint_mask"].flip(1)}
        torch.testing.assert_close(graph(**other)[real], model(**other).logits[real], atol=1e-4, rtol=1e-4)


@traces_the_library
def test_logits_loss_and_gradients_of_a_compiled_model():
    model, processor = tiny_internvl(layers=1, drop_background=True)
    inputs = _inputs(processor)
    real = inputs["attention_mask"].bool()
    behind = inputs["attention_mask"].cumsum(1) > 1  # nothing foretells the first word
    inputs["labels"] = inputs["input_ids"].masked_fill(~behind, -100)  # words right behind dropped places count too
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    for turned in (False, True):
        found = []
        for call in (model, compiled):
            joints = (inputs["joints"].flip(1) if turned else inputs["joints"].clone()).requires_grad_()
            mask = inputs["joint_mask"].flip(1) if turned else inputs["joint_mask"]
            output = call(**{**inputs, "joints": joints, "joint_mask": mask})
            output.loss.backward()
            found.append((output.logits[real].detach(), output.loss.detach(), joints.grad))
        torch.testing.assert_close(found[1][0], found[0][0], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(found[1][1:], found[0][1:], atol=1e-4, rtol=1e-3)
        assert found[0][-1].abs().amax() > 1e-3


def test_absent_gaussians_may_hold_anything_in_a_graph():
    means = torch.tensor([[[8.0, 8.0], [torch.nan, 4.0]]])
    conics, colors = torch.tensor([[[0.1, 0.0, 0.1]] * 2]), torch.ones(1, 2, 3)
    opacities, depths = torch.tensor([[1.0, 0.0]]), torch.zeros(1, 2)
    compiled = torch.compile(rasterization.rasterize, fullgraph=True, backend="eager")
    given = (means, conics, colors, opacities, depths, 40, 20)
    torch.testing.assert_close(compiled(*given), rasterization.rasterize(*given, backend="torch"))
