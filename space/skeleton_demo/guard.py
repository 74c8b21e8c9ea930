"""Middleware of the page: closed routes of gradio, sizes of requests, a quota of uploads, and limits of each visitor.

gradio serves more than this page needs: it would fetch a URL that a visitor names (`/file=https://...`, or a file value
whose path is a URL), forward requests, record the screen. What the page does not use is answered with 404 here, before
gradio sees it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

import gradio as gr

from skeletonllm_hf.serving import guard as serving
from skeletonllm_hf.serving.hosts import Hosts

from .limits import MIB, Limits, Refused

_API = "/gradio_api/"
_CLOSED = (
    "proxy=", "stream/", "process_recording", "custom_component/", "component_server", "vibe-", "undo-vibe", "deep_link",
    "run-history", "runs", "file/", "profiling",
)  # fmt: skip
_FORM_BYTES = 64 * 1024  # what a multipart form adds to its files
_GRACE = 1.0  # seconds in which a tab that closed its stream opens the next one


class Quota:
    """Bytes that addresses sent lately.

    Args:
        limits: `upload_each` and `upload_all` bytes within `keep_seconds`, after which files are deleted.
    """

    def __init__(self, limits: Limits):
        self.limits = limits
        self._sent: deque[tuple[float, str, int]] = deque()
        self._sums: Counter[str] = Counter()
        self._total = 0
        self._lock = threading.Lock()

    def refuses(self, address: str, size: int, now: float | None = None) -> str | None:
        """Counts an upload; or says why it is not taken, and counts nothing."""
        now = time.monotonic() if now is None else now
        with self._lock:
            while self._sent and self._sent[0][0] < now - self.limits.keep_seconds:
                _, old, gone = self._sent.popleft()
                self._total -= gone
                self._sums[old] -= gone
                if not self._sums[old]:
                    del self._sums[old]
            minutes = f"{self.limits.keep_seconds / 60:.0f} minutes"
            if self._sums[address] + size > self.limits.upload_each:
                return f"At most {self.limits.upload_each // MIB} MB of uploads within {minutes} from one address."
            if self._total + size > self.limits.upload_all:
                return f"The page has no room for more uploads now. Files are deleted after {minutes}: try again later."
            self._sent.append((now, address, size))
            self._sums[address] += size
            self._total += size
        return None


class Guard(serving.Guard):
    """As the server's, with gradio's closed routes and a quota of uploads.

    Args:
        limits: sizes and times. hosts: names that the server answers to. quota: of uploads. streams: counts those that are open.
    """

    permissions = b"camera=(self), microphone=(), geolocation=()"

    def __init__(self, app, limits: Limits, hosts: Hosts, quota: Quota, streams: Counter):
        super().__init__(app, limits, hosts)
        self.quota, self.streams = quota, streams

    async def __call__(self, scope, receive, send) -> None:
        if scope.get("path") != f"{_API}queue/data":
            return await super().__call__(scope, receive, send)
        (session,) = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[:1]
        self.streams[session] += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.streams[session] -= 1
            if not self.streams[session]:
                del self.streams[session]

    def error(self, status: int, text: str) -> dict[str, str]:
        return {"detail": text}  # gradio's form

    def body_limit(self, path: str) -> int | None:
        if _closed(path):
            return None
        most = self.limits.upload_bytes * self.limits.upload_files + _FORM_BYTES
        return most if _uploads(path) else self.limits.body_bytes

    def refuses(self, path: str, scope: dict, headers: dict[bytes, str], length: int) -> str | None:
        return self.quota.refuses(self._address(scope, headers), length) if _uploads(path) else None

    def _address(self, scope: dict, headers: dict[bytes, str]) -> str:
        return _visitor(headers.get(b"x-forwarded-for", ""), (scope.get("client") or ("",))[0], self.hosts.behind_proxy)


def _uploads(path: str) -> bool:
    return path.rstrip("/") == f"{_API}upload"


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


def outlive_streams(demo: gr.Blocks, streams: Counter) -> None:
    """Keeps the events of a tab that closes its stream and opens the next one at once.

    A tab closes its event stream when all its questions are answered, and opens another one for the next question. gradio takes
    a closed stream for a visitor who left, and would drop a question that came meanwhile.

    Args:
        demo: with its queue made. streams: session -> how many of its streams are open.
    """
    queue, tasks = demo._queue, set()
    clean = queue.clean_events

    async def left(session_hash: str) -> None:
        await asyncio.sleep(_GRACE)
        if session_hash not in streams:
            await clean(session_hash=session_hash)

    async def checked(*, session_hash: str | None = None, event_id: str | None = None) -> None:
        if session_hash is None:
            return await clean(event_id=event_id)
        task = asyncio.get_running_loop().create_task(left(session_hash))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    queue.clean_events = checked


def limit_visitors(demo: gr.Blocks, limits: Limits, behind_proxy: bool) -> None:
    """Answers "busy" to a visitor who has too many requests open: from one browser tab, from one address, or over MCP.

    gradio's queue bounds the requests of all together (`max_size`), not those of one.

    Args:
        demo: with its queue made.
        limits: `waiting_each` for a tab, `waiting_address` for an address, `waiting_mcp` for all that comes over MCP: gradio passes
            that on from its own address, in a session or several that visitors share, so an address counts there as a tab does here.
        behind_proxy: the address is what the proxy in front says; without a proxy, anybody could say anything.
    """
    queue = demo._queue
    push = queue.push

    async def checked(body, request, username):
        waiting = [event for each in queue.event_queue_per_concurrency_id.values() for event in each.queue]
        working = [event for job in queue.active_jobs if job for event in job]
        here, mcp = _address(request, behind_proxy), [event for event in waiting + working if _by_mcp(event.request)]
        if _by_mcp(request):
            tab = sum(_address(event.request, behind_proxy) == here for event in mcp)
        else:
            tab = sum(event.session_hash == body.session_hash for event in waiting + working)
        address = sum(_address(event.request, behind_proxy) == here for event in waiting + working)
        full = _by_mcp(request) and len(mcp) >= limits.waiting_mcp
        if full or tab >= limits.waiting_each or address >= limits.waiting_address:
            return False, "Busy: wait until your other requests are answered, then try again.", "queue_full"
        return await push(body, request, username)

    queue.push = checked


def _by_mcp(request) -> bool:
    return request.headers.get("x-gradio-user") == "mcp"


def _address(request, behind_proxy: bool) -> str:
    return _visitor(request.headers.get("x-forwarded-for", ""), getattr(request.client, "host", ""), behind_proxy)


def _visitor(forwarded: str, client: str, behind_proxy: bool) -> str:
    """The address that the proxy in front names last: earlier ones are the visitor's own words."""
    return (forwarded.split(",")[-1].strip() if behind_proxy else "") or client
