"""Action names as people write them, each with sentences about how the body moves."""

from .lexicon import Entry, Lexicon, forms, load_lexicon, normalized, spaced, stems

__all__ = ["Entry", "Lexicon", "forms", "load_lexicon", "normalized", "spaced", "stems"]
