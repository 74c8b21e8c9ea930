"""Names of table columns: `nose_x` is the x of `nose`. Parsed from their ends, without regular expressions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ...model.skeleton import UNITS as METRES
from .delimited import UNITS

_BETWEEN = "_./:-"  # and every blank
_PLACE_WORDS = (
    "position", "posi", "pos", "coord", "coordinate", "translation", "translate", "trans", "location", "loc", "t", "world", "global", "absolute", "abs", "real", "3d",
)  # fmt: skip
_WHOLE_WORDS = ("position", "rotation")
_SPACE_WORDS = ("world", "global", "absolute", "abs", "3d")  # among them: beside plain columns those in space
_PICTURE_WORDS = (
    "color", "colour", "rgb", "depth", "pixel", "px", "p", "image", "img", "screen", "proj", "2d", "norm", "normalized",
)  # fmt: skip
_LOCAL = tuple(f"{mark}{word}" for mark in "_./: " for word in ("local", "relative"))
_FIRST_WORDS = {word: "space" for word in _SPACE_WORDS} | {
    word: "picture" for word in ("image", "img", "pixel", "screen", "2d")
}  # before a joint
_VERSIONS = (
    "3d", "smoothed", "smooth", "filtered", "filt", "clean", "cleaned", "interpolated", "interp", "raw", "original", "orig", "unfiltered", "2d",
)  # fmt: skip
_LESS = ("raw", "original", "orig", "unfiltered", "2d")  # than a version without a word
_POSES = (".pose", "_pose", "/pose")
# quantities that are no places: turns, speeds, what is not sure
_OTHER_WORDS = (
    "rotation", "rotate", "rot", "r", "orientation", "orient", "ori", "quaternion", "quat", "q", "euler", "angle", "angles", "ang", "velocity", "vel", "velo",
    "v", "speed", "acceleration", "acc", "acce", "a", "angularvelocity", "gyro", "mag", "jerk", "error", "err", "std", "var", "cov", "normal", "scale",
)  # fmt: skip
_SCORE_WORDS = (
    "visibility", "confidence", "likelihood", "presence", "probability", "certainty", "score", "conf", "prob", "vis", "visible", "c", "v", "p",
)  # fmt: skip
_WHO_WORDS = ("person", "p", "id", "track", "subject", "body", "skeleton", "user", "player", "cam", "camera", "view")
# words behind an axis that are no people's: sides, and what somebody computed
_NO_NAMES = (
    "left", "right", "l", "r", "mean", "median", "std", "sd", "min", "max", "sum", "var", "norm", "gt", "pred", "predicted", "truth", "target", "ref", "rel", "abs",
)  # fmt: skip
_CORNERS = ("min", "max", "center", "centre", "top", "bottom")  # of a detector's box
_PAIRS = (("u", "v"), ("col", "row"), ("column", "row"))  # x and y in a picture
_LEAST, _MOST = 5, 12  # joints of a person whose number stands behind the axis; people
_TURNS = ("deg", "rad", "degrees", "radians", "°", "m/s", "mm/s", "deg/s", "rad/s", "m/s^2", "m/s2")


@dataclass(frozen=True)
class Column:
    """One coordinate of a joint. `kind`: "place", "space" (a place in the room, as its name says), "picture", or "other": a turn, a speed."""

    joint: str
    axis: str
    kind: str = "place"
    unit: str | None = None


def coordinate(name: str, lefts: Collection[str] = ()) -> Column | None:
    """What `nose_x`, `nose.X`, `HeadX`, `nose/pos/x`, `Hip_Tx`, `x_nose`, `Pelvis X (mm)` or `hip_rotation_x` holds; None for other names.

    Args:
        lefts: joints of the left side, from `left_joints`: beside `hip_l_x` the r of `hip_r_x` is a side, not a rotation.
    """
    found, unit = _joint_axis(name)
    if found is None:
        return None
    joint, axis = found
    if joint.lower() in _CORNERS:
        return None
    kind = "other" if unit == "other" else "place"
    stem = _without_end(joint)
    word = _last_word(stem).lower()
    if word == "r" and stem[:-1] + ("l" if stem[-1] == "r" else "L") in lefts:
        return Column(joint, axis, kind, unit)
    for words, meaning in ((_OTHER_WORDS, "other"), (_PICTURE_WORDS, "picture"), (_PLACE_WORDS, kind)):
        rest = _without_end(stem[: -len(word)]) if word in words else ""
        if rest:
            joint, kind = rest, "space" if meaning == "place" and word in _SPACE_WORDS else meaning
            break
    if kind == "place" and joint.lower().endswith(_LOCAL) and (rest := _without_end(joint[: -len(_last_word(joint))])):
        joint, kind = rest, "picture"  # from the joint above: not beside places in the room
    first = next((word for word in _FIRST_WORDS if joint.lower().startswith((f"{word}_", f"{word}.", f"{word} "))), "")
    if kind == "place" and first:
        joint, kind = _without_start(joint[len(first) :]), _FIRST_WORDS[first]
    if joint.lower().endswith(_POSES):  # ROS: `joints3.pose.position.x`
        joint = _without_end(joint[:-5])
    return Column(joint, axis, kind, unit)


def one_version(names: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Names of columns that stand there in several versions (`nose_x_raw`, `nose_x_filtered`): those of the best one without its word; a note.

    A version without a word is the raw one beside `nose_x_filtered`, the better one beside `nose_x_raw` or `nose_x_2d`. Others stay as they are, and the note is empty.
    """
    cuts = [_version(name) for name in names]
    found = {word for _, word in cuts if word}
    best = next((word for word in _VERSIONS if word in found), None)
    if best is None or sum(word == best for _, word in cuts) < 2 * _LEAST:
        return names, ""
    bare = {name for name, word in cuts if word == best}
    plain = any(name in bare for name, word in cuts if not word)
    if plain and best in _LESS:
        best = ""
    kept = (
        name
        if word == best and (name in bare or not best)
        else f"version {word}: {name} ()"
        if name in bare or word
        else name
        for name, word in cuts
    )
    alone = len(found) == 1 and not plain
    return tuple(kept), "" if alone else f"Columns stand there in several versions: {best or 'plain'} ones were read."


def axes_by_letters(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of columns whose axes are only counted (`hip_pos_0`, `hip_pos_1`, `hip_pos_2`) with x, y and z behind them; others as they are."""
    if any(coordinate(name) is not None for name in names):
        return names
    for pair in _PAIRS:
        ends = tuple(name.lower().rpartition("_")[2] for name in names)
        if ends.count(pair[0]) == ends.count(pair[1]) >= _LEAST:
            return tuple(
                f"{name[: -len(end) - 1]}_{'xy'[pair.index(end)]}" if end in pair else name
                for name, end in zip(names, ends, strict=True)
            )
    groups: dict[str, dict[str, str]] = {}
    names = tuple(f"{name[:-3]}_{name[-2]}" if name[-3:-2] + name[-1:] == "[]" else name for name in names)
    for name in names:
        if (
            name[-1:] in ("0", "1", "2", "3")
            and (stem := _before(name[:-1]))
            and coordinate(stem) is None
            and _last_word(stem).lower() not in _WHO_WORDS
        ):
            groups.setdefault(stem, {})[name[-1]] = name
    counted = [axes for axes in groups.values() if "".join(sorted(axes)) in ("01", "012", "123")]
    if len(counted) < _LEAST or len({tuple(sorted(axes)) for axes in counted}) > 1:
        return names
    lettered = {
        axes[number]: f"{_before(axes[number][:-1])}_{axis}"
        for axes in counted
        for number, axis in zip(sorted(axes), "xyz", strict=False)
    }
    return tuple(lettered.get(name, name) for name in names)


def _version(name: str) -> tuple[str, str]:
    """(name of a coordinate or score, word behind it for how it was made) of `nose_x_filt`; the name and nothing for others."""
    word = _last_word(name.strip())
    rest = _without_end(name.strip()[: -len(word)]) if word.lower() in _VERSIONS else ""
    return (rest, word.lower()) if rest and coordinate(rest) is not None else (name, "")


def left_joints(names: Sequence[str]) -> frozenset[str]:
    """Joints whose names in a table's columns end with an l: `hip_l` of `hip_l_x`, `HipL` of `HipLX`."""
    parsed = (_joint_axis(name)[0] for name in names)
    stems = (_without_end(found[0]) for found in parsed if found is not None)
    return frozenset(stem for stem in stems if _last_word(stem) in ("l", "L"))


def _joint_axis(name: str) -> tuple[tuple[str, str] | None, str | None]:
    """((joint with all its words, axis) or None, unit) of a column's name."""
    name, unit = _unit_of(name.strip())
    for word in _WHOLE_WORDS:  # PyMO: Hips_Xposition
        stem = name[: -len(word)] if name.lower().endswith(word) else ""
        name = f"{stem[:-1]}{word}_{stem[-1]}" if stem[-1:] in ("X", "Y", "Z") and _before(stem[:-1]) else name
    if name[-3:-2] in ("(", "[") and name[-1:] in (")", "]"):  # Nose (X)
        name = f"{name[:-3]}_{name[-2]}"
    elif name[1:2] in ("(", "[") and name[-1:] in (")", "]") and name[2:-1].lower() not in UNITS:  # X(Nose)
        name = f"{name[0]}_{name[2:-1]}"
    return _last_axis(name) or _first_axis(name), unit


def numbered_copies(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of columns of which all come equally often, more than once, as those of people: `1:nose_x`, ..., `2:nose_x`; others as they are."""
    parsed = [coordinate(name) is not None for name in names]
    count = Counter(name for name, is_place in zip(names, parsed, strict=True) if is_place)
    if len(set(count.values())) != 1 or 1 in count.values():
        return names
    copies: Counter[str] = Counter()
    out = []
    for name in names:
        copies[name] += 1
        out.append(f"{copies[name]}:{name}" if name in count else name)
    return tuple(out)


def people_first(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of columns with the person's number behind the axis (`nose_x_1`, `nose_x_p2`, pandas' `nose_x.1`), or their name (`nose_x_A`), as `1:nose_x`; others as they are.

    With one number it says nothing and goes; with one joint it counts joints: `landmark_x_7` becomes `landmark_7_x`.
    """
    cuts = [_number_behind(name) for name in names]
    if not any(cuts):
        cuts = [_word_behind(name) for name in names]
    whole = [
        coordinate(name) is not None or (cut is None and scored_joint(name))
        for name, cut in zip(names, cuts, strict=True)
    ]
    columns: dict[str, list[str]] = {}
    for name, cut, is_whole in zip(names, cuts, whole, strict=True):
        if is_whole or cut is not None:
            rest, who = (name, "") if is_whole or cut is None else cut
            columns.setdefault(who, []).append(rest)
    alike = len({frozenset(rests) for rests in columns.values()}) == 1
    if not alike or set(columns) == {""} or any(len(set(rests)) < len(rests) for rests in columns.values()):
        return names
    joints = {found.joint for rest in next(iter(columns.values())) if (found := coordinate(rest))}
    if len(joints) == 1 and "" not in columns:
        return tuple(
            _numbered(*cut) if cut and not is_whole else name
            for name, cut, is_whole in zip(names, cuts, whole, strict=True)
        )
    if len(joints) < _LEAST or len(columns) > _MOST:
        return names
    alone = len(columns) == 1
    out = []
    for name, cut, is_whole in zip(names, cuts, whole, strict=True):
        if is_whole or cut is None:
            out.append(f"0:{name}" if is_whole else name)
        else:
            out.append(cut[0] if alone else f"{cut[1]}:{cut[0]}")
    return tuple(out)


def _numbered(rest: str, number: str) -> str:
    found = coordinate(rest)
    if found is None:
        return f"{scored_joint(rest)}_{number}_score"
    return f"{found.joint}_{number}_{found.axis}"


def _number_behind(name: str) -> tuple[str, str] | None:
    """(name of a coordinate or score, number behind it with its word) of `nose_x_1`, `nose_conf_p2`; None for other names."""
    name = name.strip()
    start = len(name)
    while start and len(name) - start < 3 and name[start - 1].isdecimal():
        start -= 1
    if start == len(name) or not start:
        return None
    rest = _without_end(name[:start])
    word = _last_word(rest)
    if word.lower() in _WHO_WORDS and len(word) < len(rest) and (stem := _without_end(rest[: -len(word)])):
        start, rest = len(rest) - len(word), stem
    if coordinate(rest) is None and scored_joint(rest) is None:
        return None
    return rest, name[start:].strip("_ ")


def _word_behind(name: str) -> tuple[str, str] | None:
    """(name of a coordinate, word behind it) of `nose_x_A`, `nose_x_Anna`; None for other names, and for words that are no names."""
    name = name.strip()
    word = _last_word(name)
    rest = _before(name[: -len(word)]) if word else None
    if (
        rest is None
        or not word.isalpha()
        or not word.istitle()
        or word.lower() in (*_NO_NAMES, *_VERSIONS, *_SCORE_WORDS, *UNITS)
    ):
        return None
    return (rest, word) if coordinate(name) is None and coordinate(rest) is not None else None


def scored_joint(name: str) -> str | None:
    """`nose` of `nose_visibility`, `nose.confidence`, `nose_c`; None for other names."""
    word = next((word for word in _SCORE_WORDS if name[-len(word) :].lower() == word), None)
    return None if word is None else _before(name[: -len(word)])


def is_unit(text: str) -> bool:
    """Whether a cell below a column's name is a unit: `mm`, `(s)`, `deg`."""
    return text.strip("()[] ").lower() in (*UNITS, *_TURNS, "s", "sec", "ms", "us", "ns", "#", "-")


def _unit_of(name: str) -> tuple[str, str | None]:
    """`Hip X (mm)` -> `Hip X` and millimetres; "other" for units of turns and speeds."""
    if name[-1:] in (")", "]"):
        stem, bracket, unit = name[:-1].rpartition("(" if name[-1] == ")" else "[")
    else:
        unit = _last_word(name)
        stem = name[: -len(unit)]
        bracket = stem if _without_end(stem)[-1:].lower() in ("x", "y", "z") else ""
    unit = unit.strip().lower()
    if not bracket or not _without_end(stem) or unit not in (*UNITS, *_TURNS):
        return name, None
    return _without_end(stem), UNITS.get(unit, "other")


def to_metres(names: Sequence[str], columns: Sequence[int]) -> list[float] | None:
    """Factors to metres of columns whose names say different units of length (`hip_x (mm)`, `hip_z (m)`); None where they say one, or none."""
    units = {column: parsed.unit for column in columns if (parsed := coordinate(names[column])) is not None}
    metres = {unit: METRES.get(unit or "") for unit in units.values()}
    if len(metres) < 2 or None in metres.values():
        return None
    return [metres[units[column]] or 1.0 if column in units else 1.0 for column in columns]


def _last_axis(name: str) -> tuple[str, str] | None:
    """(joint, axis) of `nose_x`, `HeadX`, `Hip_Tx`."""
    axis, rest = name[-1:].lower(), name[:-1]
    if axis not in ("x", "y", "z"):
        return None
    if joint := _before(rest):
        return joint, axis
    if name[-1:].isupper() and (rest[-1:].islower() or rest[-1:].isdigit()):  # HeadX
        return rest, axis
    if name.isupper() and rest[-1:].isalpha() and len(rest) > 2:  # NOSEX
        return rest, axis
    if name[-1:].islower() and len(rest) > 1 and rest[-2:].isupper() and rest.isalpha():  # LSHx
        return rest, axis
    if rest[:1].isalpha() and rest[-1:].isdecimal() and name[-1].islower():  # j1x
        return rest, axis
    if rest and not rest[-1].isascii():  # 頭X
        return rest, axis
    if rest[-1:].lower() in ("t", "r", "p") and _before(rest[:-1]):  # Hip_Tx, Hip_rx; Hip_px is a pixel or a position
        return rest, axis
    return None


def _first_axis(name: str) -> tuple[str, str] | None:
    """(joint, axis) of `x_nose`."""
    name = (
        name[len(word) :]
        if (word := next((w for w in ("position", "pos") if name[: len(w)].lower() == w), ""))
        else name
    )
    joint = _without_start(name[1:])
    return (joint, name[0].lower()) if name[:1].lower() in ("x", "y", "z") and 0 < len(joint) < len(name) - 1 else None


def _last_word(text: str) -> str:
    """The letters and digits behind the last separator or camel hump: `pos` of `Hip.pos`, `Color` of `HipColor`."""
    start = len(text)
    while start and text[start - 1] not in _BETWEEN and not text[start - 1].isspace():
        start -= 1
        if text[start].isupper() and text[start - 1 : start].islower():
            break
    return text[start:]


def _before(text: str) -> str | None:
    """The text before the separators at the end; None where there are none, or nothing is before them."""
    stem = _without_end(text)
    return stem if stem and len(stem) < len(text) else None


def _without_end(text: str) -> str:
    end = len(text)
    while end and (text[end - 1] in _BETWEEN or text[end - 1].isspace()):
        end -= 1
    return text[:end]


def _without_start(text: str) -> str:
    start = 0
    while start < len(text) and (text[start] in _BETWEEN or text[start].isspace()):
        start += 1
    return text[start:]
