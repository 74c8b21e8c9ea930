"""The rasteriser's CPU kernel: sweeps of bands, forward and backward, compiled by numba; `rasterization_numba` runs them.

An image is cut into bands of `BAND` rows, and one thread at a time sweeps a band front to back over the Gaussians'
footprints, each in blocks of `LANES` columns from its first row to its last. A nearly round Gaussian, as all of a body's are,
is drawn without an exponential a pixel: from row to row, w = exp(-a dx^2 / 2 - b dx dy) exp(-c dy^2 / 2) changes by a factor of
each column, and a factor of each row that all columns share. Results are the same to the last bit for any number of threads and
any batch that an image comes in. The backward pass sweeps front to back once more: with what lies behind known from the finished
image, it needs nothing from the forward pass but that image, and memory stays at a few floats per pixel of a band.

All compiled code is in this file, as numba's kept code does not notice a change in another one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

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
# No Gaussian passes less than exp(-80): keeps the exponent of `_exp` in range, and 1e-35 of a colour shows nowhere.
TAU_MAX = 80.0
# Where a Gaussian is drawn by recurrence along its columns: its opacity is at most 1, its conic's mixed term changes the
# exponent by at most STEP from row to row and by at most SLANT over the footprint, and factors of the other terms end at
# exp(-FLOOR), far below W_MIN even beside exp(SLANT).
STEP = 1.0
SLANT = 8.0
FLOOR = 30.0
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


# Numbers as constants of their type: a conversion within compiled code costs compilation.
ZERO, ONE, TWO, HALF = (np.float32(x) for x in (0.0, 1.0, 2.0, 0.5))
LARGEST_TAU, LEAST_FACTOR = np.float32(TAU_MAX), np.float32(FLOOR)
LOG2_E = np.float32(1.4426950408889634)
# 2^x for |x| <= 1/2 and (exp(x) - 1) / x by their series; (1 - exp(-x)) / x on [0, 1], fitted at Chebyshev's points
POWER = tuple(map(np.float32, (1.5403530e-4, 1.3333558e-3, 9.6181291e-3, 5.5504109e-2, 2.4022651e-1, 6.9314718e-1)))
GROWTH = tuple(np.float32(1.0 / math.factorial(n)) for n in range(8, 1, -1))
ABSORPTION = tuple(
    map(np.float32, (-9.125454e-4, 7.8373635e-3, -4.1418765e-2, 1.6660967e-1, -4.9999517e-1, 9.9999994e-1))
)


@_jit()
def _exp(x: Any) -> Any:
    """exp for -90 < x <= 0, absolute error below 2e-7: without branches, so that a block's run side by side."""
    y = x * LOG2_E
    whole = np.floor(y + HALF)
    x = y - whole
    p = ((((POWER[0] * x + POWER[1]) * x + POWER[2]) * x + POWER[3]) * x + POWER[4]) * x + POWER[5]
    return (p * x + ONE) * np.int32(np.int32(np.int32(whole) + 127) << 23).view(np.float32)


@_jit(inline="always")
def _factor_less_one(x: Any) -> Any:
    """exp(x) - 1 for |x| <= 1, with an error relative to the result: by its series at x / 2."""
    x *= HALF
    p = (((GROWTH[0] * x + GROWTH[1]) * x + GROWTH[2]) * x + GROWTH[3]) * x + GROWTH[4]
    p = (((p * x + GROWTH[5]) * x + GROWTH[6]) * x + ONE) * x
    return p * (p + TWO)


@_jit(inline="always")
def _absorbed(tau: Any) -> Any:
    """1 - exp(-tau) for 0 <= tau <= 1, absolute error below 1.3e-7."""
    p = ((ABSORPTION[0] * tau + ABSORPTION[1]) * tau + ABSORPTION[2]) * tau + ABSORPTION[3]
    return ((p * tau + ABSORPTION[4]) * tau + ABSORPTION[5]) * tau


@_jit(inline="always")
def _absorbed_much(tau: Any) -> Any:
    """1 - exp(-tau) for any tau."""
    return ONE - _exp(-min(tau, LARGEST_TAU))


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
def _cell(state: Any, block: Any, row: Any, parts: Any) -> Any:
    """The numbers of a row of a block of the band."""
    at = (block * BAND + row) * parts * LANES
    return state[at : at + parts * LANES]


@_jit()
def _rows_of(left: Any, conic: Any, v: Any, rows: Any, q_max: Any) -> Any:
    """First and last of the rows that a Gaussian reaches in the block whose first column lies `left` of its centre."""
    a, b, c = np.float64(conic[0]), np.float64(conic[1]), np.float64(conic[2])
    right = left + (LANES - 1)
    nearest = max(left, -right, 0.0)
    reach = max((q_max - (a - b * b / c) * nearest * nearest) / c, 0.0)
    half = min(math.sqrt(reach) * 1.0001 + abs(b) / c * max(-left, right) + 0.01, 1e9)  # rows are integers
    return max(rows[0], int(v - half)), min(rows[1], int(v + half))


@_jit(inline="always")
def _measure_rows(peaks: Any, rows: Any, v: Any, c: Any) -> None:
    """exp(-c dy^2 / 2) of the rows from the first to the last."""
    above = np.float32(rows[0] - v)
    for j in range(rows[1] + 1 - rows[0]):
        dy = above + np.float32(j)
        peaks[j] = _exp(-min(HALF * c * dy * dy, LEAST_FACTOR))


@_jit(inline="always")
def _start(work: Any, left: Any, above: Any, conic: Any) -> None:
    """Make ready to go down a block whose first column lies `left`, and whose first row `above`, of the Gaussian's centre.

    work: exp(-a dx^2 / 2 - b dx dy) of the columns in the first row, then what it grows by from row to row, less one.
    """
    a, b, left, above = conic[0], conic[1], np.float32(left), np.float32(above)
    for k in range(LANES):
        dx = left + np.float32(k)
        work[k] = _exp(-min(HALF * a * dx * dx, LEAST_FACTOR)) * _exp(-b * dx * above)
        work[LANES + k] = _factor_less_one(-b * dx)


@_jit(inline="always")
def _next_row(work: Any, k: Any, peak: Any, w_min: Any) -> Any:
    """w at a column of this row, whose curve goes on by a row."""
    here = work[k]
    work[k] = here + here * work[LANES + k]
    w = here * peak
    return w if w > w_min else ZERO


@_jit(inline="always")
def _any_row(left: Any, dy: Any, conic: Any) -> Any:
    """How far the first column lies from the row's peak, and q there: the square completed in float64."""
    a, b, c = np.float64(conic[0]), np.float64(conic[1]), np.float64(conic[2])
    return np.float32(left + b / a * dy), np.float32((c - b * b / a) * dy * dy)


@_jit(inline="always")
def _weight(from_peak: Any, narrow: Any, q_row: Any, q_max: Any) -> Any:
    """w of any Gaussian at a column: q = narrow from_peak^2 + q_row."""
    q = narrow * from_peak * from_peak + q_row
    return _exp(-HALF * q) if q < q_max else ZERO


@_jit(inline="always")
def _cover(cell: Any, k: Any, absorbed: Any, red: Any, green: Any, blue: Any) -> None:
    """A pixel of `sweep_forward`'s state behind one more Gaussian."""
    light = cell[k]
    gain = light * absorbed
    cell[k] = light - gain
    cell[LANES + k] += gain * red
    cell[2 * LANES + k] += gain * green
    cell[3 * LANES + k] += gain * blue


@_jit(inline="always")
def _uncover(cell: Any, work: Any, k: Any, w: Any, absorbed: Any, red: Any, green: Any, blue: Any, dy: Any) -> None:
    """A pixel of `sweep_backward`'s state behind one more Gaussian, and what it adds to that one's sums."""
    light = cell[k]
    gain = light * absorbed
    light -= gain
    cell[k] = light
    g_red, g_green, g_blue = cell[2 * LANES + k], cell[3 * LANES + k], cell[4 * LANES + k]
    g_color = g_red * red + g_green * green + g_blue * blue
    behind = cell[LANES + k] - gain * g_color
    cell[LANES + k] = behind
    s = w * (g_color * light - behind)
    work[2 * LANES + k] += s
    work[3 * LANES + k] += s * dy
    work[4 * LANES + k] += s * dy * dy
    work[5 * LANES + k] += gain * g_red
    work[6 * LANES + k] += gain * g_green
    work[7 * LANES + k] += gain * g_blue


@_jit()
def sweep_forward(first: Any, step: Any, scene: Any, uneven: Any, out: Any) -> None:
    """Composite bands first, first + step, ... of all bands of all images, and write their pixels into out.

    uneven: whether Gaussians are among them that cannot be drawn by recurrence, True or None: for None numba leaves their code out.
    """
    order, means, conics, colors, opacities, boxes, mild, q_max, w_min, lowest, highest = scene
    images, _, height, width = out.shape
    bands, blocks = (height + BAND - 1) // BAND, (width + LANES - 1) // LANES
    state = np.empty(blocks * BAND * 4 * LANES, np.float32)  # of each block's rows: transmittance, red, green, blue
    work, peaks = np.empty(2 * LANES, np.float32), np.empty(BAND, np.float32)
    for item in range(first, images * bands, step):
        image, top = item // bands, item % bands * BAND
        bottom = min(top + BAND, height)
        block_first, block_last = _touched_blocks(boxes[image], top, bottom)
        for at in range(block_first * BAND * 4 * LANES, (block_last + 1) * BAND * 4 * LANES, 4 * LANES):
            cell = state[at : at + 4 * LANES]
            for k in range(LANES):
                cell[k] = 1.0
            for k in range(LANES, 4 * LANES):
                cell[k] = 0.0
        for place in range(order.shape[1]):
            g = order[image, place]
            box, conic, narrow, opacity = boxes[image, g], conics[image, g], conics[image, g, 0], opacities[image, g]
            rows = max(box[0], top), min(box[1], bottom - 1)
            if rows[0] > rows[1]:
                continue
            u, v = np.float64(means[image, g, 0]), np.float64(means[image, g, 1])
            red, green, blue = colors[image, g, 0], colors[image, g, 1], colors[image, g, 2]
            if mild[image, g]:
                _measure_rows(peaks, rows, v, conic[2])
            for block in range(box[2] // LANES, box[3] // LANES + 1):
                left = block * LANES - u
                if mild[image, g]:
                    start, end = _rows_of(left, conic, v, rows, q_max)
                    _start(work, left, start - v, conic)
                    for row in range(start, end + 1):
                        peak, least = opacity * peaks[row - rows[0]], opacity * w_min
                        cell = _cell(state, block, row - top, 4)
                        for k in range(LANES):
                            tau = _next_row(work, k, peak, least)
                            _cover(cell, k, _absorbed(tau), red, green, blue)
                elif uneven is not None:
                    for row in range(rows[0], rows[1] + 1):
                        from_peak, q_row = _any_row(left, row - v, conic)
                        cell = _cell(state, block, row - top, 4)
                        for k in range(LANES):
                            w = _weight(from_peak + np.float32(k), narrow, q_row, q_max)
                            _cover(cell, k, _absorbed_much(opacity * w), red, green, blue)
        for channel in range(3):
            for row in range(top, bottom):
                line = out[image, channel, row]
                for column in range(min(block_first * LANES, width)):
                    line[column] = ZERO
                for column in range(min((block_last + 1) * LANES, width), width):
                    line[column] = ZERO
                for block in range(block_first, block_last + 1):
                    cell = _cell(state, block, row - top, 4)[(1 + channel) * LANES :]
                    pixels = line[block * LANES : (block + 1) * LANES]
                    if len(pixels) == LANES:  # a constant length runs side by side
                        for k in range(LANES):
                            pixels[k] = min(max(cell[k], lowest), highest)
                    else:
                        for k in range(len(pixels)):
                            pixels[k] = min(max(cell[k], lowest), highest)


@_jit(inline="always")
def _fold(lanes: Any, sums: Any) -> None:
    """Each sum over its lanes, in place."""
    for j in range(len(sums)):
        total = 0.0
        for k in range(LANES):
            total += lanes[j * LANES + k]
        sums[j] = total


@_jit(inline="always")
def _load(state: Any, out: Any, grad_out: Any, top: Any, blocks: Any) -> None:
    """The state of a band before the first Gaussian, from its rows of the finished picture and of that one's gradient."""
    for at in range(blocks[0] * BAND * 5 * LANES, (blocks[1] + 1) * BAND * 5 * LANES):
        state[at] = 0.0
    for row in range(top, min(top + BAND, out.shape[1])):
        for block in range(blocks[0], blocks[1] + 1):
            cell = _cell(state, block, row - top, 5)
            for k in range(LANES):
                cell[k] = 1.0
            for channel in range(3):
                pixels = out[channel, row, block * LANES : (block + 1) * LANES]
                grads = grad_out[channel, row, block * LANES : (block + 1) * LANES]
                if len(pixels) == LANES:
                    for k in range(LANES):
                        cell[(2 + channel) * LANES + k] = grads[k]
                        cell[LANES + k] += grads[k] * pixels[k]
                else:
                    for k in range(len(pixels)):
                        cell[(2 + channel) * LANES + k] = grads[k]
                        cell[LANES + k] += grads[k] * pixels[k]


@_jit()
def sweep_backward(
    first: Any, step: Any, scene: Any, uneven: Any, slots: Any, out: Any, grad_out: Any, sums: Any
) -> None:
    """Sweep bands first, first + step, ... again, and write one row of sums per Gaussian and band that it touches.

    A row: d loss / d (red, green, blue), then the sums over pixels of s, s dx, s dy, s dx^2, s dx dy, s dy^2 with
    s = w d loss / d tau. `uneven` is as in `sweep_forward`.
    """
    order, means, conics, colors, opacities, boxes, mild, q_max, w_min, _, _ = scene
    images, _, height, width = out.shape
    bands, blocks = (height + BAND - 1) // BAND, (width + LANES - 1) // LANES
    # of each block's rows: transmittance, gradient . (light still to come from behind), gradient of red, green, blue
    state = np.empty(blocks * BAND * 5 * LANES, np.float32)
    # as in `_start`; after it, of one block s, s dy, s dy^2; then the sums as in the rows that are written
    work, peaks = np.empty(14 * LANES, np.float32), np.empty(BAND, np.float32)
    lanes = work[5 * LANES :]
    for item in range(first, images * bands, step):
        image, top = item // bands, item % bands * BAND
        bottom = min(top + BAND, height)
        _load(state, out[image], grad_out[image], top, _touched_blocks(boxes[image], top, bottom))
        for place in range(order.shape[1]):
            g = order[image, place]
            box, conic, narrow, opacity = boxes[image, g], conics[image, g], conics[image, g, 0], opacities[image, g]
            rows = max(box[0], top), min(box[1], bottom - 1)
            if rows[0] > rows[1]:
                continue
            u, v = np.float64(means[image, g, 0]), np.float64(means[image, g, 1])
            red, green, blue = colors[image, g, 0], colors[image, g, 1], colors[image, g, 2]
            if mild[image, g]:
                _measure_rows(peaks, rows, v, conic[2])
            for k in range(9 * LANES):
                lanes[k] = ZERO
            for block in range(box[2] // LANES, box[3] // LANES + 1):
                left = block * LANES - u
                for k in range(2 * LANES, 5 * LANES):
                    work[k] = ZERO
                if mild[image, g]:
                    start, end = _rows_of(left, conic, v, rows, q_max)
                    _start(work, left, start - v, conic)
                    for row in range(start, end + 1):
                        peak, dy = peaks[row - rows[0]], np.float32(row - v)
                        cell = _cell(state, block, row - top, 5)
                        for k in range(LANES):
                            w = _next_row(work, k, peak, w_min)
                            _uncover(cell, work, k, w, _absorbed(opacity * w), red, green, blue, dy)
                elif uneven is not None:
                    for row in range(rows[0], rows[1] + 1):
                        (from_peak, q_row), dy = _any_row(left, row - v, conic), np.float32(row - v)
                        cell = _cell(state, block, row - top, 5)
                        for k in range(LANES):
                            w = _weight(from_peak + np.float32(k), narrow, q_row, q_max)
                            _uncover(cell, work, k, w, _absorbed_much(opacity * w), red, green, blue, dy)
                for k in range(LANES):
                    dx = np.float32(left) + np.float32(k)
                    s, s_dy = work[2 * LANES + k], work[3 * LANES + k]
                    lanes[3 * LANES + k] += s
                    lanes[4 * LANES + k] += s * dx
                    lanes[5 * LANES + k] += s_dy
                    lanes[6 * LANES + k] += s * dx * dx
                    lanes[7 * LANES + k] += s_dy * dx
                    lanes[8 * LANES + k] += work[4 * LANES + k]
            _fold(lanes, sums[slots[image, g] + item % bands - box[0] // BAND])


@_jit()
def gather(conics: Any, opacities: Any, slots: Any, sums: Any, grads: Any) -> None:
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
