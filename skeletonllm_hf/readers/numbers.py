"""Parsers of numbers in text: fast, bounded in memory, with the line of what is no number in their errors."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

import numpy as np

from .reader import MAX_VALUES
from .source import SkeletonFile

# Parsed piece by piece: temporary memory stays small, and a bad word is searched in one piece only.
_PIECE_BYTES = 1 << 20
# 512 MB of the shortest useful rows; a "line index" of 8 bytes each stays under 100 MB.
MAX_LINES = 10_000_000
_HEAD_ROWS = 48  # two frames of a format with 20 rows a frame, and a header
_SEPARATORS = bytes.maketrans(b",;\t\v\f", b"     ")
_BETWEEN = re.compile(rb"[\x00-\x20,;]")  # every byte that ends a word, `_SEPARATORS` included
_MAX_WORD = 1100  # bytes: a float64 written out in full has 1,080
# what C runtimes, spreadsheets, databases and MATLAB write for "not a number", "nothing here" and "infinite"
_MISSING = (
    r"[+-]?(?:nan(?:\([a-z]{0,20}\))?|1\.#(?:nan|qnan|snan|ind)\d{0,9}|null|none|n/?a|nil|missing)"
    r"|<na>|#n/?[av]|#(?:value|ref|null|num|div/0|wert|zahl|valeur|valor)!|-{1,3}|\.|\*{1,4}|\?"
)
_ODD_NAN = re.compile(rf"(?<!\S)(?:{_MISSING})(?!\S)".encode(), re.IGNORECASE)
_EMPTY = re.compile(_MISSING, re.IGNORECASE)
_SHORT = 6  # bytes of a word that is read digit by digit ...
_DENSE_BYTES = 6.0  # ... in pieces with fewer bytes a word than this, its blank included
_ODD_INF = re.compile(rb"(?<!\S)([+-]?)1\.#inf\d*(?!\S)", re.IGNORECASE)
_NUMBER = re.compile(rb"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_INFINITY = re.compile(rb"[+-]?inf(inity)?", re.IGNORECASE)


def is_missing(text: str) -> bool:
    """Whether a table's cell says that nothing is there: it is empty, or `NULL`, `#N/A`, `none`, `-`, `?` and the like."""
    text = text.strip()
    return not text or (len(text) < 32 and _EMPTY.fullmatch(text) is not None)


def parse_numbers(file: SkeletonFile, data: bytes, dtype: type = np.float32, line: int = 1) -> np.ndarray:
    """All numbers of a text; blanks, commas, semicolons and line ends separate them.

    Args:
        file: for messages.
        data: text with nothing but numbers (`nan`, `-nan(ind)`, `1.#QNAN`, `inf` are numbers too).
        dtype: of the result.
        line: number of the text's first line in its file, for messages.

    Returns:
        (numbers,) array.

    Raises:
        SkeletonFileError: a word that is no number, with its line.
    """
    pieces = []
    start = 0
    while start < len(data):
        end = min(start + _PIECE_BYTES, len(data))
        if end < len(data):  # not inside a number: forward to where it ends
            following = _BETWEEN.search(data, end)
            end = following.start() if following else len(data)
        if end - start > _PIECE_BYTES + _MAX_WORD:
            row = line + data.count(b"\n", 0, end)
            raise file.error(f"a number of at most {_MAX_WORD:,} characters", "a longer word", position=f"line {row}")
        pieces.append(_parse_piece(file, data, start, end, dtype, line))
        start = end
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype)


def _parse_piece(file: SkeletonFile, data: bytes, start: int, end: int, dtype: type, line: int) -> np.ndarray:
    piece = data[start:end].translate(_SEPARATORS)
    words = int(np.count_nonzero(_word_starts(piece)))
    if words == 0:
        return np.zeros(0, dtype)
    numbers = _short_numbers(piece, dtype) if len(piece) < _DENSE_BYTES * words else _try_numbers(piece, words, dtype)
    if numbers is not None:
        return numbers
    for match in re.finditer(rb"\S+", piece):
        word = match.group()
        if len(word) > _MAX_WORD or not _is_number(word):
            row = line + data.count(b"\n", 0, start + match.start())
            raise file.error("a number", repr(word[:40].decode("ascii", "replace")), position=f"line {row}")
    raise file.error("numbers", f"{piece[:40]!r}, which cannot be read as such", position=f"after line {line}")


def _short_numbers(piece: bytes, dtype: type) -> np.ndarray | None:
    """Numbers of a text of mostly short words, digit by digit for all words at once: 50 MB of them take seconds otherwise.

    Words of more than `_SHORT` bytes, and unusual ones, go through `_try_numbers`. None where a word is no number.
    """
    text = np.frombuffer(piece, np.uint8)
    edge = np.flatnonzero(np.diff(text > 32, prepend=False, append=False))
    first, last = edge[::2].astype(np.int32), edge[1::2].astype(np.int32)
    length = last - first
    signed = (text[first] == ord("-")) | (text[first] == ord("+"))
    value, scale = np.zeros(len(first)), np.ones(len(first))
    dotted = np.zeros(len(first), bool)
    simple = (length <= _SHORT) & (length > signed)
    for place in range(min(_SHORT, int(length.max()))):
        letter = text.take(first + place, mode="clip") - np.uint8(ord("0"))
        inside = simple & (place < length) & ~(signed & (place == 0))
        digit, dot = inside & (letter < 10), inside & (letter == 254)  # "." is two before "0"
        value = np.where(digit, 10 * value + letter, value)
        scale = np.where(digit & dotted, 10 * scale, scale)
        simple &= ~inside | digit | (dot & ~dotted)
        dotted |= dot
    simple &= length > signed.astype(np.int32) + dotted  # a digit at least
    # whole numbers below 2**53 and powers of ten: exact
    value = (np.where(text[first] == ord("-"), -value, value) / scale).astype(dtype)
    rest = np.flatnonzero(~simple)
    if len(rest):
        others = b" ".join([piece[a:b] for a, b in zip(first[rest].tolist(), last[rest].tolist(), strict=True)])
        parsed = _try_numbers(others, len(rest), dtype)
        if parsed is None:
            return None
        value[rest] = parsed
    return value


def _try_numbers(text: bytes, words: int, dtype: type) -> np.ndarray | None:
    """The numbers of a text of that many words, or None where one is no number."""
    for attempt in range(2):
        try:
            with warnings.catch_warnings():  # numpy before 2.3 warns at what is no number, and stops
                warnings.simplefilter("error", DeprecationWarning)
                numbers: np.ndarray = np.fromstring(text, sep=" ", dtype=dtype)
            if len(numbers) == words:
                return numbers
        except (ValueError, DeprecationWarning):
            pass
        if attempt == 0:
            text = _ODD_INF.sub(rb"\1inf", _ODD_NAN.sub(b"nan", text))
    return None


def _is_number(word: bytes) -> bool:
    return any(pattern.fullmatch(word) for pattern in (_NUMBER, _INFINITY, _ODD_NAN, _ODD_INF))


def _word_starts(data: bytes) -> np.ndarray:
    """(bytes,) bool: where a word begins."""
    blank = np.frombuffer(data, np.uint8) <= 32
    starts = ~blank
    starts[1:] &= blank[:-1]
    return starts


def parse_rows(
    file: SkeletonFile, data: bytes, dtype: type = np.float32, line: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers line by line.

    Returns:
        numbers (all,), how many each line that is not blank has (rows,), that line's number in the file (rows,).

    Raises:
        SkeletonFileError: a word that is no number, or more than `MAX_LINES` lines.
    """
    lines = data.count(b"\n") + 1
    if lines > MAX_LINES:
        raise file.error(f"at most {MAX_LINES:,} lines", f"{lines:,}")
    numbers = parse_numbers(file, data, dtype, line)
    data = data.translate(_SEPARATORS)
    counts = np.zeros(lines, np.int32)
    row = 0
    for start, end in _line_pieces(data):
        piece = np.frombuffer(data[start:end], np.uint8)
        breaks = np.flatnonzero(piece == 10) + 1
        first = np.concatenate([[0], breaks[breaks < len(piece)]])
        counts[row : row + len(first)] = np.add.reduceat(_word_starts(data[start:end]), first, dtype=np.int32)
        row += len(first)
    used = np.flatnonzero(counts)
    return numbers, counts[used], used + line


def _line_pieces(data: bytes) -> Iterator[tuple[int, int]]:
    """Begin and end of each piece of whole lines."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", min(start + _PIECE_BYTES, len(data)))
        end = len(data) if end < 0 else end + 1
        yield start, end
        start = end


def parse_table(
    file: SkeletonFile, data: bytes, columns: int, dtype: type = np.float32, what: str = "numbers a line"
) -> np.ndarray:
    """(rows, columns) array of a text in which every line has `columns` numbers.

    Raises:
        SkeletonFileError: no rows, or a line with another count (a truncated last line too).
    """
    numbers, counts, lines = parse_rows(file, data, dtype)
    wrong = np.flatnonzero(counts != columns)
    if len(wrong):
        raise file.error(f"{columns} {what}", str(counts[wrong[0]]), position=f"line {lines[wrong[0]]}")
    if len(counts) == 0:
        raise file.error(f"rows of {columns} numbers", "none")
    return numbers.reshape(-1, columns)


def parse_cells(
    file: SkeletonFile, data: bytes, columns: int, used: list[int], delimiter: str, line: int = 1
) -> np.ndarray:
    """A delimited table with empty cells: only `used` columns are kept.

    Args:
        columns: how many every line has. used: which are wanted. delimiter: one character, not a blank.
        line: number of the text's first line in its file, for messages.

    Returns:
        (rows, used) float32, NaN in empty cells.

    Raises:
        SkeletonFileError: a line with another count of cells, a cell that is no number or more than one.
    """
    lines = data.count(b"\n") + 1
    if lines > MAX_LINES or lines * len(used) > MAX_VALUES:
        raise file.error(f"at most {MAX_LINES:,} lines and {MAX_VALUES:,} values", f"{lines:,} lines of {len(used)}")
    table = np.full((lines, len(used)), np.nan, np.float32)
    place = np.full(columns, -1)
    place[used] = np.arange(len(used))
    rows = 0
    for start, end in _line_pieces(data):
        text = np.frombuffer(data[start:end], np.uint8)
        marks = np.cumsum(text == ord(delimiter), dtype=np.int32)
        breaks = np.flatnonzero(text == 10)
        edge = np.concatenate([[0], breaks + 1])  # where lines begin
        edge = edge[edge < len(text)]
        before = np.where(edge > 0, marks[edge - 1], 0)  # delimiters before each line
        words = np.flatnonzero(_word_starts(data[start:end].translate(_SEPARATORS)))  # as `_parse_piece` counts them
        row = np.searchsorted(edge, words, side="right") - 1
        cells = np.diff(before, append=marks[-1])
        filled = (cells > 0) | (np.bincount(row, minlength=len(edge)) > 0)
        wrong = np.flatnonzero(filled & (cells != columns - 1))
        first_line = line + data.count(b"\n", 0, start)
        if len(wrong):
            raise file.error(f"{columns} cells", str(cells[wrong[0]] + 1), position=f"line {first_line + wrong[0]}")
        column = marks[words] - before[row]
        double = np.flatnonzero((np.diff(row) == 0) & (np.diff(column) == 0))
        if len(double):
            raise file.error("one number in a cell", "more", position=f"line {first_line + row[double[0]]}")
        values = _parse_piece(file, data, start, end, np.float64, line)
        number = np.cumsum(filled) - 1 + rows
        kept = place[column] >= 0
        table[number[row[kept]], place[column[kept]]] = values[kept]
        rows += int(filled.sum())
    return table[:rows]


def head_rows(file: SkeletonFile) -> list[list[float]] | None:
    """The first full lines (at most `_HEAD_ROWS`) as numbers, or None where one of them is not numbers alone."""
    return file.once(_head_rows)


def _head_rows(file: SkeletonFile) -> list[list[float]] | None:
    if not file.is_text:
        return None
    lines = file.head.removeprefix(b"\xef\xbb\xbf").translate(_SEPARATORS).split(b"\n")
    if len(file.head) < file.size:
        lines = lines[:-1]  # may be cut
    rows = []
    for text in lines[: 4 * _HEAD_ROWS]:
        words = len(text.split())
        if words:
            row = _try_numbers(text, words, np.float64)
            if row is None:
                return None
            rows.append(row.tolist())
        if len(rows) == _HEAD_ROWS:
            break
    return rows or None
