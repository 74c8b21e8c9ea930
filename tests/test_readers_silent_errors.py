"""What looked like places and was none, or places that another rule took for something else: each is warned of, refused or read as it is meant."""

import numpy as np
import pytest
from format_samples import body, pixels

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

FRAMES = 24
COCO = get_layout("coco_17").joints
JOINTS = body("coco_17", FRAMES)


def table(path, names, rows):
    path.write_text("\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def wide(axes="xyz"):
    return [f"{name}_{axis}" for name in COCO for axis in axes]


def quaternions(frame):
    angles = frame / 9 + np.arange(17)
    sine, cosine = np.sin(angles), np.cos(angles)
    return np.stack([0.6 * sine, 0.64 * sine, 0.48 * sine, cosine], 1).round(5)


@pytest.mark.parametrize("value", [-9999.99, 99.99, -123.45, 777.0])
def test_one_number_in_place_of_every_coordinate(tmp_path, value):
    joints = JOINTS.copy()
    joints[3:9, 4] = value
    clip = load_skeleton(table(tmp_path / "a.csv", wide(), joints.reshape(FRAMES, -1).tolist()))
    assert not clip.mask[3:9, 0, 4].any() and (~clip.mask).sum() == 6


def test_a_body_that_crosses_equal_coordinates_stays(tmp_path):
    joints = JOINTS.copy()
    joints[:4, 4] = 0.5
    clip = load_skeleton(table(tmp_path / "a.csv", wide(), joints.reshape(FRAMES, -1).tolist()))
    assert clip.mask.all()


def test_quaternions_under_the_names_of_places(tmp_path):
    rows = [quaternions(f).ravel().tolist() for f in range(FRAMES)]
    with pytest.raises(SkeletonFileError, match="quaternions"):
        load_skeleton(table(tmp_path / "a.csv", wide("xyzw"), rows))
    long = [[f, name, *turn] for f in range(FRAMES) for name, turn in zip(COCO, quaternions(f).tolist(), strict=True)]
    with pytest.raises(SkeletonFileError, match="columns frame, joint, x, y, z, w"):
        load_skeleton(table(tmp_path / "b.csv", ["frame", "joint", *"xyzw"], long))
    with pytest.raises(SkeletonFileError):
        load_skeleton(table(tmp_path / "c.csv", map(str, long[0]), long[1:]))


def test_homogeneous_coordinates_are_places(tmp_path):
    rows = np.concatenate([JOINTS, np.ones((FRAMES, 17, 1))], -1).reshape(FRAMES, -1).tolist()
    clip = load_skeleton(table(tmp_path / "a.csv", wide("xyzw"), rows))
    assert np.allclose(clip.joints[:, 0], JOINTS, atol=1e-5)


def test_people_whose_rows_follow_each_other(tmp_path):
    flat = pixels("coco_17", FRAMES)[..., :2]
    both = np.stack([flat, flat + [400, 0]], 1).reshape(2 * FRAMES, 17, 2)
    np.save(tmp_path / "a.npy", both)
    np.save(tmp_path / "b.npy", flat)
    assert any("rows of 2 people" in text for text in load_skeleton(tmp_path / "a.npy").warnings)
    assert not any("rows of" in text for text in load_skeleton(tmp_path / "b.npy").warnings)


def test_shuffled_rows(tmp_path):
    rows = [[f"{f / 25:.2f}", *JOINTS[f].ravel()] for f in np.random.default_rng(0).permutation(FRAMES)]
    clip = load_skeleton(table(tmp_path / "a.csv", ["time", *wide()], rows))
    assert clip.fps == 25 and np.allclose(clip.joints[:, 0], JOINTS, atol=1e-4)
    assert any("in the order of their times" in text for text in clip.warnings)


def test_times_before_the_joints_of_an_array(tmp_path):
    times = np.arange(FRAMES)[:, None]
    for scale, rate in ((1 / 50, 50), (1, 30)):  # times; frame numbers, which say no rate
        np.save(tmp_path / "a.npy", np.concatenate([times * scale, JOINTS.reshape(FRAMES, -1)], 1))
        clip = load_skeleton(tmp_path / "a.npy")
        assert clip.layout.name == "coco_17" and clip.fps == pytest.approx(rate)
        assert np.allclose(clip.joints[:, 0], JOINTS, atol=1e-4)


def test_bodies_about_their_root_go_its_way(tmp_path):
    joints = body("kinect_v2", FRAMES)
    way = np.stack([np.linspace(0, 2, FRAMES), np.full(FRAMES, 0.9), np.zeros(FRAMES)], 1)
    np.savez(tmp_path / "a.npz", joints=joints - joints[:, :1], root_translation=way)
    clip = load_skeleton(tmp_path / "a.npz")
    assert np.allclose(clip.joints[:, 0], joints - joints[:, :1] + way[:, None], atol=1e-4)
    assert any("'root_translation', was added" in text for text in clip.warnings)
    np.savez(tmp_path / "b.npz", joints=joints, root_translation=way)  # they stand in the room
    assert np.allclose(load_skeleton(tmp_path / "b.npz").joints[:, 0], joints, atol=1e-4)


def test_names_under_another_programs_key(tmp_path):
    row = np.random.default_rng(1).permutation(17)
    np.savez(tmp_path / "a.npz", data=JOINTS[:, row], chan=np.array(COCO)[row])
    assert load_skeleton(tmp_path / "a.npz").layout.joints == tuple(np.array(COCO)[row])


def test_sides_of_bodies_without_a_neck(tmp_path):
    pairs = dict(get_layout("coco_17").pairs)
    swapped = pairs | {right: left for left, right in pairs.items()}
    mirror = [swapped.get(joint, joint) for joint in range(17)]
    np.save(tmp_path / "a.npy", JOINTS[:, mirror])
    assert any("Left and right look exchanged" in text for text in load_skeleton(tmp_path / "a.npy").warnings)
    np.save(tmp_path / "b.npy", JOINTS)
    assert not any("exchanged" in text for text in load_skeleton(tmp_path / "b.npy").warnings)


def test_a_joint_a_row_with_nothing_between_frames(tmp_path):
    joints = body("kinect_v2", FRAMES)
    np.savetxt(tmp_path / "a.txt", joints.reshape(-1, 3), fmt="%.5f")
    clip = load_skeleton(tmp_path / "a.txt")
    assert clip.layout.name == "kinect_v2" and np.allclose(clip.joints[:, 0], joints, atol=1e-4)
    np.savetxt(tmp_path / "b.txt", joints.reshape(-1, 3)[:-1], fmt="%.5f")
    with pytest.raises(SkeletonFileError):
        load_skeleton(tmp_path / "b.txt")


def test_turns_that_say_their_unit(tmp_path):
    head = "PathFileType\t4\t(X/Y/Z)\ta.trc\nDataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\n100\t100\t1\t1\tdeg\n"
    (tmp_path / "a.trc").write_text(head + "Frame#\tTime\tLHip\n\t\tX1\tY1\tZ1\n\n1\t0\t1\t2\t3\n")
    with pytest.raises(SkeletonFileError, match="turns in deg"):
        load_skeleton(tmp_path / "a.trc")
    frame = ", ".join(f'"{name}": [{n}, 40.5, {n * n}]' for n, name in enumerate(COCO))
    (tmp_path / "a.json").write_text(f'{{"units": "deg", "frames": [{{{frame}}}, {{{frame}}}]}}')
    assert any("units are deg" in text for text in load_skeleton(tmp_path / "a.json").warnings)
