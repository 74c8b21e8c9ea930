"""All actions: importing this registers them."""

from . import contact, exercise, face, fights, gestures, jumps, meeting, objects, postures, throws, travel, waves, work

__all__ = [
    "contact",
    "exercise",
    "face",
    "fights",
    "gestures",
    "jumps",
    "meeting",
    "objects",
    "postures",
    "throws",
    "travel",
    "waves",
    "work",
]
