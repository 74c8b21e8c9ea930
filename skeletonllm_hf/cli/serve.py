"""Keeps a model loaded and answers over HTTP: OpenAI's chat completions with clips in them, and routes of its own."""

from __future__ import annotations

import argparse
import errno
import os
import socket
from pathlib import Path

from . import options

NAME = "serve"
HELP = "keep a model loaded and answer over HTTP"
USAGE = ""
PORT = 8448
KEY_VARIABLE = "SKELETONLLM_SERVER_KEY"
_WARM = Path(__file__).parents[1] / "examples" / "squat.json"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_model(parser)
    text = f"address to listen on (default: this machine only; others need a key in {KEY_VARIABLE})"
    parser.add_argument("--host", default="127.0.0.1", help=text)
    options.add_number(parser, "--port", f"port (default: {PORT}; 0: any that is free)", PORT, kind=options.whole)
    text = "another name that the server answers to (default: this machine's own)"
    parser.add_argument("--allow-host", action="append", default=[], metavar="NAME", help=text)


def run(arguments: argparse.Namespace) -> int:
    key = os.environ.get(KEY_VARIABLE, "")
    if arguments.host not in _LOOPBACK and not key:
        raise options.UsageError(
            f"--host {arguments.host}: expected a key in {KEY_VARIABLE}: others may reach it there"
        )
    try:
        import uvicorn

        from ..serving.app import build
    except ImportError as error:
        raise OSError(f'serve needs {error.name}: pip install "skeletonllm-hf[serve]"') from None
    from ..answering.labels import model_labels
    from ..serving.hosts import Hosts

    listening = _listening(arguments.host, arguments.port)  # before the model is loaded, which takes seconds
    answerer = options.load(arguments.model)
    labels = model_labels(arguments.model)
    clip = options.read_clip(str(_WARM), {})
    answerer.caption(clip)  # compiles what is not kept: the first visitor waits for nothing
    if labels:
        answerer.recognize(clip, labels)
    hosts = Hosts.of(arguments.host, arguments.allow_host)
    app = build(answerer, answerer.name or "nano", labels, hosts=hosts, key=key)
    server = uvicorn.Server(
        uvicorn.Config(app, arguments.host, arguments.port, log_level="warning", server_header=False)
    )
    with listening:
        host, port = listening.getsockname()[:2]
        options.note(f"Serving {answerer.name or 'nano'} at http://{f'[{host}]' if ':' in host else host}:{port}/v1")
        server.run(sockets=[listening])
    return 0


def _listening(host: str, port: int) -> socket.socket:
    """A socket at this address. OSError: another program's, a port that needs rights, no address of this machine."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host.strip("[]"), port))
    except (OSError, OverflowError) as error:
        made.close()
        number = getattr(error, "errno", None)
        if number == errno.EADDRINUSE:
            advice = (
                "--port chooses another (0: any that is free); --server asks the one that runs there, if it is ours"
            )
            raise OSError(f"port {port} of {host} is in use: {advice}") from None
        if isinstance(error, OverflowError) or number == errno.EACCES:
            raise OSError(f"port {port}: expected one from 1024 to 65535, or 0 for any that is free") from None
        raise OSError(f"--host {host}: expected an address of this machine: {error}") from None
    return made
