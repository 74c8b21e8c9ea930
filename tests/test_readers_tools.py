"""Files as single tools write them: known bodies come back from them."""

import json

import numpy as np
import pytest
from format_samples import body, lcrnet, pixels

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.readers.rules.numbered_layouts import numbered_layouts

FRAMES = 12


def write(folder, content, name="a.json"):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_boxes_of_eight_corners_before_the_joints_are_no_bodies(tmp_path):
    points = body("openpose_18", FRAMES)
    corners = [[x, y, z] for x in (-0.3, 0.3) for y in (0, 1.7) for z in (-0.1, 0.1)]
    frames = {
        str(1650000000000 + 33 * number): {
            "body_list": [
                {"id": 4, "bounding_box": corners, "keypoint": one.tolist(), "keypoint_confidence": [80] * 18}
            ]
        }
        for number, one in enumerate(points)
    }
    clip = load_skeleton(write(tmp_path, frames))
    assert clip.layout.name == "openpose_18" and np.abs(clip.joints[:, 0] - points).max() < 1e-3


def test_toyota_smarthome_with_its_count_of_joints_behind_the_frames(tmp_path):
    points = body(next(layout for layout in numbered_layouts(13) if layout.name.startswith("lcrnet")), 400)
    clip = load_skeleton(write(tmp_path, {"frames": lcrnet(points)["frames"], "njts": 13}))
    assert clip.format == "lcrnet" and np.abs(clip.joints[:, 0] - points).max() < 1e-3


def printed(points, indent=""):
    """MediaPipe's landmarks as Protocol Buffers print them; `points`: (33, 3)."""
    lines = (f"landmark {{\n  x: {x:.6f}\n  y: {y:.6f}\n  z: {z:.6e}\n  visibility: 0.99\n}}" for x, y, z in points)
    return "".join(f"{indent}{line}\n" for text in lines for line in text.split("\n"))


@pytest.mark.parametrize("between", ["", "Frame {}\n", "frame {}: found somebody\n\n", "timestamp: {}00000\n"])
def test_landmarks_as_protocol_buffers_print_them(tmp_path, between):
    points = body("mediapipe_33", FRAMES) * [1, -1, -1]
    points -= points[:, [23, 24]].mean(1, keepdims=True)
    text = "".join(between.format(number) + printed(one) for number, one in enumerate(points))
    clip = load_skeleton(write(tmp_path, text, "a.pbtxt"))
    assert clip.layout.name == "mediapipe_33" and clip.units == "metres"
    assert np.abs(clip.joints[:, 0] - points).max() < 1e-4


def test_printed_results_keep_frames_without_anybody_and_take_those_in_the_room(tmp_path):
    points = body("mediapipe_33", FRAMES) * [1, -1, -1]
    frames = [
        f"pose_landmarks {{\n{printed(one * 0.1 + 0.5, '  ')}}}\npose_world_landmarks {{\n{printed(one, '  ')}}}\n"
        for one in points
    ]
    frames[4] = ""
    text = "".join(f"Frame {number}\n{one}" for number, one in enumerate(frames))
    clip = load_skeleton(write(tmp_path, text, "a.txt"))
    assert clip.num_frames == FRAMES and not clip.mask[4].any() and clip.mask[5].all()
    assert np.abs(clip.joints[5, 0] - points[5]).max() < 1e-4
    clip = load_skeleton(write(tmp_path, "".join(one for one in frames if one), "b.txt"))
    assert clip.num_frames == FRAMES - 1


@pytest.mark.parametrize("ending", ["landmark {\n  x: 0.5\n", "}\n", "x: 1\nx {\n"])
def test_broken_messages_are_refused(tmp_path, ending):
    with pytest.raises(SkeletonFileError, match="message"):
        load_skeleton(write(tmp_path, printed(body("mediapipe_33", 1)[0]) + ending, "a.txt"))


def boxed(points, kind, before, behind):
    """Rows of a detector; `points`: (rows, joints, 2), `before` and `behind`: (rows, columns) beside the boxes."""
    low, high = points.min(1) - 3, points.max(1) + 3
    boxes = {"corners": (low, high), "corner and size": (low, high - low), "middle": ((low + high) / 2, high - low)}
    scored = np.concatenate([points, np.full((*points.shape[:2], 1), 0.9)], 2)
    return np.concatenate([before, *boxes[kind], behind, scored.reshape(len(points), -1)], 1)


@pytest.mark.parametrize("kind", ["corners", "corner and size", "middle"])
@pytest.mark.parametrize("ending", [".npy", ".csv"])
def test_rows_of_a_box_and_joints(tmp_path, kind, ending):
    points = pixels("coco_17", FRAMES)
    rows = boxed(points, kind, np.zeros((FRAMES, 0)), np.full((FRAMES, 2), 0.5))
    path = tmp_path / f"a{ending}"
    np.save(path, rows) if ending == ".npy" else np.savetxt(path, rows, delimiter=",")
    clip = load_skeleton(path)
    assert clip.layout.name == "coco_17" and clip.units == "pixels"
    assert np.abs(clip.joints[:, 0] - points).max() < 0.01


@pytest.mark.parametrize("named", [True, False])
def test_rows_of_a_box_and_joints_behind_frame_and_person(tmp_path, named):
    points = pixels("coco_17", FRAMES)
    both = np.stack([points, points + [400, 0]], 1)  # (frames, people, joints, 2)
    ids = np.array([(frame, person + 1) for frame in range(FRAMES) for person in range(2)], float)
    rows = boxed(both.reshape(-1, 17, 2), "corner and size", ids[:, : 1 + named], np.zeros((2 * FRAMES, 0)))
    np.savetxt(tmp_path / "a.txt", np.delete(rows, [0, 1], 0))  # the first frame has nobody
    clip = load_skeleton(tmp_path / "a.txt")
    assert clip.num_people == 2 and clip.num_frames == FRAMES - 1
    assert np.abs(clip.joints - both[1:]).max() < 0.01


def transforms(points):
    """(..., 4, 4) with these places, as Swift writes its columns: the place stands in the last row."""
    out = np.tile(np.eye(4), (*points.shape[:-1], 1, 1))
    out[..., 3, :3], out[..., 3, 3] = points, 1.0000001
    return out


SWIFT = "simd_float4x4({})"


@pytest.mark.parametrize("turned", [True, False])
def test_arrays_of_transforms(tmp_path, turned):
    points = body("kinect_v2", FRAMES)
    found = transforms(points)
    np.save(tmp_path / "a.npy", found.swapaxes(-1, -2) if turned else found)
    assert np.abs(load_skeleton(tmp_path / "a.npy").joints[:, 0] - points).max() < 1e-5


@pytest.mark.parametrize("by_rows", [True, False])
@pytest.mark.parametrize("named", ["{0}_m{1}{2}", "{0}_{3}", "{0}[{4}][{5}]"])
def test_columns_of_transforms(tmp_path, named, by_rows):
    layout = get_layout("kinect_v2")
    points = body(layout, FRAMES)
    found = transforms(points).swapaxes(-1, -2) if by_rows else transforms(points)
    places = [(row, column) for row in range(4) for column in range(4)]
    names = [named.format(j, r, c, 4 * r + c, r + 1, c + 1) for j in layout.joints for r, c in places]
    rows = [[frame / 50, *one.ravel()] for frame, one in enumerate(found)]
    text = "\n".join(",".join(map(str, row)) for row in [["time", *names], *rows])
    clip = load_skeleton(write(tmp_path, text, "a.csv"))
    assert clip.fps == pytest.approx(50)
    assert (
        np.abs(clip.joints[:, 0] - points[:, [layout.joints.index(joint) for joint in clip.layout.joints]]).max() < 1e-4
    )


def test_transforms_as_swift_prints_them(tmp_path):
    layout = get_layout("kinect_v2")
    points = body(layout, FRAMES)
    texts = [[SWIFT.format(matrix.tolist()) for matrix in frame] for frame in transforms(points)]
    frames = [{"time": n / 50, "joints": dict(zip(layout.joints, row, strict=True))} for n, row in enumerate(texts)]
    rows = [",".join([str(n / 50), *(f'"{text}"' for text in row)]) for n, row in enumerate(texts)]
    table = "\n".join([",".join(["time", *layout.joints]), *rows])
    for path in (write(tmp_path, frames), write(tmp_path, table, "a.csv")):
        clip = load_skeleton(path)
        order = [layout.joints.index(joint) for joint in clip.layout.joints]
        assert clip.fps == pytest.approx(50) and np.abs(clip.joints[:, 0] - points[:, order]).max() < 1e-4


def joint_files(folder, points, joints, line, head="", ending="csv", first=0):
    folder.mkdir()
    for number, joint in enumerate(joints):
        own = points[first * (number == 0) :, number]  # of the first joint perhaps not the first frames
        rows = [line.format(*place, t=(n + first * (number == 0)) / 50) for n, place in enumerate(own)]
        (folder / f"walk_{joint}_pos.{ending}").write_text(head + "\n".join(rows) + "\n")


@pytest.mark.parametrize(
    ("line", "head", "ending"),
    [
        ("{t},{0:.5f},{1:.5f},{2:.5f}", "time,x,y,z\n", "csv"),
        ("{t:.2f}\t{0:.5f}\t{1:.5f}\t{2:.5f}\t1\t0\t0\t0", "t\tPos X\tPos Y\tPos Z\tqw\tqx\tqy\tqz\n", "txt"),
        ("{t:.2f} {0:.5f} {1:.5f} {2:.5f}", "", "txt"),
    ],
)
def test_folders_of_a_file_a_joint(tmp_path, line, head, ending):
    layout = get_layout("kinect_v2")
    points = body(layout, FRAMES)
    joint_files(tmp_path / "a", points, layout.joints, line, head, ending)
    clip = load_skeleton(tmp_path / "a")
    order = [layout.joints.index(joint.removeprefix("walk_").removesuffix("_pos")) for joint in clip.layout.joints]
    assert clip.fps == pytest.approx(50) and len(order) > 18
    assert np.abs(clip.joints[:, 0] - points[:, order]).max() < 1e-4


def test_files_of_joints_are_laid_beside_each_other_by_their_times(tmp_path):
    layout = get_layout("kinect_v2")
    points = body(layout, FRAMES)
    joint_files(tmp_path / "a", points, layout.joints, "{t},{0:.5f},{1:.5f},{2:.5f}", "time,x,y,z\n", first=3)
    clip = load_skeleton(tmp_path / "a")
    assert clip.num_frames == FRAMES and (~clip.mask[:3]).sum() == 3 and clip.mask[3:].all()
    joint_files(tmp_path / "b", points, layout.joints, "{0:.5f},{1:.5f},{2:.5f}", "x,y,z\n", first=3)
    with pytest.raises(SkeletonFileError, match="12 rows as in the first file, found 9"):
        load_skeleton(tmp_path / "b")


def test_numbered_joints_of_arrays(tmp_path):
    points = body("kinect_v2", FRAMES)
    for number in range(25):
        np.save(tmp_path / f"joint_{number}.npy", points[:, number])
    clip = load_skeleton(tmp_path)
    assert clip.layout.name == "kinect_v2" and np.abs(clip.joints[:, 0] - points).max() < 1e-6


def ros_transforms(points, joints, frames_of_reference=("camera",)):
    """`rostopic echo -p /tf` of a tracker that sends a message a joint; `points`: (frames, people, joints, 3)."""
    keys = ["header.stamp", "header.frame_id", "child_frame_id", *(f"transform.translation.{axis}" for axis in "xyz")]
    lines = [",".join(["%time", *(f"field.transforms0.{key}" for key in keys)])]
    for frame, bodies in enumerate(points):
        for user, one in enumerate(bodies, 1):
            for number, (joint, place) in enumerate(zip(joints, one, strict=True)):
                time = 1500000000000000000 + frame * 20_000_000 + 1000 * number
                base = frames_of_reference[number % len(frames_of_reference)]
                lines.append(",".join(map(str, [time, time, base, f"{joint}_{user}", *place])))
    return "\n".join(lines)


def test_transforms_of_ros(tmp_path):
    layout = get_layout("sbu_15")
    one = body(layout, FRAMES)
    points = np.stack([one, one + [1.5, 0, 0.5]], 1)
    clip = load_skeleton(write(tmp_path, ros_transforms(points, layout.joints), "a.csv"))
    order = [layout.joints.index(joint) for joint in clip.layout.joints]
    assert clip.fps == pytest.approx(50) and clip.num_people == 2
    assert np.abs(clip.joints - points[:, :, order]).max() < 1e-4
    path = write(tmp_path, ros_transforms(points, layout.joints, ("torso", "camera")), "b.csv")
    with pytest.raises(SkeletonFileError, match="one frame of reference, found camera, torso"):
        load_skeleton(path)


def test_joint_centres_among_the_outputs_of_a_vicon_model(tmp_path):
    layout = get_layout("sbu_15")
    points = body(layout, FRAMES)
    names = [f"S1:{name}" for name in ("LHipAngles", *layout.joints, "LKneePower")]
    head = ["Model Outputs", "100", ",," + ",,,".join(names) + ",,", "Frame,Sub Frame" + ",X,Y,Z" * len(names)]
    head.append(",,deg,deg,deg" + ",mm,mm,mm" * len(layout.joints) + ",W/kg,W/kg,W/kg")
    rows = [
        ",".join(map(str, [number, 0, 1, 2, 3, *(1000 * one).ravel(), 4, 5, 6])) for number, one in enumerate(points, 1)
    ]
    clip = load_skeleton(write(tmp_path, "\r\n".join([*head, *rows]), "a.csv"))
    order = [layout.joints.index(joint) for joint in clip.layout.joints]
    assert (clip.format, clip.fps, clip.units) == ("vicon_nexus", 100, "millimetres") and len(order) == 15
    assert np.abs(clip.joints[:, 0] - 1000 * points[:, order]).max() < 0.1
    head[4] = ",,deg,deg,deg" + ",N,N,N" * len(layout.joints) + ",W/kg,W/kg,W/kg"
    with pytest.raises(SkeletonFileError, match="in a unit of length"):
        load_skeleton(write(tmp_path, "\n".join([*head, *rows]), "b.csv"))


def test_turns_of_human36m_are_no_places(tmp_path):
    turns = np.cumsum(np.random.default_rng(0).normal(0, 0.02, (FRAMES, 99)), 0)
    turns[:, np.arange(99) % 7 < 3] = 0  # about axes that the joints do not have
    np.savetxt(tmp_path / "walking_1.txt", turns, delimiter=",", fmt="%.7f")
    with pytest.raises(SkeletonFileError, match="exponential maps"):
        load_skeleton(tmp_path / "walking_1.txt")
    points = body("mediapipe_33", FRAMES)
    np.savetxt(tmp_path / "b.txt", points.reshape(FRAMES, -1), delimiter=",", fmt="%.5f")
    assert np.abs(load_skeleton(tmp_path / "b.txt").joints[:, 0] - points).max() < 1e-4


def test_cells_of_flat_lists(tmp_path):
    points = pixels("coco_17", FRAMES)
    flat = np.concatenate([points, np.full((FRAMES, 17, 1), 0.9)], 2).reshape(FRAMES, -1).round(2)
    text = "image,keypoints\n" + "".join(f'{n}.jpg,"{row.tolist()}"\n' for n, row in enumerate(flat))
    clip = load_skeleton(write(tmp_path, text, "a.csv"))
    assert clip.layout.name == "coco_17" and clip.confidence is not None and clip.confidence.max() < 0.95
    assert np.abs(clip.joints[:, 0] - points).max() < 0.01


def test_a_block_a_frame_each_with_a_comment_and_the_names_of_columns(tmp_path):
    layout = get_layout("sbu_15")
    points = body(layout, FRAMES)
    blocks = [
        f"# frame {number}\njoint,x,y,z\n"
        + "".join(f"{name},{x},{y},{z}\n" for name, (x, y, z) in zip(layout.joints, one, strict=True))
        for number, one in enumerate(points)
    ]
    clip = load_skeleton(write(tmp_path, "".join(blocks), "a.csv"))
    order = [layout.joints.index(joint) for joint in clip.layout.joints]
    assert clip.num_frames == FRAMES and np.abs(clip.joints[:, 0] - points[:, order]).max() < 1e-4


def test_places_in_space_beside_those_in_the_picture_under_their_dimensions(tmp_path):
    layout = get_layout("sbu_15")
    points = body(layout, FRAMES)
    frames = [
        {"people": [{"keypoints": [
            {"name": name, "point2d": (300 + 100 * place[:2]).tolist(), "point3d": place.tolist(), "confidence": 0.9}
            for name, place in zip(layout.joints, one, strict=True)
        ]}]}
        for one in points
    ]  # fmt: skip
    clip = load_skeleton(write(tmp_path, frames))
    order = [layout.joints.index(joint) for joint in clip.layout.joints]
    assert np.abs(clip.joints[:, 0] - points[:, order]).max() < 1e-4


def test_rigid_bodies_of_qualisys_that_are_called_by_joints(tmp_path):
    layout = get_layout("sbu_15")
    points = body(layout, FRAMES) * 1000
    head = [f"NO_OF_FRAMES\t{FRAMES}", "FREQUENCY\t100", "DATA_INCLUDED\t6D", "\t".join(["BODY_NAMES", *layout.joints])]
    head.append("\t".join(f"{joint}\tX\tY\tZ\tRoll\tPitch\tYaw\tResidual" for joint in layout.joints))
    turn = "\t1\t2\t3\t0.5\t1\t0\t0\t0\t1\t0\t0\t0\t1"
    rows = ["\t".join(f"{x}\t{y}\t{z}{turn}" for x, y, z in one) for one in points]
    clip = load_skeleton(write(tmp_path, "\r\n".join([*head, *rows]), "a.tsv"))
    order = [layout.joints.index(joint) for joint in clip.layout.joints]
    assert (clip.format, clip.fps, clip.units) == ("qualisys", 100, "millimetres") and len(order) == 15
    assert np.abs(clip.joints[:, 0] - points[:, order]).max() < 0.1


@pytest.mark.parametrize(
    "beside", ["turns", "speeds", "six numbers of a turn", "rows of a transform", "a flat transform"]
)
def test_arrays_of_places_and_more(tmp_path, beside):
    points = body("kinect_v2", FRAMES)
    turn = np.tile(np.eye(3), (FRAMES, 25, 1, 1))
    arrays = {
        "turns": np.concatenate([points, np.full_like(points, 0.3)], 2),
        "speeds": np.concatenate([points, np.gradient(points, axis=0)], 2),
        "six numbers of a turn": np.concatenate([turn[..., :2].reshape(FRAMES, 25, 6), points], 2),
        "rows of a transform": np.concatenate([turn, points[..., None]], 3),
        "a flat transform": transforms(points).reshape(FRAMES, 25 * 16),
    }
    np.save(tmp_path / "a.npy", arrays[beside])
    clip = load_skeleton(tmp_path / "a.npy")
    assert np.abs(clip.joints[:, 0] - points).max() < 1e-5
    assert f"Of {arrays[beside].size // (FRAMES * 25)} numbers a joint 3 were taken for its place." in clip.warnings


@pytest.mark.parametrize(
    "scores", [np.full((FRAMES, 17), 87.0), 50 + 50 * np.random.default_rng(0).random((FRAMES, 17))]
)
def test_scores_in_percent(tmp_path, scores):
    points = pixels("coco_17", FRAMES)
    np.save(tmp_path / "a.npy", np.concatenate([points, scores[..., None]], 2))
    clip = load_skeleton(tmp_path / "a.npy")
    assert clip.units == "pixels" and np.abs(clip.joints[:, 0] - points).max() < 0.01
    assert np.abs(clip.confidence[:, 0] - scores / 100).max() < 1e-6


@pytest.mark.parametrize("head", ["time,{}", "{}"])
def test_tables_that_go_back_in_time_and_names_with_room_for_their_axes(tmp_path, head):
    layout = get_layout("sbu_15")
    points = body(layout, FRAMES)
    timed = head.startswith("time")
    rows = [",".join(map(str, [n / 50] * timed + one.ravel().tolist())) for n, one in enumerate(points)]
    text = "\n".join([head.format(",".join(f"{joint},," for joint in layout.joints)), *(rows[::-1] if timed else rows)])
    clip = load_skeleton(write(tmp_path, text, "a.csv"))
    order = [layout.joints.index(joint) for joint in clip.layout.joints]
    assert clip.fps == pytest.approx(50 if timed else 30) and len(order) == 15
    assert np.abs(clip.joints[:, 0] - points[:, order]).max() < 1e-4
