"""Northwestern-UCLA Multiview Action 3D (Wang et al. 2014) as JSON: `aAA_sSS_eEE_vVV.json`."""

from __future__ import annotations

import re
from pathlib import Path

from ..source import ClipFile, DatasetSource, Plan, find_base

_NAME = re.compile(r"a(\d\d)_s(\d\d)_e(\d\d)_v(\d\d)")


def _plan(root: Path) -> Plan:
    pattern = "a[0-9][0-9]_s[0-9][0-9]_e[0-9][0-9]_v[0-9][0-9].json"
    base = find_base(root, "Northwestern-UCLA", pattern, ("all_sqe", "NW-UCLA/all_sqe", "."))
    files = []
    for path in sorted(base.glob(pattern)):
        _, subject, take, camera = map(int, _NAME.match(path.name).groups())  # type: ignore[union-attr]  # by the pattern
        files.append(
            ClipFile(
                path.name,
                path.stem,
                subject=str(subject),
                keys={"camera": str(camera), "take": str(take)},
                options={"format": "nw_ucla"},
            )
        )
    return Plan(base, tuple(files))


SOURCE = DatasetSource(
    name="nw_ucla",
    title="Northwestern-UCLA Multiview Action 3D",
    plan=_plan,
    licence="other",
    terms="Free for research; cite its authors.",
    homepage="https://wangjiangb.github.io/my_data.html",
    citation="""@inproceedings{wang2014cross,
  title = {Cross-view Action Modeling, Learning and Recognition},
  author = {Wang, Jiang and Nie, Xiaohan and Xia, Yin and Wu, Ying and Zhu, Song-Chun},
  booktitle = {CVPR},
  year = {2014}
}""",
    labels=10,
    notes=(
        "The copies in circulation differ in scale, so the unit is guessed for each clip; the guess is in `warnings`.",
    ),
)
