"""The recipe of "small" within a time: its stages fit a slim checkpoint, and a run that was stopped, killed or carried away ends the same."""

import json
import shutil
from types import SimpleNamespace

import pytest
from training_material import differing, small_dataset, small_model

from skeletonllm_hf.hub.slim import LARGEST_RANK
from skeletonllm_hf.training import callbacks, carry, checkpoints
from skeletonllm_hf.training.run import train
from skeletonllm_hf.training.settings import Data, Machine, Record, Run
from skeletonllm_hf.training.sources import DatasetSpec
from skeletonllm_hf.training.stages import PAPER, find_stages


class Killed(BaseException):
    pass


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Makes runs of the recipe's stages on a tiny model and few clips."""
    model = small_model(tmp_path_factory.mktemp("model") / "small")
    data = Data((DatasetSpec.parse(str(small_dataset(tmp_path_factory.mktemp("built") / "clips"))),))
    stages = tuple(s.replace(batch=4, candidates=None, learning_rate=1e-2) for s in find_stages(["small"]))

    def run(out, stages=stages, stop_after=None, **settings):
        machine = Machine(cpu=True, stop_after=stop_after)
        return Run(out, stages, data, machine, Record(log_every=1, keep_trained=True), str(model), **settings)

    return run


def test_its_stages_are_the_papers_and_their_adapters_fit_a_slim_checkpoint():
    stages = find_stages(["small"])
    assert [stage.name for stage in stages] == ["words", *PAPER]
    with_adapters = [stage for stage in [*stages, *find_stages(["new-class-lora"])] if "lora" in stage.train]
    assert len(with_adapters) == 3 and sum(stage.lora_rank for stage in with_adapters) == LARGEST_RANK
    assert sum(stage.share for stage in stages) == pytest.approx(1)


def test_a_stage_is_as_long_as_its_time(tmp_path, monkeypatch):
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(callbacks, "time", clock)
    pace, state = callbacks.Pace(100.0, tmp_path / "plan.json"), SimpleNamespace(global_step=0, max_steps=10**6)
    pace.on_train_begin(None, state, None)
    while state.global_step < state.max_steps:
        clock.now += 9.0 if state.global_step < pace.WARM else 2.0  # the first ones are slow everywhere
        state.global_step += 1
        pace.on_step_end(None, state, None)
    assert clock.now == 100.0
    assert json.loads((tmp_path / "plan.json").read_text()) == {"steps": state.max_steps, "seconds a step": 2.0}


def test_a_run_that_is_carried_away_ends_in_the_same_weights(tmp_path, start):
    whole = train(start(tmp_path / "whole", steps=2))
    ended = []

    def kill():
        ended.append(1)
        if len(ended) == 3:
            raise Killed

    with pytest.raises(Killed):
        train(start(tmp_path / "one", steps=2), kill)
    assert train(start(tmp_path / "one", steps=2, stop_after=1e-9)) is None  # one step into the stage with adapters
    for place, stop_after in (("two", 1e-9), ("three", None)):  # in the middle of stages 4 and 5
        before = tmp_path / {"two": "one", "three": "two"}[place]
        parts = carry.pack(before, tmp_path / "carried", most=30_000)
        assert len(parts) > 3 and all(path.stat().st_size <= 30_000 for path in parts)
        shutil.rmtree(before)
        run = start(tmp_path / place, steps=2, stop_after=stop_after)
        assert carry.unpack(tmp_path / "carried", run.out)
        carry.rebuild(run)
        ended = train(run)
    assert ended == run.out / "final" and whole is not None
    assert differing(tmp_path / "whole", tmp_path / "three") == set()


def test_a_paced_stage_that_was_stopped_ends_in_the_same_weights(tmp_path, start):
    run, stopped = (
        start(tmp_path / name, find_stages(["alignment"]), minutes=1e-6, stop_after=stop)
        for name, stop in (("run", None), ("stopped", 1e-9))
    )
    assert train(run) == tmp_path / "run" / "final"
    report = json.loads((tmp_path / "run" / "1-alignment" / "report.json").read_text())
    rates = [line["learning_rate"] for line in report["history"] if "loss" in line]
    assert len(rates) == callbacks.Pace.MEASURED + 1  # its time was over when it began
    assert train(stopped) is None
    shutil.copy(tmp_path / "run" / "1-alignment" / "plan.json", tmp_path / "stopped" / "1-alignment")
    for _ in range(3):
        train(stopped)
    assert train(start(tmp_path / "stopped", find_stages(["alignment"]), minutes=1e-6)) is not None
    assert differing(tmp_path / "run", tmp_path / "stopped") == set()


def test_parts_that_lack_others_are_refused(tmp_path, start):
    assert train(start(tmp_path / "run", steps=2, stop_after=1e-9)) is None
    parts = carry.pack(tmp_path / "run", tmp_path / "carried", most=20_000)
    assert carry.pack(tmp_path / "run", tmp_path / "carried", most=20_000) == parts
    data = parts[0].read_bytes()
    parts[0].write_bytes(data[:-1])
    with pytest.raises(ValueError, match="expected all parts of a run, as they were written"):
        carry.unpack(tmp_path / "carried", tmp_path / "new")
    parts[0].unlink()
    with pytest.raises(ValueError, match="expected all parts of a run"):
        carry.unpack(tmp_path / "carried", tmp_path / "new")
    assert not (tmp_path / "new").exists() and not carry.unpack(tmp_path / "nothing", tmp_path / "new")
    assert checkpoints.complete(tmp_path / "run" / "1-words")
