"""Tables: sides by one letter, views of several cameras, people behind the axis, melted rows, words for missing cells."""

import pytest
from test_readers_columns import NAMES, same, wide, write

from skeletonllm_hf.readers import load_skeleton
from skeletonllm_hf.synthetic import EXACT, generate


@pytest.fixture(scope="module")
def places():
    """(frames, joints of NAMES, 3) metres."""
    clip = generate("wave", layout="kinect_v2", seed=4, options=EXACT).canonical()
    return clip.joints[:40, 0, [clip.layout.body.index(point) for point in NAMES.values()]]


def sided(name):
    """`ShoulderLeft` -> `shoulder_l`."""
    side = next((side for side in ("Left", "Right") if name.startswith(side)), "")
    return f"{name.removeprefix(side)}_{side[0]}".lower() if side else name


@pytest.mark.parametrize("column", ["{n}_{a}", "{n}.{a}", "{n} {A}"])
def test_an_r_beside_an_l_is_a_side(tmp_path, places, column):
    names = tuple(map(sided, NAMES))
    clip = load_skeleton(write(tmp_path / "a.csv", *wide(places, column, names=names)))
    assert clip.joints.shape[2] == len(NAMES) and same(clip, places)
    turns = ("{n}_r_x", "{n}_r_y", "{n}_r_z")
    clip = load_skeleton(write(tmp_path / "b.csv", *wide(places, "{n}_{a}", turns, names=names)))
    assert clip.joints.shape[2] == len(NAMES) and same(clip, places)
