"""Files of several cameras that see one scene: `clip=` names the view that is read; without it they are refused.

The same person in two pictures is no second person, and two pictures are no two frames.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from .objects.json_text import label_of
from .reader import ReadOptions, first_names, pick_clip
from .source import SkeletonFile, natural
from .tables.delimited import csv_rows
from .tables.index_columns import column_of

VIEW = (
    "camera", "camera_id", "cameraid", "camera_name", "camera_index", "camera_idx", "camera_no", "camera_number", "cam", "cam_id", "camid", "cam_name",
    "cam_idx", "cam_index", "view", "view_id", "viewid", "view_name", "view_idx", "view_index", "viewpoint", "sensor", "sensor_id", "sensor_name",
    "kinect", "kinect_id", "device_id", "device_index", "device_idx", "kamera",
)  # fmt: skip
_VIEW = re.compile(
    r"(camera|cam|view|kinect|sensor|kamera)[ _-]?(\d{1,3}|[a-z]|left|right|front|back|side)", re.IGNORECASE
)
_CLIPS = (
    "video_id", "vid_id", "video", "video_name", "seq_id", "sequence", "sequence_id", "seq_name", "clip_id", "clip",
)  # fmt: skip
_LISTS_OF_CLIPS = ("takes", "clips", "animations", "motions", "trials", "sequences", "recordings", "sessions", "videos")
_FORMS = re.compile(
    "pose|land_?mark|world|image|joint|point|kpt|kps|frame|raw|filter|smooth|[23]d|local|global|pos|rot|hand|face|left|right|pred|gt|truth|target",
    re.IGNORECASE,
)
_PARTS_OF = ("type", "part", "group", "kind", "source", "landmark_type", "region", "set", "model", "category")
BODY_PARTS = ("pose", "body", "person", "skeleton", "pose_world", "poselandmarks", "pose_landmarks", "body_pose")
OTHER_PARTS = re.compile("hand|face|finger|iris|lips", re.IGNORECASE)
_HINT = re.compile(rb"cam|kam|view|sensor|kinect|device", re.IGNORECASE)
_DEEP = 6  # objects and lists round the people of a view
_MOST = 100  # views
_FEW = 12  # parts by number that may be people or joints; more are frames
_Bodies = TypeVar("_Bodies")


def is_view(name: str) -> bool:
    """Whether a name counts cameras: `cam1`, `view_2`, `kinect-left`."""
    return _VIEW.fullmatch(name[:64].strip()) is not None


def chosen_view(file: SkeletonFile, views: Sequence[str], options: ReadOptions) -> str:
    """The view that `clip=` names: by its name, which may be a number, or else its place from 0.

    Raises:
        SkeletonFileError: none is named, or another one.
    """
    if options.clip is None:
        found = f"{len(views)} views of it: {first_names(views)}. They are no more people or frames"
        raise file.error(f"one view of a scene: name it, such as clip={views[0]!r}", found)
    choice = str(options.clip) if str(options.clip) in views else options.clip
    return views[pick_clip(file, choice, len(views), views, what="views")]


def one_view_of_rows(
    file: SkeletonFile, names: Sequence[str], delimiter: str, lines: int, options: ReadOptions
) -> tuple[SkeletonFile, ReadOptions]:
    """A table with the rows of one view, where a column tells views apart; other tables as they are.

    Args:
        names: of the columns. lines: of the header. options: of which `clip` names the view, and is used up by that.

    Raises:
        SkeletonFileError: several views, of which none is named.
    """
    column = column_of(names, VIEW)
    if column is None:
        return file, options
    rows = file.data.replace(b"\r\n", b"\n").split(b"\n")
    texts = [row.decode("utf-8", "replace") for row in rows[lines:]]
    cells = [_cell(file, text, delimiter, column) for text in texts]
    views = list(dict.fromkeys(cell for cell in cells if cell))
    if not 1 < len(views) <= _MOST:
        return file, options
    view = chosen_view(file, views, options)
    kept = [row for row, cell in zip(rows[lines:], cells, strict=True) if cell == view]
    return file.with_data(b"\n".join([*rows[:lines], *kept, b""])), replace(options, clip=None)


def body_rows_alone(
    file: SkeletonFile, names: Sequence[str], delimiter: str, lines: int
) -> tuple[SkeletonFile, tuple[str, ...]]:
    """A table with a row a point without the rows of hands and face, where a column says of what each point is, and a note; others as they are.

    Args:
        names: of the columns. lines: of the header.
    """
    column = column_of(names, _PARTS_OF)
    if column is None:
        return file, ()
    rows = file.data.replace(b"\r\n", b"\n").split(b"\n")
    cells = [_cell(file, row.decode("utf-8", "replace"), delimiter, column) for row in rows[lines:]]
    parts = list(dict.fromkeys(cell for cell in cells if cell))
    bodies = {part for part in parts if part.lower().rpartition(".")[2] in BODY_PARTS}  # FreeMoCap: mediapipe.body
    others = [part for part in parts if part not in bodies]
    if len(bodies) != 1 or not others or not all(OTHER_PARTS.search(part) for part in others):
        return file, ()
    kept = [row for row, cell in zip(rows[lines:], cells, strict=True) if cell in bodies]
    return file.with_data(b"\n".join([*rows[:lines], *kept, b""])), (
        f"Points of {', '.join(others[:6])} were left out: the body alone is read.",
    )


def _cell(file: SkeletonFile, text: str, delimiter: str, column: int) -> str:
    cells = next(csv_rows(file, delimiter, [text]), []) if '"' in text else text.split(delimiter, column + 1)
    return cells[column].strip()[:64] if column < len(cells) else ""


def part_of_images(
    file: SkeletonFile, images: Mapping[str, Mapping[str, Any]], options: ReadOptions
) -> tuple[set[str], tuple[str, ...]]:
    """The images of one view, or of one of several clips, and a note; of all of them where they are one clip's.

    Images say their camera or their video, or lie in folders in which the same names come again (`cam0/0001.jpg`, `cam1/0001.jpg`).

    Args:
        images: id -> what the file says of the image, its `file_name` among it.

    Raises:
        SkeletonFileError: several views, of which none is named; no clip of that name.
    """
    parts = {image: _named_part(about, VIEW) for image, about in images.items()}
    views = None not in parts.values() and len(set(parts.values())) > 1
    if not views:
        parts = {image: _named_part(about, _CLIPS) for image, about in images.items()}
    if None in parts.values() or len(set(parts.values())) < 2:
        cut = {
            image: str(about.get("file_name", image)).replace("\\", "/").rpartition("/")
            for image, about in images.items()
        }
        if len({last for _, _, last in cut.values()}) == len(cut):
            return set(images), ()
        parts = {image: folder for image, (folder, _, _) in cut.items()}
    notes: tuple[str, ...] = ()
    names = sorted({str(part) for part in parts.values()}, key=natural)
    if not 1 < len(names) <= _MOST:
        return set(images), ()
    short = _without_shared(names)
    if views or all(map(is_view, short)):
        chosen = names[short.index(chosen_view(file, short, options))]
    else:
        chosen = names[pick_clip(file, options.clip, len(names), short)]
        more = f"The file holds {len(names)} clips: {chosen} was read; clip=... picks another, by its number from 0 or its name."
        notes = (more,) if options.clip is None else ()
    return {image for image, part in parts.items() if str(part) == chosen}, notes


def _named_part(about: Mapping[str, Any], choices: Sequence[str]) -> str | None:
    """The camera or the video that an image says; None where it says none."""
    column = column_of(list(about), choices)
    value = None if column is None else list(about.values())[column]
    return f"{value:g}" if isinstance(value, float) else value[:256] if isinstance(value, str) and value else None


def _without_shared(folders: list[str]) -> list[str]:
    """Folders by the first of their parts in which they differ, where that is one of its own for each; else as they are."""
    cut = [folder.split("/") for folder in folders]
    for column in zip(*cut, strict=False):
        if len(set(column)) == len(folders):
            return list(column)
    return folders


def one_view_of_files(file: SkeletonFile, options: ReadOptions) -> SkeletonFile:
    """A folder with the files of one camera, where their names begin with several (`cam1_0001.json`, `cam2_0001.json`); others as they are.

    Raises:
        SkeletonFileError: several cameras, of which none is named.
    """
    if not file.is_folder:
        return file
    begins = {name: _before_number(name) for name in file.names if name.lower().endswith(".json")}
    views = list(dict.fromkeys(begins.values()))
    if not 1 < len(views) <= _MOST or not all(map(is_view, views)):
        return file
    view = chosen_view(file, views, options)
    return file.with_names(tuple(name for name, begin in begins.items() if begin == view))


def _before_number(name: str) -> str:
    """What a file's name begins with, before its last number."""
    start = len(name)
    while start and not name[start - 1].isdecimal():
        start -= 1
    return name[:start].rstrip("0123456789").rstrip("_.- ")


def one_view_of_bodies(
    file: SkeletonFile, bodies: Mapping[str, _Bodies], options: ReadOptions
) -> Mapping[str, _Bodies]:
    """Of bodies side by side that are called after cameras (`cam1_nose_x`, `cam2_nose_x`) the named one, nameless; others as they are."""
    if len(bodies) < 2 or not all(map(is_view, bodies)):
        return bodies
    return {"": bodies[chosen_view(file, list(bodies), options)]}


def one_view_of_json(
    file: SkeletonFile, content: Any, holds_people: Callable[[Any], bool], options: ReadOptions
) -> Any:
    """JSON with what one view shows, where it holds several of a scene; other JSON as it is.

    Views are objects that say their camera (`{"camera": "A", "people": [...]}`), or whose keys do (`{"cam0": [...], "cam1": [...]}`).

    Args:
        content: parsed JSON. holds_people: whether a part of it holds bodies; calibrations of cameras hold none.

    Raises:
        SkeletonFileError: several views, of which none is named.
    """
    if not _HINT.search(file.data):
        return content
    views: dict[str, Any] = {}
    _collect(content, views)
    if not 1 < len(views) <= _MOST or not all(map(holds_people, views.values())):
        return content
    return _only(content, chosen_view(file, list(views), options))


def one_clip_of_json(
    content: Any, holds_frames: Callable[[Any], bool], choose: Callable[[Sequence[str]], int]
) -> tuple[Any, str]:
    """JSON with one of the clips that an object lists (`{"takes": [...]}`, `{"clips": {"walk": [...]}}`), and the note to give; other JSON as it is.

    Lists of as many frames each under names are people's (`{"Anna": [...], "Ben": [...]}`). Objects that hold one object alone go.

    Args:
        holds_frames: whether a part of JSON is a clip. choose: the number of the clip to take, by their names.
    """
    while isinstance(content, dict) and len(content) == 1 and isinstance(inner := next(iter(content.values())), dict):
        content = inner
    if isinstance(content, list) and len(content) > 1 and all(map(_labelled_clip, content)):
        return _chosen({}, [], {str(row): part for row, part in enumerate(content)}, choose)
    if not isinstance(content, dict):
        return content, ""
    for key, value in content.items():
        if key.lower() in _LISTS_OF_CLIPS and isinstance(value, (dict, list)) and 1 < len(value) <= _MOST:
            parts = (
                value if isinstance(value, dict) else {_part_name(part, row): part for row, part in enumerate(value)}
            )
            if len(parts) == len(value) and all(map(holds_frames, parts.values())):
                return _chosen(content, [key], parts, choose)
    lists = {key: value for key, value in content.items() if _is_listed(value) and holds_frames(value)}
    if not 1 < len(lists) <= _MOST:
        return content, ""
    lists = dict(sorted(lists.items(), key=lambda pair: pair[0].lower() not in ("frames", "data")))
    if len({len(value) for value in lists.values()}) > 1:
        return _chosen(content, list(lists), lists, choose)
    if any(_FORMS.search(key[:64]) for key in lists):  # the same moments, in several forms
        return content, ""
    others = {key: value for key, value in content.items() if key not in lists}
    return others | {"people": [{"id": key, "frames": value} for key, value in lists.items()]}, ""


def _is_listed(value: Any) -> bool:
    """Whether a part of JSON is a list, or an object of many things by their numbers or times."""
    if isinstance(value, dict):
        return len(value) > _FEW and all(any(map(str.isdecimal, key)) for key in value)
    return isinstance(value, list)


def _labelled_clip(part: Any) -> bool:
    """Whether an object holds all frames of a clip, (frames, joints, coordinates), and says what it shows."""
    if not isinstance(part, dict) or label_of(part) is None:
        return False
    listed = (value for value in part.values() if isinstance(value, list) and len(value) > 1)
    return any(isinstance(one[0], list) and one[0] and isinstance(one[0][0], list) for one in listed)


def _part_name(part: Any, row: int) -> str:
    name = part.get("name") if isinstance(part, dict) else None
    return name[:60] if isinstance(name, str) and name else str(row)


def _chosen(
    content: dict[str, Any], keys: Sequence[str], parts: Mapping[str, Any], choose: Callable[[Sequence[str]], int]
) -> tuple[dict[str, Any], str]:
    """The object with one of its clips in place of those under these keys, and the note."""
    name = list(parts)[choose(list(parts))]
    others = {key: value for key, value in content.items() if key not in keys}
    part = parts[name]
    note = f"The file holds {len(parts)} clips: {name:.60} was read; clip=... picks another, by its number from 0 or its name."
    if _labelled_clip(part):
        return others | part, note
    return others | ({"frames": part} if isinstance(part, list) else {keys[0]: [part]}), note


def _collect(node: Any, views: dict[str, Any], depth: int = 0) -> None:
    """Adds name -> the first part that shows it, of every view in a part of JSON."""
    if depth > _DEEP or len(views) > _MOST:
        return
    if isinstance(node, list):
        for child in node:
            if isinstance(child, (dict, list)):
                _collect(child, views, depth + 1)
    elif isinstance(node, dict):
        own = _own_view(node)
        parts = _by_view(node)
        if own is not None:
            views.setdefault(own, node)
        elif parts:
            for name, part in parts.items():
                views.setdefault(name, part)
        else:
            for child in node.values():
                if isinstance(child, (dict, list)):
                    _collect(child, views, depth + 1)


def _own_view(node: dict[str, Any]) -> str | None:
    """The camera that an object names beside lists or objects; None where it names none."""
    column = column_of(list(node), VIEW)
    value = None if column is None else list(node.values())[column]
    nested = any(isinstance(inner, (dict, list)) and inner for inner in node.values())
    if not nested or isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return value.strip()[:64] if isinstance(value, str) else f"{value:g}"


def _by_view(node: dict[str, Any]) -> dict[str, Any]:
    """The parts of an object whose keys all count cameras; none for other objects."""
    parts = {key: value for key, value in node.items() if isinstance(value, (dict, list)) and value}
    first = next(iter(parts), "")
    shared = first[: 1 + max(first.rfind(mark) for mark in "_.- ")]  # keypoints_cam0, keypoints_cam1
    shared = shared if all(key.startswith(shared) for key in parts) else ""
    named = {key[len(shared) :]: value for key, value in parts.items()}
    return named if len(parts) > 1 and all(map(is_view, named)) else {}


def _only(node: Any, view: str, depth: int = 0) -> Any:
    """A part of JSON without what other views show."""
    if depth > _DEEP or not isinstance(node, (dict, list)):
        return node
    if isinstance(node, list):
        kept = (child for child in node if not isinstance(child, dict) or _own_view(child) in (None, view))
        return [_only(child, view, depth + 1) for child in kept]
    if parts := _by_view(node):
        return parts.get(view, [])
    if _own_view(node) is not None:
        return node
    return {key: _only(child, view, depth + 1) for key, child in node.items()}
