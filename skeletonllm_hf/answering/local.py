"""`LocalAnswerer`: answers of a model in this process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch

from ..model.answers import MAX_NEW_TOKENS, answer, answers, stream
from ..model.recognition import Recognition
from .looks import evaluating
from .protocol import Answerer, Caption, Turn
from .recognizer import Recognizer
from .rendering import FrameRenderer

RECOGNIZERS = 16  # sets of labels that are kept ready


class LocalAnswerer(Answerer):
    """A model and its processor as one `Answerer`.

    The recognizers of the last `RECOGNIZERS` sets of labels are kept, so the model's weights and the processor's settings must
    not change.

    Args:
        model: a `SkeletonLLMForConditionalGeneration` in evaluation mode.
        processor: its `SkeletonLLMProcessor`.
        name: folder or Hub id; None: the bundled model.
    """

    def __init__(self, model: Any, processor: Any, name: str | None = None) -> None:
        self.model, self.processor, self.name = model, processor, name
        self._recognizers: OrderedDict[tuple[Any, ...], Recognizer] = OrderedDict()

    def recognizer(
        self,
        labels: Sequence[str],
        *,
        none_of_these: bool = False,
        descriptions: Mapping[str, Sequence[str]] | None = None,
        calibrate: str | None = None,
        views: int | None = None,
    ) -> Recognizer:
        """The recognizer of a set of labels, ready to use; arguments as in `Recognizer`, None for its default."""
        options: dict[str, Any] = {} if calibrate is None else {"calibrate": calibrate}
        key = (tuple(labels), none_of_these, _frozen(descriptions), calibrate, views or self.processor.views)
        if key not in self._recognizers:
            self._recognizers[key] = Recognizer(
                self.model, self.processor, labels,
                none_of_these=none_of_these, descriptions=descriptions, views=views, **options,
            )  # fmt: skip
            while len(self._recognizers) > RECOGNIZERS:
                self._recognizers.popitem(last=False)
        self._recognizers.move_to_end(key)
        return self._recognizers[key]

    def recognize(
        self, clip: Any, labels: Sequence[str], top_k: int = 5, *, none_of_these: bool = False,
        descriptions: Mapping[str, Sequence[str]] | None = None, calibrate: str | None = None, layout: Any = None,
    ) -> Recognition:  # fmt: skip
        """Ranked labels; arguments as in `model.recognition.recognize`."""
        recognizer = self.recognizer(
            labels, none_of_these=none_of_these, descriptions=descriptions, calibrate=calibrate
        )
        return recognizer(self.processor.load(clip, layout), top_k)

    def describe(self, clip: Any, *, layout: Any = None, max_new_tokens: int = MAX_NEW_TOKENS) -> Caption:
        """As `caption`, and whether it is doubtful."""
        return self.describe_many([self.processor.load(clip, layout)], max_new_tokens=max_new_tokens)[0]

    def describe_many(self, clips: Sequence[Any], *, max_new_tokens: int = MAX_NEW_TOKENS) -> list[Caption]:
        """In one batch: the same as `describe` of each clip, but for rounding."""
        from .narration import described  # with what questions need, and recognition does not

        clips = [self.processor.load(clip) for clip in clips]
        with evaluating(self.model):
            return described(
                self.model, self.processor, clips,
                max_new_tokens=max_new_tokens, pad_token_id=self.processor.tokenizer.pad_token_id,
            )  # fmt: skip

    def doubtful(self, clips: Sequence[Any], captions: Sequence[str]) -> list[bool]:
        """Which captions are far from their clips in the space that both share; none for models without such a space."""
        from .narration import doubtful

        return doubtful(self.model, self.processor, clips, captions)

    def ask(
        self, clip: Any, question: str | None, *, history: Sequence[Turn] = (), layout: Any = None,
        max_new_tokens: int = MAX_NEW_TOKENS,
    ) -> str:  # fmt: skip
        """The likeliest answer: the same every time."""
        return answer(
            self.model, self.processor, clip, question, history=history, layout=layout, max_new_tokens=max_new_tokens
        )

    def ask_with_warnings(self, clip: Any, question: str, **options: Any) -> tuple[str, list[str]]:
        """As `ask`, and what to say beside an answer of a model that was trained on this package's questions alone."""
        from ..questions import caution_of

        answer = self.ask(clip, question, **options)
        caution = caution_of(question, answer) if self.model.config.taught_labels else None
        return answer, [] if caution is None else [caution]

    def ask_many(
        self, clips: Sequence[Any], questions: Sequence[str | None], *, max_new_tokens: int = MAX_NEW_TOKENS
    ) -> list[str]:
        """In one batch: the same as `ask` of each clip and question, but for rounding."""
        clips = [self.processor.load(clip) for clip in clips]
        with evaluating(self.model):
            return answers(
                self.model, self.processor, clips, questions,
                max_new_tokens=max_new_tokens, pad_token_id=self.processor.tokenizer.pad_token_id,
            )  # fmt: skip

    def stream(
        self, clip: Any, question: str | None, *, history: Sequence[Turn] = (), layout: Any = None,
        max_new_tokens: int = MAX_NEW_TOKENS,
    ) -> Iterator[str]:  # fmt: skip
        """As `ask`, piece by piece."""
        return stream(
            self.model, self.processor, clip, question, history=history, layout=layout, max_new_tokens=max_new_tokens
        )

    @property
    def view(self) -> Any:
        """How the model looks at clips: a `ClipView`."""
        return self.processor.view

    def render(self, clip: Any, *, layout: Any = None) -> torch.Tensor:
        """(frames, 3, height, width) in [0, 1]."""
        return FrameRenderer(self.model.renderer, self.view).render(clip, layout=layout)


def _frozen(descriptions: Mapping[str, Sequence[str]] | None) -> tuple[Any, ...] | None:
    """Descriptions as a hashable value; `Recognizer` checks them."""
    if not isinstance(descriptions, Mapping):
        return None if descriptions is None else (id(descriptions),)
    return tuple((label, text if isinstance(text, str) else tuple(text)) for label, text in descriptions.items())
