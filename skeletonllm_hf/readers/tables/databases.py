"""Tables of data frames and databases (Parquet, Feather, Arrow, SQLite) -> the same table as CSV, or as JSON Lines where cells hold lists."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path

from ..child import run_child
from ..source import SkeletonFile

_SQLITE = b"SQLite format 3\0"
_KINDS = (b"PAR1", b"ARROW1", b"\xff\xff\xff\xff", _SQLITE)
_MOST_CELLS = 5_000_000  # taken one by one
_MOST_BYTES = 256 << 20  # of the text


def from_database(file: SkeletonFile) -> SkeletonFile:
    """The file's one table as text, as `databases_child.py` gives it; other files as they are.

    Raises:
        SkeletonFileError: damaged or too large, several tables, or pyarrow, which opens all but SQLite, is not installed.
    """
    if file.is_folder or not file.head.startswith(_KINDS):
        return file
    if not file.head.startswith(_SQLITE) and importlib.util.find_spec("pyarrow") is None:
        found = "a Parquet or Arrow table, which needs `pip install 'skeletonllm-hf[formats]'`; or save CSV"
        raise file.error("a format that needs no further package", found)
    with tempfile.TemporaryDirectory() as folder:
        out, script = Path(folder) / "table", Path(__file__).with_name("databases_child.py")
        message = run_child(file, script, out, _MOST_CELLS, _MOST_BYTES, expected="a whole table")
        if message.startswith("tables:"):
            names = message.removeprefix("tables:")
            raise file.error("one table in the database", f"{names or 'none'}: export it as CSV")
        if message:
            raise file.error(f"at most {_MOST_CELLS:,} cells", "more: cut it into clips")
        return file.with_data(out.read_bytes())
