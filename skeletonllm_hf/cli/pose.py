"""Finds the people in a video and writes their skeletons, which every other command reads; optionally a picture of them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from . import options

NAME = "pose"
HELP = "from a video to skeletons"
USAGE = "VIDEO --out FILE"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("files", metavar="VIDEO", nargs=1, help="video, GIF, photo, or folder of photos")
    add("--out", metavar="FILE", required=True, help="file to write: .npz, .json, .bvh or .skeleton")
    add("--overwrite", action="store_true", help="replace OUT if it exists")
    options.add_video(parser.add_argument_group("estimating"))
    add("--flat", action="store_true", help="write keypoints in pixels, even if the estimator gives depth")
    options.add_number(parser, "--people", "keep the N most prominent people (default: 2)", 2)
    text = "interpolate joints missing for up to N frames"
    options.add_number(parser, "--fill-gaps", text, 0, kind=options.whole)
    text = "save poses in OUT.partial as they are found, and continue from there after an interruption"
    add("--resume", action="store_true", help=text)
    group = parser.add_argument_group("picture")
    group.add_argument("--overlay", metavar="FILE.mp4|FILE.gif", help="draw the skeletons on the video")
    text = "background of the overlay: the video, the video with heads made unrecognisable, or none"
    group.add_argument("--background", choices=("video", "faceless", "plain"), default="video", help=text)
    text = "draw the model's frames and its caption beside the video"
    group.add_argument("--caption", action="store_true", help=text)
    options.add_model(group)
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ..readers.estimators.video import require
    from ..readers.source import SkeletonFile

    if arguments.caption and arguments.overlay is None:
        raise options.UsageError("--caption: expected --overlay too")
    if arguments.overlay is not None and Path(arguments.overlay).suffix.lower() not in (".mp4", ".gif"):
        raise options.UsageError(f"--overlay: expected a file ending in .mp4 or .gif, got {arguments.overlay!r}")
    options.check_out(arguments)
    partial = Path(f"{arguments.out}.partial") if arguments.resume else None
    video = options.video_options(arguments, partial=partial, flat=arguments.flat)

    def work(file: str) -> tuple[dict[str, Any], list[str]]:
        require(SkeletonFile(file))
        from ..video import pose_video

        reading = {"people": arguments.people, "fill_gaps": arguments.fill_gaps}
        clip, poses = pose_video(file, video, **reading)
        for warning in clip.warnings:
            options.note(f"{file}: {warning}")
        _, values, line = options.save_clip(clip, arguments, source=poses.estimator)
        if partial is not None:
            partial.unlink(missing_ok=True)
        values |= {
            "estimator": poses.estimator, "estimated": poses.estimated, "cuts": [cut / poses.fps for cut in poses.cuts],
        }  # fmt: skip
        lines = [line]
        if arguments.overlay is not None:
            values |= _overlay(arguments, clip, poses)
            lines += [values["caption"]] if "caption" in values else []
            lines.append(f"{values['overlay']}: the skeletons on the video")
        return values, lines

    return options.each_file(arguments, work)


def _overlay(arguments: argparse.Namespace, clip: Any, poses: Any) -> dict[str, Any]:
    from ..video import Panel, write_overlay

    values, panel = {}, Panel()
    if arguments.caption:
        from ..drawing import render_images

        answerer = options.load(arguments.model)
        values["caption"] = answerer.caption(clip)
        images, seconds = render_images(answerer.view, answerer.model.renderer, clip)
        panel = Panel(images, seconds, values["caption"])
    values["overlay"] = str(write_overlay(poses, arguments.overlay, panel, arguments.background))
    return values
