"""Text and arrays in spellings that other programs choose: logs, YAML, XML, prints, Fortran, packed files, MATLAB's old ones. The same body every time."""

import bz2
import csv
import io
import json
import lzma
import tarfile
import zipfile

import numpy as np
import pytest
from format_samples import body

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

FRAMES = 30
NAMES = get_layout("kinect_v2").joints
JOINTS = body("kinect_v2", FRAMES).round(4)


def read(tmp_path, name, text):
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_skeleton(tmp_path / name)


def is_whole(clip, joints=JOINTS):
    rows = [clip.layout.joints.index(name) for name in NAMES] if set(NAMES) <= set(clip.layout.joints) else slice(None)
    return clip.num_frames == len(joints) and np.allclose(clip.joints[:, 0, rows], joints, atol=1e-3)


def named(frame):
    return {name: place.tolist() for name, place in zip(NAMES, frame, strict=True)}


def table(mark=","):
    head = mark.join(["time", *(f"{name}_{axis}" for name in NAMES for axis in "xyz")])
    return "\n".join([head, *(mark.join(f"{v:.4f}" for v in (f / 50, *JOINTS[f].ravel())) for f in range(FRAMES))])


@pytest.mark.parametrize("before", ["2024-05-01T10:00:{:06.3f}Z lab/pose ", "[{:.3f}] INFO ", "{:.3f} data: "])
def test_logs_of_json(tmp_path, before):
    since = 0 if "T" in before else 1700000000
    lines = [before.format(since + f / 20) + json.dumps({"joints": named(JOINTS[f])}) for f in range(FRAMES)]
    clip = read(tmp_path, "a.log", "\n".join(lines))
    assert is_whole(clip) and clip.fps == pytest.approx(20, rel=1e-3)


def test_scripts_that_hold_json(tmp_path):
    content = json.dumps({"fps": 25, "frames": [{"joints": named(frame)} for frame in JOINTS]})
    for text in (f"var motion = {content};\n", f"callback({content});"):
        clip = read(tmp_path, "a.js", text)
        assert is_whole(clip) and clip.fps == 25


def test_fortran_exponents(tmp_path):
    rows = [" ".join(f"{v:.6E}".replace("E", "D") for v in frame.ravel()) for frame in JOINTS]
    assert is_whole(read(tmp_path, "fort.20", "\n".join(rows)))


def yaml_of(frame, number):
    places = "".join(
        f'  - \n    name: "{name}"\n    position: \n      x: {x}\n      y: {y}\n      z: {z}\n'
        for name, (x, y, z) in zip(NAMES, frame.tolist(), strict=True)
    )
    return f'header: \n  stamp: \n    secs: 1600000000\n    nsecs: {number * 40_000_000}\n  frame_id: "map"\njoints: \n{places}---\n'


def test_yaml_of_ros(tmp_path):
    clip = read(tmp_path, "a.txt", "".join(yaml_of(frame, number) for number, frame in enumerate(JOINTS[:20])))
    assert is_whole(clip, JOINTS[:20]) and clip.fps == pytest.approx(25)


def test_yaml_of_lists(tmp_path):
    lines = ["fps: 30", f"joint_names: [{', '.join(NAMES[:12])},", f"  {', '.join(NAMES[12:])}]", "frames:"]  # fmt: skip
    for frame in JOINTS:
        lines += ["  - positions:", *(f"      - [{x}, {y},\n         {z}]" for x, y, z in frame.tolist())]
    clip = read(tmp_path, "a.yml", "\n".join(lines))
    assert is_whole(clip) and clip.fps == 30


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(" " * n + "a:" for n in range(2000)),
        "a:\n" + "  - [1,\n" * 100_000,
        "a:\n  - b: [[[[\n" * 50,
        '<a x="1">' * 100_000,
        '<!DOCTYPE a [<!ENTITY b "cc">]><a x="1">&b;</a>',
        "[[1.0 2.0]\n ...\n [5.0 6.0]]\n" * 20,
    ],
)
def test_hostile_text_is_refused(tmp_path, text):
    with pytest.raises(SkeletonFileError, match=r"a\.txt"):
        read(tmp_path, "a.txt", text)


def test_xml(tmp_path):
    joints = [
        "".join(
            f'<Joint name="{n}" x="{x}" y="{y}" z="{z}"/>' for n, (x, y, z) in zip(NAMES, frame.tolist(), strict=True)
        )
        for frame in JOINTS
    ]
    frames = "".join(f'<Frame number="{n}"><Body id="7">{inner}</Body></Frame>\n' for n, inner in enumerate(joints))
    clip = read(tmp_path, "a.xml", f'<?xml version="1.0"?>\n<Recording fps="25">\n{frames}</Recording>')
    assert is_whole(clip) and clip.fps == 25


def test_printed_arrays(tmp_path):
    text = "".join(f"frame {number}\n{frame}\n" for number, frame in enumerate(JOINTS))
    assert is_whole(read(tmp_path, "out.txt", text))


def test_utf16_without_a_mark(tmp_path):
    for encoding in ("utf-16-le", "utf-16-be"):
        clip = read(tmp_path, "a.tsv", table("\t").encode(encoding))
        assert is_whole(clip) and clip.fps == 50


def test_packed_files(tmp_path):
    data = table().encode()
    for name, packed in (("a.csv.bz2", bz2.compress(data)), ("a.csv.xz", lzma.compress(data))):
        assert is_whole(read(tmp_path, name, packed))
    for kind in ("bz2", "xz"):
        with tarfile.open(tmp_path / f"a.tar.{kind}", f"w:{kind}") as archive:
            member = tarfile.TarInfo("takes/a.csv")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        clip = load_skeleton(tmp_path / f"a.tar.{kind}")
        assert is_whole(clip) and clip.source.endswith("takes/a.csv")


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress])
def test_packed_files_that_are_cut_or_too_large(tmp_path, pack, monkeypatch):
    with pytest.raises(SkeletonFileError, match="an archive that can be unpacked"):
        read(tmp_path, "a.csv.bin", pack(table().encode())[:-40])
    monkeypatch.setattr("skeletonllm_hf.readers.archive.MAX_UNPACKED", 1000)
    with pytest.raises(SkeletonFileError, match="unpacked, found more"):
        read(tmp_path, "b.csv.bin", pack(bytes(5000)))


def old_matlab(name, array, order="<"):
    kind = 1000 * (order == ">")
    header = np.array([kind, *array.shape, 0, len(name) + 1], f"{order}i4").tobytes()
    return header + name.encode() + b"\0" + array.astype(f"{order}f8").tobytes("F")


def test_matlab_of_version_4(tmp_path):
    from scipy.io import savemat

    savemat(tmp_path / "a.mat", {"fs": 50.0, "joints": JOINTS.reshape(FRAMES, -1)}, format="4")
    clip = load_skeleton(tmp_path / "a.mat")
    assert is_whole(clip) and clip.fps == 50
    data = old_matlab("joints", JOINTS.reshape(FRAMES, -1), ">")
    assert is_whole(read(tmp_path, "b.mat", data))
    with pytest.raises(SkeletonFileError, match="the file may be truncated"):
        read(tmp_path, "c.mat", data[:-9])


def test_numbers_of_clip_and_person_before_the_joints(tmp_path):
    clips = [(1, 1, 3), (2, 1, 3)]
    rows = [" ".join(f"{v:g}" for v in (*ids, *frame.ravel())) for ids in clips for frame in JOINTS]
    clip = read(tmp_path, "a.txt", "\n".join(rows))
    assert is_whole(clip) and any("those of 2 clips" in text for text in clip.warnings)
    shift = np.array([0, 3])[:, None, None, None] + np.zeros((2, *JOINTS.shape), np.float32)
    pair = [
        " ".join(f"{v:g}" for v in (f, who, *(JOINTS + shift[who])[f].ravel())) for f in range(FRAMES) for who in (0, 1)
    ]
    clip = read(tmp_path, "b.txt", "\n".join(pair))
    assert clip.joints.shape[:2] == (FRAMES, 2) and is_whole(clip)
    assert np.allclose(clip.joints[:, 1], JOINTS + 3, atol=1e-3)


def test_axes_that_the_file_calls_left_handed(tmp_path):
    frames = [{"joints": named(frame * (1, 1, -1))} for frame in JOINTS]
    content = {"coordinateSystem": "left-handed (Unity)", "frames": frames}
    clip = read(tmp_path, "a.json", json.dumps(content))
    assert is_whole(clip) and any("left-handed" in text for text in clip.warnings)
    for key, value in (("axes", "x left, y up"), ("handedness", "right"), ("note", "left-handed person")):
        clip = read(
            tmp_path, "b.json", json.dumps({key: value, "frames": [{"joints": named(frame)} for frame in JOINTS]})
        )
        assert is_whole(clip)
    assert is_whole(read(tmp_path, "a.csv", "# left hand and right hand are points of the fingers\n" + table()))


def test_turns_with_x_y_z_w_are_no_places(tmp_path):
    turn = {"x": 0.1, "y": 0.2, "z": 0.3, "w": 0.927}
    with pytest.raises(SkeletonFileError):
        read(tmp_path, "a.json", json.dumps({"frames": [{"bones": dict.fromkeys(NAMES, turn)}] * 5}))


def test_pixels_from_minus_one_to_one(tmp_path):
    flat = body("coco_17", FRAMES)[..., :2]
    flat = (flat - flat.mean((0, 1))) / 2
    names = get_layout("coco_17").joints
    head = ",".join(f"{name}_{axis}" for name in names for axis in "xy")
    rows = [",".join(f"{v:.5f}" for v in (frame * (1 / 1.6, -1 / 0.9)).ravel()) for frame in flat]
    clip = read(tmp_path, "a.csv", "\n".join([head, *rows]))
    size = np.ptp(clip.joints[:, 0].reshape(-1, 2), axis=0)
    assert size[0] / size[1] == pytest.approx(np.ptp(flat[..., 0]) / np.ptp(flat[..., 1]), rel=0.01)
    assert any("16:9 was taken" in text for text in clip.warnings)


def test_points_named_after_pictures(tmp_path):
    rows = ["image,label,x,y"]
    flat = 400 + 100 * body("coco_17", FRAMES)[..., :2] * (1, -1)
    for number, frame in enumerate(flat):
        places = zip(get_layout("coco_17").joints, frame.tolist(), strict=True)
        rows += [f"img_{number}.png,{name},{x:.2f},{y:.2f}" for name, (x, y) in places if number != 3 or name != "nose"]
    clip = read(tmp_path, "a.csv", "\n".join(rows))
    assert clip.num_frames == FRAMES and clip.num_people == 1 and not clip.mask[3, 0, 0]


def test_json_beside_an_array(tmp_path):
    meta = json.dumps({"fps": 25, "keypoints": list(NAMES)})
    np.savez(tmp_path / "a.npz", poses3d=JOINTS, meta=np.array(meta))
    clip = load_skeleton(tmp_path / "a.npz")
    assert is_whole(clip) and clip.fps == 25 and clip.layout.joints == NAMES


def test_dates_of_dotnet(tmp_path):
    frames = [
        {"CreationTime": f"/Date({1500000000000 + 40 * n})/", "Joints": named(frame)} for n, frame in enumerate(JOINTS)
    ]
    clip = read(tmp_path, "a.json", json.dumps(frames))
    assert is_whole(clip) and clip.fps == pytest.approx(25)


def frames_text(line):
    return "\n".join(line(number, frame) for number, frame in enumerate(JOINTS))


OTHER_TEXTS = {
    "Python's objects": lambda: frames_text(
        lambda n, f: str({"frame": n, "joints": {k: tuple(v) for k, v in named(f).items()}, "lost": None})
    ),
    "Python's objects behind words": lambda: frames_text(lambda n, f: f"[INFO] frame {n}: {named(f)}"),
    "NumPy's numbers": lambda: frames_text(
        lambda n, f: "{" + ", ".join(f"'{k}': [np.float64({x}), np.float64({y}), {z}]" for k, (x, y, z) in named(f).items()) + "}"
    ),
    "JSON with comments": lambda: (
        "// by hand\n{/* all */ \"frames\": [" + frames_text(lambda n, f: json.dumps({"joints": named(f)}) + ",") + "],}"
    ),
    "events of a server": lambda: frames_text(
        lambda n, f: f"event: pose\nid: {n}\ndata: {json.dumps({'joints': named(f)})}\n"
    ),
    "keys and values": lambda: frames_text(
        lambda n, f: f"frame={n};" + ";".join(f"{k}.{a}={v}" for k, p in named(f).items() for a, v in zip("xyz", p, strict=True))
    ),
    "InfluxDB's lines": lambda: frames_text(
        lambda n, f: "pose,user=1 " + ",".join(f"{k}_{a}={v}" for k, p in named(f).items() for a, v in zip("xyz", p, strict=True)) + f" {17 * 10**17 + n * 10**7}"
    ),
    "blocks": lambda: "\n\n".join("\n".join(f"{x:.4f} {y:.4f} {z:.4f}" for x, y, z in f) for f in JOINTS) + "\n",
    "slices": lambda: frames_text(
        lambda n, f: "\n".join(f"{x:.6e} {y:.6e} {z:.6e}" for x, y, z in f) + "\n# New slice"
    ),
    "a shape": lambda: f"{FRAMES} 25 3\n" + frames_text(lambda n, f: " ".join(map(str, f.ravel()))),
    "decimal commas": lambda: frames_text(lambda n, f: ";".join(f"{v:.4f}".replace(".", ",") for v in f.ravel())),
    "a minus of printers": lambda: table("\t").replace("-", "\u2212"),
    "axes from 1": lambda: "\n".join(
        [",".join(f"{name}_{axis}" for name in NAMES for axis in (1, 2, 3)), frames_text(lambda n, f: ",".join(map(str, f.ravel())))]
    ),
    "a cell of all numbers": lambda: "frame,keypoints\n" + frames_text(
        lambda n, f: f'{n},"{" ".join(f"{v:.4f}" for v in f.ravel())}"'
    ),
    "OpenCV's YAML": lambda: (
        f"%YAML:1.0\n---\njoints: !!opencv-matrix\n   rows: {FRAMES}\n   cols: 75\n   dt: f\n"
        f"   data: [ {', '.join(map(str, JOINTS.ravel()))} ]\n"
    ),
    "XML with texts": lambda: "<motion>" + frames_text(
        lambda n, f: "<frame>" + "".join(
            f"<joint><name>{k}</name><position>{x} {y} {z}</position></joint>" for k, (x, y, z) in named(f).items()
        ) + "</frame>"
    ) + "</motion>",
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_TEXTS)
def test_other_texts(tmp_path, name):
    clip = read(tmp_path, "a.txt", OTHER_TEXTS[name]())
    assert is_whole(clip) and clip.num_people == 1
    assert name != "InfluxDB's lines" or clip.fps == pytest.approx(100)


def test_words_for_nothing_in_other_tools(tmp_path):
    lines = table(";").split("\n")
    for number, word in ((3, "#NV"), (4, "."), (5, "#WERT!"), (6, "**")):
        cells = lines[number].split(";")
        lines[number] = ";".join([*cells[:4], word, word, word, *cells[7:]])
    clip = read(tmp_path, "a.csv", "\n".join(lines))
    assert clip.num_frames == FRAMES and (~clip.mask).sum() == 4 and not clip.mask[2:6, 0, 1].any()


def test_landmarks_of_another_program(tmp_path):
    names = get_layout("coco_17").joints
    flat = 0.5 + 0.2 * body("coco_17", FRAMES)[..., :2] * (1, -1)
    frames = [
        [{"name": n, "x": x, "y": y, "score": 0.9} for n, (x, y) in zip(names, f.tolist(), strict=True)] for f in flat
    ]
    clip = read(tmp_path, "a.json", json.dumps({"video": {"fps": 24}, "landmarks": frames}))
    assert clip.layout.joints == names and clip.num_frames == FRAMES and clip.fps == 24


def test_polish_names(tmp_path):
    names = ["głowa", "szyja", *(f"{side} {part}" for side in ("lewy", "prawy") for part in ("bark", "łokieć", "nadgarstek")),
             *(f"{side} {part}" for side in ("lewe", "prawe") for part in ("biodro", "kolano")), "lewa kostka", "prawa kostka"]  # fmt: skip
    own = ["head", "neck", *(f"{side}_{part}" for side in ("left", "right") for part in ("shoulder", "elbow", "wrist")),
           *(f"{side}_{part}" for side in ("left", "right") for part in ("hip", "knee")), "left_ankle", "right_ankle"]  # fmt: skip
    points = get_layout("kinect_v2").body
    places = JOINTS[:, [points.index(point) if point in points else 3 for point in own]]
    rows = [";".join(map(str, frame.ravel())) for frame in places]
    clip = read(tmp_path, "a.csv", "\n".join([";".join(f"{n} {a}" for n in names for a in "XYZ"), *rows]))
    assert clip.layout.body == tuple(own)


def test_arrays_in_hdf5(tmp_path):
    h5py = pytest.importorskip("h5py", reason="needs the extra [formats]")
    with h5py.File(tmp_path / "a.h5", "w") as store:
        store["walk/joints"] = JOINTS
        store["walk/joint_names"] = list(NAMES)
        store.attrs["fps"] = 25
    clip = load_skeleton(tmp_path / "a.h5")
    assert is_whole(clip) and clip.fps == 25 and clip.layout.joints == NAMES
    with h5py.File(tmp_path / "b.mat", "w", userblock_size=512) as store:
        store["joints"] = JOINTS.transpose(2, 1, 0)  # as MATLAB writes (frames, joints, 3)
    data = (tmp_path / "b.mat").read_bytes()
    clip = read(tmp_path, "b.mat", b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\x02IM" + data[128:])
    assert is_whole(clip)


def workbook(path, sheets):
    """An Excel file: sheet's name -> rows of texts and numbers."""
    texts = list(dict.fromkeys(c for rows in sheets.values() for row in rows for c in row if isinstance(c, str)))

    def cell(column, row, value):
        where = f"{chr(64 + column // 26) if column >= 26 else ''}{chr(65 + column % 26)}{row}"
        is_text = isinstance(value, str)
        return f'<c r="{where}"{" t=" + chr(34) + "s" + chr(34) if is_text else ""}><v>{texts.index(value) if is_text else value}</v></c>'

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        names = "".join(f'<sheet name="{name}" sheetId="{n}"/>' for n, name in enumerate(sheets))
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", f"<workbook><sheets>{names}</sheets></workbook>")
        archive.writestr("xl/sharedStrings.xml", f"<sst>{''.join(f'<si><t>{text}</t></si>' for text in texts)}</sst>")
        for number, rows in enumerate(sheets.values(), 1):
            body = "".join(
                f'<row r="{r}">{"".join(cell(c, r, value) for c, value in enumerate(row) if value is not None)}</row>'
                for r, row in enumerate(rows, 1)
            )
            archive.writestr(
                f"xl/worksheets/sheet{number}.xml", f"<worksheet><sheetData>{body}</sheetData></worksheet>"
            )
    return path


def test_excel(tmp_path):
    head = ["Time [s]", *(f"{name} {axis}" for name in NAMES for axis in "xyz")]
    rows = [head, *([f / 50, *map(float, JOINTS[f].ravel())] for f in range(FRAMES))]
    rows[4][4:7] = [None] * 3
    path = workbook(tmp_path / "a.xlsx", {"Info": [["by", "me"]], "Velocity": rows[:9], "Position": rows})
    clip = load_skeleton(path)
    assert clip.num_frames == FRAMES and clip.fps == 50 and clip.source.endswith("a.xlsx/Position.csv")
    assert not clip.mask[3, 0, 1] and (~clip.mask).sum() == 1
    about = [["MVN version", "2022.0"], ["Frame Rate", 120]]
    places = [["Frame", *head[1:]], *([f, *map(float, JOINTS[f].ravel())] for f in range(FRAMES))]
    clip = load_skeleton(workbook(tmp_path / "b.xlsx", {"General Information": about, "Segment Position": places}))
    assert clip.fps == 120 and np.abs(clip.joints[:, 0] - JOINTS).max() < 1e-5
    assert load_skeleton(path, clip="Position.csv").num_frames == FRAMES


def test_hostile_workbooks(tmp_path, monkeypatch):
    monkeypatch.setattr("skeletonllm_hf.readers.tables.excel._MOST_CELLS", 100)
    with pytest.raises(SkeletonFileError, match="at most 100 cells"):
        load_skeleton(workbook(tmp_path / "a.xlsx", {"a": [["x"] * 20] * 9}))
    path = workbook(tmp_path / "b.xlsx", {"a": [["x&y"]]})
    with pytest.raises(SkeletonFileError, match=r"b\.xlsx.*sheets in whole XML"):
        load_skeleton(path)
    with zipfile.ZipFile(tmp_path / "c.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(SkeletonFileError, match=r"an Office document"):
        load_skeleton(tmp_path / "c.docx")


OTHER_JSON = {
    "records without joints": lambda: "\n".join(
        [json.dumps({"type": "header", "fps": 30}), *(json.dumps({"joints": named(frame)}) for frame in JOINTS)]
    ),
    "JSON in JSON": lambda: json.dumps(json.dumps([named(frame) for frame in JOINTS])),
    "values that are JSON": lambda: "\n".join(
        json.dumps({"offset": n, "value": json.dumps({"joints": named(frame)})}) for n, frame in enumerate(JOINTS)
    ),
    "groups": lambda: json.dumps(
        [{"body": {"one": dict(list(named(f).items())[:12]), "two": dict(list(named(f).items())[12:])}} for f in JOINTS]
    ),
    "letters and numbers": lambda: json.dumps([{f"J{n}": place for n, place in enumerate(f.tolist())} for f in JOINTS]),
    "pixels before places": lambda: json.dumps(
        [{"joints": [{"x": x, "y": y} for x, y, _ in f.tolist()], "joints_3d": f.tolist()} for f in JOINTS]
    ),
    "people, frames, joints": lambda: json.dumps(
        {"persons": {str(who): {"frames": {str(n): named(f + 4 * who) for n, f in enumerate(JOINTS)}} for who in (0, 1)}}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_JSON)
def test_other_json(tmp_path, name):
    clip = read(tmp_path, "a.json", OTHER_JSON[name]())
    assert is_whole(clip) and clip.num_people == 1 + name.startswith("people")
    assert name[:7] != "records" or "1 record without joints left out." in clip.warnings


def test_frames_without_anybody_stay(tmp_path):
    lines = [
        json.dumps({"frame": n, "joints": named(f)} if n != 4 else {"frame": n, "lost": True})
        for n, f in enumerate(JOINTS)
    ]
    clip = read(tmp_path, "a.jsonl", "\n".join(lines))
    assert clip.num_frames == FRAMES and not clip.mask[4].any() and clip.mask[5].all()


def test_people_by_sides_are_no_limbs(tmp_path):
    frames = [{"left": named(f), "right": named(f + 2)} for f in JOINTS]
    clip = read(tmp_path, "a.json", json.dumps({"frames": frames}))
    assert clip.layout.num_joints == len(NAMES)


def test_limbs_by_sides(tmp_path):
    parts = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    points = get_layout("kinect_v2").body
    frames = [
        {"head": f[3].tolist(), "neck": f[2].tolist(), **{side: {part: f[points.index(f"{side}_{part}")].tolist() for part in parts} for side in ("left", "right")}}
        for f in JOINTS
    ]  # fmt: skip
    clip = read(tmp_path, "a.json", json.dumps({"frames": frames}))
    assert clip.layout.body == ("head", "neck", *(f"{side}_{part}" for side in ("left", "right") for part in parts))


COLUMNS = ("{A}({n})", "{n}[{i}]", "Pos{A}_{n}", "{N}{A}")


@pytest.mark.parametrize("form", COLUMNS)
def test_other_names_of_columns(tmp_path, form):
    head = ",".join(form.format(n=n, N=n.upper(), A="XYZ"[i], i=i) for n in NAMES for i in range(3))
    clip = read(tmp_path, "a.csv", head + "\n" + frames_text(lambda _, f: ",".join(map(str, f.ravel()))))
    assert clip.num_frames == FRAMES and clip.layout.num_joints == len(NAMES)
    assert np.allclose(clip.joints[:, 0], JOINTS, atol=1e-3)


def test_rows_of_places_and_turns(tmp_path):
    turn = [0.1, 0.2, 0.3, 0.927]
    for name, more in (("a.csv", turn), ("b.csv", [310, 220, 900, 500, *turn, 2])):
        rows = frames_text(lambda _, f, more=more: ",".join(",".join(map(str, [*place, *more])) for place in f))
        assert is_whole(read(tmp_path, name, rows))
    rows = frames_text(lambda n, f: "\n".join(f"{n} {x} {y} {z}" for x, y, z in f))
    assert is_whole(read(tmp_path, "c.txt", rows))


def test_a_joint_list_in_a_column_and_its_time(tmp_path):
    out = io.StringIO()
    csv.writer(out).writerows(
        [["time", "pose"], *([f"{n / 20:.2f}", json.dumps(named(f))] for n, f in enumerate(JOINTS))]
    )
    clip = read(tmp_path, "a.csv", out.getvalue())
    assert is_whole(clip) and clip.fps == 20


@pytest.mark.parametrize("ending", ["xml", "yaml"])
def test_folders_of_xml_and_yaml(tmp_path, ending):
    (tmp_path / "a").mkdir()
    for number, frame in enumerate(JOINTS):
        lines = {
            "xml": [f'<joint name="{n}" x="{x}" y="{y}" z="{z}"/>' for n, (x, y, z) in named(frame).items()],
            "yaml": [f"  {n}: [{x}, {y}, {z}]" for n, (x, y, z) in named(frame).items()],
        }[ending]
        text = f"<frame>{''.join(lines)}</frame>" if ending == "xml" else "\n".join(["joints:", *lines, ""])
        (tmp_path / "a" / f"f{number}.{ending}").write_text(text)
    assert is_whole(load_skeleton(tmp_path / "a"))


def test_smpl_frame_by_frame(tmp_path):
    turns = np.random.default_rng(0).normal(0, 0.1, (FRAMES, 66)).round(4)
    frames = [
        {
            "global_orient": t[:3].tolist(),
            "body_pose": t[3:].tolist(),
            "transl": [n / 10, 0.0, 0.0],
            "betas": [0.0] * 10,
        }
        for n, t in enumerate(turns)
    ]
    clip = read(tmp_path, "a.json", json.dumps(frames))
    assert clip.format == "amass" and clip.num_frames == FRAMES
    assert np.allclose(np.diff(clip.joints[:, 0, 0, 0]), 0.1, atol=1e-4)


def test_uiprmd_turns_bones_by_the_angles_beside_them(tmp_path):
    from scipy.spatial.transform import Rotation

    above = (-1, 0, 1, 2, 3, 4, 2, 6, 7, 8, 2, 10, 11, 12, 0, 14, 15, 16, 0, 18, 19, 20)
    bones = np.array([[0, 95, 200], [0, 20, 0], [0, 20, 0], [0, 20, 0], [0, 10, 0], [0, 15, 0], [8, 12, 0], [12, 0, 0], [28, 0, 0], [25, 0, 0],
                      [-8, 12, 0], [-12, 0, 0], [-28, 0, 0], [-25, 0, 0], [10, -5, 0], [0, -42, 0], [0, -40, 0], [0, -5, 12], [-10, -5, 0],
                      [0, -42, 0], [0, -40, 0], [0, -5, 12]], float)  # fmt: skip
    angles = np.random.default_rng(0).uniform(-25, 25, (FRAMES, 22, 3)).round(3)
    expected = np.zeros((FRAMES, 22, 3))
    for frame in range(FRAMES):
        turns = [
            Rotation.from_euler("xyz", turn, degrees=True) for turn in angles[frame]
        ]  # about x first, in the room's axes
        for joint, parent in enumerate(above):
            expected[frame, joint] = (
                bones[joint] if parent < 0 else expected[frame, parent] + turns[parent].apply(bones[joint])
            )
            turns[joint] = turns[joint] if parent < 0 else turns[parent] * turns[joint]
    for folder, values in (("Positions", np.repeat(bones[None], FRAMES, 0)), ("Angles", angles)):
        (tmp_path / folder).mkdir()
        rows = "\n".join(",".join(map(str, row)) for row in values.reshape(FRAMES, -1))
        (tmp_path / folder / f"m01_s01_e01_{folder.lower()}.txt").write_text(rows)
    for folder in ("Positions", "Angles"):
        clip = load_skeleton(tmp_path / folder / f"m01_s01_e01_{folder.lower()}.txt")
        assert clip.format == "ui_prmd" and clip.units == "centimetres" and clip.fps == 30
        assert np.allclose(clip.joints[:, 0], expected, atol=0.05)
    (tmp_path / "Angles" / "m01_s01_e01_angles.txt").unlink()
    with pytest.raises(SkeletonFileError, match=r"the file of angles beside it.*m01_s01_e01_angles\.txt"):
        load_skeleton(tmp_path / "Positions" / "m01_s01_e01_positions.txt")


def test_points_whose_names_stand_under_unusual_keys(tmp_path):
    frames = [[{"nombre": n, "p": place} for n, place in named(f).items()] for f in JOINTS]
    clip = read(tmp_path, "a.json", json.dumps([{"cuadro": n, "puntos": f} for n, f in enumerate(frames)]))
    assert is_whole(clip) and clip.layout.joints == NAMES


@pytest.mark.parametrize("axes", [("u", "v"), ("col", "row")])
def test_columns_and_rows_of_a_picture(tmp_path, axes):
    flat = (400 + 100 * body("coco_17", FRAMES)[..., :2] * (1, -1)).round(2)
    head = ",".join(f"{n}_{axis}" for n in get_layout("coco_17").joints for axis in axes)
    clip = read(tmp_path, "a.csv", "\n".join([head, *(",".join(map(str, f.ravel())) for f in flat)]))
    assert np.allclose(clip.joints[:, 0], flat, atol=1e-2) and clip.up == "-y"


def test_a_wide_table_with_a_column_of_names(tmp_path):
    lines = table().split("\n")
    clip = read(tmp_path, "a.csv", "\n".join([f"name,{lines[0]}", *(f"Anna,{line}" for line in lines[1:])]))
    assert is_whole(clip) and clip.fps == 50


def test_people_in_hdf5(tmp_path):
    h5py = pytest.importorskip("h5py", reason="needs the extra [formats]")
    with h5py.File(tmp_path / "a.h5", "w") as store:
        for who in range(2):
            store[f"person_{who}/keypoints_3d"] = JOINTS + 3 * who
            store[f"take_{who}/other"] = np.zeros(FRAMES)
    clip = load_skeleton(tmp_path / "a.h5")
    assert is_whole(clip) and np.allclose(clip.joints[:, 1], JOINTS + 3, atol=1e-3)
    with h5py.File(tmp_path / "b.h5", "w") as store:
        for take in ("walk", "run"):
            store[f"{take}/joints"] = JOINTS
    clip = load_skeleton(tmp_path / "b.h5")
    assert clip.num_people == 1 and "The file holds 2 clips" in clip.warnings[0]


def test_a_carriage_return_within_quoted_names_is_an_error_of_the_file(tmp_path):
    with pytest.raises(SkeletonFileError, match=r"a\.csv"):
        read(tmp_path, "a.csv", b'time,"nose, x"\ry,"nose, y"\n0,1,2\n')


def test_ui_prmd_by_its_name_alone(tmp_path):
    (tmp_path / "rows.txt").write_text("0\n")
    with pytest.raises(
        SkeletonFileError,
        match=r"rows\.txt: expected a file that is called by its positions or angles, found rows\.txt",
    ):
        load_skeleton(tmp_path / "rows.txt", format="ui_prmd")
