"""`pipeline("skeleton-to-text")`: clips in, words out."""

from __future__ import annotations

from typing import Any

from transformers import Pipeline

from .answering.local import LocalAnswerer
from .model.tasks import MAX_NEW_TOKENS


class SkeletonToTextPipeline(Pipeline):
    """Describes clips, answers a question about them, or ranks labels.

        pipe = pipeline("skeleton-to-text", model=folder)
        pipe("clip.skeleton")                                  # {"generated_text": ...}
        pipe("clip.skeleton", question="Which hand is used?")  # {"generated_text": ...}
        pipe("clip.skeleton", labels=["walk", "wave"])         # {"label": ..., "candidates": [...], "warnings": [...]}
        pipe("clip.skeleton", labels=[...], descriptions={...}, calibrate="none")  # as in `model.tasks.recognize`

    A clip is what the processor takes: a path, a `SkeletonSequence` or an array; a list of clips gives a list.
    """

    _load_processor = True
    _load_tokenizer = False
    _load_image_processor = False
    _load_feature_extractor = False

    def _sanitize_parameters(
        self,
        question: str | None = None,
        labels: list[str] | None = None,
        top_k: int = 5,
        layout: Any = None,
        max_new_tokens: int = MAX_NEW_TOKENS,
        descriptions: dict[str, list[str]] | None = None,
        calibrate: str | None = None,
    ):
        if question is not None and labels is not None:
            raise ValueError("skeleton-to-text: expected a question or labels, got both")
        task = {"question": question, "labels": labels, "top_k": top_k, "max_new_tokens": max_new_tokens}
        task |= {"descriptions": descriptions, "calibrate": calibrate}
        return {"layout": layout}, task, {}

    def preprocess(self, clip: Any, layout: Any = None) -> dict:
        return {"clip": self.processor.load(clip, layout)}

    def _forward(
        self, inputs: dict, question=None, labels=None, top_k=5, max_new_tokens=MAX_NEW_TOKENS, descriptions=None, calibrate=None
    ) -> dict:  # fmt: skip
        clip, answerer = inputs["clip"], LocalAnswerer(self.model, self.processor)
        if labels is not None:
            found = answerer.recognize(clip, labels, top_k, descriptions=descriptions, calibrate=calibrate)
            return found.to_dict()
        text = answerer.ask(clip, question, max_new_tokens=max_new_tokens)
        return {"generated_text": text, "warnings": list(clip.warnings)}

    def postprocess(self, outputs: dict) -> dict:
        return outputs
