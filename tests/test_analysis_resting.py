"""Parts of the body, and clips in which some of them are at rest."""

import numpy as np
import pytest
from rendering import DOG

from skeletonllm_hf import SkeletonLayout, SkeletonSequence, generate, get_layout, layout_names
from skeletonllm_hf.analysis.body_parts import PARTS, body_parts, carriers, joints_of
from skeletonllm_hf.analysis.resting import at_rest
from skeletonllm_hf.synthetic import EXACT
from skeletonllm_hf.transforms import rotate, with_axes

EVERY = [(0, part) for part in PARTS]
BODIES = [name for name in layout_names() if any(get_layout(name).body)]  # a hand alone is none


def moved(one, two):
    """(joints,) metres: the most that each joint differs."""
    return np.linalg.norm(one.joints - two.joints, axis=-1).max((0, 1))


def spread(clip):
    """Metres by which the joints that are always seen leave their places."""
    seen = clip.mask.all((0, 1))
    return float(np.ptp(clip.joints[:, :, seen], axis=0).max())


@pytest.mark.parametrize("name", BODIES)
def test_every_joint_of_every_layout_has_a_part_and_pairs_lie_on_two_sides(name):
    layout = get_layout(name)
    parts = body_parts(layout)
    assert len(parts) == layout.num_joints and set(parts) <= set(PARTS)
    for left, right in layout.pairs:
        assert parts[left] == parts[right].replace("right", "left")
    assert {"left arm", "right arm", "left leg", "right leg"} <= set(joints_of(layout))
    for side in ("left", "right"):
        ends = carriers(layout)[f"{side} arm"]
        assert [layout.body[joint] for joint in ends] == [f"{side}_shoulder"]


def test_shoulders_and_hips_go_with_the_trunk_and_fingers_with_the_arm():
    layout = get_layout("kinect_v2")
    parts = dict(zip(layout.joints, body_parts(layout), strict=True))
    assert parts["left_shoulder"] == parts["right_hip"] == "trunk"
    assert parts["left_hand_tip"] == "left arm" and parts["right_foot"] == "right leg" and parts["head"] == "head"


@pytest.mark.parametrize("layout", ["kinect_v2", "coco_17", "smpl_22", "mediapipe_33"])
@pytest.mark.parametrize("action", ["walk turning left", "bow", "lie down"])
def test_with_every_part_at_rest_one_upright_pose_is_left(action, layout):
    clip = generate(action, seed=1, layout=layout, options=EXACT)
    rest = at_rest(clip, EVERY)
    assert spread(clip) > 0.3 and spread(rest) < 1e-4
    at = lambda point: rest.joints[0, 0, rest.layout.index(point)]  # noqa: E731
    assert at("left_wrist")[1] < at("left_elbow")[1] < at("left_shoulder")[1]
    assert at("right_ankle")[1] < at("right_knee")[1] < at("right_hip")[1] < at("right_shoulder")[1]


@pytest.mark.parametrize("part", [part for part in PARTS if part != "trunk"])
def test_a_limb_at_rest_leaves_all_else_alone_and_keeps_its_bones(part):
    clip = generate("dance", seed=2, options=EXACT)
    rest = at_rest(clip, [(0, part)])
    own = list(joints_of(clip.layout)[part])
    others = [joint for joint in range(clip.layout.num_joints) if joint not in own]
    assert (moved(clip, rest)[own] > 0.005).all()
    np.testing.assert_array_equal(clip.joints[:, :, others], rest.joints[:, :, others])
    for a, b in clip.layout.bones:
        if a in own or b in own:
            lengths = [np.linalg.norm(c.joints[..., a, :] - c.joints[..., b, :], axis=-1) for c in (clip, rest)]
            np.testing.assert_allclose(lengths[1], np.quantile(lengths[0], 0.9), atol=0.01)


def test_an_arm_at_rest_is_carried_by_a_trunk_that_bows_and_legs_stay_on_the_ground():
    clip = generate("bow", seed=1, options=EXACT)
    rest = at_rest(clip, [(0, "left arm"), (0, "left leg")])
    at = lambda point: rest.joints[:, 0, rest.layout.index(point)]  # noqa: E731
    trunk = at("neck_base") - at("pelvis")
    deepest = int((trunk[:, 1] / np.linalg.norm(trunk, axis=1)).argmin())
    assert trunk[deepest, 1] < 0.8 * trunk[0, 1]
    arm = at("left_wrist") - at("left_shoulder")
    cosine = (arm * trunk).sum(1) / np.linalg.norm(arm, axis=1) / np.linalg.norm(trunk, axis=1)
    assert (cosine < -0.9).all()
    leg = at("left_ankle") - at("left_hip")
    assert (leg[:, 1] / np.linalg.norm(leg, axis=1) < -0.98).all()


def test_a_trunk_at_rest_neither_goes_nor_turns_and_limbs_go_on():
    clip = generate("walk turning left", seed=3, options=EXACT)
    rest = at_rest(clip, [(0, "trunk")])
    trunk = list(joints_of(clip.layout)["trunk"])
    assert np.ptp(rest.joints[:, 0, trunk], axis=0).max() < 1e-4
    knee, hip = rest.layout.index("left_knee"), rest.layout.index("left_hip")
    bend = lambda c: np.linalg.norm(c.joints[:, 0, knee] - c.joints[:, 0, hip], axis=-1)  # noqa: E731
    np.testing.assert_allclose(bend(rest), bend(clip), atol=0.03)
    assert np.ptp(rest.joints[:, 0, knee], axis=0).max() > 0.15


def test_axes_units_and_heading_make_no_difference():
    clip = generate("high wave", seed=4, options=EXACT)
    parts = [(0, "trunk"), (0, "left arm"), (0, "right leg")]
    turned = rotate(clip, yaw=70.0)
    np.testing.assert_allclose(at_rest(turned, parts).joints, rotate(at_rest(clip, parts), yaw=70.0).joints, atol=0.05)
    sensor = with_axes(clip, "z", "y")
    sensor = sensor.replace(joints=sensor.joints * 100, units="centimetres")
    np.testing.assert_allclose(at_rest(sensor, parts).canonical().joints, at_rest(clip, parts).joints, atol=2e-3)


def test_flat_clips_rest_too_also_upside_down_and_from_behind():
    clip = generate("wave right hand", seed=5, options=EXACT)
    for turn in (0.0, 180.0):
        seen = rotate(clip, yaw=turn)
        flat = seen.replace(joints=seen.joints[..., :2] * [500, -500], units="pixels", up="-y", view="z")
        rest = at_rest(flat, EVERY)
        assert spread(rest) < 0.05
        at = lambda point, rest=rest: rest.joints[0, 0, rest.layout.index(point)]  # noqa: E731
        assert at("right_wrist")[1] > at("right_elbow")[1] > at("right_shoulder")[1]  # pixels count downwards
        side = np.sign(
            flat.joints[0, 0, flat.layout.index("right_shoulder"), 0]
            - flat.joints[0, 0, flat.layout.index("left_shoulder"), 0]
        )
        assert np.sign(at("right_wrist")[0] - at("left_wrist")[0]) == side


def test_masked_joints_stay_masked_and_gaps_are_bridged():
    clip = generate("high wave", seed=6, options=EXACT)
    mask = clip.mask.copy()
    shoulder, wrist = clip.layout.index("right_shoulder"), clip.layout.index("right_wrist")
    mask[10:30, 0, shoulder] = False
    mask[:, 0, wrist] = False
    holed = clip.replace(mask=mask)
    rest = at_rest(holed, [(0, "right arm")])
    np.testing.assert_array_equal(rest.mask, holed.mask)
    whole = at_rest(clip, [(0, "right arm")])
    elbow = clip.layout.index("right_elbow")
    np.testing.assert_allclose(rest.joints[:, 0, elbow], whole.joints[:, 0, elbow], atol=0.08)
    hand = clip.layout.index("right_hand")  # the wrist before it was never seen: a canonical forearm stands in
    np.testing.assert_allclose(rest.joints[:, 0, hand], whole.joints[:, 0, hand], atol=0.12)


def test_only_the_person_named_is_touched():
    clip = generate("punching", seed=1, options=EXACT)
    rest = at_rest(clip, [(1, part) for part in PARTS])
    np.testing.assert_array_equal(rest.joints[:, 0], clip.joints[:, 0])
    assert np.ptp(rest.joints[:, 1], axis=0).max() < 1e-4


def test_layouts_without_a_human_body_or_with_few_joints_do_not_break():
    dog = SkeletonLayout.from_dict(DOG)
    rng = np.random.default_rng(0)
    joints = dog.rest_joints + 0.1 * rng.standard_normal((20, 1, dog.num_joints, 3)).astype(np.float32)
    hand = SkeletonLayout("hand", ("left_wrist", "left_thumb", "left_pinky"), ((0, 1), (0, 2)))
    fist = 0.1 * rng.standard_normal((20, 1, 3, 3)).astype(np.float32)
    for clip in (SkeletonSequence(joints, dog), SkeletonSequence(fist, hand)):
        rest = at_rest(clip, [(0, part) for part in joints_of(clip.layout)])
        assert np.isfinite(rest.joints).all()
        assert spread(rest) < 1e-3
