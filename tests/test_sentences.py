"""The bundled sentence encoder: like meanings are near, whatever stands beside a sentence in its batch."""

import torch

from skeletonllm_hf.sentences import load_sentence_encoder
from skeletonllm_hf.sentences.quantize import quantized


def test_meaning_decides():
    encoder = load_sentence_encoder()
    vectors = encoder.encode(["sit down", "take a seat", "a man kicks a ball"])
    assert vectors.shape == (3, encoder.size) and vectors.dtype == torch.float32
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(3))
    near, far = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
    assert near > 0.6 > far + 0.3


def test_a_sentence_alone_and_among_others_is_the_same():
    encoder = load_sentence_encoder()
    sentences = ["wave", "A person raises both arms slowly above the head and holds them there for a while.", "jump"]
    together = encoder.encode(sentences)
    alone = torch.cat([encoder.encode([sentence]) for sentence in sentences])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)


def test_eight_bits_keep_a_matrix_within_half_a_step():
    torch.manual_seed(0)
    matrix = torch.randn(7, 33)
    stored = quantized({"layer.weight": matrix, "layer.bias": matrix[0], "pooler.dense.weight": matrix})
    assert set(stored) == {"layer.weight", "layer.weight.scale", "layer.bias"}
    back = stored["layer.weight"].float() * stored["layer.weight.scale"].float()
    assert ((back - matrix).abs() <= 0.51 * stored["layer.weight.scale"].float()).all()
