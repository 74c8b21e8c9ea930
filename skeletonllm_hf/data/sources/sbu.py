"""SBU Kinect Interaction (Yun et al. 2012), two people: `sAAsBB/CC/NNN/skeleton_pos.txt`."""

from __future__ import annotations

from pathlib import Path

from ..source import ClipFile, DatasetSource, Plan, find_base, relative


def _plan(root: Path) -> Plan:
    pattern = "s[0-9][0-9]s[0-9][0-9]/*/*/skeleton_pos.txt"
    base = find_base(root, "SBU Kinect Interaction", pattern, ("SBU", "."))
    files = []
    for path in sorted(base.glob(pattern)):
        pair, action, take = path.relative_to(base).parts[:3]
        files.append(
            ClipFile(
                relative(base, path),
                f"{pair}_{action}_{take}",
                keys={"pair": pair, "take": str(int(take))},
                options={"format": "sbu"},
            )
        )
    return Plan(base, tuple(files))


SOURCE = DatasetSource(
    name="sbu",
    title="SBU Kinect Interaction (clean)",
    plan=_plan,
    licence="other",
    terms="Free for research; cite its authors.",
    homepage="https://www3.cs.stonybrook.edu/~kyun/research/kinect_interaction/index.html",
    citation="""@inproceedings{yun2012two,
  title = {Two-person Interaction Detection Using Body-Pose Features and Multiple Instance Learning},
  author = {Yun, Kiwon and Honorio, Jean and Chattopadhyay, Debaleena and Berg, Tamara L. and Samaras, Dimitris},
  booktitle = {CVPR Workshops},
  year = {2012}
}""",
    clips=282,
    labels=8,
    notes=("The normalised coordinates are turned into the sensor's millimetres as the dataset's page says.",),
)
