"""Trains "small" within a time, on a GPU where there is one: the stages of `hub_configs/small/recipe.yaml`.

    python -m skeletonllm_hf.training.train_small --check                                  is everything there? under a minute
    python -m skeletonllm_hf.training.train_small --minutes 9 --workers 14 --out runs/small

`--minutes` is the whole training: each stage has its share, and its first steps tell how many fit. `--stop-after` ends this call,
with a checkpoint; the same command goes on. `--carry DIR` leaves what that needs in files of 15 MB after each stage and at
the end, and begins with what lies there: the run's own folder may be lost. The result is a slim checkpoint in OUT/slim.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import torch
from transformers.utils.logging import disable_progress_bar

from ..arguments import ArgumentParser
from ..hub.language_base import SMALL, small_base
from ..hub.slim import slim_folder
from ..nouns import counted
from . import carry, checkpoints
from .callbacks import note
from .run import train
from .settings import Data, Machine, Record, Run
from .sources import DatasetSpec
from .stages import SMALL as RECIPE
from .stages import find_stages, read_yaml


def train_small(run: Run, carried: Path | None = None) -> Path | None:
    """Goes on with a run; returns its slim checkpoint, or None where the time was over before.

    Args:
        run: what is done.
        carried: where it is kept in small files as well.
    """
    slim = run.out / carry.SLIM
    if carried is not None and not run.out.exists() and carry.unpack(carried, run.out):
        note(f"goes on with the run that lies in {carried}")
        carry.rebuild(run)
    if slim.is_dir():
        return slim

    def keep() -> None:
        if carried is not None:
            note(f"{counted(len(carry.pack(run.out, carried)), 'file')} in {carried}")

    final = train(run, keep)
    if final is None:
        return None
    done = slim_folder(final, slim.with_name("slim.tmp"))
    slim.with_name("slim.tmp").rename(slim)
    note(f"{slim}: {done['bytes'] / 1e6:.1f} MB, adapters of rank {done['rank']} that miss {done['missed']:.2%}")
    keep()
    return slim


def check() -> None:
    """Runs the recipe on nano, two steps a stage, stops it, carries it elsewhere and ends it there; then looks for the base."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        stages = tuple(s.replace(batch=4, micro_batch=None, candidates=4) for s in find_stages([SMALL]))
        for minutes in (1e-3, None):  # the first call stops in its first stage
            machine, record = Machine(stop_after=minutes), Record(log_every=1, keep_trained=True)
            data = Data((DatasetSpec.parse("synthetic:16"),))
            run = Run(folder / "run", stages, data, machine, record, steps=2)
            carry.unpack(folder / "carried", run.out)
            carry.rebuild(run)
            ended = train(run)
            if minutes:
                carry.pack(run.out, folder / "carried", 10**6)
                shutil.rmtree(run.out)
        if ended is None:
            raise RuntimeError("the run did not come to its end")
    note(f"the base: {small_base().find()}")
    model, _ = checkpoints.load_model(SMALL)
    note(
        f"small: {sum(p.numel() for p in model.parameters()) / 1e6:.0f} million parameters; CUDA: {torch.cuda.is_available()}"
    )


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    recipe = read_yaml(RECIPE)
    parser.add_argument("--check", action="store_true", help="try the path on a toy, and look for the base")
    parser.add_argument("--out", type=Path, default=Path("runs/small"), help="the run's folder (default: runs/small)")
    parser.add_argument("--minutes", type=float, default=9.0, help="of the whole training (default: 9)")
    parser.add_argument("--stop-after", type=float, metavar="M", help="minutes of this call (default: no end)")
    parser.add_argument("--carry", type=Path, metavar="DIR", help="keep it in files of 15 MB there, begin with those")
    parser.add_argument("--dataset", action="append", default=recipe["datasets"], help="beside synthetic motion")
    parser.add_argument("--workers", type=int, default=0, help="processes that prepare batches (default: 0)")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    disable_progress_bar()
    torch.backends.cuda.enable_cudnn_sdp(False)  # as nano's training: prompts have ever new lengths
    if arguments.check:
        check()
        return
    data = Data(tuple(map(DatasetSpec.parse, arguments.dataset)), workers=arguments.workers)
    machine, record = Machine(stop_after=arguments.stop_after), Record(save_every=100, keep=1, keep_trained=True)
    run = Run(
        arguments.out, tuple(find_stages([SMALL])), data, machine, record, recipe["model"], minutes=arguments.minutes,
        seed=arguments.seed,
    )  # fmt: skip
    slim = train_small(run, arguments.carry)
    print(slim or f"{arguments.out}: not done yet; the same command goes on")


if __name__ == "__main__":
    main()
