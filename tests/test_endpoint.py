"""The client of OpenAI-compatible servers, against a server on loopback."""

import base64
import io
import itertools
import time

import numpy as np
import pytest
import torch
from chat_server import chat_server, chunk, completion
from PIL import Image

from skeletonllm_hf.answering.endpoint import KEY_VARIABLE, Endpoint, EndpointError

FRAMES = torch.rand(3, 3, 8, 10, generator=torch.Generator().manual_seed(0))


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


def test_the_request_holds_frames_turns_and_settings():
    with chat_server(lambda *_: (200, completion(" a wave\n"))) as (url, received, _):
        endpoint = Endpoint(url, "some/model")
        answer = endpoint.ask(FRAMES, "And then?", history=[("What?", "A hand.")], system="Be brief.", max_tokens=7)
    assert answer == "a wave"
    ((path, body, headers),) = received
    assert path == "/v1/chat/completions" and "Authorization" not in headers
    assert (body["model"], body["max_tokens"], body["temperature"]) == ("some/model", 7, 0) and "stream" not in body
    system, first, answered, last = body["messages"]
    assert system == {"role": "system", "content": "Be brief."}
    assert answered == {"role": "assistant", "content": [{"type": "text", "text": "A hand."}]}
    assert last == {"role": "user", "content": [{"type": "text", "text": "And then?"}]}
    texts = [item["text"] for item in first["content"] if item["type"] == "text"]
    assert texts == ["Frame1: ", "Frame2: ", "Frame3: ", "What?"]
    urls = [item["image_url"]["url"] for item in first["content"] if item["type"] == "image_url"]
    for url, frame in zip(urls, FRAMES, strict=True):
        head, _, data = url.partition(",")
        assert head == "data:image/png;base64"
        shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))) / 255.0
        assert np.abs(shown - frame.permute(1, 2, 0).numpy()).max() <= 0.5 / 255 + 1e-6


def test_text_alone_and_frames_without_names():
    with chat_server(lambda *_: (200, completion("x"))) as (url, received, _):
        Endpoint(url, "m").ask(None, "Hello?")
        Endpoint(url, "m", frame_text="").ask(FRAMES.numpy(), "Hello?")
    kinds = [[item["type"] for item in body["messages"][0]["content"]] for _, body, _ in received]
    assert kinds == [["text"], ["image_url"] * 3 + ["text"]]


def test_streaming_gives_pieces_as_they_come():
    arrived = []

    def events():
        for text in ("", " a", " per", "son"):
            yield chunk(text)
            arrived.append(text)
            time.sleep(0.05)
        yield ": a comment\n\n" + chunk(finish="stop")
        yield "data: [DONE]\n\n"

    with chat_server(lambda *_: (200, events())) as (url, received, _):
        pieces = Endpoint(url, "m").stream(FRAMES, "What?", max_tokens=5)
        assert next(pieces) == "a" and len(arrived) < 4
        assert list(pieces) == [" per", "son"]
    assert received[0][1]["stream"] is True and received[0][1]["max_tokens"] == 5


def test_a_stream_may_end_without_done_but_not_without_a_reason():
    for finish, fine in (("length", True), (None, False)):
        with chat_server(lambda *_, finish=finish: (200, [chunk("wa"), chunk("ve", finish)])) as (url, _, _):
            pieces = Endpoint(url, "m").stream(FRAMES, "What?")
            assert next(pieces) == "wa"
            if fine:
                assert list(pieces) == ["ve"]
            else:
                with pytest.raises(EndpointError, match="broke off"):
                    list(pieces)


@pytest.mark.parametrize(
    "event", ['data: {"error": {"message": "out of memory"}}\n\n', 'data: {"error": "out of "memory""}\n\n']
)
def test_errors_within_a_stream_are_raised(event):
    with (
        chat_server(lambda *_: (200, [chunk("wa"), event])) as (url, _, _),
        pytest.raises(EndpointError, match=r"broke off.*memory"),
    ):
        list(Endpoint(url, "m").stream(FRAMES, "What?"))


def test_closing_a_stream_hangs_up():
    def endless():
        for _ in itertools.count():
            yield chunk("word " * 50)
            time.sleep(0.002)

    with chat_server(lambda *_: (200, endless())) as (url, _, hung_up):
        pieces = Endpoint(url, "m").stream(FRAMES, "What?")
        next(pieces)
        pieces.close()
        assert hung_up.wait(10)


def test_refusals_show_status_and_the_beginning_of_the_body_only():
    with chat_server(lambda *_: (503, "model is loading " + "x" * 5000)) as (url, _, _):
        for ask in (Endpoint(url, "m").ask, lambda *a: list(Endpoint(url, "m").stream(*a))):
            with pytest.raises(EndpointError, match="status 503: model is loading") as error:
                ask(FRAMES, "What?")
            assert len(str(error.value)) < 600
    with pytest.raises(EndpointError, match="is a server running there"):
        Endpoint(url, "m").ask(FRAMES, "What?")  # nobody listens there any more


@pytest.mark.parametrize(
    "body", ["not json", {"choices": []}, {"choices": [{"message": {"content": None}}]}, "[" * 100000]
)
def test_what_is_no_answer_is_an_error(body):
    with chat_server(lambda *_: (200, body)) as (url, _, _), pytest.raises(EndpointError, match="content, got"):
        Endpoint(url, "m").ask(FRAMES, "What?")


def test_a_silent_server_is_given_up():
    def slow(*_):
        time.sleep(0.6)
        return 200, completion("late")

    with chat_server(slow) as (url, _, _), pytest.raises(EndpointError, match=r"no answer within 0\.1 s"):
        Endpoint(url, "m", timeout=0.1).ask(FRAMES, "What?")


def test_the_key_is_sent_and_never_shown(monkeypatch, capfd, caplog):
    caplog.set_level("DEBUG")
    refuse = lambda body, headers: (401, {"error": f"bad key {headers['Authorization']}"})  # noqa: E731
    with chat_server(refuse) as (url, received, _):
        monkeypatch.setenv(KEY_VARIABLE, "from-the-environment")
        for endpoint in (Endpoint(url, "m", key="from-the-caller"), Endpoint(url, "m")):
            with pytest.raises(EndpointError, match=r"status 401.*bad key Bearer \*\*\*") as error:
                endpoint.ask(FRAMES, "What?")
            shown = repr(endpoint) + str(error.value) + caplog.text + "".join(capfd.readouterr())
            assert "from-the" not in shown
        assert "Authorization" not in Endpoint(url, "m", key="").__dict__
        with pytest.raises(EndpointError):
            Endpoint(url, "m", key="").ask(FRAMES, "What?")
    sent = [headers.get("Authorization") for _, _, headers in received]
    assert sent == ["Bearer from-the-caller", "Bearer from-the-environment", None]


def test_servers_that_want_other_parameters_get_them_from_then_on():
    def picky(body, _):
        for name in ("max_tokens", "temperature"):
            if name in body:
                return 400, {"error": {"message": f"{name} is not supported", "param": name}}
        return 200, completion("fine")

    with chat_server(picky) as (url, received, _):
        endpoint = Endpoint(url, "m")
        with pytest.warns(UserWarning, match="may differ"):
            assert endpoint.ask(FRAMES, "What?", max_tokens=9) == "fine"
        assert endpoint.ask(FRAMES, "What?", max_tokens=9) == "fine"
    assert len(received) == 4 and received[-1][1]["max_completion_tokens"] == 9


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"url": "localhost:8000"}, "expected an address"), ({"url": "file:///etc/passwd"}, "expected an address"),
        ({"url": "https://"}, "expected an address"), ({"url": "http://h/v1?key=1"}, "expected an address"),
        ({"url": "http://user:secret@h/v1"}, "no user or password"), ({"model": ""}, "name of a model"),
        ({"timeout": 0}, "timeout"),
    ],
)  # fmt: skip
def test_bad_settings_are_refused(change, message):
    with pytest.raises(ValueError, match=message) as error:
        Endpoint(**{"url": "http://localhost/v1", "model": "m"} | change)
    assert "secret" not in str(error.value)


def test_addresses_are_taken_as_servers_document_them():
    assert Endpoint("http://h:1", "m").url == "http://h:1/v1"
    assert Endpoint("http://h:1/", "m").url == "http://h:1/v1"
    assert Endpoint("https://h/v1beta/openai/", "m").url == "https://h/v1beta/openai"


def test_frames_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"expected \(frames, 3, height, width\)"):
        Endpoint("http://h", "m").ask(FRAMES[0], "What?")
