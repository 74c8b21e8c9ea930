"""Action names as people write them, each with sentences about how the body moves."""

from .lexicon import Entry, Lexicon, load_lexicon, normalized

__all__ = ["Entry", "Lexicon", "load_lexicon", "normalized"]
