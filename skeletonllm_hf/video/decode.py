"""Decoding of videos (PyAV) and of photos and folders of them (Pillow) into upright frames on a regular grid of times.

One frame is in memory at a time. Rotation flags, non-square pixels and variable frame rates are respected:
`frames` steps through a regular grid of times, and each step gets the frame that a player would show then.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from ..readers.estimators.video_kinds import FOLDER, PHOTO, PHOTO_ENDINGS, kind_of
from ..readers.source import MAX_VIDEO_BYTES, SkeletonFile

FOLDER_FPS = 30.0
# A frame is taken up to this share of a step early: time stamps in milliseconds are rounded.
_EARLY = 0.25
# More decoded frames than this per second of the limit are refused: a file may hold millions without any length.
_FRAMES_PER_SECOND = 240
_MAX_CHUNKS = 1000  # before an AVI's frames
_MAX_BROKEN = 100  # packets in a row that cannot be decoded


@dataclass(frozen=True)
class VideoLimits:
    """Limits of a video, checked on its header before decoding, and on its frames while decoding.

    Args:
        seconds: length. pixels: of one frame, width times height. bytes: of the file, or of each photo of a folder.
    """

    seconds: float = 4 * 3600.0
    pixels: int = 36_000_000  # 8K is 33 million
    bytes: int = MAX_VIDEO_BYTES


@dataclass(frozen=True)
class Frame:
    """One step of the grid.

    Args:
        number: step, from 0. seconds: of that step, from the first frame of the video.
        pixels: (height, width, 3) uint8 RGB, upright, of square pixels.
        scale: pixels of the video for each pixel here. repeated: the frame of the step before is still shown.
    """

    number: int
    seconds: float
    pixels: np.ndarray
    scale: float = 1.0
    repeated: bool = False


@dataclass
class Video:
    """An opened video; `open_video` makes it.

    Args:
        width, height: upright, of square pixels. fps: frames a second on average; of a photo 1.
        seconds: as the header says, None where it does not.
        aspect: width over height of the pixels as they are stored. origin: time stamp of its first frame.
        notes: what was found to be wrong while decoding.
    """

    file: SkeletonFile
    kind: str
    width: int
    height: int
    fps: float
    seconds: float | None
    limits: VideoLimits
    aspect: float = 1.0
    origin: int | None = None
    notes: list[str] = field(default_factory=list)

    def rate(self, most: float | None) -> float:
        """A whole share of the video's own frame rate, so that steps are equal: 15 of 30, 14 of 28; at most `most`."""
        return self.fps if most is None else self.fps / max(1, math.ceil(self.fps / most - 0.01))

    def steps(self, fps: float) -> int | None:
        """About how many steps `frames` takes; None: unknown."""
        return None if self.seconds is None else max(1, round(self.seconds * fps))

    def frames(self, fps: float, most_pixels: int | None = None, first: int = 0) -> Iterator[Frame]:
        """Steps through the video, `fps` times a second.

        Args:
            most_pixels: longest side of the frames given; larger ones are scaled down. first: step to begin with.

        Raises:
            SkeletonFileError: no frame can be decoded, or more than the limits allow.
        """
        source = self._pictures(fps, first) if self.kind in (PHOTO, FOLDER) else self._decoded(fps, first)
        for number, repeated, picture in source:
            if not repeated:
                pixels, scale = picture(most_pixels)
            yield Frame(number, number / fps, pixels, scale, repeated)

    def _pictures(self, fps: float, first: int) -> Iterator[Any]:
        photos = _photos(self.file, self.kind)
        total = 1 if self.kind == PHOTO else max(1, round(len(photos) * fps / self.fps))
        before = None
        for number in range(first, total):
            at = min(int(number / fps * self.fps + 1e-6), len(photos) - 1)
            yield number, at == before, lambda most, path=photos[at]: _scaled(_photo(path, self.limits), self, most)
            before = at

    def _decoded(self, fps: float, first: int) -> Iterator[Any]:
        """(step, whether the frame was given before, picture) of each step: a frame waits until the next one's time is known."""
        waiting, step, seen, given = None, first, 0, False
        last = 0.0
        for frame, seconds in _timed(self, max(0.0, (first - 1) / fps)):
            seen += 1
            _check_frame(self, frame, seconds, seen)
            while waiting is not None and step / fps < seconds - _EARLY / fps:
                yield step, given, lambda most, frame=waiting: _upright(frame, self, most)
                given, step = True, step + 1
            waiting, given, last = frame, False, seconds
        if waiting is None:
            if first:
                return
            raise self.file.error("a video with at least one frame", "none that can be decoded")
        end = last + 1 / self.fps
        while step / fps < end - (1 - _EARLY) / max(fps, self.fps) or step == 0:
            yield step, given, lambda most, frame=waiting: _upright(frame, self, most)
            given, step = True, step + 1
        if self.seconds is not None and end < 0.9 * self.seconds and self.seconds - end > 0.5:
            ends = f"The video ends after {end:.1f} of {self.seconds:.1f} seconds"
            self.notes.append(f"{ends}: it is cut off or damaged there.")


def open_video(
    path: str | PathLike[str] | SkeletonFile, limits: VideoLimits | None = None, fps: float | None = None
) -> Video:
    """Opens a video file, an animated GIF, a photo or a folder of photos.

    Args:
        limits: None: `VideoLimits()`. fps: photos a second, of a folder; None: `FOLDER_FPS`.

    Raises:
        SkeletonFileError: no video, damaged, of a codec that is not there, or beyond the limits; PyAV is missing.
    """
    limits = limits or VideoLimits()
    file = path if isinstance(path, SkeletonFile) else SkeletonFile(path, limits.bytes)
    if file.size > limits.bytes and not file.is_folder:
        raise file.error(f"a video of at most {limits.bytes:,} bytes", f"{file.size:,}")
    kind = kind_of(file)
    if kind is None:
        raise file.error("a video, a GIF, a photo or a folder of photos", "contents that are none of them")
    if kind in (PHOTO, FOLDER):
        return _open_photos(file, kind, limits, fps)
    with _container(file, kind) as container:
        stream = _stream(file, container)
        seconds = _header_seconds(container, stream)
        _check(file, stream.codec_context.width, stream.codec_context.height, seconds, limits)
        video = Video(file, kind, 0, 0, _average_rate(stream, seconds), seconds, limits, _aspect(stream))
        first = next((frame for frame, _ in _timed(video, 0.0, container)), None)
        if first is None:
            raise file.error("a video with at least one frame", "none that can be decoded")
        _check(file, first.width, first.height, seconds, limits)
        width, height = _square(first, video.aspect)
        video.width, video.height = (height, width) if first.rotation % 180 else (width, height)
        video.notes.clear()  # the same packets are met again
    return video


def _photos(file: SkeletonFile, kind: str) -> list[Path]:
    """The photo, or those of a folder in natural order."""
    if kind == PHOTO:
        return [file.path]
    return [file.path / name for name in file.names if name.lower().endswith(PHOTO_ENDINGS)]


def _open_photos(file: SkeletonFile, kind: str, limits: VideoLimits, fps: float | None) -> Video:
    photos = _photos(file, kind)
    fps = 1.0 if kind == PHOTO else fps or FOLDER_FPS
    seconds = len(photos) / fps
    _check(file, 0, 0, seconds, limits)
    picture = _photo(photos[0], limits)
    return Video(file, kind, picture.width, picture.height, fps, seconds, limits)


def _photo(path: Path, limits: VideoLimits) -> Image.Image:
    file = SkeletonFile(path, limits.bytes)
    try:
        with Image.open(file.path, formats=("PNG", "JPEG", "WEBP", "BMP", "TIFF")) as picture:
            width, height = picture.size
            _check(file, width, height, None, limits)
            if getattr(picture, "n_frames", 1) > 1 and picture.format == "WEBP":
                raise file.error("a photo", "an animation as WebP: save it as GIF or MP4")
            return ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, SyntaxError, Image.DecompressionBombError, MemoryError) as error:
        raise file.error("a photo that can be decoded", str(error)[:200]) from None


def _container(file: SkeletonFile, kind: str) -> Any:
    try:
        import av
    except ImportError as error:
        expected = "PyAV to read videos, which pip install 'skeletonllm-hf[video]' brings"
        raise file.error(expected, f"none ({error})") from None
    if kind == "avi":
        _check_chunks(file)
    path, options = str(file.path.resolve()), {"protocol_whitelist": "file"}  # an absolute path is no address
    try:
        return av.open(path, format=kind, options=options, metadata_errors="replace")
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise file.error("a video that can be opened", _reason(error)) from None


def _check_chunks(file: SkeletonFile) -> None:
    """Raises SkeletonFileError where a chunk before an AVI's frames is longer than the file: FFmpeg would take that memory first."""
    with open(file.path, "rb") as stream:
        at = 12
        for _ in range(_MAX_CHUNKS):
            stream.seek(at)
            head = stream.read(12)
            if len(head) < 12 or (head[:4] == b"LIST" and head[8:] == b"movi"):
                return
            size = int.from_bytes(head[4:8], "little")
            if head[:4] == b"LIST":  # its chunks follow
                at += 12
                continue
            if size > file.size - at - 8:
                raise file.error(f"a chunk of at most {file.size - at - 8:,} bytes", f"{size:,}", position=f"byte {at}")
            at += 8 + size + size % 2


def _stream(file: SkeletonFile, container: Any) -> Any:
    videos = [s for s in container.streams if s.type == "video" and not s.disposition & s.disposition.attached_pic]
    if not videos:
        found = ", ".join(sorted({str(s.type) for s in container.streams})) or "none"
        raise file.error("a video stream", f"streams: {found}")
    stream = videos[0]
    if stream.codec_context is None:
        expected = "a video codec that is installed (such as H.264 or VP9)"
        raise file.error(expected, "one that is unknown here: convert it")
    stream.thread_type = "AUTO"
    return stream


def _header_seconds(container: Any, stream: Any) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration else None


def _average_rate(stream: Any, seconds: float | None) -> float:
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    if seconds and stream.frames > 1 and abs(stream.frames / seconds / rate - 1) > 0.02:
        rate = stream.frames / seconds  # the average rate that some containers give is their time base
    return min(max(float(rate), 0.1), 240.0)


def _check(file: SkeletonFile, width: int, height: int, seconds: float | None, limits: VideoLimits) -> None:
    if width * height > limits.pixels:
        raise file.error(f"frames of at most {limits.pixels:,} pixels", f"{width:,} x {height:,}")
    if seconds is not None and seconds > limits.seconds:
        raise file.error(f"a video of at most {limits.seconds:,.0f} seconds", f"{seconds:,.0f}; cut it into clips")


def _check_frame(video: Video, frame: Any, seconds: float, seen: int) -> None:
    _check(video.file, frame.width, frame.height, seconds, video.limits)
    if seen > _FRAMES_PER_SECOND * video.limits.seconds:
        raise video.file.error(f"at most {_FRAMES_PER_SECOND} frames for each second allowed", f"more than {seen:,}")


def _timed(video: Video, start: float, container: Any = None) -> Iterator[Any]:
    """(decoded frame, seconds from the video's beginning), never going back in time; packets that are damaged are left out."""
    own = container is None
    container = container or _container(video.file, video.kind)
    try:
        stream = _stream(video.file, container)
        base = stream.time_base or Fraction(1, 1000)
        ordered = video.kind == "avi"  # its time stamps are those of decoding: shown frames would go to and fro
        if start > 0 and not ordered:
            container.seek((video.origin or 0) + int(start / base), stream=stream, backward=True)
        last = None
        for frame in _readable(video, container, stream):
            stamp = frame.dts if ordered else frame.pts
            if video.origin is None:
                video.origin = stamp or 0
            if stamp is None:
                last = 0.0 if last is None else last + 1 / video.fps
            else:
                last = max(last or 0.0, float((stamp - video.origin) * base))
            yield frame, last
    finally:
        if own:
            container.close()


def _readable(video: Video, container: Any, stream: Any) -> Iterator[Any]:
    from av.error import FFmpegError

    broken, in_a_row = 0, 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except FFmpegError as error:
            video.notes.append(f"The video cannot be read to its end: {_reason(error)}.")
            break
        if packet is None:
            break
        try:
            decoded = packet.decode()
            in_a_row = 0
        except FFmpegError:
            broken, in_a_row, decoded = broken + 1, in_a_row + 1, []
            if in_a_row > _MAX_BROKEN:
                break
        yield from (frame for frame in decoded if frame.width and frame.height)
    if broken:
        video.notes.append(f"{broken} packets of the video are damaged: left out.")


def _aspect(stream: Any) -> float:
    aspect = stream.sample_aspect_ratio or Fraction(1)
    return float(aspect) if 0.1 < aspect < 10 else 1.0


def _square(frame: Any, aspect: float) -> tuple[int, int]:
    """Width and height in square pixels, before rotation."""
    return max(1, round(frame.width * aspect)), frame.height


def _upright(frame: Any, video: Video, most: int | None) -> tuple[np.ndarray, float]:
    """(height, width, 3) RGB and the scale: rotated as the flag says, of square pixels, no side longer than `most`."""
    width, height = _square(frame, video.aspect)
    scale = max(width, height) / most if most and max(width, height) > most else 1.0
    size = (max(1, round(width / scale)), max(1, round(height / scale)))
    pixels = frame.to_ndarray(format="rgb24", width=size[0], height=size[1])
    turns = round(frame.rotation / 90) % 4  # counterclockwise
    return np.ascontiguousarray(np.rot90(pixels, turns)), scale


def _scaled(picture: Image.Image, video: Video, most: int | None) -> tuple[np.ndarray, float]:
    if picture.size != (video.width, video.height):
        picture = ImageOps.pad(picture, (video.width, video.height))  # photos of one folder, as frames of one video
    longest = max(picture.size)
    scale = longest / most if most and longest > most else 1.0
    if scale > 1:
        picture = picture.resize((max(1, round(picture.width / scale)), max(1, round(picture.height / scale))))
    return np.asarray(picture), scale


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:200]
