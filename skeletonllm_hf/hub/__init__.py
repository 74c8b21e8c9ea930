"""The Hugging Face Hub: what goes up and how, model cards, checkpoint folders for the models that can be had there."""

from .access import check_access
from .card import model_card
from .names import check_repository
from .pushing import Pushed, push

__all__ = ["Pushed", "check_access", "check_repository", "model_card", "push"]
