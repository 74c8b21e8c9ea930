"""Rationales for a dataset's rows: by the describer, by a teacher on a loopback server, and after a kill."""

import json
import shutil

import pyarrow.parquet as pq
import pytest
from chat_server import chat_server, completion

from skeletonllm_hf.answering.endpoint import Endpoint
from skeletonllm_hf.answering.rendering import FrameRenderer
from skeletonllm_hf.cli.main import main
from skeletonllm_hf.data import decode, encode, features
from skeletonllm_hf.describe import rationale
from skeletonllm_hf.synthetic import generate
from skeletonllm_hf.training.distill import JOURNAL, distill
from skeletonllm_hf.training.teachers import Describer, EndpointTeacher

LABELS = ("high wave", "walk", "squat", None)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A dataset of seven rows: four to be explained, one explained already, one without a label, and a test row."""
    from datasets import Dataset

    folder = tmp_path_factory.mktemp("built")
    (folder / "data").mkdir()
    (folder / "README.md").write_text("A card.\n", encoding="utf-8")
    (folder / ".build").mkdir()
    rows = [
        encode(
            generate("high wave", seed=0).replace(label="high wave"),
            id="told",
            dataset="mine",
            rationale="It waves.\nLabel: high wave",
        )
    ]
    for number in range(5):
        label = (*LABELS, "bow")[number]
        rows.append(
            encode(generate(label or "sit down", seed=number).replace(label=label), id=f"clip {number}", dataset="mine")
        )
    for name, some in (("train", rows), ("test", [encode(generate("walk", seed=9), id="test", dataset="mine")])):
        Dataset.from_list(some, features=features()).to_parquet(folder / "data" / f"{name}-00000-of-00001.parquet")
    return folder


def rows_of(folder, part="train"):
    return pq.read_table(folder / "data" / f"{part}-00000-of-00001.parquet").to_pylist()


def test_the_describer_fills_the_column(built, tmp_path):
    report = distill(built, tmp_path / "out", Describer(4))
    assert (report.written, report.resumed, report.kept, report.unlabelled, report.failed) == (4, 0, 1, 1, [])
    before, after = rows_of(built), rows_of(tmp_path / "out")
    assert [{**row, "rationale": None} for row in after] == [{**row, "rationale": None} for row in before]
    assert after[0]["rationale"] == "It waves.\nLabel: high wave"
    for row in after[1:]:
        assert row["rationale"] == (None if row["label"] is None else rationale(decode(row), row["label"], 4))
    assert rows_of(tmp_path / "out", "test")[0]["rationale"] is None
    assert (tmp_path / "out" / "README.md").read_text("utf-8") == "A card.\n" and not (
        tmp_path / "out" / ".build"
    ).exists()
    report = distill(built, tmp_path / "out", Describer(4), parts=("train", "test"), again=True)
    assert (report.written, report.resumed, report.kept) == (2, 4, 0)
    assert rows_of(tmp_path / "out", "test")[0]["rationale"].endswith("Label: walk")


class Stubborn:
    """A teacher that is killed after some rows."""

    name = "stubborn"

    def __init__(self, rows):
        self.rows, self.asked = rows, []

    def write(self, clip, label):
        if len(self.asked) == self.rows:
            raise KeyboardInterrupt
        self.asked.append(label)
        return f"It moves.\nLabel: {label}"


def test_a_stopped_run_asks_no_teacher_twice(built, tmp_path):
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        distill(built, out, Stubborn(2))
    with open(out / JOURNAL, "a", encoding="utf-8") as journal:
        journal.write('{"key": "half a li')  # what a kill in the middle of writing leaves
    teacher = Stubborn(9)
    report = distill(built, out, teacher)
    assert (report.written, report.resumed) == (2, 2) and len(teacher.asked) == 2
    assert [row["rationale"] for row in rows_of(out)].count(None) == 1
    assert distill(built, out, teacher).resumed == 4 and len(teacher.asked) == 2
    assert distill(built, out, Describer()).written == 4  # another teacher's words are not these


def test_a_teacher_on_a_server_sees_frames_and_label(built, tmp_path, tiny):
    model, processor = tiny
    with chat_server(lambda body, _: (200, completion("The right hand moves up.\nIt moves from side to side."))) as (
        url,
        received,
        _,
    ):
        report = distill(
            built,
            tmp_path / "out",
            EndpointTeacher(Endpoint(url, "big"), FrameRenderer(model.renderer, processor.view)),
            workers=3,
        )
    assert report.written == 4 and len(received) == 4
    for _, body, _ in received:
        assert body["model"] == "big" and [message["role"] for message in body["messages"]] == ["system", "user"]
        kinds = [item["type"] for item in body["messages"][1]["content"]]
        assert kinds.count("image_url") == processor.num_frames
    asked = {body["messages"][1]["content"][-1]["text"] for _, body, _ in received}
    assert {label for label in ("high wave", "walk", "squat", "bow") if any(f"The action is: {label}." in text for text in asked)} == {
        "high wave", "walk", "squat", "bow",
    }  # fmt: skip
    texts = {row["label"]: row["rationale"] for row in rows_of(tmp_path / "out")[1:]}
    assert texts["squat"] == "The right hand moves up.\nIt moves from side to side.\nLabel: squat"


def test_failures_are_named_and_tried_again(built, tmp_path, tiny):
    model, processor = tiny
    teacher = lambda url: EndpointTeacher(Endpoint(url, "big"), FrameRenderer(model.renderer, processor.view))  # noqa: E731

    def moody(body, _):
        text = body["messages"][1]["content"][-1]["text"]
        if "is: walk." in text:
            return 500, "out of order"
        return 200, completion("Label: squat" if "is: squat." in text else "It moves.")

    with chat_server(moody) as (url, _, _):
        report = distill(built, tmp_path / "out", teacher(url))
    assert [row for row, _ in report.failed] == ["clip 1", "clip 2"] and report.written == 2
    assert "500" in report.failed[0][1] and "expected reasoning before the label" in report.failed[1][1]
    with chat_server(lambda *_: (200, completion("It moves."))) as (url, received, _):
        report = distill(built, tmp_path / "out", teacher(url))
    assert (report.written, report.resumed, len(received)) == (2, 2, 2)


def test_a_teacher_that_is_gone_stops_the_run(tmp_path, tiny):
    from datasets import Dataset

    model, processor = tiny
    folder = tmp_path / "many"
    (folder / "data").mkdir(parents=True)
    clip = generate("bow", seed=1)
    rows = [encode(clip, id=f"{number}", dataset="mine") for number in range(8)]
    Dataset.from_list(rows, features=features()).to_parquet(folder / "data" / "train-00000-of-00001.parquet")
    with (
        chat_server(lambda *_: (503, "gone")) as (url, received, _),
        pytest.raises(OSError, match="failed on 5 rows in a row"),
    ):
        distill(
            folder,
            tmp_path / "out",
            EndpointTeacher(Endpoint(url, "big"), FrameRenderer(model.renderer, processor.view)),
        )
    assert len(received) == 5


def test_errors(built, tmp_path):
    with pytest.raises(ValueError, match="expected a dataset as `skeletonllm data build` writes it"):
        distill(tmp_path, tmp_path / "out", Describer())
    with pytest.raises(ValueError, match="another folder"):
        distill(built, built, Describer())
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("keep me")
    with pytest.raises(ValueError, match="found other files"):
        distill(built, tmp_path / "full", Describer())
    for change in ({"parts": ()}, {"parts": ("dev",)}, {"workers": 0}):
        with pytest.raises(ValueError, match=r"parts|workers"):
            distill(built, tmp_path / "out", Describer(), **change)
    copy = shutil.copytree(built, tmp_path / "copy")
    distill(copy, tmp_path / "out", Describer(2))
    (tmp_path / "out" / JOURNAL).write_text("no json\n")
    with pytest.raises(ValueError, match=r"line 1: expected a rationale"):
        distill(copy, tmp_path / "out", Describer(2))


def test_command(built, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["distill", str(built), "--out", str(out), "--sentences", "3", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert (values["written"], values["kept"], values["unlabelled"], values["failed"]) == (4, 1, 1, [])
    for wrong in (
        ["--parts", "dev"],
        ["--teacher-model", "m"],
        ["--teacher-url", "http://localhost:1"],
        ["--workers", "2"],
    ):
        with pytest.raises(SystemExit) as stop:
            main(["distill", str(built), "--out", str(out), *wrong])
        assert stop.value.code == 2
    assert main(["distill", str(tmp_path / "nothing" / "here" / "at all"), "--out", str(out)]) == 1
