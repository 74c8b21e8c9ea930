"""Published multimodal models that the renderer can stand in front of: a JSON file each, named like the model."""

from __future__ import annotations

import json
from typing import Any

from ..configs import FOLDER

BASES = FOLDER / "bases"


def known_bases() -> dict[str, dict[str, Any]]:
    """Hub id -> what its file says.

    base: the Hub id.
    licence: as the Hub abbreviates it; licence_name, licence_link: what an "other" one is called, and where it stands.
    sources: "ADDRESS: what stands there", by which this file was checked.
    unverified: what of it was not found in writing, as the path of a setting or a sentence.
    parameters: of the multimodal model, without the renderer.
    visual_tokens: that the language model receives for one clip.
    renderer_config, processor: settings of `DrActionConfig` and `SkeletonLLMProcessor` that suit it.
    stages: for `skeletonllm train --stages`.
    mllm_config: the sizes of its published configuration; what is left out is the library's default.
    """
    known = (json.loads(path.read_text("utf-8")) for path in sorted(BASES.glob("*.json")))
    return {entry["base"]: entry for entry in known}
