"""The library's Trainer for one stage: our checkpoints, our parameter groups, and a stop where numbers break."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import torch
import torch.distributed as distributed
from transformers import Trainer

from . import checkpoints, trainable
from .batches import packed_loss
from .callbacks import Pace
from .plain import PlainText, words_loss
from .stages import Stage


class BrokenNumbersError(FloatingPointError):
    """A loss, gradient or weight that is not finite; the batch lies in a folder."""


class StageTrainer(Trainer):
    """Args: as `Trainer`, and

    stage: what is trained.
    keep: whole checkpoints that are kept.
    average: decay of a moving average of what is trained; None: none.
    plain: texts beside the clips; None: none.
    paced: its number of steps is known only after the first `Pace.MEASURED` of them.
    """

    def __init__(
        self,
        *args: Any,
        stage: Stage,
        keep: int = 2,
        average: float | None = None,
        plain: PlainText | None = None,
        paced: bool = False,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.stage, self.keep, self.plain, self.paced = stage, keep, plain, paced
        if (stage.loss == "words" or stage.questions > 1) and self.args.world_size > 1:
            raise ValueError(
                f"stage {stage.name}: loss: words, questions: expected one process, got {self.args.world_size}"
            )
        self._batch: Any = None
        self.average: Any = None
        if self.is_fsdp_enabled:
            if average is not None:
                raise ValueError(
                    "average: expected none with FSDP, which divides the weights it would follow among processes"
                )
            self._spare_renderer()
        if average is not None:
            from diffusers.training_utils import EMAModel  # only an average needs that package

            self.average = EMAModel(list(trainable.trained(self.model).values()), decay=average)

    def _spare_renderer(self) -> None:
        """Leaves the renderer whole on every process: it is small, holds a scalar, and stays float32.

        What FSDP does not manage it does not average either.
        """
        plugin = self.accelerator.state.fsdp_plugin
        if plugin.fsdp_version != 2:
            raise ValueError(f"FSDP: expected version 2 (--fsdp_version 2), got {plugin.fsdp_version}")
        renderer = self.model.renderer
        plugin.ignored_modules = [renderer]

        def average(parameter: torch.nn.Parameter) -> None:
            if self.accelerator.sync_gradients and self.args.world_size > 1:
                distributed.all_reduce(parameter.grad)
                parameter.grad /= self.args.world_size

        for parameter in renderer.parameters():
            if parameter.requires_grad:
                parameter.register_post_accumulate_grad_hook(average)

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        if self.optimizer is None:  # type: ignore[has-type]
            kind, settings = self.get_optimizer_cls_and_kwargs(self.args, self.model)
            settings.pop("lr")
            self.optimizer = kind(
                trainable.optimizer_groups(self.model if model is None else model, self.stage), **settings
            )
        return self.optimizer

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        if not self.paced:
            return super().create_scheduler(num_training_steps, optimizer)
        warm = Pace.MEASURED

        def factor(step: int) -> float:
            if step < warm:
                return (step + 1) / warm
            return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warm) / max(1, self.state.max_steps - warm))))

        self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer or self.optimizer, factor)
        return self.lr_scheduler

    # --- numbers ---

    def training_step(self, model: Any, inputs: Any, num_items_in_batch: Any = None) -> torch.Tensor:
        names = inputs.pop("ids")
        self._batch = (names, inputs)
        try:
            loss = super().training_step(model, dict(inputs), num_items_in_batch)
        except ValueError as error:  # weights that have grown beyond measure show first in what the renderer checks
            if not re.search(r"\b(nan|inf)\b", str(error)):
                raise
            self._stop(str(error))
        if not torch.isfinite(loss):
            self._stop(f"loss {loss.item()}")
        return loss

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """The stage's loss, scaled for gradient accumulation as the library's is."""
        share = 1 / self.args.gradient_accumulation_steps
        with self.accelerator.autocast():  # the library's own surrounds the model's forward, which these two go around
            if self.stage.loss == "words":
                return share * words_loss(model, inputs, self.processing_class.tokenizer.eos_token_id)
            loss = share * packed_loss(model, inputs) if "turns" in inputs else None
        if loss is None:
            loss = super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        if self.plain is None or not model.training:
            return loss
        rows = len(inputs["input_ids"])
        plain = self.plain.batch(self.state.global_step, self.args.process_index, rows)
        beside = model(**{name: value.to(inputs["input_ids"].device) for name, value in plain.items()})
        return loss + self.plain.share * share * beside.loss

    def _clip_grad_norm(self, model: Any) -> Any:
        norm = super()._clip_grad_norm(model)
        if not torch.isfinite(torch.as_tensor(norm)):
            self._stop(f"gradient of norm {float(norm)}")
        return norm

    def _stop(self, what: str) -> None:
        """Raises BrokenNumbersError, after it has written the batch down: tensors, and texts as the model reads them."""
        names, inputs = self._batch
        folder = Path(self.args.output_dir) / f"broken-batch-{self.state.global_step}-{self.args.process_index}"
        folder.mkdir(parents=True, exist_ok=True)
        checkpoints.save_tensors(
            {k: t for k, t in inputs.items() if isinstance(t, torch.Tensor)}, folder / "inputs.safetensors"
        )
        tokenizer = self.processing_class.tokenizer
        texts = tokenizer.batch_decode(
            [row[mask.bool()] for row, mask in zip(inputs["input_ids"], inputs["attention_mask"], strict=True)]
        )
        (folder / "clips.json").write_text(json.dumps([{"id": i, "text": t} for i, t in zip(names, texts, strict=True)], indent=1, ensure_ascii=False), "utf-8")  # fmt: skip
        raise BrokenNumbersError(
            f"stage {self.stage.name}: {what} at step {self.state.global_step + 1}: its batch is in {folder}"
        )

    # --- checkpoints ---

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
        if self.args.should_save and folder.exists():
            checkpoints.remove(folder)
        try:
            super()._save_checkpoint(model, trial)
            if self.average is not None and self.args.should_save:
                self._save_average(folder)
            self.accelerator.wait_for_everyone()
            if self.args.should_save:
                checkpoints.finish(folder, self.keep)
        except (OSError, RuntimeError) as error:  # torch reports a full disk as RuntimeError
            if not isinstance(error, OSError) and "write" not in str(error):
                raise
            checkpoints.remove(folder)
            whole = checkpoints.complete(folder.parent)
            rest = f"the last whole one is {whole[-1]}" if whole else "there is no earlier one"
            raise checkpoints.NoSpaceError(
                f"{folder}: could not be written ({error}); {rest}: make room, and run the same again"
            ) from error

    def _save(self, output_dir: str | None = None, state_dict: dict[str, Any] | None = None) -> None:
        if not self.args.should_save:
            return
        folder = Path(output_dir or self.args.output_dir)
        folder.mkdir(parents=True, exist_ok=True)
        own = trainable.trained(self.model)
        tensors = own if state_dict is None else {name: state_dict[name] for name in own}
        checkpoints.save_tensors(tensors, folder / checkpoints.TRAINED)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        if self.is_fsdp_enabled:
            super()._load_from_checkpoint(resume_from_checkpoint, model)
            return
        path = Path(resume_from_checkpoint) / checkpoints.TRAINED
        trainable.load_trained(self.model, checkpoints.read_tensors(path), path)
        if self.average is not None:
            self._load_average(Path(resume_from_checkpoint))

    # --- the moving average ---

    def follow(self) -> None:
        """Takes the weights after a step into the average."""
        if self.average is not None:
            self.average.step(trainable.trained(self.model).values())

    def _save_average(self, folder: Path) -> None:
        names = trainable.trained(self.model)
        checkpoints.save_tensors(
            dict(zip(names, self.average.shadow_params, strict=True)), folder / checkpoints.AVERAGE
        )
        steps = {"optimization_step": self.average.optimization_step}
        (folder / "average.json").write_text(json.dumps(steps), "utf-8")

    def _load_average(self, folder: Path) -> None:
        tensors = checkpoints.read_tensors(folder / checkpoints.AVERAGE)
        names = trainable.trained(self.model)
        self.average.shadow_params = [tensors[name].to(p.device) for name, p in names.items()]
        self.average.optimization_step = json.loads((folder / "average.json").read_text("utf-8"))["optimization_step"]

    def result(self) -> dict[str, torch.Tensor]:
        """What was trained, by name, on the CPU: the average where there is one. Every process must call it."""
        names = trainable.trained(self.accelerator.unwrap_model(self.model))
        if self.average is not None:
            return {name: value.detach().cpu() for name, value in zip(names, self.average.shadow_params, strict=True)}
        if self.is_fsdp_enabled:
            state = self.accelerator.get_state_dict(self.model_wrapped)
            return {name: state[name].detach().cpu() for name in names} if self.args.should_save else {}
        return {name: parameter.detach().cpu() for name, parameter in names.items()}
