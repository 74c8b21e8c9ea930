"""The cameras: projection against its definition, and the fitted camera's promises."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonllm_hf.model.cameras import (
    COVARIANCE_FLOOR,
    NEAR_PLANE,
    NEAREST,
    TRAVEL,
    fit_clip,
    focal_length,
    project,
    travel,
)
from skeletonllm_hf.model.layouts import get_layout, layout_names

FIELD_OF_VIEW, MARGIN, DISTANCE = 60.0, 0.9, 2.0
ROUNDING = 1e-4  # of the half picture: float32 through centre, scale and division


def isotropic(sigmas):
    return sigmas.square()[..., None, None] * torch.eye(3, dtype=sigmas.dtype)


def cloud(count, dtype=torch.float64, seed=0):
    """Points in the picture at 1 to 5 m, sizes of 1 to 10 cm."""
    rng = torch.Generator().manual_seed(seed)
    depths = 1 + 4 * torch.rand(count, 1, generator=rng, dtype=dtype)
    points = torch.cat([(torch.rand(count, 2, generator=rng, dtype=dtype) - 0.5) * depths, depths], dim=1)
    return points, 0.01 + 0.09 * torch.rand(count, generator=rng, dtype=dtype)


def test_focal_length_spans_the_picture():
    assert focal_length(448, 60.0) == pytest.approx(448 / (2 * math.tan(math.pi / 6)))
    points = torch.tensor([[math.tan(math.radians(30.0)) * 3.0, 0.0, 3.0]])
    screen = project(points, isotropic(torch.tensor([0.02])), focal_length(100, 60.0), 100)[0]
    torch.testing.assert_close(screen, torch.tensor([[100.0, 50.0]]))  # the right edge, half way down


def test_axes_of_the_picture():
    points = torch.tensor([[0.0, 0.0, 2.0], [0.1, 0.0, 2.0], [0.0, 0.1, 2.0]])
    screen, _, depths, _ = project(points, isotropic(torch.full((3,), 0.02)), 100.0, 64)
    torch.testing.assert_close(screen, torch.tensor([[32.0, 32.0], [37.0, 32.0], [32.0, 27.0]]))  # up is a smaller row
    assert torch.equal(depths, points[:, 2])


def test_conics_invert_the_projected_covariance():
    points, sigmas = cloud(20)
    focal, size = 80.0, 64
    _, conics, _, _ = project(points, isotropic(sigmas), focal, size)
    a, b, c = conics.unbind(-1)
    inverse = torch.stack([a, b, b, c], dim=-1).reshape(-1, 2, 2)
    pixel = lambda p: torch.stack([focal * p[0] / p[2], -focal * p[1] / p[2]])  # noqa: E731
    for point, sigma, found in zip(points, sigmas, inverse, strict=True):
        jacobian = torch.autograd.functional.jacobian(pixel, point)
        covariance = sigma**2 * jacobian @ jacobian.T + COVARIANCE_FLOOR * torch.eye(2, dtype=torch.float64)
        torch.testing.assert_close(found @ covariance, torch.eye(2, dtype=torch.float64))


def test_projection_gradients_match_finite_differences():
    points, sigmas = cloud(6, seed=1)
    function = lambda p, s: project(p, isotropic(s), 80.0, 64)[:3]  # noqa: E731
    assert torch.autograd.gradcheck(function, (points.requires_grad_(), sigmas.requires_grad_()))


def test_what_no_picture_can_hold_is_out_of_view_and_harmless():
    points = torch.tensor([
        *([0.0, 0.0, -2.0], [3.0, -3.0, -2.0], [0.0, 0.0, 0.0], [5.0, 5.0, 0.0], [0.1, 0.1, NEAR_PLANE / 2]),
        *([1e30, 0.0, -1e30], [1e30, 0.0, 1.0], [50.0, 0.0, 2.0], [0.0, -50.0, 2.0], [3e38, 3e38, 1e-38]),
        [0.3, 0.2, 2.0],
    ])  # fmt: skip
    points.requires_grad_()
    screen, conics, depths, in_view = project(points, isotropic(torch.full((11,), 0.02)), 80.0, 64)
    assert in_view.tolist() == [False] * 10 + [True]
    assert screen.isfinite().all() and conics.isfinite().all() and depths.isfinite().all()
    (screen.sum() + conics.sum()).backward()
    assert points.grad.isfinite().all()
    assert (points.grad[:10] == 0).all() and (points.grad[10] != 0).all()


def motion(layout, frames, people, seed, flat):
    """A clip (1, frames, people, joints, 3) in metres: limbs that swing, bodies that travel, some joints unseen."""
    rng = torch.Generator().manual_seed(seed)
    rest = torch.from_numpy(get_layout(layout).rest_joints.copy())
    rand = lambda *shape: torch.rand(*shape, generator=rng) * 2 - 1  # noqa: E731
    steps = torch.linspace(0, 1, frames)[:, None, None, None]
    joints = (
        rest + 0.3 * rand(frames, people, len(rest), 3) + 3 * rand(1, people, 1, 3) + 5 * steps * rand(1, people, 1, 3)
    )
    if flat:
        joints[..., 2] = 0.0
    mask = torch.rand(joints.shape[:-1], generator=rng) < 0.8
    mask[0, 0, 0] = True
    return joints[None], mask[None]


def placed(joints, mask):
    centre, scale = fit_clip(joints, mask, FIELD_OF_VIEW, MARGIN, DISTANCE)
    return (joints - centre[:, None, None, None]) * scale[:, None, None, None, None] + torch.tensor(
        [0.0, 0.0, DISTANCE]
    )


def assert_in_picture(joints, mask):
    seen = placed(joints, mask)[mask]
    assert (seen[:, 2] >= NEAREST * DISTANCE * (1 - ROUNDING)).all()
    across = (seen[:, :2] / seen[:, 2:]).abs() / math.tan(math.radians(FIELD_OF_VIEW) / 2)
    assert across.max() <= MARGIN + ROUNDING


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    layout=st.sampled_from(layout_names()),
    frames=st.integers(1, 6),
    people=st.integers(1, 3),
    seed=st.integers(0, 2**31),
    unit=st.floats(1e-3, 1e3),
    origin=st.tuples(*[st.floats(-100, 100)] * 3),
    flat=st.booleans(),
)
def test_every_seen_joint_is_in_the_picture(layout, frames, people, seed, unit, origin, flat):
    joints, mask = motion(layout, frames, people, seed, flat)
    joints = (joints + torch.tensor(origin)) * unit
    before = joints.clone()
    assert_in_picture(joints, mask)
    # the same again, and in other company, to the last bit
    alone = fit_clip(joints, mask, FIELD_OF_VIEW, MARGIN, DISTANCE)
    other = torch.full_like(joints, 1e4), torch.ones_like(mask)
    together = fit_clip(torch.cat([other[0], joints]), torch.cat([other[1], mask]), FIELD_OF_VIEW, MARGIN, DISTANCE)
    assert torch.equal(alone[0][0], together[0][1]) and torch.equal(alone[1][0], together[1][1])
    assert torch.equal(joints, before)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    values=st.lists(st.tuples(*[st.floats(-1e3, 1e3, width=32)] * 3), min_size=1, max_size=6),
    unit=st.sampled_from([1e-30, 1e-3, 1.0, 1e3, 1e30]),
)
def test_any_points_at_all_are_in_the_picture(values, unit):
    joints = torch.tensor(values)[None, None, None] * unit
    assert_in_picture(joints, torch.ones(joints.shape[:-1], dtype=torch.bool))


@pytest.mark.parametrize("point", [(0.0, 0.0, 0.0), (5.0, -3.0, 1e4), (1e-45, 0.0, 0.0)])
@pytest.mark.parametrize("count", [1, 7])
def test_one_place_stands_in_the_middle(point, count):
    joints = torch.tensor(point).expand(1, 2, 1, count, 3)
    seen = placed(joints, torch.ones(1, 2, 1, count, dtype=torch.bool))
    torch.testing.assert_close(seen, torch.tensor([0.0, 0.0, DISTANCE]).expand_as(seen))


def test_one_side_of_the_clip_touches_the_margin():
    joints, mask = motion("kinect_v2", 5, 2, 3, flat=False)
    seen = placed(joints, mask)[mask]
    across = (seen[:, :2] / seen[:, 2:]).abs() / math.tan(math.radians(FIELD_OF_VIEW) / 2)
    assert across.max() == pytest.approx(MARGIN, abs=1e-3)


@pytest.mark.parametrize("unit", [1e-3, 0.01, 39.37, 1e3])
def test_units_do_not_matter(unit):
    joints, mask = motion("smpl_22", 4, 2, 5, flat=False)
    torch.testing.assert_close(placed(joints * unit, mask)[mask], placed(joints, mask)[mask], atol=2e-5, rtol=0)


def test_unseen_joints_and_absent_clips_do_not_matter():
    joints, mask = motion("kinect_v2", 3, 1, 7, flat=False)
    wild = joints.masked_fill(~mask[..., None], 1e6)
    for before, after in zip(
        *(fit_clip(x, mask, FIELD_OF_VIEW, MARGIN, DISTANCE) for x in (joints, wild)), strict=True
    ):
        assert torch.equal(before, after)
    centre, scale = fit_clip(joints, torch.zeros_like(mask), FIELD_OF_VIEW, MARGIN, DISTANCE)
    assert (centre == 0).all() and (scale == 1).all()


def test_the_camera_stands_still():
    joints, mask = motion("kinect_v2", 3, 1, 7, flat=False)
    centre, scale = fit_clip(joints.requires_grad_(), mask, FIELD_OF_VIEW, MARGIN, DISTANCE)
    assert not centre.requires_grad and not scale.requires_grad


def walker(steps, people=1):
    """A clip (1, frames, people, joints, 3) of a body at each of these places (frames, 3)."""
    rest = torch.from_numpy(get_layout("kinect_v2").rest_joints.copy())
    places = torch.tensor(steps)[:, None, None] + torch.arange(people)[:, None, None] * torch.tensor([0.5, 0.0, 0.0])
    joints = (rest + places)[None]
    return joints, torch.ones(joints.shape[:-1], dtype=torch.bool)


def test_who_walks_away_is_followed_but_for_a_rest():
    joints, mask = walker([[0.0, 0.0, 0.0], [1.5, 0.0, -4.0], [3.0, 0.0, -8.0]])
    way = travel(joints, mask)
    assert (way[..., 1] == 0).all()
    rest = joints[0, :, 0, 0] - way[0]
    body = torch.from_numpy(get_layout("kinect_v2").rest_joints.copy())
    size = float((body.amax(0) - body.amin(0)).max())
    for axis in (0, 2):
        assert float(rest[-1, axis] - rest[0, axis]) == pytest.approx(
            math.copysign(TRAVEL * size, (1, 0, -1)[axis]), rel=1e-4
        )
    torch.testing.assert_close(rest[1], (rest[0] + rest[2]) / 2)
    metres = lambda x: x * 39.37  # noqa: E731
    torch.testing.assert_close(travel(metres(joints), mask), metres(way), rtol=1e-4, atol=1e-3)


def test_jumps_and_small_ways_are_left_alone():
    joints, mask = walker([[0.0, 0.0, 0.0], [0.2, 1.5, 0.3], [-0.2, 0.0, 0.1]])
    torch.testing.assert_close(travel(joints, mask), torch.zeros(1, 3, 3))


def test_how_far_people_are_from_one_another_stays():
    joints, mask = walker([[0.0, 0.0, 0.0], [5.0, 0.0, 0.0]], people=2)
    joints[0, 1, 1, :, 0] += 1.0
    placed = joints - travel(joints, mask)[:, :, None, None]
    torch.testing.assert_close(placed[0, :, 1] - placed[0, :, 0], joints[0, :, 1] - joints[0, :, 0])


def test_joints_that_come_and_go_do_not_shake_the_camera():
    joints, mask = walker([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [4.0, 0.0, 0.0], [6.0, 0.0, 0.0]])
    flicker = mask.clone()
    flicker[:, 1::2, :, 4:12] = False  # an arm and half of another
    wild = joints.masked_fill(~flicker[..., None], torch.nan)
    whole, gappy = travel(joints, mask), travel(wild, flicker)
    torch.testing.assert_close(gappy.diff(dim=1), whole.diff(dim=1), rtol=0.05, atol=0.01)
    nobody = flicker.clone()
    nobody[:, 2] = False
    assert travel(wild, nobody)[:, 2].eq(0).all() and travel(wild, nobody).isfinite().all()
    assert travel(wild, torch.zeros_like(mask)).eq(0).all()
