"""FreeMoCap's triangulated landmarks: `.npy` of (frames, points, 3), millimetres, Z up.

`mediapipe_body_3d_xyz.npy` has MediaPipe's 33 body points (read as any array of 33 joints is); the whole skeleton has
body, two hands of 21 and a face, of which the body is read.
"""

from __future__ import annotations

from ..arrays.arrays import floats, npy_shape, read_npy
from ..reader import RawClip, Reader, ReadOptions, check_size
from ..source import SkeletonFile

BODY = 33
_WHOLE = {BODY + 42, BODY + 42 + 468, BODY + 42 + 478}  # with hands; and with MediaPipe's older and newer face mesh


def _detect(file: SkeletonFile) -> float:
    shape = npy_shape(file)
    if shape is None or len(shape) != 3 or shape[2] != 3:
        return 0.0
    if shape[1] in _WHOLE:
        return 0.9
    return 0.7 if shape[1] == BODY and "3d_xyz" in file.stem.lower() else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    points = floats(file, read_npy(file))
    if points.ndim != 3 or points.shape[2] != 3 or points.shape[1] not in {BODY, *_WHOLE}:
        raise file.error(f"shape (frames, one of {sorted({BODY, *_WHOLE})}, 3)", str(points.shape))
    check_size(file, len(points), 1, BODY)
    notes = () if points.shape[1] == BODY else ("Hands and face were left out: the body's 33 points are read.",)
    return RawClip(points[:, None, :BODY], "mediapipe_33", units="millimetres", up="z", view="y", notes=notes)


READER = Reader(
    "freemocap", "FreeMoCap landmarks (.npy)",
    f"an .npy of shape (frames, {' or '.join(map(str, sorted(_WHOLE)))}, 3), or a *3d_xyz.npy with 33 points",
    _detect, _read, (".npy",),
)  # fmt: skip
