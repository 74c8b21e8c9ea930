"""Files as people's own scripts write them: arrays a frame, pandas' JSON, objects as Python prints them, rough clocks, marks for what is missing."""

import json

import numpy as np
import pytest
from format_samples import body, pixels
from test_readers_habits import FRAMES, table

from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

PLACES = body("coco_17", FRAMES)


PIXELS = pixels("coco_17", FRAMES).round(2)


def saved(folder, name, content):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    if isinstance(content, dict) and name.endswith(".npz"):
        np.savez(path, **content)
    elif isinstance(content, np.ndarray):
        np.save(path, content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def near(clip, places, person=0):
    return len(clip.joints) == len(places) and np.allclose(clip.joints[:, person], places, atol=1e-2)


@pytest.mark.parametrize("mark", ["3.402823e+38", "-2147483648", "65535"])
def test_marks_of_what_is_missing(tmp_path, mark):
    lines = table().splitlines()
    for row in (4, 5, 6):
        lines[row] = ",".join([*lines[row].split(",")[:13], *[mark] * 3, *lines[row].split(",")[16:]])
    clip = load_skeleton(saved(tmp_path, "a.csv", "\n".join(lines)))
    assert (~clip.mask).sum() == 3 and not clip.mask[3:6, 0, 4].any()
    assert any("in place of every coordinate" in text for text in clip.warnings)


def test_ones_in_a_picture_are_missing(tmp_path):
    points = PIXELS.copy()
    points[3:6, 4] = 1
    assert np.argwhere(~load_skeleton(saved(tmp_path, "a.npy", points)).mask).tolist() == [[f, 0, 4] for f in (3, 4, 5)]


def test_metres_beside_pixels(tmp_path):
    depth = 3 - PLACES[..., 2:]
    clip = load_skeleton(saved(tmp_path, "a.csv", table(joints=np.concatenate([PIXELS, depth], -1))))
    assert clip.is_2d and near(clip, PIXELS) and any("metres beside pixels" in text for text in clip.warnings)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.csv", "Format Version,1.23,Take Name,A,Coordinate Space,Local\n\n,Type,Bone\n", "Coordinate Space Global"),
        ("a.pt", b"PK\x03\x04" + bytes(26) + b"archive/data.pkl" + bytes(600), "pickle"),
        ("a.arrow", b"ARROW1\0\0" + bytes(64), "Arrow"),
        ("a.nc", b"CDF\x01" + bytes(64), "netCDF"),
    ],
)
def test_refused_with_the_way_out(tmp_path, name, content, found):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SkeletonFileError, match=found):
        load_skeleton(tmp_path / name)
