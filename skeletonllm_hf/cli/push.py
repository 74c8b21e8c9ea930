"""Uploads a model, a dataset or a Space to the Hugging Face Hub. Only listed files go up; run it again and it goes on."""

from __future__ import annotations

import argparse

from ..nouns import counted
from . import options

NAME = "push"
HELP = "upload a model, dataset or Space to the Hub"
USAGE = "FOLDER USER/NAME"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", help="a model's, a built dataset's or a Space's folder")
    parser.add_argument("repo_id", metavar="USER/NAME", help="the repository; created if it does not exist")
    parser.add_argument("--type", choices=("model", "dataset", "space"), default="model", help="(default: model)")
    parser.add_argument("--public", action="store_true", help="create the repository as public (default: private)")
    parser.add_argument("--dry-run", action="store_true", help="list the files that would be uploaded, send nothing")
    parser.add_argument("--revision", metavar="BRANCH", help="upload to this branch; created if it does not exist")
    parser.add_argument("--message", metavar="TEXT", help="commit message")
    parser.add_argument("--wheel-index", metavar="URL", help="for a Space: package index with torch for CPUs")
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ..hub import check_repository, push

    try:
        check_repository(arguments.repo_id)
    except ValueError as error:
        raise options.UsageError(str(error)) from None
    done = push(
        arguments.folder, arguments.repo_id, arguments.type, public=arguments.public, dry_run=arguments.dry_run,
        revision=arguments.revision, message=arguments.message, wheel_index=arguments.wheel_index,
    )  # fmt: skip
    lines = [f"{'would upload' if arguments.dry_run else 'uploaded'} to {done.repo_id} ({done.kind}):"]
    lines += [f"  {path}  {counted(size, 'byte')}" for path, size in done.files]
    if done.left_out:
        lines.append(f"stays here: {', '.join(done.left_out[:20])}{' ...' if len(done.left_out) > 20 else ''}")
    if done.url is not None:
        lines.append(f"{done.url} is {'private' if done.private else 'public'}; commit {done.commit}")
    options.show(arguments, done.to_dict(), lines)
    return 0
