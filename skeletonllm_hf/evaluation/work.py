"""The work of an evaluation: its items, and the records of their answers, batch by batch, in one process or several."""

from __future__ import annotations

import datetime
import itertools
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ..answering.digest import model_digest
from ..answering.local import LocalAnswerer
from ..answering.recognizer import Recognizer
from ..batch.faults import described, is_clips_fault
from ..cache import key
from ..model.prompts import CAPTION
from ..model.recognition import CALIBRATIONS
from .clips import TestClip, TestSet
from .conditions import Condition
from .scoring import BATCH, answers_of, parsed, recognition_question

TASKS = ("recognition", "generation", "caption", "question")
LONGEST = {"generation": 24, "caption": 64, "question": 16}  # tokens; the answers in the data are shorter
_PATIENCE = datetime.timedelta(hours=24)  # how long a process that is done waits for the others
_PART = "records-{rank:03d}.jsonl"
_STEP = 8  # batches between two looks at the disk and the clock


@dataclass(frozen=True)
class Settings:
    """Settings of an evaluation.

    Args:
        tasks: of "recognition" (candidates by likelihood), "generation" (the same question answered freely), "caption", "question".
        conditions: under which recognition is tried besides the clips as recorded.
        batch: clips at a time.
        progress: show progress on standard error.
        descriptions: label -> sentences: recognition ranks candidates by these in place of the labels, for a model that was
            never trained on them.
        calibrate: as in `Recognizer`; the set of "set" is all clips that are tested under one condition.
    """

    tasks: tuple[str, ...] = ("recognition",)
    conditions: tuple[Condition, ...] = ()
    batch: int = BATCH
    progress: bool = False
    descriptions: Mapping[str, Sequence[str]] | None = None
    calibrate: str = "prior"

    def __post_init__(self) -> None:
        if self.calibrate not in CALIBRATIONS:
            raise ValueError(f"calibrate: expected one of {', '.join(CALIBRATIONS)}, got {self.calibrate!r}")
        unknown = [task for task in self.tasks if task not in TASKS]
        if unknown or not self.tasks:
            raise ValueError(f"tasks: expected some of {list(TASKS)}, got {unknown or 'none'}")
        if self.conditions and "recognition" not in self.tasks:
            raise ValueError("conditions: they are tried on recognition, which is not among the tasks")
        if self.batch < 1:
            raise ValueError(f"batch: expected at least 1, got {self.batch}")


@dataclass(frozen=True)
class Item:
    """One question about one clip.

    Args:
        task: one of `TASKS`.
        clip: about which clip.
        condition: under which condition; None: as recorded.
        question: of the task "question".
        answer: the right one, of the task "question".
    """

    task: str
    clip: TestClip
    condition: Condition | None = None
    question: str | None = None
    answer: str | None = None


Answered = tuple[Item, dict[str, Any]]  # an item and the record of its answer


def items_of(tests: TestSet, tasks: Sequence[str], conditions: Sequence[Condition | None]) -> Iterator[Item]:
    """All items of an evaluation, tasks and conditions in order. Conditions apply to recognition only."""
    for task in tasks:
        for condition in conditions if task == "recognition" else (None,):
            for clip in tests.clips:
                if task in ("recognition", "generation") and clip.label in tests.candidates:
                    yield Item(task, clip, condition)
                elif task == "caption" and clip.sequence.captions:
                    yield Item(task, clip)
                elif task == "question":
                    for question, answer in clip.sequence.questions:
                        yield Item(task, clip, None, question, answer)


@dataclass(frozen=True)
class World:
    """Rank of this process and number of processes, from the environment that accelerate (or torchrun) sets."""

    rank: int = 0
    size: int = 1

    @classmethod
    def here(cls) -> World:
        if int(os.environ.get("WORLD_SIZE", "1")) < 2:
            return cls()
        state = processes()
        return cls(state.process_index, state.num_processes)

    def wait(self) -> None:
        """Until all processes are here."""
        if self.size > 1:
            processes().wait_for_everyone()


def processes() -> Any:
    """accelerate's state of the processes that run together: over gloo where there is no GPU."""
    from accelerate import PartialState

    return PartialState(cpu=not torch.cuda.is_available(), timeout=_PATIENCE)


class Records:
    """The answers in a folder, by key. Each process of a run appends to a file of its own; all are read.

    Args:
        folder: where the files lie; None: nothing is kept beyond this run.
        rank: number of this process.
    """

    def __init__(self, folder: str | os.PathLike[str] | None, rank: int = 0):
        self.folder = None if folder is None else Path(folder)
        self.rank = rank
        self.values: dict[str, dict[str, Any]] = {}
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.reload()

    def reload(self) -> None:
        """Reads what all processes have written. ValueError names a file and line that is no record."""
        if self.folder is None:
            return
        for path in sorted(self.folder.glob(_PART.format(rank=0).replace("000", "*"))):
            lines = path.read_bytes().split(b"\n")
            for number, line in enumerate(lines, 1):
                if not line:
                    continue
                try:
                    record = json.loads(line)
                    self.values[record["key"]] = record
                except (ValueError, KeyError, TypeError) as error:
                    if number == len(lines):  # the line that a killed run was writing: its answer is asked again
                        continue
                    raise ValueError(f"{path}: line {number}: expected a record, got {line[:60]!r}: {error}") from None

    def add(self, records: Iterable[dict[str, Any]]) -> None:
        """Keeps answers, on disk at once."""
        records = list(records)
        self.values |= {record["key"]: record for record in records}
        if self.folder is None or not records:
            return
        path = self.folder / _PART.format(rank=self.rank)
        with open(path, "ab+") as stream:
            if stream.tell():
                stream.seek(-1, os.SEEK_END)
                if stream.read(1) != b"\n":  # a killed run's half line: it must not swallow the next one
                    stream.truncate(path.read_bytes().rfind(b"\n") + 1)
            text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
            stream.write(text.encode("utf-8"))

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def __getitem__(self, name: str) -> dict[str, Any]:
        return self.values[name]


class Work:
    """Answers items and keeps the answers.

    Args:
        model, processor: the model to evaluate.
        store: earlier answers; new ones are added.
        world: this process answers every `world.size`-th item from number `world.rank`.
        settings: batch, progress, descriptions and calibration.
    """

    def __init__(self, model: Any, processor: Any, store: Records, world: World, settings: Settings) -> None:
        self.answerer, self.digest = LocalAnswerer(model, processor), model_digest(model, processor)
        self.model, self.processor, self.store, self.world = model, processor, store, world
        self.settings = settings

    def key(self, item: Item, candidates: Sequence[str]) -> str:
        """Key of an item's record: it depends on everything that can change the answer."""
        question: object = list(candidates) if item.task in ("recognition", "generation") else item.question
        if item.task == "recognition":
            question = self._recognizer(candidates).key
        return key(
            self.digest, item.task, str(item.condition), question, item.clip.dataset, item.clip.id, item.clip.content
        )

    def answers(self, tests: TestSet, items: Sequence[Item]) -> list[Answered]:
        """Each item with its record; waits for the other processes.

        A record has `answer` and `seconds`, and of recognition `rank` of the right label and `right`'s share among candidates.
        """
        keys = [self.key(item, tests.candidates) for item in items]
        own = list(zip(items, keys, strict=True))[self.world.rank :: self.world.size]
        mine = [(item, name) for item, name in own if name not in self.store]
        from tqdm import tqdm

        shown = self.settings.progress and self.world.rank == 0
        options = {"unit": "answer", "desc": tests.dataset, "file": sys.stderr, "leave": False}
        with tqdm(total=len(mine), disable=not shown, **options) as bar:
            for some in _runs(mine, self.settings.batch * _STEP):
                begin = time.perf_counter()
                values = self._ask_each([item for item, _ in some], tests.candidates)
                seconds = (time.perf_counter() - begin) / len(some)
                self.store.add(
                    {"key": name, "clip": item.clip.id, "task": item.task, **value, "seconds": seconds}
                    for (item, name), value in zip(some, values, strict=True)
                )
                bar.update(len(some))
        self.world.wait()
        if self.world.size > 1:
            self.store.reload()
        answered = [(item, self.store[name]) for item, name in zip(items, keys, strict=True)]
        return self._finished(answered, tests.candidates)

    def _ask_each(self, items: Sequence[Item], candidates: Sequence[str]) -> list[dict[str, Any]]:
        """`_ask`; where that fails, item by item: a clip that cannot be answered gets a record with its error, which counts as wrong.

        Errors that are not a clip's (a disk or a driver that is gone) are raised.
        """
        try:
            return self._ask(items, candidates)
        except Exception as error:
            if not is_clips_fault(error):
                raise
            if len(items) == 1:
                return [{**_wrong(items[0].task, candidates), "error": described(error)}]
        return [record for item in items for record in self._ask_each([item], candidates)]

    def _ask(self, items: Sequence[Item], candidates: Sequence[str]) -> list[dict[str, Any]]:
        """Values of records of items with one task and one condition."""
        task, condition, batch = items[0].task, items[0].condition, self.settings.batch
        clips = [item.clip.sequence for item in items]
        if condition is not None:
            clips = [condition.apply(clip, item.clip.id) for clip, item in zip(clips, items, strict=True)]
        if task == "recognition":
            recognizer = self._recognizer(candidates)
            with (condition or _NOTHING).rendering(self.model):
                runs = [clips[start : start + batch] for start in range(0, len(clips), batch)]
                parts = torch.cat([recognizer.parts(run) for run in runs], dim=1)
            if recognizer.calibrate == "set":  # ranked when all clips are there
                return [{"parts": parts[:, row].tolist()} for row in range(len(clips))]
            scale = self.model.config.score_scale
            rows = zip(recognizer.combined(parts), items, strict=True)
            return [_recognized(row, str(item.clip.label), candidates, scale) for row, item in rows]
        question: Callable[[Item], str] = {
            "generation": lambda item: recognition_question(self.processor, candidates),
            "caption": lambda item: CAPTION,
            "question": lambda item: item.question,
        }[task]
        texts = answers_of(self.answerer, clips, [question(item) for item in items], batch, LONGEST[task])
        if task == "generation":
            return [{"text": text, "answer": parsed(text, candidates)} for text in texts]
        return [{"answer": text} for text in texts]

    def _recognizer(self, candidates: Sequence[str]) -> Recognizer:
        options = self.settings
        return self.answerer.recognizer(candidates, descriptions=options.descriptions, calibrate=options.calibrate)

    def _finished(self, answered: list[Answered], candidates: Sequence[str]) -> list[Answered]:
        """Ranks the candidates of recognition by "set", now that the scores of all clips are known."""
        finished, scale = list(answered), self.model.config.score_scale
        for condition in {item.condition for item, record in answered if "parts" in record}:
            some = [n for n, (item, record) in enumerate(answered) if "parts" in record and item.condition == condition]
            recognizer = self._recognizer(candidates)
            recognizer.check_set(len(some))
            parts = torch.tensor([answered[n][1]["parts"] for n in some]).transpose(0, 1)
            for n, row in zip(some, recognizer.combined(parts), strict=True):
                item, record = answered[n]
                finished[n] = item, {**record, **_recognized(row, str(item.clip.label), candidates, scale)}
        return finished


_NOTHING = Condition("renderer", "learned")


def _recognized(scores: Any, label: str, candidates: Sequence[str], scale: float) -> dict[str, Any]:
    """`share` is the right label's probability, `top` the answer's."""
    right, shares = scores[candidates.index(label)], (scale * scores).softmax(0)
    return {
        "answer": candidates[int(scores.argmax())],
        "rank": 1 + int((scores > right).sum()),
        "share": float(shares[candidates.index(label)]),
        "top": float(shares.max()),
    }


def _wrong(task: str, candidates: Sequence[str]) -> dict[str, Any]:
    """The record of an answer that failed, but for its error."""
    if task == "recognition":
        return {"answer": "", "rank": len(candidates) + 1, "share": 0.0, "top": 0.0}
    return {"answer": None, "text": ""} if task == "generation" else {"answer": ""}


def _runs(mine: Sequence[tuple[Item, str]], most: int) -> Iterator[list[tuple[Item, str]]]:
    """Parts of at most `most` items with one task and one condition each."""
    for _, group in itertools.groupby(mine, key=lambda pair: (pair[0].task, pair[0].condition)):
        while run := list(itertools.islice(group, most)):
            yield run
