"""TRL's SFTTrainer trains the model, plain and with LoRA: the example at toy size."""

import pytest
from example_files import example
from transformers import AutoModelForImageTextToText

pytest.importorskip("trl", reason="TRL is not installed: pip install trl")


@pytest.mark.parametrize("lora", [False, True], ids=["plain", "lora"])
def test_the_example_trains(tiny, tmp_path, lora):
    for part in tiny:
        part.save_pretrained(tmp_path / "model")
    out = tmp_path / "out"
    arguments = [
        "--model",
        str(tmp_path / "model"),
        "--out",
        str(out),
        "--clips",
        "2",
        "--steps",
        "5",
        "--batch",
        "2",
        "--cpu",
    ]
    losses = example("sft_trl").main([*arguments, *(["--lora"] if lora else [])])
    assert len(losses) == 5 and losses[-1] < losses[0]
    if lora:
        from peft import PeftModel
        from safetensors.torch import load_file

        names = list(load_file(out / "adapter_model.safetensors"))
        assert names and not [name for name in names if "renderer" in name]
        PeftModel.from_pretrained(AutoModelForImageTextToText.from_pretrained(tmp_path / "model"), out)
    else:
        AutoModelForImageTextToText.from_pretrained(out)
