"""How many tokens a chat takes, as OpenAI's answers state it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..model.answers import conversation_text


class TokenCount:
    """Tokens of a prompt and of its answer, which has at most `most`.

    Args:
        processor: of the model.
        question, history: of the prompt; its clip counts with all its visual tokens.
        most: the longest answer.
    """

    def __init__(self, processor: Any, question: str, history: Sequence[tuple[str, str]], most: int):
        self.tokenizer, self.most = processor.tokenizer, most
        self.prompt = len(self._ids(processor.expand(conversation_text(processor, question, history))))
        self.answer = 0

    def cut(self, text: str) -> str:
        """The answer, or its begin where it is longer: one that is measured, not written, knows no limit."""
        ids = self._ids(text)
        self.answer = min(max(len(ids), 1), self.most)  # an answer of spaces alone was a token, too
        return text if len(ids) <= self.most else self.tokenizer.decode(ids[: self.most]).strip()

    @property
    def finish_reason(self) -> str:
        """ "length" where the limit was reached, as by the library's `generate`: the token of the end counts."""
        return "length" if self.answer == self.most else "stop"

    @property
    def usage(self) -> dict[str, int]:
        total = self.prompt + self.answer
        return {"prompt_tokens": self.prompt, "completion_tokens": self.answer, "total_tokens": total}

    def _ids(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False).input_ids)
