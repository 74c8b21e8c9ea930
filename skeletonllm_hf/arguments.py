"""Command lines of this project: argparse, with options that must be written out."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from typing import Any, NoReturn


class ArgumentParser(argparse.ArgumentParser):
    """argparse's, which takes no abbreviations: `--data X` would silently be `--dataset X`. Its commands are of this class, too."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"allow_abbrev": False, **options})

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """As argparse's."""
        known, unknown = self.parse_known_args(args, namespace)
        if unknown:
            self.refuse(unknown)
        return known

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """Ends the process with exit code 2: these arguments are unknown, options that are spelled almost so are named."""
        flags = [flag for action in self._actions for flag in action.option_strings if flag.startswith("--")]
        near: dict[str, None] = {}
        for argument in unknown:
            name = argument.partition("=")[0]
            longer = [flag for flag in flags if len(name) > 3 and flag.startswith(name)]
            near |= dict.fromkeys(longer or difflib.get_close_matches(name, flags, n=1, cutoff=0.75))
        meant = f" (did you mean {' or '.join(near)}?)" if near else ""
        self.error(f"unrecognized arguments: {' '.join(unknown)}{meant}")
