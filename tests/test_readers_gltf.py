"""glTF 2.0 and GLB."""

import json

import numpy as np
import pytest
from format_samples import gltf, rig_body

from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

ANGLES = np.linspace(0, 2.8, 12)


def write(folder, name, data):
    (folder / name).write_bytes(data)
    return folder / name


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("scale", [1.0, 0.01])
def test_an_animated_skeleton(tmp_path, binary, scale):
    path = write(tmp_path, "a.glb" if binary else "a.gltf", gltf(ANGLES, binary=binary, scale=scale))
    clip = load_skeleton(path)
    assert (clip.format, clip.fps, clip.units, clip.up, clip.label) == ("gltf", 30.0, "metres", "y", "wave")
    assert np.allclose(clip.joints[:, 0], rig_body(ANGLES), atol=1e-4)
    assert clip.layout.index("right_wrist") == clip.layout.joints.index("mixamorig:RightHand")
    assert len(clip.layout.bones) == 15


def test_sparse_keys_are_interpolated_on_the_arc(tmp_path):
    keys = np.array([0.0, 1.0, 2.0])
    clip = load_skeleton(write(tmp_path, "a.glb", gltf(keys, rate=10)))
    assert clip.fps == 10.0 and clip.num_frames == 3
    data = gltf(keys, rate=10).replace(b'"LINEAR"', b'"STEP"  ')
    assert np.allclose(load_skeleton(write(tmp_path, "b.glb", data)).joints[:, 0], rig_body(keys), atol=1e-4)
    cubic = load_skeleton(write(tmp_path, "c.glb", gltf(keys, rate=10, kind="CUBICSPLINE")))
    assert np.allclose(cubic.joints[:, 0], rig_body(keys), atol=1e-4)
    slow = load_skeleton(write(tmp_path, "e.glb", gltf(keys, rate=1)))
    assert (slow.fps, slow.num_frames) == (30.0, 61) and np.allclose(slow.joints[::30, 0], rig_body(keys), atol=1e-4)
    two = load_skeleton(write(tmp_path, "d.glb", gltf(keys[:2], rate=15)))  # a key every 1/15 s, sampled at 30
    assert two.fps == 30.0 and np.allclose(two.joints[:, 0], rig_body(np.array([0, 0.5, 1.0])), atol=1e-4)


def test_a_buffer_beside_the_file_and_several_animations(tmp_path):
    content = json.loads(gltf(ANGLES, binary=False))
    import base64

    write(tmp_path, "a.bin", base64.b64decode(content["buffers"][0]["uri"].partition(",")[2]))
    content["buffers"][0]["uri"] = "a.bin"
    content["animations"].append({**content["animations"][0], "name": "again"})
    path = write(tmp_path, "a.gltf", json.dumps(content).encode())
    clip = load_skeleton(path)
    assert np.allclose(clip.joints[:, 0], rig_body(ANGLES), atol=1e-4)
    assert any("holds 2 animations: wave was read; clip=... picks another: again" in w for w in clip.warnings)
    assert load_skeleton(path, clip="again").label == "again" and load_skeleton(path, clip=1).label == "again"
    with pytest.raises(
        SkeletonFileError, match=r"expected clip=... of its 2 animations \(0 to 1, or a name: wave, again\)"
    ):
        load_skeleton(path, clip=2)


def changed(**changes):
    content = json.loads(gltf(ANGLES, binary=False))
    for key, value in changes.items():
        content[key] = value
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (gltf(ANGLES)[:300], "the file may be truncated"),
        (gltf(ANGLES)[:16], "glTF of version 2"),
        (changed(animations=[]), "an animation, found a model without any: export it with its animation"),
        (changed(animations=[{"channels": [], "samplers": []}]), "channels that move bones"),
        (changed(buffers=[{"uri": "../a.bin"}]), "a file beside it, found '../a.bin'"),
        (changed(buffers=[{"uri": "absent.bin"}]), "absent.bin: expected a file that can be opened"),
        (changed(buffers=[{"uri": "data:,!"}]), "bytes in base 64"),
        (changed(buffers=[{"uri": "data:,AAAA"}]), "rows inside its buffer of 3 bytes"),
        (changed(nodes=[{"children": [1]}, {"children": [0]}] + [{}] * 20), "a tree of nodes, found a circle"),
        (changed(nodes=[{"children": [2]}, {"children": [2]}] + [{}] * 20), "a node of two parents"),
        (changed(nodes=[{}]), "a number from 0 to 0"),
        (changed(skins=[{"joints": [99]}]), r"skins\[0\].joints: expected a number from 0 to 16, found 99"),
        (changed(accessors=[{"componentType": 5126, "type": "SCALAR", "count": 3, "sparse": {}}] * 2), "an accessor of numbers"),
        (changed(accessors=[{"componentType": [], "type": {}, "count": 3}] * 2), "an accessor of numbers"),
        (changed(nodes=[{"children": 1}] + [{}] * 20), r"nodes\[0\].children: expected a list, found 1.0"),
        (changed(skins=[{"joints": "abc"}]), r"skins\[0\].joints: expected a list, found 'abc'"),
        (changed(nodes=[{"children": [n + 1]} for n in range(1200)] + [{}]), "more than 1,000 levels"),
        (changed(animations=[{"samplers": [], "channels": [{"target": {"path": [], "node": 1}}]}]), "channels that move bones"),
    ],
)  # fmt: skip
def test_other_contents_say_where(tmp_path, data, message):
    with pytest.raises(SkeletonFileError, match=message):
        load_skeleton(write(tmp_path, "a.glb", data), format="gltf")


def test_many_tracks_on_the_same_bytes_count_each(tmp_path, monkeypatch):
    monkeypatch.setattr("skeletonllm_hf.readers.mocap.gltf_buffers.MAX_VALUES", 10 * 5 * 12)
    sound = changed()
    path = write(tmp_path, "a.gltf", sound)
    assert load_skeleton(path).num_frames == 12
    animation = json.loads(sound)["animations"][0]
    animation["channels"] = [
        {"sampler": 0, "target": {"node": node, "path": "rotation"}} for node in range(1, 12)
    ]  # 11 x (1 + 4) x 12 values
    with pytest.raises(SkeletonFileError, match="at most 600 values in all tracks"):
        load_skeleton(write(tmp_path, "a.gltf", changed(animations=[animation])))
