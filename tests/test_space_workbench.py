"""The page as a workbench, in a real browser: nothing moves while it opens, several clips, segments, reloads, the camera, one HTML file."""

from __future__ import annotations

import json
import zipfile

import pytest
from demo_browser import EXAMPLES, containing, panel, playwright, shoot, tab, upload
from skeleton_demo import sections

from skeletonllm_hf import load_skeleton

pytest_plugins = ["demo_browser"]  # its fixtures
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 500);
})"""


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(1280, 720, "light"), (1600, 900, "dark"), (390, 844, "light")]
)
def test_nothing_moves_while_the_page_opens(open_page, width, height, scheme):
    page = open_page(width, height, scheme, export=False)
    assert page.evaluate(SHIFTS) < 0.1
    first, card = page.locator("#first .said"), page.locator("#read-card")
    assert "wave" in first.inner_text() and card.locator(".notes").count() == 0


def test_several_clips_are_a_table(page, tmp_path):
    archive = tmp_path / "clips.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("squat.json", "high_wave.npz"):
            file.write(EXAMPLES / name, f"day/{name}")
    upload(page, archive, EXAMPLES / "kicking.npz")
    rows = page.locator("#clips tbody tr")
    playwright.expect(rows).to_have_count(3)
    playwright.expect(page.locator("#clips .working")).to_have_count(0)
    labels = rows.locator("[data-cell=label]")
    assert sorted(labels.all_inner_texts()) == ["high wave", "kicking", "squat"]
    page.locator("#clips th[data-name=label] button").click()
    assert labels.all_inner_texts() == ["high wave", "kicking", "squat"]
    page.locator("#clips th[data-name=label] button").click()
    assert labels.all_inner_texts() == ["squat", "kicking", "high wave"]
    saved = {}
    for kind in ("csv", "json"):
        with page.expect_download() as download:
            page.locator(f"#clips [data-save={kind}]").click()
        download.value.save_as(tmp_path / f"out.{kind}")
        saved[kind] = (tmp_path / f"out.{kind}").read_text()
    assert saved["csv"].splitlines()[0] == "clip,label,share,caption,warnings" and saved["csv"].count("\n") == 3
    found = json.loads(saved["json"])
    assert [row["label"] for row in found] == ["squat", "kicking", "high wave"] and 0 < found[0]["share"] <= 1
    page.locator("#clips [data-open]", has_text="high_wave.npz").click()
    playwright.expect(page.locator("#read-card")).to_contain_text("clips.zip/day/high_wave.npz")
    assert rows.count() == 3  # the table stays
    page.fill("#labels textarea", "both knees bend, an arm waves")
    page.click("#recognise-go")
    for name, label in (("squat.json", "both knees bend"), ("high_wave.npz", "an arm waves")):
        playwright.expect(rows.filter(has_text=name).locator("[data-cell=label]")).to_have_text(label)
    shoot(page, "table")


def test_labels_of_segments_can_be_edited_and_exported(open_page, tmp_path):
    page = open_page(
        query="?action=squat&action=high+wave&layout=kinect_v2&seed=3&ask=segments&labels=squat&labels=high+wave&shortest=1.0"
    )
    marks = page.locator("#clip-viewer .segments-marks button")
    playwright.expect(marks.first).to_be_visible()
    playwright.expect(page.locator("#snippet")).to_contain_text("shortest=1")
    field = page.locator("#segments-found td input").first
    field.fill("=deep squat")
    field.press("Tab")
    playwright.expect(marks.first).to_have_text("=deep squat")
    with page.expect_download() as download:
        page.locator("#segments-found [data-save=csv]").click()
    download.value.save_as(tmp_path / "segments.csv")
    assert "'=deep squat" in (tmp_path / "segments.csv").read_text()  # no formula for a spreadsheet


def test_a_reload_brings_the_question_back_and_start_over_forgets_it(page):
    page.fill("#labels textarea", "high wave\nbow")
    page.click("#recognise-go")
    page.wait_for_selector("#ranked .bars")
    page.wait_for_function("location.search.includes('ask=recognize')")
    page.click("#theme-toggle")
    page.reload()
    page.wait_for_selector("#ranked .bars")
    assert page.input_value("#labels textarea") == "high wave\nbow"
    assert page.evaluate("document.body.classList.contains('dark')")
    page.click("#start-over")
    page.wait_for_function("location.search === '' && !document.body.classList.contains('dark')")
    page.wait_for_selector("#recognise-go")
    assert page.locator("#ranked .bars").count() == 0 and page.evaluate("localStorage.length") == 0


def test_two_clips_are_shown_in_step(page):
    panel(page, "Compare")
    page.click("#compare-go")
    canvas = page.locator("#clip-viewer canvas")
    playwright.expect(canvas).to_have_attribute("aria-label", containing("high_wave.npz"))
    playwright.expect(canvas).to_have_attribute("aria-label", containing("squat.json"))
    page.locator("#clip-viewer summary").click()
    before = canvas.screenshot()
    page.get_by_label("Trails of hands and feet").check()
    floor = page.get_by_label("Floor")
    assert floor.evaluate("box => getComputedStyle(box).appearance") == "auto"  # a tick that is seen in both themes
    floor.uncheck()
    assert not page.get_by_text("Influence", exact=True).is_visible()  # nothing was explained
    assert canvas.screenshot() != before
    page.click("#clear")
    playwright.expect(canvas).to_have_attribute("aria-label", "high_wave.npz: 1 person, 95 frames")


def test_a_suggested_question_is_asked_at_a_click(page):
    page.get_by_role("button", name="Is it slow or fast?").click()
    playwright.expect(page.locator("#chat .asked")).to_have_text("Is it slow or fast?")
    page.wait_for_selector("#chat .why")
    page.locator("#examples label", has_text="Two people shake hands").click()
    playwright.expect(page.locator("#suggested")).to_contain_text("What are they doing?")


def test_answers_are_cards_with_the_latest_first_and_why_beside_each(page):
    page.click("#recognise-go")
    page.wait_for_selector("#ranked .why")
    page.click("#describe-go")
    page.wait_for_selector("#description .why")
    top = lambda place: page.locator(place).bounding_box()["y"]  # noqa: E731
    assert top("#description") < top("#ranked") < top("#first")
    page.locator("#ranked .why").click()  # of an answer that is not the last one
    playwright.expect(page.locator("#why-shown .verdict")).to_have_text(page.inner_text("#ranked .bars .first span"))
    page.wait_for_function("document.querySelector('#why-shown').style.order !== ''")
    assert top("#description") < top("#ranked") < top("#why-shown") < top("#first")
    shoot(page, "cards")
    assert not page.locator("#stop").is_visible()
    page.click("#clear")
    playwright.expect(page.locator("#conversation h3")).to_have_count(1)  # what the page opened with stays
    playwright.expect(page.locator("#link-text")).not_to_have_value(containing("ask="))


def test_a_set_of_labels_is_chosen_at_a_click(page, served):
    page.get_by_role("button", name="Two people", exact=True).click()
    playwright.expect(page.locator("#labels textarea")).to_have_value(containing("high five"))
    assert set().union(*sections.LABEL_SETS.values()) <= set(served.actions.answers.labels)


def test_what_is_asked_without_a_clip_says_so(page, tmp_path):
    bad = tmp_path / "notes.txt"
    bad.write_text("hello")
    upload(page, bad)
    playwright.expect(page.locator("#read-card [role=alert]")).to_contain_text("notes.txt")
    page.click("#describe-go")
    playwright.expect(page.locator("#description [role=alert]")).to_be_visible()


def test_the_camera_records_into_the_page(page):
    """Chromium's made-up camera, which shows nobody."""
    tab(page, "Camera")
    button = page.locator("#camera button")
    button.click()
    playwright.expect(page.locator("#camera .hint")).to_contain_text("Recording")
    page.wait_for_timeout(700)
    button.click()
    playwright.expect(page.locator("#read-card [role=alert]")).to_contain_text("camera.webm")
    assert "video" in page.inner_text("#read-card")


def test_a_clip_is_one_html_file(browser, tmp_path):
    clip = load_skeleton(EXAMPLES / "kicking.npz").replace(source="</script><b>kick</b>")
    shown = clip.show(load_skeleton(EXAMPLES / "squat.json"))
    assert shown._repr_html_().startswith("<iframe srcdoc=") and "<b>kick" not in shown._repr_html_()
    path = tmp_path / "clip.html"
    path.write_text(shown.html, encoding="utf-8")
    page = browser.new_page(viewport={"width": 900, "height": 500}, reduced_motion="reduce")
    asked, trouble = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(path.as_uri())
    canvas = page.locator("canvas")
    assert "2 people" in canvas.get_attribute("aria-label") and "121 frames" in canvas.get_attribute("aria-label")
    before = canvas.screenshot()
    page.get_by_label("Frame forward").click()
    assert canvas.screenshot() != before and page.inner_text(".viewer-clock").startswith("0.03 of")
    assert "person 2" in page.inner_text(".viewer-legend")
    page.close()
    assert asked == [path.as_uri()] and trouble == []
