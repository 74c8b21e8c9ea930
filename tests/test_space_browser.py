"""The demo in a real browser: Debian's Chromium, driven by Playwright, against the page with the bundled model.

Screenshots for people to look at go to out/space/.
"""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from demo_browser import EXAMPLES, ask, containing, panel, playwright, shoot, tab, unfold, upload

from skeletonllm_hf import generate, load_default, load_skeleton, save_skeleton
from skeletonllm_hf.model.answers import stream

pytest_plugins = ["demo_browser"]  # its fixtures


def generating() -> int:
    """How many answers are being written in this process."""
    return sum("(work)" in thread.name for thread in threading.enumerate())


def labelling() -> int:
    """How many clips are cut into windows in this process."""
    return sum(thread.name == "find_segments" for thread in threading.enumerate())


LONG = 4000  # tokens of an answer that can be stopped


@contextmanager
def long_answers(served):
    """The real model, told to go on writing, and token by token as larger ones do: gives a list that is filled when an answer was written to its end."""
    answerer, length, ended = served.actions.answers.answerer, {"max_new_tokens": LONG, "min_new_tokens": LONG}, []

    def writing(clip, question, **options):
        yield from stream(answerer.model, answerer.processor, clip, question, **{**options, **length})
        ended.append(question)

    answerer.stream = writing
    config = answerer.model.config
    size, config.alignment_size = config.alignment_size, None  # small models write a text at once
    try:
        yield ended
    finally:
        config.alignment_size = size
        del answerer.stream


def stopped_early(ended: list[str]) -> bool:
    """Waits until nobody writes, which comes by itself at the latest: no clock says whether that was the end or a stop."""
    while generating():
        time.sleep(0.05)
    return not ended


def test_the_page_opens_with_a_clip_and_its_frames(page):
    assert page.title() == "Skeletons in words"
    assert page.locator("#filmstrip .frames img").count() == 12
    assert "95 frames at 30 a second, 3.2 s, of one person" in page.inner_text("#read-card")
    assert page.locator("#clip-viewer canvas").get_attribute("aria-label") == "high_wave.npz: 1 person, 95 frames"
    shoot(page, "light")


def test_uploads_are_read_and_described(page, tmp_path):
    """By what is in them: the ending is taken off."""
    for name, words in (
        ("shaking_hands.skeleton", ["NTU RGB+D", "kinect_v2", "2 people"]),
        ("walk_turning_left.bvh", ["BVH", "centimetres", "guessed"]),
        ("squat.json", ["our JSON", "kinect_v2", "121 frames"]),
    ):
        path = tmp_path / f"{Path(name).stem}.dat"
        shutil.copyfile(EXAMPLES / name, path)
        upload(page, path)
        playwright.expect(page.locator("#read-card")).to_contain_text(path.name)
        assert all(word in page.inner_text("#read-card") for word in words), name
        playwright.expect(page.locator("#clip-viewer canvas")).to_have_attribute("aria-label", containing(path.name))
    playwright.expect(page.locator("#link .hint")).to_contain_text("cannot carry a file of yours")
    assert not page.get_by_role("button", name="Copy link").is_visible()


def test_several_files_are_several_clips_to_choose_from(page, tmp_path):
    upload(page, EXAMPLES / "squat.json", EXAMPLES / "kicking.npz")
    playwright.expect(page.locator("#read-card")).to_contain_text("squat.json")
    page.locator("#clips [data-open]", has_text="kicking.npz").click()
    playwright.expect(page.locator("#read-card")).to_contain_text("kicking.npz")
    path = tmp_path / "clip.pkl"  # a bad file gets a message that says what to do
    path.write_bytes(b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00]\x94.")
    upload(page, path)
    playwright.expect(page.locator("#read-card [role=alert]")).to_contain_text("Pickles can run code")
    assert "/" not in page.inner_text("#read-card").split("clip.pkl")[0]


def test_recognises_with_edited_labels_what_the_model_itself_says(page):
    labels = ["high wave", "sit down", "golf swing"]
    page.fill("#labels textarea", "\n".join(labels))
    page.click("#recognise-go")
    page.wait_for_selector("#ranked .bars")
    model, processor = load_default()
    expected = model.recognize(processor, load_skeleton(EXAMPLES / "high_wave.npz"), labels)
    assert page.inner_text("#ranked .bars .first span") == expected.label
    assert page.locator("#ranked .bars li span").all_inner_texts() == list(expected.labels)
    assert page.locator("#ranked .bars em").all_inner_texts() == [f"{score:.0%}" for score in expected.scores]
    panel(page, "Explain another answer")
    assert page.input_value("#why-answer textarea") == expected.label
    assert "model.recognize(processor, clip, ['high wave', 'sit down', 'golf swing']" in page.inner_text("#snippet")


def test_asks_twice_and_stops_the_second(page, served):
    ask(page, "Which hand does the person use?")
    page.wait_for_selector("#chat .why")
    with long_answers(served) as ended:
        ask(page, "What is the person doing?")
        page.wait_for_function("() => document.querySelectorAll('#chat .said')[1]?.innerText.length > 60")
        assert generating() == 1
        page.click("#stop")
        assert stopped_early(ended), "the generation goes on after Stop"
    assert "took longer than" not in page.inner_text("#chat"), "the time of one request ended it, not Stop"
    assert page.locator("#chat .said").count() == 2
    shoot(page, "ask")


def test_sentences_of_an_answer_stand_in_lines(page):
    ask(page, "Describe the movement in detail.")
    page.wait_for_selector("#chat .why")
    assert page.locator("#chat .said").inner_text().count("\n") > 2
    shoot(page, "details")


def test_an_answer_ends_when_its_reader_leaves(open_page, served):
    page = open_page()
    with long_answers(served) as ended:
        ask(page, "What is the person doing?")
        page.wait_for_function("() => document.querySelector('#chat .said')?.innerText.length > 60")
        page.goto("about:blank")
        assert stopped_early(ended)
    open_page.trouble.clear()  # gradio's script complains of the connection that was cut


def test_explains_an_answer_on_joints_and_moments(page):
    panel(page, "Explain another answer")
    page.fill("#why-answer textarea", "high wave")
    page.click("#explain-go")
    page.wait_for_selector("#why-shown .bars li")
    shares = [float(text.rstrip("%")) for text in page.locator("#why-shown .bars em").all_inner_texts()]
    assert shares == sorted(shares, reverse=True) and sum(shares) == pytest.approx(100, abs=len(shares))
    assert page.locator("#why-shown .moments button").count() == 12
    assert "little influence" in page.inner_text("#clip-viewer .viewer-legend")
    marks = page.locator("#clip-viewer .influence-marks button")
    assert marks.count() == 12
    assert "rgba(0, 0, 0, 0)" not in marks.evaluate_all(
        "marks => marks.map(mark => getComputedStyle(mark).backgroundColor)"
    )
    page.locator("#why-shown .moments button").nth(11).click()
    playwright.expect(page.locator("#clip-viewer .viewer-clock")).to_contain_text("3.03 of")
    shoot(page, "why")


def test_fits_a_phone(open_page):
    page = open_page(390, 844)
    width = lambda: page.evaluate("document.documentElement.scrollWidth")  # noqa: E731
    assert width() <= 390
    for name in ("Compare", "Segments", "Stress test"):
        panel(page, name)
        page.wait_for_selector(f"#panel-{name.split()[0].lower()} button.primary")
        assert width() <= 390
    page.click("#recognise-go")
    page.wait_for_selector("#ranked .bars")
    assert width() <= 390
    outside = "() => [...document.querySelectorAll('button, input, textarea, canvas')].filter(e => { const r = e.getBoundingClientRect(); return r.width > 1 && r.right > 391 && !e.closest('.frames, #examples, #opening, .tab-container, .visually-hidden'); }).length"
    assert page.evaluate(outside) == 0
    shoot(page, "phone")


def test_dark_is_dark(open_page):
    page = open_page(scheme="dark")
    brightness = (
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0)"
    )
    assert page.evaluate(brightness) < 150
    assert page.evaluate(brightness.replace("document.body", "document.getElementById('link-text')")) < 150
    page.click("#theme-toggle")
    page.wait_for_function(f"() => {brightness} > 600")
    page.click("#theme-toggle")
    page.wait_for_function(f"() => {brightness} < 150")
    shoot(page, "dark")


def test_works_by_keyboard_and_every_control_has_a_name(page):
    page.locator("#examples input").nth(1).focus()
    page.keyboard.press(" ")
    playwright.expect(page.locator("#read-card")).to_contain_text("walk_turning_left.bvh")
    canvas = page.locator("#clip-viewer canvas")
    canvas.focus()
    before = canvas.screenshot()
    page.keyboard.press("ArrowRight")
    assert canvas.screenshot() != before
    nameless = """() => [...document.querySelectorAll('main button, main input, main textarea, main select, main canvas')].filter(e => {
      const r = e.getBoundingClientRect();
      if (r.width < 2 || e.closest('.visually-hidden') || e.type === 'file') return false;
      const named = (e.labels && [...e.labels].some(l => l.textContent.trim())) || e.getAttribute('aria-label') || e.title
        || e.innerText?.trim() || (e.getAttribute('aria-labelledby'));
      return !named;
    }).map(e => e.outerHTML.slice(0, 160))"""
    assert page.evaluate(nameless) == []


def test_finds_segments_of_a_long_clip_that_can_be_clicked(page):
    panel(page, "Segments")
    page.click("#long-example")
    playwright.expect(page.locator("#read-card")).to_contain_text("12 actions")
    page.click("#segments-go")
    page.wait_for_selector("#clip-viewer .segments-marks button")
    starts = page.locator("#segments-found [data-seek]")
    assert starts.count() >= 3
    last = starts.last
    seconds = float(last.get_attribute("data-seek"))
    last.click()
    clock = lambda: float(page.inner_text("#clip-viewer .viewer-clock").split()[0])  # noqa: E731
    page.wait_for_timeout(200)
    assert clock() == pytest.approx(seconds, abs=0.2)
    shoot(page, "segments")


def test_long_work_tells_its_progress_and_can_be_stopped(open_page, served):
    actions = "&".join(f"action={action}" for action in ("squat", "bow", "high+wave", "box") * 8)
    page = open_page(query=f"?{actions}&layout=coco_17&seed=1")
    playwright.expect(page.locator("#read-card")).to_contain_text("32 actions")
    panel(page, "Segments")
    page.click("#segments-go")
    bar = page.locator("#segments-found progress")
    page.wait_for_function("document.querySelector('#segments-found progress')?.value > 0.05")
    assert "% of the clip" in page.inner_text("#segments-found")
    page.click("#stop")
    while labelling():  # ends by itself at the latest: then the page shows segments and not "Stopped."
        page.wait_for_timeout(50)
    playwright.expect(page.locator("#segments-found")).to_contain_text("Stopped.")
    assert bar.count() == 0 and page.locator("#segments-found .rows").count() == 0
    page.wait_for_timeout(3000)  # until then gradio may take the event to be pending, and a click for none
    page.click("#segments-go")  # and begins anew
    page.wait_for_function("document.querySelector('#segments-found progress')?.value > 0.01")
    page.click("#stop")


def test_compares_spoils_and_reads_differently(page):
    panel(page, "Compare")
    page.click("#compare-go")
    page.wait_for_selector("#compared .said")
    assert page.inner_text("#compared .said")
    panel(page, "Stress test")
    page.click("#stress-go")
    page.wait_for_selector("#stressed .verdict")
    assert page.locator("#stressed .frames img").count() == 12
    unfold(page, "overrides")
    box = page.get_by_label("Axis that points up")
    box.click()
    page.get_by_role("option", name="z", exact=True).click()
    page.get_by_role("button", name="Read it again like this").click()
    playwright.expect(page.locator("#read-card .fact", has_text="up")).to_contain_text("z")


def test_files_can_be_taken_along(page, tmp_path):
    page.click("#write-go")
    link = page.locator("#download a").first
    link.wait_for()
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "clip.gif")
    assert (tmp_path / "clip.gif").read_bytes()[:4] == b"GIF8"


def test_a_link_repeats_the_question(page, open_page, served):
    """Asked by hand, copied, opened by somebody else."""
    playwright.expect(page.locator("#link-text")).not_to_have_value(
        ""
    )  # the page has opened with all that it opens with
    tab(page, "Generate")
    seed, card = page.get_by_label("Seed").first, page.locator("#read-card")
    for _ in range(3):  # gradio may set a field once more just after its tab is shown
        page.wait_for_timeout(500)
        seed.fill("7")
        seed.press("Tab")
        page.get_by_role("button", name="Generate", exact=True).click()
        playwright.expect(card).to_contain_text("high wave, seed")
        if "high wave, seed 7" in card.inner_text():
            break
    playwright.expect(card).to_contain_text("high wave, seed 7")
    unfold(page, "view")
    page.get_by_label("fixed").check()
    page.fill("#labels textarea", "high wave\nsit down\nbow")
    panel(page, "Label options")
    page.get_by_label("none of these").check()
    page.click("#recognise-go")
    page.wait_for_selector("#ranked .bars")
    playwright.expect(page.locator("#link-text")).to_have_value(containing("ask=recognize"))
    page.get_by_role("button", name="Copy link").click()
    playwright.expect(page.locator("#link .hint")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    query = "?action=high+wave&layout=kinect_v2&seed=7&colors=fixed&ask=recognize&labels=high+wave&labels=sit+down&labels=bow&top_k=5&none_of_these=1"
    assert copied == page.input_value("#link-text") == f"{served.url}/{query}"
    other = open_page(query=query)
    other.wait_for_selector("#ranked .bars")
    assert other.inner_text("#ranked") == page.inner_text("#ranked")
    playwright.expect(other.locator("#snippet")).to_contain_text("none_of_these=True")  # comes after the labels
    assert other.inner_text("#snippet") == page.inner_text("#snippet")
    assert other.locator("#filmstrip .frames img").first.get_attribute("src") == page.locator(
        "#filmstrip .frames img"
    ).first.get_attribute("src")
    assert other.input_value("#labels textarea") == "high wave\nsit down\nbow"
    playwright.expect(other.locator("#link-text")).to_have_value(copied)


def test_a_link_repeats_a_conversation(open_page):
    page = open_page(
        query="?example=Squats&ask=ask&questions=Which+hand+does+the+person+use%3F&questions=How+many+times%3F"
    )
    playwright.expect(page.locator("#chat .asked")).to_have_count(2)
    playwright.expect(page.locator("#link-text")).to_have_value(containing("questions=How+many+times"))
    assert "history=[['Which hand does the person use?'" in page.inner_text("#snippet")


def test_a_link_that_asks_too_much_says_so_and_the_page_works(open_page):
    page = open_page(query="?example=%3Cimg+src%3Dx+onerror%3Dwindow.evil%3D1%3E&ask=describe")
    playwright.expect(page.locator("#read-card [role=alert]")).to_contain_text("one of the examples")
    assert page.evaluate("window.evil") is None and page.locator("#filmstrip .frames img").count() == 12
    assert page.input_value("#link-text").endswith("/?example=A+high+wave")


def test_foreign_text_is_shown_as_text(page, tmp_path):
    path = tmp_path / "evil.json"
    evil = "<img src=x onerror='window.evil=1'>${window.evil=1}{{x}}"
    save_skeleton(generate("high wave", seed=1).replace(warnings=(evil,)), path)
    upload(page, path)
    playwright.expect(page.locator("#read-card")).to_contain_text("${window.evil=1}")
    page.fill("#labels textarea", f"{evil}\nwalk")
    page.click("#recognise-go")
    page.wait_for_selector("#ranked .bars")
    ask(page, evil)
    playwright.expect(page.locator("#chat .asked")).to_contain_text(evil)
    assert page.evaluate("window.evil") is None and page.locator("main img[src=x]").count() == 0
