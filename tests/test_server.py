"""The round trip: a model exported as a plain checkpoint, transformers' own server, and frames that are drawn here."""

import importlib.util
import os
import re
import shutil
import string
import subprocess
import sys
import time

import pytest
import torch
from families import build
from huggingface_hub.utils import httpx
from preloaded import python
from tiny_internvl import tiny_internvl

from skeletonllm_hf.answering.endpoint import Endpoint
from skeletonllm_hf.answering.loading import load
from skeletonllm_hf.cli.main import main
from skeletonllm_hf.conversion import export_plain
from skeletonllm_hf.readers import save_npz
from skeletonllm_hf.synthetic import generate

NEEDED = ("fastapi", "uvicorn", "openai", "pydantic")
STARTING = 600  # seconds that the server may take until it answers; a busy machine needs them


def tiny_qwen():
    """(model, processor) of Qwen2.5-VL that write letters of ASCII, and not one of them again and again.

    The server shows special tokens in answers of this family, as it parses them, and a stream leaves out half
    a character at its end: a trained model writes neither.
    """
    model, processor = build("qwen2_5_vl")
    torch.manual_seed(0)
    with torch.no_grad():
        others = [number for token, number in processor.tokenizer.get_vocab().items() if token not in string.printable]
        model.mllm.lm_head.weight[others] = 0.0
        for values in model.mllm.model.language_model.parameters():
            if values.ndim == 1:
                values.add_(0.3 * torch.randn_like(values))
    return model, processor


TORCHVISION = importlib.util.find_spec("torchvision") is not None


@pytest.fixture(scope="module", params=["internvl", "qwen2_5_vl"])
def local(request):
    if request.param == "qwen2_5_vl" and not TORCHVISION:
        pytest.skip("transformers' processor of Qwen2.5-VL needs torchvision")
    return {"internvl": tiny_internvl, "qwen2_5_vl": tiny_qwen}[request.param]()


@pytest.fixture(scope="module")
def served(local, tmp_path_factory):
    """(address, name of the model there, folder of the renderer) of a running `transformers serve`."""
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        pytest.skip(f"`transformers serve` needs {', '.join(missing)}")
    program = shutil.which("transformers", path=os.path.dirname(sys.executable)) or shutil.which("transformers")
    if program is None:
        pytest.skip("the `transformers` command is not installed")
    out = tmp_path_factory.mktemp("served") / "plain"
    export_plain(*local, out, "own" if TORCHVISION else "llava")  # InternVL's own processor needs torchvision
    log = open(out.parent / "log", "w+")  # noqa: SIM115 - the server's as long as it runs
    port = _free_port()
    command = [
        python(transformers=True),
        program,
        "serve",
        str(out),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--device",
        "cpu",
    ]
    server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=os.environ | {"HF_HUB_OFFLINE": "1"})
    try:
        deadline = time.monotonic() + STARTING
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/health").raise_for_status()
                break
            except httpx.HTTPError:
                if server.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    pytest.fail(f"the server did not start: {log.read()[-3000:]}")
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/v1", str(out), out / "renderer"
    finally:
        server.kill()
        server.wait()
        log.close()


def _free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


CLIPS = [("high wave", "What is the action?"), ("squat", "Which leg?"), ("high wave", "A or B?")]


@pytest.mark.parametrize("number", range(len(CLIPS)))
def test_the_server_writes_the_same_tokens_as_local_greedy_generation(local, served, number):
    model, processor = local
    url, name, folder = served
    action, question = CLIPS[number]
    clip = generate(action, seed=number)
    remote = load(name, endpoint=url, renderer=str(folder))
    history = [("Who?", "A person.")] if number == 2 else []
    expected = model.ask(processor, clip, question, history=history, max_new_tokens=12)
    assert len(set(expected)) > 3, "a random model that repeats one letter would prove little"
    assert remote.ask(clip, question, history=history, max_new_tokens=12) == expected
    pieces = list(remote.stream(clip, question, history=history, max_new_tokens=12))
    assert "".join(pieces).strip() == expected and len(pieces) > 3


def test_the_command_line_asks_the_server(local, served, tmp_path, capsys):
    model, processor = local
    url, name, folder = served
    clip = generate("high wave", seed=3)
    save_npz(clip, tmp_path / "wave.npz")
    expected = model.ask(processor, clip, "Why?", max_new_tokens=6)
    arguments = ["--endpoint", url, "--model", name, "--renderer", str(folder)]
    assert main(["ask", str(tmp_path / "wave.npz"), "Why?", "--max-tokens", "6", *arguments]) == 0
    assert capsys.readouterr().out.strip() == expected


def test_the_server_reads_other_frames_differently(local, served):
    """Its answers come from the pictures: blank ones give another."""
    _, processor = local
    url, name, _ = served
    model = local[0]
    frames = processor.rasterize(generate("high wave", seed=0), model.renderer)["frames"][0].detach()
    endpoint = Endpoint(url, name)
    assert endpoint.ask(frames, "What?", max_tokens=16) != endpoint.ask(torch.ones_like(frames), "What?", max_tokens=16)


def test_a_model_that_the_server_does_not_know_is_an_error(served):
    from skeletonllm_hf.answering.endpoint import EndpointError

    url, name, _ = served
    with pytest.raises(EndpointError, match=rf"status 400.*{re.escape(name)}"):
        Endpoint(url, "another").ask(None, "What?")
