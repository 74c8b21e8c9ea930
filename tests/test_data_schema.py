"""Rows: every field of a clip there and back, in every format of `datasets`, and rows that are broken."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonllm_hf.data.schema import COLUMNS, arrow_schema, decode, encode, features, row_keys
from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout
from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.synthetic import generate

DOG = SkeletonLayout(
    "dog", ("nose", "tail", "left_paw", "right_paw"), ((0, 1), (1, 2), (1, 3)), rest=((0.0, 0.5, 1 / 3),) * 4
)


def assert_same(one, two):
    for field in dataclasses.fields(SkeletonSequence):
        a, b = getattr(one, field.name), getattr(two, field.name)
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype and a.tobytes() == b.tobytes() and a.shape == b.shape, field.name
        else:
            assert a == b and type(a) is type(b), field.name


def full():
    """A clip in which every field says something."""
    rng = np.random.default_rng(0)
    shape = (7, 3, 4)
    mask = rng.random(shape) > 0.3
    mask[-3:, 2] = False  # the last bits of the packed mask are 0
    return SkeletonSequence(
        joints=rng.normal(size=(*shape, 3)), layout=DOG, mask=mask, confidence=rng.random(shape), fps=1000 / 33, units="inches",
        up="-z", view="x", rotations=rng.normal(size=(*shape, 3, 3)), source="dogs/1.csv", format="csv", label="fetch “it”",
        captions=("A dog.", "Ein Hund läuft."), questions=(("Who?", "A dog."), ("Where?", "")), warnings=("careful",),
    )  # fmt: skip


CLIPS = {
    "full": full(),
    "bare": SkeletonSequence(joints=np.zeros((1, 1, 17, 2)), layout="coco_17", units="pixels", up="-y"),
    "unseen": SkeletonSequence(joints=np.zeros((9, 1, 4, 3)), layout=DOG, mask=np.zeros((9, 1, 4), bool)),
    "synthetic": generate("wave", seed=3),
}


@pytest.mark.parametrize("name", CLIPS)
def test_row_is_lossless(name):
    assert_same(decode(encode(CLIPS[name], id=name)), CLIPS[name])


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 20), st.integers(1, 3), st.booleans(), st.integers(0, 2**32 - 1))
def test_any_shape_and_mask_is_lossless(frames, people, flat, seed):
    rng = np.random.default_rng(seed)
    joints = rng.normal(scale=10.0 ** rng.integers(-30, 30), size=(frames, people, 4, 2 if flat else 3))
    joints[rng.random(joints.shape) > 0.9] = np.nan
    clip = SkeletonSequence(joints=joints, layout=DOG, mask=rng.random(joints.shape[:3]) > 0.5)
    assert_same(decode(encode(clip, id="x")), clip)


def test_meta():
    row = encode(full(), id="1", dataset="dogs", rationale="It runs.", subject=4, keys={"camera": 3, "breed": "pug"})
    assert list(row) == list(COLUMNS)
    assert row_keys(row) == {"camera": "3", "breed": "pug", "label": "fetch “it”", "subject": "4"}
    assert (row["rationale"], row["dataset"]) == ("It runs.", "dogs")
    assert row["layout"].startswith('{"name":"dog"')
    assert encode(CLIPS["bare"], id="1")["layout"] == "coco_17"
    other = dataclasses.replace(get_layout("coco_17"), bones=((0, 1),))
    assert decode(encode(CLIPS["bare"].replace(layout=other), id="1")).layout == other  # the name alone would lie


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    from datasets import Dataset

    rows = [encode(clip, id=name, keys={"n": 1}) for name, clip in CLIPS.items()]
    path = tmp_path_factory.mktemp("stored") / "clips.parquet"
    dataset = Dataset.from_list(rows, features=features())
    dataset.to_parquet(path)
    return dataset, path


@pytest.mark.parametrize("format", [None, "numpy", "arrow"])
def test_datasets_keep_clips(stored, format):
    rows = stored[0].with_format(format)
    for number, clip in enumerate(CLIPS.values()):
        assert_same(decode(rows[number]), clip)
        assert row_keys(rows[number])["n"] == "1"


@pytest.mark.parametrize("streaming", [False, True])
def test_parquet_keeps_clips(stored, streaming, tmp_path):
    from datasets import load_dataset

    files = load_dataset(
        "parquet", data_files=str(stored[1]), split="train", streaming=streaming, cache_dir=str(tmp_path)
    )
    assert files.features == features()
    seen = {str(row["id"]): decode(row) for row in files.with_format("numpy")}
    assert list(seen) == list(CLIPS)
    for name, clip in seen.items():
        assert_same(clip, CLIPS[name])


def test_layouts_are_shared_between_rows():
    row = encode(full(), id="1")
    assert decode(row).layout is decode(dict(row)).layout


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"joints": np.zeros(5, np.float32)}, r"row '7': joints: expected 252 numbers for \(7, 3, 4, 3\), got 5"),
        ({"shape": [7, 3, 4]}, r"row '7': shape: expected 4 whole numbers .*, got \[7, 3, 4\]"),
        ({"shape": [7, 3, 0, 3]}, r"row '7': shape: expected sizes from .*, got \(7, 3, 0, 3\)"),
        ({"mask": np.zeros(3, np.uint8)}, r"row '7': mask: expected 11 bytes for \(7, 3, 4\), got 3"),
        ({"layout": "cat"}, r"row '7': layout: unknown layout 'cat'"),
        ({"layout": "{broken"}, r"row '7': layout: "),
        ({"layout": '{"a":' * 100_000}, r"row '7': layout: "),
        ({"confidence": [0.5]}, r"row '7': confidence: expected 84 numbers"),
        ({"units": "parsecs"}, r"units: expected one of"),
    ],
)
def test_broken_rows(change, message):
    with pytest.raises(ValueError, match=message):
        decode(encode(full(), id="7") | change)


def test_foreign_tables_and_broken_keys():
    with pytest.raises(ValueError, match=r"row '\?': expected the columns .*, got none of \['joints'"):
        decode({"text": "hello"})
    with pytest.raises(ValueError, match="row '7': keys: "):
        row_keys({"id": "7", "keys": "[1]", "label": None, "subject": None})
    with pytest.raises(ValueError, match="row: expected a table of one row, got 0"):
        decode(arrow_schema().empty_table())
    with pytest.raises(TypeError, match="id: expected a text, got int"):
        encode(full(), id=7)
    with pytest.raises(ValueError, match="id: expected a name"):
        encode(full(), id="")


def test_schema_and_documentation_agree():
    assert arrow_schema().names == list(COLUMNS)
    text = (Path(__file__).parents[1] / "docs" / "datasets.md").read_text("utf-8")
    for name, (kind, meaning) in COLUMNS.items():
        assert f"| `{name}` | {kind} | {meaning} |" in text
