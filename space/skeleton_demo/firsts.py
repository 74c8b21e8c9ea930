"""The first answer about each example: computed when the page is built, so that a visitor sees one at once."""

from __future__ import annotations

import threading

from skeletonllm_hf.model.prompts import CAPTION

from . import reading, results
from .actions import Actions
from .answerers import Local
from .reading import Overrides, Reading

_SHOWN = 3  # labels of the ranking


class Firsts:
    """Captions and rankings of the examples as they are read without choices.

    Args:
        actions: with the model. labels: what each example is recognised among.
    """

    def __init__(self, actions: Actions, labels: tuple[str, ...]):
        self.actions, self.labels = actions, labels
        self._found: dict[str, str] = {}  # identity of the clip -> HTML

    def compute(self) -> None:
        """The example that the page opens with now, the others behind the page's back. A served model is not asked: it may
        cost its owner money."""
        if not isinstance(self.actions.answers, Local):
            return
        self._answer(reading.FIRST)
        others = [name for name in reading.EXAMPLES if name != reading.FIRST]
        answer_all = lambda: [self._answer(name) for name in others]  # noqa: E731
        threading.Thread(target=answer_all, name="first answers", daemon=True).start()

    def of(self, current: Reading) -> str:
        """HTML of the answer about this clip, "" where there is none."""
        return self._found.get(current.identity, "")

    def _answer(self, name: str) -> None:
        example = reading.read_example(name, self.actions.limits, Overrides())
        caption = self.actions.caption(example)
        found = self.actions.recognize(example, self.labels, _SHOWN, False)
        unsure = self.actions.doubts(example, caption)
        described = results.caption(caption, CAPTION, unsure)
        self._found[example.identity] = results.first(described, found, len(self.labels))
