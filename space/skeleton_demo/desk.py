"""State of one browser tab: whether an answer still belongs to the clip that is shown.

A visitor changes the clip while an answer about the old one is written, or presses Stop. Both take a new pass; work that
began under the old one ends at its next step, and shows nothing more. Of two clips that are read at once the later one counts,
and of two answers in one place.
"""

from __future__ import annotations

import secrets


class Stopped(Exception):
    """Thrown into work that its visitor has stopped."""


class Desk:
    """One tab's pass. The page sends the pass that it shows along with each question."""

    def __init__(self) -> None:
        self.current = ""  # under which work may go on
        self.clips: tuple | None = None  # the tab's clips: a table about others is not continued; None: not known
        self.which = 0  # the one that is shown
        self._stopped: set[str] = set()
        self._reads = 0
        self._lists = 0
        self._latest: dict[str, int] = {}  # place -> number of the latest question there

    def read(self) -> int:
        """A clip is to be read: all work on the one before ends. The number of this reading."""
        self._reads += 1
        self.renew()
        return self._reads

    def awaits(self, reading: int) -> bool:
        """Whether no other clip was asked for since. Stop and Clear end answers, not this."""
        return reading == self._reads

    def shows(self, clip: object) -> bool:
        """Whether this is the clip that the tab shows, as far as the desk knows."""
        return self.clips is None or (self.clips != () and self.clips[self.which] is clip)

    def list(self) -> int:
        """The clips are to be listed: lists that are still written end. The number of this one."""
        self._lists += 1
        return self._lists

    def lists(self, number: int, clips: tuple) -> bool:
        """Whether the list of this number is the latest one, and of the tab's clips."""
        return number == self._lists and self.clips is clips

    def ask(self, place: str, number: int) -> None:
        """A question whose answer goes to that place."""
        self._latest[place] = number

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

    def holds(self, given: str, place: str | None = None, number: int = 0) -> bool:
        """Whether work under this pass is still asked for: by no later question whose answer goes to the same place."""
        return given == self.current and (place is None or self._latest.get(place) == number)

    def __deepcopy__(self, memo: dict) -> Desk:
        """gradio copies the first value of a state for each tab."""
        return Desk()
