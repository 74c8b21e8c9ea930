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
| format, layout, up, units, fps | arguments of `load_skeleton`, where the file leaves a doubt |
| any other | a key that splits may go by |
"""

from __future__ import annotations

import csv
from pathlib import Path, PurePosixPath

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
    files, skipped, ids = [], [], {}
    for line, row in rows:
        if None in row or None in row.values():
            raise ValueError(f"{table}: line {line}: expected {len(columns)} values, got another number")
        file = _clip_file(f"{table}: line {line}", {name: value.strip() for name, value in row.items()})
        if file.id in ids:
            raise ValueError(f"{table}: line {line}: {file.path!r} is named on line {ids[file.id]} already")
        ids[file.id] = line
        if (root / file.path).exists():
            files.append(file)
        else:
            skipped.append(Skipped(file.path, f"named on line {line} of {TABLE}, but there is no such file"))
    named = set(ids)
    ignored = sorted(
        p.name for p in root.iterdir() if p.is_file() and p.name not in named | {TABLE} and not p.name.startswith(".")
    )
    return Plan(root, tuple(files), tuple(skipped), tuple(ignored))


def _clip_file(where: str, row: dict[str, str]) -> ClipFile:
    path = PurePosixPath(row["file"].replace("\\", "/"))
    if not row["file"] or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{where}: file: expected a path inside the folder, got {row['file']!r}")
    options: dict[str, object] = {name: row[name] for name in _OPTIONS if row.get(name)}
    if "fps" in options:
        try:
            options["fps"] = float(row["fps"])
        except ValueError:
            raise ValueError(f"{where}: fps: expected a number, got {row['fps']!r}") from None
    try:
        split = part_name(row["split"]) if row.get("split") else "train"
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    question = (row.get("question", ""), row.get("answer", ""))
    return ClipFile(
        path.as_posix(),
        path.as_posix(),
        label=row["label"] or None,
        subject=row.get("subject") or None,
        keys={"split": split} | {name: value for name, value in row.items() if name not in _KNOWN and value},
        captions=tuple(text.strip() for text in row.get("captions", "").split("|") if text.strip()),
        questions=(question,) if all(question) else (),
        rationale=row.get("rationale") or None,
        options=options,
    )


SOURCE = DatasetSource(
    name="folder",
    title="A folder of clips with a labels.csv",
    plan=_plan,
    licence="unknown",
    terms="State the licence of your clips here.",
    homepage="",
    citation="",
)
