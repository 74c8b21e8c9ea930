"""Clips packed into one file are the clips of the folders."""

import subprocess
from collections import Counter

import data_folders
import numpy as np
import pytest
from preloaded import python

from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.training import pack as pack_module
from skeletonllm_hf.training import train_nano
from skeletonllm_hf.training.clips import load_clips
from skeletonllm_hf.training.pack import evenly, pack
from skeletonllm_hf.training.packed import Recording, read_packed, write_packed

FIELDS = ("layout", "fps", "units", "up", "view", "source", "format", "label", "captions", "questions", "warnings")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packed")
    data_folders.tables(folder)
    data_folders.msr_action3d(folder)
    data_folders.sbu(folder)
    data_folders.bandai_namco(folder)
    return folder


def same(one: SkeletonSequence, other: SkeletonSequence, step: float) -> None:
    assert [getattr(one, name) for name in FIELDS] == [getattr(other, name) for name in FIELDS]
    np.testing.assert_array_equal(one.mask, other.mask)
    largest = np.abs(one.joints).max()  # float32 of large numbers is coarser than the grid
    assert np.abs(one.joints - other.joints).max() * one.metres_per_unit <= step / 2 + 1e-6 * largest


@pytest.mark.parametrize(
    "protocols", [None, {"hdm05": "unseen_test", "msr_action3d": "zero_shot_16_4", "sbu": "fold_3"}]
)
def test_packed_clips_are_those_of_the_folders(root, tmp_path, protocols):
    counts = pack(root, tmp_path / "clips.safetensors")
    clips, problems = load_clips(root, protocols)
    again, again_problems = load_clips(tmp_path / "clips.safetensors", protocols)
    assert again_problems == problems != []
    assert counts == Counter(clip.dataset for clip in clips) and len(counts) == 9
    for clip, packed in zip(clips, again, strict=True):
        names = ("dataset", "label", "part", "candidate", "keys")
        assert [getattr(clip, name) for name in names] == [getattr(packed, name) for name in names]
        same(clip.sequence, packed.sequence, 0.001)


def test_joints_that_come_and_go(tmp_path):
    generator = np.random.default_rng(0)
    joints = generator.normal(0, 5, (40, 2, 13, 2)).astype(np.float32) * 100
    mask = generator.random((40, 2, 13)) < 0.5
    mask[:, 1, 4] = False  # never seen
    mask[:7, 0] = False  # nobody is there yet
    clip = SkeletonSequence(
        joints, "penn_13", mask, units="pixels", up="-y", label="a", questions=(("who?", "he"),), captions=("b",)
    )
    nobody = SkeletonSequence(joints[:2], "penn_13", mask[:2] & False, units="pixels", up="-y", label="none")
    write_packed(
        tmp_path / "a.safetensors", [Recording("sbu", clip, {"pair": "x"}), Recording("sbu", nobody, {})], ["p"]
    )
    recordings, problems = read_packed(tmp_path / "a.safetensors")
    assert problems == ["p"] and [recording.keys for recording in recordings] == [{"pair": "x"}, {}]
    same(clip, recordings[0].sequence, 0.001)
    assert not recordings[1].sequence.mask.any() and not recordings[1].sequence.joints.any()


def test_steps(root, tmp_path):
    joints = np.zeros((3, 1, 13, 3), np.float32)
    joints[1, 0, 0] = 70.0
    far = Recording("sbu", SkeletonSequence(joints, "penn_13", source="far.txt"), {})
    with pytest.raises(
        ValueError, match=r"far\.txt: expected a clip within 65,535 steps of 0\.001 m; give a longer step"
    ):
        write_packed(tmp_path / "a.safetensors", [far])
    write_packed(tmp_path / "a.safetensors", [far], step=0.01)
    same(far.sequence, read_packed(tmp_path / "a.safetensors")[0][0].sequence, 0.01)
    with pytest.raises(ValueError, match="step: expected a positive number of metres, got 0"):
        write_packed(tmp_path / "a.safetensors", [far], step=0)
    with pytest.raises(ValueError, match="most: expected one of"):
        pack(root, tmp_path / "b.safetensors", {"msrc": 3})


def test_a_few_are_drawn_evenly():
    empty = np.zeros((1, 1, 13, 3), np.float32)
    clips = [
        Recording("msrc12", SkeletonSequence(empty, "penn_13", label=label, source=f"{number}"), {"subject": who})
        for who in "ab" for label in ("kick", "bow", "duck") for number in range(4 if who == "a" else 9)
    ]  # fmt: skip
    few = evenly(clips, 12)
    assert Counter((clip.keys["subject"], clip.sequence.label) for clip in few) == dict.fromkeys(
        [(who, label) for who in "ab" for label in ("kick", "bow", "duck")], 2
    )
    assert [clip.sequence.source for clip in few][-2:] == ["0", "8"] and evenly(clips, 99) == clips
    assert len(evenly(clips, 30)) == 30


def test_other_files(root, tmp_path):
    (tmp_path / "a.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(
        ValueError, match=r"a\.safetensors: expected clips packed by skeletonllm_hf\.training\.pack, got"
    ):
        load_clips(tmp_path / "a.safetensors")
    with pytest.raises(FileNotFoundError, match="expected MSR-Action3D"):
        pack(tmp_path, tmp_path / "b.safetensors")


@pytest.mark.parametrize("module", [pack_module, train_nano])
def test_no_folder_at_all_is_wrong_usage(module, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["command", "--data", "none", "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit, match="2"):
        module.main()
    assert "--data: none: expected the datasets' folder or a packed file" in capsys.readouterr().err


def test_command(root, tmp_path):
    command = [
        python(transformers=True),
        "-m",
        "skeletonllm_hf.training.pack",
        "--data",
        root,
        "--out",
        tmp_path / "few.safetensors",
    ]
    done = subprocess.run([*command, "--most", "gtu3d=2"], capture_output=True, text=True, check=True)
    assert "gtu3d: 2 clips" in done.stdout and "few.safetensors" in done.stdout
    assert len(load_clips(tmp_path / "few.safetensors")[0]) == len(load_clips(root)[0]) - 1
