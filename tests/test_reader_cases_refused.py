"""The public samples under shared/cases/readers/refused: each is read at its right value, or refused with the way out."""

import os
from pathlib import Path

import numpy as np
import pytest

from skeletonllm_hf.readers import SkeletonFileError, load_skeleton

CASES = (
    Path(os.environ.get("SKELETONLLM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    / "cases"
    / "readers"
    / "refused"
)
WORKS = CASES.parent / "works"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"no cases at {CASES}")

# file: (format, layout's beginning, frames, frames a second, dims)
READ = {
    "V_C_T_25_3_90.npy": ("numpy", "kinect_v2", 90, 30, 3),
    "amass_stageii.npz": ("amass", "smpl_22", 60, 120, 3),
    "azure_T_32_3.npy": ("numpy", "azure_kinect_32", 90, 30, 3),
    "azure_kinect.json": ("azure_kinect", "azure_kinect_32", 90, 30, 3),
    "blazepose_tfjs.json": ("tfjs_pose", "mediapipe_33", 30, 30, 3),
    "ctrgcn_3_64_25_1.npy": ("numpy", "kinect_v2", 64, 30, 3),
    "ctrgcn_3_64_25_2.npy": ("numpy", "kinect_v2", 64, 30, 3),
    "ctrgcn_NTU60_CS.npz": ("ctrgcn", "kinect_v2", 90, 30, 3),
    "comma_decimals.bvh": ("bvh", "bvh_26", 90, 30, 3),
    "cr_only.bvh": ("bvh", "bvh_26", 90, 30, 3),
    "dlc_multi.csv": ("deeplabcut", "coco_17", 90, 30, 2),
    "easymocap_keypoints3d": ("easymocap", "openpose_25", 90, 30, 3),
    "evenflow_tracks.csv": ("csv", "csv_24", 90, 15, 3),
    "h36m_T_32_3.npy": ("numpy", "h36m_32", 90, 30, 3),
    "kinetics_skeleton.json": ("kinetics_skeleton", "openpose_18", 90, 30, 2),
    "kit_T_21_3.npy": ("numpy", "kit_21", 60, 30, 3),
    "lsp_T_14_2.npy": ("numpy", "lsp_14", 90, 30, 2),
    "mdm_1_22_3_T.npy": ("numpy", "smpl_22", 60, 20, 3),
    "mdm_22_3_T.npy": ("numpy", "smpl_22", 60, 20, 3),
    "mediapipe_coords.csv": ("numbered_table", "mediapipe_33", 90, 30, 3),
    "mediapipe_long_ids.csv": ("csv", "mediapipe_33", 30, 30, 3),
    "motiongpt_1_T_22_3.npy": ("numpy", "smpl_22", 60, 20, 3),
    "motiongpt_1_T_22_3_T40.npy": ("numpy", "smpl_22", 40, 20, 3),
    "motive_markers.csv": ("motive", "motive_21", 90, 120, 3),
    "movenet_tfjs.json": ("tfjs_pose", "coco_17", 90, 30, 2),
    "mpii_T_16_2.npy": ("numpy", "mpii_16", 90, 30, 2),
    "openpose_mpi15": ("openpose", "openpose_mpi_15", 30, 30, 2),
    "pose2sim_balancing.trc": ("trc", "trc_21", 120, 60, 3),
    "pyskl_keypoint_1_T_17_2_T30.npy": ("numpy", "coco_17", 30, 30, 2),
    "pyskl_keypoint_1_T_17_2_T90.npy": ("numpy", "coco_17", 90, 30, 2),
    "pyskl_keypoint_2_T_17_2_T90.npy": ("numpy", "coco_17", 90, 30, 2),
    "qualisys.tsv": ("qualisys", "markers_35", 90, 200, 3),
    "stgcn_3_T_25.npy": ("numpy", "kinect_v2", 90, 30, 3),
    "stgcn_C_T_V_M.npy": ("numpy", "kinect_v2", 90, 30, 3),
    "stgcn_N_C_T_V_M.npy": ("numpy", "kinect_v2", 90, 30, 3),
    "t2m_B_T_22_3.npy": ("numpy", "smpl_22", 40, 20, 3),
    "vicon_nexus.csv": ("vicon_nexus", "markers_35", 90, 100, 3),
    "yolo_pose.json": ("yolo_pose", "coco_17", 90, 30, 2),
}  # fmt: skip
NO_WAVE = {"amass_stageii.npz"}  # a T-pose that stands still


def upright_and_waving(clip, waves=True):
    """A person of about 1.7 m who stands, the right hand rising above the head, the left hand low; right is on the right."""
    body = clip.canonical()
    at = {point: body.joints[:, :, joint] for joint, point in enumerate(body.layout.body) if point}
    seen = body.mask[:, 0].any(1)
    head = next(at[point] for point in ("nose", "head", "left_eye", "head_top") if point in at)[seen, 0]
    left, right = (at[f"{side}_wrist"][seen, 0] for side in ("left", "right"))
    feet = (at["left_ankle"] + at["right_ankle"])[seen, 0] / 2
    hips = (at["left_hip"] + at["right_hip"])[seen, 0] / 2
    assert ((head[:, 1] > hips[:, 1] + 0.4) & (hips[:, 1] > feet[:, 1] + 0.5)).all(), "upright"
    assert 1.2 < np.median(head[:, 1] - feet[:, 1]) < 1.9, "of a person's size"
    if waves:
        assert (right[:, 1] > head[:, 1] + 0.1).any() and (right[:, 1] < hips[:, 1] + 0.2).any(), "the right hand rises"
        assert (left[:, 1] < hips[:, 1] + 0.2).all(), "the left one hangs"


@pytest.mark.parametrize("name", READ)
def test_cases_that_were_refused_are_read(name):
    clip = load_skeleton(CASES / name)
    format, layout, frames, fps, dims = READ[name]
    assert (clip.format, clip.num_frames, clip.joints.shape[-1]) == (format, frames, dims)
    assert clip.layout.name.startswith(layout) and clip.fps == pytest.approx(fps, abs=0.05)
    assert clip.num_people == (2 if name.startswith(("pyskl_keypoint_2", "dlc_multi", "evenflow")) else 1)
    upright_and_waving(clip, name not in NO_WAVE)


# file: words of the refusal, which stays, with the way out
REFUSED = {
    "mdm_results_dict.npy": "pickles can run code when they are opened",
    "no_points_force_plates.c3d": "it holds no points, only rotations or analog channels",
    "no_points_theia.c3d": "it holds no points, only rotations or analog channels",
}


@pytest.mark.parametrize("name", REFUSED)
def test_cases_that_stay_refused_say_why(name):
    with pytest.raises(SkeletonFileError, match=REFUSED[name]) as refused:
        load_skeleton(CASES / name)
    assert len(str(refused.value).split("\n")) <= 3


def test_normalised_vectors_are_doubted():
    clip = load_skeleton(CASES / "kit_vec_T_251.npy")
    assert (clip.format, clip.layout.name, clip.num_frames) == ("humanml3d", "kit_21", 60)
    assert any(
        "Bones do not have a body's proportions" in warning or "look normalised" in warning for warning in clip.warnings
    )


# file: (format, layout, people, frames, frames a second, units, up); what was read before is read as it was
UNCHANGED = {
    "aist_keypoints3d.npy": ("numpy", "coco_17", 1, 90, 30, "centimetres", "y"),
    "azure_wide_nospace.csv": ("csv", "azure_kinect_32", 1, 90, 30, "millimetres", "-y"),
    "lsl_kinect.csv": ("csv", "kinect_v2", 1, 90, 30.03, "metres", "y"),
    "mediapipe_tasks_js.json": ("mediapipe", "mediapipe_33", 1, 30, 30, "metres", "-y"),
    "openpose_3d": ("openpose", "openpose_25", 1, 30, 30, "metres", "y"),
    "openpose_v1": ("openpose", "openpose_18", 1, 30, 30, "pixels", "-y"),
    "videopose3d_out.npy": ("numpy", "h36m_17", 1, 90, 30, "metres", "-y"),
    "yolo_wide.csv": ("csv", "coco_17", 1, 90, 30, "pixels", "-y"),
}


@pytest.mark.parametrize("name", UNCHANGED)
def test_what_worked_is_read_as_before(name):
    clip = load_skeleton(WORKS / name)
    format, layout, people, frames, fps, units, up = UNCHANGED[name]
    assert (clip.format, clip.layout.name, clip.num_people, clip.num_frames) == (format, layout, people, frames)
    assert clip.fps == pytest.approx(fps, abs=0.05) and (clip.units, clip.up) == (units, up)
    upright_and_waving(clip)


def test_every_case_is_here():
    assert {path.name for path in CASES.iterdir()} == {*READ, *REFUSED, "kit_vec_T_251.npy"}
