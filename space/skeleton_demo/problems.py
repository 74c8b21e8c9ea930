"""Messages of the readers in the words of the page, and the layouts that a file may have."""

from __future__ import annotations

import re

from skeletonllm_hf import layout_names

_FITS = re.compile(r"found (\d+) joints, which fit (?P<names>'[^:]*')")
_COUNT = re.compile(r"found (\d+) joints")
# what a reader found, as a pattern -> what that means
_MEANINGS = {
    "an empty file": "the file is empty.",
    "frames in which nobody is": "nobody is in it: every joint is missing, or zero.",
    "that can be decoded": "it cannot be opened: the file is damaged, or of a kind that is not known here.",
    "may be truncated": "the file is cut off. Save or copy it again.",
}
_FORMATS = "NTU, Kinect, BVH, AMC, C3D, OpenPose, COCO, MediaPipe, CSV, NumPy or JSON"


def for_visitors(message: str) -> str:
    """A reader's message without its grammar of formats and without names of Python arguments."""
    name = message.split(":", 1)[0]
    if "known formats" in message:
        return (
            f"{name}: this is no skeleton file that is known here. The page reads {_FORMATS}. Other joints: save them as NumPy, "
            "(frames, joints, 3), or as CSV with a column for each coordinate."
        )
    for found, meaning in _MEANINGS.items():
        if found in message:
            return f"{name}: {meaning}"
    if _FITS.search(message):
        names = " or ".join(likely_layouts(message))
        return f"{name}: the numbers fit more than one kind of skeleton. Which is it: {names}?"
    if "layout=" in message and (found := _COUNT.search(message)):
        return (
            f"{name}: {found.group(1)} joints a person, which is no skeleton that is known here. Save it as CSV whose columns name "
            "the joints (left_wrist_x, left_wrist_y, left_wrist_z, ...), then it can be read."
        )
    if "layout=" in message:
        return f"{name}: the rows of numbers fit no skeleton that is known here: they should hold two or three numbers a joint."
    if "pickle" in message:
        return f"{name}: a Python pickle. Pickles can run code when they are opened, so they are never read. Save it as .npz or JSON where you trust it."
    return message


def likely_layouts(message: str) -> list[str]:
    """Names of the layouts that a reader's message offers, at most three; [] for none."""
    found = _FITS.search(message)
    names = re.findall(r"'(\w+)'", found.group("names")) if found else []
    return [name for name in names if name in layout_names()][:3]
