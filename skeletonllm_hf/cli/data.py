"""Turns datasets of skeletons into parquet files for the Hub, and says what a dataset holds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..nouns import counted
from . import options

NAME = "data"
HELP = "build a dataset for the Hub, or list what one contains"
USAGE = "build|info ..."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        title="actions", metavar="build|info", required=True, dest="action", prog="skeletonllm data"
    )
    text = "read a dataset's own files and write parquet, a card, a report and a preview"
    build = actions.add_parser("build", help=text)
    add = build.add_argument
    text = "a dataset (`skeletonllm data info` lists them), or `folder` for one of your own"
    add("name", metavar="NAME", help=text)
    text = "folder of the original files, as the authors distribute them"
    add("--root", metavar="DIR", required=True, help=text)
    add("--out", metavar="DIR", help="folder to write; a build that was interrupted continues there")
    text = "upload it to the Hub; without --out it is built in the Hub's cache folder"
    add("--push", metavar="USER/NAME", help=text)
    text = "with --push: make it public (default: private; check the licence)"
    add("--public", action="store_true", help=text)
    add("--dry-run", action="store_true", help="with --push: only list what would be uploaded")
    text = "dataset name in the rows of your own folder (default: the folder's name)"
    add("--dataset", metavar="NAME", help=text)
    options.add_number(build, "--workers", "processes that read (default: one per core)")
    add("--keep-rotations", action="store_true", help="also write joint orientations: three times the size")
    add("--fresh", action="store_true", help="rebuild files that exist already")
    info = actions.add_parser("info", help="list a dataset's contents and protocols")
    text = "one that can be built, a built folder, or one on the Hub (default: list all)"
    info.add_argument("dataset", metavar="NAME|DIR|USER/NAME", nargs="?", help=text)
    for action in (build, info):
        options.add_json(action)


def run(arguments: argparse.Namespace) -> int:
    return _build(arguments) if arguments.action == "build" else _info(arguments)


def _build(arguments: argparse.Namespace) -> int:
    from ..data import DATASETS, BuildOptions, build, publish
    from ..hub import check_access, check_repository

    if arguments.name not in DATASETS:
        raise options.UsageError(f"NAME: expected one of {', '.join(DATASETS)}, got {arguments.name!r}")
    if arguments.out is None and arguments.push is None:
        raise options.UsageError("expected --out DIR or --push USER/NAME, or both")
    if (arguments.public or arguments.dry_run) and arguments.push is None:
        raise options.UsageError("--public and --dry-run need --push")
    if arguments.dataset is not None and arguments.name != "folder":
        raise options.UsageError("--dataset needs `folder`: the others have their own names")
    if arguments.push is not None:
        try:
            check_repository(arguments.push)  # before an hour's work, not after it
        except ValueError as error:
            raise options.UsageError(f"--push: {error}") from None
        if not arguments.dry_run:
            check_access(arguments.push)
    out = Path(arguments.out) if arguments.out else _cache() / (arguments.dataset or arguments.name)
    choices = BuildOptions(
        dataset=arguments.dataset, workers=arguments.workers, keep_rotations=arguments.keep_rotations,
        fresh=arguments.fresh,
    )  # fmt: skip
    report = build(arguments.name, arguments.root, out, choices)
    lines = [*_summary(report), f"written to {out}"]
    if arguments.push:
        files = publish(out, arguments.push, public=arguments.public, dry_run=arguments.dry_run)
        lines.append(f"{'would upload' if arguments.dry_run else 'uploaded'} to {arguments.push}:")
        lines += [f"  {size:>12,}  {name}" for name, size in files]
        report = report | {"files": dict(files)}
    failed = len(report["skipped"]) if arguments.name == "folder" or not report["written"] else 0
    if failed:
        again = "mend or remove them, and the same command adds what is missing"
        lines.append(f"{counted(failed, 'clip was', 'clips were')} skipped (reasons above): {again}")
    options.show(arguments, report, lines)
    return 1 if failed else 0


def _info(arguments: argparse.Namespace) -> int:
    from ..data import DATASETS, protocols_of
    from ..data.report import read_report

    name = arguments.dataset
    if name is None:
        titles = {name: source.title for name, source in DATASETS.items()}
        options.show(arguments, titles, [f"{name:<16}{title}" for name, title in titles.items()])
        return 0
    if name in DATASETS and not Path(name).is_dir():
        source = DATASETS[name]
        protocols = {protocol.name: protocol.title for protocol in protocols_of(name)}
        values: dict[str, Any] = {
            "name": name, "title": source.title, "clips": source.clips, "labels": source.labels, "terms": source.terms,
            "homepage": source.homepage, "protocols": protocols, "notes": list(source.notes),
        }  # fmt: skip
        counts = [counted(values[f"{noun}s"], noun) for noun in ("clip", "label") if values[f"{noun}s"] is not None]
        lines = [f"{source.title}: {', '.join(counts) or 'not counted'}", f"  {source.homepage}", f"  {source.terms}"]
        lines += [f"  {note}" for note in source.notes] + ["protocols:"]
        lines += [f"  {protocol:<18}{title}" for protocol, title in protocols.items()]
        options.show(arguments, values, lines)
        return 0
    report = read_report(name)
    lines = _summary(report) + ["labels:"]
    lines += [
        f"  {label:<32}{' '.join(f'{part} {count}' for part, count in counts.items())}"
        for label, counts in report["labels"].items()
    ]
    lines += ["protocols:", *(f"  {protocol.name:<18}{protocol.title}" for protocol in protocols_of(report["source"]))]
    options.show(arguments, report, lines)
    return 0


def _summary(report: dict[str, Any]) -> list[str]:
    clips, labels = counted(report["found"], "clip"), counted(len(report["labels"]), "label")
    lines = [f"{report['dataset']}: {report['written']:,} of {clips}, {labels}"]
    for part, counts in report["parts"].items():
        size = f"{counted(counts['clips'], 'clip')}, {counted(counts['frames'], 'frame')}"
        lines.append(f"  {part:<12}{size}, {counts['seconds']:,} s, {counted(counts['bytes'], 'byte')}")
    lines += [f"  skipped {item['source']}: {item['reason']}" for item in report["skipped"]]
    if report["ignored"]["files"]:
        others = counted(report["ignored"]["files"], "file is", "files are")
        lines.append(f"  {others} none of it, such as {report['ignored']['first'][0]}")
    lines += [f"  same joints: {', '.join(group)}" for group in report["duplicates"]]
    return lines


def _cache() -> Path:
    from huggingface_hub.constants import HF_HOME

    return Path(HF_HOME) / "skeletonllm"
