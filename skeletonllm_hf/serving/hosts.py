"""Host names that a server answers to: other pages in a visitor's browser must not reach a server on the visitor's machine.

A page of a stranger can point its own name at 127.0.0.1 (DNS rebinding), and send requests to any address: the first shows in `Host`,
the second in `Origin`.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Hosts:
    """Host names of a server.

    Args:
        names: in lower case, without a port.
        any_address: numeric addresses are answered, too: no name can be made to look like one.
        behind_proxy: the proxy in front may listen on another port than this server.
    """

    names: frozenset[str] = _LOOPBACK
    any_address: bool = False
    behind_proxy: bool = False

    @classmethod
    def of(cls, listening: str, more: Iterable[str] = (), behind_proxy: bool = False) -> Hosts:
        """For a server that listens at an address: this machine's own names for it, and what its owner adds.

        On a Hugging Face Space, the name that the platform gives it.
        """
        listening = listening.strip("[]").lower()
        everywhere = listening in ("0.0.0.0", "::", "")
        names = {*_LOOPBACK, *(name.lower() for name in more)}
        names.add(socket.gethostname().lower() if everywhere else listening)
        if space := os.environ.get("SPACE_HOST"):
            names |= {name.strip().lower() for name in space.split(",")}
        return cls(frozenset(names), everywhere, behind_proxy)

    def accepts(self, host: str, origin: str | None) -> bool:
        """Whether a request that names this host comes from a page of this server, or from no page."""
        name, port = _split(f"//{host}")
        if not self._known(name):
            return False
        if origin is None:
            return True
        from_name, from_port = _split(origin)
        if not self._known(from_name):
            return False
        return (
            self.behind_proxy
            or (from_name, from_port) == (name, port)
            or (from_port == port and {from_name, name} <= _LOOPBACK)
        )

    def _known(self, name: str) -> bool:
        return name in self.names or (self.any_address and _is_address(name))


def _split(url: str) -> tuple[str, int | None]:
    """Host name and port; "" for no valid URL."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "", None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
