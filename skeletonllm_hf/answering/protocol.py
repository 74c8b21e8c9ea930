"""The interface of answerers: a model in this process, or a server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

# One turn of a conversation about a clip: question, answer.
Turn = tuple[str, str]


class Caption(NamedTuple):
    """A sentence about a clip.

    Args:
        text: the sentence.
        unsure: whether it is probably wrong; False where nothing tells.
    """

    text: str
    unsure: bool = False


class Ranking(Protocol):
    """The result of `Answerer.recognize`: a `Recognition` of a local model, a `Choice` of a server."""

    @property
    def label(self) -> str | None:
        """The best label; None where a server named none."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Of the reader, about the clip."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON: label, candidates, warnings and, of a server, answer."""


class Answerer(Protocol):
    """Answers about clips. A clip is what the processor's call takes: a path, a `SkeletonSequence` or an array.

    A class that derives from this one has `recognize`, `ask`, `ask_many`, `stream` and `render` of its own.

    Attributes:
        name: the model's folder, Hub id or name at a server; None: the bundled model.
        view: how the model looks at clips, a `ClipView`.
    """

    name: str | None

    @property
    def view(self) -> Any:
        """How the model looks at clips: a `ClipView`."""

    def recognize(
        self, clip: Any, labels: Sequence[str], top_k: int = 5, *, none_of_these: bool = False,
        descriptions: Mapping[str, Sequence[str]] | None = None, calibrate: str | None = None, layout: Any = None,
    ) -> Ranking:  # fmt: skip
        """Which of the labels the clip shows; arguments as in `model.recognition.recognize`."""

    def caption(self, clip: Any, *, layout: Any = None, max_new_tokens: int = 96) -> str:
        """A sentence about the clip."""
        return self.ask(clip, None, layout=layout, max_new_tokens=max_new_tokens)

    def describe(self, clip: Any, *, layout: Any = None, max_new_tokens: int = 96) -> Caption:
        """As `caption`, and whether it is doubtful; False where nothing tells."""
        return Caption(self.caption(clip, layout=layout, max_new_tokens=max_new_tokens))

    def describe_many(self, clips: Sequence[Any], *, max_new_tokens: int = 96) -> list[Caption]:
        """As `describe`, of clips together: faster than one after the other."""
        return list(map(Caption, self.ask_many(clips, [None] * len(clips), max_new_tokens=max_new_tokens)))

    def doubtful(self, clips: Sequence[Any], captions: Sequence[str]) -> list[bool]:
        """Which captions are probably wrong about their loaded clips; False where nothing tells."""
        return [False] * len(clips)

    def ask(
        self, clip: Any, question: str | None, *, history: Sequence[Turn] = (), layout: Any = None,
        max_new_tokens: int = 96,
    ) -> str:  # fmt: skip
        """The answer to a question after earlier turns, oldest first; None asks for a caption."""

    def ask_with_warnings(
        self, clip: Any, question: str, *, history: Sequence[Turn] = (), layout: Any = None, max_new_tokens: int = 96
    ) -> tuple[str, list[str]]:
        """As `ask`, and what to say beside the answer, such as that it is a guess; nothing where nothing tells."""
        return self.ask(clip, question, history=history, layout=layout, max_new_tokens=max_new_tokens), []

    def ask_many(self, clips: Sequence[Any], questions: Sequence[str | None], *, max_new_tokens: int = 96) -> list[str]:
        """The answer to one question for each clip, together: faster than one after the other."""

    def stream(
        self, clip: Any, question: str | None, *, history: Sequence[Turn] = (), layout: Any = None,
        max_new_tokens: int = 96,
    ) -> Iterator[str]:  # fmt: skip
        """As `ask`, piece by piece as it is written; closing the iterator stops the work."""

    def render(self, clip: Any, *, layout: Any = None) -> Any:
        """(frames, 3, height, width) float32 in [0, 1]: the frames that the model sees, on the renderer's device."""
