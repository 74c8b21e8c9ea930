"""What one browser tab is at: whether an answer still belongs to the clip that is shown.

A visitor changes the clip while an answer about the old one is written, or presses Stop. Both take a new pass; work that
began under the old one ends at its next step, and shows nothing more.
"""

from __future__ import annotations

import secrets


class Stopped(Exception):
    """Thrown into work that its visitor has stopped."""


class Desk:
    """One tab's pass. The page sends the pass that it shows along with each question."""

    def __init__(self) -> None:
        self.current = ""  # under which work may go on
        self.clips: tuple = ()  # the tab's clips: a table about others is not written on
        self.which = 0  # the one that is shown
        self._stopped: set[str] = set()

    def renew(self) -> str:
        """A new pass: all work under older ones ends."""
        self._stopped.clear()
        self.current = secrets.token_hex(8)
        return self.current

    def stop(self) -> str:
        """A new pass, for the same clip: what runs is stopped, and says so."""
        stopped = {*self._stopped, self.current}
        self.renew()
        self._stopped = stopped
        return self.current

    def was_stopped(self, given: str) -> bool:
        """Whether work under this pass ended by `stop`, with its clip still shown."""
        return given in self._stopped

    def holds(self, given: str) -> bool:
        """Whether work under this pass is still asked for."""
        return given == self.current

    def __deepcopy__(self, memo: dict) -> Desk:
        """gradio copies the first value of a state for each tab."""
        return Desk()
