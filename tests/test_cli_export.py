"""`skeletonllm export`, and `--endpoint` on the subcommands that answer."""

import base64
import io
import json

import pytest
import torch
from chat_server import chat_server, chunk, completion
from families import build, sent
from PIL import Image
from tiny_internvl import tiny_internvl

from skeletonllm_hf.answering.endpoint import named_label
from skeletonllm_hf.answering.loading import load, load_renderer
from skeletonllm_hf.conversion.plain import export_plain, frame_text, image_template
from skeletonllm_hf.model.modeling_draction import SKELETON_INPUTS
from skeletonllm_hf.model.prompts import CAPTION
from skeletonllm_hf.readers import save_npz
from skeletonllm_hf.synthetic import generate


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoint")
    for part in tiny_internvl():
        part.save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("clips") / "wave.npz"
    save_npz(generate("high wave", seed=3), path)
    return str(path)


def test_a_plain_export_gives_the_local_prompt_pictures_and_answers(checkpoint, clip, tmp_path, command):
    from transformers import AutoModelForImageTextToText, AutoProcessor

    out = tmp_path / "plain"
    code, printed, _ = command(
        "export", checkpoint, "--to", "plain", "--out", str(out), "--processor", "llava", "--json"
    )
    assert code == 0 and "'Frame{number}: '" in json.loads(printed)["notes"][0]
    server_processor, server = (
        AutoProcessor.from_pretrained(out),
        AutoModelForImageTextToText.from_pretrained(out).eval(),
    )
    model, processor = tiny_internvl()
    content = sent(clip, out)
    messages = [
        {"role": "system", "content": "Short."},
        {"role": "user", "content": [*content, {"type": "text", "text": "What?"}]},
    ]
    inputs = server_processor.apply_chat_template(
        messages, add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
    )
    local = [
        messages[0],
        {"role": "user", "content": [{"type": "skeleton", "skeleton": clip}, {"type": "text", "text": "What?"}]},
    ]
    own = processor.apply_chat_template(
        local, add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
    )
    assert torch.equal(inputs["input_ids"], own["input_ids"])
    shown = model.normalize(model.renderer(**{k: v for k, v in own.items() if k in SKELETON_INPUTS}).frames)
    torch.testing.assert_close(inputs["pixel_values"], shown, atol=0.5 / 255 / 0.22, rtol=0)
    with torch.no_grad():
        expected = model(**own).logits
        torch.testing.assert_close(
            server(**inputs).logits, expected, atol=0.2, rtol=0.05
        )  # pixels were rounded to bytes
    again = command("export", checkpoint, "--to", "plain", "--out", str(out))
    assert again[0] == 1 and "expected a new folder" in again[2]


def test_internvls_own_processor_gets_its_files(checkpoint, tmp_path, command):
    out = tmp_path / "plain"
    assert command("export", checkpoint, "--to", "plain", "--out", str(out))[0] == 0
    read = lambda name: json.loads((out / name).read_text())  # noqa: E731
    assert read("config.json")["architectures"] == ["InternVLForConditionalGeneration"]
    assert read("processor_config.json") == {"processor_class": "InternVLProcessor", "image_seq_length": 4}
    assert read("preprocessor_config.json")["crop_to_patches"] is False
    tokens = read("tokenizer_config.json")
    assert (tokens["start_image_token"], tokens["end_image_token"], tokens["context_image_token"]) == (
        "<img>",
        "</img>",
        "<IMG_CONTEXT>",
    )
    assert "'<IMG_CONTEXT>\\n'" in (out / "chat_template.jinja").read_text().replace('"', "'")


def test_what_a_processor_cannot_serve_is_refused(tiny, checkpoint, tmp_path):
    model, processor = tiny
    with pytest.raises(ValueError, match="use processor 'llava'"):
        export_plain(model, processor, tmp_path / "a")  # nano's frames stand between no tokens
    assert not (tmp_path / "a").exists()
    notes = export_plain(model, processor, tmp_path / "b", "llava")
    assert frame_text(processor) == ("<|frame{number}|>", "") and "drop_background" in notes[1]
    with pytest.raises(ValueError, match="made for internvl, got a model of gemma3"):
        export_plain(*build("gemma3"), tmp_path / "c", "llava")
    single = build("llava_onevision")
    single[1].num_frames = 1
    with pytest.raises(ValueError, match="expected 2 frames or more"):
        export_plain(*single, tmp_path / "c")
    with pytest.raises(ValueError, match="expected one of own, llava, got 'mine'"):
        export_plain(model, processor, tmp_path / "c", "mine")
    assert not (tmp_path / "c").exists()


def test_templates_keep_what_they_do_and_learn_images():
    from transformers.utils.chat_template_utils import render_jinja_template

    template = image_template("{% for m in messages %}{{ m.role }}:{% if m.content is string %}{{ m.content }}{% else %}"
                              "{% for i in m.content %}{{ i.text }}{% endfor %}{% endif %};{% endfor %}", '<"i">\n')  # fmt: skip
    messages = [
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "a"}, {"type": "image"}]},
        {"role": "assistant", "content": "b"},
    ]
    assert render_jinja_template([messages], chat_template=template)[0] == ['user:<"i">\na<"i">\n;assistant:b;']


def test_the_authors_layouts_there_and_back(checkpoint, tmp_path, command):
    theirs, back, file, folder = (str(tmp_path / name) for name in ("theirs", "back", "r.safetensors", "renderer"))
    assert command("export", checkpoint, "--to", "internvl-chat", "--out", theirs)[0] == 0
    assert command("export", theirs, "--to", "skeletonllm", "--out", back, "--frames", "4")[0] == 0
    assert command("export", back, "--to", "renderer", "--out", file)[0] == 0
    assert command("export", file, "--to", "skeletonllm", "--out", folder)[0] == 0
    frames = []
    for name in (checkpoint, back, file, folder):
        drawn = load_renderer(name)
        drawn.renderer.config.camera, drawn.view = "fit", drawn.view.replace(camera="fit")
        frames.append(drawn.render(generate("squat", seed=1)))
    for other in frames[1:]:
        torch.testing.assert_close(other, frames[0], atol=1e-4, rtol=0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x", "--to", "plain", "--out", "o", "--frames", "3"], "--frames needs"),
        (["x", "--to", "renderer", "--out", "o"], "ends in .safetensors"),
        (["x.safetensors", "--to", "plain", "--out", "o"], "expected a checkpoint folder"),
        (["x.safetensors", "--to", "skeletonllm", "--out", "o", "--frames", "3"], "--frames and --system"),
        (["x", "--to", "gguf", "--out", "o"], "--to"),
    ],
)
def test_arguments_that_make_no_sense_together(arguments, message, command):
    code, _, error = command("export", *arguments)
    assert code == 2 and message in error


# ---- --endpoint


def test_ask_caption_and_recognize_put_their_questions_to_the_server(clip, command):
    def respond(body, _):
        question = body["messages"][-1]["content"][-1]["text"]
        return 200, completion("It is a Jump." if "Choose one" in question else f"echo {question}")

    with chat_server(respond) as (url, received, _):
        server = ["--endpoint", url, "--model", "big", "--size", "64"]
        assert command("ask", clip, "Who?", *server)[:2] == (0, "echo Who?\n")
        assert command("caption", clip, *server)[:2] == (0, f"echo {CAPTION}\n")
        code, out, _ = command("recognize", clip, "--labels", "walk,jump,jump rope", *server, "--json")
        assert code == 0 and json.loads(out)["label"] == "jump"
        code, out, _ = command("recognize", clip, "--labels", "walk,run", "--none-of-these", *server)
        assert code == 0 and "the server wrote: It is a Jump." in out
    assert len(received) == 4 and "none of these" in received[-1][1]["messages"][0]["content"][-1]["text"]
    pictures = [part for part in received[0][1]["messages"][0]["content"] if part["type"] == "image_url"]
    image = Image.open(io.BytesIO(base64.b64decode(pictures[0]["image_url"]["url"].partition(",")[2])))
    assert len(pictures) == 12 and image.size == (64, 64) and image.getextrema() != ((0, 0),) * 3


@pytest.mark.parametrize("layout", ["slim", "internvl-chat"])
def test_a_checkpoint_that_is_not_there_is_named(layout, command):
    code, _, err = command("export", "runs/small/final", "--to", layout, "--out", "mine")
    assert code == 1 and "runs/small/final: expected the folder of a model, found nothing there" in err


def test_streams_come_from_the_server_too(clip):
    events = [chunk("a "), chunk("wave"), chunk(finish="stop")]
    with chat_server(lambda *_: (200, events)) as (url, received, _):
        answerer = load("m", endpoint=url, size=32)
        assert list(answerer.stream(clip, None)) == ["a ", "wave"]
    assert received[0][1]["messages"][0]["content"][-1]["text"] == CAPTION


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--size", "64"], "--size needs --endpoint"), (["--renderer", "x"], "--renderer needs --endpoint"),
        (["--endpoint", "http://h"], "expected --model"), (["--endpoint", "h", "--model", "m"], "--endpoint: expected an address"),
    ],
)  # fmt: skip
def test_options_of_servers_that_make_no_sense(clip, arguments, message, command):
    code, _, error = command("ask", clip, "Who?", *arguments)
    assert code == 2 and message in error


def test_recognize_needs_labels_for_a_server(clip, command):
    code, _, error = command("recognize", clip, "--endpoint", "http://h", "--model", "m")
    assert code == 2 and "--labels" in error


def test_a_server_that_is_not_there_is_an_error_of_the_file(clip, command):
    code, _, error = command("ask", clip, "Who?", "--endpoint", "http://127.0.0.1:1", "--model", "m", "--size", "32")
    assert code == 1 and "is a server running there" in error


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ("jump", "jump"), ("Jump.", "jump"), ("The person jumps", None), ("I see a jump here", "jump"),
        ("They jump rope", "jump rope"), ("jump or walk", None), ("", None), ("side-walk, walk", "walk"),
    ],
)  # fmt: skip
def test_labels_named_in_answers(answer, label):
    assert named_label(answer, ["walk", "jump", "jump rope"]) == label
