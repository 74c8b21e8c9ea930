"""Parquet, Arrow, SQLite and Weka's tables."""

import importlib.util
import sqlite3

import numpy as np
import pytest
from format_samples import body

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

FRAMES = 30
NAMES = get_layout("coco_17").joints
JOINTS = body("coco_17", FRAMES)
COLUMNS = [f"{name}_{axis}" for name in NAMES for axis in "xyz"]
ROWS = JOINTS.reshape(FRAMES, -1)


def test_parquet(tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    columns = {"time": np.arange(FRAMES) / 25, **dict(zip(COLUMNS, ROWS.T, strict=True))}
    pq.write_table(pa.table(columns), path)
    clip = load_skeleton(path)
    assert (clip.layout.name, clip.fps, clip.units) == ("coco_17", 25, "metres")
    assert np.allclose(clip.joints[:, 0], JOINTS, atol=1e-5)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(SkeletonFileError, match="a whole table"):
        load_skeleton(path)


@pytest.mark.parametrize("stream", [False, True])
def test_arrow_with_lists_in_cells(tmp_path, stream):
    pa = pytest.importorskip("pyarrow")
    path = tmp_path / "a.arrow"
    pixels = np.concatenate([JOINTS[..., :2] * [200, -200] + 500, np.ones((FRAMES, 17, 1))], -1).reshape(FRAMES, -1)
    both = {"frame": np.repeat(np.arange(FRAMES), 2), "person_id": [5, 9] * FRAMES}
    table = pa.table(both | {"keypoints": [row for one in pixels for row in (one.tolist(), (one + 1).tolist())]})
    schema, make = table.schema, pa.ipc.new_stream if stream else pa.ipc.new_file
    with make(str(path), schema) as writer:
        writer.write_table(table)
    clip = load_skeleton(path)
    assert (clip.layout.name, clip.joints.shape) == ("coco_17", (FRAMES, 2, 17, 2))
    assert np.allclose(
        clip.joints[:, 0].reshape(FRAMES, -1), pixels.reshape(FRAMES, 17, 3)[..., :2].reshape(FRAMES, -1)
    )


def test_sqlite(tmp_path):
    path = tmp_path / "a.db"
    base = sqlite3.connect(path)
    base.execute("create table keypoints (frame integer, joint text, x real, y real, z real)")
    rows = [(f, name, *map(float, JOINTS[f, j])) for f in range(FRAMES) for j, name in enumerate(NAMES)]
    base.executemany("insert into keypoints values (?, ?, ?, ?, ?)", rows)
    base.commit()
    clip = load_skeleton(path)
    assert clip.layout.name == "coco_17" and np.allclose(clip.joints[:, 0], JOINTS, atol=1e-5)
    base.execute("create table cameras (name text)")
    base.commit()
    base.close()
    with pytest.raises(SkeletonFileError, match="one table in the database, found keypoints, cameras"):
        load_skeleton(path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(SkeletonFileError):
        load_skeleton(path)


def test_a_hostile_database_costs_its_own_process_alone(tmp_path):
    path = tmp_path / "a.db"
    base = sqlite3.connect(path)
    base.execute("create table keypoints (frame integer, x text as (hex(zeroblob(400000000))))")
    base.execute("insert into keypoints values (1)")
    base.commit()
    base.close()
    with pytest.raises(SkeletonFileError):
        load_skeleton(path)


def test_tables_that_unpack_to_too_much_are_refused(tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({f"{name}_x": np.zeros(600_000, np.int8) for name in NAMES}), path)
    assert path.stat().st_size < 100_000
    with pytest.raises(SkeletonFileError, match="cut it into clips"):
        load_skeleton(path)
    table = pa.table({"x": np.zeros(6_000_000)})
    with pa.ipc.new_file(str(path), table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    assert path.stat().st_size < 100_000
    with pytest.raises(SkeletonFileError, match="cut it into clips"):
        load_skeleton(path)


def test_without_the_package_the_extra_is_named(tmp_path, monkeypatch):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1" + bytes(100))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SkeletonFileError, match=r"skeletonllm-hf\[formats\].*or save CSV"):
        load_skeleton(path)


def test_weka(tmp_path):
    path = tmp_path / "a.arff"
    head = "".join(f"@ATTRIBUTE {name} numeric\n" for name in COLUMNS) + "@attribute class {walk,run}\n\n@DATA\n"
    rows = "".join(",".join(f"{value:.5f}" for value in row) + ",walk\n" for row in ROWS)
    path.write_text(f"% a comment\n@relation walking\n\n{head}{rows}")
    clip = load_skeleton(path)
    assert (clip.layout.name, clip.label) == ("coco_17", "walk") and np.allclose(clip.joints[:, 0], JOINTS, atol=1e-4)
