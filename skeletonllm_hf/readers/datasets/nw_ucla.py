"""Northwestern-UCLA Multiview Action 3D (Wang et al. 2014) as JSON, the form in which skeleton code passes it on.

`{"file_name": "a01_s01_e00_v01", "skeletons": frames x 20 x 3, "label": 1}`; Kinect v1's joints in the SDK's
order, x to the sensor's left, Y up, Z depth. The published copies differ in scale, so the unit is guessed.
"""

from __future__ import annotations

import re

from ..objects.json_text import head_keys, number_list
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..source import SkeletonFile

JOINTS = 20
FPS = 30.0
# by the number in the file name (a07 and a10 do not exist)
ACTIONS = {
    1: "pick up with one hand", 2: "pick up with two hands", 3: "drop trash", 4: "walk around", 5: "sit down", 6: "stand up",
    8: "donning", 9: "doffing", 11: "throw", 12: "carry",
}  # fmt: skip
_NAME = re.compile(r"a(\d\d)_s\d\d_e\d\d(_v\d\d)?")


def _detect(file: SkeletonFile) -> float:
    keys = head_keys(file)
    return 0.9 if "skeletons" in keys and keys & {"file_name", "label"} else 0.5 if keys == {"skeletons"} else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    content = file.json()
    frames = number_list(file, content, "skeletons", (None, JOINTS, 3))
    check_size(file, len(frames), 1, JOINTS)
    name = content.get("file_name")
    found = _NAME.search(name) if isinstance(name, str) else _NAME.search(file.name)
    label = ACTIONS.get(int(found.group(1))) if found else None
    return RawClip(frames[:, None], "kinect_v1", fps=FPS, up="y", view="z", zero_is_missing=True, label=label)


READER = Reader(
    "nw_ucla", "Northwestern-UCLA JSON",
    'JSON with the keys "skeletons" (frames x 20 x 3), "file_name", "label"',
    _detect, _read, (".json",),
)  # fmt: skip
