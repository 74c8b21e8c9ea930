"""Starts the page: `python app.py --help`."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import signal
from collections import Counter
from collections.abc import Sequence

from .limits import Limits
from .storage import Storage

LOADED = "Model loaded:"  # benchmarks/demo_start.py waits for it


def main(argv: Sequence[str] | None = None) -> None:
    os.environ.setdefault(
        "OMP_WAIT_POLICY", "PASSIVE"
    )  # before torch is loaded: as `skeletonllm` does, see its main.py
    arguments = parser().parse_args(argv)
    page = prepared(arguments)
    demo = page.demo
    demo.launch(
        server_name=arguments.host,
        server_port=arguments.port,
        mcp_server=arguments.mcp,
        prevent_thread_lock=True,
        **page.launch,
    )
    if arguments.mcp and demo.mcp_server_obj is None:  # gradio only prints this and goes on
        demo.close(verbose=False)
        raise SystemExit(f"app.py: --mcp: {demo.mcp_error}; gradio needs mcp 1.x")
    end_on_terminate(page.storage)
    demo.block_thread()


def use_few_arenas() -> None:
    """glibc gives threads heaps of their own and keeps what they freed: many visitors at once held half as much memory again."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL("libc.so.6").mallopt(-8, 2)  # M_ARENA_MAX


def end_on_terminate(storage: Storage) -> None:
    """SIGTERM, which containers and services are ended with: nothing of the visitors' is left, whatever is at work."""

    def end(number: int, frame: object) -> None:
        from .reading_worker import READERS

        READERS.close()
        storage.close()
        os._exit(128 + number)  # threads that generate would hold up an ordinary exit

    signal.signal(signal.SIGTERM, end)


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        description="The web demo: one page that reads a skeleton file, answers questions and explains the answers."
    )
    options.add_argument(
        "--model", metavar="FOLDER|HUB_ID|small", help="a SkeletonLLM checkpoint (default: the bundled one)"
    )
    options.add_argument(
        "--endpoint", metavar="URL", help="ask this OpenAI-compatible server instead; its key: SKELETONLLM_ENDPOINT_KEY"
    )
    options.add_argument("--endpoint-model", metavar="NAME", help="the model's name there")
    options.add_argument(
        "--host",
        default=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"),
        help="address to listen on (default: this machine only)",
    )
    options.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="another name that the server answers to; a server behind a name needs it (default: this machine's own)",
    )
    options.add_argument("--port", type=int, help="port to listen on (default: the first free one from 7860)")
    options.add_argument(
        "--mcp",
        action=argparse.BooleanOptionalAction,
        default="SPACE_ID" in os.environ,  # the Hub sets it; the Space's card has the tag mcp-server
        help="serve the endpoints as MCP tools too (needs the extra mcp; default: only in a Space)",
    )
    options.add_argument(
        "--at-once",
        type=int,
        default=Limits.at_once,
        metavar="N",
        help="requests worked on at the same time (default: %(default)s)",
    )
    options.add_argument(
        "--waiting",
        type=int,
        default=Limits.waiting,
        metavar="N",
        help="maximum number of waiting requests (default: %(default)s)",
    )
    options.add_argument(
        "--keep-minutes",
        type=float,
        default=Limits.keep_seconds / 60,
        metavar="N",
        help="minutes that files are kept (default: %(default)g)",
    )
    options.add_argument(
        "--max-seconds",
        type=float,
        default=Limits.request_seconds,
        metavar="N",
        help="maximum seconds of work on a request (default: %(default)g)",
    )
    options.add_argument(
        "--behind-proxy",
        action="store_true",
        default="SPACE_ID" in os.environ,
        help="trust X-Forwarded-For of the proxy in front",
    )
    return options


def prepared(arguments: argparse.Namespace):
    """The page, its model loaded and its middleware in place; `launch` is what `Blocks.launch` needs."""
    if min(arguments.at_once, arguments.waiting, arguments.keep_minutes, arguments.max_seconds) <= 0:
        raise SystemExit("app.py: --at-once, --waiting, --keep-minutes and --max-seconds: expected more than 0")
    if arguments.mcp:
        _need_mcp()
    limits = Limits(
        at_once=arguments.at_once,
        waiting=arguments.waiting,
        keep_seconds=arguments.keep_minutes * 60,
        request_seconds=arguments.max_seconds,
    )
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    # gradio sums up its last events in a table after every event; nobody sees it here
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "100")
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000")
    storage = Storage(
        limits.keep_seconds, limits.disk
    )  # before gradio is imported: it asks the environment where its files go

    import torch
    from starlette.middleware import Middleware
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    from skeletonllm_hf.serving.hosts import Hosts

    from . import answerers, connections, first_paint, guard, interface, look
    from .actions import Actions
    from .quota import Quota

    torch.set_num_threads(
        max(1, (os.cpu_count() or 1) // limits.at_once)
    )  # requests side by side, not on each other's toes
    model = answerers.load(arguments.model, arguments.endpoint, arguments.endpoint_model)
    print(f"{LOADED} {model.name}", flush=True)
    streams: Counter = Counter()
    page = interface.build(Actions(model, limits), storage, arguments.behind_proxy)
    guard.outlive_streams(page.demo, streams)
    storage.keep_what_is_here()
    storage.start_sweeping()

    async def health(request) -> JSONResponse:
        queue = page.demo._queue
        return JSONResponse(
            {"status": "ok", "model": model.name, "waiting": len(queue), "working": queue.get_active_worker_count()}
        )

    page.launch["app_kwargs"] = {
        "routes": [Route("/health", health)],
        "middleware": [
            Middleware(first_paint.Opening, style=look.style()),
            Middleware(
                guard.Guard,
                limits=limits,
                hosts=Hosts.of(arguments.host, arguments.allow_host, arguments.behind_proxy),
                quota=Quota(limits),
                streams=streams,
            ),
        ],
    }
    connections.install()
    return page


def _need_mcp() -> None:
    """gradio without the mcp package starts all the same, and then serves 404."""
    try:
        import mcp  # noqa: F401
    except ImportError:
        raise SystemExit('app.py: --mcp needs the mcp package: pip install "skeletonllm-hf[mcp]"') from None
