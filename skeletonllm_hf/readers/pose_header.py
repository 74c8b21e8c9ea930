"""The header of a .pose file, walked before the pose-format package reads the file: it believes every count in there.

Little-endian: version float32, width, height, depth uint16, number of components uint16; per component two texts (name and
format; a text is its length as uint16, then that many bytes), numbers of points, limbs and colours (uint16 each), the points'
names, the limbs as two uint16, the colours as three. Behind it stands the body: frames of people of points.
"""

from __future__ import annotations

import math
import struct
from typing import Any

from .reader import check_size
from .source import SkeletonFile

MAX_COMPONENTS, MAX_POINTS, MAX_LINKS = 64, 4096, 20_000  # MediaPipe's holistic header has 5, 576 and some thousand
MAX_SLOW_BODIES = 20_000  # version 0.0 stores body by body, and each takes the package a tenth of a millisecond


class _Walk:
    def __init__(self, file: SkeletonFile, at: int):
        self.file, self.at = file, at

    def numbers(self, kind: str) -> tuple[Any, ...]:
        size = struct.calcsize("<" + kind)
        self.at += size
        if self.at > len(self.file.data):
            raise self.file.error("a complete header", "the end of the file: it may be truncated")
        return struct.unpack_from("<" + kind, self.file.data, self.at - size)

    def text(self) -> int:
        """Steps over a text and gives its length."""
        (length,) = self.numbers("H")
        self.at += length
        return length

    def most(self, what: str, count: int, most: int) -> int:
        if count > most:
            raise self.file.error(f"at most {most:,} {what}", f"{count:,}", position=f"byte {self.at}")
        return count


def check_header(file: SkeletonFile) -> None:
    """Raises SkeletonFileError: counts beyond what such files have, or more than the file can hold."""
    walk = _Walk(file, 0)
    version, _, _, _, components = walk.numbers("fHHHH")
    points, widths, links = 0, [], 0
    for _ in range(walk.most("components", components, MAX_COMPONENTS)):
        walk.text()
        width = walk.text()
        own, limbs, colours = walk.numbers("HHH")
        points = walk.most("points", points + own, MAX_POINTS)
        links = walk.most("limbs and colours", links + limbs + colours, MAX_LINKS)
        for _ in range(own):
            walk.text()
        walk.at += 4 * limbs + 6 * colours
        widths.append((own, width))
    if points == 0:
        raise file.error("points in its components", "none")
    dims = max(width for _, width in widths) - 1
    if not 2 <= dims <= 3:
        raise file.error("points of the format XYC or XYZC", f"{dims + 1} letters")
    if round(version, 3) == 0:
        _, frames = walk.numbers("HH")
        body = 2 + 4 * sum(own * width for own, width in widths)
        walk.most("bodies and frames in version 0.0", frames + (len(file.data) - walk.at) // body, MAX_SLOW_BODIES)
        check_size(file, frames, 1, points, dims + 1)
        return
    (people,) = walk.numbers("4xH" if round(version, 3) == 0.1 else "8xH")
    left = len(file.data) - walk.at
    frames = math.ceil(left / max(4 * people * points * (dims + 1), 1)) if left > 0 else 0
    check_size(file, frames, people, points, dims + 1)
