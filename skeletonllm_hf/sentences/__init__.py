"""Sentences as vectors: the text side of recognition by meaning."""

from .encoder import SentenceEncoder, load_sentence_encoder

__all__ = ["SentenceEncoder", "load_sentence_encoder"]
