"""The dataset card: README.md as the Hub shows it, and as `load_dataset` reads which files belong to which split."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .dataset_preview import LAYOUTS, PREVIEW
from .protocols import protocols_of
from .schema import COLUMNS
from .shards import DATA, write_whole
from .source import DatasetSource

CARD = "README.md"
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
_MOST_LISTED = 50


def write_card(out: Path, source: DatasetSource, report: dict[str, Any]) -> None:
    """Writes `README.md` for a report of `report.summarize`."""
    has_preview = (out / PREVIEW).is_file()
    text = "\n".join([*_header(source, report), *_body(source, report, has_preview)])
    write_whole(out / CARD, lambda path: path.write_text(text + "\n", "utf-8"))


def _header(source: DatasetSource, report: dict[str, Any]) -> list[str]:
    size = next((name for most, name in _SIZES if report["written"] < most), "n>10M")
    tasks = ["video-classification"] if report["labels"] else []
    tasks += ["video-text-to-text"] if any(report["texts"].values()) else []
    lines = [
        "---",
        f"pretty_name: {_quoted(report['dataset'] if source.name == 'folder' else source.title)}",
        f"license: {source.licence}",
    ]
    if source.licence == "other":
        lines += ["license_name: see-card", f"license_link: {source.homepage}"]
    if tasks:
        lines += ["task_categories:", *(f"- {task}" for task in tasks)]
    lines += [
        "language:",
        "- en",
        "tags:",
        "- skeleton",
        "- human-motion",
        "- pose",
        "- skeletonllm",
        "size_categories:",
        f"- {size}",
    ]
    lines += ["configs:", "- config_name: default", "  data_files:"]
    for part, counts in report["parts"].items():
        if counts["clips"]:
            lines += [f"  - split: {part}", f"    path: {DATA}/{part}-*.parquet"]
    return [*lines, "---", ""]


def _body(source: DatasetSource, report: dict[str, Any], has_preview: bool) -> list[str]:
    own = source.name == "folder"
    lines = [f"# {report['dataset'] if own else source.title}", ""]
    lines += [
        f"Human skeletons as parquet, {report['written']:,} clips, built by skeletonllm-hf {report['version']}:",
        "",
    ]
    lines += [f"    skeletonllm data build {source.name} --root DIR --out DIR", ""]
    lines += _use()
    if has_preview:
        lines += [f"![One clip of each label; orange: the left of the body, blue: the right]({PREVIEW})", ""]
    lines += ["## Licence", "", source.terms, *([f"Source: {source.homepage}"] if source.homepage else []), ""]
    if source.citation:
        lines += ["```bibtex", source.citation, "```", ""]
    lines += _counts(source, report)
    lines += _left_out(report)
    lines += _layout(report)
    lines += ["## Protocols", "", "| name | rule |", "| --- | --- |"]
    lines += [f"| `{protocol.name}` | {protocol.title} |" for protocol in protocols_of(source.name)]
    lines += [
        "",
        f"The files are divided by `{report['protocol']}`; the others choose among all clips (`open_dataset(..., protocol=...)`).",
        "",
    ]
    if source.notes:
        lines += ["## Notes", "", *(f"- {note}" for note in source.notes), ""]
    lines += ["## Columns", "", "| column | type | meaning |", "| --- | --- | --- |"]
    lines += [f"| `{name}` | {kind} | {meaning} |" for name, (kind, meaning) in COLUMNS.items()]
    return lines


def _use() -> list[str]:
    return [
        "```python",
        "from skeletonllm_hf.data import decode, open_dataset",
        "",
        'clips = open_dataset("USER/NAME", part="train")  # or a local folder; streaming=True reads as it goes',
        "sequence = decode(clips[0])  # SkeletonSequence: joints (frames, people, joints, 3), mask, fps, label, ...",
        "```",
        "",
        "`datasets.load_dataset` reads it as well; joints are one flat list, to be reshaped to `shape`.",
        "",
    ]


def _counts(source: DatasetSource, report: dict[str, Any]) -> list[str]:
    parts = report["parts"]
    lines = ["## Counts", "", f"| | {' | '.join(parts)} |", f"| --- |{' ---: |' * len(parts)}"]
    for name in ("clips", "frames", "seconds"):
        lines.append(f"| {name} | {' | '.join(f'{counts[name]:,}' for counts in parts.values())} |")
    lines += [
        f"| {label} | {' | '.join(str(counts[part]) for part in parts)} |" for label, counts in report["labels"].items()
    ]
    expected = report["expected"]
    claims = [f"{expected[name]:,} {name}" for name in ("clips", "labels") if expected[name] is not None]
    if claims:
        found = f"{report['found']:,} clips and {len(report['labels'])} labels"
        lines += ["", f"Its authors count {' and '.join(claims)}; in the folder were {found}."]
    frames = report["frames"]
    if frames:
        lines += [
            "",
            f"A clip has {frames['fewest']} to {frames['most']} frames, half of them at least {frames['median']}.",
        ]
    people = ", ".join(f"{count:,} with {name}" for name, count in report["people"].items())
    lines += [f"People: {people}. Frames a second: {', '.join(report['fps'])}.", ""]
    return lines


def _left_out(report: dict[str, Any]) -> list[str]:
    lines = ["## Left out and noticed", ""]
    skipped = report["skipped"]
    lines.append(f"{len(skipped):,} of {report['found']:,} clips are skipped" + (":" if skipped else "."))
    lines += [f"- `{item['source']}`: {item['reason']}" for item in skipped[:_MOST_LISTED]]
    if len(skipped) > _MOST_LISTED:
        lines.append(f"- and {len(skipped) - _MOST_LISTED:,} more, in `report.json`")
    if report["ignored"]["files"]:
        lines += [
            "",
            f"{report['ignored']['files']:,} files in the folder are none of this dataset, such as `{report['ignored']['first'][0]}`.",
        ]
    groups = report["duplicates"]
    lines += ["", f"{len(groups):,} groups of clips have the same joints" + (":" if groups else ".")]
    lines += [f"- {', '.join(f'`{name}`' for name in group)}" for group in groups[:_MOST_LISTED]]
    if report["across_parts"]:
        lines += [
            "",
            f"{len(report['across_parts'])} of these groups stand in more than one split: tests on them are not clean.",
        ]
    if report["warnings"]:
        lines += ["", "Warnings of the reader, with the number of clips:", ""]
        lines += [f"- {count:,}: {text}" for text, count in list(report["warnings"].items())[:_MOST_LISTED]]
    return [*lines, ""]


def _layout(report: dict[str, Any]) -> list[str]:
    named = ", ".join(f"`{name}` ({count:,} clips)" for name, count in report["layouts"].items())
    missing = "" if report["missing"] is None else f" {report['missing']:.2%} of all joints are missing (masked)."
    lines = ["## Skeleton", "", f"Layout: {named}.{missing}", ""]
    if report["layouts"]:
        lines += [f"![Joints by number, in T-pose, facing the viewer]({LAYOUTS})", ""]
    for name, joints in report["joints"].items():
        lines += [f"`{name}`: {', '.join(f'{number} {joint}' for number, joint in enumerate(joints))}.", ""]
    return lines


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
