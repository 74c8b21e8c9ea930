"""The datasets that can be built. `hub_configs/datasets.json` has their titles, licences, citations and notes."""

from __future__ import annotations

from ..source import DatasetSource
from .humanml3d import SOURCE as HUMANML3D
from .labelled_folder import SOURCE as FOLDER
from .named import BANDAI_NAMCO, MSR_ACTION3D, NW_UCLA, SBU
from .ntu import SOURCES as NTU
from .tables import SOURCES as TABLES
from .utkinect import SOURCE as UTKINECT

DATASETS: dict[str, DatasetSource] = {
    source.name: source
    for source in (MSR_ACTION3D, UTKINECT, SBU, *BANDAI_NAMCO, NW_UCLA, *NTU, HUMANML3D, *TABLES, FOLDER)
}


def get_source(name: str) -> DatasetSource:
    """ValueError lists the names."""
    if name not in DATASETS:
        raise ValueError(f"dataset: expected one of {list(DATASETS)}, got {name!r}")
    return DATASETS[name]
