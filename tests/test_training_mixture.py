"""Examples by their place: tasks, order, variation, batches."""

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from training_material import LABELS, small_dataset

from skeletonllm_hf.data import open_dataset
from skeletonllm_hf.model.prompts import CAPTION, EXPLAIN, RECOGNIZE
from skeletonllm_hf.training import negatives
from skeletonllm_hf.training.mixture import Collator, ExampleMaker, Planned, Streamed, by_length, plan
from skeletonllm_hf.training.run import find_teacher
from skeletonllm_hf.training.sources import DatasetSpec, Stream, Table, open_source
from skeletonllm_hf.training.stages import Stage
from skeletonllm_hf.training.synthetic_clips import SyntheticClips
from skeletonllm_hf.training.tasks import TaskSampler
from skeletonllm_hf.training.texts import Texts

EVERYTHING = Stage(
    "s", ("all",), dict.fromkeys(("mqa", "name", "yes_no", "rationale", "caption", "question"), 1), teacher="kinematic"
)


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """A cache of our own; and no five seconds' rest after every pass over a stream."""
    import datasets

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path_factory.mktemp("cache"))
        patch.setattr(datasets.config, "SLEEP_TIME_ON_THREADS_SHUTDOWN", 0.1)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return small_dataset(tmp_path_factory.mktemp("built") / "clips")


@pytest.fixture(scope="module")
def table(folder):
    return Table("clips", open_dataset(folder))


def sampler_for(source, stage=EVERYTHING):
    near = negatives.by_text(source.labels, stage.neighbours)
    return TaskSampler(stage.tasks, source, near, stage.candidates, find_teacher(stage))


def maker_for(sources, processor, stage=EVERYTHING, seed=0):
    samplers = [sampler_for(source, stage) for source in sources]
    return ExampleMaker(samplers, processor, seed, stage.augment, stage.questions)


def planned(table, tiny, stage=EVERYTHING, places=24, seed=0, group=None, sources=None, shares=None):
    sources = sources or [table]
    return Planned(sources, shares, maker_for(sources, tiny[1], stage, seed), places, group)


def same(a, b):
    return (
        a.id == b.id
        and (a.question, a.answer, a.frames) == (b.question, b.answer, b.frames)
        and np.array_equal(a.sequence.joints, b.sequence.joints)
    )


# --- tasks ---


def test_what_each_task_asks(table):
    sampler, generator = sampler_for(table), np.random.default_rng(0)
    sequence, texts = table.clip(0)
    asked = {task: sampler.ask(task, texts, sequence, generator) for task in EVERYTHING.tasks}
    question, answer = asked["mqa"]
    assert answer == texts.label and all(label in question for label in LABELS)
    assert asked["name"] == (RECOGNIZE, texts.label)
    assert asked["rationale"][0] == EXPLAIN and asked["rationale"][1].endswith(f"\nLabel: {texts.label}")
    assert asked["caption"][0] == CAPTION and asked["caption"][1] in sequence.captions
    assert asked["question"] in sequence.questions


def test_candidates_are_shuffled_and_may_be_few(table):
    sequence, texts = table.clip(0)
    questions = {sampler_for(table).ask("mqa", texts, sequence, np.random.default_rng(seed))[0] for seed in range(8)}
    assert len(questions) > 3
    few = sampler_for(table, EVERYTHING.replace(candidates=2))
    for seed in range(8):
        question, answer = few.ask("mqa", texts, sequence, np.random.default_rng(seed))
        assert sum(label in question for label in LABELS) == 2 and answer in question


def test_yes_and_no_about_equally_with_neighbours(table):
    sampler, generator = sampler_for(table, EVERYTHING.replace(neighbours=2)), np.random.default_rng(0)
    sequence, texts = table.clip(0)
    asked = [sampler.ask("yes_no", texts, sequence, generator) for _ in range(200)]
    assert 70 < sum(answer == "YES" for _, answer in asked) < 130
    for question, answer in asked:
        assert (f"action {texts.label}?" in question) == (answer == "YES")
        assert answer == "YES" or any(f"action {label}?" in question for label in sampler.neighbours[texts.label])


def test_clips_serve_the_tasks_that_they_have_texts_for():
    sampler = TaskSampler(EVERYTHING.tasks, SimpleNamespace(labels=("a", "b")))
    assert sampler.possible(Texts("1", None)) == []
    assert sampler.possible(Texts("1", "a")) == ["mqa", "name", "yes_no"]
    assert sampler.possible(Texts("1", None, ("A person waves.",), (("Who?", "A person."),), "Because.")) == [
        "rationale",
        "caption",
        "question",
    ]
    assert TaskSampler(EVERYTHING.tasks, SimpleNamespace(labels=("a",))).possible(Texts("1", "a")) == ["name"]


# --- order ---


def test_every_row_once_a_pass():
    source, row = plan([3, 5], None, 16, seed=1)
    for turn in (slice(0, 8), slice(8, 16)):
        assert sorted(zip(source[turn].tolist(), row[turn].tolist())) == [(0, i) for i in range(3)] + [
            (1, i) for i in range(5)
        ]
    longer = plan([3, 5], None, 30, seed=1)
    assert np.array_equal(longer[0][:16], source) and np.array_equal(longer[1][:16], row)
    assert not np.array_equal(plan([3, 5], None, 16, seed=2)[1], row)


def test_shares():
    source, row = plan([4, 4], [1, 3], 400, seed=0)
    assert 250 < (source == 1).sum() < 350
    counts = Counter(row[source == 0].tolist())
    assert max(counts.values()) - min(counts.values()) <= 1


def test_examples_are_those_of_their_place(table, tiny):
    stage = EVERYTHING.replace(augment=True)
    one, other = planned(table, tiny, stage), planned(table, tiny, stage, places=12)
    for place in (11, 3, 0):
        assert same(one[place], other[place])
    assert not same(one[3], planned(table, tiny, stage, seed=1)[3])
    assert one.left_out == [0]


def test_sources_that_serve_no_task_are_named(table, tiny):
    stage = Stage("s", ("all",), {"rationale": 1})  # no column, no teacher
    with pytest.raises(ValueError, match="clips: expected clips with the texts that rationale need, found none"):
        planned(table, tiny, stage)


def test_groups_of_one_length():
    lengths = np.random.default_rng(0).integers(1, 100, 96)
    order = by_length(lengths, 4, seed=0)
    assert sorted(order) == list(range(96))
    spread = lambda places: np.ptp(lengths[places].reshape(-1, 4), axis=1).mean()  # noqa: E731
    assert spread(order) < 0.2 * spread(np.arange(96))


def test_grouping_changes_the_order_alone(table, tiny):
    plain, grouped = planned(table, tiny), planned(table, tiny, group=4)
    assert sorted(grouped.order) == list(range(24)) and grouped.order.tolist() != list(range(24))
    assert same(grouped[5], plain[int(grouped.order[5])])


def test_streams_go_on_where_they_were_left(folder, tiny):
    def streamed(skip):
        source = Stream("clips", open_dataset(folder, streaming=True), LABELS, seed=0, buffer=4)
        return list(Streamed([source], [1.0], maker_for([source], tiny[1]), 30, skip))

    whole, rest = streamed(0), streamed(20)
    assert rest[:20] == [None] * 20 and all(same(a, b) for a, b in zip(whole[20:], rest[20:], strict=True))
    assert {item.id for item in whole[:12]} == {f"clips/{i}" for i in range(12)}
    assert [item.id for item in whole[:12]] != [item.id for item in whole[12:24]]


# --- sources ---


def test_names_of_datasets(folder):
    assert DatasetSpec.parse("USER/NAME@zero_shot=0.5") == DatasetSpec("USER/NAME", "zero_shot", 0.5)
    assert DatasetSpec.parse(str(folder), replay=True) == DatasetSpec(str(folder), None, None, True)
    for text in ("", "=1", "name=0", "name=many"):
        with pytest.raises(ValueError, match=r"expected NAME\[@PROTOCOL\]\[=WEIGHT\]"):
            DatasetSpec.parse(text)


def test_synthetic_motion_is_the_same_again():
    one, other = SyntheticClips(5, 3), SyntheticClips(5, 3)
    sequence, texts = one.clip(4)
    assert np.array_equal(sequence.joints, other.clip(4)[0].joints)
    assert sequence.label == texts.label and texts.label in one.labels and texts.captions and texts.questions


def test_a_protocol_s_labels_are_the_seen_ones(tmp_path):
    import data_folders

    from skeletonllm_hf.data import BuildOptions, build

    (tmp_path / "raw").mkdir()
    data_folders.msr_action3d(tmp_path / "raw", subjects=(1, 2, 3))
    build("msr_action3d", tmp_path / "raw", tmp_path / "msr", BuildOptions(workers=1, progress=False))
    spec = DatasetSpec.parse(f"{tmp_path / 'msr'}@zero_shot_16_4")
    for streaming in (False, True):
        assert open_source(spec, streaming=streaming, seed=0, work=tmp_path).labels == ("high throw",)


def test_a_folder_with_a_table_is_built(tmp_path, capsys, tiny):
    import data_folders

    (tmp_path / "raw").mkdir()
    data_folders.labelled(tmp_path / "raw")
    source = open_source(DatasetSpec.parse(str(tmp_path / "raw")), streaming=False, seed=0, work=tmp_path / "work")
    assert [texts.label for texts in source.texts] == ["kick"]  # the other good one is for validation
    assert "skipped broken.npz" in capsys.readouterr().err
    with pytest.raises(ValueError, match="found none; mqa and yes_no need two labels or more, its labels: 'kick'"):
        planned(source, tiny, Stage("s", ("all",), {"mqa": 1}))
    (tmp_path / "raw" / "labels.csv").write_text("file,label\n")
    with pytest.raises(ValueError, match=r"raw: expected clips to train on, got none of the 0 in its labels\.csv"):
        open_source(DatasetSpec.parse(str(tmp_path / "raw")), streaming=False, seed=0, work=tmp_path / "none")


# --- batches ---


def test_a_clip_is_drawn_the_same_in_any_batch(table, tiny):
    examples, collate = planned(table, tiny), Collator(tiny[1])
    items = [examples[place] for place in range(4)]
    assert len({item.sequence.layout.name for item in items}) > 1
    together, alone = collate(items), collate(items[2:3])
    assert together["ids"] == [item.id for item in items]
    for name in ("joints", "velocities", "joint_mask", "gaussian_scales", "gaussian_positions"):
        a, b = together[name][2], alone[name][0]
        cut = tuple(slice(size) for size in b.shape)
        assert torch.equal(a[cut], b)
        assert a.count_nonzero() == b.count_nonzero()  # beyond them: nothing


def test_labels_stand_on_the_answers(table, tiny):
    _, processor = tiny
    examples = planned(table, tiny)
    items = [examples[place] for place in range(4)]
    batch = Collator(processor)(items)
    for row, item in zip(batch["labels"], items, strict=True):
        taught = row[row != -100]
        assert processor.tokenizer.decode(taught[:-1]).strip() == item.answer
        assert taught[-1] == processor.tokenizer.eos_token_id


def test_mirrored_rationales_tell_of_what_is_seen(table, tiny):
    """The label's words change sides with the clip; the sentences were measured on the mirrored clip already."""
    stage = Stage("s", ("all",), {"rationale": 1}, teacher="kinematic", augment=True)
    from skeletonllm_hf.describe import rationale

    for item in (planned(table, tiny, stage)[place] for place in range(12)):
        body = item.answer.rpartition("\n")[0]
        assert body == rationale(item.sequence, "x").rpartition("\n")[0]


def test_rationales_at_hand_come_first(tmp_path, tiny):
    folder = small_dataset(tmp_path / "told", each=1, rationale="Because.\nLabel: it")
    table = Table("told", open_dataset(folder))
    item = planned(table, tiny, EVERYTHING.replace(tasks={"rationale": 1}, augment=True))[0]
    assert item.answer == "Because.\nLabel: it"
