"""Visitors at the demo's door, all at once: answers, errors, waiting times, memory.

    python benchmarks/demo_load.py [--visitors 20] [--seconds 60] [--json]

Starts `app.py`, then every visitor asks one thing after the other through gradio_client, as fast as answers come: describe, recognise,
inspect, ask, now and then render. An answer counts with the time from request to answer; "busy" is what the page says when its queue
is full, and the visitor waits a second. Anything else is an error. Memory is the server's resident size, before, during and after.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sys
import threading
import time
from collections import Counter

from demo_server import running
from gradio_client import Client
from gradio_client.exceptions import AppError
from gradio_client.utils import QueueError

CLIPS = ("A high wave", "A walk with a turn", "Two people shake hands", "Squats")
LABELS = ["high wave", "walk", "squat", "shaking hands", "sit down", "throw"]
WORK = (  # what a visitor does in turn
    ("/describe", {}), ("/inspect", {}), ("/recognize", {"labels": LABELS}), ("/ask", {"question": "Which hand does the person use?"}),
    ("/render", {"kind": "gif"}),
)  # fmt: skip


def visit(url: str, number: int, until: float, record: list) -> None:
    """One visitor, until the time is over; records (endpoint, seconds, what came of it)."""
    rng = random.Random(number)
    client = Client(url, verbose=False, download_files=False)
    for endpoint, arguments in itertools.islice(itertools.cycle(WORK), number % len(WORK), None):
        if time.monotonic() > until:
            break
        begin = time.monotonic()
        try:
            client.predict(clip=rng.choice(CLIPS), **arguments, api_name=endpoint)
            outcome = "answered"
        except QueueError:
            outcome = "busy"
        except (AppError, OSError, ValueError, RuntimeError) as error:
            outcome = f"{type(error).__name__}: {str(error)[:120]}"
        record.append((endpoint, time.monotonic() - begin, outcome))
        if outcome == "busy":
            time.sleep(1.0)
    client.close()


def measure(visitors: int, seconds: float, options: list[str]) -> dict:
    with running(options) as server:
        client = Client(server.url, verbose=False, download_files=False)
        for endpoint, arguments in WORK:  # once alone, so that nothing is loaded or compiled under load
            client.predict(clip=CLIPS[0], **arguments, api_name=endpoint)
        begin = time.monotonic()
        client.predict(clip=CLIPS[0], api_name="/describe")
        alone = time.monotonic() - begin
        client.close()
        before, memory, record = server.memory(), [], []
        until = time.monotonic() + seconds
        threads = [
            threading.Thread(target=visit, args=(server.url, number, until, record)) for number in range(visitors)
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            memory.append(server.memory())
            time.sleep(1.0)
        settled, after = server.settled(), server.memory()
        times = sorted(took for _, took, outcome in record if outcome == "answered")
        outcomes = Counter(outcome for _, _, outcome in record)
        third = max(1, len(memory) // 3)
        return {
            "visitors": visitors, "seconds": seconds, "answered": outcomes.pop("answered", 0), "busy": outcomes.pop("busy", 0),
            "errors": dict(outcomes), "alive": server.alive and settled, "start_seconds": server.start_seconds, "alone_seconds": alone,
            "p50_seconds": quantile(times, 0.5), "p95_seconds": quantile(times, 0.95), "memory_before": before,
            "memory_first_third": max(memory[:third]), "memory_last_third": max(memory[-third:]), "memory_after": after,
        }  # fmt: skip


def quantile(times: list[float], share: float) -> float | None:
    return times[min(len(times) - 1, round(share * (len(times) - 1)))] if times else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=20, metavar="N")
    parser.add_argument("--seconds", type=float, default=60.0, metavar="N")
    parser.add_argument(
        "--at-once", default="2", metavar="N", help="requests that the server works on at once (default: 2)"
    )
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measure(arguments.visitors, arguments.seconds, ["--at-once", arguments.at_once])
    if arguments.json:
        print(json.dumps(found))
    else:
        mib = lambda name: f"{found[name] / 2**20:.0f} MB"  # noqa: E731
        seconds = lambda name: "-" if found[name] is None else f"{found[name]:.2f} s"  # noqa: E731
        print(f"started in {found['start_seconds']:.1f} s; a description alone takes {seconds('alone_seconds')}")
        print(
            f"{found['visitors']} visitors for {found['seconds']:g} s: {found['answered']} answers, {found['busy']} times busy, errors: {found['errors'] or 'none'}"
        )
        print(f"time to an answer: p50 {seconds('p50_seconds')}, p95 {seconds('p95_seconds')}")
        print(
            f"memory: {mib('memory_before')} before, {mib('memory_first_third')} in the first third, "
            f"{mib('memory_last_third')} in the last, {mib('memory_after')} after"
        )
    return 0 if found["alive"] and not found["errors"] and found["answered"] else 1


if __name__ == "__main__":
    sys.exit(main())
