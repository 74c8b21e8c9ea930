"""Joints in JSON outside of its frames: lists of joint names, all frames as one array, lists and matrices of positions; and joint names of
formats that only count them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ...model.joint_names import body_points
from ...model.layouts import layouts_with
from ..rules.numbered_layouts import PANOPTIC_15, PANOPTIC_19, ZED_34, ZED_38
from ..tables.tracking_states import state_score
from .json_moments import Person, without_moments
from .json_text import of_matrix

LEAST = 5  # joints of a body
SCORE_KEYS = (
    "confidence", "score", "visibility", "conf", "probability", "likelihood", "inframelikelihood", "vis", "prob", "certainty", "c", "v",
)  # fmt: skip
_SCORE_LISTS = {
    f"{of}{word}{end}"
    for of in ("", "keypoint_", "keypoints_", "joint_", "joints_", "kpt_")
    for word in SCORE_KEYS
    for end in ("", "s")
}
_STATE_KEYS = (
    "trackingstate", "tracking_state", "confidence_level", "confidencelevel", "tracked", "is_tracked", "istracked", "visible",
)  # fmt: skip
_LEAST_ROW = 34  # numbers of all joints in a row: 17 in a picture
_MOST = 300  # joints
_LEVELS = 3  # the highest of Kinect's states is 2, of Azure Kinect's levels 3
TEXTS = re.compile(r'"([^"\\]{1,40})"\s{0,9}[,}]')  # values that are texts
_SIDES = ("left", "right", "l", "r")
_DEEP = 3  # objects round a list of names
_NAME = (
    "name", "joint", "jointtype", "joint_type", "part", "label", "type", "bodypart", "body_part", "keypoint", "bone", "landmark",
    "index", "id",
)  # fmt: skip
_GROUPS = ("group_id", "person_id", "track_id", "instance_id")  # of points: whose they are
_NAME_LISTS = re.compile(
    r"((joint|key_?point|landmark|marker|bone|point|body_?part|kpt|node)s?_?)?(names?|labels|list|order)?",
    re.IGNORECASE,
)
BEFORE_AXES = ("camera", "", "pos_", "position_", "pos", "p", "t")  # keys of coordinates: `x`, `cameraX`, `pos_x`, `px`
_WRAPPERS = (
    "position", "pos", "location", "translation", "coordinates", "coordinate", "world", "global", "absolute", "real", "point", "cameraspace", "camera_space",
    "joint_position", "global_position", "place", "transform", "matrix", "pose", "p", "t", "xyz", "coords",
)  # fmt: skip
_ENDINGS = _WRAPPERS[:-4]  # short ones stand alone
ELSEWHERE = re.compile(
    "depth|colou?r|image|pixel|screen|proj|2d|local|offset|rest"
)  # in a picture, or from the joint above
_POSITION_KEYS = re.compile(r"joint|key_?point|landmark|kpt|pos|skeleton|coord|xyz|marker", re.IGNORECASE)

# names of joints that files only count: (a key that is there, how many) -> names
COUNTED: dict[tuple[str, int], tuple[str, ...]] = {
    ("joints15", 15): PANOPTIC_15, ("joints19", 19): PANOPTIC_19, ("body_list", 34): ZED_34, ("body_list", 38): ZED_38,
}  # fmt: skip


def inner_place(lower: dict[str, Any]) -> object:
    """The place that an object holds: under a usual key, or one that ends so (`worldPosition`), of several that of the world."""
    if isinstance(lower.get("head"), (dict, list)) and "tail" in lower:
        return lower["head"]  # Blender's bones
    if isinstance(lower.get("points"), list) and len(lower["points"]) == 1:
        return lower["points"][0]  # LabelMe's shapes of one point
    held = {key.removesuffix("3d").rstrip("_"): key for key, value in lower.items() if isinstance(value, (dict, list))}
    fitting = [key for key in _WRAPPERS if key in held]
    fitting = fitting or [key for key in held if key.endswith(_ENDINGS) and not ELSEWHERE.search(key[:64])]
    return lower[held[min(fitting, key=lambda key: "world" not in key and "global" not in key)]] if fitting else None


def joint_name(value: object) -> str | None:
    """The name or number of the joint that an object says to be; None where it says none."""
    if not isinstance(value, dict):
        return None
    lower = {key.lower(): inner for key, inner in value.items()}
    keys = [*_NAME, *(key for key in lower if key.endswith("name"))]
    name = next((lower[key] for key in keys if isinstance(lower.get(key), (str, float))), None)
    if isinstance(name, float):
        return str(int(name)) if abs(name) < 1e6 else None
    return name and name[:64]


def joint_names(points: list[Any]) -> list[str | None]:
    """The name of each of several points: under a usual key, or the one that says another joint of a body in each."""
    names = [joint_name(point) for point in points]
    keys = (
        [key for key, text in points[0].items() if isinstance(text, str)]
        if points
        and isinstance(points[0], dict)
        and (None in names or all(name and name.isdecimal() for name in names))
        else []
    )
    for key in keys:
        texts = [point.get(key) for point in points if isinstance(point, dict)]
        if len(set(texts)) == len(points) and sum(map(bool, body_points([str(text) for text in texts]))) >= LEAST:
            return [str(text)[:64] for text in texts]
    return names


def points_of_people(points: list[Any]) -> dict[str, list[Any]]:
    """Who -> their points, where each point says its name and whose it is (LabelMe's `group_id`); one entry for others."""
    one = {"": points}
    if len(points) < 2 * LEAST or not all(
        isinstance(point, dict) and not point.keys().isdisjoint(_GROUPS) for point in points
    ):
        return one
    groups: dict[str, list[Any]] = {}
    for point in points:
        who = next((point[key] for key in _GROUPS if isinstance(point.get(key), (str, float))), None)
        groups.setdefault(str(who), []).append(point)
    names = [[joint_name(point) for point in own] for own in groups.values()]
    apart = all(len(own) >= LEAST and len(set(own)) == len(own) for own in names)
    return (
        groups if "None" not in groups and apart and len({name for own in names for name in own}) < len(points) else one
    )


def joined_groups(node: dict[str, Any]) -> dict[str, Any] | None:
    """The joints of an object that holds them in groups (`{"arms": {...}, "legs": {...}}`, `{"left": {"knee": ...}}`); None for others, as people."""
    groups = {key: one for key, one in node.items() if isinstance(one, dict) and len(one) > 1}
    if len(groups) < 2:
        return None
    groups = {key: one for key, one in groups.items() if all(place_of(place, set()) for place in one.values())}
    pairs = [
        (f"{key}_{name}" if key.lower() in _SIDES else name, place)
        for key, one in groups.items()
        for name, place in one.items()
    ]
    joints = dict(pairs)
    if any(
        key.lower() in _SIDES and (point or "").startswith(("left_", "right_"))
        for key, one in groups.items()
        for point in body_points(list(one))
    ):
        return None  # a whole body on each side
    named = sum(point is not None for point in body_points(list(joints)))
    if len(groups) < 2 or len(joints) < len(pairs) or named < LEAST:
        return None
    return {key: one for key, one in node.items() if place_of(one, set())} | joints


def names_beside(content: object, count: int, depth: int = 0) -> tuple[str, ...] | None:
    """`count` names of joints that stand in one list, under a key such as `joint_names`; None where there is none."""
    if not isinstance(content, dict) or depth > _DEEP:
        return None
    for key, value in content.items():
        named = isinstance(value, list) and len(value) == count and _NAME_LISTS.fullmatch(key[:64])
        if named and all(isinstance(name, str) and name for name in value) and len(set(value)) == count:
            return tuple(name[:256] for name in value)
    # of frames the first
    inner = (value[0] if isinstance(value, list) and value else value for value in content.values())
    nested = (names_beside(value, count, depth + 1) for value in inner if isinstance(value, dict))
    return next((names for names in nested if names is not None), None)


def array_in(content: dict[str, Any]) -> tuple[np.ndarray, str] | None:
    """(array, key) of the nested list of three axes or more that an object, or an object in it, holds: all frames in one.

    Of several, the one whose key speaks of places: `{"keypoints3d": [[[x, y, z], ...], ...], "rot6d": [...]}`; first those in space.
    """
    if (found := _array_of(content)) is not None or (found := _stacked(content)) is not None:
        return found
    inner = (_array_of(value) for value in content.values() if isinstance(value, dict))
    several = [found for _, found in zip(range(2), (found for found in inner if found is not None), strict=False)]
    return several[0] if len(several) == 1 else None  # of several objects each is a frame, or a person


def rows_in(content: object) -> np.ndarray | None:
    """The array that JSON is as a whole: rows of all joints' numbers, or four axes or more, or a last one that is not the coordinates; None for others."""
    if isinstance(content, list) and content and isinstance(content[0], list):  # behind a label, a picture's name
        words = max((at + 1 for at, one in enumerate(content[0]) if isinstance(one, str)), default=0)
        content = [row[words:] if isinstance(row, list) else row for row in content] if words else content
    array = _array(content, 2)
    if array is None or (array.ndim == 2 and array.shape[1] < _LEAST_ROW):
        return None
    return array if array.ndim != 3 or array.shape[-1] not in (2, 3, 4) else None


def _stacked(node: dict[str, Any]) -> tuple[np.ndarray, str] | None:
    """(array, key) of an object with a list for every axis, frame by frame: `{"x": [[...], ...], "y": [[...], ...], "confidence": ...}`."""
    lower = {
        key.lower(): value
        for key, value in node.items()
        if isinstance(value, list) and value and isinstance(value[0], list)
    }
    if not {"x", "y"} <= set(lower):
        return None
    keys = [*(axis for axis in "xyz" if axis in lower), *[key for key in SCORE_KEYS if key in lower][:1]]
    try:
        axes = [np.array(lower[key], np.float32) for key in keys]
    except (ValueError, TypeError):
        return None
    fits = axes[0].ndim == 2 and len({axis.shape for axis in axes}) == 1 and axes[0].shape[1] >= LEAST
    return (np.stack(axes, -1), "x, y") if fits else None


def _array_of(node: dict[str, Any]) -> tuple[np.ndarray, str] | None:
    arrays = {key: array for key, value in node.items() if (array := _array(value)) is not None}
    if not arrays:  # rows of all joints' numbers
        flat = {
            key: value for key, value in node.items() if _POSITION_KEYS.search(key[:64]) and isinstance(value, list)
        }
        arrays = {
            key: array
            for key, value in flat.items()
            if (array := _array(value, 2)) is not None and array.shape[1] >= _LEAST_ROW
        }
    keys = list(arrays) if len(arrays) == 1 else [key for key in arrays if _POSITION_KEYS.search(key[:64])]
    key = min(keys, key=lambda key: "3d" not in key.lower(), default=None)
    return None if key is None else (arrays[key], key)


def _array(value: object, least: int = 3) -> np.ndarray | None:
    inner = value
    for _ in range(least):
        if not isinstance(inner, list) or not inner:
            return None
        inner = inner[0]
    try:
        array = np.array(value, np.float32)
    except (ValueError, TypeError):
        return None
    return array if array.ndim >= least and len(array) > 1 else None


def places_of(value: object) -> list[object]:
    """A joint's places in all frames: a list of them, an object that holds one, or an object with a list for every axis."""
    if not isinstance(value, dict):
        return value if isinstance(value, list) else []
    lower = {key.lower(): one for key, one in value.items()}
    inner = inner_place(lower)
    inner = lower.get("trajectory", inner)
    if isinstance(inner, list) and inner and isinstance(inner[0], (list, dict)):
        return inner
    axes = [lower[axis] for axis in "xyz" if isinstance(lower.get(axis), list)]
    return [list(place) for place in zip(*axes, strict=True)] if len(axes) > 1 and len(set(map(len, axes))) == 1 else []


def place_of(value: object, keys: set[str]) -> list[float] | None:
    """Coordinates, and a score where there is one; None for what is no place. `keys`: gets names of keys that tell the format."""
    if isinstance(value, list):
        if len(value) in (4, 16) and (place := of_matrix(value)):
            return place
        fits = 2 <= len(value) <= 4 and all(isinstance(v, float) or v is None for v in value)
        return number_list(value) if fits else None
    if not isinstance(value, dict):
        return None
    lower = {key.lower(): inner for key, inner in value.items()}
    if (place := _coordinates(lower, BEFORE_AXES[:2], keys)) is not None:
        return place
    inner = inner_place(lower)
    if inner is None:
        return _coordinates(lower, BEFORE_AXES[2:], keys)
    keys |= {key for key in ("jointtype", "joint_type", "trackingstate") if key in lower}
    place = place_of(inner, keys)
    if place is None or (isinstance(inner, dict) and any(key.lower() in SCORE_KEYS for key in inner)) or len(place) > 3:
        return place
    return scored(place, score_of(lower))


def _coordinates(lower: dict[str, Any], before: tuple[str, ...], keys: set[str]) -> list[float] | None:
    """The coordinates that an object has under keys of their own, and its score."""
    for first in before:
        if isinstance(lower.get(f"{first}x"), float) and isinstance(lower.get(f"{first}y"), float):
            keys |= {"camerax"} if first == "camera" else set()
            if isinstance(lower.get("w"), float) and abs(sum(lower.get(key, 0.0) ** 2 for key in "xyzw") - 1) < 0.03:
                return None  # a turn
            place = [lower[f"{first}{axis}"] for axis in "xyz" if isinstance(lower.get(f"{first}{axis}"), float)]
            return scored(place, score_of(lower))
    return None


def score_of(lower: dict[str, Any]) -> float | None:
    """How sure an object with a place is of it, by its score or by a sensor's state; None where it does not say."""
    score = next((lower[key] for key in SCORE_KEYS if isinstance(lower.get(key), float)), None)
    if score is not None:
        return score
    states = (state_score(lower[key], _LEVELS) for key in _STATE_KEYS if key in lower)
    return next((state for state in states if state is not None), None)


def scores_beside(node: dict[str, Any], shape: tuple[int, ...]) -> np.ndarray | None:
    """Scores that stand in a list of their own, one for every joint (`"keypoint_scores": [...]`); None without one of that shape."""
    for key, value in node.items():
        if key.lower() in _SCORE_LISTS and isinstance(value, list):
            try:
                scores = np.array(value, np.float32)
            except (ValueError, TypeError):
                continue
            alone = tuple(size for size in shape if size > 1)
            if tuple(size for size in scores.shape if size > 1) == alone:
                return scores.reshape(shape)
    return None


def with_scores(node: object, people: list[Any]) -> list[Any]:
    """(identity, body) of each person with the scores that stand beside the places in lists, or by the joints' names."""
    if not isinstance(node, dict) or not people or len({len(body) for _, body in people}) > 1:
        return people
    bodies = [body for _, body in people]
    if all(len(place) > 3 or (len(place) == 3 and 0 <= place[2] <= 1) for body in bodies for place in body.values()):
        return people  # they have their scores; depths of some joints may lie there, too
    scores = scores_beside(node, (len(bodies), len(bodies[0])))
    named = next((v for k, v in node.items() if k.lower() in _SCORE_LISTS and isinstance(v, dict)), None)
    if scores is None and len(bodies) == 1 and named is not None and set(bodies[0]) <= set(named):
        values = [named[joint] for joint in bodies[0]]
        scores = np.array([values], np.float32) if all(isinstance(value, float) for value in values) else None
    if scores is None:
        return people
    return [
        (who, {joint: scored(place, float(score)) for (joint, place), score in zip(body.items(), own, strict=True)})
        for (who, body), own in zip(people, scores, strict=True)
    ]


def scored(place: list[float], score: float | None) -> list[float]:
    """x, y, z (nan where there is none) and the score; the place alone without one."""
    return place if score is None else [*place, *[np.nan] * (3 - len(place)), score]


def flat_places(value: object) -> list[list[float]] | None:
    """The places of one flat list (`[x, y, score, x, y, score, ...]`), where its length is that of one built-in layout."""
    if not isinstance(value, list) or len(value) < 2 * LEAST or not all(isinstance(v, float) for v in value):
        return None
    sizes = [size for size in (3, 2) if len(value) % size == 0 and layouts_with(len(value) // size)]
    return [value[at : at + sizes[0]] for at in range(0, len(value), sizes[0])] if len(sizes) == 1 else None


def number_list(values: list[Any]) -> list[float]:
    """The numbers, with NaN for null."""
    return [np.nan if value is None else value for value in values]


def listed_places(node: dict[str, Any]) -> dict[str, list[float]] | None:
    """The places of an object with a list for every axis: `{"x": [...], "y": [...], "score": [...]}`."""
    lower = {key.lower(): value for key, value in node.items() if isinstance(value, list) and len(value) >= LEAST}
    axes = [lower[axis] for axis in "xyz" if axis in lower]
    if (
        not {"x", "y"} <= set(lower)
        or len(set(map(len, axes))) > 1
        or not all(isinstance(v, float) or v is None for a in axes for v in a)
    ):
        return None
    scores = next(
        (lower[key] for key in (*SCORE_KEYS, "scores", "visible") if len(lower.get(key, ())) == len(axes[0])), None
    )
    rows = enumerate(zip(*axes, scores or [None] * len(axes[0]), strict=True))
    return {
        str(row): scored(number_list(place), score if isinstance(score, float) else None)
        for row, (*place, score) in rows
    }


def without_empty(values: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """Places of two coordinates, and their scores, where no third one is there; else everything as it is."""
    third = values[..., 2]
    if np.isfinite(third).any() and third[np.isfinite(third)].any():
        return values, None
    return values[..., :2], values[..., 3] if values.shape[-1] == 4 and np.isfinite(third).sum() == 0 else None


def but_hands(node: dict[str, Any]) -> list[tuple[str, object]]:
    """Keys and what an object holds beside points of hands and face and corners of boxes: those are no body. What is in a picture comes last."""
    kept = [
        (k, v)
        for k, v in node.items()
        if isinstance(v, (dict, list)) and not re.search("hand|face|finger|box", k[:64], re.IGNORECASE)
    ]
    return sorted(
        kept, key=lambda pair: (ELSEWHERE.search(pair[0][:64].lower()) is not None, "3d" not in pair[0].lower())
    )


def series_of(node: object) -> list[list[Person]] | None:
    """Frames of an object that holds a list of places for every joint, or of a list of objects that each name theirs."""
    if isinstance(node, list) and LEAST <= len(node) <= _MOST and all(isinstance(one, dict) for one in node[:LEAST]):
        node = {name: one for name, one in zip(joint_names(node), node, strict=True) if name is not None}
    if not isinstance(node, dict):
        return None
    lists = {key: series for key, value in node.items() if len(series := places_of(value)) > 1}
    if len(lists) < LEAST or len(set(map(len, lists.values()))) > 1:
        return None
    if sum(point is not None for point in body_points(list(lists))) < LEAST:
        return None
    found = {key: [place for value in values if (place := place_of(value, set()))] for key, values in lists.items()}
    if any(len(found[key]) < len(values) for key, values in lists.items()):
        return None
    places = without_moments(found)
    return [[(None, dict(zip(places, row, strict=True)))] for row in zip(*places.values(), strict=True)]
