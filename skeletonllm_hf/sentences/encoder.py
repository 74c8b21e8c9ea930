"""all-MiniLM-L6-v2, the sentence encoder that comes with the package, its weights in 8 bits.

The model is by Reimers & Gurevych and the sentence-transformers community, Apache-2.0: six layers of BERT of width 384, the mean
over a sentence's tokens, normalised. `quantize.py` made the bundled file.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

FOLDER = Path(__file__).parent / "minilm"
SCALE = ".scale"  # a quantised matrix's other tensor: its rows' scales
LONGEST = 128  # tokens; what follows them is left out, as the model was trained
BATCH = 64


class SentenceEncoder(nn.Module):
    """Maps sentences to unit vectors; the cosine of two vectors measures how similar their meanings are.

    Args:
        bert: the transformer.
        tokenizer: its fast tokenizer.
    """

    def __init__(self, bert: nn.Module, tokenizer: Any) -> None:
        super().__init__()
        self.bert, self.tokenizer = bert, tokenizer

    @property
    def size(self) -> int:
        """Numbers per sentence."""
        return self.bert.config.hidden_size

    def tokenize(self, sentences: Sequence[str]) -> dict[str, torch.Tensor]:
        """input_ids and attention_mask, (sentences, tokens) each."""
        rows = self.tokenizer(list(sentences), padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
        return {name: rows[name] for name in ("input_ids", "attention_mask")}

    def forward(self, input_ids: torch.LongTensor, attention_mask: torch.LongTensor) -> torch.Tensor:
        """(sentences, tokens) each -> (sentences, size), normalised."""
        states = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        counted = attention_mask[..., None].to(states.dtype)
        return F.normalize((states * counted).sum(1) / counted.sum(1), dim=-1)

    @torch.no_grad()
    def encode(self, sentences: Sequence[str]) -> torch.Tensor:
        """(sentences, size) float32: sentences of like length go together, so that little is padding."""
        order = sorted(range(len(sentences)), key=lambda i: len(sentences[i]))
        out = torch.empty(len(sentences), self.size)
        device = next(self.parameters()).device
        for start in range(0, len(order), BATCH):
            picks = order[start : start + BATCH]
            inputs = {name: rows.to(device) for name, rows in self.tokenize([sentences[i] for i in picks]).items()}
            out[picks] = self(**inputs).float().cpu()
        return out


@functools.cache
def load_sentence_encoder(folder: Path = FOLDER) -> SentenceEncoder:
    """The bundled encoder, in evaluation mode, on the CPU; the same one at every call.

    Raises:
        FileNotFoundError: the folder lacks a file.
    """
    from safetensors.torch import load_file
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    config = BertConfig(**json.loads((folder / "config.json").read_text(encoding="utf-8")))
    with torch.device("meta"):
        bert = BertModel(config, add_pooling_layer=False)
    stored = load_file(folder / "model.safetensors")
    weights = {
        name: tensor.float() * stored[name + SCALE].float() if name + SCALE in stored else tensor.float()
        for name, tensor in stored.items()
        if not name.endswith(SCALE)
    }
    bert.load_state_dict(weights, strict=True, assign=True)
    positions = torch.arange(config.max_position_embeddings)[None]
    bert.embeddings.position_ids = positions
    bert.embeddings.token_type_ids = torch.zeros_like(positions)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), pad_token="[PAD]", unk_token="[UNK]", model_max_length=LONGEST
    )
    return SentenceEncoder(bert, tokenizer).eval().requires_grad_(False)
