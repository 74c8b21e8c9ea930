"""The HTTP server: a model that is loaded once and answers many requests.

    skeletonllm serve
    OpenAI(base_url="http://127.0.0.1:8448/v1", api_key="none").chat.completions.create(model="nano", messages=[
        {"role": "user", "content": [{"type": "skeleton", "filename": "clip.bvh", "data": base64_text},
                                     {"type": "text", "text": "Which hand?"}]}])

One request is answered at a time; the others wait. Clips are sent as the bytes of their files: a request names no file or
address of the server's machine.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hmac
import json
import queue
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from ..readers import load_skeleton
from .errors import Busy, answer_errors, respond
from .guard import Guard, error_body
from .hosts import Hosts
from .limits import Refused, RequestLimits
from .tokens import TokenCount

Text = Annotated[str, StringConstraints(max_length=4000)]
Count = Annotated[int, Field(ge=1)]
Sentences = Annotated[list[Text], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Clip(Strict):
    """A clip: the bytes of its file in base64, under a name whose ending tells the format where the contents do not."""

    type: Literal["skeleton"] = "skeleton"
    filename: Annotated[str, StringConstraints(max_length=200)]
    data: str


class Words(Strict):
    type: Literal["text"]
    text: Text


class Message(Strict):
    role: Literal["user", "assistant"]
    content: Text | list[Annotated[Clip | Words, Field(discriminator="type")]]
    name: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, message: Any) -> Any:
        """OpenAI's answers, sent back as a turn, have `refusal`, `tool_calls` and more: null where there is none."""
        if not isinstance(message, dict):
            return message
        return {name: value for name, value in message.items() if value is not None or name in cls.model_fields}


class StreamOptions(BaseModel):
    include_usage: bool | None = None


class Chat(BaseModel):
    """OpenAI's request, as far as a model of clips understands it; what it cannot obey is refused, what is unknown ignored."""

    model: str
    messages: Annotated[list[Message], Field(min_length=1)]
    max_tokens: Count | None = None
    max_completion_tokens: Count | None = None
    temperature: float | None = None
    n: Literal[1] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    stop: str | list[str] | None = None
    tools: list[Any] | None = None
    functions: list[Any] | None = None
    response_format: dict[str, Any] | None = None
    logprobs: bool | None = None
    logit_bias: dict[str, Any] | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None

    def check(self) -> None:
        """Refused: what this model cannot obey."""
        likeliest = "answers are the likeliest"
        for name, expected, why in (
            ("temperature", "0", likeliest),
            ("presence_penalty", "0", likeliest),
            ("frequency_penalty", "0", likeliest),
            ("logit_bias", "{}", likeliest),
            ("logprobs", "false", "several views of a clip write one answer together"),
            ("tools", "[]", "the model calls none"),
            ("functions", "[]", "the model calls none"),
            ("stop", "[]", "answers end by themselves, or after max_tokens"),
        ):
            if getattr(self, name):
                raise Refused(f"{name}: expected {expected} or none: {why}")
        if (self.response_format or {"type": "text"}).get("type") != "text":
            raise Refused("response_format: expected the type 'text' or none: the model writes sentences")


class Caption(Strict):
    skeleton: Clip
    max_tokens: Count | None = None


class Ask(Caption):
    question: Text
    history: list[tuple[Text, Text]] = []


class Recognize(Strict):
    skeleton: Clip
    labels: list[Text] | None = None
    top_k: Count = 5
    none_of_these: bool = False
    descriptions: dict[Text, Sentences] | None = None
    calibrate: Literal["none", "prior"] | None = None


_BODIES = {
    "/v1/chat/completions": Chat, "/v1/caption": Caption, "/v1/ask": Ask, "/v1/recognize": Recognize,
}  # fmt: skip


class Desk:
    """One request at a time; at most `waiting` wait."""

    def __init__(self, waiting: int):
        self.waiting, self.here = waiting, 0
        self._count, self._work = threading.Lock(), threading.Lock()

    def check(self) -> None:
        """Busy: too many are here."""
        if self.here > self.waiting:
            raise Busy

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Busy: too many are here."""
        with self._count:
            self.check()
            self.here += 1
        try:
            with self._work:
                yield
        finally:
            with self._count:
                self.here -= 1


def build(
    answerer: Any, name: str, labels: Sequence[str] | None, *, hosts: Hosts | None = None, limits: RequestLimits | None = None,
    key: str = "",
) -> FastAPI:  # fmt: skip
    """The application.

    Args:
        answerer: answers, one request at a time.
        name: of the model, as clients say it.
        labels: candidates where a request names none.
        hosts: names that it answers to; None: loopback's.
        limits: of a request.
        key: a bearer token that every request but /health must bring; "": none.
    """
    limits = limits or RequestLimits()
    desk = Desk(limits.waiting)
    app = FastAPI(title="skeletonllm", docs_url=None, redoc_url=None, openapi_url=None)
    answer_errors(app, _BODIES)

    @app.middleware("http")
    async def with_key(request: Request, call_next: Any) -> Any:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if key and request.url.path != "/health" and not hmac.compare_digest(given.encode(), key.encode()):
            return respond(401, "expected the server's key as bearer token", code="invalid_api_key")
        return await call_next(request)

    @app.get("/health")
    def health() -> dict[str, Any]:
        return {"status": "ok", "model": name, "requests": desk.here}

    about = {"id": name, "object": "model", "created": 0, "owned_by": "skeletonllm"}

    def other_model(model: str) -> JSONResponse:
        return respond(404, f"model: expected {name!r}, got {model[:80]!r}", "model", "model_not_found")

    @app.get("/v1/models")
    def models() -> dict[str, Any]:
        return {"object": "list", "data": [about]}

    @app.get("/v1/models/{model:path}", response_model=None)
    def one_model(model: str) -> dict[str, Any] | JSONResponse:
        return about if model == name else other_model(model)

    _own_routes(app, answerer, labels, desk, limits)

    @app.post("/v1/chat/completions", response_model=None)
    def chat(body: Chat) -> dict[str, Any] | StreamingResponse | JSONResponse:
        if body.model != name:
            return other_model(body.model)
        body.check()
        skeleton, history, question = _conversation(body.messages, limits)
        most = _length(body.max_completion_tokens or body.max_tokens, limits)
        tokens = TokenCount(answerer.processor, question, history, most)
        head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": name}
        if body.stream:
            desk.check()  # what is wrong is an error with its status, not a broken stream
            clip = read(skeleton, limits)
            pieces = _pieces(answerer, desk, clip, question, history=history, max_new_tokens=most)
            with_usage = body.stream_options is not None and bool(body.stream_options.include_usage)
            return StreamingResponse(_events(pieces, head, tokens, with_usage), media_type="text/event-stream")
        with desk.turn():
            text = answerer.ask(read(skeleton, limits), question, history=history, max_new_tokens=most)
        message = {"role": "assistant", "content": tokens.cut(text)}
        choice = {"index": 0, "message": message, "finish_reason": tokens.finish_reason, "logprobs": None}
        return {**head, "object": "chat.completion", "choices": [choice], "usage": tokens.usage}

    app.add_middleware(Guard, limits=limits, hosts=hosts or Hosts())
    return app


def _own_routes(app: FastAPI, answerer: Any, labels: Sequence[str] | None, desk: Desk, limits: RequestLimits) -> None:
    @app.post("/v1/caption")
    def caption(body: Caption) -> dict[str, Any]:
        with desk.turn():
            clip = read(body.skeleton, limits)
            found = answerer.describe(clip, max_new_tokens=_length(body.max_tokens, limits))
        return {"answer": found.text, "unsure": found.unsure, "warnings": list(clip.warnings)}

    @app.post("/v1/ask")
    def ask(body: Ask) -> dict[str, Any]:
        question, history = limits.question_of(body.question), _turns(body.history, limits)
        with desk.turn():
            clip = read(body.skeleton, limits)
            longest = _length(body.max_tokens, limits)
            answer, doubts = answerer.ask_with_warnings(clip, question, history=history, max_new_tokens=longest)
        return {"answer": answer, "warnings": [*clip.warnings, *doubts]}

    @app.post("/v1/recognize")
    def recognize(body: Recognize) -> dict[str, Any]:
        given = list(body.descriptions) if body.labels is None and body.descriptions else body.labels
        if given is None and labels is None:
            raise Refused("labels: expected some: this model has none of its own")
        chosen = list(labels or ()) if given is None else limits.labels_of(given)
        with desk.turn():
            clip = read(body.skeleton, limits)
            return answerer.recognize(
                clip, chosen, body.top_k,
                none_of_these=body.none_of_these, descriptions=body.descriptions, calibrate=body.calibrate,
            ).to_dict()  # fmt: skip


def read(skeleton: Clip, limits: RequestLimits) -> Any:
    """The clip within an item. Refused: no base64, more than a clip may have. SkeletonFileError: no skeleton file."""
    name = PurePath(skeleton.filename.replace("\\", "/")).name or "clip"
    try:
        data = base64.b64decode(skeleton.data, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("skeleton.data: expected the file's bytes in base64") from None
    with tempfile.TemporaryDirectory(prefix="skeletonllm-") as folder:
        path = Path(folder) / f"clip{PurePath(name).suffix[:20]}"
        path.write_bytes(data)
        try:
            clip = load_skeleton(path, people=limits.people)
        except ValueError as error:
            raise Refused(f"skeleton: {str(error).replace(str(path), name)}") from None
    limits.check_clip(clip, name)
    return clip


def _conversation(messages: Sequence[Message], limits: RequestLimits) -> tuple[Clip, list[tuple[str, str]], str]:
    """The clip, the earlier turns, the question. Refused: none or several clips, turns that do not alternate."""
    roles = [message.role for message in messages]
    if len(roles) % 2 == 0 or roles != ["user", "assistant"] * (len(roles) // 2) + ["user"]:
        raise Refused("messages: expected user and assistant in turn, from user to user")
    contents = [message.content for message in messages]
    items = [[Words(type="text", text=part)] if isinstance(part, str) else part for part in contents]
    clips = [item for part in items for item in part if isinstance(item, Clip)]
    if len(clips) != 1 or clips[0] not in items[0]:
        raise Refused(f"messages: expected one item of type 'skeleton', in the first message, got {len(clips)} in all")
    texts = [" ".join(item.text for item in part if isinstance(item, Words)) for part in items]
    history = list(zip(texts[0:-1:2], texts[1::2], strict=True))
    return clips[0], _turns(history, limits, "messages"), limits.question_of(texts[-1], "messages")


def _turns(history: Sequence[tuple[str, str]], limits: RequestLimits, field: str = "history") -> list[tuple[str, str]]:
    if len(history) > limits.turns:
        raise Refused(f"{field}: expected at most {limits.turns} earlier turns, got {len(history)}")
    return [(limits.question_of(question, field), limits.question_of(reply, field)) for question, reply in history]


def _length(most: int | None, limits: RequestLimits) -> int:
    return min(most or limits.answer_tokens, limits.answer_tokens)


def _pieces(answerer: Any, desk: Desk, clip: Any, question: str, **options: Any) -> Iterator[str]:
    """The answer as it is written. The next request is worked on when it is written, however slowly it is fetched."""
    pieces: queue.SimpleQueue[Any] = queue.SimpleQueue()
    gone = threading.Event()

    def work() -> None:
        try:
            with desk.turn(), contextlib.closing(answerer.stream(clip, question, **options)) as stream:
                for piece in stream:
                    pieces.put(piece)
                    if gone.is_set():
                        break
            pieces.put(None)
        except Exception as error:
            pieces.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        while (piece := pieces.get()) is not None:
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        gone.set()


def _events(pieces: Iterator[str], head: dict[str, Any], tokens: TokenCount, with_usage: bool) -> Iterator[str]:
    """Server-sent events as OpenAI's servers send them; a failure is the last one."""

    def event(choices: list[dict[str, Any]], **more: Any) -> str:
        return f"data: {json.dumps({**head, 'object': 'chat.completion.chunk', 'choices': choices, **more})}\n\n"

    def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
        return event([{"index": 0, "delta": delta, "finish_reason": finish}])

    with contextlib.closing(pieces):  # type: ignore[type-var]  # a generator
        try:
            yield chunk({"role": "assistant", "content": ""})
            sent = ""
            for piece in pieces:
                text = tokens.cut(sent + piece)
                if text != sent:
                    yield chunk({"content": text[len(sent) :]})
                sent = text
            yield chunk({}, tokens.finish_reason)
            if with_usage:
                yield event([], usage=tokens.usage)
            yield "data: [DONE]\n\n"
        except (Busy, ValueError) as error:
            yield f"data: {json.dumps(error_body(503, str(error) or 'busy'))}\n\n"
