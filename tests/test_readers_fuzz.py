"""Damaged files: every reader gives a sequence or our own error, quickly."""

import time
import warnings

import numpy as np
import pytest
from fuzzing import ASF, corpus, damage, damage_inside_zip, write_case
from fuzzing_formats import spoiled
from fuzzing_hostile import hostile, odd_row
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.readers import FORMATS, SkeletonFileError, load_skeleton
from skeletonllm_hf.readers.load import detect_format
from skeletonllm_hf.readers.source import SkeletonFile

CORPUS = corpus()
MAX_SECONDS = 10.0  # generous: test machines are shared; the benchmark holds readers to 2 s


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "a.asf").write_bytes(ASF)
    return folder


def check(path, format=None):
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            clip = load_skeleton(path, format=format)
        except SkeletonFileError as error:
            assert str(path) in str(error) or "a.asf" in str(error)
        else:
            assert isinstance(clip, SkeletonSequence) and clip.mask.any() and np.isfinite(clip.joints).all()
    assert time.perf_counter() - start < MAX_SECONDS


@pytest.mark.parametrize("name", list(CORPUS))
def test_the_sound_file_is_detected_and_read(folder, name):
    if name == "pose":
        pytest.importorskip("pose_format", reason="needs the extra [formats]")
    file_name, data = CORPUS[name]
    path = write_case(folder, file_name, data)
    expected = {
        "coco_annotations": "coco_json",
        "mmpose": "coco_json",
        "pyskl_npz": "pyskl",
        "csv_wide": "csv",
        "csv_long": "csv",
        "npz": "numpy",
    }
    assert detect_format(SkeletonFile(path)).name == expected.get(name, name)
    assert load_skeleton(path).num_frames >= 1


def test_every_format_has_a_sound_file():
    assert {name.split("_npz")[0] for name in CORPUS} >= set(FORMATS) - {
        "csv",
        "frame_files",
        "joint_files",
        "sleap",
        "ui_prmd",
        "video",
    }  # frame_files, joint_files: folders; sleap: needs h5py; ui_prmd: two files; video: test_video_decode


@pytest.mark.parametrize("name", list(CORPUS))
def test_damaged_files(folder, name):
    file_name, data = CORPUS[name]
    rng = np.random.default_rng(20260318)
    format = next((f for f in FORMATS if name.startswith(f)), "coco_json")
    for case in range(16):
        spoil = damage_inside_zip if file_name.endswith(".npz") and case % 2 else damage
        path = write_case(folder, file_name, spoil(data, rng))
        check(path, format=format if case % 3 else None)


@pytest.mark.parametrize("name", list(CORPUS))
def test_expensive_files(folder, name):
    file_name, data = CORPUS[name]
    rng = np.random.default_rng(20261126)
    format = next((f for f in FORMATS if name.startswith(f)), "coco_json")
    for case in range(24):
        path = write_case(folder, file_name, (hostile, spoiled)[case % 2](data, rng))
        start = time.process_time()
        check(path, format=format if case % 3 else None)
        assert time.process_time() - start < MAX_SECONDS


def test_odd_rows():
    pytest.importorskip("pyarrow", reason="tables need pyarrow: pip install 'skeletonllm-hf[train]'")
    from skeletonllm_hf.data.schema import decode, encode
    from skeletonllm_hf.synthetic import generate

    row, rng = encode(generate("high wave", seed=1), id="row"), np.random.default_rng(20261126)
    outcomes = set()
    for _ in range(400):
        try:
            outcomes.add(type(decode(odd_row(row, rng))))
        except ValueError as error:
            outcomes.add("refused")
            str(error).encode()
    assert outcomes == {SkeletonSequence, "refused"}


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(min_size=1, max_size=300), format=st.sampled_from([None, *FORMATS]))
def test_any_bytes(folder, data, format):
    check(write_case(folder, "any", data), format)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.integers(-3, 40) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["people", "keypoints", "image_id", "frames", "keypoint", "annotations", "skeletons", "x", "landmarks", "instances"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(
    max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(value=_JSON, format=st.sampled_from(["openpose", "coco_json", "mediapipe", "pyskl", "nw_ucla"]))
def test_any_json(folder, value, format):
    import json

    check(write_case(folder, "any.json", json.dumps(value).encode()), format)


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    shape=st.lists(st.integers(0, 40), max_size=5),
    kind=st.sampled_from(["f4", "f8", "i2", "?", "U3", "c8", "f2", ">f4"]),
    format=st.sampled_from([None, "numpy", "humanml3d", "freemocap"]),
)
def test_any_array(folder, shape, kind, format):
    path = folder / "any.npy"
    np.save(path, np.ones(shape, kind))
    check(path, format)
