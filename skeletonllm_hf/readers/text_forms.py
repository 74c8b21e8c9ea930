"""Text that holds a table or JSON in another spelling -> that table or JSON: Fortran's exponents, JSON behind a log's words, YAML, XML, arrays as Python prints them."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.parsers import expat

from .encodings import in_utf8
from .index_columns import TIME, column_of
from .source import SkeletonFile, SkeletonFileError

_FORTRAN = re.compile(rb"(\.\d{0,20})[dD](?=[+-]?\d)")  # 1.0D+01
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?|\b\d\d:\d\d:\d\d(?:[.,]\d{1,9})?|\b\d{10,19}(?:\.\d{1,9})?\b"
)
_ASSIGNED = re.compile(r"(?:(?:var|let|const|export|default|window\.) ?){0,3}[\w.$]{0,64} ?[=(]\s{0,9}(?=[\[{])")
_KEY = re.compile(r"[\"']?([^\"'\[\]{}#,:]{1,64})[\"']?:(?: (.*))?$", re.DOTALL)
_NUMBER = re.compile(r"[-+]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,3})?")
_WORDS = {"": None, "~": None, "null": None, ".nan": None, "nan": None, "true": True, "false": False}
_PLACES_IN_XML = re.compile(rb"[<\s][xX](?:=[\"']|>)")
_PRINTED = re.compile(r"\[\s{0,9}\[[^\[\]\n]{0,200}?\d\.?\d{0,20} +[-\d.]")  # blanks between numbers
_WRAPPED = re.compile(r"(?:np\.|numpy\.|torch\.)?(?:array|tensor)\(|, ?dtype=[\w.]{1,20}|\)")
_LOOKED_AT = 40  # lines
_PREFIX = 200  # characters before JSON in a line
_DEEP = 40  # blocks of YAML in each other
_MOST_LINES = 3_000_000  # each is taken one by one
_MOST_XML = 64 << 20  # bytes

Line = tuple[int, str]  # how far in it begins, its text


def readable(file: SkeletonFile) -> SkeletonFile:
    """The file in UTF-8, and in the spelling that readers know; others as they are."""
    file = in_utf8(file)
    if file.is_folder or not file.is_text:
        return file
    if len(_FORTRAN.findall(file.head[:4096])) >= 3:
        return file.with_data(_FORTRAN.sub(rb"\1E", file.data))
    lines = [line.strip() for line in file.head_text.split("\n")[:_LOOKED_AT] if line.strip()]
    if lines and (_PRINTED.search(file.head_text[:4096])):
        return _from_print(file)
    if not lines or lines[0][0] == "{" or (lines[0][0] == "[" and not _is_log(lines)):
        return file
    if lines[0][0] == "<":
        return _from_xml(file) if _PLACES_IN_XML.search(file.head) else file
    if _is_log(lines):
        return file.with_data("\n".join(map(_from_log, file.text().split("\n"))).encode())
    if (assigned := _ASSIGNED.match(file.head_text.lstrip())) is not None:
        text = file.text().strip()[assigned.end() :].rstrip("); \n")
        return file.with_data(text.encode())
    return _from_yaml(file) if _is_yaml(lines) else file


def _is_log(lines: list[str]) -> bool:
    """Whether most lines end with JSON, behind words."""
    found = [0 < line.find("{") <= _PREFIX and line.endswith("}") and '":' in line for line in lines]
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
    opened, inside = 0, 0
    parts: list[str] = []
    for line in file.text().split("\n"):
        text = line.strip()
        if opened > 0 or (text and text[0] not in "#%" and text[:3] not in ("---", "...")):
            inside = inside if parts else len(line) - len(line.lstrip())
            parts.append(text)
            opened += text.count("[") + text.count("{") - text.count("]") - text.count("}")
            if opened <= 0:  # else the list goes on in the next line
                documents[-1].append((inside, " ".join(parts)))
                opened, parts = 0, []
        elif text.startswith("---"):
            documents.append([])
    if parts:
        return file
    try:
        texts = [json.dumps(_block(lines, 0)[0]) for lines in documents if lines]
    except (ValueError, IndexError):
        return file
    return file.with_data("\n".join(texts).encode())


def _block(lines: list[Line], at: int, depth: int = 0) -> tuple[Any, int]:
    """(value, number of the line behind it) of the lines from `at` that are as far in as the first. ValueError: no YAML of that kind."""
    if depth > _DEEP:
        raise ValueError("too deep")
    inside, text = lines[at]
    if text[:2] not in ("-", "- ") and _KEY.match(text) is None:
        return _scalar(text), at + 1
    items: list[Any] = []
    fields: dict[str, Any] = {}
    is_list = text[:2] in ("-", "- ")
    while at < len(lines) and lines[at][0] == inside:
        text = lines[at][1]
        if (text[:2] in ("-", "- ")) != is_list:
            break
        found = None if is_list else _KEY.match(text)
        if not is_list and found is None:
            raise ValueError(text)
        rest = text[1:].lstrip() if found is None else (found[2] or "").strip()
        if is_list and rest:
            lines[at] = inside + len(text) - len(rest), rest
            value, at = _block(lines, at, depth + 1)
        elif rest and rest[0] not in "!&|>":
            value, at = _scalar(rest), at + 1
        else:
            at += 1
            below = at < len(lines) and (lines[at][0] > inside or (not is_list and lines[at][0] == inside and lines[at][1][:2] in ("-", "- ")))  # fmt: skip
            value, at = _block(lines, at, depth + 1) if below else (None, at)
        if found is None:
            items.append(value)
        else:
            fields[found[1].strip()] = value
    if at < len(lines) and lines[at][0] > inside:
        raise ValueError(lines[at][1])
    return (items if is_list else fields), at


def _scalar(text: str) -> Any:
    if text[0] in "[{":
        flat = text.replace("\n", " ")
        try:
            return json.loads(flat)
        except ValueError:  # words without quotes
            return json.loads(
                re.sub(r"([\[{,] ?)([A-Za-z_][\w .-]{0,64})(?=[,:\]}])", r'\1"\2"', flat)
                .replace(".,", ",")
                .replace(".]", "]")
            )
    if text[0] in "\"'":
        return text[1:].rstrip("\"'")
    if _NUMBER.fullmatch(text):
        return float(text)
    return _WORDS.get(text.lower(), text)


def _refuse_long(file: SkeletonFile) -> None:
    if file.data.count(b"\n") > _MOST_LINES:
        raise file.error(f"at most {_MOST_LINES:,} lines", "more: cut it into clips")


def _from_print(file: SkeletonFile) -> SkeletonFile:
    """Arrays as Python prints them, one after the other, as a row of numbers each. SkeletonFileError: abridged ones."""
    _refuse_long(file)
    rows: list[str] = []
    row: list[str] = []
    depth = 0
    for line in _WRAPPED.sub("", file.text()).split("\n"):
        if depth == 0 and not line.lstrip().startswith("["):
            continue  # words between them
        if "..." in line:
            raise file.error(
                "whole arrays", "abridged ones (...), as Python prints long ones: save them with numpy.save"
            )
        depth += line.count("[") - line.count("]")
        row += line.replace("[", " ").replace("]", " ").replace(",", " ").split()
        if depth <= 0:
            rows.append(" ".join(row))
            depth, row = 0, []
    return file.with_data("\n".join(rows).encode())


def _from_xml(file: SkeletonFile) -> SkeletonFile:
    """XML as JSON: an element is an object of its attributes and of what it holds, by its name. The file as it is where it is no whole XML.

    Raises:
        SkeletonFileError: XML with entities of its own, which may grow without limit, or too much of it.
    """
    if file.size > _MOST_XML:
        raise file.error(f"at most {_MOST_XML >> 20} MB of XML", f"{file.size >> 20} MB: cut it into clips")
    stack: list[dict[str, Any]] = [{}]

    def begin(_: str, attributes: dict[str, str]) -> None:
        if len(stack) > _DEEP:
            raise ValueError("too deep")
        stack.append(dict(attributes))

    def end(name: str) -> None:
        element = stack.pop()
        value: Any = element.pop("", "").strip() if set(element) <= {""} else element
        above = stack[-1]
        if name in above:  # several are a list
            above.setdefault(f"{name}s", []).append(above.pop(name))
        if isinstance(above.get(f"{name}s"), list):
            above[f"{name}s"].append(value)
        else:
            above[name] = value

    def words(text: str) -> None:
        if len(stack[-1]) < 2:  # beside elements it is blank
            stack[-1][""] = stack[-1].get("", "") + text

    def entity(*_: object) -> None:
        raise file.error("XML without entities of its own", "some")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, words
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(file.data, True)
    except (expat.ExpatError, ValueError) as error:
        if isinstance(error, SkeletonFileError):
            raise
        return file
    return file.with_data(json.dumps(stack[0]).encode())
