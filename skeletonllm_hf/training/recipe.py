"""Every number that the bundled model's training depends on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """Every hyperparameter, as printed on the model card."""

    seed: int = 0
    inverse_steps: int = 350
    inverse_clips: int = 48
    inverse_frames: int = 4
    reading_steps: int = 0
    reading_batch: int = 32
    reading_variants: int = 8  # of each real clip
    steps: int = 2300
    batch: int = 16
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.05
    renderer_rate: float = 0.05  # of the learning rate: at the full rate the renderer fades before the rest has learned
    warmup: float = 0.05
    synthetic_pool: int = 6000
    synthetic_share: float = 0.3
    list_share: float = 0.1
    check_every: int = 500
    threads: int = 2
    # how often a real clip is drawn from each dataset
    weights: tuple[tuple[str, float], ...] = (
        ("msr_action3d", 0.5), ("bandai_namco_2", 0.14), ("utkinect", 0.14), ("sbu", 0.16), ("bandai_namco_1", 0.06),
    )  # fmt: skip
