"""Datasets whose file names say what a clip is: MSR-Action3D, SBU, Bandai Namco and Northwestern-UCLA."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..source import ClipFile, Plan, described, find_base, relative


@dataclass(frozen=True)
class NamedClips:
    """How the paths of a dataset's files become clips.

    Args:
        title: for people.
        places: folders in which the files may lie, below the root.
        pattern: glob of the files in such a folder.
        names: regular expression of their paths. A group `label` is the label, with spaces for "-"; `subject` the performer.
        id: of a clip, with groups in braces.
        keys: groups that splits may go by.
        options: arguments of `load_skeleton`.
    """

    title: str
    places: tuple[str, ...]
    pattern: str
    names: re.Pattern[str]
    id: str
    keys: tuple[str, ...]
    options: Mapping[str, object]

    def plan(self, root: Path) -> Plan:
        """The dataset's clips; files with other names are ignored. FileNotFoundError: no file of that pattern."""
        base = find_base(root, self.title, self.pattern, self.places)
        files, ignored = [], []
        for path in sorted(base.glob(self.pattern)):
            name = relative(base, path)
            match = self.names.fullmatch(name)
            if match is None:
                ignored.append(name)
                continue
            # numbers without leading zeros
            values = {group: str(int(text)) if text.isdecimal() else text for group, text in match.groupdict().items()}
            files.append(
                ClipFile(
                    name,
                    self.id.format(**match.groupdict()),
                    label=values["label"].replace("-", " ") if "label" in values else None,
                    subject=values.get("subject"),
                    keys={key: values[key] for key in self.keys},
                    options=self.options,
                )
            )
        return Plan(base, tuple(files), ignored=tuple(ignored))


def _bandai_namco(part: int) -> NamedClips:
    folder = f"Bandai-Namco-Research-Motiondataset-{part}"
    return NamedClips(
        folder,
        (f"{folder}/data", f"dataset/{folder}/data", "data", "."),
        f"dataset-{part}_*_*_*.bvh",
        re.compile(rf"dataset-{part}_(?P<label>[^_]+)_(?P<style>[^_]+)_(?P<take>\d+)\.bvh"),
        "{label}_{style}_{take}",
        ("style", "take"),
        {"format": "bvh", "units": "centimetres", "up": "y"},
    )


_MSR_ACTION3D = NamedClips(
    "MSR-Action3D",
    ("real_world_coordinates", "MSRAction3DSkeletonReal3D", "."),
    "a[0-9][0-9]_s[0-9][0-9]_e[0-9][0-9]_skeleton3D.txt",
    re.compile(r"a(?P<action>\d\d)_s(?P<subject>\d\d)_e(?P<take>\d\d)_skeleton3D\.txt"),
    "a{action}_s{subject}_e{take}",
    ("take",),
    {"format": "msr_action3d"},
)
_SBU = NamedClips(
    "SBU Kinect Interaction",
    ("SBU", "."),
    "s[0-9][0-9]s[0-9][0-9]/*/*/skeleton_pos.txt",
    re.compile(r"(?P<pair>s\d\ds\d\d)/(?P<action>[^/]+)/(?P<take>\d+)/skeleton_pos\.txt"),
    "{pair}_{action}_{take}",
    ("pair", "take"),
    {"format": "sbu"},
)
_NW_UCLA = NamedClips(
    "Northwestern-UCLA",
    ("all_sqe", "NW-UCLA/all_sqe", "."),
    "a[0-9][0-9]_s[0-9][0-9]_e[0-9][0-9]_v[0-9][0-9].json",
    re.compile(r"a(?P<action>\d\d)_s(?P<subject>\d\d)_e(?P<take>\d\d)_v(?P<camera>\d\d)\.json"),
    "a{action}_s{subject}_e{take}_v{camera}",
    ("camera", "take"),
    {"format": "nw_ucla"},
)

MSR_ACTION3D = described("msr_action3d", _MSR_ACTION3D.plan)
SBU = described("sbu", _SBU.plan)
BANDAI_NAMCO = tuple(described(f"bandai_namco_{part}", _bandai_namco(part).plan) for part in (1, 2))
NW_UCLA = described("nw_ucla", _NW_UCLA.plan)
