"""The released renderer weights: parity with the authors' frames, and files that are refused."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from skeletonllm_hf.conversion.renderer import FORMAT
from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig
from skeletonllm_hf.model.gaussians import GaussianSampling, gaussian_template
from skeletonllm_hf.model.layouts import get_layout
from skeletonllm_hf.model.modeling_draction import DrActionModel

GOLDENS = (
    "ntu25_one_person_candidate01", "ntu25_two_people_candidate02", "ntu25_absent_second_person_candidate03",
    "smpl22_cross_topology_candidate01",
)  # fmt: skip
MAX_ERROR, MEAN_ERROR = 2e-3, 1e-4  # what parity means


def interpolation(rows, bank):
    """(rows, bank): linear interpolation of `bank` rows, ends aligned."""
    return torch.nn.functional.interpolate(torch.eye(bank)[None], rows, mode="linear", align_corners=True)[0].T


def row_transfer(model, joints, samples):
    """The authors' transfer to another topology, by row number: joint rows and bone rows of the bank."""
    own = len(model.rest_joints)
    return torch.block_diag(interpolation(joints, own), interpolation(samples, len(model.features) - own))


def other_topology(model, golden):
    """The inputs that describe a golden whose skeleton is not the bank's."""
    count, samples = golden["joints"].shape[2], golden["samples_per_bone"]
    own = np.arange(count)
    joints = np.concatenate([np.stack([own, own], 1), np.repeat(golden["bones"], samples, axis=0)])
    blends = np.concatenate([np.zeros(count), *(np.arange(1, n + 1) / (n + 1) for n in samples)])
    scales = np.where(np.arange(len(joints)) < count, golden["joint_radius"], golden["bone_radius"])
    return {
        "gaussian_joints": torch.from_numpy(joints)[None],
        "gaussian_blends": torch.from_numpy(blends.astype(np.float32))[None],
        "gaussian_scales": torch.from_numpy(scales.astype(np.float32))[None],
        "bank_weights": row_transfer(model, count, int(samples.sum()))[None],
    }


@pytest.mark.parametrize("name", GOLDENS)
def test_parity_with_the_published_frames(shared, name):
    golden = np.load(shared / "draction" / "goldens" / f"{name}.npz")
    model = DrActionModel.from_official(shared / "draction" / f"{golden['weights']}.safetensors")
    model.config.image_size, model.config.field_of_view = golden["frames"].shape[1], float(golden["fov_deg"])
    topology = other_topology(model, golden) if "bones" in golden else {}
    joints, velocities = (torch.from_numpy(golden[key])[None] for key in ("joints", "velocities"))
    with torch.no_grad():
        frames = model(joints, velocities, **topology).frames[0]
    error = (frames.permute(0, 2, 3, 1) - torch.from_numpy(golden["frames"].astype(np.float32))).abs()
    assert error.max() <= MAX_ERROR
    assert error.mean() <= MEAN_ERROR


@pytest.fixture
def official(tmp_path):
    """Writes a file of random weights as the authors lay them out, with changes; returns its path and tensors."""
    layout, template = get_layout("kinect_v2"), gaussian_template("kinect_v2", GaussianSampling(bank_samples=2))
    rng = torch.Generator().manual_seed(0)
    rand = lambda *shape: torch.randn(*shape, generator=rng)  # noqa: E731
    size, joints = len(template), layout.num_joints
    ends, blends = torch.from_numpy(template.joints), torch.from_numpy(template.blends)[:, None]
    shares = torch.zeros(size, joints).scatter_add_(1, ends[:, :1], 1 - blends).scatter_add_(1, ends[:, 1:], blends)
    tensors = {
        "appearance_head.0.weight": rand(64, 3), "appearance_head.0.bias": rand(64),
        "appearance_head.2.weight": rand(4, 64), "appearance_head.2.bias": rand(4),
        "nfm.0.weight": rand(64, 10), "nfm.0.bias": rand(64), "nfm.2.weight": rand(5, 64), "nfm.2.bias": rand(5),
        "canonical_features": rand(size, 3), "canonical_joints": rand(joints, 3), "canonical_means": rand(size, 3),
        "canonical_scales": torch.full((size, 3), 0.02), "canonical_quats": torch.eye(4)[0].repeat(size, 1),
        "canonical_opacities": torch.ones(size, 1), "lbs_weights_logits": shares.clamp(min=1e-9).log() + 10,
        "depth_mix_logit": torch.tensor(-1.5),
    }  # fmt: skip
    metadata = {"format": FORMAT, "num_line_samples": "2", "render_frames": "3", "render_size": "64"}

    def write(changes=(), metadata_changes=()):
        contents = {**tensors, **dict(changes)}
        path = tmp_path / "weights.safetensors"
        described = {**metadata, **dict(metadata_changes)}
        save_file(
            {key: value.contiguous() for key, value in contents.items() if value is not None},
            path,
            metadata={key: value for key, value in described.items() if value is not None},
        )
        return path, contents

    return write


def test_tensors_find_their_places(official):
    path, tensors = official()
    model = DrActionModel.from_official(path)
    assert not model.training
    config = model.config
    assert (config.image_size, config.num_frames, config.bank_samples) == (64, 3, 2)
    assert config.camera == "published" and config.modulator and not config.temporal
    assert torch.equal(model.features, tensors["canonical_features"])
    assert torch.equal(model.modulator[2].bias, tensors["nfm.2.bias"])
    assert torch.equal(model.appearance_head[0].weight, tensors["appearance_head.0.weight"])
    assert torch.equal(model.depth_tint, tensors["depth_mix_logit"])
    template = gaussian_template("kinect_v2", config.sampling)
    torch.testing.assert_close(model.bank_blends, torch.from_numpy(template.blends), atol=1e-5, rtol=0)
    # skinned with the file's own canonical joints, the Gaussians stand where the file has them
    joints = tensors["canonical_joints"][torch.from_numpy(template.joints)]
    placed = torch.lerp(joints[:, 0], joints[:, 1], model.bank_blends[:, None]) + model.bank_offsets
    torch.testing.assert_close(placed, tensors["canonical_means"])


def test_a_file_without_modulator(official):
    path, _ = official({f"nfm.{layer}.{kind}": None for layer in (0, 2) for kind in ("weight", "bias")})
    assert not DrActionModel.from_official(path).config.modulator


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"canonical_features": None}, "missing or unexpected.*canonical_features"),
        ({"nfm.2.bias": None}, "missing or unexpected.*nfm.2.bias"),
        ({"canonical_quats": None}, "missing or unexpected.*canonical_quats"),
        ({"surplus": torch.zeros(1)}, "missing or unexpected.*surplus"),
        ({"canonical_features": torch.zeros(265, 3)}, r"canonical_features: expected shape \(73, 3\), got \(265, 3\)"),
        ({"canonical_means": torch.zeros(73, 2)}, r"canonical_means: expected shape \(73, 3\), got \(73, 2\)"),
        ({"canonical_scales": torch.rand(73, 3)}, "canonical_scales.*equal columns"),
        ({"lbs_weights_logits": torch.zeros(73, 24)}, r"lbs_weights_logits: expected shape \(73, 25\), got \(73, 24\)"),
        ({"lbs_weights_logits": torch.zeros(73, 25)}, "lbs_weights_logits: row 0"),
        ({"depth_mix_logit": torch.zeros(2)}, r"depth_mix_logit: expected shape \(\), got \(2,\)"),
        ({"canonical_features": torch.full((73, 3), torch.nan)}, "canonical_features.*finite"),
        ({"lbs_weights_logits": torch.full((73, 25), torch.nan)}, "lbs_weights_logits.*finite"),
    ],
)
def test_tensors_that_do_not_fit_are_refused_by_name(official, changes, message):
    path, _ = official(changes)
    with pytest.raises(ValueError, match=message) as error:
        DrActionModel.from_official(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"format": None}, f"format='{FORMAT}', got None"),
        ({"format": "pt"}, f"format='{FORMAT}', got 'pt'"),
        ({"render_size": None}, "render_size: expected a whole number"),
        ({"render_size": "448.5"}, "render_size.*448.5"),
        ({"num_line_samples": "-2"}, "num_line_samples.*-2"),
        ({"render_frames": "99999"}, "render_frames.*99999"),
        ({"num_line_samples": "3"}, r"expected shape \(97, 3\), got \(73, 3\)"),
    ],
)
def test_metadata_that_does_not_fit_is_refused(official, changes, message):
    path, _ = official(metadata_changes=changes)
    with pytest.raises(ValueError, match=message) as error:
        DrActionModel.from_official(path)
    assert str(path) in str(error.value)


def test_what_is_not_safetensors_is_refused(official, tmp_path):
    path, _ = official()
    whole = path.read_bytes()
    for contents in (b"", b"not weights at all", whole[: len(whole) // 2]):
        path.write_bytes(contents)
        with pytest.raises(ValueError, match=r"weights\.safetensors: expected a safetensors file"):
            DrActionModel.from_official(path)
    torch.save({"features": torch.zeros(3)}, path)  # a pickle is never opened as one
    with pytest.raises(ValueError, match="expected a safetensors file"):
        DrActionModel.from_official(path)
    with pytest.raises(FileNotFoundError):
        DrActionModel.from_official(tmp_path / "absent.safetensors")


def test_row_transfer_interpolates_with_aligned_ends():
    model = DrActionModel(DrActionConfig(bank_samples=2))
    same = row_transfer(model, 25, 48)
    torch.testing.assert_close(same, torch.eye(73))
    weights = row_transfer(model, 13, 95)
    rows = weights @ torch.arange(73.0)[:, None]
    torch.testing.assert_close(rows[:13, 0], torch.arange(0, 25, 2.0))
    torch.testing.assert_close(rows[13:, 0], 25 + torch.arange(95) / 2, atol=1e-4, rtol=0)
    torch.testing.assert_close(row_transfer(model, 1, 1).sum(1), torch.ones(2))


def test_a_released_renderer_round_trips(official, tmp_path):
    path, _ = official()
    model = DrActionModel.from_official(path)
    model.save_pretrained(tmp_path / "saved")
    again = DrActionModel.from_pretrained(tmp_path / "saved")
    joints = model.rest_joints.expand(1, 2, 1, 25, 3) * 0.3 + torch.tensor([0.0, 0.0, 2.5])
    with torch.no_grad():
        frames = model(joints).frames
        assert frames.sum() > 0
        assert torch.equal(frames, again(joints).frames)
