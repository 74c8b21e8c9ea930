"""The rasteriser on the CPU: the compiled sweeps of `rasterization_sweeps`, shared among threads.

The threads are Python's, the compiled code runs without the GIL. Numba's own threads cannot be used: they end the
process after a fork (OpenMP) or when two threads call at once (workqueue).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch

from .cameras import Q_MAX, W_MIN, footprints
from .rasterization_sweeps import BAND, LANES, SLANT, STEP, UNAVAILABLE, gather, sweep_backward, sweep_forward

__all__ = ["UNAVAILABLE", "backward", "forward"]

# Pieces of work per thread: bands in the middle of an image hold more than those at its edges.
PIECES_PER_THREAD = 4


def _scene(
    means: Any, conics: Any, colors: Any, opacities: Any, depths: Any, height: Any, width: Any, clamped: Any = False
) -> tuple[Any, ...]:
    """Inputs of the sweeps: the order by depth, the four inputs, the boxes (images, gaussians, 4), which are `_mild`, `Q_MAX`, `W_MIN`, and the colours' limits.

    A box is the first and last row, the first and last column; its last row is before its first where nothing is drawn.
    Constants travel along as compiled code that is kept would not notice a change in another file.
    """
    order = torch.argsort(depths, dim=1, stable=True)
    drawn, row_first, row_last, col_first, col_last = footprints(means, conics, opacities, height, width)
    boxes = torch.stack((row_first, torch.where(drawn, row_last, row_first - 1), col_first, col_last), -1)
    arrays = [x.contiguous().numpy() for x in (order, means, conics, colors, opacities, boxes)]
    limits = (0.0, 1.0) if clamped else (-np.inf, np.inf)
    return *arrays, _mild(*arrays[1:3], *arrays[4:]), *map(np.float32, (Q_MAX, W_MIN, *limits))


def _mild(means: Any, conics: Any, opacities: Any, boxes: Any) -> Any:
    """(images, gaussians) bool: which can be drawn by recurrence, whatever else is in the picture."""
    u, v = means[..., 0].astype(np.float64), means[..., 1].astype(np.float64)
    row_first, row_last, first, last = (boxes[..., j] for j in range(4))
    across = np.maximum(np.abs(first // LANES * LANES - u), np.abs((last // LANES + 1) * LANES - u))
    down = np.maximum(np.abs(row_first - v), np.abs(row_last - v))
    with np.errstate(invalid="ignore"):  # what is not drawn may hold anything
        step = np.abs(conics[..., 1]) * across
        return (opacities <= 1.0) & (step <= STEP) & (step * down <= SLANT)


def _uneven(scene: Any) -> Any:
    """True where a Gaussian is drawn that is not mild, else None."""
    boxes, mild = scene[5], scene[6]
    return True if bool((~mild & (boxes[..., 0] <= boxes[..., 1])).any()) else None


# One pool per number of threads, kept: a thread just started may wait milliseconds for a core. A forked child
# inherits the pools without their threads, so it starts with none.
_pools: dict[int, ThreadPoolExecutor] = {}
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pools.clear)


def _run(kernel: Any, scene: Any, *arrays: Any) -> None:
    """Share the bands of `arrays[-1]`'s images among as many threads as torch has, the caller's among them."""
    threads, uneven = torch.get_num_threads(), _uneven(scene)
    if threads == 1:
        kernel(0, 1, scene, uneven, *arrays)
        return
    pieces = threads * PIECES_PER_THREAD
    remaining = iter(range(pieces))

    def work() -> None:
        for first in remaining:
            kernel(first, pieces, scene, uneven, *arrays)

    pool = _pools.get(threads)
    if pool is None:
        pool = _pools.setdefault(threads, ThreadPoolExecutor(threads - 1, thread_name_prefix="rasterize"))
    others = [pool.submit(work) for _ in range(threads - 1)]
    work()
    for other in others:
        other.cancel() or other.result()


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
    """(images, 3, height, width) of float32 tensors on the CPU, as `rasterization.rasterize` describes them."""
    out = means.new_empty(len(means), 3, height, width)
    _run(sweep_forward, _scene(means, conics, colors, opacities, depths, height, width, clamped), out.numpy())
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
    _run(sweep_backward, scene, slots, out.detach().numpy(), grad.numpy(), sums)
    inputs = (means, conics, colors, opacities)
    grads = tuple(torch.empty_like(x, memory_format=torch.contiguous_format) for x in inputs)
    gather(scene[2], scene[4], slots, sums, tuple(x.numpy() for x in grads))
    return grads
