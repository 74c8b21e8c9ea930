"""The rasterisation op: Gaussians on the screen to images, differentiable, on whichever backend can serve."""

from __future__ import annotations

from typing import Any

import torch

from .rasterization_numba import UNAVAILABLE as NUMBA_UNAVAILABLE
from .rasterization_numba import backward as numba_backward
from .rasterization_numba import forward as numba_forward
from .rasterization_torch import rasterize_torch
from .rasterization_triton import UNAVAILABLE as TRITON_UNAVAILABLE
from .rasterization_triton import backward as triton_backward
from .rasterization_triton import forward as triton_forward

# trailing dimensions of each argument after (images, gaussians)
_TRAILING = {"means": (2,), "conics": (3,), "colors": (3,), "opacities": (), "depths": ()}


def available_backends() -> dict[str, str | None]:
    """Name of every backend: None if it can be used here, else the reason why not."""
    triton = TRITON_UNAVAILABLE if torch.cuda.is_available() else "torch finds no CUDA device"
    return {"numba": NUMBA_UNAVAILABLE, "triton": triton, "torch": None}


def rasterize(
    means: torch.Tensor,
    conics: torch.Tensor,
    colors: torch.Tensor,
    opacities: torch.Tensor,
    depths: torch.Tensor,
    height: int,
    width: int,
    *,
    backend: str | None = None,
) -> torch.Tensor:
    """Composite Gaussians front to back over black, with emission and absorption (paper arXiv 2603.18003).

    With w = exp(-(a dx^2 + 2 b dx dy + c dy^2) / 2), Gaussian i has alpha_i = 1 - exp(-opacity_i w_i), and what lies in
    front of it passes exp(-sum_{j<i} opacity_j w_j). w counts as 0 where it is at most `W_MIN`, 1e-4: colours in [0, 1]
    move by less than that times the sum of the opacities that are cut at the pixel. Same input, same output, to the
    last bit: for any number of threads, and for an image alone or in a batch.

    Args:
        means: (images, gaussians, 2) centres in pixels, column then row; pixel (column, row) is sampled at integers.
        conics: (images, gaussians, 3) inverse covariance (a, b, c) in 1 / pixels^2. One that is not positive definite
            is not drawn.
        colors: (images, gaussians, 3).
        opacities: (images, gaussians), at least 0. 0 means absent: never drawn, no gradient, and the Gaussian's other
            values may be anything, NaN included.
        depths: (images, gaussians) sorting key, smallest in front, equal keys in the order given. No gradient.
        height, width: of the images, pixels.
        backend: "numba" (CPU, float32), "triton" (CUDA, float32) or "torch" (any device, float32 or float64); None: the
            fastest that can serve.

    The first four are all float32 or all float64; under autocast 16-bit floats are taken as float32.

    In a graph (torch.compile, torch.export) only "torch" can serve. Values are not checked there, nor while a CUDA graph is captured.

    Returns:
        (images, 3, height, width), differentiable in means, conics, colors and opacities.

    Raises:
        TypeError: not a tensor, or another dtype.
        ValueError: a shape, size, device or backend that does not fit; a negative opacity; NaN or infinity in a
            Gaussian whose opacity is not 0.
    """
    inputs = {"means": means, "conics": conics, "colors": colors, "opacities": opacities, "depths": depths}
    _check_tensors(inputs)
    _check_size("height", height)
    _check_size("width", width)
    device = means.device.type
    if torch.is_autocast_enabled(device):
        inputs = {name: x.float() if x.dtype in (torch.float16, torch.bfloat16) else x for name, x in inputs.items()}
    _check_dtypes(inputs)
    if not recording():
        _check_values(inputs)
    chosen = _choose_backend(backend, inputs["means"])
    arguments = (*inputs.values(), height, width)
    with torch.autocast(device, enabled=False):
        if chosen == "numba":
            return _RasterizeNumba.apply(*arguments)
        if chosen == "triton":
            return _RasterizeTriton.apply(*arguments)
        return rasterize_torch(*arguments)


def recording() -> bool:
    """Whether the operations are noted down to be run later, in a graph of torch's or of CUDA's: no values can be looked at."""
    return torch.compiler.is_compiling() or (torch.cuda.is_initialized() and torch.cuda.is_current_stream_capturing())


def _choose_backend(backend: str | None, means: torch.Tensor) -> str:
    """The one place where a backend is chosen."""
    if torch.compiler.is_compiling() and backend is None:
        return "torch"
    reasons = available_backends()
    for name, device in (("numba", "cpu"), ("triton", "cuda")):
        if reasons[name] is None and means.device.type != device:
            reasons[name] = f"it needs {device.upper()} tensors, got {means.device.type}"
        if reasons[name] is None and means.dtype != torch.float32:
            reasons[name] = f"it needs float32, got {means.dtype}"
    if backend is None:
        return next(name for name, reason in reasons.items() if reason is None)
    if backend not in reasons:
        raise ValueError(f"backend: expected one of {list(reasons)} or None, got {backend!r}")
    if reasons[backend] is not None:
        raise ValueError(f"backend: {backend!r} cannot be used: {reasons[backend]}")
    return backend


def _check_tensors(inputs: dict[str, torch.Tensor]) -> None:
    for name, x in inputs.items():
        if not isinstance(x, torch.Tensor):
            raise TypeError(f"{name}: expected a torch.Tensor, got {type(x).__name__}")
    means = inputs["means"]
    for name, x in inputs.items():
        dims = "".join(f", {size}" for size in _TRAILING[name])
        if name == "means" and (x.ndim != 3 or x.shape[2] != 2):
            raise ValueError(f"means: expected (images, gaussians, 2), got {tuple(x.shape)}")
        if x.shape != (*means.shape[:2], *_TRAILING[name]):
            raise ValueError(
                f"{name}: expected (images, gaussians{dims}) = {(*means.shape[:2], *_TRAILING[name])} as in means, "
                f"got {tuple(x.shape)}"
            )
        if x.device != means.device:
            raise ValueError(f"{name}: expected device {means.device} as in means, got {x.device}")


def _check_dtypes(inputs: dict[str, torch.Tensor]) -> None:
    dtype = inputs["means"].dtype
    if dtype not in (torch.float32, torch.float64):
        raise TypeError(f"means: expected float32 or float64 (or autocast), got {dtype}")
    for name in ("conics", "colors", "opacities"):
        if inputs[name].dtype != dtype:
            raise TypeError(f"{name}: expected {dtype} as in means, got {inputs[name].dtype}")


def _check_size(name: str, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name}: expected an int, got {type(value).__name__}")
    if value < 1:
        raise ValueError(f"{name}: expected at least 1, got {value}")


@torch.no_grad()
def _check_values(inputs: dict[str, torch.Tensor]) -> None:
    opacities = inputs["opacities"]
    if not bool((opacities >= 0).all()):
        image, gaussian = torch.nonzero(~(opacities >= 0))[0].tolist()
        value = opacities[image, gaussian].item()
        raise ValueError(f"opacities: expected at least 0, got {value} for image {image}, gaussian {gaussian}")
    present = opacities > 0
    for name, x in inputs.items():
        finite = torch.isfinite(x)
        bad = present & ~(finite if x.ndim == 2 else finite.all(-1))
        if bool(bad.any()):
            image, gaussian = torch.nonzero(bad)[0].tolist()
            raise ValueError(
                f"{name}: expected finite values where opacities > 0, "
                f"got {x[image, gaussian].tolist()} for image {image}, gaussian {gaussian}"
            )


class _RasterizeNumba(torch.autograd.Function):
    """The CPU kernel for autograd: only the inputs and the image are kept for the backward pass."""

    @staticmethod
    def forward(
        ctx: Any, means: Any, conics: Any, colors: Any, opacities: Any, depths: Any, height: int, width: int
    ) -> Any:
        inputs = [x.detach() for x in (means, conics, colors, opacities, depths)]
        out = means.new_empty(means.shape[0], 3, height, width)
        numba_forward(*(*inputs, out.numpy()))
        ctx.save_for_backward(*inputs, out)
        return out

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad_out: Any) -> Any:
        *inputs, out = ctx.saved_tensors
        grads = numba_backward(*(*inputs, out.detach().numpy(), grad_out.contiguous().numpy()))
        return (*grads, None, None, None)


class _RasterizeTriton(torch.autograd.Function):
    """The GPU kernels for autograd: only the inputs and the image are kept for the backward pass."""

    @staticmethod
    def forward(
        ctx: Any, means: Any, conics: Any, colors: Any, opacities: Any, depths: Any, height: int, width: int
    ) -> Any:
        inputs = [x.detach() for x in (means, conics, colors, opacities, depths)]
        out = triton_forward(*(*inputs, height, width))
        ctx.save_for_backward(*inputs, out)
        return out

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad_out: Any) -> Any:
        return (*triton_backward(*(*ctx.saved_tensors, grad_out.contiguous())), None, None)
