"""Opens datasets of our schema, from the Hub or a folder, whole or streaming, by protocol; mixes several."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..hub.repository import check_repository
from .protocols import PARTS, Protocol, get_protocol
from .schema import COLUMNS, need_datasets, row_keys
from .sources.tables import TABLE

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict, IterableDataset, IterableDatasetDict

_SPLIT_COLUMNS = ["label", "subject", "keys"]
_FORMAT = "numpy"  # the one that `decode` reads fastest


def open_dataset(
    source: str | os.PathLike[str],
    part: str = "train",
    *,
    protocol: str | Protocol | None = None,
    streaming: bool = False,
    revision: str | None = None,
) -> Dataset | IterableDataset:
    """The rows of one part of a dataset, for `decode`.

    Args:
        source: "USER/NAME" on the Hub, or a folder with parquet files.
        part: "train", "validation" or "test".
        protocol: the rule that says which clips those are, by name or as one of your own; None: the dataset's first, by
            which its files are divided.
        streaming: rows come as they are read; nothing is stored, and there is no length.
        revision: branch, tag or commit on the Hub.

    Returns:
        A dataset whose rows have our columns, in numpy format.

    Raises:
        ValueError: an unknown part or protocol, a dataset without that part, or with other columns.
    """
    if part not in PARTS:
        raise ValueError(f"part: expected one of {list(PARTS)}, got {part!r}")
    need_datasets()
    check_built(source)
    from datasets import concatenate_datasets

    splits = load_splits(source, streaming=streaming, revision=revision)
    for rows in splits.values():
        if rows.column_names is not None and (missing := [name for name in COLUMNS if name not in rows.column_names]):
            raise ValueError(f"{source}: expected the columns {list(COLUMNS)}, got none of {missing}")
    if protocol is None:
        if part not in splits:
            raise ValueError(f"{source}: expected a split {part!r}, found {list(splits)}")
        return splits[part].with_format(_FORMAT)
    rows = concatenate_datasets(list(splits.values()))
    if isinstance(protocol, str):
        protocol = get_protocol(str(next(iter(rows.select_columns(["dataset"])))["dataset"]), protocol)
    if streaming:
        chosen = lambda *values: protocol.part(row_keys(dict(zip(_SPLIT_COLUMNS, values, strict=True)))) == part  # noqa: E731
        return rows.filter(chosen, input_columns=_SPLIT_COLUMNS).with_format(_FORMAT)
    table = rows.select_columns(_SPLIT_COLUMNS).with_format(None)
    numbers = [number for number, row in enumerate(table) if protocol.part(row_keys({"id": number, **row})) == part]
    if not numbers:
        raise ValueError(f"{source}: protocol {protocol.name!r} has no clips for {part!r}")
    return rows.select(numbers).with_format(_FORMAT)


def load_splits(
    source: str | os.PathLike[str], *, streaming: bool = False, revision: str | None = None
) -> DatasetDict | IterableDatasetDict:
    """All rows of a dataset, by split, as its files are now.

    `load_dataset(folder)` names its cache by the folder's last name and the patterns of files in its card: for folders of one
    name, and for one that was built again, it gives the rows that it read first. By the files themselves it does not.
    """
    from datasets import load_dataset, load_dataset_builder

    name = os.fspath(source)
    if not os.path.isdir(name):
        return load_dataset(name, streaming=streaming, revision=revision)
    found = load_dataset_builder(name)
    return load_dataset(found.name, data_files=found.config.data_files, streaming=streaming)


def check_built(source: str | os.PathLike[str]) -> None:
    """ValueError: a folder that is no dataset of our schema, or a path where there is none; says how to make one."""
    folder = Path(source)
    if folder.is_dir():
        if next(folder.rglob("*.parquet"), None) is not None:
            return
        table = f"with its {TABLE}" if (folder / TABLE).is_file() else f"after you have listed them in a {TABLE} there"
        raise ValueError(
            f"{source}: expected a dataset as `skeletonllm data build` writes it (parquet files), found a folder without; "
            f"of clips of your own, `skeletonllm data build folder --root {source} --out DIR` makes one, {table}"
        )
    found = "a file" if folder.exists() else "nothing there"
    problem = f"{source}: expected a folder with parquet files, or USER/NAME on the Hub, found {found}"
    if folder.exists():
        raise ValueError(problem)
    try:
        check_repository(os.fspath(source))
    except ValueError:
        raise ValueError(problem) from None


def mix(
    datasets: Sequence[Dataset | IterableDataset], weights: Sequence[float] | None = None, *, seed: int = 0
) -> Dataset | IterableDataset:
    """Several datasets as one, each row drawn from one of them by weight, until all have been seen.

    Args:
        datasets: of `open_dataset`; all whole or all streaming.
        weights: how often rows come from each; None: by turns.
        seed: the order is the same for the same seed.

    Raises:
        ValueError: no datasets, or weights that are not one positive number each.
    """
    from datasets import interleave_datasets

    if not datasets:
        raise ValueError("mix: expected at least one dataset, got none")
    if weights is None:
        return interleave_datasets(list(datasets), stopping_strategy="all_exhausted")
    if len(weights) != len(datasets) or not all(weight > 0 for weight in weights):
        raise ValueError(f"weights: expected {len(datasets)} positive numbers, got {list(weights)}")
    shares = [weight / sum(weights) for weight in weights]
    return interleave_datasets(list(datasets), probabilities=shares, seed=seed, stopping_strategy="all_exhausted")
