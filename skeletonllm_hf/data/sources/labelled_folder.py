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

import csv
from pathlib import Path, PurePosixPath
from typing import Any

from ...readers.load import FORMATS
from ...readers.options import read_options
from ..protocols import part_name
from ..source import ClipFile, DatasetSource, Plan, Skipped

TABLE = "labels.csv"
_OPTIONS = ("format", "layout", "up", "units", "fps")
_KNOWN = {"file", "label", "captions", "question", "answer", "rationale", "subject", "split", *_OPTIONS}


def _plan(root: Path) -> Plan:
    table = root / TABLE
    if not table.is_file():
        raise FileNotFoundError(f"{root}: expected {TABLE} with the columns file and label, found none")
    with open(table, encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        columns = reader.fieldnames or []
        if missing := {"file", "label"} - set(columns):
            raise ValueError(f"{table}: expected the columns file and label, got {columns} without {sorted(missing)}")
        rows = [(reader.line_num, row) for row in reader]
    files, skipped = [], []
    ids: dict[str, int] = {}
    layouts: dict[str, Any] = {}
    for line, row in rows:
        if None in row or None in row.values():
            raise ValueError(f"{table}: line {line}: expected {len(columns)} values, got another number")
        where = f"{table}: line {line}"
        row = {name: value.strip() for name, value in row.items()}
        file = _clip_file(where, row, _options(where, row, root, layouts))
        if file.id in ids:
            raise ValueError(f"{where}: {file.path!r} is named on line {ids[file.id]} already")
        ids[file.id] = line
        if (root / file.path).exists():
            files.append(file)
        else:
            skipped.append(Skipped(file.path, f"named on line {line} of {TABLE}, but there is no such file"))
    named = {*ids, *layouts}
    ignored = sorted(
        p.name for p in root.iterdir() if p.is_file() and p.name not in named | {TABLE} and not p.name.startswith(".")
    )
    return Plan(root, tuple(files), tuple(skipped), tuple(ignored))


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
            layout: Any = read_options(root / _inside(where, "layout", name)).layout
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
    path = _inside(where, "file", row["file"])
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


def _inside(where: str, column: str, name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if not name or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{where}: {column}: expected a path inside the folder, got {name!r}")
    return path.as_posix()


SOURCE = DatasetSource(
    name="folder",
    title="A folder of clips with a labels.csv",
    plan=_plan,
    licence="unknown",
    terms="State the licence of your clips here.",
    homepage="",
    citation="",
)
