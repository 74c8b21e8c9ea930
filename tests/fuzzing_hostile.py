"""Ways to make a file expensive or surprising rather than just damaged: for the fuzz test and benchmarks/fuzz_readers.py."""

from __future__ import annotations

import io
import re
import struct
import zipfile

import numpy as np

SEPARATORS = (b" ", b",", b";", b"\t", b"\n", b"\r\n", b"\v", b"\f", b", ", b"  ", b",,", b"\0")
# where a whole number stands
NOT_WHOLE = (
    *(
        b"inf",
        b"-inf",
        b"nan",
        b"Infinity",
        b"-Infinity",
        b"NaN",
        b"1e999",
        b"-1e999",
        b"1e30",
        b"0.5",
        b"-1",
        b"9" * 400,
        b"true",
        b"null",
    ),
    *(b'"1"', b"[]", b"{}", b"1e-400", b"18446744073709551616", b"0x10", b"1_0", "\u0663".encode()),
)
SHAPES = (
    *(
        "()",
        "(0,)",
        "(-1, 3)",
        "(True, 33, 3)",
        "(1.5, 3)",
        "(2**9,)",
        "'abc'",
        "None",
        "(1, 33, 3, 1, 1, 1)",
        "(" + "1, " * 40 + ")",
    ),
    *(
        "(" + "1, " * 70 + ")",
        "(0, " + "9" * 30 + ")",
        "(" + "9" * 4400 + ",)",
        "(1099511627776, 1099511627776)",
        "(0x" + "f" * 500 + ",)",
    ),
    *("(0,) * 3", "(33, 3), 1", "[1, 33, 3]", "(" * 200 + ")" * 200, "(1000000000, 0, 3)", "(6, 0, 3)", "(6, 33, 0)"),
)
TYPES = (
    "'<f4'",
    "'>f8'",
    "'|O'",
    "'V9999999999'",
    "'U1000000000'",
    "'M8[s]'",
    "'<f4,<f4'",
    "[('a', '<f4')]",
    "('<f4', (9,))",
    "7",
    "'S3'",
    "'e'",
    "'zz'",
    "'<c8'",
)
_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def hostile(data: bytes, rng: np.random.Generator) -> bytes:
    """A copy in which one thing is as no honest program writes it."""
    if data[:4] == b"PK\x03\x04":
        return _archive(data, rng)
    if data[:6] == b"\x93NUMPY":
        return other_header(data, rng)
    if b"\0" in data[:2000]:
        return _counts(data, rng)
    kinds = (across_blocks, not_whole, long_name, many_entries, half_characters, runs)
    return kinds[int(rng.choice(6, p=[0.06, 0.34, 0.2, 0.1, 0.15, 0.15]))](data, rng)


def across_blocks(data: bytes, rng: np.random.Generator) -> bytes:
    """More than a MiB of it, with other separators: they fall on the borders of the blocks that texts are parsed in."""
    lines = data.split(b"\n")
    start = int(rng.integers(len(lines)))
    body = b"\n".join(lines[start:]) + b"\n"
    separator = SEPARATORS[int(rng.integers(len(SEPARATORS)))]
    if rng.random() < 0.7:
        body = re.sub(rb"[ ,;\t]+", separator.replace(b"\\", b""), body)
    body = body * ((1 << 20) // len(body) + 1) + body
    return b" " * int(rng.integers(64)) * int(rng.random() < 0.5) + b"\n".join([*lines[:start], b""]) + body


def not_whole(data: bytes, rng: np.random.Generator) -> bytes:
    """One or more whole numbers become what is none."""
    found = [match.span() for match in re.finditer(rb"(?<![\w.])-?\d+(?![\w.])", data)]
    out = bytearray(data)
    for number in (
        sorted(rng.integers(len(found), size=int(rng.integers(1, 4))).tolist(), reverse=True) if found else ()
    ):
        start, stop = found[number]
        out[start:stop] = NOT_WHOLE[int(rng.integers(len(NOT_WHOLE)))]
    return bytes(out)


def long_name(data: bytes, rng: np.random.Generator) -> bytes:
    """A name that is very long, or made of what separates its parts; perhaps everywhere where it stands."""
    found = [match.span() for match in re.finditer(rb"[A-Za-z_][A-Za-z_ ]+", data)]
    if not found:
        return data
    start, stop = found[int(rng.integers(len(found)))]
    name, count = data[start:stop], int(10 ** rng.uniform(1, 5))
    made = [
        name * (count // len(name) + 1),
        b"_" * count,
        b"x_" * (count // 2),
        b" " * count + name,
        name + b"." * count,
        b"_pos" * (count // 4),
    ]
    new = made[int(rng.integers(len(made)))]
    if rng.random() < 0.3 and data.count(name) * len(new) < 4_000_000:
        return data.replace(name, new)
    return data[:start] + new + data[stop:]


def many_entries(data: bytes, rng: np.random.Generator) -> bytes:
    """A line, or an element of a list, thousands of times."""
    most = int(10 ** rng.uniform(2, 4.5))
    lines = data.split(b"\n")
    if len(lines) > 3:
        at = int(rng.integers(len(lines)))
        size = int(rng.integers(1, min(6, len(lines) - at) + 1))
        return b"\n".join(
            lines[:at]
            + lines[at : at + size] * min(most, 3_000_000 // (sum(map(len, lines[at : at + size])) + 1))
            + lines[at:]
        )
    found = [match.span() for match in re.finditer(rb"[\[{][^\[\]{}]*[\]}]", data)]
    if not found:
        return data * 3
    start, stop = found[int(rng.integers(len(found)))]
    return data[:stop] + (b"," + data[start:stop]) * min(most, 3_000_000 // (stop - start + 1)) + data[stop:]


def half_characters(data: bytes, rng: np.random.Generator) -> bytes:
    """Surrogates and what is no UTF-8, within texts."""
    found = [match.span() for match in re.finditer(rb'"[^"\\]*"', data)] or [(0, 0)]
    start, stop = found[int(rng.integers(len(found)))]
    odd = (
        b"\\ud800",
        b"\\udfff\\ud800",
        b"\xed\xa0\x80",
        b"\xff",
        b"\\u0000",
        b"\\n" * 50,
        "\u202e\u2028".encode(),
        b"\xf4\x90\x80\x80",
    )
    at = int(rng.integers(start, stop)) if stop > start else start
    return data[: max(at, start + 1)] + odd[int(rng.integers(len(odd)))] + data[max(at, start + 1) :]


def runs(data: bytes, rng: np.random.Generator) -> bytes:
    """A long run of one byte, or of two, somewhere."""
    pair = (b" ", b"\t", b"\n", b"1", b"_", b",", b"1.", b"- ", b"a_", b"{", b"}", b"[", b"\r", b":", b'"', b"e1", b"0")
    at = int(rng.integers(len(data) + 1))
    return data[:at] + pair[int(rng.integers(len(pair)))] * int(10 ** rng.uniform(1, 5.5)) + data[at:]


def other_header(data: bytes, rng: np.random.Generator) -> bytes:
    """An .npy file whose header says something else about the same bytes."""
    width = 2 if data[6] == 1 else 4
    length = int.from_bytes(data[8 : 8 + width], "little")
    header = data[8 + width : 8 + width + length].decode("latin-1")
    if rng.random() < 0.7:
        header = re.sub(
            r"'shape': \([^)]*\)", lambda match: f"'shape': {SHAPES[int(rng.integers(len(SHAPES)))]}", header
        )
    if rng.random() < 0.5:
        header = re.sub(r"'descr': '[^']*'", lambda match: f"'descr': {TYPES[int(rng.integers(len(TYPES)))]}", header)
    text = header.encode("latin-1")
    return b"\x93NUMPY\x02\x00" + struct.pack("<I", len(text)) + text + data[8 + width + length :]


def _archive(data: bytes, rng: np.random.Generator) -> bytes:
    """An .npz packed otherwise, with other headers, other sizes, or a great many members."""
    kind = int(rng.integers(5))
    if kind == 0:
        out = bytearray(data)  # fields of the directory: method, flags, sizes, offsets
        entries = [match.start() for match in re.finditer(b"PK\x01\x02", data)]
        entry = entries[int(rng.integers(len(entries)))]
        place, size = ((10, 2), (8, 2), (20, 4), (24, 4), (42, 4), (28, 2), (30, 2))[int(rng.integers(7))]
        out[entry + place : entry + place + size] = rng.bytes(size) if rng.random() < 0.5 else b"\xff" * size
        return bytes(out)
    buffer = io.BytesIO()
    method = _PACKING[int(rng.integers(4))] if kind == 1 else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", method) as out:
        for member in source.infolist():
            content = source.read(member)
            if kind == 2 and rng.random() < 0.6 and content[:6] == b"\x93NUMPY":
                content = other_header(content, rng)
            if kind == 3 and rng.random() < 0.5:
                content += bytes(int(10 ** rng.uniform(3, 7.5)))  # zeros pack to nothing
            out.writestr(member.filename, content)
        for number in range(int(rng.integers(900, 3000)) if kind == 4 else 0):
            out.writestr(f"a{number}.npy", b"")
    return buffer.getvalue()


def _counts(data: bytes, rng: np.random.Generator) -> bytes:
    """A binary file of which some counts in the header are others."""
    out = bytearray(data)
    for _ in range(int(rng.integers(1, 4))):
        size = int(rng.choice([2, 4]))
        at = int(rng.integers(min(len(out) - size, 600)))
        value = int(rng.choice([0, 1, 255, 32767, 65535, 2**31 - 1, 2**32 - 1, int(rng.integers(70_000))])) % 256**size
        out[at : at + size] = value.to_bytes(size, "little")
    return bytes(out)


def odd_row(row: dict, rng: np.random.Generator) -> object:
    """A row of our schema with something else in some columns: as an Arrow table, or as plain values."""
    import pyarrow as pa

    values = (
        *(
            None,
            7,
            -1,
            2**62,
            1e300,
            -1e300,
            float("nan"),
            float("inf"),
            True,
            "",
            "a",
            "\0",
            "x" * 5000,
            b"\xff",
            [],
            [[]],
            [None],
        ),
        *(
            [7],
            ["a"],
            [1e300],
            [-1],
            [2**40] * 4,
            [0, 0, 0, 0],
            [1, 1, 25, 3],
            [float("nan")] * 75,
            {"a": 1},
            [{"question": None, "answer": 3}],
        ),
        *(
            '{"name": 1}',
            '{"name": "a", "joints": [1], "bones": []}',
            '{"name": "a", "joints": ["b"], "bones": [[0, Infinity]]}',
        ),
        *(
            '{"name": "a", "joints": ["b"], "bones": [], "rest": 3}',
            '{"name": "a", "joints": {"b": 1}, "bones": "cc"}',
            "[" * 3000,
            '{"a":' * 3000,
        ),
    )
    changed = dict(row)
    for name in rng.choice(sorted(row), size=int(rng.integers(1, 4)), replace=False):
        changed[str(name)] = values[int(rng.integers(len(values)))]
    if rng.random() < 0.5:
        return changed
    columns = {}
    for name, value in changed.items():
        try:
            columns[name] = pa.array([value])
        except (pa.ArrowException, OverflowError, TypeError, ValueError):
            columns[name] = pa.array([None])
    return pa.table(columns)
