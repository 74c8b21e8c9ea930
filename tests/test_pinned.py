"""Tensors of clips and examples of training, under one seed, as they were: the code moves, these stay.

python tests/test_pinned.py    writes pinned_values.json anew
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from skeletonllm_hf.default import FOLDER
from skeletonllm_hf.model.processing_skeletonllm import SkeletonLLMProcessor
from skeletonllm_hf.synthetic import generate
from skeletonllm_hf.training.clips import FilmedClips, LabelledClip
from skeletonllm_hf.training.mixture import ExampleMaker, Planned
from skeletonllm_hf.training.nano_data import training_examples
from skeletonllm_hf.training.negatives import by_text
from skeletonllm_hf.training.recipe import read_recipe
from skeletonllm_hf.training.run import find_teacher
from skeletonllm_hf.training.stages import TASKS, Stage
from skeletonllm_hf.training.synthetic_clips import SyntheticClips
from skeletonllm_hf.training.tasks import TaskSampler

FILE = Path(__file__).parent / "pinned_values.json"
VIEWS = {
    f"{heading}, {camera}, {number}": {"heading": heading, "camera": camera, **more}
    for heading in ("keep", "face")
    for camera in ("fit", "published")
    for number, more in enumerate(
        (
            {"impute_joints": False, "denoise": False},
            {"impute_joints": True, "denoise": True},
            {"num_frames": 5, "skin_rotations": True},
        )
    )
}


def clips() -> list:
    """Layouts, noise, lost joints and frames, rotations, a flat clip and a sensor's."""
    wave, punch, squat = (
        generate(name, layout=layout, seed=seed)
        for name, layout, seed in (("high wave", "kinect_v2", 1), ("punching", "coco_17", 2), ("squat", "smpl_22", 3))
    )
    noise = np.random.default_rng(0).normal(0, 0.06, wave.joints.shape)
    mask = wave.mask.copy()
    mask[:, :, 5] = mask[3:9] = False
    turn = np.array([[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, 1]])
    return [
        wave, punch, squat, wave.replace(joints=wave.joints + noise), wave.replace(mask=mask),
        squat.replace(rotations=np.broadcast_to(turn, (*squat.joints.shape[:3], 3, 3))),
        punch.replace(joints=punch.joints[..., :2], units="pixels", up="-y", view="z"),
        wave.replace(joints=wave.joints * 1000, units="millimetres", view="z"),
    ]  # fmt: skip


def tensors(view: str) -> list:
    """Mean and spread of every tensor of these clips, drawn by a seed and by a phase."""
    processor = SkeletonLLMProcessor.from_pretrained(FOLDER)
    for name, value in VIEWS[view].items():
        setattr(processor, name, value)
    drawn = [processor.tensors(clips(), 7), processor.tensors(clips(), phase=0.2)]
    return [[len(one), *(round(float(v), 5) for a in one.values() for v in (a.mean(), a.std()))] for one in drawn]


def digest(rows: list) -> str:
    """Of texts, and of joints to a millimetre's tenth in the mean."""
    lines = [[*texts, round(float(np.abs(clip.joints).mean()), 4)] for clip, *texts in rows]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()[:16]


def pretraining() -> str:
    """What nano is asked about filmed and synthetic clips."""
    processor = SkeletonLLMProcessor.from_pretrained(FOLDER)
    recipe = read_recipe(questions=2, refusal_share=0.1, list_share=0.3, yes_no_share=0.2, implied_share=0.5)
    names = ("high wave", "squat", "walk", "punching") * 2
    clips = [generate(name, layout="kinect_v1", seed=i) for i, name in enumerate(names)]
    filmed = [
        FilmedClips(dataset, [LabelledClip(dataset, clip, clip.label, "train") for clip in clips[start::2]])
        for start, dataset in enumerate(("sbu", "msrc12"))
    ]
    synthetic = SyntheticClips(30, 3, grammar=0.5, composite=0.2, alias=0.3, counts=False, faces_viewer=True)
    examples = training_examples(recipe, synthetic, filmed, processor, 48, seed=5)
    drawn = [examples.example(i, "rationale" if i % 4 == 0 else None) for i in range(48)]
    return digest([(e.sequence, e.question, e.answer, *(text for pair in e.more for text in pair)) for e in drawn])


def fine_tuning() -> str:
    """What `skeletonllm train` asks about synthetic clips."""
    stage = Stage("s", ("all",), dict.fromkeys(TASKS, 1), teacher="kinematic", augment=True)
    source = SyntheticClips(20, 4)
    near = by_text(source.labels, 5)
    sampler = TaskSampler(stage.tasks, source, near, None, find_teacher(stage), source.labels, True)
    maker = ExampleMaker([sampler], SkeletonLLMProcessor.from_pretrained(FOLDER), 11, augment=True)
    planned = Planned([source], None, maker, 40)
    return digest(
        [
            (item.sequence, item.id, item.question, item.answer, item.frames)
            for item in map(planned.__getitem__, range(40))
        ]
    )


@pytest.mark.parametrize("view", VIEWS)
def test_a_clip_has_the_same_tensors(view):
    for found, expected in zip(tensors(view), json.loads(FILE.read_text())["tensors"][view], strict=True):
        assert found == pytest.approx(expected, abs=2e-5)


def test_a_seed_gives_the_same_examples():
    expected = json.loads(FILE.read_text())
    assert (pretraining(), fine_tuning()) == (expected["pretraining"], expected["fine_tuning"])


if __name__ == "__main__":
    values = {
        "tensors": {view: tensors(view) for view in VIEWS},
        "pretraining": pretraining(),
        "fine_tuning": fine_tuning(),
    }
    FILE.write_text(json.dumps(values, indent=1) + "\n")
