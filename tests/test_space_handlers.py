"""The demo's parts without a browser: limits, files, readings, pictures, answers as HTML, closed doors."""

from __future__ import annotations

import base64
import json
import os
import pickle
import time
import zipfile
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest
from demo_page import SPACE
from PIL import Image

pytest.importorskip("gradio", reason="needs the extra demo")

from skeleton_demo import downloads, guard, links, pictures, reading, results
from skeleton_demo.actions import Actions
from skeleton_demo.answerers import Local, Served
from skeleton_demo.choosing import SUGGESTED
from skeleton_demo.desk import Desk
from skeleton_demo.limits import MIB, Deadline, Limits, Refused
from skeleton_demo.reading import Overrides
from skeleton_demo.storage import Storage

from skeletonllm_hf import generate, load_skeleton, save_skeleton, viewer
from skeletonllm_hf.serving import guard as serving_guard

LIMITS = Limits()


@pytest.fixture
def storage(monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", "restored afterwards")
    monkeypatch.setenv("GRADIO_EXAMPLES_CACHE", "restored afterwards")
    storage = Storage(keep_seconds=100)
    yield storage
    storage.close()


@pytest.fixture
def upload(storage):
    """Puts contents where uploads lie."""

    def upload(name: str, content: bytes | str) -> Path:
        path = storage.new_folder() / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return upload


# ---- limits


@pytest.mark.parametrize(
    ("text", "labels"),
    [("wave\nwalk", ["wave", "walk"]), ("wave, walk ,, ", ["wave", "walk"]), ("  sit   down \n\n", ["sit down"])],
)
def test_labels_come_one_a_line_or_with_commas(text, labels):
    assert LIMITS.labels_of(text) == labels


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" ,\n", "at least one label"),
        ("wave, wave", "repeated: wave"),
        ("x" * 81, "At most 80 characters"),
        ("\n".join(map(str, range(251))), "At most 250 labels, got 251"),
    ],
)
def test_labels_beyond_the_limits_are_refused(text, message):
    with pytest.raises(Refused, match=message):
        LIMITS.labels_of(text)


def test_questions_are_bounded():
    assert LIMITS.question_of("  why? ") == "why?"
    for text, message in ((" ", "Type a question"), ("x" * 401, "At most 400 characters")):
        with pytest.raises(Refused, match=message):
            LIMITS.question_of(text)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(frames=10), "at most 10 frames"),
        (Limits(seconds=1.0), "minutes"),
        (Limits(joints=20), "at most 20 joints"),
        (Limits(values=100), "too many together"),
    ],
)
def test_clips_beyond_the_limits_are_refused(limits, message):
    with pytest.raises(Refused, match=message):
        limits.check_clip(generate("high wave", seed=1), "clip")


def test_a_deadline_passes():
    Deadline(60).check()
    over = Deadline(0.0)
    time.sleep(0.01)
    with pytest.raises(Refused, match="longer than the 0 s"):
        over.check()


# ---- files


def test_old_files_are_swept_and_the_pages_own_stay(storage, upload):
    own, old, new = upload("own.bin", "1"), upload("old.bin", "2"), None
    storage.keep_what_is_here()
    old = upload("old.bin", "2")
    new = upload("new.bin", "3")
    past = time.time() - 1000
    for path in (own, old, old.parent):
        os.utime(path, (past, past))
    assert storage.sweep() == 1
    assert own.exists() and new.exists() and not old.exists()
    os.utime(old.parent, (past, past))
    storage.sweep()
    assert not old.parent.exists() and storage.folder.exists()


def test_the_folder_is_private_and_goes_at_the_end(storage):
    assert storage.folder.stat().st_mode & 0o077 == 0
    storage.close()
    assert not storage.folder.exists()


def test_only_uploads_of_this_page_are_opened(storage, upload, tmp_path):
    inside = upload("clip.json", "{}")
    assert storage.own(inside) == inside.resolve()
    secret = tmp_path / "secret.txt"
    secret.write_text("no")
    link = storage.folder / "link"
    link.symlink_to(secret)
    for path in (
        secret,
        link,
        storage.folder / ".." / secret,
        "/etc/passwd",
        storage.folder,
        f"{storage.folder}/../../etc/passwd",
    ):
        with pytest.raises(Refused, match="no upload of this page"):
            storage.own(path)


# ---- reading


@pytest.mark.parametrize("name", list(reading.EXAMPLES))
def test_every_example_is_read_and_described(name):
    found = reading.read_example(name, LIMITS, Overrides())
    card = reading.card(found)
    assert f"{found.clip.num_frames} frames" in card and found.clip.layout.name in card
    assert "/" not in found.clip.source and str(reading.EXAMPLE_FOLDER) not in card
    assert found.clip.warnings == () and "guessed" not in card  # what comes with the page is sound


def test_guesses_are_marked_with_their_reason(storage, upload):
    path = upload("walk.bvh", (reading.EXAMPLE_FOLDER / "walk_turning_left.bvh").read_bytes())
    (found,) = reading.read_uploads([path], LIMITS, storage, Overrides())
    guessed = {name: why for name, _, why in reading.facts_of(found) if why}
    assert set(guessed) == {"up", "units"} and "guessed: bones fit a body" in reading.card(found)


def test_overrides_win_and_are_checked(storage):
    found = reading.read_example("A walk with a turn", LIMITS, Overrides.checked(LIMITS, up="z", units="metres"))
    assert (found.clip.up, found.clip.units) == ("z", "metres")
    for fields in (
        {"layout": "/etc/passwd.json"},
        {"up": "w"},
        {"units": "miles"},
        {"fps": -1},
        {"people": 99},
        {"people": 1.5},
        {"handed": "both"},
        {"joint_map": "no equals sign"},
        {"joint_map": "a = nowhere"},
    ):
        with pytest.raises(Refused):
            Overrides.checked(LIMITS, **fields)


def test_handedness_and_names_of_joints_can_be_told(storage, upload):
    clip = generate("high wave", layout="coco_17", seed=1)
    rows = clip.joints[:, 0].reshape(clip.num_frames, -1)
    names = [f"{name}_{axis}" for name in ["LWr", *clip.layout.joints[1:]] for axis in "xyz"]
    path = upload("own.csv", "\n".join([",".join(names), *(",".join(f"{value:.4f}" for value in row) for row in rows)]))
    told = Overrides.checked(LIMITS, joint_map="LWr = nose", handed="left", up="y", units="metres", fps=30)
    (found,) = reading.read_uploads([path], LIMITS, storage, told)
    assert found.clip.layout.body[0] == "nose"
    assert ("handed", "left") in told.given and ("joint_map", "LWr = nose") in told.given
    plain = Overrides.checked(LIMITS, joint_map="LWr = nose", up="y", units="metres", fps=30)
    (other,) = reading.read_uploads([path], LIMITS, storage, plain)
    assert not np.allclose(found.clip.joints, other.clip.joints)


def test_archives_are_read_clip_by_clip(storage, upload):
    path = upload("clips.zip", b"")
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("squat.json", "kicking.npz"):
            archive.write(reading.EXAMPLE_FOLDER / name, name)
        archive.writestr("notes.txt", "hello")
    found, problems = reading.read_each([path], LIMITS, storage, Overrides())
    assert {each.title for each in found} >= {"clips.zip/squat.json", "clips.zip/kicking.npz"}
    assert not any(str(storage.folder) in text for text in (*problems, *(each.clip.source for each in found)))


def test_names_and_notes_are_escaped(storage, upload):
    clip = generate("high wave", seed=1).replace(warnings=("<img src=x onerror=alert(1)>",))
    path = upload("<b>x.json", "")
    path.unlink()
    save_skeleton(clip, path)
    card = reading.card(reading.read_uploads([path], LIMITS, storage, Overrides())[0])
    assert "<b>x" not in card and "<img" not in card and "&lt;b&gt;x" in card and "&lt;img" in card


def test_a_motion_is_read_with_the_skeleton_that_came_beside_it(storage, upload):
    asf = (
        ":name test\n:units\n length 1.0\n angle deg\n:root\n order TX TY TZ RX RY RZ\n position 0 0 0\n orientation 0 0 0\n"
        ":bonedata\n begin\n id 1\n name spine\n direction 0 1 0\n length 10\n axis 0 0 0 XYZ\n end\n"
        ":hierarchy\n begin\n root spine\n end\n"
    )
    amc = ":FULLY-SPECIFIED\n:DEGREES\n1\nroot 0 0 0 0 0 0\n2\nroot 1 0 0 0 0 0\n"
    paths = [upload("02_01.amc", amc), upload("02.asf", asf)]
    found = reading.read_uploads(paths, LIMITS, storage, Overrides())
    assert [reading_.title for reading_ in found] == ["02_01.amc"] and found[0].clip.num_frames == 2
    with pytest.raises(Refused, match=r"02_01\.amc"):
        reading.read_uploads(paths[:1], LIMITS, storage, Overrides())


def test_a_frame_a_file_becomes_one_clip_and_other_files_several(storage, upload):
    rng = np.random.default_rng(0)
    frames = [
        upload(
            f"take_{n:04d}_keypoints.json",
            json.dumps({"version": 1.3, "people": [{"pose_keypoints_2d": rng.uniform(1, 200, 75).tolist()}]}),
        )
        for n in range(3)
    ]
    (one,) = reading.read_uploads(frames, LIMITS, storage, Overrides())
    assert one.clip.num_frames == 3 and "and 2 more" in one.title
    clips = [upload(name, (reading.EXAMPLE_FOLDER / name).read_bytes()) for name in ("squat.json", "high_wave.npz")]
    assert len(reading.read_uploads(clips, LIMITS, storage, Overrides())) == 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("clip.pkl", pickle.dumps({"a": 1}), "pickle"),
        ("clip.json", "{", "clip.json"),
        ("clip.txt", "hello", "known formats"),
        ("clip.npz", b"PK\x03\x04broken", "clip.npz"),
    ],
)
def test_bad_files_are_refused_without_a_path_in_the_message(storage, upload, name, content, message):
    with pytest.raises(Refused, match=message) as caught:
        reading.read_uploads([upload(name, content)], LIMITS, storage, Overrides())
    assert str(storage.folder) not in str(caught.value)


def test_large_files_are_refused_before_they_are_read(storage, upload):
    path = upload("big.json", b"")
    os.truncate(path, LIMITS.upload_bytes + MIB)
    with pytest.raises(Refused, match=r"at most 20 MB a file, this one has 21\.0 MB"):
        reading.read_uploads([path], LIMITS, storage, Overrides())
    with pytest.raises(Refused, match="At most 8 files"):
        reading.read_uploads([path] * 9, LIMITS, storage, Overrides())
    with pytest.raises(Refused, match="characters of JSON"):
        reading.read_text("x" * (LIMITS.text_chars + 1), LIMITS, storage, Overrides())


# ---- pictures and downloads


@pytest.fixture
def local(tiny):
    return Local(*tiny, labels=["wave", "walk"], name="tiny")


def test_a_view_changes_the_picture_and_not_the_model(local):
    clip = generate("high wave", seed=1)
    before = pictures.render(local.model, local.processor, clip, pictures.View())
    other = pictures.View(camera="published", heading="keep", size=224, frames=5, colors="fixed")
    images, times = pictures.render(local.model, local.processor, clip, other)
    assert len(images) == len(times) == 5 and images[0].size == (224, 224)
    after = pictures.render(local.model, local.processor, clip, pictures.View())
    assert [image.tobytes() for image in before[0]] == [image.tobytes() for image in after[0]]


@pytest.mark.parametrize(
    "view", [{"camera": "x"}, {"size": 5000}, {"frames": 1000}, {"colors": "red"}, {"heading": "up"}]
)
def test_views_that_are_not_on_offer_are_refused(view):
    with pytest.raises(Refused):
        pictures.View(**view)


def test_every_download_can_be_opened(local, storage):
    clip = generate("high wave", seed=1)
    found = reading.Reading(clip.replace(source="a <b>"), "../../a <b>.json")
    write = lambda kind, answer=None: downloads.write(kind, found, answer, pictures.View(), local, storage)  # noqa: E731
    assert Image.open(write("gif")).n_frames > 1
    assert len(zipfile.ZipFile(write("zip")).namelist()) == 12
    assert Image.open(write("png")).width > 500
    for kind in ("json", "npz"):
        np.testing.assert_allclose(load_skeleton(write(kind)).joints, clip.joints, atol=1e-6)
    saved = json.loads(write("answer", {"kind": "describe", "answer": "A wave."}).read_text())
    assert saved["answer"] == "A wave." and saved["model"] == "tiny"
    with pytest.raises(Refused, match="Ask something first"):
        write("answer")
    video = pytest.importorskip("imageio.v3", reason="needs the extra demo")
    pytest.importorskip("av", reason="needs the extra demo")
    assert video.imread(write("mp4"), plugin="pyav").shape == (12, 112, 112, 3)


def test_the_snippet_repeats_the_question(local):
    found = reading.make_clip("high wave", "kinect_v2", 3, LIMITS)
    answer = {"kind": "recognize", "labels": ["high wave", "walk"], "top_k": 2, "none_of_these": True}
    code = downloads.snippet(found, answer, local)
    printed: list = []
    exec(code, {"print": printed.append})  # runs the bundled model
    assert printed[0].labels[0] in (*answer["labels"], "none of these") and len(printed[0].labels) == 2


FOUND = [
    lambda: reading.read_example("Squats", LIMITS, Overrides()),
    lambda: reading.read_example("A walk with a turn", LIMITS, Overrides(up="z", units="metres", people=1)),
    lambda: reading.make_clip("high wave", "kinect_v2", 3, LIMITS),
    lambda: reading.make_long(["squat", "bow"], "coco_17", 4, LIMITS),
]


@pytest.mark.parametrize("read", FOUND)
def test_the_snippet_reads_the_very_clip(local, monkeypatch, tmp_path, read):
    """From any folder: examples lie in the package, made-up clips are made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("skeletonllm_hf.load_default", lambda: (local.model, local.processor), raising=False)
    found, names = read(), {"print": lambda _: None}
    exec(downloads.snippet(found, None, local), names)
    np.testing.assert_array_equal(names["clip"].joints, found.clip.joints)
    assert (names["clip"].up, names["clip"].units) == (found.clip.up, found.clip.units)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {
            "kind": "recognize",
            "labels": ["a", "b"],
            "top_k": 2,
            "none_of_these": False,
            "descriptions": {"a": ["it falls"], "b": ["it rises"]},
        },
        {"kind": "ask", "question": "Which hand?", "history": [["How often?", "once"]]},
        {"kind": "explain", "answer": "squat", "question": "What is it?"},
        {"kind": "compare", "against": "A high wave", "with": "high_wave.npz", "labels": ["squat"]},
        {"kind": "segments", "labels": ["squat", "bow"], "window": 2.0, "stride": 1.0},
        {"kind": "stress", "labels": ["squat"], "dropout": 0.5, "noise": 0.01, "other": "coco_17", "draw": 3},
    ],
)
def test_every_snippet_runs(local, monkeypatch, tmp_path, answer):
    """With the tiny model in the place of the bundled one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("skeletonllm_hf.load_default", lambda: (local.model, local.processor), raising=False)
    printed: list = []
    exec(
        downloads.snippet(reading.read_example("Squats", LIMITS, Overrides()), answer, local), {"print": printed.append}
    )
    assert printed and all(value is not None for value in printed)


# ---- what the model knows


def test_questions_and_labels_that_were_taught_are_known(local):
    actions = Actions(local, LIMITS)
    clips = [generate(action, seed=1) for action in ("high wave", "squat", "shaking hands", "walk", "squat then bow")]
    asked = {question for clip in clips for question, _ in clip.questions}
    assert [
        question for question in (*asked, *SUGGESTED[1], *SUGGESTED[2]) if actions.caution_of(question, "yes")
    ] == []
    assert actions.caution_of("Is the person injured?", "yes")
    measured = ["What happens between 2 and 4 s?", "How many squats in the first half?", "Which action takes longest?",
                "Where are the hands?", "What does the second person do?", "Is everyone waving?"]  # fmt: skip
    assert [question for question in measured if actions.caution_of(question, "yes")] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [("a: one", "still without a sentence: b"), ("c: one", "with one of your labels"), ("no colon", "label: sentence")],
)
def test_descriptions_are_checked(local, text, message):
    with pytest.raises(Refused, match=message):
        Actions(local, LIMITS).descriptions_of(text, ["a", "b"])


def test_a_pass_ends_with_the_clip_or_by_stop():
    desk = Desk()
    first = desk.renew()
    assert desk.holds(first) and not desk.was_stopped(first)
    second = desk.stop()
    assert not desk.holds(first) and desk.was_stopped(first) and desk.holds(second)
    desk.renew()
    assert not desk.holds(second) and not desk.was_stopped(first)


# ---- links


def pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query.removeprefix("?"), strict_parsing=True)


@pytest.mark.parametrize(
    "query",
    [
        "?example=A+high+wave",
        "?example=Squats&up=z&fps=15.0&people=1&camera=published&size=224&frames=5&colors=fixed",
        "?action=high+wave&layout=coco_17&seed=5&ask=describe",
        "?action=bow&action=squat&layout=smpl_22&seed=0&ask=segments&labels=bow&labels=squat&window=2.0&stride=0.5",
        "?example=Squats&ask=recognize&labels=squat&labels=%C3%A0+%26+b%3D%2B&top_k=2&none_of_these=1",
        "?example=Squats&ask=recognize&labels=a&labels=b&descriptions=a%3A+it+falls&descriptions=b%3A+it+rises&top_k=2",
        "?example=Squats&ask=ask&questions=Which+hand%3F&questions=And+then%3F",
        "?example=Squats&ask=explain&answer=squat&labels=squat&labels=bow",
        "?example=Squats&ask=explain&answer=the+left+hand&question=Which+hand%3F",
        "?example=Squats&ask=compare&against=A+throw&labels=squat",
        "?example=Squats&ask=stress&labels=squat&dropout=0.3&noise=0.02&other=coco_17&draw=7",
    ],
)
def test_a_link_brings_back_what_it_was_written_for(query):
    link = links.opened([*pairs(query), ("__theme", "dark")], LIMITS)
    asked = dict(link.request)
    if asked.get("kind") == "ask":  # as the page notes it, once it was answered
        *before, asked["question"] = asked["questions"]
        asked["history"] = [(question, "an answer") for question in before]
    assert links.written(link.reading, asked, link.view) == query


def test_an_address_without_a_link_asks_for_nothing():
    assert links.opened([], LIMITS) is None and links.opened([("__theme", "dark"), ("x", "y")], LIMITS) is None


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("example=/etc/passwd", "one of the examples"),
        ("example=../squat.json", "one of the examples"),
        ("action=nonsense", "Choose an action"),
        ("action=bow&layout=/etc/layout.json", "Choose a layout"),
        ("action=bow&seed=-1", "Seed: a whole number"),
        ("action=bow&seed=1e99", "Seed: a whole number"),
        ("action=bow&seed=nan", "Seed: a whole number"),
        ("&".join(["action=bow"] * 101), "From 1 to 100 actions"),
        ("example=Squats&layout=/etc/layout.json", "layout: choose one of"),
        ("example=Squats&people=99", "People"),
        ("example=Squats&size=100000", "size"),
        ("example=Squats&camera=%3Cscript%3E", "camera"),
        ("ask=__import__", "ask: choose one of"),
        ("ask=recognize&labels=" + "x" * 81, "80 characters"),
        ("ask=recognize&labels=a&labels=a", "repeated"),
        ("ask=recognize&top_k=21", "top_k"),
        ("ask=ask", "Type a question"),
        ("ask=ask&questions=" + "x" * 401, "400 characters"),
        ("ask=ask" + "&questions=why" * 8, "At most 7 questions"),
        ("ask=explain&answer=" + "x" * 401, "400 characters"),
        ("ask=compare&against=http://127.0.0.1:1/", "against: choose one of"),
        ("ask=segments&window=1e9", "window"),
        ("ask=stress&noise=inf", "noise"),
        ("ask=stress&other=../x", "other: choose one of"),
    ],
)
def test_what_a_link_says_is_checked(query, message):
    with pytest.raises(Refused, match=message):
        links.opened(parse_qsl(query), LIMITS)


def test_no_link_carries_a_file_or_a_novel(storage, upload):
    path = upload("squat.json", (reading.EXAMPLE_FOLDER / "squat.json").read_bytes())
    (own,) = reading.read_uploads([path], LIMITS, storage, Overrides())
    example = reading.read_example("Squats", LIMITS, Overrides())
    view = pictures.View()
    with pytest.raises(Refused, match="cannot carry a file of yours"):
        links.written(own, None, view)
    with pytest.raises(Refused, match="compare with an example"):
        links.written(example, {"kind": "compare", "against": None, "labels": []}, view)
    labels = [f"{number} {'x' * 70}" for number in range(100)]
    with pytest.raises(Refused, match="Too long"):
        links.written(example, {"kind": "segments", "labels": labels, "window": 3, "stride": 1}, view)


def test_a_scene_carries_every_joint_within_its_unit():
    clip = generate("high wave", seed=1)
    scene = viewer.scene(clip)
    packed = np.frombuffer(base64.b64decode(scene["joints"]), "<i2").reshape(*scene["shape"], 3)
    canonical = clip.canonical()
    offset = (packed * scene["unit"] - canonical.joints)[canonical.mask]
    assert np.ptp(offset, axis=0).max() < 2 * scene["unit"] and (packed[~canonical.mask] == -32768).all()


def test_long_clips_are_thinned_out_for_the_viewer():
    clip = generate("high wave", seed=1)
    joints = np.repeat(clip.joints, 60, axis=0)
    scene = viewer.scene(clip.replace(joints=joints, mask=np.repeat(clip.mask, 60, axis=0)))
    assert scene["shape"][0] <= 600 and scene["times"][-1] == pytest.approx(len(joints) / clip.fps, rel=0.02)


# ---- answers as HTML


def test_nothing_foreign_becomes_html():
    evil = "<script>alert(1)</script>${1+1}{{x}}"
    rows = [{"label": evil, "score": 0.5, "log_likelihood": -1.0}]
    side = {"source": evil, "label": evil, "caption": evil}
    pages = [
        results.problem(evil), results.answer_text(evil), results.recognition({"candidates": rows, "label": evil}),
        results.comparison({"first": side, "second": side, "differences": [{"text": evil}]}), results.recognition({"candidates": [], "said": evil}),
    ]  # fmt: skip
    assert all("<script" not in page for page in pages)


def test_bars_survive_numbers_that_are_none():
    page = results.recognition(
        {"candidates": [{"label": "x", "score": float("nan"), "log_likelihood": 0.0}], "label": "x"}
    )
    assert "width:0.0%" in page


# ---- closed doors


@pytest.mark.parametrize(
    ("path", "closed"),
    [
        ("/gradio_api/file=http://example.org/x", True),
        ("/gradio_api/file=https:/example.org/x", True),
        ("/gradio_api/file=HTTPS%3A%2F%2Fexample.org", True),
        ("/gradio_api/file=file:///etc/passwd", True),
        ("/gradio_api/file=//example.org/x", True),
        ("/gradio_api//proxy=https://example.org", True),
        ("/gradio_api/proxy=https://example.org", True),
        ("/%67radio_api/process_recording", True),
        ("/gradio_api/component_server", True),
        ("/monitoring/summary", True),
        ("/gradio_api/file=/somewhere/clip.gif", False),
        ("/gradio_api/queue/join", False),
        ("/config", False),
    ],
)
def test_what_the_page_does_not_use_is_closed(path, closed):
    assert guard._closed(serving_guard._plain(path)) is closed


# ---- a served model


def test_a_served_model_answers_without_scores(tiny):
    class Heard:
        model = "big"

        def ask(self, frames, question, **options):
            self.frames, self.question = frames, question
            return " Walk. "

    endpoint = Heard()
    served = Served(endpoint, Local(*tiny, labels=["wave"], name="tiny"))
    clip = generate("high wave", seed=1)
    found = served.recognize(clip, ["wave", "walk"], 2, False)
    assert found["label"] == "walk" and found["candidates"][0]["score"] is None
    assert endpoint.frames.shape == (12, 3, 112, 112) and 0 <= endpoint.frames.min() < endpoint.frames.max() <= 1
    assert "wave, walk" in endpoint.question and "no scores" in results.recognition(found)
    with pytest.raises(Refused, match="local model"):
        served.influence(clip, "walk", None, Deadline(60))
    actions = Actions(served, LIMITS)
    assert actions.question_of("wave")


def test_local_answers_cross_a_fork_by_name(local):
    assert pickle.loads(pickle.dumps(local)) is local


# ---- the folder that is pushed


def test_the_space_names_its_gradio_and_its_package():
    head = (SPACE / "README.md").read_text(encoding="utf-8").split("---")[1]
    import yaml

    values = yaml.safe_load(head)
    assert (
        values["sdk"] == "gradio"
        and (SPACE / values["app_file"]).is_file()
        and str(values["sdk_version"]).startswith("6.")
    )
    assert "skeletonllm-hf[demo" in (SPACE / "requirements.txt").read_text(encoding="utf-8")
