"""The rasteriser's CPU kernel: numba, forward and backward written by hand.

An image is cut into bands of `BAND` rows, and one thread at a time sweeps a band front to back over the Gaussians'
footprints: results are the same to the last bit for any number of threads and any batch that an image comes in.
The backward pass sweeps front to back once more: with what lies behind known from the finished image, it needs
nothing from the forward pass but that image, and memory stays at a few floats per pixel of a band.

The threads are Python's, the compiled code runs without the GIL. Numba's own threads cannot be used: they end the
process after a fork (OpenMP) or when two threads call at once (workqueue).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch

from .cameras import Q_MAX, footprints

try:
    import numba

    UNAVAILABLE = None
except ImportError as error:
    numba = None
    UNAVAILABLE = f"numba cannot be imported: {error}"

# Rows that one thread sweeps at once: their state stays in the second-level cache for images some 1000 pixels wide.
BAND = 32
# Pixels of a block, worked on side by side: one AVX-512 register, two of AVX2, four of SSE or NEON.
LANES = 16
# Pieces of work per thread: bands in the middle of an image hold more than those at its edges.
PIECES_PER_THREAD = 4
# No Gaussian passes less than exp(-80): keeps the exponent of `_exp` in range, and 1e-35 of a colour shows nowhere.
TAU_MAX = 80.0
# Nothing is assumed about infinity and NaN: huge conics overflow to infinity on purpose and are masked.
FASTMATH = {"contract", "reassoc", "nsz", "arcp"}


def _jit(**options: Any) -> Any:
    def decorate(function: Any) -> Any:
        if numba is None:
            return function
        settings = dict(nogil=True, error_model="numpy", fastmath=FASTMATH, **options)
        try:
            return numba.njit(cache=True, **settings)(function)
        except RuntimeError:  # no folder on this machine to keep compiled code in: compile in every process
            return numba.njit(**settings)(function)

    return decorate


@_jit(inline="always")
def _exp(x: Any) -> Any:
    """exp for -90 < x <= 0, absolute error below 2e-7: without branches, so that a block's run side by side."""
    y = x * np.float32(1.4426950408889634)
    whole = np.floor(y + np.float32(0.5))
    rest = y - whole
    p = np.float32(1.5403530e-4)  # 2^rest by its series, |rest| <= 1/2
    p = p * rest + np.float32(1.3333558e-3)
    p = p * rest + np.float32(9.6181291e-3)
    p = p * rest + np.float32(5.5504109e-2)
    p = p * rest + np.float32(2.4022651e-1)
    p = p * rest + np.float32(6.9314718e-1)
    p = p * rest + np.float32(1.0)
    return p * np.int32(np.int32(np.int32(whole) + 127) << 23).view(np.float32)


@_jit()
def _touched_blocks(boxes: Any, top: Any, bottom: Any) -> Any:
    """First and last block of columns that any Gaussian touches in these rows; last < first: none."""
    first, last = np.int64(1 << 30), np.int64(-1)
    for g in range(boxes.shape[0]):
        if boxes[g, 0] < bottom and boxes[g, 1] >= max(top, boxes[g, 0]):
            first = min(first, boxes[g, 2] // LANES)
            last = max(last, boxes[g, 3] // LANES)
    return first, last


@_jit(inline="always")
def _geometry(image: Any, g: Any, means: Any, conics: Any) -> Any:
    """u, v, b / a, c - b^2 / a (in float64) and a, which complete the square: q = a (col - peak)^2 + q_row."""
    a, b, c = np.float64(conics[image, g, 0]), np.float64(conics[image, g, 1]), np.float64(conics[image, g, 2])
    return np.float64(means[image, g, 0]), np.float64(means[image, g, 1]), b / a, c - b * b / a, conics[image, g, 0]


@_jit()
def _forward(first: Any, step: Any, scene: Any, out: Any) -> None:
    """Composite bands first, first + step, ... of all bands of all images, and write their pixels into out."""
    order, means, conics, colors, opacities, boxes, q_max = scene
    images, _, height, width = out.shape
    bands = (height + BAND - 1) // BAND
    blocks = (width + LANES - 1) // LANES
    state = np.empty(BAND * blocks * 4 * LANES, np.float32)  # of each block: transmittance, red, green, blue
    for item in range(first, images * bands, step):
        image, top = item // bands, item % bands * BAND
        bottom = min(top + BAND, height)
        block_first, block_last = _touched_blocks(boxes[image], top, bottom)
        for row in range(bottom - top):
            for block in range(block_first, block_last + 1):
                at = (row * blocks + block) * 4 * LANES
                cell = state[at : at + 4 * LANES]
                for k in range(LANES):
                    cell[k] = 1.0
                for k in range(LANES, 4 * LANES):
                    cell[k] = 0.0
        for place in range(order.shape[1]):
            g = order[image, place]
            row_first, row_last = max(boxes[image, g, 0], top), min(boxes[image, g, 1], bottom - 1)
            if row_first > row_last:
                continue
            u, v, slope, across, a = _geometry(image, g, means, conics)
            red, green, blue = colors[image, g, 0], colors[image, g, 1], colors[image, g, 2]
            opacity = opacities[image, g]
            for row in range(row_first, row_last + 1):
                dy = row - v
                peak = u - slope * dy
                q_row = np.float32(across * dy * dy)
                for block in range(boxes[image, g, 2] // LANES, boxes[image, g, 3] // LANES + 1):
                    left = np.float32(block * LANES - peak)
                    at = ((row - top) * blocks + block) * 4 * LANES
                    cell = state[at : at + 4 * LANES]
                    for k in range(LANES):
                        dx = left + np.float32(k)
                        q = a * dx * dx + q_row
                        w = _exp(np.float32(-0.5) * q) if q < q_max else np.float32(0.0)
                        passed = _exp(-min(opacity * w, np.float32(TAU_MAX)))
                        light = cell[k]
                        gain = light * (np.float32(1.0) - passed)
                        cell[k] = light * passed
                        cell[LANES + k] += gain * red
                        cell[2 * LANES + k] += gain * green
                        cell[3 * LANES + k] += gain * blue
        touched_first = min(block_first * LANES, width)
        touched_last = min((block_last + 1) * LANES, width)
        for channel in range(3):
            for row in range(top, bottom):
                line = out[image, channel, row]
                line[:touched_first] = 0.0
                line[touched_last:] = 0.0
                for block in range(block_first, block_last + 1):
                    at = ((row - top) * blocks + block) * 4 * LANES + (1 + channel) * LANES
                    cell, pixels = state[at : at + LANES], line[block * LANES : (block + 1) * LANES]
                    if len(pixels) == LANES:  # a constant length runs side by side
                        for k in range(LANES):
                            pixels[k] = cell[k]
                    else:
                        for k in range(len(pixels)):
                            pixels[k] = cell[k]


@_jit(inline="always")
def _add_up(lanes: Any, sums: Any) -> None:
    """Each sum over its lanes, in place."""
    for j in range(len(sums)):
        total = 0.0
        for k in range(LANES):
            total += lanes[j * LANES + k]
        sums[j] = total


@_jit()
def _backward(first: Any, step: Any, scene: Any, slots: Any, out: Any, grad_out: Any, sums: Any) -> None:
    """Sweep bands first, first + step, ... again, and write one row of sums per Gaussian and band that it touches.

    A row: d loss / d (red, green, blue), then the sums over pixels of s, s dx, s dy, s dx^2, s dx dy, s dy^2 with
    s = w d loss / d tau.
    """
    order, means, conics, colors, opacities, boxes, q_max = scene
    images, _, height, width = out.shape
    bands = (height + BAND - 1) // BAND
    blocks = (width + LANES - 1) // LANES
    # of each block: transmittance, gradient . (light still to come from behind), gradient of red, green, blue
    state = np.empty(BAND * blocks * 5 * LANES, np.float32)
    lanes = np.empty(9 * LANES, np.float32)
    for item in range(first, images * bands, step):
        image, top = item // bands, item % bands * BAND
        bottom = min(top + BAND, height)
        block_first, block_last = _touched_blocks(boxes[image], top, bottom)
        for row in range(top, bottom):
            for block in range(block_first, block_last + 1):
                at = ((row - top) * blocks + block) * 5 * LANES
                cell = state[at : at + 5 * LANES]
                for k in range(LANES):
                    cell[k] = 1.0
                for k in range(LANES, 5 * LANES):
                    cell[k] = 0.0
                for channel in range(3):
                    pixels = out[image, channel, row, block * LANES : (block + 1) * LANES]
                    grads = grad_out[image, channel, row, block * LANES : (block + 1) * LANES]
                    into = cell[(2 + channel) * LANES :]
                    if len(grads) == LANES:
                        for k in range(LANES):
                            into[k] = grads[k]
                            cell[LANES + k] += grads[k] * pixels[k]
                    else:
                        for k in range(len(grads)):
                            into[k] = grads[k]
                            cell[LANES + k] += grads[k] * pixels[k]
        for place in range(order.shape[1]):
            g = order[image, place]
            row_first, row_last = max(boxes[image, g, 0], top), min(boxes[image, g, 1], bottom - 1)
            if row_first > row_last:
                continue
            u, v, slope, across, a = _geometry(image, g, means, conics)
            red, green, blue = colors[image, g, 0], colors[image, g, 1], colors[image, g, 2]
            opacity = opacities[image, g]
            lanes[:] = 0.0
            for row in range(row_first, row_last + 1):
                dy = np.float32(row - v)
                peak = u - slope * (row - v)
                q_row = np.float32(across * (row - v) * (row - v))
                for block in range(boxes[image, g, 2] // LANES, boxes[image, g, 3] // LANES + 1):
                    left, left_of_centre = np.float32(block * LANES - peak), np.float32(block * LANES - u)
                    at = ((row - top) * blocks + block) * 5 * LANES
                    cell = state[at : at + 5 * LANES]
                    for k in range(LANES):
                        from_peak = left + np.float32(k)
                        q = a * from_peak * from_peak + q_row
                        w = _exp(np.float32(-0.5) * q) if q < q_max else np.float32(0.0)
                        passed = _exp(-min(opacity * w, np.float32(TAU_MAX)))
                        light = cell[k]
                        gain = light * (np.float32(1.0) - passed)
                        light *= passed
                        cell[k] = light
                        g_red, g_green, g_blue = cell[2 * LANES + k], cell[3 * LANES + k], cell[4 * LANES + k]
                        g_color = g_red * red + g_green * green + g_blue * blue
                        behind = cell[LANES + k] - gain * g_color
                        cell[LANES + k] = behind
                        s = w * (g_color * light - behind)
                        dx = left_of_centre + np.float32(k)
                        lanes[k] += gain * g_red
                        lanes[LANES + k] += gain * g_green
                        lanes[2 * LANES + k] += gain * g_blue
                        lanes[3 * LANES + k] += s
                        lanes[4 * LANES + k] += s * dx
                        lanes[5 * LANES + k] += s * dy
                        lanes[6 * LANES + k] += s * dx * dx
                        lanes[7 * LANES + k] += s * dx * dy
                        lanes[8 * LANES + k] += s * dy * dy
            slot = slots[image, g] + item % bands - boxes[image, g, 0] // BAND
            _add_up(lanes, sums[slot])


@_jit()
def _gather(conics: Any, opacities: Any, slots: Any, sums: Any, grads: Any) -> None:
    """Add up each Gaussian's rows of sums, in the order of its bands."""
    d_means, d_conics, d_colors, d_opacities = grads
    totals = np.empty(9)
    for image in range(slots.shape[0]):
        for g in range(slots.shape[1] - 1):
            totals[:] = 0.0
            for slot in range(slots[image, g], slots[image, g + 1]):
                for j in range(9):
                    totals[j] += sums[slot, j]
            a = b = c = half = 0.0
            if slots[image, g + 1] > slots[image, g]:  # else it was not drawn and may hold NaN
                a, b, c = conics[image, g, 0], conics[image, g, 1], conics[image, g, 2]
                half = 0.5 * opacities[image, g]  # -half * s = d loss / d q
            d_means[image, g, 0] = 2.0 * half * (a * totals[4] + b * totals[5])
            d_means[image, g, 1] = 2.0 * half * (b * totals[4] + c * totals[5])
            d_conics[image, g, 0] = -half * totals[6]
            d_conics[image, g, 1] = -2.0 * half * totals[7]
            d_conics[image, g, 2] = -half * totals[8]
            for j in range(3):
                d_colors[image, g, j] = totals[j]
            d_opacities[image, g] = totals[3]


def _scene(
    means: Any, conics: Any, colors: Any, opacities: Any, depths: Any, height: Any, width: Any
) -> tuple[Any, ...]:
    """Inputs of the sweeps: the order by depth, the four inputs, the boxes (images, gaussians, 4), and `Q_MAX`.

    A box is the first and last row, the first and last column; its last row is before its first where nothing is drawn.
    `Q_MAX` travels along because compiled code that is kept would not notice a change in another file.
    """
    order = torch.argsort(depths, dim=1, stable=True)
    drawn, row_first, row_last, col_first, col_last = footprints(means, conics, opacities, height, width)
    boxes = torch.stack((row_first, torch.where(drawn, row_last, row_first - 1), col_first, col_last), -1)
    arrays = (x.contiguous().numpy() for x in (order, means, conics, colors, opacities, boxes))
    return *arrays, np.float32(Q_MAX)


# One pool per number of threads, kept: a thread just started may wait milliseconds for a core. A forked child
# inherits the pools without their threads, so it starts with none.
_pools: dict[int, ThreadPoolExecutor] = {}
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pools.clear)


def _run(kernel: Any, scene: Any, *arrays: Any) -> None:
    """Share the bands of `arrays[-1]`'s images among as many threads as torch has."""
    threads = torch.get_num_threads()
    if threads == 1:
        kernel(0, 1, scene, *arrays)
        return
    pieces = threads * PIECES_PER_THREAD
    pool = _pools.setdefault(threads, ThreadPoolExecutor(threads, thread_name_prefix="rasterize"))
    list(pool.map(lambda first: kernel(first, pieces, scene, *arrays), range(pieces)))


def forward(
    means: torch.Tensor,
    conics: torch.Tensor,
    colors: torch.Tensor,
    opacities: torch.Tensor,
    depths: torch.Tensor,
    height: int,
    width: int,
) -> torch.Tensor:
    """(images, 3, height, width) of float32 tensors on the CPU, as `rasterization.rasterize` describes them."""
    out = means.new_empty(len(means), 3, height, width)
    _run(_forward, _scene(means, conics, colors, opacities, depths, height, width), out.numpy())
    return out


def backward(
    means: torch.Tensor,
    conics: torch.Tensor,
    colors: torch.Tensor,
    opacities: torch.Tensor,
    depths: torch.Tensor,
    out: torch.Tensor,
    grad: torch.Tensor,
) -> tuple[torch.Tensor, ...]:
    """Gradients of means, conics, colors and opacities, from what `forward` gave and the gradient of it."""
    scene = _scene(means, conics, colors, opacities, depths, *out.shape[2:])
    boxes = scene[5]
    row_first, row_last = boxes[..., 0], boxes[..., 1]
    bands_touched = np.where(row_first <= row_last, row_last // BAND - row_first // BAND + 1, 0)
    ends: np.ndarray = np.cumsum(bands_touched).reshape(bands_touched.shape)
    slots = np.zeros((len(ends), ends.shape[1] + 1), np.int64)  # Gaussian g's rows of sums: slots[g] to slots[g + 1]
    if ends.size:
        slots[:, 1:] = ends
        slots[:, 0] = ends[:, 0] - bands_touched[:, 0]
    sums = np.empty((slots.max(initial=0), 9))
    _run(_backward, scene, slots, out.detach().numpy(), grad.numpy(), sums)
    inputs = (means, conics, colors, opacities)
    grads = tuple(torch.empty_like(x, memory_format=torch.contiguous_format) for x in inputs)
    _gather(scene[2], scene[4], slots, sums, tuple(x.numpy() for x in grads))
    return grads
