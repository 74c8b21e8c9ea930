"""The renderer's gradients: against central differences, between backends, and where there is nothing to see."""

import functools

import pytest
import torch
from rendering import frames_and_gradients, gaussians_of, make_batch, make_clip, make_model

from skeletonllm_hf.model import modeling_draction
from skeletonllm_hf.model.rasterization import available_backends, rasterize

needs_numba = pytest.mark.skipif(available_backends()["numba"] is not None, reason=str(available_backends()["numba"]))
# Along its gradient, float32 differences over a step of STEP agree with the gradient's length to TOLERANCE: what
# remains is rounding, the curvature, and the kinks of ReLU, clamp and the cut-off.
TOLERANCE = 0.02
STEPS = {"joints": 1e-3, "velocities": 1e-2}
STEP = 1e-2  # of parameters, which are of order one


def smooth(model):
    """Moves colours off the ends of [0, 1], and the units that show velocities off zero: there differences say nothing."""
    if hasattr(model, "modulator"):
        with torch.no_grad():
            model.modulator[2].weight.mul_(0.1)
            model.modulator[0].bias[:6] = 10.0
            model.modulator[2].weight[:, :6].mul_(0.04)
    return model


def fixed_camera(monkeypatch, inputs, model):
    """The fitted camera stands still while joints move: so it does in the differences."""
    settings = (model.config.field_of_view, model.config.margin, model.config.distance)
    found = modeling_draction.fit_clip(inputs["joints"], inputs["joint_mask"], *settings)
    monkeypatch.setattr(modeling_draction, "fit_clip", lambda *arguments: found)


@pytest.mark.parametrize(
    "config",
    [
        {"camera": "published"},
        {"camera": "fit"},
        {"camera": "follow"},
        {"camera": "published", "temporal": True},
        {"camera": "published", "modulator": False},
        {"camera": "published", "appearance": "fixed"},
    ],
    ids=lambda config: "-".join(map(str, config.values())),
)
def test_gradients_match_central_differences(config, monkeypatch):
    model = smooth(make_model(seed=8, **config))
    inputs = make_clip(frames=2, people=2)
    inputs["joint_mask"][0, 0, 1, :4] = False
    inputs["joint_mask"][0, 1, 1] = False
    if config["camera"] != "published":
        fixed_camera(monkeypatch, inputs, model)
    frames, grads = frames_and_gradients(model, inputs)
    weights = torch.randn(frames.shape, generator=torch.Generator().manual_seed(0)).double()
    places = dict(model.named_parameters()) | inputs
    rng = torch.Generator().manual_seed(1)

    @torch.no_grad()
    def slope(name, direction):
        values, totals = places[name], []
        before = values.detach().clone()
        for sign in (1, -1):
            values.copy_(before + sign * STEPS.get(name, STEP) * direction)
            totals.append((model(**inputs).frames.double() * weights).sum())
        values.copy_(before)
        return float(totals[0] - totals[1]) / (2 * STEPS.get(name, STEP))

    checked = []
    for name, grad in grads.items():
        if grad is None or not grad.any():
            continue
        length = float(grad.norm())
        assert slope(name, grad / length) == pytest.approx(length, rel=TOLERANCE), name
        direction = torch.randn(grad.shape, generator=rng)
        direction /= direction.norm()
        assert slope(name, direction) == pytest.approx(float((grad * direction).sum()), abs=TOLERANCE * length), name
        checked.append(name)
    expected = {"joints", "depth_tint", "features", "velocities"}
    if config.get("modulator") is False:
        expected -= {"velocities"}
    if config.get("appearance") == "fixed":
        expected = {"joints", "velocities"}
    assert expected <= set(checked)
    if config == {"camera": "published", "temporal": True}:
        assert {
            "temporal.weight_ih_l0",
            "temporal.weight_hh_l0",
            "modulator.0.weight",
            "appearance_head.0.weight",
        } <= set(checked)


@needs_numba
@pytest.mark.parametrize("size", [1, 33, 50])
@pytest.mark.parametrize("camera", ["fit", "follow", "published"])
def test_backends_agree_through_the_whole_renderer(size, camera, monkeypatch):
    model = make_model(camera=camera, image_size=size)
    inputs = make_batch(model, [("kinect_v2", make_clip(people=2)), ("smpl_22", make_clip("smpl_22"))])
    results = []
    for backend in ("numba", "torch"):
        monkeypatch.setattr(modeling_draction, "rasterize", functools.partial(rasterize, backend=backend))
        results.append(frames_and_gradients(model, inputs))
    (frames, grads), (expected, expected_grads) = results
    torch.testing.assert_close(frames, expected, atol=1e-5, rtol=0)
    assert set(grads) == set(expected_grads)
    for name, grad in grads.items():
        scale = max(float(expected_grads[name].abs().max()), 1e-3)
        torch.testing.assert_close(grad / scale, expected_grads[name] / scale, atol=1e-3, rtol=0, msg=name)


@pytest.mark.parametrize("config", [{}, {"temporal": True}, {"modulator": False}, {"appearance": "fixed"}])
@pytest.mark.parametrize("camera", ["fit", "follow", "published"])
def test_nobody_to_see(config, camera):
    model = make_model(camera=camera, **config)
    inputs = make_clip(people=2)
    inputs["joint_mask"][:] = False
    inputs["joints"][:] = torch.nan
    frames, grads = frames_and_gradients(model, inputs)
    assert (frames == 0).all()
    assert all(grad is None or (grad == 0).all() for grad in grads.values())


@pytest.mark.parametrize(
    "shift, scale",
    [
        ((0.0, 0.0, -6.0), 1.0), ((0.0, 0.0, -2.5), 1.0), ((50.0, 0.0, 0.0), 1.0), ((0.0, -1e4, 0.0), 1.0),
        ((0.0, 0.0, -2.5), 1e-5), ((0.0, 0.0, -5.0), 1e6), ((0.0, 0.0, 1e7), 1.0), ((0.0, 0.0, 0.0), 1e30),
    ],
    ids=["behind", "around", "beside", "below", "at the lens", "far behind", "far away", "huge"],
)  # fmt: skip
def test_people_whom_the_published_camera_does_not_see(shift, scale):
    model = make_model(camera="published")
    visible, hidden = make_clip(seed=1), make_clip(seed=2)
    hidden["joints"] = (hidden["joints"] + torch.tensor(shift)) * scale
    frames, grads = frames_and_gradients(model, hidden)
    assert all(grad.isfinite().all() for grad in grads.values())
    if shift != (0.0, 0.0, -2.5):  # around the camera: some of the body stands before it
        assert (frames == 0).all() and all((grad == 0).all() for grad in grads.values())
    both = {name: torch.cat([visible[name], hidden[name]], dim=2) for name in visible}
    frames, grads = frames_and_gradients(model, both)
    alone, expected = frames_and_gradients(model, visible)
    assert all(grad.isfinite().all() for grad in grads.values())
    if shift != (0.0, 0.0, -2.5):
        torch.testing.assert_close(frames, alone, atol=1e-6, rtol=0)
        torch.testing.assert_close(grads["joints"][:, :, :1], expected["joints"], atol=1e-4, rtol=1e-4)
        assert (grads["joints"][:, :, 1] == 0).all()


@pytest.mark.parametrize("config", [{}, {"temporal": True}, {"appearance": "fixed"}])
@pytest.mark.parametrize("camera", ["fit", "follow", "published"])
def test_what_unseen_joints_hold_reaches_nothing(config, camera):
    model = make_model(camera=camera, **config)
    inputs = make_clip(people=2)
    inputs["joint_mask"][:, :, 0, 3:6] = False
    inputs["joint_mask"][:, 1, 1] = False
    results = []
    for value in (0.0, torch.nan, torch.inf, 1e30):
        unseen = ~inputs["joint_mask"][..., None]
        clean = {name: inputs[name].masked_fill(unseen, value) for name in ("joints", "velocities")}
        results.append(frames_and_gradients(model, inputs | clean))
    for frames, grads in results:
        assert torch.equal(frames, results[0][0])
        for name, grad in grads.items():
            assert grad is None or torch.equal(grad, results[0][1][name])
        assert (grads["joints"][~inputs["joint_mask"]] == 0).all() and grads["joints"].isfinite().all()
        assert grads["joints"][inputs["joint_mask"]].any()


def test_the_past_reaches_later_frames_through_the_gru_alone():
    for temporal in (False, True):
        model = make_model(camera="published", temporal=temporal)
        inputs = make_clip()
        joints = inputs["joints"].clone().requires_grad_()
        frames = model(**{**inputs, "joints": joints}).frames
        (last,) = torch.autograd.grad(frames[:, 2].sum(), joints, retain_graph=True)
        (first,) = torch.autograd.grad(frames[:, 0].sum(), joints)
        assert first[:, 0].any() and not first[:, 1:].any()
        assert last[:, 2].any() and bool(last[:, :2].any()) == temporal


def test_the_gru_is_torchs():
    model = make_model(temporal=True)
    inputs = torch.randn(2, 3, 1, 5, 10, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        states = model._over_time(inputs)
        for clip, gaussian in ((0, 0), (1, 4)):
            torch.testing.assert_close(
                states[clip, :, 0, gaussian], model.temporal(inputs[clip, None, :, 0, gaussian])[0][0]
            )


def test_gradients_reach_rotations_and_gaussians():
    model = make_model()
    clip = make_clip()
    turns = torch.eye(3).repeat(1, 3, 1, 25, 1, 1).requires_grad_()
    gaussians = gaussians_of(model, "kinect_v2")
    gaussians["gaussian_scales"].requires_grad_()
    model(**clip, **gaussians, joint_rotations=turns, rest_joints=model.rest_joints[None]).frames.sum().backward()
    for grad in (turns.grad, gaussians["gaussian_scales"].grad):
        assert grad.isfinite().all() and grad.any()
