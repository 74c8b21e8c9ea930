"""The datasets that are tables of clips (`table.ClipTable`): gestures, sports, motion capture, and walks with words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..source import DatasetSource
from .table import ClipTable, Row


def last_third(files: Sequence[str]) -> dict[str, str]:
    """File -> "test" for the last third of each folder by the numbers in the names, else "train".

    Takes of one person have neighbouring numbers, so that most people are on one side.
    """
    folders: dict[str, list[str]] = {}
    for file in files:
        folders.setdefault(file.rpartition("/")[0], []).append(file)
    parts: dict[str, str] = {}
    for names in folders.values():
        names.sort(key=lambda name: [int(number) for number in re.findall(r"\d+", name)])
        parts |= {name: "test" if 3 * place >= 2 * len(names) else "train" for place, name in enumerate(names)}
    return parts


_BLENDED = re.compile(r"[a-z]_(limp|run|walk)_[a-z]+")


def gait(rows: Sequence[Row]) -> str:
    """ "limp", "run" or "walk": what a blend, by its file's name, holds most of; of equals, what its annotators name most.

    `k_run_slow_k_limp_fast_k_walk_regular_050_050_000.bvh`: half of a run, half of a limp.
    """
    stem = rows[0]["file"].removesuffix(".bvh")
    kinds = _BLENDED.findall(stem)
    weights = [int(number) for number in re.findall(r"\d{3}", stem)]
    if not kinds or len(kinds) != len(weights):
        raise ValueError(f"{rows[0]['file']}: expected a name such as k_limp_sad_k_walk_sad_025_075.bvh")
    shares = dict.fromkeys(kinds, 0)
    for kind, weight in zip(kinds, weights, strict=True):
        shares[kind] += weight
    named = {kind: sum(kind in row["text"].lower() for row in rows) for kind in shares}
    return max(shares, key=lambda kind: (shares[kind], named[kind]))


def _unnumbered(rows: Sequence[Row]) -> str:
    """Labels made from file names end in take numbers here and there: "walk1"."""
    return rows[0]["label"].rstrip("0123456789 ")


_MSRC_12 = ClipTable(
    "msrc12",
    "MSRC-12",
    ("label", "gesture", "instruction", "person"),
    subject="person",
    keys=("gesture", "instruction"),
    view="z",
    options={"format": "numpy", "layout": "kinect_v1", "units": "metres", "up": "y"},
)
_PENN_ACTION = ClipTable(
    "penn_action",
    "Penn Action",
    ("label", "split", "view"),
    keys=("split", "view"),
    options={"format": "numpy", "layout": "penn_13", "units": "pixels", "up": "-y"},
)
_HDM05 = ClipTable(
    "hdm05",
    "HDM05 (cuts)",
    ("label", "class", "subject", "split"),
    subject="subject",
    keys=("split", "class"),
    beside=(".asf",),
    options={"format": "asf_amc", "units": "inches", "up": "y", "fps": 120.0},
)
_GTU_3D = ClipTable(
    "gtu3d",
    "GTU 3D",
    ("label", "folder"),
    split=last_third,
    view="z",
    options={"format": "numpy", "layout": "kinect_v2", "units": "metres", "up": "y"},
)
_DEEPMIMIC = ClipTable(
    "deepmimic",
    "DeepMimic",
    ("label", "licence"),
    label=_unnumbered,
    keys=("licence",),
    options={"format": "numpy", "layout": "deepmimic_15", "units": "metres", "up": "y"},
)
_FOERGER = ClipTable(
    "foerger_walks",
    "Foerger's walks",
    ("text", "verb", "modifiers", "annotator", "actor"),
    label=gait,
    subject="actor",
    captions="text",
    options={"format": "bvh", "units": "centimetres", "up": "y"},
)


_UNSTATED = "No licence is stated with the copy: cite its authors, and ask them before you pass it on."


def _source(name: str, table: ClipTable, **fields: Any) -> DatasetSource:
    return DatasetSource(name=name, title=table.title, plan=table.plan, read=table.read, **fields)


SOURCES = (
    _source(
        "msrc12",
        _MSRC_12,
        licence="other",
        terms="Free for research; cite its authors.",
        homepage="https://www.microsoft.com/en-us/research/publication/instructing-people-for-training-gestural-interactive-systems/",
        citation="""@inproceedings{fothergill2012instructing,
  title = {Instructing People for Training Gestural Interactive Systems},
  author = {Fothergill, Simon and Mentis, Helena and Kohli, Pushmeet and Nowozin, Sebastian},
  booktitle = {CHI},
  year = {2012}
}""",
        labels=12,
        notes=("Clips are cut round the moments that the authors mark: from 1.2 s before to 0.9 s after.",),
    ),
    _source(
        "penn_action",
        _PENN_ACTION,
        licence="unknown",
        terms=_UNSTATED,
        homepage="https://dreamdragon.github.io/PennAction/",
        citation="""@inproceedings{zhang2013actemes,
  title = {From Actemes to Action: A Strongly-Supervised Representation for Detailed Action Understanding},
  author = {Zhang, Weiyu and Zhu, Menglong and Derpanis, Konstantinos G.},
  booktitle = {ICCV},
  year = {2013}
}""",
        clips=2326,
        labels=15,
        notes=(
            "Two-dimensional: pixels of the videos. Joints that were placed unseen are kept, with low confidence.",
            "What its authors call left is the person's right: the layout `penn_13` has the joints in their order, by their true sides.",
        ),
    ),
    _source(
        "hdm05",
        _HDM05,
        licence="cc-by-sa-3.0",
        terms="CC BY-SA 3.0: name the authors, share alike.",
        homepage="https://resources.mpi-inf.mpg.de/HDM05/",
        citation="""@techreport{muller2007hdm05,
  title = {Documentation Mocap Database {HDM05}},
  author = {M{\\"u}ller, Meinard and R{\\"o}der, Tido and Clausen, Michael and Eberhardt, Bernhard and Kr{\\"u}ger, Bj{\\"o}rn and Weber, Andreas},
  institution = {Universit{\\"a}t Bonn},
  number = {CG-2007-2},
  year = {2007}
}""",
        clips=287,
        labels=11,
        notes=("Eleven classes of the cuts; each clip is an AMC file with the ASF skeleton of its actor.",),
    ),
    _source(
        "gtu3d",
        _GTU_3D,
        licence="unknown",
        terms=_UNSTATED,
        homepage="",
        citation="",
        clips=508,
        labels=14,
        notes=(
            "The frame rate is a guess (10).",
            "In all clips labelled `shake the right hand` the skeleton's left hand moves, and the right one in those of the left; "
            "steps and bends to the sides agree with the skeleton's. Labels are kept as they come.",
            "Performers are not recorded: the split takes the last third of each action's takes by number for the test.",
        ),
    ),
    _source(
        "deepmimic",
        _DEEPMIMIC,
        licence="other",
        terms="MIT; clips whose key `licence` says so, CC BY-NC 4.0: name the author, no commercial use.",
        homepage="https://github.com/xbpeng/DeepMimic",
        citation="""@article{peng2018deepmimic,
  title = {{DeepMimic}: Example-Guided Deep Reinforcement Learning of Physics-Based Character Skills},
  author = {Peng, Xue Bin and Abbeel, Pieter and Levine, Sergey and van de Panne, Michiel},
  journal = {ACM Transactions on Graphics},
  year = {2018}
}""",
        clips=81,
    ),
    _source(
        "foerger_walks",
        _FOERGER,
        licence="unknown",
        terms=_UNSTATED,
        homepage="",
        citation="""@inproceedings{forger2013impact,
  title = {Impact of Varying Vocabularies on Controlling Motion of a Virtual Actor},
  author = {F{\\"o}rger, Klaus and Honkela, Timo and Takala, Tapio},
  booktitle = {Intelligent Virtual Agents},
  year = {2013}
}""",
        clips=124,
        labels=3,
        notes=(
            "Walks, limps and runs in many moods, and blends of them; captions are the annotators' words, typos kept.",
            "The label is the gait that a blend, by its file's name, holds most of.",
        ),
    ),
)
