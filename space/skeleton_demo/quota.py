"""How much visitors may leave on the disk: each of them, and all together, within the time that files are kept."""

from __future__ import annotations

import threading
import time
from collections import deque

from .limits import MIB, Limits


class Quota:
    """Bytes that addresses sent lately.

    Args:
        limits: `upload_each` and `upload_all` bytes within `keep_seconds`, after which files are deleted.
    """

    def __init__(self, limits: Limits):
        self.limits = limits
        self._sent: deque[tuple[float, str, int]] = deque()
        self._sums: dict[str, int] = {}
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
                if self._sums[old] <= 0:
                    del self._sums[old]
            minutes = f"{self.limits.keep_seconds / 60:.0f} minutes"
            if self._sums.get(address, 0) + size > self.limits.upload_each:
                return f"At most {self.limits.upload_each // MIB} MB of uploads within {minutes} from one address."
            if self._total + size > self.limits.upload_all:
                return f"The page has no room for more uploads now. Files are deleted after {minutes}: try again later."
            self._sent.append((now, address, size))
            self._sums[address] = self._sums.get(address, 0) + size
            self._total += size
        return None
