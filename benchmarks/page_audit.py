"""Lighthouse and axe-core on the running web demo, beside a bare gradio page in the same run.

    python benchmarks/page_audit.py [--repeats 3]

Needs Chromium, and npx, which fetches lighthouse 12.2.3 and axe-core 4.10.2 from the npm registry. Lighthouse looks as a desktop (no
slowed network or processor); of several runs the medians count. axe-core looks at the page as it opens, with an answer
on it and with its folds open, in both themes. Ends with an error where accessibility or best practices are below 95, performance is more than 10 points below the bare
page's, or axe-core finds something serious.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from demo_server import chromium, running

LIGHTHOUSE, AXE = "lighthouse@12.2.3", "axe-core@4.10.2"
CATEGORIES = ("performance", "accessibility", "best-practices")
METRICS = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
BARE = """
import sys, gradio as gr
with gr.Blocks(title="Bare", analytics_enabled=False) as demo:
    text, button = gr.Textbox(label="Text"), gr.Button("Say it")
    button.click(lambda text: text, text, text)
demo.launch(server_port=int(sys.argv[1]), quiet=True)
"""


def lighthouse(url: str, repeats: int) -> dict[str, float]:
    """Medians of the scores, 0 to 100, and of the metrics, in their own units."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    runs = []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder, "report.json")
            subprocess.run(
                ["npx", "--yes", LIGHTHOUSE, url, "--quiet", "--preset=desktop", "--output=json", f"--output-path={out}",
                 f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu"],
                check=True, env=os.environ | {"CHROME_PATH": str(path)}, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            report = json.loads(out.read_text(encoding="utf-8"))
        scores = {name: 100 * report["categories"][name]["score"] for name in CATEGORIES}
        runs.append(scores | {name: report["audits"][name]["numericValue"] for name in METRICS})
        failed = [
            name for name, audit in report["audits"].items()
            if audit.get("score") == 0 and audit["scoreDisplayMode"] == "binary"
        ]  # fmt: skip
        print(f"{url}: {runs[-1]}; failed: {', '.join(failed) or 'none'}", file=sys.stderr, flush=True)
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def axe(url: str) -> list[str]:
    """Serious and critical findings, as "theme, state: rule: elements"."""
    found = []
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        subprocess.run(["npm", "install", "--silent", "--prefix", folder, AXE], check=True)
        script = Path(folder, "node_modules", "axe-core", "axe.min.js").read_text(encoding="utf-8")
        for scheme in ("light", "dark"):
            page = browser.new_page(
                viewport={"width": 1280, "height": 720}, color_scheme=scheme, reduced_motion="reduce"
            )
            page.goto(url)
            page.wait_for_selector("#recognise-go", timeout=60_000)
            for state in ("as it opens", "with an answer", "with its folds open"):
                if state == "with an answer":
                    page.click("#recognise-go")
                    page.wait_for_selector("#ranked .bars", timeout=60_000)
                elif state == "with its folds open":
                    for fold in ("export", "overrides", "view"):
                        page.click(f"#{fold} > button")
                    page.get_by_role("button", name="Segments", exact=True).click()
                    page.wait_for_selector("#snippet code")
                    page.wait_for_selector("#segments-go")
                page.wait_for_timeout(500)
                page.evaluate(script)
                for rule in page.evaluate("axe.run()")["violations"]:
                    if rule["impact"] in ("serious", "critical"):
                        nodes = "; ".join(node["html"][:160] for node in rule["nodes"][:4])
                        found.append(f"{scheme}, {state}: {rule['id']} ({len(rule['nodes'])}): {nodes}")
            page.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    repeats = parser.parse_args().repeats
    with running() as server:
        port = str(int(server.url.rpartition(":")[2]) + 1)
        bare = subprocess.Popen([sys.executable, "-c", BARE, port])
        try:
            _wait(f"http://127.0.0.1:{port}")
            scores = {
                "this page": lighthouse(server.url, repeats),
                "bare gradio": lighthouse(f"http://127.0.0.1:{port}", repeats),
            }
        finally:
            bare.terminate()
        serious = axe(server.url)
    print("| | " + " | ".join(scores) + " |\n| --- | --- | --- |")
    for name in (*CATEGORIES, *METRICS):
        print(f"| {name} | " + " | ".join(f"{values[name]:.3g}" for values in scores.values()) + " |")
    print("\n".join(serious) or "axe-core: nothing serious")
    own, plain = scores.values()
    good = min(own["accessibility"], own["best-practices"]) >= 95 and own["performance"] >= plain["performance"] - 10
    return 0 if good and not serious else 1


def _wait(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"{url}: no answer")


if __name__ == "__main__":
    sys.exit(main())
