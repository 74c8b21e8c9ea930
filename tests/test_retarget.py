"""Retargeting between layouts: what is shared stays, what is derived lies where it should, the rest is masked."""

import dataclasses
import functools
import os
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonllm_hf.model.body import BODY_POINTS
from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout, layout_names
from skeletonllm_hf.model.retarget import _keys, _rules
from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.readers import load_skeleton
from skeletonllm_hf.synthetic import EXACT, generate

SHARED = Path(os.environ.get("SKELETONLLM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
BODIES = [name for name in layout_names() if any(get_layout(name).body)]  # a hand alone is none
PAIRS = [(a, b) for a in BODIES for b in BODIES if a != b]
HEAD = {point for point in BODY_POINTS if point.partition("_")[2].startswith(("eye", "ear", "mouth"))} | {
    "head",
    "head_top",
    "nose",
}
# everyday movements of bodies of all sizes, seen from any side
OPTIONS = dataclasses.replace(EXACT, proportions=0.05, stature=(1.5, 1.9), heading=60.0, turned=0.3)
ACTIONS = ("walk", "drink", "bow", "kick", "throw", "sit down")


@functools.cache
def clip(action: str, layout: str) -> SkeletonSequence:
    sequence = generate(action, layout=layout, seed=ACTIONS.index(action), options=OPTIONS)
    every = slice(None, None, 4)
    return sequence.replace(joints=sequence.joints[every], mask=sequence.mask[every], fps=sequence.fps / 4)


@functools.cache
def errors(source: str, target: str) -> dict[str, float]:
    """Mean distance in cm of each derived body part from where the generator puts it; NaN where it is masked throughout."""
    shared = set(_keys(get_layout(source)))
    keys = _keys(get_layout(target))
    both = [joint for joint, key in enumerate(keys) if key in shared]
    found: dict[str, list[float]] = {}
    for action in ACTIONS:
        out, truth = clip(action, source).to_layout(target), clip(action, target)
        shift = (out.joints[:, :, both] - truth.joints[:, :, both]).mean(
            (0, 1, 2)
        )  # clips are centred on all their joints
        distance = 100 * np.linalg.norm(out.joints - truth.joints - shift, axis=-1)
        assert distance[:, :, both].max() < 1e-3
        for joint, key in enumerate(keys):
            if key not in shared:
                part = key.removeprefix("left_").removeprefix("right_")
                seen = out.mask[:, :, joint]
                found.setdefault(part, []).append(distance[:, :, joint][seen].mean() if seen.any() else np.nan)
    return {part: float(np.nanmean(v)) if np.isfinite(v).any() else np.nan for part, v in found.items()}


@pytest.mark.parametrize(("source", "target"), PAIRS, ids=lambda name: name)
def test_every_pair_converts_upright_with_left_on_the_left(source, target):
    rest = get_layout(source).rest_joints
    joints = np.stack([rest, rest * [1, 1, 0.9], rest + [0.1, 0, 0]])[:, None].astype(np.float32)
    out = SkeletonSequence(joints, source).to_layout(target)
    layout = get_layout(target)
    assert out.layout == layout and np.isfinite(out.joints).all() and not out.joints[~out.mask].any()
    wanted = layout.rest_joints
    named = [joint for joint, point in enumerate(layout.body) if point is not None]
    seen = [joint for joint in named if out.mask[0, 0, joint]]
    untold = {layout.body[j] for j in set(named) - set(seen)}
    if not HEAD & set(get_layout(source).body):  # nothing tells where a head would be
        untold -= HEAD
    # a T-pose with straight arms does not tell which way the thumbs point
    assert {point.partition("_")[2] for point in untold} <= {"thumb"}
    assert np.abs(out.joints[0, 0, seen] - wanted[seen]).max() < 0.05
    top, bottom = (max(seen, key=lambda joint: sign * wanted[joint, 1]) for sign in (1, -1))
    tall = min(1.4, wanted[top, 1] - wanted[bottom, 1] - 0.05)  # some have no head, and little foot
    assert (out.joints[:, 0, top, 1] > out.joints[:, 0, bottom, 1] + tall).all()
    for left, right in layout.pairs:
        if out.mask[:, :, [left, right]].all():
            assert (out.joints[:, 0, left, 0] > out.joints[:, 0, right, 0]).all()


@pytest.mark.parametrize(
    ("source", "target"), [("kinect_v2", "kinect_v1"), ("kinect_v1", "kinect_v2"), ("smpl_22", "smplh_52")]
)
def test_shared_joints_come_through_there_and_back_bit_by_bit(source, target):
    here = clip("walk", source).replace(confidence=np.random.default_rng(0).random(clip("walk", source).mask.shape))
    here = here.replace(mask=np.random.default_rng(1).random(here.mask.shape) > 0.2)
    back = here.to_layout(target).to_layout(source)
    shared = [joint for joint, point in enumerate(here.layout.body) if point in get_layout(target).body]
    assert len(shared) >= 19
    for name in ("joints", "mask", "confidence"):
        assert np.array_equal(getattr(here, name)[:, :, shared], getattr(back, name)[:, :, shared])


def test_the_same_layout_is_the_same_clip():
    here = clip("walk", "coco_17")
    assert here.to_layout("coco_17") is here


# cm; the head turns and nods, feet and hands bend: what one joint tells of them is less exact than what three do
@pytest.mark.parametrize(
    ("source", "target", "bounds"),
    [
        ("kinect_v1", "kinect_v2", {"spine_middle": 1.5, "neck": 1, "hand_tip": 1, "thumb": 3}),
        ("kinect_v2", "kinect_v1", {"spine_lower": 1}),
        (
            "coco_17",
            "kinect_v2",
            {"pelvis": 1, "spine_middle": 2.5, "neck_base": 1.5, "neck": 1.5, "head": 0.5, "hand": 1, "foot": 6},
        ),
        ("mediapipe_33", "kinect_v2", {"hand": 0.1, "hand_tip": 0.1, "foot": 0.1, "head": 0.5, "neck": 1.5}),
        ("kinect_v2", "coco_17", {"nose": 2, "eye": 2, "ear": 1.5}),
        ("kinect_v2", "smpl_22", {"spine_lower": 1, "spine_upper": 1, "collar": 1.5}),
        ("smpl_22", "h36m_17", {"neck_base": 1, "head_top": 2.5, "nose": 2}),
        ("kinect_v2", "mediapipe_33", {"mouth": 2, "index_finger": 1, "pinky": 1, "heel": 1, "toe": 2}),
        ("sbu_15", "openpose_25", {"heel": 4, "toe": 8, "small_toe": 8, "eye": 2.5}),
        ("smplh_52", "kinect_v2", {"thumb": 2, "hand_tip": 2, "hand": 2}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_derived_joints_lie_near_the_generator_s(source, target, bounds):
    measured = errors(source, target)
    assert set(bounds) <= set(measured)
    assert {part: round(measured[part], 2) for part, most in bounds.items() if not measured[part] <= most} == {}


def test_what_cannot_be_derived_is_masked_and_named():
    out = clip("walk", "kinect_v2").to_layout("coco_wholebody_133")
    hand = [joint for joint, name in enumerate(out.layout.joints) if name == "left_ring3" or name.startswith("face_")]
    assert len(hand) == 69 and not out.mask[:, :, hand].any() and not out.joints[:, :, hand].any()
    assert "left_ring" in out.warnings[-1] or "face_0" in out.warnings[-1]
    assert out.mask[:, :, out.layout.index("nose")].all()


def test_hands_of_one_name_are_copied():
    here = clip("walk", "coco_wholebody_133")
    out = here.to_layout("halpe_136")
    names = ["left_ring3", "face_40", "right_small_toe"]
    assert np.array_equal(
        out.joints[:, :, [out.layout.index(n) for n in names]], here.joints[:, :, [here.layout.index(n) for n in names]]
    )


def test_masks_and_confidence_pass_to_derived_joints():
    here = clip("walk", "coco_17")
    mask = here.mask.copy()
    mask[3, 0, here.layout.index("left_wrist")] = False
    confidence = np.full(mask.shape, 0.9, np.float32)
    confidence[5, 0, here.layout.index("left_elbow")] = 0.2
    out = here.replace(mask=mask, confidence=confidence).to_layout("kinect_v2")
    hand = out.layout.index("left_hand")
    assert np.flatnonzero(~out.mask[:, 0, hand]).tolist() == [3]
    assert np.flatnonzero(out.confidence[:, 0, hand] < 0.5).tolist() == [5]
    assert out.confidence[5, 0, out.layout.index("right_hand")] == np.float32(0.9)


def test_a_second_rule_serves_where_the_first_lacks_a_joint():
    here = clip("walk", "openpose_18")
    mask = here.mask.copy()
    mask[2:5, 0, here.layout.index("left_ear")] = False  # in profile: the head then follows the nose
    out, whole = (sequence.to_layout("kinect_v1") for sequence in (here.replace(mask=mask), here))
    head = out.layout.index("head")
    assert out.mask[:, 0, head].all()
    assert 0 < np.linalg.norm(out.joints[2:5, 0, head] - whole.joints[2:5, 0, head], axis=-1).max() < 0.06


def test_flat_clips_get_what_does_not_depend_on_depth():
    here = clip("drink", "coco_17")
    turned = here.canonical()
    flat = here.replace(joints=turned.joints[..., :2] * [300, -300] + [400, 500], units="pixels", up="-y", view="z")
    out, solid = flat.to_layout("kinect_v2"), here.to_layout("kinect_v2")
    assert out.is_2d and out.units == "pixels"
    at = out.layout.index
    for name in ("spine_base", "spine_mid", "neck", "left_hand", "right_hand_tip"):
        projected = solid.joints[:, 0, at(name), :2] * [300, -300] + [400, 500]
        assert np.abs(out.joints[:, 0, at(name)] - projected).max() < 300 * 0.02
    assert not out.mask[:, :, [at("left_foot"), at("left_thumb")]].any()


@settings(max_examples=20, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([("coco_17", "kinect_v2"), ("kinect_v1", "mediapipe_33")]),
    st.floats(0.01, 1000),
)
def test_conversion_follows_any_rotation_shift_and_size(seed, pair, size):
    rng = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    turn *= np.sign(np.linalg.det(turn))
    here = clip("kick", pair[0])
    move = lambda joints: (size * joints.astype(np.float64) @ turn.T + size * turn[0]).astype(np.float32)  # noqa: E731
    one, two = here.to_layout(pair[1]), here.replace(joints=move(here.joints)).to_layout(pair[1])
    both = one.mask & two.mask  # a thumb may be told or not at the very edge
    assert (one.mask != two.mask).mean() < 0.01
    assert np.abs(two.joints - move(one.joints))[both].max() < 1e-4 * size


def test_rules_are_sound():
    for rule in _rules():
        assert abs(rule.weights.sum() - 1) < 1e-9 and np.abs(rule.weights).max() < 2.5, rule
        assert rule.frame is not None or not rule.needs_frame, rule
    derived = {rule.point for rule in _rules()}
    # nothing tells the middle of a limb from its ends
    assert set(BODY_POINTS) - derived == {
        f"{s}_{p}" for s in ("left", "right") for p in ("shoulder", "elbow", "hip", "knee", "ankle")
    }


def test_unknown_joints_between_known_ones_are_spread():
    bones = [(0, 1), (1, 2), (2, 3), (3, 4), (1, 5)]
    rig = SkeletonLayout("rig", ("left_elbow", "twist_a", "twist_b", "left_wrist", "blade", "ribbon"), bones)
    out = clip("throw", "coco_17").to_layout(rig)
    elbow, twist, wrist = (out.joints[:, 0, joint] for joint in (0, 1, 3))
    assert np.allclose(twist, (2 * elbow + wrist) / 3, atol=1e-6)
    assert not out.mask[:, :, 4:].any() and out.warnings[-1].endswith("masked: blade, ribbon.")


def test_layouts_with_nothing_in_common_are_refused():
    worm = SkeletonLayout("worm", ("ring_1", "ring_2"), [(0, 1)], body=(None, None))
    with pytest.raises(ValueError, match="layout 'worm' has no joint that can be derived from 'coco_17'"):
        clip("walk", "coco_17").to_layout(worm)
    with pytest.raises(ValueError, match="unknown layout 'kinect_9'"):
        clip("walk", "coco_17").to_layout("kinect_9")


def test_published_and_recorded_clips_convert():
    goldens = SHARED / "draction" / "goldens" / "ntu25_one_person_candidate01.npz"
    if not goldens.exists():
        pytest.skip(f"no published goldens at {goldens.parent}")
    with np.load(goldens) as stored:
        here = SkeletonSequence(stored["joints"], "kinect_v2", up="y", view="z")
    for name in BODIES:
        out = here.to_layout(name)
        named = [
            joint for joint, point in enumerate(out.layout.body) if point is not None and not point.endswith("thumb")
        ]
        assert out.mask[:, :, named].all(), name
        low, high = here.joints.min((0, 1, 2)) - 0.2, here.joints.max((0, 1, 2)) + 0.2
        assert ((out.joints[:, :, named] > low) & (out.joints[:, :, named] < high)).all(), name


def test_recorded_hands_are_found_from_forearms(tmp_path):
    archive, name = SHARED / "data" / "msr_action3d.tar.xz", "a01_s01_e01_skeleton3D.txt"
    if not archive.exists():
        pytest.skip(f"no MSR-Action3D at {archive.parent}")
    with tarfile.open(archive) as tar:
        member = next(entry for entry in tar if entry.name.endswith(name))
        member.name = name
        tar.extract(member, tmp_path, filter="data")
    here = load_skeleton(tmp_path / name)
    kept = [joint for joint, point in enumerate(here.layout.body) if not point.endswith("hand")]
    number = {joint: row for row, joint in enumerate(kept)}
    bones = [(number[a], number[b]) for a, b in here.layout.bones if a in number and b in number]
    names, points = (tuple(of[joint] for joint in kept) for of in (here.layout.joints, here.layout.body))
    out = here.to_layout(SkeletonLayout("handless", names, bones, body=points)).to_layout(here.layout)
    for hand in (here.layout.index("left_hand"), here.layout.index("right_hand")):
        both = out.mask[:, :, hand] & here.mask[:, :, hand]
        assert both.any() and np.linalg.norm(out.joints - here.joints, axis=-1)[:, :, hand][both].mean() < 0.08
