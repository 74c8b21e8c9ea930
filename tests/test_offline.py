"""Without a network: one clear sentence at once, and what is on disk is used without asking the Hub again and again."""

import os
import subprocess

from hub_server import hub  # noqa: F401 - a fixture
from huggingface_hub import HfApi
from preloaded import python

from skeletonllm_hf import load, offline
from skeletonllm_hf.answering.labels import model_labels
from skeletonllm_hf.answering.loading import load_renderer
from skeletonllm_hf.offline import loading_options

NOBODY_LISTENS = "http://127.0.0.1:9"
CODE = """
import contextlib
from skeletonllm_hf import load
from skeletonllm_hf.answering.labels import model_labels
from skeletonllm_hf.video.vitpose import open_vitpose
for call in (lambda: load("somebody/model"), lambda: open_vitpose(device="cpu")):
    try:
        call()
    except (OSError, ValueError) as error:
        print(type(error).__name__, str(error).splitlines()[0])
print(model_labels("somebody/model"), load().model.config.model_type)
"""


def test_names_on_the_hub_are_not_asked_for_again_and_again(tmp_path):
    env = os.environ | {"HF_ENDPOINT": NOBODY_LISTENS, "HF_HOME": str(tmp_path)}
    env.pop("HF_HUB_OFFLINE", None)
    done = subprocess.run([python(), "-c", CODE], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    model, pose, last = done.stdout.splitlines()
    assert "couldn't connect" in model and "use --estimator mediapipe" in pose and last == "None skeletonllm"
    assert "Retry" not in done.stderr


def test_a_folder_is_not_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", lambda *_, **__: 1 / 0)
    monkeypatch.setattr("huggingface_hub.is_offline_mode", lambda: False)
    monkeypatch.setattr(offline, "_checked", {})
    assert loading_options(tmp_path) == {} and not offline._checked
    assert loading_options("no/name/like/this") == {"local_files_only": True}  # what the client raises, whatever it is


def test_whether_the_hub_answers_is_asked_once(hub, tiny, tmp_path, monkeypatch):  # noqa: F811
    for part in tiny:
        part.save_pretrained(tmp_path / "model")
    api, questions = HfApi(), []
    api.create_repo("ann/model")
    api.upload_folder(repo_id="ann/model", folder_path=tmp_path / "model")
    ask = HfApi.model_info

    def noted(self, name, *, timeout=None, **options):
        questions.extend([name] if timeout == offline.SECONDS else [])  # the library's own have no limit
        return ask(self, name, timeout=timeout, **options)

    monkeypatch.setattr(HfApi, "model_info", noted)
    load("ann/model")
    model_labels("ann/model")
    load_renderer("ann/model")
    assert questions == ["ann/model"]
    monkeypatch.setattr(offline, "FRESH", -1.0)  # an answer grows old: networks come and go
    assert loading_options("ann/model") == {} and len(questions) == 2
