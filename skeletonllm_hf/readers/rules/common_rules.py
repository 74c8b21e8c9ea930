"""The rules that all formats share, from a `RawClip` to a SkeletonSequence: mask, people, units, axes, frame rate."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...model.layouts import SkeletonLayout, get_layout, layouts_with
from ...model.skeleton import MAX_FPS, MIN_FPS, SkeletonSequence, axis_vector
from ...nouns import counted
from ..estimators.picture_shares import are_shares, are_signed_shares, is_picture, to_picture
from ..reader import RawClip, ReadOptions, check_size, seen_joints
from ..source import SkeletonFile, is_printable
from .beginnings import body_alone
from .doubts import body_doubts, meant_rate, name_doubts, other_unit, rate_doubt, size_doubt
from .gaps import fill_gaps
from .guess import body_up, guess_units, layout_by_proportions, metres_per_unit
from .missing import fillers, sometimes_zero, without_empty_depth, without_limbs_at_zero
from .numbered_layouts import numbered_layouts, short_name
from .orientation import relative_to_rest, right_handed
from .people import ghost_bodies, join_tracks, link_people, most_active, take_people
from .upright import before_a_sensor, check_up, exchanged, find_up, find_up_in_picture

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
    frames = len(raw.joints)
    check_size(file, *np.shape(raw.joints))
    _check_texts(raw, file)
    raw = body_alone(without_empty_depth(raw), options)
    handed = _handed(raw, options)
    if handed.value == "left":
        raw = right_handed(raw, options)
    joints = np.asarray(raw.joints)
    notes = [*file.mended, *raw.notes]
    mask = _mask(raw, joints, options, notes)
    if not mask.any():
        raise file.error("at least one joint that is seen", f"{counted(frames, 'frame')} in which nobody is")
    layout = _layout(raw, joints, mask, file, options)
    if layout.how == "guessed":
        notes.append(f"Layout guessed: {layout.value.name}, {layout.reason}.")
    if options.joint_map and not any(name in layout.value.joints for name, _ in options.joint_map):
        notes.append("The joint map was not used: this file has no joints of its names.")
    if not raw.verbatim:
        mask = without_limbs_at_zero(joints, mask, layout.value, notes)
    bodies = {"joints": joints, "mask": mask, "confidence": raw.confidence, "rotations": raw.rotations}
    bodies = {name: values for name, values in bodies.items() if values is not None}
    if not raw.verbatim:
        bodies = _people(raw, bodies, options.people, notes)
    if options.fill_gaps:
        _fill(bodies, options.fill_gaps, notes)
    joints, mask = bodies["joints"], bodies["mask"]
    flat = joints.shape[-1] == 2 and layout.how == "guessed" and raw.up is options.up is None
    if flat and exchanged(joints, mask, layout.value):
        bodies["joints"] = joints[..., ::-1]
        notes.append("x and y were exchanged: bodies stood along x, mirrored; up='-y' keeps them if they lie.")
    raw = _in_picture(raw, bodies, layout.value, options, notes)
    joints = bodies["joints"]
    if frames == 1 and not raw.verbatim:
        notes.append("The clip has one frame: nothing moves.")
    facts = {"format": Fact(format_name, "file"), "layout": Fact(layout.value.name, layout.how, layout.reason)}
    facts |= _axes(raw, joints, mask, layout.value, options, notes)
    if handed.value == "left":
        facts["handed"] = handed
    facts["fps"] = _fps(raw, options, notes)
    if not raw.verbatim:
        notes += _doubts(joints, mask, layout, facts)
    up = facts["up"].value
    view = (raw.view if up == raw.up else None) or _view(raw, joints, mask, layout.value, up)
    if view == "z" != raw.view:
        notes.append("Bodies stay where z is positive and face z = 0: seen from there, as by a sensor.")
    sequence = SkeletonSequence(
        layout=layout.value, fps=facts["fps"].value, units=facts["units"].value, up=up,
        view=view, source=str(file.path), format=format_name, label=raw.label,
        captions=raw.captions, questions=raw.questions, warnings=tuple(notes), **bodies,
    )  # fmt: skip
    if sequence.rotations is not None and not raw.verbatim:
        sequence = sequence.replace(rotations=relative_to_rest(sequence, raw.turned))
    return Finished(sequence, facts)


def _check_texts(raw: RawClip, file: SkeletonFile) -> None:
    """Raises SkeletonFileError: texts (they go into prompts and files) that are too long or hold lone surrogates."""
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
    built_in = layouts_with(count)
    known = [*built_in, *numbered_layouts(count)]
    names = ", ".join(f"{short_name(layout)!r}" for layout in known) or "none of the built-in ones"
    named = options.layout if options.layout is not None else raw.layout
    if options.layout is None and raw.layout == "openpose_25":  # or BODY_25B: files do not say which
        named = layout_by_proportions(joints, mask, [get_layout("openpose_25"), *numbered_layouts(count)]) or named
        if named not in (raw.layout, get_layout("openpose_25")):
            return Fact(named, "guessed", "whose proportions bodies have, not those of openpose_25")
    if named is not None:
        layout: SkeletonLayout = get_layout(named)
        if layout.num_joints != count:
            expected = f"{layout.num_joints} joints (layout {layout.name!r})"
            raise file.error(expected, f"{count}; layouts with {count} joints: {names}")
        return Fact(layout, "given" if options.layout is not None else "file")
    if len(known) == len(built_in) == 1:
        return Fact(known[0], "guessed", f"the only one with {count} joints")
    fitting = layout_by_proportions(joints, mask, known)
    if fitting is None and len(built_in) == 1:
        return Fact(built_in[0], "guessed", f"the usual one of {names}")
    if fitting is None:
        own = "one of your own: names and bones, in Python or a JSON file"
        why = f"which of them is it? Bones do not tell it. Or give {own}" if known else f"give {own}"
        raise file.error("a layout (layout=...)", f"{count} joints, which fit {names}: {why}")
    only = f"the only one with {count} joints" if len(known) == 1 else f"of {names} the one"
    return Fact(fitting, "guessed", f"{only} whose bones have a body's proportions")


def _mask(raw: RawClip, joints: np.ndarray, options: ReadOptions, notes: list[str]) -> np.ndarray:
    finite, some = seen_joints(joints)
    claimed = np.ones_like(finite) if raw.mask is None else np.asarray(raw.mask, bool)
    if broken := int((claimed & ~finite).sum()):
        notes.append(f"{counted(broken, 'joint')} of {finite.size} NaN or infinite: masked.")
    mask = claimed & finite
    if raw.verbatim:
        return mask
    zero = mask & ~some
    if zero.any():
        # a whole body of zeros is nobody; one joint of zeros is a root-centred clip's root, unless the format says otherwise
        empty = (zero | ~mask).all(-1, keepdims=True)
        mask &= ~(zero & (True if raw.zero_is_missing else empty))
        if not raw.zero_is_missing and (lost := sometimes_zero(zero & ~empty, mask)).any():
            mask &= ~lost
            notes.append(f"{counted(int(lost.sum()), 'joint')} at exactly 0 in some frames alone: taken as not seen.")
    if (filler := mask & fillers(joints)).any():
        mask &= ~filler
        value = max(joints[filler][0].tolist(), key=abs)
        holes = counted(int(filler.sum()), "joint")
        place = "every coordinate" if (joints[filler][0] == value).all() else "a coordinate"
        notes.append(f"{holes} with {value:g} in place of {place}: taken as not seen.")
    if raw.confidence is not None:
        sure = mask & ~(np.asarray(raw.confidence) < options.min_confidence)
        if lost := int((mask.any((0, 2)) & ~sure.any((0, 2))).sum()):
            least = f"no joint is ever seen with a confidence of {options.min_confidence:g}"
            notes.append(f"{counted(lost, 'person', 'people')} left out, of whom {least}.")
        mask = sure
    return mask


def _in_picture(
    raw: RawClip, bodies: dict[str, np.ndarray], layout: SkeletonLayout, options: ReadOptions, notes: list[str]
) -> RawClip:
    """The clip with units and up of a picture, and `bodies` in its proportions, where they are shares of one; else as it is."""
    joints, mask = bodies["joints"], bodies["mask"]
    if raw.verbatim:
        return raw
    if options.picture is not None:
        if not are_shares(joints, mask):
            return raw
    else:
        unknown = options.units is None and (raw.units in (None, "pixels") or raw.units_doubtful)
        if not unknown or not (is_picture(joints, mask, layout) or are_signed_shares(joints, mask, layout)):
            return raw
    up = "-y" if joints.shape[-1] == 3 else None  # of two dimensions the bodies tell it
    bodies["joints"], units, more = to_picture(joints, mask, layout, options)
    notes += more
    return replace(raw, units=units, up=raw.up or up)


def _people(raw: RawClip, bodies: dict[str, np.ndarray], most: int, notes: list[str]) -> dict[str, np.ndarray]:
    """The bodies of the people who are kept, each in one track; notes name those who are dropped."""
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
        kept = ", ".join(names[person] for person in chosen)
        notes.append(f"{len(present)} people: kept the {most} most active ({kept}), dropped {', '.join(dropped)}.")
        present = chosen
    return bodies if len(present) == mask.shape[1] else {name: values[:, present] for name, values in bodies.items()}


def _join(bodies: dict[str, np.ndarray], names: list[str], notes: list[str]) -> dict[str, np.ndarray]:
    """The bodies with the tracks that a tracker interrupted joined, in the place of the first."""
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
        longest = counted(most, "frame")
        notes.append(f"{counted(len(filled[0]), 'missing joint')} interpolated (gaps of at most {longest}).")


def _handed(raw: RawClip, options: ReadOptions) -> Fact:
    if options.handed is not None:
        return Fact(options.handed, "given")
    return Fact("left", "file", "so are the format's axes") if raw.handed == "left" else Fact("right", "file")


def _axes(
    raw: RawClip, joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, options: ReadOptions, notes: list[str]
) -> dict[str, Fact]:
    """Facts `units` and `up`; explicit arguments win, then the format, then a guess; the last two are checked."""
    if raw.verbatim:
        facts = {name: Fact(getattr(raw, name), "file") for name in ("units", "up")}
        given = {name: Fact(getattr(options, name), "given") for name in facts}
        return facts | {name: fact for name, fact in given.items() if fact.value is not None}
    flat = joints.shape[-1] == 2
    scale = metres_per_unit(joints, mask, layout)
    if options.units is not None:
        units = Fact(options.units, "given")
    elif raw.units is not None and not (
        other_unit(raw.units, scale) or (raw.units_doubtful and size_doubt(raw.units, scale))
    ):
        units = Fact(raw.units, "file")
    else:
        value, reason = ("pixels", "two-dimensional") if flat else guess_units(scale)
        units = Fact(value, "guessed", reason + (f", not in {raw.units}, as the file says" if raw.units else ""))
    if not flat and units.how != "guessed" and (doubt := size_doubt(units.value, scale)):
        notes.append(doubt)
    up, doubt = _up(raw, joints, mask, layout, options.up, scale)
    facts = {"units": units, "up": up}
    guessed = [f"{n}={fact.value!r} ({fact.reason})" for n, fact in facts.items() if fact.how == "guessed"]
    if guessed:
        notes.append(f"Guessed {' and '.join(guessed)}; pass them if that is wrong.")
    if doubt:
        notes.append(doubt)
    return facts


def _up(
    raw: RawClip, joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, given: str | None, scale: float | None
) -> tuple[Fact, str]:
    """The fact, and a sentence where evidence disagrees. `given`: by the caller."""
    if given is not None:
        return Fact(given, "given"), ""
    if raw.up is None:
        flat = joints.shape[-1] == 2
        found = find_up_in_picture(joints, mask, layout) if flat else find_up(joints, mask, layout, raw.rest, scale)
        return Fact(found.axis, "guessed", found.reason), found.doubt
    if raw.up_doubtful:
        found = check_up(joints, mask, layout, raw.up, scale)
        if found is not None:
            return Fact(found.axis, "file" if found.axis == raw.up else "guessed", found.reason), found.doubt
        return Fact(raw.up, "file"), ""
    direction = body_up(joints, mask, layout)
    along = 0.0 if direction is None else direction @ axis_vector(raw.up)[: len(direction)]
    upside_down = f"Bodies stand upside down with up={raw.up!r}; pass up=... if that is wrong."
    return Fact(raw.up, "file"), upside_down if along < -0.6 else ""


def _view(raw: RawClip, joints: np.ndarray, mask: np.ndarray, layout: SkeletonLayout, up: str) -> str | None:
    """ "z" for bodies in front of a sensor that looks along z, where the format does not say; None: the usual axis for `up`."""
    if raw.verbatim or up != "y" or joints.shape[-1] != 3 or raw.rotations is not None or raw.rest is not None:
        return None
    return "z" if before_a_sensor(joints, mask, layout, metres_per_unit(joints, mask, layout)) else None


def _doubts(joints: np.ndarray, mask: np.ndarray, layout: Fact, facts: dict[str, Fact]) -> list[str]:
    given = layout.how == "given"
    names = [] if given else name_doubts(layout.value)
    fps, units = facts["fps"].value, facts["units"].value
    scale = metres_per_unit(joints, mask, layout.value)
    return names + body_doubts(joints, mask, layout.value, given=given, fps=fps, units=units, scale=scale)


def _fps(raw: RawClip, options: ReadOptions, notes: list[str]) -> Fact:
    if options.fps is not None:
        return Fact(float(options.fps), "given")
    if raw.fps is not None and MIN_FPS <= raw.fps <= MAX_FPS:
        return Fact(float(raw.fps), "file") if raw.verbatim else _believed_rate(float(raw.fps), notes)
    reason = "the file does not say" if raw.fps is None else f"the file says {raw.fps:g}"
    if len(raw.joints) > 1:
        notes.append(f"Frame rate assumed: {DEFAULT_FPS:g} frames a second ({reason}); pass fps=... if that is wrong.")
    return Fact(DEFAULT_FPS, "guessed", reason)


def _believed_rate(fps: float, notes: list[str]) -> Fact:
    doubt = rate_doubt(fps)
    if doubt is None:
        return Fact(fps, "file")
    inverse = meant_rate(fps)
    if DEFAULT_FPS / 2 <= inverse <= 240:
        notes.append(
            f"{fps:.3g} frames a second is implausible: {inverse:.4g} was taken; pass fps=... if that is wrong."
        )
        return Fact(inverse, "guessed", f"the file says {fps:.3g} frames a second, which is absurd")
    notes.append(doubt)
    return Fact(fps, "file")
