"""Where the time of a recognition and of a caption goes on a CPU, beside what its matrix products alone would take.

    python benchmarks/answer_profile.py [--clip FILE]

The bundled model on one thread: processor milliseconds of each part, medians of repeats; its FLOPs (a multiplication and an addition
are two) as they are counted while it runs; and the time that so many take at the speed of torch's float32 product of 500 x 256 by
256 x 768, measured in the same run. Then that product in bfloat16 and int8 (weights and, as they come, inputs), as times as fast.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from sparsification import ATTENTION
from torch.utils.flop_counter import FlopCounterMode
from transformers import DynamicCache

from skeletonllm_hf import Recognizer, load_default, load_skeleton
from skeletonllm_hf.answering import captions
from skeletonllm_hf.answering.looks import evaluating
from skeletonllm_hf.default import FOLDER, default_labels
from skeletonllm_hf.describe import count_repetitions
from skeletonllm_hf.model import answers
from skeletonllm_hf.model.answers import written
from skeletonllm_hf.model.base_skeletonllm import CACHE
from skeletonllm_hf.model.likelihoods import clip_views, prompt_log_likelihoods, view_phases
from skeletonllm_hf.model.prompts import CAPTION, recognition_prompt

REPEATS = 9


def milliseconds(call: Callable[[], object]) -> float:
    call()
    times = []
    for _ in range(REPEATS):
        begin = time.process_time()
        call()
        times.append(time.process_time() - begin)
    return 1e3 * statistics.median(times)


def flops(call: Callable[[], object]) -> int:
    with FlopCounterMode(display=False, custom_mapping=ATTENTION) as counter:
        call()
    return counter.get_total_flops()


def products() -> dict[str, float]:
    """FLOPs a second of a typical matrix product of the model, by the type of its numbers."""
    inputs, layer = torch.randn(500, 256), torch.nn.Linear(256, 768)
    half, half_layer = inputs.bfloat16(), torch.nn.Linear(256, 768).bfloat16()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, about its next way of quantising
        whole = torch.ao.quantization.quantize_dynamic(torch.nn.Sequential(layer), {torch.nn.Linear}, torch.qint8)
    calls = {"float32": lambda: layer(inputs), "bfloat16": lambda: half_layer(half), "int8": lambda: whole(inputs)}
    return {name: 2 * 500 * 256 * 768 / milliseconds(call) * 1e3 for name, call in calls.items()}


def by_all_views(caption: Callable[[], list[str]]) -> list[str]:
    before, answers.SETTLED = answers.SETTLED, 2.0
    try:
        return caption()
    finally:
        answers.SETTLED = before


def parts(model, processor, clip) -> dict[str, Callable[[], object]]:
    """Each part by itself, on what the parts before it gave."""
    labels, phases = default_labels(), view_phases(processor.views)
    recognizer = Recognizer(model, processor, labels)
    inputs = {name: torch.from_numpy(values) for name, values in processor.tensors([clip]).items()}
    frames = model.renderer(**inputs).frames
    one = clip_views(model, processor, [clip], [0.5])
    prompt = one.prompt(model, processor, recognition_prompt(None))
    given = {"inputs_embeds": prompt.inputs_embeds, "attention_mask": prompt.attention_mask, "logits_to_keep": 1}
    cache = lambda: {CACHE: DynamicCache(config=model.config.get_text_config())}  # noqa: E731
    caption = partial(written, model, processor, [(clip, CAPTION)], ())
    text = caption(seen=one)
    return {
        "one view: frames chosen, bodies placed": lambda: processor.tensors([clip]),
        "one view: rendering": lambda: model.renderer(**inputs),
        "one view: vision encoder, projector": lambda: model.visual_tokens(frames),
        "recognition: clip among sentences": lambda: model.alignment.motion(one.features, one.kept, one.rows),
        "recognition: prompt, once": lambda: model.mllm(**given, **cache()),
        f"recognition: prompt and all {len(labels)} labels": lambda: prompt_log_likelihoods(
            model, processor.tokenizer, prompt, labels
        ),
        "**recognition, the best 5 labels**": lambda: recognizer.parts([clip], 5),
        "caption: all views": lambda: clip_views(model, processor, [clip], phases),
        "caption: prompt and words, by one view where that settles it": lambda: caption(seen=one),
        "caption: prompts and words, by all views": lambda: by_all_views(caption),
        "caption: of that, counting repetitions": lambda: count_repetitions(clip),
        "caption: its doubt": lambda: captions.fit(model, processor, [clip], text, one),
        "**caption with its doubt**": lambda: captions.texts_about(model, processor, [clip], CAPTION),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip", type=Path, default=FOLDER.parent / "examples" / "squat.json")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model, processor = load_default()
    with evaluating(model):
        speed = products()
        print("| part | processor ms | GFLOPs | ms at the speed of products |\n| --- | ---: | ---: | ---: |")
        for name, call in parts(model, processor, load_skeleton(arguments.clip)).items():
            count = flops(call)
            print(f"| {name} | {milliseconds(call):.1f} | {count / 1e9:.2f} | {1e3 * count / speed['float32']:.1f} |")
    print(f"products: {speed['float32'] / 1e9:.0f} GFLOPs a second in float32")
    print(", ".join(f"{name} {speed[name] / speed['float32']:.2f} times" for name in ("bfloat16", "int8")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
