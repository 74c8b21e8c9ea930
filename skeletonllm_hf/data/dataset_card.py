"""The dataset card: README.md as the Hub shows it, and as `load_dataset` reads which files belong to which split."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from huggingface_hub import DatasetCardData

from ..hub.card import filled
from .dataset_preview import LAYOUTS, PREVIEW
from .protocols import protocols_of
from .schema import COLUMNS
from .shards import DATA, write_whole
from .source import DatasetSource

CARD = "README.md"
_SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M", 10_000_000: "1M<n<10M"}
_MOST_LISTED = 50


def write_card(out: Path, source: DatasetSource, report: dict[str, Any]) -> None:
    """Writes `README.md` for a report of `report.summarize`."""
    title = report["dataset"] if source.name == "folder" else source.title
    text = filled(
        "dataset_card.md",
        header=_header(source, report, title), title=title, source=source, report=report, claims=_claims(report["expected"]),
        preview=PREVIEW if (out / PREVIEW).is_file() else None, layouts=LAYOUTS, protocols=protocols_of(source.name),
        columns=COLUMNS, most=_MOST_LISTED,
    )  # fmt: skip
    write_whole(out / CARD, text)


def _header(source: DatasetSource, report: dict[str, Any], title: str) -> str:
    """The metadata that the Hub and `load_dataset` read."""
    tasks = ["video-classification"] if report["labels"] else []
    tasks += ["video-text-to-text"] if any(report["texts"].values()) else []
    files = [
        {"split": part, "path": f"{DATA}/{part}-*.parquet"}
        for part, counts in report["parts"].items()
        if counts["clips"]
    ]
    other = source.licence == "other"
    return DatasetCardData(
        pretty_name=title,
        license=source.licence,
        license_name="see-card" if other else None,
        license_link=source.homepage if other else None,
        task_categories=tasks or None,
        language=["en"],
        tags=["skeleton", "human-motion", "pose", "skeletonllm"],
        size_categories=[next((name for most, name in _SIZES.items() if report["written"] < most), "n>10M")],
        configs=[{"config_name": "default", "data_files": files}],
    ).to_yaml()


def _claims(expected: dict[str, int | None]) -> list[str]:
    """The numbers of clips and labels that the dataset's authors give."""
    return [f"{count:,} {name}" for name, count in expected.items() if count is not None]
