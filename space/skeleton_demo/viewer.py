"""What the browser needs to show a clip as a skeleton in space; `viewer.js` draws it."""

from __future__ import annotations

import base64
from pathlib import Path

import gradio as gr
import numpy as np

_HERE = Path(__file__).parent
_MOST_VALUES = 90_000  # coordinates sent: 180 kB; longer clips are thinned out in time
_MOST_FRAMES = 600
_NAME_CHARS = 40

# A constant: gradio's templates would run what a visitor puts into them. Everything that changes is drawn by the script.
_TEMPLATE = """
<div class="viewer" role="group" aria-label="Skeleton in space">
  <canvas tabindex="0" role="img" aria-label="No clip yet"></canvas>
  <div class="viewer-hint"><span class="for-mouse">drag or arrow keys to turn, + and - to zoom</span><span class="for-touch">drag to turn, pinch to zoom</span></div>
  <div class="viewer-legend"><i class="left"></i>left <i class="right"></i>right</div>
  <div class="viewer-bar">
    <button type="button" class="viewer-play" aria-label="Play">&#9654;</button>
    <button type="button" class="viewer-back" aria-label="Frame back">&#8249;</button>
    <button type="button" class="viewer-on" aria-label="Frame forward">&#8250;</button>
    <label class="viewer-check"><span class="visually-hidden">Speed</span><select class="viewer-speed"><option value="0.25">1/4</option><option value="0.5">1/2</option><option value="1" selected>1x</option><option value="2">2x</option></select></label>
    <output class="viewer-clock">0.00 s</output>
    <label class="viewer-check"><input type="checkbox" class="viewer-names"> names</label>
    <button type="button" class="viewer-full" aria-label="Full screen">full</button>
    <button type="button" class="viewer-reset" aria-label="Reset the view">reset</button>
  </div>
  <div class="viewer-line">
    <input type="range" class="viewer-time" min="0" max="0" step="1" value="0" aria-label="Time">
    <div class="viewer-marks segments-marks" role="group" aria-label="Segments" hidden></div>
    <div class="viewer-marks influence-marks" role="group" aria-label="Influence over time" hidden></div>
  </div>
</div>
"""


def viewer(elem_id: str, label: str) -> gr.HTML:
    """The component; its value is `scene(...)`."""
    script = (_HERE / "viewer.js").read_text(encoding="utf-8")
    return gr.HTML(html_template=_TEMPLATE, js_on_load=script, elem_id=elem_id, label=label, apply_default_css=False)


def scene(clip, influence: np.ndarray | None = None, frames: np.ndarray | None = None) -> dict:
    """A clip for `viewer.js`.

    Args:
        clip: a SkeletonSequence.
        influence: (shown frames, people, joints), any scale: joints are coloured by it instead of by side.
        frames: which frames are shown; None: all, or every n-th of a long clip.

    Returns:
        Plain values: joints as base64 of little-endian int16 (frames, people, joints, 3) in millimetres about the clip's middle
        (or a coarser unit that keeps a large scene within int16: `unit` metres), -32768 where a joint is missing.
    """
    canonical = clip.canonical()
    if frames is None:
        per_frame = canonical.joints[0].size
        step = max(1, -(-clip.num_frames // max(1, min(_MOST_FRAMES, _MOST_VALUES // per_frame))))
        frames = np.arange(0, clip.num_frames, step)
    joints, mask = canonical.joints[frames].astype(np.float64), canonical.mask[frames]
    seen = joints[mask] if mask.any() else np.zeros((1, 3))
    low, high = np.quantile(seen, 0.001, axis=0), np.quantile(seen, 0.999, axis=0)
    middle = (low + high) / 2
    reach = max(float((high - low).max()), 1e-6)
    unit = max(1e-3, reach * 4 / 32767)
    packed = np.clip(np.round((joints - middle) / unit), -32767, 32767)
    packed[~mask] = -32768
    sides = ["middle"] * clip.layout.num_joints
    for left, right in clip.layout.pairs:
        sides[left], sides[right] = "left", "right"
    values = {
        "joints": base64.b64encode(packed.astype("<i2").tobytes()).decode(),
        "shape": list(joints.shape[:3]),
        "unit": unit,
        "reach": reach,
        "floor": float(low[1] - middle[1]),
        "times": [round(float(frame) / clip.fps, 4) for frame in frames],
        "bones": [list(bone) for bone in clip.layout.bones],
        "names": [name[:_NAME_CHARS] for name in clip.layout.joints],
        "sides": sides,
        "flat": clip.is_2d,
        "title": clip.source[:80],
    }
    if influence is not None:
        heat = np.abs(np.nan_to_num(influence)) / max(float(np.abs(np.nan_to_num(influence)).max()), 1e-12)
        values["heat"] = base64.b64encode((heat * 255).round().astype(np.uint8).tobytes()).decode()
    return values
