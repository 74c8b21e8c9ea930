"""SkeletonSequence: what it refuses, its masks, and the way into canonical axes, units and size."""

import numpy as np
import pytest

from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout
from skeletonllm_hf.model.skeleton import AXES, UNITS, SkeletonSequence, axis_vector

REST = get_layout("kinect_v2").rest_joints
KEYED = {name: i for i, name in enumerate(get_layout("kinect_v2").joints)}


def clip(frames=3, people=1, **fields):
    joints = np.broadcast_to(REST, (frames, people, *REST.shape)) + np.arange(frames)[:, None, None, None] * 0.1
    return SkeletonSequence(fields.pop("joints", joints), fields.pop("layout", "kinect_v2"), **fields)


@pytest.mark.parametrize(
    "fields, error, message",
    [
        (
            {"joints": np.zeros((3, 25, 3))},
            ValueError,
            r"joints: expected \(frames, people, joints, 2 or 3\), got \(3, 25, 3\)",
        ),
        ({"joints": np.zeros((3, 1, 25, 4))}, ValueError, r"joints: .*\(3, 1, 25, 4\)"),
        ({"joints": np.zeros((3, 1, 20, 3))}, ValueError, "'kinect_v2' has 25 joints, got 20"),
        ({"joints": np.zeros((0, 1, 25, 3))}, ValueError, "at least one frame and one person"),
        ({"joints": np.zeros((3, 0, 25, 3))}, ValueError, "at least one frame and one person"),
        ({"joints": np.full((3, 1, 25, 3), "a")}, TypeError, "joints: expected numbers, got dtype <U1"),
        ({"joints": np.zeros((3, 1, 25, 3), dtype=object)}, TypeError, "joints: expected numbers, got dtype object"),
        ({"joints": np.zeros((3, 1, 25, 3), dtype=complex)}, TypeError, "complex"),
        ({"mask": np.ones((3, 1, 24))}, ValueError, r"mask: expected \(3, 1, 25\), got \(3, 1, 24\)"),
        ({"confidence": np.ones((3, 25))}, ValueError, r"confidence: expected \(3, 1, 25\), got \(3, 25\)"),
        ({"rotations": np.ones((3, 1, 25, 3))}, ValueError, r"rotations: expected \(3, 1, 25, 3, 3\)"),
        ({"layout": "kinect_v9"}, ValueError, "unknown layout 'kinect_v9'; known: kinect_v2"),
        ({"layout": 25}, TypeError, "layout: expected a name, a dict or a SkeletonLayout, got int"),
        ({"fps": 0}, ValueError, "fps: expected a positive number, .*got 0"),
        ({"fps": float("nan")}, ValueError, "fps: expected a positive number, .*got nan"),
        ({"fps": "30"}, ValueError, "fps: expected a positive number, .*got '30'"),
        ({"units": "furlongs"}, ValueError, "units: expected one of .*'metres'.*got 'furlongs'"),
        ({"up": "upwards"}, ValueError, r"up: expected one of \['x', '-x'.*got 'upwards'"),
        ({"up": "y", "view": "-y"}, ValueError, "view: expected an axis across up='y', got '-y'"),
        ({"view": "forward"}, ValueError, "view: expected an axis across up='y', got 'forward'"),
        ({"captions": "A person waves."}, TypeError, "captions: expected several texts, got one"),
    ],
)
def test_what_does_not_fit_is_refused(fields, error, message):
    with pytest.raises(error, match=message):
        clip(**fields)
    with pytest.raises(error, match="a.bvh: " if "layout" not in fields else message):  # and the file is named
        clip(source="a.bvh", **fields)


def test_numbers_of_any_kind_become_float32_copies():
    for dtype in (np.float64, np.float16, np.int32, np.uint8):
        given = np.ones((2, 1, 25, 3), dtype=dtype)
        sequence = clip(joints=given, mask=np.zeros((2, 1, 25)))
        assert sequence.joints.dtype == np.float32 and (sequence.joints == 0).all()
        assert (given == 1).all()  # the caller's array is left alone
    assert clip(joints=np.ones((2, 1, 25, 3)).tolist()).joints.dtype == np.float32


def test_only_finite_joints_are_seen():
    joints = clip().joints.copy()
    joints[0, 0, 3, 1], joints[1, 0, 4, 0], joints[2, 0, 5, 2] = np.nan, np.inf, -np.inf
    mask = np.ones((3, 1, 25), dtype=bool)
    mask[0, 0, 9] = False
    sequence = clip(joints=joints, mask=mask)
    unseen = {tuple(place) for place in np.argwhere(~sequence.mask)}
    assert unseen == {(0, 0, 3), (1, 0, 4), (2, 0, 5), (0, 0, 9)}
    assert (sequence.joints[~sequence.mask] == 0).all() and np.isfinite(sequence.joints).all()
    assert clip(joints=joints).mask.sum() == 75 - 3


def test_facts():
    sequence = clip(frames=45, people=2, fps=15)
    assert (sequence.num_frames, sequence.num_people, sequence.seconds, sequence.is_2d) == (45, 2, 3.0, False)
    mask = sequence.mask.copy()
    mask[:, 1] = False
    assert sequence.replace(mask=mask).people_present.tolist() == [True, False]
    assert sequence.replace(label="wave").label == "wave" and sequence.label is None
    other = clip(frames=45, people=2, fps=15)
    assert sequence in [other, sequence] and sequence not in [other] and {sequence: 1}[sequence] == 1
    with pytest.raises(AttributeError):
        sequence.fps = 10


@pytest.mark.parametrize("up", AXES)
@pytest.mark.parametrize("view", AXES)
def test_canonical_axes(up, view):
    if up[-1] == view[-1]:
        with pytest.raises(ValueError, match="view"):
            clip(up=up, view=view)
        return
    rotations = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 1, 25, 3, 3)))[0]
    before = clip(up=up, view=view, rotations=rotations)
    after = before.canonical()
    right = np.cross(axis_vector(view), axis_vector(up))
    turn = np.stack([right, axis_vector(up), -axis_vector(view)])
    assert np.linalg.det(turn) == pytest.approx(1.0)  # a rotation: nothing is mirrored
    np.testing.assert_allclose(after.joints, before.joints @ turn.T, atol=1e-6)
    # an orientation moves vectors in the new axes as it did in the old ones
    offset = np.array([0.1, 0.2, 0.3])
    np.testing.assert_allclose(after.rotations @ (turn @ offset), (before.rotations @ offset) @ turn.T, atol=1e-6)
    assert (after.up, after.view, after.units) == ("y", "-z", "metres")
    again = after.canonical()
    assert np.array_equal(again.joints, after.joints)


def test_default_views():
    assert {up: clip(up=up).view for up in AXES} == {"y": "-z", "-y": "z", "z": "y", "-z": "-y", "x": "-z", "-x": "-z"}


def test_a_sensor_clip_is_seen_as_the_sensor_saw_it():
    """Kinect: x to the sensor's left, y up, z depth; whoever faces it has their left on the picture's right."""
    sensor = REST * [-1, 1, -1] + [0, 0, 3]  # the rest pose turned round to face along -z
    assert sensor[KEYED["left_hand"], 0] < 0
    canonical = clip(joints=np.broadcast_to(sensor, (1, 1, 25, 3)), up="y", view="z").canonical().joints[0, 0]
    assert canonical[KEYED["left_hand"], 0] > 0
    assert canonical[KEYED["left_foot"], 2] > canonical[KEYED["left_ankle"], 2]  # toes towards the viewer


@pytest.mark.parametrize("units, metres", [(name, size) for name, size in UNITS.items() if size is not None])
def test_units_become_metres(units, metres):
    after = clip(joints=clip().joints / metres, units=units).canonical()
    np.testing.assert_allclose(after.joints, clip().joints, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("units", ["pixels", "unknown"])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 300.0])
def test_units_without_size_give_a_body_a_bodys_size(units, scale):
    after = clip(joints=clip().joints * scale, units=units).canonical()
    np.testing.assert_allclose(after.joints, clip().joints, rtol=1e-4, atol=1e-4)


def test_flat_input_stands_upright_in_body_size():
    picture = REST[:, :2] * [200, -200] + [320, 400]  # columns and rows, rows downwards
    sequence = clip(joints=np.broadcast_to(picture, (2, 1, 25, 2)), up="-y", units="pixels")
    assert sequence.is_2d
    after = sequence.canonical()
    assert after.joints.shape == (2, 1, 25, 3) and (after.joints[..., 2] == 0).all()
    body = after.joints[0, 0]
    assert body[KEYED["head"], 1] > body[KEYED["left_foot"], 1]
    assert body[KEYED["left_hand"], 0] > body[KEYED["right_hand"], 0]
    assert np.ptp(body[:, 0]) == pytest.approx(np.ptp(REST[:, 0]), rel=0.05)


def test_size_comes_from_seen_bones_only():
    joints, mask = clip().joints * 50, np.ones((3, 1, 25), dtype=bool)
    joints[:, :, KEYED["left_hand_tip"]] = 1e6
    mask[:, :, KEYED["left_hand_tip"]] = False
    after = clip(joints=joints, mask=mask, units="unknown").canonical()
    np.testing.assert_allclose(after.joints[mask], clip().joints[mask], rtol=1e-4, atol=1e-4)
    assert (after.joints[~mask] == 0).all() and np.array_equal(after.mask, mask)


def test_size_without_bones():
    markers = SkeletonLayout("three_markers", ("a", "b", "c"), ())
    joints = np.array([[0.0, 0, 0], [0, 340, 0], [100, 0, 0]])[None, None]
    after = SkeletonSequence(joints, markers, units="unknown").canonical()
    np.testing.assert_allclose(np.ptp(after.joints[0, 0, :, 1]), 1.7, rtol=1e-5)
    nothing = SkeletonSequence(np.zeros_like(joints), markers, units="pixels")
    assert (nothing.canonical().joints == 0).all()
    unseen = nothing.replace(mask=np.zeros((1, 1, 3), dtype=bool))
    assert not unseen.canonical().mask.any()
