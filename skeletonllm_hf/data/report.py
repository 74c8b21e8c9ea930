"""The report of a build: counts, skipped clips with reasons, duplicates. It depends on the input alone: no times, no absolute paths."""

from __future__ import annotations

import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .opening import check_built
from .protocols import PARTS, protocols_of
from .schema import SCHEMA
from .shards import Shard
from .source import DatasetSource, Plan

REPORT = "report.json"
_NUMBER = re.compile(r"\d+(\.\d+)?")
_MOST_IGNORED = 20


def summarize(
    source: DatasetSource, dataset: str, plan: Plan, shards: Sequence[tuple[Shard, dict[str, Any]]]
) -> dict[str, Any]:
    """The report of a build.

    Returns:
        dataset, source, schema, version: what was built by what.
        found: clips in the folder, written and skipped ones. expected: what the dataset's authors count.
        skipped: source and reason of each clip that is not in the files. ignored: how many files are none of this
            dataset, and the first of them.
        parts: clips, frames, seconds, bytes and shards of each part. labels: clips of each label in each part.
        layouts, fps, people: clips of each. joints: their names, for each layout. frames: fewest, median, most. missing: share of joints not seen.
        texts: clips with captions and with questions.
        duplicates: groups of clips with the same joints; across_parts: those that stand in more than one part.
        warnings: clips with each warning, numbers in it as N.
    """
    from .. import __version__

    clips = [(shard.part, clip) for shard, record in shards for clip in record["clips"]]
    skipped = [{"source": item.source, "reason": item.reason} for item in plan.skipped]
    skipped += [item for _, record in shards for item in record["skipped"]]
    parts = {}
    for part in PARTS:
        of_part = [clip for of, clip in clips if of == part]
        files = [record["bytes"] for shard, record in shards if shard.part == part]
        if files:
            parts[part] = {
                "clips": len(of_part),
                "frames": sum(clip["frames"] for clip in of_part),
                "seconds": round(sum(clip["frames"] / clip["fps"] for clip in of_part), 1),
                "bytes": sum(files),
                "shards": sum(size > 0 for size in files),
            }
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    same: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for part, clip in clips:
        if clip["label"] is not None:
            labels[clip["label"]][part] += 1
        same[clip["content"]].append((clip["id"], part))
    groups = sorted(sorted(group) for group in same.values() if len(group) > 1)
    everything = [clip for _, clip in clips]
    frames = sorted(clip["frames"] for clip in everything)
    joints = sum(clip["joints"] for clip in everything)
    return {
        "dataset": dataset,
        "source": source.name,
        "schema": SCHEMA,
        "version": __version__,
        "protocol": protocols_of(source.name)[0].name,
        "found": len(clips) + len(skipped),
        "written": len(clips),
        "expected": {"clips": source.clips, "labels": source.labels},
        "skipped": sorted(skipped, key=lambda item: item["source"]),
        "ignored": {"files": len(plan.ignored), "first": list(plan.ignored[:_MOST_IGNORED])},
        "parts": parts,
        "labels": {label: {part: labels[label][part] for part in parts} for label in sorted(labels)},
        "layouts": _counts(clip["layout"] for clip in everything),
        "joints": {name: list(joints) for _, record in shards for name, joints in sorted(record["layouts"].items())},
        "fps": _counts(f"{clip['fps']:g}" for clip in everything),
        "people": _counts(str(clip["people"]) for clip in everything),
        "frames": {"fewest": frames[0], "median": frames[len(frames) // 2], "most": frames[-1]} if frames else None,
        "missing": round(1 - sum(clip["seen"] for clip in everything) / joints, 4) if joints else None,
        "texts": {name: sum(clip[name] > 0 for clip in everything) for name in ("captions", "questions")},
        "duplicates": [[name for name, _ in group] for group in groups],
        "across_parts": [[name for name, _ in group] for group in groups if len({part for _, part in group}) > 1],
        "warnings": _counts(
            text for clip in everything for text in {_NUMBER.sub("N", text) for text in clip["warnings"]}
        ),
    }


def read_report(source: str | os.PathLike[str]) -> dict[str, Any]:
    """The report of a built folder, or of "USER/NAME" on the Hub. ValueError: neither has one."""
    check_built(source)
    path = Path(source) / REPORT
    if not Path(source).is_dir():
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

        try:
            path = Path(hf_hub_download(os.fspath(source), REPORT, repo_type="dataset"))
        except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError) as error:
            raise ValueError(f"{source}: expected a built folder or a dataset of ours on the Hub: {error}") from None
    if not path.is_file():
        raise ValueError(f"{source}: expected {REPORT}, as `skeletonllm data build` writes it, found none")
    report = json.loads(path.read_text("utf-8"))
    if not isinstance(report, dict) or report.get("schema") != SCHEMA:
        raise ValueError(f"{source}: {REPORT}: expected a report of schema {SCHEMA}, found another file")
    return report


def _counts(values: Iterable[str]) -> dict[str, int]:
    """Most frequent first; those as frequent by name."""
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))
