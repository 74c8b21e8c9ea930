"""Joint encoders: small transformers over a clip's joints, trained with the contrastive loss of `model.alignment`.

They read what the renderer draws (the same frames' positions and velocities), without drawing it. So they learn from some hundred thousand
clips in an hour on one core, and err in other ways than a reader of pictures does: labels are ranked by both.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from ..files import write_whole
from ..model.alignment import MotionTextAlignment
from ..model.clip_view import ClipView, clip_tensors
from ..model.skeleton import SkeletonSequence
from .points import BODY_TARGETS, body_places, body_targets

FILE = Path(__file__).with_name("encoder.safetensors")
FRAMES, WIDTH, SIZE = 24, 192, 256
VIEW = ClipView(num_frames=FRAMES, heading="face", impute_joints=True, denoise=True, trim_rest=True)
PEOPLE, FEWEST = 2, 3
FASTER = 4.0  # velocities are metres in 4/30 s, far less than positions
LONG = 4.0  # seconds that count as 1
_OF_PERSON = 7 * len(BODY_TARGETS) + 4  # place, velocity and sight of each point; place and sight of the whole


def joint_batch(
    clips: Sequence[SkeletonSequence], seed: int | None = None, view: ClipView = VIEW
) -> dict[str, torch.Tensor]:
    """What the encoder reads of clips.

    Args:
        clips: at least one; of more than two people the two leftmost are read.
        seed: as in `clip_tensors`.
        view: how they are turned and cleaned, whatever the model's processor does.

    Returns:
        joints (clips, FRAMES, 2, points, 6) float32: positions in metres and velocities in metres in 4/30 s, X right, Y up, Z away from
        the camera; known (clips, FRAMES, 2, points) bool; seconds (clips,) float32.

    Raises:
        ValueError: a clip in which no joint is ever seen.
    """
    arrays = clip_tensors(clips, view, seed)
    tensors = {name: torch.from_numpy(arrays[name]) for name in ("joints", "velocities", "joint_mask")}
    values = torch.cat([tensors["joints"], tensors["velocities"]], -1)
    joints, known = body_targets(body_places(clips), values, tensors["joint_mask"])
    seconds = torch.from_numpy(np.array([clip.seconds for clip in clips], np.float32))
    return {"joints": joints, "known": known, "seconds": seconds.clamp(min=1 / 30)}


class JointEncoder(nn.Module):
    """Embeds clips, by their joints, and sentences in one space.

    Args:
        text_size: of a sentence's vector.
        named: prototypes that are kept with it (`MotionTextAlignment`), each of an action that has a name.
    """

    def __init__(self, text_size: int = 384, named: int = 0) -> None:
        super().__init__()
        self.embed = nn.Sequential(
            nn.Linear(PEOPLE * _OF_PERSON + 2, 2 * WIDTH), nn.GELU(), nn.Linear(2 * WIDTH, WIDTH)
        )
        self.alignment = MotionTextAlignment(WIDTH, FRAMES, text_size, SIZE, named, named)
        for parameter in (self.alignment.query, self.alignment.frames):
            nn.init.normal_(parameter, 0.0, 0.02)

    def features(self, joints: torch.Tensor, known: torch.Tensor, seconds: torch.Tensor) -> torch.Tensor:
        """(clips, FRAMES, WIDTH): a token for each frame; arguments as `joint_batch` gives them."""
        seen = known[..., None].to(joints.dtype)
        places, velocities = joints[..., :3], FASTER * joints[..., 3:] * seen
        middle = (places * seen).sum(-2) / seen.sum(-2).clamp(min=1)
        pelvis = BODY_TARGETS.index("pelvis")
        root = torch.where(known[..., pelvis, None], places[..., pelvis, :], middle)
        there = known.any(-1, keepdim=True).to(joints.dtype)
        centre = (root * there).sum((1, 2)) / there.sum((1, 2)).clamp(min=1)
        own = (places - root[..., None, :]) * seen
        root = (root - centre[:, None, None]) * there
        people = torch.cat([own.flatten(-2), velocities.flatten(-2), seen[..., 0], root, there], -1).flatten(-2)
        share = torch.linspace(0, 1, joints.shape[1], device=joints.device, dtype=joints.dtype)[None, :, None]
        length = seconds.to(joints.dtype)[:, None, None]
        return self.embed(torch.cat([people, share * length / LONG, length.log().expand(-1, joints.shape[1], 1)], -1))

    def forward(
        self, joints: torch.Tensor, known: torch.Tensor, seconds: torch.Tensor, kept: torch.Tensor | None = None
    ) -> torch.Tensor:
        """(clips, SIZE), normalised.

        Args:
            joints, known, seconds: as `joint_batch` gives them.
            kept: (clips, FRAMES) bool: the frames that are read; None: all.
        """
        kept = torch.ones(joints.shape[:2], dtype=torch.bool, device=joints.device) if kept is None else kept
        return self.alignment.motion(self.features(joints, known, seconds)[kept], kept.flatten()[:, None], len(joints))


class SharedSpace(nn.Module):
    """The spaces of several encoders as one: a cosine there is the mean of theirs.

    Args:
        members: of the encoders, all with prototypes of the same actions.
    """

    def __init__(self, members: Sequence[MotionTextAlignment]) -> None:
        super().__init__()
        self.members, self.named = nn.ModuleList(members), members[0].named
        for name in ("prototypes", "prototype_texts") if self.named else ():
            own = [getattr(member, name) for member in members]
            self.register_buffer(name, joined(own), persistent=False)

    @property
    def size(self) -> int:
        return sum(member.size for member in self.members)

    @property
    def text_skip(self) -> nn.Linear:
        """Whose weights say where and in which type sentences are mapped."""
        return self.members[0].text_skip

    @property
    def scale(self) -> torch.Tensor:
        return torch.stack([member.scale for member in self.members]).mean()

    def text(self, vectors: torch.Tensor) -> torch.Tensor:
        """As `MotionTextAlignment.text`."""
        return joined([member.text(vectors) for member in self.members])

    leaned = MotionTextAlignment.leaned


def joined(parts: Sequence[torch.Tensor]) -> torch.Tensor:
    """(rows, sizes together), normalised, of rows in several spaces."""
    return F.normalize(torch.cat([F.normalize(part.float(), dim=-1) for part in parts], -1), dim=-1)


class JointEncoders(nn.Module):
    """Encoders that were trained apart, whose cosines are averaged: their errors differ.

    Args:
        members: at least one.
    """

    def __init__(self, members: Sequence[JointEncoder]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.alignment = SharedSpace([member.alignment for member in members])

    def forward(self, **batch: torch.Tensor) -> torch.Tensor:
        """(clips, sizes together), normalised; arguments as those of a member."""
        return joined([member(**batch) for member in self.members])

    @torch.no_grad()
    def embedded(self, clips: Sequence[SkeletonSequence]) -> torch.Tensor:
        """(clips, sizes together) float32, normalised; zeros where fewer than `FEWEST` of the points are ever seen, as of a hand alone."""
        batch = joint_batch(clips)
        enough = batch["known"].any(1).flatten(1).sum(1, keepdim=True) >= FEWEST
        return self(**batch) * enough


def save_joint_encoders(encoders: JointEncoders, named: Sequence[str], file: Path) -> None:
    """Writes encoders and the names of their prototypes, in half precision."""
    from safetensors.torch import save_file

    tensors = {name: value.half().contiguous() for name, value in encoders.members.state_dict().items()}
    write_whole(file, lambda path: save_file(tensors, path, {"named": "\n".join(named)}))


def load_joint_encoders(file: Path = FILE) -> tuple[JointEncoders, tuple[str, ...], str]:
    """Encoders, the bundled ones unless another file is given, in evaluation mode on the CPU; the names of their prototypes; the file's digest.

    Raises:
        FileNotFoundError: no such file.
    """
    return _loaded(file)


@functools.cache
def _loaded(file: Path) -> tuple[JointEncoders, tuple[str, ...], str]:
    from safetensors import safe_open

    members: dict[str, dict[str, torch.Tensor]] = {}
    with safe_open(file, "pt") as opened:
        for name in opened.keys():  # noqa: SIM118 - no mapping
            number, _, own = name.partition(".")
            members.setdefault(number, {})[own] = opened.get_tensor(name).float()
        names = (opened.metadata() or {}).get("named", "")
    named = tuple(names.split("\n")) if names else ()
    loaded = []
    for number in sorted(members, key=int):
        encoder = JointEncoder(members[number]["alignment.text_skip.weight"].shape[1], len(named))
        encoder.load_state_dict(members[number])
        loaded.append(encoder)
    return JointEncoders(loaded).eval(), named, hashlib.sha256(file.read_bytes()).hexdigest()[:16]
