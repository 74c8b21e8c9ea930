"""ROS transforms as a table (`rostopic echo -p /tf`: `%time,field.transforms0.header.stamp,...,field.transforms0.child_frame_id,...translation.x`) -> a table of joints by name.

A row holds the transforms of one message: all joints of a body, or one. `head_1` is the head of user 1.
"""

from __future__ import annotations

import csv
import io
import re

from ..source import SkeletonFile
from .delimited import csv_rows

_CHILD, _PARENT = ".child_frame_id", ".header.frame_id"
_PLACES = tuple(f".transform.translation.{axis}" for axis in "xyz")
_USER = re.compile(r"(.{1,100})[_:/](\d{1,3})$")
_MOST_CELLS = 1_500_000


def with_joints(file: SkeletonFile) -> SkeletonFile:
    """The file with a row a joint (frame, person, time, joint, x, y, z) where it is built like that; other files as they are.

    Raises:
        SkeletonFileError: places against several frames of reference, as those of a robot's links are, or too many.
    """
    return file.once(_with_joints)


def _with_joints(file: SkeletonFile) -> SkeletonFile:
    if not file.is_text or _CHILD.encode() not in file.head.partition(b"\n")[0]:
        return file
    rows = csv_rows(file)
    names = next(rows)
    columns = {name: at for at, name in enumerate(names)}
    stems = [name[: -len(_CHILD)] for name in names if name.endswith(_CHILD)]
    groups = [[columns.get(stem + end) for end in (_CHILD, _PARENT, *_PLACES)] for stem in stems]
    if any(at is None for group in groups for at in group):
        return file
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["frame", "person", "time", "joint", "x", "y", "z"])
    frame, count, clock = 0, 0, ""
    filled: set[tuple[str, str]] = set()  # who and which joint, of a frame
    parents: set[str] = set()
    for row in rows:
        for group in groups:
            cells = [row[at] if at is not None and at < len(row) else "" for at in group]
            if not cells[0]:
                continue
            found = _USER.match(cells[0])
            joint, who = (found[1], found[2]) if found else (cells[0], "1")
            if (who, joint) in filled:
                filled, frame = set(), frame + 1
            clock = clock if filled else row[0]
            filled.add((who, joint))
            parents.add(cells[1])
            count += 1
            writer.writerow([frame, who, clock, joint, *cells[2:]])
        if len(parents) > 1 or count > _MOST_CELLS:
            expected = f"places of at most {_MOST_CELLS:,} joints against one frame of reference"
            raise file.error(expected, f"{', '.join(sorted(parents)[:4])}" if len(parents) > 1 else f"{count:,}")
    return file.with_data(out.getvalue().encode())
