"""Runs in a process of its own (`child.py`): copies what is needed of an HDF5 file into an .npz, or says why not.

The HDF5 library hangs or dies at some damaged files; the process that asked kills this one then. Two kinds are known: SLEAP's analysis
files, and tables of pandas (DeepLabCut), as it writes them through PyTables: `values` (rows, columns) and `columns` (columns, levels). Of others all arrays.
"""

import pickletools
from typing import Any

import h5py
import numpy as np

MAX_NAMES = 2000
MAX_ARRAYS = 200
MAX_PICKLE = 2**20
_SLEAP = ("tracks", "node_names", "track_names", "point_scores")


def main(path: str, out: str, limit: str) -> str:
    """What is wrong, or an empty text."""
    most = int(limit)
    with h5py.File(path, "r") as store:
        if "tracks" in store and "node_names" in store:
            arrays = {name: values(store[name], most) for name in _SLEAP if name in store}
        else:
            tables = [node for node in store.values() if isinstance(node, h5py.Group) and "pandas_type" in node.attrs]
            if not tables:
                arrays = everything(store, most)
                if not any(array.dtype.kind == "f" and array.ndim > 1 for array in arrays.values()):
                    return "other:" + ", ".join(list(store)[:8])
            else:
                arrays = from_table(tables[0], most) if "table" in tables[0] else from_frame(tables[0], most)
    np.savez(out, **arrays)  # type: ignore[arg-type]  # allow_pickle is no name of an array
    return ""


def everything(store: h5py.File, most: int) -> dict[str, np.ndarray]:
    """All arrays of numbers and texts by their names, and numbers among the attributes; what does not fit into `most` values is left out."""
    found: dict[str, np.ndarray] = {}

    def visit(name: str, node: object) -> None:
        here = node.attrs.items() if isinstance(node, (h5py.Group, h5py.Dataset)) else ()
        numbers = {key: np.float64(value) for key, value in here if isinstance(value, (int, float, np.number))}
        found.update(
            {f"{name}.{key}".lstrip(".").replace("/", "."): np.asarray(number) for key, number in numbers.items()}
        )
        if not isinstance(node, h5py.Dataset) or len(found) > MAX_ARRAYS or name.startswith("#"):
            return
        kept = sum(array.size for array in found.values())
        is_text = h5py.check_string_dtype(node.dtype) is not None
        if (is_text or node.dtype.kind in "fiu") and 0 < node.size <= most - kept and node.ndim < 6:
            found[name.replace("/", ".")] = texts(node[()]) if is_text else node[()].astype(np.float64)

    visit("", store)
    store.visititems(visit)
    return found


def values(dataset: object, most: int) -> np.ndarray:
    """A dataset of numbers as float32, of texts as U64."""
    if not isinstance(dataset, h5py.Dataset) or dataset.size > most or dataset.ndim > 4:
        raise ValueError(f"more than {most:,} values, or no array")
    found = dataset[()]
    return found.astype(np.float32) if found.dtype.kind in "fiu" else texts(found)


def texts(found: Any) -> np.ndarray:
    names = [v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in np.ravel(found)[:MAX_NAMES]]
    return np.array([name[:64] for name in names], dtype="U64")


def from_table(group: h5py.Group, most: int) -> dict[str, np.ndarray]:
    """pandas' format "table": rows of records; the names of columns are a pickled list of texts."""
    table = group["table"]
    blocks = [name for name in table.dtype.names or () if name.startswith("values_block_")]
    if len(blocks) != 1 or table.size * table.dtype[blocks[0]].itemsize > 8 * most:
        raise ValueError("a table of one kind of numbers is expected")
    axes = plain(bytes(group.attrs["non_index_axes"]))
    found = table[blocks[0]].astype(np.float32)
    columns = np.array([list(map(str, row)) for row in axes[0][1]], dtype="U64")
    return {"values": found.reshape(len(found), -1), "columns": columns}


def from_frame(group: h5py.Group, most: int) -> dict[str, np.ndarray]:
    """pandas' format "fixed": one block of numbers; the names of columns by level and number in it."""
    if "block1_values" in group:
        raise ValueError("a table of one kind of numbers is expected")
    levels: list[np.ndarray] = []
    while f"block0_items_level{len(levels)}" in group:
        number = len(levels)
        names = values(group[f"block0_items_level{number}"], most)
        levels.append(names[group[f"block0_items_label{number}"][()]])
    return {"values": values(group["block0_values"], most), "columns": np.stack(levels, axis=1)}


def plain(data: bytes) -> list[Any]:
    """Lists, tuples, numbers and texts as they stand in a pickle, without running it: any other instruction is refused."""
    if len(data) > MAX_PICKLE:
        raise ValueError("too many names of columns")
    stack: list[Any] = []
    marks: list[int] = []
    memo: dict[Any, Any] = {}
    for code, value, _ in pickletools.genops(data):
        name = code.name
        if name == "MARK":
            marks.append(len(stack))
        elif name in ("LIST", "TUPLE", "APPENDS"):
            start = marks.pop()
            stack[start:], items = [], stack[start:]
            if name == "APPENDS":
                stack[-1].extend(items)
            else:
                stack.append(items if name == "LIST" else tuple(items))
        elif name in ("TUPLE1", "TUPLE2", "TUPLE3"):
            stack[-int(name[-1]) :] = [tuple(stack[-int(name[-1]) :])]
        elif name == "APPEND":
            stack[-2].append(stack.pop())
        elif name in ("EMPTY_LIST", "EMPTY_TUPLE"):
            stack.append([] if name == "EMPTY_LIST" else ())
        elif name in ("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"):
            memo[len(memo) if value is None else value] = stack[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            stack.append(memo[value])
        elif isinstance(value, (str, int)) and name not in ("GLOBAL", "PERSID", "PROTO", "FRAME", "INST"):
            stack.append(value)
        elif name not in ("PROTO", "FRAME", "STOP"):
            raise ValueError(f"names of columns that hold more than texts ({name})")
    return stack[-1]
