"""`pipeline("skeleton-to-text")`."""

import pytest
from transformers import pipeline, set_seed

import skeletonllm_hf  # noqa: F401 - registers the task
from skeletonllm_hf.synthetic import generate


def test_describes_answers_and_recognises(tiny, tmp_path):
    model, processor = tiny
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    pipe = pipeline("skeleton-to-text", model=str(tmp_path))
    clips = [generate("bow", seed=1), generate("walk", layout="coco_17", seed=2)]
    assert pipe(clips[0], max_new_tokens=4)["generated_text"] == model.caption(processor, clips[0], max_new_tokens=4)
    answers = pipe(clips, question="Which hand?", max_new_tokens=4)
    assert [answer["generated_text"] for answer in answers] == [
        model.ask(processor, clip, "Which hand?", max_new_tokens=4) for clip in clips
    ]
    ranked = pipe(clips[0], labels=["walk", "wave"])
    assert ranked["label"] == model.recognize(processor, clips[0], ["walk", "wave"]).label
    with pytest.raises(ValueError, match="got both"):
        pipe(clips[0], question="x", labels=["y"])


def test_batches_sampling_and_full_text(tiny, tmp_path):
    model, processor = tiny
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    pipe = pipeline("skeleton-to-text", model=str(tmp_path))
    clips = [generate("bow", seed=1), generate("hugging", layout="smpl_22", seed=2), generate("walk", seed=3)]
    alone = [pipe(clip, max_new_tokens=4) for clip in clips]
    assert pipe(clips, batch_size=2, generate_kwargs={"max_new_tokens": 4}) == alone
    full = pipe(clips[0], question="Which hand?", max_new_tokens=4, return_full_text=True)["generated_text"]
    assert full.startswith("<|user|><skeleton>Which hand?") and "<|assistant|>" in full
    set_seed(0)
    drawn = pipe(clips[0], max_new_tokens=8, do_sample=True, temperature=5.0, top_k=50)["generated_text"]
    assert drawn != pipe(clips[0], max_new_tokens=8)["generated_text"]
    assert len(pipe(clips, labels=["walk", "wave", "bow"], top_k=1)) == 3
    with pytest.raises(ValueError, match="expected once"):
        pipe(clips[0], max_new_tokens=4, generate_kwargs={"max_new_tokens": 4})
