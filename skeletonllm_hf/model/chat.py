"""Prompts and chat messages with clips: the clips of each prompt, and the mask of the assistant's tokens."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase
from transformers.utils.chat_template_utils import render_jinja_template

# Arguments of the tokenizer that the processor sets itself.
_TAKEN = {"self", "text", "text_pair", "text_target", "text_pair_target", "return_tensors", "kwargs"}


def is_batch(conversation: Any) -> bool:
    """Whether this is a list of conversations, and not one, which is a list of messages. ValueError: neither."""
    parts = conversation if isinstance(conversation, (list, tuple)) else [None]
    if all(
        isinstance(part, Mapping) and "role" in part and isinstance(part.get("content"), Sequence) for part in parts
    ):
        return False
    if all(isinstance(part, (list, tuple)) for part in parts):
        return True
    found = f"expected a list of messages with role and content, or of such lists, got {repr(conversation)[:80]}"
    raise ValueError(f"conversation: {found}")


def clips_of(messages: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The clip of each content item of type "skeleton": its `skeleton`, or the `path` of a file.

    Raises:
        ValueError: a `url`, or neither of the two; an item that is neither a clip nor text.
    """
    found = []
    for message in messages:
        items = message["content"] if not isinstance(message["content"], str) else ()
        if other := [item.get("type") for item in items if item.get("type") not in ("skeleton", "text")]:
            raise ValueError(f"content item of type {other[0]!r}: expected 'skeleton' or 'text'")
        for item in (item for item in items if item.get("type") == "skeleton"):
            if item.get("url") is not None:
                raise ValueError(
                    f"content item of type 'skeleton': url {item['url']!r} is not opened: a message must not decide what this "
                    "machine fetches. Download the file and give its path"
                )
            given = [item[key] for key in ("skeleton", "path") if item.get(key) is not None]
            if len(given) != 1:
                raise ValueError(f"content item of type 'skeleton': expected skeleton or path, got {sorted(item)}")
            found += given
    return found


def spoken(conversation: Sequence[Any], skeleton_token: str) -> list[Any]:
    """The conversation with `skeleton_token` as text where a clip stands: chat templates know no content of type "skeleton"."""
    if is_batch(conversation):
        return [spoken(messages, skeleton_token) for messages in conversation]
    return [
        {**message, "content": message["content"] if isinstance(message["content"], str) else _joined(message["content"], skeleton_token)}
        for message in conversation
    ]  # fmt: skip


def _joined(content: Sequence[Mapping[str, Any]], skeleton_token: str) -> list[dict[str, Any]]:
    """Texts that follow each other as one: some chat templates set each apart, and a clip belongs to its question."""
    items: list[dict[str, Any]] = []
    for item in content:
        if item.get("type") == "skeleton":
            item = {"type": "text", "text": skeleton_token}
        if item.get("type") == "text" and items and items[-1].get("type") == "text":
            items[-1] = items[-1] | {"text": items[-1]["text"] + item["text"]}
        else:
            items.append(dict(item))
    return items


def rendered(
    conversations: list[Any], template: str, tokenizer: PreTrainedTokenizerBase, **options: Any
) -> tuple[list[str], list[list[tuple[int, int]]]]:
    """Each conversation as text, and where in it the assistant speaks: (start, end) of what `{% generation %}` encloses.

    Raises:
        ValueError: a template without `{% generation %}`.
    """
    if "{% generation" not in template and "{%- generation" not in template:
        raise ValueError(
            "return_assistant_tokens_mask: expected a chat template with {% generation %}, got one without"
        )
    return render_jinja_template(
        conversations=conversations, chat_template=template, return_assistant_tokens_mask=True,
        **{**tokenizer.special_tokens_map, **options},
    )  # fmt: skip


def assistant_masks(
    offsets: Sequence[Sequence[tuple[int, int]]], spans: Sequence[Sequence[tuple[int, int]]]
) -> list[list[int]]:
    """1 for each token that starts where the assistant speaks, 0 for any other.

    Args:
        offsets: (start, end) of each prompt's tokens in its text; padding has (0, 0).
        spans: (start, end) of what the assistant says in each prompt.
    """
    return [
        [int(end > start and any(first <= start < last for first, last in spans_of_text)) for start, end in tokens]
        for tokens, spans_of_text in zip(offsets, spans, strict=True)
    ]


def check_text_arguments(tokenizer: PreTrainedTokenizerBase, arguments: Mapping[str, Any]) -> None:
    """TypeError: an argument that a tokenizer does not know; also one in a nested mapping, such as `text_kwargs`."""
    known = set(inspect.signature(tokenizer.__call__).parameters) - _TAKEN
    if unknown := sorted(set(arguments) - known):
        nested = [name for name in unknown if isinstance(arguments[name], Mapping)]
        hint = f"; give the arguments in {nested[0]} by themselves" if nested else ""
        raise TypeError(f"processor: unknown arguments {unknown}; expected some of {sorted(known)}{hint}")


def check_nothing_cut(
    rows: Sequence[Sequence[int]], token: int, expected: Sequence[int], max_length: int | None
) -> None:
    """ValueError: prompts whose visual placeholders were cut off in part by truncation.

    Args:
        rows: token ids of each prompt.
        token: the placeholder.
        expected: how many each prompt had.
        max_length: what they were cut to, for the message.
    """
    for number, (row, count) in enumerate(zip(rows, expected, strict=True)):
        if (left := sum(1 for value in row if value == token)) != count:
            raise ValueError(
                f"truncation: prompt {number} has {count} visual tokens, of which max_length {max_length} leaves {left}: "
                "expected all of them; give a larger max_length, or leave truncation out"
            )


def is_clip(value: Any) -> bool:
    """Whether the value is one clip, not several."""
    if isinstance(value, (str, os.PathLike, Mapping, np.ndarray, torch.Tensor)) or hasattr(value, "canonical"):
        return True
    while isinstance(value, (list, tuple)) and value:  # nested lists of numbers are an array
        value = value[0]
    return isinstance(value, (int, float))


def clip_groups(skeletons: Any, texts: list[str], token: str) -> list[list[Any]]:
    """One list of clips for each prompt."""
    if skeletons is None:
        clips: list[Any] = []
    elif is_clip(skeletons):
        clips = [skeletons]
    elif isinstance(skeletons, (list, tuple)):
        clips = list(skeletons)
    else:
        raise TypeError(f"skeletons: expected a clip or a list of clips, got {type(skeletons).__name__}")
    if not texts:
        return [[clip] if is_clip(clip) else list(clip) for clip in clips]
    places = [text.count(token) for text in texts]
    if clips and not any(is_clip(clip) for clip in clips):
        groups = [list(group) for group in clips]
    elif len(texts) == 1:
        groups = [clips]
    elif sum(places):
        starts = np.cumsum([0, *places])
        groups = [clips[start:stop] for start, stop in zip(starts[:-1], starts[1:], strict=True)]
        groups[-1] += clips[starts[-1] :]
    else:
        groups = [[clip] for clip in clips] if clips else [[] for _ in texts]
    if len(groups) != len(texts):
        raise ValueError(f"expected clips for {len(texts)} prompts, got clips for {len(groups)}")
    for text, count, group in zip(texts, places, groups, strict=True):
        if count != len(group) and count:
            raise ValueError(f"prompt {text[:60]!r}: expected {count} clips for its {count} {token}, got {len(group)}")
    return groups
