"""The processor: what it takes, what it refuses, and that its tensors mean what they should."""

import json

import numpy as np
import pytest
import torch

from skeletonllm_hf.model.layouts import SkeletonLayout
from skeletonllm_hf.model.modeling_draction import SKELETON_INPUTS
from skeletonllm_hf.model.processing_skeletonllm import SkeletonLLMProcessor
from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.synthetic import MotionOptions, generate

FRAMES, TOKENS = 12, 12 * 16


@pytest.fixture
def processor(tiny):
    return tiny[1]


def places(processor, ids):
    return (ids == processor.image_token_id).sum(-1).tolist()


def test_paths_arrays_and_sequences_give_the_same(processor, tmp_path):
    clip = generate("bow", seed=1)
    path = tmp_path / "clip.npz"
    np.savez(
        path,
        joints=clip.joints,
        mask=clip.mask,
        fps=clip.fps,
        layout=clip.layout.name,
        units="metres",
        up="y",
        view="-z",
    )
    array = np.where(clip.mask[..., None], clip.joints, np.nan)
    wanted = processor(clip.replace(fps=30.0), "x", return_tensors="pt")
    for other in (array, torch.from_numpy(array), array[:, 0]):
        got = processor(other, "x", layout="kinect_v2", return_tensors="pt")
        assert all(torch.equal(wanted[name], got[name]) for name in wanted)
    half = torch.from_numpy(array).bfloat16()  # NumPy has no such type
    one, other = (processor(joints, "x", layout="kinect_v2", return_tensors="pt") for joints in (half, half.float()))
    assert all(torch.equal(one[name], other[name]) for name in one)
    from_file = processor(path, "x", return_tensors="pt")
    torch.testing.assert_close(from_file["joints"], wanted["joints"])


def test_one_or_many_clips_for_one_or_many_prompts(processor):
    a, b, c = (generate("walk", seed=seed) for seed in range(3))
    assert places(processor, processor(a, "What?", return_tensors="pt")["input_ids"]) == [TOKENS]
    assert places(processor, processor([a, b], "Which is faster?", return_tensors="pt")["input_ids"]) == [2 * TOKENS]
    nested = processor([[a], [b, c]], ["What?", "Which is faster?"], return_tensors="pt")
    assert places(processor, nested["input_ids"]) == [TOKENS, 2 * TOKENS] and len(nested["joints"]) == 3
    placed = processor([a, b, c], ["<skeleton> A", "B <skeleton> C <skeleton>"], return_tensors="pt")
    assert places(processor, placed["input_ids"]) == [TOKENS, 2 * TOKENS]


def test_numbers_of_clips_and_prompts_must_match(processor):
    clips = [generate("walk", seed=seed) for seed in range(3)]
    with pytest.raises(ValueError, match="expected clips for 2 prompts, got clips for 3"):
        processor(clips, ["What?", "Who?"])
    with pytest.raises(ValueError, match=r"expected 2 clips for its 2 <skeleton>, got 1"):
        processor(clips[0], "<skeleton> or <skeleton>?")
    with pytest.raises(ValueError, match="got neither"):
        processor()
    with pytest.raises(ValueError, match="expected the columns"):  # a mapping is a dataset's row
        processor({"joints": 1}, "What?")
    with pytest.raises(TypeError, match="got object"):
        processor(object(), "What?")


def test_padding_stands_left_and_is_masked(processor):
    clips = [generate("walk", seed=1)] * 2
    batch = processor(clips, ["What?", "A much longer question than the other one, is it not?"], return_tensors="pt")
    assert batch["attention_mask"][0, 0] == 0 and batch["attention_mask"][0, -1] == 1
    assert batch["attention_mask"][1].all()


def test_frames_are_the_middles_unless_seeded(processor):
    joints = np.zeros((120, 1, 25, 3), np.float32) + np.arange(120, dtype=np.float32)[:, None, None, None]
    clip = SkeletonSequence(joints + np.random.default_rng(0).normal(size=(1, 1, 25, 3)), "kinect_v2")
    processor.heading = "keep"
    first = processor(clip, return_tensors="np")["joints"][0, :, 0, 0, 0]
    np.testing.assert_allclose(np.diff(first), 10.0, atol=1e-4)
    drawn = [processor(clip, seed=seed, return_tensors="np")["joints"] for seed in (1, 1, 2)]
    assert np.array_equal(drawn[0], drawn[1]) and not np.array_equal(drawn[0], drawn[2])


def test_missing_joints_are_masked_not_drawn(tiny):
    model, processor = tiny
    clip = generate("walk", seed=1)
    mask = clip.mask.copy()
    arm = [clip.layout.index(f"left_{part}") for part in ("elbow", "wrist", "hand", "hand_tip", "thumb")]
    mask[:, :, arm] = False
    wild = np.where(mask[..., None], clip.joints, 1e6)
    with torch.no_grad():
        frames = [
            processor.rasterize(SkeletonSequence(joints, "kinect_v2", mask=mask), model.renderer)["frames"]
            for joints in (wild, np.where(mask[..., None], clip.joints, np.nan))
        ]
        whole = processor.rasterize(clip, model.renderer)["frames"]
    assert torch.equal(*frames)
    assert frames[0].sum() < 0.95 * whole.sum()


def test_rasterize_is_differentiable_and_fits_a_stock_encoder(tiny):
    model, processor = tiny
    inputs = processor(generate("high wave", seed=1), return_tensors="pt")
    joints = inputs.pop("joints").requires_grad_()
    out = processor.rasterize(renderer=model.renderer, joints=joints, **inputs)
    assert out["frames"].shape == (1, FRAMES, 3, 112, 112) and out["pixel_values"].shape == (FRAMES, 3, 112, 112)
    out["pixel_values"].square().mean().backward()
    assert joints.grad.isfinite().all() and joints.grad.abs().sum() > 0
    with torch.no_grad():
        features = model.mllm.get_image_features(pixel_values=out["pixel_values"]).pooler_output
    assert features.shape == (FRAMES, 16, model.config.mllm_config.text_config.hidden_size)


def test_rasterize_without_a_renderer_uses_fixed_colours(processor):
    frames = processor.rasterize(generate("walk", seed=1))["frames"]
    assert 0 < frames.max() <= 1 and (frames.sum(2) > 0).float().mean() > 0.01
    with pytest.raises(ValueError, match="either skeletons or the tensors"):
        processor.rasterize()
    with pytest.raises(ValueError, match="unknown inputs"):
        processor.rasterize(joint=torch.zeros(1))


def test_layout_of_an_array_is_named_or_plain(processor):
    with pytest.raises(ValueError, match=r"fit layouts: .*; say which by layout="):
        processor(np.zeros((5, 20, 3)) + 1)
    with pytest.raises(ValueError, match="7 joints fit layouts: none"):
        processor(np.ones((5, 7, 3)))
    with pytest.raises(ValueError, match=r"expected \(frames, \[people,\] joints, 2 or 3\)"):
        processor(np.ones((5, 3)))


@pytest.mark.parametrize(
    "make", [lambda clip: clip, lambda clip: clip.joints, lambda clip: torch.from_numpy(clip.joints), str]
)
def test_several_clips_are_not_taken_for_the_frames_of_one(processor, make):
    clips = [make(generate("bow", seed=seed)) for seed in range(2)]
    with pytest.raises(TypeError, match="expected one clip, got a list of 2"):
        processor.load(clips, "ntu_25")
    joints = generate("bow", seed=0).joints
    assert np.array_equal(processor.load(list(joints[:, 0]), generate("bow", seed=0).layout).joints, joints[:, :1])


def test_a_clip_in_which_nobody_is_seen_is_refused(processor):
    with pytest.raises(ValueError, match="seen in some frame"):
        processor(SkeletonSequence(np.full((4, 1, 25, 3), np.nan), "kinect_v2"))


def test_a_layout_of_ones_own_and_flat_clips(tiny):
    model, processor = tiny
    dog = SkeletonLayout(
        "dog",
        ("hips", "back", "head", "lf", "rf", "lh", "rh", "tail"),
        ((0, 1), (1, 2), (1, 3), (1, 4), (0, 5), (0, 6), (0, 7)),
    )
    generator = np.random.default_rng(0)
    clips = [
        SkeletonSequence(generator.normal(size=(20, 1, 8, 3)), dog, units="unknown"),
        SkeletonSequence(generator.normal(size=(20, 2, 17, 2)) * 50 + 300, "coco_17", units="pixels", up="-y"),
    ]
    with torch.no_grad():
        frames = model.renderer(**processor(clips, return_tensors="pt")).frames
    assert (frames.flatten(2).sum(-1) > 0).all()


def test_chat_template_takes_clips_in_the_conversation(processor):
    clip = generate("walk", seed=1)
    messages = [
        {"role": "user", "content": [{"type": "skeleton", "skeleton": clip}, {"type": "text", "text": "What?"}]}
    ]
    chat = processor.apply_chat_template(
        messages, tokenize=True, add_generation_prompt=True, return_dict=True, return_tensors="pt"
    )
    direct = processor(clip, "What?", return_tensors="pt")
    assert all(torch.equal(chat[name], direct[name]) for name in direct)
    assert processor.apply_chat_template(messages) == "<|user|><skeleton>What?<|end|>"


def test_no_views_are_refused(processor):
    with pytest.raises(ValueError, match=r"views: expected a whole number from 1 to 64, got 0"):
        SkeletonLLMProcessor(processor.tokenizer, views=0)


def test_imputed_joints_are_drawn_and_others_left_alone(processor):
    clip = generate("walk", layout="kinect_v2", seed=1, options=MotionOptions(dropout=(0.0, 0.0)))
    elbow, hand = (clip.layout.index(f"left_{name}") for name in ("elbow", "hand_tip"))
    mask = clip.mask.copy()
    mask[:, :, [elbow, hand]] = False
    assert not SkeletonLLMProcessor(processor.tokenizer).impute_joints
    processor.impute_joints = False
    whole, gap = processor.tensors([clip]), processor.tensors([clip.replace(mask=mask)])
    assert not gap["joint_mask"][..., [elbow, hand]].any()
    processor.impute_joints = True
    imputed = processor.tensors([clip.replace(mask=mask)])
    assert imputed["joint_mask"][..., elbow].all() and not imputed["joint_mask"][..., hand].any()
    far = np.linalg.norm((imputed["joints"] - whole["joints"])[..., elbow, :], axis=-1)
    assert 0 < far.mean() < 0.15
    assert np.abs(imputed["velocities"][..., elbow, :]).max() > 0
    others = [joint for joint in range(clip.layout.num_joints) if joint not in (elbow, hand)]
    assert all(
        np.array_equal(imputed[name][..., others, :], whole[name][..., others, :]) for name in ("joints", "velocities")
    )


def test_round_trip(processor, tmp_path):
    processor.views, processor.impute_joints = 5, False
    processor.save_pretrained(tmp_path)
    loaded = SkeletonLLMProcessor.from_pretrained(tmp_path)
    clip = generate("walk", seed=1)
    before, after = (p(clip, "What is it?", return_tensors="pt") for p in (processor, loaded))
    assert set(before) == {"input_ids", "attention_mask", *SKELETON_INPUTS}
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert loaded.chat_template == processor.chat_template and loaded.sampling == processor.sampling
    assert loaded.views == 5 and not loaded.impute_joints


def test_settings_saved_under_their_earlier_names(processor, tmp_path):
    processor.impute_joints, processor.denoise = True, False
    processor.save_pretrained(tmp_path)
    file = tmp_path / "processor_config.json"
    saved = json.loads(file.read_text())
    saved |= {"bridge_joints": saved.pop("impute_joints"), "steady": saved.pop("denoise")}
    file.write_text(json.dumps(saved))
    loaded = SkeletonLLMProcessor.from_pretrained(tmp_path)
    assert loaded.impute_joints is True and loaded.denoise is False


def test_ten_thousand_frames_and_one(processor):
    still = generate("walk", seed=1)
    for frames in (1, 10_000):
        clip = still.replace(joints=np.resize(still.joints, (frames, *still.joints.shape[1:])), mask=None)
        assert processor(clip, return_tensors="pt")["joints"].shape[1] == FRAMES


@pytest.mark.parametrize(("heading", "camera"), [("keep", "fit"), ("face", "fit"), ("keep", "published")])
def test_rotations_turn_the_t_pose_to_the_pose_before_the_camera(tmp_path, tiny, heading, camera):
    """BVH rotations rebuild the bones' directions in the axes in which the renderer skins."""
    from skeletonllm_hf.readers import load_skeleton
    from skeletonllm_hf.synthetic import generate
    from skeletonllm_hf.writers import save_skeleton

    processor = tiny[1]
    source = generate("walk", layout="smpl_22", seed=3)
    clip = load_skeleton(save_skeleton(source, tmp_path / "a.bvh").path)
    processor.heading, processor.camera = heading, camera
    assert "joint_rotations" not in processor.tensors([clip])
    processor.skin_rotations = True
    other = generate("wave", layout="kinect_v2", seed=1)
    data = processor.tensors([clip, other])
    assert not data["joint_rotations"][1].any() and set(processor.model_input_names) >= {
        "joint_rotations",
        "rest_joints",
    }
    turns, rest, joints = (data[name][0] for name in ("joint_rotations", "rest_joints", "joints"))
    assert np.allclose(np.linalg.det(turns[:, 0, :22].astype(np.float64)), 1, atol=1e-4)
    layout = clip.layout
    children = [sum(a == joint for a, _ in layout.bones) for joint in range(layout.num_joints)]
    for a, b in layout.bones:
        if children[a] == 1:  # one bone hangs from the joint: its direction is the joint's turn
            bone = joints[:, 0, b] - joints[:, 0, a]
            turned = turns[:, 0, a] @ (rest[b] - rest[a])
            cosine = (bone * turned).sum(-1) / np.linalg.norm(bone, axis=-1) / np.linalg.norm(turned, axis=-1)
            assert cosine.min() > 0.999, (layout.joints[a], layout.joints[b])


def test_skinning_with_rotations_reaches_the_picture_and_the_answer(tmp_path, tiny):
    from skeletonllm_hf.readers import load_skeleton
    from skeletonllm_hf.synthetic import generate
    from skeletonllm_hf.writers import save_skeleton

    model, processor = tiny
    clip = load_skeleton(save_skeleton(generate("walk", layout="smpl_22", seed=3), tmp_path / "a.bvh").path)
    plain = processor([clip], "What is it?", return_tensors="pt")
    processor.skin_rotations = True
    skinned = processor([clip], "What is it?", return_tensors="pt")
    with torch.no_grad():
        frames = [model(**inputs).frames for inputs in (plain, skinned)]
        assert model.generate(**skinned, max_new_tokens=2).shape[1] == skinned["input_ids"].shape[1] + 2
    assert torch.isfinite(frames[1]).all() and not torch.equal(*frames)
    assert (frames[0] - frames[1]).abs().mean() < 0.05  # limbs stay where they are
    none = processor([clip.replace(rotations=None)], "What is it?", return_tensors="pt")
    assert "joint_rotations" not in none


def test_another_view_changes_neither_processor_nor_renderer(tiny):
    from skeletonllm_hf.drawing import render_images
    from skeletonllm_hf.synthetic import generate

    model, processor = tiny
    clip = generate("walk", layout="smpl_22", seed=3)
    before = render_images(processor.view, model.renderer, clip)[0]
    view = processor.view.replace(num_frames=3, heading="keep", camera="fit")
    images, times = render_images(view, model.renderer.with_config(image_size=40, camera="fit"), clip)
    assert len(times) == 3 and {image.size for image in images} == {(40, 40)}
    again = render_images(processor.view, model.renderer, clip)[0]
    assert [np.asarray(image).tolist() for image in again] == [np.asarray(image).tolist() for image in before]
    processor.heading = "keep"
    assert processor.view.heading == "keep"
    with pytest.raises(ValueError, match=r"heading: expected one of \('keep', 'face'\), got 'north'"):
        processor.view.replace(heading="north")
    with pytest.raises(ValueError, match="camera: expected one of"):
        SkeletonLLMProcessor(processor.tokenizer, camera="moon")
