"""What the page is sent of a handler that yields more than once."""

import json

import pytest
from huggingface_hub.utils import httpx

gr = pytest.importorskip("gradio", reason="needs the extra demo")
import demo_page  # noqa: E402, F401  # the folder of the demo on the path
from skeleton_demo.updates import WholeUpdates  # noqa: E402


def steps():
    yield {"identity": "a", "joints": [1, 2]}, gr.update(visible=False, choices=[]), "one"
    yield gr.skip(), gr.update(visible=True), "one"
    yield {"identity": "b", "joints": [1]}, gr.skip(), "one and two"


@pytest.fixture
def url():
    with WholeUpdates(analytics_enabled=False) as demo:
        shown = [gr.HTML(), gr.Radio(), gr.Textbox()]
        gr.Button().click(steps, None, shown)
    demo.queue()
    _, url, _ = demo.launch(prevent_thread_lock=True, quiet=True)
    yield url.rstrip("/")
    demo.close()


def test_a_later_value_never_edits_an_earlier_one(url):
    event = {"data": [], "fn_index": 0, "session_hash": "tab"}
    httpx.post(f"{url}/gradio_api/queue/join", json=event).raise_for_status()
    sent = []
    with httpx.stream("GET", f"{url}/gradio_api/queue/data", params={"session_hash": "tab"}, timeout=60) as answer:
        for line in answer.iter_lines():
            message = json.loads(line.removeprefix("data:")) if line else {}
            if message.get("msg") == "process_generating":
                sent.append(message["output"]["data"])
            if message.get("msg") == "close_stream":
                break
    first, *rest = sent
    assert first[0] == {"identity": "a", "joints": [1, 2]} and first[2] == "one"
    assert {(action, *path) for values in rest for edits in values for action, path, _ in edits} == {("replace",)}
    skipped, shown, same = rest[0]
    assert skipped[0][2]["__type__"] == "update" and "value" not in skipped[0][2] and same == []
    assert shown[0][2]["visible"] is True
    assert rest[1][0][0][2] == {"identity": "b", "joints": [1]} and rest[1][2] == [["replace", [], "one and two"]]
