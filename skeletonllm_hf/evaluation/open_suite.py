"""Recognition in anybody's words: labels that a model was never taught, labels that it was, how sure it is, and what it says.

Each row of the result has a figure to reach, as in `floors`, whose tables it shares.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from .clips import SYNTHETIC, load_test
from .evaluate import Settings, evaluate
from .floors import FloorTest, _floor, _report, _row, _share
from .refusals import refusals
from .tables import percent

UNSEEN = (
    FloorTest("never taught: 4 of MSR-Action3D's classes, bare labels", "msr_action3d", "zero_shot_16_4", 60),
    FloorTest("never taught: HDM05, 11 bare labels, official test part", "hdm05", "unseen_test", 60),
    FloorTest("never taught: GTU 3D, 14 bare labels, test part", "gtu3d", "unseen_test", 50),
    FloorTest("never taught: Penn Action (2D), 15 bare labels, official test part", "penn_action", "unseen_test", 45),
)
TAUGHT = (
    FloorTest("MSR-Action3D, cross-subject, 20 candidates", "msr_action3d", "cross_subject", 88),
    FloorTest("UTKinect, subjects 6-10 held out, 10 candidates", "utkinect", "cross_subject", 96),
    FloorTest("SBU, two people, fold 1 of its five by pair, 8 candidates", "sbu", "fold_1", 93),
    FloorTest("Bandai-Namco-2, two styles held out, 10 candidates", "bandai_namco_2", "styles", 97),
    FloorTest("MSRC-12, ten people held out, 12 candidates", "msrc12", "cross_subject", 95),
    FloorTest("HDM05, official split, 11 candidates", "hdm05", "split", 88),
    FloorTest("Penn Action (2D), official split, 15 candidates", "penn_action", "split", 80),
)
CALIBRATION_ERROR = 8.0  # points
CAPTIONS, QUESTIONS, REFUSED = 75.0, 92.0, 90.0
SYNTHETIC_CLIPS, REFUSAL_CLIPS = 300, 40


def run_open(
    load: Callable[[], tuple],
    data: str | os.PathLike,
    out: str | os.PathLike,
    *,
    unseen: Callable[[], tuple] | None = None,
    most: int | None = None,
    batch: int = 16,
    progress: bool = False,
    calibrate: str = "prior",
) -> dict:
    """Runs all tests; what an earlier run into `out` has answered is not asked again.

    Args:
        load: gives (model, processor).
        data: folder with built datasets in folders of their names; those that are missing are reported as not measured.
        out: for answers.
        unseen: gives the model that was trained without what `UNSEEN` tests; without it these are not measured.
        most: at most that many clips of each dataset, evenly drawn, for a quick look.
        batch, progress, calibrate: as in `Settings`.

    Returns:
        `rows` and `reports`, as `floors.run_floors`.
    """
    out = Path(out)
    settings = Settings(("recognition",), (), batch, progress, calibrate=calibrate)
    reports, rows = {}, []
    other = unseen() if unseen is not None else None
    for test in UNSEEN:
        report = _report(test, data, *other, settings, out, most) if other else None
        reports[f"{test.dataset}/{test.protocol}"] = report
        missing = "needs a model that never saw it" if other is None else f"no dataset {Path(data) / test.dataset}"
        rows += _recognition_rows(test, report, missing, None)
    model, processor = load()
    for test in TAUGHT:
        report = _report(test, data, model, processor, settings, out, most)
        reports[f"{test.dataset}/{test.protocol}"] = report
        rows += _recognition_rows(test, report, f"no dataset {Path(data) / test.dataset}", CALIBRATION_ERROR)
    tests = load_test(SYNTHETIC, most=most or SYNTHETIC_CLIPS)
    texts = evaluate(model, processor, tests, settings=Settings(("caption", "question"), (), batch, progress), out=out)
    refused = refusals(model, processor, [clip.sequence for clip in tests.clips[:REFUSAL_CLIPS]], batch)
    reports |= {SYNTHETIC: texts, "refusals": refused}
    facts = texts["captions"]["facts"]["all"]
    rows += [
        _share(
            "captions: share of the reference's facts that are right (synthetic truth)",
            CAPTIONS,
            facts and facts["all_right"],
            f"of those that are named: {percent(facts['named_right'])} %" if facts else "no facts named",
        ),
        _share("questions on synthetic truth", QUESTIONS, texts["questions"]["normalized"], ""),
        _share("questions that motion cannot answer are refused", REFUSED, refused["refused"], ""),
    ]
    return {"rows": rows, "reports": reports}


def _recognition_rows(test: FloorTest, report: dict | None, missing: str, most_error: float | None) -> list[dict]:
    """The accuracy and, where it was measured, how far probabilities are off."""
    rows = [_floor(test, report, None if report else missing)]
    if report:
        error = report["recognition"]["calibration_error"]
        title = f"probabilities, {test.title.partition(',')[0]}"
        floor = "stated" if most_error is None else f"off by at most {most_error:g} points"
        passed = None if most_error is None else error <= most_error
        rows.append(_row(title, floor, error, None, passed, "expected calibration error, 10 bins"))
    return rows
