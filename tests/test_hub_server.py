"""The test Hub itself: what the unmodified client does with it."""

import pytest
from hub_routes import PART
from hub_server import hub  # noqa: F401 - a fixture
from huggingface_hub import HfApi, hf_hub_download, snapshot_download
from huggingface_hub.errors import (
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)


@pytest.fixture
def api(hub):  # noqa: F811
    """A client that looks up where the Hub is, as users' clients do."""
    return HfApi(endpoint=hub.url)


def fill(folder, count=6):
    (folder / "data").mkdir(parents=True)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# A thing\n")
    for number in range(count):
        (folder / "data" / f"{number}.txt").write_text(f"text {number}")
    (folder / "data" / "large.parquet").write_bytes(bytes(range(256)) * (PART // 200))  # more than one part
    (folder / "weights.safetensors").write_bytes(b"small, but of a kind that is stored apart")


@pytest.mark.parametrize("kind", ["model", "dataset", "space"])
def test_up_and_down_again(hub, api, tmp_path, kind):  # noqa: F811
    fill(tmp_path / "up")
    api.create_repo("ann/thing", repo_type=kind, space_sdk="gradio" if kind == "space" else None)
    done = api.upload_folder(repo_id="ann/thing", repo_type=kind, folder_path=tmp_path / "up")
    names = {path.relative_to(tmp_path / "up").as_posix() for path in (tmp_path / "up").rglob("*") if path.is_file()}
    assert set(api.list_repo_files("ann/thing", repo_type=kind)) == names
    listed = list(api.list_repo_tree("ann/thing", repo_type=kind, recursive=True))
    assert {entry.path for entry in listed} == names | {"data"}
    assert api.repo_info("ann/thing", repo_type=kind).sha == done.oid
    down = snapshot_download("ann/thing", repo_type=kind, local_dir=tmp_path / "down")
    for name in names:
        assert (tmp_path / "down" / name).read_bytes() == (tmp_path / "up" / name).read_bytes(), down


def test_what_is_there_is_not_sent_again(hub, api, tmp_path):  # noqa: F811
    fill(tmp_path / "up")
    api.create_repo("ann/thing")
    first = api.upload_folder(repo_id="ann/thing", folder_path=tmp_path / "up")
    sent = len(hub.uploads())
    assert api.upload_folder(repo_id="ann/thing", folder_path=tmp_path / "up").oid == first.oid
    (tmp_path / "up" / "README.md").write_text("# Another\n")
    second = api.upload_folder(repo_id="ann/thing", folder_path=tmp_path / "up")
    assert second.oid != first.oid and len(hub.uploads()) == sent
    assert [commit.commit_id for commit in api.list_repo_commits("ann/thing")][:2] == [second.oid, first.oid]


def test_revisions(hub, api, tmp_path):  # noqa: F811
    api.create_repo("ann/thing")
    for text in ("one", "two"):
        api.upload_file(path_or_fileobj=text.encode(), path_in_repo="a.txt", repo_id="ann/thing")
        api.create_tag("ann/thing", tag=text)
    api.create_branch("ann/thing", branch="side", revision="one")
    api.upload_file(path_or_fileobj=b"three", path_in_repo="a.txt", repo_id="ann/thing", revision="side")
    for revision, text in (("one", "one"), ("two", "two"), (None, "two"), ("side", "three")):
        with open(hf_hub_download("ann/thing", "a.txt", revision=revision)) as file:
            assert file.read() == text
    with pytest.raises(RevisionNotFoundError):
        hf_hub_download("ann/thing", "a.txt", revision="four")
    with pytest.raises(RemoteEntryNotFoundError):
        hf_hub_download("ann/thing", "b.txt")


def test_who_may_do_what(hub, api):  # noqa: F811
    api.create_repo("ann/hidden", private=True)
    api.create_repo("ann/open")
    assert api.whoami()["name"] == "ann"
    for token, error in (
        ("hf_bob", RepositoryNotFoundError),
        (False, RepositoryNotFoundError),
        ("hf_nobody", HfHubHTTPError),
    ):
        with pytest.raises(error):
            api.repo_info("ann/hidden", token=token)
    assert api.repo_info("ann/open", token="hf_bob").id == "ann/open"
    for token in ("hf_bob", "hf_ann_reads"):
        with pytest.raises(HfHubHTTPError, match="no right to write"):
            api.upload_file(path_or_fileobj=b"x", path_in_repo="x.txt", repo_id="ann/open", token=token)
    with pytest.raises(HfHubHTTPError, match="403"):
        api.create_repo("bob/taken")
