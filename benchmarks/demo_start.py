"""How long a visitor waits: from the loaded model to a page that can be used, and from the click on an example to an answer.

    python benchmarks/demo_start.py [--repeats 5] [--json]

Each repeat starts `app.py` anew and opens it in Chromium (Debian's, driven by Playwright; started before, with nothing in its cache).
The page is usable when the buttons are there and the first example is drawn. Then an example is clicked, and Recognise as soon as the
example is read: its first answer is the server's first, too, with nothing warmed up.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time

from demo_server import chromium, running
from playwright.sync_api import Browser

EXAMPLE, FILE = "Squats", "squat.json"
WHAT = {
    "served": "model loaded to the server's first reply",
    "usable": "model loaded to the page usable",
    "shown": "click on an example to its frames",
    "answered": "click on an example to the first answer",
}
_PATIENCE = 120_000  # milliseconds


def measure(browser: Browser) -> dict[str, float]:
    """Seconds of each of `WHAT`, for one start."""
    with running() as server:
        served = time.monotonic()
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.set_default_timeout(_PATIENCE)
        page.goto(server.url)
        page.wait_for_selector("#recognise-go:enabled")
        page.wait_for_selector("#filmstrip .frames img")
        usable = time.monotonic()
        first = page.get_attribute("#filmstrip .frames img", "src")
        page.get_by_label(EXAMPLE, exact=True).click(force=True)
        clicked = time.monotonic()
        page.wait_for_function(f"document.querySelector('#read-card').innerText.startsWith('{FILE}')")
        page.click("#recognise-go")
        page.wait_for_function("src => document.querySelector('#filmstrip .frames img')?.src !== src", arg=first)
        shown = time.monotonic()
        page.wait_for_selector("#ranked .bars")
        answered = time.monotonic()
        context.close()
    return {
        "served": served - server.loaded,
        "usable": usable - server.loaded,
        "shown": shown - clicked,
        "answered": answered - clicked,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    parser.add_argument("--json", action="store_true", help="every repeat, for machines")
    arguments = parser.parse_args()
    repeats = []
    with chromium() as browser:
        for number in range(arguments.repeats):
            repeats.append(measure(browser))
            print(f"{number + 1} of {arguments.repeats}", file=sys.stderr, flush=True)
    if arguments.json:
        print(json.dumps(repeats))
        return 0
    print(f"| {arguments.repeats} starts, seconds | fastest | median | slowest |\n| --- | --- | --- | --- |")
    for name, what in WHAT.items():
        times = [repeat[name] for repeat in repeats]
        print(f"| {what} | {min(times):.2f} | {statistics.median(times):.2f} | {max(times):.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
