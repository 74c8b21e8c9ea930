"""Fine-tunes the bundled model on chat messages about clips with TRL's SFTTrainer, plain or with LoRA.

    pip install 'skeletonllm-hf[train]' trl
    python examples/sft_trl.py --out out/sft          # all weights
    python examples/sft_trl.py --out out/sft --lora   # adapters on all linear layers of the language model

The clips are synthetic here. Your own stand as `{"type": "skeleton", "path": "clip.skeleton"}` in the same place.
"""

import argparse
from pathlib import Path

import torch
from datasets import Dataset
from transformers import AutoModelForImageTextToText, AutoProcessor
from trl import SFTConfig, SFTTrainer

import skeletonllm_hf  # registers the model
from skeletonllm_hf.arguments import ArgumentParser
from skeletonllm_hf.default import FOLDER
from skeletonllm_hf.training.chat import ChatCollator

ACTIONS = ("walk", "bow", "high wave", "clapping")


def conversation(path: str, action: str) -> dict:
    question = [{"type": "skeleton", "path": path}, {"type": "text", "text": "What is the action?"}]
    answer = [{"type": "text", "text": f"This is: {action}."}]
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def synthetic_clips(folder: str, count: int) -> list[dict]:
    examples = []
    for number in range(count):
        action = ACTIONS[number % len(ACTIONS)]
        path = f"{folder}/{number}.npz"
        skeletonllm_hf.save_npz(skeletonllm_hf.generate(action, seed=number), path)
        examples.append(conversation(path, action))
    return examples


def main(arguments: list[str] | None = None) -> list[float]:
    """The training loss at each step."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=str(FOLDER), help="a SkeletonLLM folder or repository; the bundled one")
    parser.add_argument("--out", required=True)
    parser.add_argument("--lora", action="store_true")
    parser.add_argument("--clips", type=int, default=64)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--cpu", action="store_true", help="also where there is a GPU")
    options = parser.parse_args(arguments)

    model = AutoModelForImageTextToText.from_pretrained(options.model, dtype="float32")
    processor = AutoProcessor.from_pretrained(options.model)
    adapters = None
    if options.lora:
        from peft import LoraConfig

        adapters = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear", task_type="CAUSAL_LM")
    clips = Path(options.out) / "clips"
    clips.mkdir(parents=True, exist_ok=True)
    settings = SFTConfig(
        output_dir=options.out,
        max_steps=options.steps,
        per_device_train_batch_size=options.batch,
        learning_rate=1e-3 if options.lora else 1e-4,
        max_length=None,  # the processor never cuts visual tokens
        remove_unused_columns=False,  # the collator reads the messages
        dataset_kwargs={"skip_prepare_dataset": True},  # and makes the tensors
        gradient_checkpointing=False,
        logging_steps=1,
        report_to="none",
        bf16=torch.cuda.is_available() and not options.cpu,
        use_cpu=options.cpu,
    )
    trainer = SFTTrainer(
        model=model,
        args=settings,
        train_dataset=Dataset.from_list(synthetic_clips(str(clips), options.clips)),
        data_collator=ChatCollator(processor, seed=0),
        processing_class=processor,
        peft_config=adapters,
    )
    trainer.train()
    trainer.save_model(options.out)
    processor.save_pretrained(options.out)
    return [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]


if __name__ == "__main__":
    losses = main()
    print(f"loss: {losses[0]:.3f} -> {losses[-1]:.3f} in {len(losses)} steps")
