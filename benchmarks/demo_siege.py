"""Visitors at every door of the demo at once, some of whom mean harm: it must go on answering, stay small, and leave nothing behind.

    python benchmarks/demo_siege.py [--visitors 60] [--seconds 60] [--json]

Starts `app.py --mcp --behind-proxy`, so that every visitor has an address of their own. Each goes through all routes in turn, as fast as answers
come: the queue, /call, /run (which must refuse), MCP, uploads of damaged and expensive files, half-open connections. Meanwhile
`/health` is asked four times a second. Then the server is ended with SIGTERM, and what is left on the disk is counted. Exits with 1 where
`/health` ever took a second, memory (of the server and the processes that read files) went beyond 1.5 times its start, a route let a request
past the queue, or anything was left. The machine's own load is printed beside the figures: a busy machine is a slow one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import numpy as np
from demo_server import ROOT, Running, running

sys.path.insert(0, str(ROOT / "tests"))
from fuzzing import corpus, damage
from fuzzing_hostile import hostile

CLIPS = ("A high wave", "A walk with a turn", "Two people shake hands", "Squats")
WORK = (  # endpoint, arguments behind the clip
    ("describe", []),
    ("inspect", ["", "", "", 2]),
    ("recognize", [["high wave", "walk", "squat"], 2, False]),
    ("ask", ["Which hand does the person use?", []]),
)
MAX_HEALTH, MAX_MEMORY = 1.0, 1.5
_API = "/gradio_api"


class Visitor(threading.Thread):
    """One visitor, until the time is over."""

    def __init__(self, url: str, number: int, until: float, record: Counter):
        super().__init__(daemon=True)
        self.url, self.until, self.record = url, until, record
        self.rng = random.Random(number)
        self.noise = np.random.default_rng(number)
        self.headers = {"x-forwarded-for": f"10.0.{number // 250}.{number % 250 + 1}"}
        self.session = f"siege{number}"

    def run(self) -> None:
        doors = [self.queue, self.call, self.run_route, self.mcp, self.upload, self.half_open]
        self.rng.shuffle(doors)
        with httpx.Client(base_url=self.url, timeout=90, headers=self.headers) as self.web:
            while time.monotonic() < self.until:
                for door in doors:
                    if time.monotonic() > self.until:
                        return
                    try:
                        outcome = door()
                    except (httpx.HTTPError, OSError, ValueError, KeyError) as error:
                        outcome = f"{type(error).__name__}"
                    self.record[f"{door.__name__}: {outcome}"] += 1
                    if outcome == "busy":
                        time.sleep(0.5)

    def _drawn(self) -> tuple[str, list]:
        name, more = WORK[self.rng.randrange(len(WORK))]
        return name, [self.rng.choice(CLIPS), *more]

    def queue(self) -> str:
        name, data = self._drawn()
        number = next(d["id"] for d in config(self.url)["dependencies"] if d["api_name"] == name)
        joined = self.web.post(
            f"{_API}/queue/join", json={"data": data, "fn_index": number, "session_hash": self.session}
        )
        if joined.status_code != 200:
            return "busy" if joined.status_code == 503 else str(joined.status_code)
        with self.web.stream("GET", f"{_API}/queue/data?session_hash={self.session}") as events:
            for line in events.iter_lines():
                if line.startswith("data:") and (event := json.loads(line[5:]))["msg"] in (
                    "process_completed",
                    "close_stream",
                ):
                    return "answered" if event.get("success", True) else "refused"
        return "cut off"

    def call(self, data: list | None = None, name: str | None = None) -> str:
        if data is None:
            name, data = self._drawn()
        joined = self.web.post(f"{_API}/call/{name}", json={"data": data})
        if joined.status_code != 200:
            return "busy" if joined.status_code == 503 else str(joined.status_code)
        text = self.web.get(f"{_API}/call/{name}/{joined.json()['event_id']}").text
        return "answered" if "event: complete" in text else "refused"

    def run_route(self) -> str:
        name, data = self._drawn()
        answer = self.web.post(f"{_API}/{self.rng.choice(['run', 'api'])}/{name}", json={"data": data})
        return "closed" if answer.status_code == 404 else f"OPEN {answer.status_code}"

    def mcp(self) -> str:
        request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
        request["params"] = {"name": mcp_name(self.url), "arguments": {"clip": self.rng.choice(CLIPS)}}
        answer = self.web.post(f"{_API}/mcp/", json=request, headers={"accept": "application/json, text/event-stream"})
        if answer.status_code != 200:
            return str(answer.status_code)
        return "refused" if '"isError":true' in answer.text.replace(" ", "") else "answered"

    def upload(self) -> str:
        name, data = list(corpus().values())[self.rng.randrange(len(corpus()))]
        data = (hostile if self.rng.random() < 0.6 else damage)(data, self.noise)[: 19 << 20]
        sent = self.web.post(f"{_API}/upload", files={"files": (name, data)})
        if sent.status_code != 200:
            return f"not taken ({sent.status_code})"
        value = {"path": sent.json()[0], "meta": {"_type": "gradio.FileData"}, "orig_name": name}
        return self.call([value, "", "", "", 2], "inspect")

    def half_open(self) -> str:
        port = int(self.url.rsplit(":", 1)[1])
        door = socket.create_connection(("127.0.0.1", port), timeout=30)
        door.sendall(b"POST /gradio_api/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le")
        threading.Timer(30, door.close).start()
        return "left open"


_known: dict[str, dict] = {}


def config(url: str) -> dict:
    if "config" not in _known:
        _known["config"] = httpx.get(f"{url}/config", timeout=60).json()
    return _known["config"]


def mcp_name(url: str) -> str:
    if "mcp" not in _known:
        request = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        headers = {"accept": "application/json, text/event-stream"}
        text = httpx.post(f"{url}{_API}/mcp/", json=request, headers=headers, timeout=60).text
        tools = json.loads(text[text.index("{") :])["result"]["tools"]
        _known["mcp"] = next(tool["name"] for tool in tools if tool["name"].endswith("describe"))
    return _known["mcp"]


def memory(server: Running) -> int:
    """Resident bytes of the server and of its processes that read files."""
    total = 0
    for status in [f"/proc/{server.process.pid}/status", *_children(server.process.pid)]:
        try:
            text = Path(status).read_text()
            total += int(text.split("VmRSS:")[1].split()[0]) * 1024
        except (OSError, IndexError):
            continue
    return total


def _children(pid: int) -> list[str]:
    try:
        return [f"/proc/{child}/status" for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def warm(server: Running) -> None:
    """Everything once, so that nothing is loaded or compiled under siege; every reading process is started, too."""
    record: Counter = Counter()
    one = Visitor(server.url, 999, 0.0, record)
    with httpx.Client(base_url=server.url, timeout=120) as one.web:
        for name, more in WORK:
            for clip in CLIPS:
                one.call([clip, *more], name)
        one.mcp()
    several = [Visitor(server.url, 900 + number, 0.0, record) for number in range(4)]
    for each in several:
        each.run = each.upload  # type: ignore[method-assign]
        each.web = httpx.Client(base_url=server.url, timeout=120, headers=each.headers)
        each.start()
    for each in several:
        each.join()
        each.web.close()


def measure(visitors: int, seconds: float) -> dict:
    with tempfile.TemporaryDirectory() as folder:  # of this server alone: others may run beside it
        return besieged(visitors, seconds, folder)


def besieged(visitors: int, seconds: float, folder: str) -> dict:
    with running(["--mcp", "--behind-proxy"], folder) as server:
        warm(server)
        start, health, sizes, record = memory(server), [], [], Counter()
        until = time.monotonic() + seconds
        crowd = [Visitor(server.url, number, until, record) for number in range(visitors)]
        for visitor in crowd:
            visitor.start()
        with httpx.Client(base_url=server.url, timeout=60, headers={"x-forwarded-for": "10.9.9.9"}) as web:
            while time.monotonic() < until:
                begun = time.monotonic()
                assert web.get("/health").json()["status"] == "ok"
                health.append(time.monotonic() - begun)
                sizes.append(memory(server))
                time.sleep(0.25)
        for visitor in crowd:
            visitor.join(100)
        alive = server.alive
    outcomes = dict(sorted(record.items()))
    found = {
        "visitors": visitors, "seconds": seconds, "outcomes": outcomes, "alive": alive, "health_asked": len(health),
        "health_slowest": max(health), "memory_start": start, "memory_most": max(sizes), "left": sorted(path.name for path in Path(folder).iterdir()),
        "exit": server.process.returncode, "load": os.getloadavg()[0],
    }  # fmt: skip
    found["passed"] = (
        alive and not found["left"] and found["health_slowest"] < MAX_HEALTH
        and found["memory_most"] <= MAX_MEMORY * start and not any("OPEN" in name for name in outcomes)
    )  # fmt: skip
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=60, metavar="N")
    parser.add_argument("--seconds", type=float, default=60.0, metavar="N")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measure(arguments.visitors, arguments.seconds)
    if arguments.json:
        print(json.dumps(found))
        return 0 if found["passed"] else 1
    print(
        f"{found['visitors']} visitors for {found['seconds']:g} s, load of the machine at the end {found['load']:.1f}"
    )
    for name, count in found["outcomes"].items():
        print(f"  {count:5} {name}")
    print(f"/health: {found['health_asked']} times, slowest {found['health_slowest']:.2f} s")
    ratio = found["memory_most"] / found["memory_start"]
    print(
        f"memory: {found['memory_start'] >> 20} MB at the start, at most {found['memory_most'] >> 20} MB ({ratio:.2f} times)"
    )
    print(f"after SIGTERM (exit code {found['exit']}): left {', '.join(found['left']) or 'nothing'}")
    print("passed" if found["passed"] else "NOT PASSED")
    return 0 if found["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
