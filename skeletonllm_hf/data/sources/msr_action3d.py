"""MSR-Action3D (Li, Zhang, Liu 2010): `aAA_sSS_eEE_skeleton3D.txt`."""

from __future__ import annotations

import re
from pathlib import Path

from ..source import ClipFile, DatasetSource, Plan, find_base

_NAME = re.compile(r"a(\d\d)_s(\d\d)_e(\d\d)_skeleton")


def _plan(root: Path) -> Plan:
    pattern = "a[0-9][0-9]_s[0-9][0-9]_e[0-9][0-9]_skeleton3D.txt"
    base = find_base(root, "MSR-Action3D", pattern, ("real_world_coordinates", "MSRAction3DSkeletonReal3D", "."))
    files = []
    for path in sorted(base.glob(pattern)):
        action, subject, take = _NAME.match(path.name).groups()  # type: ignore[union-attr]  # by the pattern
        files.append(
            ClipFile(
                path.name,
                f"a{action}_s{subject}_e{take}",
                subject=str(int(subject)),
                keys={"take": str(int(take))},
                options={"format": "msr_action3d"},
            )
        )
    return Plan(base, tuple(files))


SOURCE = DatasetSource(
    name="msr_action3d",
    title="MSR-Action3D",
    plan=_plan,
    licence="other",
    terms="Free for research; cite its authors.",
    homepage="https://sites.google.com/view/wanqingli/data-sets/msr-action3d",
    citation="""@inproceedings{li2010action,
  title = {Action Recognition Based on a Bag of {3D} Points},
  author = {Li, Wanqing and Zhang, Zhengyou and Liu, Zicheng},
  booktitle = {CVPR Workshops},
  year = {2010}
}""",
    clips=567,
    labels=20,
    notes=(
        "A clip in which no joint is seen in any frame is skipped: there is nothing to render or to learn from.",
        "Some clips (most of them `bend` and `pick up and throw`) hold many frames without a body: their joints are masked.",
        "The fourth column of the files (the tracker's state) says nothing about presence and is not kept.",
    ),
)
