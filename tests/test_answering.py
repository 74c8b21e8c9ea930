"""The answering facade: recognizers and their calibration, what is cached, local and served answerers, loading."""

import os

import pytest
import torch
from safetensors.torch import load_file, save_file

from skeletonllm_hf import Recognizer, cache, generate, load
from skeletonllm_hf.answering.digest import clips_digest, model_digest
from skeletonllm_hf.answering.endpoint import Endpoint, EndpointAnswerer
from skeletonllm_hf.answering.local import LocalAnswerer
from skeletonllm_hf.answering.looks import Looks
from skeletonllm_hf.answering.recognizer import weighted_sum
from skeletonllm_hf.answering.rendering import FrameRenderer
from skeletonllm_hf.answering.scorers import likelihood
from skeletonllm_hf.answering.task import Task
from skeletonllm_hf.cache import key
from skeletonllm_hf.model.likelihoods import candidate_log_likelihoods
from skeletonllm_hf.synthetic import reference_clips

LABELS = ["walk", "wave", "a person bows"]


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """A folder of its own, and nothing kept in the process."""
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path / "cache"))
    cache._known.clear()
    return tmp_path / "cache"


@pytest.fixture
def clips():
    return [generate("walk", seed=1), generate("bow", layout="coco_17", seed=2), generate("punching", seed=3)]


# ---- recognizers


def test_without_calibration_scores_are_the_likelihoods(tiny, clips):
    model, processor = tiny
    processor.views = 3
    with torch.no_grad():
        expected = candidate_log_likelihoods(model, processor, clips, LABELS)
    recognizer = Recognizer(model, processor, LABELS, calibrate="none")
    torch.testing.assert_close(recognizer.scores(clips), expected, atol=1e-5, rtol=0)
    found = recognizer(clips[0].replace(warnings=("Guessed units.",)), top_k=2)
    assert found.warnings == ("Guessed units.",) and len(found.labels) == 2
    assert found == model.recognize(
        processor, clips[0].replace(warnings=("Guessed units.",)), LABELS, 2, calibrate="none"
    )
    assert found.log_likelihoods[0] == pytest.approx(float(expected[0].max()), abs=1e-5)


@pytest.mark.parametrize("settled", [0.0, 1.1])
def test_a_first_look_that_settles_it_is_the_last(tiny, clips, monkeypatch, settled):
    model, processor = tiny
    processor.views = 3
    monkeypatch.setattr("skeletonllm_hf.answering.recognizer.SETTLED", settled)
    found = Recognizer(model, processor, LABELS).scores(clips)
    expected = Recognizer(model, processor, LABELS, views=3 if settled else 1).scores(clips)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def test_only_clips_that_are_not_settled_are_looked_at_again(tiny, clips, monkeypatch):
    model, processor = tiny
    processor.views = 3
    one = Recognizer(model, processor, LABELS, views=1).scores(clips)
    three = Recognizer(model, processor, LABELS, views=3).scores(clips)
    shares = one.softmax(1).amax(1)
    middle = int(shares.argsort()[1])
    monkeypatch.setattr("skeletonllm_hf.answering.recognizer.SETTLED", float(shares[middle]))
    expected = torch.where((shares >= shares[middle])[:, None], one, three)
    recognizer = Recognizer(model, processor, LABELS)
    torch.testing.assert_close(recognizer.scores(clips), expected, atol=1e-5, rtol=0)
    for clip, row in zip(clips, expected, strict=True):  # whatever it comes with
        torch.testing.assert_close(recognizer.scores([clip])[0], row, atol=1e-5, rtol=0)


def test_views_in_one_batch_are_those_one_after_the_other(tiny, clips, monkeypatch):
    model, processor = tiny
    processor.views = 3
    together = Recognizer(model, processor, LABELS, calibrate="none").scores(clips)
    monkeypatch.setattr("skeletonllm_hf.model.likelihoods.ROWS_AT_ONCE", 1)
    torch.testing.assert_close(Recognizer(model, processor, LABELS, calibrate="none").scores(clips), together, atol=1e-5, rtol=0)  # fmt: skip


def test_the_prior_is_the_mean_over_reference_clips(tiny, clips):
    model, processor = tiny
    model.train()
    reference = reference_clips(LABELS, likelihood.REFERENCE_CLIPS)
    recognizer = Recognizer(model, processor, LABELS)
    assert model.training and recognizer.calibrate == "prior"
    plain = Recognizer(model, processor, LABELS, calibrate="none")
    looked_at_once = Recognizer(model, processor, LABELS, calibrate="none", views=1)
    expected = plain.scores(clips) - looked_at_once.scores(reference).mean(0)
    torch.testing.assert_close(recognizer.scores(clips), expected, atol=1e-5, rtol=0)
    assert model.eval().recognize(processor, clips[0], LABELS) == recognizer(clips[0])  # the default


def test_calibration_by_a_set_needs_one(tiny, clips):
    recognizer = Recognizer(*tiny, LABELS, calibrate="set")
    plain = Recognizer(*tiny, LABELS, calibrate="none").scores(clips)
    torch.testing.assert_close(recognizer.scores(clips), plain - plain.mean(0), atol=1e-5, rtol=0)
    parts = torch.cat([recognizer.parts(clips[:2]), recognizer.parts(clips[2:])], dim=1)
    torch.testing.assert_close(recognizer.combined(parts), recognizer.scores(clips), atol=1e-5, rtol=0)
    with pytest.raises(ValueError, match='"set" needs a set of clips'):
        recognizer(clips[0])
    assert recognizer.scores([]).shape == (0, 3)


def test_none_of_these_is_a_candidate_like_the_others(tiny, clips):
    recognizer = Recognizer(*tiny, LABELS, none_of_these=True)
    assert recognizer.labels == [*LABELS, "none of these"] and recognizer.scores(clips).shape == (3, 4)
    with pytest.raises(ValueError, match="none_of_these: expected False beside descriptions"):
        Recognizer(*tiny, ["a"], none_of_these=True, descriptions={"a": "A person walks."})


@pytest.mark.parametrize(
    ("options", "message"),
    [({"calibrate": "test"}, "calibrate: expected one of none, prior, set"), ({"descriptions": {"walk": "x"}}, "descriptions:")],
)  # fmt: skip
def test_what_no_recognizer_takes(tiny, options, message):
    with pytest.raises(ValueError, match=message):
        Recognizer(*tiny, LABELS, **options)


class _Length:
    """A scorer that looks at labels only: the shorter, the better."""

    def prepare(self, labels, descriptions):
        self.row = torch.tensor([-float(len(label)) for label in labels])
        self.key = key(labels)

    def scores(self, clips):
        return self.row.repeat(len(clips), 1)


def test_scorers_are_added_in_their_weights(tiny, clips):
    own = likelihood.LikelihoodScorer(Looks(*tiny), prior=False)
    mixed = Recognizer(*tiny, LABELS, scorers=[(own, 1.0), (_Length(), 100.0)])
    assert mixed(clips[0]).label in ("walk", "wave") and mixed.key != Recognizer(*tiny, LABELS).key
    scores = torch.tensor([[[1.0, 2.0, 3.0]], [[0.0, 5.0, 0.0]]])
    assert weighted_sum(scores, [2.0, 1.0]).tolist() == [[2.0, 9.0, 6.0]]


# ---- what is cached


def test_priors_are_computed_once_and_kept_on_disk(tiny, own_cache, monkeypatch):
    first = Recognizer(*tiny, LABELS).scorers[0].prior
    (path,) = own_cache.iterdir()
    assert path.suffix == ".safetensors" and path.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(likelihood, "prior_log_likelihoods", lambda *rest: pytest.fail("it was computed before"))
    assert Recognizer(*tiny, LABELS).scorers[0].prior is first  # in this process
    cache._known.clear()
    torch.testing.assert_close(Recognizer(*tiny, LABELS).scorers[0].prior, first)  # from the disk


def test_another_model_processor_or_label_set_has_its_own_prior(tiny, own_cache):
    model, processor = tiny
    Recognizer(model, processor, LABELS)
    Recognizer(model, processor, LABELS[:2])
    Recognizer(model, processor, LABELS, descriptions=dict.fromkeys(LABELS, "A person walks."))
    processor.heading = "keep" if processor.heading == "face" else "face"
    Recognizer(model, processor, LABELS)
    with torch.no_grad():
        model.get_input_embeddings().weight.add_(0.1)
    Recognizer(model, processor, LABELS)
    assert len(list(own_cache.iterdir())) == 5


def _damaged(path, kind, value):
    if kind == "cut short":
        path.write_bytes(path.read_bytes()[:20])
    elif kind == "no safetensors":
        path.write_text("not a tensor")
    elif kind == "foreign":
        save_file({"value": value + 1}, path)  # without our mark
    elif kind == "another shape":
        save_file({"value": value[:2]}, path, {"format": "skeletonllm-1", "name": path.stem})
    else:
        save_file({"value": value * float("nan")}, path, {"format": "skeletonllm-1", "name": path.stem})


@pytest.mark.parametrize("kind", ["cut short", "no safetensors", "foreign", "another shape", "not finite"])
def test_files_that_are_broken_or_foreign_are_written_anew(own_cache, kind):
    value = torch.tensor([1.0, 2.0, 3.0])
    cache.cached("prior-a", (3,), lambda: value)
    (path,) = own_cache.iterdir()
    _damaged(path, kind, value)
    cache._known.clear()
    assert cache.cached("prior-a", (3,), lambda: value).equal(value)
    assert load_file(path)["value"].equal(value) and [path] == list(own_cache.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="a folder in a file's place fails elsewhere in other ways")
def test_a_cache_that_cannot_be_written_is_a_warning(own_cache):
    own_cache.write_text("a file, no folder")
    with pytest.warns(UserWarning, match="expected a folder to write to"):
        assert cache.cached("b", (1,), lambda: torch.ones(1)).tolist() == [1.0]
    assert cache.cached("b", (1,), lambda: pytest.fail("kept for this process")).tolist() == [1.0]


def test_where_the_cache_lies(monkeypatch, tmp_path):
    monkeypatch.delenv(cache.FOLDER_VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache.cache_folder() == tmp_path / "xdg" / "skeletonllm"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.cache_folder() == tmp_path / ".cache" / "skeletonllm"


def test_digests_depend_on_settings_and_coordinates(tiny, clips):
    model, processor = tiny
    before = model_digest(model, processor)
    assert before == model_digest(model, processor)
    processor.views = 3
    assert before != model_digest(model, processor)
    assert clips_digest(clips) == clips_digest(list(clips)) != clips_digest(clips[::-1])


# ---- answerers


def test_a_local_answerer_answers_as_its_model(tiny, clips):
    model, processor = tiny
    answerer = LocalAnswerer(model, processor)
    clip, limit = clips[0], {"max_new_tokens": 6}
    assert answerer.recognize(clip, LABELS, 2) == model.recognize(processor, clip, LABELS, 2)
    assert (
        answerer.caption(clip, **limit) == answerer.ask(clip, None, **limit) == model.caption(processor, clip, **limit)
    )
    history = [("Who?", "A person.")]
    expected = model.ask(processor, clip, "Which hand?", history=history, **limit)
    assert answerer.ask(clip, "Which hand?", history=history, **limit) == expected
    assert "".join(answerer.stream(clip, "Which hand?", history=history, **limit)).strip() == expected
    assert answerer.ask_many(clips, ["Why?"] * 3, **limit) == [answerer.ask(one, "Why?", **limit) for one in clips]
    frames = answerer.render(clip)
    assert frames.shape == (processor.num_frames, 3, *(2 * (processor.image_size,))) and not frames.requires_grad
    assert answerer.recognizer(LABELS) is answerer.recognizer(LABELS)
    assert answerer.recognizer(LABELS) is not answerer.recognizer(LABELS, calibrate="none")


def test_a_server_gives_no_scores(tiny, clips):
    answerer = EndpointAnswerer(Endpoint("http://h", "m"), FrameRenderer(tiny[0].renderer, tiny[1].view))
    for options in ({"calibrate": "prior"}, {"descriptions": {"walk": "A person walks."}}):
        with pytest.raises(ValueError, match="expected none for a server"):
            answerer.recognize(clips[0], LABELS, **options)
    with pytest.raises(ValueError, match="labels: repeated"):
        answerer.recognize(clips[0], ["walk", "walk"])


# ---- loading and tasks


def test_the_bundled_model_is_loaded_by_default():
    answerer = load()
    assert answerer.name is None and not answerer.model.training
    assert next(answerer.model.mllm.parameters()).dtype == torch.float32
    assert next(load(dtype="bfloat16").model.mllm.parameters()).dtype == torch.bfloat16


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 64}, "renderer, size: expected none without an endpoint"),
        ({"endpoint": "http://h", "quantize": "4bit"}, "dtype, quantize: expected none with an endpoint"),
        ({"quantize": "2bit"}, "quantize: expected one of"), ({"endpoint": "http://h", "size": 32}, "the name of a model"),
    ],
)  # fmt: skip
def test_arguments_of_load_that_do_not_go_together(options, message):
    with pytest.raises(ValueError, match=message):
        load(**options)


def test_tasks_have_one_spelling_and_take_the_british_one():
    assert Task("recognise") is Task.RECOGNIZE == "recognize" and str(Task.ASK) == "ask"
    assert {Task.RENDER: 1}["render"] == 1
    with pytest.raises(ValueError, match="dance"):
        Task("dance")


def test_a_model_ranks_its_own_labels_where_none_are_given(_tiny, tmp_path):
    from skeletonllm_hf.answering.loading import load
    from skeletonllm_hf.synthetic import generate

    clip = generate("walk", seed=1)
    for part in _tiny:
        part.save_pretrained(tmp_path)
    own = load(tmp_path)
    with pytest.raises(
        ValueError, match=r"labels: expected some: .* has none of its own \(labels\.json beside its weights\)"
    ):
        own.model.recognize(own.processor, clip)
    (tmp_path / "labels.json").write_text('["walk", "wave", "bow"]')
    found = own.model.recognize(own.processor, clip, calibrate="none")
    assert sorted(found.labels) == ["bow", "walk", "wave"]
    assert found == own.model.recognize(own.processor, clip, ["walk", "wave", "bow"], calibrate="none")
    described = own.model.recognize(
        own.processor, clip, descriptions={"a": ["A walk."], "b": ["A bow."]}, calibrate="none"
    )
    assert sorted(described.labels) == ["a", "b"]
    own.model.config._name_or_path = own.model.name_or_path = ""
    with pytest.raises(ValueError, match="labels: expected some: this model has none of its own"):
        own.model.recognize(own.processor, clip)
