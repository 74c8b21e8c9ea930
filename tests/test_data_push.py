"""`skeletonllm data build --push` against a Hub on loopback, through the client that users have; then read from there."""

import json
import socket
import subprocess

import data_folders
import pytest
from hub_server import hub  # noqa: F401 - a fixture
from preloaded import python

pytest.importorskip("datasets", reason="needs the extra [train]")

from skeletonllm_hf.cli.main import main
from skeletonllm_hf.data.shards import RECORDS

READ = """
import json, sys
from skeletonllm_hf.data import decode, open_dataset
whole, stream = open_dataset("ann/msr"), open_dataset("ann/msr", "test", streaming=True)
print(json.dumps({"train": sorted(row["id"] for row in whole), "test": sorted(row["id"] for row in stream),
                  "shape": decode(whole[0]).joints.shape}))
"""


@pytest.fixture
def build(tmp_path, hub, capsys):  # noqa: F811
    """Builds a small MSR-Action3D and pushes it -> (exit code, standard output, standard error)."""
    root = tmp_path / "root"
    root.mkdir()
    data_folders.msr_action3d(root)

    def build(*more: str, out: bool = True) -> tuple[int, str, str]:
        capsys.readouterr()
        arguments = ["data", "build", "msr_action3d", "--root", str(root), "--workers", "1", *more]
        code = main(arguments + (["--out", str(tmp_path / "out")] if out else []))
        return code, *capsys.readouterr()

    return build


def test_what_was_built_is_on_the_hub_and_is_read_from_there(build, hub, tmp_path, capsys):  # noqa: F811
    code, out, err = build("--push", "ann/msr")
    assert code == 0, err
    assert "uploaded to ann/msr:" in out
    assert hub.repositories["dataset", "ann/msr"].private
    files = hub.files("dataset", "ann/msr")
    local = {
        path.relative_to(tmp_path / "out").as_posix(): path for path in (tmp_path / "out").rglob("*") if path.is_file()
    }
    expected = {name for name in local if not name.startswith(RECORDS)}
    assert {name for name in files if name != ".gitattributes"} == expected
    assert all(files[name] == local[name].read_bytes() for name in expected)
    assert main(["data", "info", "ann/msr", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["written"] == 4
    read = subprocess.run([python(), "-c", READ], env=hub.environment, capture_output=True, text=True, timeout=300)
    assert read.returncode == 0, read.stderr
    seen = json.loads(read.stdout)
    assert seen["train"] == ["a06_s01_e01", "a10_s01_e01"] and seen["test"] == ["a06_s02_e01", "a10_s02_e01"]
    assert seen["shape"] == [16, 1, 20, 3]


def test_what_is_there_is_not_sent_again(build, hub):  # noqa: F811
    assert build("--push", "ann/msr", "--public", out=False)[0] == 0
    assert not hub.repositories["dataset", "ann/msr"].private
    sent, head = hub.uploads(), hub.repositories["dataset", "ann/msr"].resolve("main").id
    assert sent
    assert build("--push", "ann/msr", "--public", out=False)[0] == 0
    assert hub.uploads() == sent
    assert hub.repositories["dataset", "ann/msr"].resolve("main").id == head


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("hf_bob", "ann/msr: expected a repository of bob, whose token this is"),
        ("hf_ann_reads", "the token may only read: sign in with `hf auth login`"),
        ("hf_nobody", "the Hub does not know the token: sign in with `hf auth login`"),
        (None, "expected a token of the Hub, found none: sign in with `hf auth login`"),
    ],
)
def test_who_may_not_write_is_told_before_the_work(build, hub, monkeypatch, tmp_path, token, message):  # noqa: F811
    if token is None:
        monkeypatch.delenv("HF_TOKEN")
    else:
        monkeypatch.setenv("HF_TOKEN", token)
    code, _, err = build("--push", "ann/msr")
    assert code == 1 and message in err
    assert "Traceback" not in err and not (tmp_path / "out").exists() and not hub.repositories


def test_a_hub_that_is_away(build, hub, monkeypatch, tmp_path):  # noqa: F811
    from huggingface_hub import constants

    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{taken.getsockname()[1]}")
        code, _, err = build("--push", "ann/msr")
    assert code == 1 and "ann/msr: the Hub cannot be reached" in err and not (tmp_path / "out").exists()


def test_a_dry_run_asks_nobody(build, hub):  # noqa: F811
    code, out, _ = build("--push", "ann/msr", "--dry-run")
    assert code == 0 and "would upload to ann/msr:" in out and hub.log == []
