"""The grammar of movements: random compositions, with texts and ground truth that hold by construction."""

from .choice import MOVEMENTS, Grammar
from .compose import ComposedTruth, compose, compose_with_truth
from .primitive import Primitive
from .wording import Act

__all__ = ["MOVEMENTS", "Act", "ComposedTruth", "Grammar", "Primitive", "compose", "compose_with_truth"]
