"""Reading of clips from files, examples, recipes and pasted JSON, and a summary of each in plain words."""

from __future__ import annotations

import dataclasses
import functools
import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

from skeletonllm_hf import generate, inspect_skeleton, layout_names
from skeletonllm_hf.model.skeleton import AXES, UNITS
from skeletonllm_hf.nouns import counted
from skeletonllm_hf.readers import FORMATS
from skeletonllm_hf.readers.archive import split_path
from skeletonllm_hf.readers.estimators.video_kinds import PHOTO_ENDINGS, kind_of
from skeletonllm_hf.readers.rules.named_layouts import read_joint_map
from skeletonllm_hf.readers.source import VIDEO_ENDINGS, SkeletonFile
from skeletonllm_hf.synthetic import ACTIONS, ALIASES, INTERACTIONS, MotionOptions

from .limits import Limits, Refused
from .reading_worker import READERS, SECONDS, VIDEO_SECONDS
from .storage import Storage

AS_READ = "as in the file"
EXAMPLE_FOLDER = Path(inspect_skeleton.__code__.co_filename).parents[1] / "examples"
# name on the page -> file of the package; one of each kind that people bring
EXAMPLES: dict[str, str] = {
    "A high wave": "high_wave.npz",
    "A walk with a turn": "walk_turning_left.bvh",
    "Two people shake hands": "shaking_hands.skeleton",
    "Clap, then sit down": "clap_hands_then_sit_down.npz",
    "Squats": "squat.json",
    "A throw": "a11_s01_e01_v01.json",
    "A kick, in 2D": "forward_kick_2d.json",
    "One kicks the other": "kicking.npz",
}
FIRST = next(iter(EXAMPLES))  # what the page opens with
# what the files do not say themselves, and we know
_KNOWN: dict[str, dict[str, str]] = {
    "A walk with a turn": {"units": "centimetres", "up": "y"},
    "A throw": {"units": "metres"},
}
MOST_CLIPS = 40  # of what is dropped at once, in archives too
HANDED = ("left", "right")
LONG_ACTIONS = (
    "high wave", "squat", "clap hands", "forward kick", "bow", "jumping jack", "throw", "march", "box", "salute", "bend", "golf swing",
)  # fmt: skip
_MOST_NOTES = 6


@dataclass(frozen=True)
class Overrides:
    """Properties that a visitor sets in place of those of the file; None leaves them to the reader."""

    layout: str | None = None
    up: str | None = None
    units: str | None = None
    fps: float | None = None
    people: int = 2
    handed: str | None = None
    joint_map: tuple[tuple[str, str], ...] = ()  # (joint, body point)

    @property
    def arguments(self) -> dict[str, object]:
        """For `load_skeleton`."""
        return dataclasses.asdict(self) | {"joint_map": dict(self.joint_map) or None}

    @property
    def given(self) -> tuple[tuple[str, str], ...]:
        """(name, value) of the properties that a visitor set, as texts."""
        own = {field.name: field.default for field in dataclasses.fields(self)}
        values = dataclasses.asdict(self)
        values["joint_map"] = "\n".join(f"{joint} = {point}" for joint, point in self.joint_map) or ()
        return tuple((name, str(value)) for name, value in values.items() if value != own[name])

    @classmethod
    def checked(
        cls, limits: Limits, layout: str = "", up: str = "", units: str = "", fps: float = 0, people: int = 2,
        handed: str = "", joint_map: str = "",
    ) -> Overrides:  # fmt: skip
        """From form fields, in which "" and `AS_READ` mean: as in the file. Refused: anything that is not on offer.

        A layout is a name and never a path: visitors name no files of this machine.
        """
        values = {}
        for name, value, allowed in (
            ("layout", layout, layout_names()),
            ("up", up, AXES),
            ("units", units, tuple(UNITS)),
            ("handed", handed, HANDED),
        ):
            value = None if value in (None, "", AS_READ) else value
            if value is not None and value not in allowed:
                raise Refused(f"{name}: choose one of {', '.join(allowed)}.")
            values[name] = value
        if fps and not 0 < fps <= 1000:
            raise Refused("Frames per second: a number above 0, at most 1000; or 0: as in the file.")
        if people != int(people) or not 1 <= people <= limits.people:
            raise Refused(f"People: a whole number from 1 to {limits.people}.")
        return cls(**values, fps=float(fps) or None, people=int(people), joint_map=_joint_map(joint_map))


def _joint_map(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of lines "joint name = body point". Refused: a line that is none, or one that names no point of a body."""
    lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
    pairs = [tuple(part.strip() for part in line.partition("=")[::2]) for line in lines]
    if bad := next((line for line, pair in zip(lines, pairs) if not all(pair)), None):
        raise Refused(f'Joint names: write each line as "joint name = body point"; this one is not: {bad[:80]}')
    try:
        read_joint_map(dict(pairs) or None)
    except ValueError as error:
        raise Refused(f"Joint names: {str(error).removeprefix('joint_map: ')[:300]}") from None
    return tuple(pairs)


@dataclass(frozen=True, eq=False)  # compared and hashed as the one object that it is
class Reading:
    """A clip, the name that visitors know it by, where each property comes from, and the file it can be read from again.

    `clip.source` is that name: no path of this machine reaches a page.
    """

    clip: object
    title: str
    facts: dict = dataclasses.field(default_factory=dict)
    path: Path | None = None
    overrides: Overrides = Overrides()
    recipe: str = ""  # Python that makes the clip, where it is no file
    origin: tuple[tuple[str, str], ...] = ()  # parameters of a link that bring the clip again; none for visitors' files
    # answers say which clip they are about
    identity: str = dataclasses.field(default_factory=lambda: secrets.token_hex(8))

    def __deepcopy__(self, memo: dict) -> Reading:
        """Nothing changes in it: gradio need not copy it for each tab."""
        return self

    @property
    def is_example(self) -> bool:
        """Bundled, and so shared by all visitors."""
        return self.path is not None and self.path.parent == EXAMPLE_FOLDER


def read_path(path: Path, title: str, limits: Limits, overrides: Overrides) -> Reading:
    """One file (or folder that is one clip). Refused: with the reader's reason, and no path in it."""
    file = Path(split_path(path)[0])  # of a clip in an archive the archive
    if file.is_file():
        limits.check_file(file, title)
    elif not path.is_dir():
        minutes = f"{limits.keep_seconds / 60:.0f} minutes"
        raise Refused(f"{title}: no longer here; files are deleted after {minutes}. Give it again.")
    try:
        if path.parent == EXAMPLE_FOLDER:
            found = inspect_skeleton(path, **overrides.arguments)
        else:  # a stranger's: in a process that can be stopped
            seconds = min(VIDEO_SECONDS if _is_video(path) else SECONDS, limits.request_seconds)
            found = READERS.inspect(path, overrides.arguments, seconds)
    except ValueError as error:
        raise Refused(_titled(error, path, title)) from None
    clip = found.sequence.replace(source=title, warnings=found.warnings)
    limits.check_clip(clip, title)
    return Reading(clip, title, found.facts, path, overrides)


def _is_video(path: Path) -> bool:
    """Whether a pose estimator will look at it: by its first bytes; of what lies in an archive, which is not opened here, by its name."""
    if path.is_file():
        return kind_of(SkeletonFile(path)) is not None
    return path.suffix.lower() in (*VIDEO_ENDINGS, *PHOTO_ENDINGS)


def read_uploads(
    paths: Sequence[str | Path], limits: Limits, storage: Storage, overrides: Overrides
) -> tuple[Reading, ...]:
    """Everything that was dropped at once: one reading a clip. Refused: too many, too large, or one that no reader knows."""
    readings, problems = read_each(paths, limits, storage, overrides)
    if problems:
        raise Refused(problems[0])
    return readings


def read_each(
    paths: Sequence[str | Path], limits: Limits, storage: Storage, overrides: Overrides
) -> tuple[tuple[Reading, ...], list[str]]:
    """The readings of all files that were dropped at once, and a message for each that cannot be read.

    Refused: too many files, or not one that can be read.
    """
    if not paths:
        raise Refused("Drop a file first.")
    if len(paths) > limits.upload_files:
        raise Refused(f"At most {limits.upload_files} files at once, got {len(paths)}.")
    readings, problems, small, values = [], [], [], 0
    for path in (storage.own(path) for path in paths):
        try:
            limits.check_file(path, path.name)
            small.append(path)
        except Refused as error:
            problems.append(str(error))
    clips = [each for group in (_grouped(small, storage) if small else ()) for each in _members(*group, problems)]
    if len(clips) > MOST_CLIPS:
        problems.append(f"These are {len(clips)} clips; the first {MOST_CLIPS} are read.")
    for title, path in clips[:MOST_CLIPS]:
        try:
            found = read_path(path, title, limits, overrides)
        except Refused as error:
            problems.append(str(error))
            continue
        values += found.clip.mask.size
        if values > limits.values:
            problems.append(f"{title}: together with the clips before, it is too large: give fewer of them at once.")
            break
        readings.append(found)
    if not readings:
        raise Refused("\n\n".join(problems))
    return tuple(readings), problems


def read_text(text: str, limits: Limits, storage: Storage, overrides: Overrides) -> Reading:
    """Pasted JSON of any kind that we read from a file."""
    if len(text) > limits.text_chars:
        most = f"{limits.text_chars:,} characters of JSON"
        raise Refused(f"At most {most}, got {len(text):,}. Upload it as a file instead.")
    if not text.strip():
        raise Refused(
            "Paste some JSON first: a clip with the keys layout and joints, or any JSON format that is read here."
        )
    path = storage.new_folder() / "pasted.json"
    path.write_text(text, encoding="utf-8")
    return read_path(path, path.name, limits, overrides)


@functools.lru_cache(maxsize=64)
def read_example(name: str, limits: Limits, overrides: Overrides) -> Reading:
    """A clip of `EXAMPLES`; every visitor begins with one, so they are read once."""
    if name not in EXAMPLES:
        raise Refused(f"Choose one of the examples: {', '.join(EXAMPLES)}.")
    known = {field: value for field, value in _KNOWN.get(name, {}).items() if getattr(overrides, field) is None}
    found = read_path(EXAMPLE_FOLDER / EXAMPLES[name], EXAMPLES[name], limits, dataclasses.replace(overrides, **known))
    return dataclasses.replace(found, origin=(("example", name), *overrides.given))


def make_clip(action: str, layout: str, seed: int, limits: Limits) -> Reading:
    """A clip of the synthetic generator."""
    seed = _checked_recipe([action], layout, seed, limits)
    clip = generate(action, layout=layout, seed=seed)
    title = f"{action}, seed {seed}"
    limits.check_clip(clip, title)
    recipe = f"clip = generate({action!r}, layout={layout!r}, seed={seed})"
    return Reading(clip.replace(source=title), title, recipe=recipe, origin=_origin([action], layout, seed))


def make_long(actions: Sequence[str], layout: str, seed: int, limits: Limits) -> Reading:
    """Synthetic clips of one layout, one after the other, where they stood: something to find segments in."""
    seed = _checked_recipe(actions, layout, seed, limits)
    options = MotionOptions(fps=(30.0,), seconds=(3.0, 6.0), heading=20.0, turned=0.0)
    numbered = enumerate(actions, seed)
    parts = [generate(action, layout=layout, seed=number, options=options) for number, action in numbered]
    joints = np.concatenate([part.joints for part in parts])
    mask = np.concatenate([part.mask for part in parts])
    title = f"{len(parts)} actions, seed {seed}"
    clip = parts[0].replace(joints=joints, mask=mask, source=title, label=None, captions=(), questions=(), warnings=())
    limits.check_clip(clip, title)
    recipe = (
        f"actions = {list(actions)!r}\n"
        "options = MotionOptions(fps=(30.0,), seconds=(3.0, 6.0), heading=20.0, turned=0.0)\n"
        f"parts = [generate(action, layout={layout!r}, seed={seed} + number, options=options) for number, action in enumerate(actions)]\n"
        'joints, mask = (np.concatenate([getattr(part, name) for part in parts]) for name in ("joints", "mask"))\n'
        "clip = parts[0].replace(joints=joints, mask=mask, label=None, captions=(), questions=())"
    )
    return Reading(clip, title, recipe=recipe, origin=_origin(actions, layout, seed))


def _checked_recipe(actions: Sequence[str], layout: str, seed: float, limits: Limits) -> int:
    """The seed. Refused: what the generator does not know, or too much of it."""
    names = [ALIASES.get(action, action) for action in actions]
    if any(name not in (*ACTIONS, *INTERACTIONS) for name in names):
        raise Refused("Choose an action from the list.")
    if not 1 <= len(actions) <= limits.actions:
        raise Refused(f"From 1 to {limits.actions} actions, got {len(actions)}.")
    if len(names) > 1 and any(name in INTERACTIONS for name in names):
        raise Refused("Actions of two people cannot be joined: join actions of one person.")
    if layout not in layout_names():
        raise Refused("Choose a layout from the list.")
    return limits.number_of(seed, "Seed", 0, 2**31 - 1, whole=True)


def _origin(actions: Sequence[str], layout: str, seed: int) -> tuple[tuple[str, str], ...]:
    return (*(("action", action) for action in actions), ("layout", layout), ("seed", str(seed)))


def _members(title: str, path: Path, problems: list[str]) -> list[tuple[str, Path]]:
    """(title, path) of the clips of an archive; another file is one clip."""
    try:
        return [(f"{title}{name}", Path(f"{path}{name}")) for name in READERS.members(path)]
    except ValueError as error:
        problems.append(_titled(error, path, title))
        return []


def _titled(error: ValueError, path: Path, title: str) -> str:
    """The error's message, with the file's title in front and in the place of its path."""
    reason = str(error).replace(str(path), title)
    return reason if reason.startswith(f"{title}: ") else f"{title}: {reason}"


def _grouped(paths: list[Path], storage: Storage) -> list[tuple[str, Path]]:
    """(title, path) of each clip. Files that only make sense together lie in one folder: motion with its skeleton, a frame a file."""
    if len(paths) == 1:
        return [(paths[0].name, paths[0])]
    folder = storage.new_folder()
    copies = []
    for number, path in enumerate(paths):
        copy = folder / path.name
        if copy.exists():
            copy = folder / f"{number}_{path.name}"
        copies.append(Path(shutil.copyfile(path, copy)))
    if not READERS.is_clip(folder):
        clips = [copy for copy in copies if copy.suffix.lower() != ".asf"] or copies
        return [(copy.name, copy) for copy in clips]
    return [(f"{copies[0].name} and {len(copies) - 1} more", folder)]


def in_words(reading: Reading) -> str:
    """Summary of a clip in one or two sentences."""
    clip = reading.clip
    frames, people, joints = clip.mask.shape
    what = "a synthetic clip" if clip.format == "synthetic" else clip.format
    if clip.format in FORMATS:
        what = re.split(r", (?:and|as) |:", FORMATS[clip.format].title)[0]
    who = "one person" if people == 1 else f"{people} people"
    flat = "two-dimensional, " if clip.is_2d else ""
    text = (
        f"{reading.title}: {what}. {counted(frames, 'frame')} at {clip.fps:g} a second, {clip.seconds:.1f} s, of {who}, {flat}"
        f"{counted(joints, 'joint')} {'each' if people > 1 else ''}".rstrip()
    )
    missing = 1 - clip.mask.mean()
    return text + (f"; {missing:.0%} of the joints were not seen." if missing >= 0.005 else ".")


def facts_of(reading: Reading) -> list[tuple[str, str, str]]:
    """(name, value, why it was guessed or "") of what the numbers mean."""
    clip = reading.clip
    values = {"layout": clip.layout.name, "up": clip.up, "units": clip.units, "fps": f"{clip.fps:g} a second"}
    guessed = {name: fact.reason or "guessed" for name, fact in reading.facts.items() if fact.how == "guessed"}
    return [(name, value, guessed.get(name, "")) for name, value in values.items()]


def card(reading: Reading) -> str:
    """`in_words`, the facts with what was guessed, and the reader's notes, as HTML in which everything foreign is escaped."""
    chips = "".join(
        f'<div class="fact{" guessed" if why else ""}"><dt>{escape(name)}</dt><dd>{escape(value)}'
        + (f"<small>guessed: {escape(why)}</small>" if why else "")
        + "</dd></div>"
        for name, value, why in facts_of(reading)
        if why or name != "fps"  # the sentence says it
    )
    notes = [f"<li>{escape(note[:400])}</li>" for note in reading.clip.warnings]
    more = f"<li>and {len(notes) - _MOST_NOTES} more</li>" if len(notes) > _MOST_NOTES else ""
    listed = f'<ul class="notes" aria-label="Notes of the reader">{"".join(notes[:_MOST_NOTES])}{more}</ul>'
    listed = listed if notes else ""
    return f'<div class="card read"><p>{escape(in_words(reading))}</p><dl>{chips}</dl>{listed}</div>'
