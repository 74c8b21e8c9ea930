"""Whole runs at toy size: the paper's four stages, going on after a kill, what goes wrong."""

import json
import resource
import signal
import time

import pytest
import torch
from chat_server import chat_server, completion
from training_material import LABELS, command, differing, losses, small_dataset, small_model, train, weights

from skeletonllm_hf.training import checkpoints
from skeletonllm_hf.training.callbacks import Interruption
from skeletonllm_hf.training.stages import PAPER


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """A cache of our own; and no five seconds' rest after every pass over a stream."""
    import datasets

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path_factory.mktemp("cache"))
        patch.setattr(datasets.config, "SLEEP_TIME_ON_THREADS_SHUTDOWN", 0.1)
        yield


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return small_model(tmp_path_factory.mktemp("model") / "small")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return small_dataset(tmp_path_factory.mktemp("built") / "clips")


@pytest.fixture(scope="module")
def words(model, data):
    """A run of one stage that trains everything there is to train, adapters too."""
    return ["--model", model, "--dataset", data, "--stages", "reasoning", "--steps", 6, "--save-every", 2, "--log-every", 1,
            "--learning-rate", 1e-2, "--average", 0.9, "--augment"]  # fmt: skip


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory, words):
    """That run, left alone."""
    out = tmp_path_factory.mktemp("whole") / "run"
    assert train(*words, "--out", out) == 0
    return out


def test_the_papers_four_stages(tmp_path, model, data, capsys):
    out = tmp_path / "run"
    arguments = [
        "--model",
        model,
        "--dataset",
        data,
        "--out",
        out,
        "--steps",
        2,
        "--log-every",
        1,
        "--mix",
        "caption=0.2,question=0.2",
        "--json",
    ]
    assert train(*arguments) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"model": str(out / "final")}
    for number, name in enumerate(PAPER, 1):
        assert f"stage {name}, 2 steps of 4 examples" in captured.err
        assert (
            f"saves in {out / f'{number}-{name}'}, every 200 steps; all settings are in {out / 'run.json'}"
            in captured.err
        )
        report = json.loads((out / f"{number}-{name}" / "report.json").read_text())
        assert "renderer_rate: " not in captured.err and "renderer_rate" in report["stage"]
        assert len([line for line in report["history"] if "loss" in line]) == 2
    from skeletonllm_hf import SkeletonLLMForConditionalGeneration, SkeletonLLMProcessor, generate

    trained, processor = (
        kind.from_pretrained(out / "final") for kind in (SkeletonLLMForConditionalGeneration, SkeletonLLMProcessor)
    )
    assert trained.eval().recognize(processor, generate("squat", seed=1), list(LABELS)).label in LABELS
    assert processor.list_candidates and json.loads((out / "final" / "labels.json").read_text()) == sorted(LABELS)
    before, steps = weights(model), [weights(out / f"{n}-{name}" / "model") for n, name in enumerate(PAPER[:3], 1)]
    steps.append(weights(out / "final"))
    part = lambda name: name.split(".")[1] if name.startswith("mllm.") else name.split(".")[0]  # noqa: E731
    changed = [{part(name) for name in a if not torch.equal(a[name], b[name])} for a, b in zip([before, *steps], steps)]
    projector, renderer, language = "multi_modal_projector", "renderer", "language_model"
    assert changed == [
        {renderer, projector},
        {renderer, projector},
        {renderer, projector, language},
        {projector, language},
    ]
    # once more: everything is done
    assert train(*arguments) == 0
    printed = capsys.readouterr().err
    assert [f"{name}: done before" in printed for name in PAPER] == [True] * 4 and "stage" not in printed


def test_a_teacher_on_a_server_explains_what_the_dataset_does_not(tmp_path, model):
    built = small_dataset(tmp_path / "clips" / "data", each=2).parent
    lines = ["The hand goes up.", "It comes down again."]
    arguments = ["--model", model, "--dataset", built, "--out", tmp_path / "run", "--stages", "reasoning", "--steps", 1]
    with chat_server(lambda body, _: (200, completion("\n".join(lines)))) as (url, received, _):
        assert train(*arguments, "--teacher-url", url, "--teacher-model", "big") == 0
    assert len(received) == 2 * len(LABELS) and {body["model"] for _, body, _ in received} == {"big"}
    import pyarrow.parquet as pq

    (table,) = (tmp_path / "run" / "data" / "clips-explained" / "data").glob("*.parquet")
    for row in pq.read_table(table).to_pylist():
        assert row["rationale"].splitlines() == [*lines, f"Label: {row['label']}"]


def test_killed_it_goes_on_to_the_same_weights(tmp_path, words, uninterrupted):
    out = tmp_path / "run"
    process = command(*words, "--out", out, HF_DATASETS_CACHE=str(tmp_path))
    begun = time.monotonic()
    while (
        not (whole := checkpoints.complete(out / "1-reasoning"))
        and process.poll() is None
        and time.monotonic() - begun < 300
    ):
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    printed, _ = process.communicate()
    assert process.returncode == -signal.SIGKILL and whole, printed
    (out / "1-reasoning" / "checkpoint-5").mkdir()  # as if killed while it wrote one
    assert train(*words, "--out", out) == 0
    assert differing(out, uninterrupted) == set()
    assert not list((out / "1-reasoning").glob("checkpoint-*"))


def test_interrupted_it_keeps_its_step_and_goes_on_to_the_same_weights(tmp_path, words, uninterrupted):
    out = tmp_path / "run"
    rare = [200 if before == "--save-every" else word for before, word in zip([None, *words], words, strict=False)]
    process = command(*rare, "--out", out, HF_DATASETS_CACHE=str(tmp_path))
    printed = ""
    while "reasoning 1/6" not in printed and (line := process.stdout.readline()):
        printed += line
    process.send_signal(signal.SIGINT)
    printed += process.communicate(timeout=600)[0]
    assert process.returncode == 130, printed
    (checkpoint,) = checkpoints.complete(out / "1-reasoning")
    step = int(checkpoint.name.rpartition("-")[2])
    assert 1 <= step < 6 and f"reasoning: checkpoint of step {step} in {checkpoint}" in printed
    assert printed.endswith("skeletonllm train: interrupted: the same command goes on\n") and "Traceback" not in printed
    assert train(*rare, "--out", out) == 0
    assert differing(out, uninterrupted) == set()


def test_a_second_interrupt_does_not_wait_for_the_step():
    interruption, before = Interruption(), signal.getsignal(signal.SIGINT)
    with interruption:
        signal.raise_signal(signal.SIGINT)
        assert interruption.received
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_it_learns_and_the_average_is_the_result(uninterrupted, tmp_path, words):
    assert losses(uninterrupted)[-1] < losses(uninterrupted)[0]
    plain = [word for word in words if word not in ("--average", 0.9)]
    assert train(*plain, "--out", tmp_path / "plain") == 0
    assert losses(tmp_path / "plain") == losses(uninterrupted)  # an average watches, it does not interfere
    assert differing(tmp_path / "plain", uninterrupted)


def test_a_full_disk_costs_the_steps_since_the_last_checkpoint(tmp_path, words, uninterrupted):
    out = tmp_path / "run"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    from skeletonllm_hf.training import trainer

    finish_whole = checkpoints.finish

    def fill(checkpoint, keep):  # after the first checkpoint there is no room for another
        finish_whole(checkpoint, keep)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer.checkpoints, "finish", fill)
        try:
            with pytest.raises(
                checkpoints.NoSpaceError,
                match=r"checkpoint-4: could not be written .* last whole one is .*checkpoint-2",
            ):
                train(*words, "--out", out)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.name for path in checkpoints.complete(out / "1-reasoning")] == ["checkpoint-2"]
    assert train(*words, "--out", out) == 0
    assert differing(out, uninterrupted) == set()


def test_a_stream_that_breaks_off_goes_on(tmp_path, model, data):
    words = [
        "--model",
        model,
        "--dataset",
        data,
        "--streaming",
        "--stages",
        "alignment",
        "--steps",
        6,
        "--save-every",
        2,
        "--learning-rate",
        1e-2,
    ]
    assert train(*words, "--out", tmp_path / "whole") == 0
    from skeletonllm_hf.training import sources

    decode, rows = sources.decode, []

    def breaking(row):
        rows.append(row)
        if len(rows) == 18:
            raise ConnectionError("the connection was lost")
        return decode(row)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "decode", breaking)
        with pytest.raises(ConnectionError):
            train(*words, "--out", tmp_path / "run")
    assert checkpoints.complete(tmp_path / "run" / "1-alignment")
    assert train(*words, "--out", tmp_path / "run") == 0
    assert differing(tmp_path / "run", tmp_path / "whole") == set()


def test_numbers_that_break_stop_it(tmp_path, model, data):
    from skeletonllm_hf.training.trainer import BrokenNumbersError

    out = tmp_path / "run"
    with pytest.raises(
        BrokenNumbersError,
        match=r"stage alignment: .*\b(nan|inf)\b.* at step \d+: its batch is in",
    ):
        train(
            "--model",
            model,
            "--dataset",
            data,
            "--out",
            out,
            "--stages",
            "alignment",
            "--steps",
            40,
            "--learning-rate",
            1e30,
        )
    (folder,) = (out / "1-alignment").glob("broken-batch-*")
    clips = json.loads((folder / "clips.json").read_text())
    assert len(clips) == 4 and all(
        clip["id"].startswith("clips/") and "What is the action?" in clip["text"] for clip in clips
    )
    assert checkpoints.read_tensors(folder / "inputs.safetensors")["joints"].shape[0] == 4
    assert not (out / "final").exists()


def test_confusions_of_the_model_are_the_wrong_answers(tmp_path, model, data):
    out = tmp_path / "run"
    words = [
        "--model",
        model,
        "--dataset",
        data,
        "--out",
        out,
        "--stages",
        "discrimination",
        "--steps",
        1,
        "--negatives",
        "confusions",
    ]
    assert train(*words) == 0
    table = json.loads((out / "1-discrimination" / "neighbours-0.json").read_text())
    assert set(table) == set(LABELS) and all(set(others) == set(LABELS) - {label} for label, others in table.items())


def test_short_numbers_checkpointing_workers_and_pictures(tmp_path, model, data):
    tensorboard = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", reason="tensorboard is not installed"
    )
    short, processor = checkpoints.load_model(model)
    short.to(torch.bfloat16).save_pretrained(tmp_path / "short")
    processor.save_pretrained(tmp_path / "short")
    out = tmp_path / "run"
    words = ["--model", tmp_path / "short", "--dataset", data, "--out", out, "--stages", "refinement", "--steps", 2, "--log-every", 1,
             "--precision", "bfloat16", "--checkpointing", "--workers", 1, "--group-by-length", "--pictures-every", 2]  # fmt: skip
    assert train(*words, "--log", "tensorboard", "--mix", "rationale=1", "--teacher", "kinematic") == 0
    assert {t.dtype for name, t in weights(out / "final").items() if "language_model" in name} == {torch.bfloat16}
    assert weights(out / "final")["renderer.features"].dtype == torch.float32
    from PIL import Image

    pictures = sorted((out / "1-refinement" / "frames").glob("*.png"))
    assert [path.name[:11] for path in pictures] == ["step-000000"] * 2 + ["step-000002"] * 2
    assert max(Image.open(pictures[0]).convert("L").getextrema()) > 0
    (folder,) = (out / "1-refinement").rglob("events.out.tfevents*")
    events = tensorboard.EventAccumulator(str(folder.parent), size_guidance={"images": 0}).Reload()
    assert [event.step for event in events.Images("frames/0")] == [0, 2]
    assert [event.step for event in events.Scalars("train/loss")] == [1, 2]


def test_what_is_refused(tmp_path, model, data, capsys):
    words = ["--model", model, "--dataset", data, "--stages", "alignment", "--steps", 1]
    out = tmp_path / "run"
    assert train(*words, "--out", out) == 0
    with pytest.raises(ValueError, match=r"holds a run with other settings \(seed\)"):
        train(*words, "--out", out, "--seed", 1)
    for wrong in (tmp_path / "nowhere", tmp_path):
        elsewhere = [
            "--model",
            model,
            "--dataset",
            wrong,
            "--stages",
            "alignment",
            "--steps",
            1,
            "--out",
            tmp_path / "again",
        ]
        with pytest.raises(
            ValueError, match=r"expected a (dataset as `skeletonllm data build` writes|folder with parquet files)"
        ):
            train(*elsewhere)
    assert (tmp_path / "again" / "run.json").is_file()
    (tmp_path / "again" / "data" / "clips").mkdir(parents=True)  # as it is built of a folder with a labels.csv
    assert train(*words, "--out", tmp_path / "again") == 0  # nothing had been done by the settings before
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    with pytest.raises(ValueError, match=r"full: expected a new or empty folder"):
        train(*words, "--out", tmp_path / "full")
    with pytest.raises(ValueError, match=r"teacher: expected kinematic, got 'nobody'"):
        train(
            "--model", model, "--dataset", data, "--stages", "reasoning", "--teacher", "nobody", "--out", tmp_path / "b"
        )
    with pytest.raises(ValueError, match=r"steps: expected a number with streaming"):
        train("--model", model, "--dataset", data, "--stages", "alignment", "--streaming", "--out", tmp_path / "c")
    for wrong in (
        ["--stages", "warmup"],
        ["--replay-share", 1],
        ["--mix", "quiz=1"],
        ["--epochs", -1],
        ["--log", "wandb"],
        ["--average", 2],
        ["--teacher-url", "http://127.0.0.1:9/v1"],
    ):
        with pytest.raises(SystemExit) as stopped:
            train(*words, "--out", out, *wrong)
        assert stopped.value.code == 2
    assert "error: --log: expected some of ['tensorboard', 'trackio'], got ['wandb']" in (
        said := capsys.readouterr().err
    )
    assert "error: --teacher-url: expected it with --teacher-model, the model's name there" in said


def test_plain_text_beside_the_clips_keeps_the_language(tmp_path, model, data):
    from skeletonllm_hf.training import plain

    settings = ["--model", model, "--dataset", data, "--stages", "refinement", "--steps", 8, "--learning-rate", 3e-2, "--log-every", 1]  # fmt: skip
    for share in (0, 2):
        assert train(*settings, "--plain", share, "--out", tmp_path / str(share)) == 0
    assert not (tmp_path / "0" / "plain.json").exists()
    texts = json.loads((tmp_path / "2" / "plain.json").read_text())
    assert len(set(texts)) > 100 and all(text.strip() for text in texts)
    before, alone, beside = (
        plain.perplexity(*checkpoints.load_model(folder), texts)
        for folder in (model, tmp_path / "0" / "final", tmp_path / "2" / "final")
    )
    assert beside < before < alone


def test_clips_come_near_to_their_words(tmp_path, model, data):
    settings = ["--model", model, "--dataset", data, "--stages", "words", "--steps", 30, "--batch", 6, "--log-every", 1]
    assert train(*settings, "--out", tmp_path / "run") == 0
    found = losses(tmp_path / "run")
    assert sum(found[-5:]) < 0.9 * sum(found[:5])
    before, after = weights(model), weights(tmp_path / "run" / "final")
    parts = {name.split(".")[0] if name.startswith("renderer") else name.split(".")[1] for name in before if (before[name] != after[name]).any()}  # fmt: skip
    assert parts == {"renderer", "multi_modal_projector"}


def test_a_killed_run_with_plain_text_goes_on_to_the_same_weights(tmp_path, model, data):
    words = ["--model", model, "--dataset", data, "--stages", "words,reasoning", "--steps", 4, "--batch", 4, "--plain", 0.5, "--save-every", 1]  # fmt: skip
    assert train(*words, "--out", tmp_path / "whole") == 0
    out = tmp_path / "killed"
    process = command(*words, "--out", out)
    while not (out / "2-reasoning" / "checkpoint-2" / checkpoints.MARK).is_file() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert train(*words, "--out", out) == 0
    assert differing(tmp_path / "whole", out) == set()
