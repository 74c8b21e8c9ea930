"""Scenes for `viewer.js`, and the HTML page around it. Imports nothing of the package: clips are duck-typed."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

_HERE = Path(__file__).parent
_MOST_VALUES = 90_000  # coordinates sent: 180 kB; longer clips are thinned out in time
_MOST_FRAMES = 600
_NAME_CHARS = 40
_TORSO = (("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"))  # what tells where a body faces

MARKUP = (_HERE / "viewer.html").read_text(encoding="utf-8")  # a constant: what changes is set by the script
SCRIPT = (_HERE / "viewer.js").read_text(encoding="utf-8")
STYLE = (_HERE / "viewer.css").read_text(encoding="utf-8")
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}
body {{ margin: 0; font: 15px system-ui, sans-serif; background: var(--stage); }}
.viewer {{ border: 0; border-radius: 0; height: 100vh; display: flex; flex-direction: column; }}
.viewer canvas {{ flex: 1; min-height: 0; }}</style></head>
<body><script>
document.body.classList.toggle("dark", matchMedia("(prefers-color-scheme: dark)").matches);
</script><div id="stage">{markup}</div><script>
(function (element, props, watch) {{
{script}
}})(document.getElementById("stage"), {{ value: {value} }}, () => {{}});
</script></body></html>
"""


@dataclass(frozen=True)
class Shown:
    """HTML that a notebook displays: the viewer in a frame of its own.

    Args:
        html: the whole page, as `standalone` gives it. height: pixels.
    """

    html: str
    height: int = 480

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html)}" width="100%" height="{self.height}" title="Skeleton in space" '
            'style="border:0" sandbox="allow-scripts" allowfullscreen></iframe>'
        )


def show(clip: Any, other: Any = None, height: int = 480) -> Shown:
    """The clip for a notebook, played in space.

    Args:
        clip: a `SkeletonSequence`. other: another one, shown beside it in step. height: pixels.
    """
    return Shown(standalone(clip, other), height)


def standalone(clip: Any, other: Any = None) -> str:
    """One HTML page with the viewer and the clip in it: no server, no network.

    Args:
        clip: a `SkeletonSequence`. other: another one, shown beside it in step.
    """
    shown = scene(clip) | ({} if other is None else {"second": scene(other)})
    value = json.dumps(shown).replace("<", "\\u003c")  # a title may not end the script
    return _PAGE.format(title=escape(shown["title"]), style=STYLE, markup=MARKUP, script=SCRIPT, value=value)


def scene(clip: Any, influence: np.ndarray | None = None) -> dict[str, Any]:
    """A clip for `viewer.js`.

    Args:
        clip: a `SkeletonSequence`.
        influence: (frames, people, joints) of the clip, any scale: joints are coloured by it instead of by side.

    Returns:
        Plain values: joints as base64 of little-endian int16 (frames, people, joints, 3) in millimetres about the clip's middle
        (or a coarser unit that keeps a large scene within int16: `unit` metres), -32768 where a joint is missing.
    """
    canonical = clip.canonical()
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
    layout, sides = clip.layout, ["middle"] * clip.layout.num_joints
    for left, right in layout.pairs:
        sides[left], sides[right] = "left", "right"
    values = {
        "joints": base64.b64encode(packed.astype("<i2").tobytes()).decode(),
        "shape": list(joints.shape[:3]),
        "unit": unit,
        "reach": reach,
        "floor": float(low[1] - middle[1]),
        "times": [round(float(frame) / clip.fps, 4) for frame in frames],
        "bones": [list(bone) for bone in layout.bones],
        "names": [name[:_NAME_CHARS] for name in layout.joints],
        "sides": sides,
        "torso": [[layout.body.index(side) for side in pair] for pair in _TORSO if set(pair) <= set(layout.body)],
        "flat": clip.is_2d,
        "title": clip.source[:80],
    }
    if influence is not None:
        heat = np.abs(np.nan_to_num(influence[frames]))
        heat /= max(float(heat.max()), 1e-12)
        values["heat"] = base64.b64encode((heat * 255).round().astype(np.uint8).tobytes()).decode()
    return values
