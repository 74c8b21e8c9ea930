"""Reading of visitors' files in separate processes, which are killed when a file takes too much time or memory.

    python -m skeleton_demo.reading_worker BYTES

is such a process. It reads requests, a line of JSON each, from standard input: {"work": "inspect", "is_clip" or "members", "path", "arguments"}.
It answers on standard output with a line of JSON and the arrays' bytes behind it: plain values only, as a file may have exploited the reader.
It ends when its standard input does.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .limits import MIB, Limits, Refused

SECONDS = 10.0  # for one file; what real recordings of the largest upload take is one or two
VIDEO_SECONDS = 90.0  # for a video: a pose estimator looks at up to 200 frames, some ten a second on a core
VIDEO_FPS = 10.0  # frames a second that it looks at
MEMORY = 1024 * MIB  # beside what the process needs to start; the readers' own budget is a third of it
MOST_BYTES = 64 * MIB  # of an answer: four times the largest clip that the page takes, with orientations
MOST_HEAD = 4 * MIB
_START_SECONDS = 60.0
_KEPT_BYTES = 256 * MIB  # a process that ever held more than that is not used again: it may never give it back
_ARRAYS = ("joints", "mask", "confidence", "rotations")
_KINDS = {"joints": "<f4", "mask": "|b1", "confidence": "<f4", "rotations": "<f4"}
_TEXTS = ("fps", "units", "up", "view", "format", "label", "captions", "questions", "warnings")


class ReadingFailed(RuntimeError):
    """A reader raised what it should not: for the log, not for the visitor."""


@dataclass(frozen=True)
class Found:
    """Contents of a file: the clip, and facts as `inspect_skeleton` reports them."""

    sequence: object
    warnings: tuple[str, ...]
    facts: dict


@dataclass(eq=False)  # compared and hashed as the one process that it is
class Reader:
    """One process. Not for two threads at once; `Readers` deals them out."""

    process: subprocess.Popen
    answers: queue.Queue = field(default_factory=queue.Queue)

    @classmethod
    def start(cls, memory: int = MEMORY) -> Reader:
        home = Path(__file__).resolve().parents[1]
        # no more of the environment than Python needs: no keys, no tokens
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT", "TMPDIR") if name in os.environ}
        found = os.pathsep.join([str(home), *(entry for entry in sys.path if entry)])
        process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.reading_worker", str(memory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=home,
            # few arenas: what each thread of a pose estimator sets aside counts as memory
            # what a visitor sends makes nothing come from the Hub: a pose estimator is one that is on this machine
            env=kept | {"PYTHONPATH": found, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1",
                 "MALLOC_ARENA_MAX": "2"},
        )  # fmt: skip
        reader = cls(process)
        threading.Thread(target=reader._listen, name="reading", daemon=True).start()
        try:
            reader._answer(_START_SECONDS)
        except Refused:
            raise ReadingFailed("the process that reads files did not start") from None
        return reader

    def ask(self, request: dict, seconds: float) -> tuple[dict, bytes]:
        """(answer, its arrays' bytes). Refused: the time or the memory was used up; the process is dead then."""
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            self.kill()
            raise ReadingFailed("the process that reads files is gone") from None
        return self._answer(seconds)

    def _answer(self, seconds: float) -> tuple[dict, bytes]:
        try:
            answer = self.answers.get(timeout=seconds)
            used_up = "took more memory than there is for one"
        except queue.Empty:
            answer, used_up = None, f"took longer than {seconds:.0f} s"
        if answer is None:
            self.kill()
            raise Refused(f"Reading this file {used_up}, so it was stopped. Cut it into clips.")
        return answer

    def _listen(self) -> None:
        stream = self.process.stdout
        try:
            while line := stream.readline(MOST_HEAD):
                head = json.loads(line)
                size = int(head.get("bytes", 0))
                if not 0 <= size <= MOST_BYTES:
                    break
                data = stream.read(size)
                if len(data) < size:
                    break
                self.answers.put((head, data))
        except (OSError, ValueError, AttributeError, TypeError):
            pass
        self.answers.put(None)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                stream.close()


class Readers:
    """A few such processes, started when they are needed, handed to one request at a time.

    Args:
        most: how many at once. memory: of each, bytes.
    """

    def __init__(self, most: int = 4, memory: int = MEMORY):
        self.memory = memory
        self._turns = threading.BoundedSemaphore(most)
        self._idle: list[Reader] = []
        self._all: set[Reader] = set()
        self._lock = threading.Lock()
        self._closed = False
        atexit.register(self.close)

    def inspect(self, path: Path, arguments: dict, seconds: float = SECONDS) -> Found:
        """`inspect_skeleton` in a process of its own.

        Raises:
            ValueError: the reader's own reason. Refused: too slow, too large. ReadingFailed: a fault of the reader.
        """
        head, data = self._ask({"work": "inspect", "path": str(path), "arguments": arguments}, seconds)
        return _unpacked(head, data, path)

    def members(self, path: Path) -> list[str]:
        """Path suffix of each clip in an archive, such as "/walk.bvh"; [""] for any other file."""
        return [str(name) for name in self._ask({"work": "members", "path": str(path)})[0]["members"]]

    def is_clip(self, path: Path) -> bool:
        """Whether a folder is one clip of some format."""
        return bool(self._ask({"work": "is_clip", "path": str(path)})[0]["is_clip"])

    def _ask(self, request: dict, seconds: float = SECONDS) -> tuple[dict, bytes]:
        with self._turns, self._one() as reader:
            head, data = reader.ask(request, seconds)
        if "failed" in head:
            raise ReadingFailed(str(head["failed"])[:2000])
        if "refused" in head:
            raise ValueError(str(head["refused"])[:2000])
        return head, data

    @contextlib.contextmanager
    def _one(self) -> Iterator[Reader]:
        with self._lock:
            if self._closed:
                raise Refused("This page is closing.")
            reader = self._idle.pop() if self._idle else None
        if reader is None or not reader.alive:
            reader = Reader.start(self.memory)
            with self._lock:
                self._all.add(reader)
        try:
            yield reader
        finally:
            with self._lock:
                if reader.alive and not self._closed and _peak(reader.process.pid) < _KEPT_BYTES:
                    self._idle.append(reader)
                    reader = None
                else:
                    self._all.discard(reader)
            if reader is not None:
                reader.kill()

    def close(self) -> None:
        """Kills all of them."""
        with self._lock:
            self._closed = True
            readers, self._all, self._idle = list(self._all), set(), []
        for reader in readers:
            reader.kill()


def _peak(pid: int) -> int:
    """The most memory that a process held, bytes; 0 where the system does not say."""
    try:
        return _memory_of(pid, "VmHWM")
    except (OSError, StopIteration):
        return 0


def _memory_of(process: int | str, field: str) -> int:
    """Bytes, from Linux's table of the process. OSError, StopIteration: another system."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def _unpacked(head: dict, data: bytes, path: Path) -> Found:
    """The clip in an answer, checked like a stranger's: `SkeletonSequence` looks at every field."""
    from skeletonllm_hf import SkeletonLayout, SkeletonSequence
    from skeletonllm_hf.model.layouts import get_layout, layout_names
    from skeletonllm_hf.readers.rules.common_rules import Fact

    try:
        layout = SkeletonLayout.from_dict(head["layout"])
        if layout.name in layout_names() and get_layout(layout.name).to_dict() == layout.to_dict():
            layout = get_layout(layout.name)
        values, at = {}, 0
        for name in _ARRAYS:
            if head["shapes"].get(name) is None:
                continue
            shape, kind = tuple(head["shapes"][name]), np.dtype(_KINDS[name])
            values[name] = np.frombuffer(data, kind, int(np.prod(shape)), at).reshape(shape)
            at += values[name].nbytes
        texts = {name: head["clip"][name] for name in _TEXTS}
        texts["questions"] = [tuple(pair) for pair in texts["questions"]]
        facts = {name: Fact(*fact) for name, fact in head["facts"].items()}
        sequence = SkeletonSequence(layout=layout, source=str(path), **values, **texts)
        return Found(sequence, tuple(map(str, head["warnings"])), facts)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReadingFailed(f"an answer that is none: {type(error).__name__}: {error}") from None


# ---- in the process itself


def _inspected(path: str, arguments: dict) -> tuple[dict, list[bytes]]:
    from skeletonllm_hf import inspect_skeleton

    found = inspect_skeleton(path, **arguments, video=_video_options())
    clip = found.sequence
    arrays = {name: getattr(clip, name) for name in _ARRAYS if getattr(clip, name) is not None}
    facts = {name: [fact.value, fact.how, fact.reason] for name, fact in found.facts.items()}
    head = {
        "layout": clip.layout.to_dict(), "shapes": {name: array.shape for name, array in arrays.items()}, "facts": facts,
        "clip": {name: getattr(clip, name) for name in _TEXTS}, "warnings": found.warnings,
    }  # fmt: skip
    return head, [np.ascontiguousarray(array, _KINDS[name]).tobytes() for name, array in arrays.items()]


def _video_options() -> object:
    """A video may be short and small here, in an archive too; None where nothing reads videos."""
    if importlib.util.find_spec("av") is None:
        return None
    from skeletonllm_hf.video import VideoLimits, VideoOptions

    limits = VideoLimits(Limits.video_seconds, Limits.video_pixels, Limits.upload_bytes)
    # another estimator does not fit into this process's memory
    return VideoOptions(estimator="mediapipe", pose_fps=VIDEO_FPS, limits=limits)


def _done(request: dict) -> tuple[dict, list[bytes]]:
    from skeletonllm_hf import SkeletonFileError
    from skeletonllm_hf.readers.load import clip_paths, detect_format
    from skeletonllm_hf.readers.source import SkeletonFile

    try:
        if request["work"] == "inspect":
            return _inspected(request["path"], request["arguments"])
        if request["work"] == "members":
            return {"members": [str(name)[len(request["path"]) :] for name in clip_paths(request["path"])]}, []
        try:
            detect_format(SkeletonFile(request["path"]))
        except SkeletonFileError:
            return {"is_clip": False}, []
        return {"is_clip": True}, []
    except ValueError as error:
        return {"refused": str(error)}, []
    except MemoryError:
        return {"refused": "Reading this file takes more memory than there is for one. Cut it into clips."}, []
    except Exception as error:
        import traceback

        traceback.print_exc()
        return {"failed": f"{type(error).__name__}: {error}"}, []


def _bounded(memory: int) -> None:
    """No more memory than that beside what is mapped now; no image of it on the disk if it fails."""
    try:
        import resource
    except ImportError:  # Windows: time alone is limited
        return
    with contextlib.suppress(OSError, StopIteration, ValueError):
        most = _memory_of("self", "VmSize") + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what a visitor gave is written nowhere


def serve() -> None:
    import skeletonllm_hf.readers

    assert skeletonllm_hf.readers.FORMATS  # loaded before memory is bounded
    _video_options()
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # what a library prints is no answer
    _bounded(int(sys.argv[1]))
    answers.write(b"{}\n")
    answers.flush()
    for line in sys.stdin.buffer:
        head, arrays = _done(json.loads(line))
        head["bytes"] = sum(map(len, arrays))
        if head["bytes"] > MOST_BYTES:
            head, arrays = {"refused": "This clip is too large for the page. Cut it into clips."}, []
        answers.write(json.dumps(head).encode() + b"\n")
        for array in arrays:
            answers.write(array)
        answers.flush()


READERS = Readers()

if __name__ == "__main__":
    serve()
