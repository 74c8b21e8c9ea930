"""Datasets of skeleton clips: their schema, building, evaluation protocols, publishing and reading."""

from .building import BuildOptions, build
from .opening import mix, open_dataset
from .protocols import PROTOCOLS, Protocol, get_protocol, protocols_of
from .publishing import publish
from .schema import COLUMNS, SCHEMA, decode, encode, features, plain_row, row_keys
from .source import Clip, ClipFile, DatasetSource, Plan, Skipped
from .sources import DATASETS, get_source

__all__ = [
    "COLUMNS",
    "DATASETS",
    "PROTOCOLS",
    "SCHEMA",
    "BuildOptions",
    "Clip",
    "ClipFile",
    "DatasetSource",
    "Plan",
    "Protocol",
    "Skipped",
    "build",
    "decode",
    "encode",
    "features",
    "get_protocol",
    "get_source",
    "mix",
    "open_dataset",
    "plain_row",
    "protocols_of",
    "publish",
    "row_keys",
]
