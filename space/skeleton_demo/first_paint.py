"""First paint of the page: our style sheet and script in gradio's document, shown before gradio's scripts have loaded.

Gradio's scripts take a second or more until they show anything. The plain HTML of the page, with the first answer, is in the
document already, as values of its components: `page.js` shows it at once, with the skeleton in space, and removes it when the
components are there.
"""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_COMPRESSION = 5


class Opening:
    """ASGI middleware: writes style and script into the document at "/", and compresses it, which gradio does not.

    Args:
        app: what answers. style: of the page.
    """

    def __init__(self, app: Any, style: str) -> None:
        self.app = app
        script = (_HERE / "page.js").read_text(encoding="utf-8")
        # in the body: gradio's own sheets stand in the head, before it, whenever they come
        opening = '<div id="opening" aria-hidden="true" inert></div>'
        self.added = f"<style>{style}</style>{opening}<script>{script}</script>".encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        packs = any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])
        await self.app(scope, receive, self._written(send, packs))

    def _written(
        self, send: Callable[[dict[str, Any]], Awaitable[None]], packs: bool
    ) -> Callable[[dict[str, Any]], Awaitable[None]]:
        start: dict[str, Any] = {}
        pieces: list[bytes] = []

        async def sending(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            pieces.append(message.get("body", b""))
            if message.get("more_body"):
                return
            page = self.insert_into(b"".join(pieces))
            headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            if packs:
                page = gzip.compress(page, _COMPRESSION)
                headers += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
            await send({**start, "headers": [*headers, (b"content-length", str(len(page)).encode())]})
            await send({"type": "http.response.body", "body": page})

        return sending

    def insert_into(self, page: bytes) -> bytes:
        """The document with ours in it; one that is not gradio's page stays as it is."""
        before, app, after = page.rpartition(b"<gradio-app")
        return before + self.added + app + after if app else page
