"""Sound small files of every format, and ways to damage them: for the fuzz test and benchmarks/fuzz_readers.py."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from pathlib import Path

import numpy as np
from format_samples import samples

from skeletonllm_hf.model.layouts import get_layout

FRAMES = 6


def motion(layout: str, frames: int = FRAMES) -> np.ndarray:
    """(frames, joints, 3)"""
    return get_layout(layout).rest_joints + 0.05 * np.sin(np.arange(frames))[:, None, None]


def _rows(array: np.ndarray, separator: str = " ") -> bytes:
    return "\n".join(separator.join(f"{v:.5g}" for v in row) for row in array.reshape(len(array), -1)).encode()


def _ntu() -> bytes:
    lines = [str(FRAMES)]
    for joints in motion("kinect_v2"):
        lines += ["2"]
        for body in (72057594037930000, 72057594037930001):
            lines += [f"{body} 0 1 1 1 1 0 0.01 -0.2 2", "25"]
            lines += [" ".join(f"{v:.4g}" for v in (*xyz, 250, 190, 900, 500, 0.1, 0.2, 0.9, 0.3, 2)) for xyz in joints]
    return "\n".join(lines).encode()


_BVH = b"""HIERARCHY
ROOT Hips
{
 OFFSET 0 90 0
 CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
 JOINT Chest
 {
  OFFSET 0 20 1
  CHANNELS 3 Yrotation Zrotation Xrotation
  JOINT LeftArm
  {
   OFFSET 15 30 0
   CHANNELS 3 Xrotation Yrotation Zrotation
   End Site
   {
    OFFSET 25 0 0
   }
  }
 }
}
MOTION
Frames: 3
Frame Time: 0.0333333
1 90 0 1 2 3 4 5 6 7 8 9
2 90 0 1 2 3 4 5 6 7 8 10
3 90 0 1 2 3 4 5 6 7 8 11
"""
ASF = b""":version 1.10
:units
  length 0.45
  angle deg
:root
   order TX TY TZ RX RY RZ
   axis XYZ
   orientation 0 0 0
:bonedata
  begin
     name lfemur
     direction 0 -1 0
     length 7.5
     axis 0 0 20  XYZ
    dof rx ry rz
  end
  begin
     name ltibia
     direction 0 -1 0
     length 7.4
     axis 10 0 20  XYZ
    dof rx
  end
:hierarchy
  begin
    root lfemur
    lfemur ltibia
  end
"""
_AMC = b":FULLY-SPECIFIED\n:DEGREES\n" + b"".join(
    b"%d\nroot 0 17 0 0 10 0\nlfemur 5 10 -20\nltibia 30\n" % (f + 1) for f in range(4)
)  # fmt: skip


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def _npz(**arrays: object) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _c3d() -> bytes:
    labels = ["LSHO", "RSHO", "LELB", "RELB", "LWRA", "RWRA", "LASI", "RASI", "LKNE", "RKNE", "LANK", "RANK"]

    def parameter(name: bytes, kind: int, dims: list[int], data: bytes) -> bytes:
        body = struct.pack("<bB", kind, len(dims)) + bytes(dims) + data + b"\0"
        return struct.pack("bb", len(name), 1) + name + struct.pack("<h", len(body) + 2) + body

    section = struct.pack("bb", 5, -1) + b"POINT" + struct.pack("<h", 3) + b"\0"
    section += parameter(b"LABELS", -1, [4, len(labels)], "".join(labels).encode()) + parameter(
        b"UNITS", -1, [2], b"mm"
    )
    section += parameter(b"RATE", 4, [], struct.pack("<f", 100.0)) + b"\0\0"
    section = (struct.pack("4B", 1, 0x50, 1, 84) + section).ljust(512, b"\0")
    header = struct.pack("<BB5Hf2Hf", 2, 0x50, len(labels), 0, 1, FRAMES, 10, -1.0, 3, 0, 100.0)
    table = np.random.default_rng(0).uniform(-900, 900, (FRAMES, len(labels), 4)).astype("<f4")
    table[..., 3] = 0
    return header.ljust(512, b"\0") + section + table.tobytes()


def _pose() -> bytes:
    """A .pose file of version 0.1: one component of 33 points."""

    def text(value: str) -> bytes:
        return struct.pack("<H", len(value)) + value.encode()

    points = 33
    header = (
        struct.pack("<fHHHH", 0.1, 640, 480, 0, 1)
        + text("POSE_LANDMARKS")
        + text("XYZC")
        + struct.pack("<HHH", points, 1, 1)
    )
    header += b"".join(text(f"P{i}") for i in range(points)) + struct.pack("<HH", 0, 1) + struct.pack("<HHH", 1, 2, 3)
    data = np.random.default_rng(0).uniform(10, 400, (FRAMES, 1, points, 3)).astype("<f4")
    return header + struct.pack("<HHH", 25, FRAMES, 1) + data.tobytes() + np.ones((FRAMES, 1, points), "<f4").tobytes()


def _flat(layout: str) -> np.ndarray:
    """(frames, joints, 3): pixels and a score."""
    points = motion(layout) * [100, -100, 0] + [300, 300, 0.9]
    return points.round(2)


def corpus() -> dict[str, tuple[str, bytes]]:
    """name -> (file name, contents), at least one of every format that is a single file."""
    coco = [
        {"image_id": f"{f}.jpg", "keypoints": person.ravel().tolist(), "idx": 1}
        for f, person in enumerate(_flat("coco_17"))
    ]
    marks = [
        [{"x": x, "y": -y, "z": z, "visibility": 0.9} for x, y, z in frame.round(3).tolist()]
        for frame in motion("mediapipe_33")
    ]
    flat = _flat("coco_17")
    pyskl = {
        "frame_dir": "a",
        "label": 1,
        "total_frames": FRAMES,
        "keypoint": [flat[..., :2].tolist()],
        "keypoint_score": [flat[..., 2].tolist()],
    }
    annotations = {
        "images": [{"id": f} for f in range(FRAMES)],
        "annotations": [
            {"image_id": f, "keypoints": p.ravel().tolist(), "track_id": 1} for f, p in enumerate(flat[:, :4])
        ],
        "categories": [{"name": "cat", "keypoints": ["a", "b", "c", "d"], "skeleton": [[1, 2], [2, 3], [3, 4]]}],
    }
    mmpose = {
        "instance_info": [
            {"frame_id": f, "instances": [{"keypoints": p[:, :2].tolist(), "keypoint_scores": p[:, 2].tolist()}]}
            for f, p in enumerate(flat)
        ]
    }
    joints = get_layout("coco_17").joints
    wide = ",".join(["time", *(f"{j}_{a}" for j in joints for a in "xyz")]).encode() + b"\n"
    wide += _rows(np.concatenate([np.arange(FRAMES)[:, None] / 30, motion("coco_17").reshape(FRAMES, -1)], 1), ",")
    long = "frame,person,joint,x,y,z\n" + "\n".join(
        f"{f},{p},{j},{x:.4g},{y:.4g},{z:.4g}"
        for f in range(3) for p in "ab" for j, (x, y, z) in zip(joints, motion("coco_17")[f], strict=False)
    )  # fmt: skip
    sbu = np.concatenate([np.arange(FRAMES)[:, None], np.random.default_rng(0).uniform(0.2, 0.8, (FRAMES, 90))], 1)
    ut = np.concatenate([np.arange(FRAMES)[:, None] * 4 + 100, motion("kinect_v1").reshape(FRAMES, -1)], 1)
    openpose = {
        "version": 1.3,
        "people": [{"person_id": [-1], "pose_keypoints_2d": _flat("openpose_25")[0].ravel().tolist()}],
    }
    smpl = motion("smpl_22").astype(np.float32)
    own = {
        "format": "skeletonllm-1",
        "layout": "smpl_22",
        "fps": 30,
        "units": "metres",
        "up": "y",
        "joints": smpl[:, None].round(3).tolist(),
    }
    return {
        "ntu": ("S001C001P001R001A001.skeleton", _ntu()),
        "nw_ucla": (
            "a.json",
            json.dumps(
                {"file_name": "a01_s01_e00", "skeletons": motion("kinect_v1").round(3).tolist(), "label": 1}
            ).encode(),
        ),
        "pku_mmd": ("a.txt", _rows(np.concatenate([motion("kinect_v2"), motion("kinect_v2") + 1], 1))),
        "msr_action3d": (
            "a01_s01_e01_skeleton3D.txt",
            _rows(np.insert(motion("msr_action3d"), 3, 1, axis=2).reshape(-1, 4)),
        ),
        "utkinect": ("joints_s01_e01.txt", _rows(ut)),
        "sbu": ("skeleton_pos.txt", _rows(sbu, ",")),
        "bvh": ("a.bvh", _BVH),
        "asf_amc": ("a.amc", _AMC),
        "c3d": ("a.c3d", _c3d()),
        "humanml3d": ("a.npy", _npy(np.random.default_rng(0).normal(size=(FRAMES, 263)).astype(np.float32))),
        "amass": (
            "a.npz",
            _npz(poses=np.zeros((FRAMES, 156)), trans=np.zeros((FRAMES, 3)), joints=smpl, mocap_framerate=120.0),
        ),
        "openpose": ("a_keypoints.json", json.dumps(openpose).encode()),
        "coco_json": ("a.json", json.dumps(coco).encode()),
        "coco_annotations": ("a.json", json.dumps(annotations).encode()),
        "mmpose": ("a.json", json.dumps(mmpose).encode()),
        "mediapipe": (
            "a.json",
            json.dumps({"fps": 30, "frames": [{"pose_world_landmarks": frame} for frame in marks]}).encode(),
        ),
        "pyskl": ("a.json", json.dumps(pyskl).encode()),
        "pyskl_npz": ("a.npz", _npz(keypoint=flat[None, ..., :2], keypoint_score=flat[None, ..., 2])),
        "pose": ("a.pose", _pose()),
        "freemocap": ("a.npy", _npy(np.random.default_rng(0).normal(size=(FRAMES, 75, 3)).astype(np.float32))),
        "csv_wide": ("a.csv", wide),
        "csv_long": ("a.csv", long.encode()),
        "numpy": ("a.npy", _npy(motion("mediapipe_33").astype(np.float32))),
        "json": ("a.json", json.dumps(own).encode()),
        "npz": ("a.npz", _npz(joints=smpl[:, None], fps=30.0, layout="smpl_22", units="metres", up="y", label="x")),
        **samples(),
    }


def damage(data: bytes, rng: np.random.Generator) -> bytes:
    """A damaged copy: bits, bytes, numbers, words, lines or blocks changed, removed, repeated; cut; glued."""
    if rng.random() < 0.5:
        return other_numbers(data, rng)
    out = bytearray(data)
    for _ in range(int(rng.integers(1, 4))):
        if not out:
            break
        at = int(rng.integers(len(out)))
        kind = int(rng.integers(12))
        if kind == 0:
            out[at] ^= 1 << int(rng.integers(8))
        elif kind == 1:
            out[at] = int(rng.choice([0, 255, 127, 128, 10, 32, 45, 46]))
        elif kind == 2:
            del out[at:]
        elif kind == 3:
            size = int(rng.integers(1, 200))
            del out[at : at + size]
        elif kind == 4:
            size = int(rng.integers(1, 400))
            out[at:at] = out[at : at + size] * int(rng.integers(1, 20))
        elif kind == 5:  # a number replaced
            digits = [i for i in range(at, min(at + 80, len(out))) if 48 <= out[i] <= 57]
            if digits:
                out[digits[0] : digits[0] + 1] = NUMBERS[int(rng.integers(len(NUMBERS)))]
        elif kind == 6:
            out[at:at] = WORDS[int(rng.integers(len(WORDS)))]
        elif kind == 7:  # two lines exchanged or one removed
            lines = bytes(out).split(b"\n")
            i, j = int(rng.integers(len(lines))), int(rng.integers(len(lines)))
            lines[i], lines[j] = lines[j], lines[i]
            if rng.random() < 0.5:
                del lines[i]
            out = bytearray(b"\n".join(lines))
        elif kind == 8:
            out[at : at + 8] = rng.integers(0, 256, 8, dtype=np.uint8).tobytes()
        elif kind == 9:
            out[at : at + 4] = struct.pack("<I", int(rng.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 65535, 1 << 20])))
        elif kind == 10:
            out = (
                out.replace(b".", b",", int(rng.integers(1, 50))) if rng.random() < 0.5 else out.replace(b"\n", b"\r\n")
            )
        else:
            out[:0] = bytes(rng.integers(0, 256, int(rng.integers(1, 6)), dtype=np.uint8))
    return bytes(out)


def other_numbers(data: bytes, rng: np.random.Generator) -> bytes:
    """The same structure with other numbers in it: what gets past the parsers and meets the rules behind them."""
    out = bytearray(data)
    share = rng.choice([0.001, 0.05, 0.5])
    if b"\0" in data:  # binary: floats behind the header
        for at in range(192, len(out) - 4, 4):
            if rng.random() < share:
                out[at : at + 4] = struct.pack("<f", rng.choice(VALUES))
        return bytes(out)

    def other(match: re.Match) -> bytes:
        return (
            match.group()
            if rng.random() > share
            else NUMBERS[int(rng.integers(5))]
            if rng.random() < 0.2
            else b"%g" % rng.choice(VALUES)
        )

    return re.sub(rb"-?\d+\.\d+(e-?\d+)?", other, data)


def damage_inside_zip(data: bytes, rng: np.random.Generator) -> bytes:
    """An .npz whose arrays are damaged but whose zip is sound."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for member in source.infolist():
            content = source.read(member)
            out.writestr(member.filename, damage(content, rng) if rng.random() < 0.6 else content)
    return buffer.getvalue()


VALUES = (0.0, -0.0, 1.0, -1.0, 1e-30, 1e30, 3e38, -3e38, 0.5, 255.0, 1e6, -1e-6, 7.25)
NUMBERS = (
    b"NaN",
    b"-1",
    b"0",
    b"1e999",
    b"99999999999999999999",
    b"-0.0",
    b"1e-320",
    b"inf",
    b"2147483648",
    b"4294967295",
    b"null",
    b'"7"',
    b"1.#QNAN",
)
WORDS = (
    b"[",
    b"{",
    b"}",
    b"]",
    b'"',
    b",",
    b"\0",
    b"\xff\xfe",
    b"NaN",
    b"true",
    b"[" * 300,
    b"\n\n",
    b"-",
    b"e",
    b" ROOT a {",
    b"%s%n",
    b"../../x",
)


def write_case(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path
