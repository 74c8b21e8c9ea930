"""Sets of joints that begin with a body whose layout is known: what follows (the same joints again, hands, face, skin) is left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...model.layouts import SkeletonLayout, get_layout
from ..reader import RawClip, ReadOptions, seen_joints
from .guess import layout_by_proportions
from .numbered_layouts import numbered_layout

_COCO_OF_GOLIATH = [*range(9), 62, 41, *range(9, 15)]  # its wrists stand among the fingers
_PICKED = {70: _COCO_OF_GOLIATH, 308: _COCO_OF_GOLIATH}  # SAM 3D Body; Sapiens
# joints in all -> the layout of the first of them, or of those picked: 4D-Humans, SPIN, VIBE and PARE repeat the body by other data sets' definitions;
# OpenPose's BODY_135 and SMPL-X with points of its skin
_BEGIN = dict.fromkeys(_PICKED, "coco_17") | dict.fromkeys((44, 49), "openpose_25")
_BEGIN |= {135: "openpose_b_25", 127: "smplx_55", 144: "smplx_55"}


def body_alone(raw: RawClip, options: ReadOptions) -> RawClip:
    """The clip with the joints of the layout with which its set of joints is known to begin, where bodies' proportions fit it.

    Other clips, and those of which the file or the caller says the layout, stay as they are.
    """
    joints = np.asarray(raw.joints)
    name = _BEGIN.get(joints.shape[2])
    if name is None or raw.layout is not None or options.layout is not None or raw.verbatim:
        return raw
    layout = _layout(name)
    finite, some = seen_joints(joints)
    part = _PICKED.get(joints.shape[2]) or slice(0, layout.num_joints)
    if layout_by_proportions(joints[:, :, part], (finite & some)[:, :, part], [layout]) is None:
        return raw
    fields = {name: getattr(raw, name) for name in ("joints", "mask", "confidence", "rotations")}
    cut = {name: values[:, :, part] for name, values in fields.items() if values is not None}
    which = f"{layout.num_joints}" if isinstance(part, list) else f"the first {layout.num_joints}"
    note = f"Of {joints.shape[2]} joints {which} were read, which make a body of {name}."
    return replace(raw, layout=layout, notes=(*raw.notes, note), **cut)


def is_longer(joints: int) -> bool:
    """Whether a set of that many joints is known to hold a body among other points."""
    return joints in _BEGIN


def _layout(name: str) -> SkeletonLayout:
    return numbered_layout(name) or get_layout(name)
