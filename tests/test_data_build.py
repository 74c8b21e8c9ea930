"""Building: tiny copies of every dataset, broken files, resuming, the same bytes again, the command, and uploading in dry run."""

import json
import os
import signal
import subprocess
import tarfile
import time
from pathlib import Path

import data_folders
import numpy as np
import pyarrow.parquet as pq
import pytest
from animals import DOG, trotting
from PIL import Image
from preloaded import python

from skeletonllm_hf.cli.main import main
from skeletonllm_hf.data import BuildOptions, build, decode, publish
from skeletonllm_hf.data.shards import RECORDS
from skeletonllm_hf.readers import load_skeleton
from skeletonllm_hf.training.clips import load_clips

QUIET = BuildOptions(workers=1, progress=False)


@pytest.fixture
def made(tmp_path):
    """A tiny dataset of that name: its folder, and where to build."""

    def made(name, **how):
        root = tmp_path / "root"
        root.mkdir(exist_ok=True)
        data_folders.WRITERS[name](root, **how)
        return root, tmp_path / "out"

    return made


def rows(out):
    tables = [pq.read_table(path).to_pylist() for path in sorted((out / "data").glob("*.parquet"))]
    return {row["id"]: row for table in tables for row in table}


def counts(report):
    return {part: values["clips"] for part, values in report["parts"].items()}


EXPECTED = {  # clips of each part, labels, skipped
    "msr_action3d": ({"train": 2, "test": 2}, 2, 1),
    "utkinect": ({"train": 2, "test": 2}, 2, 4),
    "sbu": ({"train": 2, "test": 2}, 2, 0),
    "bandai_namco_2": ({"train": 2, "test": 2}, 2, 0),
    "nw_ucla": ({"train": 2, "test": 2}, 2, 0),
    "ntu_60": ({"train": 1, "test": 1}, 2, 0),
    "ntu_120": ({"train": 2, "test": 1}, 3, 0),
    "humanml3d": ({"train": 2, "validation": 2, "test": 2}, 0, 1),
    "folder": ({"train": 1, "validation": 1}, 2, 2),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_dataset(made, name):
    root, out = made(name)
    report = build(name, root, out, QUIET)
    assert (counts(report), len(report["labels"]), len(report["skipped"])) == EXPECTED[name]
    assert report["found"] == report["written"] + len(report["skipped"]) and report["duplicates"] == []
    assert json.loads((out / "report.json").read_text("utf-8")) == report
    assert Image.open(out / "preview.png").width > 500
    card = (out / "README.md").read_text("utf-8")
    assert all(f"path: data/{part}-*.parquet" in card for part in report["parts"])
    layout = decode(next(iter(rows(out).values()))).layout
    assert (
        list(layout.joints) == report["joints"][layout.name] and f"1 {layout.joints[1]}, 2 {layout.joints[2]}" in card
    )
    assert Image.open(out / "layout.png").width > 400
    for row in rows(out).values():
        assert decode(row).mask.any() and not Path(row["source"]).is_absolute()
    assert str(root) not in card + json.dumps(report)


def test_what_names_say(made):
    root, out = made("sbu")
    build("sbu", root, out, QUIET)
    row = rows(out)["s01s03_06_001"]
    assert (row["dataset"], row["label"], json.loads(row["keys"])) == (
        "sbu",
        "hugging",
        {"pair": "s01s03", "take": "1"},
    )
    original = load_skeleton(root / "SBU" / row["source"])
    assert np.array_equal(decode(row).joints, original.joints) and original.num_people == 2


def test_utkinect_segments(made):
    root, out = made("utkinect")
    report = build("utkinect", root, out, QUIET)
    assert [(item["source"], item["reason"]) for item in report["skipped"][:2]] == [
        ("joints_s05_e01.txt#900-920", "expected frames 900 to 920 (throw), found none of them"),
        ("joints_s05_e01.txt: carry", "the label file gives no frames (NaN NaN)"),
    ]
    row = rows(out)["s05_e01_wave_hands"]
    assert (row["subject"], row["source"], row["shape"]) == ("5", "joints_s05_e01.txt#200-220", [11, 1, 20, 3])


def test_ntu_missing_and_foreign_samples(made):
    root, out = made("ntu_60", missing=["S001C001P003R001A010"])
    report = build("ntu_60", root, out, QUIET)
    assert report["skipped"] == [
        {
            "source": "nturgb+d_skeletons/S001C001P003R001A010.skeleton",
            "reason": "listed by its authors as a sample without a usable skeleton",
        }
    ]
    assert report["ignored"] == {"files": 1, "first": ["nturgb+d_skeletons/S018C001P045R001A120.skeleton"]}
    row = rows(out)["S001C002P001R001A023"]
    assert json.loads(row["keys"]) == {"camera": "2", "repetition": "1", "setup": "1"}
    assert row["confidence"] == [1.0] * (13 * 25)


def test_names_that_come_twice(made):
    root, out = made("ntu_60")
    other = root / "unpacked_again"
    other.mkdir()
    name = "S001C001P003R001A010.skeleton"
    (other / name).write_bytes((root / "nturgb+d_skeletons" / name).read_bytes())
    report = build("ntu_60", root, out, QUIET)
    assert report["skipped"] == [
        {"source": f"unpacked_again/{name}", "reason": f"a second file of that name, after nturgb+d_skeletons/{name}"}
    ]
    root, _ = made("humanml3d")
    (root / "HumanML3D" / "val.txt").write_text("000001\n")
    with pytest.raises(ValueError, match="expected every clip once, got 1 names twice, such as '000001'"):
        build("humanml3d", root, out.with_name("other"), QUIET)


def test_humanml3d_captions(made):
    root, out = made("humanml3d")
    report = build("humanml3d", root, out, QUIET)
    table = rows(out)
    assert table["000001"]["captions"] == ["a person walks.", "somebody strolls"]
    part = table["000001_0.5-2"]
    assert (part["captions"], part["shape"][0], part["fps"]) == (["he starts to walk"], 30, 20.0)
    assert np.array_equal(decode(part).joints, decode(table["000001"]).joints[10:40])
    assert "no such file" in report["skipped"][0]["reason"] and report["texts"] == {"captions": 6, "questions": 0}


def test_folder_of_your_own(made):
    root, out = made("folder")
    report = build("folder", root, out, BuildOptions(dataset="mine", workers=1, progress=False))
    assert [item["source"] for item in report["skipped"]] == ["broken.npz", "gone.npz"]
    row = rows(out)["kick.npz"]
    assert (row["dataset"], row["subject"], row["captions"]) == (
        "mine",
        "ann",
        ["A person kicks.", "Somebody kicks a ball."],
    )
    assert json.loads(row["keys"]) == {"camera": "front", "split": "train"}


def test_a_layout_of_your_own_lies_in_the_folder(made):
    root, out = made("folder", header="file,label,layout", rows=("dog.npy,trot,dog.json", "kick.npz,kick,"))
    np.save(root / "dog.npy", trotting(0.5))
    (root / "dog.json").write_text(json.dumps(DOG))
    report = build("folder", root, out, QUIET)
    assert (report["written"], report["skipped"], report["ignored"]["first"]) == (2, [], ["broken.npz", "wave.npy"])
    clip = decode(rows(out)["dog.npy"])
    assert clip.layout.joints == tuple(DOG["joints"]) and clip.up == "y" and clip.label == "trot"
    (root / "dog.json").write_text(json.dumps({**DOG, "name": "hound"}))
    build("folder", root, out, QUIET)
    assert decode(rows(out)["dog.npy"]).layout.name == "hound"


@pytest.mark.parametrize(
    ("header", "row", "message"),
    [
        ("file,name", "kick.npz,kick", r"labels\.csv: expected the columns file and label, got \['file', 'name'\]"),
        ("file,label", "../kick.npz,kick", r"line 2: file: expected a path inside the folder, got '\.\./kick\.npz'"),
        ("file,label,layout", "kick.npz,kick,kinect_v9", "line 2: layout: unknown layout 'kinect_v9'"),
        ("file,label,layout", "kick.npz,kick,../dog.json", "line 2: layout: expected a path inside the folder"),
        ("file,label,layout", "kick.npz,kick,dog.json", "dog.json: expected a file that can be opened"),
        ("file,label,units", "kick.npz,kick,parsecs", "line 2: units: expected one of"),
        ("file,label,format", "kick.npz,kick,avi", "line 2: format: expected one of"),
        ("file,label,fps", "kick.npz,kick,-3", "line 2: fps: expected a number from 0.001 to 10,000, got -3"),
        ("file,label", "/etc/kick.npz,kick", r"line 2: file: expected a path inside the folder"),
        ("file,label", "kick.npz,kick\nkick.npz,kick", r"line 3: 'kick\.npz' is named on line 2 already"),
        ("file,label", "kick.npz,kick,3", r"line 2: expected 2 values"),
        ("file,label,split", "kick.npz,kick,trian", r"line 2: split: expected one of .*, got 'trian'"),
        ("file,label,fps", "kick.npz,kick,fast", r"line 2: fps: expected a number, got 'fast'"),
    ],
)
def test_broken_labels(made, header, row, message):
    root, out = made("folder", header=header, rows=(row,))
    with pytest.raises(ValueError, match=message):
        build("folder", root, out, QUIET)


def test_corrupt_files_and_duplicates_are_named(made):
    root, out = made("msr_action3d", subjects=(1, 2))
    folder = root / "real_world_coordinates"
    (folder / "a06_s01_e02_skeleton3D.txt").write_text("1 2 3 1\n" * 30)
    (folder / "a06_s02_e03_skeleton3D.txt").write_bytes((folder / "a06_s01_e01_skeleton3D.txt").read_bytes())
    report = build("msr_action3d", root, out, QUIET)
    assert [item["source"] for item in report["skipped"]] == [
        "a06_s01_e02_skeleton3D.txt",
        "a13_s09_e02_skeleton3D.txt",
    ]
    assert report["skipped"][0]["reason"] == "expected 20 rows for each frame, found 30 rows: 1 frame and 10 rows"
    assert report["duplicates"] == report["across_parts"] == [["a06_s01_e01", "a06_s02_e03"]]
    card = (out / "README.md").read_text("utf-8")
    assert (
        "`a06_s01_e01`, `a06_s02_e03`" in card and "tests on them are not clean" in card and "30 rows: 1 frame" in card
    )


def contents(out):
    return {
        p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file() and RECORDS not in p.parts
    }


def test_same_bytes_however_it_is_built(made, tmp_path):
    root, out = made("msr_action3d", subjects=(1, 2, 3, 4))
    small = {"shard_files": 2, "progress": False}
    build("msr_action3d", root, out, BuildOptions(workers=1, **small))
    build("msr_action3d", root / "real_world_coordinates", tmp_path / "other", BuildOptions(workers=2, **small))
    assert contents(out) == contents(tmp_path / "other")
    assert sorted(p.name for p in (out / "data").iterdir())[-1] == "train-00002-of-00003.parquet"


def test_resumes_where_it_was_killed(made, tmp_path):
    root, out = made("sbu", pairs=("s01s02", "s01s03", "s01s07", "s02s01"))
    options = BuildOptions(workers=1, shard_files=1, progress=False)
    build("sbu", root, tmp_path / "whole", options)
    code = (
        "import os, sys, time, skeletonllm_hf.data.building as b; write = b.write_shard; print(os.getpid(), flush=True)\n"
        "def slow(shard):\n    record = write(shard); time.sleep(0.3); return record\n"
        "b.write_shard = slow; b.build('sbu', sys.argv[1], sys.argv[2], b.BuildOptions(workers=1, shard_files=1, progress=False))"
    )
    process = subprocess.Popen([python(), "-c", code, root, out], stdout=subprocess.PIPE, text=True)
    builder = int(process.stdout.readline())
    while len(list(out.glob("data/*.parquet"))) < 2 and process.poll() is None:
        time.sleep(0.02)
    os.kill(builder, signal.SIGKILL)
    process.communicate()
    (out / "data" / ".train-00000-of-00006.parquet.tmp").write_bytes(b"half")
    before = {
        path: path.stat().st_mtime_ns
        for path in out.glob("data/*.parquet")
        if (out / RECORDS / f"{path.stem}.json").is_file()
    }
    assert 1 <= len(before) < 8
    build("sbu", root, out, options)
    assert contents(out) == contents(tmp_path / "whole")
    assert {path: path.stat().st_mtime_ns for path in before} == before  # what was done was not done again


def test_what_changed_is_built_again(made):
    root, out = made("sbu")
    build("sbu", root, out, QUIET)
    old = contents(out)
    times = {path: path.stat().st_mtime_ns for path in (out / "data").iterdir()}
    path = root / "SBU" / "s01s02" / "05" / "001" / "skeleton_pos.txt"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-3]))
    report = build("sbu", root, out, QUIET)
    changed = [p.name for p, time_ in times.items() if p.stat().st_mtime_ns != time_]
    assert changed == ["test-00000-of-00001.parquet"] and contents(out) != old
    assert report["parts"]["test"]["frames"] == report["parts"]["train"]["frames"] - 3
    build("sbu", root, out, BuildOptions(workers=1, shard_files=1, progress=False))  # other shards: the old ones go
    assert len(list((out / "data").iterdir())) == 4


def test_errors(made, tmp_path):
    root, out = made("sbu")
    with pytest.raises(ValueError, match=r"dataset: expected one of \['msr_action3d', .*\], got 'kinetics'"):
        build("kinetics", root, out, QUIET)
    with pytest.raises(FileNotFoundError, match=r"expected Northwestern-UCLA: .*; found none"):
        build("nw_ucla", root, out, QUIET)
    with pytest.raises(FileNotFoundError, match="expected the folder of SBU"):
        build("sbu", tmp_path / "nowhere", out, QUIET)
    with pytest.raises(
        ValueError, match="expected a new or empty folder, or one of an earlier build; found other files"
    ):
        build("sbu", root, root, QUIET)
    with pytest.raises(ValueError, match="workers: expected a positive number, got 0"):
        build("sbu", root, out, BuildOptions(workers=0))
    assert not out.exists()


def test_command(made, capsys):
    root, out = made("msr_action3d")
    arguments = ["data", "build", "msr_action3d", "--root", str(root), "--out", str(out), "--workers", "1"]
    assert main([*arguments, "--push", "somebody/msr", "--dry-run"]) == 0
    printed = capsys.readouterr()
    assert (
        "msr_action3d: 4 of 5 clips, 2 labels" in printed.out and "skipped a13_s09_e02_skeleton3D.txt: " in printed.out
    )
    assert "would upload to somebody/msr:" in printed.out and "README.md" in printed.out and RECORDS not in printed.out
    assert "5/5" in printed.err
    assert main(["data", "info", str(out)]) == 0
    assert "zero_shot_16_4" in capsys.readouterr().out
    assert main(["data", "info", "ntu_60", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["clips"] == 56_880
    assert main(["data", "info"]) == 0
    assert "humanml3d" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "kinetics", "--root", ".", "--out", "o"], "NAME: expected one of msr_action3d"),
        (["build", "sbu", "--root", "."], "expected --out DIR or --push USER/NAME"),
        (["build", "sbu", "--root", ".", "--out", "o", "--public"], "need --push"),
        (
            ["build", "sbu", "--root", ".", "--push", "no spaces/here"],
            "--push: expected USER/NAME, got 'no spaces/here'",
        ),
        (["build", "sbu", "--root", ".", "--push", "nameless"], "--push: expected USER/NAME"),
        (["build", "sbu", "--root", ".", "--out", "o", "--dataset", "x"], "--dataset needs `folder`"),
    ],
)
def test_command_usage(arguments, message, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["data", *arguments])
    assert stopped.value.code == 2 and message in capsys.readouterr().err


def test_command_failures(made, capsys, tmp_path):
    root, out = made("sbu")
    assert main(["data", "build", "nw_ucla", "--root", str(root), "--out", str(out)]) == 1
    assert "expected Northwestern-UCLA" in capsys.readouterr().err
    assert main(["data", "info", str(tmp_path)]) == 1
    assert "labels.csv" in capsys.readouterr().err  # how a dataset is made of such a folder


def test_publish_lists_what_goes_up(made, tmp_path):
    root, out = made("sbu")
    build("sbu", root, out, QUIET)
    files = publish(out, "somebody/sbu", dry_run=True)
    assert [name for name, _ in files] == [
        "README.md", "data/test-00000-of-00001.parquet", "data/train-00000-of-00001.parquet", "layout.png", "preview.png",
        "report.json",
    ]  # fmt: skip
    assert all(size == (out / name).stat().st_size for name, size in files)
    with pytest.raises(ValueError, match="expected a built dataset"):
        publish(tmp_path, "somebody/sbu", dry_run=True)
    with pytest.raises(ValueError, match="expected USER/NAME, got 'a/b/c'"):
        publish(out, "a/b/c", dry_run=True)


def test_training_reads_the_same_clips(made):
    root, _ = made("msr_action3d")
    data_folders.bandai_namco(root, part=1, styles=("old", "happy"))
    clips, problems = load_clips(root)
    assert [(clip.dataset, clip.label, clip.train) for clip in clips[:2]] == [
        ("msr_action3d", "high throw", True),
        ("msr_action3d", "high throw", False),
    ]
    assert {clip.train for clip in clips if clip.dataset == "bandai_namco_1"} == {True}
    assert len(clips) == 8 and problems[0].startswith(
        "msr_action3d: a13_s09_e02_skeleton3D.txt: expected at least one joint"
    )
    with pytest.raises(FileNotFoundError, match="expected MSR-Action3D"):
        load_clips(root / "nothing")


SHARED = Path(os.environ.get("SKELETONLLM_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.mark.parametrize(("archive", "name", "most"), [("sbu.tar.xz", "sbu", 12), ("utkinect.tar.xz", "utkinect", 6)])
def test_real_files(archive, name, most, tmp_path):
    if not (SHARED / "data" / archive).is_file():
        pytest.skip(f"{archive} is not at hand (SKELETONLLM_SHARED)")
    found = 0
    with tarfile.open(SHARED / "data" / archive) as tar:
        for entry in tar:  # the first few members: xz cannot seek
            if entry.isfile() and entry.name.endswith(".txt"):
                tar.extract(entry, tmp_path / "root", filter="data")
                found += 1
            if found == most:
                break
    report = build(name, tmp_path / "root", tmp_path / "out", QUIET)
    assert report["written"] >= most and report["duplicates"] == []
    assert all(decode(row).mask.any() for row in rows(tmp_path / "out").values())


def test_clips_of_ones_own_that_are_skipped_end_with_1_and_a_count(made, capsys):
    root, out = made("folder")
    arguments = ["data", "build", "folder", "--root", str(root), "--out", str(out), "--workers", "1"]
    assert main(arguments) == 1
    printed = capsys.readouterr().out
    assert printed.count("  skipped ") == 2 and "2 clips were skipped (reasons above): mend or remove them" in printed
    report = json.loads((out / "report.json").read_text("utf-8"))
    table = root / "labels.csv"
    skipped = [item["source"] for item in report["skipped"]]
    lines = [line for line in table.read_text("utf-8").splitlines() if not line.startswith(tuple(skipped))]
    table.write_text("\n".join(lines), "utf-8")
    assert main(arguments) == 0 and "skipped" not in capsys.readouterr().out
