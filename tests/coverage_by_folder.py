"""Prints which share of each folder's statements ran, from the file that slipcover wrote.

python tests/coverage_by_folder.py FILE   (`make coverage` runs the tests first)
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path


def main(path: str) -> None:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for file, lines in json.loads(Path(path).read_text(encoding="utf-8"))["files"].items():
        inside = file.rpartition("skeletonllm_hf/")[2].split("/")
        for folder in (inside[0] if len(inside) > 1 else "(files of the package itself)", "all"):
            counts[folder][0] += len(lines["executed_lines"])
            counts[folder][1] += len(lines["executed_lines"]) + len(lines["missing_lines"])
    for folder, (ran, statements) in sorted(counts.items(), key=lambda item: (item[0] == "all", item[0])):
        print(f"{folder:30} {ran:6,} of {statements:6,} statements  {ran / max(statements, 1):6.1%}")


if __name__ == "__main__":
    main(sys.argv[1])
