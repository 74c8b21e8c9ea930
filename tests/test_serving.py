"""`skeletonllm serve` on loopback: OpenAI's client, our own, and requests that are none."""

from __future__ import annotations

import base64
import contextlib
import json
import threading
import time

import httpx
import numpy as np
import pytest

from skeletonllm_hf.answering.endpoint import EndpointError
from skeletonllm_hf.answering.local import LocalAnswerer
from skeletonllm_hf.answering.server import ServerAnswerer
from skeletonllm_hf.cli.main import main
from skeletonllm_hf.default import load_default
from skeletonllm_hf.questions.rewording import REFUSED_QUESTION, UNTAUGHT_QUESTION
from skeletonllm_hf.readers import save_npz
from skeletonllm_hf.synthetic import generate

pytest.importorskip("fastapi")
uvicorn = pytest.importorskip("uvicorn")

from skeletonllm_hf.serving.app import Busy, Desk, build  # noqa: E402 - needs the extra
from skeletonllm_hf.serving.limits import RequestLimits  # noqa: E402

LABELS = ["walk", "wave", "bow"]


@contextlib.contextmanager
def serving(app):
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, log_level="warning"))
    with server.config.bind_socket() as socket:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{socket.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def answerer(_tiny):
    return LocalAnswerer(*_tiny)


@pytest.fixture(scope="module")
def url(answerer):
    with serving(build(answerer, "tiny", LABELS, limits=RequestLimits(frames=500, body_bytes=400_000))) as address:
        yield address


@pytest.fixture(scope="module")
def clip():
    return generate("high wave", seed=1)


@pytest.fixture(scope="module")
def item(clip, tmp_path_factory):
    path = tmp_path_factory.mktemp("clip") / "clip.npz"
    save_npz(clip, path)
    return {"type": "skeleton", "filename": "clip.npz", "data": base64.b64encode(path.read_bytes()).decode()}


def test_openai_client(url, answerer, clip, item):
    openai = pytest.importorskip("openai")
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)
    assert [model.id for model in client.models.list()] == ["tiny"]
    first = {"role": "user", "content": [item, {"type": "text", "text": "What is the action?"}]}
    turns = [first, {"role": "assistant", "content": "A wave."}, {"role": "user", "content": "Which hand?"}]
    for messages, history, question in (
        ([first], [], "What is the action?"),
        (turns, [("What is the action?", "A wave.")], "Which hand?"),
    ):
        expected = answerer.ask(clip, question, history=history, max_new_tokens=9)
        options = {"model": "tiny", "messages": messages, "max_tokens": 9, "temperature": 0}
        assert client.chat.completions.create(**options).choices[0].message.content == expected
        chunks = list(client.chat.completions.create(**options, stream=True))
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks).strip() == expected
        assert chunks[-1].choices[0].finish_reason == "stop"
    assert client.models.retrieve("tiny").id == "tiny"
    for fails in (
        lambda: client.chat.completions.create(model="gpt", messages=[first]),
        lambda: client.models.retrieve("gpt"),
    ):
        with pytest.raises(openai.NotFoundError, match="model: expected 'tiny', got 'gpt'"):
            fails()
    for field, value in (
        ("temperature", 0.7), ("frequency_penalty", 1.0), ("stop", ["."]), ("logprobs", True),
        ("tools", [{"type": "function", "function": {"name": "f"}}]), ("response_format", {"type": "json_object"}),
    ):  # fmt: skip
        with pytest.raises(openai.BadRequestError, match=f"{field}: expected .* or none: ") as refused:
            client.chat.completions.create(model="tiny", messages=[first], **{field: value})
        assert refused.value.param == field


def test_tokens_of_a_chat_are_counted_as_openai_does(clip, item):
    openai = pytest.importorskip("openai")
    answerer = LocalAnswerer(*load_default())
    question, measured = "What is the action?", "How long is the clip?"
    prompt = answerer.processor([clip], [question], return_tensors="pt").input_ids.shape[1]

    def ask(client, text, **options):
        first = {"role": "user", "content": [item, {"type": "text", "text": text}]}
        messages = [first, *options.pop("later", ())]
        return client.chat.completions.create(model="nano", messages=messages, **options)

    with serving(build(answerer, "nano", None)) as url:
        client = openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)
        whole = ask(client, question).choices[0].message
        count = len(answerer.processor.tokenizer(whole.content).input_ids)
        for text, most, tokens, reason in (
            (question, count + 1, count, "stop"),
            (question, count - 1, count - 1, "length"),
            (measured, 1, 1, "length"),
        ):
            found = ask(client, text, max_tokens=most)
            assert (found.choices[0].finish_reason, found.usage.completion_tokens) == (reason, tokens)
            assert found.usage.total_tokens - found.usage.prompt_tokens == tokens
            assert (text == measured) or found.usage.prompt_tokens == prompt
            options = {"stream": True, "stream_options": {"include_usage": True}}
            *chunks, last = ask(client, text, max_tokens=most, **options)
            pieces = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
            assert pieces.strip() == found.choices[0].message.content
            assert (chunks[-1].choices[0].finish_reason, last.choices, last.usage) == (reason, [], found.usage)
        later = [whole.model_dump(), {"role": "user", "content": measured}]  # with nulls: refusal, tool_calls
        assert ask(client, question, later=later).choices[0].message.content == answerer.ask(clip, measured)


def test_our_client_gives_what_the_model_gives(url, answerer, clip):
    there = ServerAnswerer(url)
    assert there.ask(clip, "Which hand?", max_new_tokens=9) == answerer.ask(clip, "Which hand?", max_new_tokens=9)
    assert there.describe(clip, max_new_tokens=9) == answerer.describe(clip, max_new_tokens=9)
    assert there.caption(clip, max_new_tokens=9) == answerer.caption(clip, max_new_tokens=9)
    for options in (
        {},
        {"calibrate": "none", "none_of_these": True},
        {"descriptions": {label: label for label in LABELS}},
    ):
        found, expected = there.recognize(clip, LABELS, 2, **options), answerer.recognize(clip, LABELS, 2, **options)
        assert found.to_dict() == expected.to_dict() and found.labels == expected.labels
    assert there.recognize(clip, None).to_dict() == answerer.recognize(clip, LABELS).to_dict()
    with pytest.raises(EndpointError, match=r"status 400.*repeated: a"):
        there.recognize(clip, ["a", "a"])


def test_the_command_line_asks_the_server(url, answerer, clip, tmp_path, capsys, monkeypatch):
    path = tmp_path / "clip.npz"
    save_npz(clip, path)
    assert main(["ask", str(path), "Which hand?", "--server", url, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["answer"] == answerer.ask(clip, "Which hand?")
    with monkeypatch.context() as changed:
        changed.setattr(answerer.model.config, "taught_labels", ["walk"])
        assert main(["ask", str(path), "Which colour does the wall have?", "--server", url]) == 0
        assert any(text in capsys.readouterr().err for text in (UNTAUGHT_QUESTION, REFUSED_QUESTION))
    assert main(["caption", str(path), "--server", url]) == 0
    assert capsys.readouterr().out.strip() == answerer.caption(clip)
    assert main(["recognize", str(path), "--server", url, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["label"] == answerer.recognize(clip, LABELS).label
    for more, message in (
        (["--model", "m"], "--server: cannot be combined with --model"),
        (["--endpoint", "http://h/v1"], "--server: cannot be combined with --endpoint"),
    ):
        with pytest.raises(SystemExit):
            main(["ask", str(path), "x", "--server", url, *more])
        assert message in capsys.readouterr().err


def test_errors_say_what_was_expected(url, item, clip, tmp_path):
    long = tmp_path / "long.npz"
    still = clip.replace(
        joints=np.repeat(clip.joints[:1], 501, axis=0),
        mask=np.repeat(clip.mask[:1], 501, axis=0),
        confidence=None,
        rotations=None,
    )
    save_npz(still, long)
    long_data = base64.b64encode(long.read_bytes()).decode()
    text = {"type": "text", "text": "x"}
    chat = lambda *content: {"model": "tiny", "messages": [{"role": "user", "content": list(content)}]}  # noqa: E731
    for path, body, status, message in (
        ("caption", {"skeleton": item | {"data": "%%"}}, 400, "expected the file's bytes in base64"),
        ("caption", {"skeleton": item | {"data": "gANdcQAu"}}, 400, "clip.npz: expected a skeleton file, found a Python pickle"),
        ("caption", {"skeleton": item | {"data": long_data, "filename": "../../etc/long.npz"}}, 400, "long.npz: at most 500 frames"),
        ("caption", {"skeleton": item | {"path": "/etc/passwd"}}, 400, "skeleton.path: unknown"),
        ("caption", {"skeleton": item | {"data": "A" * 500_000}}, 413, "At most 400,000 bytes"),
        ("ask", {"skeleton": item, "question": "x" * 401}, 400, "question: expected at most 400 characters, got 401"),
        ("ask", {"skeleton": item, "question": "x", "history": [["a", "b"]] * 7}, 400, "history: expected at most 6 earlier turns, got 7"),
        ("recognize", {"skeleton": item, "labels": []}, 400, "labels: expected at least one, got none"),
        ("ask", {"skeleton": item}, 400, "question: required, got none"),
        ("ask", {"skeleton": item, "question": " "}, 400, "question: expected some text, got none"),
        ("ask", {"skeleton": item, "question": "x", "history": [["a", ""]]}, 400, "history: expected some text, got none"),
        ("ask", {"skeleton": item, "question": "x", "max_tokens": "many"}, 400, "max_tokens: expected a whole number, got 'many'"),
        ("caption", {"skeleton": item, "stream": True}, 400, "stream: unknown; expected some of skeleton, max_tokens"),
        ("caption", {"skeleton": "clip.bvh"}, 400, "skeleton: expected an object, got 'clip.bvh'"),
        ("caption", {"skeleton": {"filename": "a.bvh"}}, 400, "skeleton.data: required, got none"),
        ("recognize", {"skeleton": item, "labels": "walk,wave"}, 400, "labels: expected a list, got 'walk,wave'"),
        ("recognize", {"skeleton": item, "labels": ["walk", " "]}, 400, "labels: expected a text each, got an empty one as number 2"),
        ("recognize", {"skeleton": item, "labels": ["walk", 3]}, 400, "labels.1: expected a text, got 3"),
        ("recognize", {"skeleton": item, "labels": ["a", "a "]}, 400, "labels: expected each once, repeated: a"),
        ("recognize", {"skeleton": item, "descriptions": {"drill A": 3}}, 400, "descriptions.drill A: expected a list, got 3"),
        ("recognize", {"skeleton": item, "calibrate": "set"}, 400, "calibrate: expected 'none' or 'prior', got 'set'"),
        ("recognize", {"skeleton": item, "top_k": 0}, 400, "top_k: expected at least 1, got 0"),
        ("chat/completions", chat(text), 400, "expected one item of type 'skeleton'"),
        ("chat/completions", chat(item, item, text), 400, "got 2 in all"),
        ("chat/completions", chat({"type": "image_url", "image_url": {"url": "http://h"}}), 400, "messages.0.content.0: expected an item of type 'skeleton' or 'text', got the type 'image_url'; pictures are"),
        ("chat/completions", chat(item), 400, "messages: expected some text, got none"),
        ("chat/completions", {"model": "tiny", "messages": []}, 400, "messages: expected at least 1, got 0"),
        ("chat/completions", {"model": "tiny", "messages": [{"role": "system", "content": "x"}]}, 400,
         "messages.0.role: expected 'user' or 'assistant', got 'system'; the model was trained without"),
        ("chat/completions", chat(item, text) | {"n": 2}, 400, "n: expected 1, got 2"),
    ):  # fmt: skip
        answer = httpx.post(f"{url}/v1/{path}", json=body)
        error = openai_error(answer)
        assert answer.status_code == status and message in error["message"], (path, answer.text)
        known = [
            "skeleton",
            "question",
            "history",
            "labels",
            "descriptions",
            "calibrate",
            "top_k",
            "max_tokens",
            "stream",
        ]
        place = error["message"].partition(":")[0].partition(".")[0]
        assert error["param"] == (place if place in (*known, "messages", "n") else None)
        assert "/tmp" not in answer.text


def openai_error(answer) -> dict:
    """The error of a response, whose form is checked."""
    (error,) = answer.json().values()
    assert sorted(error) == ["code", "message", "param", "type"] and isinstance(error["message"], str)
    assert error["type"] == ("server_error" if answer.status_code >= 500 else "invalid_request_error")
    return error


def test_a_file_named_as_a_field_is_blamed_for_itself(url):
    table = base64.b64encode(b"file,label\na,b\n").decode()
    body = {"skeleton": {"type": "skeleton", "filename": "labels.csv", "data": table}, "question": "Which hand?"}
    error = httpx.post(f"{url}/v1/ask", json=body).json()["error"]
    assert error["param"] == "skeleton" and error["message"].startswith("skeleton: labels.csv: ")


def test_bodies_that_are_no_json_and_routes_that_are_not_there(url):
    json_type = {"Content-Type": "application/json"}
    for content, headers, message in (
        (b'{"skeleton": ', json_type, "body: expected JSON: Expecting value at character 13"),
        (b"{'skeleton': 1}", json_type, "body: expected JSON: Expecting property name"),
        (b'"text"', json_type, "body: expected a JSON object"),
        (b"", json_type, "body: expected a JSON object"),
        (b'{"skeleton": 1}', {"Content-Type": "application/x-www-form-urlencoded"}, "with the header Content-Type: application/json, got application/x-www"),
        (b'{"skeleton": 1}', {}, "with the header Content-Type: application/json, got none"),
    ):  # fmt: skip
        answer = httpx.post(f"{url}/v1/caption", content=content, headers=headers)
        assert answer.status_code == 400 and message in openai_error(answer)["message"], answer.text
    for method, path, status in (("GET", "/v1/nothing", 404), ("POST", "/v1/embeddings", 404), ("GET", "/v1/ask", 405)):
        answer = httpx.request(method, url + path)
        message = openai_error(answer)["message"]
        assert answer.status_code == status and message.startswith(f"{method} {path}: expected one of ")
        assert "POST /v1/chat/completions" in message and "GET /health" in message


def test_a_failure_is_an_error_and_nothing_of_it_leaks(answerer, item):
    class Broken:
        def __getattr__(self, name):
            raise RuntimeError("secret")

    with serving(build(Broken(), "tiny", LABELS)) as url:
        answer = httpx.post(f"{url}/v1/caption", json={"skeleton": item})
        assert answer.status_code == 500 and "log" in openai_error(answer)["message"] and "secret" not in answer.text


def test_descriptions_are_a_sentence_or_several_and_bring_their_labels(url, answerer, clip, item):
    sentences = {"walk": "A person walks.", "bow": ["A person bows.", "A person bends forward."]}
    lists = {label: [text] if isinstance(text, str) else text for label, text in sentences.items()}
    expected = answerer.recognize(clip, list(sentences), descriptions=lists).to_dict()
    body = {"skeleton": item, "descriptions": sentences}
    for labels in ({}, {"labels": list(sentences)}):
        assert httpx.post(f"{url}/v1/recognize", json=body | labels).json() == expected


def test_a_port_in_use_is_told_before_a_model_is_loaded(url, monkeypatch, capsys):
    monkeypatch.setattr("skeletonllm_hf.cli.options.load", lambda *_: pytest.fail("a model was loaded"))
    assert main(["serve", "--port", url.rpartition(":")[2]]) == 1
    assert "is in use: --port chooses another" in capsys.readouterr().err
    assert main(["serve", "--port", "70000"]) == 1
    assert "port 70000: expected one from 1024 to 65535" in capsys.readouterr().err


def test_foreign_hosts_and_pages_are_refused(url):
    assert httpx.get(f"{url}/health").json() == {"status": "ok", "model": "tiny", "requests": 0}
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
        answer = httpx.get(f"{url}/v1/models", headers=headers)
        assert answer.status_code == 403 and "host" in openai_error(answer)["message"]


def test_a_key_is_asked_for_where_there_is_one(answerer):
    with serving(build(answerer, "tiny", None, key="secret")) as url:
        assert httpx.get(f"{url}/health").status_code == 200
        for given, status in (("", 401), ("Bearer other", 401), ("Bearer secret", 200)):
            assert httpx.get(f"{url}/v1/models", headers={"Authorization": given}).status_code == status


def test_others_reach_it_only_with_a_key(monkeypatch, capsys):
    monkeypatch.delenv("SKELETONLLM_SERVER_KEY", raising=False)
    with pytest.raises(SystemExit):
        main(["serve", "--host", "0.0.0.0"])
    assert "expected a key in SKELETONLLM_SERVER_KEY" in capsys.readouterr().err


def test_one_at_a_time_and_few_wait():
    desk, order, inside = Desk(waiting=1), [], threading.Event()
    go = threading.Event()

    def work(name):
        with desk.turn():
            order.append(name)
            inside.set()
            go.wait(60)

    first = threading.Thread(target=work, args=("first",))
    first.start()
    inside.wait(60)
    second = threading.Thread(target=work, args=("second",))
    second.start()
    while desk.here < 2:
        time.sleep(0.001)
    with pytest.raises(Busy), desk.turn():
        pass
    with pytest.raises(Busy):  # before a stream begins
        desk.check()
    assert order == ["first"]
    go.set()
    first.join()
    second.join()
    assert order == ["first", "second"] and desk.here == 0
