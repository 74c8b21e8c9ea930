"""The folder of `hub_configs` (at the top of the repository; the build copies it into the wheel), and the name of the file of labels."""

from __future__ import annotations

from pathlib import Path

_INSTALLED = Path(__file__).parent / "hub_configs"
FOLDER = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[1] / "hub_configs"
LABELS = "labels.json"  # beside a model's weights: what its maker trained it to name
