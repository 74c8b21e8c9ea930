"""What stands between the network and the page: closed doors of gradio, sizes of requests, visitors who ask too much.

gradio serves more than this page needs: it would fetch a URL that a visitor names (`/file=https://...`, or a file value
whose path is a URL), forward requests, record the screen. What the page does not use is answered with 404 here, before
gradio sees it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from urllib.parse import unquote

import gradio as gr

from .limits import Limits, Refused

_API = "/gradio_api/"
_CLOSED = (
    "proxy=", "stream/", "process_recording", "custom_component/", "component_server", "vibe-", "undo-vibe", "deep_link",
    "run-history", "runs", "file/", "profiling",
)  # fmt: skip
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_FORM_BYTES = 64 * 1024  # what a multipart form adds to its files


class Guard:
    """ASGI middleware: refuses closed routes and bodies that are too large, and sets headers of caution."""

    def __init__(self, app, limits: Limits):
        self.app = app
        self.limits = limits

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        path = _plain(scope["path"])
        if _closed(path):
            return await _answer(send, 404, "Not found.")
        limit = self._body_limit(path)
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > limit:
            return await _answer(send, 413, f"At most {limit:,} bytes in this request.")
        await self.app(scope, _counted(receive, limit), _with_headers(send))

    def _body_limit(self, path: str) -> int:
        if path.rstrip("/") == f"{_API}upload":
            return self.limits.upload_bytes * self.limits.upload_files + _FORM_BYTES
        return self.limits.body_bytes


class _TooLarge(Exception):
    pass


def _counted(receive: Callable[[], Awaitable[dict]], limit: int) -> Callable[[], Awaitable[dict]]:
    """A body without a stated length is counted as it comes; its sender is cut off at the limit."""
    taken = 0

    async def counted() -> dict:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if taken > limit else message

    return counted


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
    forwarded = request.headers.get("x-forwarded-for", "") if behind_proxy else ""
    return forwarded.split(",")[-1].strip() or getattr(request.client, "host", "")
