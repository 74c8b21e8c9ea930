"""Candidates told in sentences: for labels that a model was never taught."""

import json
from dataclasses import replace

import pytest
import torch

import skeletonllm_hf
from skeletonllm_hf.answering.looks import Looks
from skeletonllm_hf.answering.scorers import likelihood
from skeletonllm_hf.cli.main import main
from skeletonllm_hf.evaluation import Settings, evaluate, load_test
from skeletonllm_hf.model.likelihoods import candidate_log_likelihoods
from skeletonllm_hf.readers import save_npz
from skeletonllm_hf.synthetic import ACTIONS, INTERACTIONS, descriptions, find_action, generate, reference_clips

TOLD = {  # names that mean nothing
    "blorp": "A person walks forward.",
    "gleep": ["A person raises both hands above the head.", "A person lifts both arms up."],
    "snorf": ["A person bends forward and comes up again."],
}


@pytest.fixture(scope="module")
def nano():
    return skeletonllm_hf.load_default()


def test_the_generator_describes_all_it_knows_in_sentences():
    told = descriptions([*ACTIONS, *INTERACTIONS, "hand clap"])
    assert all(
        said and all(s[0].isupper() and s.endswith(".") and not set("{}") & set(s) for s in said)
        for said in told.values()
    )
    assert (
        descriptions(["Hand Clap"])["Hand Clap"] == told["hand clap"] == told["clap hands"]
        and "claps" in told["clap hands"][0]
    )
    assert told["side kick"][0] == "A person kicks out to the side with the right leg."
    assert told["wave left hand"][0].count("left") == 1 and told["punching"][0].startswith("One person ")
    with pytest.raises(ValueError, match="levitate"):
        descriptions(["walk", "levitate"])


def test_reference_clips_show_something_else_and_stay_the_same():
    clips, again = reference_clips(["high wave", "juggle"], 40), reference_clips(["high wave", "juggle"], 40)
    kinds = {find_action(clip.label).kind for clip in clips}
    assert find_action("high wave").kind not in kinds and len(kinds) > 30
    assert all((a.joints == b.joints).all() for a, b in zip(clips, again, strict=True))
    assert len({clip.layout.name for clip in clips}) == 4
    assert len(reference_clips([], 3)) == 3
    everything = reference_clips([*ACTIONS, *INTERACTIONS], 30)  # nothing else is left
    assert len({clip.label for clip in everything}) == 30


def test_sentences_tell_what_strange_labels_mean(nano):
    model, processor = nano
    for action, label in (("walk", "blorp"), ("raise both hands", "gleep"), ("bend", "snorf")):
        found = model.recognize(processor, generate(action, seed=5), list(TOLD), descriptions=TOLD)
        assert found.label == label


def test_sentences_are_averaged_and_the_prior_is_subtracted(nano):
    model, processor = nano
    clips = [generate("walk", seed=1), generate("bow", layout="coco_17", seed=2)]
    reference = reference_clips(list(TOLD), likelihood.REFERENCE_CLIPS)
    with torch.no_grad():
        both = candidate_log_likelihoods(model, processor, clips, ["gleep"], descriptions=TOLD)
        each = [candidate_log_likelihoods(model, processor, clips, ["x"], descriptions={"x": s}) for s in TOLD["gleep"]]
        prior = likelihood.prior_log_likelihoods(model, processor, reference, list(TOLD), TOLD)
        alone = [candidate_log_likelihoods(model, processor, [clip], list(TOLD), 1, TOLD) for clip in reference]
        raw = candidate_log_likelihoods(model, processor, clips[:1], list(TOLD), descriptions=TOLD)[0]
    torch.testing.assert_close(both, (each[0] + each[1]) / 2, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(prior, torch.cat(alone).mean(0), atol=1e-4, rtol=1e-4)
    scorer = likelihood.LikelihoodScorer(Looks(model, processor))
    scorer.prepare(list(TOLD), TOLD)
    torch.testing.assert_close(scorer.scores(clips[:1])[0], raw.cpu() - prior, atol=1e-4, rtol=1e-4)
    plain = model.recognize(processor, clips[0], list(TOLD), descriptions=TOLD, calibrate="none")
    expected = dict(zip(TOLD, raw.tolist(), strict=True))
    assert dict(zip(plain.labels, plain.log_likelihoods, strict=True)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    "told", [{"walk": "A person walks."}, {"walk": "A person walks.", "bow": []}, {"walk": ["", "x"], "bow": "x"}]
)
def test_every_label_needs_a_sentence(nano, told):
    with pytest.raises(
        ValueError,
        match="descriptions: expected sentences for each label, got none, or something that is no sentence, for",
    ):
        nano[0].recognize(nano[1], generate("walk", seed=1), ["walk", "bow"], descriptions=told)


def test_what_goes_together(nano):
    model, processor = nano
    with pytest.raises(TypeError, match="descriptions: expected label -> sentences, got list"):
        model.recognize(processor, generate("walk", seed=1), ["walk"], descriptions=["A person walks."])
    with pytest.raises(ValueError, match="none_of_these: expected False beside descriptions"):
        model.recognize(processor, generate("walk", seed=1), list(TOLD), descriptions=TOLD, none_of_these=True)


def test_the_evaluation_ranks_by_them_and_keeps_such_answers_apart(nano, tmp_path):
    model, processor = nano
    tests = load_test("synthetic", most=12)
    tests = replace(
        tests, clips=tests.clips[:4], candidates=tuple(sorted({clip.label for clip in tests.clips[:4]} | {"bow"}))
    )
    told = descriptions(tests.candidates)
    plain = evaluate(model, processor, tests, out=tmp_path)
    by = evaluate(model, processor, tests, settings=Settings(descriptions=told), out=tmp_path)
    assert (plain["recognition"]["ranked_by"], by["recognition"]["ranked_by"]) == ("labels", "descriptions")
    records = [line for path in tmp_path.glob("*.jsonl") for line in path.read_text().splitlines()]
    assert len({json.loads(line)["key"] for line in records}) == 2 * len(tests.clips)
    assert by == evaluate(model, processor, tests, settings=Settings(descriptions=told), out=tmp_path)


def test_the_commands_take_a_file_or_the_generators_sentences(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_npz(generate("walk", seed=2), "walk.npz")
    (tmp_path / "told.json").write_text(json.dumps(TOLD))
    assert main(["recognize", "walk.npz", "--labels", "gleep,blorp", "--descriptions", "told.json", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["label"] == "blorp"
    assert main(["recognize", "walk.npz", "--descriptions", "told.json", "--json"]) == 0  # its labels
    assert {one["label"] for one in json.loads(capsys.readouterr().out.splitlines()[-1])["candidates"]} == set(TOLD)
    assert main(["recognize", "walk.npz", "--labels", "bow,walk", "--descriptions", "generator"]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("walk")
    assert main(["recognize", "walk.npz", "--labels", "bow,zorb", "--descriptions", "told.json"]) == 1
    assert (
        "told.json: descriptions: expected sentences for each label, got none, or something that is no sentence, for ['bow', 'zorb']"
        in capsys.readouterr().err
    )
    (tmp_path / "bad.json").write_text('["A person walks."]')
    assert main(["recognize", "walk.npz", "--labels", "bow", "--descriptions", "bad.json"]) == 1
    assert "bad.json: expected a JSON object, label -> sentence or list of sentences" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stop:
        main(["evaluate", "--dataset", "synthetic", "--tasks", "caption", "--descriptions", "generator"])
    assert stop.value.code == 2 and "--descriptions needs the task recognition" in capsys.readouterr().err
    for wrong in (
        ["--descriptions", "generator"],
        ["--descriptions", "generator", "--labels", "zorb"],
        ["--descriptions", "told.json", "--none-of-these"],
    ):
        with pytest.raises(SystemExit) as stop:
            main(["recognize", "walk.npz", *wrong])
        assert stop.value.code == 2 and "--descriptions" in capsys.readouterr().err
