"""NTU RGB+D 60 (Shahroudy et al. 2016) and 120 (Liu et al. 2019): `SsssCcccPpppRrrrAaaa.skeleton`, in any folders."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from ...readers import parse_ntu_name
from ..source import ClipFile, Plan, Skipped, described, find_base, relative

_SETUPS_OF_60, _ACTIONS_OF_60 = 17, 60
_STEM = re.compile(r"S\d{3}C\d{3}P\d{3}R\d{3}A\d{3}")
# The authors' list of samples whose skeletons are missing or unusable lies beside their code.
_MISSING_LIST = "*samples_with_missing_skeletons*.txt"


def _plan(part: int, root: Path) -> Plan:
    find_base(root, f"NTU RGB+D {part}", "**/S*C*P*R*A*.skeleton", (".",))
    missing = {stem for path in root.rglob(_MISSING_LIST) for stem in _STEM.findall(path.read_text("utf-8", "replace"))}
    files, skipped, ignored = [], [], []
    first: dict[str, str] = {}
    for path in sorted(root.rglob("*.skeleton"), key=lambda path: (path.name, path)):
        name, parts = relative(root, path), parse_ntu_name(path.stem)
        if parts is None or (part == 60 and (parts["setup"] > _SETUPS_OF_60 or parts["action"] > _ACTIONS_OF_60)):
            ignored.append(name)
        elif path.stem in missing:
            skipped.append(Skipped(name, "listed by its authors as a sample without a usable skeleton"))
        elif first.setdefault(path.stem, name) != name:
            skipped.append(Skipped(name, f"a second file of that name, after {first[path.stem]}"))
        else:
            keys = {key: str(parts[key]) for key in ("setup", "camera", "repetition")}
            files.append(ClipFile(name, path.stem, subject=str(parts["subject"]), keys=keys, options={"format": "ntu"}))
    return Plan(root, tuple(files), tuple(skipped), tuple(ignored))


SOURCES = tuple(described(f"ntu_{part}", functools.partial(_plan, part)) for part in (60, 120))
