"""Texts about a clip that are known without the language model: the pose of one person who keeps still, and listed actions that it was not taught."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..describe import Pose, is_still, pose_of
from ..describe.body_paths import people_tracks
from ..model.likelihoods import Views
from ..model.prompts import CAPTION, DOING, FIRST, LAST
from ..model.skeleton import SkeletonSequence
from .listed_actions import action_texts
from .sure_actions import surer_captions


def known_texts(model: Any, prompted: Sequence[tuple[SkeletonSequence, str]], seen: Views) -> list[str | None]:
    """A caption, or the answer to what one person does, of each clip of which it is known; None: the language model answers.

    Args:
        model: a `SkeletonLLMForConditionalGeneration` with an alignment.
        prompted: (loaded clip, question in the words of training), at least one.
        seen: the clips' middle views.
    """
    poses = [held_pose(clip) if question in (CAPTION, DOING, FIRST, LAST) else None for clip, question in prompted]
    if all(poses):
        known: Sequence[str | None] = [None] * len(poses)
    else:
        known = action_texts(model, prompted, seen)
    return [
        own if pose is None else pose.sentence if question == CAPTION else pose.words
        for pose, own, (_, question) in zip(poses, known, prompted, strict=True)
    ]


def best_texts(
    model: Any, prompted: Sequence[tuple[SkeletonSequence, str]], texts: Sequence[str], seen: Views
) -> list[str]:
    """Texts about clips: in place of the language model's those that are known, and captions of what clips surely show.

    Args:
        model, prompted, seen: as in `known_texts`.
        texts: the language model's.
    """
    known = known_texts(model, prompted, seen)
    captioned = any(question == CAPTION for _, question in prompted)
    surer = surer_captions(model, [clip for clip, _ in prompted], texts, seen) if captioned else texts
    return [
        own if own is not None else better if question == CAPTION else text
        for own, better, text, (_, question) in zip(known, surer, texts, prompted, strict=True)
    ]


def held_pose(clip: SkeletonSequence) -> Pose | None:
    """The pose of one person in a clip in which nothing moves, such as a photo; None for other clips."""
    if int(clip.people_present.sum()) != 1:
        return None
    tracks = people_tracks(clip)
    return pose_of(tracks[0]) if tracks and is_still(tracks[0]) else None
