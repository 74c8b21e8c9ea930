"""NTU RGB+D .skeleton: files written here, as Kinect v2 writes them."""

import numpy as np
import pytest

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton, parse_ntu_name
from skeletonllm_hf.readers.datasets.ntu import BONES

ID = 72057594037930000  # ids exceed what float64 holds exactly


def body(frame, x=0.0, motion=0.1, lying=False):
    """(25, 3): a T-pose as the sensor sees it, swaying."""
    rest = get_layout("kinect_v2").rest_joints - [0, 0.9, 0]
    rest = rest * [-1, 1, -1] + [x + motion * np.sin(frame / 3), 0.2, 3.0]
    return rest[:, [1, 0, 2]] if lying else rest * [0.5, 1, 1]  # arms half out: taller than wide


def skeleton_text(frames):
    """frames: per frame a list of (id, (25, 3) joints, state)."""
    lines = [str(len(frames))]
    for bodies in frames:
        lines.append(str(len(bodies)))
        for number, joints, state in bodies:
            lines.append(f"{number} 0 1 1 1 1 0 0.0112 -0.256 2")
            lines.append("25")
            lines += [
                " ".join(f"{v:.7g}" for v in (*xyz, 250.1, 190.2, 900.3, 500.4, 0.1, 0.2, 0.9, 0.3, state))
                for xyz in joints
            ]
    return "\n".join(lines) + "\n"


@pytest.fixture
def write(tmp_path):
    def write(frames, name="S001C002P003R002A023.skeleton"):
        path = tmp_path / name
        path.write_text(frames if isinstance(frames, str) else skeleton_text(frames))
        return path

    return write


def test_one_body(write):
    clip = load_skeleton(write([[(ID, body(f), 2)] for f in range(20)]))
    assert (clip.format, clip.layout.name, clip.fps, clip.units, clip.label) == (
        "ntu",
        "kinect_v2",
        30.0,
        "metres",
        "hand waving",
    )
    assert clip.joints.shape == (20, 1, 25, 3) and clip.mask.all() and clip.warnings == ()
    assert np.allclose(clip.joints[7, 0], body(7), atol=1e-6)
    assert np.allclose(clip.canonical().joints[7, 0], body(7) * [-1, 1, -1], atol=1e-6)


def test_bodies_are_tracked_by_ids_that_float64_cannot_tell_apart(write):
    frames = [[(ID, body(f, -1), 2), (ID + 1, body(f, 1), 2)] for f in range(20)]
    frames[5:] = [frame[::-1] for frame in frames[5:]]
    frames[10] = frames[10][:1]  # body 1 is lost once
    clip = load_skeleton(write(frames))
    assert clip.num_people == 2
    assert (clip.joints[clip.mask[:, 0].any(1), 0, 0, 0] < 0).all() and (clip.joints[:, 1, 0, 0] > 0).all()
    assert not clip.mask[10, 0].any() and clip.mask[10, 1].all()


def test_empty_frames_stay_frames(write):
    frames = [[(ID, body(f), 2)] if f % 4 else [] for f in range(12)]
    clip = load_skeleton(write(frames))
    assert clip.mask[:, 0].any(1).tolist() == [bool(f % 4) for f in range(12)]


def test_untracked_joints_are_masked_and_inferred_ones_trusted_less(write):
    text = skeleton_text([[(ID, body(f), 2)] for f in range(12)]).split("\n")
    text[4] = text[4][:-1] + "0"
    text[5] = text[5][:-1] + "1"
    clip = load_skeleton(write("\n".join(text)))
    assert clip.mask[0, 0].tolist() == [False] + [True] * 24
    assert clip.confidence[0, 0, :3].tolist() == [0.0, 0.5, 1.0]


def test_ghosts_are_dropped_and_named(write):
    frames = [[(ID, body(f), 2), (ID + 7, body(f, 0.5, 0.3, lying=True), 2)] for f in range(30)]
    frames[3].append((ID + 9, body(3, 2), 2))
    clip = load_skeleton(write(frames))
    assert clip.num_people == 1 and len(clip.warnings) == 2
    assert f"body {ID + 7} as a ghost: wider than tall" in clip.warnings[0]
    assert f"body {ID + 9} as a ghost: tracked in 1 frame only" in clip.warnings[1]


def test_who_lies_alone_is_no_ghost(write):
    clip = load_skeleton(write([[(ID, body(f, lying=True), 2)] for f in range(30)]))
    assert clip.num_people == 1


def test_six_people_the_most_active_are_kept(write):
    energy = [0.1, 0.5, 0.0, 0.3, 0.2, 0.05]
    frames = [[(ID + i, body(f, i - 3, e), 2) for i, e in enumerate(energy)] for f in range(30)]
    path = write(frames)
    clip = load_skeleton(path)
    assert np.round(clip.joints[0, :, 0, 0]).tolist() == [-1, 0]
    (warning,) = clip.warnings
    assert f"kept the 2 most active (body {ID + 1}, body {ID + 3})" in warning and f"body {ID + 5}" in warning
    assert load_skeleton(path, people=6).num_people == 6


def test_names():
    parts = {"setup": 1, "camera": 2, "subject": 3, "repetition": 2, "action": 13}
    assert parse_ntu_name("dir/S001C002P003R002A013.skeleton") == parts
    assert parse_ntu_name("clip.skeleton") is None


GOOD = skeleton_text([[(ID, body(f), 2)] for f in range(3)])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0\n", "at least one of its frames, found 0"),
        ("3\n0\n0\n0\n", "at least one body, found 3 frames without any"),
        ("99999999\n" + GOOD[2:], "at most 1,000,000 frames"),
        ("500\n" + GOOD[2:], "500 frames, found 85 lines: the file may be truncated"),
        ("4\n" + GOOD[2:], "number of bodies of frame 4, found the end of the file"),
        (GOOD[: len(GOOD) // 2], "12 values of a joint of frame 2, found .* values|truncated"),
        ("\n".join(GOOD.split("\n")[:50]), "25 joints of frame 2, found the end of the file"),
        (GOOD.replace("\n25\n", "\n20\n", 1), "line 4: expected 25 joints a body, found 20"),
        (GOOD.replace("\n1\n", "\n1000000\n", 1), "line 30: expected 10 values of a body of frame 1, found 1"),
        (
            GOOD.replace("\n1\n", "\n1.5\n", 1),
            "line 2: expected the number of bodies of frame 1: one whole number, found 1.5",
        ),
        (GOOD.replace("\n1\n", "\n-1\n", 1), "line 2: expected the number of bodies"),
        (GOOD.replace(" 900.3", " 9oo.3", 1), "line 5: expected a number, found '9oo.3'"),
        (GOOD.replace(" 900.3", "", 1), "line 5: expected 12 values of a joint of frame 1, found 11 values"),
    ],
)
def test_broken_files_say_where(write, text, message):
    with pytest.raises(SkeletonFileError, match=r"S001.*" + message):
        load_skeleton(write(text), format="ntu")


def test_lines_after_the_end_are_reported(write):
    clip = load_skeleton(write("2\n" + GOOD[2:]))
    assert clip.num_frames == 2 and "28 lines after the last frame" in clip.warnings[0]


def test_windows_line_ends_and_blank_lines(write, tmp_path):
    path = tmp_path / "a.skeleton"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode() + b"\r\n\r\n")
    assert load_skeleton(path).num_frames == 3


ENDS = (3, 15, 19, 21, 22, 23, 24)  # of these Kinect gives no orientation


def turned_bodies(frames=8):
    """(frames, 25, 3) places built from (frames, 25, 3, 3) turns: each bone lies along its own joint's Y."""
    rng = np.random.default_rng(0)
    rest = get_layout("kinect_v2").rest_joints
    turns = np.linalg.qr(rng.normal(size=(25, 3, 3)))[0]
    turns *= np.linalg.det(turns)[:, None, None]
    sway = [np.linalg.qr(np.eye(3) + 0.15 * rng.normal(size=(25, 3, 3)))[0] for _ in range(frames)]
    turns = np.stack([s * np.linalg.det(s)[:, None, None] @ turns for s in sway])
    places = np.zeros((frames, 25, 3)) + [0.1, 0.2, 3.0]
    for parent, joint in BONES:
        turns[:, joint] = turns[:, parent] if joint in ENDS else turns[:, joint]
        length = np.linalg.norm(rest[joint] - rest[parent])
        places[:, joint] = places[:, parent] + length * turns[:, joint, :, 1]
    return places, turns


def test_orientations_lie_along_the_bones_that_they_rebuild(write):
    from scipy.spatial.transform import Rotation

    places, turns = turned_bodies()
    lines = skeleton_text([[(ID, joints, 2)] for joints in places]).splitlines()
    quaternions = Rotation.from_matrix(turns.reshape(-1, 3, 3)).as_quat().reshape(-1, 25, 4)[..., [3, 0, 1, 2]]
    quaternions[:, list(ENDS)] = 0
    rows = iter(quaternions.reshape(-1, 4))
    old = "0.1 0.2 0.9 0.3"
    text = "\n".join(
        line.replace(old, " ".join(f"{v:.7f}" for v in next(rows))) if old in line else line for line in lines
    )
    clip = load_skeleton(write(text))
    seen, rest = clip.canonical(), clip.layout.rest_joints
    assert np.allclose(seen.rotations @ seen.rotations.swapaxes(-1, -2), np.eye(3), atol=1e-4)
    for parent, joint in BONES:
        bone = seen.joints[:, 0, joint] - seen.joints[:, 0, parent]
        rebuilt = seen.rotations[:, 0, joint] @ (rest[joint] - rest[parent])
        assert np.allclose(bone, rebuilt, atol=1e-4), joint
    between = clip.rotations[5, 0] @ clip.rotations[0, 0].swapaxes(-1, -2)
    assert np.allclose(between[9], turns[5, 9] @ turns[0, 9].T, atol=1e-4), "turned from frame to frame as in the file"


def test_orientations_that_do_not_fit_the_bones_are_left_out(write):
    text = skeleton_text([[(ID, body(f), 2)] for f in range(4)])
    clip = load_skeleton(write(text.replace("0.1 0.2 0.9 0.3", "0.5 0.5 0.5 0.5")))
    assert clip.rotations is None and clip.warnings == ("Joint orientations do not lie along the bones: left out.",)
