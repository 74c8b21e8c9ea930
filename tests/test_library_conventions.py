"""What the library's own tools expect of a model: generate's arguments, Trainer.predict, quiet loading."""

import subprocess

import numpy as np
import pytest
import torch
from preloaded import python
from transformers import GenerationConfig, Trainer, TrainingArguments

from skeletonllm_hf.answering.loading import load
from skeletonllm_hf.synthetic import generate
from skeletonllm_hf.training.chat import ChatCollator


@pytest.fixture
def inputs(tiny):
    return tiny[1]([generate("bow", seed=1)], ["What is the action?"], return_tensors="pt")


def test_generate_takes_the_librarys_arguments(tiny, inputs):
    model, _ = tiny
    options = {"max_new_tokens": 3, "do_sample": False}
    expected = model.generate(**inputs, **options)
    rest = {name: values for name, values in inputs.items() if name != "input_ids"}
    assert torch.equal(model.generate(inputs["input_ids"], **rest, **options), expected)
    assert torch.equal(model.generate(inputs=inputs["input_ids"], **rest, **options), expected)
    config = GenerationConfig(**options, eos_token_id=model.generation_config.eos_token_id, pad_token_id=0)
    assert torch.equal(model.generate(**inputs, generation_config=config), expected)
    assert torch.equal(model.generate(**inputs, **options, prompt_lookup_num_tokens=2), expected)
    output = model.generate(**inputs, **options, output_hidden_states=True, return_dict_in_generate=True)
    assert torch.equal(output.sequences, expected) and len(output.hidden_states) == 3
    with pytest.raises(ValueError, match="expected inputs or input_ids, got both"):
        model.generate(inputs["input_ids"], **inputs)
    with pytest.raises(ValueError, match="prompt_lookup_num_tokens drafts without one"):
        model.generate(**inputs, assistant_model=model)


def test_trainer_predicts_logits_and_labels_of_one_shape(tiny, tmp_path):
    model, processor = tiny
    clips = [generate("bow", seed=1), generate("hugging", layout="smpl_22", seed=2), generate("walk", seed=3)]
    question = {"type": "text", "text": "What is the action?"}
    rows = [
        {"messages": [
            {"role": "user", "content": [{"type": "skeleton", "skeleton": clip}, question]},
            {"role": "assistant", "content": "A bow." * (number + 1)},
        ]}
        for number, clip in enumerate(clips)
    ]  # fmt: skip
    seen = []

    def metrics(prediction) -> dict[str, float]:
        logits, labels = prediction
        seen.append((logits, labels))
        answered = labels[:, 1:] != -100
        return {"accuracy": float((logits[:, :-1].argmax(-1) == labels[:, 1:])[answered].mean())}

    arguments = TrainingArguments(
        str(tmp_path), per_device_eval_batch_size=2, remove_unused_columns=False, use_cpu=True, report_to="none"
    )
    trainer = Trainer(
        model, arguments, data_collator=ChatCollator(processor), eval_dataset=rows, compute_metrics=metrics
    )
    assert 0 <= trainer.evaluate()["eval_accuracy"] <= 1
    (logits, labels) = seen[0]
    assert isinstance(logits, np.ndarray) and logits.shape[:2] == labels.shape and len(labels) == 3


def test_loading_the_default_prints_nothing():
    code = "import skeletonllm_hf; skeletonllm_hf.load_default()"
    done = subprocess.run([python(), "-c", code], capture_output=True, text=True, timeout=200)
    assert done.returncode == 0 and done.stdout == done.stderr == ""


def test_a_path_that_is_not_there_is_said_to_be(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"expected the folder of a model, found nothing there"):
        load(str(tmp_path / "missing"))
    with pytest.raises(FileNotFoundError, match=r"\./runs/missing: expected the folder"):
        load("./runs/missing")
