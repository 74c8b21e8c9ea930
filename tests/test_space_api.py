"""The demo from outside, without a browser: gradio_client, an MCP client, and people who try what they should not."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from demo_page import server

pytest.importorskip("gradio", reason="needs the extra demo")
import httpx
from gradio_client import Client, handle_file

from skeletonllm_hf import load_default, load_skeleton

EXAMPLES = Path(__file__).parents[1] / "skeletonllm_hf" / "examples"
ENDPOINTS = {
    "examples",
    "labels",
    "inspect",
    "recognize",
    "describe",
    "ask",
    "explain",
    "compare",
    "segments",
    "render",
    "make",
}
KEY = "key-" + secrets.token_hex(12)


@pytest.fixture(scope="module")
def served():
    os.environ["SKELETONLLM_ENDPOINT_KEY"] = KEY
    yield server()
    del os.environ["SKELETONLLM_ENDPOINT_KEY"]


@pytest.fixture(scope="module")
def client(served, tmp_path_factory):
    client = Client(served.url, verbose=False, download_files=str(tmp_path_factory.mktemp("downloads")))
    yield client
    client.close()


@pytest.fixture
def web(served):
    with httpx.Client(base_url=served.url, timeout=60) as web:
        yield web


# ---- what it offers


def test_exactly_the_named_endpoints_are_public_typed_and_documented(client):
    info = client.view_api(return_format="dict", print_info=False)
    assert {name.strip("/") for name in info["named_endpoints"]} == ENDPOINTS and info["unnamed_endpoints"] == {}
    for name, endpoint in info["named_endpoints"].items():
        assert endpoint["description"], name
        assert all(parameter["type"] for parameter in endpoint["parameters"]), name
        assert all(value["type"] for value in endpoint["returns"]), name


def test_inspects_files_text_and_examples(client):
    by_file = client.predict(clip=handle_file(EXAMPLES / "walk_turning_left.bvh"), api_name="/inspect")
    assert by_file["format"] == "bvh" and set(by_file["guessed"]) == {"up", "units"} and by_file["frames"] == 121
    by_text = client.predict(clip=(EXAMPLES / "squat.json").read_text(), api_name="/inspect")
    by_name = client.predict(clip="Squats", api_name="/inspect")
    assert by_text["frames"] == by_name["frames"] == 121 and by_text["layout"] == "kinect_v2"
    turned = client.predict(clip=handle_file(EXAMPLES / "walk_turning_left.bvh"), up="z", api_name="/inspect")
    assert turned["up"] == "z"


def test_answers_as_the_model_does(client):
    model, processor = load_default()
    clip = load_skeleton(EXAMPLES / "high_wave.npz")
    labels = ["high wave", "walk", "squat"]
    found = client.predict(clip="A high wave", labels=labels, top_k=2, none_of_these=True, api_name="/recognize")
    expected = model.recognize(processor, clip, labels, 2, none_of_these=True)
    assert [row["label"] for row in found["candidates"]] == list(expected.labels)
    assert [row["score"] for row in found["candidates"]] == pytest.approx(list(expected.scores), rel=1e-3)
    assert client.predict(clip="A high wave", api_name="/describe") == model.caption(processor, clip)
    question, history = "Which hand does the person use?", [["What is the action?", "high wave"]]
    said = client.predict(clip="A high wave", question=question, history=history, api_name="/ask")
    assert said == model.ask(processor, clip, question, history=[tuple(history[0])])


def test_explains_compares_and_finds_segments(client):
    why = client.predict(clip="A high wave", answer="high wave", api_name="/explain")
    assert sum(why["limbs"].values()) == pytest.approx(1) and len(why["times"]) == len(why["frames"]) == 12
    both = client.predict(first="A high wave", second="Squats", labels=["high wave", "squat"], api_name="/compare")
    assert both["differences"] and isinstance(both["text"], str)
    parts = client.predict(
        clip="Clap, then sit down", labels=["clap hands", "sit down"], window=2, stride=1, api_name="/segments"
    )
    assert parts[0]["start"] == 0 and all(part["label"] in ("clap hands", "sit down") for part in parts)


def test_renders_and_makes_clips(client, tmp_path):
    gif = client.predict(clip="A high wave", kind="gif", api_name="/render")
    assert Path(gif).read_bytes()[:4] == b"GIF8"
    path = tmp_path / "clip.json"
    path.write_text(client.predict(action="squat", layout="coco_17", seed=5, api_name="/make"))
    assert load_skeleton(path).layout.name == "coco_17"
    assert "A high wave" in client.predict(api_name="/examples") and len(client.predict(api_name="/labels")) > 50


@pytest.mark.parametrize(
    ("endpoint", "arguments", "message"),
    [
        ("inspect", {"clip": "no such example"}, "one of the examples"),
        ("inspect", {"clip": "{"}, "pasted.json: expected"),
        ("inspect", {"clip": {"path": "/etc/passwd"}}, "no upload of this page"),
        ("inspect", {"clip": "A high wave", "layout": "/etc/layout.json"}, "layout: choose one of"),
        ("recognize", {"clip": "A high wave", "labels": []}, "at least one label"),
        ("recognize", {"clip": "A high wave", "labels": ["x" * 100]}, "80 characters"),
        ("ask", {"clip": "A high wave", "question": "x" * 1000}, "400 characters"),
        ("segments", {"clip": "A high wave", "labels": ["a"], "stride": 0.0001}, "stride"),
        ("make", {"action": "nonsense"}, "Choose an action"),
    ],
)
def test_says_what_is_wrong(client, endpoint, arguments, message):
    with pytest.raises(Exception, match=message):
        client.predict(**arguments, api_name=f"/{endpoint}")


def test_mcp_lists_and_calls_the_tools(served):
    pytest.importorskip("mcp", reason="needs the extra mcp")
    import anyio
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def talk():
        async with (
            streamable_http_client(f"{served.url}/gradio_api/mcp/") as streams,
            ClientSession(*streams[:2]) as session,
        ):
            await session.initialize()
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            called = {}
            for name, arguments in (
                ("examples", {}),
                ("describe", {"clip": "Squats"}),
                ("inspect", {"clip": "nonsense"}),
            ):
                key = next(full for full in tools if full == name or full.endswith(f"_{name}"))
                called[name] = await session.call_tool(key, arguments)
            return tools, called

    tools, called = anyio.run(talk)
    assert {name.rsplit("_", 1)[-1] for name in tools} == ENDPOINTS
    assert all(tool.description for tool in tools.values())
    assert "Squats" in called["examples"].content[0].text
    assert called["describe"].content[0].text.strip()


# ---- what it refuses

TRAVERSALS = (
    "/etc/passwd", "//etc/passwd", "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "%252fetc%252fpasswd",
    "....//....//etc/passwd", "..\\..\\etc\\passwd", "/proc/self/environ", "/proc/self/cmdline", "C:/Windows/win.ini", "~/.bashrc",
    "file:///etc/passwd", "http://127.0.0.1:1/", "https://example.org/", "http:/example.org", "HTTP%3A%2F%2Fexample.org", "ftp://example.org/",
    "//example.org/x", "/etc/passwd%00.png", "/dev/stdin", "/gradio_api/file=/etc/passwd",
)  # fmt: skip


@pytest.mark.parametrize("target", TRAVERSALS)
def test_no_file_of_the_machine_and_no_url_is_served(web, served, target):
    for prefix in (
        "/gradio_api/file=",
        "/gradio_api/file/",
        "/file=",
        "/static/",
        "/assets/",
        "/svelte/",
        "/gradio_api/proxy=",
        "/theme/",
    ):
        answer = web.get(prefix + target)
        assert answer.status_code in (400, 403, 404, 405, 422), (prefix, target, answer.status_code)
        assert "root:" not in answer.text and KEY not in answer.text and "PATH=" not in answer.text


def test_the_projects_own_files_and_other_folders_are_not_served(web, served):
    for path in (Path(__file__), EXAMPLES / "squat.json", served.storage.folder / ".." / "x", Path.home() / ".profile"):
        for spelled in (path, str(served.storage.folder) + "/../" * 3 + str(path).lstrip("/")):
            assert web.get(f"/gradio_api/file={spelled}").status_code in (403, 404)


@pytest.mark.parametrize(
    "path", ["http://127.0.0.1:9/clip.json", "https://example.org/clip.bvh", "/etc/passwd", "../../etc/passwd"]
)
def test_a_file_that_was_not_uploaded_is_not_read(client, web, served, path):
    """Also not by the page's own handlers, which a visitor can call with anything."""
    value = {"path": path, "url": path, "meta": {"_type": "gradio.FileData"}, "orig_name": "clip.json"}
    config = web.get("/config").json()
    upload = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "upload")
    handlers = [d for d in config["dependencies"] if upload in d["inputs"] and d["backend_fn"]]
    handler = max(handlers, key=lambda dependency: len(dependency["inputs"]))
    session = secrets.token_hex(6)
    shown = {component["id"]: component["props"].get("value") for component in config["components"]}
    inputs = [[value] if number == upload else shown.get(number) for number in handler["inputs"]]
    joined = web.post(
        "/gradio_api/queue/join", json={"data": inputs, "fn_index": handler["id"], "session_hash": session}
    )
    assert joined.status_code == 200
    last = None
    with web.stream("GET", f"/gradio_api/queue/data?session_hash={session}") as events:
        for line in events.iter_lines():
            if line.startswith("data:"):
                last = json.loads(line[5:])
                if last["msg"] in ("process_completed", "close_stream"):
                    break
    text = json.dumps(last)
    assert "root:" not in text and (("success" in text and '"success": false' in text) or "no upload" in text), text[
        :500
    ]


def test_secrets_are_nowhere_on_the_page(web):
    for path in (
        "/",
        "/config",
        "/gradio_api/info",
        "/gradio_api/openapi.json",
        "/health",
        "/gradio_api/startup-events",
    ):
        answer = web.get(path)
        assert KEY not in answer.text and str(Path(__file__).parents[1]) not in answer.text, path


def test_closed_doors_stay_closed(web):
    for method, path in (
        ("POST", "/gradio_api/process_recording"), ("POST", "/gradio_api/component_server"), ("GET", "/gradio_api/deep_link"),
        ("GET", "/monitoring/summary"), ("GET", "/gradio_api/runs"), ("POST", "/gradio_api/vibe-edit"), ("GET", "/%67radio_api//proxy=https://x.org"),
    ):  # fmt: skip
        assert web.request(method, path).status_code == 404, path


def test_uploads_and_bodies_are_bounded(web, served):
    limits = served.actions.limits
    big = b"0" * (limits.upload_bytes + 1)
    assert web.post("/gradio_api/upload", files={"files": ("big.json", big)}).status_code == 413
    assert web.post("/gradio_api/queue/join", content=b"[" + b" " * limits.body_bytes + b"]").status_code == 413

    def endless():
        for _ in range(limits.body_bytes // 65536 + 10):
            yield b" " * 65536

    with contextlib.suppress(httpx.HTTPError):  # cut off, which is as good
        assert web.post("/gradio_api/queue/join", content=endless()).status_code >= 400
    assert web.get("/health").json()["status"] == "ok"


def test_health_tells_the_load(web):
    assert web.get("/health").json() == {"status": "ok", "model": "nano, bundled", "waiting": 0, "working": 0}


def test_nothing_may_sniff_types_or_learn_where_visitors_come_from(web):
    headers = web.get("/").headers
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"


def test_a_visitor_with_too_much_in_hand_is_told_that_the_page_is_busy(web, served):
    limits = served.actions.limits
    config = web.get("/config").json()
    describe = next(d for d in config["dependencies"] if d["api_name"] == "describe")
    session = secrets.token_hex(6)
    body = {"data": ["Squats"], "fn_index": describe["id"], "session_hash": session}
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: web.post("/gradio_api/queue/join", json=body), range(limits.waiting_each + 6))
        )
    codes = [answer.status_code for answer in answers]
    assert set(codes) == {200, 503} and codes.count(200) <= limits.waiting_each + 2
    assert any("Busy" in answer.text for answer in answers)
    deadline = time.monotonic() + 60
    while web.get("/health").json()["working"] and time.monotonic() < deadline:
        time.sleep(0.2)


def test_what_comes_over_mcp_counts_together(web, served):
    """gradio makes a session of its own for it, or several: each request here has another."""
    describe = next(d for d in web.get("/config").json()["dependencies"] if d["api_name"] == "describe")
    bodies = [
        {"data": ["Squats"], "fn_index": describe["id"], "session_hash": secrets.token_hex(6)}
        for _ in range(served.actions.limits.waiting_each + 6)
    ]
    join = lambda body: web.post("/gradio_api/queue/join", json=body, headers={"x-gradio-user": "mcp"})  # noqa: E731
    with ThreadPoolExecutor(8) as pool:
        codes = [answer.status_code for answer in pool.map(join, bodies)]
    assert set(codes) == {200, 503} and codes.count(200) <= served.actions.limits.waiting_each + 2
    while web.get("/health").json()["working"]:
        time.sleep(0.2)


def test_what_is_rendered_leaves_nothing_behind_in_the_model(client):
    model, processor = load_default()
    before = client.predict(clip="A high wave", api_name="/describe")
    client.predict(clip="A high wave", kind="png", colors="fixed", api_name="/render")
    assert client.predict(clip="A high wave", api_name="/describe") == before
    assert np.isfinite([p.sum().item() for p in model.parameters()]).all()
