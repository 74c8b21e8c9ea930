"""The ground truth of generated clips, measured on the joints: counts, sides, directions, contact, a possible body."""

from __future__ import annotations

import dataclasses
import functools
import itertools

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from synthetic_points import ALL_POINTS, NAMES, OPPOSITE, PointClip

from skeletonllm_hf.synthetic import ACTIONS, EXACT, INTERACTIONS, MotionOptions, find_action, generate_with_truth

EVERYTHING = [*ACTIONS, *INTERACTIONS]
STEADY = dataclasses.replace(EXACT, sway=0.3, side="right", seconds=(1.0, 12.0))
JUMPS = (
    "cross jacks", "jump squat", "jumping lunges", "skater jumps", "tuck jump", "squat thrust", "basketball dunk", "header",
    "volleyball block", "run over a hurdle", "triple jump", "ski jump", "bounce on a trampoline", "backflip", "front flip",
    "side flip", "figure skating jump",
)  # fmt: skip
UPSIDE_DOWN = (
    "inchworm", "crow pose", "sun salutation", "handstand", "headstand", "forward roll", "backward roll", "backflip",
    "front flip", "side flip", "cartwheel",
)  # fmt: skip
OFF_THE_FEET = (*UPSIDE_DOWN, "curling", "step up and down on a box")  # on the hands, toes up, or on something higher
MIRRORED = [
    OPPOSITE[name.partition("_")[0]] + name[name.index("_") :] if name.startswith(("left", "right")) else name
    for name in NAMES
]


class Clip(PointClip):
    """A clip's points by name; actions without a side are done right-handed."""

    def __init__(self, name: str, seed: int, options: MotionOptions = STEADY):
        sequence, self.truth = generate_with_truth(name, layout=ALL_POINTS, seed=seed, options=options)
        super().__init__(sequence)
        self.part = self.truth.people[0][0]
        self.side = self.part.side if self.part.side in ("left", "right") else "right"

    def __call__(self, point: str, person: int = 0) -> np.ndarray:
        """ "main wrist" is the acting side's, "other wrist" the other's."""
        point = point.replace("main ", self.side + "_").replace("other ", OPPOSITE[self.side] + "_")
        return super().__call__(point, person)


@functools.cache
def clip(name: str, seed: int = 0) -> Clip:
    return Clip(name, seed)


def rises(signal: np.ndarray, low: float = 0.35, high: float = 0.65) -> int:
    """How often a signal goes from its lower to its upper third."""
    floor, size = signal.min(), np.ptp(signal)
    state, count = False, 0
    for value in (signal - floor) / size:
        if not state and value > high:
            state, count = True, count + 1
        elif state and value < low:
            state = False
    return count


def winding(path: np.ndarray, centre: tuple[float, float]) -> int:
    """How often a path (frames, 2) goes round a place."""
    angle = np.unwrap(np.arctan2(path[:, 1] - centre[1], path[:, 0] - centre[0]))
    return round(abs(angle[-1] - angle[0]) / (2 * np.pi))


def wrist(c: Clip, side: str = "") -> np.ndarray:
    """From the shoulder: outward, up, forward."""
    side = side or c.side
    return c.local(f"{side}_wrist", f"{side}_shoulder") * (1 if side == "left" else -1, 1, 1)


def across(c: Clip, side: str) -> np.ndarray:
    return np.linalg.norm(wrist(c, side)[:, [0, 2]], axis=-1)


def apart(c: Clip, one: str = "left_wrist", two: str = "right_wrist") -> np.ndarray:
    return np.linalg.norm(c(one) - c(two), axis=-1)


def up(c: Clip, point: str) -> np.ndarray:
    return c(point)[:, 1]


def high_wave(c: Clip) -> int:
    place = wrist(c)
    return rises(np.where(place[:, 1] > 0.12, place[:, 0], 0.06))


def combing(c: Clip) -> int:
    return rises(-np.where(up(c, "main wrist") > 1.5, np.minimum(c.local("main wrist", "head")[:, 2], 0.12), 0.12))


# How the repetitions of each action are counted on its joints.
COUNTED = {
    "high wave": high_wave,
    "wave left hand": high_wave,
    "wave right hand": high_wave,
    "wave both hands": high_wave,
    "horizontal wave": lambda c: rises(np.where(wrist(c)[:, 1] > -0.2, wrist(c)[:, 0], -0.2)),
    "hammer": lambda c: rises(np.maximum(wrist(c)[:, 1], -0.18)),
    "draw circle": lambda c: winding(wrist(c)[c.part.frames[0] + 20 : c.part.frames[1] - 20, :2], (0.03, 0.08)),
    "clap hands": lambda c: rises(-apart(c)),
    "side boxing": lambda c: sum(rises(across(c, side), 0.62, 0.8) for side in ("left", "right")),
    "box": lambda c: sum(rises(across(c, side), 0.55, 0.8) for side in ("left", "right")),
    "forward punch": lambda c: rises(across(c, c.side)),
    "beckon": lambda c: rises(np.maximum(wrist(c)[:, 1], -0.05)),
    "shrug": lambda c: rises(wrist(c)[:, 0]),
    "nod": lambda c: rises(-c.local("nose", "neck")[:, 1]),
    "shake head": lambda c: rises(c.local("nose", "neck")[:, 0]),
    "swing arms in circles": lambda c: winding(wrist(c)[:, 1:], (0.0, 0.05)),
    "drink": lambda c: rises(-np.minimum(apart(c, "main wrist", "jaw"), 0.36)),
    "eat": lambda c: rises(-np.minimum(apart(c, "main wrist", "jaw"), 0.36)),
    "comb hair": combing,
    "cough": lambda c: rises(c.local("nose", "pelvis")[:, 2], 0.5, 0.75),
    "sweep the floor": lambda c: rises(-wrist(c)[:, 0]),
    "saw": lambda c: rises(wrist(c)[:, 2]),
    "tear paper": lambda c: rises(np.where(up(c, "main wrist") > 1.08, apart(c), 0.1)),
    "fan oneself": lambda c: rises(-c.local("main wrist", "jaw")[:, 0] * (1 if c.side == "left" else -1), 0.45, 0.7),
    "cheer": lambda c: rises(np.maximum(wrist(c)[:, 1], 0.14)),
    "dig": lambda c: rises(-up(c, "pelvis")),
    "chop wood": lambda c: rises(wrist(c)[:, 1]),
    "row": lambda c: rises(-wrist(c)[:, 2]) - 1,
    "bounce a ball": lambda c: rises(np.maximum(wrist(c)[:, 1], -0.42)) - 1,
    "slash": lambda c: rises(wrist(c)[:, 1]),
    "swim": lambda c: sum(rises(wrist(c, side)[:, 2]) - 1 for side in ("left", "right")),
    "lift weights": lambda c: rises(wrist(c)[:, 1]),
    "lateral raise": lambda c: rises(wrist(c)[:, 0]),
    "twist torso": lambda c: rises(c.local("left_shoulder", "right_shoulder")[:, 2]),
    "squat": lambda c: rises(-up(c, "pelvis")),
    "jump": lambda c: rises(up(c, "left_ankle")),
    "hop on one leg": lambda c: rises(up(c, "main ankle")),
    "star jump": lambda c: rises(wrist(c)[:, 1]),
    "jump rope": lambda c: rises(up(c, "left_ankle")),
    "stomp": lambda c: rises(up(c, "main ankle")),
    "lift knee": lambda c: rises(up(c, "main ankle")),
    "push-up": lambda c: rises(-up(c, "spine_upper")),
    "sit-up": lambda c: rises(up(c, "head")),
    "burpee": lambda c: rises(-up(c, "pelvis")),
    "climb": lambda c: sum(rises(np.maximum(wrist(c, side)[:, 1], 0.08)) for side in ("left", "right")),
    "shaking hands": lambda c: rises(np.maximum(up(c, "main wrist"), 1.0)) - 1,
    "patting on the back": lambda c: rises(np.maximum(up(c, "main wrist"), 1.44)) - 1,
    "waving to each other": high_wave,
    "touch toes": lambda c: rises(-up(c, "head")),
    "arm curl": lambda c: rises(wrist(c)[:, 1]),
    "press weights overhead": lambda c: rises(np.maximum(wrist(c)[:, 1], 0.05)),
    "side lunge": lambda c: rises(-up(c, "pelvis")),
    "heel raise": lambda c: rises(up(c, "pelvis")),
    "bridge": lambda c: rises(up(c, "pelvis")),
    "circle the hips": lambda c: rises((c("pelvis") - (c("left_ankle") + c("right_ankle")) / 2)[:, 0]),
    "flap arms": lambda c: rises(np.where(across(c, "left") > 0.3, wrist(c, "left")[:, 1], -0.3)),
    "clap above the head": lambda c: rises(
        -np.where(up(c, "main wrist") > up(c, "head_top"), np.minimum(apart(c), 0.45), 0.45)
    ),
    "fence": lambda c: rises(across(c, c.side)),
    "ski": lambda c: rises(-wrist(c)[:, 2]),
    "bump a ball": lambda c: rises(np.where(across(c, c.side) > 0.3, wrist(c)[:, 1], -0.4)),
    "uppercut": lambda c: rises(wrist(c)[:, 1]),
    "hook punch": lambda c: rises(-wrist(c)[:, 0]),
    "knee strike": lambda c: rises(up(c, "main ankle")),
    "swipe": lambda c: rises(wrist(c)[:, 0] * (-1 if c.part.direction == "across the body" else 1)),
    "knock": lambda c: rises(np.where(wrist(c)[:, 1] > -0.02, wrist(c)[:, 2], 0.3)),
    "wash the face": lambda c: rises(np.maximum(up(c, "main wrist") - up(c, "jaw"), -0.02)),
    "conduct": lambda c: rises(wrist(c)[:, 0]),
    "vomit": lambda c: rises(-up(c, "head")),
    "pump a fist": lambda c: rises(-np.maximum(wrist(c)[:, 1], -0.04)) - 2,
    "slap the thighs": lambda c: rises(-np.maximum(wrist(c)[:, 1], -0.37)) - 2,
}


def test_every_count_has_a_measure():
    counted = {name for name in EVERYTHING if find_action(name).verb and clip(name).part.count is not None}
    assert counted == set(COUNTED)


@pytest.mark.parametrize("name", COUNTED)
def test_count_is_what_can_be_seen(name):
    seen = {}
    for seed in range(6):
        c = clip(name, seed)
        assert COUNTED[name](c) == c.part.count, f"seed {seed}"
        seen[c.part.count] = True
    assert len(seen) > 1 or name == "burpee", "the count never varies"


@pytest.mark.parametrize("name", [name for name in ACTIONS if find_action(name).sided])
def test_named_limb_moves_most(name):
    if name == "limp":
        pytest.skip("a limp is told from the sore leg, which moves less")
    for seed in range(3):
        c = clip(name, seed)
        if name == "hop on one leg":  # both come along: the named one is the one that lands
            assert np.median(up(c, "main ankle")) < 0.2 < np.median(up(c, "other ankle"))
            continue
        foot = find_action(name).limb in ("leg", "foot")
        path = {side: c(f"{side}_ankle") if foot else c.local(f"{side}_wrist", "pelvis") for side in OPPOSITE}
        way = {side: np.linalg.norm(np.diff(place, axis=0), axis=-1).sum() for side, place in path.items()}
        assert way[c.part.side] > 1.15 * way[OPPOSITE[c.part.side]]


@pytest.mark.parametrize("name", [name for name in ACTIONS if find_action(name).limb in ("hands", "arms", "legs")])
def test_both_limbs_move(name):
    c = clip(name)
    assert c.part.side == "both" and len(c.part.limbs) == 2
    end = "ankle" if find_action(name).limb == "legs" else "wrist"
    away = [np.ptp(c.local(f"{side}_{end}", "pelvis"), axis=0).max() for side in OPPOSITE]
    assert min(away) > 0.1


def test_left_handed_is_the_mirror_image():
    still = dataclasses.replace(EXACT, sway=0.0, fps=(15.0,))
    for name in ACTIONS:
        if find_action(name).side or find_action(name).yaw:
            continue
        right, left = (Clip(name, 3, dataclasses.replace(still, side=side)) for side in ("right", "left"))
        swapped = right.joints[:, :, [NAMES.index(other) for other in MIRRORED]] * (-1, 1, 1)
        np.testing.assert_allclose(left.joints, swapped, atol=2e-5, err_msg=name)
        assert {left.part.side, right.part.side} in ({"left", "right"}, {"both"}, {None})


@pytest.mark.parametrize("name", [name for name in ACTIONS if find_action(name).travel])
def test_travel_goes_where_the_truth_says(name):
    for seed in range(3):
        c = clip(name, seed)
        way = c("pelvis")[-1] - c("pelvis")[0]
        left = c("left_hip")[0] - c("right_hip")[0]
        forward = np.cross(left, (0, 1, 0))
        forward /= np.linalg.norm(forward)
        left /= np.linalg.norm(left)
        direction = c.part.direction
        if direction in ("forward", "backward"):
            along = way @ forward * (1 if direction == "forward" else -1)
            assert along > 0.4 and along > 3 * abs(way @ left)
        elif name.startswith("walk turning"):
            turned = np.cross(left, c("left_hip")[-1] - c("right_hip")[-1])[1]
            assert (turned > 0) == (direction == "to the left") and abs(turned) > 0.05
        elif direction == "forward and to the " + c.side:
            assert way @ forward > 0.4 and way @ left * (1 if c.side == "left" else -1) > 0.4
        elif find_action(name).group != "travel" and direction in ("to the left", "to the right"):
            assert way @ left * (1 if direction == "to the left" else -1) > max(0.3, 3 * abs(way @ forward))
        elif direction is None or "clockwise" in direction:  # round and about
            assert np.linalg.norm(np.diff(c("pelvis")[:, [0, 2]], axis=0), axis=-1).sum() > 1.2
            if direction and find_action(name).group == "walks":
                turned = np.unwrap(np.arctan2(*(c("left_hip") - c("right_hip"))[:, [0, 2]].T))
                assert (turned[-1] < turned[0]) == (direction == "clockwise")
        elif name.startswith("side step") or name == "cartwheel":
            assert way @ left * (1 if direction == "to the left" else -1) > 0.3
        else:  # "walk left": turned to that side as the viewer saw it facing them, then forward
            assert way[0] * (1 if direction == "to the left" else -1) > 0.8 and way @ forward > 0.8


def test_poses_are_laid_over_a_walk():
    for seed in range(3):
        c = clip("balance on a beam", seed)
        middle = slice(c.sequence.num_frames // 3, 2 * c.sequence.num_frames // 3)
        for side in OPPOSITE:
            height = (up(c, f"{side}_wrist") - up(c, f"{side}_shoulder"))[middle]
            assert np.abs(height).max() < 0.3, "the arms are held out"
            assert np.ptp(c(f"{side}_ankle")[middle, 2]) > 0.2, "the feet walk on"


def test_who_does_not_travel_stays():
    for name in ACTIONS:
        c = clip(name)
        if c.part.travel is None and c.part.posture == ("standing", "standing"):
            assert np.linalg.norm((c("pelvis")[-1] - c("pelvis")[0])[[0, 2]]) < 0.12, name
        assert c.part.posture[0] != "standing" or up(c, "pelvis")[0] > 0.78, name
        low = {
            "sitting": 0.6, "kneeling": 0.6, "standing": 1.1, "in a plank": 0.6, "on all fours": 0.6, "hanging": 1.6,
            "standing higher": 1.6,
        }  # fmt: skip
        assert up(c, "pelvis")[-1] < low.get(c.part.posture[1], 0.3), name


def test_directions_of_gestures():
    for seed in range(8):
        for c in (clip("raise right hand", seed), clip("raise both hands", seed)):
            assert (up(c, "right_wrist") - up(c, "right_shoulder")).max() > 0.15
    for name, axis in (("forward punch", 2), ("push", 2), ("high throw", 2)):
        assert wrist(clip(name), "right")[:, axis].max() > 0.4, name
    kick = clip("forward kick").local("main foot", "pelvis")
    assert kick[:, 2].max() > 0.55 and kick[kick[:, 2].argmax(), 1] > -0.6
    side = clip("side kick").local("main foot", "pelvis")
    assert side[:, 0].min() < -0.55
    assert clip("back kick").local("main foot", "pelvis")[:, 2].min() < -0.5
    for seed in range(6):
        fall = clip("fall", seed)
        lands = fall.local("head", "left_ankle")[-1]
        axis, sign = {"forward": (2, 1), "backward": (2, -1), "to the right": (0, -1)}[fall.part.direction]
        assert np.linalg.norm((fall("head")[-1] - fall("left_ankle")[-1])[[0, 2]]) > 1.0 and up(fall, "head")[-1] < 0.45
        if axis == 2:
            assert np.sign(lands[2]) == sign, "the pelvis of who lies still tells forward"
    circle = {clip("draw circle", seed).part.direction for seed in range(8)}
    assert circle == {"clockwise", "counterclockwise"}
    for seed in range(4):
        c = clip("draw circle", seed)
        x, y = wrist(c)[c.part.frames[0] + 20 : c.part.frames[1] - 20, :2].T  # outward is the performer's right
        angle = np.unwrap(np.arctan2(y - 0.08, x - 0.03))
        assert (angle[-1] < angle[0]) == (c.part.direction == "clockwise")


def test_a_clip_may_begin_after_what_has_to_be_done_before():
    for seed in range(4):
        c = clip("lower arms", seed)
        assert up(c, "right_wrist")[0] > up(c, "right_shoulder")[0] - 0.1 > up(c, "right_wrist")[-1] + 0.3
        assert apart(clip("put the feet together", seed), "left_ankle", "right_ankle")[0] > 0.4
    c = clip("lower arms then nod")
    assert up(c, "right_wrist")[0] < up(c, "pelvis")[0] and c.truth.order == ("lower arms", "nod")


def test_jumps_leave_the_ground_and_nothing_else_does():
    toes = [f"{side}_{point}" for side in OPPOSITE for point in ("toe", "heel")]
    jumps = (
        "jump", "jump forward", "hop on one leg", "star jump", "jump rope", "burpee", "skip", "run", "dash", "jump sideways",
        "jump and turn", "jump with a full turn", "straddle jump", "jump kick",
        "crane kick", "dance the cancan", "pogo", "dance jumpstyle",
        *JUMPS,
    )  # fmt: skip
    held = (
        "climb", "step up and down", "swing on a bar", "hang from a bar", "climb over a fence", "walk on the hands",
        "breakdance freeze", "fall and get up",
    )  # fmt: skip
    for name in ACTIONS:
        c = clip(name)
        lowest = np.min([up(c, point) for point in toes], axis=0)
        flies = lowest.max() > 0.06
        info = find_action(name)
        if name in jumps:
            assert flies, name
        elif info.end == "standing" == info.start and info.travel not in ("run", "jump"):
            assert not flies or name in ("jogging", *held, *OFF_THE_FEET), (name, lowest.max())


def test_a_body_that_could_be_one():
    """Upright where it stands, bones of one length, knees that bend forwards, nobody in the ground, feet that stay put."""
    limbs = (("shoulder", "elbow", "wrist", "hand_tip"), ("hip", "knee", "ankle", "toe"))
    ends = [pair for points in limbs for pair in itertools.pairwise(points)]
    bones = [(f"{side}_{a}", f"{side}_{b}") for side in OPPOSITE for a, b in ends] + [
        ("left_hip", "right_hip"),
        ("neck", "head_top"),
        ("pelvis", "spine_lower"),
        ("neck_base", "left_shoulder"),
    ]
    low = ("burpee", "touch toes", "walk on the hands", "fall and get up", "breakdance freeze")
    for number, name in enumerate(EVERYTHING):
        c = clip(name, number % 3)
        for a, b in bones:
            assert np.ptp(apart(c, a, b)) < 2e-3, (name, a, b)
        assert c.joints[..., 1].min() > -0.07, (name, NAMES[c.joints[..., 1].min((0, 1)).argmin()])
        if c.part.posture[0] == c.part.posture[1] == "standing" and name not in UPSIDE_DOWN:
            assert name in low or (up(c, "neck") > up(c, "pelvis") + 0.05).all(), name
            assert name in low or (up(c, "head_top")[[0, -1]] > 1.55).all(), name
        for side in OPPOSITE:
            thigh, shank = c(f"{side}_knee") - c(f"{side}_hip"), c(f"{side}_ankle") - c(f"{side}_knee")
            left = c("left_hip") - c("right_hip")
            hinge = (np.cross(thigh, shank) * left).sum(-1)  # positive: the shank folds backwards
            assert hinge.min() > -2e-3, (name, side)


def test_feet_that_stand_do_not_slide():
    for name in ACTIONS:
        c = clip(name)
        if find_action(name).start != "standing" or name == "dance the running man":  # whose point it is to slide
            continue
        for side in OPPOSITE:
            flat = (up(c, f"{side}_toe") < 0.03) & (up(c, f"{side}_heel") < 0.04)
            both = flat[1:] & flat[:-1]
            slide = np.linalg.norm(np.diff(c(f"{side}_ankle")[:, [0, 2]], axis=0), axis=-1) * c.sequence.fps
            assert not both.any() or np.quantile(slide[both], 0.95) < 0.5, name


def test_walks_climb_turn_hold_and_sway():
    for name, sign in (("walk upstairs", 1), ("walk downhill", -1)):
        c = clip(name)
        for point in ("pelvis", "left_ankle", "right_ankle"):
            assert up(c, point)[-1] - up(c, point)[0] == pytest.approx(0.5 * sign, abs=0.02)
        for side in OPPOSITE:  # a foot stands as flat on a stair as on the ground
            ankle = c(f"{side}_ankle")
            still = np.linalg.norm(np.diff(ankle, axis=0), axis=-1) * c.sequence.fps < 0.02
            pitch = (up(c, f"{side}_heel") - up(c, f"{side}_toe"))[1:][still]
            assert np.ptp(pitch) < 0.03 and np.ptp(ankle[1:][still, 1]) > 0.45
    left = lambda c, frame: (c("left_hip") - c("right_hip"))[frame] / 0.18  # noqa: E731
    for name, turned in (("jump and turn", -1), ("jump with a full turn", 1), ("pirouette", 1)):
        c = clip(name)
        assert left(c, 0) @ left(c, -1) == pytest.approx(turned, abs=0.1), name
    walked = clip("jump and turn then walk")("pelvis")
    assert walked[-1, 2] - walked[0, 2] < -1, "who has turned round walks the other way"
    c = clip("walk with raised arms")
    assert (up(c, "left_wrist") - up(c, "left_shoulder")).max() > 0.3
    c = clip("walk like a penguin")
    lean = c.local("neck", "pelvis")[:, 0]
    lifted = up(c, "left_ankle") - up(c, "right_ankle")
    assert np.corrcoef(lean, lifted)[0, 1] < -0.5, "it leans over the foot that stands"
    eight = clip("walk in a figure eight")
    heading = np.unwrap(np.arctan2(*(eight("left_hip") - eight("right_hip"))[:, [0, 2]].T))
    assert np.ptp(heading) > 5.5 and abs(heading[-1] - heading[0]) < 0.3


def test_two_people_touch_where_they_should():
    for name in INTERACTIONS:
        for seed in range(3):
            c = Clip(name, seed, dataclasses.replace(STEADY, stature=(1.5, 1.9)))
            nearest = min(cdist(*people).min() for people in c.joints)
            assert (nearest < 0.16) if c.truth.contact else (nearest > 0.15), (name, seed, nearest)
            assert np.linalg.norm((c("pelvis") - c("pelvis", 1))[:, [0, 2]], axis=-1).min() > 0.15, name
    shake = clip("shaking hands")
    assert np.linalg.norm(shake("right_hand") - shake("right_hand", 1), axis=-1).min() < 0.1
    come, go = clip("approaching"), clip("departing")
    gap = lambda c: np.linalg.norm((c("pelvis") - c("pelvis", 1))[:, [0, 2]], axis=-1)  # noqa: E731
    assert gap(come)[-1] < 0.5 * gap(come)[0] and gap(go)[-1] > 2 * gap(go)[0]
    for c in (come, go):
        assert np.ptp(c("pelvis", 1), axis=0).max() < 0.1 and np.ptp(c("pelvis"), axis=0).max() > 1


def test_places_in_the_picture_are_the_right_way_round():
    for seed in range(12):
        c = Clip("kicking", seed, MotionOptions())
        text = c.sequence.captions[0]
        if "person on the" in text:
            first_is_left = c("pelvis")[0, 0] < c("pelvis", 1)[0, 0]
            assert text.startswith("The person on the left") == first_is_left


def test_left_is_at_positive_x_of_who_faces_the_viewer():
    c = clip("bow")
    assert c.truth.facing == "the camera" and c("left_shoulder")[0, 0] > 0.1 > -0.1 > c("right_shoulder")[0, 0]
    assert c("nose")[0, 2] > c("head")[0, 2]
    for seed in range(30):
        c = Clip("bow", seed, MotionOptions(turned=1.0))
        forward = c("nose")[0] - c("left_ear")[0] / 2 - c("right_ear")[0] / 2
        words = {
            "the camera": forward[2],
            "away from the camera": -forward[2],
            "the right of the picture": forward[0],
            "the left of the picture": -forward[0],
        }
        assert c.truth.facing is None or words[c.truth.facing] > 0.04


def test_truth_of_speed_and_part_frames():
    slow, fast = (Clip("sit down", 1, dataclasses.replace(STEADY, speed=(s, s))) for s in (0.6, 1.6))
    assert (slow.part.speed, clip("sit down").part.speed, fast.part.speed) == ("slow", "normal", "fast")
    for name in EVERYTHING:
        c = clip(name)
        first, last = c.part.frames
        assert 0 <= first < last < c.sequence.num_frames
        quiet = np.concatenate([c.joints[: first + 1, 0], c.joints[:1, 0]])
        assert np.ptp(quiet, axis=0).max() < 0.06, name
