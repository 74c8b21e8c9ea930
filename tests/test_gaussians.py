"""Where Gaussians sit on a skeleton."""

import numpy as np
import pytest

from skeletonllm_hf.model.gaussians import (
    MAX_SAMPLES,
    MIN_SAMPLES,
    GaussianSampling,
    gaussian_template,
    stack_templates,
)
from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout, layout_names


def test_the_bank_of_the_released_files():
    template = gaussian_template("kinect_v2", GaussianSampling())
    assert len(template) == 25 + 24 * 10
    assert (template.joints[:25] == np.arange(25)[:, None]).all() and (template.blends[:25] == 0).all()
    # joints first, then bone by bone, sample by sample; bones 1-based as the specification lists them
    assert (template.joints[25:35] == [0, 1]).all() and (template.joints[-10:] == [24, 11]).all()
    np.testing.assert_allclose(template.blends[25:35], np.arange(1, 11) / 11, rtol=1e-6)
    assert (template.scales == np.float32(0.02)).all()


@pytest.mark.parametrize("name", layout_names())
def test_gaussians_lie_on_their_bones(name):
    layout, sampling = get_layout(name), GaussianSampling(joint_radius=0.03)
    template = gaussian_template(layout, sampling)
    ends = layout.rest_joints[template.joints]
    along = template.blends[:, None]
    np.testing.assert_allclose(template.positions, ends[:, 0] * (1 - along) + ends[:, 1] * along, atol=1e-6)
    count = layout.num_joints
    assert (template.scales[:count] == np.float32(0.03)).all() and (template.scales[count:] == np.float32(0.02)).all()
    assert template.joints.dtype == np.int64 and template.scales.dtype == template.blends.dtype == np.float32
    bones, samples = np.unique(template.joints[count:], axis=0, return_counts=True)
    assert len(bones) == len(set(layout.bones)) and samples.min() >= MIN_SAMPLES
    if name != "kinect_v2":  # equally thick limbs: samples in proportion to length
        lengths = np.linalg.norm(layout.rest_joints[bones[:, 0]] - layout.rest_joints[bones[:, 1]], axis=-1)
        assert (abs(samples - lengths / sampling.spacing) <= 0.5 + 1e-6)[samples > MIN_SAMPLES].all()


def test_sampling_options():
    layout = get_layout("coco_17")
    assert len(gaussian_template(layout, GaussianSampling(spacing=1e-6))) == 17 + len(layout.bones) * MAX_SAMPLES
    assert len(gaussian_template("kinect_v2", GaussianSampling(bank_samples=0))) != 265


def test_a_layout_without_bones():
    template = gaussian_template(SkeletonLayout("markers", ("a", "b", "c"), ()), GaussianSampling())
    assert len(template) == 3


def test_stacking_pads_with_what_is_never_drawn():
    templates = [
        gaussian_template(name, GaussianSampling(bank_samples=1)) for name in ("kinect_v2", "smplh_52", "coco_17")
    ]
    stacked = stack_templates(templates)
    size = max(map(len, templates))
    assert {key: value.shape for key, value in stacked.items()} == {
        "gaussian_joints": (3, size, 2),
        "gaussian_blends": (3, size),
        "gaussian_scales": (3, size),
        "gaussian_positions": (3, size, 3),
    }
    for row, template in enumerate(templates):
        assert np.array_equal(stacked["gaussian_joints"][row, : len(template)], template.joints)
        assert (stacked["gaussian_scales"][row, : len(template)] > 0).all()
        assert (stacked["gaussian_scales"][row, len(template) :] == 0).all()
