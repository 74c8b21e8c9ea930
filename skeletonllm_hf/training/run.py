"""Training from beginning to end: the stages of a run one after the other, each going on where it was stopped.

In the run's folder:

    run.json            its settings
    1-alignment/        a stage: checkpoint-N/ while it runs, model/ and report.json when it is done
    final/              the last stage's model, ready for `from_pretrained`
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import TrainingArguments, set_seed

from ..model.prompts import recognition_prompt
from ..nouns import counted
from . import checkpoints, negatives, trainable
from .callbacks import Deadline, Interruption, Lines, MovingAverage, Pace, Pictures, note
from .mixture import Collator, ExampleMaker, Planned, Streamed
from .plain import PlainText, own_words
from .settings import BUILT, CONFIG, Run
from .sources import Stream, open_source
from .stage_output import REPORT, save_stage
from .stages import Stage
from .tasks import TaskSampler, Teacher
from .trainer import StageTrainer

FINAL, PLAIN, PLAN = "final", "plain.json", "plan.json"
ROOM = 0.75  # of the context beside the clip, for the labels that a question lists
MOST_STEPS = 50_000  # of a stage whose time says how many
SAVED = 2.0  # times as long as a model's loading is what comes after a stage's last step: loading its start again, and writing
_PICTURED = 2  # clips
_QUESTIONS = 4  # that a teacher on a server gets at a time
_CONFUSION_CLIPS = 400  # clips, to find what a model confuses


def train(run: Run, after_stage: Callable[[], object] = lambda: None) -> Path | None:
    """Runs what is not yet done of a run; returns the folder of its model, or None where its time was over before.

    Args:
        run: what is done.
        after_stage: called after each stage that was done, and when the time is over.

    Raises:
        ValueError, OSError: settings, data or a folder that do not fit; says which.
        BrokenNumbersError: a loss or gradient that is not finite.
        NoSpaceError: a checkpoint could not be written; the one before is whole.
        KeyboardInterrupt: Ctrl-C; of one process, after it has saved a checkpoint at the end of its step.
    """
    arguments = training_arguments(run, run.stages[0], run.out, steps=1)  # starts the processes that share the work
    if arguments.n_gpu > 1:
        raise ValueError(
            f"expected a process for each of the {arguments.n_gpu} GPUs: start with accelerate launch, or show one GPU (CUDA_VISIBLE_DEVICES)"
        )
    deadline = None if run.machine.stop_after is None else time.monotonic() + 60 * run.machine.stop_after
    if (deadline or run.minutes) and arguments.world_size > 1:
        raise ValueError(f"minutes, stop_after: expected one process, got {arguments.world_size}")
    first = arguments.process_index == 0
    if first:
        run.claim()
    with arguments.main_process_first(local=False):  # what it builds or downloads is there for the others
        sources = [
            open_source(
                spec,
                streaming=run.data.streaming,
                seed=run.seed,
                work=run.out / BUILT,
                limit=run.data.limit,
                explain=_explainer(run, first),
            )
            for spec in run.data.datasets
        ]
    base: str | Path | None = run.model
    for number, stage in enumerate(run.stages, 1):
        folder = run.out / f"{number}-{stage.name}"
        target = run.out / FINAL if number == len(run.stages) else folder / "model"
        if not (folder / REPORT).is_file():
            done = _train_stage(run, stage, number, folder, base, target, sources, deadline)
            after_stage()
            if not done:
                note(f"{stage.name}: the time is over; the same command goes on")
                return None
        elif first:
            note(f"{stage.name}: done before")
        base = target
    return run.out / FINAL


def _explainer(run: Run, first: bool) -> Callable[[str, Path, Sequence[str]], Path] | None:
    """Has the run's teacher on a server write what a dataset lacks; None: it has none, or no stage wants rationales.

    Of several processes the first does it, and the others find it done.
    """
    if run.data.teacher_url is None or not any("rationale" in stage.tasks for stage in run.stages):
        return None

    def explain(dataset: str, folder: Path, parts: Sequence[str]) -> Path:
        if first:
            from .distill import distill
            from .teachers import teacher_on_server

            teacher = teacher_on_server(run.data.teacher_url, run.data.teacher_model)
            report = distill(dataset, folder, teacher, parts=parts, workers=_QUESTIONS, progress=sys.stderr.isatty())
            if report.failed:
                row, reason = report.failed[0]
                raise ValueError(
                    f"{dataset}: the teacher failed on {counted(len(report.failed), 'clip')}, first {row}: {reason}; the same command asks for these again"
                )
            note(f"{dataset}: {counted(report.written + report.resumed, 'rationale')} by {teacher.name}")
        return folder

    return explain


def _train_stage(
    run: Run, stage: Stage, number: int, folder: Path, base: Any, target: Path, sources: list[Any], deadline: float | None
) -> bool:  # fmt: skip
    """Whether it came to its end."""
    begun = time.monotonic()
    arguments = training_arguments(run, stage, folder, steps=1)
    # Frozen weights may be as short as they come, if what is computed with them is short.
    model, processor = checkpoints.load_model(base, "auto" if arguments.bf16 else "float32")
    loaded = time.monotonic() - begun
    samplers = make_samplers(run, stage, folder, model, processor, sources, arguments)
    plain = None
    if stage.plain and stage.trains_language:
        model.to(arguments.device)
        with arguments.main_process_first(local=False):
            texts = own_words(model.eval(), processor, run.out / PLAIN, run.seed)
        plain = PlainText(texts, processor, stage.plain, run.seed)
    maker = ExampleMaker(samplers, processor, run.seed + 1000 * number, stage.augment, stage.questions)
    shares = _shares(run, sources)
    plan = folder / PLAN
    if run.minutes is None:
        steps = run.steps or _steps(run, stage, sources, maker)
    else:
        steps = json.loads(plan.read_text("utf-8"))["steps"] if plan.is_file() else MOST_STEPS
    places = steps * stage.batch
    whole = checkpoints.complete(folder)
    if run.data.streaming:
        done = int(whole[-1].name.rpartition("-")[2]) * stage.batch if whole else 0
        examples = Streamed(sources, shares or [1.0] * len(sources), maker, places, skip=done)
    else:
        examples = Planned(sources, shares, maker, places, stage.batch if run.data.group_by_length else None)
    arguments = training_arguments(run, stage, folder, steps)
    if arguments.process_index == 0:
        _announce(run, stage, folder, base, sources, examples, steps)
    set_seed(run.seed)
    trainable.prepare(model, stage)
    callbacks: list[Any] = [Lines(stage.name, stage.batch, deadline), *([MovingAverage()] if run.average else [])]
    if run.minutes is not None:
        folder.mkdir(parents=True, exist_ok=True)
        seconds = 60 * run.minutes * stage.share / sum(stage.share for stage in run.stages)
        callbacks.append(Pace(seconds - (time.monotonic() - begun) - SAVED * loaded, plan))
    if deadline is not None:
        callbacks.append(Deadline(deadline))
    interruption = Interruption()
    callbacks.append(interruption)
    if run.record.pictures_every:
        clips = _pictured(sources)
        callbacks.append(Pictures(processor.view, clips, folder / "frames", run.record.pictures_every))
    trainer = StageTrainer(
        model, arguments, data_collator=Collator(processor), train_dataset=examples, processing_class=processor,
        callbacks=callbacks, stage=stage, keep=run.record.keep, average=run.average,
        plain=plain, paced=run.minutes is not None,
    )  # fmt: skip
    for callback in callbacks:
        callback.trainer = trainer
    trainer.remove_callback(_printer())
    # of several processes each would stop at a step of its own
    with interruption if arguments.world_size == 1 else contextlib.nullcontext():
        trainer.train(resume_from_checkpoint=str(whole[-1]) if whole else None)
    if trainer.state.global_step < trainer.state.max_steps:
        note(f"{stage.name}: checkpoint of step {trainer.state.global_step} in {checkpoints.complete(folder)[-1]}")
        if interruption.received:
            raise KeyboardInterrupt
        return False
    tensors = trainer.result()
    history = trainer.state.log_history
    if arguments.process_index == 0:
        save_stage(run, stage, folder, base, target, processor, tensors, sources, history, time.monotonic() - begun)
    trainer.accelerator.wait_for_everyone()
    if interruption.received:  # at its last step
        raise KeyboardInterrupt
    return True


def training_arguments(run: Run, stage: Stage, folder: Path, steps: int) -> TrainingArguments:
    """The library's settings for one stage: an epoch of exactly `steps` steps, in the order that we give.

    Raises:
        ValueError: a batch that the processes cannot share.
    """
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if stage.batch % world:
        raise ValueError(f"stage {stage.name}: batch: expected a multiple of the {world} processes, got {stage.batch}")
    own = stage.batch // world
    micro = min(stage.micro_batch or own, own)
    if own % micro:
        raise ValueError(f"stage {stage.name}: micro_batch: expected a divisor of {own}, got {micro}")
    cuda = torch.cuda.is_available() and not run.machine.cpu
    precision = run.machine.precision
    half = precision == "bfloat16" or (precision == "auto" and cuda)
    return TrainingArguments(
        output_dir=str(folder), max_steps=steps, num_train_epochs=1, seed=run.seed,
        per_device_train_batch_size=micro, gradient_accumulation_steps=own // micro,
        learning_rate=stage.learning_rate, weight_decay=stage.weight_decay, lr_scheduler_type="cosine", warmup_steps=stage.warmup,
        bf16=half, use_cpu=not cuda, ddp_backend="gloo" if world > 1 and not cuda else None,
        activation_checkpointing=run.machine.checkpointing, activation_checkpointing_kwargs={"use_reentrant": False} if run.machine.checkpointing else None,
        train_sampling_strategy="sequential", remove_unused_columns=False, dataloader_num_workers=run.data.workers, dataloader_pin_memory=cuda,
        logging_steps=run.record.log_every, logging_nan_inf_filter=False, disable_tqdm=True, report_to=list(run.record.loggers) or "none",
        save_steps=run.record.save_every,
        # A model whose every part is trained may have some that its clips never use (a row for videos, say).
        ddp_find_unused_parameters=bool({"all", "vision", "language"} & set(stage.train)) if world > 1 else None,
        accelerator_config={"dispatch_batches": False},  # each process reads a stream for itself: batches hold texts, too
    )  # fmt: skip


def make_samplers(
    run: Run, stage: Stage, folder: Path, model: Any, processor: Any, sources: list[Any], arguments: Any
) -> list[TaskSampler]:
    """What each source's clips are asked."""
    teacher = find_teacher(stage)
    every = sorted({label for source in sources for label in source.labels})
    return [
        TaskSampler(
            stage.tasks, source, _neighbours(stage, folder, number, source, model, processor, arguments),
            _listed(stage, source, model, processor), teacher, every, processor.list_candidates,
        )
        for number, source in enumerate(sources)
    ]  # fmt: skip


def _listed(stage: Stage, source: Any, model: Any, processor: Any) -> int | None:
    """How many labels a multiple-choice question lists: as the stage says; None (all) only where the model's context holds them."""
    if stage.candidates is not None or "mqa" not in stage.tasks:
        return stage.candidates
    room = model.config.get_text_config().max_position_embeddings - processor.num_frames * processor.tokens_per_frame
    tokens = len(processor.tokenizer(recognition_prompt(source.labels), verbose=False).input_ids)
    if tokens <= ROOM * room:
        return None
    fitting = max(2, int(len(source.labels) * ROOM * room / tokens))
    note(
        f"{stage.name}: {counted(len(source.labels), 'label')} of {tokens} tokens, too many for the model: questions list {fitting}"
    )
    return fitting


def _neighbours(
    stage: Stage, folder: Path, number: int, source: Any, model: Any, processor: Any, arguments: Any
) -> dict[str, tuple[str, ...]]:
    """Label -> labels easily taken for it; what a model confuses is found once, and kept for when the stage goes on."""
    labels, count = source.labels, stage.neighbours
    if len(labels) < 2 or "yes_no" not in stage.tasks:
        return {}
    if stage.negatives == "text":
        return negatives.by_text(labels, count)
    if stage.negatives != "confusions":
        return negatives.from_file(stage.negatives, labels, count)
    if isinstance(source, Stream):
        raise ValueError("negatives: confusions: expected datasets that are not streamed; give a JSON file")
    path = folder / f"neighbours-{number}.json"
    if arguments.process_index == 0 and not path.is_file():
        note(f"{stage.name}: asks the model what it confuses")
        table = negatives.confusions(model, processor, source, count, _CONFUSION_CLIPS, arguments.device)
        folder.mkdir(parents=True, exist_ok=True)
        negatives.save(table, path)
    if torch.distributed.is_initialized():
        torch.distributed.barrier()
    return negatives.from_file(path, labels, count)


def find_teacher(stage: Stage) -> Teacher | None:
    """Who explains clips without a rationale."""
    if stage.teacher is None or "rationale" not in stage.tasks:
        return None
    if stage.teacher != "kinematic":
        raise ValueError(
            f"teacher: expected kinematic, got {stage.teacher!r}; `skeletonllm distill` lets others write a dataset's rationales"
        )
    from ..describe import rationale

    return rationale


def _shares(run: Run, sources: list[Any]) -> list[float] | None:
    """How often each source is drawn; None: as often as it has clips."""
    specs = run.data.datasets
    replayed = any(w.replay for w in specs)
    if not replayed and all(w.weight is None for w in specs):
        return None
    sized = not any(isinstance(source, Stream) for source in sources)
    given = any(w.weight is not None for w in specs)
    weights = [
        w.weight or (1.0 if given or not sized else float(len(source)))
        for w, source in zip(specs, sources, strict=True)
    ]
    if not replayed:
        return weights
    sums = {
        kind: sum(weight for weight, w in zip(weights, specs, strict=True) if w.replay is kind)
        for kind in (False, True)
    }
    share = {False: 1 - run.data.replay_share, True: run.data.replay_share}
    return [share[w.replay] * weight / sums[w.replay] for weight, w in zip(weights, specs, strict=True)]


def _steps(run: Run, stage: Stage, sources: list[Any], maker: ExampleMaker) -> int:
    """Steps in which every clip comes `epochs` times."""
    if run.data.streaming:
        raise ValueError("steps: expected a number with streaming: a stream has no length")
    clips: float = sum(
        sum(bool(sampler.possible(texts)) for texts in source.texts)
        for spec, source, sampler in zip(run.data.datasets, sources, maker.samplers, strict=True)
        if not spec.replay
    )
    if not clips:
        raise ValueError(f"stage {stage.name}: no clip has what its tasks need ({', '.join(stage.tasks)})")
    if any(spec.replay for spec in run.data.datasets):
        clips = clips / (1 - run.data.replay_share)
    return max(1, -(-round(stage.epochs * clips) // stage.batch))


def _pictured(sources: list[Any]) -> list[Any]:
    for source in sources:
        if isinstance(source, Stream):
            return [sequence for (sequence, _), _ in zip(source, range(_PICTURED))]
        return [source.clip(number)[0] for number in range(min(_PICTURED, len(source)))]
    return []


def _announce(run: Run, stage: Stage, folder: Path, base: Any, sources: Any, examples: Any, steps: int) -> None:
    note(
        f"stage {stage.name}, {counted(steps, 'step')} of {counted(stage.batch, 'example')}, from {base or 'the bundled model'}"
    )
    note(f"  trains {', '.join(stage.train)} on {', '.join(stage.tasks)}; learning rate {stage.learning_rate:g}")
    left_out = getattr(examples, "left_out", [0] * len(sources))
    for spec, source, missing in zip(run.data.datasets, sources, left_out, strict=True):
        size = "a stream" if isinstance(source, Stream) else counted(len(source), "clip")
        lacking = f", {missing} of them without what the tasks need" if missing else ""
        note(
            f"  {'replayed' if spec.replay else 'from'} {spec.name}: {size}, {counted(len(source.labels), 'label')}{lacking}"
        )
    often = "each step" if run.record.save_every == 1 else f"every {counted(run.record.save_every, 'step')}"
    note(f"  saves in {folder}, {often}; all settings are in {run.out / CONFIG}")


def _printer() -> Any:
    from transformers import PrinterCallback

    return PrinterCallback
