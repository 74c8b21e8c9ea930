"""The client of `skeletonllm serve`: clips are read here and answered there. Needs no torch, so it starts at once."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..readers import load_skeleton, save_npz
from .endpoint import Endpoint, EndpointError
from .protocol import Caption, Turn


@dataclass(frozen=True)
class Ranked:
    """Labels that a server's model ranked, best first: as `model.recognition.Recognition`, without torch."""

    values: Mapping[str, Any]

    @property
    def label(self) -> str:
        return self.values["label"]

    @property
    def unsure(self) -> bool:
        return bool(self.values.get("unsure"))

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(one["label"] for one in self.values["candidates"])

    @property
    def scores(self) -> tuple[float, ...]:
        return tuple(one["score"] for one in self.values["candidates"])

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(self.values["warnings"])

    def to_dict(self) -> dict[str, Any]:
        return dict(self.values)


class ServerAnswerer:
    """A model behind `skeletonllm serve`.

    Args:
        url: its address, such as `http://127.0.0.1:8448`.
        timeout: seconds to wait for it.
        key: sent as bearer token; None: the environment's `SKELETONLLM_ENDPOINT_KEY`.

    Raises:
        ValueError: as `Endpoint`.
    """

    def __init__(self, url: str, timeout: float = 120.0, key: str | None = None):
        self.endpoint = Endpoint(url, "skeletonllm", key, timeout)
        self.name = self.endpoint.url

    def recognize(
        self, clip: Any, labels: Sequence[str] | None, top_k: int = 5, *, none_of_these: bool = False,
        descriptions: Mapping[str, Sequence[str]] | None = None, calibrate: str | None = None, layout: Any = None,
    ) -> Ranked:  # fmt: skip
        """Ranked labels; None takes those of the server's model."""
        body = {"skeleton": _item(clip, layout), "top_k": top_k, "none_of_these": none_of_these, "calibrate": calibrate}
        body |= {"labels": None if labels is None else list(labels)}
        if descriptions is not None:
            body["descriptions"] = {k: [v] if isinstance(v, str) else list(v) for k, v in descriptions.items()}
        found = self.endpoint.post("recognize", body)
        fields = {"label": str, "candidates": list, "warnings": list}
        if any(not isinstance(found.get(name), kind) for name, kind in fields.items()):
            raise EndpointError(f"{self.name}: expected label, candidates and warnings, got {sorted(found)}")
        return Ranked(found)

    def caption(self, clip: Any, *, layout: Any = None, max_new_tokens: int = 96) -> str:
        """A sentence about the clip."""
        return self.describe(clip, layout=layout, max_new_tokens=max_new_tokens).text

    def describe(self, clip: Any, *, layout: Any = None, max_new_tokens: int = 96) -> Caption:
        """As `caption`, and whether it is doubtful."""
        found = self._answer("caption", {"skeleton": _item(clip, layout), "max_tokens": max_new_tokens})
        return Caption(found["answer"], bool(found.get("unsure")))

    def ask(
        self, clip: Any, question: str | None, *, history: Sequence[Turn] = (), layout: Any = None,
        max_new_tokens: int = 96,
    ) -> str:  # fmt: skip
        """The answer to a question after earlier turns, oldest first; None asks for a caption."""
        if question is None:
            return self.caption(clip, layout=layout, max_new_tokens=max_new_tokens)
        return self._question(clip, question, history, layout, max_new_tokens)["answer"]

    def ask_with_warnings(
        self, clip: Any, question: str, *, history: Sequence[Turn] = (), layout: Any = None, max_new_tokens: int = 96
    ) -> tuple[str, list[str]]:
        """As `ask`, and the server's warnings, but for those of the clip, which it has already."""
        found = self._question(clip, question, history, layout, max_new_tokens)
        known = getattr(clip, "warnings", ())
        return found["answer"], [str(warning) for warning in found.get("warnings") or () if warning not in known]

    def _question(self, clip: Any, question: str, history: Sequence[Turn], layout: Any, longest: int) -> dict[str, Any]:
        body = {"skeleton": _item(clip, layout), "question": question, "history": [list(turn) for turn in history]}
        return self._answer("ask", body | {"max_tokens": longest})

    def _answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        found = self.endpoint.post(path, body)
        if not isinstance(found.get("answer"), str):
            raise EndpointError(f"{self.name}: expected an answer, got {sorted(found)}")
        return found


def _item(clip: Any, layout: Any = None) -> dict[str, Any]:
    """A clip as a request carries it: a file of ours, which is read back exactly."""
    sequence: Any = clip if hasattr(clip, "joints") else load_skeleton(clip, layout=layout)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.npz"
        save_npz(sequence, path)
        return {"type": "skeleton", "filename": path.name, "data": base64.b64encode(path.read_bytes()).decode("ascii")}
