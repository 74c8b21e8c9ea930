"""Text that holds a table or JSON in another spelling -> that table or JSON: Fortran's exponents, JSON behind a log's words, YAML, XML, arrays as Python prints them."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any
from xml.etree import ElementTree

from .encodings import in_utf8
from .listings import from_listing
from .objects.json_text import nested
from .printed_tables import from_printed_table
from .protobuf_text import from_protobuf, is_protobuf
from .source import SkeletonFile
from .tables.databases import from_database
from .tables.index_columns import TIME, column_of

_FORTRAN = re.compile(rb"(?<=\d)(\.\d{0,20})[dD](?=[+-]?\d)")  # 1.0D+01
_COMMA = re.compile(rb"[-+]?(?:0,\d{1,20}|\d{1,9},\d{4,20})")  # a number, and not two
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?|\b\d\d:\d\d:\d\d(?:[.,]\d{1,9})?|\b\d{10,19}(?:\.\d{1,9})?\b"
)
_OBJECT = re.compile(r"\b[A-Z]\w{1,40}\((?=\w{1,40}=)")  # NormalizedLandmark(x=0.1, ...)
_ENUM = re.compile(r"<\w{1,40}\.(\w{1,40}): \d{1,5}>")
_KEYED = re.compile(r"(?:^|[, ])([A-Za-z]{1,20})=([-+]?\d{1,9}(?:\.\d{1,20})?)(?=$|[, ])")
_FIELD = re.compile(r"\b([A-Za-z_]\w{0,40})=(?=[-\d.\[{'NTF])")
_PYTHON = re.compile(r"[{\[(,]\s{0,9}'[^'\n]{1,64}'\s{0,3}:")
_SPELLED = re.compile(
    r"'([^'\"\\\n]{0,200})'|\b(None|True|False)\b|\b(?:np\.|numpy\.)?[a-z]{3,9}\d{0,3}\(([-+\w.]{1,40})\)|[()]"
)
_ARRAY = re.compile(r"\b(?:np\.|numpy\.)?array\((\[[^()]{0,100000}\])(?:, ?dtype=[\w.]{1,20})?\)")
_JSON_NAMES = {"None": "null", "True": "true", "False": "false", "(": "[", ")": "]"}
_TRAILING = re.compile(r",\s{0,99}[}\]]")
_JSON5 = re.compile(r'("(?:[^"\\\n]|\\.){0,200}")|//[^\n]{0,200}|/\*[^*]{0,200}\*/|,(?=\s{0,99}[}\]])')
_SIGNS = ((b"\xe2\x88\x92", b"-"), (b"\xc2\xa0", b" "), (b"\xe2\x80\xaf", b" "))  # a minus, blanks within words  # fmt: skip
_WEKA = re.compile(rb"(?im)^@data[ \t]{0,9}\r?$")
_ATTRIBUTE = re.compile(r"(?im)^@attribute[ \t]{1,9}('[^'\n]{1,64}'|\"[^\"\n]{1,64}\"|[^\s]{1,64})")
_NUMBER = re.compile(r"[-+]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,3})?")
_WORDS = {"": None, "~": None, "null": None, ".nan": None, "nan": None, "true": True, "false": False}
_BARE = re.compile(r"([\[{,] ?)([A-Za-z_][\w .-]{0,64})(?=[,:\]}])")  # words without quotes
_PLACES_IN_XML = re.compile(rb"[<\s][xX](?:=[\"']|>)|[\"'>]\s{0,9}-?\d{1,6}\.\d{1,20}[ ,;]\s{0,9}-?\d{1,6}\.\d")
# of readers of their own, or refused with the way out
_OTHER_XML = re.compile(rb"<(?:mvnx|annotations|COLLADA|html)\b")
_PRINTED = re.compile(r"\[\s{0,9}\[[^\[\]\n]{0,200}?\d\.?\d{0,20} +[-\d.]")  # blanks between numbers
_WRAPPED = re.compile(r"(?:np\.|numpy\.|torch\.)?(?:array|tensor)\(|, ?dtype=[\w.]{1,20}|\)")
_LOOKED_AT = 40  # lines
_PREFIX = 200  # characters before JSON in a line
_DEEP = 40  # blocks or elements in each other
_MOST_BYTES = 32 << 20  # of a text that is looked at
_MOST_LINES = 1_000_000  # each is taken one by one
_MOST_MARKS = 1_000_000  # of XML, beginnings and ends: each is taken one by one

Line = tuple[int, str]  # how far in it begins, its text


def readable(file: SkeletonFile) -> SkeletonFile:
    """The file in UTF-8, and in the spelling that readers know; others as they are."""
    file = in_utf8(from_database(file))
    if file.is_folder or not file.is_text or file.size > _MOST_BYTES:
        return file
    if file.head.startswith((b'"{', b'"[')):  # JSON as a text in JSON
        try:
            file = file.with_data(json.loads(file.data).encode())
        except (ValueError, AttributeError):
            return file
    if is_protobuf(file):
        return from_protobuf(file)
    for turned in (from_printed_table, from_listing):
        file = turned(file)
    for odd, plain in _SIGNS:
        if odd in file.head:
            file = file.with_data(file.data.replace(odd, plain))
    if len(_FORTRAN.findall(file.head[:4096])) >= 3:
        return file.with_data(_FORTRAN.sub(rb"\1E", file.data))
    words = re.split(rb"[;\t\r\n]", file.head[:4096])[:-1]
    if len(words) > _LOOKED_AT and sum(_COMMA.fullmatch(word) is not None for word in words) > 0.8 * len(words):
        return file.with_data(file.data.replace(b",", b"."))
    if _OBJECT.search(file.head_text[:4096]):  # objects as Python prints them
        text = _FIELD.sub(r"'\1': ", _OBJECT.sub("{", _ENUM.sub(r"'\1'", file.text()))).replace(")", "}")
        file = file.with_data((text if _is_table(text) else _SPELLED.sub(_in_json, text)).encode())
    if _PYTHON.search(file.head_text[:4096].partition("\n")[0]):
        file = file.with_data(_SPELLED.sub(_in_json, _ARRAY.sub(r"\1", file.text())).encode())
    lines = [line.strip() for line in file.head_text.split("\n")[:_LOOKED_AT] if line.strip()]
    if lines and (lines[0][:2] in ("//", "/*") or (lines[0][0] in "{[" and _TRAILING.search(file.head_text))):
        return file.with_data(_JSON5.sub(lambda found: found[1] or "", file.text()).encode())
    if lines and _PRINTED.search(file.head_text[:4096]) and not (_is_table(lines[0]) and '"' in "".join(lines[1:2])):
        return _from_print(file)
    if not lines or lines[0][0] == "{" or (lines[0][0] == "[" and not _is_log(lines)):
        return file
    if lines[0][0] == "<":
        return _from_xml(file) if _PLACES_IN_XML.search(file.head) and not _OTHER_XML.search(file.head) else file
    if _is_log(lines):
        return file.with_data("\n".join(map(_from_log, file.text().split("\n"))).encode())
    if _WEKA.search(file.head):
        names, _, rows = file.text().partition(_WEKA.search(file.data)[0].decode())  # type: ignore[index]
        header = ",".join(json.dumps(name.strip("'\"")) for name in _ATTRIBUTE.findall(names))
        return file.with_data(f"{header}\n{rows.strip()}\n".encode())
    start = re.split(r"[\[{]", file.head_text.lstrip()[:_PREFIX], maxsplit=1)[0]
    script = start.rstrip()
    if script[-1:] in ("=", "(") and re.sub(r"[ .$]", "", script[:-1]).isidentifier():  # a script's `var frames = ...;`
        return file.with_data(file.text().strip()[len(start) :].rstrip("); \n").encode())
    return _from_yaml(file) if _is_yaml(lines) else file


def _is_table(text: str) -> bool:
    """Whether the first line has names of columns alone."""
    first = text.partition("\n")[0]
    return "," in first and "{" not in first


def _in_json(found: re.Match[str]) -> str:
    """What Python prints (a text, a name, a number of NumPy's, a bracket) as JSON."""
    if found[1] is not None:
        return json.dumps(found[1])
    return found[3] or _JSON_NAMES[found[0]]


def _is_log(lines: list[str]) -> bool:
    """Whether most lines that hold JSON end with it, behind words."""
    found = [0 < line.find("{") <= _PREFIX and line.endswith("}") and '":' in line for line in lines if "{" in line]
    return len(found) > 2 and sum(found[:-1]) >= 0.8 * (len(found) - 1)  # the last may be cut


def _from_log(line: str) -> str:
    """The JSON of a line, with the moment that stands before it where it says none; nothing of other lines."""
    at = line.find("{")
    line, before = line[at:].strip(), line[:at]
    if at < 0 or not line.endswith("}"):
        return ""
    moment = _MOMENT.search(before[:_PREFIX])
    if moment is None or column_of(re.findall(r'"([^"\\]{1,64})"\s{0,9}:', line[:1000]), TIME) is not None:
        return line
    text = moment[0].replace(",", ".")
    return f'{{"timestamp": {text if text.replace(".", "").isdecimal() else json.dumps(text)}, {line[1:]}'


def _is_yaml(lines: list[str]) -> bool:
    if lines[0].startswith("%YAML"):
        return True
    lines = [line for line in lines[:-1] if line != "---" and line[0] != "#"]
    opened = [line.endswith(":") for line in lines]
    return (
        len(lines) > 3
        and sum(opened) > 0
        and not any(": (" in line for line in lines)
        and all(line[0] == "-" or line[-1] in "],}" or ":" in line for line in lines)
    )


def _from_yaml(file: SkeletonFile) -> SkeletonFile:
    """The documents of a YAML text as JSON, a line each; the file as it is where they are built in ways that no program writes poses."""
    _refuse_long(file)
    documents: list[list[Line]] = [[]]
    opened, inside, parts = 0, 0, [""][:0]
    for line in file.text().split("\n"):
        text = line.strip()
        if text.startswith("---") and not parts:
            documents.append([])
        elif parts or (text and text[0] not in "#%."):
            inside = inside if parts else len(line) - len(line.lstrip())
            parts.append(text)
            opened += text.count("[") + text.count("{") - text.count("]") - text.count("}")
            if opened <= 0:  # else the list goes on in the next line
                documents[-1].append((inside, " ".join(parts)))
                opened, parts = 0, []
    try:
        texts = [json.dumps(_block(lines, 0)[0]) for lines in documents if lines]
    except (ValueError, IndexError, RecursionError):
        return file
    return file.with_data("\n".join(texts).encode())


def _block(lines: list[Line], at: int, depth: int = 0) -> tuple[Any, int]:
    """(value, number of the line behind it) of the lines from `at` that are as far in as the first. ValueError: no YAML of that kind."""
    inside, text = lines[at]
    is_list = text[:2] in ("-", "- ")
    if depth > _DEEP or (not is_list and _field(text) is None):
        return _scalar(text), at + 1
    items: list[Any] = []
    fields: dict[str, Any] = {}
    while at < len(lines) and lines[at][0] == inside and (lines[at][1][:2] in ("-", "- ")) == is_list:
        text = lines[at][1]
        key, rest = ("", text[1:].lstrip()) if is_list else _field(text) or ("", "")
        if is_list and rest:  # its fields may go on below
            lines[at] = inside + len(text) - len(rest), rest
            value, at = _block(lines, at, depth + 1)
        elif rest and rest[0] not in "!|>":
            value, at = _scalar(rest), at + 1
        else:
            below, at = lines[at + 1 : at + 2], at + 1
            is_below = below and (
                below[0][0] > inside or (below[0][0] == inside and below[0][1][0] == "-" and not is_list)
            )
            value, at = _block(lines, at, depth + 1) if is_below else (None, at)
        items.append(value)
        fields[key] = value
    return (items if is_list else nested(fields)), at


def _field(text: str) -> tuple[str, str] | None:
    """(key, what stands behind it) of `key: value`; None for others."""
    key, _, rest = f"{text} ".partition(": ")
    return (key.strip("\"' "), rest.strip()) if f"{text} ".startswith(f"{key}: ") and key[0] not in "[{" else None


def _scalar(text: str) -> Any:
    if (fields := _KEYED.findall(text)) and len(fields) > 1:  # x=0.1, y=0.2
        return {key: float(number) for key, number in fields}
    if text[0] in "[{":
        return json.loads(_BARE.sub(r'\1"\2"', text.replace(".,", ",").replace(".]", "]")))
    return float(text) if _NUMBER.fullmatch(text) else _WORDS.get(text.lower(), text.strip("\"'"))


def _refuse_long(file: SkeletonFile) -> None:
    if file.data.count(b"\n") > _MOST_LINES:
        raise file.error(f"at most {_MOST_LINES:,} lines", "more: cut it into clips")


def _from_print(file: SkeletonFile) -> SkeletonFile:
    """Arrays as Python prints them, one after the other, as a row of numbers each. SkeletonFileError: abridged ones."""
    _refuse_long(file)
    text = _WRAPPED.sub("", file.text())
    if "..." in text:
        raise file.error("whole arrays", "abridged ones (...), as Python prints long ones: save them with numpy.save")
    rows, depth = [[""]], 0
    for line in text.split("\n"):
        if depth > 0 or line.lstrip()[:1] == "[":  # others are words between the arrays
            rows[-1].append(line.replace("[", " ").replace("]", " "))
            depth += line.count("[") - line.count("]")
            rows += [[]] if depth <= 0 else []
    return file.with_data("\n".join(map("".join, rows)).encode())


def _from_xml(file: SkeletonFile) -> SkeletonFile:
    """XML as JSON: an element is an object of its attributes and of what it holds, by its name. The file as it is where it is no whole XML.

    Raises:
        SkeletonFileError: too much of it, or entities of its own, which may grow without limit.
    """
    if file.data.count(b"<") > _MOST_MARKS or b"<!ENTITY" in file.head:
        raise file.error(f"at most {_MOST_MARKS:,} marks of XML, without entities of its own", "more, or some")
    try:
        return file.with_data(json.dumps(_element(ElementTree.fromstring(file.data))).encode())
    except (ElementTree.ParseError, ValueError):
        return file


def _element(element: ElementTree.Element, depth: int = 0) -> Any:
    if depth > _DEEP:
        raise ValueError("too deep")
    held: dict[str, Any] = {key: _numbers(text) for key, text in element.items()}
    names = Counter(one.tag.rpartition("}")[2] for one in element)
    for one in element:
        name = one.tag.rpartition("}")[2]
        if names[name] > 1:
            held.setdefault(f"{name}s", []).append(_element(one, depth + 1))
        else:
            held[name] = _element(one, depth + 1)
    return held or _numbers((element.text or "").strip())


def _numbers(text: str) -> Any:
    """A text of several numbers as a list of them; others as they are."""
    words = text.replace(",", " ").replace(";", " ").split()
    return [float(word) for word in words] if len(words) > 1 and all(map(_NUMBER.fullmatch, words)) else text
