"""Five tasks on the web demo as somebody new to it does them, with nothing but what stands on the page: seconds, clicks and wrong turns.

    python benchmarks/page_tasks.py [--shots FOLDER] [--narrow]

Starts `app.py` and opens it in Chromium for each task anew, on three screens, light and dark. A step looks for words, as a person does, among
what can be pressed or filled; one that finds nothing in sight scrolls, and counts as a wrong turn. Tasks end when the page shows what was asked for, or
with an error. `--shots` writes a picture of each end.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from demo_server import ROOT, chromium, running
from playwright.sync_api import Locator, Page, expect

CLIP = ROOT / "skeletonllm_hf" / "examples" / "high_wave.npz"
SCREENS = ((1280, 720, "light"), (1280, 720, "dark"), (1440, 900, "light"), (390, 844, "light"), (390, 844, "dark"))
_PATIENCE = 120_000  # milliseconds


class Visitor:
    """Presses and fills what it can read, and counts."""

    def __init__(self, page: Page):
        self.page, self.clicks, self.wrong = page, 0, 0

    def see(self, found: Locator) -> Locator:
        """What is looked for, scrolled to where it can be seen."""
        found.wait_for()
        box, height = found.bounding_box(), self.page.viewport_size["height"]
        if box is None or box["y"] < 0 or box["y"] + box["height"] > height:
            self.wrong += 1
            found.scroll_into_view_if_needed()
        return found

    def press(self, name: str, role: str = "button") -> None:
        self.clicks += 1
        self.see(self.page.get_by_role(role, name=name, exact=True).first).click()

    def fill(self, label: str, text: str) -> None:
        self.clicks += 1
        self.see(self.page.get_by_label(label, exact=True)).fill(text)

    def drop(self, path: Path) -> None:
        self.press("File", "tab")
        self.page.set_input_files("#upload input[type=file]", path)
        expect(self.page.locator("#first .said")).to_have_count(0)  # of the example before
        expect(self.page.locator("#read-card .read")).to_contain_text(path.name)


def name_my_clip(visitor: Visitor) -> str:
    visitor.drop(CLIP)
    visitor.fill("What could it show? One label a line, or commas", "high wave\nsit down\nbow")
    visitor.press("Recognise")
    return visitor.see(visitor.page.locator("#ranked .bars .first")).inner_text()


def which_side(visitor: Visitor) -> str:
    visitor.drop(CLIP)
    visitor.press("Which hand does the person use?")
    visitor.page.wait_for_selector("#chat .why")
    return visitor.see(visitor.page.locator("#chat .said")).inner_text()


def where_in_a_minute(visitor: Visitor, minute: Path) -> str:
    visitor.drop(minute)
    visitor.press("Segments")
    visitor.press("Find segments")
    row = visitor.page.locator("#segments-found tr", has=visitor.page.locator("input[value='high wave']"))
    return visitor.see(row.first).inner_text()


def why(visitor: Visitor) -> str:
    visitor.press("Why?")
    return visitor.see(visitor.page.locator("#why-shown .bars .first")).inner_text()


def into_a_spreadsheet(visitor: Visitor, minute: Path) -> str:
    where_in_a_minute(visitor, minute)
    with visitor.page.expect_download() as download:
        visitor.press("CSV")
    with open(download.value.path(), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return f"{len(rows)} rows of {', '.join(rows[0])}"


def a_minute(folder: str) -> Path:
    """A minute of motion, as a file."""
    sys.path.insert(0, str(ROOT / "space"))
    from skeleton_demo.limits import Limits
    from skeleton_demo.reading import LONG_ACTIONS, make_long

    from skeletonllm_hf import save_skeleton

    clip = make_long(LONG_ACTIONS, "kinect_v2", 3, Limits()).clip
    return save_skeleton(clip, Path(folder, f"{clip.seconds:.0f}_seconds.npz")).path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=Path, metavar="FOLDER")
    parser.add_argument("--narrow", action="store_true", help="only on a telephone")
    arguments = parser.parse_args()
    shots, screens = arguments.shots, [screen for screen in SCREENS if screen[0] < 800 or not arguments.narrow]
    print("| screen | task | seconds | clicks | wrong turns | shown |\n| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder, chromium() as browser, running() as server:
        minute = a_minute(folder)
        tasks: dict[str, Callable[[Visitor], str]] = {
            "name my clip": name_my_clip,
            "which side": which_side,
            "where in a minute": lambda visitor: where_in_a_minute(visitor, minute),
            "why": why,
            "into a spreadsheet": lambda visitor: into_a_spreadsheet(visitor, minute),
        }
        for width, height, scheme in screens:
            for name, task in tasks.items():
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
                )
                page = context.new_page()
                page.set_default_timeout(_PATIENCE)
                begun, visitor = time.monotonic(), Visitor(page)
                page.goto(server.url)
                page.wait_for_selector("#first .said")
                shown = " ".join(task(visitor).split())
                print(
                    f"| {width} x {height}, {scheme} | {name} | {time.monotonic() - begun:.1f} | {visitor.clicks} | {visitor.wrong} | {shown} |",
                    flush=True,
                )
                if shots:
                    shots.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=shots / f"{name.replace(' ', '_')}_{width}_{scheme}.png")
                context.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
