"""Views of clips: rendered and encoded once for all scorers."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import torch
import torch.nn.functional as F

from ..joints import load_joint_encoders
from ..model.likelihoods import (
    Needed,
    Views,
    candidate_log_likelihoods,
    clip_views,
    packed_log_likelihoods,
    token_rows,
    view_phases,
)
from ..model.prompts import recognition_prompt
from .digest import model_digest


class Space(Protocol):
    """Where clips and sentences lie together, and what it needs to rank labels by."""

    @property
    def model(self) -> Any:
        """What has the `alignment`."""

    @property
    def digest(self) -> str:
        """Of all that the space depends on."""

    @property
    def names(self) -> Sequence[str]:
        """Of the prototypes that show a named action."""

    @property
    def none_cosine(self) -> float:
        """That of "none of these" with every clip."""

    @property
    def leaning(self) -> tuple[float, float, int] | None:
        """`weights` of `MotionTextAlignment.leaned`."""

    def motion(self, clips: Sequence[Any]) -> torch.Tensor:
        """(clips, size) float32 on the CPU, normalised."""


class Looks:
    """Visual tokens of clips' views, computed once for scorers that ask for the same clips in turn.

    Args:
        model, processor: as in `recognize`.
        views: how many of each clip; None: `processor.views`.
    """

    def __init__(self, model: Any, processor: Any, views: int | None = None) -> None:
        self.model, self.processor = model, processor
        self.views = views or processor.views
        self._clips: list[Any] = []
        self._seen = Views(torch.zeros(0), torch.zeros(0, dtype=torch.bool), 0)

    def seen(self, clips: Sequence[Any]) -> Views:
        """Visual tokens of the clips: of all views for new clips, of the views of the last call for the same clips."""
        if not clips or not _identical(clips, self._clips):
            self._look(clips, view_phases(self.views))
        return self._seen

    def glance(self, clips: Sequence[Any]) -> None:
        """Computes one view of each clip, the middle one."""
        self._look(clips, [view_phases(self.views)[self.views // 2]])

    def look_again(self, places: Sequence[int]) -> list[Any]:
        """The clips at these places of the last `glance`, after their other views were computed as well."""
        glanced = [self._seen.part(place, place + 1) for place in places]
        phases = view_phases(self.views)
        del phases[self.views // 2]
        self._look([self._clips[place] for place in places], phases)
        self._seen = Views.joined([*glanced, self._seen])
        return self._clips

    leaning = None

    @property
    def digest(self) -> str:
        return model_digest(self.model, self.processor)

    @property
    def names(self) -> Sequence[str]:
        return self.model.config.named_prototypes[: self.model.alignment.named]

    @property
    def none_cosine(self) -> float:
        return self.model.config.none_cosine

    def motion(self, clips: Sequence[Any]) -> torch.Tensor:
        """As the function, of `seen`."""
        return motion(self.model, self.seen(clips), len(clips))

    def log_likelihoods(
        self, clips: Sequence[Any], labels: Sequence[str], descriptions: Mapping[str, Sequence[str]] | None
    ) -> torch.Tensor:
        """(clips, labels), as `model.likelihoods.candidate_log_likelihoods`."""
        seen = self.seen(clips)
        views = seen.rows // len(clips)
        with evaluating(self.model):
            return candidate_log_likelihoods(
                self.model, self.processor, clips, labels, views, descriptions, seen
            ).float()

    def leading_log_likelihoods(
        self, clips: Sequence[Any], labels: Sequence[str], needed: Sequence[Needed]
    ) -> torch.Tensor:
        """(clips, labels): as `log_likelihoods` for labels that are needed; for the others an upper bound.

        Args:
            clips: loaded ones.
            labels: candidates.
            needed: of each clip.
        """
        question = recognition_prompt(labels if self.processor.list_candidates else None)
        seen, rows, found = self.seen(clips), token_rows(self.processor.tokenizer, labels), []
        with evaluating(self.model):
            for clip, which in enumerate(needed):
                views = Views.joined([seen.part(row, row + 1) for row in range(clip, seen.rows, len(clips))])
                prompt = views.prompt(self.model, self.processor, question)
                found.append(packed_log_likelihoods(self.model, prompt, rows, which).mean(0))
        return torch.stack(found)

    def _look(self, clips: Sequence[Any], phases: Sequence[float]) -> None:
        with evaluating(self.model):
            self._clips, self._seen = list(clips), clip_views(self.model, self.processor, clips, phases)


class JointLooks:
    """Clips as the bundled joint encoders see them: one look at each, whatever the model's views."""

    # The first chosen on training people of HDM05, GTU 3D and Penn Action, of which the encoder saw no clip (`benchmarks/joints.py`), the second there
    # and on generated clips.
    leaning = (0.0, 1.0, 6)
    none_cosine = 0.4

    def __init__(self) -> None:
        self.model, self.names, self.digest = load_joint_encoders()
        self._last: dict[int, tuple[Any, torch.Tensor]] = {}  # clips of the last call, by identity

    def motion(self, clips: Sequence[Any]) -> torch.Tensor:
        known = {number: seen for number, seen in self._last.items() if any(seen[0] is clip for clip in clips)}
        new = [clip for clip in clips if id(clip) not in known]
        if new:
            known |= {id(clip): (clip, row) for clip, row in zip(new, self.model.embedded(new), strict=True)}
        self._last = known
        return torch.stack([known[id(clip)][1] for clip in clips])


# Of views that are still there, each model's: a caption and its doubt ask for the same
_embedded: weakref.WeakKeyDictionary[Views, torch.Tensor] = weakref.WeakKeyDictionary()


def motion(model: Any, seen: Views, clips: int) -> torch.Tensor:
    """(clips, size) float32 on the CPU, normalised: the mean of the embeddings of each clip's views, which `model` saw."""
    if seen not in _embedded:
        with evaluating(model):
            _embedded[seen] = model.alignment.motion(seen.features, seen.kept, seen.rows).float()
    return F.normalize(_embedded[seen].unflatten(0, (-1, clips)).mean(0), dim=-1).cpu()


def prototype_cosines(model: Any, embedded: torch.Tensor) -> torch.Tensor:
    """(clips, names) float32 on the CPU: cosines of clips, (clips, size) as `motion` gives them, and the prototypes of `config.named_prototypes`."""
    alignment = model.alignment
    if not alignment.named:
        return embedded.new_zeros(len(embedded), 0).float().cpu()
    return (embedded.float() @ alignment.prototypes[: alignment.named].to(embedded).float().T).cpu()


def _identical(clips: Sequence[Any], others: Sequence[Any]) -> bool:
    return len(clips) == len(others) and all(a is b for a, b in zip(clips, others, strict=True))


@contextlib.contextmanager
def evaluating(model: Any) -> Iterator[None]:
    """A context with the model in evaluation mode and without gradients."""
    training, changed = model.training, any(module.training for module in model.modules())
    if changed:
        model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        if changed:
            model.train(training)
