"""The renderer: the published formulas, who is seen, batches, appearance on other layouts, joint rotations."""

import functools
import json

import pytest
import torch
from rendering import DEPTH, DOG, gaussians_of, make_batch, make_clip, make_model

from skeletonllm_hf.model import modeling_draction
from skeletonllm_hf.model.cameras import focal_length
from skeletonllm_hf.model.gaussians import GaussianSampling, blend, gaussian_template, turned
from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout, layout_names

KINECT = get_layout("kinect_v2")


@pytest.fixture
def drawn(monkeypatch):
    """Keeps what is handed to the rasteriser: means, conics, colors, opacities, depths, of the last call."""
    kept = []
    original = modeling_draction.rasterize

    def keep(*arguments, **options):
        kept[:] = [x.detach() for x in arguments[:5]]
        return original(*arguments, **options)

    monkeypatch.setattr(modeling_draction, "rasterize", keep)
    return kept


def reference(model, joints, velocities):
    """One person in the bank's layout as the paper describes it, Gaussian by Gaussian, in float64, before a pinhole camera."""
    state = {name: x.double() for name, x in model.state_dict().items() if x.is_floating_point()}

    def mlp(name, x):
        hidden = torch.relu(x @ state[f"{name}.0.weight"].T + state[f"{name}.0.bias"])
        return hidden @ state[f"{name}.2.weight"].T + state[f"{name}.2.bias"]

    size, focal = model.config.image_size, focal_length(model.config.image_size, model.config.field_of_view)
    share = state["depth_tint"].sigmoid()
    rows, cols = torch.meshgrid(*[torch.arange(size, dtype=torch.float64)] * 2, indexing="ij")
    frames = []
    for place, speed in zip(joints[0, :, 0].double(), velocities[0, :, 0].double(), strict=True):
        first, second = model.bank_joints.T
        along = state["bank_blends"][:, None]
        means = (1 - along) * place[first] + along * place[second]
        motion = (1 - along) * speed[first] + along * speed[second]
        raw = mlp("appearance_head", state["features"])
        colors, opacities = raw[:, :3].sigmoid(), raw[:, 3].sigmoid()
        if model.config.modulator:
            change = mlp("modulator", torch.cat([means, motion, raw], dim=1))
            colors = (colors + change[:, :3]).clamp(0, 1)
            opacities = (opacities + change[:, 3]).sigmoid() * change[:, 4].sigmoid()
        depth = (means[:, 2] - means[:, 2].min()) / (means[:, 2].max() - means[:, 2].min() + 1e-6)
        tint = torch.stack([depth, 1 - (2 * depth - 1).abs(), 1 - depth], dim=1)
        colors = (1 - share) * colors + share * tint
        picture, light = torch.zeros(3, size, size, dtype=torch.float64), torch.ones(size, size, dtype=torch.float64)
        for g in means[:, 2].argsort(stable=True).tolist():
            x, y, z = means[g]
            jacobian = torch.tensor(
                [[focal / z, 0, -focal * x / z**2], [0, -focal / z, focal * y / z**2]], dtype=torch.float64
            )
            covariance = state["bank_scales"][g] ** 2 * jacobian @ jacobian.T + 1e-5 * torch.eye(2)
            offset = torch.stack([cols - (focal * x / z + size / 2), rows - (-focal * y / z + size / 2)], dim=-1)
            squared = torch.einsum("yxi,ij,yxj->yx", offset, covariance.inverse(), offset)
            passed = torch.exp(-opacities[g] * torch.exp(-0.5 * squared))
            picture += light * (1 - passed) * colors[g][:, None, None]
            light *= passed
        frames.append(picture.clamp(0, 1))
    return torch.stack(frames)[None]


@pytest.mark.parametrize("modulator", [True, False])
@pytest.mark.parametrize("tint", [-2.0, 1.0])
def test_frames_are_what_the_formulas_say(modulator, tint):
    model = make_model(camera="published", modulator=modulator, image_size=47)
    with torch.no_grad():
        model.depth_tint.fill_(tint)
        model.appearance_head[2].bias[3] = 2.0
        clip = make_clip(frames=2)
        clip["joints"][..., 1] -= 0.3
        output = model(**clip)
    assert torch.equal(output.joints, clip["joints"])
    expected = reference(model, clip["joints"], clip["velocities"])
    assert expected.max() > 0.2
    torch.testing.assert_close(output.frames.double(), expected, atol=5e-4, rtol=0)  # the rasteriser's cut-off


@pytest.mark.parametrize("camera", ["fit", "follow", "published"])
@pytest.mark.parametrize("size", [1, 33, 64])
def test_shapes_and_range(camera, size):
    with torch.no_grad():
        frames = make_model(camera=camera, image_size=size)(**make_clip(people=2)).frames
    assert frames.shape == (1, 3, 3, size, size) and frames.dtype == torch.float32
    assert frames.min() >= 0 and frames.max() <= 1
    assert size == 1 or (frames.amax((2, 3, 4)) > 0.05).all()
    assert size == 1 or (frames[..., 0, 0] == 0).all()  # black where nobody is


def test_a_joint_alone_lights_its_pixel():
    model = make_model(camera="published", image_size=64)
    clip = make_clip(frames=1)
    hand = KINECT.index("left_hand")
    clip["joint_mask"][:] = False
    clip["joint_mask"][..., hand] = True
    with torch.no_grad():
        picture = model(**clip).frames[0, 0].sum(0)
    x, y, z = clip["joints"][0, 0, 0, hand]
    focal = focal_length(64, 60.0)
    column, row = round(float(focal * x / z + 32)), round(float(-focal * y / z + 32))
    assert divmod(int(picture.argmax()), 64) == (row, column)
    assert column > 40  # a person who faces us has the left hand on our right


def test_nearer_people_hide_those_behind_whatever_their_order():
    model = make_model(camera="published", image_size=48)
    near, far = make_clip(), make_clip()
    near["joints"][..., 2] -= 0.7
    with torch.no_grad():
        model.appearance_head[2].bias[3] = 30.0  # opaque
        model.modulator[2].bias[3:] += 30.0
        pair = {name: torch.cat([near[name], far[name]], dim=2) for name in near}
        swapped = {name: torch.cat([far[name], near[name]], dim=2) for name in near}
        both, again, alone = (model(**clip).frames for clip in (pair, swapped, near))
    torch.testing.assert_close(both, again, atol=1e-6, rtol=0)
    shown = alone.amax(2, keepdim=True).expand_as(alone) > 0.6
    assert shown.any() and (both - alone).abs()[shown].max() < 0.4
    assert (both > alone + 0.1).any()


def test_people_who_are_absent_leave_no_trace():
    for camera in ("fit", "follow", "published"):
        model = make_model(camera=camera)
        clip = make_clip()
        zeros = {name: torch.cat([x, torch.zeros_like(x)], dim=2) for name, x in clip.items()}
        with torch.no_grad():
            alone = model(**clip).frames
            torch.testing.assert_close(model(**zeros).frames, alone, atol=1e-6, rtol=0)
            del zeros["joint_mask"]  # all joints exactly zero: absent
            torch.testing.assert_close(model(**zeros).frames, alone, atol=1e-6, rtol=0)
            clip["joint_mask"][:] = False
            assert (model(**clip).frames == 0).all()


def test_a_bone_shows_only_where_both_ends_are_seen(drawn):
    model = make_model()
    clip = make_clip(frames=1)
    clip["joint_mask"][..., KINECT.index("left_elbow")] = False
    with torch.no_grad():
        model(**clip)
    opacities = drawn[3].reshape(-1)
    touching = (model.bank_joints == KINECT.index("left_elbow")).any(1)
    assert touching.sum() == 1 + 2 * 2 and (opacities[touching] == 0).all() and (opacities[~touching] > 0).all()


def test_velocities_matter_and_default_to_rest():
    model = make_model()
    clip = make_clip()
    still = dict(clip, velocities=torch.zeros_like(clip["velocities"]))
    without = {name: x for name, x in clip.items() if name != "velocities"}
    with torch.no_grad():
        moving, resting, default = (model(**x).frames for x in (clip, still, without))
    assert torch.equal(resting, default) and (moving - resting).abs().max() > 1e-3


@pytest.mark.parametrize("unit", [1e-3, 1e3, 39.37])
def test_the_fitted_picture_is_the_same_in_any_unit(unit):
    model = make_model(image_size=48)
    clip = make_clip(people=2)
    scaled = dict(clip, joints=clip["joints"] * unit, velocities=clip["velocities"] * unit)
    with torch.no_grad():
        torch.testing.assert_close(model(**scaled).frames, model(**clip).frames, atol=1e-4, rtol=0)


def test_flat_clips_are_drawn():
    model = make_model(image_size=48)
    clip = make_clip("coco_17")
    clip["joints"][..., 2] = 0.0
    with torch.no_grad():
        frames = model(**clip, **gaussians_of(model, "coco_17")).frames
    assert (frames.amax((2, 3, 4)) > 0.1).all()


def unknown_topology():
    return SkeletonLayout("unknown", tuple(f"q{n}" for n in range(9)), tuple((n // 2, n) for n in range(1, 9)))


@functools.cache
def company():
    """Clips of several layouts and numbers of people."""
    dog = SkeletonLayout.from_dict(json.loads(json.dumps(DOG)))
    layouts = (("kinect_v2", 1), ("smpl_22", 2), ("coco_17", 1), (dog, 3), (unknown_topology(), 1), ("kinect_v2", 2))
    return [(layout, make_clip(layout, people=people, seed=n)) for n, (layout, people) in enumerate(layouts)]


@pytest.mark.parametrize("camera", ["fit", "follow", "published"])
@pytest.mark.parametrize("temporal", [False, True])
def test_clips_in_a_batch_equal_clips_alone(camera, temporal):
    """Within 1e-6: matrix products of another size round differently."""
    model = make_model(camera=camera, temporal=temporal)
    clips = company()
    with torch.no_grad():
        together = model(**make_batch(model, clips)).frames
        backwards = model(**make_batch(model, clips[::-1])).frames.flip(0)
        for row, (layout, clip) in enumerate(clips):
            alone = model(**clip, **gaussians_of(model, layout)).frames[0]
            assert alone.amax() > 0.1
            torch.testing.assert_close(together[row], alone, atol=1e-6, rtol=0)
    torch.testing.assert_close(together, backwards, atol=1e-6, rtol=0)


def test_the_same_call_gives_the_same_bits():
    model = make_model(image_size=64)
    batch = make_batch(model, company())
    with torch.no_grad():
        assert torch.equal(model(**batch).frames, model(**batch).frames)


def test_gradients_or_none_the_picture_is_the_same():
    model = make_model(image_size=64)
    batch = make_batch(model, company())
    with_them = model(**batch).frames
    with torch.no_grad():
        without = model(**batch).frames
    assert with_them.requires_grad and torch.equal(with_them, without)
    assert without.min() >= 0 and without.max() <= 1


def test_the_banks_own_layout_takes_the_bank_itself():
    model = make_model(bank_samples=10)
    weights = model.nearest_rows(model.bank_positions)
    torch.testing.assert_close(weights, torch.eye(len(weights)), atol=1e-6, rtol=0)
    with torch.no_grad():
        model.features.normal_()
        clip = make_clip()
        torch.testing.assert_close(
            model(**clip, **gaussians_of(model, "kinect_v2")).frames, model(**clip).frames, atol=1e-6, rtol=0
        )


@pytest.mark.parametrize("name", [name for name in layout_names() if any(get_layout(name).body)])
def test_appearance_comes_from_the_same_side_and_the_same_part(name):
    model = make_model(bank_samples=10)
    layout = get_layout(name)
    positions = torch.from_numpy(gaussian_template(layout, GaussianSampling()).positions)
    weights = model.nearest_rows(positions)
    torch.testing.assert_close(weights.sum(1), torch.ones(len(weights)))
    assert ((weights > 0).sum(1) <= modeling_draction.NEAREST_ROWS).all() and (weights >= 0).all()
    side = model.bank_positions[:, 0]
    for sign in (1, -1):  # nothing of the left comes from the right, nor the other way
        across = weights[positions[:, 0] * sign > 1e-3][:, side * sign < -1e-3]
        assert across.sum(1).max() < 1e-6, layout.name
    for joint, point in enumerate(layout.body):  # a joint that the bank has takes that joint's row
        if point in KINECT.body:
            assert weights[joint, KINECT.body.index(point)] > 0.999, layout.joints[joint]


def test_left_and_right_of_another_layout_look_different(drawn):
    model = make_model(bank_samples=10)
    layout = get_layout("smpl_22")
    with torch.no_grad():
        model(**make_clip(layout, frames=1), **gaussians_of(model, layout))
        own = model.features[KINECT.body.index("left_wrist")]
        assert not torch.allclose(own, model.features[KINECT.body.index("right_wrist")])
    colors = drawn[2][0]
    for left, right in layout.pairs:
        assert not torch.allclose(colors[left], colors[right], atol=1e-3)


def turn_about_z(degrees):
    cos, sin = torch.tensor(degrees).deg2rad().cos(), torch.tensor(degrees).deg2rad().sin()
    return torch.tensor([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])


def test_skinning_is_the_formula():
    """mu_k = sum_j w_kj (R_j (c_k - c_j) + x_j), with Gaussians on and off their bones."""
    rng = torch.Generator().manual_seed(0)
    rand = lambda *shape: torch.randn(*shape, generator=rng, dtype=torch.float64)  # noqa: E731
    joints, rest, rotations = rand(1, 2, 1, 4, 3), rand(1, 4, 3), torch.linalg.qr(rand(1, 2, 1, 4, 3, 3))[0]
    ends, blends, offsets = (
        torch.tensor([[[1, 1], [0, 2], [2, 3]]]),
        torch.tensor([[0.0, 0.25, 0.6]]).double(),
        rand(3, 3),
    )
    means = blend(joints, ends, blends) + turned(rotations, rest, offsets, ends, blends)
    for t in range(2):
        for k in range(3):
            (a, b), w = ends[0, k].tolist(), blends[0, k]
            centre = (1 - w) * rest[0, a] + w * rest[0, b] + offsets[k]
            expected = sum(
                share * (rotations[0, t, 0, j] @ (centre - rest[0, j]) + joints[0, t, 0, j])
                for j, share in ((a, 1 - w), (b, w))
            )
            torch.testing.assert_close(means[0, t, 0, k], expected)


def test_identity_rotations_change_nothing():
    model = make_model(image_size=48)
    with torch.no_grad():
        model.bank_offsets.normal_(0, 0.003)  # as the released files have them
        for clip in (make_clip(), make_clip(people=2)):
            turns = torch.eye(3).expand(*clip["joints"].shape, 3)
            torch.testing.assert_close(
                model(**clip, joint_rotations=turns).frames, model(**clip).frames, atol=1e-4, rtol=0
            )
            # nor does one rotation of all joints: the bones themselves turn with the joints' places
            model.bank_offsets.zero_()
            turns = turn_about_z(70.0).expand(*clip["joints"].shape, 3)
            torch.testing.assert_close(
                model(**clip, joint_rotations=turns).frames, model(**clip).frames, atol=1e-4, rtol=0
            )


@pytest.mark.parametrize("camera", ["fit", "follow", "published"])
def test_turning_a_joint_moves_its_bones(camera, drawn):
    model = make_model(camera=camera, image_size=64)
    clip = make_clip(frames=1)
    elbow = KINECT.index("left_elbow")
    turns = torch.eye(3).repeat(1, 1, 1, 25, 1, 1)
    turns[..., elbow, :, :] = turn_about_z(90.0)
    with torch.no_grad():
        placed = model(**clip).joints
        before = drawn[0][0].clone()
        model(**clip, joint_rotations=turns)
        after = drawn[0][0]
        # a clip in millimetres with its rest pose in millimetres is the same clip
        millimetres = dict(clip, joints=clip["joints"] * 1000, velocities=clip["velocities"] * 1000)
        if camera != "published":
            model(**millimetres, joint_rotations=turns, rest_joints=model.rest_joints[None] * 1000)
            torch.testing.assert_close(drawn[0][0], after, atol=1e-2, rtol=0)
    touching = (model.bank_joints == elbow).any(1) & (model.bank_joints[:, 0] != model.bank_joints[:, 1])
    moved = (after - before).norm(dim=1)
    assert (moved[touching] > 0.5).all() and (moved[~touching] < 1e-3).all()
    # the size of a step: shares (1 - a) and a of an arm of length a (1 - a) L turned by 90 degrees, metres to pixels
    k = int(touching.nonzero()[0])
    first, second = model.bank_joints[k].tolist()
    share = float(model.bank_blends[k])
    length = float((model.rest_joints[first] - model.rest_joints[second]).norm())
    focal, depth = (
        focal_length(64, 60.0),
        float(torch.lerp(placed[0, 0, 0, first, 2], placed[0, 0, 0, second, 2], share)),
    )
    scale = (
        1.0
        if camera == "published"
        else float(
            (placed[0, 0, 0, 0] - placed[0, 0, 0, 3]).norm()
            / (clip["joints"][0, 0, 0, 0] - clip["joints"][0, 0, 0, 3]).norm()
        )
    )
    expected = share * (1 - share) * length * 2**0.5 * focal / depth * scale
    assert float(moved[k]) == pytest.approx(expected, rel=0.05)


def test_the_rest_pose_stands_in_the_cameras_axes():
    rest = make_model().rest_joints
    foot, ankle = (rest[KINECT.index(f"left_{part}")] for part in ("foot", "ankle"))
    assert foot[2] < ankle[2] and rest[KINECT.index("left_hand"), 0] > 0  # toes towards the camera


def test_rotations_of_unseen_joints_do_not_matter():
    model = make_model()
    clip = make_clip()
    clip["joint_mask"][..., 7] = False
    turns = turn_about_z(20.0).repeat(1, 3, 1, 25, 1, 1)
    wild = turns.clone()
    wild[..., 7, :, :] = torch.nan
    with torch.no_grad():
        assert torch.equal(model(**clip, joint_rotations=wild).frames, model(**clip, joint_rotations=turns).frames)


@pytest.mark.parametrize(
    "change, error, message",
    [
        (lambda m, x: {"joints": x["joints"].tolist()}, TypeError, "joints: expected a torch.Tensor, got list"),
        (lambda m, x: {"joints": x["joints"][0]}, ValueError, r"joints: expected \(clips, frames, people, joints, 3\)"),
        (lambda m, x: {"joints": x["joints"][..., :2]}, ValueError, r"joints: .*got \(1, 3, 1, 25, 2\)"),
        (lambda m, x: {"joints": x["joints"][:, :, :0]}, ValueError, "none of them 0"),
        (
            lambda m, x: {"joints": x["joints"][:, :, :, :20]},
            ValueError,
            r"velocities: expected \(1, 3, 1, 20, 3\)|joint_mask",
        ),
        (
            lambda m, x: {key: value[:, :, :, :20] for key, value in x.items()},
            ValueError,
            "the 25 of layout 'kinect_v2'.*got 20",
        ),
        (lambda m, x: {"velocities": x["velocities"][:, :1]}, ValueError, r"velocities: expected \(1, 3, 1, 25, 3\)"),
        (lambda m, x: {"joint_mask": x["joint_mask"][..., None]}, ValueError, r"joint_mask: expected \(1, 3, 1, 25\)"),
        (lambda m, x: {"joints": x["joints"] * torch.nan}, ValueError, "joints: expected finite.*got NaN or infinity"),
        (lambda m, x: {"joints": x["joints"] * torch.nan, "joint_mask": None}, ValueError, "joints: expected finite"),
        (lambda m, x: {"joints": x["joints"] + torch.inf}, ValueError, "joints: expected finite"),
        (lambda m, x: {"velocities": x["velocities"] * torch.nan}, ValueError, "velocities: expected finite"),
        (
            lambda m, x: {"joint_rotations": torch.zeros(1, 3, 1, 25, 3)},
            ValueError,
            r"joint_rotations: expected \(1, 3, 1, 25, 3, 3\)",
        ),
        (
            lambda m, x: {"joint_rotations": torch.full((1, 3, 1, 25, 3, 3), torch.nan)},
            ValueError,
            "joint_rotations: expected finite",
        ),
        (lambda m, x: {"rest_joints": torch.zeros(1, 24, 3)}, ValueError, r"rest_joints: expected \(1, 25, 3\)"),
        (
            lambda m, x: gaussians_of(m, "kinect_v2") | {"gaussian_scales": None},
            ValueError,
            "gaussian_scales: expected .*got None",
        ),
        (
            lambda m, x: gaussians_of(m, "kinect_v2", "kinect_v2"),
            ValueError,
            r"gaussian_joints: expected \(1, 73, 2\), got \(2, 73, 2\)",
        ),
        (
            lambda m, x: gaussians_of(m, "kinect_v2") | {"gaussian_positions": None},
            ValueError,
            "gaussian_positions or bank_weights",
        ),
        (
            lambda m, x: gaussians_of(m, "kinect_v2") | {"bank_weights": torch.zeros(1, 73, 7)},
            ValueError,
            "bank_weights",
        ),
        (lambda m, x: gaussians_of(m, "smplh_52"), ValueError, "gaussian_joints: expected joints 0 to 24, got 0 to 51"),
        (
            lambda m, x: gaussians_of(m, "kinect_v2") | {"joint_rotations": torch.eye(3).expand(1, 3, 1, 25, 3, 3)},
            ValueError,
            "rest_joints: expected beside joint_rotations",
        ),
    ],
)
def test_inputs_that_do_not_fit_are_refused(change, error, message):
    model, clip = make_model(), make_clip()
    with pytest.raises(error, match=message):
        model(**{**clip, **change(model, clip)})


def test_depth_of_the_picture():
    """The fitted clip stands around the distance in the configuration."""
    model = make_model(distance=3.0)
    clip = make_clip()
    with torch.no_grad():
        placed = model(**clip).joints[..., 2]
    assert abs(float(placed.min() + placed.max()) / 2 - 3.0) < 1e-3 and DEPTH != 3.0
