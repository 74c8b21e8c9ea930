"""COCO keypoint JSON and its relatives: AlphaPose results, COCO results, COCO annotations, MMPose predictions.

Results are a list of `{"image_id", "keypoints": [x, y, c, ...], ...}`; annotation files keep the list under
"annotations", beside "images" and "categories" (whose keypoint names and skeleton define other layouts); MMPose writes
`{"instance_info": [{"frame_id", "instances": [{"keypoints": [[x, y], ...], "keypoint_scores": [...]}]}]}`.
The number of points decides: COCO 17, Halpe 26 and 136, COCO-WholeBody 133.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...model.joint_names import body_points
from ...model.layouts import SkeletonLayout, get_layout
from ..objects.json_text import entry, head_keys, number_list
from ..reader import RawClip, Reader, ReadOptions, check_names
from ..rules.named_layouts import layout_errors, layout_from_names
from ..source import SkeletonFile, natural
from ..views import part_of_images
from .detections import MAX_DETECTIONS, Detections, frame_numbers

_LAYOUTS = {17: "coco_17", 26: "halpe_26", 133: "coco_wholebody_133", 136: "halpe_136"}


def _detect(file: SkeletonFile) -> float:
    keys = head_keys(file)
    if {"keypoints", "image_id"} <= keys or {"instance_info", "instances"} <= keys:
        return 0.9
    return 0.6 if {"images", "annotations"} <= keys or ({"images", "categories"} <= keys) else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    content = file.json()
    notes: tuple[str, ...] = ()
    if isinstance(content, dict) and "instance_info" in content:
        people = _mmpose_people(file, content)
        names: dict[str, int] = {}
        layout = _mmpose_layout(content, people)
    else:
        people, names, layout, notes = _coco_people(file, content, options)
    if not people:
        raise file.error("at least one person with keypoints", "none")
    found = Detections(file)
    frames = names or frame_numbers(list(dict.fromkeys(image for image, _, _ in people)))
    for row, (image, values, identity) in enumerate(people):
        if image not in frames:
            where = f"annotations[{row}].image_id"
            raise file.error("an image of the list of images", repr(image[:40]), position=where)
        found.add(frames[image], values, identity, f"person {row + 1}")
    return found.clip(max(frames.values()) + 1, layout or found.layout(_LAYOUTS, options), options, notes=notes)


People = list[tuple[str, np.ndarray, object]]  # image, (points, dims + 1), identity


def _coco_people(
    file: SkeletonFile, content: Any, options: ReadOptions
) -> tuple[People, dict[str, int], SkeletonLayout | None, tuple[str, ...]]:
    frames: dict[str, int] = {}
    layout = None
    annotated = isinstance(content, dict)
    if annotated:
        entries = entry(file, content, "annotations", list)
        images = entry(file, content, "images", list) if "images" in content else []
        known = {_image(file, image, "id", f"images[{row}]"): image for row, image in enumerate(images)}
        layout = _category_layout(file, content.get("categories"))
    else:
        entries = content if isinstance(content, list) else []
        known = {_image(file, entry, "image_id", f"[{row}]"): {} for row, entry in enumerate(entries)}
    used, notes = part_of_images(file, known, options)
    if annotated:
        named = all(isinstance(about.get("file_name"), str) for about in known.values())
        order = sorted(known, key=lambda image: natural(known[image]["file_name"][:512])) if named else list(known)
        if order != list(known):
            notes += ("Images were put in the order of their names.",)
        frames = {image: row for row, image in enumerate(image for image in order if image in used)}
    people: People = []
    if len(entries) > MAX_DETECTIONS:
        raise file.error(f"at most {MAX_DETECTIONS:,} people in all frames together", f"{len(entries):,}")
    for row, person in enumerate(entries):
        where = f"annotations[{row}]" if annotated else f"[{row}]"
        image = _image(file, person, "image_id", where)
        if image in known and image not in used:
            continue
        values = number_list(file, person, "keypoints", (None,), where)
        if len(values) % 3:
            raise file.error("keypoints of 3 numbers", f"{len(values)} numbers", position=f"{where}.keypoints")
        values = values.reshape(-1, 3)
        if annotated:  # the third number is a flag: 0 not labelled, 1 hidden, 2 visible
            values = np.concatenate([values[:, :2], (values[:, 2:] > 0).astype(np.float32)], axis=1)
        identity = next((person[key] for key in ("track_id", "idx") if person.get(key) is not None), None)
        people.append((image, values, identity))
    return people, frames, layout, notes


def _are_others(names: list[Any], layout: SkeletonLayout) -> bool:
    """Whether names mean other points of the body than the layout's (PoseTrack's 17 joints are not COCO's)."""
    points = body_points([str(name)[:256] for name in names])
    return sum(a is not None and b is not None and a != b for a, b in zip(points, layout.body, strict=True)) >= 2


def _category_layout(file: SkeletonFile, categories: object) -> SkeletonLayout | None:
    """The layout that an annotation file defines, unless it is a usual one."""
    known = categories if isinstance(categories, list) else []
    category = next((c for c in known if isinstance(c, dict) and "keypoints" in c), {})
    names, bones = category.get("keypoints"), category.get("skeleton") or []
    if not isinstance(names, list):
        return None
    if len(names) in _LAYOUTS and not _are_others(names, get_layout(_LAYOUTS[len(names)])):
        return None
    with layout_errors(file, "keypoints and skeleton", "categories"):
        check_names(file, (name for name in names if isinstance(name, str)))
        pairs = [[int(a) - 1, int(b) - 1] for a, b in bones]  # 1-based in COCO
        name = f"coco_{str(category.get('name', 'category'))[:64]}"
        if any(not 0 <= end < len(names) for pair in pairs for end in pair):  # CrowdPose keeps the bones of more joints
            return layout_from_names(name, tuple(map(str, names)))
        return SkeletonLayout.from_dict({"name": name, "joints": names, "bones": pairs})


def _mmpose_layout(content: dict[str, Any], people: People) -> SkeletonLayout | None:
    """Human3.6M's 17 joints where the file names that data set, or its people are in space; None: by the count."""
    about = content.get("meta_info")
    name = about.get("dataset_name") if isinstance(about, dict) else None
    in_space = bool(people) and people[0][1].shape == (17, 4)
    return get_layout("h36m_17") if in_space or (name == "h36m" and len(people[0][1]) == 17) else None


def _image(file: SkeletonFile, row: object, key: str, where: str, default: float | None = None) -> str:
    """An image's number or name."""
    value = row.get(key, default) if isinstance(row, dict) else None
    if isinstance(value, float) and np.isfinite(value):
        return str(int(value))
    if isinstance(value, str) and value:
        return value
    raise file.error("an image's number or name", repr(value)[:40], position=f"{where}.{key}")


def _mmpose_people(file: SkeletonFile, content: dict[str, Any]) -> People:
    people: People = []
    for row, frame in enumerate(entry(file, content, "instance_info", list)):
        where = f"instance_info[{row}]"
        image = _image(file, frame, "frame_id", where, float(row))
        for column, person in enumerate(entry(file, frame, "instances", list, where)):
            place = f"{where}.instances[{column}]"
            values = number_list(file, person, "keypoints", (None, None), place)
            if values.shape[1] not in (2, 3):
                raise file.error("points of 2 or 3 numbers", str(values.shape[1]), position=f"{place}.keypoints")
            scores = np.ones(len(values), np.float32)
            if "keypoint_scores" in person:
                scores = number_list(file, person, "keypoint_scores", (len(values),), place)
            people.append((image, np.concatenate([values, scores[:, None]], axis=1), person.get("track_id")))
    return people


READER = Reader(
    "coco_json", "COCO keypoint JSON: AlphaPose, COCO results and annotations, MMPose predictions",
    'JSON with "image_id" and "keypoints", or "instance_info" and "instances"',
    _detect, _read, (".json",),
)  # fmt: skip
