"""Recognising, describing, asking."""

import threading

import pytest
import torch

from skeletonllm_hf.model import likelihoods
from skeletonllm_hf.model.answers import generate_texts
from skeletonllm_hf.model.likelihoods import label_log_likelihoods
from skeletonllm_hf.model.prompts import recognition_prompt
from skeletonllm_hf.synthetic import generate


@pytest.fixture
def clip():
    return generate("high wave", seed=1).replace(warnings=("Guessed units.",))


def test_likelihoods_from_the_shared_prefix_are_those_of_whole_sequences(tiny, clip):
    model, processor = tiny
    with torch.no_grad():  # sharp attention: a random model's is too flat to notice tokens in wrong places
        for layer in model.mllm.model.language_model.layers:
            layer.self_attn.q_proj.weight.mul_(30)
            layer.self_attn.k_proj.weight.mul_(30)
    labels = ["wave", "a much longer label of many words", "walk"]
    clips = [clip, generate("walk", layout="smpl_22", seed=2)]
    questions = [
        "What is the action?",
        "And what is this, in a few words that anybody who was not there can understand?",
    ]
    inputs = processor(clips, questions, return_tensors="pt")
    assert not model.embed_prompt(**inputs).attention_mask.all()  # prompts of different lengths
    tokenizer = processor.tokenizer
    with torch.no_grad():
        fast = label_log_likelihoods(model, tokenizer, inputs, labels)
        for row, question in enumerate(questions):
            for column, label in enumerate(labels):
                alone = processor(clips[row], question, return_tensors="pt")
                answer = torch.tensor([tokenizer.encode(label, add_special_tokens=False) + [tokenizer.eos_token_id]])
                alone["input_ids"] = torch.cat([alone["input_ids"], answer], dim=1)
                alone["attention_mask"] = torch.ones_like(alone["input_ids"])
                logits = model(**alone).logits[0, -answer.shape[1] - 1 : -1].log_softmax(-1)
                slow = logits.gather(-1, answer[0][:, None]).mean()
                torch.testing.assert_close(fast[row, column], slow, atol=2e-5, rtol=1e-4)


def test_likelihoods_reach_the_joints(tiny, clip):
    model, processor = tiny
    inputs = processor(clip, recognition_prompt(), return_tensors="pt")
    inputs["joints"].requires_grad_()
    label_log_likelihoods(model, processor.tokenizer, inputs, ["wave hello", "walk"])[0, 0].backward()
    assert inputs["joints"].grad.abs().sum() > 0


def test_recognition_averages_over_views_of_other_frames(tiny, clip):
    model, processor = tiny
    labels = ["wave hello", "walk", "bow"]
    processor.views = 3
    assert processor.to_dict()["views"] == 3
    found = model.recognize(processor, clip, labels, calibrate="none")
    with torch.no_grad():
        each = [
            label_log_likelihoods(
                model,
                processor.tokenizer,
                processor(
                    clip,
                    recognition_prompt(labels if processor.list_candidates else None),
                    phase=phase,
                    return_tensors="pt",
                ),
                labels,
            )[0]
            for phase in (1 / 6, 0.5, 5 / 6)
        ]
    assert not torch.equal(each[0], each[1])
    mean = dict(zip(labels, torch.stack(each).mean(0).tolist(), strict=True))
    assert dict(zip(found.labels, found.log_likelihoods, strict=True)) == pytest.approx(mean, abs=1e-5)


def test_recognition_ranks_and_reports(tiny, clip):
    model, processor = tiny
    labels = ["walk", "wave", "bow", "kick"]
    found = model.recognize(processor, clip, labels, top_k=3, none_of_these=True)
    assert len(found.labels) == 3 and found.label == found.labels[0]
    assert list(found.log_likelihoods) == sorted(found.log_likelihoods, reverse=True)
    assert found.warnings == ("Guessed units.",)
    everything = model.recognize(processor, clip, labels, top_k=10, none_of_these=True)
    assert set(everything.labels) == {*labels, "none of these"}
    assert sum(everything.scores) == pytest.approx(1.0, abs=1e-5)
    shuffled = model.recognize(processor, clip, labels[::-1], top_k=10, none_of_these=True)
    assert dict(zip(shuffled.labels, shuffled.scores, strict=True)) == pytest.approx(
        dict(zip(everything.labels, everything.scores, strict=True)), abs=1e-5
    )
    assert everything.to_dict()["candidates"][0]["label"] == everything.label


@pytest.mark.parametrize("labels", [[], ["walk", "walk"], ["walk", " "], "walk"])
def test_useless_labels_are_refused(tiny, clip, labels):
    model, processor = tiny
    with pytest.raises((TypeError, ValueError), match="labels"):
        model.recognize(processor, clip, labels)


def test_asking_is_deterministic_and_takes_turns(tiny, clip):
    model, processor = tiny
    first = model.ask(processor, clip, "Which hand?", max_new_tokens=6)
    assert first == model.ask(processor, clip, "Which hand?", max_new_tokens=6)
    history = [("Which hand?", first)]
    model.ask(processor, clip, "How often?", history=history, max_new_tokens=2)
    assert isinstance(model.caption(processor, clip, max_new_tokens=4), str)


def test_stream_pieces_make_the_answer(tiny, clip):
    model, processor = tiny
    pieces = list(model.stream(processor, clip, "Which hand?", max_new_tokens=8))
    assert "".join(pieces).strip() == model.ask(processor, clip, "Which hand?", max_new_tokens=8)


def test_views_choose_each_token_together(tiny, clip):
    model, processor = tiny
    model.generation_config.eos_token_id = -1
    processor.views = 3
    tokenizer = processor.tokenizer
    prompts = [processor(clip, "Which hand?", phase=phase, return_tensors="pt") for phase in (1 / 6, 0.5, 5 / 6)]
    start = prompts[0]["input_ids"].shape[1]
    with torch.no_grad():
        for _ in range(6):
            each = torch.stack([model(**prompt).logits[0, -1].log_softmax(-1) for prompt in prompts])
            token = each.mean(0).argmax()[None, None]
            for prompt in prompts:
                prompt["input_ids"] = torch.cat([prompt["input_ids"], token], dim=1)
                prompt["attention_mask"] = torch.ones_like(prompt["input_ids"])
    expected = tokenizer.decode(prompts[0]["input_ids"][0, start:], skip_special_tokens=True).strip()
    assert model.ask(processor, clip, "Which hand?", max_new_tokens=6) == expected
    assert "".join(model.stream(processor, clip, "Which hand?", max_new_tokens=6)).strip() == expected
    other = clip.replace(joints=clip.joints[::-1].copy())
    with torch.no_grad():
        both = generate_texts(model, processor, [other, clip], ["Which hand?"] * 2, max_new_tokens=6)
    assert both == [model.ask(processor, other, "Which hand?", max_new_tokens=6), expected]


def test_drawn_tokens_and_beams_look_at_the_middle_view(tiny, clip):
    model, processor = tiny
    for options in ({"do_sample": True, "temperature": 5.0}, {"num_beams": 2}):
        texts = []
        for views in (1, 3):
            processor.views = views
            torch.manual_seed(0)
            texts.append(model.ask(processor, clip, "Which hand?", max_new_tokens=6, **options))
        assert texts[0] == texts[1]


def test_closing_the_stream_stops_the_generation(tiny, clip):
    model, processor = tiny
    model.generation_config.eos_token_id = -1  # this random model would otherwise go on until max_new_tokens anyway
    before = threading.active_count()
    stream = model.stream(processor, clip, "Which hand?", max_new_tokens=700, do_sample=True, temperature=2.0)
    next(stream)  # drawn tokens: the likeliest of a random model may be one that is not shown
    stream.close()
    assert threading.active_count() == before


def test_failures_in_the_stream_reach_the_reader(tiny, clip):
    model, processor = tiny
    with pytest.raises(ValueError, match="temperature"):
        list(model.stream(processor, clip, "Which hand?", do_sample=True, temperature=-1.0))


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_texts_in_one_row_are_as_likely_as_apart(tiny, monkeypatch, attention):
    model, processor = tiny
    model.set_attn_implementation(attention)
    clips = [generate("high wave", seed=1), generate("walk", seed=2)]  # of prompts that differ in length
    labels = ["a", "waves", "waves the right hand three times", "wave the right", "x y z"]
    assert likelihoods.packs(model)
    with torch.no_grad():
        together = likelihoods.candidate_log_likelihoods(model, processor, clips, labels)
        monkeypatch.setattr(likelihoods, "PACKED_AT_ONCE", 4)
        in_parts = likelihoods.candidate_log_likelihoods(model, processor, clips, labels)
        monkeypatch.setattr(likelihoods, "packs", lambda model: False)
        apart = likelihoods.candidate_log_likelihoods(model, processor, clips, labels)
    assert apart.std() > 0.01
    torch.testing.assert_close(together, apart, atol=1e-5, rtol=0)
    torch.testing.assert_close(in_parts, apart, atol=1e-5, rtol=0)


def test_what_texts_begin_with_in_common_is_read_once():
    rows = ((5, 6, 7, 1), (5, 6, 1), (9, 1), (5, 8, 1), (1,))
    ((ids, depth, own, text, place, target),) = likelihoods._trees(rows, 10)
    assert ids.tolist() == [5, 6, 7, 8, 9] and depth.tolist() == [0, 1, 2, 1, 0]
    assert own.int().tolist() == [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [1, 0, 0, 1, 0], [0, 0, 0, 0, 1]]
    found = sorted(zip(text.tolist(), ids[place].tolist(), target.tolist()))
    assert found == [(0, 5, 6), (0, 6, 7), (0, 7, 1), (1, 5, 6), (1, 6, 1), (2, 9, 1), (3, 5, 8), (3, 8, 1)]
    trees = likelihoods._trees((*rows, (3, 3, 3, 3, 3, 1)), 3)
    assert [len(tree[0]) for tree in trees] == [5, 3, 3]  # a longer text by itself; 5 6 7, then 5 8 and 9
    assert sorted(n for tree in trees for n in set(tree[3].tolist())) == [0, 1, 2, 3, 5]
    assert likelihoods._trees(((1,), (2,)), 3) == []
