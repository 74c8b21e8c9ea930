"""Captions that do not fit their clip are called unsure, wherever they are shown."""

import json
from pathlib import Path

import pytest
import torch

from skeletonllm_hf import generate, load_default
from skeletonllm_hf.answering import captions, sure_actions
from skeletonllm_hf.answering.local import LocalAnswerer
from skeletonllm_hf.answering.protocol import Caption
from skeletonllm_hf.batch import Job
from skeletonllm_hf.batch.results import Worker, result_schema
from skeletonllm_hf.cli.main import main
from skeletonllm_hf.model import answers
from skeletonllm_hf.model.answers import generate_texts
from skeletonllm_hf.model.prompts import CAPTION, DOING
from skeletonllm_hf.readers import save_npz
from skeletonllm_hf.synthetic import MotionOptions

EXAMPLES = Path(captions.__file__).parents[1] / "examples"


@pytest.fixture(scope="module")
def nano():
    model, processor = load_default()
    return model, processor


@pytest.fixture(scope="module")
def clip():
    return generate("walk", layout="kinect_v2", seed=3, options=MotionOptions(dropout=(0.0, 0.0)))


def test_a_caption_is_near_to_a_clip_that_it_fits(nano, clip):
    others = [generate(action, layout="kinect_v2", seed=5) for action in ("sit down", "wave")]
    texts = ["A person walks forward.", "A person sits down.", "A person waves the right hand."]
    clips = [clip, *others]
    right = captions.fit(*nano, clips, texts)
    wrong = captions.fit(*nano, clips, [*texts[1:], texts[0]])
    assert (wrong < captions.DOUBTFUL_BELOW).all() and (right >= captions.DOUBTFUL_BELOW).all()
    assert captions.doubtful(*nano, clips, texts) == [False] * 3 == captions.doubtful(*nano, clips[:1], texts[:1]) * 3
    torch.testing.assert_close(captions.fit(*nano, clips[1:2], texts[1:2]), right[1:2], atol=1e-4, rtol=0)


def test_a_description_is_the_caption_and_its_doubt(nano, clip, monkeypatch):
    answerer = LocalAnswerer(*nano)
    text = answerer.caption(clip)
    assert answerer.describe(clip) == Caption(text, False)
    monkeypatch.setattr(sure_actions, "LEAST_SURE", 2.0)
    monkeypatch.setattr(captions, "DOUBTFUL_BELOW", 2.0)
    assert answerer.describe(clip) == Caption(text, True)


def test_sharing_views_changes_neither_captions_nor_doubts(nano):
    answerer = LocalAnswerer(*nano)
    clips = [nano[1].load(path) for path in sorted(EXAMPLES.iterdir())[::3] if path.suffix != ".csv"]
    texts = answerer.ask_many(clips, [CAPTION] * len(clips))
    apart = list(map(Caption, texts, answerer.doubtful(clips, texts)))
    assert answerer.describe_many(clips) == apart == [answerer.describe(clip) for clip in clips]


def test_captions_and_their_doubts_look_once_unless_a_token_is_open(nano, clip, monkeypatch):
    answerer, views, drawn = LocalAnswerer(*nano), nano[1].views, []
    with nano[0].renderer.register_forward_hook(lambda module, given, found: drawn.append(len(found.frames))):
        for lead in (0.0, 2.0):  # no token is open, all are
            monkeypatch.setattr(answers, "SETTLED", lead)
            answerer.describe(clip)
            answerer.describe_many([clip, clip])
    assert drawn == [1, 2, 1, views, 2, 2 * views]


def test_one_view_settles_a_text_where_it_gives_each_token_a_lead(nano, monkeypatch):
    """A clip at a time, and in a batch in which others end sooner or are open."""
    model, processor = nano
    clips = [processor.load(path) for path in sorted(EXAMPLES.iterdir())[:5] if path.suffix != ".csv"]
    prompts = [CAPTION, DOING] * len(clips)
    each = [clip for clip in clips for _ in range(2)]
    with torch.no_grad():
        alone = [generate_texts(model, processor, [clip], [prompt])[0] for clip, prompt in zip(each, prompts)]
        assert generate_texts(model, processor, each, prompts) == alone
        monkeypatch.setattr(answers, "SETTLED", 2.0)
        by_all = generate_texts(model, processor, each, prompts)
    assert sum(text == other for text, other in zip(alone, by_all)) >= len(each) - 1


def test_batches_say_what_is_doubtful(nano, clip, monkeypatch):
    answerer = LocalAnswerer(*nano)
    job = Job("d", "caption", "m")
    (row,) = Worker(job, answerer)([clip])
    assert row["text"] == answerer.caption(clip) and row["unsure"] is False
    assert result_schema("caption").field("unsure").type == "bool"
    monkeypatch.setattr(sure_actions, "LEAST_SURE", 2.0)
    monkeypatch.setattr(captions, "DOUBTFUL_BELOW", 2.0)
    assert Worker(job, answerer)([clip])[0]["unsure"] is True


def test_the_command_line_says_so(clip, monkeypatch, tmp_path, capsys):
    save_npz(clip, tmp_path / "clip.npz")
    monkeypatch.setattr(sure_actions, "LEAST_SURE", 2.0)
    for least, unsure in ((-2.0, False), (2.0, True)):
        monkeypatch.setattr(captions, "DOUBTFUL_BELOW", least)
        assert main(["caption", str(tmp_path / "clip.npz"), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert found["unsure"] is unsure
        assert main(["caption", str(tmp_path / "clip.npz")]) == 0
        assert capsys.readouterr().out.strip() == found["caption"] + " (unsure)" * unsure


def test_a_model_without_such_a_space_says_nothing(tiny, clip):
    answerer = LocalAnswerer(*tiny)
    assert answerer.describe(clip, max_new_tokens=4) == Caption(answerer.caption(clip, max_new_tokens=4), False)
