"""The texts of composed clips, measured on their joints: sides, directions, paths, contact, turns, order."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import pytest
from synthetic_points import ALL_POINTS, NAMES, OPPOSITE, PointClip

from skeletonllm_hf.describe import describe
from skeletonllm_hf.synthetic import EXACT, Grammar, compose_with_truth
from skeletonllm_hf.synthetic.grammar import MOVEMENTS

VARIED = dataclasses.replace(
    EXACT, speed=(0.7, 1.4), amplitude=(0.9, 1.08), stature=(1.4, 1.9), proportions=0.05, style=None, seconds=(1.0, 12.0)
)  # fmt: skip
SEEDS = range(6)
WAYS = {
    "forward": (0, 0, 1), "backward": (0, 0, -1), "to the left": (1, 0, 0), "to the right": (-1, 0, 0), "up": (0, 1, 0),
}  # fmt: skip


class Clip(PointClip):
    """One movement done alone."""

    def __init__(self, movement: str, seed: int):
        grammar = Grammar(acts=(1, 0, 0), together=0, framed=0, seated=0, movements=(movement,))
        sequence, self.truth = compose_with_truth(seed, layout=ALL_POINTS, options=VARIED, grammar=grammar)
        super().__init__(sequence)
        self.act = self.truth.acts[0]
        self.what = self.act.primitives[0]

    def sides(self) -> tuple[str, ...]:
        return ("left", "right") if self.what.side == "both" else (self.what.side,)

    def __str__(self) -> str:
        return f"{self.truth.captions[0]} ({self.truth.labels[0]})"


@functools.cache
def clip(movement: str, seed: int) -> Clip:
    return Clip(movement, seed)


def clips(*movements: str):
    return [clip(movement, seed) for movement in movements for seed in SEEDS]


def path(points: np.ndarray) -> float:
    return float(np.linalg.norm(np.diff(points, axis=0), axis=-1).sum())


def farthest(points: np.ndarray) -> np.ndarray:
    """The way from the first place to the one farthest from it."""
    away = points - points[0]
    return away[np.argmax(np.linalg.norm(away, axis=-1))]


def outward(vector: np.ndarray, side: str) -> np.ndarray:
    return vector * (1 if side == "left" else -1, 1, 1)


@pytest.mark.parametrize("movement", sorted(MOVEMENTS))
def test_bodies_stay_possible(movement):
    for one in clips(movement):
        assert one.joints[..., 1].min() > -0.08, one
        speed = np.linalg.norm(np.diff(one.joints, axis=0), axis=-1).max() * one.sequence.fps
        assert speed < 22, one  # metres a second, of finger tips
        assert 0 <= one.act.frames[0] < one.act.frames[1] <= len(one.joints)


def test_the_named_hand_moves_farther():
    seen = 0
    for one in clips(*MOVEMENTS):
        if (
            one.what.limb not in ("hand", "arm")
            or one.what.side is None
            or one.what.family in ("reach down", "two-armed pose")
        ):
            continue
        if one.what.side == "both":
            left, right = (path(one.local(f"{side}_wrist", "spine_upper")) for side in ("left", "right"))
            assert 0.5 < left / right < 2, one
        elif not one.what.start and "elbow" not in (one.what.direction or ""):
            mine, other = (
                path(one.local(f"{side}_wrist", "spine_upper")) for side in (one.what.side, OPPOSITE[one.what.side])
            )
            assert mine > 1.25 * other, one
        seen += 1
    assert seen > 80


def test_the_named_leg_moves_farther():
    for one in clips(
        "leg_raise", "knee_lift", "kick", "heel_lift", "leg_swing", "foot_tap", "knee_to_hand", "lunge", "step"
    ):
        if one.what.side in OPPOSITE:
            mine, other = (path(one(f"{side}_ankle")) for side in (one.what.side, OPPOSITE[one.what.side]))
            assert mine > 1.5 * other, one
    for one in clips("balance"):
        middle = len(one.joints) // 2
        assert one(f"{one.what.side}_ankle")[middle, 1] > one(f"{OPPOSITE[one.what.side]}_ankle")[middle, 1] + 0.08, one
    for one in clips("hop"):
        middle = slice(len(one.joints) // 3, 2 * len(one.joints) // 3)
        assert (
            one(f"{OPPOSITE[one.what.side]}_ankle")[middle, 1].mean()
            > one(f"{one.what.side}_ankle")[middle, 1].mean() + 0.1
        ), one


def test_arms_are_raised_where_they_are_said_to_be():
    ends = {
        "forward": (0, 0, 1), "sideways": (1, 0, 0), "up": (0, 1, 0), "forward and up": (0, 0.7, 0.7), "sideways and up": (0.7, 0.7, 0),
        "forward halfway": (0, -0.7, 0.7), "sideways halfway": (0.7, -0.7, 0), "backward": (0.2, -0.85, -0.5), "across": (-0.6, 0, 0.8),
    }  # fmt: skip
    for one in clips("arm_raise"):
        for side in one.sides():
            wrist = outward(one.local(f"{side}_wrist", f"{side}_shoulder"), side)
            place = wrist[np.argmax(np.linalg.norm(wrist - wrist[0], axis=-1))]
            assert place @ ends[one.what.direction] > 0.78 * np.linalg.norm(place), one
    for one in clips("arm_lower"):
        for side in one.sides():
            wrist = one.local(f"{side}_wrist", f"{side}_shoulder")[:, 1]
            assert wrist[0] - wrist[-1] > 0.25, one


def test_reaches_pushes_and_lines_go_that_way():
    for one in clips("reach", "push"):
        way = {
            "sideways": (1, 0, 0),
            "across": (-0.7, 0, 0.7),
            "down": (0, -1, 0),
            "forward and up": (0, 0.7, 0.7),
        } | WAYS
        for side in one.sides():
            wrist = outward(one.local(f"{side}_wrist", f"{side}_shoulder"), side)
            along = wrist @ np.array(way[one.what.direction])
            share = 0.4 if one.what.direction == "backward" else 0.6
            assert along.max() > share * np.linalg.norm(wrist, axis=-1).max(), one
    for one in clips("line"):
        told = one.what.direction
        for side in one.sides():
            wrist = one.local(f"{side}_wrist", "spine_upper")
            steps = np.linalg.norm(np.diff(wrist, axis=0), axis=-1)
            start, stop = _middle_stroke(steps, one)
            way = wrist[stop] - wrist[start]
            assert (way[1] > 0.15) == told.startswith("up") and (way[1] < -0.15) == told.startswith("down"), one
            if "to the" in told:
                assert (way[0] > 0.15) == told.endswith("left"), one


def _middle_stroke(steps: np.ndarray, one: Clip) -> tuple[int, int]:
    """Frames of the line itself, from its keys."""
    seconds = np.cumsum([time for time, _ in one.what.keys])
    start = one.act.frames[0] + seconds[1] * one.act.pace * one.sequence.fps
    stop = one.act.frames[0] + seconds[2] * one.act.pace * one.sequence.fps
    return int(round(start)), min(int(round(stop)), len(steps))


def test_circles_go_round_as_said():
    """Seen by the performer, or from above; wheels beside the body roll forward or backward."""
    for one in clips("circle"):
        side = "left" if one.what.side == "left" else "right"
        first, last = one.act.frames
        wrist = one.local(f"{side}_wrist", "spine_upper")[first + (last - first) // 4 : last - (last - first) // 4]
        wrist = wrist - wrist.mean(0)
        right, up, forward = -wrist[:, 0], wrist[:, 1], wrist[:, 2]
        u, v = ((forward, up), (right, forward), (right, up))[int(np.argmin(np.ptp(wrist, axis=0)))]
        area = (u[:-1] * v[1:] - u[1:] * v[:-1]).sum()
        assert (area < 0) == (one.what.direction in ("clockwise", "forward", "outward")), one


def test_shapes_have_their_corners():
    for one in clips("shape"):
        side = "left" if one.what.side == "left" else "right"
        wrist = one.local(f"{side}_wrist", "spine_upper")
        assert path(wrist) > 1.0, one
        asked = [corner[1] for corner in one.what.keys]
        assert len(asked) >= 4, one


def test_hands_touch_what_they_are_said_to_touch():
    points = {
        "nose": "nose", "mouth": "jaw", "chin": "jaw", "forehead": "head", "top of the head": "head_top", "back of the head": "head",
        "neck": "neck", "chest": "spine_upper", "belly": "spine_lower", "lower back": "spine_lower",
    }  # fmt: skip
    sided = {"ear": "ear", "cheek": "mouth", "shoulder": "shoulder", "hip": "hip"}
    for one in clips("touch", "elbow_touch"):
        target = one.what.direction
        for side in one.sides():
            if target in points:
                point = points[target]
            elif target.endswith("elbow"):
                point = f"{OPPOSITE[side]}_elbow"
            else:
                which, name = target.split()[0], sided[target.split()[-1].rstrip("s")]
                point = f"{OPPOSITE[side] if which == 'opposite' else which if which in OPPOSITE else side}_{name}"
            near = min(
                np.linalg.norm(one(f"{side}_{end}") - one(point), axis=-1).min()
                for end in ("wrist", "hand", "hand_tip")
            )
            assert near < 0.23, (str(one), near)
    for one in clips("reach_leg"):
        assert all(one(f"{side}_wrist")[:, 1].min() < 0.5 * one("neck")[0, 1] for side in one.sides()), one
    for one in clips("clap"):
        assert np.linalg.norm(one("left_hand") - one("right_hand"), axis=-1).min() < 0.15, one


def test_legs_go_that_way():
    for one in clips("leg_raise", "kick", "lunge", "step"):
        side = one.what.side
        way = outward(farthest(one.local(f"{side}_ankle", f"{OPPOSITE[side]}_ankle")), side)
        told = {
            "to the side": (1, 0, 0),
            "to the left": (1, 0, 0),
            "to the right": (1, 0, 0),
            "across the other leg": (-1, 0, 0),
        } | {name: WAYS[name] for name in ("forward", "backward")}
        along = way @ told[one.what.direction]
        assert along > 0.12 and along > 0.75 * np.hypot(way[0], way[2]), one


@pytest.mark.parametrize("movement, point, origin", [("swing", "wrist", "shoulder"), ("leg_swing", "ankle", "hip")])
def test_swings_go_that_way(movement, point, origin):
    told = set()
    for one in clips(movement):
        if one.what.direction != "in circles":
            told.add(one.what.direction)
            spans = [np.ptp(one.local(f"{side}_{point}", f"{side}_{origin}"), axis=0) for side in one.sides()]
            wide, _, deep = np.mean(spans, axis=0)
            assert bool(wide > deep) is (one.what.direction == "from side to side"), (str(one), wide, deep)
            assert max(wide, deep) > 0.2, (str(one), wide, deep)
    assert told == {"from side to side", "forward and backward"}


def test_jumps_leave_the_ground_and_squats_go_down():
    for one in clips("jump", "jump_way", "jump_turn"):
        lowest = np.minimum(one("left_ankle")[:, 1], one("right_ankle")[:, 1])
        assert lowest.max() - lowest[0] > 0.06, one
    for one in clips("squat"):
        assert one("pelvis")[0, 1] - one("pelvis")[:, 1].min() > 0.07, one
    for one in clips("toes"):
        lifted = one("left_heel" if one.what.family == "toes" else "left_toe")[:, 1]
        assert lifted.max() - lifted[0] > 0.03, one


def test_turns_turn_by_the_said_angle():
    for one in clips("turn", "jump_turn"):
        left = one("left_hip") - one("right_hip")
        yaw = np.degrees(np.unwrap(np.arctan2(-left[:, 2], left[:, 0])))
        asked = one.what.gait["turn"] if one.what.gait else np.degrees(one.what.moved[2])
        assert abs(yaw[-1] - yaw[0] - asked) < 12 and (asked > 0) == one.what.direction.endswith("left"), one
        told = {
            90: ("quarter", "90"),
            180: ("half", "180", "around"),
            270: ("three quarters", "270"),
            360: ("full", "360", "once around"),
        }
        assert any(word in text for word in told[round(abs(asked))] for text in one.what.texts), one


def test_travellers_go_where_they_are_said_to_go():
    for one in clips("travel", "in_place", "jump_way"):
        gone = one("pelvis")[-1] - one("pelvis")[0]
        if one.what.direction == "in place":
            assert np.hypot(gone[0], gone[2]) < 0.12, one
        elif one.what.gait and one.what.gait.get("turn"):
            assert (gone[0] > 0.1) == one.what.direction.endswith("left"), one
        else:
            along = gone @ WAYS[one.what.direction]
            assert along > 0.2 and along > 0.9 * np.hypot(gone[0], gone[2]), one


def test_trunk_and_head_go_that_way():
    for one in clips("bend", "lean"):
        if one.what.direction in WAYS:
            way = farthest(one.local("head", "pelvis"))
            along = way @ WAYS[one.what.direction]
            assert along > 0.05 and along > 0.8 * np.hypot(way[0], way[2]), one
    for one in clips("head_turn"):
        ears = (one("left_ear") + one("right_ear")) / 2
        nose, across, middle = one("nose") - ears, one("left_ear") - one("right_ear"), len(ears) // 2
        if one.what.family == "head turn":
            assert (nose[middle, 0] > 0.03) == one.what.direction.endswith("left"), one
        elif one.what.family == "head tilt":
            assert (across[middle, 1] < -0.02) == one.what.direction.endswith("left"), one
        elif one.what.family in ("head up", "head down"):
            assert (nose[middle, 1] > nose[0, 1] + 0.01) == (one.what.direction == "up"), one


def test_acts_follow_one_another_and_run_together():
    options = dataclasses.replace(VARIED, seconds=(1.0, 20.0))
    order = Grammar(acts=(0, 1, 0), together=0, listed=0, framed=0, seated=0, movements=("arm_raise", "squat"))
    both = Grammar(acts=(1, 0, 0), together=1, framed=0, seated=0, movements=("arm_raise", "knee_lift", "kick"))
    seen = 0
    for seed in range(20):
        sequence, truth = compose_with_truth(seed, layout=ALL_POINTS, options=options, grammar=order)
        assert all(one.frames[1] <= two.frames[0] + 1 for one, two in zip(truth.acts, truth.acts[1:]))
        for act in truth.acts:
            pelvis = sequence.joints[act.frames[0] : act.frames[1], 0, NAMES.index("pelvis"), 1]
            assert (np.ptp(pelvis) > 0.06) == (act.primitives[0].family == "squat"), truth.captions
        sequence, truth = compose_with_truth(seed, layout=ALL_POINTS, options=options, grammar=both)
        first, last = truth.acts[0].frames
        for primitive in truth.acts[0].primitives if len(truth.acts[0].primitives) == 2 else ():
            ends = ("wrist" if primitive.limb in ("arm", "hand") else "ankle",)
            sides = (primitive.side,) if primitive.side in OPPOSITE else ("left", "right")
            for side in sides:
                moved = np.ptp(
                    sequence.joints[first:last, 0, NAMES.index(f"{side}_{ends[0]}")],
                    axis=0,
                )
                assert moved.max() > 0.12, truth.captions
            seen += 1
    assert seen > 20


def test_frames_around_the_acts_are_seen():
    for seed in range(40):
        grammar = Grammar(acts=(1, 0, 0), together=0, framed=1, seated=0, movements=("nod",))
        sequence, truth = compose_with_truth(seed, layout=ALL_POINTS, options=VARIED, grammar=grammar)
        joints = sequence.joints[:, 0]
        for frame, name in zip((0, -1), truth.frames):
            wrist, shoulder = (joints[frame, NAMES.index(f"left_{point}")] for point in ("wrist", "shoulder"))
            assert (abs(wrist[1] - shoulder[1]) < 0.12) == (name == "T pose"), truth.frames
        pelvis = joints[:, NAMES.index("pelvis")]
        assert (np.hypot(*(pelvis[-1] - pelvis[0])[[0, 2]]) > 0.5) == ("walk" in truth.frames), truth.frames


def test_the_describer_sees_the_named_hand():
    """Measured apart from the generator, by the rules that write rationales."""
    right = total = 0
    for seed in range(40):
        grammar = Grammar(
            acts=(1, 0, 0), together=0, framed=0, seated=0, manner=0, movements=("arm_raise", "punch", "shake", "curl")
        )
        sequence, truth = compose_with_truth(seed, layout="smpl_22", options=EXACT, grammar=grammar)
        side = truth.acts[0].primitives[0].side
        text = " ".join(describe(sequence).sentences).lower()
        if side in OPPOSITE and ("left hand" in text or "right hand" in text):
            total += 1
            right += f"{side} hand" in text
    assert total > 15 and right >= 0.9 * total
