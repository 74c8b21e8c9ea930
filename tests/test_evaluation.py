"""Evaluating a model: the report's figures against ones worked out by hand, resumed, shared among processes, and from the command line."""

import json
import os
import subprocess

import numpy as np
import pytest
import torch
from preloaded import python

from skeletonllm_hf.answering.digest import model_digest
from skeletonllm_hf.cli.main import main
from skeletonllm_hf.data import encode, features
from skeletonllm_hf.evaluation import (
    SUITES,
    Condition,
    Settings,
    accuracy,
    evaluate,
    free_questions,
    from_rows,
    load_test,
    markdown,
    predictions,
    run_suite,
    suite_markdown,
)  # fmt: skip
from skeletonllm_hf.evaluation.clips import TestClip, TestSet
from skeletonllm_hf.evaluation.confusion_picture import confusion_picture
from skeletonllm_hf.evaluation.scoring import likelihoods, written
from skeletonllm_hf.evaluation.statistics import calibration_error
from skeletonllm_hf.evaluation.work import Records, Work
from skeletonllm_hf.model.prompts import recognition_prompt
from skeletonllm_hf.synthetic import generate, generate_with_truth

LABELS = ("high wave", "walk", "squat")


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    import datasets

    before = datasets.config.HF_DATASETS_CACHE
    datasets.config.HF_DATASETS_CACHE = tmp_path_factory.mktemp("cache")
    datasets.disable_progress_bars()
    yield
    datasets.config.HF_DATASETS_CACHE = before


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """The random model never stops writing by itself: a few tokens are enough."""
    longest = dict.fromkeys(("generation", "caption", "question"), 3)
    monkeypatch.setattr("skeletonllm_hf.evaluation.work.LONGEST", longest)


@pytest.fixture(scope="module")
def tests():
    """Six clips of three labels with two questions each; one more without a label."""
    clips = []
    for number in range(6):
        name = LABELS[number % 3]
        sequence, truth = generate_with_truth(name, seed=number)
        sequence = sequence.replace(questions=sequence.questions[:2])
        clips.append(TestClip(f"clip {number}", "mine", sequence, name, truth))
    sequence, truth = generate_with_truth("kicking", seed=9)
    sequence = sequence.replace(questions=sequence.questions[:2])
    clips.append(TestClip("two people", "mine", sequence, None, truth))
    return TestSet("mine", None, tuple(clips), (*sorted(LABELS), "zebra dance"), 7)


def test_scores_are_those_of_recognize(tiny, tests):
    model, processor = tiny
    model.train()
    clips = [clip.sequence for clip in tests.clips[:5]]
    scores = likelihoods(model, processor, clips, tests.candidates, batch=2)
    assert model.training and scores.shape == (5, 4) and not scores.requires_grad
    model.eval()
    for clip, row in zip(clips, scores, strict=True):
        found = model.recognize(processor, clip, list(tests.candidates), calibrate="none")
        expected = dict(zip(tests.candidates, row.tolist(), strict=True))
        assert dict(zip(found.labels, found.log_likelihoods, strict=True)) == pytest.approx(expected, abs=1e-4)
    best = predictions(model, processor, clips, tests.candidates)
    assert best == [tests.candidates[i] for i in scores.argmax(1)]
    assert accuracy(model, processor, clips, best, tests.candidates) == 1.0
    wrong = [tests.candidates[tests.candidates.index(name) - 1] for name in best[:2]] + best[2:]
    assert accuracy(model, processor, clips, wrong, tests.candidates) == pytest.approx(0.6)
    with pytest.raises(ValueError, match="no candidates"):
        accuracy(model, processor, clips, ["fly"] * 5, tests.candidates)
    with pytest.raises(ValueError, match="a label each"):
        accuracy(model, processor, clips, [])


def test_what_is_written_in_a_batch_is_what_is_written_alone(tiny, tests):
    model, processor = tiny
    clips = [clip.sequence for clip in tests.clips[:3]]
    questions = ["What?", "Which hand does the person use, and how often, please?", "Describe the motion."]
    together = written(model, processor, clips, questions, max_new_tokens=6)
    assert together == [
        model.ask(processor, clip, question, max_new_tokens=6) for clip, question in zip(clips, questions, strict=True)
    ]


def test_the_report_counts_what_the_answers_say(tiny, tests):
    model, processor = tiny
    conditions = (Condition.parse("dropout=0.3"), Condition.parse("renderer=fixed"))
    settings = Settings(("recognition", "generation", "caption", "question"), conditions, calibrate="none")
    report = evaluate(model, processor, tests, settings=settings)
    clips = tests.clips[:6]
    best = predictions(model, processor, [clip.sequence for clip in clips], tests.candidates)
    right = sum(name == clip.label for name, clip in zip(best, clips, strict=True))
    found = report["recognition"]
    assert (found["top1"]["right"], found["top1"]["count"]) == (right, 6)
    assert found["top5"]["percent"] == 100.0 and found["by_people"]["1"]["count"] == 6
    assert sum(item["count"] for item in found["confusions"]) == 6 and set(found["classes"]) == set(LABELS)
    recalls = [value["recall"]["percent"] for value in found["classes"].values()]
    assert found["mean_class"] == pytest.approx(np.mean(recalls))
    lost = [conditions[0].apply(clip.sequence, clip.id) for clip in clips]
    names = predictions(model, processor, lost, tests.candidates)
    dropout = found["conditions"][0]
    assert dropout["top1"]["right"] == sum(name == clip.label for name, clip in zip(names, clips, strict=True))
    assert dropout["change"] == pytest.approx(dropout["top1"]["percent"] - found["top1"]["percent"])
    assert found["conditions"][1]["published"]["SkeletonLLM"] == 58.77
    assert report["generation"]["top1"]["count"] == 6
    assert report["captions"]["clips"] == 7 and report["captions"]["facts"]["all"] is not None
    assert report["questions"]["exact"]["count"] == sum(len(clip.sequence.questions) for clip in tests.clips)
    kinds = report["questions"]["kinds"].values()
    assert sum(kind["count"] for kind in kinds) == report["questions"]["normalized"]["count"]
    json.dumps(report, allow_nan=False)
    text = markdown(report)
    parts = (
        "## Recognition",
        "published: SkeletonLLM",
        "dropout=0.3",
        "## Captions",
        "| limb |",
        "## Questions",
        "unparsable %",
    )
    assert [part for part in parts if part not in text] == []
    picture = confusion_picture(report)
    assert picture.width == picture.height > 100 and len(picture.getcolors(10_000)) > 3


def test_right_answers_make_a_hundred_percent(tiny, tests, tmp_path, monkeypatch):
    model, processor = tiny
    settings = Settings(("recognition", "generation", "caption", "question"))
    asked = []

    def ask(self, items, candidates):
        asked.append(items[0].task)
        answers = {"caption": lambda i: i.clip.sequence.captions[0], "question": lambda i: i.answer.upper()}
        return [
            {"answer": answers.get(i.task, lambda i: i.clip.label)(i), "rank": 1, "share": 1.0, "top": 1.0, "text": ""}
            for i in items
        ]

    monkeypatch.setattr(Work, "_ask", ask)
    report = evaluate(model, processor, tests, settings=settings, out=tmp_path)
    assert report["recognition"]["top1"]["percent"] == report["generation"]["top1"]["percent"] == 100.0
    assert report["captions"]["bleu4"] == pytest.approx(100.0) and report["captions"]["rouge_l"] == pytest.approx(100.0)
    assert report["captions"]["facts"]["all"]["all_right"]["percent"] == 100.0
    assert report["questions"]["normalized"]["percent"] == 100.0 and report["questions"]["exact"]["percent"] < 100.0


def test_a_stopped_run_goes_on(tiny, tests, tmp_path, monkeypatch):
    model, processor = tiny
    settings = Settings(batch=1)
    whole = evaluate(model, processor, tests, settings=settings)
    real, calls = Work._ask, []

    def dies(self, items, candidates):
        if calls:
            raise KeyboardInterrupt
        calls.append(len(items))
        return real(self, items[:2], candidates) if len(items) == 2 else real(self, items, candidates)

    monkeypatch.setattr("skeletonllm_hf.evaluation.work._STEP", 2)
    monkeypatch.setattr(Work, "_ask", dies)
    with pytest.raises(KeyboardInterrupt):
        evaluate(model, processor, tests, settings=settings, out=tmp_path)
    (path,) = tmp_path.glob("records-*.jsonl")
    with open(path, "a", encoding="utf-8") as stream:
        stream.write('{"key": "hal')
    asked = []

    def counts(self, items, candidates):
        asked.extend(items)
        return real(self, items, candidates)

    monkeypatch.setattr(Work, "_ask", counts)
    again = evaluate(model, processor, tests, settings=settings, out=tmp_path)
    assert len(asked) == 4
    without_time = lambda report: {**report["recognition"], "seconds_per_clip": None}  # noqa: E731
    assert without_time(again) == without_time(whole)
    evaluate(model, processor, tests, settings=settings, out=tmp_path)
    assert len(asked) == 4
    with torch.no_grad():
        next(model.mllm.parameters()).add_(0.01)
    evaluate(model, processor, tests, settings=settings, out=tmp_path)  # another model's answers are not these
    assert len(asked) == 10


def test_records_are_read_or_refused(tmp_path, tiny):
    records = Records(tmp_path, rank=3)
    records.add([{"key": "a", "answer": "one"}])
    Records(tmp_path, rank=0).add([{"key": "b", "answer": "zwei"}])
    assert "b" not in records
    records.reload()
    assert records["b"]["answer"] == "zwei" and "a" in Records(tmp_path)
    (tmp_path / "records-007.jsonl").write_text("nonsense\n{}\n")
    with pytest.raises(ValueError, match=r"records-007.jsonl: line 1: expected a record"):
        Records(tmp_path)
    digests = [model_digest(*tiny)]
    tiny[0].config.drop_background = not tiny[0].config.drop_background
    digests.append(model_digest(*tiny))  # answers hang on the settings too
    tiny[1].heading = "keep" if tiny[1].heading == "face" else "face"
    digests.append(model_digest(*tiny))
    assert len(set(digests)) == 3


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with a dataset of our schema: three labels, three subjects, the third tested; one label is never tested."""
    from datasets import Dataset

    root = tmp_path_factory.mktemp("built")
    rows = []
    for number in range(9):
        name = (*LABELS, "bow")[3 if number == 0 else number % 3]
        split = "test" if number % 3 == 2 or number > 6 else "train"
        clip = generate(name, seed=number).replace(label=name)
        rows.append(encode(clip, id=f"clip {number}", dataset="mine", subject=number % 3, keys={"split": split}))
    (root / "mine" / "data").mkdir(parents=True)
    for part in ("train", "test"):
        some = [row for row in rows if json.loads(row["keys"])["split"] == part]
        path = root / "mine" / "data" / f"{part}-00000-of-00001.parquet"
        Dataset.from_list(some, features=features()).to_parquet(path)
    return root / "mine"


def test_clips_and_candidates_of_a_dataset(built):
    tests = load_test(built)
    assert tests.dataset == "mine" and tests.protocol.name == "split" and tests.total == len(tests.clips) == 4
    assert tests.candidates == ("bow", "high wave", "squat", "walk")  # bow is never tested, but may be answered
    assert [clip.id for clip in load_test(built, most=2).clips] == [tests.clips[0].id, tests.clips[2].id]
    with pytest.raises(ValueError, match="protocol"):
        load_test(built, "nothing")
    with pytest.raises(ValueError, match="most"):
        load_test(built, most=0)
    with pytest.raises(ValueError, match="expected clips to test"):
        from_rows([])
    with pytest.raises(ValueError, match="have none"):
        load_test("synthetic", "split")


def test_rows_are_tested_as_they_come(tiny, built):
    from skeletonllm_hf.data import open_dataset

    model, processor = tiny
    report = evaluate(model, processor, open_dataset(built, "test"))
    assert report["clips"] == 4 and report["recognition"]["top1"]["count"] == 4


def test_settings_that_make_no_sense():
    for change in (
        {"tasks": ("dance",)},
        {"tasks": ()},
        {"batch": 0},
        {"tasks": ("caption",), "conditions": (Condition("people", 1),)},
    ):
        with pytest.raises(ValueError, match=r"tasks|batch|conditions"):
            Settings(**change)


@pytest.fixture(scope="module")
def saved(_tiny, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    _tiny[0].save_pretrained(folder)
    _tiny[1].save_pretrained(folder)
    return folder


def test_command(saved, built, tmp_path, capsys):
    command = ["evaluate", "--model", str(saved), "--dataset", str(built), "--out", str(tmp_path), "--device", "cpu"]
    options = [
        "--tasks",
        "recognition,question",
        "--conditions",
        "joints=17",
        "--cross-format",
        "smpl_22",
        "--clips",
        "2",
    ]
    assert main([*command, *options]) == 0
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert [item["condition"] for item in report["recognition"]["conditions"]] == ["joints=17", "layout=smpl_22"]
    assert "generation" not in report and report["clips"] == 2
    text = (tmp_path / "report.md").read_text("utf-8")
    assert capsys.readouterr().out.strip() == text.strip() and (tmp_path / "confusion.png").stat().st_size > 500
    assert main([*command, "--tasks", "recognition", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["recognition"]["top1"]["count"] == 4
    for wrong in (
        ["evaluate"], ["evaluate", "--dataset", "d", "--suite", "floors"], ["evaluate", "--dataset", "d", "--tasks", "dance"],
        ["evaluate", "--dataset", "d", "--conditions", "dropout=7"], ["evaluate", "--suite", "floors"], ["evaluate", "--dataset", "d", "--data", "x"],
        ["evaluate", "--suite", "floors", "--protocol", "p"], ["evaluate", "--dataset", "d", "--tasks", "caption", "--robustness"],
    ):  # fmt: skip
        with pytest.raises(SystemExit) as stop:
            main(wrong)
        assert stop.value.code == 2, wrong


def test_two_processes_share_the_work(saved, built, tmp_path):
    pytest.importorskip("accelerate")
    two = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "-m", "skeletonllm_hf"]
    options = ["--tasks", "recognition", "--calibrate", "none", "--device", "cpu", "--json", "--out"]
    command = ["evaluate", "--model", str(saved), "--dataset", str(built), *options]
    environment = {**os.environ, "HF_DATASETS_CACHE": str(tmp_path / "cache"), "OMP_NUM_THREADS": "1"} | {
        "PYTHON_EXEC": python(transformers=True)
    }
    command_of_two = [python(transformers=True), *two, *command, str(tmp_path / "out")]
    run = subprocess.run(command_of_two, capture_output=True, text=True, env=environment, timeout=300)
    assert run.returncode == 0, run.stderr[-2000:]
    report = json.loads(run.stdout)
    assert len(list((tmp_path / "out").glob("records-*.jsonl"))) == 2
    lines = [path.read_text().count("\n") for path in (tmp_path / "out").glob("records-*.jsonl")]
    assert lines == [2, 2]
    alone = tmp_path / "alone"
    assert main([*command, str(alone)]) == 0
    once = json.loads((alone / "report.json").read_text("utf-8"))
    assert report["recognition"]["confusions"] == once["recognition"]["confusions"] and report["model"] == once["model"]


def test_several_processes_need_a_folder(tiny, tests, monkeypatch):
    from skeletonllm_hf.evaluation.work import World

    monkeypatch.setattr(World, "here", classmethod(lambda cls: cls(0, 2)))
    with pytest.raises(ValueError, match="several processes need a folder"):
        evaluate(*tiny, tests)


def test_floors(tiny, tmp_path, monkeypatch, capsys):
    """The suite on one small dataset: what is missing is said to be, and losses are those of the reports."""
    from datasets import Dataset

    model, processor = tiny
    folder = tmp_path / "built" / "msr_action3d" / "data"
    folder.mkdir(parents=True)
    names = ("forward punch", "hand clap", "side kick", "pick up and throw", "forward punch", "bend")
    clips = [generate("forward punch", seed=n).replace(label=name) for n, name in enumerate(names)]
    common = {"dataset": "msr_action3d", "keys": {}}
    rows = [encode(clip, id=f"{n}", subject=1 + n % 2, **common) for n, clip in enumerate(clips)]
    for part in ("train", "test"):
        some = [row for row in rows if (row["subject"] == "1") == (part == "train")]
        Dataset.from_list(some, features=features()).to_parquet(folder / f"{part}-00000-of-00001.parquet")
    load, options = lambda: (model, processor), {"layouts": ("smpl_22",), "most": 4}
    result = run_suite(SUITES["floors"], load, tmp_path / "built", tmp_path / "out", untaught=load, **options)
    rows = {row["test"]: row for row in result["rows"]}
    msr = rows["MSR-Action3D, cross-subject, 20 candidates"]
    report = result["reports"]["msr_action3d/cross_subject"]["recognition"]
    assert msr["value"] == report["top1"]["percent"] and msr["passed"] is (msr["value"] >= 86)
    assert rows["UTKinect, subjects 6-10 held out, 10 candidates"]["passed"] is None
    zero = result["reports"]["zero-shot"]
    assert len(zero["candidates"]) == 4 and zero["clips"] == 4
    lost = rows["converted to smpl_22: MSR-Action3D"]
    assert lost["value"] == pytest.approx(-report["conditions"][0]["change"])
    assert {"joint dropout 30 %", "noise 5 cm", "questions on synthetic truth"} <= set(rows)
    text = suite_markdown(result)
    assert "not measured" in text and "no dataset" in text
    nowhere = ["--data", str(tmp_path / "nowhere"), "--out", str(tmp_path / "x")]
    assert main(["evaluate", "--suite", "floors", *nowhere]) == 1
    assert "expected a folder with built datasets" in capsys.readouterr().err


def test_open_suite(tiny, tmp_path, monkeypatch):
    """What is missing is said to be; the synthetic tests run, with a few of the questions."""
    for name in ("QUESTIONS", "ANSWERABLE"):
        monkeypatch.setattr(free_questions, name, getattr(free_questions, name)[:5])
    (tmp_path / "built").mkdir()
    result = run_suite(SUITES["open"], lambda: tiny, tmp_path / "built", tmp_path / "out", most=1, calibrate="none")
    rows = {row["test"]: row for row in result["rows"]}
    assert rows["never taught: HDM05, 11 bare labels, official test part"]["note"] == "needs a model that never saw it"
    assert rows["UTKinect, subjects 6-10 held out, 10 candidates"]["note"].startswith("no dataset")
    refused = rows["questions that motion cannot answer are refused"]
    assert refused["value"] == result["reports"]["refusals"]["refused"]["percent"]
    assert rows["questions on synthetic truth"]["value"] is not None


def test_calibration_error_is_the_gap_between_probability_and_truth():
    assert calibration_error([0.95, 0.95], [True, True]) == pytest.approx(5.0)
    assert calibration_error([0.95, 0.95, 0.25, 0.25], [True, False, False, True]) == pytest.approx(35.0)


def test_calibration_by_the_set_waits_for_all_clips(tiny, tests, tmp_path):
    model, processor = tiny
    clips = tests.clips[:6]  # the seventh has no label
    scores = likelihoods(model, processor, [clip.sequence for clip in clips], tests.candidates)
    best = [tests.candidates[i] for i in (scores - scores.mean(0)).argmax(1).tolist()]
    by_set = Settings(calibrate="set", batch=4)
    report = evaluate(model, processor, tests, settings=by_set, out=tmp_path)
    assert report["recognition"]["top1"]["right"] == sum(a == clip.label for a, clip in zip(best, clips, strict=True))
    assert report["recognition"]["calibrate"] == "set"
    assert report == evaluate(model, processor, tests, settings=by_set, out=tmp_path)  # from the records
    for calibrate in ("none", "prior"):  # answers of their own
        evaluate(model, processor, tests, settings=Settings(calibrate=calibrate), out=tmp_path)
    records = [json.loads(line) for path in tmp_path.glob("*.jsonl") for line in path.read_text().splitlines()]
    assert len({record["key"] for record in records}) == len(records) == 18
    with pytest.raises(ValueError, match="calibrate: expected one of none, prior, set"):
        Settings(calibrate="test")


def test_prompts_are_those_of_inference(tiny, tests):
    model, processor = tiny
    processor.list_candidates = True
    listed = likelihoods(model, processor, [tests.clips[0].sequence], tests.candidates)
    found = model.recognize(processor, tests.clips[0].sequence, list(tests.candidates), calibrate="none")
    assert found.label == tests.candidates[int(listed.argmax())]
    assert recognition_prompt(tests.candidates) != recognition_prompt()
