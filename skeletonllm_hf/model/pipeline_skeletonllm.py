"""`pipeline("skeleton-to-text")`: clips in, words out."""

from __future__ import annotations

import itertools
from typing import Any

from transformers import Pipeline

from .answers import answers, conversation_text
from .prompts import CAPTION
from .recognition import recognizer_of


class SkeletonToTextPipeline(Pipeline):
    """Describes clips, answers a question about them, or ranks labels.

        pipe = pipeline("skeleton-to-text", model=folder)
        pipe("clip.skeleton")                                  # {"generated_text": ...}
        pipe("clip.skeleton", question="Which hand is used?")  # {"generated_text": ...}
        pipe("clip.skeleton", labels=["walk", "wave"])         # {"label": ..., "candidates": [...], "warnings": [...]}
        pipe("clip.skeleton", labels=[...], descriptions={...}, calibrate="none")  # as in `model.recognition.recognize`

        pipe(clips, batch_size=8, generate_kwargs={"do_sample": True, "temperature": 0.7})

    A clip is what the processor takes: a path, a `SkeletonSequence`, a dataset's row or an array; a list of clips gives a
    list. Arguments of `generate` stand by themselves or in `generate_kwargs`; `return_full_text` puts the prompt in front.
    """

    _load_processor = True
    _load_tokenizer = False
    _load_image_processor = False
    _load_feature_extractor = False

    def _sanitize_parameters(
        self,
        question: str | None = None,
        labels: list[str] | None = None,
        top_k: int | None = None,
        layout: Any = None,
        descriptions: dict[str, list[str]] | None = None,
        calibrate: str | None = None,
        return_full_text: bool | None = None,
        generate_kwargs: dict[str, Any] | None = None,
        **generation: Any,
    ) -> Any:
        if question is not None and labels is not None:
            raise ValueError("skeleton-to-text: expected a question or labels, got both")
        if both := sorted(set(generation) & set(generate_kwargs or {})):
            raise ValueError(f"skeleton-to-text: {both}: expected once, got by themselves and in generate_kwargs")
        generation = {**generation, **(generate_kwargs or {})}
        given = {"question": question, "labels": labels, "descriptions": descriptions, "calibrate": calibrate}
        task: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        # `temperature` and its like say top_k too: with labels it is how many are returned, without the sampling argument.
        if labels is not None:
            if generation:
                raise ValueError(
                    f"skeleton-to-text: expected no arguments of generate beside labels, got {sorted(generation)}"
                )
            task["top_k"] = 5 if top_k is None else top_k
        elif top_k is not None:
            generation["top_k"] = top_k
        task |= {"generation": generation} if generation else {}
        shown = {} if return_full_text is None else {"return_full_text": return_full_text}
        return {"layout": layout} if layout is not None else {}, task, shown

    def preprocess(self, clip: Any, layout: Any = None) -> dict[str, Any]:
        return {"clips": [self.processor.load(clip, layout)]}

    def get_iterator(
        self,
        inputs: Any,
        num_workers: int,
        batch_size: int,
        preprocess_params: Any,
        forward_params: Any,
        postprocess_params: Any,
    ) -> Any:
        """Clips in batches of `batch_size`; those differ in length, people and joints, so the processor pads them, not a loader."""
        inputs = iter(inputs)
        while batch := list(itertools.islice(inputs, batch_size)):
            clips = [self.preprocess(clip, **preprocess_params)["clips"][0] for clip in batch]
            outputs = self.forward({"clips": clips}, **forward_params)["outputs"]
            yield from (self.postprocess({"outputs": [output]}, **postprocess_params) for output in outputs)

    def _forward(
        self,
        inputs: dict[str, Any],
        question: Any = None,
        labels: Any = None,
        top_k: int = 5,
        descriptions: Any = None,
        calibrate: Any = None,
        generation: Any = None,
    ) -> dict[str, Any]:
        clips = inputs["clips"]
        if labels is not None:
            options = {"descriptions": descriptions, "calibrate": calibrate}
            recognizer = recognizer_of(self.model, self.processor, labels, **options)
            return {"outputs": [recognizer(clip, top_k).to_dict() for clip in clips]}
        prompt = conversation_text(self.processor, CAPTION if question is None else question, ())
        texts = answers(self.model, self.processor, clips, [question] * len(clips), **(generation or {}))
        outputs = [
            {"generated_text": text, "warnings": list(c.warnings), "prompt": prompt} for c, text in zip(clips, texts)
        ]
        return {"outputs": outputs}

    def postprocess(self, outputs: dict[str, Any], return_full_text: bool = False) -> dict[str, Any]:
        (output,) = outputs["outputs"]
        if (prompt := output.pop("prompt", None)) is not None and return_full_text:
            output["generated_text"] = prompt + output["generated_text"]
        return output
