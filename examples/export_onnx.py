"""The vision and language parts of a model as one ONNX file: rendered frames and token ids in, next-token logits out.

    pip install onnx onnxscript onnxruntime
    python examples/export_onnx.py model.onnx               # the bundled model
    python examples/export_onnx.py model.onnx --model FOLDER_OR_HUB_NAME

Numbers of prompts, tokens and clips are free; frames of a clip and their size are the model's. The renderer stays in Python: its
own kernels draw on CPU and GPU, and `model.renderer(**tensors).frames` gives what the file reads. The file has no cache of keys and
values: it scores candidates, or writes word by word at the price of the whole prompt.
"""

from pathlib import Path

import torch

from skeletonllm_hf import generate
from skeletonllm_hf.answering.loading import load
from skeletonllm_hf.arguments import ArgumentParser

INPUTS = ("input_ids", "attention_mask", "frames")
FREE = {"input_ids": 2, "attention_mask": 2, "frames": 1}  # leading axes of any length


class VisionAndLanguage(torch.nn.Module):
    """A model behind its renderer."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, frames: torch.Tensor) -> torch.Tensor:
        """Logits (prompts, tokens, vocabulary) of input_ids, attention_mask (prompts, tokens) and frames (clips, frames, 3, height, width)."""
        features, kept = self.model.visual_tokens(frames)
        prompt = self.model.merge_visual_tokens(input_ids, attention_mask, None, features, kept, frames)
        seen = {"inputs_embeds": prompt.inputs_embeds, "attention_mask": prompt.attention_mask, **prompt.extras}
        return prompt.spread(self.model.mllm(**seen, use_cache=False).logits)


@torch.no_grad()
def inputs_of(model, processor, clips, texts) -> dict[str, torch.Tensor]:
    """What the file reads for clips and questions."""
    inputs = processor(clips, texts, return_tensors="pt")
    skeletons = {name: values for name, values in inputs.items() if name not in INPUTS}
    return {name: inputs[name] for name in INPUTS[:2]} | {"frames": model.renderer(**skeletons).frames}


@torch.no_grad()
def export(model, processor, path: Path) -> None:
    """Writes the file; weights of more than 2 GB go beside it."""
    clips = [generate("bow", seed=1), generate("walk", seed=2)]  # two: an axis of length 1 would stay 1
    given = inputs_of(model, processor, clips, ["What is the action?", "Which hand?"])
    shapes = {name: dict.fromkeys(range(FREE[name]), torch.export.Dim.DYNAMIC) for name in INPUTS}
    module = VisionAndLanguage(model).eval()
    torch.onnx.export(module, (), kwargs=given, dynamo=True, dynamic_shapes=shapes).save(str(path))


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", help="folder or Hub name; none: the bundled model")
    given = parser.parse_args(arguments)
    loaded = load(given.model)
    export(loaded.model, loaded.processor, given.out)
    print(f"{given.out}: {given.out.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
