"""Answers from a server: the options --endpoint and --server, and the answerer that they choose."""

from __future__ import annotations

import argparse
from typing import Any

from . import options


def add_endpoint(parser: argparse.ArgumentParser, server: bool = False) -> None:
    """`server`: the command knows `skeletonllm serve`, too."""
    if server:
        text = "a running `skeletonllm serve`, which answers at once: http://127.0.0.1:8448"
        parser.add_argument("--server", metavar="URL", help=text)
    group = parser.add_argument_group(
        "answers from a server", "Frames are drawn here and sent to any OpenAI-compatible server."
    )
    text = "the server, such as http://localhost:8000/v1; --model is then the model's name there"
    group.add_argument("--endpoint", metavar="URL", help=text)
    add_frames(group, "with --endpoint: ", "with --endpoint or --server: " if server else "with --endpoint: ")


def add_frames(group: argparse._ActionsContainer, frames: str = "", timeout: str = "") -> None:
    """Renderer and size of frames for a server, and its timeout; the texts go before the help."""
    text = f"{frames}what draws the frames (default: the bundled model's renderer)"
    group.add_argument("--renderer", metavar="FOLDER|HUB_ID|FILE", help=text)
    text = f"{frames}width and height of a frame (default: 448, or RENDERER's)"
    options.add_number(group, "--size", text, metavar="PIXELS")
    text = f"{timeout}longest silence of the server (default: 120)"
    options.add_number(group, "--timeout", text, 120.0, kind=float, metavar="SECONDS")


def load(arguments: argparse.Namespace, **settings: Any) -> Any:
    """The `Answerer`: of the checkpoint --model, or with --endpoint of the server. UsageError: options that do not go together."""
    check(arguments)
    if server_of(arguments) is not None:
        from ..answering.server import ServerAnswerer

        return ServerAnswerer(arguments.server, arguments.timeout)
    if arguments.endpoint is not None:
        server = {"endpoint": arguments.endpoint, "timeout": arguments.timeout}
        settings |= server | {"renderer": arguments.renderer, "size": arguments.size}
    return options.load(arguments.model, **settings)


def server_of(arguments: argparse.Namespace) -> str | None:
    return getattr(arguments, "server", None)


def check(arguments: argparse.Namespace) -> None:
    """UsageError: options that do not go together, or an address that is none."""
    if server_of(arguments) is not None:
        for name in ("endpoint", "model"):
            if getattr(arguments, name) is not None:
                raise options.UsageError(f"--server: cannot be combined with --{name}: that server has its own model")
        _check_address(arguments.server, "skeletonllm", arguments.timeout, "server")
    if arguments.endpoint is None:
        options.refuse(arguments, ("renderer", "size"), " needs --endpoint")
        return
    if arguments.model is None:
        raise options.UsageError("--endpoint: expected --model NAME too, the model's name on that server")
    _check_address(arguments.endpoint, arguments.model, arguments.timeout, "endpoint")


def _check_address(url: str, model: str, timeout: float, option: str) -> None:
    from ..answering.endpoint import Endpoint

    try:
        Endpoint(url, model, timeout=timeout)
    except ValueError as error:
        raise options.UsageError(f"--{option}{str(error).removeprefix('endpoint')}") from None
