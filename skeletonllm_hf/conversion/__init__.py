"""Checkpoints in other layouts: the multimodal model alone, the layout of the authors' code, their renderer files."""

from .plain import export_plain

__all__ = ["export_plain"]
