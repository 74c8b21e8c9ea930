"""Archives: .zip, .tar and .tar.gz as several clips, .gz as the file in it."""

import gzip
import io
import json
import tarfile
import zipfile

import numpy as np
import pytest
from format_samples import FRAMES, body, samples
from fuzzing import _AMC, ASF, corpus

from skeletonllm_hf.cli.main import main
from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import (
    SkeletonFileError,
    archive,
    clip_paths,
    inspect_skeleton,
    load_skeleton,
    load_skeletons,
)

TRC, BVH = samples()["trc"][1], corpus()["bvh"][1]
PERSON = np.concatenate([body("openpose_25"), np.ones((FRAMES, 25, 1))], axis=-1)
FILES = {
    "walk/b10.bvh": BVH,
    "walk/b9.bvh": BVH,
    "a.trc": TRC,
    "README.txt": b"about",
    "02.asf": ASF,
    "02_01.amc": _AMC,
    "__MACOSX/._a.trc": b"\0\0",
    "walk/.DS_Store": b"\0",
    **{f"camera/frame_{f}_keypoints.json": json.dumps({"version": 1.3, "people": [{"pose_keypoints_2d": (p[:, [0, 1, 3]] * 100).ravel().tolist()}]}).encode()
       for f, p in enumerate(PERSON)},
}  # fmt: skip
CLIPS = ["02_01.amc", "a.trc", "camera", "walk/b9.bvh", "walk/b10.bvh"]


def zipped(files, packing=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return buffer.getvalue()


def tarred(files, links=()):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as out:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            out.addfile(member, io.BytesIO(data))
        for name, target in links:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            out.addfile(member)
    return buffer.getvalue()


def write(folder, name, data):
    (folder / name).write_bytes(data)
    return folder / name


@pytest.mark.parametrize("kind", ["a.zip", "a.tar", "a.tar.gz", "a.tgz"])
def test_archives_hold_clips(tmp_path, kind):
    data = zipped(FILES) if kind == "a.zip" else tarred(FILES, [("link.trc", "/etc/passwd")])
    path = write(tmp_path, kind, gzip.compress(data) if kind.endswith("gz") else data)
    assert clip_paths(path) == [f"{path}/{name}" for name in CLIPS]
    clips = load_skeletons(path)
    assert [clip.format for clip in clips] == ["asf_amc", "trc", "openpose", "bvh", "bvh"]
    assert [clip.source for clip in clips] == clip_paths(path)
    first = load_skeleton(path)
    assert first.source == f"{path}/02_01.amc" and "holds 5 clips: 02_01.amc was read" in first.warnings[0]
    for wanted in ("a.trc", 1):
        clip = load_skeleton(path, clip=wanted)
        assert clip.format == "trc" and np.allclose(clip.joints[:, 0], body("openpose_25"), atol=1e-4)
        assert not any("archive" in warning for warning in clip.warnings)
    assert inspect_skeleton(f"{path}/a.trc").source == f"{path}/a.trc"
    with pytest.raises(
        SkeletonFileError, match=r"expected clip=... of its 5 clips \(0 to 4, or a name: 02_01.amc, a.trc, camera"
    ):
        load_skeleton(path, clip="b")
    assert list(tmp_path.iterdir()) == [path]


def test_a_packed_file_is_the_file_in_it(tmp_path):
    for name in ("a.trc.gz", "a.gz"):
        clip = load_skeleton(write(tmp_path, name, gzip.compress(TRC)))
        assert clip.format == "trc" and clip.source == str(tmp_path / name / name.removesuffix(".gz"))
        assert clip.layout == get_layout("openpose_25") and not any("archive" in warning for warning in clip.warnings)
    with pytest.raises(
        SkeletonFileError, match=r"b.txt.gz/b.txt: expected one of the known formats, found text that begins"
    ):
        load_skeleton(write(tmp_path, "b.txt.gz", gzip.compress(b"some text\n")))


def test_an_npz_is_no_archive_of_clips_and_a_zip_of_arrays_is(tmp_path):
    buffer = io.BytesIO()
    np.save(buffer, body("smpl_22").astype(np.float32))
    data = zipped({"one.npy": buffer.getvalue(), "two.npy": buffer.getvalue()})
    assert [clip.format for clip in load_skeletons(write(tmp_path, "a.zip", data))] == ["humanml3d"] * 2
    np.savez(tmp_path / "a.npz", joints=body("smpl_22"))
    assert clip_paths(tmp_path / "a.npz") == [tmp_path / "a.npz"] and len(load_skeletons(tmp_path / "a.npz")) == 1


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"../a.trc": TRC}, "expected names that stay inside the archive's folder, found '../a.trc'"),
        ({"/a.trc": TRC}, "names that stay inside"),
        ({"c:/a.trc": TRC}, "names that stay inside"),
        ({"x/" * 9 + "a.trc": TRC}, "names that stay inside"),
        ({"README.txt": b"a", "b.txt": b"b"}, "an archive with skeleton files in it, found README.txt, b.txt"),
        ({"[Content_Types].xml": b"<a/>"}, "an Office document: save the sheet as CSV"),
        ({"b.zip": zipped({"a.trc": TRC}), "c.txt": b"c"}, "an archive with skeleton files in it"),
        ({}, "no files in it|broken"),
    ],
)  # fmt: skip
def test_archives_that_are_refused(tmp_path, files, message):
    with pytest.raises(SkeletonFileError, match=message):
        load_skeleton(write(tmp_path, "a.zip", zipped(files) if files else zipped({"empty/": b""})))


def test_other_packings_and_limits(tmp_path, monkeypatch):
    with pytest.raises(SkeletonFileError, match="stored or deflated, found packing method 12"):
        load_skeleton(write(tmp_path, "a.zip", zipped({"a.trc": TRC}, zipfile.ZIP_BZIP2)))
    monkeypatch.setattr(archive, "MAX_UNPACKED", 10_000)
    with pytest.raises(SkeletonFileError, match="an archive that can be unpacked"):
        load_skeleton(write(tmp_path, "cut.gz", b"\x1f\x8b"))
    packed = gzip.compress(b" " * 20_000)
    for name, data, found in (
        ("b.zip", zipped({"a.trc": b" " * 20_000}), "0 MB"),
        ("b.gz", packed, "0 MB"),
        ("parts.gz", packed + gzip.compress(b"x"), "more"),  # the last part says 1 byte
    ):
        with pytest.raises(SkeletonFileError, match=f"MB unpacked, found {found}"):
            load_skeleton(write(tmp_path, name, data))
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    for name, data in (("c.zip", zipped(FILES)), ("c.tar", tarred(FILES))):
        with pytest.raises(SkeletonFileError, match=r"at most [24] files in (an|the) archive"):
            load_skeleton(write(tmp_path, name, data))


def test_damaged_archives(tmp_path):
    rng = np.random.default_rng(0)
    for whole in (
        zipped({"a.trc": TRC, "b.bvh": BVH}),
        tarred({"a.trc": TRC}),
        gzip.compress(TRC),
        gzip.compress(tarred({"a.trc": TRC})),
    ):
        for _ in range(30):
            data = bytearray(whole)
            for at in rng.integers(0, len(data), 3):
                data[at] = rng.integers(256)
            path = write(tmp_path, "a.zip", bytes(data[: rng.integers(len(data) // 2, len(data) + 1)]))
            try:
                load_skeleton(path)
            except SkeletonFileError as error:
                assert str(path) in str(error)


def test_the_command_reads_every_clip(tmp_path, capsys):
    path = write(tmp_path, "a.zip", zipped({"a.trc": TRC, "b.bvh": BVH}))
    assert main(["inspect", str(path), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["file"] for line in lines] == [f"{path}/a.trc", f"{path}/b.bvh"]
    assert main(["inspect", str(path), "--json", "--clip", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["source"] == f"{path}/b.bvh"
