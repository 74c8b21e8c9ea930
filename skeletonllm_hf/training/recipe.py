"""Every number that the bundled model's training depends on."""

from __future__ import annotations

from dataclasses import dataclass

EARLIER_NAMES = {"implied_share": "told_share"}  # of fields, in reports and command lines that are older


@dataclass(frozen=True)
class Recipe:
    """Every hyperparameter, as printed on the model card."""

    seed: int = 0
    appearance: str = "learned"  # or "fixed": the renderer's colours, of a fresh renderer
    fresh_renderer: bool = False  # of a model that goes on: it starts again with a fresh renderer
    inverse_steps: int = 1400
    inverse_clips: int = 48
    inverse_frames: int = 4
    inverse_real: float = 0.4  # share of real clips: their joints are free supervision, too
    reading_steps: int = 0
    reading_batch: int = 32
    reading_variants: int = 8  # of a real clip, on the average: more where a dataset is drawn more often
    steps: int = 2300
    batch: int = 24
    questions: int = 1  # about each clip of a batch, which share its visual tokens
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.05
    renderer_rate: float = 0.05  # of the learning rate: at the full rate the renderer fades before the rest has learned
    warmup: float = 0.05
    final_rate: float = 0.02  # of the learning rate, at the end of a stage; 1 keeps it constant
    average: float = 0.998  # of the moving average of the weights that the language stage saves
    lost_groups: float = 0.25  # up to this share of a frame's patch groups is blackened while the language is learned
    whole_share: float = 0.0  # of the language stage's steps: whole frames are read, background and all
    bfloat16: bool = True  # matrix products of everything behind the renderer
    synthetic_pool: int = 6000
    synthetic_share: float = 0.3
    grammar_share: float = 0.5  # of the synthetic clips: composed by the grammar of movements
    caption_share: float = 0.32  # of the texts about synthetic clips
    list_share: float = 0.1
    yes_no_share: float = 0.05
    implied_share: float = 0.15  # of the examples from filmed clips: captions and questions that their labels imply
    inverse_weight: float = 0.0  # of inverse rendering's loss beside the language loss
    later_share: float = 0.25  # of questions that follow another one
    explain_share: float = 0.08  # of the steps: whole batches, for these answers are long
    refusal_share: float = 0.03  # of all examples: questions that no motion answers
    alignment_size: int = 0  # width of the space that clips and sentences share; 0: none is trained
    alignment_weight: float = 0.3  # of its contrastive loss beside the language loss
    lexicon_weight: float = 0.1  # of the contrastive loss between the lexicon's names and sentences
    lexicon_pairs: int = 256  # of them in a step
    minutes: float = 0.0  # after its start the run ends, its learning rate with it; 0: when its steps are taken
    keep_every: int = 500  # steps: what a killed run needs to go on is kept
    check_every: int = 500
    final_scores: bool = True  # of all held-out clips, in the report
    views: int = 3  # of a clip, over which the model's answers average; see the processor
    threads: int = 2
    workers: int = (
        0  # processes that draw the batches ahead; 0 draws each when its step comes. The batches are the same
    )
    device: str = "cpu"  # or "cuda"
    # how often a real clip is drawn from each dataset, of those that are there
    weights: tuple[tuple[str, float], ...] = (
        ("msr_action3d", 0.5), ("bandai_namco_2", 0.14), ("utkinect", 0.14), ("sbu", 0.16), ("bandai_namco_1", 0.06),
        ("msrc12", 0.2), ("penn_action", 0.2), ("hdm05", 0.1), ("gtu3d", 0.1), ("deepmimic", 0.04), ("foerger_walks", 0.06),
    )  # fmt: skip
