"""A layout of the user's own, a dog, from a JSON file through the command line to pictures and an answer; no code."""

import json

import numpy as np
import pytest
from animals import DOG, trotting
from PIL import Image

from skeletonllm_hf import load_skeleton
from skeletonllm_hf.cli.main import main
from skeletonllm_hf.readers.rules.guess import guess_up, legs_up


@pytest.fixture
def dog(tmp_path):
    """(clip's file, layout's file)"""
    clip, layout = tmp_path / "dog.npy", tmp_path / "dog.json"
    np.save(clip, trotting())
    layout.write_text(json.dumps(DOG))
    return str(clip), str(layout)


@pytest.mark.parametrize(
    ("turn", "up"),
    [([0, 1, 2], "y"), ([0, 2, 1], "z"), ([1, 0, 2], "x")],
)
def test_a_dog_stands_on_its_paws(tmp_path, dog, turn, up):
    joints = trotting()[..., turn]
    joints[..., "xyz".index(up)] *= -1
    for sign, axis in ((1, f"-{up}"), (-1, up)):
        np.save(tmp_path / "turned.npy", sign * joints)
        clip = load_skeleton(tmp_path / "turned.npy", layout=dog[1])
        assert clip.up == axis
        paws = [number for number, joint in enumerate(clip.layout.joints) if joint.endswith("paw")]
        height = clip.canonical().joints[:, 0, :, 1]
        assert height[:, paws].max() < height[:, clip.layout.index("back")].min()
        assert any("four legs stand under a level trunk" in warning for warning in clip.warnings)


def test_a_body_on_two_legs_is_no_dog(dog):
    clip = load_skeleton(dog[0], layout=dog[1])
    assert legs_up(clip.joints, clip.mask, clip.layout) @ [0, 1, 0] > 0.95
    begging = clip.joints.copy()
    upper = [number for number, joint in enumerate(clip.layout.joints) if not joint.endswith(("hind_paw", "knee"))]
    base = begging[:, :, [clip.layout.index("tail_base")]]
    x, y, z = np.moveaxis(begging[:, :, upper] - base, -1, 0)
    begging[:, :, upper] = base + np.stack([-y, x, z], -1)  # the trunk upright, the fore legs held out
    assert legs_up(begging, clip.mask, clip.layout) is None
    unseen = np.zeros_like(clip.mask)
    assert legs_up(clip.joints, unseen, clip.layout) is None and guess_up(clip.joints, unseen, clip.layout)[0] == "y"


def test_inspect_render_and_ask(tmp_path, dog, capsys):
    clip, layout = dog
    assert main(["inspect", clip, "--layout", layout, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["facts"]["layout"] == {"value": "dog_18", "how": "given", "reason": ""}
    assert found["facts"]["up"]["value"] == "y" and found["joints"] == 18
    assert main(["render", clip, "--layout", layout, "--out", str(tmp_path / "out"), "--png"]) == 0
    frames = sorted((tmp_path / "out" / "dog_frames").glob("*.png"))
    lit = np.stack([np.asarray(Image.open(frame).convert("L")) for frame in frames]) > 40
    assert len(frames) == 12 and lit.any((1, 2)).all()
    assert lit.any((0, 1)).sum() > lit.any((0, 2)).sum()  # it runs along, and is longer than high
    capsys.readouterr()
    assert main(["ask", clip, "What does it do?", "--layout", layout, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["answer"].strip()


def test_named_columns_need_only_the_bones(tmp_path, dog):
    joints = trotting(0.5)
    header = ",".join(f"{joint}_{axis}" for joint in DOG["joints"] for axis in "xyz")
    np.savetxt(
        tmp_path / "dog.csv", joints.reshape(len(joints), -1), delimiter=",", header=header, comments="", fmt="%.6f"
    )
    clip = load_skeleton(tmp_path / "dog.csv", layout=dog[1])
    assert clip.layout.name == "dog_18" and np.allclose(clip.joints[:, 0], joints, atol=1e-5)
