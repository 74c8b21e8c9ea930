"""The rasteriser: its definition against dense sums and finite differences, its kernel against its definition."""

from __future__ import annotations

import ast
import copy
import importlib.util
import multiprocessing
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from skeletonllm_hf.model import rasterization, rasterization_numba, rasterization_sweeps, rasterization_triton
from skeletonllm_hf.model.cameras import W_MIN
from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig
from skeletonllm_hf.model.modeling_draction import DrActionModel
from skeletonllm_hf.model.rasterization import available_backends, rasterize

BACKENDS = ["torch", pytest.param("numba", marks=pytest.mark.skipif(
    rasterization_numba.UNAVAILABLE is not None, reason=str(rasterization_numba.UNAVAILABLE)
))]  # fmt: skip
needs_numba = BACKENDS[1].marks[0]
needs_cuda = pytest.mark.skipif(available_backends()["triton"] is not None, reason=str(available_backends()["triton"]))
# columns and rows that are not multiples of a block (16), a tile or a band (32); a single pixel; a thin image
SIZES = [(63, 101), (1, 1), (500, 3), (3, 500), (64, 48)]


def make_scene(images, gaussians, height, width, sigma=4.0, seed=0, dtype=torch.float32):
    """Overlapping, elongated, turned Gaussians in and around the picture, one in eight of them absent."""
    rng = torch.Generator().manual_seed(seed)
    rand = lambda *shape: torch.rand(images, gaussians, *shape, generator=rng)  # noqa: E731
    means = (rand(2) * 1.4 - 0.2) * torch.tensor([width, height])
    long, short, angle = sigma * (1 + 2 * rand()), sigma * (0.3 + 0.7 * rand()), 2 * torch.pi * rand()
    along, across, cos, sin = long**-2, short**-2, angle.cos(), angle.sin()
    conics = torch.stack(
        (along * cos**2 + across * sin**2, (along - across) * sin * cos, along * sin**2 + across * cos**2), -1
    )
    opacities = rand() * (torch.arange(gaussians) % 8 != 7)
    return [x.to(dtype) for x in (means, conics, rand(3), opacities, rand())]


def with_gradients(scene, height, width, backend, weights):
    """The picture, and the gradients of means, conics, colors and opacities of sum(picture * weights)."""
    leaves = [x.clone().requires_grad_() for x in scene[:4]]
    picture = rasterize(*leaves, scene[4], height, width, backend=backend)
    (picture * weights).sum().backward()
    return picture.detach(), [x.grad for x in leaves]


def dense(means, conics, colors, opacities, depths, height, width):
    """The formula without cut-off, tiles or care for memory, in float64."""
    order = torch.argsort(depths, dim=1, stable=True)
    means, conics, colors = (torch.take_along_dim(x.double(), order[..., None], 1) for x in (means, conics, colors))
    opacities = torch.take_along_dim(opacities.double(), order, 1)
    dx = torch.arange(width) - means[:, :, 0, None, None]
    dy = torch.arange(height)[:, None] - means[:, :, 1, None, None]
    a, b, c = conics[..., None, None].unbind(2)
    tau = opacities[..., None, None] * torch.exp(-0.5 * (a * dx**2 + 2 * b * dx * dy + c * dy**2))
    contribution = torch.exp(tau - tau.cumsum(1)) * (1 - torch.exp(-tau))
    return torch.einsum("ngyx,ngc->ncyx", contribution, colors)


def test_cut_off_error_is_within_its_bound():
    scene = make_scene(2, 120, 63, 101)
    error = (rasterize(*(x.double() for x in scene), 63, 101) - dense(*scene, 63, 101)).abs()
    assert error.max() <= W_MIN * scene[3].double().sum(1).max()  # the guarantee
    assert error.max() < 2e-4 and error.mean() < 2e-5  # as seen where 120 Gaussians crowd 63 x 101 pixels
    assert error.max() > 1e-7  # the cut-off is in force


def test_torch_gradients_match_finite_differences():
    scene = make_scene(1, 5, 9, 37, sigma=3.0, seed=1, dtype=torch.float64)
    scene[3] = scene[3] + 0.1
    leaves = [x.requires_grad_() for x in scene[:4]]
    weights = torch.randn(4, 1, 3, 9, 37, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    function = lambda *x: (rasterize(*x, scene[4], 9, 37) * weights).sum((1, 2, 3, 4))  # noqa: E731
    assert torch.autograd.gradcheck(function, leaves, atol=1e-6, rtol=1e-5)


@needs_numba
@pytest.mark.parametrize("height, width", SIZES)
@pytest.mark.parametrize("sigma", [0.4, 4.0, 40.0])
def test_numba_matches_torch(height, width, sigma):
    scene = make_scene(2, 40, height, width, sigma)
    weights = torch.randn(2, 3, height, width, generator=torch.Generator().manual_seed(2))
    picture, grads = with_gradients(scene, height, width, "numba", weights)
    expected, expected_grads = with_gradients([x.double() for x in scene], height, width, "torch", weights.double())
    assert torch.isfinite(picture).all()
    torch.testing.assert_close(picture.double(), expected, atol=2e-6, rtol=0)
    for name, grad, expected_grad in zip(
        ("means", "conics", "colors", "opacities"), grads, expected_grads, strict=True
    ):
        scale = max(expected_grad.abs().max().item(), 1e-3)
        torch.testing.assert_close(grad.double() / scale, expected_grad / scale, atol=1e-5, rtol=0, msg=name)


def test_torch_float32_matches_float64():
    scene = make_scene(2, 40, 63, 101)
    weights = torch.randn(2, 3, 63, 101, generator=torch.Generator().manual_seed(2))
    picture, grads = with_gradients(scene, 63, 101, "torch", weights)
    expected, expected_grads = with_gradients([x.double() for x in scene], 63, 101, "torch", weights.double())
    torch.testing.assert_close(picture.double(), expected, atol=5e-6, rtol=0)
    for grad, expected_grad in zip(grads, expected_grads, strict=True):
        assert (grad - expected_grad).abs().max() < 1e-5 * expected_grad.abs().max()


@needs_numba
@pytest.mark.parametrize("height, width", SIZES)
def test_numba_leaves_nothing_uninitialised(height, width, monkeypatch):
    scene = make_scene(2, 24, height, width)
    weights = torch.ones(2, 3, height, width)
    picture, grads = with_gradients(scene, height, width, "numba", weights)
    monkeypatch.setattr(np, "empty", lambda shape: np.full(shape, np.nan))
    monkeypatch.setattr(torch, "empty_like", lambda x, memory_format: torch.full_like(x, torch.nan))
    monkeypatch.setattr(torch.Tensor, "new_empty", lambda x, *shape: x.new_full(shape, torch.nan))
    out = rasterization_numba.forward(*scene, height, width)
    assert torch.equal(out, picture)
    assert all(map(torch.equal, rasterization_numba.backward(*scene, out, weights), grads))


@pytest.mark.parametrize("backend", BACKENDS)
def test_front_hides_back_and_ties_keep_their_order(backend):
    red, green = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]
    draw = lambda depths: rasterize(  # noqa: E731
        torch.tensor([[[8.0, 5.0], [8.0, 5.0]]]), torch.tensor([[[0.1, 0.0, 0.1]] * 2]), torch.tensor([[red, green]]),
        torch.tensor([[3.0, 3.0]]), torch.tensor([depths]), 11, 17, backend=backend,
    )[0, :, 5, 8]  # fmt: skip
    first, second = 1 - np.exp(-3), np.exp(-3) * (1 - np.exp(-3))
    np.testing.assert_allclose(draw([1.0, 2.0]), [first, second, 0], atol=1e-6)
    np.testing.assert_allclose(draw([2.0, 1.0]), [second, first, 0], atol=1e-6)
    np.testing.assert_allclose(draw([1.0, 1.0]), [first, second, 0], atol=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("images, gaussians", [(0, 5), (2, 0), (0, 0), (2, 5)])
def test_nothing_to_draw_is_black_with_zero_gradient(backend, images, gaussians):
    scene = make_scene(images, gaussians, 20, 30)
    scene[3] = torch.zeros(images, gaussians)
    picture, grads = with_gradients(scene, 20, 30, backend, torch.ones(images, 3, 20, 30))
    assert picture.shape == (images, 3, 20, 30) and not picture.any()
    assert all(grad.shape == x.shape and not grad.any() for grad, x in zip(grads, scene[:4], strict=True))


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_cannot_be_drawn_changes_nothing(backend):
    inf, nan = float("inf"), float("nan")
    scene = make_scene(1, 6, 40, 50)
    weights = torch.ones(1, 3, 40, 50)
    expected, expected_grads = with_gradients(scene, 40, 50, backend, weights)
    extra = [  # (mean, conic, opacity)
        ([nan, inf], [nan, nan, nan], 0.0),  # absent: may hold anything
        ([1e30, -1e30], [0.1, 0.0, 0.1], 1.0),
        ([25.0, 1e30], [1e-30, 0.0, 1e-30], 1.0),
        ([-500.0, 20.0], [0.1, 0.0, 0.1], 1.0),  # off screen
        ([25.0, 20.0], [0.0, 0.0, 0.0], 1.0),  # not positive definite
        ([25.0, 20.0], [1.0, 1.0, 1.0], 1.0),
        ([25.0, 20.0], [-1.0, 0.0, 1.0], 1.0),
        ([25.0, 20.0], [1.0, 2.0, 1.0], 1.0),
        ([25.4, 20.4], [1e30, 0.0, 1e30], 1.0),  # between the pixels
    ]
    means, conics, opacities = (torch.tensor([column]) for column in zip(*extra, strict=True))
    more = [means, conics, torch.ones(1, len(extra), 3), opacities, torch.rand(1, len(extra))]
    more[2][0, 0], more[4][0, 0] = nan, nan
    scene = [torch.cat(pair, 1) for pair in zip(more, scene, strict=True)]
    picture, grads = with_gradients(scene, 40, 50, backend, weights)
    assert torch.equal(picture, expected)
    for grad, expected_grad in zip(grads, expected_grads, strict=True):
        assert not grad[:, : len(extra)].any() and torch.equal(grad[:, len(extra) :], expected_grad)


@pytest.mark.parametrize("backend", BACKENDS)
def test_extremes_stay_finite(backend):
    everywhere, sharp, far = [1e-38, 0.0, 1e-38], [1e30, 0.0, 1e30], [1e-16, 0.0, 1e-2]
    means = torch.tensor([[[25.0, 20.0], [25.0, 20.0], [1e8, 20.0], [10.0, 20.0]]])
    conics = torch.tensor([[everywhere, sharp, far, [1.0, 0.0, 1.0]]])
    colors, opacities = torch.ones(1, 4, 3), torch.tensor([[0.5, 1.0, 1e-30, 1e30]])
    scene = (means, conics, colors, opacities, torch.arange(4.0)[None])
    picture, grads = with_gradients(scene, 40, 50, backend, torch.ones(1, 3, 40, 50))
    np.testing.assert_allclose(picture[0, :, 0, 49], 1 - np.exp(-0.5), atol=1e-6)  # only the first reaches here
    np.testing.assert_allclose(picture[0, :, 20, 25], 1 - np.exp(-1.5), atol=1e-6)  # the second is this one pixel
    np.testing.assert_allclose(picture[0, :, 20, 10], 1.0, atol=1e-6)  # the fourth lets nothing through
    assert all(torch.isfinite(grad).all() for grad in grads)


@needs_numba
def test_same_bits_for_any_number_of_threads():
    scene = make_scene(3, 60, 100, 70)
    weights = torch.randn(3, 3, 100, 70, generator=torch.Generator().manual_seed(2))
    expected = None
    before = torch.get_num_threads()
    try:
        for threads in (1, 2, 3, 3):
            torch.set_num_threads(threads)
            picture, grads = with_gradients(scene, 100, 70, "numba", weights)
            expected = expected or (picture, *grads)
            assert all(map(torch.equal, expected, (picture, *grads)))
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("backend", BACKENDS)
def test_same_bits_alone_and_in_a_batch(backend):
    scene = make_scene(5, 60, 100, 70)
    weights = torch.randn(5, 3, 100, 70, generator=torch.Generator().manual_seed(2))
    picture, grads = with_gradients(scene, 100, 70, backend, weights)
    for image in (0, 3):
        only = slice(image, image + 1)
        alone, grads_alone = with_gradients([x[only] for x in scene], 100, 70, backend, weights[only])
        assert torch.equal(picture[only], alone)
        assert all(torch.equal(grad[only], grad_alone) for grad, grad_alone in zip(grads, grads_alone, strict=True))


@pytest.mark.parametrize("backend", BACKENDS)
def test_strided_inputs_and_gradients(backend):
    scene = make_scene(2, 30, 33, 47)
    strided = [torch.stack((x, x), -1)[..., 0] for x in scene]
    picture, grads = with_gradients(scene, 33, 47, backend, torch.ones(()))  # expanded: all strides 0
    again, grads_again = with_gradients(strided, 33, 47, backend, torch.ones(47, 33, 3, 2).permute(3, 2, 1, 0))
    torch.testing.assert_close([picture, *grads], [again, *grads_again])


@pytest.mark.parametrize("backend", BACKENDS)
def test_keeps_little_for_the_backward_pass(backend):
    scene = [x.requires_grad_() if x.ndim == 3 else x for x in make_scene(1, 300, 128, 128)]
    kept = {}
    pack = lambda x: kept.setdefault(x.untyped_storage().data_ptr(), x.untyped_storage().nbytes()) and x  # noqa: E731
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x):
        picture = rasterize(*scene, 128, 128, backend=backend)
    per_gaussian_and_pixel = 300 * 128 * 128 * 4
    assert picture.requires_grad and sum(kept.values()) < 0.05 * per_gaussian_and_pixel
    with torch.no_grad():
        assert not rasterize(*scene, 128, 128, backend=backend).requires_grad


@needs_cuda
@pytest.mark.parametrize("backend", ["torch", "triton"])
@pytest.mark.parametrize("height, width", SIZES)
def test_cuda_matches_cpu(backend, height, width):
    scene, weights = (
        make_scene(2, 40, height, width),
        torch.randn(3, height, width, generator=torch.Generator().manual_seed(1)),
    )
    picture, grads = with_gradients(scene, height, width, "torch", weights)
    on_device, device_grads = with_gradients([x.cuda() for x in scene], height, width, backend, weights.cuda())
    torch.testing.assert_close(on_device.cpu(), picture, atol=1e-5, rtol=0)
    for found, expected in zip(device_grads, grads, strict=True):
        torch.testing.assert_close(found.cpu(), expected, atol=2e-5 * float(expected.abs().max()), rtol=1e-4)


@needs_cuda
def test_a_cuda_graph_replays_the_renderer():
    """Nothing in it looks at a value or copies from the host while a graph is captured: renderings of one shape cost no launches."""
    model = DrActionModel(DrActionConfig(image_size=64, num_frames=3)).cuda()
    joints = (model.rest_joints + 0.1 * torch.randn(1, 3, 1, *model.rest_joints.shape).cuda()).requires_grad_()
    velocities = torch.zeros_like(joints)

    def answers(call):
        frames = call(joints, velocities).frames
        return frames.detach().clone(), torch.autograd.grad(frames.square().mean(), joints)[0]

    expected = answers(model)
    replayed = torch.cuda.make_graphed_callables(copy.deepcopy(model), (joints, velocities))
    for one, other in zip(answers(replayed), expected):
        torch.testing.assert_close(one, other)


@needs_cuda
def test_the_gpu_kernel_is_chosen_and_gives_the_same_every_time(monkeypatch):
    scene, weights = [x.cuda() for x in make_scene(7, 90, 100, 70)], torch.ones((), device="cuda")
    assert available_backends()["triton"] is None
    picture, grads = with_gradients(scene, 100, 70, "triton", weights)
    again, grads_again = with_gradients(scene, 100, 70, None, weights)
    assert torch.equal(picture, again) and all(map(torch.equal, grads, grads_again))
    monkeypatch.setattr(rasterization_triton, "SHARES", 1)  # one image at a time
    assert all(map(torch.equal, grads, with_gradients(scene, 100, 70, None, weights)[1]))
    alone, grads_alone = with_gradients([x[3:4] for x in scene], 100, 70, None, weights)
    assert torch.equal(alone, picture[3:4]) and all(
        torch.equal(a, b[3:4]) for a, b in zip(grads_alone, grads, strict=True)
    )
    absent = [x.clone() for x in scene]
    for x in absent[:3]:
        x[:, 7::8] = torch.nan  # one in eight is not there
    assert torch.equal(rasterize(*absent, 100, 70), picture)
    with pytest.raises(ValueError, match="it needs CPU tensors, got cuda"):
        rasterize(*scene, 100, 70, backend="numba")


def test_only_wanted_gradients():
    scene = make_scene(1, 10, 20, 20)
    colors = scene[2].requires_grad_()
    rasterize(*scene, 20, 20).sum().backward()
    assert colors.grad.any() and scene[0].grad is None


@pytest.mark.parametrize("backend", BACKENDS)
def test_autocast_takes_16_bit_floats(backend):
    scene = [x.bfloat16() for x in make_scene(1, 20, 30, 40)]
    with pytest.raises(TypeError, match="means: expected float32 or float64"):
        rasterize(*scene, 30, 40, backend=backend)
    leaf = scene[2].clone().requires_grad_()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        picture = rasterize(*scene[:2], leaf, *scene[3:], 30, 40, backend=backend)
    picture.sum().backward()
    assert picture.dtype == torch.float32 and leaf.grad.dtype == torch.bfloat16
    assert torch.equal(picture.detach(), rasterize(*(x.float() for x in scene), 30, 40, backend=backend))


@needs_numba
def test_several_threads_at_once():
    scenes = [make_scene(2, 40, 70, 90, seed=seed) for seed in range(6)]
    expected = [with_gradients(scene, 70, 90, "numba", torch.ones(())) for scene in scenes]
    with ThreadPoolExecutor(6) as pool:
        for _ in range(3):
            found = list(pool.map(lambda scene: with_gradients(scene, 70, 90, "numba", torch.ones(())), scenes))
            for (picture, grads), (picture_again, grads_again) in zip(expected, found, strict=True):
                assert torch.equal(picture, picture_again) and all(map(torch.equal, grads, grads_again))


def _draw_into(queue, threads):
    torch.set_num_threads(threads)
    queue.put(rasterize(*make_scene(2, 20, 70, 50), 70, 50, backend="numba").numpy())


@needs_numba
@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork")
@pytest.mark.parametrize("threads", [1, 2])
def test_forked_child(threads):
    expected = rasterize(*make_scene(2, 20, 70, 50), 70, 50, backend="numba").numpy()  # the parent's threads are up
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_draw_into, args=(queue, threads), daemon=True)
    child.start()
    assert np.array_equal(queue.get(timeout=60), expected)
    child.join(60)
    assert child.exitcode == 0


@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"means": [[0.0]]}, TypeError, "means: expected a torch.Tensor, got list"),
        ({"means": torch.zeros(2, 7, 3)}, ValueError, r"means: expected \(images, gaussians, 2\), got \(2, 7, 3\)"),
        ({"conics": torch.zeros(2, 7, 4)}, ValueError, r"conics: expected .*\(2, 7, 3\).*, got \(2, 7, 4\)"),
        ({"opacities": torch.zeros(2, 6)}, ValueError, r"opacities: expected .*\(2, 7\).*, got \(2, 6\)"),
        ({"colors": torch.zeros(2, 7, 3).double()}, TypeError, "colors: expected torch.float32 as in means"),
        ({"colors": torch.zeros(2, 7, 3, device="meta")}, ValueError, "colors: expected device cpu"),
        ({"opacities": -torch.ones(2, 7)}, ValueError, "opacities: expected at least 0, got -1.0 for image 0, gauss"),
        ({"opacities": torch.full((2, 7), torch.nan)}, ValueError, "opacities: expected at least 0, got nan"),
        ({"opacities": torch.full((2, 7), torch.inf)}, ValueError, "opacities: expected finite values"),
        ({"means": torch.full((2, 7, 2), torch.nan)}, ValueError, r"means: expected finite .*\[nan, nan\] for image 0"),
        ({"conics": torch.full((2, 7, 3), torch.inf)}, ValueError, "conics: expected finite values"),
        ({"depths": torch.full((2, 7), torch.nan)}, ValueError, "depths: expected finite values"),
        ({"height": 0}, ValueError, "height: expected at least 1, got 0"),
        ({"width": 8.0}, TypeError, "width: expected an int, got float"),
        (
            {"backend": "cuda"},
            ValueError,
            r"backend: expected one of \['numba', 'triton', 'torch'\] or None, got 'cuda'",
        ),
    ],
)
def test_errors_name_what_was_expected(change, error, message):
    arguments = dict(zip(("means", "conics", "colors", "opacities", "depths"), make_scene(2, 7, 8, 8), strict=True))
    arguments["opacities"] = arguments["opacities"].clamp_min(0.1)
    with pytest.raises(error, match=message):
        rasterize(**{**arguments, "height": 8, "width": 8, **change})


def test_backend_that_cannot_serve_says_why(monkeypatch):
    scene = make_scene(1, 5, 8, 8)
    assert available_backends()["torch"] is None
    monkeypatch.setattr(rasterization, "NUMBA_UNAVAILABLE", None)
    with pytest.raises(ValueError, match=r"'numba' cannot be used: it needs float32, got torch.float64"):
        rasterize(*(x.double() for x in scene), 8, 8, backend="numba")
    monkeypatch.setattr(rasterization, "NUMBA_UNAVAILABLE", "numba cannot be imported: gone")
    with pytest.raises(ValueError, match="'numba' cannot be used: numba cannot be imported: gone"):
        rasterize(*scene, 8, 8, backend="numba")
    assert torch.equal(rasterize(*scene, 8, 8), rasterize(*scene, 8, 8, backend="torch"))


def _load_again(name):
    """The compiled sweeps, loaded once more under another name."""
    path = Path(rasterization_sweeps.__file__)
    spec = importlib.util.spec_from_file_location(f"{rasterization.__package__}.{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_import_without_numba(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    assert "numba cannot be imported" in _load_again("sweeps_without_numba").UNAVAILABLE


@needs_numba
def test_works_where_compiled_code_cannot_be_kept(monkeypatch):
    from numba.core import caching

    cache = getattr(caching, "CacheImpl", None) or caching._CacheImpl  # the name before and after numba made it public
    monkeypatch.setattr(cache, "_locator_classes", [])
    scene = make_scene(1, 5, 8, 8)
    sweeps, out = _load_again("sweeps_uncached"), np.empty((1, 3, 8, 8), np.float32)
    sweeps.sweep_forward(0, 1, rasterization_numba._scene(*scene, 8, 8), True, out)
    assert np.array_equal(out, rasterize(*scene, 8, 8, backend="numba"))


def test_gpu_kernels_have_no_annotation_that_triton_refuses():
    kernels = [
        node
        for node in ast.parse(Path(rasterization_triton.__file__).read_text()).body
        if isinstance(node, ast.FunctionDef) and [ast.unparse(each) for each in node.decorator_list] == ["_jit"]
    ]
    assert {kernel.name for kernel in kernels} == {"_optical", "_meets", "_forward", "_backward"}
    for kernel in kernels:
        given = {arg.arg: ast.unparse(arg.annotation) for arg in kernel.args.args if arg.annotation}
        assert set(given.values()) <= {"tl.constexpr"} and kernel.returns is None, (kernel.name, given)


def test_gpu_kernels_compile_for_a_gpu_that_is_not_there():
    """Through every stage but the driver: what a GPU would refuse at its first picture fails here, where Triton is installed."""
    triton = pytest.importorskip("triton")
    from triton.backends.compiler import GPUTarget

    whole = {"gaussians", "height", "width", "across", "squares"}
    for kernel in (rasterization_triton._forward, rasterization_triton._backward):
        kinds = {name: "i32" if name in whole else "*fp32" for name in kernel.arg_names}
        kinds |= {"q_max": "fp32", "side": "constexpr", "boxes": "*i32", "drawn": "*i32"}
        source = triton.compiler.ASTSource(fn=kernel, signature=kinds, constexprs={"side": rasterization_triton.SQUARE})
        made = triton.compile(
            source, target=GPUTarget("cuda", 90, 32), options={"num_warps": rasterization_triton.WARPS}
        )
        assert ".entry " + kernel.__name__ in made.asm["ptx"]


def round_scene(gaussians, height, width, sigma, slant):
    """Gaussians that are nearly round, as bodies are drawn, with a mixed term of `slant` of the others."""
    scene = make_scene(2, gaussians, height, width, sigma)
    inverse = 1.0 / (sigma * (1 + torch.rand(scene[4].shape, generator=torch.Generator().manual_seed(3)))) ** 2
    scene[1] = torch.stack((inverse, slant * inverse, 0.9 * inverse), -1)
    return scene


@needs_numba
@pytest.mark.parametrize("sigma, slant", [(0.4, 0.0), (2.0, 0.05), (7.0, -0.2), (30.0, 0.2)])
def test_drawing_by_recurrence_is_as_exact(sigma, slant):
    scene = round_scene(60, 130, 101, sigma, slant)
    weights = torch.randn(2, 3, 130, 101, generator=torch.Generator().manual_seed(2))
    mild = rasterization_numba._scene(*scene, 130, 101)[6]
    assert mild[scene[3].numpy() > 0].mean() > 0.8  # the smallest beside their blocks' columns may not be
    picture, grads = with_gradients(scene, 130, 101, "numba", weights)
    expected, expected_grads = with_gradients([x.double() for x in scene], 130, 101, "torch", weights.double())
    torch.testing.assert_close(picture.double(), expected, atol=1e-6, rtol=0)
    for grad, expected_grad in zip(grads, expected_grads, strict=True):
        scale = expected_grad.abs().max()
        torch.testing.assert_close(grad.double() / scale, expected_grad / scale, atol=2e-6, rtol=0)


@needs_numba
def test_an_image_is_the_same_beside_one_that_takes_other_code():
    alone, others = round_scene(60, 130, 101, 7.0, 0.1), make_scene(2, 60, 130, 101, sigma=8.0)
    assert rasterization_numba._uneven(rasterization_numba._scene(*alone, 130, 101)) is None
    assert rasterization_numba._uneven(rasterization_numba._scene(*others, 130, 101))
    weights = torch.randn(2, 3, 130, 101, generator=torch.Generator().manual_seed(2))
    picture, grads = with_gradients(alone, 130, 101, "numba", weights)
    both = [torch.cat(pair) for pair in zip(alone, others, strict=True)]
    pictures, all_grads = with_gradients(both, 130, 101, "numba", torch.cat((weights, weights)))
    assert torch.equal(pictures[:2], picture)
    assert all(torch.equal(grad[:2], own) for grad, own in zip(all_grads, grads, strict=True))


@needs_numba
def test_opaque_and_slanted_gaussians_are_not_drawn_by_recurrence():
    scene = make_scene(1, 40, 63, 101, sigma=8.0)
    scene[3] = scene[3] * 3
    mild = rasterization_numba._scene(*scene, 63, 101)[6]
    assert 0 < mild.sum() < 40 and not mild[scene[3].numpy() > 1].any()
    weights = torch.randn(1, 3, 63, 101, generator=torch.Generator().manual_seed(2))
    picture, grads = with_gradients(scene, 63, 101, "numba", weights)
    expected, expected_grads = with_gradients([x.double() for x in scene], 63, 101, "torch", weights.double())
    torch.testing.assert_close(picture.double(), expected, atol=2e-6, rtol=0)
    for grad, expected_grad in zip(grads, expected_grads, strict=True):
        torch.testing.assert_close(grad.double(), expected_grad, atol=1e-5 * float(expected_grad.abs().max()), rtol=0)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_clamped_picture_is_within_its_limits_and_keeps_its_gradient(backend):
    scene = make_scene(1, 200, 33, 47, sigma=8.0)
    scene[2] = scene[2].ge(0.3).float()
    scene[3] = scene[3] * 3
    leaves = [x.clone().requires_grad_() for x in scene[:4]]
    free = rasterize(*leaves, scene[4], 33, 47, backend=backend)
    clamped = rasterize(*leaves, scene[4], 33, 47, backend=backend, clamped=True)
    assert torch.equal(clamped, free.clamp(0.0, 1.0))
    sums = [torch.autograd.grad(picture.sum(), leaves) for picture in (free, clamped)]
    for before, after in zip(*sums, strict=True):
        torch.testing.assert_close(after, before, atol=1e-6 * float(before.abs().max()), rtol=1e-4)
    scene[2][0, 0, 1] = 1.5
    with pytest.raises(ValueError, match="with clamped=True"):
        rasterize(*scene, 33, 47, backend=backend, clamped=True)
    scene[3][0, 0] = 0.0  # absent: may hold anything
    rasterize(*scene, 33, 47, backend=backend, clamped=True)


@needs_numba
def test_the_kernel_cuts_off_what_it_writes():
    scene = make_scene(1, 30, 33, 47, sigma=8.0)
    scene[2], scene[3] = scene[2] * 4 - 1.5, scene[3] * 3
    free, clamped = (rasterization_numba.forward(*scene, 33, 47, clamped) for clamped in (False, True))
    assert free.min() < 0 and free.max() > 1 and torch.equal(clamped, free.clamp(0.0, 1.0))
