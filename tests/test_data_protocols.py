"""Protocols: who is tested, and that the published numbers come out."""

from collections import Counter

import pytest

from skeletonllm_hf.data.protocols import PROTOCOLS, Protocol, get_protocol, part_name, protocols_of
from skeletonllm_hf.data.sources import DATASETS
from skeletonllm_hf.readers.datasets.msr_action3d import ACTIONS
from skeletonllm_hf.readers.datasets.ntu_actions import NTU_ACTIONS


def test_every_dataset_has_protocols():
    assert set(PROTOCOLS) == set(DATASETS) - {"folder"}
    for name, protocols in PROTOCOLS.items():
        assert len({protocol.name for protocol in protocols}) == len(protocols), name


def parts(protocol, clips):
    return Counter(protocol.part(keys) for keys in clips)


@pytest.mark.parametrize(
    ("dataset", "train", "test"), [("msr_action3d", "1 3 5 7 9", "2 4 6 8 10"), ("utkinect", "1 2 3 4 5", "6 7 8 9 10")]
)
def test_subjects(dataset, train, test):
    protocol = get_protocol(dataset, "cross_subject")
    assert {s for s in map(str, range(1, 11)) if protocol.part({"subject": s}) == "train"} == set(train.split())
    assert {s for s in map(str, range(1, 11)) if protocol.part({"subject": s}) == "test"} == set(test.split())


def test_ntu_counts():
    subjects = [{"subject": str(s), "camera": str(c)} for s in range(1, 41) for c in (1, 2, 3)]
    assert parts(get_protocol("ntu_60", "cross_subject"), subjects) == {"train": 60, "test": 60}
    assert parts(get_protocol("ntu_60", "cross_view"), subjects) == {"train": 80, "test": 40}
    subjects = [{"subject": str(s), "setup": str(s % 32 + 1)} for s in range(1, 107)]
    assert parts(get_protocol("ntu_120", "cross_subject"), subjects) == {"train": 53, "test": 53}
    setups = [{"setup": str(s)} for s in range(1, 33)]
    assert parts(get_protocol("ntu_120", "cross_setup"), setups) == {"train": 16, "test": 16}
    assert get_protocol("ntu_120", "cross_setup").part({"setup": "32"}) == "train"


@pytest.mark.parametrize(("seen", "unseen"), [(55, 5), (48, 12), (40, 20), (30, 30)])
def test_ntu_zero_shot(seen, unseen):
    protocol = get_protocol("ntu_60", f"zero_shot_{seen}_{unseen}")
    candidates = protocol.candidates(NTU_ACTIONS[:60])
    assert len(candidates) == len(set(candidates)) == unseen
    clips = [{"label": label, "subject": subject} for label in NTU_ACTIONS[:60] for subject in ("1", "3")]
    assert parts(protocol, clips) == {"train": seen, "test": unseen, None: 60}
    assert protocol.part({"label": candidates[0], "subject": "3"}) == "test"
    assert protocol.part({"label": candidates[0], "subject": "1"}) is None  # an unseen class must stay unseen


def test_zero_shot_names():
    names = get_protocol("ntu_60", "zero_shot_55_5").candidates(NTU_ACTIONS[:60])
    assert names == ["jump up", "put on a hat", "reading", "touch pocket", "writing"]


def test_msr_zero_shot():
    protocol = get_protocol("msr_action3d", "zero_shot_16_4")
    assert protocol.candidates(ACTIONS) == ["forward punch", "hand clap", "pick up and throw", "side kick"]
    assert parts(protocol, [{"label": label} for label in ACTIONS]) == {"train": 16, "test": 4}
    assert get_protocol("msr_action3d", "cross_subject").candidates(ACTIONS) == sorted(ACTIONS)


def test_sbu_folds_test_every_pair_once():
    folds = protocols_of("sbu")
    tested = [pair for fold in folds for pair in fold.test["pair"]]
    assert len(folds) == 5 and len(tested) == len(set(tested)) == 21
    assert set(folds[0].test["pair"]) == {"s01s02", "s03s04", "s05s02", "s06s04"}


def test_others():
    assert get_protocol("bandai_namco_2", "styles").part({"style": "youthful"}) == "test"
    assert get_protocol("bandai_namco_1", "all").part({"style": "old"}) == "train"
    assert [get_protocol("nw_ucla", "cross_view").part({"camera": str(c)}) for c in (1, 2, 3)] == [
        "train",
        "train",
        "test",
    ]
    mine = protocols_of("my clips")[0]
    assert [mine.part({"split": name}) for name in ("train", "val", "Dev", "test")] == [
        "train",
        "validation",
        "validation",
        "test",
    ]


def test_errors():
    with pytest.raises(ValueError, match=r"protocol: dataset 'sbu' has \['fold_1', .*\], got 'x'"):
        get_protocol("sbu", "x")
    with pytest.raises(ValueError, match=r"protocol 'styles' goes by \['style'\]: .* none of \['style'\]"):
        get_protocol("bandai_namco_2", "styles").part({"label": "run"})
    with pytest.raises(ValueError, match=r"split: expected one of .*, got 'trian'"):
        part_name("trian")
    assert Protocol("p", "", test={"a": (1,)}, train={"b": (2,)}).part({"a": "1", "b": "2"}) is None
