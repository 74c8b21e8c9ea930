"""Runs in a process of its own (`sleap.py`): copies what is needed of an HDF5 file into an .npz, or says why not.

    python -I sleap_child.py FILE OUT MAX_VALUES

The HDF5 library hangs or dies at some damaged files; the process that asked kills this one then.
"""

import sys

import h5py
import numpy as np

MAX_BYTES = 4 * 2**30  # of this process, where the system can limit it


def limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))


def main(path: str, out: str, most: int) -> str:
    """What is wrong, or an empty text."""
    with h5py.File(path, "r") as store:
        if "tracks" not in store or "node_names" not in store:
            return "other:" + ", ".join(list(store)[:8])
        arrays = {}
        for name in ("tracks", "node_names", "track_names", "point_scores"):
            if name not in store:
                continue
            dataset = store[name]
            if not isinstance(dataset, h5py.Dataset) or dataset.size > most or dataset.ndim > 4:
                return f"{name}: more than {most:,} values, or no array"
            values = dataset[()]
            if name.endswith("names"):
                texts = [
                    v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in values.ravel()[:2000]
                ]
                arrays[name] = np.array([text[:64] for text in texts], dtype="U64")
            elif values.dtype.kind == "f":
                arrays[name] = values.astype(np.float32)
    np.savez(out, **arrays)
    return ""


if __name__ == "__main__":
    limit_memory()
    try:
        print(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
    except Exception as error:  # whatever h5py raises at a damaged file
        print(f"broken:{type(error).__name__}: {error}"[:300])
