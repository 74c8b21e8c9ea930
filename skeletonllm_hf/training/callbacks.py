"""Callbacks of the Trainer: progress lines, deadlines, the moving average, and pictures of the renderer's output."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from transformers import TrainerCallback
from transformers.integrations import TensorBoardCallback

from ..drawing import contact_sheet, render_images, time_stamps
from ..files import write_whole
from ..model.clip_view import ClipView
from ..model.skeleton import SkeletonSequence
from ..nouns import counted


class Lines(TrainerCallback):
    """A line with loss, rate, speed and time to go at every log; with the step that is reached before the deadline, if there is one."""

    def __init__(self, title: str, batch: int, deadline: float | None = None):
        self.title, self.batch, self.deadline = title, batch, deadline

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.begun, self.first = time.monotonic(), state.global_step
        if state.is_world_process_zero and self.first:
            note(f"{self.title}: goes on at step {self.first} of {state.max_steps}")

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        done = state.global_step - self.first
        if not state.is_world_process_zero or "loss" not in (logs or {}) or not done:
            return
        each = (time.monotonic() - self.begun) / done
        until = ""
        if self.deadline is not None:
            left = max(0.0, self.deadline - time.monotonic())
            reached = min(state.max_steps, state.global_step + int(left / each))
            until = f"; step {reached} in the {duration(left)} that are left"
        note(
            f"{self.title} {state.global_step}/{state.max_steps}  loss {logs['loss']:.4f}  rate {logs['learning_rate']:.2e}  "
            f"{self.batch / each:.1f} examples/s  {duration(each * (state.max_steps - state.global_step))} to go{until}"
        )


class Deadline(TrainerCallback):
    """Stops with a checkpoint at this `time.monotonic()`."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if time.monotonic() >= self.deadline:
            control.should_save = control.should_training_stop = True


class Interruption(TrainerCallback):
    """Stops at the end of a step with a checkpoint where SIGINT (Ctrl-C) comes; a second one ends at once, as without this callback.

    A context manager: signals are handled within it. Only in the main thread, to which Python gives signals.
    """

    received = False

    def __enter__(self) -> Interruption:
        self._main = threading.current_thread() is threading.main_thread()
        if self._main:
            self._before, self._process = signal.signal(signal.SIGINT, self._receive), os.getpid()
        return self

    def __exit__(self, *error: object) -> None:
        if self._main:
            signal.signal(signal.SIGINT, self._before)

    def _receive(self, number: int, frame: Any) -> None:
        if os.getpid() != self._process:  # a forked process that prepares batches: this one ends it
            return
        if self.received:
            raise KeyboardInterrupt
        self.received = True
        note("Ctrl-C: saves a checkpoint after this step and stops; once more stops without")

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if self.received:
            control.should_save = control.should_training_stop = True


class Pace(TrainerCallback):
    """Makes a stage as long as its time: its first `MEASURED` steps tell how many fit.

    Args:
        seconds: for its steps.
        file: where the number is kept, for when the stage goes on.
    """

    WARM, MEASURED = 4, 16

    def __init__(self, seconds: float, file: Path) -> None:
        self.seconds, self.file, self.warm = seconds, file, 0.0

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.begun, self.first, self.known = time.monotonic(), state.global_step, self.file.is_file()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        done, now = state.global_step - self.first, time.monotonic()
        if self.known or done < self.MEASURED:
            self.warm = now if done <= self.WARM else self.warm
            return
        each = (now - self.warm) / (self.MEASURED - self.WARM)
        state.max_steps = state.global_step + max(1, int((self.seconds - (now - self.begun)) / each))
        self.known = True
        write_whole(self.file, json.dumps({"steps": state.max_steps, "seconds a step": round(each, 4)}))
        note(f"{counted(state.max_steps, 'step fits', 'steps fit')}, of {each:.2f} s each")


class MovingAverage(TrainerCallback):
    """Lets the moving average follow every step."""

    def __init__(self) -> None:
        self.trainer: Any = None

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.trainer.follow()


class Pictures(TrainerCallback):
    """Some clips as the model sees them, every `every` steps: PNG files, and TensorBoard or trackio where they log.

    Args:
        view: how clips are looked at.
        clips: what is drawn.
        folder: for the files.
        every: steps.
    """

    def __init__(self, view: ClipView, clips: Sequence[SkeletonSequence], folder: Path, every: int) -> None:
        self.view, self.clips, self.folder, self.every = view, clips, folder, every
        self.trainer: Any = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.global_step == 0:
            self._draw(args, state)

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.global_step % self.every == 0 or state.global_step == state.max_steps:
            self._draw(args, state)

    def _draw(self, args: Any, state: Any) -> None:
        if not state.is_world_process_zero:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        renderer = self.trainer.accelerator.unwrap_model(self.trainer.model).renderer
        for number, clip in enumerate(self.clips):
            images, seconds = render_images(self.view, renderer, clip)
            title = f"step {state.global_step}: {clip.label or clip.source}"
            sheet = contact_sheet(images, time_stamps(seconds), title=title)
            sheet.save(self.folder / f"step-{state.global_step:06d}-clip-{number}.png")
            for callback in self.trainer.callback_handler.callbacks:
                if isinstance(callback, TensorBoardCallback) and callback.tb_writer is not None:
                    callback.tb_writer.add_image(
                        f"frames/{number}", np.asarray(sheet), state.global_step, dataformats="HWC"
                    )
            if "trackio" in args.report_to:
                import trackio

                trackio.log({f"frames/{number}": trackio.Image(np.asarray(sheet))}, step=state.global_step)


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def duration(seconds: float) -> str:
    """95 -> "1 min 35 s"."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"
