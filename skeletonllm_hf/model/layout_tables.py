"""Tables of the built-in skeleton layouts: joints with their body points, and bones, as text that `layouts.py` parses.

Joints: `knee` stands for the body point of that name, `hip_center=pelvis` for another one, `lower_back=` for none.
Bones: the joints of a chain, in their order; a comma ends a chain. A semicolon ends a group, of joints or of chains: a
group that holds `{}` is read for the left side, then for the right. The place of a joint without a body point is in
`body.DETAIL_PLACES`, or between its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator

from .body import FINGERS

HAND = ("hand_root", *(f"{finger}{joint}" for finger in FINGERS for joint in (1, 2, 3, 4)))
_FACE_RUNS = ((0, 17), (17, 22), (22, 27), (27, 31), (31, 36), (36, 42), (42, 48), (48, 60), (60, 68))
_FACE_RINGS = ((36, 41), (42, 47), (48, 59), (60, 67))


def joints_of(text: str) -> list[tuple[str, str | None]]:
    """(joint, body point or None) of a table's joints."""
    words = [word.partition("=") for group in _groups(text) for word in group.split()]
    return [(name, (point if equals else name) or None) for name, equals, point in words]


def bones_of(text: str) -> list[tuple[str, str]]:
    """Pairs of joint names of a table's bones."""
    chains = [chain.split() for group in _groups(text) for chain in group.split(",")]
    return [bone for chain in chains for bone in zip(chain, chain[1:], strict=False)]


def _groups(text: str) -> Iterator[str]:
    for group in text.split(";"):
        yield from (group.replace("{}", side) for side in (("left", "right") if "{}" in group else ("",)))


def _fingers(root: str, fingers: tuple[str, ...], joints: int, side: str = "{}_") -> str:
    """Chains from the root along each finger."""
    numbers = range(1, joints + 1)
    return ", ".join(" ".join([root, *(f"{side}{finger}{n}" for n in numbers)]) for finger in fingers)


# Parts that several layouts share. Hands of 21 and faces of 68 points, as COCO-WholeBody and Halpe order them.
_ARMS_LEGS = "{}_shoulder {}_elbow {}_wrist {}_hand; {}_hip {}_knee {}_ankle {}_foot"
_RIGHT_LEFT_ARMS = "right_shoulder right_elbow right_wrist left_shoulder left_elbow left_wrist"
_RIGHT_LEFT_LEGS = "right_hip right_knee right_ankle left_hip left_knee left_ankle"
_LEGS_ACROSS = "right_ankle right_knee right_hip left_hip left_knee left_ankle"
_ARMS_ACROSS = "right_wrist right_elbow right_shoulder left_shoulder left_elbow left_wrist"
_FEET = "{}_big_toe={}_toe {}_small_toe= {}_heel"
_FACE = " ".join(f"face_{number}=" for number in range(68))
_HANDS = " ".join(f"{{}}_{joint}=" for joint in HAND)
_COCO = "nose; {}_eye; {}_ear; {}_shoulder; {}_elbow; {}_wrist; {}_hip; {}_knee; {}_ankle"
_SMPL = (
    "pelvis; {}_hip; spine1=spine_lower; {}_knee; spine2=spine_middle; {}_ankle; spine3=spine_upper; {}_foot; neck; "
    "{}_collar; head; {}_shoulder; {}_elbow; {}_wrist"
)
_HALPE = f"{_COCO}; head=head_top neck=neck_base hip=pelvis; {{}}_big_toe={{}}_toe; {{}}_small_toe=; {{}}_heel"
_OPENPOSE_HEAD = "right_eye left_eye right_ear left_ear"

_KINECT_BONES = "shoulder_center {}_shoulder {}_elbow {}_wrist {}_hand, hip_center {}_hip {}_knee {}_ankle {}_foot"
_LIMB_BONES = "{}_shoulder {}_elbow {}_wrist, {}_hip {}_knee {}_ankle"
_BOX_BONES = "left_shoulder right_shoulder; left_hip right_hip; {}_shoulder {}_hip"
_EYE_BONES = "nose {}_eye {}_ear"
_FEET_BONES = "{}_ankle {}_heel, {}_ankle {}_big_toe {}_small_toe"
_NECK_BONES = "neck nose; neck {}_shoulder"
_COCO_BONES = f"{_EYE_BONES}; {_BOX_BONES}; {_LIMB_BONES}; {{}}_ear {{}}_shoulder"
_SMPL_BONES = (
    "pelvis spine1 spine2 spine3 neck head; "
    "pelvis {}_hip {}_knee {}_ankle {}_foot, spine3 {}_collar {}_shoulder {}_elbow {}_wrist"
)
_HALPE_BONES = f"head neck hip; neck {{}}_shoulder, hip {{}}_hip; {_EYE_BONES}; {_LIMB_BONES}; {_FEET_BONES}; head nose"
_FACE_BONES = ", ".join(
    [" ".join(f"face_{number}" for number in range(*run)) for run in _FACE_RUNS]
    + [f"face_{last} face_{first}" for first, last in _FACE_RINGS]
    + ["nose face_30"]
)
_HAND_BONES = "{}_wrist {}_hand_root, " + _fingers("{}_hand_root", FINGERS, 4)

# name -> (joints, bones)
LAYOUTS: dict[str, tuple[str, str]] = {
    # Kinect for Windows SDK 2.0, JointType; bones in the order of the released DrAction files.
    "kinect_v2": (
        f"spine_base=pelvis spine_mid=spine_middle neck head; {_ARMS_LEGS}; spine_shoulder=neck_base; {{}}_hand_tip "
        f"{{}}_thumb",
        "spine_base spine_mid spine_shoulder; neck spine_shoulder, head neck; "
        "{}_shoulder spine_shoulder, {}_elbow {}_shoulder, {}_wrist {}_elbow, {}_hand {}_wrist; "
        "{}_hip spine_base, {}_knee {}_hip, {}_ankle {}_knee, {}_foot {}_ankle; {}_hand_tip {}_thumb {}_hand",
    ),
    # Kinect for Windows SDK 1.x, JointType (NW-UCLA, UTKinect).
    "kinect_v1": (
        f"hip_center=pelvis spine=spine_lower shoulder_center=neck_base head; {_ARMS_LEGS}",
        f"hip_center spine shoulder_center head; {_KINECT_BONES}",
    ),
    # SMPL's first 22 joints, as HumanML3D stores them.
    "smpl_22": (
        _SMPL,
        "pelvis {}_hip; pelvis spine1; {}_hip {}_knee; spine1 spine2; {}_knee {}_ankle; spine2 spine3; {}_ankle "
        "{}_foot; spine3 neck; spine3 {}_collar; neck head; {}_collar {}_shoulder; {}_shoulder {}_elbow; {}_elbow "
        "{}_wrist",
    ),
    # COCO keypoints (cocodataset.org/#keypoints-2017).
    "coco_17": (
        _COCO,
        "{}_ankle {}_knee {}_hip; left_hip right_hip; {}_shoulder {}_hip; left_shoulder right_shoulder; {}_shoulder "
        "{}_elbow; {}_elbow {}_wrist; left_eye right_eye; nose {}_eye; {}_eye {}_ear; {}_ear {}_shoulder",
    ),
    # MSR-Action3D: Kinect v1's joints in the dataset's own order.
    "msr_action3d": (
        "{}_shoulder; shoulder_center=neck_base spine=spine_lower; {}_hip; hip_center=pelvis; {}_elbow; {}_wrist; "
        "{}_hand; {}_knee; {}_ankle; {}_foot; head",
        f"hip_center spine shoulder_center head; {_KINECT_BONES}",
    ),
    # SBU Kinect Interaction: OpenNI's joints; its "foot" is the end of the shin, its "hand" the end of the forearm.
    "sbu_15": (
        "head neck=neck_base torso=spine_middle; {}_shoulder {}_elbow {}_hand={}_wrist; {}_hip {}_knee "
        "{}_foot={}_ankle",
        "head neck torso; neck {}_shoulder {}_elbow {}_hand, torso {}_hip {}_knee {}_foot; left_hip right_hip",
    ),
    # SMPL's 24 joints, and SMPL-H's 52 (body, then 15 finger joints a hand).
    "smpl_24": (f"{_SMPL}; {{}}_hand", f"{_SMPL_BONES}; {{}}_wrist {{}}_hand"),
    "smplh_52": (
        f"{_SMPL}; " + " ".join(f"{{}}_{finger}{joint}=" for finger in sorted(FINGERS) for joint in (1, 2, 3)),
        f"{_SMPL_BONES}; " + _fingers("{}_wrist", tuple(sorted(FINGERS)), 3),
    ),
    # Human3.6M's 17 joints, in the order of VideoPose3D and its followers.
    "h36m_17": (
        f"pelvis {_RIGHT_LEFT_LEGS} spine=spine_middle thorax=neck_base nose head=head_top; {{}}_shoulder {{}}_elbow "
        f"{{}}_wrist",
        "pelvis spine thorax nose head; thorax {}_shoulder {}_elbow {}_wrist, pelvis {}_hip {}_knee {}_ankle",
    ),
    # OpenPose BODY_25 and COCO-18 (its 01_body_25 and 00 output formats); the neck is the middle of the shoulders.
    "openpose_25": (
        f"nose neck=neck_base {_RIGHT_LEFT_ARMS} mid_hip=pelvis {_RIGHT_LEFT_LEGS} {_OPENPOSE_HEAD}; {_FEET}",
        f"{_NECK_BONES}; neck mid_hip; mid_hip {{}}_hip; {_EYE_BONES}; {_LIMB_BONES}; {_FEET_BONES}",
    ),
    "openpose_18": (
        f"nose neck=neck_base {_RIGHT_LEFT_ARMS} {_RIGHT_LEFT_LEGS} {_OPENPOSE_HEAD}",
        f"{_NECK_BONES}; neck {{}}_hip; {_EYE_BONES}; {_LIMB_BONES}",
    ),
    # MediaPipe Pose / BlazePose.
    "mediapipe_33": (
        "nose; {}_eye_inner {}_eye {}_eye_outer; {}_ear; mouth_left=left_mouth mouth_right=right_mouth; {}_shoulder; "
        "{}_elbow; {}_wrist; {}_pinky; {}_index={}_index_finger; {}_thumb; {}_hip; {}_knee; {}_ankle; {}_heel; "
        "{}_foot_index={}_toe",
        "nose {}_eye_inner {}_eye {}_eye_outer {}_ear, {}_wrist {}_thumb, {}_wrist {}_pinky {}_index, {}_wrist "
        "{}_index, {}_ankle {}_heel {}_foot_index, {}_ankle {}_foot_index; "
        f"mouth_left mouth_right; {_BOX_BONES}; {_LIMB_BONES}",
    ),
    # AlphaPose's Halpe, body alone and whole.
    "halpe_26": (_HALPE, _HALPE_BONES),
    "halpe_136": (f"{_HALPE}; {_FACE}; {_HANDS}", f"{_HALPE_BONES}; {_FACE_BONES}; {_HAND_BONES}"),
    "coco_wholebody_133": (
        f"{_COCO}; {_FEET}; {_FACE}; {_HANDS}",
        f"{_COCO_BONES}; {_FEET_BONES}; {_FACE_BONES}; {_HAND_BONES}",
    ),
    # Penn Action's annotations. Its authors call the first joint of each pair "left", but it is the person's right: of 99 people
    # who do jumping jacks towards the camera it lies on the picture's left in all, and it throws and strikes in three of four clips.
    "penn_13": (
        "head right_shoulder left_shoulder right_elbow left_elbow right_wrist left_wrist right_hip left_hip "
        "right_knee left_knee right_ankle left_ankle",
        f"head {{}}_shoulder; {_BOX_BONES}; {_LIMB_BONES}",
    ),
    # DeepMimic's reference motions.
    "deepmimic_15": (
        "root=pelvis chest=spine_middle neck right_hip right_knee right_ankle right_shoulder right_elbow right_wrist "
        "left_hip left_knee left_ankle left_shoulder left_elbow left_wrist",
        "root chest neck; root {}_hip {}_knee {}_ankle, chest {}_shoulder {}_elbow {}_wrist",
    ),
    # KIT-ML's 21 joints (MMM's BP, BT, BLN, BUN, ...), as HumanML3D's authors process them: the first side is the right one.
    "kit_21": (
        f"root=pelvis spine=spine_middle thorax=spine_upper neck head {_RIGHT_LEFT_ARMS} right_hip right_knee "
        f"right_ankle right_foot "
        "right_toe left_hip left_knee left_ankle left_foot left_toe",
        "root spine thorax neck head; neck {}_shoulder {}_elbow {}_wrist, root {}_hip {}_knee {}_ankle {}_foot {}_toe",
    ),
    # MPII Human Pose and Leeds Sports Pose: legs from the right ankle up and down to the left one, arms likewise.
    "mpii_16": (
        f"{_LEGS_ACROSS} pelvis thorax=neck_base upper_neck=neck head_top {_ARMS_ACROSS}",
        f"pelvis thorax upper_neck head_top; thorax {{}}_shoulder, pelvis {{}}_hip; {_LIMB_BONES}",
    ),
    "lsp_14": (
        f"{_LEGS_ACROSS} {_ARMS_ACROSS} neck head_top",
        f"neck head_top; neck {{}}_shoulder, neck {{}}_hip; {_LIMB_BONES}",
    ),
    # OpenPose MPI: its head is the top of the head.
    "openpose_mpi_15": (
        f"head=head_top neck=neck_base {_RIGHT_LEFT_ARMS} {_RIGHT_LEFT_LEGS} chest=spine_middle",
        f"head neck chest; neck {{}}_shoulder, chest {{}}_hip; {_LIMB_BONES}",
    ),
    # Azure Kinect Body Tracking SDK (k4abt_joint_id_t).
    "azure_kinect_32": (
        "pelvis spine_navel=spine_lower spine_chest=spine_upper neck; {}_clavicle={}_collar {}_shoulder {}_elbow "
        "{}_wrist {}_hand {}_handtip={}_hand_tip {}_thumb; {}_hip {}_knee {}_ankle {}_foot; head nose; {}_eye {}_ear",
        "pelvis spine_navel spine_chest neck head nose; spine_chest {}_clavicle {}_shoulder {}_elbow {}_wrist {}_hand "
        "{}_handtip, {}_wrist {}_thumb, pelvis {}_hip {}_knee {}_ankle {}_foot, nose {}_eye {}_ear",
    ),
    # Human3.6M's raw 32 joints: several lie on others (the ends that its BVH skeleton has for fingers and toes).
    "h36m_32": (
        "pelvis right_hip right_knee right_ankle right_toe_base=right_foot right_toe left_hip left_knee left_ankle "
        "left_toe_base=left_foot left_toe spine_base= spine=spine_middle neck=neck_base nose head_top; {}_clavicle= "
        "{}_shoulder {}_elbow {}_wrist {}_thumb_base= {}_thumb {}_wrist_end= {}_hand_tip",
        "pelvis spine_base spine neck nose head_top; pelvis {}_hip {}_knee {}_ankle {}_toe_base {}_toe, "
        "neck {}_clavicle {}_shoulder {}_elbow {}_wrist {}_thumb_base {}_thumb, {}_wrist {}_wrist_end {}_hand_tip",
    ),
    # CMU's 38 joints (motion prediction benchmarks): the ASF skeleton with its ends.
    "cmu_38": (
        "root=pelvis; {}_hip_joint= {}_hip {}_knee {}_ankle {}_foot {}_toe; lower_back= spine=spine_lower "
        "spine1=spine_upper neck=neck_base neck1=neck head head_top; {}_clavicle= {}_shoulder {}_elbow {}_wrist "
        "{}_hand {}_fingers= {}_hand_tip {}_thumb_base= {}_thumb",
        "root lower_back spine spine1 neck neck1 head head_top; root {}_hip_joint {}_hip {}_knee {}_ankle {}_foot "
        "{}_toe, spine1 {}_clavicle {}_shoulder {}_elbow {}_wrist {}_hand {}_fingers {}_hand_tip, {}_wrist "
        "{}_thumb_base {}_thumb",
    ),
    # One hand of 21 points (MediaPipe Hands, OpenPose, FreiHAND): which hand it is, the file has to tell.
    "hand_21": (" ".join(f"{joint}=" for joint in HAND), _fingers("hand_root", FINGERS, 4, side="")),
}
