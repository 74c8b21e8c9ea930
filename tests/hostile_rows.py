"""Rows that are no clips, of every kind that a table can hold: for tests and benchmarks/batch_hostile.py."""

import numpy as np
import pyarrow as pa

# kind -> changes to the columns of a sound row, of the types of our schema
VALUES = {
    "frame rate": {"fps": 1e300},
    "no frame rate": {"fps": float("nan")},
    "shape": {"shape": [1, 2, 3, 3]},
    "huge shape": {"shape": [2**31 - 1] * 4},
    "negative shape": {"shape": [-1, -1, 25, 3]},
    "no joints": {"joints": []},
    "layout": {"layout": '{"name": 1, "joints": [[]], "bones": {}}'},
    "deep layout": {"layout": '{"a":' * 50_000},
    "units": {"units": "parsecs"},
    "mask": {"mask": [1, 2]},
    "nobody": {"mask": None},  # set by `broken`: no joint is seen
    "confidence": {"confidence": [0.5]},
    "null": {"joints": None},
    "infinite": {"joints": None},  # set by `broken`: no number is finite
    "view": {"view": "y", "up": "y"},
}
# column -> values of other types than the schema's, as a parquet file may have them
TYPES = {
    "joints": [
        pa.array(["a"]),
        pa.array([1.5]),
        pa.array([["a"]]),
        pa.array([[None, 1.0]]),
        pa.array([[[1.0]]]),
        pa.array([{"a": 1}]),
    ],
    "shape": [
        pa.array([7]),
        pa.array(["abcd"]),
        pa.array([[1.5, 2, 3, 4]]),
        pa.array([[2**60] * 4]),
        pa.array([None], pa.list_(pa.int32())),
    ],
    "mask": [pa.array([[-1, 300]]), pa.array([b"\x01"]), pa.array([[0.5]]), pa.array([True])],
    "fps": [pa.array(["30"]), pa.array([True]), pa.array([None], pa.float64()), pa.array([[30.0]]), pa.array([10**18])],
    "layout": [pa.array([7]), pa.array([b"kinect_v2"]), pa.array([None], pa.string())],
    "captions": [pa.array(["a"]), pa.array([[7]]), pa.array([[["a"]]]), pa.array([None], pa.list_(pa.string()))],
    "questions": [pa.array([["a"]]), pa.array([[{"question": "a"}]]), pa.array([[{"question": 1, "answer": None}]])],
    "label": [pa.array([7]), pa.array([["a"]]), pa.array([b"\xff\xfe"])],
    "units": [pa.array([None], pa.string()), pa.array([3])],
    "warnings": [pa.array([7]), pa.array([["x" * 1_000_001]])],
}


def broken(row, kind):
    """A copy of a sound row (`encode`'s) that is no clip."""
    changes = dict(VALUES[kind])
    if kind == "nobody":
        changes["mask"] = np.zeros(-(-len(row["joints"]) // row["shape"][3] // 8), np.uint8)
    if kind == "infinite":
        changes["joints"] = np.full_like(row["joints"], np.inf)
    return row | changes
