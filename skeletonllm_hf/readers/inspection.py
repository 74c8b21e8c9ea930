"""Reports on skeleton files (`skeletonllm inspect`): properties and their sources, missing joints, bone lengths."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np

from ..model.skeleton import SkeletonSequence
from .load import read_path
from .options import read_options
from .rules.common_rules import Fact

# Variation of a bone's length that real bodies and good sensors stay under; Kinect's forearms reach 0.1.
STEADY_BONE = 0.15
_WORST_BONES = 3


@dataclass(frozen=True)
class BoneStability:
    """How much the lengths of bones change over a clip: standard deviation over mean, per bone, over frames and people.

    `median` over all bones; `worst`: (bone as "joint - joint", its variation), the most changing first; `doubted`: the most changing
    of the longer half.
    """

    median: float
    worst: tuple[tuple[str, float], ...]
    doubted: tuple[str, float]


@dataclass(frozen=True)
class Inspection:
    """What `inspect_skeleton` found.

    `facts`: format, layout, units, up, fps: value, whether it was given, stood in the file or was guessed, and why.
    `missing`: share of joints not seen, over all frames and kept people. `bones`: None where no bone was seen twice.
    `meanings`: joint -> the body point that it was understood as, or None.
    `size`: (3,) extent of all seen joints over the clip, in metres, X right, Y up, Z towards the viewer.
    """

    source: str
    facts: dict[str, Fact]
    frames: int
    people: int
    joints: int
    dims: int
    seconds: float
    size: tuple[float, float, float]
    missing: float
    missing_by_joint: dict[str, float]
    bones: BoneStability | None
    label: str | None
    warnings: tuple[str, ...]
    meanings: dict[str, str | None]
    sequence: SkeletonSequence = dataclasses.field(repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON; without the sequence."""
        values = {name: value for name, value in vars(self).items() if name not in ("facts", "bones", "sequence")}
        values["facts"] = {name: dataclasses.asdict(fact) for name, fact in self.facts.items()}
        values["bones"] = None if self.bones is None else {"median": self.bones.median, "worst": dict(self.bones.worst)}
        values["size"], values["warnings"] = list(self.size), list(self.warnings)
        return values

    def __str__(self) -> str:
        dims = "2D" if self.dims == 2 else "3D"
        lines = [self.source]
        for name, fact in self.facts.items():
            value = f"{fact.value:g}" if isinstance(fact.value, float) else fact.value
            because = f": {fact.reason}" if fact.reason else ""
            lines.append(f"  {name:<9}{value}" + ("" if fact.how == "file" else f"  ({fact.how}{because})"))
        lines.append(f"  {'frames':<9}{self.frames} ({self.seconds:.2f} s)")
        lines.append(f"  {'people':<9}{self.people}, {self.joints} joints each, {dims}")
        if strange := [joint for joint, point in self.meanings.items() if point is None]:
            more = f" and {len(strange) - 4} more" if len(strange) > 4 else ""
            known = len(self.meanings) - len(strange)
            lines.append(f"  {'names':<9}{known} of {self.joints} understood; others: {', '.join(strange[:4])}{more}")
        lines.append(f"  {'size':<9}{' x '.join(f'{extent:.2f}' for extent in self.size)} m (across, up, deep)")
        if self.label is not None:
            lines.append(f"  {'label':<9}{self.label}")
        often = [f"{name} {share:.0%}" for name, share in self.missing_by_joint.items() if share > self.missing + 0.05]
        most = f"; most: {', '.join(often[:4])}" if often else ""
        lines.append(f"  {'missing':<9}{self.missing:.1%} of the joints{most}")
        if self.bones is not None:
            worst = ", ".join(f"{bone} {variation:.0%}" for bone, variation in self.bones.worst)
            lines.append(f"  {'bones':<9}lengths vary by {self.bones.median:.1%} (median); most: {worst}")
        lines += [f"  warning  {warning}" for warning in self.warnings]
        return "\n".join(lines)


def inspect_skeleton(path: str | PathLike[str], format: str | None = None, **arguments: Any) -> Inspection:
    """Reads a file as `load_skeleton` does (same arguments, same errors) and reports on it."""
    done = read_path(path, format, read_options(**arguments))
    sequence = done.sequence
    with np.errstate(over="ignore", invalid="ignore"):  # absurd numbers of a damaged file
        seen = sequence.canonical()
        extent = np.ptp(seen.joints[seen.mask], axis=0)
        bones = bone_stability(sequence)
    missing = dict(zip(sequence.layout.joints, (1 - sequence.mask.mean((0, 1))).tolist(), strict=True))
    warnings = sequence.warnings
    if bones is not None and bones.doubted[1] > STEADY_BONE and not sequence.is_2d:
        unsteady, variation = bones.doubted
        warnings += (
            f"The bone {unsteady} changes its length by {variation:.0%}: noise, or a layout that does not fit.",
        )
    return Inspection(
        source=sequence.source, facts=done.facts, label=sequence.label, warnings=warnings, sequence=sequence, bones=bones,
        frames=sequence.num_frames, people=sequence.num_people, joints=sequence.layout.num_joints, seconds=sequence.seconds,
        dims=sequence.joints.shape[-1], size=(float(extent[0]), float(extent[1]), float(extent[2])),
        missing=float(1 - sequence.mask.mean()),
        missing_by_joint={
            name: missing[name] for name in sorted(missing, key=lambda n: -missing[n]) if missing[name] > 0
        },
        meanings=dict(zip(sequence.layout.joints, sequence.layout.body, strict=True)),
    )  # fmt: skip


def bone_stability(sequence: SkeletonSequence) -> BoneStability | None:
    """How steady bone lengths are, per person and then averaged; None where no bone is seen in two frames."""
    variations, lengths = {}, {}
    for a, b in sequence.layout.bones:
        both = sequence.mask[:, :, a] & sequence.mask[:, :, b]
        per_person, means = [], []
        for person in np.flatnonzero(both.sum(0) > 1):
            frames = both[:, person]
            gap = (sequence.joints[frames, person, a] - sequence.joints[frames, person, b]).astype(np.float64)
            length = np.linalg.norm(gap, axis=-1)
            spread = length.std() / length.mean() if length.mean() > 0 else np.nan
            if np.isfinite(spread):
                per_person.append(spread)
                means.append(length.mean())
        if per_person:
            name = f"{sequence.layout.joints[a]} - {sequence.layout.joints[b]}"
            variations[name], lengths[name] = float(np.mean(per_person)), float(np.mean(means))
    if not variations:
        return None
    worst = sorted(variations.items(), key=lambda item: -item[1])[:_WORST_BONES]
    # of a hand's and a foot's short bones a sensor's noise is a large share
    typical = float(np.median(list(lengths.values())))
    longer = {name: variation for name, variation in variations.items() if lengths[name] >= typical}
    median = float(np.median(list(variations.values())))
    return BoneStability(median, tuple(worst), max(longer.items(), key=lambda item: item[1]))
