"""Joint names: the tables of benchmarks/names.py, single rules, layouts and maps of names."""

import importlib.util
import json
from pathlib import Path

import pytest

from skeletonllm_hf.model.joint_names import body_points, is_helper, split_side
from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.readers import SkeletonFileError
from skeletonllm_hf.readers.rules.named_layouts import (
    body_rows,
    kept_parents,
    layout_from_names,
    missing_parts,
    points_of,
    read_joint_map,
)


@pytest.fixture(scope="module")
def table():
    path = Path(__file__).parents[1] / "benchmarks" / "names.py"
    spec = importlib.util.spec_from_file_location("benchmark_names", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_rigs_are_understood(table):
    results = table.rig_results()
    assert len(results) >= 40
    assert {rig: wrong for rig, (good, count, wrong) in results.items() if good < 0.95 * count} == {}


def test_marker_labels_are_no_false_friends(table):
    tried, wrong = table.false_friends()
    assert tried >= 200 and wrong == []


@pytest.mark.parametrize(
    ("name", "side", "words"),
    [
        ("mixamorig1:LeftUpLeg", "left", "upper_leg"), ("rshoulder", "right", "shoulder"), ("lShldr", "left", "shoulder"),
        ("J_Bip_R_LowerLeg", "right", "shin"), ("upper_arm.L", "left", "upper_arm"), ("mHipLeft", "left", "hip"),
        ("左ひじ", "left", "elbow"), ("右股関節", "right", "hip"), ("Bip001 L UpperArm", "left", "upper_arm"), ("Elbow (R)", "right", "elbow"), ("LUArm", "left", "upper_arm"),
        ("l_larm", "left", "lower_arm"), ("rear", None, "back"), ("lamp", None, "lamp"), ("spine.001", None, "spine_1"),
        ("Character1_Spine2", None, "spine_2"), ("jL5S1", None, "spine_lower"),
    ],
)  # fmt: skip
def test_sides_and_words(name, side, words):
    assert split_side(name) == (side, words)


def test_what_one_name_leaves_open_the_others_decide():
    assert body_points(["LeftShoulder", "LeftArm", "LeftForeArm"])[:2] == ("left_collar", "left_shoulder")
    assert body_points(["LeftShoulder", "LeftElbow"]) == ("left_shoulder", "left_elbow")
    assert body_points(["LeftLeg", "LeftKnee"]) == ("left_hip", "left_knee")
    assert body_points(["LeftThigh", "LeftLeg"]) == ("left_hip", "left_knee")
    assert body_points(["root", "Hips"]) == (None, "pelvis") and body_points(["root", "spine"])[0] == "pelvis"
    assert body_points(["waist", "torso"])[0] == "pelvis" and body_points(["hips", "waist"])[1] == "spine_lower"


def test_the_tree_orders_the_trunk_and_finds_the_pelvis():
    makehuman = ("root", "spine05", "spine04", "spine03", "spine02", "spine01", "neck01", "head")
    assert body_points(makehuman, range(-1, 7))[1:6] == ("spine_lower", None, "spine_middle", None, "spine_upper")
    names = ("spine", "spine.001", "spine.004", "shoulder.L", "thigh.L", "thigh.R")
    assert body_points(names, (-1, 0, 1, 2, 0, 0))[:2] == ("pelvis", "spine_lower")


@pytest.mark.parametrize(
    "name", ["ik_foot_l", "Sword", "thigh_twist_01_l", "LeftForeArmRoll", "Reference", "root", "Camera01", "左足ＩＫ"]
)
def test_helpers(name):
    assert is_helper(name)


@pytest.mark.parametrize(
    "name", ["left_hand_root", "LeftHandRing1", "node1", "special000", "tail1", "joint_3", "LeftHand"]
)
def test_no_helpers(name):
    assert not is_helper(name)


BODY = ["Hips", "Head"] + [
    f"{side}{part}" for side in ("Left", "Right") for part in ("UpLeg", "Leg", "Foot", "Arm", "ForeArm", "Hand")
]


def test_helper_nodes_are_left_out():
    names = ["Reference", *BODY, "Glove", "Sword", "Blade"]
    names.insert(names.index("LeftHand"), "LeftForeArmRoll")
    number = {name: row for row, name in enumerate(names)}
    above = {
        "Hips": "Reference",
        "Head": "Hips",
        "Sword": "Reference",
        "Blade": "Sword",
        "LeftForeArmRoll": "LeftForeArm",
    }
    above |= {"LeftHand": "LeftForeArmRoll", "Glove": "LeftHand"}
    parents = [-1 if name == "Reference" else number[above.get(name, "Hips")] for name in names]
    kept, helpers = body_rows(names, parents)
    left = [names[row] for row in kept]
    assert set(names) - set(left) == {"Reference", "Sword", "Blade", "LeftForeArmRoll"} and "Glove" in left
    assert helpers == ["LeftForeArmRoll", "Sword"]
    hand = kept_parents(kept, parents)[left.index("LeftHand")]
    assert left[hand] == "LeftForeArm"  # the twist bone between them is bridged
    rows, helpers = body_rows([*BODY, "Camera", "Prop1"], None)
    assert len(rows) == len(BODY) and helpers == ["Camera", "Prop1"]
    assert body_rows(["root", "Head", "tail", "Camera"], None)[0] == [0, 1, 2, 3]  # no person: everything stays


def test_missing_parts():
    assert missing_parts(body_points(BODY)) == []
    assert missing_parts(body_points([name for name in BODY if "Arm" not in name and "Hand" not in name])) == [
        "left arm",
        "right arm",
    ]
    assert missing_parts(()) == ["hips", "left leg", "right leg", "left arm", "right arm", "head"]


def test_layouts_from_names():
    kinect = get_layout("kinect_v2")
    camel = tuple("".join(word.capitalize() for word in reversed(joint.split("_", 1))) if joint.startswith(("left", "right")) else joint
                  for joint in kinect.joints)  # fmt: skip
    assert layout_from_names("csv", camel) is kinect
    layout = layout_from_names("csv", tuple(BODY))
    bones = {frozenset((layout.joints[a], layout.joints[b])) for a, b in layout.bones}
    assert {frozenset(("LeftUpLeg", "LeftLeg")), frozenset(("RightForeArm", "RightHand"))} <= bones
    assert layout_from_names("csv", ("a", "b", "c", "d")) is None


def test_a_joint_map_says_what_names_do_not_tell(tmp_path):
    path = tmp_path / "map.txt"
    path.write_text("# mine\nP1 = pelvis\nlong name: 2 = left elbow\n\nrod = -\nA = LeftKnee\n")
    given = read_joint_map(path)
    assert given == (("P1", "pelvis"), ("long name: 2", "left_elbow"), ("rod", None), ("A", "left_knee"))
    path.write_text(json.dumps({"P1": "pelvis", "rod": None}))
    assert (
        read_joint_map(str(path)) == read_joint_map({"P1": "pelvis", "rod": None}) == (("P1", "pelvis"), ("rod", None))
    )
    assert points_of(["P1", "Hips", "LeftHand"], None, (("P1", "pelvis"),)) == ("pelvis", None, "left_wrist")
    assert points_of(["Hips", "LeftHand"], None, (("P1", "pelvis"),)) == ("pelvis", "left_wrist")  # of another file
    assert body_rows([*BODY, "rod"], None, (("rod", None),)) == (list(range(len(BODY))), [])
    assert read_joint_map(None) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pelvis", r"line 1: expected `joint name = body point`, found 'pelvis'"),
        ("a = nowhere", r"'a': expected one of head, .*got 'nowhere'"),
        ("a = head\nb = head", r"each body point once, got 'head' again for 'b'"),
        ("{", "a joint map as JSON"),
        ('{"a": 3}', "names and body points as text"),
    ],
)
def test_a_wrong_joint_map(tmp_path, text, message):
    path = tmp_path / "map.txt"
    path.write_text(text)
    with pytest.raises(SkeletonFileError, match=message):
        read_joint_map(path)
