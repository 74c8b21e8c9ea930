"""The tasks that commands and jobs name, spelled once."""

from __future__ import annotations

from enum import Enum


class Task(str, Enum):
    """A task of a command or job. `Task("recognise")` is `Task.RECOGNIZE`: older job files and British users write it so."""

    RECOGNIZE = "recognize"
    CAPTION = "caption"
    ASK = "ask"
    RENDER = "render"

    @classmethod
    def _missing_(cls, value: object) -> Task | None:
        return cls.RECOGNIZE if value == "recognise" else None

    def __str__(self) -> str:
        return self.value
