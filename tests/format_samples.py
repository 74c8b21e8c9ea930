"""Small sound files of the formats that have no test file of their own: name of the format -> (file name, contents).

The body is `body(layout)`: a person of 1.7 m who stands, the right arm rising at the side; 6 frames.
"""

from __future__ import annotations

import base64
import io
import json
import struct
import zlib

import numpy as np

from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout
from skeletonllm_hf.readers.rules.numbered_layouts import numbered_layout

FRAMES = 6
MARKERS = [
    "LFHD",
    "RFHD",
    "C7",
    "CLAV",
    "LSHO",
    "LELB",
    "LWRA",
    "RSHO",
    "RELB",
    "RWRA",
    "LASI",
    "RASI",
    "LPSI",
    "RPSI",
    "LKNE",
    "LANK",
    "LTOE",
    "LHEE",
    "RKNE",
    "RANK",
    "RTOE",
    "RHEE",
]
_MARKER_PLACES = {
    "FHD": (0.05, 1.62, 0.09), "SHO": (0.18, 1.40, 0), "ELB": (0.2, 1.12, 0), "WRA": (0.2, 0.87, 0.04), "ASI": (0.09, 0.92, 0.08),
    "PSI": (0.05, 0.94, -0.1), "KNE": (0.1, 0.49, 0.01), "ANK": (0.1, 0.08, -0.01), "TOE": (0.1, 0.02, 0.17), "HEE": (0.1, 0.03, -0.06),
}  # fmt: skip


def body(layout: str | SkeletonLayout, frames: int = FRAMES) -> np.ndarray:
    """(frames, joints, 3) metres, X the body's left, Y up, Z forward."""
    layout = get_layout(layout)
    joints = np.repeat(layout.rest_joints[None].astype(np.float64), frames, 0)
    for joint, point in enumerate(layout.body):
        if point and point.endswith(("elbow", "wrist", "hand", "hand_tip", "thumb", "index_finger", "pinky")):
            side = 1.0 if point.startswith("left") else -1.0
            along = abs(joints[0, joint, 0]) - 0.18
            angle = np.radians(np.linspace(-80, 80, frames)) if side < 0 else np.full(frames, np.radians(-80))
            joints[:, joint, 0] = side * (0.18 + along * np.cos(angle))
            joints[:, joint, 1] += along * np.sin(angle)
    return joints


def markers(frames: int = FRAMES) -> np.ndarray:
    """(frames, MARKERS, 3), the same body with Plug-in Gait's markers, metres."""
    places = {"C7": (0, 1.47, -0.03), "CLAV": (0, 1.38, 0.06)}
    for name, (x, y, z) in _MARKER_PLACES.items():
        places["L" + name], places["R" + name] = (x, y, z), (-x, y, z)
    joints = np.repeat(np.array([places[name] for name in MARKERS])[None], frames, 0)
    for name, reach in (("RELB", 0.28), ("RWRA", 0.53)):
        angle = np.radians(np.linspace(-80, 80, frames))
        joints[:, MARKERS.index(name)] = np.stack(
            [-0.18 - reach * np.cos(angle), 1.4 + reach * np.sin(angle), 0 * angle], 1
        )
    return joints


def up_z(joints: np.ndarray) -> np.ndarray:
    """The same with Z up, X forward, Y to the body's left."""
    return joints[..., [2, 0, 1]]


def rows(table: np.ndarray, separator: str, first: list[str] | None = None, form: str = "%.3f") -> str:
    """Lines of numbers, each after its own first cells."""
    lines = []
    for number, values in enumerate(table.reshape(len(table), -1)):
        cells = ["" if np.isnan(v) else form % v for v in values]
        lines.append(separator.join(([first[number]] if first else []) + cells))
    return "\n".join(lines) + "\n"


def trc(joints: np.ndarray, labels: list[str], units: str = "m", rate: float = 60) -> str:
    times = [f"{f + 1}\t{(f + 1) / rate:.6f}" for f in range(len(joints))]
    axes = "\t".join(f"{axis}{n}" for n in range(1, len(labels) + 1) for axis in "XYZ")
    return (
        "PathFileType\t4\t(X/Y/Z)\ta.trc\n"
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n"
        f"{rate:g}\t{rate:g}\t{len(joints)}\t{len(labels)}\t{units}\t{rate:g}\t1\t{len(joints)}\n"
        "Frame#\tTime\t" + "".join(f"{label}\t\t\t" for label in labels) + f"\n\t\t{axes}\n\n"
    ) + rows(joints, "\t", times, "%.5f")


def vicon_nexus(joints: np.ndarray, labels: list[str], rate: float = 100) -> str:
    """`joints` in metres; the file in millimetres."""
    count = len(labels)
    return (
        f"Trajectories\n{rate:g}\n,,{',,,'.join(labels)},,\nFrame,Sub Frame{',X,Y,Z' * count}\n,,{','.join(['mm'] * 3 * count)}\n"
        + rows(joints * 1000, ",", [f"{f + 1},0" for f in range(len(joints))], "%.2f")
        + "\n"
    )


def qualisys(joints: np.ndarray, labels: list[str], rate: float = 200, timed: bool = False) -> str:
    """`joints` in metres; the file in millimetres."""
    head = {"NO_OF_FRAMES": len(joints), "NO_OF_CAMERAS": 8, "NO_OF_MARKERS": len(labels), "FREQUENCY": rate, "NO_OF_ANALOG": 0,
            "TIME_STAMP": "2020-01-01, 00:00:00", "DATA_INCLUDED": "3D", "MARKER_NAMES": "\t".join(labels)}  # fmt: skip
    text = "".join(f"{key}\t{value}\n" for key, value in head.items())
    first = [f"{f + 1}\t{f / rate:.5f}" for f in range(len(joints))] if timed else None
    if timed:
        text += "Frame\tTime\t" + "\t".join(f"{label} {axis}" for label in labels for axis in "XYZ") + "\n"
    return text + rows(joints * 1000, "\t", first)


def motive(people: dict[str, np.ndarray], bones: list[str], rate: float = 120, version: str = "1.23") -> str:
    """`people`: subject -> (frames, bones, 3) metres."""
    names = [f"{subject}:{bone}" for subject in people for bone in bones]
    frames = len(next(iter(people.values())))
    table = np.concatenate(list(people.values()), axis=1)
    turns = np.broadcast_to([0.0, 0, 0, 1], (frames, len(names), 4))
    kinds = ["Rotation"] * 4 + ["Position"] * 3
    return (
        f"Format Version,{version},Take Name,a,Export Frame Rate,{rate:.6f},Length Units,Meters,Coordinate Space,Global\n\n"
        f",Type{',Bone' * 7 * len(names)}\n,Name,{','.join(name for name in names for _ in range(7))}\n,ID{',1:0001' * 7 * len(names)}\n"
        f",Parent{',0' * 7 * len(names)}\n,,{','.join(kinds * len(names))}\nFrame,Time (Seconds){',X,Y,Z,W,X,Y,Z' * len(names)}\n"
    ) + rows(np.concatenate([turns, table], -1), ",", [f"{f},{f / rate:.6f}" for f in range(frames)], "%.5f")


MOTIVE_BONES = {
    "Hip": "pelvis", "Ab": "spine_lower", "Chest": "spine_upper", "Neck": "neck", "Head": "head", "LShoulder": "left_collar",
    "LUArm": "left_shoulder", "LFArm": "left_elbow", "LHand": "left_wrist", "RShoulder": "right_collar", "RUArm": "right_shoulder",
    "RFArm": "right_elbow", "RHand": "right_wrist", "LThigh": "left_hip", "LShin": "left_knee", "LFoot": "left_ankle",
    "LToe": "left_toe", "RThigh": "right_hip", "RShin": "right_knee", "RFoot": "right_ankle", "RToe": "right_toe",
}  # fmt: skip


def motive_body() -> np.ndarray:
    return body(SkeletonLayout("motive", tuple(MOTIVE_BONES), ((0, 1),), body=tuple(MOTIVE_BONES.values())))


def pixels(layout: str, frames: int = FRAMES) -> np.ndarray:
    """(frames, joints, 2) in a picture of 1280 x 720, seen from the front."""
    return body(layout, frames)[..., :2] * [-233, -233] + [640, 600]


def kinetics_skeleton(people: list[np.ndarray]) -> dict:
    """`people`: (frames, 18, 2) pixels of a picture of 1280 x 720."""
    frames = []
    for number in range(len(people[0])):
        poses = [{"pose": (p[number] / [1280, 720]).round(3).ravel().tolist(), "score": [0.8] * 18} for p in people]
        frames.append({"frame_index": number + 1, "skeleton": poses})
    return {"data": frames, "label": "waving hand", "label_index": 1}


def yolo_pose(people: list[np.ndarray], size: tuple[float, float] = (1, 1)) -> list:
    box = {"x1": 500, "y1": 100, "x2": 760, "y2": 700}
    return [
        [
            {"name": "person", "class": 0, "confidence": 0.9, "box": box, "track_id": 3 + row, "keypoints": {
                "x": (p[number, :, 0] / size[0]).tolist(), "y": (p[number, :, 1] / size[1]).tolist(), "visible": [0.9] * p.shape[1]}}
            for row, p in enumerate(people)
        ]
        for number in range(len(people[0]))
    ]  # fmt: skip


def tfjs_pose(layout: str, flat: np.ndarray, world: np.ndarray | None = None) -> list:
    names = get_layout(layout).joints
    point = lambda name, values: {**dict(zip("xyz", values.tolist(), strict=False)), "score": 0.9, "name": name}  # noqa: E731
    frames = []
    for number in range(len(flat)):
        pose = {"score": 0.9, "keypoints": [point(name, flat[number, joint]) for joint, name in enumerate(names)]}
        if world is not None:
            pose["keypoints3D"] = [point(name, world[number, joint]) for joint, name in enumerate(names)]
        frames.append([pose])
    return frames


def azure_kinect(people: list[np.ndarray], rate: float = 30) -> dict:
    """`people`: (frames, 32, 3) metres, Y up, Z forward; the file in the camera's axes, 3 m away."""
    frames = []
    for number in range(len(people[0])):
        bodies = [
            {
                "body_id": 1 + row,
                "joint_positions": (p[number] * [1000, -1000, -1000] + [0, 900, 3000]).round(2).tolist(),
            }
            for row, p in enumerate(people)
        ]
        frames.append(
            {
                "bodies": bodies,
                "frame_id": number,
                "num_bodies": len(bodies),
                "timestamp_usec": int(number * 1e6 / rate),
            }
        )
    names = ["PELVIS"] * 32
    return {
        "k4abt_sdk_version": "1.1.2",
        "source_file": "a.mkv",
        "joint_names": names,
        "bone_list": [],
        "frames": frames,
    }


def numbered_table(points: np.ndarray, first: int = 1, names: str = "xyz") -> str:
    """MediaPipe's tutorial table: class, x1, y1, z1, v1, ..."""
    axes = names[: points.shape[-1]] + "v"
    head = ",".join(f"{axis}{number}" for number in range(first, first + points.shape[1]) for axis in axes)
    values = np.concatenate([points, np.full((*points.shape[:2], 1), 0.99)], axis=-1)
    return f"class,{head}\n" + rows(values, ",", ["Wave"] * len(points), "%.5f")


def deeplabcut(people: dict[str, np.ndarray], parts: list[str]) -> str:
    """`people`: individual -> (frames, parts, 2) pixels."""
    columns = [(who, part, what) for who in people for part in parts for what in ("x", "y", "likelihood")]
    head = {
        "scorer": ["DLC"] * len(columns),
        **dict(zip(("individuals", "bodyparts", "coords"), zip(*columns), strict=True)),
    }
    points = np.concatenate([np.concatenate([p, np.full((*p.shape[:2], 1), 0.9)], -1) for p in people.values()], axis=1)
    text = "".join(",".join([name, *cells]) + "\n" for name, cells in head.items())
    return text + rows(points, ",", [str(number) for number in range(len(points))], "%.2f")


def ctrgcn(clips: int = 2, frames: int = FRAMES, padding: int = 4) -> bytes:
    """NTU clips of one person as CTR-GCN prepares them, zeros at the end."""
    x = np.zeros((clips, frames + padding, 2, 25, 3), np.float32)
    x[:, :frames, 0] = body("kinect_v2", frames)
    classes = np.eye(60, dtype=np.float32)[[22] * clips]
    buffer = io.BytesIO()
    x = x.reshape(clips, frames + padding, 150)
    np.savez_compressed(buffer, x_train=x, y_train=classes, x_test=x + 1, y_test=classes)
    return buffer.getvalue()


def msrc12(joints: np.ndarray) -> str:
    """`joints`: (frames, 20, 3) metres."""
    return rows(
        np.concatenate([joints, np.ones((*joints.shape[:2], 1))], -1), " ", [str(33 * f) for f in range(len(joints))]
    )


MVNX_POINTS = {
    "Pelvis": "pelvis", "L5": "spine_lower", "L3": None, "T12": "spine_middle", "T8": "spine_upper", "Neck": "neck", "Head": "head",
    **{f"{side}{segment}": f"{side.lower()}_{point}" for side in ("Right", "Left") for segment, point in (
        ("Shoulder", "collar"), ("UpperArm", "shoulder"), ("ForeArm", "elbow"), ("Hand", "wrist"))},
    **{f"{side}{segment}": f"{side.lower()}_{point}" for side in ("Right", "Left") for segment, point in (
        ("UpperLeg", "hip"), ("LowerLeg", "knee"), ("Foot", "ankle"), ("Toe", "toe"))},
}  # fmt: skip


def mvnx(joints: np.ndarray, rate: float = 60) -> str:
    """`joints`: (frames, 23, 3) metres, Z up."""
    segments = "".join(f'<segment label="{name}" id="{row + 1}"></segment>' for row, name in enumerate(MVNX_POINTS))
    place = lambda points: "<position>" + " ".join(f"{v:.6f}" for v in points.ravel()) + "</position>"  # noqa: E731
    turn = "<orientation>" + "1 0 0 0 " * 23 + "</orientation>"
    frames = f'<frame time="0" type="tpose">{turn}{place(joints[0] + 9)}</frame>'
    frames += "".join(
        f'<frame time="{f}" index="{f}" type="normal">{turn}{place(p)}</frame>\n' for f, p in enumerate(joints)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<mvnx version="4"><subject label="S1" frameRate="'
        f'{rate:g}" segmentCount="23"><segments>{segments}</segments><frames segmentCount="23">{frames}</frames></subject></mvnx>'
    )


def mvnx_body() -> np.ndarray:
    bones = tuple((row, row + 1) for row in range(22))
    return body(SkeletonLayout("mvnx", tuple(MVNX_POINTS), bones, body=tuple(MVNX_POINTS.values())))


def matlab(packed: bool = True, order: str = "<", **arrays: np.ndarray) -> bytes:
    """A MAT-file of version 5 with arrays of doubles."""

    def element(kind: int, data: bytes) -> bytes:
        return struct.pack(order + "II", kind, len(data)) + data + bytes(-len(data) % 8)

    out = (
        b"MATLAB 5.0 MAT-file, made for a test".ljust(124, b" ")
        + struct.pack(order + "H", 0x0100)
        + (b"IM" if order == "<" else b"MI")
    )
    for name, array in arrays.items():
        parts = element(6, struct.pack(order + "II", 6, 0)) + element(5, np.array(array.shape, order + "i4").tobytes())
        parts += element(1, name.encode()) + element(9, array.astype(order + "f8").tobytes(order="F"))
        whole = element(14, parts)
        packed_data = zlib.compress(whole)
        out += struct.pack(order + "II", 15, len(packed_data)) + packed_data if packed else whole
    return out


def msr_daily(joints: np.ndarray, lost: tuple[int, ...] = ()) -> str:
    """`joints`: (frames, people, 20, 3) metres; nobody in the `lost` frames."""
    lines = [f"{len(joints)} 20"]
    for number, people in enumerate(joints):
        people = people[:0] if number in lost else people
        lines.append(str(40 * len(people)))
        for x, y, z in people.reshape(-1, 3):
            lines += [f"{x:.6f} {y:.6f} {z:.6f} 1", f"{0.5 + x / 4:.6f} {0.5 - y / 4:.6f} {1000 * z:.0f} 1"]
    return "\n".join(lines) + "\n"


def lcrnet(joints: np.ndarray, key: str = "pose3d") -> dict:
    """`joints`: (frames, 13, 2 or 3)."""
    frames = [[{key: frame.T.round(4).ravel().tolist(), "cumscore": 9.5, "bodybbox": [1, 2, 3, 4]}] for frame in joints]
    return {"K": 1, "njts": 13, "frames": frames}


def jta(joints: np.ndarray) -> list:
    """`joints`: (frames, people, 22, 3) metres before a camera."""
    return [
        [frame + 1, who + 3, joint, 9.5, 7.5, *place.round(4).tolist(), 0, int(joint == 5)]
        for frame, people in enumerate(joints)
        for who, person in enumerate(people)
        for joint, place in enumerate(person)
    ]


CAD60 = ["head", "neck", "torso", "left_shoulder", "left_elbow", "right_shoulder", "right_elbow", "left_hip", "left_knee", "right_hip", "right_knee", "left_hand", "right_hand", "left_foot", "right_foot"]  # fmt: skip


def cad60(joints: np.ndarray, lost: tuple[tuple[int, str], ...] = ()) -> str:
    """`joints`: (frames, 15 of `sbu_15`, 3) millimetres; `lost`: frames and joints whose confidence is 0."""
    lines = []
    for number, frame in enumerate(joints):
        cells = [str(number + 1)]
        for row, name in enumerate(CAD60):
            place = frame[get_layout("sbu_15").joints.index(name)]
            cells += ["1", "0", "0", "0", "1", "0", "0", "0", "1", "1"] if row < 11 else []
            cells += [*(f"{v:.3f}" for v in place), str(int((number, name) not in lost))]
        lines.append(",".join(cells) + ",")
    return "\n".join([*lines, "END"]) + "\n"


def kinect_sdk(joints: np.ndarray) -> list:
    """`joints`: (frames, 25, 3) metres; frames as programs dump the Kinect SDK's bodies."""
    frames = []
    for number, frame in enumerate(joints * [-1, 1, -1] + [0, 0, 3]):
        points = [
            {"JointType": row, "Position": dict(zip("XYZ", p.round(4).tolist(), strict=True))}
            for row, p in enumerate(frame)
        ]
        frames.append({"Timestamp": number / 30, "Bodies": [{"TrackingId": 5, "Joints": points}]})
    return frames


_RIG = {  # joint: (parent, place in the rest pose, metres); the right arm turns about Z
    "Hips": (None, (0, 0.95, 0)), "Spine": ("Hips", (0, 1.2, 0)), "Neck": ("Spine", (0, 1.47, 0)), "Head": ("Neck", (0, 1.6, 0.02)),
    "LeftArm": ("Spine", (0.18, 1.4, 0)), "LeftForeArm": ("LeftArm", (0.18, 1.12, 0)), "LeftHand": ("LeftForeArm", (0.18, 0.87, 0)),
    "RightArm": ("Spine", (-0.18, 1.4, 0)), "RightForeArm": ("RightArm", (-0.18, 1.12, 0)), "RightHand": ("RightForeArm", (-0.18, 0.87, 0)),
    "LeftUpLeg": ("Hips", (0.09, 0.92, 0)), "LeftLeg": ("LeftUpLeg", (0.09, 0.5, 0.02)), "LeftFoot": ("LeftLeg", (0.09, 0.09, 0)),
    "RightUpLeg": ("Hips", (-0.09, 0.92, 0)), "RightLeg": ("RightUpLeg", (-0.09, 0.5, 0.02)), "RightFoot": ("RightLeg", (-0.09, 0.09, 0)),
}  # fmt: skip


def rig_body(angles: np.ndarray) -> np.ndarray:
    """(frames, joints of the rig, 3): its right arm turned by `angles` (radians, about Z) from hanging."""
    joints = np.repeat(np.array([place for _, place in _RIG.values()])[None], len(angles), 0)
    for name, reach in (("RightForeArm", 0.28), ("RightHand", 0.53)):
        joints[:, list(_RIG).index(name)] = np.stack(
            [-0.18 - reach * np.sin(angles), 1.4 - reach * np.cos(angles), 0 * angles], 1
        )
    return joints


def gltf(angles: np.ndarray, rate: float = 30, binary: bool = True, scale: float = 1.0, kind: str = "LINEAR") -> bytes:
    """The rig, its right arm turning from hanging by `angles` (radians): GLB, or JSON with a data URI."""
    names = list(_RIG)
    nodes: list[dict] = [{"name": "Armature", "scale": [scale] * 3, "children": [1]}]
    for name, (parent, place) in _RIG.items():
        offset = np.subtract(place, _RIG[parent][1] if parent else (0, 0, 0)) / scale
        children = [1 + names.index(other) for other, (above, _) in _RIG.items() if above == name]
        nodes.append(
            {
                "name": f"mixamorig:{name}",
                "translation": offset.tolist(),
                **({"children": children} if children else {}),
            }
        )
    times = (np.arange(len(angles)) / rate).astype("<f4")
    turns = np.stack([0 * angles, 0 * angles, -np.sin(angles / 2), np.cos(angles / 2)], 1)
    if kind == "CUBICSPLINE":
        turns = np.stack([0 * turns, turns, 0 * turns], axis=1).reshape(-1, 4)
    data = times.tobytes() + turns.astype("<f4").tobytes()
    content = {
        "asset": {"version": "2.0", "generator": "a test"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": nodes,
        "skins": [{"joints": list(range(1, len(nodes)))}],
        "animations": [{"name": "wave", "channels": [{"sampler": 0, "target": {"node": 1 + names.index("RightArm"), "path": "rotation"}}],
                        "samplers": [{"input": 0, "output": 1, "interpolation": kind}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": len(times), "type": "SCALAR"},
                      {"bufferView": 1, "componentType": 5126, "count": len(turns), "type": "VEC4"}],
        "bufferViews": [{"buffer": 0, "byteLength": times.nbytes}, {"buffer": 0, "byteOffset": times.nbytes, "byteLength": 16 * len(turns)}],
        "buffers": [{"byteLength": len(data)}],
    }  # fmt: skip
    if not binary:
        content["buffers"][0]["uri"] = "data:application/octet-stream;base64," + base64.b64encode(data).decode()
        return json.dumps(content).encode()
    text = json.dumps(content).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(data), 0x004E4942) + data
    return b"glTF" + struct.pack("<II", 2, 12 + len(chunks)) + chunks


def samples() -> dict[str, tuple[str, bytes]]:
    openpose = get_layout("openpose_25").joints
    return {
        "trc": ("a.trc", trc(body("openpose_25"), list(openpose)).encode()),
        "vicon_nexus": ("a.csv", vicon_nexus(up_z(markers()), [f"S:{name}" for name in MARKERS]).encode()),
        "qualisys": ("a.tsv", qualisys(up_z(markers()), MARKERS).encode()),
        "kinetics_skeleton": ("a.json", json.dumps(kinetics_skeleton([pixels("openpose_18")])).encode()),
        "yolo_pose": ("a.json", json.dumps(yolo_pose([pixels("coco_17").round(1)])).encode()),
        "tfjs_pose": ("a.json", json.dumps(tfjs_pose("coco_17", pixels("coco_17").round(1))).encode()),
        "easymocap": (
            "a.json",
            json.dumps([{"id": 0, "keypoints3d": body("openpose_25", 1)[0].round(3).tolist()}]).encode(),
        ),
        "lcrnet": ("a.json", json.dumps(lcrnet(body(numbered_layout("lcrnet_13")))).encode()),
        "jta": ("a.json", json.dumps(jta(body("smpl_22")[:, None] * [1, -1, -1] + [0, 1, 4])).encode()),
        "msr_daily": ("a.txt", msr_daily(body("kinect_v1")[:, None] + [0, 0, 3]).encode()),
        "cad60": ("a.txt", cad60(body("sbu_15") * 1000 + [0, 0, 3000]).encode()),
        "azure_kinect": ("a.json", json.dumps(azure_kinect([body("azure_kinect_32")])).encode()),
        "numbered_table": ("a.csv", numbered_table(pixels("mediapipe_33") / [1280, 720]).encode()),
        "deeplabcut": ("a.csv", deeplabcut({"p1": pixels("coco_17")}, list(get_layout("coco_17").joints)).encode()),
        "msrc12": ("a.csv", msrc12(body("kinect_v1")).encode()),
        "mvnx": ("a.mvnx", mvnx(up_z(mvnx_body())).encode()),
        "joints_json": ("a.json", json.dumps(kinect_sdk(body("kinect_v2"))).encode()),
        "matlab": ("a.mat", matlab(d_skel=body("kinect_v1", 60).transpose(1, 2, 0))),
        "gltf": ("a.glb", gltf(np.linspace(0, 2.8, FRAMES))),
        "ctrgcn": ("a.npz", ctrgcn()),
        "motive": ("a.csv", motive({"P1": motive_body()}, list(MOTIVE_BONES)).encode()),
    }
