"""`skeletonllm convert`: any file in, another format, layout, rate or view out."""

import json
import os

import numpy as np
import pytest

from skeletonllm_hf.readers import load_skeleton, save_npz
from skeletonllm_hf.synthetic import EXACT, generate


@pytest.fixture
def clip(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    here = generate("high wave", layout="coco_17", seed=3, options=EXACT).replace(label="raise the left hand")
    save_npz(here, "in.npz")
    return here


def test_layout_rate_and_format(clip, command):
    code, out, err = command("convert", "in.npz", "out.skeleton", "--to-layout", "kinect_v2", "--to-fps", "30")
    assert code == 0 and out.startswith("out.skeleton: ntu, kinect_v2, 1 person,")
    assert "does not keep captions, questions, label" in err
    back = load_skeleton("out.skeleton").canonical()
    both = [(clip.layout.index(point), back.layout.body.index(point)) for point in ("left_wrist", "right_knee")]
    for here, there in both:
        assert np.allclose(back.joints[:, 0, there], clip.joints[:, 0, here], atol=1e-6)


def test_everything_else(clip, command):
    options = "in.npz out.json --mirror --start 0.5 --stop 1 --to-up -y --to-fps 60 --json"
    code, out, _ = command("convert", *options.split())
    values = json.loads(out)
    assert code == 0 and (values["out"], values["format"], values["frames"], values["fps"]) == (
        "out.json",
        "json",
        29,
        60.0,
    )
    back = load_skeleton("out.json")
    assert (back.label, back.up, back.captions) == ("raise the right hand", "-y", back.captions)
    wrists = [clip.layout.index(f"{side}_wrist") for side in ("left", "right")]
    assert np.allclose(back.canonical().joints[0, 0, wrists], clip.joints[15, 0, wrists[::-1]] * [-1, 1, 1], atol=1e-6)


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("no/such/out.npz", "no/such/out.npz: expected a name in a folder that exists, got 'no/such'"),
        ("in.npz/out.npz", "in.npz/out.npz: expected a name in a folder that exists, got 'in.npz'"),
        ("sub", "sub: expected the name of a file to write, got a folder"),
        ("out", "out: expected a name that ends in .npz, .json, .bvh, .skeleton, got 'no ending'; or pass --to-format NAME"),
        ("out.npz.gz", "out.npz.gz: expected a name that ends in .npz, .json, .bvh, .skeleton, got '.gz'; or pass --to-format NAME"),
        ("pipe.npz", "pipe.npz: expected the name of a file to write, got a device or a pipe"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("more", [(), ("--overwrite",)])
def test_where_nothing_can_be_written_one_line_says_so_and_nothing_is_lost(clip, command, tmp_path, out, message, more):
    (tmp_path / "sub").mkdir()
    os.mkfifo(tmp_path / "pipe.npz")
    before = (tmp_path / "in.npz").read_bytes()
    code, shown, err = command("convert", "in.npz", out, *more)
    assert (code, shown, err) == (1, "", f"skeletonllm: error: {message}\n")
    assert (tmp_path / "in.npz").read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["in.npz", "pipe.npz", "sub"] and (tmp_path / "pipe.npz").is_fifo()


def test_a_link_stays_a_link(clip, command, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "link.npz").symlink_to("sub/there.npz")
    for number, more in enumerate([(), ("--overwrite", "--label", "wave")]):
        assert command("convert", "in.npz", "link.npz", *more)[0] == 0
        assert (tmp_path / "link.npz").is_symlink() and os.listdir(tmp_path / "sub") == ["there.npz"]
        assert load_skeleton("sub/there.npz").label == (clip.label, "wave")[number]


def test_nothing_is_replaced_unasked(clip, command, tmp_path):
    before = (tmp_path / "in.npz").read_bytes()
    assert command("convert", "in.npz", "in.npz") == (
        1, "", "skeletonllm: error: in.npz: the file exists (--overwrite replaces it)\n",
    )  # fmt: skip
    assert (tmp_path / "in.npz").read_bytes() == before
    assert command("convert", "in.npz", "in.npz", "--overwrite", "--label", "wave")[0] == 0
    assert load_skeleton("in.npz").label == "wave"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["out.fbx"], 1, "expected a name that ends in"),
        (["out.skeleton"], 1, "expected the layout kinect_v2, got coco_17"),
        (["out.npz", "--to-format", "fbx"], 2, "--to-format: expected one of numpy, json"),
        (["out.npz", "--to-up", "w"], 2, "--to-up: expected one of"),
        (["out.npz", "--to-layout", "coco_19"], 2, "unknown layout 'coco_19'"),
        (["out.csv"], 1, "ends in .npz, .json, .bvh, .skeleton, got '.csv'; or pass --to-format NAME"),
        (["out.npz", "--to-fps", "0"], 1, "fps: expected a positive number"),
        (["out.npz", "--start", "99"], 1, "no frame from 99"),
    ],
)
def test_what_cannot_be_done_is_said(clip, command, arguments, code, message):
    found, _, err = command("convert", "in.npz", *arguments)
    assert found == code and message in err
