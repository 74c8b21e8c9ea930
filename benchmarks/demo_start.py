"""How long a visitor waits: from opening the page to an answer on it, and from the click on an example to its answer.

    python benchmarks/demo_start.py [--repeats 20] [--json]

Starts `app.py` and opens it in Chromium (Debian's, driven by Playwright), each time as a new visitor with nothing in the cache. An answer
is shown when its sentence can be seen. The first answers about examples are computed while the page is built and shortly after; the clicks
begin when they are there. `asked` is what a visitor waits who presses Recognise for the example.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

import numpy as np
from demo_server import chromium, running
from playwright.sync_api import Browser, Page

EXAMPLES = ("A walk with a turn", "Squats", "A throw", "A high wave")
WHAT = {
    "opened": "opening the page to the first answer",
    "usable": "opening the page to buttons that can be pressed",
    "shown": "click on an example to its answer",
    "asked": "Recognise to the ranking",
}
_PATIENCE = 120_000  # milliseconds


def opening(browser: Browser, url: str) -> tuple[Page, dict[str, float]]:
    """The page as a new visitor opens it, and the seconds of it."""
    page = browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce").new_page()
    page.set_default_timeout(_PATIENCE)
    begun = time.monotonic()
    page.goto(url)
    page.wait_for_selector(".said:visible")  # what the page shows before gradio is there, too
    opened = time.monotonic() - begun
    page.wait_for_selector("#recognise-go:enabled")
    page.wait_for_selector("#filmstrip .frames img")
    return page, {"opened": opened, "usable": time.monotonic() - begun}


def _choose(page: Page, name: str) -> None:
    """Another example than the one that is shown; back when it is."""
    before = page.get_attribute("#first [data-clip]", "data-clip")
    page.locator("#examples label", has_text=name).click()
    page.wait_for_function(
        "before => document.querySelector('#first [data-clip]')?.dataset.clip !== before", arg=before
    )


def choose(page: Page, name: str) -> float:
    """Seconds from the click on an example to the answer about it."""
    begun = time.monotonic()
    _choose(page, name)
    page.wait_for_selector("#first .said")
    return time.monotonic() - begun


def ask(page: Page) -> float:
    begun = time.monotonic()
    page.click("#recognise-go")
    page.wait_for_selector("#ranked .bars")
    return time.monotonic() - begun


def wait_for_answers(page: Page) -> None:
    """Clicks until each example has the answer that is computed behind the page's back."""
    for name in EXAMPLES[:-1]:  # the page opens with the last one, which is answered
        _choose(page, name)
        while not page.locator("#first .said").count():
            page.wait_for_timeout(1000)
            _choose(page, EXAMPLES[-1])
            _choose(page, name)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=20, metavar="N")
    parser.add_argument("--json", action="store_true", help="every repeat, for machines")
    arguments = parser.parse_args()
    found: dict[str, list[float]] = {name: [] for name in WHAT}
    with chromium() as browser, running() as server:
        wait_for_answers(opening(browser, server.url)[0])
        for number in range(arguments.repeats):
            page, times = opening(browser, server.url)
            times["shown"] = choose(page, EXAMPLES[number % (len(EXAMPLES) - 1)])
            times["asked"] = ask(page)
            page.context.close()
            for name, seconds in times.items():
                found[name].append(seconds)
            print(f"{number + 1} of {arguments.repeats}", file=sys.stderr, flush=True)
    if arguments.json:
        print(json.dumps(found))
        return 0
    print(f"| {arguments.repeats} visits, seconds | p50 | p95 |\n| --- | --- | --- |")
    for name, what in WHAT.items():
        print(f"| {what} | {np.percentile(found[name], 50):.2f} | {np.percentile(found[name], 95):.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
