"""The rasteriser's GPU kernels: Triton, forward and backward written by hand.

One program composites one square of one image front to back, its pixels side by side in registers, over the Gaussians whose
footprints meet the square. The backward pass sweeps front to back once more: with what lies behind known from the finished
image, it needs nothing from the forward pass but that image. Each square writes its share of a Gaussian's gradient to a place
of its own, and the shares are summed afterwards in one order: no atomics, and the same result to the last bit every time.
"""
# mypy: disable-error-code="no-untyped-def, no-untyped-call"

from __future__ import annotations

from typing import Any

import torch

from .cameras import Q_MAX, footprints

try:
    import triton
    import triton.language as tl

    UNAVAILABLE = None
except ImportError as error:
    triton = None
    UNAVAILABLE = f"triton cannot be imported: {error}"

SQUARE = 16  # pixels along the side of what one program composites
WARPS = 2
GRADIENTS = 9  # of a Gaussian: u, v, a, b, c, red, green, blue, opacity
# Bytes of the shares of gradients that are held at once; images that need more go one part after the other.
SHARES = 1 << 28


# Kernels have no types: Triton reads annotations, and compiles nothing where one is none of its own.
def _jit(function: Any) -> Any:
    return function if triton is None else triton.jit(function)


@_jit
def _optical(g, image, gaussians, cols, rows, means, conics, opacities, q_max):
    """Of Gaussian g at a square's pixels: dx, dy, a, b, c, opacity, w, and alpha."""
    at = image * gaussians + g
    u, v = tl.load(means + 2 * at), tl.load(means + 2 * at + 1)
    a, b, c = tl.load(conics + 3 * at), tl.load(conics + 3 * at + 1), tl.load(conics + 3 * at + 2)
    opacity = tl.load(opacities + at)
    dx, dy = cols - u, rows - v
    q = a * dx * dx + 2.0 * b * dx * dy + c * dy * dy
    inside = q < q_max
    w = tl.where(inside, tl.exp(-0.5 * tl.where(inside, q, 0.0)), 0.0)
    tau = opacity * w
    # 1 - exp(-tau) of a small tau keeps its digits as a series
    series = tau * (1.0 - tau * (0.5 - tau * (1.0 / 6.0 - tau * (1.0 / 24.0))))
    alpha = tl.where(tau < 0.01, series, 1.0 - tl.exp(-tau))
    return dx, dy, a, b, c, opacity, w, tau, alpha


@_jit
def _meets(g, image, gaussians, boxes, top, left, side: tl.constexpr):
    """Whether Gaussian g may touch the square that starts there."""
    box = boxes + 4 * (image * gaussians + g)
    row_first, row_last, col_first, col_last = tl.load(box), tl.load(box + 1), tl.load(box + 2), tl.load(box + 3)
    return (row_first < top + side) & (row_last >= top) & (col_first < left + side) & (col_last >= left)


@_jit
def _forward(
    means, conics, colors, opacities, boxes, drawn, out, gaussians, height, width, across, squares, q_max,
    side: tl.constexpr,
):  # fmt: skip
    square, image = tl.program_id(0) % squares, (tl.program_id(0) // squares).to(tl.int64)
    top, left = square // across * side, square % across * side
    row, col = top + tl.arange(0, side)[:, None], left + tl.arange(0, side)[None, :]
    rows, cols = row.to(tl.float32), col.to(tl.float32)
    depth = tl.zeros([side, side], tl.float32)  # optical, of everything in front
    red, green, blue = depth, depth, depth
    for g in range(tl.load(drawn + image)):
        if _meets(g, image, gaussians, boxes, top, left, side):
            dx, dy, a, b, c, opacity, w, tau, alpha = _optical(
                g, image, gaussians, cols, rows, means, conics, opacities, q_max
            )
            share = tl.exp(-depth) * alpha
            color = colors + 3 * (image * gaussians + g)
            red += share * tl.load(color)
            green += share * tl.load(color + 1)
            blue += share * tl.load(color + 2)
            depth += tau
    pixel = out + (image * 3 * height + row) * width + col
    inside = (row < height) & (col < width)
    tl.store(pixel, red, inside)
    tl.store(pixel + height * width, green, inside)
    tl.store(pixel + 2 * height * width, blue, inside)


@_jit
def _backward(
    means, conics, colors, opacities, boxes, drawn, out, grad, shares, gaussians, height, width, across, squares, q_max,
    side: tl.constexpr,
):  # fmt: skip
    square, image = tl.program_id(0) % squares, (tl.program_id(0) // squares).to(tl.int64)
    top, left = square // across * side, square % across * side
    row, col = top + tl.arange(0, side)[:, None], left + tl.arange(0, side)[None, :]
    rows, cols = row.to(tl.float32), col.to(tl.float32)
    at = (image * 3 * height + row) * width + col
    inside = (row < height) & (col < width)
    plane = height * width
    # what lies behind the Gaussian at hand: the whole picture less what has been passed
    red, grad_red = tl.load(out + at, inside, 0.0), tl.load(grad + at, inside, 0.0)
    green, grad_green = tl.load(out + at + plane, inside, 0.0), tl.load(grad + at + plane, inside, 0.0)
    blue, grad_blue = tl.load(out + at + 2 * plane, inside, 0.0), tl.load(grad + at + 2 * plane, inside, 0.0)
    depth = tl.zeros([side, side], tl.float32)
    for g in range(tl.load(drawn + image)):
        if _meets(g, image, gaussians, boxes, top, left, side):
            dx, dy, a, b, c, opacity, w, tau, alpha = _optical(
                g, image, gaussians, cols, rows, means, conics, opacities, q_max
            )
            color = colors + 3 * (image * gaussians + g)
            r, gr, bl = tl.load(color), tl.load(color + 1), tl.load(color + 2)
            share = tl.exp(-depth) * alpha
            red -= share * r
            green -= share * gr
            blue -= share * bl
            depth += tau
            passed = tl.exp(-depth)
            grad_tau = (
                grad_red * (passed * r - red) + grad_green * (passed * gr - green) + grad_blue * (passed * bl - blue)
            )
            grad_q = -0.5 * w * opacity * grad_tau
            to = shares + ((image * gaussians + g) * squares + square) * 9
            tl.store(to, -2.0 * tl.sum(grad_q * (a * dx + b * dy)))
            tl.store(to + 1, -2.0 * tl.sum(grad_q * (b * dx + c * dy)))
            tl.store(to + 2, tl.sum(grad_q * dx * dx))
            tl.store(to + 3, 2.0 * tl.sum(grad_q * dx * dy))
            tl.store(to + 4, tl.sum(grad_q * dy * dy))
            tl.store(to + 5, tl.sum(grad_red * share))
            tl.store(to + 6, tl.sum(grad_green * share))
            tl.store(to + 7, tl.sum(grad_blue * share))
            tl.store(to + 8, tl.sum(grad_tau * w))


def forward(
    means: torch.Tensor,
    conics: torch.Tensor,
    colors: torch.Tensor,
    opacities: torch.Tensor,
    depths: torch.Tensor,
    height: int,
    width: int,
    clamped: bool = False,
) -> torch.Tensor:
    """(images, 3, height, width) of float32 tensors on a GPU, as `rasterization.rasterize` describes them."""
    scene = _scene(means, conics, colors, opacities, depths, height, width)[1:]
    out = means.new_empty(len(means), 3, height, width)
    across, squares = _squares(height, width)
    if len(means):
        with torch.cuda.device_of(means):
            _forward[(squares * len(means),)](
                *scene, out, means.shape[1], height, width, across, squares, Q_MAX, side=SQUARE, num_warps=WARPS
            )
    return out.clamp_(0.0, 1.0) if clamped else out


def backward(
    means: torch.Tensor,
    conics: torch.Tensor,
    colors: torch.Tensor,
    opacities: torch.Tensor,
    depths: torch.Tensor,
    out: torch.Tensor,
    grad: torch.Tensor,
) -> tuple[torch.Tensor, ...]:
    """Gradients of means, conics, colors and opacities.

    Args:
        means, conics, colors, opacities, depths: as given to `forward`.
        out, grad: what `forward` gave, and its gradient.
    """
    height, width = out.shape[2:]
    order, *scene = _scene(means, conics, colors, opacities, depths, height, width)
    images, gaussians = opacities.shape
    across, squares = _squares(height, width)
    gradients = means.new_zeros(images, gaussians, GRADIENTS)
    together = max(1, SHARES // (4 * GRADIENTS * max(1, squares * gaussians)))
    for first in range(0, images, together):
        part = slice(first, first + together)
        some = [x[part] for x in (*scene, out, grad)]
        shares = means.new_zeros(len(some[0]), gaussians, squares, GRADIENTS)
        with torch.cuda.device_of(means):
            _backward[(squares * len(shares),)](
                *some, shares, gaussians, height, width, across, squares, Q_MAX, side=SQUARE, num_warps=WARPS
            )
        gradients[part].scatter_(1, order[part, :, None].expand(-1, -1, GRADIENTS), shares.sum(2))
    moved, bent, tinted, shown = gradients.split([2, 3, 3, 1], dim=-1)
    return moved, bent, tinted, shown[..., 0]


def _squares(height: int, width: int) -> tuple[int, int]:
    """How many squares stand side by side, and how many there are."""
    across = -(-width // SQUARE)
    return across, across * -(-height // SQUARE)


def _scene(
    means: Any, conics: Any, colors: Any, opacities: Any, depths: Any, height: Any, width: Any
) -> tuple[torch.Tensor, ...]:
    """The order front to back, what is not drawn last, and in it means, conics, colors, opacities, (..., 4) boxes; how many are drawn."""
    drawn, *bounds = footprints(means, conics, opacities, height, width)
    order = torch.where(drawn, depths, torch.inf).argsort(dim=1, stable=True)
    boxes = torch.stack(bounds, dim=-1).int()
    means, conics, colors, boxes = (
        x.take_along_dim(order[..., None], 1).contiguous() for x in (means, conics, colors, boxes)
    )
    opacities = opacities.take_along_dim(order, 1).contiguous()
    return order, means, conics, colors, opacities, boxes, drawn.sum(1, dtype=torch.int32)
