"""The bundled example clips: they are what the generator writes, and every reader takes them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import skeletonllm_hf
from skeletonllm_hf.readers import load_skeleton
from skeletonllm_hf.synthetic.examples import EXAMPLES, TABLE, write_examples

FOLDER = Path(skeletonllm_hf.__file__).parent / "examples"


def test_folder_holds_the_examples_and_little_else():
    names = {path.name for path in FOLDER.iterdir()}
    assert names == {example.file for example in EXAMPLES} | {TABLE}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 1_500_000


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.file)
def test_file_is_what_the_generator_gives(example):
    clip, made = load_skeleton(FOLDER / example.file), example.clip()
    assert clip.joints.shape == made.joints.shape and clip.fps == pytest.approx(made.fps, rel=1e-4)
    assert clip.is_2d == (example.camera == "colour")
    order = [clip.layout.index(joint) for joint in made.layout.joints]  # a BVH stores its joints depth first
    ours, theirs = made.canonical().joints, clip.canonical().joints[:, :, order]
    mask = clip.mask[:, :, order]
    assert (mask == made.mask).all() or clip.format == "bvh", "only a BVH has no way to say that a joint is missing"
    assert made.mask[0, 0, 0]
    step = np.abs((theirs - theirs[:1, :1, :1]) - (ours - ours[:1, :1, :1]))[made.mask]
    assert step.max() < 2e-3


def test_table_tells_the_truth_about_every_clip():
    with open(FOLDER / TABLE, encoding="utf-8", newline="") as stream:
        rows = {row["file"]: row for row in csv.DictReader(stream)}
    assert list(rows) == [example.file for example in EXAMPLES]
    for example in EXAMPLES:
        clip, row = example.clip(), rows[example.file]
        assert row["label"] == clip.label and tuple(row["captions"].split(" | ")) == clip.captions
        assert (row["question"], row["answer"]) in clip.questions


def test_written_again_they_are_the_same(tmp_path):
    for path in write_examples(tmp_path / "again"):
        assert path.stat().st_size == pytest.approx((FOLDER / path.name).stat().st_size, rel=0.02)
