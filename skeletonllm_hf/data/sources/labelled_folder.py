"""A folder of clips of your own with a `labels.csv`: columns `file` and `label`, and any of those below.

| column | meaning |
| --- | --- |
| file | path of the clip from the folder, any format that `load_skeleton` reads |
| label | name of the action; may be empty |
| captions | sentences, separated by `|` |
| question, answer | one question and its answer |
| rationale | reasoning that leads to the label |
| subject | who moves |
| split | train, validation or test; without this column all clips are for training |
| format, layout, up, units, fps | arguments of `load_skeleton`, where the file leaves a doubt; a layout of your own is a `.json` in the folder |
| any other | a key that splits may go by |
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...readers.load import FORMATS
from ...readers.options import read_options
from ..protocols import part_name
from ..source import ClipFile, Plan, Skipped, described
from .tables import TABLE as TABLE
from .tables import checked_row, path_inside, read_table

_OPTIONS = ("format", "layout", "up", "units", "fps")
_KNOWN = {"file", "label", "captions", "question", "answer", "rationale", "subject", "split", *_OPTIONS}


def _plan(root: Path) -> Plan:
    table = root / TABLE
    if not table.is_file():
        raise FileNotFoundError(f"{root}: expected {TABLE} with the columns file and label, found none")
    columns, rows = read_table(table)
    if missing := {"file", "label"} - set(columns):
        raise ValueError(f"{table}: expected the columns file and label, got {columns} without {sorted(missing)}")
    files, skipped = [], []
    lines: dict[str, str] = {}  # path -> "line 3"
    layouts: dict[str, Any] = {}
    for where, values in rows:
        row = checked_row(where, values, columns)
        file = _clip_file(where, row, _options(where, row, root, layouts))
        if file.path in lines:
            raise ValueError(f"{where}: {file.path!r} is named on {lines[file.path]} already")
        lines[file.path] = where.rpartition(": ")[2]
        if (root / file.path).exists():
            files.append(file)
        else:
            reason = f"named on {lines[file.path]} of {TABLE}, but there is no such file"
            skipped.append(Skipped(file.path, reason))
    known = {*lines, *layouts, TABLE}
    others = (path.name for path in root.iterdir() if path.is_file() and not path.name.startswith("."))
    return Plan(root, tuple(files), tuple(skipped), tuple(sorted(set(others) - known)))


def _options(where: str, row: dict[str, str], root: Path, layouts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Arguments of `load_skeleton`, checked. `layouts`: those of the user's own that were read so far, by file."""
    options: dict[str, Any] = {name: row[name] for name in _OPTIONS if row.get(name)}
    if "fps" in options:
        try:
            options["fps"] = float(row["fps"])
        except ValueError:
            raise ValueError(f"{where}: fps: expected a number, got {row['fps']!r}") from None
    name = row.get("layout", "")
    if name.lower().endswith(".json"):
        if name not in layouts:  # what it says, not where it lies: clips are built again when it changes
            layout: Any = read_options(root / path_inside(where, "layout", name)).layout
            layouts[name] = layout.to_dict()
        options["layout"] = layouts[name]
    if options.get("format", "numpy") not in FORMATS:
        raise ValueError(f"{where}: format: expected one of {list(FORMATS)}, got {row['format']!r}")
    try:
        read_options(**{name: value for name, value in options.items() if name != "format"})
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    return options


def _clip_file(where: str, row: dict[str, str], options: dict[str, object]) -> ClipFile:
    path = path_inside(where, "file", row["file"])
    try:
        split = part_name(row["split"]) if row.get("split") else "train"
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    question = (row.get("question", ""), row.get("answer", ""))
    return ClipFile(
        path,
        path,
        label=row["label"] or None,
        subject=row.get("subject") or None,
        keys={"split": split} | {name: value for name, value in row.items() if name not in _KNOWN and value},
        captions=tuple(text.strip() for text in row.get("captions", "").split("|") if text.strip()),
        questions=(question,) if all(question) else (),
        rationale=row.get("rationale") or None,
        options=options,
    )


SOURCE = described("folder", _plan)
