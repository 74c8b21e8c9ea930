"""Rehearsal of plain text, which keeps a language model's language, and a contrastive loss between visual tokens and words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from ..files import write_whole
from ..model.alignment import FIRST_SCALE, contrastive_loss
from ..model.base_skeletonllm import IGNORED

OWN, TOGETHER, LONGEST = 256, 32, 48  # texts that a model writes of itself, how many at once, tokens of each
_SAME = 0.999  # cosine of answers that say the same


class PlainText:
    """Texts without clips, beside a stage's examples.

    Args:
        texts: what the model wrote before it was trained.
        processor: the model's.
        share: rows beside each row of a batch.
        seed: draws them.
    """

    def __init__(self, texts: Sequence[str], processor: Any, share: float, seed: int) -> None:
        self.texts, self.processor, self.share, self.seed = texts, processor, share, seed

    def batch(self, step: int, rank: int, rows: int) -> dict[str, torch.Tensor]:
        """What stands beside `rows` rows of a step: input_ids, attention_mask and labels of at least one text."""
        count = max(1, round(self.share * rows))
        chosen = np.random.default_rng([self.seed, 6, rank, step]).choice(len(self.texts), count)
        return tensors([self.texts[i] for i in chosen], self.processor)


def own_words(model: Any, processor: Any, path: Path, seed: int) -> list[str]:
    """Texts that the model writes where nothing is asked: rehearsed, they keep what it can say (Robins 1995, "pseudorehearsal").

    Args:
        model: before its adapters.
        processor: the model's.
        path: where they are kept for when the run goes on.
        seed: draws them.
    """
    if path.is_file():
        return [str(text) for text in json.loads(path.read_text("utf-8"))]
    tokenizer, texts = processor.tokenizer, []
    together = OWN if model.device.type == "cuda" else TOGETHER
    start = tokenizer(_opening(processor), add_special_tokens=False, return_tensors="pt")["input_ids"].to(model.device)
    with torch.random.fork_rng(devices=[model.device] if model.device.type == "cuda" else []):
        torch.manual_seed(seed)
        for _ in range(OWN // together):
            rows = model.generate(
                start.repeat(together, 1), max_new_tokens=LONGEST, do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
                pad_token_id=tokenizer.pad_token_id,
            )  # fmt: skip
            texts += tokenizer.batch_decode(rows[:, start.shape[1] :], skip_special_tokens=True)
    texts = [text for text in texts if text.strip()]
    if not texts:
        raise ValueError("plain: expected a language model that writes something where nothing is asked, got no text")
    write_whole(path, json.dumps(texts, indent=0, ensure_ascii=False))
    return texts


def tensors(texts: Sequence[str], processor: Any) -> dict[str, torch.Tensor]:
    """Texts as the assistant's, with labels on their own tokens; padding on the right."""
    tokenizer, opening = processor.tokenizer, _opening(processor)
    start = tokenizer(opening, add_special_tokens=False)["input_ids"]
    rows = [tokenizer(text, add_special_tokens=False)["input_ids"][:LONGEST] for text in texts]
    length = len(start) + max(map(len, rows))
    ids = torch.full((len(rows), length), tokenizer.pad_token_id)
    mask, labels = torch.zeros_like(ids), torch.full_like(ids, IGNORED)
    for place, row in enumerate(rows):
        ids[place, : len(start) + len(row)] = torch.tensor(start + row)
        mask[place, : len(start) + len(row)] = 1
        labels[place, len(start) : len(start) + len(row)] = torch.tensor(row)
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


@torch.no_grad()
def perplexity(model: Any, processor: Any, texts: Sequence[str]) -> float:
    """Of texts as the assistant's: exp of the mean negative log-likelihood of their tokens."""
    losses, tokens = 0.0, 0
    for begin in range(0, len(texts), TOGETHER):
        batch = {
            name: value.to(model.device) for name, value in tensors(texts[begin : begin + TOGETHER], processor).items()
        }
        labels = batch.pop("labels")[:, 1:]
        logits = model(**batch).logits[:, :-1].float()
        losses += F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="sum").item()
        tokens += int((labels != IGNORED).sum())
    return float(np.exp(losses / tokens))


def words_loss(model: Any, inputs: dict[str, Any], stop: int) -> torch.Tensor:
    """Of clips whose visual tokens should lie, in the mean, where the words of their answers do: contrastive, among the rows.

    No head is learned beside it: what comes nearer to words is what the language model will read.

    Args:
        model: a `SkeletonLLMForConditionalGeneration`.
        inputs: of the collator: a clip a row, labels on its answer.
        stop: the token that ends answers, which says nothing of the clip.
    """
    labels = inputs["labels"]
    clips = {name: value for name, value in inputs.items() if name not in ("labels", "input_ids", "attention_mask")}
    features, kept = model.visual_tokens(model.renderer(**clips).frames)
    kept = kept.unflatten(0, (len(labels), -1)).flatten(1)
    seen = features.new_zeros(*kept.shape, features.shape[-1]).masked_scatter(kept[..., None], features)
    written = (labels != IGNORED) & (labels != stop)
    words = model.get_input_embeddings()(labels.masked_fill(~written, 0)).detach()
    left, right = _mean(seen, kept), _mean(words, written)
    same = right @ right.T > _SAME
    return contrastive_loss(left, right, left.new_tensor(FIRST_SCALE), same)


def _mean(tokens: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """(rows, width): means over tokens (rows, tokens, width), less what all rows have in common, normalised."""
    mask = mask[..., None]
    means = (tokens.float() * mask).sum(1) / mask.sum(1).clamp(min=1)
    return F.normalize(means - means.mean(0), dim=-1)


def _opening(processor: Any) -> str:
    """What the chat template writes before the assistant speaks."""
    messages = [{"role": "user", "content": [{"type": "text", "text": "?"}]}]
    without, opened = (
        processor.tokenizer.apply_chat_template(
            messages, chat_template=processor.chat_template, tokenize=False, add_generation_prompt=opens
        )
        for opens in (False, True)
    )
    return str(opened.removeprefix(without))
