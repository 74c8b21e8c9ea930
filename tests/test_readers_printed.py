"""Tables as pages, papers and dumps print them, numbers as scripts and settings list them, messages: the same body every time."""

import time

import numpy as np
import pytest
from format_samples import body

from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

FRAMES = 12
COCO = get_layout("coco_17").joints
JOINTS = body("coco_17", FRAMES)
NAMES = ["time", *(f"{name}_{axis}" for name in COCO for axis in "xyz")]
ROWS = [[f"{f / 20:.3f}", *map("{:.4f}".format, JOINTS[f].ravel())] for f in range(FRAMES)]
CELL = '<td align="right">{}</td>'


def matrix(joint, end):
    return "\n".join(" ".join(map("{:.4f}".format, place)) + end for place in JOINTS[:, joint])


def listed(joint, frame):
    return ", ".join(map("{:.4f}".format, JOINTS[frame, joint]))


def page():
    rows = "".join("<tr>" + "".join(map(CELL.format, row)) + "</tr>\n" for row in ROWS)
    return "<!DOCTYPE html><html><h1>Take</h1><table><tr><th>" + "<th>".join(NAMES) + f"</tr>{rows}</table></html>"


def page_with_joints_above_axes():
    above = "<th rowspan=2>time</th>" + "".join(f'<th colspan="3">{name}</th>' for name in COCO)
    rows = "".join("<tr><td>" + "<td>".join(row) + "</tr>\n" for row in ROWS)
    return f"<table><tr>{above}</tr><tr>{'<th>x</th><th>y</th><th>z</th>' * 17}</tr>{rows}</table>"


def markdown():
    lines = [f"| **{NAMES[0]}** | " + " | ".join(NAMES[1:]) + " |", "|---:" * len(NAMES) + "|"]
    return "\n".join(["# Take", "", *lines, *("| " + " | ".join(row) + " |" for row in ROWS), "", "The end."])


def latex():
    head = " & ".join(NAMES).replace("_", "\\_")
    rows = "\n".join(" & ".join(row) + r" \\" for row in ROWS)
    return rf"\begin{{tabular}}{{{'r' * 52}}}\hline" + f"\n{head} \\\\ \\midrule\n{rows}\n\\end{{tabular}}\n"


def inserts():
    columns = ",\n".join(f"  `{name}` double NOT NULL" for name in NAMES)
    rows = ",\n".join("(" + ", ".join(row) + ")" for row in ROWS)
    return f"CREATE TABLE `pose` (\n{columns},\n  PRIMARY KEY (`time`)\n);\nINSERT INTO `pose` VALUES {rows};\n"


def inserts_of_joints():
    lines = [
        f"INSERT INTO joints (time, joint, x, y, z) VALUES ({f / 20}, '{name}', {listed(j, f)});"
        for f in range(FRAMES)
        for j, name in enumerate(COCO)
    ]
    return "BEGIN;\n" + "\n".join(lines) + "\nCOMMIT;\n"


def copied():
    rows = "\n".join("\t".join(row) for row in ROWS)
    return f"-- dump\nCOPY public.pose ({', '.join(NAMES)}) FROM stdin;\n{rows}\n\\.\n"


def data_frame():
    columns = [f"{name} = c({', '.join(row[at] for row in ROWS)})" for at, name in enumerate(NAMES)]
    return f'structure(list({", ".join(columns)}), class = "data.frame", row.names = c(NA, -{FRAMES}L))\n'


def script():
    matrices = "\n".join(f"{name} = [\n{matrix(j, ';')}\n];" for j, name in enumerate(COCO))
    return f"% a take\nfps = 20;\n{matrices}\n"


def octave():
    blocks = [
        f"# name: {name}\n# type: matrix\n# rows: 12\n# columns: 3\n{matrix(j, '')}\n\n" for j, name in enumerate(COCO)
    ]
    return "# Created by Octave 8.4.0\n# name: fps\n# type: scalar\n20\n\n" + "".join(blocks)


def toml():
    frames = (
        f"[[frames]]\ntime = {f / 20}\n[frames.joints]\n"
        + "".join(f"{name} = [{listed(j, f)}]\n" for j, name in enumerate(COCO))
        for f in range(FRAMES)
    )
    return 'name = "walk"\n' + "".join(frames)


def ini():
    return "fps = 20\n" + "".join(
        f"[frame_{f}]\n" + "".join(f"{name} = {listed(j, f)}\n" for j, name in enumerate(COCO)) for f in range(FRAMES)
    )


def messages():
    lines = [
        f"{1.7e9 + f / 20:.2f} /body/{name} ,fff {listed(j, f).replace(',', '')}"
        for f in range(FRAMES)
        for j, name in enumerate(COCO)
    ]
    return "\n".join(lines) + "\n"


def saved():
    return "# " + " ".join(NAMES) + "\n" + "\n".join(" ".join(f"{float(cell):.18e}" for cell in row) for row in ROWS)


@pytest.mark.parametrize(
    "form",
    [page, page_with_joints_above_axes, markdown, latex, inserts, inserts_of_joints, copied, data_frame, script, octave, toml, ini, messages, saved],
    ids=lambda form: form.__name__,
)  # fmt: skip
def test_forms(tmp_path, form):
    (tmp_path / "a.txt").write_text(form())
    clip = load_skeleton(tmp_path / "a.txt")
    row = [clip.layout.body.index(point) for point in get_layout("coco_17").body]
    assert np.allclose(clip.joints[:, 0][:, row], JOINTS, atol=1e-3)
    assert (clip.fps, clip.up, clip.units) == (20.0, "y", "metres")


def test_messages_of_two_people(tmp_path):
    lines = [
        f"{f / 20:.2f} /body/{p}/{name} {JOINTS[f, j, 0] + 2 * p:.4f} {JOINTS[f, j, 1]:.4f} {JOINTS[f, j, 2]:.4f}"
        for f in range(FRAMES)
        for p in (0, 1)
        for j, name in enumerate(COCO)
    ]
    (tmp_path / "a.log").write_text("\n".join(lines) + "\n")
    clip = load_skeleton(tmp_path / "a.log")
    assert clip.joints.shape[:2] == (FRAMES, 2)
    assert np.allclose(clip.joints[:, 1, :, 0] - clip.joints[:, 0, :, 0], 2, atol=1e-3)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\n".join(f'/VMC/Ext/Bone/Pos "{n}" 0.0 0.1 0.0 0.0 0.0 0.0 1.0' for n in COCO * 9), "joint above"),
        ("\n".join(f"{f} /bone/{n} 0.6 0.0 0.0 0.8" for f in range(9) for n in COCO), "text that begins"),
        ("[model]\nlayers = 3\n[train]\nrate = 0.1\nsteps = 10\nseed = 3\n", "text that begins"),
        ("| joint | number |\n|---|---|\n| nose | 0 |\n| left_hip | 11 |\n", "text that begins"),
        ("\n".join(f"{n} = [\n" + "10.5;\n" * 9 + "];" for n in COCO), "nothing of that build"),
        ("INSERT INTO a (b) VALUES", "text that begins"),
        ("<table><tr><td>", "text that begins"),
        (r"\begin{tabular}", "text that begins"),
        ("structure(list(", "text that begins"),
        ("# name: \n# name: x\n", "text that begins"),
    ],
)  # fmt: skip
def test_what_holds_no_places_is_refused(tmp_path, text, found):
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(SkeletonFileError, match=found):
        load_skeleton(tmp_path / "a.txt")


def test_more_cells_than_are_taken(tmp_path):
    (tmp_path / "a.html").write_text("<table><tr><td>1</tr>" + "<td>" * 3_000_001)
    with pytest.raises(SkeletonFileError, match="at most 3,000,000 cells"):
        load_skeleton(tmp_path / "a.html")
    (tmp_path / "a.m").write_text("% x\nnose = [\n" + "1 " * 3_000_001 + "];\n")
    with pytest.raises(SkeletonFileError, match="at most 3,000,000 numbers"):
        load_skeleton(tmp_path / "a.m")


@pytest.mark.parametrize(
    "part",
    ["CREATE TABLE a (b, ", "COPY a (b) FROM stdin;\n", "INSERT INTO a (b) VALUES (", '<table><tr><td colspan="199">1', "a = [1 ", "[a]\nb = 1\n", "| - |\n|---|\n"],
)  # fmt: skip
def test_parts_without_end_take_no_time(tmp_path, part):
    (tmp_path / "a.txt").write_text(part * (2_000_000 // len(part)))
    start = time.process_time()
    with pytest.raises(SkeletonFileError):
        load_skeleton(tmp_path / "a.txt")
    assert time.process_time() - start < 20
