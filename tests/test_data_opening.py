"""Reading built datasets: whole and streaming, by protocol, mixed, with shards that lost all their clips."""

from collections import Counter

import data_folders
import numpy as np
import pytest

from skeletonllm_hf.data import BuildOptions, Protocol, build, decode, encode, features, mix, open_dataset, row_keys
from skeletonllm_hf.readers import save_npz
from skeletonllm_hf.synthetic import generate

OPTIONS = BuildOptions(workers=1, shard_files=2, progress=False)


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    import datasets

    datasets.disable_progress_bars()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path_factory.mktemp("cache"))
        patch.setattr(datasets.config, "SLEEP_TIME_ON_THREADS_SHUTDOWN", 0.1)  # five seconds after every stream
        yield


@pytest.fixture(scope="module")
def msr(tmp_path_factory):
    root, out = tmp_path_factory.mktemp("msr"), tmp_path_factory.mktemp("built") / "msr"
    data_folders.msr_action3d(root, subjects=(1, 2, 3))
    folder = root / "real_world_coordinates"
    for take in (2, 3):  # a shard of which nothing is left: files that cannot be read
        (folder / f"a01_s04_e0{take}_skeleton3D.txt").write_text("no skeleton")
    build("msr_action3d", root, out, OPTIONS)
    return out


@pytest.mark.parametrize("streaming", [False, True])
def test_parts(msr, streaming):
    train, test = (list(open_dataset(msr, part, streaming=streaming)) for part in ("train", "test"))
    assert {row_keys(row)["subject"] for row in train} == {"1", "3"} and {row_keys(row)["subject"] for row in test} == {
        "2"
    }
    assert (len(train), len(test)) == (4, 2)
    assert [decode(row).num_frames for row in train] == [16] * 4


def test_rows_are_those_of_the_files_not_of_a_cache(tmp_path):
    def built(folder, actions, out):
        folder.mkdir(exist_ok=True)
        for number, action in enumerate(actions):
            save_npz(generate(action, layout="smpl_22", seed=number), folder / f"{number}.npz")
        lines = [f"{number}.npz,{action}" for number, action in enumerate(actions)]
        (folder / "labels.csv").write_text("\n".join(["file,label", *lines]))
        build("folder", folder, out, BuildOptions(workers=1, progress=False, fresh=True))
        return sorted(str(row["label"]) for row in open_dataset(out))

    first, other = tmp_path / "a" / "clips", tmp_path / "b" / "clips"
    assert built(tmp_path / "one", ["walk"], first) == ["walk"]
    assert built(tmp_path / "two", ["bow", "kick"], other) == ["bow", "kick"]  # a folder of the same name
    assert built(tmp_path / "one", ["walk", "wave"], first) == ["walk", "wave"]  # built again


@pytest.mark.parametrize("streaming", [False, True])
def test_other_protocols(msr, streaming):
    test = list(open_dataset(msr, "test", protocol="zero_shot_16_4", streaming=streaming))
    train = list(open_dataset(msr, "train", protocol="zero_shot_16_4", streaming=streaming))
    assert Counter(str(row["label"]) for row in test) == {"hand clap": 3}
    assert Counter(str(row["label"]) for row in train) == {"high throw": 3}
    mine = Protocol("one", "subject 3 tests", test={"subject": (3,)})
    assert len(list(open_dataset(msr, "test", protocol=mine, streaming=streaming))) == 2


def test_batches_as_a_loader_takes_them(msr):
    rows = open_dataset(msr).__getitems__([0, 2, 1])
    assert [str(row["id"]) for row in rows] == [str(open_dataset(msr)[i]["id"]) for i in (0, 2, 1)]
    assert all(decode(row).mask.all() for row in rows)


@pytest.mark.parametrize("streaming", [False, True])
def test_mix(msr, streaming):
    parts = [open_dataset(msr, part, streaming=streaming) for part in ("train", "test")]
    ids = [str(row["id"]) for row in mix(parts, [1, 3], seed=1)]
    assert (
        ids
        == [str(row["id"]) for row in mix(parts, [1, 3], seed=1)]
        != [str(row["id"]) for row in mix(parts, [1, 3], seed=2)]
    )
    assert set(ids) == {str(row["id"]) for part in parts for row in part}
    assert sum("_s02_" in name for name in ids) > len(ids) / 2
    turns = [str(row["id"]) for row in mix(parts)]
    assert ["_s02_" in name for name in turns[:4]] == [False, True, False, True]


def test_table_of_your_own(tmp_path):
    from datasets import Dataset

    clips = {f"{number}": generate("wave", seed=number) for number in range(3)}
    rows = [
        encode(clip, id=name, dataset="mine", keys={"split": "test" if name == "2" else "train"})
        for name, clip in clips.items()
    ]
    Dataset.from_list(rows, features=features()).to_parquet(tmp_path / "clips.parquet")
    assert [str(row["id"]) for row in open_dataset(tmp_path, "test", protocol="split")] == ["2"]
    row = open_dataset(tmp_path)[1]
    assert np.array_equal(decode(row).joints, clips["1"].joints)
    assert decode(row).questions == clips["1"].questions


def test_errors(msr, tmp_path):
    from datasets import Dataset

    with pytest.raises(ValueError, match=r"part: expected one of \['train', 'validation', 'test'\], got 'val'"):
        open_dataset(msr, "val")
    with pytest.raises(ValueError, match=r"expected a split 'validation', found \['train', 'test'\]"):
        open_dataset(msr, "validation")
    with pytest.raises(
        ValueError, match=r"protocol: dataset 'msr_action3d' has \['cross_subject', 'zero_shot_16_4'\], got 'x'"
    ):
        open_dataset(msr, protocol="x")
    with pytest.raises(ValueError, match=r"protocol 'none' has no clips for 'test'"):
        open_dataset(msr, "test", protocol=Protocol("none", "nobody", test={"subject": (99,)}))
    with pytest.raises(ValueError, match=r"protocol 'p' goes by \['camera'\]"):
        open_dataset(msr, protocol=Protocol("p", "no such key", test={"camera": (1,)}))
    Dataset.from_dict({"text": ["hello"]}).to_parquet(tmp_path / "clips.parquet")
    with pytest.raises(ValueError, match=r"expected the columns \['id', .*\], got none of"):
        open_dataset(tmp_path)
    with pytest.raises(ValueError, match="mix: expected at least one dataset"):
        mix([])
    with pytest.raises(ValueError, match=r"weights: expected 1 positive numbers, got \[0\]"):
        mix([open_dataset(msr)], [0])
