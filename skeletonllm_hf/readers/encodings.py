"""Text in a country's old encoding (Shift-JIS, GBK, EUC-KR, Big5, Windows' Cyrillic) -> UTF-8, where joints of a body can be read in it."""

from __future__ import annotations

import re

from ..model.joint_names import body_points
from .source import SkeletonFile
from .tables.column_names import coordinate

_ENCODINGS = ("cp932", "gb18030", "euc_kr", "big5", "euc_jp", "cp1251", "koi8_r")
_LEAST = 5  # points of a body
_MOST = 200  # cells that are looked at
_CELL = re.compile(r"[,;\t|\n\r\"{}\[\]:]")


def in_utf8(file: SkeletonFile) -> SkeletonFile:
    """The file in UTF-8, where it is text in the encoding in which most names of its head are those of joints; others as they are."""
    if file.is_folder or file.head.isascii() or not file.is_text:
        return file
    head = file.head[: file.head.rfind(b"\n") + 1] or file.head
    if _decoded(head, "utf-8") is not None:
        return file
    found = {encoding: _points(text) for encoding in _ENCODINGS if (text := _decoded(head, encoding)) is not None}
    best = max(found, key=lambda encoding: found[encoding], default="")
    if not best or found[best] < _LEAST or found[best] <= _points(head.decode("latin-1")):
        return file
    return file.with_data(file.data.decode(best, "replace").encode())


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _points(text: str) -> int:
    """How many names in a text are those of joints."""
    cells = dict.fromkeys(cell.strip() for cell in _CELL.split(text[:20_000]) if not cell.isascii())
    names = [found.joint if (found := coordinate(cell)) else cell for cell in list(cells)[:_MOST] if len(cell) < 64]
    return sum(point is not None for point in body_points(list(dict.fromkeys(names))))
