"""Datasets that are tables of clips, from tiny folders in their layouts, and from the real ones where they are at hand."""

import csv
import json
import os
import tarfile
from collections import Counter
from pathlib import Path

import data_folders
import numpy as np
import pytest

from skeletonllm_hf.data import BuildOptions, build
from skeletonllm_hf.data.protocols import get_protocol
from skeletonllm_hf.data.sources import get_source
from skeletonllm_hf.data.sources.tables import gait, last_third
from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout
from skeletonllm_hf.synthetic import generate
from skeletonllm_hf.training.clips import load_clips
from skeletonllm_hf.transforms import swap_side_words

SHARED = Path(os.environ.get("SKELETONLLM_SHARED", Path(__file__).parents[2] / "shared"))
EXTRACTED = Path(os.environ.get("SKELETONLLM_DATASETS", "datasets"))


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    data_folders.tables(folder)
    return folder


def clips_of(name, root):
    source = get_source(name)
    plan = source.plan(root)
    return [(file, next(iter(source.read(plan.base, file))).sequence) for file in plan.files]


def test_kinect_clips_are_seen_from_the_sensor(root):
    for name, layout, motion, seed in (("msrc12", "kinect_v1", "kick", 6), ("gtu3d", "kinect_v2", "clapping", 1)):
        _, clip = clips_of(name, root)[0]
        assert (clip.view, clip.up, clip.units, clip.layout.name) == ("z", "y", "metres", layout)
        whole = generate(motion, layout=layout, seed=seed).joints[0, 0]  # X right, Z towards the viewer
        found = clip.canonical().joints[0, 0]
        np.testing.assert_allclose(found - found[0], whole - whole[0], atol=1e-5)


def test_subjects_keys_and_labels(root):
    files = {file.path: file for file, _ in clips_of("msrc12", root)}
    kick = files["G12/P1_1_12A_p06_00.npz"]
    assert (kick.label, kick.subject, kick.keys) == ("kick", "p06", {"gesture": "12", "instruction": "P1"})
    assert {file.label for file, _ in clips_of("deepmimic", root)} == {"walk", "backflip"}  # the table says walk1


def test_flat_clips(root):
    for file, clip in clips_of("penn_action", root):
        assert clip.is_2d and clip.units == "pixels" and clip.up == "-y" and clip.layout == get_layout("penn_13")
        assert clip.confidence.min() == 0.5 and clip.mask.all()
        assert file.keys["split"] in ("train", "test")


def test_captions_of_many_rows(root):
    (file, clip), *_ = clips_of("foerger_walks", root)
    assert clip.captions == ("a person limping", "a person walking sadly") and clip.label == "limp"
    assert file.subject == "k"


@pytest.mark.parametrize(
    ("name", "texts", "label"),
    [
        ("k_limp_sad_k_walk_sad_025_075", [], "walk"),
        ("t_limp_sad_t_walk_sad_100_000", [], "limp"),
        (
            "k_run_slow_k_limp_fast_k_walk_regular_050_000_050",
            ["a person walking", "a person walking", "running"],
            "walk",
        ),
        ("k_limp_regular_k_limp_sad_k_run_slow_033_033_033", ["running"], "limp"),
    ],
)
def test_gait_of_a_blend(name, texts, label):
    assert gait([{"file": f"{name}.bvh", "text": text} for text in texts or [""]]) == label


def test_gait_needs_a_name_that_tells():
    with pytest.raises(ValueError, match=r"dance\.bvh: expected a name such as"):
        gait([{"file": "dance.bvh", "text": ""}])


def test_the_last_third_of_each_folder():
    parts = last_third([f"{folder}/movement{number}.npz" for folder in (1, 2) for number in (10, 9, 2)])
    assert parts == {
        f"{folder}/movement{number}.npz": "test" if number == 10 else "train"
        for folder in (1, 2)
        for number in (2, 9, 10)
    }


@pytest.mark.parametrize("name", ["penn_action", "hdm05", "gtu3d"])
def test_unseen_protocols(name):
    keys = [{"split": "train"}, {"split": "test"}]
    parts = {p: [get_protocol(name, p).part(k) for k in keys] for p in ("split", "unseen", "unseen_dev", "unseen_test")}
    assert parts == {
        "split": ["train", "test"],
        "unseen": ["test", "test"],
        "unseen_dev": ["test", None],
        "unseen_test": [None, "test"],
    }


def test_msrc_holds_ten_people_out():
    protocol = get_protocol("msrc12", "cross_subject")
    parts = {person: protocol.part({"subject": f"p{person:02d}"}) for person in range(1, 31)}
    assert [person for person, part in parts.items() if part == "test"] == list(range(21, 31))


def test_a_table_is_known_by_its_columns(root, tmp_path):
    with pytest.raises(
        FileNotFoundError, match=r"expected GTU 3D: gtu3d/labels\.csv or labels\.csv with the columns file"
    ):
        get_source("gtu3d").plan(tmp_path)
    with pytest.raises(FileNotFoundError, match="expected GTU 3D"):
        get_source("gtu3d").plan(root / "penn_action")  # another dataset's table
    assert get_source("penn_action").plan(root / "penn_action").files == get_source("penn_action").plan(root).files


def test_what_a_table_names_and_is_not_there(tmp_path):
    for row, message in (("../x.npz,walk,1", "inside the folder"), ("x.npz,walk", "a value for each column")):
        (tmp_path / "labels.csv").write_text(f"file,label,folder\n{row}\n")
        with pytest.raises(ValueError, match=message):
            get_source("gtu3d").plan(tmp_path)
    (tmp_path / "labels.csv").write_text("file,label,folder\nx.npz,walk,1\n")
    assert [item.source for item in get_source("gtu3d").plan(tmp_path).skipped] == ["x.npz"]


@pytest.mark.parametrize("name", ["msrc12", "penn_action", "hdm05", "gtu3d", "deepmimic", "foerger_walks"])
def test_building(name, root, tmp_path):
    pytest.importorskip("datasets")
    report = build(name, root, tmp_path / name, BuildOptions(workers=1, progress=False))
    assert report["found"] == report["written"] > 1 and report["skipped"] == []


def test_nano_reads_them_at_thirty_frames_a_second(root):
    clips, problems = load_clips(root, {"penn_action": "unseen"})
    assert problems == [] and {clip.part for clip in clips if clip.dataset == "penn_action"} == {"test"}
    fast = [clip.sequence for clip in clips if clip.dataset in ("hdm05", "foerger_walks")]
    assert {clip.fps for clip in fast} == {30.0} and all("frames a second" in clip.warnings[-1] for clip in fast)
    slow = [clip.sequence for clip in clips if clip.dataset == "gtu3d"]
    assert {clip.fps for clip in slow} == {10.0} and not any("frames a second" in str(clip.warnings) for clip in slow)
    plan = get_source("hdm05").plan(root)
    whole = next(iter(get_source("hdm05").read(plan.base, plan.files[0]))).sequence
    first = next(clip.sequence for clip in clips if clip.dataset == "hdm05")
    np.testing.assert_allclose(first.joints, whole.joints[::4], atol=1e-5)


def test_left_and_right_of_layouts_whose_names_tell_no_side():
    layout = SkeletonLayout("mine", ("a", "b", "c"), ((0, 1), (0, 2)), body=("pelvis", "left_hip", "right_hip"))
    assert layout.pairs == ((1, 2),)


REAL = {  # clips, labels, tested clips of the first protocol
    "msrc12": (6231, 12, 2088),
    "penn_action": (2326, 15, 1068),
    "hdm05": (287, 11, 99),
    "gtu3d": (508, 14, 165),
    "deepmimic": (81, 27, 0),
    "foerger_walks": (124, 3, 0),
}


def real_plan(name, folder):
    """Of the dataset as it was extracted, or of a small archive that is extracted now."""
    if (EXTRACTED / name).is_dir():
        return get_source(name).plan(EXTRACTED)
    archive = SHARED / "data" / f"{name}.tar.xz"
    if not archive.is_file() or archive.stat().st_size > 5e6:
        pytest.skip(f"{name} is not at hand (SKELETONLLM_DATASETS, SKELETONLLM_SHARED)")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return get_source(name).plan(folder)


@pytest.mark.parametrize("name", REAL)
def test_real_tables(name, tmp_path):
    plan = real_plan(name, tmp_path)
    protocol = get_protocol(
        name, {"msrc12": "cross_subject", "deepmimic": "all", "foerger_walks": "all"}.get(name, "split")
    )
    parts = Counter(protocol.part(file.split_keys(file.label)) for file in plan.files)
    assert (len(plan.files), len({file.label for file in plan.files}), parts["test"]) == REAL[name]
    file = plan.files[0]
    clip = next(iter(get_source(name).read(plan.base, file))).sequence
    height = np.ptp(clip.canonical().joints[0, 0, :, 1])
    assert clip.label == file.label and 1.0 < height < 2.1
    with open(plan.base / "labels.csv", encoding="utf-8") as stream:
        assert len({row["file"] for row in csv.DictReader(stream)}) == len(plan.files)


def test_sides_of_penn_action(tmp_path):
    """Its authors' "left" is the person's right, as those who jump towards the camera show."""
    plan = real_plan("penn_action", tmp_path)
    facing = [file for file in plan.files if (file.label, file.keys["view"]) == ("jumping jacks", "front")]
    own = SkeletonLayout.from_dict(json.loads((plan.base / "penn_13.json").read_text()))
    layout = get_layout("penn_13")
    assert [swap_side_words(name.replace("_", " ")).replace(" ", "_") for name in own.joints] == list(
        layout.joints
    ) and len(facing) > 90
    for file in facing:
        clip = next(iter(get_source("penn_action").read(plan.base, file))).sequence
        left, right = (clip.joints[:, 0, layout.joints.index(f"{side}_shoulder"), 0] for side in ("left", "right"))
        assert np.median(left - right) > 0
