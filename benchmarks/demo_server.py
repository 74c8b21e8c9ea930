"""The demo as a process of its own, for the benchmarks that lean on it: started, watched, ended."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
_START_SECONDS = 180


@dataclass(frozen=True)
class Running:
    """A server's address, its process, how long it took from the command to its first answer, and when (by
    `time.monotonic`) its model was loaded."""

    url: str
    process: subprocess.Popen
    start_seconds: float
    loaded: float

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def memory(self) -> int:
        """Resident bytes (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def health(self) -> dict:
        with urlopen(f"{self.url}/health", timeout=30) as answer:
            return json.load(answer)

    def settled(self, seconds: float = 60) -> bool:
        """Whether all work ends within that time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.health()["working"] == self.health()["waiting"] == 0:
                return True
            time.sleep(0.25)
        return False


@contextmanager
def running(options: Sequence[str] = (), temporary: str | None = None) -> Iterator[Running]:
    """Starts `app.py` on a free port of loopback, its temporary files in that folder; ends it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url, begin = f"http://127.0.0.1:{port}", time.monotonic()
    process = subprocess.Popen(
        [sys.executable, ROOT / "app.py", "--port", str(port), *options], stdout=subprocess.PIPE, text=True,
        env=os.environ | ({} if temporary is None else {"TMPDIR": temporary}),
    )  # fmt: skip
    loaded: list[float] = []
    threading.Thread(target=_listen, args=(process.stdout, loaded), daemon=True).start()
    try:
        while True:
            try:
                with urlopen(f"{url}/health", timeout=5):
                    break
            except OSError:
                if process.poll() is not None or time.monotonic() - begin > _START_SECONDS:
                    raise RuntimeError(f"app.py did not start: exit code {process.poll()}") from None
                time.sleep(0.05)
        yield Running(url, process, time.monotonic() - begin, loaded[0])
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def chromium():
    """Playwright's browser: the Chromium of this machine. Exits, saying so, where there is none."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise SystemExit("no Chromium on this machine: install it, or name it in the environment variable CHROMIUM")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def _listen(lines: Iterable[str], loaded: list[float]) -> None:
    """Notes when the model is loaded, and reads on, so that the server can go on writing."""
    for line in lines:
        if line.startswith("Model loaded:"):
            loaded.append(time.monotonic())
