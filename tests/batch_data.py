"""Small datasets of the schema, in files with small row groups. Used by test_batch.py."""

import pyarrow as pa
import pyarrow.parquet as pq

from skeletonllm_hf.data.schema import arrow_schema, encode
from skeletonllm_hf.synthetic import generate

ACTIONS = ("high wave", "squat", "walk", "hugging")
LAYOUTS = ("kinect_v2", "smpl_22", "coco_17")


def clips(count, seed=0):
    return [generate(ACTIONS[n % 4], seed=seed + n, layout=LAYOUTS[n % 3]) for n in range(count)]


def rows_of(sequences, start=0):
    return [encode(clip, id=f"clip{start + n:04d}", dataset="tiny") for n, clip in enumerate(sequences)]


def write_parquet(rows, path, group=5):
    schema = arrow_schema()
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = [pa.array([row[field.name] for row in rows], field.type) for field in schema]
    pq.write_table(pa.table(columns, schema=schema), path, row_group_size=group)


def write_dataset(folder, sequences, group=5):
    """Two thirds of the clips as training files, the rest as test files."""
    rows = rows_of(sequences)
    cut = len(rows) * 2 // 3
    write_parquet(rows[: cut // 2], folder / "data" / "train-00000-of-00002.parquet", group)
    write_parquet(rows[cut // 2 : cut], folder / "data" / "train-00001-of-00002.parquet", group)
    write_parquet(rows[cut:], folder / "data" / "test-00000-of-00001.parquet", group)
    return [row["id"] for row in rows]
