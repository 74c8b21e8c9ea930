"""A clip described in detail: what the skeleton measures, sentence by sentence, and the action that this amounts to."""

from __future__ import annotations

from ..describe import with_label
from ..describe.describer import MOST_SENTENCES
from ..describe.sentences import sentences
from ..model.prompts import CAPTION, DOING, DOING_TWO
from .captions import texts_about
from .narration import arrivals, narrated
from .scene import Scene


def in_detail(scene: Scene, labelled: bool = False) -> str:
    """The description, as `describe.describe` gives it, a sentence a line, and the caption.

    Args:
        scene: the clip.
        labelled: whether the line `Label: <action>` stands in the caption's place, as in the rationales of training.
    """
    question = CAPTION if not labelled else DOING if scene.people == 1 else DOING_TWO
    parts = narrated(scene, question)
    text = parts.text if parts else texts_about(scene.model, scene.processor, [scene.clip], question)[0].text
    lines = [] if scene.measures is None else list(sentences(scene.measures.facts, MOST_SENTENCES))
    return with_label("\n".join(lines), text) if labelled else "\n".join([*lines, text, *arrivals(scene)])
