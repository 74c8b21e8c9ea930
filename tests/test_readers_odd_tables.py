"""Tables as loggers and spreadsheets leave them: rows twice, units by column, formulas, other systems' sections. The same body every time."""

import numpy as np
import pytest
from format_samples import MARKERS, body, markers, up_z, vicon_nexus

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

FRAMES, RATE = 40, 50
LAYOUT = "kinect_v2"
NAMES = get_layout(LAYOUT).joints
BODY = body(LAYOUT, FRAMES)
COLUMNS = [f"{name}_{axis}" for name in NAMES for axis in "xyz"]
TIMES = [f"{f / RATE:.3f}" for f in range(FRAMES)]
ROWS = [[f"{v:.4f}" for v in frame.ravel()] for frame in BODY]


def read(tmp_path, lines, name="a.csv", **options):
    (tmp_path / name).write_text("\n".join(lines) + "\n")
    return load_skeleton(tmp_path / name, **options)


def table(names=("time", *COLUMNS), rows=None):
    rows = [[time, *row] for time, row in zip(TIMES, ROWS, strict=True)] if rows is None else rows
    return [",".join(names), *(",".join(row) for row in rows)]


def is_whole(clip, scale=1.0):
    assert (clip.num_frames, clip.num_people, clip.fps) == (FRAMES, 1, RATE)
    return np.allclose(clip.joints[:, 0], BODY * scale, atol=1e-3 * scale)


def test_rows_of_one_time_that_say_the_same_are_one(tmp_path):
    rows = [[TIMES[f], *ROWS[f]] for f in range(FRAMES) for _ in range(1 + (f % 5 == 0))]
    clip = read(tmp_path, table(rows=rows))
    assert is_whole(clip) and any("8 rows say the same" in note for note in clip.warnings)


def test_rows_of_a_rough_clock_are_frames(tmp_path):
    rows = [[str(f // 10), *ROWS[f - (f == 13)]] for f in range(FRAMES)]  # one moment of rest
    assert read(tmp_path, table(rows=rows)).num_frames == FRAMES


def test_columns_in_units_of_their_own(tmp_path):
    names = [f"{column} ({'mm' if 'ankle' in column else 'm'})" for column in COLUMNS]
    scales = np.array([1000.0 if "ankle" in column else 1.0 for column in COLUMNS])
    rows = [[time, *(f"{v:.4f}" for v in frame.ravel() * scales)] for time, frame in zip(TIMES, BODY, strict=True)]
    clip = read(tmp_path, table(["time (s)", *names], rows))
    assert is_whole(clip) and clip.units == "metres" and not any("units" in note for note in clip.warnings)


def test_formulas_of_one_value(tmp_path):
    rows = [[f'="{cell}"' for cell in (time, *row)] for time, row in zip(TIMES, ROWS, strict=True)]
    assert is_whole(read(tmp_path, table(rows=rows)))
    quoted = [[f'"=""{cell}"""' for cell in (time, *row)] for time, row in zip(TIMES, ROWS, strict=True)]
    assert is_whole(read(tmp_path, table(rows=quoted)))


def test_labview_measurements(tmp_path):
    lines = ["LabVIEW Measurement\t", "Writer_Version\t2", "Separator\tTab", "Decimal_Separator\t,", "X_Columns\tOne"]
    lines += ["Operator\tme", "Date\t2024/03/01", "Time\t10:00:00,123", "***End_of_Header***\t", "\t", "Channels\t75"]
    lines += ["Samples\t40\t40", "X_Dimension\tTime\tTime", "Delta_X\t0,02\t0,02", "***End_of_Header***"]
    rows = ["\t".join((time, *row)).replace(".", ",") for time, row in zip(TIMES, ROWS, strict=True)]
    clip = read(tmp_path, [*lines, "\t".join(("X_Value", *COLUMNS, "Comment")), *rows], fps=RATE)
    assert is_whole(clip)


@pytest.mark.parametrize("mark", ["'", "\u2019", "\u00a0", "\u202f"])
@pytest.mark.parametrize("point", [".", ","])
def test_thousands_apart(tmp_path, mark, point):
    def split(value):
        whole, part = f"{abs(value):.1f}".split(".")
        thousands = f"{whole[:-3]}{mark}{whole[-3:]}" if len(whole) > 3 else whole
        return f"{'-' if value < 0 else ''}{thousands}{point}{part}"

    rows = [
        [time.replace(".", point), *map(split, frame.ravel() * 1000)] for time, frame in zip(TIMES, BODY, strict=True)
    ]
    lines = [";".join(("time", *COLUMNS)), *(";".join(row) for row in rows)]
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert is_whole(load_skeleton(tmp_path / "a.csv"), 1000)


@pytest.mark.parametrize("mark", ["-999.0", "9999"])
def test_a_mark_of_what_is_missing_on_one_axis(tmp_path, mark):
    rows = [[time, *row] for time, row in zip(TIMES, ROWS, strict=True)]
    for f in range(5, 25):
        rows[f][3 * (f % len(NAMES)) + 3] = mark
    clip = read(tmp_path, table(rows=rows))
    assert (~clip.mask).sum() == 20 and np.allclose(clip.joints[clip.mask], BODY[clip.mask[:, 0]], atol=1e-3)
    assert any("in place of a coordinate" in note for note in clip.warnings)


@pytest.mark.parametrize("name", ["czas", "tid", "zaman"])
def test_time_in_more_languages(tmp_path, name):
    assert is_whole(read(tmp_path, table((name, *COLUMNS))))


def test_kinect_in_the_dark(tmp_path):
    rows = [[str(666_667 * f), *row] for f, row in enumerate(ROWS)]
    assert read(tmp_path, table(rows=rows)).fps == pytest.approx(15, abs=0.01)


def test_corners_of_a_box_are_no_joints(tmp_path):
    flat = BODY[..., :2] * 200 + 400
    rows = [[str(f), "1", "2", "3", "4", *(f"{v:.2f}" for v in flat[f].ravel())] for f in range(FRAMES)]
    names = ["frame", "x_min", "y_min", "x_max", "y_max", *(f"{name}_{axis}" for name in NAMES for axis in "xy")]
    clip = read(tmp_path, table(names, rows))
    assert clip.layout.joints == NAMES and np.allclose(clip.joints[:, 0], flat, atol=0.01)


@pytest.mark.parametrize("subject", ["Ann:{}", "{0}:{0}"])
@pytest.mark.parametrize("section", ["Segments", "Objects"])
def test_segments_of_vicon(tmp_path, section, subject):
    lines = [section, "50", ",," + ",".join(f"{subject.format(name)},,,,," for name in NAMES)]
    lines += ["Frame,Sub Frame," + ",".join(["RX,RY,RZ,TX,TY,TZ"] * len(NAMES))]
    lines += [",," + ",".join(["deg,deg,deg,mm,mm,mm"] * len(NAMES))]
    for f, frame in enumerate(up_z(BODY) * 1000):
        lines.append(f"{f + 1},0," + ",".join("1,2,3," + ",".join(f"{v:.2f}" for v in place) for place in frame))
    clip = read(tmp_path, lines)
    assert (clip.format, clip.units, clip.up, clip.fps) == ("vicon_nexus", "millimetres", "z", 50)
    assert np.allclose(clip.joints[:, 0], up_z(BODY) * 1000, atol=0.02)


@pytest.mark.parametrize(("unit", "scale", "read_as"), [("mm", 1000, "metres"), ("m", 0.001, "millimetres")])
def test_units_that_make_no_person_give_way_with_a_warning(tmp_path, unit, scale, read_as):
    names = [f"{column} ({unit})" for column in COLUMNS]
    rows = [[time, *(f"{v:.6f}" for v in frame.ravel() / scale * (1 if unit == "m" else 1000))] for time, frame in zip(TIMES, BODY, strict=True)]  # fmt: skip
    clip = read(tmp_path, table(["time", *names], rows))
    assert clip.units == read_as and any("as the file says" in note for note in clip.warnings)


@pytest.mark.parametrize(
    ("name", "data", "advice"),
    [
        ("a.cdf", b"\xcd\xf3\x00\x01" + bytes(90), "CDF"),
        ("a.csv.zst", b"\x28\xb5\x2f\xfd" + bytes(90), "unpack it first"),
        ("a.xdf", b"XDF:\x01\x20" + bytes(90), "CSV"),
        ("a.bip", b"\x00\x01" + bytes(90), "Biped"),
        ("a.json", b'{"frames": [{"figures": [{"geometryType": "graph"}]}]}', "Supervisely"),
        ("a.json", b'{"dm_format_version": "1.0", "items": []}', "Datumaro"),
    ],
)
def test_the_way_out(tmp_path, name, data, advice):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SkeletonFileError, match=advice):
        load_skeleton(tmp_path / name)


def test_trajectories_come_before_segments(tmp_path):
    marked = markers(FRAMES)
    text = (
        "Segments\n100\n,,Ann:Hips,,,,,\nFrame,Sub Frame,RX,RY,RZ,TX,TY,TZ\n,,deg,deg,deg,mm,mm,mm\n1,0,1,2,3,4,5,6\n\n"
    )
    (tmp_path / "a.csv").write_text(text + vicon_nexus(marked, MARKERS))
    assert len(load_skeleton(tmp_path / "a.csv").layout.joints) == len(MARKERS)
