"""Bare arrays of joints that are only counted, in layouts that are not built in: told by bodies' proportions, or refused."""

import json

import numpy as np
import pytest
from format_samples import body

from skeletonllm_hf.model.layouts import SkeletonLayout
from skeletonllm_hf.readers import SkeletonFileError, load_skeleton
from skeletonllm_hf.readers.rules.numbered_layouts import MPI_INF_17, PANOPTIC_15, PANOPTIC_19, numbered_layout

LAYOUTS = {"panoptic_15": PANOPTIC_15, "panoptic_coco_19": PANOPTIC_19, "mpi_inf_17": MPI_INF_17}


def moving(points):
    bones = tuple((row, row + 1) for row in range(len(points) - 1))
    return body(SkeletonLayout("own", points, bones, body=points), 12).astype(np.float32)


@pytest.mark.parametrize("name", LAYOUTS)
def test_arrays_are_told_by_their_proportions(tmp_path, name):
    joints = moving(LAYOUTS[name])
    centimetres = 100 * np.stack([joints[..., 0], -joints[..., 1], 3 - joints[..., 2]], -1)
    np.save(tmp_path / "m.npy", joints)
    np.save(tmp_path / "cm.npy", centimetres)
    np.save(tmp_path / "flat.npy", [640, 400] + [300, -300] * joints[..., :2])
    (tmp_path / "list.json").write_text(json.dumps(joints.tolist()))
    for file, units, up in (
        ("m.npy", "metres", "y"),
        ("cm.npy", "centimetres", "-y"),
        ("flat.npy", "pixels", "-y"),
        ("list.json", "metres", "y"),
    ):
        clip = load_skeleton(tmp_path / file)
        assert (clip.layout, clip.units, clip.up) == (numbered_layout(name), units, up)
        assert clip.layout.body == LAYOUTS[name] and any("Layout guessed" in text for text in clip.warnings)


@pytest.mark.parametrize("name", LAYOUTS)
def test_other_orders_are_refused_with_the_likely_layouts(tmp_path, name):
    joints = moving(LAYOUTS[name])
    mixed = joints[:, np.random.default_rng(3).permutation(joints.shape[1])]
    np.save(tmp_path / "a.npy", mixed)
    with pytest.raises(SkeletonFileError, match=rf"layout=\.\.\..*{name}.*which of them is it.*one of your own"):
        load_skeleton(tmp_path / "a.npy")
    assert load_skeleton(tmp_path / "a.npy", layout=name).layout == numbered_layout(name)
