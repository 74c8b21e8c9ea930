"""What stands between the network and the page: closed doors of gradio, sizes of requests, visitors who ask too much.

gradio serves more than this page needs: it would fetch a URL that a visitor names (`/file=https://...`, or a file value
whose path is a URL), forward requests, record the screen. What the page does not use is answered with 404 here, before
gradio sees it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from urllib.parse import unquote

import gradio as gr

from .hosts import Hosts
from .limits import Limits, Refused
from .quota import Quota

_API = "/gradio_api/"
_CLOSED = (
    "proxy=", "stream/", "process_recording", "custom_component/", "component_server", "vibe-", "undo-vibe", "deep_link",
    "run-history", "runs", "file/", "profiling",
)  # fmt: skip
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
)
_FORM_BYTES = 64 * 1024  # what a multipart form adds to its files


class Guard:
    """ASGI middleware: refuses foreign hosts, closed routes, and bodies that are too large or too slow, and sets headers of caution.

    Args:
        limits: sizes and times. hosts: names that the server answers to. quota: of uploads.
    """

    def __init__(self, app, limits: Limits, hosts: Hosts, quota: Quota):
        self.app = app
        self.limits, self.hosts, self.quota = limits, hosts, quota

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "websocket":  # the page has none
            return await send({"type": "websocket.close", "code": 1008})
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if not self.hosts.accepts(headers.get(b"host", ""), headers.get(b"origin")):
            return await _answer(send, 403, "This server does not answer to that host, or to pages of that origin.")
        path = _plain(scope["path"])
        if _closed(path):
            return await _answer(send, 404, "Not found.")
        uploads = path.rstrip("/") == f"{_API}upload"
        limit = self.limits.upload_bytes * self.limits.upload_files + _FORM_BYTES if uploads else self.limits.body_bytes
        length = headers.get(b"content-length", "" if b"transfer-encoding" in headers else "0")
        if (length and not length.isdigit()) or int(length[:20] or 0) > limit:
            return await _answer(send, 413, f"At most {limit:,} bytes in this request.")
        # a body without a stated length may be as long as any
        if uploads and (reason := self.quota.refuses(self._address(scope, headers), int(length or limit))):
            return await _answer(send, 413, reason)
        await self.app(scope, _bounded(receive, limit, self.limits), _with_headers(send))

    def _address(self, scope: dict, headers: dict[bytes, str]) -> str:
        return _visitor(headers.get(b"x-forwarded-for", ""), (scope.get("client") or ("",))[0], self.hosts.behind_proxy)


def _bounded(receive: Callable[[], Awaitable[dict]], limit: int, limits: Limits) -> Callable[[], Awaitable[dict]]:
    """A body is counted as it comes; its sender is cut off at the limit, and where nothing more comes, or next to nothing."""
    taken, whole, begun = 0, False, time.monotonic()

    async def bounded() -> dict:
        nonlocal taken, whole
        if whole:  # what follows a body is the news that the visitor left: that may take as long as it likes
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


def _with_headers(send: Callable[[dict], Awaitable[None]]) -> Callable[[dict], Awaitable[None]]:
    async def sending(message: dict) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *_HEADERS]}
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


def _closed(path: str) -> bool:
    if path.startswith("/monitoring"):
        return True
    if not path.startswith(_API):
        return False
    rest = path.removeprefix(_API)
    if rest.startswith("file="):
        target = rest.removeprefix("file=").strip().lower()
        return ":" in target.split("/")[0] or target.startswith(("//", "\\"))  # a protocol, a drive, another host
    return rest.startswith(_CLOSED)


async def _answer(send: Callable[[dict], Awaitable[None]], status: int, text: str) -> None:
    body = json.dumps({"detail": text}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def refuse_urls(demo: gr.Blocks) -> None:
    """No component fetches what a visitor names: a file value is an upload of this server, or an error."""
    for block in demo.blocks.values():
        if hasattr(block, "async_move_resource_to_block_cache"):
            block.async_move_resource_to_block_cache = _local_only(block.async_move_resource_to_block_cache)


def _local_only(move: Callable[[str | None], Awaitable[str | None]]) -> Callable[[str | None], Awaitable[str | None]]:
    async def checked(path: str | None) -> str | None:
        if path is not None and "://" in str(path):
            raise Refused("URLs are not fetched here: upload the file.")
        return await move(path)

    return checked


def limit_visitors(demo: gr.Blocks, limits: Limits, behind_proxy: bool) -> None:
    """Answers "busy" to a visitor who has too many requests open: from one browser tab, or from one address.

    gradio's queue bounds the requests of all together (`max_size`), not those of one.

    Args:
        demo: with its queue made.
        limits: `waiting_each` for a tab, `waiting_address` for an address.
        behind_proxy: the address is what the proxy in front says; without a proxy, anybody could say anything.
    """
    queue = demo._queue
    push = queue.push

    async def checked(body, request, username):
        waiting = [event for each in queue.event_queue_per_concurrency_id.values() for event in each.queue]
        working = [event for job in queue.active_jobs if job for event in job]
        tab = sum(event.session_hash == body.session_hash for event in waiting + working)
        here = _address(request, behind_proxy)
        address = sum(_address(event.request, behind_proxy) == here for event in waiting + working)
        if tab >= limits.waiting_each or address >= limits.waiting_address:
            return False, "Busy: wait until your other requests are answered, then try again.", "queue_full"
        return await push(body, request, username)

    queue.push = checked


def _address(request, behind_proxy: bool) -> str:
    return _visitor(request.headers.get("x-forwarded-for", ""), getattr(request.client, "host", ""), behind_proxy)


def _visitor(forwarded: str, client: str, behind_proxy: bool) -> str:
    """The address that the proxy in front names last: earlier ones are the visitor's own words."""
    return (forwarded.split(",")[-1].strip() if behind_proxy else "") or client
