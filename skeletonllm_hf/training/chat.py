"""Chat messages about clips as training batches, for the library's `Trainer`, for TRL's `SFTTrainer` and for any loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from ..model.base_skeletonllm import IGNORED
from ..model.processing_skeletonllm import SkeletonLLMProcessor


@dataclass
class ChatCollator:
    """Examples `{"messages": [...]}`, or `{"prompt": [...], "completion": [...]}`, as model inputs with labels.

    A clip stands in a content item: `{"type": "skeleton", "path": "clip.skeleton"}`, or `"skeleton"` with anything that the
    processor takes for a clip.

    Args:
        processor: the model's.
        assistant_only_loss: labels on what the assistant says, which the chat template must enclose in `{% generation %}`;
            False: on all words. Visual placeholders never have one.
        seed: for the frames that are drawn of each clip; None takes the middles.
        max_length: longest prompt with its answer, in tokens; None: any.
    """

    processor: SkeletonLLMProcessor
    assistant_only_loss: bool = True
    seed: int | None = None
    max_length: int | None = None

    def __call__(self, examples: Sequence[Mapping[str, Any]]) -> dict[str, torch.Tensor]:
        """input_ids, attention_mask, labels (prompts, tokens) and the clips' tensors, padded on the right.

        Raises:
            ValueError: an example without messages, or without one of the assistant where labels are on those alone; a chat
                template without `{% generation %}` where it is needed; an example whose visual tokens `max_length` would cut.
        """
        conversations = [_messages(example) for example in examples]
        for number, messages in enumerate(conversations if self.assistant_only_loss else ()):
            if not any(message["role"] == "assistant" for message in messages):
                roles = [message["role"] for message in messages]
                raise ValueError(f"example {number}: expected a message of the assistant to learn, got {roles}")
        inputs = self.processor.apply_chat_template(
            conversations, tokenize=True, return_tensors="pt",
            return_assistant_tokens_mask=self.assistant_only_loss,
            processor_kwargs={
                "padding_side": "right", "seed": self.seed, "truncation": self.max_length is not None, "max_length": self.max_length,
            },
        )  # fmt: skip
        labels = inputs["input_ids"].masked_fill(inputs["attention_mask"] == 0, IGNORED)
        labels[inputs["input_ids"] == self.processor.image_token_id] = IGNORED
        if self.assistant_only_loss:
            labels[inputs.pop("assistant_masks") == 0] = IGNORED
        return {**inputs, "labels": labels}


def _messages(example: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "messages" in example:
        return list(example["messages"])
    if "prompt" in example and "completion" in example:
        return [*example["prompt"], *example["completion"]]
    raise ValueError(f"example: expected messages, or prompt and completion, got {sorted(example)}")
