"""Figures published in arXiv 2603.18003, percent, shown beside ours. They are of other models and other data."""

from __future__ import annotations

from .conditions import Condition

_Figures = tuple[float | None, float | None, float | None]
SYSTEMS = ("TDSM", "InternVL3-8B, fixed renderer", "SkeletonLLM")

# (dataset, protocol) -> figures of the three systems.
RECOGNITION: dict[tuple[str, str], _Figures] = {
    ("ntu_60", "zero_shot_55_5"): (86.49, 76.08, 87.37),
    ("ntu_60", "zero_shot_48_12"): (56.03, 56.28, 64.72),
    ("ntu_60", "zero_shot_40_20"): (36.09, None, 46.15),
    ("ntu_60", "zero_shot_30_30"): (25.88, 26.95, 37.84),
    # trained on NTU-60 (Kinect v2), tested on NW-UCLA (Kinect v1) without further training
    ("nw_ucla", "cross_view"): (43.19, None, 60.38),
}
# Trained and tested on NTU-60, 48 classes seen and 12 unseen.
CONDITIONS: dict[str, _Figures] = {
    "as recorded": (56.03, 56.28, 64.72),
    "dropout=0.1": (48.91, 53.58, 63.44),
    "dropout=0.2": (43.24, 49.89, 61.49),
    "dropout=0.3": (35.13, 45.02, 58.88),
    "dropout=0.5": (22.45, 37.34, 52.37),
    "noise=0.02": (None, 54.79, 63.83),
    "noise=0.05": (None, 51.34, 61.71),
    "noise=0.1": (None, 44.71, 56.62),
    "joints=25": (None, None, 64.72),
    "joints=20": (None, None, 61.84),
    "joints=17": (None, None, 58.91),
    "joints=13": (None, None, 52.37),
    "renderer=fixed": (None, None, 58.77),  # trained with the fixed colours, not only tested with them
}
CAPTION_BERTSCORE = 37.28  # HumanML3D
QUESTIONS = {"temporal": 68.4, "causal": 64.7}  # Skeleton-QA
NOTE = (
    "Published figures are of an 8-billion-parameter model on NTU-60 (48 classes seen, 12 unseen, where no other split is "
    "named): they say what the paper found, not what this model should reach on these data."
)


def of_condition(condition: Condition | None) -> dict[str, float | None]:
    """Figures of the three systems under a condition; all None where none is published."""
    figures = CONDITIONS.get("as recorded" if condition is None else str(condition), (None, None, None))
    return dict(zip(SYSTEMS, figures, strict=True))


def of_test(dataset: str, protocol: str | None) -> dict[str, float | None]:
    """Figures of the three systems in a protocol's test; all None where none is published."""
    return dict(zip(SYSTEMS, RECOGNITION.get((dataset, protocol or ""), (None, None, None)), strict=True))
