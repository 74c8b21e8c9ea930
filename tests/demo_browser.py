"""What the browser tests of the web demo share: Debian's Chromium, driven by Playwright, and the page opened in it."""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path

import pytest
from demo_page import server

playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra test")
pytest.importorskip("gradio", reason="needs the extra demo")
# The first one is Chromium without windows, which takes half the others' time for the same page.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
if CHROMIUM is None:
    pytest.skip("no Chromium on this machine: apt-get install chromium-headless-shell", allow_module_level=True)

EXAMPLES = Path(__file__).parents[1] / "skeletonllm_hf" / "examples"
SHOTS = Path(__file__).parents[1] / "out" / "space"
PATIENCE = int(os.environ.get("BROWSER_PATIENCE", "60000"))  # milliseconds: the machine may be busy with other things
playwright.expect.set_options(timeout=PATIENCE)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served():
    return server()


CONTEXT = {"reduced_motion": "reduce", "permissions": ["clipboard-read", "clipboard-write"]}


@pytest.fixture(scope="module")
def kept(browser):
    """One tab for the tests of a module: the page's scripts, once compiled, cost a third of what they cost in a new one."""
    tabs = []

    def kept():
        if not tabs or tabs[-1].is_closed():
            tabs.append(browser.new_context(**CONTEXT).new_page())
        return tabs[-1]

    return kept


def forget(page, served) -> None:
    """The tab is as a new one: what it stored is gone, from where nothing of the demo runs any more."""
    page.unroute_all(behavior="ignoreErrors")
    page.goto(f"{served.url}/no-such-page")
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    page.context.clear_cookies()


@pytest.fixture
def open_page(browser, served, kept):
    """Opens the page -> Playwright's page, with its first example shown; no error may appear in its console.

    The first one of a test is in the module's tab, others stand beside it in windows of their own.
    """
    opened, trouble = [], []
    watched = {
        "console": lambda message: trouble.append(message.text) if message.type == "error" else None,
        "pageerror": lambda error: trouble.append(str(error)),
        "request": lambda request: (
            trouble.append(request.url) if not request.url.startswith((served.url, "data:", "blob:")) else None
        ),
    }

    def open_page(width: int = 1280, height: int = 900, scheme: str = "light", query: str = "", export: bool = True):
        page = browser.new_context(**CONTEXT).new_page() if opened else kept()
        opened.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.set_default_timeout(PATIENCE)
        for event, watch in watched.items():
            page.on(event, watch)
        page.goto(f"{served.url}/{query}")
        page.wait_for_selector("body[data-ready]")  # gradio has built the page
        if export:
            unfold(page, "export")
            page.wait_for_selector("#snippet code")
        return page

    open_page.trouble = trouble
    yield open_page
    for number, page in enumerate(opened):
        if number or page.is_closed():
            page.context.close()
            continue
        for event, watch in watched.items():
            page.remove_listener(event, watch)
        forget(page, served)
    # gradio loads one script for embedding in other pages from elsewhere; the page works without it
    assert [line for line in trouble if "iframe-resizer" not in line and "ERR_" not in line] == []


@pytest.fixture
def page(open_page):
    return open_page()


def shoot(page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def tab(page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def unfold(page, name: str) -> None:
    """By its id."""
    page.locator(f"#{name} > button").click()


def panel(page, name: str) -> None:
    """Opens what an action on the clip asks for."""
    page.locator("#actions").get_by_role("button", name=name, exact=True).click()


def upload(page, *paths) -> None:
    tab(page, "File")
    page.set_input_files("#upload input[type=file]", list(paths))


def let_go(page, held: list) -> None:
    """The upload that a route holds goes on, as soon as the browser has begun it."""
    until = time.monotonic() + PATIENCE / 1000
    while not held and time.monotonic() < until:
        page.wait_for_timeout(50)
    held.pop().continue_()


def ask(page, question: str) -> None:
    page.fill("#question textarea", question)
    page.click("#ask-go")


def containing(text: str) -> re.Pattern:
    return re.compile(re.escape(text))
