"""Descriptions of files of unknown formats, with advice: for the error that refuses them."""

from __future__ import annotations

import csv
import re

from .objects.json_text import head_keys
from .source import SkeletonFile
from .tables.column_names import coordinate
from .tables.delimited import head_lines
from .tables.table_header import is_number

_JSON_LIST = re.compile(rb"\{|\[\s{0,99}([\[{\"\d\]-]|$)")  # and no table of TOML or INI
_SHOWN = 8  # keys, columns or names in a message
_BLENDER = "in Blender, File > Import, then File > Export > Motion Capture (.bvh)"
_WEB_PAGE = ("a web page", "was the file's page downloaded in place of the file?")
_MESH = ("a mesh or a cloud of points", "give the joints of a skeleton")
_HTR = ("Motion Analysis bones (.htr)", "export markers (.trc) or BVH")
_MOT = ("OpenSim joint angles (.mot, .sto)", "give the marker trajectories (.trc) they were computed from")

# first characters of texts and bytes of other files, what they are, and what to do
_BEGINNINGS = (
    (b"; FBX", "an FBX file (text)", _BLENDER),
    (b"#usda", "a USD scene", _BLENDER),
    (b"PXR-USDC", "a USD scene", _BLENDER),
    (b"BLENDER", "a Blender file", "open it in Blender, then File > Export > Motion Capture (.bvh)"),
    (b"//Maya ASCII", "a Maya scene", "export FBX from Maya, then " + _BLENDER),
    (b"Vocaloid Motion Data", "an MMD motion (VMD)", "in Blender with mmd_tools, import model and motion, then export BVH"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself", "fetch it with `git lfs pull`"),
    (b"<!DOCTYPE html", *_WEB_PAGE),
    (b"<html", *_WEB_PAGE),
    (b"Fps:", "a Perception Neuron .calc export", "export BVH from Axis Neuron"),
    (b"XDF:", "a recording of the Lab Streaming Layer", "export its streams as CSV"),
    (b"TDSm", "a LabVIEW recording (TDMS)", "export it as CSV"),
    (b"FEA1", "a Feather table of the first version", "save it as CSV: pandas.read_feather(FILE).to_csv(OUT, index=False)"),
    (b"ply\n", *_MESH),
    (b"ply\r", *_MESH),
    (b"OFF\n", *_MESH),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "save the sheet as CSV"),
)  # fmt: skip
_INSIDE = (
    (b"<annotations", "CVAT's XML", "export the task as COCO Keypoints"),
    (b"keypointlabels", "Label Studio's JSON", "export the project as COCO"),
    (b"region_attributes", "points of the VGG Image Annotator", "export the project as COCO"),
    (b'"Timebase"', "Qualisys' JSON", "export TSV or C3D"),
    (b"LINK_MODEL_BASED", "a Visual3D export", "export the landmarks or joint centres as C3D or TRC"),
    (b"01-X-x", "a Perception Neuron .calc export", "export BVH from Axis Neuron"),
    (b"Segment\tTx", *_HTR),
    (b"FileType htr", *_HTR),
    (b"<COLLADA", "a COLLADA scene", _BLENDER),
    (b"nRows=", *_MOT),
    (b"endheader", *_MOT),
)
# keys of other annotation tools' JSON
_TOOLS = {"geometryType": "Supervisely", "dm_format_version": "Datumaro", "keypoint_schemes": "Hasty"}
# binary files known by their endings alone
_ENDINGS = {
    ".tak": ("an OptiTrack Motive take", "in Motive, File > Export Tracking Data: CSV, BVH or C3D"),
    ".trb": ("Motion Analysis binary trajectories", "export .trc or .c3d from Cortex"),
    ".mvn": ("an Xsens MVN recording", "in MVN Analyze, File > Export: MVNX, BVH or C3D"),
    ".x2d": ("Vicon camera data", "reconstruct and export C3D or CSV"),
    ".qtm": ("a Qualisys recording", "in QTM, File > Export: TSV or C3D"),
    ".rec": ("a Captury or Rokoko recording", "export BVH, CSV or C3D"),
    ".bip": ("a Biped motion of 3ds Max", "export FBX from it, then " + _BLENDER),
    ".b3d": ("AddBiomechanics data", "export the marker trajectories (.trc)"),
    ".slp": ("a SLEAP project", "export analysis HDF5"),
}


def annotation_tool(file: SkeletonFile) -> str | None:
    """What to do with another tool's annotations, which no reader takes; None for other files."""
    name = next((name for key, name in _TOOLS.items() if key in head_keys(file)), None)
    return name and f"{name}'s JSON: export the project as COCO Keypoints"


def looks_like(file: SkeletonFile) -> str:
    """One line: what the contents look like, and what to do about it where that is known."""
    if file.is_folder:
        return _folder(file)
    start = file.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for beginning, what, advice in _BEGINNINGS:
        if start[: len(beginning)].lower() == beginning.lower():
            return f"{what}: {advice}"
    for word, what, advice in _INSIDE:
        if word in start[:4096]:
            return f"{what}: {advice}"
    if not file.is_text:
        return ": ".join(_ENDINGS.get(file.suffix, ("binary contents",)))
    keys = head_keys(file)
    if keys or _JSON_LIST.match(start):
        return f"JSON with the keys {_some(sorted(keys))}" if keys else _without_keys(file)
    return _text(file)


def _without_keys(file: SkeletonFile) -> str:
    try:
        file.json()
    except ValueError:
        return "broken JSON"
    return "JSON without any keys"


def _folder(file: SkeletonFile) -> str:
    endings = sorted({name.rpartition(".")[2].lower() for name in file.names if "." in name})
    if not file.names and file.folders:
        return f"a folder of folders ({_some(list(file.folders))}): give one of them"
    if not file.names:
        return "a folder without files"
    several = f"{len(file.names)} files" if len(file.names) > 1 else "one file"
    return f"a folder of {several} ({_some(['.' + ending for ending in endings])}) that is no clip of one file a frame: give the files"


def _text(file: SkeletonFile) -> str:
    lines = [line for line in head_lines(file, 20) if line.strip()]
    if not lines:
        return "text in one long line"
    delimiter = max(",;\t", key=lines[0].count)
    if lines[0].count(delimiter) >= 2:
        try:
            cells = [cell.strip() for cell in next(csv.reader([lines[0][:20_000]], delimiter=delimiter))]
        except csv.Error:
            cells = []
        if cells and not all(is_number(cell) for cell in cells):
            turns = sum(parsed is not None and parsed.kind == "other" for parsed in map(coordinate, cells))
            what = "with the columns"
            if turns > len(cells) / 2:
                what = "of turns and speeds of joints, not their places: export positions; its columns are"
            return f"a table {what} {_some(cells)}"
    numbers = [len(line.replace(",", " ").replace(";", " ").split()) for line in lines[:4]]
    if all(is_number(word) for word in lines[0].replace(",", " ").replace(";", " ").split()):
        return f"rows of {' and '.join(dict.fromkeys(map(str, numbers)))} numbers without names: save them as .npy (frames, joints, 3) and give layout=..."
    return f"text that begins with {lines[0].strip()[:40]!r}"


def _some(names: list[str]) -> str:
    return ", ".join(name[:24] for name in names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
