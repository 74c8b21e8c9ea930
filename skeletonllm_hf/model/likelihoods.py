"""Log-likelihoods of texts about clips, by which recognition ranks labels."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from transformers import DynamicCache

from .base_skeletonllm import CACHE
from .prompts import CAPTION, recognition_prompt

ROWS_AT_ONCE = 256  # texts behind prompts that the language model reads at once, which bounds memory
Needed = Callable[[torch.Tensor], torch.Tensor]  # bounds (labels,) -> (labels,) bool, whose values have to be known
PACKED_AT_ONCE = 512  # tokens of texts in one row behind their prompt: what attention costs grows with its square


def candidate_log_likelihoods(
    model: Any,
    processor: Any,
    clips: Sequence[Any],
    labels: Sequence[str],
    views: int | None = None,
    descriptions: Mapping[str, Sequence[str]] | None = None,
    seen: Views | None = None,
) -> torch.Tensor:
    """(clips, labels): what recognition ranks candidates by, the mean of `label_log_likelihoods` over views.

    Each view shows other frames of the clip, as video models are tested (Wang et al. 2016, "Temporal segment networks",
    and after them): one draw may miss what the next one shows. All views of all clips run together, at most
    `ROWS_AT_ONCE` texts at a time.

    Args:
        model, processor: as in `recognize`.
        clips: clips, as in the processor's call.
        labels: candidates.
        views: how many; None: `processor.views`.
        descriptions: as in `recognize`; a label's is the mean over its sentences, as answers to the request for a caption.
        seen: the clips' views, where they are known; else they are rendered.

    Raises:
        ValueError: descriptions that leave a label out.
    """
    views = views or processor.views
    if descriptions is None:
        groups: list[tuple[str, ...]] = [(label,) for label in labels]
        question = recognition_prompt(labels if processor.list_candidates else None)
    else:
        groups, question = checked_descriptions(labels, descriptions), CAPTION
    texts = [text for group in groups for text in group]
    seen = clip_views(model, processor, clips, view_phases(views)) if seen is None else seen
    size = max(1, ROWS_AT_ONCE // len(texts))
    rows = []
    for start in range(0, views * len(clips), size):
        some = seen.part(start, min(start + size, views * len(clips)))
        prompt = some.prompt(model, processor, question)
        rows.append(prompt_log_likelihoods(model, processor.tokenizer, prompt, texts))
    found = torch.cat(rows).unflatten(0, (views, len(clips))).mean(0)
    if descriptions is None:
        return found
    return torch.stack([part.mean(1) for part in found.split([len(group) for group in groups], dim=1)], dim=1)


@dataclass(frozen=True, eq=False)
class Views:
    """Visual tokens of clips, the same for every question.

    Args:
        features: (kept tokens, hidden), as `model.visual_tokens` gives them.
        kept: (views * clips * frames, places): all clips' first view, then their second, ...
        rows: views * clips.
    """

    features: torch.Tensor
    kept: torch.BoolTensor
    rows: int

    def part(self, start: int, stop: int) -> Views:
        """Some of the rows."""
        frames = len(self.kept) // self.rows
        counts = self.kept.sum(1).cumsum(0)
        first, last = (int(counts[row * frames - 1]) if row else 0 for row in (start, stop))
        return Views(self.features[first:last], self.kept[start * frames : stop * frames], stop - start)

    @classmethod
    def joined(cls, parts: Sequence[Views]) -> Views:
        """The rows of all parts, one after the other."""
        features, kept = (torch.cat([getattr(part, name) for part in parts]) for name in ("features", "kept"))
        return cls(features, kept, sum(part.rows for part in parts))

    def prompt(self, model: Any, processor: Any, question: str) -> Any:
        """A prompt with this question about each row."""
        tokens = processor.encoded([processor.expand(question)] * self.rows, return_tensors="pt")
        tokens = {name: values.to(self.features.device) for name, values in tokens.items()}
        return model.merge_visual_tokens(tokens["input_ids"], tokens["attention_mask"], None, self.features, self.kept)


def view_phases(views: int) -> list[float]:
    """Where within its segments of a clip each view draws its frames, in (0, 1)."""
    return [(view + 0.5) / views for view in range(views)]


def clip_views(model: Any, processor: Any, clips: Sequence[Any], phases: Sequence[float]) -> Views:
    """Renders several draws of each clip's frames and encodes them.

    Args:
        model, processor: as in `recognize`.
        clips: clips, as in the processor's call.
        phases: of each draw, as `view_phases` gives them.
    """
    loaded = [processor.load(clip) for clip in clips]
    each = [processor.tensors(loaded, phase=phase) for phase in phases]
    inputs = {name: torch.from_numpy(np.concatenate([one[name] for one in each])) for name in each[0]}
    inputs = {name: values.to(model.device) for name, values in inputs.items()}
    features, kept = model.visual_tokens(model.renderer(**inputs).frames)
    return Views(features, kept, len(phases) * len(clips))


def label_log_likelihoods(
    model: Any, tokenizer: Any, inputs: dict[str, torch.Tensor], labels: Sequence[str]
) -> torch.Tensor:
    """(prompts, labels): mean log-likelihood of each label's tokens, its end mark included, after each prompt.

    Gradients flow to the clips' joints and to all weights unless switched off by the caller.
    """
    return prompt_log_likelihoods(model, tokenizer, model.embed_prompt(**inputs), labels)


def prompt_log_likelihoods(model: Any, tokenizer: Any, prompt: Any, labels: Sequence[str]) -> torch.Tensor:
    """`label_log_likelihoods` of prompts that the model has read."""
    rows = token_rows(tokenizer, labels)
    if packs(model):
        return packed_log_likelihoods(model, prompt, rows)
    longest = max(map(len, rows))
    ids = torch.tensor([row + row[-1:] * (longest - len(row)) for row in rows], device=prompt.inputs_embeds.device)
    real = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows], device=ids.device)
    prompts = len(prompt.attention_mask)
    first, cache = _read_prompt(model, prompt)
    cache.batch_repeat_interleave(len(labels))
    ids, real = ids.repeat(prompts, 1), real.repeat(prompts, 1)
    before = prompt.attention_mask.repeat_interleave(len(labels), dim=0)
    logits = first.repeat_interleave(len(labels), dim=0)
    if longest > 1:
        seen = torch.cat([before, real[:, :-1]], dim=1)
        last = prompt.positions[..., -1:].repeat_interleave(len(labels), dim=-2)
        positions = last + 1 + torch.arange(longest - 1, device=ids.device)
        rest = model.mllm(
            inputs_embeds=model.get_input_embeddings()(ids[:, :-1]), attention_mask=seen, position_ids=positions,
            use_cache=True, **{CACHE: cache},
        )  # fmt: skip
        logits = torch.cat([logits, rest.logits], dim=1)
    tokens = logits.float().log_softmax(-1).gather(-1, ids[..., None])[..., 0]
    return ((tokens * real).sum(1) / real.sum(1)).unflatten(0, (prompts, len(labels)))


def _read_prompt(model: Any, prompt: Any) -> tuple[torch.Tensor, Any]:
    """The logits behind a prompt (prompts, 1, vocabulary), and the cache with its keys and values."""
    extras = {"position_ids": prompt.positions, CACHE: DynamicCache(config=model.config.get_text_config())}
    output = model.mllm(
        inputs_embeds=prompt.inputs_embeds, attention_mask=prompt.attention_mask, use_cache=True, logits_to_keep=1,
        **(prompt.extras | extras),
    )  # fmt: skip
    return output.logits, getattr(output, CACHE)


def token_rows(tokenizer: Any, labels: Sequence[str]) -> list[list[int]]:
    """Token ids of each label, with the end mark."""
    return [[*ids, tokenizer.eos_token_id] for ids in tokenizer(list(labels), add_special_tokens=False)["input_ids"]]


def packs(model: Any) -> bool:
    """Whether the language model takes a mask of its own for each token: neither flash attention nor sliding windows do."""
    config = model.config.get_text_config()
    whole = set(getattr(config, "layer_types", None) or ("full_attention",)) == {"full_attention"}
    return whole and model.mllm.config.get_text_config()._attn_implementation in ("sdpa", "eager")


def packed_log_likelihoods(
    model: Any, prompt: Any, rows: Sequence[Sequence[int]], needed: Needed | None = None
) -> torch.Tensor:
    """As `prompt_log_likelihoods`: all texts in one row behind each prompt, each seeing the prompt and itself alone.

    The prompt's keys and values are not copied for each text, which takes most of the time where texts are many and short, and
    common beginnings of texts are read once. With `needed` the prompts show one clip, and texts are scored until it asks for no
    other: the rest get an upper bound, by their first token, which the pass over the prompt scores.
    """
    device = prompt.inputs_embeds.device
    first, cache = _read_prompt(model, prompt)
    begins = torch.tensor([row[0] for row in rows], device=device)
    lengths = torch.tensor([len(row) for row in rows], device=device)
    sums = first[:, -1].float().log_softmax(-1)[:, begins]
    if needed is None:
        trees = _all_trees(tuple(map(tuple, rows)), PACKED_AT_ONCE)
        return _read(model, prompt, cache, trees, sums) / lengths
    read = torch.zeros(len(rows), dtype=torch.bool)
    while (missing := needed((sums / lengths).mean(0).cpu()) & ~read).any():
        places = missing.nonzero()[:, 0]
        trees = _trees([rows[place] for place in places.tolist()], PACKED_AT_ONCE)
        sums[:, places] = _read(model, prompt, cache, trees, sums[:, places])
        read |= missing
    return sums / lengths


def _read(model: Any, prompt: Any, cache: Any, trees: Sequence[Any], sums: torch.Tensor) -> torch.Tensor:
    """`sums`, (prompts, texts), with the log-probabilities of all tokens after the first; the cache is left as it was."""
    device, sdpa = prompt.inputs_embeds.device, model.mllm.config.get_text_config()._attn_implementation == "sdpa"
    prompts, length = prompt.attention_mask.shape
    for tree in trees:
        ids, depth, own, text, place, target = (values.to(device) for values in tree)
        before = prompt.attention_mask.bool()[:, None].expand(prompts, len(ids), length)
        seen = torch.cat([before, own.expand(prompts, -1, -1)], dim=-1)[:, None]
        embeds = model.get_input_embeddings()(ids).expand(prompts, -1, -1)
        if not sdpa:
            seen = torch.zeros_like(seen, dtype=embeds.dtype).masked_fill(~seen, torch.finfo(embeds.dtype).min)
        rest = model.mllm(
            inputs_embeds=embeds, attention_mask=seen, position_ids=prompt.positions[..., -1:] + 1 + depth,
            use_cache=True, **{CACHE: cache},
        )  # fmt: skip
        cache.crop(-len(ids))
        sums = sums.index_add(1, text, rest.logits.float().log_softmax(-1)[:, place, target])
    return sums


def _trees(rows: Sequence[Sequence[int]], most: int) -> list[tuple[torch.Tensor, ...]]:
    """Texts as trees of what they begin with, of at most `most` tokens each, but for a longer text by itself.

    Returns:
        For each tree: tokens and their depths (tokens,); (tokens, tokens) bool, which see which; and for each next token that is
        scored its text, its place in the tree and itself.
    """
    trees: list[tuple[dict[tuple[int, ...], int], list[int]]] = []
    for text in sorted(range(len(rows)), key=lambda place: tuple(rows[place])):
        begun = [tuple(rows[text][: end + 1]) for end in range(len(rows[text]) - 1)]
        if not trees or (trees[-1][0] and len(trees[-1][0]) + sum(part not in trees[-1][0] for part in begun) > most):
            trees.append(({}, []))
        places, texts = trees[-1]
        for part in begun:
            places.setdefault(part, len(places))
        texts.append(text)
    found = []
    for places, texts in trees:
        own = torch.zeros(len(places), len(places), dtype=torch.bool)
        for part, place in places.items():
            own[place, [places[part[:end]] for end in range(1, len(part) + 1)]] = True
        scored = [
            (text, places[tuple(rows[text][:end])], rows[text][end])
            for text in texts
            for end in range(1, len(rows[text]))
        ]
        if scored:
            ids, depth = torch.tensor([(part[-1], len(part) - 1) for part in places]).T
            found.append((ids, depth, own, *torch.tensor(scored).T))
    return found


_all_trees = functools.lru_cache(maxsize=8)(_trees)


def checked_descriptions(labels: Sequence[str], descriptions: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The sentences of each label, a single string taken as one sentence.

    Raises:
        TypeError: no mapping.
        ValueError: a label without one, a sentence that is empty or no text.
    """
    if not isinstance(descriptions, Mapping):
        raise TypeError(f"descriptions: expected label -> sentences, got {type(descriptions).__name__}")
    given = [descriptions.get(label, ()) for label in labels]
    found = [(one,) if isinstance(one, str) else tuple(one) for one in given]
    wrong = [
        label
        for label, sentences in zip(labels, found)
        if not sentences or not all(isinstance(text, str) and text.strip() for text in sentences)
    ]
    if wrong:
        names = f"{wrong[:5]}" + (f" and {len(wrong) - 5} more" if len(wrong) > 5 else "")
        raise ValueError(
            f"descriptions: expected sentences for each label, got none, or something that is no sentence, for {names}"
        )
    return found
