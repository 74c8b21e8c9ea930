"""What tests of the web demo share: the page itself, served on loopback from this process, once for all of them."""

from __future__ import annotations

import atexit
import functools
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

SPACE = Path(__file__).parents[1] / "space"
sys.path.insert(0, str(SPACE))


@dataclass(frozen=True)
class Server:
    """A running page: its address, what it was built from, and where its files lie."""

    url: str
    page: object
    actions: object
    storage: object


@functools.cache
def server() -> Server:
    """The page with the bundled model, as `app.py --mcp` (without --mcp where the package is missing) starts it."""
    pytest.importorskip("gradio", reason="needs the extra demo")
    from skeleton_demo.main import parser, prepared

    try:
        import mcp  # noqa: F401

        options = ["--mcp"]
    except ImportError:
        options = []
    import torch

    threads = torch.get_num_threads()
    page = prepared(parser().parse_args(options))
    torch.set_num_threads(threads)  # other tests of this process are none of the page's business
    _, url, _ = page.demo.launch(
        prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", mcp_server=bool(options), **page.launch
    )
    atexit.register(page.demo.close, verbose=False)
    return Server(url.rstrip("/"), page, page.actions, page.storage)
