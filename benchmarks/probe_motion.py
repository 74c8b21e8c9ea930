"""Do a model's frames show where joints are, and where they are going? A head on its frozen visual tokens tells both.

    python benchmarks/probe_motion.py --data DIR --model FOLDER [FOLDER ...]

The head is that of inverse rendering; it trains on filmed training clips and synthetic ones, each varied as in training, and is
measured on the held-out clips of MSR-Action3D as they stand. Printed: the mean distance per axis from the truth, beside
that of always saying the mean. Where the two are as good as equal, the frames do not show it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from skeletonllm_hf.joints import body_places, body_targets
from skeletonllm_hf.model.clip_view import clip_tensors
from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from skeletonllm_hf.model.processing_skeletonllm import SkeletonLLMProcessor
from skeletonllm_hf.training.augment import augment, facing
from skeletonllm_hf.training.clips import held_out, load_clips
from skeletonllm_hf.training.inverse import VELOCITY_SCALE, BodyHead
from skeletonllm_hf.training.synthetic_clips import SyntheticClips

BATCH, STEPS, FRAMES = 24, 300, 4


def seen_and_true(model, view, head, clips, seed):
    """What the head finds in the frames, and the truth: (known joints, 6), positions and `VELOCITY_SCALE` velocities."""
    inputs = {name: torch.from_numpy(array) for name, array in clip_tensors(clips, view, seed).items()}
    with torch.no_grad():
        rendered = model.renderer(**inputs)
        tokens, kept = model.visual_tokens(rendered.frames)
    places = rendered.joints - rendered.joints.new_tensor([0.0, 0.0, head.distance])
    truth, known = body_targets(
        body_places(clips), torch.cat([places, VELOCITY_SCALE * inputs["velocities"]], -1), inputs["joint_mask"]
    )
    spread = tokens.new_zeros(*kept.shape, tokens.shape[-1]).masked_scatter(kept[..., None], tokens)
    return head(spread, kept).unflatten(0, truth.shape[:2])[known], truth[known]


def probe(folder: Path, trained, tested) -> None:
    torch.manual_seed(0)
    generator = np.random.default_rng(0)
    model = SkeletonLLMForConditionalGeneration.from_pretrained(folder).eval()
    view = SkeletonLLMProcessor.from_pretrained(folder).view.replace(heading="keep", num_frames=FRAMES)
    head = BodyHead(model.config.get_text_config().hidden_size, model.config.renderer_config.distance)
    optimizer = torch.optim.AdamW(head.parameters(), 2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, STEPS, pct_start=0.1)
    for _ in range(STEPS):
        clips = [augment(trained[i], generator)[0] for i in generator.integers(len(trained), size=BATCH)]
        found, truth = seen_and_true(model, view, head, clips, int(generator.integers(2**31)))
        loss = F.smooth_l1_loss(found, truth, beta=0.1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        pairs = [seen_and_true(model, view, head, tested[n : n + BATCH], None) for n in range(0, len(tested), BATCH)]
    found, truth = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    off, spread = (found - truth).abs().mean(0), (truth - truth.mean(0)).abs().mean(0)
    for name, part, scale in (
        ("position", slice(0, 3), 1.0),
        ("movement in 4/30 s", slice(3, 6), VELOCITY_SCALE),
    ):
        error, mean = off[part].mean().item() / scale, spread[part].mean().item() / scale
        print(f"{folder}: {name}: off by {100 * error:.1f} cm, the mean by {100 * mean:.1f} cm", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the unpacked datasets")
    parser.add_argument("--model", type=Path, nargs="+", required=True, help="saved models")
    arguments = parser.parse_args()
    clips, _ = load_clips(arguments.data)
    trained = [facing(clip.sequence) for clip in clips if clip.train] + SyntheticClips(1500, 7, faces_viewer=True)[:]
    tested = [facing(clip.sequence) for clip in held_out(clips, "msr_action3d")[0]]
    for folder in arguments.model:
        probe(folder, trained, tested)


if __name__ == "__main__":
    main()
