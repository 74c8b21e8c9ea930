"""What the demo does with malformed uploads and with people who try doors: clean refusals, a server that lives, memory that comes back.

    python benchmarks/demo_hostile.py [--files 200] [--seed 0] [--json]

Starts `app.py`, uploads damaged files of every format (those of tests/fuzzing.py) and other things that are no clips (pickles, bombs,
garbage, huge claims) through the page's own upload and its endpoints, and asks for files outside its folder in every spelling that the
tests know. Counts what came: read after all, a refusal in our own words, or a failure, which is anything else.
"""

from __future__ import annotations

import argparse
import io
import json
import pickle
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

import httpx
import numpy as np
from demo_server import ROOT, running
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

sys.path.insert(0, str(ROOT / "tests"))
from fuzzing import corpus, damage

FAILURE = "was written to the log"  # how the page says that an error was not foreseen
_KNOWN_PATHS = (
    "/etc/passwd", "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "%252fetc%252fpasswd", "/proc/self/environ",
    "....//....//etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/", "//example.org/x", "/etc/passwd%00.png", "~/.bashrc",
)  # fmt: skip


def special(rng: np.random.Generator) -> list[tuple[str, bytes]]:
    """(name, contents) of what is no clip and means harm."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("joints.npy", b"\0" * 200_000_000)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (10**6, 10**3, 10**3, 3)}
    )
    objects = io.BytesIO()
    np.save(objects, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return [
        ("empty.json", b""), ("garbage.bin", rng.bytes(100_000)), ("pickle.json", pickle.dumps({"joints": [1]})), ("bomb.npz", bomb.getvalue()),
        ("claims.npy", header.getvalue()), ("objects.npy", objects.getvalue()), ("deep.json", b"[" * 200_000), ("wide.json", b"[" + b"[]," * 2_000_000 + b"[]]"),
        ("huge.skeleton", b"999999999\n" + b"1\n" * 1000), ("nan.json", b'{"layout": "coco_17", "fps": NaN, "joints": [[[[1e999, -1e999]]]]}'),
        ("long.bvh", b"HIERARCHY\nROOT a\n" + b"{\nOFFSET 0 0 0\nJOINT b\n" * 20_000), ("nul\u2028<b>.json", b'{"a": 1}'),
        ("layout.json", json.dumps({"layout": {"name": "x" * 10**6, "joints": ["a"], "bones": []}, "joints": [[[[0, 0, 0]]]]}).encode()),
    ]  # fmt: skip


def attempts(count: int, seed: int) -> list[tuple[str, bytes]]:
    rng = np.random.default_rng(seed)
    files = special(rng)
    sound = list(corpus().values())
    while len(files) < count:
        name, content = sound[int(rng.integers(len(sound)))]
        files.append((name, damage(content, rng)))
    return files[:count]


def measure(count: int, seed: int) -> dict:
    with running() as server, tempfile.TemporaryDirectory() as folder:
        client = Client(server.url, verbose=False, download_files=False)
        client.predict(clip="A high wave", api_name="/describe")
        before, outcomes, failures, highest = server.memory(), Counter(), [], 0
        for number, (name, content) in enumerate(attempts(count, seed)):
            path = Path(folder) / str(number) / name
            path.parent.mkdir()
            path.write_bytes(content)
            try:
                client.predict(clip=handle_file(path), api_name="/inspect")
                outcome = "read"
            except AppError as error:
                outcome = "failed" if FAILURE in str(error) or str(folder) in str(error) else "refused"
                if outcome == "failed":
                    failures.append(f"{name}: {str(error)[:200]}")
            except (OSError, ValueError, httpx.HTTPError) as error:
                # the client's own refusal: an empty file, a name that cannot be sent
                outcome = "not sent"
                failures += [] if server.alive else [f"{name}: {type(error).__name__}: {error}"]
            outcomes[outcome] += 1
            highest = max(highest, server.memory())
        leaks = doors(server.url)
        client.predict(clip="A high wave", api_name="/describe")  # it still answers
        settled, after = server.settled(), server.memory()
        client.close()
        return {
            "files": count, "outcomes": dict(outcomes), "failures": failures, "doors_open": leaks, "alive": server.alive and settled,
            "memory_before": before, "memory_highest": highest, "memory_after": after,
        }  # fmt: skip


def doors(url: str) -> list[str]:
    """Addresses that gave something away."""
    found = []
    with httpx.Client(base_url=url, timeout=30) as web:
        for prefix in (
            "/gradio_api/file=",
            "/gradio_api/file/",
            "/file=",
            "/static/",
            "/assets/",
            "/svelte/",
            "/gradio_api/proxy=",
        ):
            for target in _KNOWN_PATHS:
                answer = web.get(prefix + target)
                if answer.status_code < 400 or "root:" in answer.text:
                    found.append(prefix + target)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=200, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measure(arguments.files, arguments.seed)
    if arguments.json:
        print(json.dumps(found))
    else:
        print(
            f"{found['files']} files: "
            + ", ".join(f"{count} {name}" for name, count in sorted(found["outcomes"].items()))
        )
        for line in found["failures"]:
            print(f"  failure: {line}")
        print(
            f"open doors: {', '.join(found['doors_open']) or 'none'}; the server {'lives' if found['alive'] else 'IS GONE'}"
        )
        names = ("memory_before", "memory_highest", "memory_after")
        print("memory: " + ", ".join(f"{found[name] / 2**20:.0f} MB {name.split('_')[1]}" for name in names))
    return 0 if found["alive"] and not found["failures"] and not found["doors_open"] else 1


if __name__ == "__main__":
    sys.exit(main())
