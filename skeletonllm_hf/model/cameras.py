"""Cameras: from joints in space to Gaussians on the picture, and the pixels that each Gaussian covers.

Camera axes: X right, Y up, Z forward (away from the camera). Pixel (column, row) is sampled at
integer coordinates; the optical axis meets the picture at (width / 2, height / 2).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch

MIN_DEPTH = 1e-4  # metres; the published clamp of Z: the order among what is not drawn takes part in their sort
NEAR_PLANE = 0.01  # metres; what is nearer, or behind, is not drawn
SIDE_PLANE = 4.0  # times the half picture: centres further out cannot be seen, and their projection would overflow
COVARIANCE_FLOOR = 1e-5  # pixels^2; the published regulariser that keeps every footprint invertible
MIN_SPREAD = 1e-30  # any unit: joints closer together are one point, and a scale that spread them would overflow
NEAREST = 0.2  # of the viewing distance: no joint of a fitted clip comes closer, so perspective stays mild

TRAVEL = 0.6  # of the body's size: the extent of people's path that remains in a followed clip, from end to end
# Where a Gaussian ends. A pixel's colour moves by less than W_MIN times the sum of the opacities that are cut there
# (times the largest colour value): d colour / d tau_i = color_i T_{i+1} - (light from behind i) never exceeds it.
# Against the published frames 1e-3 makes errors up to 4e-3; 1e-4 at most 4e-4, hardly more than their float16 does.
W_MIN = 1e-4
Q_MAX = 2.0 * math.log(1.0 / W_MIN)
# A centre further away than this is not drawn: float32 positions are 64 pixels apart there.
MAX_CENTRE = 1e9
# Footprints are cut from float64 numbers, pixels are judged in float32: the box is this much (relative, pixels) larger.
BOX_SLACK = (1e-4, 1e-2)


def focal_length(size: int, field_of_view: float) -> float:
    """Pixels, for a picture `size` pixels wide and an opening angle in degrees."""
    return size / (2.0 * math.tan(math.radians(field_of_view) / 2.0))


def vector(like: torch.Tensor, *values: float) -> torch.Tensor:
    """The values as a tensor of that type and device, filled where it lies: a copy from the host would stop a CUDA graph."""
    return torch.stack([like.new_full((), value) for value in values])


@torch.no_grad()
def fit_clip(
    joints: torch.Tensor, mask: torch.Tensor, field_of_view: float, margin: float, distance: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Centre and scale that bring a whole clip into the picture: one fixed camera per clip.

    A point p becomes `scale * (p - centre) + (0, 0, distance)`, after which every visible joint of
    every frame lies within `margin` of the half picture and at least `NEAREST * distance` in front of
    the camera. Only ratios of lengths enter, so any unit will do.

    Args:
        joints: (clips, frames, people, joints, 3), camera axes, any unit.
        mask: (clips, frames, people, joints) bool.
        field_of_view: degrees, of the whole picture.
        margin: share of the half picture that the clip may fill, in (0, 1].
        distance: metres from the camera to the clip's centre.

    Returns:
        centre (clips, 3) and scale (clips,), without gradient: the camera stands still while joints move.
    """
    points = joints.flatten(1, 3)
    seen = mask.flatten(1, 3)[..., None]
    low = points.masked_fill(~seen, torch.inf).amin(1)
    high = points.masked_fill(~seen, -torch.inf).amax(1)
    empty = ~seen.any(1)
    centre = ((low + high) / 2).masked_fill(empty, 0.0)
    offset = (points - centre[:, None]).masked_fill(~seen, 0.0)
    slope = margin * math.tan(math.radians(field_of_view) / 2.0)
    # |scale * x| <= slope * (scale * z + distance), and the same for y: a bound on scale for every point
    sideways = (offset[..., :2].abs().amax(-1) - slope * offset[..., 2]) / (slope * distance)
    forwards = -offset[..., 2] / ((1.0 - NEAREST) * distance)
    inverse = torch.maximum(sideways, forwards).amax(1)
    return centre, torch.where(inverse > MIN_SPREAD, 1.0 / inverse, torch.ones_like(inverse))


@torch.no_grad()
def travel(joints: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The path of a following camera: the common path of all people over the ground, scaled down by a remainder.

    The remainder spans `TRAVEL` times the body's size, so that approaching and sidestepping stay visible. Clips in which
    people stay in such a space are left alone, and distances between people are never changed.

    Args:
        joints: (clips, frames, people, joints, 3), Y up or down, any unit.
        mask: (clips, frames, people, joints) bool.

    Returns:
        (clips, frames, 3) to be subtracted from all joints of a frame, 0 along Y; without gradient.
    """
    present = mask.any(-1).any(-1)
    steady = (mask | ~present[:, :, None, None]).all(1, keepdim=True)  # joints that come and go would shake the camera
    counted = mask & (steady | ~steady.flatten(1).any(1)[:, None, None, None])
    seen = counted[..., None]
    middle = joints.masked_fill(~seen, 0.0).sum((2, 3)) / seen.sum((2, 3)).clamp(min=1)
    extent = joints.masked_fill(~seen, -torch.inf).amax((2, 3)) - joints.masked_fill(~seen, torch.inf).amin((2, 3))
    size = extent.amax(-1).masked_fill(~present, torch.nan).nanmedian(1).values
    high = middle.masked_fill(~present[..., None], -torch.inf).amax(1)
    low = middle.masked_fill(~present[..., None], torch.inf).amin(1)
    share = (TRAVEL * size[:, None] / (high - low).clamp(min=MIN_SPREAD)).clamp(max=1.0)
    way = (middle - (high + low)[:, None] / 2) * (1.0 - share)[:, None] * vector(middle, 1.0, 0.0, 1.0)
    return torch.where(present[..., None] & torch.isfinite(way), way, 0.0)


def project(
    means: torch.Tensor, covariances: torch.Tensor, focal: float, size: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Perspective projection of 3-D Gaussians (EWA splatting: the local affine approximation).

    Args:
        means: (..., 3), metres, camera axes.
        covariances: (..., 3, 3), square metres.
        focal: pixels.
        size: picture width and height, pixels.

    Returns:
        means (..., 2) pixels (column, row), conics (..., 3) inverse screen covariance (a, b, c),
        depths (...) metres, and (...) bool: which Gaussians are before the camera and near the picture. The
        others' means and conics are finite stand-ins without gradient.
    """
    x, y, z = means.unbind(-1)
    depths = z.clamp(min=MIN_DEPTH)
    reach = SIDE_PLANE * size / (2.0 * focal) * z
    in_view = (z > NEAR_PLANE) & (x.abs() < reach) & (y.abs() < reach)
    x, y, z = (torch.where(in_view, value, stand_in) for value, stand_in in ((x, 0.0), (y, 0.0), (z, 1.0)))
    screen = torch.stack([focal * x / z + size / 2.0, -focal * y / z + size / 2.0], dim=-1)
    zero = torch.zeros_like(z)
    across = torch.stack([focal / z, zero, -focal * x / z**2], dim=-1)
    down = torch.stack([zero, -focal / z, focal * y / z**2], dim=-1)
    jacobian = torch.stack([across, down], dim=-2)
    covariance = jacobian @ covariances @ jacobian.transpose(-1, -2)
    a, b, c = covariance[..., 0, 0] + COVARIANCE_FLOOR, covariance[..., 0, 1], covariance[..., 1, 1] + COVARIANCE_FLOOR
    determinant = a * c - b * b
    return screen, torch.stack([c, -b, a], dim=-1) / determinant[..., None], depths, in_view


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
