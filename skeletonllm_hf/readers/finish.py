"""The rules that every format shares: from what a file says to a SkeletonSequence that can be relied on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..model.layouts import SkeletonLayout, get_layout, layouts_with
from ..model.skeleton import MAX_FPS, MIN_FPS, UNITS, SkeletonSequence
from .gaps import fill_gaps
from .guess import (
    ODD_PROPORTIONS,
    body_up,
    guess_units,
    guess_up,
    layout_by_proportions,
    metres_per_unit,
    mirrored,
    misfit,
)
from .orientation import relative_to_rest
from .people import ghost_bodies, most_active
from .reader import RawClip, ReadOptions, check_size, seen_joints
from .source import SkeletonFile, is_printable
from .tracks import join_tracks, link_people, take_people

DEFAULT_FPS = 30.0
# The longest label of a published dataset has 60 characters; a caption is a paragraph at most.
MAX_LABEL, MAX_TEXT, MAX_TEXTS = 1_000, 20_000, 1_000


@dataclass(frozen=True)
class Fact:
    """A property of a clip and where it comes from: `how` is "given" (by the caller), "file" or "guessed"."""

    value: object
    how: str
    reason: str = ""


@dataclass(frozen=True)
class Finished:
    sequence: SkeletonSequence
    facts: dict[str, Fact]


def finish(raw: RawClip, file: SkeletonFile, format_name: str, options: ReadOptions) -> Finished:
    """Applies the common rules: missing joints, people, units, axes, frame rate.

    Raises:
        SkeletonFileError: a joint count that fits no layout, or a clip in which nobody is ever seen.
    """
    joints = np.asarray(raw.joints)
    frames, people, count, dims = joints.shape
    check_size(file, frames, people, count, dims)
    _check_texts(raw, file)
    notes = list(raw.notes)
    mask = _mask(raw, joints, options, notes)
    if not mask.any():
        raise file.error("at least one joint that is seen", f"{frames} frames in which nobody is")
    layout = _layout(raw, joints, mask, file, options)
    if layout.how == "guessed":
        notes.append(f"Layout guessed: {layout.value.name}, {layout.reason}.")
    bodies = {"joints": joints, "mask": mask, "confidence": raw.confidence, "rotations": raw.rotations}
    bodies = {name: values for name, values in bodies.items() if values is not None}
    if not raw.verbatim:
        bodies = _people(raw, bodies, options.people, notes)
    if options.fill_gaps:
        _fill(bodies, options.fill_gaps, notes)
    joints, mask = bodies["joints"], bodies["mask"]
    if frames == 1 and not raw.verbatim:
        notes.append("The clip has one frame: nothing moves.")
    facts = {"format": Fact(format_name, "file"), "layout": Fact(layout.value.name, layout.how, layout.reason)}
    facts |= _axes(raw, joints, mask, layout.value, options, notes)
    facts["fps"] = _fps(raw, options, notes)
    up = facts["up"].value
    sequence = SkeletonSequence(
        layout=layout.value, fps=facts["fps"].value, units=facts["units"].value, up=up,
        view=raw.view if up == raw.up else None, source=str(file.path), format=format_name, label=raw.label,
        captions=raw.captions, questions=raw.questions, warnings=tuple(notes), **bodies,
    )  # fmt: skip
    if sequence.rotations is not None and not raw.verbatim:
        sequence = sequence.replace(rotations=relative_to_rest(sequence, raw.turned))
    return Finished(sequence, facts)


def _check_texts(raw: RawClip, file: SkeletonFile) -> None:
    """What a file says in words is shown, saved and put into prompts: neither pages of it nor half characters (surrogates)."""
    texts = {"label": [] if raw.label is None else [raw.label], "captions": raw.captions, "warnings": raw.notes}
    texts["questions"] = [text for pair in raw.questions for text in pair]
    for name, values in texts.items():
        most = MAX_LABEL if name == "label" else MAX_TEXT
        if len(values) > MAX_TEXTS:
            raise file.error(f"at most {MAX_TEXTS} texts", str(len(values)), position=name)
        for text in values:
            if len(text) > most:
                raise file.error(f"at most {most:,} characters", f"{len(text):,}: {text[:40]!r}...", position=name)
            if not is_printable(text):
                raise file.error("Unicode text", repr(text[:40]), position=name)


def _layout(raw: RawClip, joints: np.ndarray, mask: np.ndarray, file: SkeletonFile, options: ReadOptions) -> Fact:
    count = joints.shape[2]
    known = layouts_with(count)
    names = ", ".join(f"{layout.name!r}" for layout in known) or "none of the built-in ones"
    wanted = options.layout if options.layout is not None else raw.layout
    if wanted is not None:
        layout: SkeletonLayout = get_layout(wanted)
        if layout.num_joints != count:
            raise file.error(
                f"{layout.num_joints} joints (layout {layout.name!r})", f"{count}; layouts with {count} joints: {names}"
            )
        return Fact(layout, "given" if options.layout is not None else "file")
    if len(known) == 1:
        return Fact(known[0], "guessed", f"the only one with {count} joints")
    fitting = layout_by_proportions(joints, mask, known)
    if fitting is None:
        why = "which of them is it?" if known else "give one of your own: names and bones, in Python or a JSON file"
        raise file.error("a layout (layout=...)", f"{count} joints, which fit {names}: {why}")
    return Fact(fitting, "guessed", f"of {names} the one whose bones have a body's proportions")


def _mask(raw: RawClip, joints: np.ndarray, options: ReadOptions, notes: list[str]) -> np.ndarray:
    finite, some = seen_joints(joints)
    claimed = np.ones_like(finite) if raw.mask is None else np.asarray(raw.mask, bool)
    if broken := int((claimed & ~finite).sum()):
        notes.append(f"{broken} joints of {finite.size} are NaN or infinite: masked.")
    mask = claimed & finite
    if raw.verbatim:
        return mask
    zero = mask & ~some
    if zero.any():
        # a whole body of zeros is nobody; one joint of zeros is a root-centred clip's root, unless the format says otherwise
        empty = (zero | ~mask).all(-1, keepdims=True)
        mask &= ~(zero & (True if raw.zero_is_missing else empty))
    if raw.confidence is not None:
        mask &= ~(np.asarray(raw.confidence) < options.min_confidence)
    return mask


def _people(raw: RawClip, bodies: dict[str, np.ndarray], most: int, notes: list[str]) -> dict[str, np.ndarray]:
    """The bodies of the people who stay, each in one track; says who goes."""
    names = list(raw.people_names) or [f"person {number + 1}" for number in range(bodies["mask"].shape[1])]
    if raw.relink:
        order = link_people(bodies["joints"], bodies["mask"], 4 * most + 4)
        bodies = {name: take_people(values, order) for name, values in bodies.items()}
        names = [f"person {number + 1}" for number in range(order.shape[1])]
    elif len(names) > 1 and not raw.tracked:
        bodies = _join(bodies, names, notes)
    joints, mask = bodies["joints"], bodies["mask"]
    present = np.flatnonzero(mask.any((0, 2)))
    if raw.ghosts and len(present) > 1:
        for person, reason in ghost_bodies(joints, mask).items():
            notes.append(f"Dropped {names[person]} as a ghost: {reason}.")
            present = present[present != person]
    if len(present) > most:
        chosen = present[most_active(joints[:, present], mask[:, present], most)]
        dropped = [names[person] for person in present if person not in chosen]
        notes.append(
            f"{len(present)} people: kept the {most} most active ({', '.join(names[p] for p in chosen)}), "
            f"dropped {', '.join(dropped)}."
        )
        present = chosen
    return bodies if len(present) == mask.shape[1] else {name: values[:, present] for name, values in bodies.items()}


def _join(bodies: dict[str, np.ndarray], names: list[str], notes: list[str]) -> dict[str, np.ndarray]:
    """Bodies whose track a tracker tore apart become one, in the place of the first."""
    torn = [group for group in join_tracks(bodies["joints"], bodies["mask"]) if len(group) > 1]
    if not torn:
        return bodies
    seen = bodies["mask"].any(2)
    bodies = {name: values.copy() for name, values in bodies.items()}
    for first, *others in torn:
        for other in others:
            frames = seen[:, other]
            for values in bodies.values():
                values[frames, first] = values[frames, other]
            bodies["mask"][:, other] = False
        notes.append(f"{names[first]} continues as {', '.join(names[other] for other in others)}: joined.")
    return bodies


def _fill(bodies: dict[str, np.ndarray], most: int, notes: list[str]) -> None:
    before = bodies["mask"]
    bodies["joints"], bodies["mask"], last = fill_gaps(bodies["joints"], before, most)
    filled = np.nonzero(bodies["mask"] & ~before)
    if len(filled[0]):
        for name in ("confidence", "rotations"):
            if name in bodies:
                bodies[name] = bodies[name].copy()
                bodies[name][filled] = bodies[name][last[filled], filled[1], filled[2]]
        notes.append(f"{len(filled[0])} missing joints were interpolated (gaps of at most {most} frames).")


def _axes(
    raw: RawClip, joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, options: ReadOptions, notes: list[str]
) -> dict[str, Fact]:
    """Facts `units` and `up`; explicit arguments win, then the format, then a guess; the last two are checked."""
    if raw.verbatim:
        facts = {name: Fact(getattr(raw, name), "file") for name in ("units", "up")}
        return facts | {
            n: Fact(getattr(options, n), "given") for n in ("units", "up") if getattr(options, n) is not None
        }
    flat = joints.shape[-1] == 2
    scale = metres_per_unit(joints, mask, layout)
    if options.units is not None:
        units = Fact(options.units, "given")
    elif raw.units is not None:
        units = Fact(raw.units, "file")
        factor = UNITS[raw.units]
        if not flat and factor is not None and scale is not None and not 1 / 3 < factor / scale < 3:
            notes.append(
                f"Bodies are {factor / scale:.3g} times an adult's size in {raw.units}; pass units=... if that is wrong."
            )
    else:
        units = Fact("pixels", "guessed", "two-dimensional") if flat else Fact(*_and_how(guess_units(scale)))
    if options.up is not None:
        up = Fact(options.up, "given")
    elif raw.up is not None:
        up = Fact(raw.up, "file")
        direction = body_up(joints, mask, layout)
        along = 0.0 if direction is None else direction["xyz".index(raw.up[-1])] * (-1 if raw.up[0] == "-" else 1)
        if along < -0.6:
            notes.append(f"Bodies stand upside down with up={raw.up!r}; pass up=... if that is wrong.")
    else:
        up = Fact(*_and_how(("-y", "image coordinates") if flat else guess_up(joints, mask, layout)))
    guessed = [
        f"{name}={fact.value!r} ({fact.reason})"
        for name, fact in (("units", units), ("up", up))
        if fact.how == "guessed"
    ]
    if guessed:
        notes.append(f"Guessed {' and '.join(guessed)}; pass them if that is wrong.")
    if options.layout is None and misfit(joints, mask, layout) > ODD_PROPORTIONS:
        notes.append(
            f"Bones do not have a body's proportions: are the joints those of {layout.name}? Pass layout=... if not."
        )
    if mirrored(joints, mask, layout):
        notes.append("Left and right look exchanged: feet point to the back of the body. The file may be mirrored.")
    return {"units": units, "up": up}


def _and_how(guess: tuple[str, str]) -> tuple[str, str, str]:
    return guess[0], "guessed", guess[1]


def _fps(raw: RawClip, options: ReadOptions, notes: list[str]) -> Fact:
    if options.fps is not None:
        return Fact(float(options.fps), "given")
    if raw.fps is not None and MIN_FPS <= raw.fps <= MAX_FPS:
        return Fact(float(raw.fps), "file")
    reason = "the file does not say" if raw.fps is None else f"the file says {raw.fps:g}"
    notes.append(f"Frame rate assumed: {DEFAULT_FPS:g} frames a second ({reason}); pass fps=... if that is wrong.")
    return Fact(DEFAULT_FPS, "guessed", reason)
