"""Pose estimation on a video: decode, find cuts, estimate, track. Frames pass through one by one; only poses are kept."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, replace
from os import PathLike
from threading import Event
from typing import Any

import numpy as np

from ..cancelling import check
from ..model.skeleton import SkeletonSequence
from ..nouns import counted
from ..readers.options import read_options
from ..readers.reader import RawClip
from ..readers.source import SkeletonFile
from .decode import PHOTO, Frame, Video, open_video
from .estimator import ESTIMATORS, Estimator, Poses
from .options import VideoOptions
from .placing import place
from .resume import Partial
from .tracking import SEEN, CutFinder, Track, Tracker, choose_people, distinct, take_places

_MOST_SIDE = 1920  # estimators look at a person in 256 pixels; what is larger is scaled down
_NAMED_CUTS = 8  # in the clip's warnings


@dataclass(frozen=True)
class VideoPoses:
    """The people of a video.

    Args:
        video: where they come from. fps: frames a second of what follows. layout: of the joints. estimator: its name.
        keypoints: (frames, people, joints, 2) float32, pixels of the upright video. confidence: (frames, people, joints) float32, 0 for nobody.
        world: (frames, people, joints, 3) float32, metres, x right, y down, z away from the camera, or None.
        cuts: frames before which the camera cuts; nobody is in those frames themselves.
        estimated: how many frames were looked at, the others being shown for longer. notes: for the clip's warnings.
    """

    video: Video
    fps: float
    layout: str
    estimator: str
    keypoints: np.ndarray
    confidence: np.ndarray
    world: np.ndarray | None
    cuts: tuple[int, ...]
    estimated: int
    notes: tuple[str, ...]

    def raw_clip(self, flat: bool = False) -> RawClip:
        """For the readers' common rules."""
        flat = flat or self.world is None
        joints = self.keypoints if flat else self.world
        return RawClip(
            joints, self.layout, mask=self.confidence > 0, confidence=self.confidence, fps=self.fps,
            units="pixels" if flat else "metres", up="-y", view=None if flat else "z", notes=self.notes, tracked=True,
            people_names=tuple(f"person {number + 1}" for number in range(joints.shape[1])),
        )  # fmt: skip


def estimate_video(
    path: str | PathLike[str] | SkeletonFile, options: VideoOptions | None = None, fps: float | None = None
) -> VideoPoses:
    """Finds the people in a video.

    Args:
        path: video, GIF, photo or folder of photos. options: None: `VideoOptions()`.
        fps: steps a second, exactly, in place of `options.pose_fps`; of a folder its photos a second.

    Raises:
        SkeletonFileError: a file that cannot be read, is beyond the limits, or shows nobody.
        ValueError: an estimator that cannot be had. Cancelled: `stop_event` was set.
    """
    options = options or VideoOptions()
    video = open_video(path, options.limits, fps)
    rate = fps if fps is not None and video.kind != PHOTO else video.rate(options.pose_fps)
    own = isinstance(options.estimator, str)
    estimator = open_estimator(options.estimator, options.model, options.people) if own else options.estimator
    try:
        estimator.restart()
        return _run(video, rate, estimator, options)
    finally:
        if own:
            estimator.close()


def open_estimator(name: str = "auto", model: str | None = None, people: int = 2) -> Estimator:
    """An estimator by its name.

    Args:
        name: "mediapipe" (3-D, on the CPU), "vitpose" (2-D, from the Hub, best on a GPU); "auto": MediaPipe where it is
            installed, else ViTPose.
        model: of MediaPipe a `.task` file, of ViTPose a folder or a name on the Hub; None: the usual one.
        people: how many are looked for.

    Raises:
        ValueError: an unknown name, or a model that cannot be had, with what to do.
    """
    if name == "auto":
        name = "mediapipe" if importlib.util.find_spec("mediapipe") else "vitpose"
    if name == "mediapipe":
        from .mediapipe import open_mediapipe

        return open_mediapipe(model, people)
    if name == "vitpose":
        from .vitpose import open_vitpose

        return open_vitpose(model, people)
    raise ValueError(f"estimator: expected auto, {' or '.join(ESTIMATORS)}, got {name!r}")


def pose_video(
    path: str | PathLike[str], options: VideoOptions | None = None, **reading: Any
) -> tuple[SkeletonSequence, VideoPoses]:
    """The clip, as `load_skeleton(path, video=options)` gives it, and the poses it came from, for pictures of them.

    Args:
        reading: other arguments of `load_skeleton`.
    """
    from ..readers.rules.common_rules import finish

    options = options or VideoOptions()
    checked = read_options(**{"people": options.people, **reading})
    file = SkeletonFile(path, options.limits.bytes)
    poses = estimate_video(file, replace(options, people=checked.people), checked.fps)
    return finish(poses.raw_clip(options.flat), file, "video", checked).sequence, poses


def _run(video: Video, rate: float, estimator: Estimator, options: VideoOptions) -> VideoPoses:
    people, tracker = _Places(options.people), Tracker(rate)
    total, estimated, number = video.steps(rate), 0, -1
    cuts: list[int] = []
    partial = Partial.open(options.partial, video, rate, estimator) if options.partial is not None else None
    try:
        for number, cut, poses, new in _found(video, rate, estimator, partial, options.stop_event):
            estimated += new
            if cut:
                cuts.append(number)
                people.end_shot(tracker.end_shot())
            tracker.update(number, poses)
            if options.progress is not None:
                options.progress(number + 1, None if total is None else max(total, number + 1))
    finally:
        if partial is not None:
            partial.close()
    people.end_shot(tracker.end_shot())
    frames = number + 1
    if not people.kept:
        raise video.file.error(
            "a video in which somebody is seen", f"nobody in {counted(frames, 'frame')} ({estimator.name})"
        )
    keypoints, confidence, world = people.arrays(frames)
    confidence[cuts] = 0  # the first picture of a shot: nothing moves from one to the next
    if world is not None:
        world = place(world, keypoints, confidence, (video.width, video.height), rate, cuts)
    notes = _notes(video, rate, estimator, people, cuts)
    return VideoPoses(
        video, rate, estimator.layout, estimator.name, keypoints, confidence, world, tuple(cuts), estimated, notes
    )  # fmt: skip


def _found(
    video: Video, rate: float, estimator: Estimator, partial: Partial | None, stop: Event | None
) -> Iterator[tuple[int, bool, Poses, bool]]:
    """(step, whether a cut stands before it, its people in pixels of the video, whether they were estimated) in order."""
    done = 0
    if partial is not None:
        for done, (cut, poses) in enumerate(partial.kept(), 1):
            yield done - 1, cut, poses, False
    is_cut, latest = CutFinder(), None
    waiting: list[tuple[Frame, bool]] = []

    def flush() -> list[tuple[int, bool, Poses, bool]]:
        nonlocal latest
        results = []
        fresh = [frame for frame, _ in waiting if not frame.repeated]
        found = iter(estimator.estimate(fresh) if fresh else [])
        for frame, cut in waiting:
            if not frame.repeated:
                latest = distinct(next(found)).scaled(frame.scale)
            results.append((frame.number, cut, latest, not frame.repeated))
        waiting.clear()
        if partial is not None:
            partial.add([(cut, poses) for _, cut, poses, _ in results])
        return results

    for frame in video.frames(rate, _MOST_SIDE, done):
        check(stop)
        cut = not frame.repeated and is_cut(frame.pixels)
        if cut:
            yield from flush()
            estimator.restart()
        waiting.append((frame, cut))
        if len(waiting) >= estimator.batch:
            yield from flush()
    yield from flush()


class _Places:
    """The people kept of each shot, each in one of `most` places."""

    def __init__(self, most: int):
        self.most, self.dropped = most, 0
        self.kept: list[tuple[int, Track]] = []  # place, track
        self._middles = np.full((most, 2), np.nan)

    def end_shot(self, tracks: list[Track]) -> None:
        """Keeps the most prominent of a shot, each in the place whose person stood nearest before it."""
        chosen = choose_people(tracks, self.most)
        self.dropped += sum(len(t.frames) > 1 for t in tracks) - sum(len(t.frames) > 1 for t in chosen)
        if chosen:
            first = np.stack([_middle(track.poses[0]) for track in chosen])
            for track, where in zip(chosen, take_places(self._middles, first), strict=True):
                self.kept.append((where, track))
                self._middles[where] = _middle(track.poses[-1])

    def arrays(self, frames: int) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """keypoints, confidence and world of all frames; places that nobody ever took are left out."""
        used = sorted({where for where, _ in self.kept})
        one = self.kept[0][1].poses[0]
        shape = (frames, len(used), one.keypoints.shape[1])
        keypoints, confidence = np.zeros((*shape, 2), np.float32), np.zeros(shape, np.float32)
        world = None if one.world is None else np.zeros((*shape, 3), np.float32)
        for where, track in self.kept:
            at = track.frames, used.index(where)
            keypoints[at] = np.concatenate([poses.keypoints for poses in track.poses])
            confidence[at] = np.concatenate([poses.confidence for poses in track.poses])
            if world is not None:
                world[at] = np.concatenate([poses.world for poses in track.poses])
        return keypoints, confidence, world


def _middle(person: Poses) -> np.ndarray:
    """(2,) pixels: mean of the joints of one person that are seen, or of all where none is."""
    seen = person.confidence[0] >= SEEN
    return person.keypoints[0][seen if seen.any() else slice(None)].mean(0)


def _notes(video: Video, rate: float, estimator: Estimator, people: _Places, cuts: list[int]) -> tuple[str, ...]:
    source = f"a video, {rate:g} frames a second: approximate where bodies are far, hidden or cut off"
    if video.kind == PHOTO:
        source = "a photo: one frame, in which nothing moves"
    notes = [f"Skeletons estimated by {estimator.name} from {source}.", *estimator.notes, *video.notes]
    if cuts:
        named = ", ".join([f"{cut / rate:.1f}" for cut in cuts[:_NAMED_CUTS]] + ["..."] * (len(cuts) > _NAMED_CUTS))
        notes.append(f"{counted(len(cuts), 'camera cut')} (at {named} s): after each, people are counted anew.")
    if people.dropped:
        notes.append(
            f"{counted(people.dropped, 'more person was', 'more people were')} seen: the {people.most} most prominent of each shot are kept."
        )
    return tuple(dict.fromkeys(notes))
