"""Evaluation protocols of the datasets: which clips train and which clips test.

For each key of a row (`schema.row_keys`: label, subject, camera, ...) a protocol lists the values that are tested, or the values that
are trained on. A clip is tested if all keys say so, trained on if none does (or if there are no keys), else left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..readers.datasets.msr_action3d import ACTIONS as MSR_ACTIONS
from ..readers.datasets.ntu_actions import NTU_ACTIONS

PARTS = ("train", "validation", "test")
_PART_NAMES = {"train": "train", "training": "train", "val": "validation", "valid": "validation", "validation": "validation",
               "dev": "validation", "test": "test", "testing": "test", "eval": "test"}  # fmt: skip


@dataclass(frozen=True)
class Protocol:
    """A rule that divides a dataset's clips.

    Args:
        name: as `open_dataset(protocol=...)` and `skeletonllm evaluate --protocol` take it.
        title: one line for people: the rule, and where it comes from.
        test: key -> values whose clips are tested.
        train: key -> values whose clips are trained on; clips with other values are tested.
        by_column: the key `split` says it ("train", "validation", "test"); the dataset's own lists.
        parts: the part that the rule above gives -> the part that this protocol makes of it; clips of parts that are not
            named are not used. None: as the rule says.
    """

    name: str
    title: str
    test: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    train: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    by_column: bool = False
    parts: Mapping[str, str] | None = None

    def part(self, keys: Mapping[str, str]) -> str | None:
        """ "train", "validation", "test", or None for a clip that this protocol does not use.

        Raises:
            ValueError: `keys` lacks a key that the rule goes by, or its split is none of the names in use.
        """
        needed = ["split"] if self.by_column else [*self.test, *self.train]
        if missing := [key for key in needed if key not in keys]:
            raise ValueError(
                f"protocol {self.name!r} goes by {needed}: expected them in a clip's keys, got none of {missing}"
            )
        part = part_name(keys["split"]) if self.by_column else self._part(keys)
        return part if self.parts is None or part is None else self.parts.get(part)

    def _part(self, keys: Mapping[str, str]) -> str | None:
        tested = [keys[key] in _texts(values) for key, values in self.test.items()]
        tested += [keys[key] not in _texts(values) for key, values in self.train.items()]
        if not tested:
            return "train"
        return "test" if all(tested) else "train" if not any(tested) else None

    def candidates(self, labels: Iterable[str]) -> list[str]:
        """The labels to choose among in the test: the unseen ones only where the protocol holds labels out."""
        held_out = self.test.get("label")
        return sorted({label for label in labels if held_out is None or label in held_out})


def part_name(text: str) -> str:
    """ "val" -> "validation". ValueError: a name that is none in use."""
    if text.strip().lower() not in _PART_NAMES:
        raise ValueError(f"split: expected one of {sorted(_PART_NAMES)}, got {text!r}")
    return _PART_NAMES[text.strip().lower()]


def _texts(values: tuple[object, ...]) -> frozenset[str]:
    return frozenset(map(str, values))


def _ntu_labels(*numbers: int) -> tuple[str, ...]:
    return tuple(NTU_ACTIONS[number - 1] for number in numbers)


_NTU_60_SUBJECTS = (1, 2, 4, 5, 8, 9, 13, 14, 15, 16, 17, 18, 19, 25, 27, 28, 31, 34, 35, 38)
_NTU_120_SUBJECTS = _NTU_60_SUBJECTS + (
    45, 46, 47, 49, 50, 52, 53, 54, 55, 56, 57, 58, 59, 70, 74, 78, 80, 81, 82, 83, 84, 85, 86, 89, 91, 92, 93, 94, 95, 97,
    98, 100, 103,
)  # fmt: skip
# Classes that zero-shot work on NTU-60 holds out (arXiv 2603.18003, protocols; first used by SynSE and PURLS), 1-based.
# Of NTU-120 the paper names 110/10, 96/24, 80/40 and 60/60 without the classes: they are not here.
_NTU_60_UNSEEN = {
    "55_5": (11, 12, 20, 27, 57),
    "48_12": (4, 6, 10, 13, 16, 41, 43, 48, 52, 57, 59, 60),
    "40_20": (1, 13, 14, 15, 16, 17, 18, 23, 24, 27, 30, 31, 32, 36, 37, 43, 44, 49, 57, 58),
    "30_30": (1, 2, 3, 7, 8, 9, 11, 13, 14, 16, 17, 19, 21, 22, 26, 27, 28, 32, 33, 34, 40, 43, 46, 48, 49, 52, 53, 56, 59, 60),
}  # fmt: skip
# The dataset's five folds by pair of people. The first is the one that is used where one fold is asked for.
_SBU_FOLDS = (
    ("s01s02", "s03s04", "s05s02", "s06s04"),
    ("s02s03", "s02s07", "s03s05", "s05s03"),
    ("s01s03", "s01s07", "s07s01", "s07s03"),
    ("s02s01", "s02s06", "s03s02", "s03s06"),
    ("s04s02", "s04s03", "s04s06", "s06s02", "s06s03"),
)
# Every fifth class, so that nobody chose them: forward punch, hand clap, side kick, pick up and throw.
_MSR_UNSEEN = tuple(MSR_ACTIONS[number - 1] for number in (5, 10, 15, 20))

_SPLIT = Protocol("split", "the dataset's own lists of training, validation and test clips", by_column=True)
_ALL = Protocol("all", "its authors give no split: all clips train")
_MSRC_HELD_OUT = tuple(f"p{number}" for number in range(21, 31))


def _and_unseen(split: Protocol) -> tuple[Protocol, ...]:
    """A split, and what is tested of a model that never trained on the dataset: the first part serves to choose its settings."""
    what = "for a model that never trained on this dataset:"
    return (
        split,
        replace(split, name="unseen", title=f"{what} all clips test", parts=dict.fromkeys(PARTS, "test")),
        replace(split, name="unseen_dev", title=f"{what} training clips of `{split.name}`, to choose settings by", parts={"train": "test"}),
        replace(split, name="unseen_test", title=f"{what} test clips of `{split.name}`", parts={"test": "test"}),
    )  # fmt: skip


# The first protocol of a dataset decides into which files its clips are written.
PROTOCOLS: dict[str, tuple[Protocol, ...]] = {
    "msr_action3d": (
        Protocol("cross_subject", "subjects 1, 3, 5, 7, 9 train; 2, 4, 6, 8, 10 test", train={"subject": (1, 3, 5, 7, 9)}),
        Protocol("zero_shot_16_4", f"classes never seen in training: {', '.join(_MSR_UNSEEN)}", test={"label": _MSR_UNSEEN}),
    ),
    "utkinect": (
        Protocol("cross_subject", "subjects 1 to 5 train; 6 to 10 test", train={"subject": (1, 2, 3, 4, 5)}),
    ),
    "sbu": tuple(
        Protocol(f"fold_{number}", f"fold {number} of the dataset's five: pairs {', '.join(pairs)} test", test={"pair": pairs})
        for number, pairs in enumerate(_SBU_FOLDS, 1)
    ),
    "bandai_namco_1": (_ALL,),
    "bandai_namco_2": (
        Protocol(
            "styles", "styles `elderly` and `youthful` test, the other five train", test={"style": ("elderly", "youthful")}
        ),
    ),
    "nw_ucla": (Protocol("cross_view", "cameras 1 and 2 train; 3 tests (Wang et al. 2014)", test={"camera": (3,)}),),
    "ntu_60": (
        Protocol("cross_subject", "20 of the 40 subjects train (Shahroudy et al. 2016)", train={"subject": _NTU_60_SUBJECTS}),
        Protocol("cross_view", "cameras 2 and 3 train; 1 tests (Shahroudy et al. 2016)", test={"camera": (1,)}),
        *(
            Protocol(
                f"zero_shot_{split}",
                f"{len(classes)} classes never seen in training; cross-subject besides: seen classes of the training "
                "subjects train, unseen ones of the others test",
                test={"label": _ntu_labels(*classes)},
                train={"subject": _NTU_60_SUBJECTS},
            )
            for split, classes in _NTU_60_UNSEEN.items()
        ),
    ),
    "ntu_120": (
        Protocol("cross_subject", "53 of the 106 subjects train (Liu et al. 2019)", train={"subject": _NTU_120_SUBJECTS}),
        Protocol("cross_setup", "even setups train, odd ones test (Liu et al. 2019)", train={"setup": tuple(range(2, 33, 2))}),
    ),
    "humanml3d": (_SPLIT,),
    "msrc12": (
        Protocol("cross_subject", "the ten people with the highest numbers, p21 to p30, test; the others train", test={"subject": _MSRC_HELD_OUT}),
    ),
    "penn_action": _and_unseen(replace(_SPLIT, title="its authors' split: 1,258 clips train, 1,068 test")),
    "hdm05": _and_unseen(replace(_SPLIT, title="its own split by person: `mm` and `tr` test, the others train")),
    "gtu3d": _and_unseen(replace(_SPLIT, title="of each action the last third of the takes by number test (performers are not recorded)")),
    "deepmimic": (_ALL,),
    "foerger_walks": (_ALL,),
}  # fmt: skip


def protocols_of(dataset: str) -> tuple[Protocol, ...]:
    """The protocols of a dataset by its name; a dataset of your own has one, `split`, by the key of that name."""
    return PROTOCOLS.get(dataset, (_SPLIT,))


def get_protocol(dataset: str, name: str) -> Protocol:
    """ValueError lists the dataset's protocols."""
    known = {protocol.name: protocol for protocol in protocols_of(dataset)}
    if name not in known:
        raise ValueError(f"protocol: dataset {dataset!r} has {list(known)}, got {name!r}")
    return known[name]
