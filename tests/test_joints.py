"""The joint encoder: what it reads of clips, its file, and labels ranked by it beside the frames."""

import numpy as np
import pytest
import torch

from skeletonllm_hf import generate, load
from skeletonllm_hf.answering.looks import JointLooks, Looks
from skeletonllm_hf.answering.recognizer import Recognizer
from skeletonllm_hf.answering.scorers.embedding import EmbeddingScorer
from skeletonllm_hf.joints import BODY_TARGETS, JointEncoder, JointEncoders, joint_batch, load_joint_encoders
from skeletonllm_hf.joints.encoder import FRAMES, SIZE, save_joint_encoders
from skeletonllm_hf.training.train_joints import join


@pytest.fixture(scope="module")
def answerer():
    return load()


@pytest.fixture(scope="module")
def clips(answerer):
    names = ("squat", "high wave", "handshake")
    return [answerer.processor.load(generate(name, seed=5, layout="kinect_v2")) for name in names]


def test_a_batch_holds_places_velocities_and_sight(answerer, clips):
    batch = joint_batch(clips)
    assert batch["joints"].shape == (3, FRAMES, 2, len(BODY_TARGETS), 6) and batch["joints"].isfinite().all()
    people = batch["known"].any(-1).any(1)
    assert people.tolist() == [[True, False], [True, False], [True, True]]
    assert torch.allclose(batch["seconds"], torch.tensor([clip.seconds for clip in clips]).float())
    wrist = batch["joints"][1, :, 0, BODY_TARGETS.index("right_wrist")]
    assert wrist[:, 1].max() > batch["joints"][1, :, 0, BODY_TARGETS.index("head"), 1].min()


def test_what_is_unseen_does_not_matter(answerer, clips):
    encoder = load_joint_encoders()[0].members[0]
    batch = joint_batch(clips)
    with torch.no_grad():
        plain = encoder(**batch)
        torch.testing.assert_close(plain.norm(dim=-1), torch.ones(3))
        filled = torch.where(batch["known"][..., None], batch["joints"], 9.0)
        torch.testing.assert_close(encoder(filled, batch["known"], batch["seconds"]), plain)
        moved = batch["joints"] + torch.tensor([3.0, 0, -2, 0, 0, 0])
        torch.testing.assert_close(encoder(moved, batch["known"], batch["seconds"]), plain, atol=1e-4, rtol=1e-4)
        kept = torch.ones(3, FRAMES, dtype=torch.bool)
        torch.testing.assert_close(encoder(**batch, kept=kept), plain)
        alone = encoder(**{name: value[1:2] for name, value in batch.items()})
        torch.testing.assert_close(alone, plain[1:2], atol=1e-5, rtol=1e-5)


def test_any_layout_and_flat_clips_are_read(answerer):
    encoder = load_joint_encoders()[0]
    shown = {
        layout: answerer.processor.load(generate("squat", seed=5, layout=layout))
        for layout in ("kinect_v2", "coco_17", "hand_21")
    }
    flat = shown["coco_17"]
    flat = flat.replace(joints=np.ascontiguousarray(flat.joints[..., :2]))
    v2, coco, flat = encoder.embedded([shown["kinect_v2"], shown["coco_17"], flat])
    assert v2 @ coco > 0.8 and coco @ flat > 0.5
    assert not encoder.embedded([shown["hand_21"]]).any()


def test_a_file_keeps_an_encoder_and_its_names(tmp_path):
    torch.manual_seed(0)
    encoder = JointEncoders([JointEncoder(named=2), JointEncoder(named=2)]).eval()
    save_joint_encoders(encoder, ["wave", "sit down"], tmp_path / "encoder.safetensors")
    again, names, digest = load_joint_encoders(tmp_path / "encoder.safetensors")
    assert names == ("wave", "sit down") and len(digest) == 16
    assert all(
        torch.allclose(value, again.state_dict()[name], atol=1e-3) for name, value in encoder.state_dict().items()
    )
    with pytest.raises(FileNotFoundError):
        load_joint_encoders(tmp_path / "none.safetensors")


def test_cosines_of_several_encoders_are_averaged(clips):
    torch.manual_seed(1)
    members = [JointEncoder(named=2).eval(), JointEncoder(named=2).eval()]
    for member in members:
        member.alignment.prototypes.normal_()
        member.alignment.prototype_texts.normal_()
    one, two = (JointEncoders([member]).eval() for member in members)
    both, vectors, near = JointEncoders(members).eval(), torch.randn(4, 384), torch.rand(4, 2)
    with torch.no_grad():
        cosines = [encoders.embedded(clips) @ encoders.alignment.text(vectors).T for encoders in (one, two, both)]
        torch.testing.assert_close(cosines[2], (cosines[0] + cosines[1]) / 2)
        assert (
            both.alignment.leaned(both.alignment.text(vectors), near).shape == (4, 2 * SIZE) == (4, both.alignment.size)
        )
    assert both.alignment.scale == (one.alignment.scale + two.alignment.scale) / 2


def test_files_are_joined(tmp_path):
    torch.manual_seed(2)
    files = []
    for number, names in enumerate((["wave", "sit"], ["wave", "sit"], ["wave", "bow"])):
        files.append(tmp_path / f"{number}.safetensors")
        save_joint_encoders(JointEncoders([JointEncoder(named=2)]), names, files[-1])
    join(files[:2], tmp_path / "both")
    both, names, _ = load_joint_encoders(tmp_path / "both" / "encoder.safetensors")
    second = load_joint_encoders(files[1])[0].members[0]
    assert len(both.members) == 2 and names == ("wave", "sit")
    assert torch.equal(both.members[1].embed[0].weight, second.embed[0].weight)
    with pytest.raises(ValueError, match=r"2\.safetensors: expected prototypes of the actions of"):
        join(files, tmp_path / "all")


def test_clips_are_embedded_once(answerer, clips, monkeypatch):
    looks = JointLooks()
    first = looks.motion(clips)
    assert first.shape == (3, SIZE * len(looks.model.members))
    monkeypatch.setattr(JointEncoders, "embedded", lambda *_: pytest.fail("again"))
    assert torch.equal(looks.motion(clips), first) and torch.equal(looks.motion(clips[1:]), first[1:])


def test_labels_are_ranked_by_frames_and_joints(answerer, clips):
    labels = ["do a deep knee bend", "greet somebody with a raised hand", "shake hands with the other", "none of these"]
    recognizer = Recognizer(answerer.model, answerer.processor, labels[:3])
    spaces = [scorer.looks for scorer in recognizer.scorers if isinstance(scorer, EmbeddingScorer)]
    assert [type(space) for space in spaces] == [Looks, JointLooks]
    assert [recognizer(clip).label for clip in clips] == labels[:3]
    joints = EmbeddingScorer(JointLooks())
    joints.prepare(labels[:3])
    assert joints.scores(clips).argmax(1).tolist() == [0, 1, 2]
    assert recognizer.scorers[0].key != joints.key
