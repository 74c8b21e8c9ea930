"""Synthetic human motion: seeded clips of named actions in any layout, with texts and ground truth."""

from .generate import ACTIONS, INTERACTIONS, generate, generate_many, generate_with_truth
from .grammar import ComposedTruth, Grammar, compose, compose_with_truth
from .options import EXACT, STYLES, MotionOptions, MotionTruth, PartTruth
from .references import descriptions, reference_clips
from .registry import ALIASES, SYNTHETIC, SYNTHETIC_LAYOUTS, ActionInfo, find_action
from .variants import Variant, find_shown, variants

__all__ = [
    "ACTIONS", "ALIASES", "EXACT", "INTERACTIONS", "STYLES", "SYNTHETIC", "SYNTHETIC_LAYOUTS", "ActionInfo", "ComposedTruth", "Grammar", "MotionOptions",
    "MotionTruth", "PartTruth", "Variant", "compose", "compose_with_truth", "descriptions", "find_action", "find_shown", "generate",
    "generate_many", "generate_with_truth", "reference_clips", "variants",
]  # fmt: skip
