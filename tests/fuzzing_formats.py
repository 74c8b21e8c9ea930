"""Ways to spoil a file that know its format: JSON's values, an archive's arrays, chunks, tags, encodings; for the fuzz test and benchmark."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import re
import struct
import tarfile
import zipfile
import zlib

import numpy as np

_ODD_VALUES = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        7,
        2**31,
        2**63,
        -(2**63),
        10**30,
        0.5,
        -0.0,
        1e-320,
        1e38,
        1e300,
        float("nan"),
        float("inf"),
    ),
    *(
        "",
        "a",
        "7",
        "\u0663",
        "\0",
        "\ud800",
        "../x",
        "x" * 300,
        [],
        {},
        [[]],
        [None],
        [1],
        {"": 1},
        [[1, 2], [3]],
        [0] * 40,
    ),
)
_DIGITS = ("\u0660", "\u0966", "\uff10", "\U0001d7ce")  # zeros of other scripts, the other nine behind them
_SPELLINGS = (
    *(
        "0x1p3",
        "1_000",
        "+-1",
        "--1",
        "1e+",
        "1d5",
        ".",
        "+",
        "1e5000",
        "-1e-5000",
        "1,5",
        "\u22121",
        "1\u00a0",
        "\u00b2",
        "1e",
        "0b1",
    ),
    *(
        "1.2.3",
        "1/0",
        "#REF!",
        "=1+1",
        "1%",
        "NA",
        "-",
        "nan(x)",
        "1 2",
        "'1'",
        "1;2",
        "1\t2",
        "1\x002",
        "TRUE",
        "1f",
        "00:01",
    ),
)
_DTYPES = ("<f2", ">f8", "<f8", "<i1", ">i4", "<u8", "|b1", "<c8", "<U3", "|S4", "<M8[s]", "<m8[ms]", "|O", "|V3")
_DOCTYPES = (
    b'<!DOCTYPE a [<!ENTITY b "'
    + b"c" * 200
    + b'">'
    + b"".join(b'<!ENTITY b%d "%s">' % (n, b"&b;" * 9) for n in range(9))
    + b"]>",
    b'<!DOCTYPE a SYSTEM "file:///etc/passwd" [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]>',
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
)


def spoiled(data: bytes, rng: np.random.Generator) -> bytes:
    """A copy that is spoiled where its format can be."""
    if rng.random() < 0.06:
        return _packed(data, rng)
    if data[:4] == b"PK\x03\x04":
        return _arrays(data, rng)
    if data[:6] == b"\x93NUMPY":
        return _other_array(data, rng)
    if data[:4] == b"glTF":
        return _gltf(data, rng)
    if data[:6] == b"MATLAB":
        return _tags(data, rng)
    if b"\0" in data[:2000]:
        return _parameters(data, rng)
    kinds = [_encoding, _spelling, _cells, _nested]
    if data.lstrip()[:1] in (b"{", b"["):
        kinds = [_encoding, _spelling, _nested, _values, _values, _values, _values, _duplicates]
    elif data.lstrip()[:1] == b"<":
        kinds = [_encoding, _spelling, _nested, _xml, _xml, _xml]
    return kinds[int(rng.integers(len(kinds)))](data, rng)


def _choice(rng: np.random.Generator, values):
    return values[int(rng.integers(len(values)))]


def _encoding(data: bytes, rng: np.random.Generator) -> bytes:
    """The same text as other programs would store it, or as two of them after one another."""
    text = data.decode("latin-1")
    made = (
        lambda: codecs.BOM_UTF8 + data,
        lambda: codecs.BOM_UTF8 * 2 + data,
        lambda: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        lambda: text.encode("utf-16-le"),
        lambda: codecs.BOM_UTF32_LE + text.encode("utf-32-le"),
        lambda: data[: len(data) // 2] + text[len(data) // 2 :].encode("utf-16-le"),
        lambda: data.replace(b"\n", b"\r"),
        lambda: data.replace(b"\n", b"\r\r\n"),
        lambda: data.replace(b"\n", "\u2028".encode()),
        lambda: data.replace(b"\n", _choice(rng, (b"\r\n", b"\n\r", b"\n\n", b"\x85", b"\x0b", b"\n\0")), int(rng.integers(1, 9))),
        lambda: data.replace(b" ", "\u00a0".encode()),
        lambda: data.replace(b",", "\uff0c".encode(), int(rng.integers(1, 9))),
        lambda: re.sub(rb"\d", lambda m: chr(ord(_DIGITS[m[0][0] % 4]) + m[0][0] - 48).encode(), data, count=int(rng.integers(1, 40))),
        lambda: data[: (at := int(rng.integers(len(data) + 1)))] + _choice(rng, (codecs.BOM_UTF8, b"\0", b"\0" * 64, b"\x1a", b"\xff\xfe")) + data[at:],
    )  # fmt: skip
    return _choice(rng, made)()


def _spelling(data: bytes, rng: np.random.Generator) -> bytes:
    """Some numbers as no honest program writes them."""
    share = _choice(rng, (0.002, 0.05))
    odd = _choice(rng, _SPELLINGS).encode()
    return re.sub(rb"-?\d+(?:\.\d+)?", lambda match: odd if rng.random() < share else match[0], data)


def _cells(data: bytes, rng: np.random.Generator) -> bytes:
    """A table of which columns or rows are exchanged, doubled, left out or quoted."""
    lines = data.split(b"\n")
    mark = max((b",", b";", b"\t", b" "), key=lambda mark: data.count(mark))
    first = int(rng.integers(min(len(lines), 12)))
    rows = [line.split(mark) for line in lines]
    width, kind = max(len(rows[first]), 1), int(rng.integers(8))
    one, two = int(rng.integers(width)), int(rng.integers(width))
    for number, cells in enumerate(rows):
        if (kind < 4 and number < first) or (kind >= 4 and number != first) or max(one, two) >= len(cells):
            continue
        if kind == 0:
            cells[one], cells[two] = cells[two], cells[one]
        elif kind in (1, 4):
            cells.insert(two, cells[one])
        elif kind in (2, 5):
            del cells[one]
        elif kind == 3:
            cells[one] = cells[two]
        elif kind == 6:
            cells[one] = _choice(rng, (b'"', b'""', b'"a' + mark + b'b"', b"", b" ", b"\xe9", b"'", b'"\n"')) + cells[
                one
            ] * int(rng.integers(2))
        else:
            del cells[one:]
    lines = [mark.join(cells) for cells in rows]
    if rng.random() < 0.2:
        lines = lines[: int(rng.integers(len(lines) + 1))]
    return (
        b"\n".join(lines)
        if rng.random() < 0.9
        else b"\n".join(lines).replace(mark, _choice(rng, (b",", b";", b"\t", b"|")))
    )


def _nested(data: bytes, rng: np.random.Generator) -> bytes:
    """Something within itself, deep, shallow or not closed."""
    start, end = _choice(rng, ((b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>"), (b"(", b")"), (b"{\n", b"\n}")))
    depth = int(10 ** rng.uniform(0, 4.5))
    found = [match.span() for match in re.finditer(rb"[-\w.\"]+", data)]
    if not found:
        return data
    begin, stop = _choice(rng, found)
    return (
        data[:begin]
        + start * depth
        + data[begin:stop]
        + end * (depth if rng.random() < 0.8 else depth - 1)
        + data[stop:]
    )


def _places(value: object, found: list) -> list:
    """(container, key) of everything within parsed JSON."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(pairs)[:200]:
        found.append((value, key))
        if len(found) < 4000:
            _places(inner, found)
    return found


def _values(data: bytes, rng: np.random.Generator) -> bytes:
    """JSON with some values replaced, removed, exchanged, wrapped or renamed."""
    try:
        content = json.loads(data)
    except ValueError:
        return _spelling(data, rng)
    for _ in range(int(rng.integers(1, 4))):
        places = _places(content, [])
        if not places:
            break
        # of the few near the top as often as of the many numbers
        within, key = _choice(
            rng, places[:12] if rng.random() < 0.3 else [p for p in places if isinstance(p[0], dict)] or places
        )
        kind = int(rng.integers(7))
        if kind < 3:
            within[key] = _choice(rng, _ODD_VALUES)
        elif kind == 3:
            del within[key]
            if isinstance(within, list):
                continue
        elif kind == 4:
            other, place = _choice(rng, places)
            if not isinstance(other[place] if isinstance(other, dict) or place < len(other) else None, (dict, list)):
                within[key] = other[place] if isinstance(other, dict) or place < len(other) else None
        elif kind == 5:
            within[key] = _choice(rng, ([within[key]], {"a": within[key]}, [within[key]] * 3))
        elif isinstance(within, dict):
            value = within.pop(key)
            within[str(_choice(rng, [*within, "name"]))] = value
        else:
            within[key:] = [within[key]] * int(rng.integers(2, 200))
    return json.dumps(content).encode()


def _duplicates(data: bytes, rng: np.random.Generator) -> bytes:
    """JSON in which a key stands twice, or a mark is missing or one too many."""
    found = list(re.finditer(rb'"[^"]{1,40}":\s*(?:-?[\d.]+|"[^"]*"|\[[^\[\]{}]*\])', data))
    if found and rng.random() < 0.6:
        match, odd = _choice(rng, found), json.dumps(_choice(rng, _ODD_VALUES)).encode()
        return data[: match.end()] + b", " + match[0].split(b":")[0] + b": " + odd + data[match.end() :]
    marks = [match.start() for match in re.finditer(rb"[\[\]{},:]", data)]
    at = _choice(rng, marks)
    return (
        data[:at]
        + _choice(rng, (b"", b"," + data[at : at + 1], data[at : at + 1] * 2, b"/* */", b"//\n", b"\0"))
        + data[at + 1 :]
    )


def _xml(data: bytes, rng: np.random.Generator) -> bytes:
    """Entities, elements doubled or removed, attributes repeated."""
    kind = int(rng.integers(5))
    at = data.find(b"?>") + 2 if b"?>" in data else 0
    if kind == 0:
        return data[:at] + _choice(rng, _DOCTYPES) + data[at:].replace(b">", _choice(rng, (b">&b8;", b">&x;", b">")), 3)
    found = [match.span() for match in re.finditer(rb"</?[A-Za-z][^<>]*>", data)]
    if not found:
        return data
    start, stop = _choice(rng, found)
    if kind == 1:
        return data[:start] + data[stop:]
    if kind == 2:
        return data[:stop] + data[start:stop] * int(10 ** rng.uniform(0, 5)) + data[stop:]
    if kind == 3:
        return data[: stop - 1] + b' label="x" type="normal"' * int(10 ** rng.uniform(0, 4)) + data[stop - 1 :]
    return (
        data[:start]
        + _choice(rng, (b"<!--", b"<![CDATA[", b"<?x ", b"<", b"<segment " * 9999, b'<frame type="' * 9999))
        + data[start:]
    )


def _other_array(data: bytes, rng: np.random.Generator) -> bytes:
    """An .npy file of another type, order, shape or with other values; of objects only the header, for no pickle is made."""
    try:
        array = np.load(io.BytesIO(data))
    except (ValueError, EOFError):
        return data
    kind, dtype = int(rng.integers(7)), np.dtype(_choice(rng, _DTYPES))
    with np.errstate(all="ignore"):
        if kind < 2 and dtype.kind != "O":
            with_type = (
                np.zeros(array.shape, dtype)
                if dtype.kind in "mMV" or array.dtype.kind not in "fiub"
                else array.astype(dtype)
            )
            array = (
                with_type
                if kind
                else np.resize(
                    with_type,
                    _choice(rng, ((), (0,), (1,), (3, 0, 3), (1, 1, 1, 1, 1), (5, 17, 3), (2, 300, 25, 3, 2))),
                )
            )
        elif kind == 2:
            array = np.asfortranarray(array)
        elif kind == 3:
            array = np.resize(
                array,
                _choice(
                    rng,
                    (
                        array.shape[::-1],
                        (*array.shape, 1),
                        (1, *array.shape),
                        array.shape[:1],
                        array.size,
                        (array.size, 2),
                    ),
                ),
            )
        elif kind == 4 and array.dtype.kind == "f":
            array = np.where(
                rng.random(array.shape) < _choice(rng, (0.01, 0.5, 1.0)),
                _choice(rng, (np.nan, np.inf, -np.inf, 1e38, 1e-45)),
                array,
            )
            if array.ndim and array.shape[-1]:
                array[..., int(rng.integers(array.shape[-1]))] = _choice(rng, (np.nan, 0.0, 1e30))
        elif kind == 5:
            array = array * _choice(rng, (0, -1, 1e30, 1e-30)) if array.dtype.kind == "f" else array
        else:
            array = array[: int(rng.integers(3))] if array.ndim else np.array([array])
    out = io.BytesIO()
    np.save(out, array)
    made = out.getvalue()
    return made.replace(b"'descr': '<f", b"'descr': '|O'#", 1) if dtype.kind == "O" else made


def _arrays(data: bytes, rng: np.random.Generator) -> bytes:
    """An .npz whose arrays are others, change places, come twice, or whose directory is that of large files."""
    out, kind = io.BytesIO(), int(rng.integers(6))
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        contents = {member.filename: source.read(member) for member in source.infolist()}
        names = list(contents)
        if kind == 1:
            one, two = _choice(rng, names), _choice(rng, names)
            contents[one], contents[two] = contents[two], contents[one]
        if kind == 2:
            del contents[_choice(rng, names)]
        for name, content in contents.items():
            changed = kind == 0 or rng.random() < 0.3
            member = _other_array(content, rng) if changed and content[:6] == b"\x93NUMPY" else content
            with target.open(
                name if kind != 3 or rng.random() < 0.5 else f"a/../{name}", "w", force_zip64=kind == 4
            ) as place:
                place.write(member)
        if kind == 5:
            target.writestr(_choice(rng, names), b"\x93NUMPY")  # zipfile warns: the name stands twice
    return out.getvalue()


def _packed(data: bytes, rng: np.random.Generator) -> bytes:
    """Within one or several archives, sound, cut or lying."""
    for _ in range(int(rng.integers(1, 4))):
        kind, out, name = (
            int(rng.integers(3)),
            io.BytesIO(),
            _choice(rng, ("a.json", "../a", "/a", "a/b/c.bvh", "a" * 300, "\u202e.csv", "con.npy", "")),
        )
        if kind == 0:
            data = gzip.compress(data, 1) * int(rng.integers(1, 3))
        elif kind == 1:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                for number in range(int(rng.integers(1, 4))):
                    archive.writestr(name + str(number), data)
            data = out.getvalue()
        else:
            with tarfile.open(fileobj=out, mode="w") as archive:
                for type in (
                    tarfile.REGTYPE,
                    _choice(
                        rng,
                        (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.GNUTYPE_SPARSE, tarfile.DIRTYPE),
                    ),
                ):
                    member = tarfile.TarInfo(name or "a")
                    member.type, member.size, member.linkname = (
                        type,
                        len(data) if type == tarfile.REGTYPE else 0,
                        "/etc/passwd",
                    )
                    archive.addfile(member, io.BytesIO(data))
            data = out.getvalue()
        if rng.random() < 0.3:
            data = data[: int(rng.integers(len(data)))]
        elif rng.random() < 0.3:
            at = int(rng.integers(min(len(data), 300)))
            data = data[:at] + rng.bytes(int(rng.integers(1, 5))) + data[at + 4 :]
    return data


def _gltf(data: bytes, rng: np.random.Generator) -> bytes:
    """A binary glTF whose JSON chunk is another."""
    length = int.from_bytes(data[12:16], "little")
    chunk, rest = _values(data[20 : 20 + length], rng), data[20 + length :]
    chunk += b" " * (-len(chunk) % 4)
    made = b"glTF" + struct.pack("<III4s", 2, 20 + len(chunk) + len(rest), len(chunk), b"JSON") + chunk + rest
    if rng.random() < 0.3:
        at = 4 * int(rng.integers(2, 5))
        made = made[:at] + struct.pack("<I", _choice(rng, (0, 1, 12, 2**31, 2**32 - 1, len(made) * 2))) + made[at + 4 :]
    return made


def _tags(data: bytes, rng: np.random.Generator) -> bytes:
    """A MAT file of version 5 in which types, sizes, classes and dimensions are others; they stand at multiples of four bytes."""
    if data[128:132] == b"\x0f\0\0\0" and rng.random() < 0.8:  # packed
        inner = _tags(data[:128] + zlib.decompress(data[136:]), rng)[128:]
        packed = zlib.compress(inner)
        return data[:132] + struct.pack("<I", len(packed)) + packed
    out = bytearray(data)
    for _ in range(int(rng.integers(1, 5))):
        at = 4 * int(rng.integers(31, max(len(data) // 4, 32)))
        value = _choice(
            rng, (0, 1, 2, 5, 6, 7, 9, 12, 13, 14, 15, 16, 17, 18, 255, 0x0C00, 2**16 + 1, 2**31 - 1, 2**31, 2**32 - 1)
        )
        out[at : at + 4] = struct.pack("<I", value)
    return bytes(out)


def _parameters(data: bytes, rng: np.random.Generator) -> bytes:
    """A binary file of which the second block, where C3D keeps its parameters, or any float is another."""
    out = bytearray(data)
    for _ in range(int(rng.integers(1, 6))):
        low, high = (512, 1024) if len(out) > 1100 and rng.random() < 0.7 else (0, len(out))
        at = int(rng.integers(low, max(high - 4, low + 1)))
        odd = (
            b"\0",
            b"\xff",
            b"\x80",
            b"\x7f",
            b"\xff\x7f",
            b"\0\x80",
            struct.pack("<f", _choice(rng, (np.nan, np.inf, -1.0, 1e-45, 1e38))),
        )
        piece = _choice(rng, odd)
        out[at : at + len(piece)] = piece
    return bytes(out)
