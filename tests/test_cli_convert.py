"""`skeletonllm convert`: any file in, another format, layout, rate or view out."""

import json

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


def test_nothing_is_replaced_unasked(clip, command):
    assert command("convert", "in.npz", "in.npz")[0] == 1
    code, _, err = command("convert", "in.npz", "in.npz")
    assert code == 1 and "in.npz: the file exists" in err
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
