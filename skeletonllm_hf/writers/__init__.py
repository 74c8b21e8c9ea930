"""Writing skeleton files: one file per format. Needs numpy only."""

from .save import WRITERS, SavedFile, check_path, save_skeleton
from .writer import Writer

__all__ = ["WRITERS", "SavedFile", "Writer", "check_path", "save_skeleton"]
