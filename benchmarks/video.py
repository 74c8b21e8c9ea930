"""From a video to words, part by part: frames a second of decoding, finding cuts, estimating, tracking, drawing and answering; and memory.

python benchmarks/video.py                      a made video, keypoints that cost nothing
python benchmarks/video.py --video clip.mp4     a video of yours, with an estimator (--estimator)
python benchmarks/video.py --minutes 10         memory over a long made video, beside a tenth of it
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np

from skeletonllm_hf import load_default
from skeletonllm_hf.drawing import render_images
from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.video import (
    Poses,
    VideoOptions,
    estimate_video,
    open_estimator,
    open_video,
    pose_video,
    write_overlay,
)
from skeletonllm_hf.video.tracking import CutFinder, Tracker, matching

WIDTH, HEIGHT, FPS = 1280, 720, 30


class Made:
    """Two people who walk to and fro, without looking at the picture."""

    name, layout, batch, notes = "made", "coco_17", 1, ()

    def estimate(self, frames):
        return [made_people(frame.number) for frame in frames]

    def restart(self):
        pass

    def close(self):
        pass


def made_people(number: int) -> Poses:
    rest = get_layout("coco_17").rest_joints[:, :2] * (200, -200) + (0, 500)
    across = 400 + 250 * np.sin(number / 40)
    bodies = np.stack([rest + (across, 0), rest + (WIDTH - across, 20)]).astype(np.float32)
    return Poses(bodies, np.full((2, 17), 0.9, np.float32))


def make_video(path: Path, seconds: float) -> Path:
    """A moving pattern: what a codec has to work for."""
    rng = np.random.default_rng(0)
    wall = rng.integers(0, 255, (HEIGHT // 8, WIDTH // 4, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=FPS)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = WIDTH, HEIGHT, "yuv420p", 2_000_000
        for number in range(round(seconds * FPS)):
            left = round((WIDTH - 1) * (0.5 + 0.5 * np.sin(number / 90)))
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(wall[:, left : left + WIDTH]), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def rate(name: str, count: int, seconds: float) -> None:
    print(f"{name:<28}{count / seconds:10.1f} frames a second   ({count} in {seconds:.2f} s)", flush=True)


def parts(path: Path, estimator) -> None:
    video = open_video(path)
    print(f"{path.name}: {video.width} x {video.height}, {video.fps:g} frames a second, {video.seconds or 0:.1f} s")
    start = time.perf_counter()
    frames = [frame for frame in video.frames(video.rate(15), 1920)]
    rate("decode (frames taken)", len(frames), time.perf_counter() - start)
    start, cuts = time.perf_counter(), CutFinder()
    for frame in frames:
        cuts(frame.pixels)
    rate("find cuts", len(frames), time.perf_counter() - start)
    start = time.perf_counter()
    found = [poses for frame in frames for poses in estimator.estimate([frame])]
    rate(f"estimate ({estimator.name})", len(frames), time.perf_counter() - start)
    matching(np.zeros((1, 1)))  # imports SciPy, once
    start, tracker = time.perf_counter(), Tracker(15)
    for number, poses in enumerate(found):
        tracker.update(number, poses)
    rate("track", len(found), time.perf_counter() - start)
    del frames
    estimator.restart()
    clip, poses = pose_video(path, VideoOptions(estimator))
    model, processor = load_default()
    start = time.perf_counter()
    images, _ = render_images(processor.view, model.renderer, clip)
    rate("render (frames drawn)", len(images), time.perf_counter() - start)
    start = time.perf_counter()
    answer = model.caption(processor, clip)
    print(f"{'answer':<28}{time.perf_counter() - start:10.2f} s   {answer}")
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        write_overlay(poses, Path(folder) / "overlay.mp4")
        rate("overlay", len(poses.keypoints), time.perf_counter() - start)


def memory(minutes: float) -> None:
    """Peak memory of a process each, of a tenth and of the whole length."""
    with tempfile.TemporaryDirectory() as folder:
        path = make_video(Path(folder) / "long.mp4", 6)
        for length in (minutes / 10, minutes):
            code = f"import video; video.estimate_long({str(path)!r}, {length * 60!r})"
            done = subprocess.run(
                [sys.executable, "-c", code], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
            )
            print(f"{length:6.1f} minutes: {done.stdout.strip()}", flush=True)


def estimate_long(path: str, seconds: float) -> None:
    """Run in a process of its own: a video of that length, made of one of six seconds over and over without encoding it again."""
    with tempfile.TemporaryDirectory() as folder:
        long = repeat(Path(path), Path(folder) / "long.mp4", round(seconds / 6))
        start = time.perf_counter()
        poses = estimate_video(long, VideoOptions(Made()))
        spent = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak {peak:.0f} MB, {len(poses.keypoints)} frames looked at, {len(poses.keypoints) / spent:.0f} a second")


def repeat(source: Path, path: Path, times: int) -> Path:
    with av.open(str(path), "w") as out, av.open(str(source)) as first:
        stream = out.add_stream_from_template(first.streams.video[0])
        length = first.streams.video[0].duration
        for round_ in range(times):
            with av.open(str(source)) as container:
                for packet in container.demux(video=0):
                    if packet.dts is not None:
                        packet.dts, packet.pts, packet.stream = (
                            packet.dts + round_ * length,
                            packet.pts + round_ * length,
                            stream,
                        )
                        out.mux(packet)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--video", type=Path, help="a video of yours; default: a made one of 10 seconds")
    parser.add_argument(
        "--estimator", default=None, help="auto, mediapipe or vitpose; default: made keypoints, or auto with --video"
    )
    parser.add_argument("--pose-model")
    parser.add_argument("--minutes", type=float, help="measure memory over a made video of that length instead")
    arguments = parser.parse_args()
    if arguments.minutes:
        memory(arguments.minutes)
        return
    name = arguments.estimator or ("auto" if arguments.video else None)
    estimator = Made() if name is None else open_estimator(name, arguments.pose_model)
    with tempfile.TemporaryDirectory() as folder:
        parts(arguments.video or make_video(Path(folder) / "made.mp4", 10), estimator)


if __name__ == "__main__":
    main()
