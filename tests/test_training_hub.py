"""Training from a Hub: dataset and model by their ids, downloaded or streamed, in a process that has neither."""

import json
import subprocess

import pytest
from hub_server import hub  # noqa: F401 - a fixture
from preloaded import python
from training_material import LABELS, ROOT, small_dataset, small_model, weights

pytest.importorskip("datasets", reason="needs the extra [train]")


@pytest.mark.parametrize("streaming", [False, True], ids=["downloaded", "streamed"])
def test_by_ids(hub, tmp_path, streaming):  # noqa: F811
    from huggingface_hub import HfApi

    api = HfApi()
    for kind, name, folder in (
        ("dataset", "ann/clips", small_dataset(tmp_path / "clips" / "data").parent),
        ("model", "ann/small", small_model(tmp_path / "small")),
    ):
        api.create_repo(name, repo_type=kind, private=True)
        api.upload_folder(repo_id=name, repo_type=kind, folder_path=folder)
    out = tmp_path / "run"
    words = ["--dataset", "ann/clips", "--model", "ann/small", "--stages", "alignment", "--steps", "2", "--cpu", "--out", str(out)]  # fmt: skip
    run = subprocess.run(
        [python(), "-m", "skeletonllm_hf.training", *words, *(["--streaming"] if streaming else [])],
        env=hub.environment | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300, cwd=tmp_path,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert json.loads((out / "final" / "labels.json").read_text()) == sorted(LABELS)
    before, after = weights(tmp_path / "small"), weights(out / "final")
    assert {name.split(".")[0] for name in before if (before[name] != after[name]).any()} == {"renderer", "mllm"}
