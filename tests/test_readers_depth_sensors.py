"""Depth sensors' SDKs whose axes are known by the names of their joints: left stays left, forward stays forward."""

import json

import numpy as np
import pytest
from format_samples import body

from skeletonllm_hf.model.layouts import SkeletonLayout
from skeletonllm_hf.readers import load_skeleton

_LIMBS = {"Shoulder": "shoulder", "Elbow": "elbow", "Wrist": "wrist", "Hip": "hip", "Knee": "knee"}
_SIDES = {f"{side}{name}": f"{side.lower()}_{point}" for side in ("Left", "Right") for name, point in _LIMBS.items()}
ASTRA = {"Head": "head", "Neck": "neck", "MidSpine": "spine_middle", "BaseSpine": "pelvis", **_SIDES, "LeftFoot": "left_ankle", "RightFoot": "right_ankle"}  # fmt: skip
NUITRACK = {"Head": "head", "Neck": "neck", "LeftCollar": "left_collar", "Torso": "spine_middle", "Waist": "pelvis", **_SIDES}  # fmt: skip


def standing(points):
    """(frames, joints, 3): X the body's left, Y up, Z forward; the right wrist is well in front of the elbow."""
    bones = tuple((row, row + 1) for row in range(len(points) - 1))
    joints = body(SkeletonLayout("own", tuple(points), bones, body=tuple(points.values())))
    joints[:, list(points).index("RightWrist"), 2] += 0.2
    return joints


def to_right(joints):
    """Millimetres before a sensor, x to its right: the body's left."""
    return 1000 * np.stack([joints[..., 0], joints[..., 1] - 1, 2.5 - joints[..., 2]], -1)


def frames_of(points, joints):
    entries = [[{"type": n, "status": 2, "worldPosition": dict(zip("xyz", map(float, p), strict=True))} for n, p in zip(points, frame, strict=True)] for frame in joints]  # fmt: skip
    return json.dumps([{"bodies": [{"id": 1, "joints": entry}]} for entry in entries])


def table(points, joints):
    head = ["frame", *(f"{name}_{axis}" for name in points for axis in "XYZ")]
    rows = [[str(number), *(f"{v:.3f}" for v in frame.ravel())] for number, frame in enumerate(joints)]
    return "\n".join(",".join(row) for row in [head, *rows]) + "\n"


def long(points, joints):
    rows = [f"{f},{n.replace('Left', 'LEFT_').replace('Right', 'RIGHT_').lower()},{','.join(f'{v:.3f}' for v in p)}" for f, frame in enumerate(joints) for n, p in zip(points, frame, strict=True)]  # fmt: skip
    return "\n".join(["frame,joint,x,y,z", *rows]) + "\n"


def test_nuitracks_names_in_the_axes_of_a_room(tmp_path):
    joints = standing(NUITRACK)  # right-handed, around the origin
    (tmp_path / "a.csv").write_text(table(NUITRACK, joints))
    clip = load_skeleton(tmp_path / "a.csv")
    places = clip.canonical().joints[:, 0, [clip.layout.body.index(point) for point in NUITRACK.values()]]
    along = [(a[..., :1, :] - a)[..., 0] for a in (places, joints)]
    depth = [(a[..., :1, :] - a)[..., 2] for a in (places, joints)]
    assert (
        np.sign(along[0] * along[1]).mean() * np.sign(depth[0] * depth[1]).mean() > 0
    )  # turned perhaps, never mirrored


@pytest.mark.parametrize("build", [frames_of, table, long])
@pytest.mark.parametrize("points", [ASTRA, NUITRACK], ids=["astra", "nuitrack"])
@pytest.mark.parametrize("mirrored", [False, True])
def test_left_and_forward(tmp_path, build, points, mirrored):
    if mirrored and points is NUITRACK:
        pytest.skip("Nuitrack's picture is not mirrored")
    joints = to_right(standing(points)) * [-1 if mirrored else 1, 1, 1]
    path = tmp_path / ("a.json" if build is frames_of else "a.csv")
    path.write_text(build(points, joints))
    clip = load_skeleton(path)
    assert (clip.units, clip.up) == ("millimetres", "y")
    places = clip.canonical().joints[:, 0, [clip.layout.body.index(point) for point in points.values()]]
    want = standing(points)
    along = [a[..., :1, :] - a for a in (places, want)]
    facing = np.sign(along[0][..., [0, 2]] * along[1][..., [0, 2]]).mean()
    assert np.allclose(
        along[0] * ([1, 1, 1] if facing > 0 else [-1, 1, -1]), along[1], atol=0.02
    )  # turned, never mirrored
