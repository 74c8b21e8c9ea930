"""The suite that says what a model of ours is worth: one run over all its tests, each against the figure it should reach."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..synthetic import descriptions
from .clips import SYNTHETIC, load_test
from .conditions import Condition
from .evaluate import Settings, evaluate
from .tables import percent, table


@dataclass(frozen=True)
class FloorTest:
    """Recognition on one dataset's held-out clips, and the top-1 percentage that it should reach."""

    title: str
    dataset: str
    protocol: str
    floor: float


TESTS = (
    FloorTest("MSR-Action3D, cross-subject, 20 candidates", "msr_action3d", "cross_subject", 86),
    FloorTest("UTKinect, subjects 6-10 held out, 10 candidates", "utkinect", "cross_subject", 92),
    FloorTest("SBU, two people, fold 1 of its five by pair, 8 candidates", "sbu", "fold_1", 88),
    FloorTest("Bandai-Namco-2, two styles held out, 10 candidates", "bandai_namco_2", "styles", 97),
)
ZERO_SHOT = FloorTest(
    "zero-shot: 4 of MSR-Action3D's 20 classes never seen, among themselves, told by the generator's sentences",
    "msr_action3d",
    "zero_shot_16_4",
    55,
)
CROSS_FORMAT = ("kinect_v2", "smpl_22", "coco_17")  # layouts in which none of these datasets was recorded
CROSS_FORMAT_LOSS, DROPOUT_LOSS, NOISE_LOSS = 10.0, 8.0, 5.0  # points
CAPTIONS, QUESTIONS = 85.0, 80.0
SYNTHETIC_CLIPS = 300
_DROPOUT, _NOISE = Condition("dropout", 0.3), Condition("noise", 0.05)


def run_floors(
    load: Callable[[], tuple],
    data: str | os.PathLike,
    out: str | os.PathLike,
    *,
    zero_shot: Callable[[], tuple] | None = None,
    layouts: Sequence[str] = CROSS_FORMAT,
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
        zero_shot: gives the model that never saw the four classes; without it that test is not measured.
        layouts: for the cross-format tests.
        most: at most that many clips of each dataset, for a quick look.
        batch, progress, calibrate: as in `Settings`.

    Returns:
        `rows` (test, floor, value, interval, passed: None where not measured, note), `reports` (of `evaluate`, by name).
    """
    out = Path(out)
    model, processor = load()
    conditions = (*(Condition("layout", name) for name in layouts), _DROPOUT, _NOISE)
    settings = Settings(("recognition",), conditions, batch, progress, calibrate=calibrate)
    reports, rows = {}, []
    for test in TESTS:
        report = _report(test, data, model, processor, settings, out, most)
        reports[f"{test.dataset}/{test.protocol}"] = report
        rows.append(_floor(test, report, None if report else f"no dataset {Path(data) / test.dataset}"))
    seen_none = _zero_shot(zero_shot, data, settings, out, most)
    reports["zero-shot"] = seen_none
    why = (
        "needs a model that was trained by this protocol"
        if zero_shot is None
        else f"no dataset {Path(data) / ZERO_SHOT.dataset}"
    )
    rows.append(_floor(ZERO_SHOT, seen_none, None if seen_none else why))
    measured = [
        (test, reports[f"{test.dataset}/{test.protocol}"])
        for test in TESTS
        if reports[f"{test.dataset}/{test.protocol}"]
    ]
    if seen_none:
        measured.append((ZERO_SHOT, seen_none))
    for number, name in enumerate(layouts):
        for test, report in measured:
            lost = -report["recognition"]["conditions"][number]["change"]
            top = percent(report["recognition"]["conditions"][number]["top1"])
            rows.append(
                _loss(
                    f"converted to {name}: {test.title.partition(',')[0].partition(':')[0]}",
                    CROSS_FORMAT_LOSS,
                    lost,
                    f"top-1 {top} %",
                )
            )
    own = [(test, report) for test, report in measured if test is not ZERO_SHOT]
    for offset, what, floor in ((0, "joint dropout 30 %", DROPOUT_LOSS), (1, "noise 5 cm", NOISE_LOSS)):
        losses = [-report["recognition"]["conditions"][len(layouts) + offset]["change"] for _, report in own]
        each = ", ".join(f"{test.dataset} {_points(loss)}" for (test, _), loss in zip(own, losses, strict=True))
        rows.append(
            _loss(
                what,
                floor,
                sum(losses) / len(losses) if losses else None,
                f"mean of the datasets: {each}" if losses else "no dataset",
            )
        )
    texts = evaluate(
        model,
        processor,
        load_test(SYNTHETIC, most=most or SYNTHETIC_CLIPS),
        settings=Settings(("caption", "question"), (), batch, progress),
        out=out,
    )
    reports[SYNTHETIC] = texts
    facts = texts["captions"]["facts"]["all"]
    strict = (
        f"of all facts that the reference names too: {percent(facts['all_right'])} %" if facts else "no facts named"
    )
    rows.append(
        _share(
            "captions: limb, direction and count that are named are right (synthetic truth)",
            CAPTIONS,
            facts and facts["named_right"],
            strict,
        )
    )
    rows.append(_share("questions on synthetic truth", QUESTIONS, texts["questions"]["normalized"], ""))
    return {"rows": rows, "reports": reports}


def _report(test: FloorTest, data, model, processor, settings: Settings, out: Path, most: int | None) -> dict | None:
    folder = Path(data) / test.dataset
    if not folder.is_dir():
        return None
    return evaluate(model, processor, load_test(folder, test.protocol, most=most), settings=settings, out=out)


def _zero_shot(load, data, settings: Settings, out: Path, most: int | None) -> dict | None:
    if load is None or not (Path(data) / ZERO_SHOT.dataset).is_dir():
        return None
    model, processor = load()
    tests = load_test(Path(data) / ZERO_SHOT.dataset, ZERO_SHOT.protocol, most=most)
    told = replace(settings, descriptions=descriptions(tests.candidates))
    report = evaluate(model, processor, tests, settings=told, out=out)
    bare = evaluate(model, processor, tests, settings=replace(settings, conditions=()), out=out)
    return report | {"by_labels": bare["recognition"]["top1"]}


def _row(
    test: str, floor: str, value: float | None, interval: list[float] | None, passed: bool | None, note: str
) -> dict:
    return {"test": test, "floor": floor, "value": value, "interval": interval, "passed": passed, "note": note}


def _floor(test: FloorTest, report: dict | None, why: str | None) -> dict:
    score = report["recognition"]["top1"] if report else None
    note = why or f"{score['count']} clips, {report['recognition']['seconds_per_clip']:.3f} s each"
    if report and "by_labels" in report:
        note += f"; by the bare labels {percent(report['by_labels'])} %"
    return _share(test.title, test.floor, score, note)


def _share(title: str, floor: float, score: dict | None, note: str) -> dict:
    if score is None:
        return _row(title, f"{floor:g} %", None, None, None, note)
    return _row(title, f"{floor:g} %", score["percent"], score["interval"], score["percent"] >= floor, note)


def _loss(title: str, most: float, lost: float | None, note: str) -> dict:
    passed = None if lost is None else lost <= most
    return _row(title, f"loses at most {most:g} points", lost, None, passed, note)


def _points(value: float) -> str:
    return f"{round(value, 1) + 0.0:.1f}"  # never -0.0


def floors_markdown(result: dict) -> str:
    """The suite's table for people."""
    words = {True: "yes", False: "no", None: "not measured"}
    rows = []
    for row in result["rows"]:
        value = None if row["value"] is None else _points(row["value"])
        if row["interval"]:
            value += f" ({row['interval'][0]:.1f} to {row['interval'][1]:.1f})"
        stated = row["passed"] is None and row["value"] is not None  # without a figure to reach
        rows.append([row["test"], row["floor"], value, None if stated else words[row["passed"]], row["note"] or None])
    reached = sum(row["passed"] is True for row in result["rows"])
    head = ("test", "floor", "here (95 % interval)", "reached", "note")
    judged = sum(row["passed"] is not None or row["value"] is None for row in result["rows"])
    return "\n".join(["# Floors", "", *table(head, rows), f"{reached} of {judged} reached."]) + "\n"
