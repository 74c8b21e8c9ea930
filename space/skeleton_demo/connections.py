"""HTTP protocol that closes idle connections, also those whose sender stopped within a request.

uvicorn ends connections that are silent between two requests, not those that stop within one. `install` puts this protocol
in the place of uvicorn's, for servers that are started afterwards, as gradio starts one.
"""

from __future__ import annotations

import uvicorn.config
from uvicorn.protocols.http.auto import AutoHTTPProtocol

# from the beginning of a connection, or the end of an answer, to the end of the next request's head
HEAD_SECONDS = 20.0
MOST_CONNECTIONS = 600  # below the usual limit of 1,024 open files; 60 visitors hold some 200
_LOOK_SECONDS = 5.0


class BoundedProtocol(AutoHTTPProtocol):
    """uvicorn's protocol, which closes connections that wait for the rest of a request too long, and those that are too many."""

    def connection_made(self, transport) -> None:
        super().connection_made(transport)
        self._quiet_since = self.loop.time()
        self._watch = None
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
            return
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        self._quiet_since = self.loop.time()
        super().on_response_complete()

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        answering = self.cycle is not None and not self.cycle.response_complete
        if not answering and self.loop.time() - self._quiet_since > HEAD_SECONDS:
            self.transport.abort()
            return
        self._watch = self.loop.call_later(min(_LOOK_SECONDS, HEAD_SECONDS / 4), self._look)


def install() -> None:
    uvicorn.config.HTTP_PROTOCOLS["auto"] = f"{__name__}:{BoundedProtocol.__name__}"
