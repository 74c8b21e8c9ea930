"""NumPy files, our own container and NW-UCLA JSON."""

import io
import json
import zipfile

import numpy as np
import pytest
from format_samples import body

from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout
from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton, save_npz
from skeletonllm_hf.synthetic import EXACT, generate


def standing(layout="smpl_22", frames=10):
    rest = get_layout(layout).rest_joints
    return (rest + 0.05 * np.sin(np.arange(frames))[:, None, None]).astype(np.float32)


def test_a_bare_array_whose_joint_count_says_enough(tmp_path):
    np.save(tmp_path / "a.npy", standing("mediapipe_33"))
    clip = load_skeleton(tmp_path / "a.npy")
    assert (clip.layout.name, clip.units, clip.up) == ("mediapipe_33", "metres", "y")
    assert any("Layout guessed" in w for w in clip.warnings) and any("Frame rate assumed" in w for w in clip.warnings)


@pytest.mark.parametrize("scale, units", [(100, "centimetres"), (1000, "millimetres"), (20, "unknown"), (5, "unknown")])
def test_units_and_up_are_guessed(tmp_path, scale, units):
    joints = standing()[..., [0, 2, 1]] * [1, -1, 1] * scale  # z up
    np.save(tmp_path / "a.npy", joints)
    clip = load_skeleton(tmp_path / "a.npy", layout="smpl_22", format="numpy")
    assert (clip.units, clip.up) == (units, "z")
    canonical = clip.canonical().joints[0, 0]
    assert np.allclose(np.ptp(canonical, 0), np.ptp(standing()[0], 0), rtol=0.15)


def test_shapes(tmp_path):
    path = tmp_path / "a.npy"
    kwargs = {"layout": "smpl_22", "format": "numpy"}
    for shape in ((10, 22, 3), (10, 1, 22, 3), (10, 66)):
        np.save(path, standing().reshape(shape))
        assert np.array_equal(load_skeleton(path, **kwargs).joints, standing()[:, None])
    np.save(path, standing()[0])
    assert load_skeleton(path, **kwargs).num_frames == 1
    np.save(path, np.asfortranarray(standing().astype(">f8")))
    assert np.array_equal(load_skeleton(path, **kwargs).joints, standing()[:, None])
    flat = standing()[..., :2] * [300, -300] + 400
    np.save(path, np.concatenate([flat, np.full((10, 22, 1), 0.5)], -1))
    clip = load_skeleton(path, **kwargs)
    assert clip.is_2d and (clip.units, clip.up) == ("pixels", "-y") and (clip.confidence == 0.5).all()


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((5, 22, 3)), "at least one joint that is seen"),
        (np.ones((5, 23, 3)), "23 joints, which fit none of the built-in ones"),
        (np.ones((0, 22, 3)), "at least one of its frames"),
        (np.ones((5, 22, 7)), r"found shape \(5, 22, 7\)"),
        (np.ones((2, 3, 60, 25, 2)), "say what its axes are: axes=N,C,T,V,M or axes=N,M,T,V,C"),
        (np.ones((3, 60, 25, 2)), "say what its axes are: axes=C,T,V,M or axes=N,T,V,C"),
        (np.ones((5, 67)), "67 numbers a row"),
        (np.ones((5, 22, 3), complex), "expected numbers, found dtype complex128"),
        (np.full((5, 22, 3), "a"), "expected numbers, found dtype <U1"),
        (np.array([{"a": 1}]), "Python objects: pickles can run code"),
        (np.zeros(3, [("x", "f4")]), "records"),
        (np.full((5, 22, 3), np.nan), "at least one joint that is seen"),
    ],
)
def test_arrays_that_are_no_clip(tmp_path, array, message):
    np.save(tmp_path / "a.npy", array, allow_pickle=True)
    with pytest.raises(SkeletonFileError, match=message):
        load_skeleton(tmp_path / "a.npy", format="numpy")


@pytest.mark.parametrize("layout", ["coco_17", "h36m_17", "kinect_v2", "openpose_25", "kinect_v1", "msr_action3d"])
def test_of_layouts_with_as_many_joints_the_proportions_choose(tmp_path, layout):
    np.save(tmp_path / "a.npy", standing(layout) * 3.3)
    clip = load_skeleton(tmp_path / "a.npy")
    assert clip.layout.name == layout and f"Layout guessed: {layout}, of " in clip.warnings[0]


def test_a_count_that_several_layouts_have_is_an_error_that_names_them(tmp_path):
    np.save(tmp_path / "a.npy", np.random.default_rng(0).normal(size=(10, 17, 3)))
    with pytest.raises(SkeletonFileError, match=r"17 joints, which fit 'coco_17', .*: which of them is it"):
        load_skeleton(tmp_path / "a.npy")


def npy_bytes(header):
    text = header.encode().ljust(118) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 22, 3)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 22, 3)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': " + "(" * 80,
        "{'descr': '<f8'}",
        "__import__('os').abort()",
    ],
)
def test_hostile_headers(tmp_path, header):
    path = tmp_path / "a.npy"
    path.write_bytes(npy_bytes(header) + b"\0" * 64)
    with pytest.raises(SkeletonFileError, match=r"header|bytes for shape|objects"):
        load_skeleton(path)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("joints.npy", path.read_bytes())
    with pytest.raises(SkeletonFileError, match=r"header|bytes for shape|objects"):
        load_skeleton(tmp_path / "a.npz")


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path):
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("joints.npy", "w") as member:
        for _ in range(300):
            member.write(bytes(2**20))
    assert path.stat().st_size < 2**20
    with pytest.raises(SkeletonFileError, match=r"at most 1000 arrays of 256 MB together, found 1 of 300 MB"):
        load_skeleton(path)


def test_broken_archives(tmp_path):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, joints=standing())
    data = buffer.getvalue()
    for name, content, message in (
        ("cut.npz", data[: len(data) // 2], "a broken zip"),
        ("bits.npz", data[:200] + b"\xff" * 50 + data[250:], "key 'joints': expected an array"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SkeletonFileError, match=message):
            load_skeleton(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "a.pt", "w") as archive:
        archive.writestr("archive/data.pkl", b"x")
    with pytest.raises(SkeletonFileError, match=r"pickle"):
        load_skeleton(tmp_path / "a.pt", format="numpy")


def test_foreign_npz(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, positions=standing(), fps=25, label="wave", up="y", other=np.zeros(3))
    clip = load_skeleton(path, layout="smpl_22")
    assert (clip.fps, clip.label, clip.up) == (25.0, "wave", "y")
    np.savez(path, strange=standing("mediapipe_33"), numbers=np.zeros(4))
    assert load_skeleton(path).layout.name == "mediapipe_33"
    np.savez(path, a=standing(), b=standing())
    with pytest.raises(SkeletonFileError, match=r"an array of joints named joints, .*found a, b"):
        load_skeleton(path)
    np.savez(path, joints=standing(), units="miles")
    with pytest.raises(SkeletonFileError, match=r"key 'units': expected one of"):
        load_skeleton(path)


def test_our_container_is_lossless(tmp_path):
    rng = np.random.default_rng(3)
    layout = SkeletonLayout("dog_3", ("head", "tail", "paw"), ((0, 1), (1, 2)), rest=((0, 1, 0), (0, 1, -1), (0, 0, 0)))
    mask = rng.random((7, 3, 3)) > 0.3
    mask[:, 2] = False
    clip = SkeletonSequence(
        rng.normal(size=(7, 3, 3, 3)), layout, mask=mask, confidence=rng.random((7, 3, 3)), fps=29.97, units="inches",
        up="-z", view="x", rotations=rng.normal(size=(7, 3, 3, 3, 3)), label="sit", captions=("a dog sits",),
        questions=(("who?", "a dog"),), warnings=("made up",),
    )  # fmt: skip
    save_npz(clip, tmp_path / "a.npz")
    again = load_skeleton(tmp_path / "a.npz")
    for name in ("joints", "mask", "confidence", "rotations"):
        assert np.array_equal(getattr(again, name), getattr(clip, name)), name
    for name in ("layout", "fps", "units", "up", "view", "label", "captions", "questions", "warnings"):
        assert getattr(again, name) == getattr(clip, name), name


def test_nw_ucla(tmp_path):
    path = tmp_path / "clip.json"
    joints = standing("kinect_v1") * [-1, 1, -1] + [0, -0.9, 2.5]
    path.write_text(json.dumps({"file_name": "a08_s01_e00_v01", "skeletons": joints.round(6).tolist(), "label": 7}))
    clip = load_skeleton(path)
    assert (clip.format, clip.layout.name, clip.label, clip.units) == ("nw_ucla", "kinect_v1", "donning", "metres")
    assert np.allclose(clip.joints[:, 0], joints, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"skeletons": [], "label": 1}', "skeletons: expected numbers of shape"),
        ('{"skeletons": [[1, 2]], "label": 1}', r"found shape \(1, 2\)"),
        ('{"skeletons": [[1, 2], [1]], "label": 1}', "different lengths"),
        ('{"skeletons": 3, "label": 1}', "skeletons: expected a list, found a number"),
        ('{"skeletons": [[[1,2,', "line 1, column 22"),
        ('{"label": 1, "skeletons"' + "[" * 50_000, "expected"),
        ('{"skeletons": ' + "[" * 60_000 + ', "label"', "nesting|JSON"),
    ],
)
def test_broken_json_says_where(tmp_path, text, message):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(SkeletonFileError, match=message):
        load_skeleton(tmp_path / "a.json", format="nw_ucla")


def test_json_that_would_take_gigabytes_is_refused_before_parsing(tmp_path):
    (tmp_path / "a.json").write_text('{"skeletons": [' + "[]," * 4_000_000 + "[]]}")
    with pytest.raises(SkeletonFileError, match=r"at most 320 MB as objects"):
        load_skeleton(tmp_path / "a.json", format="nw_ucla")


def waving(layout):
    return generate("wave", layout=layout, seed=4, options=EXACT).canonical().joints[:, 0]


@pytest.mark.parametrize("value", [0, -1, 9999])
@pytest.mark.parametrize("dims", [2, 3])
def test_numbers_in_place_of_what_was_not_seen(tmp_path, value, dims):
    joints = waving("kinect_v2") if dims == 3 else waving("coco_17")[..., :2] * [300, -300] + [640, 650]
    lost = np.random.default_rng(0).random(joints.shape[:2]) < 0.1
    np.save(tmp_path / "a.npy", np.where(lost[..., None], value, joints))
    clip = load_skeleton(tmp_path / "a.npy")
    assert np.array_equal(clip.mask[:, 0], ~lost) and any("taken as not seen" in text for text in clip.warnings)


def test_a_root_at_zero_is_seen_and_a_hand_that_always_is_there_is_not(tmp_path):
    joints = waving("kinect_v2")
    joints = joints - joints[:, :1]
    np.save(tmp_path / "a.npy", joints)
    assert load_skeleton(tmp_path / "a.npy").mask.all()
    joints[:, 7] = 0
    np.save(tmp_path / "a.npy", joints)
    clip = load_skeleton(tmp_path / "a.npy", layout="kinect_v2")
    assert not clip.mask[:, 0, 7].any() and clip.mask[:, 0, :7].all()
    assert any("At exactly 0 in every frame, so not seen: left_hand." in text for text in clip.warnings)


def test_which_way_is_up_in_a_picture(tmp_path):
    flat = waving("coco_17")[..., :2] * 300
    for scale, up, word in (([1, -1], "-y", "image coordinates"), ([1, 1], "y", "pictures count y downwards")):
        np.save(tmp_path / "a.npy", flat * scale + 700)
        clip = load_skeleton(tmp_path / "a.npy")
        assert clip.up == up and any(word in text for text in clip.warnings)
        assert clip.canonical().joints[:, 0, 0, 1].mean() > clip.canonical().joints[:, 0, 15, 1].mean()
    np.save(
        tmp_path / "a.npy", (flat * [-1, -1] + 700)[..., ::-1]
    )  # as somebody who lies on the back, the head at x = 0
    assert any(
        "bodies lie along x, or x and y are exchanged" in text for text in load_skeleton(tmp_path / "a.npy").warnings
    )


@pytest.mark.parametrize(("shape", "axes"), [((6, 20), "N,T,V,C"), ((20, 20), "N,T,V,C"), ((40, 3), None)])
def test_clips_are_not_taken_for_people(tmp_path, shape, axes):
    joints = waving("kinect_v2")
    if axes:  # windows of one recording
        array = np.stack([joints[7 * n % 100 : 7 * n % 100 + shape[1]] for n in range(shape[0])])
    else:
        array = np.stack([joints[: shape[0]] + [n, 0, 0] for n in range(shape[1])], axis=1)
    np.save(tmp_path / "a.npy", array)
    clip = load_skeleton(tmp_path / "a.npy", people=5)
    assert (clip.num_frames, clip.num_people) == ((shape[1], 1) if axes else shape)
    assert (axes is None) == (
        not any(f"Axes guessed from the shape {array.shape}: {axes}" in text for text in clip.warnings)
    )


@pytest.mark.parametrize("order", ["T,C,V", "V,T,C", "T,C,V,M"])
def test_further_orders_of_axes(tmp_path, order):
    joints = waving("kinect_v2")[:40]
    array = joints.transpose(["TVC".index(letter) for letter in order.split(",")[:3]])
    np.save(tmp_path / "a.npy", array[..., None] if "M" in order else array)
    clip = load_skeleton(tmp_path / "a.npy")
    assert np.allclose(clip.joints[:, 0], joints, atol=1e-5) and any(f": {order};" in text for text in clip.warnings)


@pytest.mark.parametrize("columns", [132, 258, 1662])
def test_rows_of_mediapipe_as_tutorials_flatten_them(tmp_path, columns):
    joints = waving("mediapipe_33")
    shares = joints * [0.24, -0.24 * 16 / 9, -0.24] + [0.5, 0.9, 0]
    rows = np.concatenate([shares, np.full((*shares.shape[:2], 1), 0.9)], axis=-1).reshape(len(joints), 132)
    np.save(tmp_path / "a.npy", np.concatenate([rows, np.full((len(rows), columns - 132), 0.4)], axis=1))
    clip = load_skeleton(tmp_path / "a.npy")
    assert (clip.layout.name, clip.up) == ("mediapipe_33", "-y") and any(
        "16:9 was taken" in text for text in clip.warnings
    )
    found = clip.canonical().joints[:, 0]
    scale = np.ptp(joints[..., 1]) / np.ptp(found[..., 1])
    assert np.allclose((found - found[:, 23:24]) * scale, joints - joints[:, 23:24], atol=0.02)


def test_visibility_flags_beside_pixels_are_no_depth(tmp_path):
    flat = waving("coco_17")[..., :2] * [300, -300] + [640, 650]
    np.save(tmp_path / "a.npy", np.concatenate([flat, np.full((*flat.shape[:2], 1), 2.0)], -1))
    assert load_skeleton(tmp_path / "a.npy").is_2d


OWN = {
    "a1": "pelvis",
    "a2": "head",
    "a3": "left shoulder",
    "a4": "right shoulder",
    "a5": "left hip",
    "a6": "right hip",
    "prop": None,
}


def own_body(frames=10):
    rest = {"pelvis": (0, 0.95, 0), "head": (0, 1.6, 0), "left shoulder": (0.18, 1.4, 0), "right shoulder": (-0.18, 1.4, 0),
            "left hip": (0.09, 0.92, 0), "right hip": (-0.09, 0.92, 0), None: (3, 3, 3)}  # fmt: skip
    return np.repeat(np.array([rest[point] for point in OWN.values()])[None], frames, 0)


def test_named_arrays(tmp_path):
    np.savez(tmp_path / "a.npz", joints=own_body(), joint_names=list(OWN), confidence=np.ones((10, 1, 7)))
    clip = load_skeleton(tmp_path / "a.npz", joint_map=OWN)
    assert clip.layout.joints == tuple(OWN)[:-1] and clip.confidence.shape == (10, 1, 6)
    assert clip.layout.body[:3] == ("pelvis", "head", "left_shoulder")
    names = [point or "ik_prop" for point in OWN.values()]
    np.savez(tmp_path / "b.npz", joints=own_body(), names=names)
    assert load_skeleton(tmp_path / "b.npz").layout.body[:6] == clip.layout.body


def test_bare_arrays_by_a_map_of_numbers(tmp_path):
    np.save(tmp_path / "a.npy", own_body())
    numbered = {str(row): point for row, point in enumerate(OWN.values())}
    clip = load_skeleton(tmp_path / "a.npy", joint_map=numbered)
    assert clip.layout.joints == ("0", "1", "2", "3", "4", "5") and clip.layout.body[1] == "head"
    with pytest.raises(SkeletonFileError, match="a joint map for at least four of its joints"):
        load_skeleton(tmp_path / "a.npy", joint_map={"0": "head"})


def test_maps_that_no_joint_is_in_are_told(tmp_path):
    from skeletonllm_hf.model.layouts import get_layout

    text = "25\n" + "\n".join(" ".join(map(str, p)) + " 0 0 0 0 0 0 0 0 2" for p in get_layout("kinect_v2").rest_joints)
    (tmp_path / "a.skeleton").write_text("1\n1\n5 0 0 0 0 0 0 0 0 2\n" + text)
    clip = load_skeleton(tmp_path / "a.skeleton", joint_map={"other": "head"})
    assert "The joint map was not used: this file has no joints of its names." in clip.warnings


def named_points():
    from skeletonllm_hf.model.layouts import get_layout

    return dict(zip(get_layout("coco_17").joints, body("coco_17", 8).transpose(1, 0, 2), strict=True))


@pytest.mark.parametrize("form", ["records", "records of vectors", "arrays", "columns", "axes"])
def test_joints_by_name(tmp_path, form):
    points = named_points()
    columns = {f"{name}_{axis}": places[:, at] for name, places in points.items() for at, axis in enumerate("xyz")}
    if form.startswith("records"):
        fields = points if "vectors" in form else columns
        table = np.zeros(8, [("frame", "i4"), *((name, "f4", values.shape[1:]) for name, values in fields.items())])
        for name, values in fields.items():
            table[name] = values
        table["frame"] = range(8)
        np.save(tmp_path / "a.npy", table)
    else:
        axes = dict(zip("xyz", body("coco_17", 8).transpose(2, 0, 1), strict=True)) | {"joint_names": list(points)}
        np.savez(tmp_path / "a.npz", fps=25, **{"arrays": points, "columns": columns, "axes": axes}[form])
    clip = load_skeleton(next(tmp_path.iterdir()))
    assert clip.layout.name == "coco_17" and clip.fps == (25 if not form.startswith("records") else 30)
    assert np.allclose(clip.joints[:, 0], body("coco_17", 8), atol=1e-5)


def test_people_then_frames_of_flat_joints(tmp_path):
    both = np.stack([body("smpl_24", 30), body("smpl_24", 30) + [1, 0, 0]])
    np.savez(tmp_path / "a.npz", jointPositions=both.reshape(2, 30, 72))
    clip = load_skeleton(tmp_path / "a.npz")
    assert clip.layout.name == "smpl_24" and np.allclose(clip.joints, both.swapaxes(0, 1), atol=1e-5)


@pytest.mark.parametrize("shape", [(30, 1, 1, 17, 3), (30, 17, 3), (30, 17, 2)])
def test_x_and_y_that_are_exchanged(tmp_path, shape):
    points = body("coco_17", 30)[..., :2] * [0.2, -0.4] + [0.5, 0.9]
    values = np.concatenate([points[..., ::-1], np.full((30, 17, 1), 0.8)], -1)[..., : shape[-1]]
    np.save(tmp_path / "a.npy", values.reshape(shape))
    clip = load_skeleton(tmp_path / "a.npy", picture=(100, 100))
    assert clip.layout.name == "coco_17" and np.allclose(
        clip.joints[:, 0] / np.ptp(clip.joints), points / np.ptp(points), atol=1e-4
    )
    assert any("y, x and a score" in warning or "x and y were exchanged" in warning for warning in clip.warnings)
    if len(shape) == 3:
        assert not any("exchanged:" in warning for warning in load_skeleton(tmp_path / "a.npy", up="-y").warnings)


@pytest.mark.parametrize("name, count", [("zed", 38), ("zed_body", 34), ("smplx", 55), ("smpl", 45), ("crowdpose", 14)])
def test_layouts_that_are_not_built_in_are_known_by_their_proportions(tmp_path, name, count):
    from skeletonllm_hf.readers.rules.numbered_layouts import numbered_layouts

    (layout,) = numbered_layouts(count)
    np.save(tmp_path / "a.npy", body(layout))
    clip = load_skeleton(tmp_path / "a.npy")
    assert (
        clip.layout == layout
        and layout.name.startswith(name)
        and np.allclose(clip.joints[:, 0], body(layout), atol=1e-5)
    )


def test_the_frame_rate_of_22_joints_is_stated_as_assumed(tmp_path):
    np.save(tmp_path / "a.npy", standing())
    clip = load_skeleton(tmp_path / "a.npy")
    assert clip.fps == 20 and any("Frame rate assumed: 20" in warning for warning in clip.warnings)
    given = load_skeleton(tmp_path / "a.npy", fps=30)
    assert given.fps == 30 and not any("Frame rate" in warning for warning in given.warnings)
