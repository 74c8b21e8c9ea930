"""Test conditions: changes of the clips (lost joints, noise, other layouts) or of the renderer (ablation)."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..model.layouts import SkeletonLayout, get_layout
from ..model.skeleton import SkeletonSequence
from ..transforms import add_noise, drop_joints

_LIMBS = tuple(
    f"{side}_{part}" for side in ("left", "right") for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
)
THIRTEEN = SkeletonLayout(
    "thirteen_joints", ("head", *_LIMBS),
    ((0, 1), (0, 7), (1, 2), (2, 3), (4, 5), (5, 6), (7, 8), (8, 9), (10, 11), (11, 12), (1, 4), (7, 10), (1, 7), (4, 10)),
    body=("head", *_LIMBS),
)  # fmt: skip
# The paper tests 25, 20, 17 and 13 joints: Kinect v2 and v1 and COCO have the first three, of the last it says nothing.
TOPOLOGIES: dict[Any, str | SkeletonLayout] = {25: "kinect_v2", 20: "kinect_v1", 17: "coco_17", 13: THIRTEEN}
RENDERERS = ("learned", "fixed", "no-modulator")
# kind -> type of its value, whether a value is allowed, and what is expected
_VALUES: dict[str, tuple[type, Callable[[Any], bool], str]] = {
    "dropout": (float, lambda share: 0 < share < 1, "a share between 0 and 1"),
    "noise": (float, lambda metres: 0 < metres < 10, "a positive number"),
    "layout": (str, lambda name: get_layout(name) is not None, "a layout"),
    "joints": (int, TOPOLOGIES.__contains__, f"one of {list(TOPOLOGIES)}"),
    "people": (int, lambda count: count >= 1, "a positive number"),
    "renderer": (str, RENDERERS.__contains__, f"one of {list(RENDERERS)}"),
}


@dataclass(frozen=True)
class Condition:
    """One change.

    Args:
        kind: "dropout" (share of joints lost for the whole clip), "noise" (metres), "layout" (a layout's name), "joints" (25, 20,
            17 or 13), "people" (how many are kept) or "renderer" ("learned", "fixed": the ablation's colours, "no-modulator").
        value: as above.
    """

    kind: str
    value: float | int | str

    @classmethod
    def parse(cls, text: str) -> Condition:
        """ "dropout=0.3", "noise=0.05", "layout=smpl_22", "joints=17", "people=1", "renderer=fixed".

        Raises:
            ValueError: another kind, or a value that it cannot have.
        """
        kind, _, value = text.partition("=")
        if kind not in _VALUES or not value:
            raise ValueError(f"condition: expected KIND=VALUE with a kind of {', '.join(_VALUES)}, got {text!r}")
        of_type, allowed, expected = _VALUES[kind]
        try:
            parsed = of_type(value)
        except ValueError:
            raise ValueError(f"condition: expected a number after {kind}=, got {value!r}") from None
        if not allowed(parsed):
            raise ValueError(f"condition: {kind}: expected {expected}, got {value}")
        return cls(kind, parsed)

    def __str__(self) -> str:
        return f"{self.kind}={self.value:g}" if isinstance(self.value, float) else f"{self.kind}={self.value}"

    def apply(self, clip: SkeletonSequence, id: str) -> SkeletonSequence:
        """The clip under this condition; what is random is drawn from the clip's id, so that runs repeat."""
        generator = np.random.default_rng(zlib.crc32(f"{self}:{id}".encode()))
        if self.kind == "dropout":
            return drop_joints(clip, self.value, generator)
        if self.kind == "noise":
            return add_noise(clip, self.value, generator)
        if self.kind in ("layout", "joints"):
            return clip.to_layout(self.value if self.kind == "layout" else TOPOLOGIES[self.value])
        if self.kind == "people":
            return _busiest(clip, self.value)
        return clip

    @contextlib.contextmanager
    def rendering(self, model: Any) -> Iterator[None]:
        """While it lasts, the model's renderer is the one that this condition names."""
        config = model.renderer.config
        before = config.appearance, config.modulator
        try:
            if self.kind == "renderer" and self.value == "fixed":
                config.appearance = "fixed"
            elif self.kind == "renderer" and self.value == "no-modulator":
                config.modulator = False
            yield
        finally:
            config.appearance, config.modulator = before


def _busiest(clip: SkeletonSequence, count: int) -> SkeletonSequence:
    """Only the `count` people who move most, by the mean distance of their joints from frame to frame."""
    both = clip.mask[1:] & clip.mask[:-1]
    way = (np.linalg.norm(np.diff(clip.joints, axis=0), axis=-1) * both).sum((0, 2)) / np.maximum(both.sum((0, 2)), 1)
    way[~clip.people_present] = -1
    kept = np.zeros(clip.num_people, bool)
    kept[np.argsort(-way, kind="stable")[:count]] = True
    return clip.replace(mask=clip.mask & kept[None, :, None])


def parse_conditions(texts: Sequence[str]) -> tuple[Condition, ...]:
    """Each once, in order. ValueError: as `Condition.parse`."""
    return tuple(dict.fromkeys(Condition.parse(text) for text in texts))


# The paper's curves (Section 4) and its ablation of the renderer.
ROBUSTNESS = tuple(
    Condition.parse(text)
    for text in (
        *("dropout=0.1", "dropout=0.2", "dropout=0.3", "dropout=0.5"),
        *("noise=0.02", "noise=0.05", "noise=0.1"),
        *("joints=25", "joints=20", "joints=17", "joints=13"),
    )
)
ABLATION = (Condition("renderer", "fixed"), Condition("renderer", "no-modulator"))
