"""Tables as pages, papers and dumps print them (HTML, Markdown, LaTeX, SQL's INSERT) -> the same table as CSV."""

from __future__ import annotations

import csv
import html
import io
import itertools
import re

from .source import SkeletonFile

_MOST_CELLS = 3_000_000  # each is taken one by one
_LEAST = 2  # rows
_MOST_TABLES = 20  # of a dump; poses stand in the first ones
_TABLE, _ROW = re.compile(r"(?i)<table\b"), re.compile(r"(?i)<tr\b")
_CELL = re.compile(r"(?i)<t[dh]\b([^<>]{0,200})>")
_WIDE = re.compile(r"(?i)colspan=[\"']?(\d{1,3})")
_HIGH = re.compile(r"(?i)rowspan=[\"']?[2-9]")
_TAG = re.compile(r"<[^<>]{0,200}>")
_RULE = re.compile(r"\|?[ :|-]{3,20000}")
_TABULAR = re.compile(r"\\begin\{(?:tabular|longtable|array|tabularx)\*?\}")
_COMMAND = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|centering)\b|\\[ct]line\{[\d-]{1,9}\}"
)
_CREATE = re.compile(r"(?i)create table (?:if not exists )?([^\s(]{1,80})\s{0,9}\(")
_INSERT = re.compile(r"(?i)insert into ([^\s(]{1,80})\s{0,9}(?:\(([^()]{0,100000})\)\s{0,9})?values\b")
_COPY = re.compile(r"(?im)^copy ([^\s(]{1,80}) \(([^()]{0,100000})\) from stdin;\r?\n")
_TUPLE = re.compile(r"\(([^()]{0,100000})\)")
_NO_COLUMN = ("primary", "key", "unique", "constraint", "foreign", "check", "index")

Rows = list[list[str]]


def from_printed_table(file: SkeletonFile) -> SkeletonFile:
    """The table of a text in one of these spellings as CSV; others as they are.

    Raises:
        SkeletonFileError: more cells than are taken.
    """
    head = file.head_text
    start = head.lstrip("\ufeff \r\n\t")[:1]
    if start == "<" and _TABLE.search(head) and _CELL.search(head):
        turned = _from_page
    elif _TABULAR.search(head):
        turned = _from_latex
    elif _INSERT.search(head) or _COPY.search(head) or _CREATE.match(head[head.lower().find("create table") :][:200]):
        turned = _from_sql
    elif "|" in head and any(map(_is_rule, head.split("\n")[:60])):
        turned = _from_markdown
    else:
        return file
    if max(map(file.data.count, (b",", b"&", b"|", b"<t", b"<T", b"\t"))) > _MOST_CELLS:
        raise file.error(f"at most {_MOST_CELLS:,} cells", "more: cut it into clips")
    rows = [row for row in turned(file.text()) if any(row)]
    if len(rows) < _LEAST:
        return file
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return file.with_data(out.getvalue().encode())


def _from_page(text: str) -> Rows:
    """The table with the most rows; a cell over several columns has empty ones behind it."""
    longest = max((_ROW.split(table) for table in _TABLE.split(text)[1:]), key=len)
    rows = []
    count = 0
    above: set[int] = set()  # columns of a cell that goes on in the row below
    for row in longest[1:]:
        cells = _CELL.split(row)[1:]  # attributes and contents by turns
        held: list[str] = []
        below: set[int] = set()
        for attributes, content in zip(cells[::2], cells[1::2], strict=True):
            while len(held) in above:
                held.append("")
            wide, high = _WIDE.search(attributes), _HIGH.search(attributes)
            words = html.unescape(_TAG.sub(" ", re.split(r"(?i)</t", content, maxsplit=1)[0]))
            below |= {len(held)} if high else set()
            held += [" ".join(words.split()), *[""] * (min(int(wide[1]), 200) - 1 if wide else 0)]
        above, count = below, count + len(held)
        if count > _MOST_CELLS:  # wide ones
            return []
        rows.append(held)
    return rows


def _is_rule(line: str) -> bool:
    return "|" in line and "--" in line and _RULE.fullmatch(line.strip()) is not None


def _from_markdown(text: str) -> Rows:
    """The names above a line of strokes, and the rows below it up to the first line without any."""
    lines = text.split("\n")
    rule = next((at for at, line in enumerate(lines) if _is_rule(line)), 0)
    end = next((at for at in range(rule + 1, len(lines)) if "|" not in lines[at]), len(lines))
    kept = [lines[rule - 1], *lines[rule + 1 : end]] if rule else []
    return [[cell.strip(" *`\\") for cell in line.strip().strip("|").split("|")] for line in kept]


def _from_latex(text: str) -> Rows:
    body = _TABULAR.split(text, maxsplit=1)[1].partition("\\end{")[0]
    rows = _COMMAND.sub("", body).split("\\\\")
    first = rows[0].partition("&")  # behind the kinds of columns: {lrr}
    rows[0] = first[0].rpartition("}")[2] + first[1] + first[2]
    return [[cell.strip(" \n\r\t${}").replace("\\", "") for cell in row.split("&")] for row in rows if "&" in row]


def _from_sql(text: str) -> Rows:
    """The rows of the table into which most are inserted, below the names of its columns."""
    tables: dict[str, Rows] = {}
    for created in itertools.islice(_CREATE.finditer(text), _MOST_TABLES):
        names = text[created.end() : created.end() + 200_000].split(";", 1)[0].split(",")
        words = [name.split(None, 1)[0].strip("`\"[]'") for name in names if name.strip()]
        tables.setdefault(_plain(created[1]), [[word for word in words if word.lower() not in _NO_COLUMN]])
    found = list(_INSERT.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    for one, end in zip(found, ends, strict=False):
        rows = tables.setdefault(_plain(one[1]), [[]])
        if one[2]:
            rows[0] = [name.strip(" \n`\"[]'") for name in one[2].split(",")]
        rows += csv.reader(_TUPLE.findall(text, one.end(), end), quotechar="'", skipinitialspace=True)
    for copied in itertools.islice(_COPY.finditer(text), _MOST_TABLES):  # PostgreSQL's
        lines = text[copied.end() :].partition("\\.")[0].replace("\\N", "").split("\n")
        names = [name.strip(' "') for name in copied[2].split(",")]
        tables[_plain(copied[1])] = [names, *(line.rstrip("\r").split("\t") for line in lines)]
    rows = max(tables.values(), key=len, default=[])
    return [row for row in rows if len(row) == len(rows[0])] if rows and rows[0] else []


def _plain(name: str) -> str:
    return name.rpartition(".")[2].strip("`\"[]'").lower()
