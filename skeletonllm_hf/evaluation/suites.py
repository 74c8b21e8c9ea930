"""Suites of tests with target figures: `floors`, and `open` for labels in free wording."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..nouns import counted
from ..synthetic import SYNTHETIC, descriptions
from .clips import NEWER_ACTIONS, load_test, synthetic_test
from .conditions import Condition
from .evaluate import evaluate
from .free_questions import refusals, rewordings
from .report_tables import percent, table
from .work import Settings


@dataclass(frozen=True)
class SuiteTest:
    """Recognition on one dataset's held-out clips.

    Args:
        title: of its row.
        dataset, protocol: what is tested.
        floor: top-1 percentage to reach.
        untaught: needs a model that never saw the tested labels.
        described: candidates are told by the generator's sentences; the bare labels' score goes into the note.
    """

    title: str
    dataset: str
    protocol: str
    floor: float
    untaught: bool = False
    described: bool = False

    @property
    def name(self) -> str:
        return "zero-shot" if self.described else f"{self.dataset}/{self.protocol}"


@dataclass(frozen=True)
class Suite:
    """Tests and their target figures, in per cent or points.

    Args:
        tests: recognition, in the order of the rows.
        captions: title, floor and which share of the facts is measured: of those named, or of all that the reference has.
        questions: floor of questions on synthetic truth.
        refused: floor of refused questions that motion cannot answer; None: not tested.
        reworded: floor of taught questions in other words; None: not tested.
        newer: whether generated actions that came after training are recognised, which is stated.
        calibration_error: most that probabilities may be off, where labels were taught; None: not tested.
        layouts: to which clips are converted, when the caller names none.
        converted: most points that are lost by that.
        losses: condition, title and the most points that it may cost.
    """

    tests: tuple[SuiteTest, ...]
    captions: tuple[str, float, str]
    questions: float
    refused: float | None = None
    reworded: float | None = None
    newer: bool = False
    calibration_error: float | None = None
    layouts: tuple[str, ...] = ()
    converted: float = 0.0
    losses: tuple[tuple[Condition, str, float], ...] = ()


SUITES = {
    "floors": Suite(
        tests=(
            SuiteTest("MSR-Action3D, cross-subject, 20 candidates", "msr_action3d", "cross_subject", 86),
            SuiteTest("UTKinect, subjects 6-10 held out, 10 candidates", "utkinect", "cross_subject", 92),
            SuiteTest("SBU, two people, fold 1 of its five by pair, 8 candidates", "sbu", "fold_1", 88),
            SuiteTest("Bandai-Namco-2, two styles held out, 10 candidates", "bandai_namco_2", "styles", 97),
            SuiteTest(
                "zero-shot: 4 of MSR-Action3D's 20 classes never seen, among themselves, described by the generator's sentences",
                "msr_action3d", "zero_shot_16_4", 55, untaught=True, described=True,
            ),
        ),
        captions=("captions: limb, direction and count that are named are right (synthetic truth)", 85, "named_right"),
        questions=80,
        layouts=("kinect_v2", "smpl_22", "coco_17"),  # in which none of these datasets was recorded
        converted=10,
        losses=((Condition("dropout", 0.3), "joint dropout 30 %", 8), (Condition("noise", 0.05), "noise 5 cm", 5)),
    ),
    "open": Suite(
        tests=(
            SuiteTest(
                "never taught: 4 of MSR-Action3D's classes, bare labels", "msr_action3d", "zero_shot_16_4", 60, True
            ),
            SuiteTest("never taught: HDM05, 11 bare labels, official test part", "hdm05", "unseen_test", 60, True),
            SuiteTest("never taught: GTU 3D, 14 bare labels, test part", "gtu3d", "unseen_test", 50, True),
            SuiteTest(
                "never taught: Penn Action (2D), 15 bare labels, official test part", "penn_action", "unseen_test", 45, True
            ),
            SuiteTest("MSR-Action3D, cross-subject, 20 candidates", "msr_action3d", "cross_subject", 88),
            SuiteTest("UTKinect, subjects 6-10 held out, 10 candidates", "utkinect", "cross_subject", 96),
            SuiteTest("SBU, two people, fold 1 of its five by pair, 8 candidates", "sbu", "fold_1", 93),
            SuiteTest("Bandai-Namco-2, two styles held out, 10 candidates", "bandai_namco_2", "styles", 97),
            SuiteTest("MSRC-12, ten people held out, 12 candidates", "msrc12", "cross_subject", 95),
            SuiteTest("HDM05, official split, 11 candidates", "hdm05", "split", 88),
            SuiteTest("Penn Action (2D), official split, 15 candidates", "penn_action", "split", 80),
        ),
        captions=("captions: share of the reference's facts that are right (synthetic truth)", 75, "all_right"),
        questions=92,
        refused=90,
        reworded=70,
        newer=True,
        calibration_error=8,
    ),
}  # fmt: skip
SYNTHETIC_CLIPS, REFUSAL_CLIPS = 300, 40
Loaded = tuple[Any, Any]  # a model and its processor
_OTHER_FACTS = {
    "named_right": ("all_right", "of all facts that the reference names too"),
    "all_right": ("named_right", "of those that are named"),
}


def run_suite(
    suite: Suite,
    load: Callable[[], Loaded],
    data: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    untaught: Callable[[], Loaded] | None = None,
    layouts: Sequence[str] | None = None,
    most: int | None = None,
    batch: int = 16,
    progress: bool = False,
    calibrate: str = "prior",
) -> dict[str, Any]:
    """Runs all tests; what an earlier run into `out` has answered is not asked again.

    Args:
        suite: one of `SUITES`.
        load: gives (model, processor).
        data: folder with built datasets in folders of their names; those that are missing are reported as not measured.
        out: for answers.
        untaught: gives the model that was trained without the labels that its tests ask for; without it these are not measured.
        layouts: to convert clips to; None: the suite's.
        most: at most that many clips of each dataset, evenly drawn, for a quick look.
        batch, progress, calibrate: as in `Settings`.

    Returns:
        `rows` (test, floor, value, interval, passed: None where not measured, note), `reports` (of `evaluate`, by name).
    """
    data, out = Path(data), Path(out)
    layouts = suite.layouts if layouts is None else layouts
    conditions = (*(Condition("layout", name) for name in layouts), *(condition for condition, _, _ in suite.losses))
    settings = Settings(("recognition",), conditions, batch, progress, calibrate=calibrate)
    own = load()
    other = None if untaught is None else untaught()
    reports: dict[str, dict[str, Any] | None] = {}
    rows: list[dict[str, Any]] = []
    for test in suite.tests:
        model = other if test.untaught else own
        report = reports[test.name] = _report(test, data, model, settings, out, most)
        missing = "needs a model that never saw it" if model is None else f"no dataset {data / test.dataset}"
        rows.append(_recognition(test, report, missing))
        if report and suite.calibration_error is not None:
            rows.append(_calibration(test, report, None if test.untaught else suite.calibration_error))
    rows += _losses(suite, layouts, [(test, report) for test in suite.tests if (report := reports[test.name])])
    tests = load_test(SYNTHETIC, most=most or SYNTHETIC_CLIPS)
    texts = reports[SYNTHETIC] = evaluate(
        *own, tests, settings=Settings(("caption", "question"), (), batch, progress), out=out
    )
    facts = texts["captions"]["facts"]["all"]
    title, floor, share = suite.captions
    second, words = _OTHER_FACTS[share]
    note = f"{words}: {percent(facts[second])} %" if facts else "no facts named"
    rows.append(_share(title, floor, facts and facts[share], note))
    rows.append(_share("questions on synthetic truth", suite.questions, texts["questions"]["normalized"], ""))
    if suite.refused is not None:
        refused = reports["refusals"] = refusals(*own, [clip.sequence for clip in tests.clips[:REFUSAL_CLIPS]], batch)
        note = f"of questions in free words that it can, {percent(refused['kept'])} % are answered"
        rows.append(_share("questions that motion cannot answer are refused", suite.refused, refused["refused"], note))
    if suite.reworded is not None:
        answers = reports["rewordings"] = rewordings(*own, tests.clips, batch)
        note = f"of the same clips, asked in the words of training: {percent(answers['taught'])} %"
        title = "questions in words that training never gave"
        rows.append(_share(title, suite.reworded, answers["reworded"], note))
    if suite.newer:
        newest = synthetic_test(most or SYNTHETIC_CLIPS, actions=NEWER_ACTIONS)
        both = replace(settings, tasks=(*settings.tasks, "caption"), conditions=())
        report = reports["newer"] = evaluate(*own, newest, settings=both, out=out)
        facts = report["captions"]["facts"]["all"]
        title = f"{len(NEWER_ACTIONS)} generated actions that came after training, "
        score = report["recognition"]["top1"]
        note = counted(score["count"], "clip")
        rows.append(_row(title + "bare labels", "stated", score["percent"], score["interval"], None, note))
        rows.append(_share(title + "facts in captions", None, facts and facts[share], ""))
    return {"rows": rows, "reports": reports}


def _report(
    test: SuiteTest, data: Path, model: Loaded | None, settings: Settings, out: Path, most: int | None
) -> dict[str, Any] | None:
    if model is None or not (data / test.dataset).is_dir():
        return None
    tests = load_test(data / test.dataset, test.protocol, most=most)
    if not test.described:
        return evaluate(*model, tests, settings=settings, out=out)
    described = replace(settings, descriptions=descriptions(tests.candidates))
    report = evaluate(*model, tests, settings=described, out=out)
    bare = evaluate(*model, tests, settings=replace(settings, conditions=()), out=out)
    return report | {"by_labels": bare["recognition"]["top1"]}


def _recognition(test: SuiteTest, report: dict[str, Any] | None, missing: str) -> dict[str, Any]:
    """Row of a test; `missing` says why it has no report."""
    if report is None:
        return _share(test.title, test.floor, None, missing)
    score = report["recognition"]["top1"]
    note = f"{counted(score['count'], 'clip')}, {report['recognition']['seconds_per_clip']:.3f} s each on this machine"
    if "by_labels" in report:
        note += f"; by the bare labels {percent(report['by_labels'])} %"
    return _share(test.title, test.floor, score, note)


def _calibration(test: SuiteTest, report: dict[str, Any], most: float | None) -> dict[str, Any]:
    """Row of how far probabilities are off; without a figure to reach it is only stated."""
    error = report["recognition"]["calibration_error"]
    floor = "stated" if most is None else f"off by at most {most:g} points"
    passed = None if most is None else error <= most
    title = f"probabilities, {test.title.partition(',')[0]}"
    return _row(title, floor, error, None, passed, "expected calibration error, 10 bins")


def _losses(
    suite: Suite, layouts: Sequence[str], measured: Sequence[tuple[SuiteTest, dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Rows of the losses: of each dataset converted to other layouts, and of the datasets' mean under other conditions."""
    rows = []
    for number, name in enumerate(layouts):
        for test, report in measured:
            result = report["recognition"]["conditions"][number]
            title = f"converted to {name}: {test.title.partition(',')[0].partition(':')[0]}"
            rows.append(_loss(title, suite.converted, -result["change"], f"top-1 {percent(result['top1'])} %"))
    own = [(test, report) for test, report in measured if not test.untaught]
    for number, (_, title, most) in enumerate(suite.losses, len(layouts)):
        lost = [-report["recognition"]["conditions"][number]["change"] for _, report in own]
        each = ", ".join(f"{test.dataset} {_points(loss)}" for (test, _), loss in zip(own, lost, strict=True))
        mean = sum(lost) / len(lost) if lost else None
        rows.append(_loss(title, most, mean, f"mean of the datasets: {each}" if lost else "no dataset"))
    return rows


def _row(
    test: str, floor: str, value: float | None, interval: list[float] | None, passed: bool | None, note: str
) -> dict[str, Any]:
    return {"test": test, "floor": floor, "value": value, "interval": interval, "passed": passed, "note": note}


def _share(title: str, floor: float | None, score: dict[str, Any] | None, note: str) -> dict[str, Any]:
    """A row of a share; without a floor it is stated."""
    aim = "stated" if floor is None else f"{floor:g} %"
    if score is None:
        return _row(title, aim, None, None, None, note)
    passed = None if floor is None else score["percent"] >= floor
    return _row(title, aim, score["percent"], score["interval"], passed, note)


def _loss(title: str, most: float, lost: float | None, note: str) -> dict[str, Any]:
    passed = None if lost is None else lost <= most
    return _row(title, f"loses at most {most:g} points", lost, None, passed, note)


def _points(value: float) -> str:
    return f"{round(value, 1) + 0.0:.1f}"  # never -0.0


def suite_markdown(result: dict[str, Any]) -> str:
    """A suite's table for people."""
    words = {True: "yes", False: "no", None: "not measured"}
    rows = []
    for row in result["rows"]:
        value = None if row["value"] is None else _points(row["value"])
        if value is not None and row["interval"]:
            value += f" ({row['interval'][0]:.1f} to {row['interval'][1]:.1f})"
        stated = row["passed"] is None and row["value"] is not None  # without a figure to reach
        rows.append([row["test"], row["floor"], value, None if stated else words[row["passed"]], row["note"] or None])
    reached = sum(row["passed"] is True for row in result["rows"])
    head = ("test", "floor", "here (95 % interval)", "reached", "note")
    judged = sum(row["passed"] is not None or row["value"] is None for row in result["rows"])
    return "\n".join(["# Floors", "", *table(head, rows), f"{reached} of {judged} reached."]) + "\n"
