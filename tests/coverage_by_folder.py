"""Prints which share of each folder's statements ran, from the data that `coverage run` or `pytest --cov` left.

python tests/coverage_by_folder.py   (`make coverage` runs the tests first)
"""

from __future__ import annotations

from collections import defaultdict

import coverage


def main() -> None:
    measured = coverage.Coverage()
    measured.load()
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for file in measured.get_data().measured_files():
        _, statements, _, missing, _ = measured.analysis2(file)
        inside = file.rpartition("/skeletonllm_hf/")[2].split("/")
        for folder in (inside[0] if len(inside) > 1 else "(files of the package itself)", "all"):
            counts[folder][0] += len(statements) - len(missing)
            counts[folder][1] += len(statements)
    for folder, (ran, statements) in sorted(counts.items(), key=lambda item: (item[0] == "all", item[0])):
        print(f"{folder:30} {ran:6,} of {statements:6,} statements  {ran / max(statements, 1):6.1%}")


if __name__ == "__main__":
    main()
