"""Names of joints that files only count, of layouts that are not built in: bodies' proportions decide between those of equal count."""

from __future__ import annotations

from ...model.layouts import SkeletonLayout, get_layout
from .named_layouts import layout_from_names

_SIDES = ("left", "right")
_LIMBS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
_ZED = (
    "eye", "ear", "clavicle", *_LIMBS, "big_toe", "small_toe", "heel", "hand_thumb_4", "hand_index_1", "hand_middle_4", "hand_pinky_1",
)  # fmt: skip
PANOPTIC_15 = ("neck", "nose", "pelvis", *(f"{side}_{p}" for side in _SIDES for p in _LIMBS))
PANOPTIC_19 = (*PANOPTIC_15, "left_eye", "left_ear", "right_eye", "right_ear")
ZED_34 = (
    "pelvis", "spine_navel", "spine_chest", "neck",
    *(f"{side}_{p}" for side in _SIDES for p in ("clavicle", "shoulder", "elbow", "wrist", "hand", "handtip", "thumb")),
    *(f"{side}_{p}" for side in _SIDES for p in ("hip", "knee", "ankle", "foot")),
    "head", "nose", "left_eye", "left_ear", "right_eye", "right_ear", "left_heel", "right_heel",
)  # fmt: skip
ZED_38 = ("pelvis", "spine_1", "spine_2", "spine_3", "neck", "nose", *(f"{side}_{p}" for p in _ZED for side in _SIDES))
_COCO_NECK = (*get_layout("coco_17").joints, "neck")  # trt_pose
_CROWDPOSE_14 = (*(f"{side}_{p}" for p in _LIMBS for side in _SIDES), "head_top", "neck")
_BODY_25B = (
    "nose", *(f"{side}_{p}" for p in ("eye", "ear", *_LIMBS) for side in _SIDES), "neck", "head_top",
    *(f"{side}_{p}" for side in _SIDES for p in ("big_toe", "small_toe", "heel")),
)  # fmt: skip
MPI_INF_17 = (
    "head_top", "neck", *(f"{side}_{p}" for side in ("right", "left") for p in _LIMBS[:3]),
    *(f"{side}_{p}" for side in ("right", "left") for p in _LIMBS[3:]), "pelvis", "spine_middle", "head",
)  # fmt: skip
MPI_INF_28 = (
    "spine_upper", "spine_4", "spine_middle", "spine_lower", "pelvis", "neck", "head", "head_top",
    *(f"{side}_{p}" for side in _SIDES for p in ("clavicle", *_LIMBS[:3], "hand")),
    *(f"{side}_{p}" for side in _SIDES for p in (*_LIMBS[3:], "foot", "toe")),
)  # fmt: skip
_JHMDB_15 = (
    "neck", "spine_middle", "head", *(f"{side}_{p}" for p in ("shoulder", "hip", "elbow", "knee", "wrist", "ankle") for side in ("right", "left")),
)  # fmt: skip
_LCRNET_13 = (*(f"{side}_{p}" for p in reversed(_LIMBS) for side in ("right", "left")), "head")
_FINGERS = ("thumb", "index", "middle", "ring", "pinky")
_SMPL_SKIN = (  # vertices that the smplx package appends to SMPL's joints
    "nose", "right_eye", "left_eye", "right_ear", "left_ear", *(f"{side}_{p}" for side in _SIDES for p in ("big_toe", "small_toe", "heel")),
    *(f"{side}_{finger}_tip" for side in _SIDES for finger in _FINGERS),
)  # fmt: skip
_SMPLX_FACE = ("jaw", "left_eye", "right_eye")


def numbered_layouts(count: int) -> list[SkeletonLayout]:
    """Layouts of that many joints that are not built in: of CMU Panoptic, MPI-INF-3DHP, JHMDB, LCR-Net, CrowdPose, OpenPose's BODY_25B, ZED cameras, SMPL with points of its skin, SMPL-X with its hands."""
    layouts = (layout_from_names(name, names) for name, names in _known().items() if len(names) == count)
    return [layout for layout in layouts if layout is not None]


def numbered_layout(name: str) -> SkeletonLayout | None:
    """The layout that is called by its source and its number of joints (`panoptic_15`); None for other names."""
    known = (layout_from_names(source, names) for source, names in _known().items() if name == f"{source}_{len(names)}")
    return next(known, None)


def short_name(layout: SkeletonLayout) -> str:
    """The name by which `numbered_layout` and `get_layout` know a layout."""
    short = layout.name.rpartition("_")[0]
    return short if numbered_layout(short) == layout else layout.name


def _known() -> dict[str, tuple[str, ...]]:
    """Source -> names of joints."""
    smplh = get_layout("smplh_52").joints
    smpl = (*get_layout("smpl_24").joints, *_SMPL_SKIN)
    return {
        "panoptic": PANOPTIC_15, "panoptic_coco": PANOPTIC_19, "mpi_inf": MPI_INF_17, "mpi_inf_all": MPI_INF_28, "jhmdb": _JHMDB_15, "lcrnet": _LCRNET_13, "coco_neck": _COCO_NECK,
        "crowdpose": _CROWDPOSE_14, "openpose_b": _BODY_25B, "zed_body": ZED_34, "zed": ZED_38, "smplx": (*smplh[:22], *_SMPLX_FACE, *smplh[22:]), "smpl": smpl,
    }  # fmt: skip
