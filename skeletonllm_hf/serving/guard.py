"""ASGI middleware of the servers: foreign hosts, closed routes, bodies that are too large or too slow, security headers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from .hosts import Hosts
from .limits import RequestLimits

_Receive = Callable[[], Awaitable[dict[str, Any]]]
_Send = Callable[[dict[str, Any]], Awaitable[None]]
_HEADERS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))


class Guard:
    """ASGI middleware: refuses foreign hosts, closed routes, and bodies that are too large or too slow, and sets security headers.

    Args:
        limits: sizes and times. hosts: names that the server answers to.
    """

    permissions = b"camera=(), microphone=(), geolocation=()"  # of pages that come from here

    def __init__(self, app: Any, limits: RequestLimits, hosts: Hosts) -> None:
        self.app, self.limits, self.hosts = app, limits, hosts

    def body_limit(self, path: str) -> int | None:
        """Bytes that a request to this path may have; None: the path is closed."""
        return self.limits.body_bytes

    def refuses(self, path: str, scope: dict[str, Any], headers: dict[bytes, str], length: int) -> str | None:
        """The reason to refuse a request of this length; None: it is accepted."""
        return None

    def error(self, status: int, text: str) -> dict[str, Any]:
        """The body of a refusal."""
        return error_body(status, text)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":  # there is none
            return await send({"type": "websocket.close", "code": 1008})
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if not self.hosts.accepts(headers.get(b"host", ""), headers.get(b"origin")):
            return await _answer(
                send, 403, self.error(403, "This server does not answer to that host, or to pages of that origin.")
            )
        path = _plain(scope["path"])
        limit = self.body_limit(path)
        if limit is None:
            return await _answer(send, 404, self.error(404, "Not found."))
        length = headers.get(b"content-length", "" if b"transfer-encoding" in headers else "0")
        if (length and not length.isdigit()) or int(length[:20] or 0) > limit:
            return await _answer(send, 413, self.error(413, f"At most {limit:,} bytes in this request."))
        # a body without a stated length may be as long as any
        if reason := self.refuses(path, scope, headers, int(length or limit)):
            return await _answer(send, 413, self.error(413, reason))
        await self.app(scope, _bounded(receive, limit, self.limits), _with_headers(send, self.permissions))


def _bounded(receive: _Receive, limit: int, limits: RequestLimits) -> _Receive:
    """`receive`, which disconnects a sender whose body is longer than `limit`, or comes too slowly."""
    taken, whole, begun = 0, False, time.monotonic()

    async def bounded() -> dict[str, Any]:
        nonlocal taken, whole
        if whole:  # the message after a body says that the client left: it may take any time
            return await receive()
        late = begun + limits.body_seconds + taken / limits.body_rate - time.monotonic()
        try:
            message = await asyncio.wait_for(receive(), max(0.0, min(late, limits.body_seconds)))
        except asyncio.TimeoutError:
            return {"type": "http.disconnect"}
        taken += len(message.get("body", b""))
        whole = message["type"] != "http.request" or not message.get("more_body", False)
        return {"type": "http.disconnect"} if taken > limit else message

    return bounded


def _with_headers(send: _Send, permissions: bytes) -> _Send:
    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *_HEADERS, (b"permissions-policy", permissions)]}
        await send(message)

    return sending


def _plain(path: str) -> str:
    """The path with its percent signs and repeated slashes undone, as often as they were applied."""
    for _ in range(4):
        undone = unquote(path)
        if undone == path:
            break
        path = undone
    while "//" in path.split("file=")[0]:
        path = path.replace("//", "/", 1)
    return path


def error_body(status: int, message: str, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    """An error as OpenAI's clients know it.

    Args:
        status: of HTTP.
        message: for people.
        param: the request's field that is wrong; None: none alone.
        code: OpenAI's name of the problem, where it has one.
    """
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


async def _answer(send: _Send, status: int, values: dict[str, Any]) -> None:
    body = json.dumps(values).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
