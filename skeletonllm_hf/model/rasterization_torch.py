"""The rasteriser in plain torch: the definition every other backend is tested against.

Gaussian i, in order of depth, adds at a pixel the optical depth

    tau_i = opacity_i * w_i,    w_i = exp(-q_i / 2),    q_i = a dx^2 + 2 b dx dy + c dy^2,

and w_i is 0 where q_i >= `Q_MAX`. The pixel's colour is sum_i T_i (1 - exp(-tau_i)) color_i with
T_i = exp(-sum_{j<i} tau_j), the share of light that reaches Gaussian i's place (paper arXiv 2603.18003).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch.utils.checkpoint import checkpoint

# Where a Gaussian ends. A pixel's colour moves by less than W_MIN times the sum of the opacities that are cut there
# (times the largest colour value): d colour / d tau_i = color_i T_{i+1} - (light from behind i) never exceeds it.
# Against the published frames 1e-3 makes errors up to 4e-3; 1e-4 at most 4e-4, hardly more than their float16 does.
W_MIN = 1e-4
Q_MAX = 2.0 * math.log(1.0 / W_MIN)
# A centre further away than this is not drawn: float32 positions are 64 pixels apart there.
MAX_CENTRE = 1e9
# Footprints are cut from float64 numbers, pixels are judged in float32: the box is this much (relative, pixels) larger.
BOX_SLACK = (1e-4, 1e-2)
# Side of the squares that are composited at once, pixels: memory is (Gaussians that touch a square) x TILE x TILE.
TILE = 32
BAND = 8  # rows that are composited at once in a graph, which skips nothing


class Footprints(NamedTuple):
    """Which Gaussians are drawn, and first and last row and column that each may touch: all (images, gaussians)."""

    drawn: torch.Tensor
    row_first: torch.Tensor
    row_last: torch.Tensor
    col_first: torch.Tensor
    col_last: torch.Tensor


@torch.no_grad()
def footprints(
    means: torch.Tensor, conics: torch.Tensor, opacities: torch.Tensor, height: int, width: int
) -> Footprints:
    """Box every Gaussian. Not drawn: opacity 0, a conic that is not positive definite, a box without a pixel."""
    u, v = means.double().unbind(-1)
    a, b, c = conics.double().unbind(-1)
    det = a * c - b * b  # float32 products are exact in float64, so the sign is right
    bounds = []
    for centre, across, size in ((v, a, height), (u, c, width)):
        half = torch.sqrt(Q_MAX * across / det) * (1 + BOX_SLACK[0]) + BOX_SLACK[1]
        bounds.append(torch.ceil(centre - half).clamp(0, size))
        bounds.append(torch.floor(centre + half).clamp(-1, size - 1))
    row_first, row_last, col_first, col_last = bounds
    drawn = (opacities > 0) & (a > 0) & (c > 0) & (det > 0) & (u.abs() <= MAX_CENTRE) & (v.abs() <= MAX_CENTRE)
    drawn &= (row_first <= row_last) & (col_first <= col_last)  # NaN compares false: whatever is NaN is not drawn
    return Footprints(drawn, *(torch.where(drawn, bound, 0).long() for bound in bounds))


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


def rasterize_torch(
    means: torch.Tensor,
    conics: torch.Tensor,
    colors: torch.Tensor,
    opacities: torch.Tensor,
    depths: torch.Tensor,
    height: int,
    width: int,
) -> torch.Tensor:
    """`rasterization.rasterize` without its checks. Works tile by tile, and again in the backward pass.

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
