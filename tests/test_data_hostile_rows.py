"""Rows that are no clips: `decode` refuses each with our own error, and a batch job goes on without it."""

import subprocess
import textwrap

import numpy as np
import pytest
from preloaded import python

pytest.importorskip("pyarrow", reason="tables need pyarrow: pip install 'skeletonllm-hf[train]'")

import pyarrow as pa
import pyarrow.parquet as pq
from batch_data import clips, rows_of, write_parquet
from hostile_rows import TYPES, VALUES, broken

from skeletonllm_hf.answering.endpoint import EndpointError
from skeletonllm_hf.answering.local import LocalAnswerer
from skeletonllm_hf.answering.recognizer import Recognizer
from skeletonllm_hf.answering.rendering import FrameRenderer
from skeletonllm_hf.batch import Job, run_batch
from skeletonllm_hf.batch.faults import described, is_clips_fault
from skeletonllm_hf.batch.lock import FolderLock
from skeletonllm_hf.data.schema import arrow_schema, decode, encode
from skeletonllm_hf.evaluation import Settings, evaluate, from_rows

SOUND = rows_of(clips(1))[0]


@pytest.mark.parametrize("kind", sorted(set(VALUES) - {"nobody", "infinite"}))
def test_values(kind):
    with pytest.raises(ValueError, match="row 'clip0000': "):
        decode(broken(SOUND, kind))


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, values in TYPES.items() for number in range(len(values))]
)
def test_types_of_columns(name, number):
    value = TYPES[name][number]
    schema = arrow_schema()
    columns = {field.name: pa.array([SOUND[field.name]], field.type) for field in schema} | {name: value}
    with pytest.raises(ValueError, match=rf"row 'clip0000': {name}: expected"):
        decode(pa.table(columns))
    plain = dict(SOUND)
    try:
        plain[name] = value[0].as_py()
    except ValueError:
        return
    with pytest.raises(ValueError, match=rf"row 'clip0000': {name}: "):
        decode(plain)


def test_columns_of_every_sound_type():
    expected = decode(SOUND)
    columns = {field.name: pa.array([SOUND[field.name]], field.type) for field in arrow_schema()}
    for kind in (pa.list_(pa.float64()), pa.large_list(pa.float32()), pa.list_(pa.float32(), len(SOUND["joints"]))):
        found = decode(pa.table(columns | {"joints": columns["joints"].cast(kind)}))
        assert np.array_equal(found.joints, expected.joints)
    listed = {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in SOUND.items()}
    assert np.array_equal(decode(listed).joints, expected.joints)


def test_frame_rates_of_clips():
    clip = clips(1)[0]
    for fps in (1e300, 1e-300, float("nan"), float("inf"), 0, -1, 10**400):
        with pytest.raises(ValueError, match=r"fps: expected a positive number, from 0\.001 to 10,000"):
            clip.replace(fps=fps)


@pytest.mark.parametrize("batch_size", [1, 4])
def test_bad_rows_fail_alone(tiny, tmp_path, batch_size):
    rows = rows_of(clips(2 * len(VALUES)))
    for number, kind in enumerate(sorted(VALUES)):
        rows[2 * number] = broken(rows[2 * number], kind) | {"id": f"bad {kind}"}
    write_parquet(rows, tmp_path / "data" / "test.parquet")
    job = Job(str(tmp_path / "data"), "caption", "m", max_new_tokens=2, batch_size=batch_size)
    report = run_batch(job, tmp_path / "out", lambda device: LocalAnswerer(*tiny), cpu=True)
    assert report == {"clips": 2 * len(VALUES), "failed": len(VALUES), "shards": 1}
    found = pq.read_table(next((tmp_path / "out" / "results").glob("*.parquet"))).to_pylist()
    assert [row["id"] for row in found] == [row["id"] for row in rows]
    assert all((row["error"] is not None) == row["id"].startswith("bad ") for row in found)


def test_what_the_model_raises(tiny, tmp_path, monkeypatch):
    write_parquet(rows_of(clips(4)), tmp_path / "data" / "test.parquet")
    bad = clips(4)[2].joints
    shown = FrameRenderer.render

    def render(self, clip, **options):
        if np.array_equal(clip.joints, bad):
            raise OverflowError("half \ud800 character")
        return shown(self, clip, **options)

    monkeypatch.setattr(FrameRenderer, "render", render)
    job = Job(str(tmp_path / "data"), "render", "m", batch_size=4)
    assert run_batch(job, tmp_path / "out", lambda device: LocalAnswerer(*tiny), cpu=True)["failed"] == 1
    found = pq.read_table(next((tmp_path / "out" / "results").glob("*.parquet")))["error"].to_pylist()
    assert found == [None, None, "OverflowError: half \\ud800 character", None]
    monkeypatch.setattr(FrameRenderer, "render", lambda *a, **b: (_ for _ in ()).throw(EndpointError("gone")))
    with pytest.raises(EndpointError):  # not the clip's fault: the run stops and can go on later
        run_batch(job, tmp_path / "other", lambda device: LocalAnswerer(*tiny), cpu=True)
    assert not list((tmp_path / "other" / "results").iterdir())


def test_whose_fault_an_error_is():
    assert is_clips_fault(OverflowError()) and is_clips_fault(ValueError()) and is_clips_fault(RuntimeError("shape"))
    assert not is_clips_fault(EndpointError("gone")) and not is_clips_fault(
        RuntimeError("CUDA error: device-side assert")
    )
    assert described(ValueError("a")) == "a" and described(KeyError("a")) == "KeyError: 'a'"
    assert len(described(ValueError("a" * 10_000))) == 2_000


def test_a_row_group_that_cannot_be_read(tiny, tmp_path):
    path = tmp_path / "data" / "test.parquet"
    write_parquet(rows_of(clips(12)), path, group=4)
    data = bytearray(path.read_bytes())
    column = pq.ParquetFile(path).metadata.row_group(1).column(2)  # the joints' first page
    at = column.dictionary_page_offset or column.data_page_offset
    data[at : at + 16] = b"\xff" * 16
    path.write_bytes(bytes(data))
    job = Job(str(tmp_path / "data"), "caption", "m", max_new_tokens=2)
    report = run_batch(job, tmp_path / "out", lambda device: LocalAnswerer(*tiny), cpu=True)
    assert (report["clips"], report["failed"]) == (12, 4)
    found = pq.read_table(next((tmp_path / "out" / "results").glob("*.parquet"))).to_pylist()
    assert [number for number, row in enumerate(found) if row["error"]] == [4, 5, 6, 7]


def test_one_run_at_a_time(tiny, tmp_path):
    write_parquet(rows_of(clips(2)), tmp_path / "data" / "test.parquet")
    job = Job(str(tmp_path / "data"), "caption", "m", max_new_tokens=2)
    out = tmp_path / "out"
    code = f"""
        import os, sys
        from skeletonllm_hf.batch.lock import FolderLock
        lock = FolderLock({str(out)!r})
        print(os.getpid(), flush=True)
        sys.stdin.read()
    """
    other = subprocess.Popen(
        [python(transformers=True), "-c", textwrap.dedent(code)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process = int(other.stdout.readline())
    with pytest.raises(ValueError, match=rf"no other run uses, found process {process} on .* \(since 2"):
        run_batch(job, out, lambda device: LocalAnswerer(*tiny), cpu=True)
    with pytest.raises(ValueError, match=f"found process {process}"):
        evaluate(*tiny, from_rows(rows_of(clips(2))), settings=Settings(("recognition",)), out=out)
    other.kill()  # a lock ends with its process, however that ends
    other.communicate()
    assert run_batch(job, out, lambda device: LocalAnswerer(*tiny), cpu=True)["clips"] == 2
    with FolderLock(out), pytest.raises(ValueError, match="found process"):
        FolderLock(out)
    FolderLock(out).release()


@pytest.mark.parametrize("content", ["", "[1]", "{", "7", "[" * 100_000, "\ud800"])
def test_a_job_file_that_is_none(tiny, tmp_path, content):
    write_parquet(rows_of(clips(2)), tmp_path / "data" / "test.parquet")
    (tmp_path / "job.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(ValueError, match=r"job\.json: expected a JSON object"):
        run_batch(Job(str(tmp_path / "data"), "caption", "m"), tmp_path, lambda device: LocalAnswerer(*tiny), cpu=True)


def test_evaluation_goes_on(tiny, monkeypatch):
    rows = [encode(clip, id=f"clip{number}", dataset="tiny") for number, clip in enumerate(clips(5))]
    rows[1] |= {"fps": 1e300}
    rows[3] |= {"layout": "cat"}
    tests = from_rows(rows)
    assert [name for name, _ in tests.unreadable] == ["clip1", "clip3"] and len(tests.clips) == 3
    bad = tests.clips[1].sequence

    def failing(sound):
        def call(self, given, *arguments, **options):
            if any(clip is bad for clip in given):
                raise ZeroDivisionError("a clip that nobody expected")
            return sound(self, given, *arguments, **options)

        return call

    before = evaluate(*tiny, tests, settings=Settings(("recognition",)))
    assert [entry["clip"] for entry in before["failed"]] == ["clip1", "clip3"]
    for kind, name in ((Recognizer, "parts"), (LocalAnswerer, "ask_many")):
        monkeypatch.setattr(kind, name, failing(getattr(kind, name)))
    report = evaluate(*tiny, tests, settings=Settings(("recognition", "generation")))
    assert [entry["clip"] for entry in report["failed"]] == ["clip1", "clip3", "clip2"]
    assert report["failed"][2]["error"] == "ZeroDivisionError: a clip that nobody expected"
    assert report["recognition"]["top1"]["count"] == report["generation"]["top1"]["count"] == 3
    assert {"label": tests.clips[1].label, "answer": "", "count": 1} in report["recognition"]["confusions"]
    with pytest.raises(ValueError, match="expected clips to test, got 1 that cannot be read"):
        from_rows([rows[1]])
