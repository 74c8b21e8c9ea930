"""What could be told from the joints of the frames that a model sees? A small transformer on them, without any picture.

    python benchmarks/probe_joints.py --data DIR [--frames 12] [--without-motion] [--seeds 2]

It takes the same frames, positions and velocities as the renderer, varied as in nano's training, and learns the labels of four
datasets at once. Prints its top-1 on the held-out clips: a model that scores far below this does not see, or does not read,
what its frames could show.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from skeletonllm_hf import load_default
from skeletonllm_hf.joints import BODY_TARGETS, body_places, body_targets
from skeletonllm_hf.model.clip_view import clip_tensors
from skeletonllm_hf.training.augment import augment, facing
from skeletonllm_hf.training.clips import held_out, load_clips
from skeletonllm_hf.transforms import swap_side_words

SHARES = {"msr_action3d": 0.43, "bandai_namco_2": 0.2, "sbu": 0.22, "utkinect": 0.11}
VARIATIONS, STEPS, BATCH, WIDTH, LAYERS = 20, 1500, 48, 160, 3
SCALE = 4.0  # of velocities, which are metres in 4/30 s


class Reader(nn.Module):
    """Frames of joints to labels."""

    def __init__(self, frames: int, inputs: int, labels: int):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(inputs, WIDTH), nn.GELU(), nn.Linear(WIDTH, WIDTH))
        self.places = nn.Parameter(0.02 * torch.randn(frames + 1, WIDTH))
        self.start = nn.Parameter(0.02 * torch.randn(WIDTH))
        layer = nn.TransformerEncoderLayer(WIDTH, 4, 4 * WIDTH, 0.1, "gelu", batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False)
        self.labels = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, labels))

    def forward(self, clips: torch.Tensor) -> torch.Tensor:
        tokens = torch.cat([self.start.expand(len(clips), 1, -1), self.embed(clips.flatten(2))], 1)
        return self.labels(self.layers(tokens + self.places)[:, 0])


def joints_of(view, clips, seed: int | None, motion: bool) -> torch.Tensor:
    """(clips, frames, 2 people * points * 7): positions about the clip's middle, velocities, whether a joint is seen."""
    arrays = {name: torch.from_numpy(array) for name, array in clip_tensors(clips, view, seed).items()}
    joints, mask = arrays["joints"], arrays["joint_mask"]
    middle = (joints * mask[..., None]).sum((1, 2, 3)) / mask.sum((1, 2, 3))[:, None].clamp(min=1)
    velocities = SCALE * arrays["velocities"] * motion
    values, known = body_targets(
        body_places(clips), torch.cat([joints - middle[:, None, None, None], velocities], -1), arrays["joint_mask"]
    )
    return torch.cat([values * known[..., None], known[..., None]], -1).flatten(2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the unpacked datasets")
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--without-motion", action="store_true", help="positions alone")
    parser.add_argument("--seeds", type=int, default=2)
    arguments = parser.parse_args()
    view = load_default()[1].view.replace(heading="keep", num_frames=arguments.frames)
    motion = not arguments.without_motion
    clips = [clip for clip in load_clips(arguments.data)[0] if clip.dataset in SHARES]
    tests = {name: held_out(clips, name) for name in SHARES}
    first, starts = 0, {}
    for name, (_, labels) in tests.items():
        starts[name], first = first, first + len(labels)

    trained = [clip for clip in clips if clip.train]
    generator = np.random.default_rng(0)
    inputs, answers = [], []
    for number, clip in enumerate(trained):
        varied = [augment(facing(clip.sequence), generator) for _ in range(VARIATIONS)]
        inputs.append(joints_of(view, [sequence for sequence, _ in varied], number, motion))
        labels = tests[clip.dataset][1]
        swapped = swap_side_words(clip.label)
        answers.append(
            [
                starts[clip.dataset] + labels.index(swapped if mirrored and swapped in labels else clip.label)
                for _, mirrored in varied
            ]
        )
    inputs, answers = torch.stack(inputs), torch.tensor(answers)
    held = {
        name: joints_of(view, [facing(clip.sequence) for clip in tested], None, motion)
        for name, (tested, _) in tests.items()
    }
    often = np.array([SHARES[clip.dataset] / sum(c.dataset == clip.dataset for c in trained) for clip in trained])
    results = {name: [] for name in SHARES}
    for seed in range(arguments.seeds):
        torch.manual_seed(seed)
        generator = np.random.default_rng(seed)
        reader = Reader(arguments.frames, inputs.shape[-1], first)
        optimizer = torch.optim.AdamW(reader.parameters(), 1e-3, weight_decay=0.05)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-3, STEPS, pct_start=0.1)
        for _ in range(STEPS):
            rows = generator.choice(len(trained), BATCH, p=often / often.sum())
            variations = generator.integers(0, VARIATIONS, BATCH)
            loss = F.cross_entropy(reader(inputs[rows, variations]), answers[rows, variations])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        reader.eval()
        with torch.no_grad():
            for name, (tested, labels) in tests.items():
                scores = reader(held[name])[:, starts[name] : starts[name] + len(labels)]
                truth = torch.tensor([labels.index(clip.label) for clip in tested])
                results[name].append(100 * (scores.argmax(1) == truth).float().mean().item())
    print(f"{arguments.frames} frames, {len(BODY_TARGETS)} joints, {'velocities' if motion else 'positions alone'}:")
    for name, values in results.items():
        print(f"  {name}: {np.mean(values):.1f} % ({', '.join(f'{value:.1f}' for value in values)})")


if __name__ == "__main__":
    main()
