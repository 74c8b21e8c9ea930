from __future__ import annotations

import argparse
import importlib
import json
import os
import pickle
import subprocess
import sys
import warnings
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import skeletonllm_hf
from skeletonllm_hf.cli import options
from skeletonllm_hf.cli.main import COMMANDS
from skeletonllm_hf.readers import save_npz
from skeletonllm_hf.synthetic import EXACT, generate

LABELS = ["wave", "walk", "sit down"]


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("clips") / "wave.npz"
    save_npz(generate("high wave", seed=3, options=EXACT), path)
    return str(path)


@pytest.fixture(scope="module")
def model(_tiny, tmp_path_factory) -> str:
    """The folder of a model with random weights, and labels of its own."""
    folder = tmp_path_factory.mktemp("model")
    for part in _tiny:
        part.save_pretrained(folder)
    (folder / "labels.json").write_text(json.dumps(LABELS))
    return str(folder)


@pytest.fixture
def run(command, monkeypatch, tmp_path):
    """Runs the command in an empty folder -> (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    return command


# ---- the command itself


def test_help_names_every_command_and_the_exit_codes(run):
    code, out, _ = run("--help")
    assert code == 0 and "exit codes" in out
    assert all(module.NAME in out and module.HELP in out for module in COMMANDS)


@pytest.mark.parametrize("name", [module.NAME for module in COMMANDS])
def test_every_command_has_help(run, name):
    code, out, _ = run(name, "--help")
    assert code == 0 and f"usage: skeletonllm {name}" in out and "--debug" in out


def test_an_unknown_option_is_told_with_the_usage_of_its_command(run):
    code, _, err = run("recognize", "clip.json", "--bogus", "--up", "-y")
    assert code == 2 and "usage: skeletonllm recognize" in err and "unrecognized arguments: --bogus\n" in err


def test_as_a_process_of_its_own(clip):
    script = Path(sys.executable).with_name("skeletonllm")
    command = [str(script)] if script.exists() else [sys.executable, "-m", "skeletonllm_hf"]
    done = subprocess.run(
        [*command, "inspect", clip, "--json"], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["facts"]["layout"]["value"] == "kinect_v2"


@pytest.mark.parametrize(("name", "ending"), [("batch", ": the same command goes on"), ("formats", "")])
def test_an_interruption_is_told(run, monkeypatch, name, ending):
    def interrupted(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(importlib.import_module(f"skeletonllm_hf.cli.{name}"), "run", interrupted)
    code, out, err = run(name, *(["--dataset", "x", "--task", "caption", "--out", "y"] if name == "batch" else []))
    assert code == 130 and out == "" and err.splitlines()[-1] == f"skeletonllm {name}: interrupted{ending}"


@pytest.mark.parametrize(
    ("words", "rank", "first"),
    [
        (["caption", "CLIP", "--model", "no/such"], "0", "Loading no/such ..."),
        (["caption", "CLIP", "--endpoint", "http://127.0.0.1:9/v1", "--model", "m"], "0", "Loading libraries ..."),
        (["data", "info"], "0", "Loading libraries ..."),
        (["data", "info"], "1", ""),
        (["caption", "CLIP", "--server", "http://127.0.0.1:9"], "0", ""),
        (["inspect", "CLIP"], "0", ""),
    ],
)
def test_slow_commands_say_at_once_what_they_do(run, clip, monkeypatch, words, rank, first):
    monkeypatch.setenv("RANK", rank)
    monkeypatch.setattr(importlib.import_module(f"skeletonllm_hf.cli.{words[0]}"), "run", lambda arguments: 0)
    code, _, err = run(*(clip if word == "CLIP" else word for word in words))
    assert code == 0 and err == (f"{first}\n" if first else "")


def test_a_warning_is_a_line(run, monkeypatch, recwarn):
    def work(arguments):
        warnings.warn("no room in the cache", stacklevel=1)
        return 0

    monkeypatch.setattr(importlib.import_module("skeletonllm_hf.cli.formats"), "run", work)
    assert run("formats") == (0, "", "skeletonllm: warning: no room in the cache\n")


def test_a_cache_that_cannot_be_written_is_a_line(run, clip, model, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("SKELETONLLM_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr("skeletonllm_hf.cache._known", OrderedDict())
    code, _, err = run("recognize", clip, "--model", model, "--labels", "wave,walk")
    (line,) = {line for line in err.splitlines() if "cache" in line}
    assert code == 0 and line.startswith(
        f"skeletonllm: warning: {tmp_path / 'file' / 'cache'}: expected a folder to write to"
    )
    assert line.endswith("is not kept; SKELETONLLM_CACHE names another folder")


def test_output_that_nobody_reads_is_no_crash(clip):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "skeletonllm_hf", "inspect", clip], stdout=closed, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1 and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["recognize", "CLIP", "--label", "a,b"], "--label a,b (did you mean --labels or --labels-file?)"),
        (["evaluate", "--data-set", "synthetic"], "--data-set synthetic (did you mean --dataset?)"),
        (["train", "--dataset", "synthetic:2", "--data", "x", "--out", "o"], "--data x (did you mean --dataset?)"),
        (["data", "build", "folder", "--root", "x", "--dry", "--out", "o"], "unrecognized arguments: --dry"),
        (["inspect", "CLIP", "--xyzzy=1"], "unrecognized arguments: --xyzzy=1"),
        ([], "COMMAND"),
        (["nonsense"], "invalid choice"),
        (["inspect"], "FILE"),
        (["inspect", "CLIP", "--layout", "nonsense"], "--layout: unknown layout 'nonsense'; known: kinect_v2"),
        (["inspect", "CLIP", "--units", "miles"], "--units: expected one of"),
        (["inspect", "CLIP", "--up", "w"], "--up: expected one of"),
        (["inspect", "CLIP", "--fps", "0"], "--fps: expected a number from 0.001 to 10,000"),
        (["inspect", "CLIP", "--people", "0"], "--people: expected a whole number of at least 1"),
        (["inspect", "CLIP", "--min-confidence", "nan"], "--min-confidence: expected a number"),
        (["inspect", "CLIP", "--format", "nonsense"], "--format: expected one of ntu"),
        (["inspect", "CLIP", "CLIP", "--preview", "x.png"], "--preview: expected one FILE"),
        (["inspect", "CLIP", "--preview", "x.txt"], "ends in .png or .gif"),
        (["render", "CLIP", "CLIP", "--out", "x.gif"], "--out: expected a folder"),
        (
            ["render", "CLIP", "--out", "x.jpg"],
            "--out: expected a folder, or a file that ends in .gif or .png, got x.jpg",
        ),
        (["render", "CLIP", "--frames", "2000", "--size", "9000"], "--frames, --size: expected at most 268,435,456"),
        (["render", "CLIP", "--frames", "0"], "--frames: expected a whole number"),
        (["recognize", "CLIP", "--labels", " , "], "--labels: expected at least one label"),
        (["recognize", "CLIP", "--labels", "a,b,a"], "--labels: repeated: a"),
        (["recognize", "CLIP", "--labels", "a", "--labels-file", "b"], "not allowed with"),
        (["ask", "CLIP"], "QUESTION"),
        (["ask", "CLIP", " "], "QUESTION: expected some words"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_was_expected(run, clip, arguments, message):
    code, out, err = run(*(clip if argument == "CLIP" else argument for argument in arguments))
    assert code == 2 and out == ""
    assert message in " ".join(err.split()), err


def test_parameters_in_messages_are_told_as_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("question")
    for option in ("--teacher-url", "--teacher-model", "--steps", "--log"):
        parser.add_argument(option, dest="loggers" if option == "--log" else None)
    for text, told in (
        ("loggers: expected one", "--log: expected one"),
        ("teacher_url: expected it with teacher_model, got", "--teacher-url: expected it with --teacher-model, got"),
        ("steps, loggers: expected", "--steps, --log: expected"),
        ("question: expected one in 3 steps", "question: expected one in 3 steps"),
        ("/a/teacher_url: no such file", "/a/teacher_url: no such file"),
    ):
        assert options.named_options(parser, text) == told


# ---- files that cannot be read


def bad_file(kind: str, folder: Path) -> tuple[str, list[str]]:
    """A file that fails, and further arguments."""
    path = folder / f"{kind}.npy"
    more = []
    if kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "pickle":
        path.write_bytes(pickle.dumps({"joints": [1, 2, 3]}))
    elif kind == "pickled_array":
        np.save(path, np.array([{"joints": 1}], dtype=object), allow_pickle=True)
    elif kind == "prose":
        path.write_text("It was a dark and stormy night.")
    elif kind == "truncated":
        np.save(path, np.zeros((9, 25, 3)))
        path.write_bytes(path.read_bytes()[:200])
    elif kind == "nobody":
        np.save(path, np.full((9, 25, 3), np.nan))
    elif kind == "layout_that_does_not_fit":
        np.save(path, np.random.default_rng(0).normal(size=(9, 25, 3)))
        more = ["--layout", "coco_17"]
    elif kind == "joints_that_fit_no_layout":
        np.save(path, np.random.default_rng(0).normal(size=(9, 7, 3)))
    else:
        assert kind == "missing"
    return str(path), more


@pytest.mark.parametrize(
    "kind",
    [
        "missing",
        "folder",
        "empty",
        "pickle",
        "pickled_array",
        "prose",
        "truncated",
        "nobody",
        "layout_that_does_not_fit",
        "joints_that_fit_no_layout",
    ],
)
def test_a_file_that_cannot_be_read_ends_with_1_and_is_named(run, tmp_path, kind):
    path, more = bad_file(kind, tmp_path)
    code, out, err = run("inspect", path, *more)
    assert code == 1 and out == ""
    assert err.startswith(f"skeletonllm: error: {path}: expected ") and "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["recognize", "CLIP", "--model", "MODEL", "--labels-file", "."], ".: expected a file, found a folder"),
        (["render", "CLIP", "--model", "MODEL", "--out", "file"], "file: expected a folder, found a file"),
        (["render", "CLIP", "--model", "MODEL", "--out", "file/x"], "file/x: expected a folder above it, found a file"),
        (["convert", "CLIP", "none/x.npz"], "none/x.npz: expected a name in a folder that exists, got 'none'"),
        (["convert", "CLIP", "none/x.bvh"], "none/x.bvh: expected a name in a folder that exists, got 'none'"),
    ],
)
def test_an_error_of_the_system_names_the_users_file(run, clip, model, tmp_path, arguments, message):
    (tmp_path / "file").write_text("")
    code, _, err = run(*({"CLIP": clip, "MODEL": model}.get(argument, argument) for argument in arguments))
    assert code == 1 and err.splitlines()[-1] == f"skeletonllm: error: {message}"


def test_no_permission(run, clip, tmp_path):
    path = tmp_path / "secret.npz"
    path.write_bytes(Path(clip).read_bytes())
    path.chmod(0)
    user = os.geteuid() if hasattr(os, "geteuid") else None
    if user is None:
        pytest.skip("this system has no file permissions of the usual kind")
    assert run("inspect", clip)[0] == 0  # everything that reading needs is imported while that is allowed
    if user == 0:
        os.seteuid(65534)
    try:
        code, out, err = run("inspect", str(path))
    finally:
        os.seteuid(user)
    assert code == 1 and out == "" and f"{path}: expected" in err and "no permission" in err


def test_the_files_after_a_bad_one_are_still_read(run, clip):
    code, out, err = run("inspect", "missing.npz", clip, "--json")
    bad, good = map(json.loads, out.splitlines())
    assert code == 1
    assert bad["file"] == "missing.npz" and "no such file" in bad["error"] and set(bad) == {"file", "error"}
    assert good["file"] == clip and good["frames"] > 1
    assert "[1/2] missing.npz" in err and f"[2/2] {clip}" in err


@pytest.mark.parametrize("name", ["recognize", "caption", "ask", "explain", "segment", "render"])
def test_files_that_are_all_missing_are_named_before_a_model_is_loaded(run, monkeypatch, name):
    monkeypatch.setattr(options, "load", lambda *_, **__: 1 / 0)
    code, out, err = run(name, "none.bvh", *(["What?"] if name == "ask" else []), "--json")
    assert code == 1 and "none.bvh: expected a file that can be opened, found no such file" in err
    assert json.loads(out)["file"] == "none.bvh"


def test_a_model_that_the_hub_does_not_give_is_named(run, clip, monkeypatch):
    def refuse(*_, **__):
        raise OSError("We couldn't connect")

    monkeypatch.setattr("skeletonllm_hf.answering.loading.load", refuse)
    code, _, err = run("caption", clip, "--model", "ann/waves")
    assert code == 1 and "ann/waves: no such folder, and the Hub does not give it: We couldn't connect" in err


def test_debug_shows_where_an_error_came_from(run):
    with pytest.raises(ValueError, match="no such file"):
        run("inspect", "missing.npz", "--debug")


def test_a_broken_layout_file_is_named(run, clip, tmp_path):
    (tmp_path / "mine.json").write_text("{")
    code, _, err = run("inspect", clip, "--layout", "mine.json")
    assert code == 1 and "mine.json: expected a layout as JSON" in err


# ---- inspect


def test_formats_lists_what_is_read(run):
    from skeletonllm_hf.readers import FORMATS

    code, out, _ = run("formats")
    assert code == 0 and all(f"{name}  (" in out and reader.title in out for name, reader in FORMATS.items())
    code, out, _ = run("formats", "trc", "--json")
    assert code == 0 and json.loads(out)["extensions"] == [".trc"]
    code, _, err = run("formats", "fbx")
    assert code == 2 and "NAME: expected some of ntu, " in err


def test_messages_name_flags(run, tmp_path):
    np.save(tmp_path / "a.npy", np.random.default_rng(0).normal(size=(3, 60, 25, 2)))
    code, out, err = run("inspect", str(tmp_path / "a.npy"))
    assert code == 1 and "say what its axes are: --axes C,T,V,M or --axes N,T,V,C" in err
    code, out, _ = run("inspect", str(tmp_path / "a.npy"), "--axes", "N,T,V,C", "--layout", "openpose_25")
    assert code == 0 and "--clip 1 to --clip 2 are the others" in out and "pass --fps ... if" in out
    for wrong in (["--axes", "T,V"], ["--picture", "1280"], ["--picture", "0x3"]):
        code, _, err = run("inspect", str(tmp_path / "a.npy"), *wrong)
        assert code == 2 and f"{wrong[0]}: expected" in err


def test_inspect_says_what_a_file_holds_and_draws_it(run, clip):
    code, out, err = run("inspect", clip)
    assert code == 0 and err == ""
    assert "layout   kinect_v2" in out and "people   1, 25 joints each, 3D" in out
    assert sum(0x2800 < ord(letter) <= 0x28FF for letter in out) > 50


def test_inspect_takes_what_the_user_knows(run, tmp_path):
    joints = generate("walk", seed=1, options=EXACT).joints[:, 0]
    np.save(tmp_path / "upside.npy", joints * [1, -1, 1])
    code, out, _ = run("inspect", "upside.npy", "--up", "-y", "--units", "metres", "--fps", "20", "--json")
    facts = json.loads(out)["facts"]
    assert code == 0
    assert {name: (fact["value"], fact["how"]) for name, fact in facts.items() if fact["how"] == "given"} == {
        "up": ("-y", "given"), "units": ("metres", "given"), "fps": (20.0, "given"),
    }  # fmt: skip


def test_inspect_looks_at_one_person(run):
    clip = str(Path(skeletonllm_hf.__file__).parent / "examples" / "shaking_hands.skeleton")
    people = [json.loads(run("inspect", clip, *one, "--json")[1])["people"] for one in ([], ["--person", "2"])]
    assert people == [2, 1]
    code, _, err = run("inspect", clip, "--person", "3")
    assert code == 1 and "expected person 3, found 2 who are seen and kept" in err


def test_inspect_reads_a_layout_of_ones_own(run, tmp_path):
    layout = {"name": "worm", "joints": ["head", "middle", "tail"], "bones": [["head", "middle"], ["middle", "tail"]]}
    (tmp_path / "worm.json").write_text(json.dumps(layout))
    np.save(tmp_path / "worm.npy", np.random.default_rng(0).normal(size=(9, 3, 3)))
    code, out, _ = run("inspect", "worm.npy", "--layout", "worm.json", "--json")
    assert code == 0 and json.loads(out)["facts"]["layout"]["value"] == "worm"


@pytest.mark.parametrize(("name", "frames"), [("x.png", 1), ("x.gif", None)])
def test_inspect_draws_a_preview(run, clip, tmp_path, name, frames):
    code, out, _ = run("inspect", clip, "--preview", name)
    assert code == 0 and name in out
    with Image.open(tmp_path / name) as picture:
        assert picture.width >= 256 and getattr(picture, "n_frames", 1) >= (frames or 10)


# ---- what needs a model


def test_render_writes_an_animation_and_a_contact_sheet(run, clip, model, tmp_path):
    code, out, _ = run(
        "render", clip, clip, "--model", model, "--out", "pictures", "--frames", "5", "--size", "96", "--png"
    )
    assert code == 0 and "pictures/wave.gif" in out
    for name in ("wave", "wave_2"):
        with Image.open(tmp_path / "pictures" / f"{name}.gif") as gif:
            assert gif.n_frames == 5 and gif.size == (96, 96)
        frames = sorted((tmp_path / "pictures" / f"{name}_frames").iterdir())
        assert [frame.name for frame in frames] == [f"{number:03d}.png" for number in range(5)]
        drawn = np.asarray(Image.open(frames[2])).max(-1) > 40
        assert 0.01 < drawn.mean() < 0.5, "a figure on black"
        assert Image.open(tmp_path / "pictures" / f"{name}_sheet.png").width > 5 * 96


def test_render_writes_the_one_file_that_was_named(run, clip, model, tmp_path):
    code, out, _ = run("render", clip, "--model", model, "--out", "a/b.png", "--json")
    values = json.loads(out)
    assert (
        code == 0 and values["files"] == {"sheet": "a/b.png"} and len(values["times"]) == 12 and values["size"] == 112
    )
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.png"]


def test_render_draws_frames_at_random_with_a_seed_only(run, clip, model):
    times = [json.loads(run("render", clip, "--model", model, "--out", "x.gif", "--json", *more)[1])["times"]
             for more in ([], [], ["--seed", "1"], ["--seed", "1"], ["--seed", "2"])]  # fmt: skip
    assert times[0] == times[1] and times[2] == times[3]
    assert len({tuple(t) for t in times}) == 3


def test_recognize_calibrates_as_the_library(run, model, clip):
    from skeletonllm_hf import load, load_skeleton

    answerer, labels = load(model), ["walk", "wave", "bow"]
    found = {}
    for calibrate in ("none", "prior"):
        code, out, _ = run(
            "recognize", clip, "--model", model, "--labels", ",".join(labels), "--calibrate", calibrate, "--json"
        )
        found[calibrate] = json.loads(out)
        expected = answerer.recognize(load_skeleton(clip), labels, calibrate=calibrate).to_dict()
        assert code == 0 and [row["label"] for row in found[calibrate]["candidates"]] == [
            row["label"] for row in expected["candidates"]
        ]
        assert found[calibrate]["candidates"][0]["score"] == pytest.approx(expected["candidates"][0]["score"], abs=1e-5)
    assert found["none"] != found["prior"]
    code, out, _ = run("recognize", clip, "--model", model, "--labels", ",".join(labels), "--json")
    assert json.loads(out) == found["prior"]  # the default
    for arguments, message in (
        (["--calibrate", "set"], "invalid choice: 'set'"),
        (
            ["--calibrate", "prior", "--endpoint", "http://h", "--model", "m"],
            "--calibrate: cannot be combined with --endpoint",
        ),
    ):
        code, _, error = run("recognize", clip, "--labels", "a", *arguments)
        assert code == 2 and message in error


def test_recognize_ranks_the_labels_given(run, clip, model, tmp_path):
    (tmp_path / "labels.txt").write_text("wave\n\nwalk\nsit down\n")
    (tmp_path / "windows.txt").write_text("wave\r\nwalk\r\nsit down\r\n", encoding="utf-16")
    outputs = [
        run("recognize", clip, "--model", model, *more, "--json")
        for more in (
            ["--labels", "wave, walk,sit down"],
            ["--labels-file", "labels.txt"],
            ["--labels-file", "windows.txt"],
            ["--labels-file", f"{model}/labels.json"],
            [],
        )
    ]
    assert all(code == 0 and out == outputs[0][1] for code, out, _ in outputs)
    values = json.loads(outputs[0][1])
    scores = [candidate["score"] for candidate in values["candidates"]]
    assert {candidate["label"] for candidate in values["candidates"]} == set(LABELS)
    assert values["label"] == values["candidates"][0]["label"]
    assert scores == sorted(scores, reverse=True) and sum(scores) == pytest.approx(1.0)


def test_recognize_in_words(run, clip, model):
    code, out, _ = run("recognize", clip, "--model", model, "--top-k", "2", "--none-of-these")
    assert code == 0
    lines = [line.split("  ") for line in out.splitlines()]
    assert len(lines) == 2 and {label for _, label in lines} <= {*LABELS, "none of these"}


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"[1, 2]", b"{"])
def test_broken_label_files_are_named(run, clip, model, tmp_path, content):
    (tmp_path / "labels.json").write_bytes(content)
    code, _, err = run("recognize", clip, "--model", model, "--labels-file", "labels.json")
    assert code == 1 and err.splitlines()[-1].startswith("skeletonllm: error: labels.json: expected")
    code, _, err = run("recognize", clip, "--model", model, "--labels-file", "none.txt")
    assert code == 1 and "none.txt: expected a file of labels, found no such file" in err


def test_a_model_without_labels_asks_for_them(run, clip, tmp_path):
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "config.json").write_text('{"model_type": "skeletonllm"}')
    code, _, err = run("recognize", clip, "--model", "bare")
    assert code == 2 and "give --labels or --labels-file" in err


def test_a_model_that_is_not_there(run, clip):
    code, out, err = run("caption", clip, "--model", "./no/such/model")
    assert code == 1 and out == "" and "no/such/model" in err and "Traceback" not in err
    for command in ("caption", "recognize"):
        code, _, err = run(command, clip, "--model", "nowhere")
        assert code == 1 and "nowhere: expected the folder of a model, or one on the Hub as USER/NAME" in err


def test_a_folder_that_holds_no_model(run, clip, tmp_path):
    folder, config = tmp_path / "folder", json.dumps({"model_type": "qwen2"})
    folder.mkdir()
    for file, content, message in (
        (None, "", "folder: expected the folder of a model, with config.json, found an empty folder"),
        ("notes.txt", "", "with config.json, found notes.txt"),
        ("run.json", "{}", f"found a training run that has not ended: its model will be in {folder / 'final'}"),
        ("final/config.json", "{}", f"with config.json, found one in {folder / 'final'}"),
        ("config.json", config, f"got a model of type 'qwen2'; `skeletonllm new --base {folder}"),
        ("config.json", "{", "config.json: expected JSON"),
    ):
        if file is not None:
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_text(content)
        for command in (["caption", clip], ["recognize", clip], ["evaluate", "--dataset", "synthetic", "--clips", "1"]):
            code, out, err = run(*command, "--model", str(folder))
            assert code == 1 and out == "" and message in err, err


def test_ask_and_caption(run, clip, model):
    code, out, _ = run("ask", clip, clip, "Which hand?", "--model", model, "--max-tokens", "4", "--json")
    first, second = map(json.loads, out.splitlines())
    assert code == 0 and first == second and first["question"] == "Which hand?" and isinstance(first["answer"], str)
    code, out, err = run("caption", clip, clip, "--model", model, "--max-tokens", "4")
    assert code == 0 and out.startswith(f"{clip}:\n") and "[2/2]" in err


def test_a_question_that_is_not_understood_is_told(run):
    file = str(Path(skeletonllm_hf.__file__).parent / "examples" / "squat.json")
    for question, caution in (
        ("asdf", "Ask in English"),
        ("Is she healthy?", "Ask in English"),
        ("How many squats?", ""),
    ):
        code, out, err = run("ask", file, question, "--json")
        (warning,) = json.loads(out)["warnings"] or [""]
        assert code == 0 and caution in warning and warning in err, question
        assert bool(warning) == bool(caution)


def test_what_the_reader_guessed_goes_to_standard_error(run, model, tmp_path):
    np.save(tmp_path / "bare.npy", generate("walk", seed=1, options=EXACT).joints[:, 0])
    code, out, err = run("recognize", "bare.npy", "--model", model, "--json")
    assert code == 0 and "Frame rate assumed" in err
    assert any("Frame rate assumed" in warning for warning in json.loads(out)["warnings"])


# ---- the demo


def test_demo(run, tmp_path):
    from skeletonllm_hf.cli.demo import CLIP
    from skeletonllm_hf.default import FOLDER

    if not (FOLDER / "model.safetensors").exists():
        pytest.skip("the bundled weights are not in this checkout")
    code, out, _ = run("demo", "--out", "pictures", "--json")
    values = json.loads(out)
    assert code == 0
    assert {"label": values["label"], "answer": values["answer"]} == values["truth"], "the demo is right about its clip"
    assert (tmp_path / "pictures" / f"{CLIP.stem}.gif").stat().st_size > 1000
    assert (tmp_path / "pictures" / f"{CLIP.stem}_sheet.png").stat().st_size > 1000
