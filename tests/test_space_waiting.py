"""What is pressed while something else goes on is answered, or the page says why not: every action, in a real browser."""

from __future__ import annotations

import re
import threading

from demo_browser import EXAMPLES, ask, containing, let_go, panel, playwright, shoot, tab, upload

pytest_plugins = ["demo_browser"]  # its fixtures
UPLOAD = re.compile(r"/upload\?")


def _question(page, press) -> None:
    page.fill("#question textarea", "Which hand does the person use?")
    press()


def _in_panel(page, name: str, button: str) -> None:
    if not page.locator(button).is_visible():
        panel(page, name)
    page.click(button)


# action -> how it is pressed, and where its answer stands
ACTIONS = {
    "recognise": (lambda page: page.click("#recognise-go"), "#ranked .bars"),
    "describe": (lambda page: page.click("#describe-go"), "#description .why"),
    "ask": (lambda page: _question(page, lambda: page.click("#ask-go")), "#chat .why"),
    "enter": (lambda page: _question(page, lambda: page.press("#question textarea", "Enter")), "#chat .why"),
    "suggestion": (lambda page: page.locator("#suggested [data-ask]").first.click(), "#chat .why"),
    "compare": (lambda page: _in_panel(page, "Compare", "#compare-go"), "#compared .said"),
    "segments": (lambda page: _in_panel(page, "Segments", "#segments-go"), "#segments-found .rows"),
    "stress": (lambda page: _in_panel(page, "Stress test", "#stress-go"), "#stressed .verdict"),
    # the answer that was typed goes with its clip
    "explain": (lambda page: _in_panel(page, "Explain another answer", "#explain-go"), "#why-shown [role=alert]"),
    "file": (lambda page: page.click("#write-go"), "#download a"),
}


def shows(page, name: str) -> None:
    playwright.expect(page.locator("#read-card .read")).to_contain_text(name)


def test_what_is_pressed_during_an_upload_is_answered_for_the_new_clip(page):
    held: list = []
    page.route(UPLOAD, lambda route: held.append(route))
    tab(page, "File")
    for number, (name, (press, place)) in enumerate(ACTIONS.items()):
        file = ("squat.json", "kicking.npz")[number % 2]
        upload(page, EXAMPLES / file)
        playwright.expect(page.locator("#held")).to_contain_text("Reading the clip")
        press(page)
        playwright.expect(page.locator("#held")).to_contain_text("Then:")
        assert page.locator(".card.working").count() == 0, name
        let_go(page, held)
        shows(page, file)
        playwright.expect(page.locator(place).first).to_be_visible()
        if name == "file":
            playwright.expect(page.locator("#download")).to_contain_text(file.split(".")[0])
        playwright.expect(page.locator("#held")).to_have_text("")


def test_why_of_an_answer_that_goes_says_so(page):
    held: list = []
    page.route(UPLOAD, lambda route: held.append(route))
    upload(page, EXAMPLES / "squat.json")
    playwright.expect(page.locator("#held")).to_contain_text("Reading the clip")
    page.click("#first .why")
    let_go(page, held)
    playwright.expect(page.locator("#held")).to_contain_text("that answer is gone")
    assert page.locator("#why-shown h3").count() == 0


def test_what_is_pressed_while_a_file_is_read_waits_too(page, monkeypatch):
    from skeleton_demo import reading

    begun, go, read = threading.Event(), threading.Event(), reading.read_each

    def slow(*arguments):
        begun.set()
        assert go.wait(60)
        return read(*arguments)

    monkeypatch.setattr(reading, "read_each", slow)
    upload(page, EXAMPLES / "squat.json")
    assert begun.wait(60)
    page.click("#recognise-go")
    go.set()
    page.wait_for_selector("#ranked .bars")
    assert page.inner_text("#ranked .bars .first span") == "squat"


def test_an_upload_that_fails_or_is_refused_lets_go_of_what_was_pressed(page, open_page, tmp_path):
    page.route(UPLOAD, lambda route: route.abort())
    upload(page, EXAMPLES / "squat.json")
    page.click("#recognise-go")
    page.wait_for_selector("#ranked .bars")  # of the clip that is still there
    shows(page, "high_wave.npz")
    page.unroute(UPLOAD)
    other, bad = open_page(), tmp_path / "notes.txt"
    bad.write_text("hello")
    upload(other, bad)
    playwright.expect(other.locator("#read-card [role=alert]")).to_contain_text("notes.txt")
    for gone in ("#clip-viewer .viewer-clock", "#clip-viewer .viewer-play", "#filmstrip"):
        playwright.expect(other.locator(gone)).to_be_hidden()
    for name, (press, place) in ACTIONS.items():
        press(other)
        card = other.locator(f"{place.split()[0]} [role=alert]" if name != "file" else "#export [role=alert]")
        playwright.expect(card.first).to_be_visible()
        assert "Choose a" in card.first.inner_text() or name == "explain", name
    open_page.trouble.clear()  # the browser tells of the upload that was cut


def test_stop_and_clear_do_not_end_an_upload(page, served):
    held: list = []
    page.click("#recognise-go")
    page.wait_for_selector("#ranked .bars")
    page.route(UPLOAD, lambda route: held.append(route))
    upload(page, EXAMPLES / "squat.json")
    playwright.expect(page.locator("#held")).to_contain_text("Reading the clip")
    page.click("#clear")
    let_go(page, held)
    shows(page, "squat.json")


def test_what_is_pressed_again_while_it_runs_is_asked_again(page, served):
    """With what stands in the fields then."""
    begun, go = threading.Event(), threading.Event()
    answerer = served.actions.answers.answerer
    recognize, stream = answerer.recognize, answerer.stream

    def slow(method):
        def waiting(*arguments, **options):
            begun.set()
            assert go.wait(60)
            return method(*arguments, **options)

        return waiting

    answerer.recognize = slow(recognize)
    try:
        page.click("#recognise-go")
        assert begun.wait(60)
        page.fill("#labels textarea", "bow\njump rope")
        page.click("#recognise-go")
        page.click("#describe-go")  # another one meanwhile
        page.wait_for_selector("#description .why")
        go.set()
        playwright.expect(page.locator("#ranked .bars")).to_contain_text("jump rope")
    finally:
        del answerer.recognize
    begun.clear(), go.clear()
    answerer.stream = slow(stream)
    try:
        ask(page, "Which hand does the person use?")
        assert begun.wait(60)
        ask(page, "Is it slow or fast?")
        go.set()
        playwright.expect(page.locator("#chat .asked")).to_have_text(
            ["Which hand does the person use?", "Is it slow or fast?"]
        )
        playwright.expect(page.locator("#chat .why")).to_have_count(2)
    finally:
        del answerer.stream


def test_what_is_pressed_before_a_link_has_opened_waits_for_its_clip(open_page):
    page = open_page(query="?example=Squats", export=False)
    page.click("#recognise-go")
    page.wait_for_selector("#ranked .bars")
    shows(page, "squat.json")
    assert page.inner_text("#ranked .bars .first span") == "squat"


def test_files_can_be_dropped_anywhere(page):
    data = (EXAMPLES / "squat.json").read_bytes().decode()
    give = """([text, kind]) => {
      const files = new DataTransfer();
      files.items.add(new File([text], "dropped.json"));
      document.querySelector("#answers-head").dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
    }"""
    page.evaluate(give, [data, "dragover"])
    assert page.locator("body[data-drop]").count() == 1
    shoot(page, "drop")
    page.evaluate(give, [data, "drop"])
    shows(page, "dropped.json")
    assert page.locator("body[data-drop]").count() == 0
    playwright.expect(page.locator("#snippet")).to_have_text(containing("dropped.json"))


def test_of_files_that_are_dropped_in_a_row_the_last_one_is_shown(page):
    give = """([name, text]) => {
      const files = new DataTransfer();
      files.items.add(new File([text], name));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
    }"""
    held: list = []
    page.route(UPLOAD, lambda route: held.append(route))
    for name, file in (("one", "squat"), ("two", "forward_kick_2d"), ("three", "a11_s01_e01_v01")):
        page.evaluate(give, [f"{name}.json", (EXAMPLES / f"{file}.json").read_text()])
    playwright.expect(page.locator("#held")).to_have_text("Reading the clip. Then: three.json.")
    page.click("#describe-go")
    let_go(page, held)
    let_go(page, held)
    shows(page, "three.json")
    playwright.expect(page.locator("#description .why")).to_be_visible()
    playwright.expect(page.locator("#held")).to_have_text("")
    assert not held  # the second one was never uploaded


def test_of_examples_that_are_chosen_in_a_row_the_last_one_is_shown(page):
    for name in ("Squats", "A high wave", "A walk with a turn"):
        page.locator("#examples label", has_text=name).click()
    playwright.expect(page.locator("#held")).to_have_text("")
    shows(page, "walk_turning_left.bvh")
    playwright.expect(page.locator("#clip-viewer canvas")).to_have_attribute("aria-label", containing("walk_turning"))
