"""The rasterisation op: Gaussians on the screen to images, differentiable; in plain torch, or by the kernels of a backend.

The torch code is the definition that the kernels are tested against: Gaussian i, in order of depth, adds at a pixel the optical depth

    tau_i = opacity_i * w_i,    w_i = exp(-q_i / 2),    q_i = a dx^2 + 2 b dx dy + c dy^2,

and w_i is 0 where q_i >= `Q_MAX`. The pixel's colour is sum_i T_i (1 - exp(-tau_i)) color_i with
T_i = exp(-sum_{j<i} tau_j), the share of light that reaches Gaussian i's place (paper arXiv 2603.18003).
"""

from __future__ import annotations

from typing import Any

import torch
from torch.utils.checkpoint import checkpoint

from .cameras import Q_MAX, footprints
from .rasterization_numba import UNAVAILABLE as NUMBA_UNAVAILABLE
from .rasterization_numba import backward as numba_backward
from .rasterization_numba import forward as numba_forward
from .rasterization_triton import UNAVAILABLE as TRITON_UNAVAILABLE
from .rasterization_triton import backward as triton_backward
from .rasterization_triton import forward as triton_forward

# Side of the squares that are composited at once, pixels: memory is (Gaussians that touch a square) x TILE x TILE.
TILE = 32
BAND = 8  # rows that are composited at once in a graph, which skips nothing
_KERNELS = {"numba": (numba_forward, numba_backward), "triton": (triton_forward, triton_backward)}
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
    clamped: bool = False,
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
        clamped: colours are all in [0, 1], and the picture is cut off to that, which it leaves by rounding alone. It costs nothing
            here, and passes over the picture and its gradient afterwards.
        backend: "numba" (CPU, float32), "triton" (CUDA, float32) or "torch" (any device, float32 or float64); None: the
            fastest that can serve.

    The first four are all float32 or all float64; under autocast 16-bit floats are taken as float32.

    In a graph (torch.compile, torch.export) only "torch" can serve. Values are not checked there, nor while a CUDA graph is captured.

    Returns:
        (images, 3, height, width), differentiable in means, conics, colors and opacities.

    Raises:
        TypeError: not a tensor, or another dtype.
        ValueError: a shape, size, device or backend that does not fit; a negative opacity; NaN or infinity in a
            Gaussian whose opacity is not 0, or with `clamped` a colour outside [0, 1].
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
        _check_values(inputs, clamped)
    chosen = _choose_backend(backend, inputs["means"])
    arguments = (*inputs.values(), height, width)
    with torch.autocast(device, enabled=False):
        if chosen != "torch":
            return _RasterizeByKernels.apply(_KERNELS[chosen], *arguments, clamped)
        picture = _rasterize_torch(*arguments)
        if clamped and torch.compiler.is_compiling():
            return picture.clamp(0.0, 1.0)
        if clamped:
            picture.detach().clamp_(0.0, 1.0)  # the same memory, out of the gradient's sight
        return picture


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
def surely_finite(x: torch.Tensor) -> bool:
    """One pass: False says nothing, as a sum of float64 may overflow, and numbers of which nothing is expected count too."""
    return bool(x.sum(dtype=torch.float64).isfinite())


@torch.no_grad()
def _check_values(inputs: dict[str, torch.Tensor], clamped: bool) -> None:
    opacities, colors = inputs["opacities"], inputs["colors"]
    if clamped and colors.numel():
        low, high = colors.aminmax()
        outside = (opacities > 0) & ((colors < 0) | (colors > 1)).any(-1) if not (low >= 0 and high <= 1) else None
        if outside is not None and bool(outside.any()):
            image, gaussian = torch.nonzero(outside)[0].tolist()
            raise ValueError(
                f"colors: expected [0, 1] with clamped=True, got {colors[image, gaussian].tolist()} "
                f"for image {image}, gaussian {gaussian}"
            )
    if opacities.numel() and bool(opacities.min() >= 0) and all(map(surely_finite, inputs.values())):
        return
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


class _RasterizeByKernels(torch.autograd.Function):
    """A backend's (forward, backward) for autograd: only the inputs and the image are kept for the backward pass."""

    @staticmethod
    def forward(ctx: Any, kernels: Any, *arguments: Any) -> Any:
        *tensors, height, width, clamped = arguments
        inputs = [x.detach() for x in tensors]
        forward, ctx.backward_kernel = kernels
        out = forward(*inputs, height, width, clamped)
        ctx.save_for_backward(*inputs, out)
        return out

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad_out: Any) -> Any:
        return (None, *ctx.backward_kernel(*ctx.saved_tensors, grad_out.contiguous()), None, None, None, None)


def composite(
    cols: torch.Tensor,
    rows: torch.Tensor,
    means: torch.Tensor,
    conics: torch.Tensor,
    colors: torch.Tensor,
    opacities: torch.Tensor,
) -> torch.Tensor:
    """Composite Gaussians that are sorted front to back.

    Args:
        cols: (x,), rows: (y,) pixel coordinates.
        means: (..., gaussians, 2), conics: (..., gaussians, 3), colors: (..., gaussians, 3), opacities: (..., gaussians).

    Returns:
        (..., 3, y, x) colours.
    """
    a, b, c = conics[..., None, None].unbind(-3)
    dx = cols - means[..., 0, None, None]  # (..., gaussians, 1, x)
    dy = rows[:, None] - means[..., 1, None, None]  # (..., gaussians, y, 1)
    with torch.no_grad():
        inside = a * dx * dx + 2 * b * dx * dy + c * dy * dy < Q_MAX
    dx, dy = torch.where(inside, dx, 0), torch.where(inside, dy, 0)  # keeps overflow outside out of the gradient
    weights = torch.where(inside, torch.exp(-0.5 * (a * dx * dx + 2 * b * dx * dy + c * dy * dy)), 0)
    tau = opacities[..., None, None] * weights
    transmittance = torch.exp(-torch.nn.functional.pad(tau[..., :-1, :, :].cumsum(-3), (0, 0, 0, 0, 1, 0)))
    alpha = -torch.expm1(-tau)
    return ((transmittance * alpha)[..., None, :, :] * colors[..., None, None]).sum(-4)


def _rasterize_torch(
    means: torch.Tensor,
    conics: torch.Tensor,
    colors: torch.Tensor,
    opacities: torch.Tensor,
    depths: torch.Tensor,
    height: int,
    width: int,
) -> torch.Tensor:
    """`rasterize` without its checks, in plain torch. Works tile by tile, and again in the backward pass.

    In a graph (torch.compile, torch.export) shapes must not depend on the numbers: each tile then gets all Gaussians.
    """
    order = torch.argsort(depths.detach(), dim=1, stable=True)
    means, conics, colors = (torch.take_along_dim(x, order[..., None], 1) for x in (means, conics, colors))
    opacities = torch.take_along_dim(opacities, order, 1)
    needs_grad = torch.is_grad_enabled() and any(x.requires_grad for x in (means, conics, colors, opacities))
    if torch.compiler.is_compiling():
        return _in_a_graph(means, conics, colors, opacities, height, width, needs_grad)
    # on the CPU: the loops below read the boxes there, and not every device has float64
    boxes = footprints(means.cpu(), conics.cpu(), opacities.cpu(), height, width)

    cols = torch.arange(width, device=means.device, dtype=means.dtype)
    rows = torch.arange(height, device=means.device, dtype=means.dtype)
    images = []
    for image in range(means.shape[0]):
        drawn, row_first, row_last, col_first, col_last = (bound[image] for bound in boxes)
        bands = []
        for top in range(0, height, TILE):
            in_band = drawn & (row_first < top + TILE) & (row_last >= top)
            tiles = []
            for left in range(0, width, TILE):
                touching = torch.nonzero(in_band & (col_first < left + TILE) & (col_last >= left))[:, 0]
                tile_cols, tile_rows = cols[left : left + TILE], rows[top : top + TILE]
                if len(touching) == 0:
                    tiles.append(means.new_zeros(3, len(tile_rows), len(tile_cols)))
                    continue
                touching = touching.to(means.device)
                inputs = [x[image].index_select(0, touching) for x in (means, conics, colors, opacities)]
                if needs_grad:
                    tiles.append(checkpoint(composite, tile_cols, tile_rows, *inputs, use_reentrant=False))
                else:
                    tiles.append(composite(tile_cols, tile_rows, *inputs))
            bands.append(torch.cat(tiles, 2))
        images.append(torch.cat(bands, 1))
    pixels = torch.stack(images) if images else means.new_zeros(0, 3, height, width)
    if needs_grad and not pixels.requires_grad:  # nothing is drawn: the gradient is zero, and no error
        pixels = pixels + sum(x[:, :0].sum() for x in (means, conics, colors, opacities))
    return pixels


def _in_a_graph(
    means: torch.Tensor,
    conics: torch.Tensor,
    colors: torch.Tensor,
    opacities: torch.Tensor,
    height: int,
    width: int,
    needs_grad: bool,
) -> torch.Tensor:
    """Sorted Gaussians to (images, 3, height, width), all images together, band by band of rows."""
    drawn = footprints(means, conics, opacities, height, width).drawn
    given = (means, conics, colors, opacities[..., None])
    means, conics, colors, opacities = (torch.where(drawn[..., None], values, 0) for values in given)  # may be NaN else
    cols = torch.arange(width, device=means.device, dtype=means.dtype)
    rows = torch.arange(height, device=means.device, dtype=means.dtype)
    bands = []
    for band in rows.split(BAND):
        inputs = (cols, band, means, conics, colors, opacities[..., 0])
        bands.append(checkpoint(composite, *inputs, use_reentrant=False) if needs_grad else composite(*inputs))
    return torch.cat(bands, -2)
