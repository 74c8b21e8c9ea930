"""What keeps the page alive whatever its visitors do: reading in processes that can be killed, hosts, quotas, connections, cleaning up."""

import asyncio
import io
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("gradio", reason="needs the extra demo")

from demo_page import SPACE, server
from fuzzing import corpus
from preloaded import python

from skeletonllm_hf import inspect_skeleton

ROOT = SPACE.parent


@pytest.fixture(scope="module")
def served():
    return server()


@pytest.fixture
def readers():
    from skeleton_demo.reading_worker import Readers

    made = []

    def make(**options):
        made.append(Readers(**options))
        return made[-1]

    yield make
    for each in made:
        each.close()


# ---- reading


@pytest.mark.parametrize("name", ["ntu", "csv_long", "bvh", "json", "npz", "coco_json"])
def test_another_process_reads_what_this_one_would(readers, tmp_path, name):
    file, data = corpus()[name]
    path = tmp_path / file
    path.write_bytes(data)
    here, there = inspect_skeleton(path), readers().inspect(path, {})
    for field in ("joints", "mask", "confidence", "rotations"):
        one, two = getattr(here.sequence, field), getattr(there.sequence, field)
        assert (one is None and two is None) or np.array_equal(one, two), field
    for field in ("layout", "fps", "units", "up", "view", "format", "label", "captions", "questions", "warnings"):
        assert getattr(here.sequence, field) == getattr(there.sequence, field), field
    assert there.facts == here.facts and there.warnings == here.warnings


def test_what_takes_too_long_is_killed(readers, tmp_path):
    from skeleton_demo.limits import Refused

    path = tmp_path / "a.json"
    path.write_bytes(b'{"skeletons": [' + b"[1,2,3]," * 1_300_000 + b"[]]}")
    some = readers(most=1)
    some.is_clip(path)  # started
    process = next(iter(some._all)).process
    with pytest.raises(Refused, match=r"took longer than 0 s, so it was stopped"):
        some.inspect(path, {"format": "nw_ucla"}, seconds=0.01)
    assert process.poll() is not None
    (tmp_path / "b.npy").write_bytes(corpus()["numpy"][1])
    assert some.inspect(tmp_path / "b.npy", {}).sequence.num_frames == 6  # the next one has a process of its own


def test_what_takes_too_much_memory_is_refused(readers, tmp_path):
    path = tmp_path / "a.npz"
    np.savez_compressed(path, joints=np.ones((60_000, 1, 33, 3), np.float32))
    with pytest.raises(ValueError, match="more memory than there is for one"):
        readers(memory=20 << 20).inspect(path, {})


def test_videos_are_short_and_small_here(readers, tmp_path):
    """The estimator runs in the process that is killed, looks at no long or large video, and nothing is fetched for it."""
    pytest.importorskip("av", reason="needs the extra video")
    import zipfile

    from skeleton_demo import reading
    from videos import gray, write_video

    some = readers(most=1)
    long = write_video(tmp_path / "a.mp4", [gray(9)] * 3, times=[0, 1000, 25_000])
    with pytest.raises(ValueError, match=r"a video of at most 20 seconds, found 2[0-9]"):
        some.inspect(long, {})
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(long, "inner/a.mp4")
    with pytest.raises(ValueError, match="a video of at most 20 seconds"):
        some.inspect(tmp_path / "a.zip", {})
    large = write_video(tmp_path / "b.mp4", [gray(9, 2048, 1200)] * 2)
    no_ending = large.rename(tmp_path / "upload")
    assert reading._is_video(no_ending) and reading._is_video(tmp_path / "a.zip" / "b.mp4")
    assert not reading._is_video(tmp_path / "a.zip")
    large = no_ending.rename(large)
    with pytest.raises(ValueError, match=r"frames of at most 2,088,960 pixels, found 2,048 x 1,200"):
        some.inspect(large, {})
    environment = Path(f"/proc/{next(iter(some._all)).process.pid}/environ")
    if environment.exists():
        assert b"HF_HUB_OFFLINE=1" in environment.read_bytes()


def test_reasons_and_faults(readers, tmp_path):
    from skeleton_demo.reading_worker import ReadingFailed

    path = tmp_path / "a.bvh"
    path.write_bytes(b"HIERARCHY\n")
    some = readers()
    with pytest.raises(ValueError, match="expected a line `MOTION`"):
        some.inspect(path, {})
    with pytest.raises(ReadingFailed, match="unexpected keyword"):
        some.inspect(path, {"nonsense": 1})
    assert not some.is_clip(path.parent)
    some.close()
    with pytest.raises(ValueError, match="closing"):
        some.inspect(path, {})


def test_an_answer_that_is_none_is_not_believed(readers, tmp_path):
    from skeleton_demo.reading_worker import ReadingFailed, _unpacked

    for head in (
        {},
        {"layout": "x"},
        {"layout": {"name": "a", "joints": ["b"], "bones": []}, "shapes": {"joints": [10**9, 1, 1, 3]}},
    ):
        with pytest.raises(ReadingFailed, match="an answer that is none"):
            _unpacked(head, b"", Path("a"))


def test_the_process_knows_no_secrets(readers, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    some = readers()
    some.is_clip(tmp_path)
    pid = next(iter(some._all)).process.pid
    environment = Path(f"/proc/{pid}/environ")
    if not environment.exists():
        pytest.skip("needs Linux's /proc")
    assert b"hf_secret" not in environment.read_bytes()


# ---- hosts and origins


def test_hosts():
    from skeletonllm_hf.serving.hosts import Hosts

    own = Hosts.of("127.0.0.1")
    for host in ("127.0.0.1:7860", "localhost:7860", "[::1]:7860", "LOCALHOST"):
        assert own.accepts(host, None), host
    for host in (
        "evil.example",
        "evil.example:7860",
        "127.0.0.1.evil.example",
        "192.168.1.5:7860",
        "",
        "[::1",
        "a:b:c",
    ):
        assert not own.accepts(host, None), host
    assert own.accepts("127.0.0.1:7860", "http://127.0.0.1:7860") and own.accepts(
        "127.0.0.1:7860", "http://localhost:7860"
    )
    for origin in (
        "https://evil.example",
        "null",
        "http://127.0.0.1:3000",
        "http://localhost",
        "file://",
        "http://[",
        "",
    ):
        assert not own.accepts("127.0.0.1:7860", origin), origin
    open_to_all = Hosts.of("0.0.0.0", ["Demo.Example"])
    assert open_to_all.accepts("192.168.1.5:7860", None) and open_to_all.accepts("demo.example", "https://demo.example")
    assert not open_to_all.accepts("evil.example", None) and not open_to_all.accepts(
        "demo.example", "https://evil.example"
    )
    assert Hosts.of("192.168.1.5").accepts("192.168.1.5:80", None)


def test_a_space_answers_to_its_name(monkeypatch):
    from skeletonllm_hf.serving.hosts import Hosts

    monkeypatch.setenv("SPACE_HOST", "ann-demo.hf.space")
    hosts = Hosts.of("0.0.0.0", behind_proxy=True)
    assert hosts.accepts("ann-demo.hf.space", "https://ann-demo.hf.space") and not hosts.accepts(
        "bob-demo.hf.space", None
    )


def test_foreign_pages_are_refused(served):
    import httpx

    with httpx.Client(base_url=served.url, timeout=30) as web:
        assert web.get("/health").status_code == 200
        assert web.get("/health", headers={"host": "evil.example"}).status_code == 403
        for path in ("/gradio_api/queue/join", "/gradio_api/upload", "/gradio_api/mcp/", "/config"):
            assert web.post(path, headers={"origin": "https://evil.example"}).status_code == 403, path


# ---- routes


def test_no_route_goes_around_the_queue(served):
    import httpx

    with httpx.Client(base_url=served.url, timeout=30) as web:
        config = web.get("/config").json()
        queued = [d for d in config["dependencies"] if d["queue"] is not False]
        names = [d["api_name"] for d in queued if d["api_name"]]
        assert {"describe", "inspect", "render", "segments", "explain"} <= set(names)
        for name in names:
            for route in ("run", "api"):
                for end in ("", "/"):
                    answer = web.post(f"/gradio_api/{route}/{name}{end}", json={"data": ["Squats"]})
                    assert answer.status_code == 404, (route, name)
        for dependency in queued:
            body = {"data": [None] * len(dependency["inputs"]), "fn_index": dependency["id"], "session_hash": "abc"}
            assert web.post("/gradio_api/run/predict", json=body).status_code in (404, 422), dependency["api_name"]


# ---- uploads


def test_quota():
    from skeleton_demo.guard import Quota
    from skeleton_demo.limits import MIB, Limits

    quota = Quota(Limits(upload_each=10 * MIB, upload_all=25 * MIB, keep_seconds=60))
    assert quota.refuses("a", 8 * MIB, now=0) is None
    assert "At most 10 MB" in quota.refuses("a", 3 * MIB, now=1)
    assert quota.refuses("b", 10 * MIB, now=2) is None
    assert "no room" in quota.refuses("c", 9 * MIB, now=3)
    assert quota.refuses("c", 7 * MIB, now=4) is None
    assert quota.refuses("a", 3 * MIB, now=61) is None  # the first one's files are gone
    assert quota._sums == {"a": 3 * MIB, "b": 10 * MIB, "c": 7 * MIB} and quota._total == 20 * MIB


def test_uploads_beyond_the_quota_are_refused(served):
    import httpx
    from skeleton_demo import guard

    with httpx.Client(base_url=served.url, timeout=30) as web:
        layer = next(m for m in served.page.demo.app.user_middleware if m.cls is guard.Guard)
        quota = layer.kwargs["quota"]
        sent = quota.limits.upload_each - quota._sums.get("127.0.0.1", 0) - 1000
        assert quota.refuses("127.0.0.1", sent) is None
        try:
            assert web.post("/gradio_api/upload", files={"files": ("a.json", b"0" * 2000)}).status_code == 413
        finally:
            quota._sent.clear()
            quota._sums.clear()
            quota._total = 0
        assert web.post("/gradio_api/upload", files={"files": ("a.json", b"0" * 2000)}).status_code == 200


def test_a_full_store_takes_no_more(tmp_path, monkeypatch):
    from skeleton_demo.limits import Refused
    from skeleton_demo.storage import Storage

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("GRADIO_TEMP_DIR", "GRADIO_EXAMPLES_CACHE"):  # a storage sets them, and the served page needs its own
        monkeypatch.setenv(name, os.environ.get(name, ""))
    storage = Storage(60.0, 1000)
    (storage.new_folder() / "a").write_bytes(b"0" * 2000)
    with pytest.raises(Refused, match="no room for more files"):
        storage.new_folder()
    storage.close()


# ---- bodies and connections


def spoken(guard, messages, headers=(), path="/gradio_api/queue/join"):
    """Statuses that the middleware answers, and what the app behind it received; `messages`: (seconds before, message)."""
    given, sent, received = iter(messages), [], []

    async def receive():
        wait, message = next(given, (3600, None))
        await asyncio.sleep(wait)
        return message

    async def send(message):
        sent.append(message)

    async def app(scope, receive, send):
        while True:
            message = await receive()
            received.append(message["type"])
            if message["type"] == "http.disconnect" or not message.get("more_body"):
                return

    guard.app = app
    scope = {"type": "http", "path": path, "headers": [(b"host", b"localhost"), *headers], "client": ("1.2.3.4", 5)}
    asyncio.run(guard(scope, receive, send))
    return [message["status"] for message in sent if "status" in message], received


def test_slow_and_endless_bodies_are_cut_off():
    from skeleton_demo.guard import Guard, Quota
    from skeleton_demo.limits import Limits

    from skeletonllm_hf.serving.hosts import Hosts

    limits = Limits(body_seconds=0.2, body_rate=1000.0, body_bytes=5000)
    guard = Guard(None, limits, Hosts(), Quota(limits), Counter())
    piece = lambda size, more=True: {"type": "http.request", "body": b"0" * size, "more_body": more}  # noqa: E731
    assert spoken(guard, [(0, piece(10, False))]) == ([], ["http.request"])
    assert spoken(guard, [(0, piece(10)), (9, piece(1, False))]) == ([], ["http.request", "http.disconnect"])  # silent
    dripping = spoken(guard, [(0.05, piece(1)) for _ in range(100)])[1]
    assert dripping[-1] == "http.disconnect" and len(dripping) < 20
    assert spoken(guard, [(0, piece(3000)), (0, piece(3000))])[1] == ["http.request", "http.disconnect"]
    assert spoken(guard, [], [(b"content-length", b"6000")])[0] == [413]
    assert spoken(guard, [], [(b"content-length", b"9" * 5000)])[0] == [413]
    assert spoken(guard, [], [(b"content-length", b"-1")])[0] == [413]
    assert spoken(guard, [], [(b"host", b"evil.example")])[0] == [403]


def test_half_open_connections_are_closed(served, monkeypatch):
    from skeleton_demo import connections

    monkeypatch.setattr(connections, "HEAD_SECONDS", 1.0)
    port = int(served.url.rsplit(":", 1)[1])
    for begun in (b"", b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "):
        with socket.create_connection(("127.0.0.1", port), timeout=60) as half:
            half.sendall(begun)
            assert half.recv(100) == b""  # closed from the other side, in the end
    with socket.create_connection(("127.0.0.1", port), timeout=60) as whole:
        whole.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"200 OK" in whole.recv(1000)


# ---- what is left


def test_folders_of_killed_pages_are_removed(tmp_path, monkeypatch):
    from skeleton_demo.storage import Storage, remove_stale

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("GRADIO_TEMP_DIR", "GRADIO_EXAMPLES_CACHE"):  # a storage sets them, and the served page needs its own
        monkeypatch.setenv(name, os.environ.get(name, ""))
    code = "import sys, os, tempfile; tempfile.tempdir = sys.argv[1]; from skeleton_demo.storage import Storage; s = Storage(60.0); (s.new_folder() / 'upload').write_text('x'); print(s.folder, flush=True); sys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=SPACE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    folder = Path(process.stdout.readline().strip())
    assert folder.is_dir() and remove_stale(tmp_path) == 0  # its process lives
    other = tmp_path / "skeleton-demo-young"
    other.mkdir()
    process.kill()
    process.communicate()
    storage = Storage(60.0)
    assert not folder.exists() and other.exists() and storage.folder.exists()
    storage.close()
    assert not storage.folder.exists()


START = "import os, runpy, sys; print(os.getpid(), flush=True); del sys.argv[0]; runpy.run_path(sys.argv[0], run_name='__main__')"


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals")
def test_nothing_is_left_after_a_termination(tmp_path):
    """The whole server: an upload, a reading, then SIGTERM while it works."""
    import httpx

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"TMPDIR": str(tmp_path), "OMP_NUM_THREADS": "1"}
    command = [python(transformers=True), "-c", START, ROOT / "app.py", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    server = int(process.stdout.readline())
    try:
        for line in process.stdout:
            assert "share=True" not in line  # gradio's advice, which does not help here
            if line.startswith("Open "):
                break
        assert line.startswith(f"Open http://127.0.0.1:{port}")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as web:
            for _ in range(600):
                try:
                    web.get("/health")
                    break
                except httpx.HTTPError:
                    assert process.poll() is None
                    time.sleep(0.2)
            file = ("a.npy", io.BytesIO(corpus()["numpy"][1]))
            path = web.post("/gradio_api/upload", files={"files": file}).json()[0]
            assert Path(path).is_file() and Path(path).is_relative_to(tmp_path)
            value = {"path": path, "meta": {"_type": "gradio.FileData"}}
            event = web.post("/gradio_api/call/inspect", json={"data": [value, "", "", "", 2]}).json()["event_id"]
            answer = web.get(f"/gradio_api/call/inspect/{event}").text
            assert "mediapipe_33" in answer
            readers = [p for p in Path("/proc").glob("[0-9]*/cmdline") if _is_reader(p, server)]
            assert readers or not Path("/proc").is_dir()
            event = web.post("/gradio_api/call/describe", json={"data": ["Squats"]}).json()
            assert event["event_id"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 128 + signal.SIGTERM
    finally:
        process.kill()
        process.communicate()
    assert list(tmp_path.iterdir()) == []
    assert not [p for p in readers if p.exists() and b"reading_worker" in p.read_bytes()]


def _is_reader(path, parent):
    try:
        if b"reading_worker" not in path.read_bytes():
            return False
        status = (path.parent / "status").read_text()
    except OSError:
        return False
    return f"PPid:\t{parent}\n" in status


def test_the_page_lives_while_files_are_read(served, monkeypatch, tmp_path):
    """A file that takes long is read elsewhere: this process answers others meanwhile, and the reading ends in time."""
    import httpx
    from gradio_client import Client, handle_file
    from skeleton_demo import reading

    path = tmp_path / "slow.json"
    path.write_bytes(b'{"file_name": "a01_s01_e00", "skeletons": [' + b"[1,2,3]," * 1_300_000 + b"[]]}")
    monkeypatch.setattr(reading, "SECONDS", 0.3)
    outcome, times = [], []

    def ask():
        try:
            Client(served.url, verbose=False).predict(clip=handle_file(path), api_name="/inspect")
        except Exception as error:
            outcome.append(str(error))

    visitor = threading.Thread(target=ask)
    visitor.start()
    with httpx.Client(base_url=served.url, timeout=60) as web:
        while visitor.is_alive():
            begun = time.process_time()
            assert web.get("/health").json()["status"] == "ok"
            times.append(time.process_time() - begun)
            time.sleep(0.05)
    assert outcome and "was stopped" in outcome[0] and len(times) > 2
    assert json.loads(httpx.get(f"{served.url}/health").text)["status"] == "ok"


ARENAS = """
import ctypes, threading
from skeleton_demo import main

def stop(arguments):
    libc = ctypes.CDLL("libc.so.6", use_errno=True)
    gate = threading.Barrier(9)
    def work():
        kept = [bytearray(3000) for _ in range(200)]
        gate.wait()
        gate.wait()
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    gate.wait()
    libc.fopen.restype = ctypes.c_void_p
    stream = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w"))
    libc.malloc_info(0, stream)
    libc.fflush(stream)
    gate.wait()
    raise SystemExit(0)

main.prepared = stop
main.main([])
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="arenas are glibc's")
def test_the_page_keeps_its_memory_in_two_arenas():
    paths = os.pathsep.join([str(ROOT), str(ROOT / "space")])
    done = subprocess.run(
        [sys.executable, "-c", ARENAS],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert 1 <= done.stdout.count("<heap nr=") <= 2
