"""The shared embedding space of clips and sentences, learned with a contrastive loss (Radford et al. 2021, "CLIP").

A clip enters as the visual tokens that the language model reads, a sentence as the vector of a frozen sentence encoder.
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

LAYERS, HEAD_WIDTH = 3, 32
# Temperature of the softmax over prototypes; the step of a sentence towards their mean is the weight, times the largest cosine to the
# power. Then the same for the prototypes of listed actions alone, by how near their names are. Chosen on clips of training people, with words
# that no list of training has: `benchmarks/prototypes.py`, `untaught.py` and `label_forms.py` print the figures of other values.
PROTOTYPE_TEMPERATURE, PROTOTYPE_WEIGHT, PROTOTYPE_POWER = 0.03, 0.4, 2
NAMED_TEMPERATURE, NAMED_WEIGHT, NAMED_POWER = 0.0265, 2.5, 2
FIRST_SCALE, LARGEST_SCALE = 1 / 0.07, 100.0  # of cosines before the softmax, as in CLIP


class _Block(nn.Module):
    """A transformer layer with layer normalisation before each part."""

    def __init__(self, width: int):
        super().__init__()
        self.heads = width // HEAD_WIDTH
        self.attention_norm, self.mlp_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, tokens: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """tokens (clips, tokens, width), mask (clips, 1, 1, tokens): False where no token may attend."""
        qkv = self.qkv(self.attention_norm(tokens)).unflatten(-1, (3, self.heads, HEAD_WIDTH))
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        tokens = tokens + self.out(attended.transpose(1, 2).flatten(2))
        return tokens + self.down(F.gelu(self.up(self.mlp_norm(tokens))))


class MotionTextAlignment(nn.Module):
    """Embeds clips and sentences in one space.

    Args:
        width: of a visual token.
        num_frames: most frames of a clip.
        text_size: of a sentence's vector.
        size: of the shared space.
        prototypes: clips of known movements that are kept with the model.
        named: how many of them, the first ones, show an action that has a name; the others random compositions of movements.
    """

    def __init__(self, width: int, num_frames: int, text_size: int, size: int, prototypes: int = 0, named: int = 0):
        super().__init__()
        self.named, self.size = min(named, prototypes), size
        self.query = nn.Parameter(torch.zeros(width))
        self.frames = nn.Parameter(torch.zeros(num_frames, width))
        self.blocks = nn.ModuleList(_Block(width) for _ in range(LAYERS))
        self.norm, self.project = nn.LayerNorm(width), nn.Linear(width, size)
        self.text_hidden, self.text_out = nn.Linear(text_size, 2 * text_size), nn.Linear(2 * text_size, size)
        self.text_skip = nn.Linear(text_size, size, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(math.log(FIRST_SCALE)))
        self.register_buffer("centre", torch.zeros(size))  # the mean embedding of reference clips, set after training
        if prototypes:  # the embeddings of a movement's clips, and of its sentences; set after training
            self.register_buffer("prototypes", torch.zeros(prototypes, size))
            self.register_buffer("prototype_texts", torch.zeros(prototypes, size))

    def motion(self, features: torch.Tensor, kept: torch.BoolTensor, clips: int) -> torch.Tensor:
        """(clips, size), normalised.

        Args:
            features: (kept tokens, width), image by image, as `model.visual_tokens` gives them.
            kept: (clips * frames, places).
            clips: how many.
        """
        mask = kept.unflatten(0, (clips, -1))
        tokens = features.new_zeros(*mask.shape, features.shape[-1]).masked_scatter(mask[..., None], features)
        tokens = (tokens + self.frames[: mask.shape[1], None].to(tokens.dtype)).flatten(1, 2)
        mask = mask.flatten(1)
        length = int(mask.sum(1).max())
        order = mask.to(torch.int8).argsort(dim=1, descending=True, stable=True)[:, :length]
        tokens = tokens.gather(1, order[..., None].expand(-1, -1, tokens.shape[-1]))
        mask = F.pad(mask.gather(1, order), (1, 0), value=True)[:, None, None]
        tokens = torch.cat([self.query.to(tokens.dtype).expand(clips, 1, -1), tokens], dim=1)
        for block in self.blocks:
            tokens = block(tokens, mask)
        return F.normalize(self.project(self.norm(tokens[:, 0])).float(), dim=-1)

    def text(self, vectors: torch.Tensor) -> torch.Tensor:
        """Vectors of the sentence encoder, (sentences, text_size) -> (sentences, size), normalised."""
        mapped = self.text_skip(vectors) + self.text_out(F.gelu(self.text_hidden(vectors)))
        return F.normalize(mapped.float(), dim=-1)

    def leaned(self, texts: torch.Tensor, near: torch.Tensor | None = None, weights: Any = None) -> torch.Tensor:
        """Sentences moved towards the prototypes whose sentences are near to them, for the comparison with clips.

        This places words among clips that training gave to no clip, above all words that mean a listed action. Without
        prototypes nothing changes.

        Args:
            texts: (sentences, size), normalised.
            near: (sentences, named prototypes): how near each is to the name of each, 1 for its own and -1 for what it is not.
            weights: of the steps to all prototypes and to named ones, and the latter's power; None: the constants above.
        """
        if not hasattr(self, "prototypes"):
            return texts
        of_all, of_named, power = (PROTOTYPE_WEIGHT, NAMED_WEIGHT, NAMED_POWER) if weights is None else weights
        cosines, clips = texts @ self.prototype_texts.to(texts).T, self.prototypes.to(texts)
        leaned = texts + of_all * _largest(cosines) ** PROTOTYPE_POWER * _mean_prototype(
            cosines / PROTOTYPE_TEMPERATURE, clips
        )
        if near is not None and self.named:
            clips = _mean_prototype(near.to(texts) / NAMED_TEMPERATURE, clips[: self.named])
            leaned = leaned + of_named * _largest(near.to(texts)) ** power * clips
        return F.normalize(leaned, dim=-1)

    @property
    def scale(self) -> torch.Tensor:
        """What cosines are multiplied with before the softmax."""
        return self.logit_scale.exp().clamp(max=LARGEST_SCALE)


def leaning() -> tuple[float, ...]:
    """All constants that `MotionTextAlignment.leaned` depends on, beside the weights."""
    return PROTOTYPE_TEMPERATURE, PROTOTYPE_WEIGHT, PROTOTYPE_POWER, NAMED_TEMPERATURE, NAMED_WEIGHT, NAMED_POWER


def _largest(cosines: torch.Tensor) -> torch.Tensor:
    """(sentences, 1): the cosine of the nearest prototype's sentence, at least 0."""
    return cosines.amax(1, keepdim=True).clamp(min=0.0)


def _mean_prototype(scores: torch.Tensor, clips: torch.Tensor) -> torch.Tensor:
    """(sentences, size), normalised: the mean of prototypes (prototypes, size), weighted by the softmax of their scores."""
    return F.normalize(scores.softmax(1) @ clips, dim=-1)


def contrastive_loss(
    left: torch.Tensor,
    right: torch.Tensor,
    scale: torch.Tensor,
    same: torch.BoolTensor,
    foils: torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross entropy of finding each left row's right row among all right rows, and the reverse; the mean of both.

    Args:
        left, right: (rows, size), normalised.
        scale: of the cosines.
        same: (rows, rows): pairs off the diagonal that mean the same, which are left out.
        foils: (rows,): cosines of the left rows with one more wrong candidate each, minus infinity where there is none.
    """
    logits = scale * left @ right.T
    diagonal = torch.arange(len(left), device=left.device)
    hidden = same & ~torch.eye(len(left), dtype=torch.bool, device=left.device)
    logits = logits.masked_fill(hidden, -torch.inf)
    rows = logits
    if foils is not None:  # never minus infinity times the scale: its gradient would be no number
        wrong = (scale * foils.clamp(min=-1.0)).masked_fill(foils.isinf(), -torch.inf)
        rows = torch.cat([logits, wrong[:, None]], dim=1)
    return (F.cross_entropy(rows, diagonal) + F.cross_entropy(logits.T, diagonal)) / 2
