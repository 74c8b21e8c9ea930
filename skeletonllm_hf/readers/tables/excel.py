"""Excel's workbooks (`.xlsx`): their sheets as CSV, so that they are read as an archive of tables."""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from typing import BinaryIO
from xml.etree import ElementTree

from ..source import SkeletonFile, natural
from .table_header import rate_above

WORKBOOK = "xl/workbook.xml"
_TEXTS = "xl/sharedStrings.xml"
_SHEETS = re.compile(r"xl/worksheets/[^/]{1,64}\.xml")
_TITLE = re.compile(r'<(?:\w{1,9}:)?sheet\s[^<>]{0,200}?name="([^"]{1,64})"')
_NO_PLACES = re.compile("veloc|accel|orient|quat|angle|euler|rotation|turn|sensor|info", re.IGNORECASE)  # in titles
_ABOUT = re.compile(
    "info|general|meta|setting|properties|property|summary", re.IGNORECASE
)  # in titles of sheets that say the frame rate
_ABOUT_ROWS = 60
_MOST_CELLS = 2_000_000  # of a sheet, each taken one by one
_EVENTS = 6  # beginnings and ends of elements that a cell has
_MAX_WORKBOOK = 1 << 20  # bytes
_MAX_COLUMN = 16_384


def sheets(file: SkeletonFile, archive: zipfile.ZipFile) -> Iterator[tuple[str, Callable[[], BinaryIO]]]:
    """(name, stream of CSV) of each sheet; sheets of turns and speeds are left out beside others. SkeletonFileError: too large, broken."""
    names = sorted(filter(_SHEETS.fullmatch, archive.namelist()), key=natural)
    with archive.open(WORKBOOK) as stream:
        titles = _TITLE.findall(stream.read(_MAX_WORKBOOK).decode("utf-8", "replace"))
    titled = [(re.sub(r"[^\w ().+-]", "_", unescape(title)), name) for title, name in zip(titles, names, strict=False)]
    has_texts = _TEXTS in archive.namelist()
    texts = ["".join(one.itertext()) for one in _elements(file, archive, _TEXTS, "si")] if has_texts else []
    rate = next(
        (found for title, name in titled if _ABOUT.search(title) and (found := _rate(file, archive, name, texts))), None
    )
    for title, name in [one for one in titled if not _NO_PLACES.search(one[0])] or titled:
        yield f"{title.strip('. ')}.csv", partial(_table, file, archive, name, texts, rate)


def _rate(file: SkeletonFile, archive: zipfile.ZipFile, name: str, texts: list[str]) -> float | None:
    """Frames a second as one of the first rows of a sheet says it."""
    return rate_above([" ".join(row) for row in itertools.islice(_rows(file, archive, name, texts), _ABOUT_ROWS)])


def _elements(file: SkeletonFile, archive: zipfile.ZipFile, name: str, tag: str) -> Iterator[ElementTree.Element]:
    """The elements of that name, one after the other; each is forgotten before the next."""
    above: list[ElementTree.Element] = []
    inside = 0
    try:
        with archive.open(name) as stream:
            for count, (event, element) in enumerate(ElementTree.iterparse(stream, ("start", "end"))):
                if count > _EVENTS * _MOST_CELLS:
                    raise file.error(f"at most {_MOST_CELLS:,} cells", "more: cut it into clips", position=name)
                is_one = element.tag.rpartition("}")[2] == tag
                inside += is_one if event == "start" else -is_one
                if event == "start":
                    above.append(element)
                    continue
                above.pop()
                if is_one:
                    yield element
                if not inside and above:
                    above[-1].clear()
    except ElementTree.ParseError as error:
        raise file.error("sheets in whole XML", str(error), position=name) from None


def _table(
    file: SkeletonFile, archive: zipfile.ZipFile, name: str, texts: list[str], rate: float | None = None
) -> BinaryIO:
    """A sheet as CSV. `rate`: frames a second, which a line above it then says."""
    out = io.StringIO()
    out.write(f"frame rate: {rate:g}\n" if rate else "")
    csv.writer(out, lineterminator="\n").writerows(_rows(file, archive, name, texts))
    return io.BytesIO(out.getvalue().encode())


def _rows(file: SkeletonFile, archive: zipfile.ZipFile, name: str, texts: list[str]) -> Iterator[list[str]]:
    for element in _elements(file, archive, name, "row"):
        row: list[str] = []
        for cell in element:
            letters = cell.get("r", "").rstrip("0123456789")
            column = sum((ord(one) - 64) * 26**place for place, one in enumerate(reversed(letters[:3]))) - 1
            value = "".join(cell.itertext())
            if cell.get("t") == "s" and value.isdecimal() and int(value) < len(texts):
                value = texts[int(value)]
            row += [""] * (min(column, _MAX_COLUMN) - len(row)) + [value]
        yield row
