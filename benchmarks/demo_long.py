"""A clip of five minutes through the demo's timeline: how long it takes, whether progress is told, how soon it can be stopped.

    python benchmarks/demo_long.py [--minutes 5] [--stride 1] [--json]

Synthetic actions are joined to one clip of 30 frames a second, saved, and uploaded to `app.py` in Chromium, as a visitor would.
Then segments are searched for, once to be stopped in the middle and once to the end. Progress counts every change of what the page says
of it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from demo_server import Running, chromium, running
from playwright.sync_api import Page

from skeletonllm_hf import SkeletonSequence, save_skeleton
from skeletonllm_hf.synthetic import EXACT, generate

ACTIONS = ("high wave", "squat", "clap hands", "forward kick", "bow", "march", "box", "salute", "bend", "golf swing")
_PATIENCE = 180_000  # milliseconds
_COUNT = """() => {
  window.progress = new Set();
  new MutationObserver(() => {
    const bar = document.querySelector("#segments-found progress");
    if (bar) window.progress.add(bar.value);
  }).observe(document.querySelector("#segments-found"), { childList: true, subtree: true, attributes: true });
}"""


def long_clip(minutes: float) -> SkeletonSequence:
    """Actions one after the other, each as long as it takes, until the time is full; cut at its end."""
    parts, seconds = [], 0.0
    for number, action in enumerate(itertools.cycle(ACTIONS)):
        if seconds >= 60 * minutes:
            break
        parts.append(generate(action, seed=number, options=EXACT))
        seconds += parts[-1].seconds
    frames = round(60 * minutes * parts[0].fps)
    joints, mask = (np.concatenate([getattr(part, name) for part in parts])[:frames] for name in ("joints", "mask"))
    return parts[0].replace(joints=joints, mask=mask, label=None, captions=(), questions=())


def measure(page: Page, server: Running, minutes: float, stride: float) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(save_skeleton(long_clip(minutes), Path(folder) / "long.npz").path)
        page.goto(server.url)
        page.wait_for_selector("#filmstrip .frames img")
        page.get_by_role("tab", name="File", exact=True).click()
        begin = time.monotonic()
        page.set_input_files("#upload input[type=file]", path)
        page.wait_for_function("document.querySelector('#read-card').innerText.startsWith('long.npz')")
        read = time.monotonic() - begin
    page.locator("#actions").get_by_role("button", name="Segments", exact=True).click()
    page.get_by_label("Stride, seconds").first.fill(str(stride))
    page.evaluate(_COUNT)
    before = server.memory()
    begin = time.monotonic()
    page.click("#segments-go")
    page.wait_for_selector("#segments-found progress")
    first = time.monotonic() - begin
    page.wait_for_function("document.querySelector('#segments-found progress')?.value > 0.1")
    begin = time.monotonic()
    page.click("#stop")
    while server.health()["working"]:
        time.sleep(0.02)
    stopped = time.monotonic() - begin
    page.wait_for_timeout(3000)  # the page takes a moment to be ready again
    page.evaluate("window.progress.clear()")
    begin, highest = time.monotonic(), before
    page.click("#segments-go")
    while not page.query_selector("#segments-found .rows"):
        highest = max(highest, server.memory())
        if time.monotonic() - begin > _PATIENCE / 1000:
            raise RuntimeError(f"no segments: {page.inner_text('#segments-found')[:200]}")
        page.wait_for_timeout(100)
    return {
        "minutes": minutes, "stride": stride, "read_seconds": read, "first_progress_seconds": first, "stopped_seconds": stopped,
        "segments_seconds": time.monotonic() - begin, "progress_reports": page.evaluate("window.progress.size"),
        "segments": page.locator("#segments-found tbody tr").count(), "memory_before": before, "memory_highest": highest,
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0, metavar="N")
    parser.add_argument("--stride", type=float, default=1.0, metavar="SECONDS")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with chromium() as browser, running() as server:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(_PATIENCE)
        found = measure(page, server, arguments.minutes, arguments.stride)
    if arguments.json:
        print(json.dumps(found))
        return 0
    print(f"{found['minutes']:g} minutes, a window every {found['stride']:g} s: read in {found['read_seconds']:.1f} s")
    print(
        f"segments in {found['segments_seconds']:.1f} s ({found['segments']} of them), "
        f"the first progress after {found['first_progress_seconds']:.1f} s, told {found['progress_reports']} times"
    )
    print(f"stopped {found['stopped_seconds']:.2f} s after the click")
    print(f"memory: {found['memory_before'] / 2**20:.0f} MB before, {found['memory_highest'] / 2**20:.0f} MB at most")
    return 0


if __name__ == "__main__":
    sys.exit(main())
