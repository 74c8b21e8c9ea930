"""The ONNX example: the file gives the model's logits, for other numbers of prompts, tokens and clips too."""

import pytest
import torch
from example_files import example

from skeletonllm_hf.synthetic import generate

MISSING = "ONNX is not installed: pip install onnx onnxscript onnxruntime"


def test_what_is_exported_gives_the_models_logits(tiny):
    """Without ONNX, which tests elsewhere may lack."""
    model, processor = tiny
    onnx = example("export_onnx")
    clips, texts = [generate("walk", seed=2), generate("bow", seed=1)], ["Which hand is it that moves?", "What?"]
    with torch.no_grad():
        found = onnx.VisionAndLanguage(model)(**onnx.inputs_of(model, processor, clips, texts))
        expected = model(**processor(clips, texts, return_tensors="pt")).logits
    torch.testing.assert_close(found, expected)


def test_the_file_gives_the_models_logits(tiny, tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime", reason=MISSING)
    pytest.importorskip("onnxscript", reason=MISSING)
    model, processor = tiny
    onnx = example("export_onnx")
    onnx.export(model, processor, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    clips = [generate("walk", seed=2), generate("hugging", layout="smpl_22", seed=3), generate("bow", seed=1)]
    texts = ["Which hand is it that moves?", "What?", "Describe the motion."]
    given = onnx.inputs_of(model, processor, clips, texts)
    (found,) = session.run(None, {name: values.numpy() for name, values in given.items()})
    with torch.no_grad():
        expected = model(**processor(clips, texts, return_tensors="pt")).logits
    real = given["attention_mask"].bool()
    torch.testing.assert_close(torch.from_numpy(found)[real], expected[real], atol=1e-4, rtol=1e-4)
