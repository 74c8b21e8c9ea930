"""Publishing: what goes up, who may see it, and that a stranger's process loads it and answers the same."""

import json
import os
import signal
import subprocess
import time

import numpy as np
import pytest
import torch
from hub_server import hub  # noqa: F401 - a fixture
from huggingface_hub import CommitInfo, HfApi
from preloaded import python
from test_remote_code import STRANGER, _answer
from tiny_internvl import tiny_internvl

import skeletonllm_hf
from skeletonllm_hf.cli.main import main
from skeletonllm_hf.default import FOLDER
from skeletonllm_hf.hub import push
from skeletonllm_hf.model.modeling_draction import DrActionModel
from skeletonllm_hf.model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from skeletonllm_hf.synthetic import generate

NAME = "ann/tiny"
ESSENTIAL = {"README.md", "preview.png", "config.json", "model.safetensors", "processor_config.json", "tokenizer.json"}
CODE = {"configuration_skeletonllm.py", "modeling_skeletonllm.py", "processing_skeletonllm.py", "rasterization.py"}


@pytest.fixture
def tiny():
    """(model, processor), so small that it goes up and down in no time."""
    return tiny_internvl()


@pytest.fixture
def saved(tiny, tmp_path):
    """A tiny model's folder, with things in it that are nobody's business."""
    folder = tmp_path / "model"
    for part in tiny:
        part.save_pretrained(folder)
    (folder / "optimizer.pt").write_bytes(b"state")
    (folder / ".env").write_text("SECRET=1")
    (folder / "runs").mkdir()
    (folder / "runs" / "events.json").write_text("{}")
    return folder


def shards(tiny, folder, size="25KB"):
    tiny[0].save_pretrained(folder, max_shard_size=size)
    tiny[1].save_pretrained(folder)
    return folder


def stranger(hub, clip, name, **settings):  # noqa: F811
    """Loads it in a process without this package; what it answers."""
    done = subprocess.run(
        [python(), "-c", STRANGER, name, str(clip), "numba"],  # without: its first use compiles for long
        capture_output=True, text=True, timeout=300, env=hub.environment | {"PYTHONPATH": ""} | settings,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_push_then_load_anywhere_then_offline(hub, tiny, saved, tmp_path):  # noqa: F811
    clip = tmp_path / "clip.npy"
    np.save(clip, generate("bow", seed=1).joints)
    done = push(saved, NAME)
    there = hub.files("model", NAME)
    assert set(there) == {name for name, _ in done.files} and set(there) >= ESSENTIAL | CODE
    assert done.left_out == (".env", "optimizer.pt", "runs/events.json")
    assert done.private and hub.repositories["model", NAME].private
    tokens, best = _answer(*tiny, np.load(clip))
    for settings in ({}, {"HF_HUB_OFFLINE": "1"}):
        before = len(hub.log)
        told = stranger(hub, clip, NAME, **settings)
        assert told["tokens"] == tokens and tuple(told["labels"]) == best.labels
        assert (len(hub.log) == before) == bool(settings)


def test_update_and_pinned_revision(hub, tiny, saved):  # noqa: F811
    first = push(saved, NAME)
    model, _ = tiny
    with torch.no_grad():
        model.renderer.depth_tint.fill_(0.5)
    model.save_pretrained(saved)
    second = push(saved, NAME)
    assert first.commit != second.commit
    assert push(saved, NAME).commit == second.commit, "nothing changed: no commit"
    for revision, tint in ((first.commit, -2.0), (second.commit, 0.5), ("main", 0.5)):
        loaded = SkeletonLLMForConditionalGeneration.from_pretrained(NAME, revision=revision)
        assert loaded.renderer.depth_tint.item() == tint
    side = push(saved, NAME, revision="side", message="On a branch")
    assert HfApi().list_repo_commits(NAME, revision="side")[0].commit_id in (side.commit, second.commit)


def test_killed_upload_goes_on(hub, tiny, tmp_path):  # noqa: F811
    folder = shards(tiny, tmp_path / "model")
    weights = sorted(folder.glob("model-*.safetensors"))
    assert len(weights) > 3
    hub.hold = 2
    command = [python(), "-m", "skeletonllm_hf", "push", str(folder), NAME]
    process = subprocess.Popen(command, env=hub.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    until = time.monotonic() + 300  # on a machine that does much else
    while len(hub.large) < 2 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(hub.large) == 2 and set(hub.files("model", NAME)) == set(), process.stderr.read()
    process.stderr.close()
    kept, hub.hold = set(hub.large), None
    hub.release.set()
    time.sleep(0.2)  # what was held back arrives, cut off: it must not count
    sent = len(hub.log)
    assert main(["push", str(folder), NAME]) == 0
    again = {path.split("/")[2] for method, path in hub.log[sent:] if method == "PUT"}
    assert again and not again & kept
    assert SkeletonLLMForConditionalGeneration.from_pretrained(NAME).num_parameters() == tiny[0].num_parameters()


def test_wrong_tokens(hub, saved, monkeypatch, capsys):  # noqa: F811
    push(saved, NAME)
    for token, reason in (
        ("hf_nobody", "does not know the token"),
        ("hf_bob", "expected a repository of bob"),
        ("hf_ann_reads", "may only read"),
    ):
        monkeypatch.setenv("HF_TOKEN", token)
        (saved / "README.md").write_text(f"# Changed by {token}\n")
        assert main(["push", str(saved), NAME]) == 1
        error = capsys.readouterr().err
        assert reason in error and token not in error
    monkeypatch.delenv("HF_TOKEN")
    assert main(["push", str(saved), NAME]) == 1
    assert "hf auth login" in capsys.readouterr().err
    with pytest.raises(OSError, match="not a valid model identifier"):
        SkeletonLLMForConditionalGeneration.from_pretrained(NAME, token="hf_bob")
    assert "Changed" not in hub.files("model", NAME)["README.md"].decode()


def test_nothing_that_is_logged_holds_a_token(hub, saved, caplog, capfd, monkeypatch):  # noqa: F811
    import logging

    monkeypatch.setenv("HF_TOKEN", "hf_ann")
    caplog.set_level(logging.DEBUG)
    for name in ("huggingface_hub", "transformers", "httpx", "httpcore"):
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        assert main(["push", str(saved), NAME, "--debug", "--json"]) == 0
    finally:
        for name in ("huggingface_hub", "transformers", "httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.NOTSET)
    assert any("hf_ann" in value for headers in hub.headers for value in headers.values())
    assert "hf_ann" not in caplog.text + "".join(capfd.readouterr())


def test_dry_run_sends_nothing(hub, saved, capsys):  # noqa: F811
    assert main(["push", str(saved), NAME, "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert not hub.log and "would upload" in printed and "model.safetensors" in printed
    assert "stays here: .env, optimizer.pt" in printed
    assert main(["push", str(saved), NAME, "--dry-run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["commit"] is None and {file["path"] for file in told["files"]} >= ESSENTIAL | CODE


def test_the_bundled_model_gets_its_code(hub, tmp_path):  # noqa: F811
    """It comes without: the package holds the code once, elsewhere."""
    if not (FOLDER / "model.safetensors").is_file():
        pytest.skip("the bundled weights are not in this checkout")
    clip = tmp_path / "clip.npy"
    np.save(clip, generate("bow", seed=1).joints)
    assert not list(FOLDER.glob("*.py"))
    push(FOLDER, "ann/nano", public=True)
    assert not hub.repositories["model", "ann/nano"].private
    assert hub.files("model", "ann/nano")["README.md"] == (FOLDER / "README.md").read_bytes()
    tokens, best = _answer(*skeletonllm_hf.load_default(), np.load(clip))
    told = stranger(hub, clip, "ann/nano", HF_TOKEN="hf_bob")
    assert told["tokens"] == tokens and tuple(told["labels"]) == best.labels


def test_parts_push_themselves(hub, tiny):  # noqa: F811
    model, processor = tiny
    processor.push_to_hub(NAME)
    model.push_to_hub(NAME)
    there = hub.files("model", NAME)
    assert set(there) >= (ESSENTIAL - {"preview.png"}) | CODE and hub.repositories["model", NAME].private
    card = there["README.md"].decode()
    processor.push_to_hub(NAME)
    assert hub.files("model", NAME)["README.md"].decode() == card
    done = model.renderer.push_to_hub("ann/renderer", private=False, tags=["mine"], commit_description="Why.")
    assert isinstance(done, CommitInfo) and done.oid in str(done) and done.commit_description == "Why."
    assert "- mine\n" in hub.files("model", "ann/renderer")["README.md"].decode()
    there = hub.files("model", "ann/renderer")
    assert "modeling_draction.py" in there and "modeling_skeletonllm.py" not in there
    assert "Draws human skeletons" in there["README.md"].decode()
    loaded = DrActionModel.from_pretrained("ann/renderer", token=False)
    assert (loaded.features == model.renderer.features).all()


def test_the_card_runs(hub, saved, tmp_path, monkeypatch):  # noqa: F811
    push(saved, NAME)
    card = hub.files("model", NAME)["README.md"].decode()
    code = card.split("```python\n")[1].split("```")[0].replace("trust_remote_code=True", "trust_remote_code=False")
    np.save(tmp_path / "clip.npy", generate("bow", seed=1).to_layout("kinect_v2").joints)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "card", "exec"), {})
    assert HfApi().model_info(NAME).tags


def test_the_card_of_a_renderer_runs_anywhere(hub, tiny):  # noqa: F811
    tiny[0].renderer.push_to_hub("ann/renderer")
    card = hub.files("model", "ann/renderer")["README.md"].decode()
    code = (
        STRANGER.split("import numpy as np\n")[0]
        + card.split("```python\n")[1].split("```")[0]
        + "print(*frames.shape)"
    )
    done = subprocess.run(
        [python(), "-c", code, "", "", "numba"],
        capture_output=True, text=True, timeout=300, env=hub.environment | {"PYTHONPATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["1", "4", "3", "56", "56"]


@pytest.mark.parametrize("damage", ["shape", "missing", "unknown", "pickle", "truncated", "type"])
def test_what_would_not_load_does_not_go_up(saved, tmp_path, damage):
    from safetensors.numpy import load_file, save_file

    weights = saved / "model.safetensors"
    tensors = load_file(weights)
    name = next(name for name in tensors if name.endswith("depth_tint"))
    if damage == "shape":
        tensors[name] = np.zeros(3, np.float32)
    elif damage == "missing":
        del tensors[name]
    elif damage == "unknown":
        tensors["more"] = np.zeros(1, np.float32)
    save_file(tensors, weights, metadata={"format": "pt"})
    if damage == "pickle":
        weights.rename(saved / "pytorch_model.bin")
    elif damage == "truncated":
        weights.write_bytes(weights.read_bytes()[:5000])
    elif damage == "type":
        (saved / "config.json").write_text('{"model_type": "bert"}')
    expected = {
        "shape": "of another shape: renderer.depth_tint", "missing": "missing: renderer.depth_tint", "unknown": "unknown: more",
        "pickle": "pytorch_model.bin.*refused", "truncated": "expected safetensors", "type": "expected one of .*got 'bert'",
    }[damage]  # fmt: skip
    with pytest.raises(ValueError, match=expected):
        push(saved, NAME, dry_run=True)


def test_names_and_secrets(saved, capsys):
    for name in ("tiny", "a/b/c", "../x/y", "ann/ti ny", "ann/-x", "ann/x.git", ""):
        with pytest.raises(SystemExit) as stopped:
            main(["push", str(saved), name])
        assert stopped.value.code == 2
    (saved / "a\nb.py").write_text("")
    with pytest.raises(ValueError, match="expected a file name"):
        push(saved, NAME, dry_run=True)
    (saved / "a\nb.py").unlink()
    (saved / "labels.json").write_text('["hf_' + "a" * 34 + '"]')
    with pytest.raises(ValueError, match="access token") as caught:
        push(saved, NAME, dry_run=True)
    assert "aaaa" not in str(caught.value)
    with pytest.raises(ValueError, match="expected a folder"):
        push(saved / "nothing", NAME, dry_run=True)


def test_datasets_and_spaces(hub, tmp_path, capsys):  # noqa: F811
    data = tmp_path / "data"
    (data / "data").mkdir(parents=True)
    (data / "data" / "train-00000-of-00001.parquet").write_bytes(b"PAR1")
    (data / "README.md").write_text("---\nlicense: mit\n---\n# Data\n")
    (data / "source.zip").write_bytes(b"not ours to pass on")
    assert main(["push", str(data), "ann/data", "--type", "dataset"]) == 0
    assert set(hub.files("dataset", "ann/data")) == {"README.md", "data/train-00000-of-00001.parquet"}
    assert "stays here: source.zip" in capsys.readouterr().out

    space = tmp_path / "space"
    (space / "demo").mkdir(parents=True)
    for name, text in {
        "README.md": "---\ntitle: T\nsdk: gradio\n---\n",
        "app.py": "",
        "demo/a.css": "",
        "cache.db": "",
    }.items():
        (space / name).write_text(text)
    assert main(["push", str(space), "ann/space", "--type", "space"]) == 0
    assert set(hub.files("space", "ann/space")) == {"README.md", "app.py", "demo/a.css"}
    (space / "README.md").write_text("# no sdk\n")
    assert main(["push", str(space), "ann/space", "--type", "space"]) == 1
    assert "sdk: gradio" in capsys.readouterr().err


def test_no_hub_there(saved, hub, monkeypatch, capsys):  # noqa: F811
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert main(["push", str(saved), NAME]) == 1
    assert "cannot be reached" in capsys.readouterr().err
    assert os.environ["HF_ENDPOINT"] == hub.url
