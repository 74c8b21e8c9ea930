"""The page says nothing false, in a real browser: answers belong to the clip that is shown, refusals leave nothing behind."""

from __future__ import annotations

import re
import shutil
import threading
from contextlib import contextmanager

import numpy as np
import pytest
from demo_browser import EXAMPLES, ask, containing, let_go, panel, playwright, shoot, tab, upload

from skeletonllm_hf import load_skeleton, save_skeleton

pytest_plugins = ["demo_browser"]  # its fixtures
WALK = "walk_turning_left.bvh"


@contextmanager
def held(owner, name: str):
    """The real method, which does not go on before `release` is called; `entered` waits until it is at work."""
    method, begun, go = getattr(owner, name), threading.Event(), threading.Event()

    def slow(*arguments, **options):
        begun.set()
        assert go.wait(120)
        return method(*arguments, **options)

    class Hold:
        entered = staticmethod(lambda: begun.wait(120))
        release = staticmethod(go.set)

    setattr(owner, name, slow)
    try:
        yield Hold
    finally:
        go.set()
        delattr(owner, name)


def choose(page, name: str, shown: str) -> None:
    page.locator("#examples label", has_text=name).click()
    playwright.expect(page.locator("#read-card")).to_contain_text(shown)


def says_nothing_of_the_old_clip(page) -> None:
    """After a moment in which a late answer would have come."""
    playwright.expect(page.locator("#link-text")).not_to_have_value(containing("ask="))
    page.wait_for_timeout(1500)
    for place in (
        "#ranked .bars",
        "#ranked .verdict",
        "#description .said",
        "#why-shown .bars",
        "#segments-found .rows",
        ".card.working",
    ):
        assert page.locator(place).count() == 0, place
    assert page.locator("#chat .said").count() == 0
    if page.locator("#why-answer").count():
        assert page.input_value("#why-answer textarea") == ""
    assert "ask=" not in page.input_value("#link-text")
    assert "recognize" not in page.inner_text("#snippet") and "influence" not in page.inner_text("#snippet")


def explain(page) -> None:
    panel(page, "Explain another answer")
    page.fill("#why-answer textarea", "bow")
    page.click("#explain-go")


ASKED = {
    "recognise": ("answerer", "recognize", lambda page: page.click("#recognise-go")),
    "describe": ("answerer", "stream", lambda page: page.click("#describe-go")),
    "ask": ("answerer", "stream", lambda page: ask(page, "How many times?")),
    "why": (None, "influence", explain),
    "long clip": (None, "segments", lambda page: (panel(page, "Segments"), page.click("#segments-go"))),
}


def test_an_answer_about_the_clip_before_is_dropped(page, served):
    clips = [("A walk with a turn", WALK), ("A high wave", "high_wave.npz")]
    for number, (kind, (inner, method, press)) in enumerate(ASKED.items()):
        owner = served.actions.answers if inner is None else getattr(served.actions.answers, inner)
        with held(owner, method) as hold:
            press(page)
            assert hold.entered(), kind
            choose(page, *clips[number % 2])
            hold.release()
            says_nothing_of_the_old_clip(page)
        assert clips[number % 2][1] in page.inner_text("#snippet"), kind


def test_an_upload_while_an_answer_is_written_drops_it(page, served):
    with held(served.actions.answers.answerer, "recognize") as hold:
        page.click("#recognise-go")
        assert hold.entered()
        upload(page, EXAMPLES / "squat.json")
        playwright.expect(page.locator("#read-card")).to_contain_text("squat.json")
        hold.release()
        page.wait_for_timeout(1500)
    assert page.locator("#ranked .bars").count() == 0 and "squat.json" in page.inner_text("#snippet")
    page.click("#recognise-go")  # and the new clip is answered at once
    page.wait_for_selector("#ranked .bars")


def test_a_stopped_answer_says_so_and_is_not_shown(page, served):
    with held(served.actions.answers.answerer, "recognize") as hold:
        page.click("#recognise-go")
        assert hold.entered()
        page.click("#stop")
        hold.release()
        playwright.expect(page.locator("#ranked .hint")).to_have_text("Stopped.")
    page.click("#recognise-go")
    page.wait_for_selector("#ranked .bars")


def test_a_refused_upload_leaves_no_clip(page, tmp_path):
    page.click("#recognise-go")
    page.wait_for_selector("#ranked .bars")
    bad = tmp_path / "notes.txt"
    bad.write_text("hello")
    upload(page, bad)
    playwright.expect(page.locator("#read-card [role=alert]")).to_contain_text("notes.txt")
    assert page.locator("#filmstrip img").count() == 0 and page.locator("#ranked .bars").count() == 0
    playwright.expect(page.locator("#clip-viewer .viewer")).to_have_class(containing("empty"))
    page.click("#recognise-go")
    playwright.expect(page.locator("#ranked [role=alert]")).to_contain_text("Choose an example or drop a file")


def test_bad_files_block_neither_good_ones_nor_examples(page, tmp_path):
    for number in range(3):
        paths = [tmp_path / f"bad{number}{index}.txt" for index in range(4)]
        for path in paths:
            path.write_text("hello")
        upload(page, *paths)
        playwright.expect(page.locator("#read-card [role=alert]").first).to_contain_text(f"bad{number}0.txt")
    upload(page, EXAMPLES / "kicking.npz")  # the next upload
    playwright.expect(page.locator("#read-card .read")).to_contain_text("kicking.npz")
    upload(page, paths[0], EXAMPLES / "squat.json")  # a good file among bad ones
    playwright.expect(page.locator("#read-card .read")).to_contain_text("squat.json")
    assert paths[0].name in page.inner_text("#read-card [role=alert]")
    tab(page, "Example")
    assert page.locator("#examples label.selected").count() == 0
    choose(page, "A high wave", "high_wave.npz")


def recognise(page, *labels: str) -> None:
    page.fill("#labels textarea", "\n".join(labels))
    page.click("#recognise-go")
    playwright.expect(page.locator("#ranked .bars").first).to_contain_text(labels[0])


def test_labels_are_ranked_as_far_as_the_model_knows_them(page):
    recognise(page, "laufen", "hinsetzen")  # which it never learned
    (note,) = page.locator("#ranked .caution").all_inner_texts()
    assert note.startswith("The labels 'laufen', 'hinsetzen' mean nothing to the model: ") and "Label options" in note
    assert "not sure" in page.inner_text("#ranked .verdict")
    recognise(page, "dab")  # a single one does not win for want of others
    assert page.locator("#ranked .bars li").count() == 2
    assert "A single label always wins" in page.inner_text("#ranked")

    panel(page, "Label options")  # by expert descriptions
    page.fill("#labels textarea", "dab\nfloss dance")
    page.fill("#descriptions textarea", "dab: a person hides the face in a bent arm")
    page.click("#recognise-go")
    playwright.expect(page.locator("#ranked [role=alert]")).to_contain_text("floss dance")
    page.fill(
        "#descriptions textarea", "dab: a person hides the face in a bent arm\nfloss dance: a person swings both arms"
    )
    page.click("#recognise-go")
    page.wait_for_selector("#ranked .bars")
    assert page.locator("#ranked .caution").count() == 0
    playwright.expect(page.locator("#snippet")).to_contain_text("descriptions={'dab': ['a person hides")


def test_questions_that_the_model_was_not_trained_for_are_marked(page):
    ask(page, "Is the person injured?")
    playwright.expect(page.locator("#chat .caution")).to_contain_text("The model declines to answer")
    ask(page, "How many people are there?")
    playwright.expect(page.locator("#chat .said")).to_have_count(2)
    playwright.expect(page.locator("#chat .caution")).to_have_count(0)


def test_a_description_that_is_probably_wrong_says_so(page, tmp_path):
    page.click("#describe-go")
    page.wait_for_selector("#description .why")
    assert page.locator("#description .caution, #first .caution").count() == 0
    clip = load_skeleton(EXAMPLES / "squat.json")
    noise = np.random.default_rng(0).normal(0, 0.5, clip.joints.shape).astype(clip.joints.dtype)
    upload(page, save_skeleton(clip.replace(joints=clip.joints + noise), tmp_path / "noise.npz").path)
    playwright.expect(page.locator("#read-card .read")).to_contain_text("noise.npz")
    page.click("#describe-go")
    playwright.expect(page.locator("#description .caution")).to_contain_text("it may be wrong")


def run(page, folder, monkeypatch) -> list:
    """What the snippet on the page prints."""
    printed: list = []
    monkeypatch.chdir(folder)
    exec(page.inner_text("#snippet code"), {"print": printed.append})
    return printed


def test_snippets_run_and_say_the_same(page, tmp_path, monkeypatch):
    page.click("#recognise-go")
    page.wait_for_selector("#ranked .bars")
    playwright.expect(page.locator("#snippet")).to_contain_text("model.recognize")
    (found,) = run(page, tmp_path, monkeypatch)  # that of an example, anywhere
    assert found.label == page.inner_text("#ranked .bars .first span")
    shutil.copyfile(EXAMPLES / "squat.json", tmp_path / "mine.json")
    upload(page, tmp_path / "mine.json")
    playwright.expect(page.locator("#snippet")).to_contain_text("mine.json")
    (text,) = run(page, tmp_path, monkeypatch)  # that of an upload, where the file lies
    assert text.endswith(".")


def test_a_refusal_speaks_to_a_visitor_and_offers_the_likely_choices(page, tmp_path):
    odd, ambiguous = tmp_path / "notes.txt", tmp_path / "joints.npy"
    odd.write_text("hello")
    np.save(ambiguous, np.random.default_rng(0).normal(size=(40, 17, 3)))
    upload(page, odd)
    alert = page.locator("#read-card [role=alert]")
    playwright.expect(alert).to_contain_text("no skeleton file that is known here")
    assert "layout=" not in alert.inner_text() and alert.inner_text().count("\n") == 0
    upload(page, ambiguous)
    playwright.expect(alert).to_contain_text("Which is it: coco_17 or h36m_17?")
    page.locator("#fix label", has_text="h36m_17").click()
    playwright.expect(page.locator("#read-card .read")).to_contain_text("h36m_17")
    assert not page.locator("#fix").is_visible()


def test_the_first_visit_shows_an_answer(open_page, served):
    page = open_page(1280, 720)
    playwright.expect(page.locator("#first .said")).to_contain_text("wave")
    upload(page, EXAMPLES / "squat.json")  # a file of one's own has no answer before one asks
    playwright.expect(page.locator("#read-card .read")).to_contain_text("squat.json")
    playwright.expect(page.locator("#first .said")).to_have_count(0)


def seen(page, found) -> bool:
    """Whether all of it stands on the screen."""
    box = found.bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(1280, 720, "light"), (820, 1180, "light"), (390, 844, "dark")]
)
def test_on_every_screen_the_clip_stays_in_sight(open_page, tmp_path, width, height, scheme):
    page = open_page(width, height, scheme)
    page.mouse.move(width * 0.75, height * 0.9)
    page.locator("#snippet").scroll_into_view_if_needed()
    box = page.locator("#clip-viewer canvas").bounding_box()
    # at the very end of the page its foot pushes the clip up a little
    assert box["y"] > -80 and box["y"] + box["height"] < height, box
    shoot(page, f"{width}_{scheme}")
    page.evaluate("scrollTo(0, 0)")
    labels, button = (page.locator(name).bounding_box() for name in ("#labels", "#recognise-go"))
    assert 0 < button["y"] - labels["y"] < labels["height"] + 80  # right below what it ranks
    assert page.locator("#first .said").bounding_box()["y"] < height  # the first answer, without scrolling
    bad = tmp_path / "notes.txt"
    bad.write_text("hello")
    upload(page, bad)
    page.wait_for_function("document.querySelector('#read-card[data-refused]')")
    assert seen(page, page.locator("#read-card [role=alert]"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_answers_are_about_the_clip_too(open_page, served, tmp_path):
    page = open_page(390, 844, "dark")
    with held(served.actions.answers.answerer, "recognize") as hold:  # an answer that comes late
        page.click("#recognise-go")
        assert hold.entered()
        choose(page, "A walk with a turn", WALK)
        hold.release()
        page.click("#describe-go")  # whose answer comes after it
        page.wait_for_selector("#description .why")
        assert page.locator("#ranked .bars").count() == 0 and "ask=recognize" not in page.input_value("#link-text")

    uploads: list = []  # what is pressed during an upload
    page.route(re.compile(r"/upload\?"), lambda route: uploads.append(route))
    upload(page, EXAMPLES / "kicking.npz")
    page.click("#recognise-go")
    playwright.expect(page.locator("#held")).to_contain_text("Then: Recognise")
    let_go(page, uploads)
    page.wait_for_selector("#ranked .bars")
    assert page.inner_text("#ranked .bars .first span") == "kicking" and "kicking.npz" in page.inner_text("#read-card")

    page.unroute_all()
    bad = tmp_path / "notes.txt"  # a file that is refused
    bad.write_text("hello")
    upload(page, bad)
    alert = page.locator("#read-card [role=alert]")
    playwright.expect(alert).to_contain_text("notes.txt")
    page.wait_for_function("document.querySelector('#read-card[data-refused]')")
    assert seen(page, alert) and page.locator("#filmstrip img, #ranked .bars").count() == 0
    page.click("#recognise-go")
    playwright.expect(page.locator("#ranked [role=alert]")).to_contain_text("Choose an example or drop a file")
    tab(page, "Example")
    choose(page, "A high wave", "high_wave.npz")
    playwright.expect(page.locator("#first .said")).to_contain_text("wave")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
