"""Tables that lie on their side, name their rows or their pictures, have long headers and comments; states of joints row by row; files of one frame."""

import zipfile

import numpy as np
import pytest
from test_readers_columns import NAMES, same, wide, write

from skeletonllm_hf.readers import SkeletonFileError, load_skeleton, load_skeletons
from skeletonllm_hf.synthetic import EXACT, generate


@pytest.fixture(scope="module")
def places():
    """(frames, joints of NAMES, 3) metres."""
    clip = generate("wave", layout="kinect_v2", seed=4, options=EXACT).canonical()
    return clip.joints[:40, 0, [clip.layout.body.index(point) for point in NAMES.values()]]


@pytest.fixture(scope="module")
def kinect():
    """(frames, 25, 3) metres."""
    return generate("wave", layout="kinect_v2", seed=4, options=EXACT).canonical().joints[:40, 0]


@pytest.mark.parametrize("above", ["frames", "times", "nothing"])
@pytest.mark.parametrize("words", [1, 2])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_table_on_its_side_is_turned(tmp_path, places, above, words, delimiter):
    labels = [[name, axis] if words == 2 else [f"{name}_{axis}"] for name in NAMES for axis in "xyz"]
    columns = places.reshape(len(places), -1).T
    moments = {"frames": [f"frame_{n}" for n in range(40)], "times": [f"{n / 50:.3f}" for n in range(40)]}
    first = [["joint", "axis"][:words] + moments[above]] if above in moments else []
    path = write(tmp_path / "a.csv", [*first, labels[0] + [f"{v:.5f}" for v in columns[0]]],
                 [label + list(row) for label, row in zip(labels[1:], columns[1:], strict=True)], delimiter)  # fmt: skip
    clip = load_skeleton(path)
    assert clip.joints.shape == (40, 1, len(NAMES), 3) and same(clip, places)
    assert clip.fps == (50 if above == "times" else 30)


@pytest.mark.parametrize("delimiter", [" ", "\t", ","])
def test_rows_that_r_has_named(tmp_path, places, delimiter):
    head, rows = wide(places, '"{n}.{a}"')
    clip = load_skeleton(
        write(tmp_path / "a.txt", head, [[f'"{n + 1}"', *row] for n, row in enumerate(rows)], delimiter)
    )
    assert clip.joints.shape == (40, 1, len(NAMES), 3) and same(clip, places)


def test_a_header_longer_than_the_head_of_the_file(tmp_path, places):
    more = [f"a_column_of_something_else_that_has_a_long_name_{n:04d}" for n in range(1500)]
    head, rows = wide(places)
    clip = load_skeleton(
        write(tmp_path / "a.csv", [*more, *head], [["0"] * len(more) + [f"{v:.5f}" for v in row] for row in rows])
    )
    assert clip.joints.shape == (40, 1, len(NAMES), 3) and same(clip, places)


def test_a_million_columns_are_refused_at_once(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        ",".join(f"j{n}_{a}" for n in range(350_000) for a in "xyz") + "\n" + ",".join(["0.5"] * 1_050_000) + "\n"
    )
    with pytest.raises(SkeletonFileError, match="expected one of the known formats"):
        load_skeleton(path)


@pytest.mark.parametrize(
    ("name", "cells", "fps"),
    [
        ("t_ns", [str(5_000_000_000 + n * 100_000_000) for n in range(40)], 10),
        ("elapsed_ms", [str(n * 40) for n in range(40)], 25), ("timeUs", [str(n * 8000) for n in range(40)], 125),
        ("Zeit ms", [str(n * 5) for n in range(40)], 200),
    ],
)  # fmt: skip
def test_a_unit_behind_a_word_for_time(tmp_path, places, name, cells, fps):
    clip = load_skeleton(write(tmp_path / "a.csv", *wide(places, before={name: cells})))
    assert clip.fps == fps and same(clip, places)


@pytest.mark.parametrize(
    ("states", "lost"), [(("Tracked", "NotTracked"), 0), (("2", "0"), 0), (("Tracked", "Inferred"), 0.5)]
)
def test_states_of_joints_row_by_row(tmp_path, places, states, lost):
    rows = [[str(frame), name, states[name == "LeftFoot" and 4 <= frame < 8], *places[frame, joint]]
            for frame in range(40) for joint, name in enumerate(NAMES)]  # fmt: skip
    clip = load_skeleton(write(tmp_path / "a.csv", ["frame", "JointType", "TrackingState", "X", "Y", "Z"], rows))
    foot = clip.layout.body.index("left_foot")
    assert np.allclose(clip.joints[clip.mask], places[:, None][clip.mask], atol=1e-4)
    assert np.allclose(clip.confidence[4:8, 0, foot], lost) and clip.confidence[8:, 0, foot].all()
    assert clip.mask[4:8, 0, foot].all() == (lost > 0) and clip.mask.sum() == clip.mask.size - (4 if lost == 0 else 0)


def test_comments_above_rows_of_numbers(tmp_path, kinect):
    path = tmp_path / "a.txt"
    np.savetxt(path, kinect.reshape(40, -1), header="25 joints, x y z each\nin metres")
    clip = load_skeleton(path)
    assert clip.layout.name == "kinect_v2" and np.allclose(clip.joints[:, 0], kinect, atol=1e-5)


@pytest.mark.parametrize("header", [False, True])
def test_rows_named_by_their_pictures(tmp_path, header):
    pixels = (
        generate("wave", layout="coco_17", seed=1, options=EXACT).canonical().joints[:40, 0, :, :2] * [200, -200] + 400
    )
    clips = {"001-nm-01-000": pixels, "002-nm-01-018": pixels[:30, :, :] + 50}
    rows = [f"{name}/{n + 1:06d}.jpg," + ",".join(f"{v:.2f}" for joint in row for v in (*joint, 0.9)) for name, part in clips.items() for n, row in enumerate(part)]  # fmt: skip
    path = tmp_path / "casia.csv"
    path.write_text("\n".join([",".join(["image_name", *map(str, range(51))])] * header + rows) + "\n")
    clip = load_skeleton(path, layout="coco_17")
    assert np.allclose(clip.joints[:, 0], pixels, atol=0.01) and "are of 2 clips: 001-nm-01-000" in clip.warnings[0]
    other = load_skeleton(path, clip="002-nm-01-018", layout="coco_17")
    assert np.allclose(other.joints[:, 0], pixels[:30] + 50, atol=0.01)


def frame_files(folder, places, ending):
    for number, body in enumerate(places):
        path = folder / f"take1_{number + 7}.{ending}"
        if ending == "npy":
            np.save(path, body)
        else:
            write(path, ["joint", "x", "y", "z"], [[name, *place] for name, place in zip(NAMES, body, strict=True)])


def test_a_folder_of_tables_of_one_frame(tmp_path, places):
    frame_files(tmp_path, places, "csv")
    clip = load_skeleton(tmp_path)
    assert clip.format == "frame_files" and clip.joints.shape == (40, 1, len(NAMES), 3) and same(clip, places)


def test_an_archive_of_arrays_of_one_frame(tmp_path, kinect):
    frame_files(tmp_path, kinect, "npy")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path in tmp_path.glob("*.npy"):
            archive.write(path, f"take/{path.name}")
    (clip,) = load_skeletons(tmp_path / "a.zip")
    assert clip.layout.name == "kinect_v2" and np.allclose(clip.joints[:, 0], kinect, atol=1e-6)


def test_a_folder_of_clips_is_no_folder_of_frames(tmp_path, kinect):
    for number in range(4):
        np.save(tmp_path / f"clip_{number}.npy", kinect)
    with pytest.raises(SkeletonFileError, match=r"a folder of 4 files \(.npy\) that is no clip of one file a frame"):
        load_skeleton(tmp_path)


def test_a_longer_file_among_frames_is_named(tmp_path, kinect):
    frame_files(tmp_path, kinect, "npy")
    np.save(tmp_path / "take1_9.npy", kinect)
    with pytest.raises(SkeletonFileError, match=r"take1_9.npy: expected one frame, as in the other files, found 40"):
        load_skeleton(tmp_path)


def test_joint_centres_by_their_abbreviations(tmp_path):
    points = {f"{side[0].upper()}{part}JC": f"{side}_{joint}" for side in ("left", "right") for part, joint in
              zip("HKASEW", ("hip", "knee", "ankle", "shoulder", "elbow", "wrist"), strict=True)}  # fmt: skip
    joints = generate("wave", layout="kinect_v2", seed=4, options=EXACT).canonical()
    rows = joints.joints[:40, 0, [joints.layout.body.index(point) for point in points.values()]]
    head, table = wide(rows, names=tuple(points))
    clip = load_skeleton(write(tmp_path / "a.csv", head, table))
    assert clip.layout.body == tuple(points.values())
