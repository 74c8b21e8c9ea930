"""Layouts: the registry, layouts of one's own, joint names of common rigs, places on the body from the graph."""

import json

import numpy as np
import pytest
from rendering import DOG

from skeletonllm_hf.model import layouts
from skeletonllm_hf.model.body import BODY_POINTS
from skeletonllm_hf.model.joint_names import body_points, split_side
from skeletonllm_hf.model.layouts import (
    MAX_JOINTS,
    SkeletonLayout,
    get_layout,
    layout_names,
    layouts_with,
    neighbours,
    register_layout,
)
from skeletonllm_hf.model.topology import hops, place_on_body

# joints, and pairs of names that must be known, of the layouts the specification asks for
SIZES = {"kinect_v2": 25, "kinect_v1": 20, "smpl_22": 22, "coco_17": 17}


@pytest.mark.parametrize("name", layout_names())
def test_registered_layouts_are_whole(name):
    layout = get_layout(name)
    assert layout.name == name and get_layout(layout) is layout
    rest = layout.rest_joints
    assert rest.shape == (layout.num_joints, 3) and rest.dtype == np.float32 and np.isfinite(rest).all()
    near = neighbours(layout.num_joints, layout.bones)
    assert all(near), "every joint has a bone"
    same = [(layout.joints[a], layout.joints[b]) for a, b in layout.bones if np.allclose(rest[a], rest[b])]
    assert same in ([], [("nose", "face_30")])  # the body's nose and the face's are one point
    # a mirrored body: left at positive x, its twin across
    if name == "hand_21":  # one hand, of a side that only the file knows
        assert layout.pairs == () and {split_side(name)[0] for name in layout.joints} == {None}
        return
    assert layout.pairs and len({joint for pair in layout.pairs for joint in pair}) == 2 * len(layout.pairs)
    for left, right in layout.pairs:
        np.testing.assert_allclose(rest[left] * [-1, 1, 1], rest[right], atol=1e-5)
        assert rest[left, 0] > 0
    assert {split_side(name)[0] for name in layout.joints} == {"left", "right", None}
    sides = [tuple(name for name in layout.joints if side in name.split("_")) for side in ("left", "right")]
    paired = {layout.joints[joint] for pair in layout.pairs for joint in pair if "face" not in layout.joints[joint]}
    assert paired == {*sides[0], *sides[1]}, "every joint of a side has its twin"
    swap = layout.swap_sides()
    assert np.array_equal(swap[swap], np.arange(layout.num_joints)) and (swap != np.arange(len(swap))).sum() == 2 * len(
        layout.pairs
    )
    assert SkeletonLayout.from_dict(json.loads(json.dumps(layout.to_dict()))) == layout


def test_the_layouts_asked_for():
    assert {name: get_layout(name).num_joints for name in SIZES} == SIZES
    assert get_layout("coco_17") in layouts_with(17) and layouts_with(3) == []
    kinect = get_layout("kinect_v2")
    # the specification's bones, 1-based, in file order: rows of the released weights depend on it
    bones = "1-2 2-21 3-21 4-3 5-21 6-5 7-6 8-7 9-21 10-9 11-10 12-11 13-1 14-13 15-14 16-15 17-1 18-17 19-18 20-19 22-23 23-8 24-25 25-12"
    assert [f"{a + 1}-{b + 1}" for a, b in kinect.bones] == bones.split()
    assert kinect.index("left_knee") == 13 and kinect.index("pelvis") == 0
    with pytest.raises(KeyError, match=r"no joint 'tail'.*spine_base"):
        kinect.index("tail")


def test_the_registry(monkeypatch):
    monkeypatch.setattr(layouts, "_REGISTRY", dict(layouts._REGISTRY))  # other tests see only what is built in
    layout = SkeletonLayout("tests_own", ("a", "b"), ((0, 1),))
    assert register_layout(layout) is layout and get_layout("tests_own") is layout and "tests_own" in layout_names()
    register_layout(SkeletonLayout("tests_own", ["a", "b"], [[0, 1]]))  # the same again
    with pytest.raises(ValueError, match="'tests_own' is already registered with 2 joints"):
        register_layout(SkeletonLayout("tests_own", ("a", "c"), ((0, 1),)))
    with pytest.raises(ValueError, match=r"unknown layout 'tests_other'; known: kinect_v2.*JSON"):
        get_layout("tests_other")
    with pytest.raises(TypeError, match="got NoneType"):
        get_layout(None)


def test_lists_and_arrays_make_the_same_layout():
    layout = SkeletonLayout("x", ("a", "b"), ((0, 1),), rest=((0.0, 0.0, 0.0), (0.0, 1.0, 0.0)))
    same = SkeletonLayout("x", ["a", "b"], np.array([[0, 1]]), rest=np.array([[0, 0, 0], [0, 1, 0]]))
    assert layout == same and hash(layout) == hash(same) and json.dumps(same.to_dict())


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"joints": []}, "1 to 1024 joints, got 0"),
        ({"joints": [f"j{n}" for n in range(MAX_JOINTS + 1)]}, "got 1025"),
        ({"joints": ["a", "a", "b"]}, r"joint names repeat: \['a'\]"),
        ({"joints": ["a", "b", ""]}, "non-empty strings"),
        ({"joints": ["a", "b", 3]}, "non-empty strings"),
        ({"joints": "abc"}, "joints must be a list of names, got str"),
        ({"joints": None}, "joints must be a list of names, got NoneType"),
        ({"bones": [["a", "d"]]}, r"bones name unknown joints \['d'\]"),
        ({"bones": [[0, 3]]}, r"bones must join two joints numbered 0 to 2, got \(0, 3\)"),
        ({"bones": [[-1, 0]]}, r"bones must join two joints numbered 0 to 2, got \(-1, 0\)"),
        ({"bones": [[1, 1]]}, "bones must join two joints"),
        ({"bones": [[0, 1.5]]}, "bones must join two joints"),
        ({"bones": [[0, 1, 2]]}, "bones must be a list of pairs"),
        ({"bones": "ab"}, "bones must be a list of pairs"),
        ({"bones": None}, "bones must be a list of pairs"),
        ({"pairs": [["a", "z"]]}, r"pairs name unknown joints \['z'\]"),
        ({"body": ["pelvis", "head"]}, "expected 3 body points, got 2"),
        ({"body": ["pelvis", "head", "tail"]}, r"unknown body points \['tail'\]"),
        ({"body": {"d": "head"}}, r"body names unknown joints \['d'\]"),
        ({"rest": [[0, 0, 0], [0, 1, 0]]}, r"rest must be \(3, 3\)"),
        ({"rest": [0, 1, 2]}, "rest must be a list of lists"),
        ({"rest": [[0, 0, 0], [0, 1, 0], [0, float("nan"), 0]]}, "rest must hold finite numbers"),
        ({"rest": [[0, 0, 0], [0, 1, 0], [0, "1", 0]]}, "rest must hold finite numbers"),
        ({"colour": "red"}, r"no \['colour'\]"),
    ],
)
def test_layouts_that_make_no_sense_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        SkeletonLayout.from_dict({"name": "mine", "joints": ["a", "b", "c"], "bones": [[0, 1]], **changes})


def test_a_layout_needs_its_parts():
    with pytest.raises(ValueError, match=r"needs \['bones'\]; it has \['joints', 'name'\]"):
        SkeletonLayout.from_dict({"name": "mine", "joints": ["a"]})
    with pytest.raises(ValueError, match="got list"):
        SkeletonLayout.from_dict([1, 2])


def test_body_points_by_joint_name():
    layout = SkeletonLayout.from_dict(
        {"name": "mine", "joints": ["top", "mid"], "bones": [[0, 1]], "body": {"top": "head", "mid": "pelvis"}}
    )
    assert layout.body == ("head", "pelvis")
    np.testing.assert_allclose(layout.rest_joints[0], BODY_POINTS["head"], rtol=1e-6)


ARM_LEG = {
    f"{side}_{point}" for side in ("left", "right") for point in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
}


@pytest.mark.parametrize(
    "names, some, none",
    [
        (  # Mixamo
            "Hips Spine Spine1 Spine2 Neck Head HeadTop_End {Left,Right}Shoulder {Left,Right}Arm {Left,Right}ForeArm "
            "{Left,Right}Hand {Left,Right}HandThumb1 {Left,Right}HandIndex1 {Left,Right}UpLeg {Left,Right}Leg "
            "{Left,Right}Foot {Left,Right}ToeBase",
            {"Hips": "pelvis", "LeftShoulder": "left_collar", "LeftArm": "left_shoulder", "RightForeArm": "right_elbow",
             "RightHand": "right_wrist", "LeftUpLeg": "left_hip", "LeftLeg": "left_knee", "LeftFoot": "left_ankle",
             "RightToeBase": "right_toe", "HeadTop_End": "head_top", "LeftHandThumb1": "left_thumb",
             "Spine": "spine_lower", "Spine1": "spine_middle", "Spine2": "spine_upper"},
            [],
        ),
        (  # CMU's motions as BVH
            "Hips {L,R}HipJoint {Left,Right}UpLeg {Left,Right}Leg {Left,Right}Foot {Left,Right}ToeBase LowerBack Spine Spine1 "
            "Neck Neck1 Head {Left,Right}Shoulder {Left,Right}Arm {Left,Right}ForeArm {Left,Right}Hand "
            "{Left,Right}FingerBase {L,R}Thumb",
            {"Hips": "pelvis", "LeftUpLeg": "left_hip", "RightLeg": "right_knee", "LeftHand": "left_wrist", "LThumb": "left_thumb",
             "RightShoulder": "right_collar", "LowerBack": "spine_lower"},
            ["LHipJoint", "RHipJoint", "LeftFingerBase"],
        ),
        (  # Bandai-Namco
            "joint_Root Hips Spine Chest Neck Head Shoulder_{L,R} UpperArm_{L,R} LowerArm_{L,R} Hand_{L,R} UpperLeg_{L,R} "
            "LowerLeg_{L,R} Foot_{L,R} Toes_{L,R}",
            {"Hips": "pelvis", "Shoulder_L": "left_collar", "UpperArm_L": "left_shoulder", "LowerArm_R": "right_elbow",
             "Hand_L": "left_wrist", "UpperLeg_R": "right_hip", "LowerLeg_L": "left_knee", "Toes_R": "right_toe"},
            ["joint_Root"],
        ),
        (  # Unreal's mannequin
            "root pelvis spine_01 spine_02 spine_03 neck_01 head clavicle_{l,r} upperarm_{l,r} lowerarm_{l,r} hand_{l,r} "
            "thumb_01_{l,r} index_01_{l,r} thigh_{l,r} calf_{l,r} foot_{l,r} ball_{l,r}",
            {"pelvis": "pelvis", "spine_03": "spine_upper", "neck_01": "neck", "clavicle_r": "right_collar",
             "upperarm_l": "left_shoulder", "calf_r": "right_knee", "ball_l": "left_toe", "index_01_l": "left_index_finger"},
            ["root"],
        ),
        (  # 3ds Max Biped
            "Bip01 Bip01_Pelvis Bip01_Spine Bip01_Neck Bip01_Head Bip01_{L,R}_Clavicle Bip01_{L,R}_UpperArm "
            "Bip01_{L,R}_Forearm Bip01_{L,R}_Hand Bip01_{L,R}_Thigh Bip01_{L,R}_Calf Bip01_{L,R}_Foot Bip01_{L,R}_Toe0",
            {"Bip01_Pelvis": "pelvis", "Bip01_L_Clavicle": "left_collar", "Bip01_R_Toe0": "right_toe"},
            ["Bip01"],
        ),
        (  # joints named as such
            "pelvis head {left,right}_shoulder {left,right}_elbow {left,right}_wrist {left,right}_hip {left,right}_knee {left,right}_ankle",
            {"left_shoulder": "left_shoulder", "right_wrist": "right_wrist"},
            [],
        ),
    ],
    ids=["mixamo", "cmu", "bandai", "unreal", "biped", "plain"],
)  # fmt: skip
def test_names_of_common_rigs(names, some, none):
    expanded = []
    for word in names.split():
        if "{" in word:
            before, sides, after = word.replace("}", "{").split("{")
            expanded += [before + side + after for side in sides.split(",")]
        else:
            expanded.append(word)
    for prefix in ("", "mixamorig:", "Armature|"):
        points = dict(zip(expanded, body_points([prefix + name for name in expanded]), strict=True))
        assert ARM_LEG | {"pelvis", "head"} <= set(points.values())
        assert {name: points[name] for name in some} == some
        assert [points[name] for name in none] == [None] * len(none)
        known = [point for point in points.values() if point]
        assert len(known) == len(set(known))


def test_a_dog_from_json():
    dog = SkeletonLayout.from_dict(json.loads(json.dumps(DOG)))
    assert len(dog.pairs) == 6 and dog.body[dog.index("head")] == "head"
    rest = dog.rest_joints
    assert np.isfinite(rest).all() and len(np.unique(rest.round(3), axis=0)) == len(
        rest
    )  # every joint a place of its own
    assert (rest[[left for left, _ in dog.pairs], 0] > 0.05).all() and (
        rest[[right for _, right in dog.pairs], 0] < -0.05
    ).all()
    assert np.abs(rest[:, 0]).max() < 1 and rest[:, 1].min() > 0 and rest[:, 1].max() < 2


def test_between_known_joints_the_rest_is_spread_evenly():
    known = np.full((5, 3), np.nan)
    known[0], known[4] = (0, 0, 0), (0, 4, 8)
    chain = [(0, 1), (1, 2), (2, 3), (3, 4)]
    np.testing.assert_allclose(place_on_body(known, chain), [[0, n, 2 * n] for n in range(5)], atol=1e-9)
    assert np.isnan(known[1:4]).all()  # the caller's array is left alone


def test_hanging_chains_continue_outwards_and_loose_parts_stand_in_the_middle():
    known = np.full((6, 3), np.nan)
    known[0], known[1] = (-1, 0, 0), (1, 0, 0)
    places = place_on_body(known, [(0, 1), (1, 2), (2, 3), (4, 5)])
    assert places[3, 0] > places[2, 0] > places[1, 0]
    np.testing.assert_allclose(places[4:], 0, atol=1e-9)
    ring = np.full((4, 3), np.nan)  # unknown joints that hang together in a ring, on one known joint
    ring[0] = (0, 1, 0)
    assert np.isfinite(place_on_body(ring, [(0, 1), (1, 2), (2, 3), (3, 1)])).all()


def test_a_body_known_by_its_graph_alone():
    """A trunk with head, arms and legs whose joints have no names: branches go to limbs, pairs to their sides."""
    bones = [(0, 1), (1, 2), (0, 3), (3, 4), (4, 5), (0, 6), (6, 7), (7, 8), (0, 9), (9, 10), (10, 11), (11, 12)]
    bones += [(0, 13), (13, 14), (14, 15), (15, 16)]
    layout = SkeletonLayout("blob", tuple(f"p{n}" for n in range(17)), tuple(bones), pairs=((5, 8), (12, 16)))
    rest = layout.rest_joints
    assert np.isfinite(rest).all()
    assert rest[2, 1] > rest[0, 1]  # the shortest branch is the head
    assert rest[5, 0] > 0.5 > -0.5 > rest[8, 0]  # arms reach out to their sides
    assert rest[12, 0] > 0 > rest[16, 0] and rest[[12, 16], 1].max() < 0.2  # the longest branches stand on the ground
    swapped = SkeletonLayout("blob2", layout.joints, layout.bones, pairs=((8, 5), (16, 12))).rest_joints
    assert swapped[5, 0] < 0 < swapped[8, 0] and swapped[12, 0] < 0 < swapped[16, 0]


@pytest.mark.parametrize(
    "joints, bones", [(1, []), (2, []), (3, [(0, 1), (1, 2), (2, 0)]), (40, [(0, n) for n in range(1, 40)])]
)
def test_odd_graphs_have_finite_places(joints, bones):
    rest = SkeletonLayout("odd", tuple(f"q{n}" for n in range(joints)), tuple(bones)).rest_joints
    assert rest.shape == (joints, 3) and np.isfinite(rest).all()


def test_hops():
    near = neighbours(5, [(0, 1), (1, 2), (3, 4)])
    assert near == [[1], [0, 2], [1], [4], [3]]
    assert hops([0], near).tolist() == [0, 1, 2, -1, -1] and hops([0, 3], near).tolist() == [0, 1, 2, 0, 1]
