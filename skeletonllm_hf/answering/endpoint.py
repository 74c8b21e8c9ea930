"""A client of OpenAI's chat completions with rendered frames: for vLLM, SGLang, `transformers serve` and paid servers.

    endpoint = Endpoint("http://localhost:8000/v1", "my-model")
    endpoint.ask(frames, "What is the action?")

The frames are rendered here and sent as PNG files within the request; the server needs no support for skeletons.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ..drawing import to_images
from ..model.prompts import CAPTION, recognition_prompt
from .protocol import Answerer, Turn
from .rendering import FrameRenderer

KEY_VARIABLE = "SKELETONLLM_ENDPOINT_KEY"  # of this package alone: keys of other servers must not be sent to this one
FRAME_TEXT = "Frame{number}: "  # what InternVL was trained to read in front of a frame
LABEL_TOKENS = 48  # longest answer in which a label is looked for
_EXCERPT = 400  # characters of a server's answer that an error message shows


class EndpointError(OSError):
    """The server could not be reached, refused the request, or sent no answer."""


@dataclass
class Endpoint:
    """A model behind an OpenAI-compatible server.

    Args:
        url: the base address as such servers document it, with its version: `http://localhost:8000/v1`. One without
            any path gets `/v1`.
        model: the model's name there.
        key: sent as bearer token; None: the environment's `SKELETONLLM_ENDPOINT_KEY`, "" none at all. Never shown.
        timeout: seconds to wait for the server's next bytes.
        frame_text: in front of each frame; `{number}` counts from 1.

    Raises:
        ValueError: an address that is no http(s) one or holds a password, no model, a timeout that is not positive.
    """

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout: float = 120.0
    frame_text: str = FRAME_TEXT
    _dialect: dict[str, str | None] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(
                f"endpoint: expected an address such as http://localhost:8000/v1, got {_without_user(parts)!r}"
            )
        if "@" in parts.netloc:
            raise ValueError(
                f"endpoint: expected no user or password in the address {_without_user(parts)}: use the key"
            )
        if not self.model:
            raise ValueError("endpoint: expected the name of a model, got none")
        if not self.timeout > 0:
            raise ValueError(f"endpoint: expected a timeout of more than 0 seconds, got {self.timeout}")
        self.url = self.url.rstrip("/") + ("" if parts.path.strip("/") else "/v1")
        if self.key is None:
            self.key = os.environ.get(KEY_VARIABLE, "")

    def ask(
        self,
        frames: Any,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        system: str | None = None,
        max_tokens: int = 256,
    ) -> str:
        """The model's answer, with temperature 0 where the server takes one.

        Args:
            frames: (frames, 3, height, width) in [0, 1]: `processor.rasterize(clip, renderer)["frames"][0]`; None: only text.
            question: about the frames.
            history: earlier (question, answer) turns about the same frames, oldest first.
            system: instruction that stands before everything.
            max_tokens: longest answer.

        Raises:
            EndpointError: with the status and the beginning of what came back.
        """
        with self._sent(self._payload(frames, question, history, system, max_tokens)) as response:
            text = self._body(response)
        answer = _at(_parsed(text), "choices", 0, "message", "content")
        if not isinstance(answer, str):
            raise EndpointError(f"{self.url}: expected choices[0].message.content, got {_cut(text)}")
        return answer.strip()

    def stream(self, frames: Any, question: str, **options: Any) -> Iterator[str]:
        """As `ask`, piece by piece as it is written; closing the iterator hangs up."""
        options = {"history": (), "system": None, "max_tokens": 256} | options
        payload = self._payload(frames, question, **options) | {"stream": True}
        finished = begun = False
        with self._sent(payload) as response:
            for event in self._events(response):
                if event == "[DONE]":
                    return
                values = _parsed(event)
                if not isinstance(values, dict) or "error" in values:  # some servers' error events are not even JSON
                    raise EndpointError(f"{self.url}: the answer broke off: {_cut(self._without_key(event))}")
                finished = finished or _at(values, "choices", 0, "finish_reason") is not None
                piece = _at(values, "choices", 0, "delta", "content") or ""
                piece = piece if begun else piece.lstrip()
                begun = begun or bool(piece)
                if piece:
                    yield piece
        if not finished:
            raise EndpointError(
                f"{self.url}: the answer broke off: the server closed the connection before the end of the answer"
            )

    def post(self, path: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The JSON object that another route of `skeletonllm serve` gives. EndpointError as in `ask`."""
        with self._sent(payload, path) as response:
            text = self._body(response)
        found = _parsed(text)
        if not isinstance(found, dict):
            raise EndpointError(f"{self.url}/{path}: expected a JSON object, got {_cut(text)}")
        return found

    def _payload(
        self, frames: Any, question: str, history: Sequence[Any], system: str | None, max_tokens: int
    ) -> dict[str, Any]:
        messages: list[dict[str, Any]] = [] if system is None else [{"role": "system", "content": system}]
        pictures = [] if frames is None else self._pictures(frames)
        for number, (turn, reply) in enumerate([*history, (question, None)]):
            text = {"type": "text", "text": turn}
            messages.append({"role": "user", "content": [*pictures, text] if number == 0 else [text]})
            if reply is not None:
                messages.append({"role": "assistant", "content": [{"type": "text", "text": reply}]})
        return {"model": self.model, "messages": messages, "max_tokens": max_tokens, "temperature": 0}

    def _pictures(self, frames: Any) -> list[dict[str, Any]]:
        values = frames.detach().float().cpu().numpy() if hasattr(frames, "detach") else frames
        parts: list[dict[str, Any]] = []
        for number, image in enumerate(to_images(values), 1):
            stream = io.BytesIO()
            image.save(stream, format="PNG")
            url = "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
            if self.frame_text:
                parts.append({"type": "text", "text": self.frame_text.format(number=number)})
            parts.append({"type": "image_url", "image_url": {"url": url}})
        return parts

    @contextlib.contextmanager
    def _sent(self, payload: dict[str, Any], path: str = "chat/completions") -> Iterator[Any]:
        """The open, successful response to a request; EndpointError otherwise."""
        from huggingface_hub.utils import httpx

        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        limits = httpx.Timeout(self.timeout, connect=min(self.timeout, 10.0))
        try:
            with httpx.Client(timeout=limits, headers=headers) as client:
                while True:
                    body = self._translated(payload)
                    with client.stream("POST", f"{self.url}/{path}", json=body) as response:
                        if response.is_success:
                            yield response
                            return
                        text = self._body(response)
                    if not (response.status_code == 400 and self._adapted(text, body)):
                        raise EndpointError(
                            f"{self.url}: expected an answer, got status {response.status_code}: {_cut(_reason(text))}"
                        )
        except httpx.TimeoutException as error:
            raise EndpointError(f"{self.url}: no answer within {self.timeout:g} s ({type(error).__name__})") from None
        except httpx.ConnectError as error:
            reason = self._without_key(str(error))
            raise EndpointError(
                f"{self.url}: no connection ({reason}): is a server running there? `skeletonllm serve` starts one"
            ) from None
        except httpx.HTTPError as error:
            raise EndpointError(f"{self.url}: {type(error).__name__}: {self._without_key(str(error))}") from None

    def _translated(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The request with the parameter names that this server has been found to want."""
        names = {name: self._dialect.get(name, name) for name in payload}
        return {theirs: payload[name] for name, theirs in names.items() if theirs is not None}

    def _adapted(self, text: str, body: dict[str, Any]) -> bool:
        """Whether a refusal names one of the two parameters that some of OpenAI's own models want otherwise."""
        refused = _at(_parsed(text), "error", "param")
        if refused == "max_tokens" and refused in body:
            self._dialect["max_tokens"] = "max_completion_tokens"
        elif refused == "temperature" and refused in body:
            self._dialect["temperature"] = None
            warnings.warn(f"{self.model} takes no temperature: its answers may differ from run to run", stacklevel=6)
        else:
            return False
        return True

    def _body(self, response: Any) -> str:
        return self._without_key(response.read().decode("utf-8", "replace"))

    def _without_key(self, text: str) -> str:
        """A server's words without our key, should it repeat it."""
        return text.replace(self.key, "***") if self.key else text

    @staticmethod
    def _events(response: Any) -> Iterator[str]:
        """The data of server-sent events, in order."""
        data: list[str] = []
        for line in response.iter_lines():
            if line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
            elif not line and data:
                yield "\n".join(data)
                data = []
        if data:
            yield "\n".join(data)


@dataclass(frozen=True)
class Choice:
    """A label chosen by a server.

    Args:
        label: the candidate that the answer names; None where it names none, or several.
        answer: what the server wrote.
        warnings: of the reader, about the clip.
    """

    label: str | None
    answer: str
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {"label": self.label, "candidates": [], "answer": self.answer, "warnings": list(self.warnings)}


class EndpointAnswerer(Answerer):
    """A model behind a server as an `Answerer`: frames are rendered here, the server answers.

    It gives no likelihoods and no gradients: labels come without scores, nothing can be explained, and no caption is doubtful.

    Args:
        endpoint: an `Endpoint`.
        frames: draws what the server's model sees.
    """

    def __init__(self, endpoint: Endpoint, frames: FrameRenderer):
        self.endpoint, self.frames, self.name = endpoint, frames, endpoint.model

    def recognize(
        self, clip: Any, labels: Sequence[str], top_k: int = 5, *, none_of_these: bool = False,
        descriptions: Mapping[str, Sequence[str]] | None = None, calibrate: str | None = None, layout: Any = None,
    ) -> Choice:  # fmt: skip
        """The label that the server chooses from a list: servers give no scores of labels.

        Raises:
            ValueError: descriptions or a calibration, which need scores.
        """
        from ..model.clip_view import load_clip
        from ..model.recognition import checked_labels  # torch, which rendering needs anyway

        if descriptions is not None or calibrate not in (None, "none"):
            raise ValueError("descriptions, calibrate: expected none for a server, which gives no scores of labels")
        candidates = checked_labels(labels, none_of_these)
        clip = load_clip(clip, layout)
        answer = self.ask(clip, recognition_prompt(candidates), max_new_tokens=LABEL_TOKENS)
        return Choice(named_label(answer, candidates), answer, tuple(clip.warnings))

    def ask(
        self, clip: Any, question: str | None, *, history: Sequence[Turn] = (), layout: Any = None,
        max_new_tokens: int = 96,
    ) -> str:  # fmt: skip
        """The server's answer to a question about a clip; None asks for a caption."""
        frames = self.render(clip, layout=layout)
        return self.endpoint.ask(frames, question or CAPTION, history=history, max_tokens=max_new_tokens)

    def ask_many(self, clips: Sequence[Any], questions: Sequence[str | None], *, max_new_tokens: int = 96) -> list[str]:
        """All at once: servers are faster with concurrent requests."""
        with ThreadPoolExecutor(max(1, len(clips))) as pool:
            ask = lambda clip, question: self.ask(clip, question, max_new_tokens=max_new_tokens)  # noqa: E731
            return list(pool.map(ask, clips, questions))

    def stream(
        self, clip: Any, question: str | None, *, history: Sequence[Turn] = (), layout: Any = None,
        max_new_tokens: int = 96,
    ) -> Iterator[str]:  # fmt: skip
        """As `ask`, piece by piece."""
        frames = self.render(clip, layout=layout)
        return self.endpoint.stream(frames, question or CAPTION, history=history, max_tokens=max_new_tokens)

    @property
    def view(self) -> Any:
        """How clips are drawn: a `ClipView`."""
        return self.frames.view

    def render(self, clip: Any, *, layout: Any = None) -> Any:
        """(frames, 3, height, width) in [0, 1]."""
        return self.frames.render(clip, layout=layout)


def named_label(answer: str, labels: Sequence[str]) -> str | None:
    """The one label that an answer is, or holds as words of its own: the longest where one lies within another.

    None where it names none, or two that do not lie within each other.
    """
    plain = {_plain(label): label for label in labels}
    text = _plain(answer)
    if text in plain:
        return plain[text]
    found = [label for label in plain if re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text)]
    longest = max(found, key=len, default=None)
    if longest is None or any(label not in longest for label in found):
        return None
    return plain[longest]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _without_user(parts: Any) -> str:
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _at(value: Any, *path: str | int) -> Any:
    """value[path[0]][path[1]]..., None where there is no such place."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _reason(text: str) -> str:
    """The sentence of an error in OpenAI's form, where that is what came; else all of it."""
    message = _at(_parsed(text), "error", "message")
    return message if isinstance(message, str) and message else text


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + " ..."
