"""The datasets that can be built, one file each."""

from __future__ import annotations

from ..source import DatasetSource
from .bandai_namco import SOURCES as BANDAI_NAMCO
from .humanml3d import SOURCE as HUMANML3D
from .labelled_folder import SOURCE as FOLDER
from .msr_action3d import SOURCE as MSR_ACTION3D
from .ntu import SOURCES as NTU
from .nw_ucla import SOURCE as NW_UCLA
from .sbu import SOURCE as SBU
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
