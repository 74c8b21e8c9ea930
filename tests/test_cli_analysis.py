"""`skeletonllm explain`, `segment` and `compare`."""

import json

import pytest
from PIL import Image

from skeletonllm_hf.analysis import find_segments
from skeletonllm_hf.analysis.comparison import Comparison, Side
from skeletonllm_hf.cli.segment import clock
from skeletonllm_hf.readers import save_npz
from skeletonllm_hf.synthetic import EXACT, generate


@pytest.fixture(scope="module")
def model(_tiny, tmp_path_factory) -> str:
    """The folder of a model with random weights, which sees four frames, and labels of its own."""
    folder = tmp_path_factory.mktemp("model")
    _tiny[0].save_pretrained(folder)
    _tiny[1].save_pretrained(folder)
    values = json.loads((folder / "processor_config.json").read_text())
    (folder / "processor_config.json").write_text(json.dumps(values | {"num_frames": 4}))
    (folder / "labels.json").write_text('["wave", "walk"]')
    return str(folder)


@pytest.fixture
def run(command, monkeypatch, tmp_path):
    """Runs the command in a folder with two clips -> (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    save_npz(generate("wave right hand", seed=3, options=EXACT), "wave.npz")
    save_npz(generate("walk", seed=3, options=EXACT), "walk.npz")
    return command


def test_explain_draws_and_tells(run, model, tmp_path):
    code, out, _ = run(
        "explain",
        "wave.npz",
        "--model",
        model,
        "--answer",
        "wave",
        "--question",
        "What is it?",
        "--out",
        "why.png",
        "--json",
    )
    assert code == 0
    values = json.loads(out)
    assert (
        values["answer"] == "wave"
        and values["question"] == "What is it?"
        and set(values["limbs"]) >= {"head", "left arm"}
    )
    assert Image.open(tmp_path / values["picture"]).width > 600


def test_explain_takes_the_models_own_label(run, model, tmp_path):
    code, out, _ = run("explain", "wave.npz", "--model", model, "--contrast")
    assert code == 0 and out.splitlines()[0] in ("wave", "walk")
    assert (tmp_path / "out" / "wave_why.png").exists() and "wave_why.png" in out


def test_segment_prints_what_the_library_finds(run, model, _tiny):
    code, out, _ = run("segment", "walk.npz", "--model", model, "--window", "1", "--stride", "0.5", "--json")
    assert code == 0
    values = json.loads(out)
    processor = _tiny[1]
    before, processor.num_frames = processor.num_frames, 4
    found = find_segments(_tiny[0], processor, "walk.npz", ["wave", "walk"], window=1.0, stride=0.5)
    processor.num_frames = before
    assert [part["label"] for part in values["segments"]] == [part.label for part in found]
    assert values["segments"][-1]["end"] == pytest.approx(generate("walk", seed=3, options=EXACT).seconds)
    code, out, _ = run("segment", "walk.npz", "--model", model, "--labels", "walk")
    assert code == 0 and out.startswith("0:00.0 - 0:0") and out.rstrip().endswith("walk")


def test_clock():
    assert [clock(seconds) for seconds in (0.0, 75.46, 59.96, 600.0)] == ["0:00.0", "1:15.5", "1:00.0", "10:00.0"]


def test_compare_tells_what_differs(run, model):
    code, out, _ = run("compare", "wave.npz", "walk.npz", "--model", model)
    assert code == 0 and out.startswith("1. wave.npz: ") and "leave the place" in out
    code, out, _ = run("compare", "wave.npz", "wave.npz", "--model", model, "--labels", "wave", "--json")
    values = json.loads(out)
    assert code == 0 and values["files"] == ["wave.npz"] * 2 and values["differences"] == []


def test_compare_marks_doubtful_labels(run, model, monkeypatch):
    sides = (Side("", "A person waves.", "wave", 0.2, (), unsure=True), Side("", "A person walks.", "walk", 0.9, ()))
    monkeypatch.setattr("skeletonllm_hf.analysis.comparison.compare_answers", lambda *_: Comparison(*sides, ()))
    code, out, _ = run("compare", "wave.npz", "walk.npz", "--model", model)
    assert code == 0 and "1. wave.npz: wave (0.200, not sure). A person" in out and "walk (0.900). A person" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["explain", "wave.npz", "--question", "Which?", "--labels", "a,b"], "--question"),
        (["explain", "wave.npz", "--answer", " "], "--answer: expected some words"),
        (["explain", "wave.npz", "walk.npz", "--out", "one.png"], "expected a folder"),
        (["segment", "walk.npz", "--window", "1", "--stride", "2"], "0 < STRIDE <= WINDOW"),
        (["segment", "walk.npz", "--labels", "a,a"], "repeated"),
        (["compare", "wave.npz"], "arguments are required"),
        (["compare", "wave.npz", "walk.npz", "--endpoint", "http://localhost:1/v1", "--model", "m", "--labels", "a"], "--labels: cannot be combined with --endpoint"),
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_two(run, arguments, message):
    code, _, err = run(*arguments)
    assert code == 2 and message in err


def test_a_broken_file_ends_with_one(run, model, tmp_path):
    (tmp_path / "bad.npz").write_bytes(b"nonsense")
    code, _, err = run("compare", "wave.npz", "bad.npz", "--model", model)
    assert code == 1 and "bad.npz" in err
