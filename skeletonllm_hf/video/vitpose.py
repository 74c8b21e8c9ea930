"""ViTPose by transformers' own classes: a detector finds people, ViTPose their 17 COCO keypoints, in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..offline import loading_options
from .decode import Frame
from .estimator import MOST_PEOPLE, Poses, nobody

POSE_MODEL = "usyd-community/vitpose-base-simple"
DETECTOR = "PekingU/rtdetr_r50vd_coco_o365"
LAYOUT, JOINTS = "coco_17", 17
SURE = 0.3  # of a person's box; tracking drops what does not last
_ON_GPU = 8  # frames at once


class VitPose:
    """Several people, two-dimensional.

    Args:
        pose: a `VitPoseForPoseEstimation`. pose_processor: its image processor.
        detector: an object detection model with a class "person". detector_processor: its image processor.
        people: at most that many boxes a frame are looked at, the surest.
    """

    name = "vitpose"
    layout = LAYOUT
    notes = ("ViTPose's keypoints are two-dimensional, in pixels: towards and away from the camera look alike.",)

    def __init__(self, pose: Any, pose_processor: Any, detector: Any, detector_processor: Any, people: int = 2) -> None:
        if pose.config.num_labels != JOINTS:
            raise ValueError(f"pose model: expected {JOINTS} keypoints (COCO), got {pose.config.num_labels}")
        self._pose, self._pose_processor = pose.eval(), pose_processor
        self._detector, self._detector_processor = detector.eval(), detector_processor
        names = {str(name).lower(): number for number, name in detector.config.id2label.items()}
        if "person" not in names:
            raise ValueError(f"detector: expected a class named person, got {', '.join(list(names)[:6])}, ...")
        self._person = int(names["person"])
        self._most = min(2 * people + 2, MOST_PEOPLE)  # more than are kept: who is most active shows only later
        self._experts = getattr(pose.config.backbone_config, "num_experts", 1) > 1
        self.batch = _ON_GPU if pose.device.type != "cpu" else 1

    def estimate(self, frames: Sequence[Frame]) -> list[Poses]:
        boxes = self._boxes([frame.pixels for frame in frames])
        with_people = [number for number, found in enumerate(boxes) if len(found)]
        poses = [nobody(JOINTS, False) for _ in frames]
        if with_people:
            found = self._keypoints([frames[n].pixels for n in with_people], [boxes[n] for n in with_people])
            for number, people in zip(with_people, found, strict=True):
                poses[number] = people
        return poses

    def restart(self) -> None:
        """Does nothing: frames are independent."""

    def close(self) -> None:
        self._pose = self._detector = None

    def _boxes(self, pictures: list[np.ndarray]) -> list[np.ndarray]:
        """(people, 4) x, y, width, height for each picture."""
        import torch

        inputs = self._detector_processor(images=pictures, return_tensors="pt").to(self._detector.device)
        with torch.inference_mode():
            outputs = self._detector(**inputs)
        sizes = torch.tensor([picture.shape[:2] for picture in pictures])
        found = self._detector_processor.post_process_object_detection(outputs, threshold=SURE, target_sizes=sizes)
        boxes = []
        for picture, result in zip(pictures, found, strict=True):
            height, width = picture.shape[:2]
            people = result["labels"] == self._person
            order = result["scores"][people].argsort(descending=True)[: self._most]
            corners = result["boxes"][people][order].float().cpu().numpy().clip(0, (width, height, width, height))
            corners = corners[((corners[:, 2:] - corners[:, :2]) >= 2).all(1)]  # less than two pixels is no person
            boxes.append(np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1))
        return boxes

    def _keypoints(self, pictures: list[np.ndarray], boxes: list[np.ndarray]) -> list[Poses]:
        import torch

        inputs = self._pose_processor(pictures, boxes=boxes, return_tensors="pt").to(self._pose.device)
        if self._experts:  # ViTPose+: the expert that was trained on COCO
            inputs["dataset_index"] = inputs["pixel_values"].new_zeros(len(inputs["pixel_values"]), dtype=torch.long)
        with torch.inference_mode():
            outputs = self._pose(**inputs)
        poses = []
        for people in self._pose_processor.post_process_pose_estimation(outputs, boxes=boxes):
            points = np.stack([person["keypoints"].float().cpu().numpy() for person in people])
            scores = np.stack([person["scores"].float().cpu().numpy() for person in people])
            poses.append(Poses(points.astype(np.float32), scores.astype(np.float32).clip(0, 1)))
        return poses


def open_vitpose(
    model: str | None = None, people: int = 2, detector: str = DETECTOR, device: str | None = None
) -> VitPose:
    """ViTPose and its detector from folders or from the Hub, on a GPU where there is one.

    Raises:
        ValueError: a model that is not there and cannot be fetched; says what to do.
    """
    import torch
    from transformers import AutoImageProcessor, AutoModelForObjectDetection, VitPoseForPoseEstimation

    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    parts: list[Any] = []
    for kind, name in ((VitPoseForPoseEstimation, model or POSE_MODEL), (AutoModelForObjectDetection, detector)):
        there = loading_options(name)
        try:
            model_part = kind.from_pretrained(name, use_safetensors=True, **there).to(device)
            parts += [model_part, AutoImageProcessor.from_pretrained(name, **there)]
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0][:200]
            raise ValueError(
                f"{name}: expected a model on this machine or on the Hub, got: {reason} Without a network, download {POSE_MODEL} "
                f"and {DETECTOR} elsewhere into the Hub's cache, or use --estimator mediapipe."
            ) from None
    return VitPose(*(*parts, people))
