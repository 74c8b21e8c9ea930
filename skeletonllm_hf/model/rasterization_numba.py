"""The rasteriser's CPU kernel: numba, parallel, forward and backward written by hand.

An image is cut into bands of `BAND` rows whatever its size, the batch or the number of threads, and one thread
sweeps a band front to back over the Gaussians' footprints: results are the same to the last bit for any number of
threads and any batch that an image comes in. Threads are Python's, the compiled code runs without the GIL: numba's
own thread pools end the process after a fork (OpenMP) or when two threads call at once (workqueue).
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from .rasterization_torch import Q_MAX, footprints

try:
    import numba

    UNAVAILABLE = None
except ImportError as error:
    numba = None
    UNAVAILABLE = f"numba cannot be imported: {error}"

# Rows that one thread sweeps at once: their state stays in the second-level cache for images some 500 pixels wide.
BAND = 32
# Pixels of a block, worked on side by side: one AVX-512 register, two of AVX2, four of NEON.
LANES = 16
# Pieces of work per thread: bands in the middle hold more than those at the edges.
PIECES_PER_THREAD = 4
# exp(-80) is the smallest transmittance of one Gaussian; nothing that float32 could still add is behind it.
TAU_MAX = 80.0
# No assumption about infinities or NaN: huge conics overflow to infinity on purpose and are masked.
FASTMATH = {"contract", "reassoc", "nsz", "arcp"}


def _jit(**options):
    def decorate(function):
        if numba is None:
            return function
        settings = dict(nogil=True, error_model="numpy", fastmath=FASTMATH, **options)
        try:
            return numba.njit(cache=True, **settings)(function)
        except RuntimeError:  # no folder on this machine to keep compiled code in: compile in every process
            return numba.njit(**settings)(function)

    return decorate


@_jit(inline="always")
def _exp(x):
    """exp for x <= 0, relative error below 1e-6 down to -20: branch-free, so that it runs on a block side by side."""
    y = x * np.float32(1.4426950408889634)
    whole = np.floor(y + np.float32(0.5))
    rest = y - whole
    p = np.float32(1.5403530e-4)
    p = p * rest + np.float32(1.3333558e-3)
    p = p * rest + np.float32(9.6181291e-3)
    p = p * rest + np.float32(5.5504109e-2)
    p = p * rest + np.float32(2.4022651e-1)
    p = p * rest + np.float32(6.9314718e-1)
    p = p * rest + np.float32(1.0)
    return p * np.int32(np.int32(np.int32(whole) + 127) << 23).view(np.float32)


@_jit()
def _touched_blocks(image, top, bottom, rows, cols):
    """First and last block of columns that any Gaussian touches in these rows; last < first: none."""
    first, last = np.int64(1 << 30), np.int64(-1)
    for g in range(rows.shape[1]):
        if rows[image, g, 0] < bottom and rows[image, g, 1] >= max(top, rows[image, g, 0]):
            first = min(first, cols[image, g, 0] // LANES)
            last = max(last, cols[image, g, 1] // LANES)
    return first, last


@_jit()
def _forward(first, step, bands, count, geometry, paint, rows, cols, out):
    """Composite the bands first, first + step, ... (numbered image by image) of `count` into out."""
    height, width = out.shape[2], out.shape[3]
    blocks = (width + LANES - 1) // LANES
    state = np.empty(BAND * blocks * 4 * LANES, np.float32)  # per block: transmittance, red, green, blue
    for item in range(first, count, step):
        image, band = item // bands, item % bands
        top = band * BAND
        bottom = min(top + BAND, height)
        block_first, block_last = _touched_blocks(image, top, bottom, rows, cols)
        for row in range(bottom - top):
            for block in range(block_first, block_last + 1):
                at = (row * blocks + block) * 4 * LANES
                cell = state[at : at + 4 * LANES]
                for k in range(LANES):
                    cell[k] = 1.0
                for k in range(LANES, 4 * LANES):
                    cell[k] = 0.0
        for g in range(geometry.shape[1]):
            row_first, row_last = max(rows[image, g, 0], top), min(rows[image, g, 1], bottom - 1)
            if row_first > row_last:
                continue
            u, v, slope, across = geometry[image, g, 0], geometry[image, g, 1], geometry[image, g, 2], geometry[image, g, 3]
            a = np.float32(geometry[image, g, 4])
            red, green, blue, opacity = paint[image, g, 0], paint[image, g, 1], paint[image, g, 2], paint[image, g, 3]
            for row in range(row_first, row_last + 1):
                dy = row - v
                peak = u - slope * dy  # q = a (col - peak)^2 + q_row: the square completed
                q_row = np.float32(across * dy * dy)
                for block in range(cols[image, g, 0] // LANES, cols[image, g, 1] // LANES + 1):
                    left = np.float32(block * LANES - peak)
                    at = ((row - top) * blocks + block) * 4 * LANES
                    cell = state[at : at + 4 * LANES]
                    for k in range(LANES):
                        dx = left + np.float32(k)
                        q = a * dx * dx + q_row
                        w = _exp(np.float32(-0.5) * min(q, np.float32(Q_MAX)))
                        tau = min(opacity * w, np.float32(TAU_MAX)) if q < np.float32(Q_MAX) else np.float32(0.0)
                        passed = _exp(-tau)
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
                    if len(pixels) == LANES:
                        for k in range(LANES):
                            pixels[k] = cell[k]
                    else:
                        for k in range(len(pixels)):
                            pixels[k] = cell[k]


@_jit()
def _backward(first, step, bands, count, geometry, paint, rows, cols, slots, out, grad_out, sums):
    """Sweep the bands again. Into sums[slot], one slot per Gaussian and band it touches:

    d loss / d (red, green, blue), then the sums of s, s dx, s dy, s dx^2, s dx dy, s dy^2 with s = w d loss / d tau.
    """
    height, width = out.shape[2], out.shape[3]
    blocks = (width + LANES - 1) // LANES
    # per block: transmittance, gradient . (light still to come), gradient of red, green, blue
    state = np.empty(BAND * blocks * 5 * LANES, np.float32)
    lanes = np.empty(9 * LANES, np.float32)
    for item in range(first, count, step):
        image, band = item // bands, item % bands
        top = band * BAND
        bottom = min(top + BAND, height)
        block_first, block_last = _touched_blocks(image, top, bottom, rows, cols)
        for row in range(top, bottom):
            for block in range(block_first, block_last + 1):
                at = ((row - top) * blocks + block) * 5 * LANES
                if (block + 1) * LANES > width:
                    state[at : at + 5 * LANES] = 0.0
                for k in range(min(LANES, width - block * LANES)):
                    red, green, blue = (
                        grad_out[image, 0, row, block * LANES + k],
                        grad_out[image, 1, row, block * LANES + k],
                        grad_out[image, 2, row, block * LANES + k],
                    )
                    state[at + k] = 1.0
                    state[at + LANES + k] = (
                        red * out[image, 0, row, block * LANES + k]
                        + green * out[image, 1, row, block * LANES + k]
                        + blue * out[image, 2, row, block * LANES + k]
                    )
                    state[at + 2 * LANES + k] = red
                    state[at + 3 * LANES + k] = green
                    state[at + 4 * LANES + k] = blue
        for g in range(geometry.shape[1]):
            row_first, row_last = max(rows[image, g, 0], top), min(rows[image, g, 1], bottom - 1)
            if row_first > row_last:
                continue
            u, v, slope, across = geometry[image, g, 0], geometry[image, g, 1], geometry[image, g, 2], geometry[image, g, 3]
            a = np.float32(geometry[image, g, 4])
            red, green, blue, opacity = paint[image, g, 0], paint[image, g, 1], paint[image, g, 2], paint[image, g, 3]
            lanes[:] = 0.0
            for row in range(row_first, row_last + 1):
                dy = row - v
                peak = u - slope * dy
                q_row = np.float32(across * dy * dy)
                dy_ = np.float32(dy)
                for block in range(cols[image, g, 0] // LANES, cols[image, g, 1] // LANES + 1):
                    left = np.float32(block * LANES - peak)
                    left_ = np.float32(block * LANES - u)
                    at = ((row - top) * blocks + block) * 5 * LANES
                    cell = state[at : at + 5 * LANES]
                    for k in range(LANES):
                        dx = left + np.float32(k)
                        q = a * dx * dx + q_row
                        inside = q < np.float32(Q_MAX)
                        w = _exp(np.float32(-0.5) * min(q, np.float32(Q_MAX))) if inside else np.float32(0.0)
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
                        x = left_ + np.float32(k)
                        lanes[k] += gain * g_red
                        lanes[LANES + k] += gain * g_green
                        lanes[2 * LANES + k] += gain * g_blue
                        lanes[3 * LANES + k] += s
                        lanes[4 * LANES + k] += s * x
                        lanes[5 * LANES + k] += s * dy_
                        lanes[6 * LANES + k] += s * x * x
                        lanes[7 * LANES + k] += s * x * dy_
                        lanes[8 * LANES + k] += s * dy_ * dy_
            slot = slots[image, g] + band - rows[image, g, 0] // BAND
            for j in range(9):
                total = 0.0
                for k in range(LANES):
                    total += lanes[j * LANES + k]
                sums[slot, j] = total


@_jit()
def _gradients(order, conics, opacities, rows, slots, sums, d_means, d_conics, d_colors, d_opacities):
    """Add up each Gaussian's slots in the order of its bands and undo the sorting."""
    totals = np.empty(9)
    for image in range(order.shape[0]):
        for g in range(order.shape[1]):
            k = order[image, g]
            totals[:] = 0.0
            for slot in range(slots[image, g], slots[image, g + 1]):
                for j in range(9):
                    totals[j] += sums[slot, j]
            a, b, c = conics[image, k, 0], conics[image, k, 1], conics[image, k, 2]
            half = -0.5 * opacities[image, k]  # s * half = d loss / d q
            d_means[image, k, 0] = -2.0 * half * (a * totals[4] + b * totals[5])
            d_means[image, k, 1] = -2.0 * half * (b * totals[4] + c * totals[5])
            d_conics[image, k, 0] = half * totals[6]
            d_conics[image, k, 1] = 2.0 * half * totals[7]
            d_conics[image, k, 2] = half * totals[8]
            d_colors[image, k] = totals[:3]
            d_opacities[image, k] = totals[3]


def _run(kernel, bands: int, count: int, *arrays) -> None:
    """Share the bands among as many threads as torch has."""
    threads = min(torch.get_num_threads(), count)
    if threads <= 1:
        kernel(0, 1, bands, count, *arrays)
        return
    pieces = threads * PIECES_PER_THREAD
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda first: kernel(first, pieces, bands, count, *arrays), range(pieces)))


class _Prepared:
    """What the kernel reads: Gaussians sorted by depth, those that are not drawn without rows."""

    def __init__(self, means, conics, colors, opacities, depths, height, width):
        self.bands = -(-height // BAND)
        self.count = means.shape[0] * self.bands
        order = torch.argsort(depths, dim=1, stable=True)
        by_depth = order[..., None]
        means, conics, colors = (torch.take_along_dim(x, by_depth, 1) for x in (means, conics, colors))
        opacities = torch.take_along_dim(opacities, order, 1)
        boxes = footprints(means, conics, opacities, height, width)
        a, b, c = conics.double().unbind(-1)
        geometry = torch.stack((*means.double().unbind(-1), b / a, c - b * b / a, a), -1)
        row_last = torch.where(boxes.drawn, boxes.row_last, boxes.row_first - 1)
        self.order = order.numpy()
        self.geometry = geometry.numpy()
        self.paint = torch.cat((colors, opacities[..., None]), -1).numpy()
        self.rows = torch.stack((boxes.row_first, row_last), -1).numpy()
        self.cols = torch.stack((boxes.col_first, boxes.col_last), -1).numpy()


def forward(means, conics, colors, opacities, depths, out: np.ndarray) -> None:
    """Write every pixel of out, (images, 3, height, width) float32."""
    p = _Prepared(means, conics, colors, opacities, depths, *out.shape[2:])
    _run(_forward, p.bands, p.count, p.geometry, p.paint, p.rows, p.cols, out)


def backward(means, conics, colors, opacities, depths, out: np.ndarray, grad_out: np.ndarray) -> list[torch.Tensor]:
    """Gradients of means, conics, colors and opacities, from forward's `out` and its gradient."""
    p = _Prepared(means, conics, colors, opacities, depths, *out.shape[2:])
    touched = np.where(p.rows[..., 1] >= p.rows[..., 0], p.rows[..., 1] // BAND - p.rows[..., 0] // BAND + 1, 0)
    ends = np.cumsum(touched.ravel()).reshape(touched.shape)
    slots = np.concatenate((ends - touched, ends[:, -1:]), 1) if touched.size else np.zeros((len(ends), 1), np.int64)
    sums = np.empty((int(touched.sum()), 9))
    _run(_backward, p.bands, p.count, p.geometry, p.paint, p.rows, p.cols, slots, out, grad_out, sums)
    grads = [torch.empty_like(x, memory_format=torch.contiguous_format) for x in (means, conics, colors, opacities)]
    inputs = (conics.numpy(), opacities.numpy())
    _gradients(p.order, *inputs, p.rows, slots, sums, *(x.numpy() for x in grads))
    return grads
