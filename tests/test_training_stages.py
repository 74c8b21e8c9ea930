"""Stages as data: what the shipped ones say, what is refused."""

from types import SimpleNamespace

import pytest

from skeletonllm_hf import load
from skeletonllm_hf.model.prompts import recognition_prompt
from skeletonllm_hf.synthetic import ACTIONS
from skeletonllm_hf.training.run import _listed
from skeletonllm_hf.training.stages import FOLDER, PAPER, Stage, find_stages, read_stage, shipped_stages


def test_the_papers_recipe():
    stages = find_stages(["paper"])
    assert [stage.name for stage in stages] == list(PAPER)
    assert [(stage.train, list(stage.tasks), stage.epochs) for stage in stages] == [
        (("renderer", "projector"), ["mqa"], 1),
        (("renderer", "projector"), ["yes_no"], 1),
        (("renderer", "projector", "lora"), ["rationale"], 1),
        (("projector", "lora"), ["mqa"], 3),
    ]
    for stage in stages:
        assert (stage.learning_rate, stage.weight_decay, stage.warmup) == (2e-5, 0.05, 0.03)
        assert (stage.lora_rank, stage.lora_alpha, stage.neighbours, stage.candidates) == (32, 64, 5, None)


def test_every_file_is_a_stage():
    assert len(shipped_stages()) == len(list(FOLDER.glob("*.yaml")))


def test_stages_from_files_and_by_name(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\ntrain: all\ntasks: {name: 1, caption: 0.5}\nlearning_rate: 3e-4\n")
    first, mine = find_stages(["refinement", str(path)])
    assert first.name == "refinement" and mine.train == ("all",)
    assert mine.learning_rate == 3e-4  # YAML alone takes this for a text
    assert Stage(**mine.to_dict()) == mine


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "name: a\ntrain: [renderer]\ntasks: {mqa: 1}\nlearning_rat: 1",
            r"mine.yaml: expected settings among .*, got \['learning_rat'\]",
        ),
        (
            "name: a\ntasks: {mqa: 1}",
            r"mine.yaml: expected the settings name, train and tasks, got none of \['train'\]",
        ),
        ("name: a\ntrain: [render]\ntasks: {mqa: 1}", r"mine.yaml: train: expected some of .* got \['render'\]"),
        ("name: a\ntrain: [language, lora]\ntasks: {mqa: 1}", r"train: expected language or lora"),
        ("name: a\ntrain: all\ntasks: {quiz: 1}", r"tasks: expected some of .*, got \['quiz'\]"),
        ("name: a\ntrain: all\ntasks: {mqa: 0}", r"tasks: mqa: expected a positive share, got 0"),
        ("name: a\ntrain: all\ntasks: {mqa: 1}\nbatch: many", r"batch: expected int, got 'many'"),
        ("name: a\ntrain: all\ntasks: {mqa: 1}\nbatch: 0", r"batch: expected at least 1, got 0"),
        ("name: a/b\ntrain: all\ntasks: {mqa: 1}", r"name: expected letters, digits"),
        ("name: a\ntrain: all\ntasks: {mqa: 1}\nkeep: 1.0", r"keep: expected a share from 0 to below 1, got 1.0"),
        (
            "name: a\ntrain: all\ntasks: {mqa: 1}\nlearning_rate: -1",
            r"learning_rate: expected a number that is not negative",
        ),
        ("name: a\ntrain: all\ntasks: {mqa: 1}\nnegatives: guess", r"negatives: expected one of .* or a .json file"),
        ("- a\n- b", r"mine.yaml: expected settings of a stage, got list"),
        ("a: [", r"mine.yaml: expected YAML"),
    ],
)
def test_what_is_refused(tmp_path, text, message):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        read_stage(path)


def test_unknown_and_repeated_names():
    with pytest.raises(
        ValueError, match=r"stages: expected paper, small, words, alignment, .*, or a .yaml file, got 'warmup'"
    ):
        find_stages(["warmup"])
    with pytest.raises(ValueError, match=r"stages: expected each once"):
        find_stages(["paper", "alignment"])


def test_a_list_too_long_for_the_model_is_cut(tmp_path, capsys):
    """All labels of the generator do not fit into the context of the bundled model."""
    answerer = load()
    model, processor = answerer.model, answerer.processor
    labels = [f"{name} number {number}" for number in range(8) for name in ACTIONS]
    stage = Stage("one", ("renderer",), {"mqa": 1.0})
    room = model.config.get_text_config().max_position_embeddings - processor.num_frames * processor.tokens_per_frame
    listed = _listed(stage, SimpleNamespace(labels=labels), model, processor)
    assert "too many for the model" in capsys.readouterr().err
    longest = sorted(labels, key=len)[-listed:]
    assert listed > 10 and len(processor.tokenizer(recognition_prompt(longest)).input_ids) < room
    assert _listed(stage, SimpleNamespace(labels=labels[:20]), model, processor) is None
