"""Files as single tools write them: known bodies come back from them."""

import json

import numpy as np
from format_samples import body, lcrnet

from skeletonllm_hf.readers import load_skeleton
from skeletonllm_hf.readers.rules.numbered_layouts import numbered_layouts

FRAMES = 12


def write(folder, content, name="a.json"):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_boxes_of_eight_corners_before_the_joints_are_no_bodies(tmp_path):
    points = body("openpose_18", FRAMES)
    corners = [[x, y, z] for x in (-0.3, 0.3) for y in (0, 1.7) for z in (-0.1, 0.1)]
    frames = {
        str(1650000000000 + 33 * number): {
            "body_list": [{"id": 4, "bounding_box": corners, "keypoint": one.tolist(), "keypoint_confidence": [80] * 18}]
        }
        for number, one in enumerate(points)
    }
    clip = load_skeleton(write(tmp_path, frames))
    assert clip.layout.name == "openpose_18" and np.abs(clip.joints[:, 0] - points).max() < 1e-3


def test_toyota_smarthome_with_its_count_of_joints_behind_the_frames(tmp_path):
    points = body(next(layout for layout in numbered_layouts(13) if layout.name.startswith("lcrnet")), 400)
    clip = load_skeleton(write(tmp_path, {"frames": lcrnet(points)["frames"], "njts": 13}))
    assert clip.format == "lcrnet" and np.abs(clip.joints[:, 0] - points).max() < 1e-3
