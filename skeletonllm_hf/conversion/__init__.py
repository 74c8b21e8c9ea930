"""Checkpoints in other layouts: the multimodal model alone, the layout of the authors' code, their renderer files."""

from .internvl_chat import from_internvl_chat, to_internvl_chat
from .plain import export_plain
from .renderer import save_official

__all__ = ["export_plain", "from_internvl_chat", "save_official", "to_internvl_chat"]
