"""Batch jobs: the plan, every task, faults of single clips, kills, several processes."""

import dataclasses
import io
import json
import os
import re
import signal
import subprocess
import time

import numpy as np
import pytest
import torch

pytest.importorskip("accelerate", reason="batch jobs need accelerate: pip install 'skeletonllm-hf[train]'")
pytest.importorskip("pyarrow", reason="batch jobs need pyarrow: pip install 'skeletonllm-hf[train]'")

import pyarrow.parquet as pq
from batch_data import clips, rows_of, write_dataset, write_parquet
from chat_server import chat_server, completion
from hub_server import hub  # noqa: F401 - a fixture
from huggingface_hub import HfApi
from PIL import Image
from preloaded import python

from skeletonllm_hf import Recognizer
from skeletonllm_hf.answering.local import LocalAnswerer
from skeletonllm_hf.batch import Job, make_plan, run_batch
from skeletonllm_hf.batch.plan import read_rows
from skeletonllm_hf.batch.results import Worker
from skeletonllm_hf.batch.run import model_mark
from skeletonllm_hf.cli.main import main
from skeletonllm_hf.data.schema import decode
from skeletonllm_hf.model.recognition import recognize

COUNT = 24
PATIENCE = 900  # seconds that a job may take on a machine that has better things to do


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dataset")
    write_dataset(folder, clips(COUNT))
    return folder


@pytest.fixture(scope="module")
def checkpoint(_tiny, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    for part in _tiny:
        part.save_pretrained(folder)
    return folder


def results(out):
    """All rows of a job's results, in order; reading them also shows that every file is whole."""
    files = sorted((out / "results").glob("*.parquet"))
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def command(*arguments, launch=(), environment=None):
    environment = (environment or os.environ | {"HF_HUB_OFFLINE": "1"}) | {
        "OMP_NUM_THREADS": "1",
        "OMP_WAIT_POLICY": "passive",
        "PYTHON_EXEC": python(transformers=True),  # of those that a launcher starts
    }
    start = [python(transformers=True), *launch, "-m", "skeletonllm_hf", "batch"]
    return subprocess.Popen(
        [*start, *map(str, arguments)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


# ---- the plan


def test_the_plan_covers_every_row_once_and_in_order(dataset):
    plan = make_plan(dataset, rows=7)
    assert plan.rows == COUNT and [shard.number for shard in plan.shards] == list(range(len(plan.shards)))
    found = [
        (part, str(decode(row).label), row["id"][0].as_py()) for shard in plan.shards for part, row in read_rows(shard)
    ]
    assert [name for _, _, name in found] == [f"clip{n:04d}" for n in range(COUNT)]
    assert [part for part, _, _ in found] == ["train"] * 16 + ["test"] * 8
    assert all(shard.rows == sum(1 for _ in read_rows(shard)) for shard in plan.shards)
    assert all(len({piece.part for piece in shard.pieces}) == 1 for shard in plan.shards)
    assert min(shard.rows for shard in plan.shards[:1]) >= 7 and len(plan.shards) == 3


def test_the_plan_says_when_anything_differs(dataset, tmp_path):
    import shutil

    plan = make_plan(dataset, rows=7)
    assert make_plan(dataset, rows=7) == plan
    assert make_plan(dataset, rows=8).digest != plan.digest
    assert make_plan(dataset, ("test",), rows=7).rows == 8
    shutil.copytree(dataset, tmp_path / "moved")
    assert make_plan(tmp_path / "moved", rows=7).digest == plan.digest
    write_parquet(rows_of(clips(3, seed=99)), tmp_path / "moved" / "data" / "test-00000-of-00001.parquet")
    assert make_plan(tmp_path / "moved", rows=7).digest != plan.digest


def test_what_is_no_dataset_is_refused(dataset, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="expected parquet files of validation"):
        make_plan(dataset, ("validation",))
    with pytest.raises(ValueError, match="expected a folder with parquet files, or USER/NAME"):
        make_plan(tmp_path / "nowhere" / "at" / "all")

    def refuse(*_, **__):
        raise OSError("no connection")

    monkeypatch.setattr("huggingface_hub.snapshot_download", refuse)
    with pytest.raises(OSError, match="ann/tiny: no such folder, and the Hub does not give it: no connection"):
        make_plan("ann/tiny")
    advice = f"`skeletonllm data build folder --root {tmp_path} --out DIR` makes one, "
    with pytest.raises(ValueError, match=re.escape(f"{advice}after you have listed them in a labels.csv")):
        make_plan(tmp_path)
    (tmp_path / "labels.csv").write_text("file,label\n")
    with pytest.raises(ValueError, match=re.escape(f"{advice}with its labels.csv")):
        make_plan(tmp_path)
    (tmp_path / "test-0.parquet").write_text("not parquet")
    with pytest.raises(ValueError, match=r"test-0\.parquet: expected a parquet file"):
        make_plan(tmp_path)
    import pyarrow as pa

    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "test-0.parquet")
    with pytest.raises(ValueError, match=r"test-0\.parquet: expected the columns"):
        make_plan(tmp_path)


# ---- tasks


@pytest.mark.parametrize("batch_size", [1, 5])
def test_recognition_is_that_of_one_clip_at_a_time(tiny, dataset, tmp_path, batch_size):
    model, processor = tiny
    labels = ("wave", "walk", "sit down")
    job = Job(str(dataset), "recognize", "m", ("test",), labels=labels, top_k=2, batch_size=batch_size, shard_rows=5)
    report = run_batch(job, tmp_path / "out", lambda device: LocalAnswerer(model, processor), cpu=True)
    assert (
        report == {"clips": 8, "failed": 0, "shards": 2} == json.loads((tmp_path / "out" / "report.json").read_text())
    )
    for row, clip in zip(results(tmp_path / "out"), clips(COUNT)[16:], strict=True):
        found = recognize(model, processor, clip, labels, top_k=2)
        assert (row["prediction"], row["label"], row["dataset"], row["part"]) == (
            found.label,
            clip.label,
            "tiny",
            "test",
        )
        assert row["candidates"] == list(found.labels) and row["error"] is None
        np.testing.assert_allclose(row["log_likelihoods"], found.log_likelihoods, atol=2e-4)
        np.testing.assert_allclose(row["scores"], found.scores, atol=2e-4)


def test_a_set_is_the_clips_of_one_file_of_results(tiny, dataset, tmp_path):
    model, processor = tiny
    labels = ("wave", "walk", "sit down")
    job = Job(str(dataset), "recognise", "m", ("test",), labels=labels, batch_size=3, shard_rows=5, calibrate="set")
    assert job.task == "recognize"
    run_batch(job, tmp_path / "out", lambda device: LocalAnswerer(model, processor), cpu=True)
    recognizer, tested = Recognizer(model, processor, labels, calibrate="set"), clips(COUNT)[16:]
    shards = [pq.read_table(path).to_pylist() for path in sorted((tmp_path / "out" / "results").glob("*.parquet"))]
    assert len(shards) == 2
    for rows in shards:
        some, tested = tested[: len(rows)], tested[len(rows) :]
        for row, scores in zip(rows, recognizer.scores(some), strict=True):
            assert row["prediction"] == labels[int(scores.argmax())]
            np.testing.assert_allclose(row["log_likelihoods"], scores.sort(descending=True).values, atol=2e-4)
    worker = Worker(job, LocalAnswerer(model, processor))
    alone = worker(clips(COUNT)[:1])
    worker.finish(alone)  # less its own score, every label would be as likely
    assert "got one clip in its file of results" in alone[0]["error"] and "prediction" not in alone[0]
    with pytest.raises(ValueError, match="calibrate: expected one of none, prior, set for the task recognize"):
        dataclasses.replace(job, calibrate="test")


def test_jobs_from_before_the_calibration_go_on(tiny, dataset, tmp_path):
    job = Job(str(dataset), "recognize", "m", ("test",), labels=("wave", "walk"), calibrate="none")
    run_batch(job, tmp_path, lambda device: LocalAnswerer(*tiny), cpu=True)
    path = tmp_path / "job.json"
    earlier = json.loads(path.read_text())
    del earlier["calibrate"]
    path.write_text(json.dumps(earlier | {"task": "recognise"}))
    assert run_batch(job, tmp_path, lambda device: pytest.fail("all is done"), cpu=True)["clips"] == 8


def test_recognition_by_descriptions_is_that_of_one_clip_at_a_time(tiny, dataset, tmp_path):
    model, processor = tiny
    labels = ("gleep", "blorp")
    told = {"gleep": ("A person walks forward.", "A person takes some steps."), "blorp": ("A person waves.",)}
    job = Job(str(dataset), "recognize", "m", ("test",), labels=labels, descriptions=told, batch_size=3)
    run_batch(job, tmp_path / "out", lambda device: LocalAnswerer(model, processor), cpu=True)
    for row, clip in zip(results(tmp_path / "out"), clips(COUNT)[16:19], strict=False):
        found = recognize(model, processor, clip, labels, descriptions=told)
        assert (row["prediction"], row["candidates"]) == (found.label, list(found.labels))
        np.testing.assert_allclose(row["log_likelihoods"], found.log_likelihoods, atol=2e-4)
    again = run_batch(job, tmp_path / "out", lambda device: pytest.fail("all is done"), cpu=True)
    assert again["clips"] == 8
    with pytest.raises(ValueError, match="found one with another descriptions"):
        run_batch(
            dataclasses.replace(job, descriptions=None),
            tmp_path / "out",
            lambda device: LocalAnswerer(model, processor),
            cpu=True,
        )
    with pytest.raises(ValueError, match="descriptions: only for the task recognize"):
        Job(str(dataset), "caption", "m", descriptions=told)


def test_texts_are_those_of_one_clip_at_a_time(tiny, dataset, tmp_path):
    model, processor = tiny
    for task, question in (("caption", None), ("ask", "How many people?")):
        job = Job(str(dataset), task, "m", ("test",), question=question, max_new_tokens=6, batch_size=3)
        run_batch(job, tmp_path / task, lambda device: LocalAnswerer(model, processor), cpu=True)
        for row, clip in zip(results(tmp_path / task), clips(COUNT)[16:], strict=True):
            if question is None:
                assert row["text"] == model.caption(processor, clip, max_new_tokens=6) and "question" not in row
            else:
                assert (row["question"], row["text"]) == (
                    question,
                    model.ask(processor, clip, question, max_new_tokens=6),
                )


def test_frames_are_those_that_the_renderer_draws(tiny, dataset, tmp_path):
    model, processor = tiny
    run_batch(
        Job(str(dataset), "render", "m", ("test",), batch_size=3),
        tmp_path,
        lambda device: LocalAnswerer(model, processor),
        cpu=True,
    )
    for row, clip in zip(results(tmp_path), clips(COUNT)[16:], strict=True):
        frames = processor.rasterize(clip, model.renderer)["frames"][0].detach().permute(0, 2, 3, 1).numpy()
        drawn = np.stack([np.asarray(Image.open(io.BytesIO(data))) for data in row["frames"]]) / 255.0
        assert np.abs(drawn - frames).max() <= 0.51 / 255
        assert len(row["times"]) == 12 and 0 <= row["times"][0] < row["times"][-1] <= clip.seconds


def test_a_clip_that_cannot_be_used_fails_alone(tiny, tmp_path):
    model, processor = tiny
    rows = rows_of(clips(6))
    rows[1] = rows[1] | {"shape": [1, 2, 4, 3]}  # another number of joints than that
    rows[3] = rows_of([clips(6)[3].replace(mask=np.zeros_like(clips(6)[3].mask))])[0] | {"id": "nobody"}
    write_parquet(rows, tmp_path / "data" / "test.parquet")
    job = Job(str(tmp_path / "data"), "caption", "m", max_new_tokens=4, batch_size=4)
    report = run_batch(job, tmp_path / "out", lambda device: LocalAnswerer(model, processor), cpu=True)
    assert report["failed"] == 2 and report["clips"] == 6
    found = results(tmp_path / "out")
    assert [row["error"] is None for row in found] == [True, False, True, False, True, True]
    assert "expected 24 numbers" in found[1]["error"] and "seen in some frame" in found[3]["error"]
    assert all((row["text"] is None) == (row["error"] is not None) for row in found)


# ---- going on, and refusing to


def test_what_is_done_is_left_and_what_is_missing_is_done(tiny, dataset, tmp_path):
    model, processor = tiny
    job = Job(str(dataset), "caption", "m", max_new_tokens=3, shard_rows=5)
    run_batch(job, tmp_path, lambda device: LocalAnswerer(model, processor), cpu=True)
    files = sorted((tmp_path / "results").iterdir())
    before, states = results(tmp_path), {file: file.stat().st_mtime_ns for file in files}
    run_batch(job, tmp_path, lambda device: pytest.fail("nothing is missing: no model needed"), cpu=True)
    files[2].unlink()
    (tmp_path / "results" / ".half.parquet.tmp").write_text("what a killed process left")
    run_batch(job, tmp_path, lambda device: LocalAnswerer(model, processor), cpu=True)
    assert results(tmp_path) == before and sorted((tmp_path / "results").iterdir()) == files
    assert {file for file in files if file.stat().st_mtime_ns != states[file]} == {files[2]}


@pytest.mark.parametrize("change", [{"max_new_tokens": 4}, {"model": "n"}, {"batch_size": 3}, {"parts": ("test",)}])
def test_a_folder_belongs_to_one_job(tiny, dataset, tmp_path, change):
    import dataclasses

    job = Job(str(dataset), "caption", "m", max_new_tokens=3)
    (tmp_path / "results").mkdir()
    with pytest.raises(ValueError, match=r"results without job\.json"):
        run_batch(job, tmp_path, lambda device: LocalAnswerer(*tiny), cpu=True)
    (tmp_path / "results").rmdir()
    run_batch(
        dataclasses.replace(job, parts=("test",)) if "parts" not in change else job,
        tmp_path,
        lambda device: LocalAnswerer(*tiny),
        cpu=True,
    )
    name = next(iter(change))
    with pytest.raises(ValueError, match=f"another .*{name}"):
        run_batch(
            dataclasses.replace(job, **({"parts": ("test",)} | change)),
            tmp_path,
            lambda device: LocalAnswerer(*tiny),
            cpu=True,
        )


def test_results_that_are_cut_short_are_noticed(tiny, dataset, tmp_path):
    job = Job(str(dataset), "caption", "m", ("test",), max_new_tokens=3)
    run_batch(job, tmp_path, lambda device: LocalAnswerer(*tiny), cpu=True)
    (file,) = (tmp_path / "results").iterdir()
    pq.write_table(pq.read_table(file).slice(0, 3), file)
    with pytest.raises(ValueError, match="expected 8 results, found 3"):
        run_batch(job, tmp_path, lambda device: LocalAnswerer(*tiny), cpu=True)


@pytest.mark.parametrize(
    "settings",
    [
        {"task": "dance"}, {"task": "recognize"}, {"task": "ask"}, {"task": "caption", "labels": ("a",)},
        {"task": "caption", "question": "a"}, {"task": "caption", "batch_size": 0}, {"task": "caption", "parts": ("all",)},
    ],
)  # fmt: skip
def test_jobs_that_make_no_sense_are_refused(settings):
    with pytest.raises(ValueError, match=":"):
        Job("d", model="m", **settings)


def test_a_models_mark_changes_with_its_weights(checkpoint, tmp_path):
    import shutil

    mark = model_mark(checkpoint)
    shutil.copytree(checkpoint, tmp_path / "copy")
    assert model_mark(tmp_path / "copy") == mark
    with open(tmp_path / "copy" / "model.safetensors", "rb+") as stream:
        stream.seek(-4, os.SEEK_END)
        stream.write(b"\0\1\2\3")
    assert model_mark(tmp_path / "copy") != mark


def killed_until_done(arguments, out, total, kills):
    """Starts the command, kills it each time new results have come, at last lets it end; how often it was killed."""
    done, count = 0, 0
    while True:
        process = command(*arguments)
        try:
            deadline = time.monotonic() + PATIENCE
            while process.poll() is None and count < kills and time.monotonic() < deadline:
                files = len(list((out / "results").glob("*.parquet"))) if (out / "results").is_dir() else 0
                if done < files < total:
                    time.sleep(0.01 * count)  # at another point of its work each time
                    process.send_signal(signal.SIGKILL)
                    done, count = files, count + 1
                    break
                time.sleep(0.002)
            _, error = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
        if process.returncode != -signal.SIGKILL:
            assert process.returncode == 0, error
            return count


def test_kills_lose_nothing_and_double_nothing(dataset, checkpoint, tmp_path, tiny):
    arguments = [
        "--dataset",
        dataset,
        "--task",
        "render",
        "--model",
        checkpoint,
        "--shard-size",
        1,
        "--batch-size",
        1,
        "--cpu",
    ]
    out = tmp_path / "out"
    total = len(make_plan(dataset, rows=1).shards)
    assert total == 6  # a shard is a row group at least
    assert killed_until_done([*arguments, "--out", out], out, total, kills=2) == 2
    rows = results(out)
    assert [row["id"] for row in rows] == [f"clip{n:04d}" for n in range(COUNT)]
    assert not list(out.rglob("*.tmp"))
    job = Job(str(dataset), "render", "m", shard_rows=1, batch_size=1)
    run_batch(job, tmp_path / "whole", lambda device: LocalAnswerer(*tiny), cpu=True)
    assert results(tmp_path / "whole") == rows


def test_dataset_and_model_from_the_hub(dataset, checkpoint, hub, tmp_path, tiny, capsys):  # noqa: F811
    """Both private; what is in the cache is enough to go on without the Hub, and another commit is another job."""
    api = HfApi()
    for name, kind, folder in (("ann/tiny", "dataset", dataset), ("ann/model", "model", checkpoint)):
        api.create_repo(name, repo_type=kind, private=True)
        api.upload_folder(repo_id=name, repo_type=kind, folder_path=folder)
    out, labels = tmp_path / "out", ("wave", "walk")
    arguments = [
        "--dataset", "ann/tiny", "--model", "ann/model", "--task", "recognise", "--labels", ",".join(labels),
        "--shard-size", "7", "--out", str(out), "--cpu", "--json", "--calibrate", "none",
    ]  # fmt: skip
    assert main(["batch", *arguments]) == 0
    assert json.loads(capsys.readouterr().out) == {"clips": COUNT, "failed": 0, "shards": 3}
    whole = results(out)
    job = Job(str(dataset), "recognize", "m", labels=labels, shard_rows=7, calibrate="none")
    run_batch(job, tmp_path / "local", lambda device: LocalAnswerer(*tiny), cpu=True)
    assert results(tmp_path / "local") == whole
    sorted((out / "results").iterdir())[1].unlink()
    asked = len(hub.log)
    process = command(*arguments, environment=hub.environment | {"HF_HUB_OFFLINE": "1"})
    try:
        _, error = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 0, error
    assert results(out) == whole and len(hub.log) == asked
    write_parquet(rows_of(clips(3, seed=99)), tmp_path / "new.parquet")
    api.upload_file(
        repo_id="ann/tiny", repo_type="dataset", path_in_repo="data/test-00000-of-00001.parquet",
        path_or_fileobj=tmp_path / "new.parquet",
    )  # fmt: skip
    assert main(["batch", *arguments]) == 1
    assert "another plan" in capsys.readouterr().err
    assert main(["batch", *arguments, "--revision", "nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_two_processes_share_the_work(dataset, checkpoint, tmp_path, tiny):
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    process = command(
        "--dataset", dataset, "--task", "render", "--model", checkpoint, "--out", tmp_path / "two", "--shard-size", 5, "--cpu", "--json",
        launch=launch,
    )  # fmt: skip
    try:
        out, error = process.communicate(timeout=PATIENCE)
    finally:
        process.terminate()  # the launcher ends its processes with it
    assert process.returncode == 0, error
    assert json.loads(out.strip()) == {"clips": COUNT, "failed": 0, "shards": 5}  # said once
    assert "2 processes" in error
    job = Job(str(dataset), "render", "m", shard_rows=5)
    run_batch(job, tmp_path / "one", lambda device: LocalAnswerer(*tiny), cpu=True)
    assert results(tmp_path / "two") == results(tmp_path / "one")


# ---- the command line


def test_a_server_answers_for_a_dataset(dataset, tmp_path, command):
    def respond(body, _):
        question = body["messages"][0]["content"][-1]["text"]
        return 200, completion("wave" if "Choose one" in question else f"echo {question}")

    with chat_server(respond) as (url, received, _):
        server = ["--endpoint", url, "--model", "big", "--size", 32, "--dataset", dataset, "--part", "test", "--cpu"]
        code, out, error = command(
            "batch", *server, "--task", "recognize", "--labels", "wave,walk", "--out", tmp_path / "a"
        )
        assert code == 0 and "8 clips in 1 file " in out and "8 clips in 1 shard," in error
        assert {row["prediction"] for row in results(tmp_path / "a")} == {"wave"}
        assert command("batch", *server, "--task", "ask", "--question", "Who?", "--out", tmp_path / "b")[0] == 0
        assert {row["text"] for row in results(tmp_path / "b")} == {"echo Who?"}
        assert len(received) == 16
    code, _, error = command("batch", *server, "--task", "ask", "--question", "Who?", "--out", tmp_path / "c")
    assert (
        code == 1 and "is a server running there" in error and not results(tmp_path / "c")
    )  # the server's fault is not the clips'


def test_failed_clips_are_told(tmp_path, command, checkpoint):
    rows = rows_of(clips(2))
    rows[1]["shape"] = [1, 2, 3, 4]
    write_parquet(rows, tmp_path / "data" / "train.parquet")
    code, out, _ = command(
        "batch",
        "--dataset",
        tmp_path / "data",
        "--task",
        "render",
        "--model",
        checkpoint,
        "--out",
        tmp_path / "out",
        "--cpu",
    )
    assert code == 1 and "1 clip failed: the reason is in the column `error`" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--task", "ask"], "--question: expected one"), (["--task", "caption", "--labels", "a"], "--labels needs"),
        (["--task", "caption", "--size", "3"], "--size needs --endpoint"),
        (["--task", "render", "--load-in", "4bit"], "--load-in needs"),
        (["--task", "render", "--endpoint", "http://h", "--model", "m"], "no server is asked"),
        (["--task", "recognize", "--endpoint", "http://h", "--model", "m"], "expected --labels"),
        (["--task", "render", "--workers", "2"], "--workers needs --engine ray"),
        (["--task", "caption", "--descriptions", "generator"], "--descriptions: needs --task recognize"),
        (["--task", "recognize", "--labels", "zorb", "--descriptions", "generator"], "--descriptions generator: unknown action 'zorb'"),
    ],
)  # fmt: skip
def test_arguments_that_make_no_sense_together(arguments, message, dataset, tmp_path, command):
    code, _, error = command("batch", "--dataset", dataset, "--out", tmp_path, *arguments)
    assert code == 2 and message in error


def test_an_engine_that_is_not_installed_is_named(monkeypatch, dataset, checkpoint, tmp_path, command):
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "ray" else find(name, *rest))
    arguments = ("--dataset", dataset, "--out", tmp_path, "--task", "render", "--model", checkpoint, "--engine", "ray")
    code, _, error = command("batch", *arguments)
    assert code == 1 and "pip install 'skeletonllm-hf[ray]'" in error


# ---- quantised


def test_only_the_language_model_would_be_quantised(checkpoint):
    from skeletonllm_hf.quantized import kept_modules

    kept = kept_modules(str(checkpoint))
    assert "mllm.lm_head" in kept and "mllm.model.multi_modal_projector.linear_1" in kept
    assert not any("language_model" in name for name in kept)  # the renderer's layers are no `nn.Linear` at all


def test_quantised_loading_says_what_it_needs(monkeypatch, dataset, tmp_path, command):
    import importlib.util

    from skeletonllm_hf import load

    with pytest.raises(ValueError, match="expected one of"):
        load(quantize="2bit")
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "bitsandbytes" else find(name, *rest)
    )
    with pytest.raises(ModuleNotFoundError, match="pip install bitsandbytes"):
        load(quantize="4bit")


@pytest.mark.parametrize("width", ["8bit", "4bit"])
def test_a_quantised_model_ranks_labels_like_the_whole_one(width):
    pytest.importorskip("bitsandbytes", reason="needs bitsandbytes")
    from skeletonllm_hf import default_labels, generate, load, load_default

    whole, processor = load_default()
    small = load(quantize=width, device="cpu").model
    assert small.get_memory_footprint() < (0.8 if width == "8bit" else 0.65) * whole.get_memory_footprint()
    assert small.renderer.appearance_head[0].weight.dtype == torch.float32
    clip, labels = generate("high wave", seed=1), default_labels()
    expected, found = (
        model.recognize(processor, clip, labels, len(labels), calibrate="none") for model in (whole, small)
    )
    values = [dict(zip(x.labels, x.log_likelihoods, strict=True)) for x in (expected, found)]
    both = np.corrcoef([[values[n][label] for label in labels] for n in (0, 1)])[0, 1]
    assert both > 0.95
