"""Starts the page: `python app.py --help`."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import signal
import warnings
from collections import Counter
from collections.abc import Sequence

from skeletonllm_hf.arguments import ArgumentParser

from .limits import Limits
from .storage import Storage

LOADED = "Model loaded:"  # benchmarks/demo_start.py waits for it


def main(argv: Sequence[str] | None = None) -> None:
    os.environ.setdefault(
        "OMP_WAIT_POLICY", "PASSIVE"
    )  # before torch is loaded: as `skeletonllm` does, see its main.py
    arguments = parser().parse_args(argv)
    use_few_arenas()
    # of a package that gradio loads, about its own fields
    warnings.filterwarnings("ignore", "The 'alias' attribute with value 'environment'")
    page = prepared(arguments)
    demo, address = page.demo, {"server_name": arguments.host, "server_port": arguments.port}
    # gradio would ask its own page for an answer within three seconds and give up: a busy machine needs longer
    # and would advise an option of `launch` that this page does not have
    demo.launch(
        **address, mcp_server=arguments.mcp, prevent_thread_lock=True, _frontend=False, quiet=True, **page.launch
    )
    if arguments.mcp and demo.mcp_server_obj is None:  # gradio only prints this and goes on
        demo.close(verbose=False)
        raise SystemExit(f"app.py: --mcp: {demo.mcp_error}; gradio needs mcp 1.x")
    end_on_terminate(page.storage)
    print(f"Open {demo.local_url}", flush=True)
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
    options = ArgumentParser(
        description="The web demo: one page that reads a skeleton file, answers questions and explains the answers."
    )
    add, in_space = options.add_argument, "SPACE_ID" in os.environ  # the Hub sets it
    here = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1")
    add("--model", metavar="FOLDER|HUB_ID|small", help="a SkeletonLLM checkpoint (default: the bundled one)")
    served = "ask this OpenAI-compatible server instead; its key: SKELETONLLM_ENDPOINT_KEY"
    add("--endpoint", metavar="URL", help=served)
    add("--endpoint-model", metavar="NAME", help="the model's name there")
    add("--host", default=here, help="address to listen on (default: this machine only)")
    name = "another name that the server answers to; a server behind a name needs it (default: this machine's own)"
    add("--allow-host", action="append", default=[], metavar="NAME", help=name)
    add("--port", type=int, help="port to listen on (default: the first free one from 7860)")
    # the Space's card has the tag mcp-server
    tools = "serve the endpoints as MCP tools too (needs the extra mcp; default: only in a Space)"
    add("--mcp", action=argparse.BooleanOptionalAction, default=in_space, help=tools)
    for option, kind, default, text in (
        ("--at-once", int, Limits.at_once, "requests worked on at the same time"),
        ("--waiting", int, Limits.waiting, "maximum number of waiting requests"),
        ("--keep-minutes", float, Limits.keep_seconds / 60, "minutes that files are kept"),
        ("--max-seconds", float, Limits.request_seconds, "maximum seconds of work on a request"),
    ):
        add(option, type=kind, default=default, metavar="N", help=f"{text} (default: %(default)g)")
    proxy = "trust X-Forwarded-For of the proxy in front"
    add("--behind-proxy", action="store_true", default=in_space, help=proxy)
    return options


def prepared(arguments: argparse.Namespace):
    """The page, its model loaded and its middleware in place; `launch` is what `Blocks.launch` needs."""
    if min(arguments.at_once, arguments.waiting, arguments.keep_minutes, arguments.max_seconds) <= 0:
        raise SystemExit("app.py: --at-once, --waiting, --keep-minutes and --max-seconds: expected more than 0")
    if arguments.mcp:
        _need_mcp()
    limits = Limits(
        at_once=arguments.at_once, waiting=arguments.waiting,
        keep_seconds=arguments.keep_minutes * 60, request_seconds=arguments.max_seconds,
    )  # fmt: skip
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    # gradio sums up its last events in a table after every event; nobody sees it here
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "100")
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000")
    # before gradio is imported: it asks the environment where its files go
    storage = Storage(limits.keep_seconds, limits.disk)

    import torch
    from starlette.middleware import Middleware
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    from skeletonllm_hf.serving.hosts import Hosts

    from . import answerers, connections, first_paint, guard, interface, look, pacing
    from .actions import Actions

    torch.set_num_threads(max(1, (os.cpu_count() or 1) // limits.at_once))  # the cores are shared by the requests
    model = answerers.load(arguments.model, arguments.endpoint, arguments.endpoint_model)
    print(f"{LOADED} {model.name}", flush=True)
    streams: Counter = Counter()
    page = interface.build(Actions(model, limits), storage, arguments.behind_proxy)
    guard.outlive_streams(page.demo, streams)
    pacing.look_less_often(page.demo)
    storage.keep_what_is_here()
    storage.start_sweeping()

    async def health(request) -> JSONResponse:
        waiting, working = len(page.demo._queue), page.demo._queue.get_active_worker_count()
        return JSONResponse({"status": "ok", "model": model.name, "waiting": waiting, "working": working})

    opening = Middleware(first_paint.Opening, style=look.style())
    hosts = Hosts.of(arguments.host, arguments.allow_host, arguments.behind_proxy)
    guarding = Middleware(guard.Guard, limits=limits, hosts=hosts, quota=guard.Quota(limits), streams=streams)
    page.launch["app_kwargs"] = {"routes": [Route("/health", health)], "middleware": [opening, guarding]}
    connections.install()
    return page


def _need_mcp() -> None:
    """gradio without the mcp package starts all the same, and then serves 404."""
    try:
        import mcp  # noqa: F401
    except ImportError:
        raise SystemExit('app.py: --mcp needs the mcp package: pip install "skeletonllm-hf[mcp]"') from None
