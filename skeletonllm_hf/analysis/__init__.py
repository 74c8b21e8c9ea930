"""Analysis: influence of joints and frames on an answer, temporal segments, comparison of clips, robustness."""

from ..answering.segments import Segment, find_segments
from ..cancelling import Cancelled
from .comparison import Comparison, Difference, Side, compare
from .influence import Influence, influence
from .resting import at_rest
from .robustness import Disturbance, Trial, robustness

__all__ = [
    "Cancelled", "Comparison", "Difference", "Disturbance", "Influence", "Segment", "Side", "Trial",
    "at_rest", "compare", "find_segments", "influence", "robustness",
]  # fmt: skip
