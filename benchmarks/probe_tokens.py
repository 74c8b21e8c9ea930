"""What do a model's visual tokens hold? A small MLP on their per-frame mean and maximum, trained on one dataset.

    python benchmarks/probe_tokens.py --data DIR --model FOLDER [--dataset msr_action3d]

Prints its top-1 accuracy on the training clips (four variations of each) and on the held-out clips. A language model
that scores far below this does not read what it is given.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from skeletonllm_hf.model.clip_view import clip_tensors
from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from skeletonllm_hf.model.processing_skeletonllm import SkeletonLLMProcessor
from skeletonllm_hf.training.augment import augment, facing
from skeletonllm_hf.training.clips import held_out, load_clips

BATCH, STEPS, HIDDEN = 24, 400, 256


@torch.no_grad()
def pooled(model, view, sequences, seed: int | None) -> torch.Tensor:
    """(clips, frames, 2 * width): mean and maximum of each frame's visual tokens, zeros where nothing is drawn."""
    rows = []
    for start in range(0, len(sequences), BATCH):
        inputs = clip_tensors(sequences[start : start + BATCH], view, seed)
        frames = model.renderer(**{name: torch.from_numpy(array) for name, array in inputs.items()}).frames
        tokens, kept = model.visual_tokens(frames)
        parts = tokens.split(kept.sum(1).tolist())
        width = tokens.shape[1]
        each = [torch.cat([part.mean(0), part.amax(0)]) if len(part) else torch.zeros(2 * width) for part in parts]
        rows.append(torch.stack(each).unflatten(0, frames.shape[:2]))
    return torch.cat(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the unpacked datasets")
    parser.add_argument("--model", type=Path, required=True, help="a saved model")
    parser.add_argument("--dataset", default="msr_action3d")
    arguments = parser.parse_args()
    model = SkeletonLLMForConditionalGeneration.from_pretrained(arguments.model).eval()
    view = SkeletonLLMProcessor.from_pretrained(arguments.model).view.replace(heading="keep")
    clips = [clip for clip in load_clips(arguments.data)[0] if clip.dataset == arguments.dataset]
    tested, labels = held_out(clips, arguments.dataset)
    trained = [clip for clip in clips if clip.train]
    generator = np.random.default_rng(0)
    sequences = [facing(clip.sequence) for clip in trained]
    variations = [pooled(model, view, sequences, None)]
    for seed in range(3):
        variations.append(pooled(model, view, [augment(sequence, generator)[0] for sequence in sequences], seed))
    inputs, answers = torch.cat(variations), torch.tensor([labels.index(clip.label) for clip in trained]).repeat(4)
    held = pooled(model, view, [facing(clip.sequence) for clip in tested], None)
    targets = torch.tensor([labels.index(clip.label) for clip in tested])
    mean, spread = inputs.mean((0, 1)), inputs.std((0, 1)) + 1e-3
    inputs, held = ((values - mean) / spread for values in (inputs, held))
    torch.manual_seed(0)
    probe = nn.Sequential(
        nn.Flatten(),
        nn.Dropout(0.5),
        nn.Linear(inputs[0].numel(), HIDDEN),
        nn.GELU(),
        nn.Dropout(0.5),
        nn.Linear(HIDDEN, len(labels)),
    )
    optimizer = torch.optim.AdamW(probe.parameters(), 1e-3, weight_decay=0.05)
    for _ in range(STEPS):
        rows = torch.randint(len(inputs), (64,))
        loss = F.cross_entropy(probe(inputs[rows]), answers[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    probe.eval()
    with torch.no_grad():
        for name, values, truth in (("training", inputs, answers), ("held-out", held, targets)):
            share = (probe(values).argmax(1) == truth).float().mean().item()
            print(f"{name} clips of {arguments.dataset}: {100 * share:.1f} % ({len(labels)} labels)")


if __name__ == "__main__":
    main()
