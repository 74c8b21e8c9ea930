"""Configurations of the renderer and of the whole model."""

from typing import TYPE_CHECKING, Any

from huggingface_hub.dataclasses import strict
from transformers.configuration_utils import PreTrainedConfig, SubConfigSpec
from transformers.models.auto.configuration_auto import AutoConfig

from .families import family_of
from .gaussians import GaussianSampling
from .limits import check_alignment, check_mllm, unbounded

CAMERAS = ("fit", "follow", "published")
APPEARANCES = ("learned", "fixed")


@strict
class DrActionConfig(PreTrainedConfig):
    r"""
    Configuration of the differentiable skeleton renderer DrAction (arXiv 2603.18003).

    Args:
        image_size (`int`): width and height of a frame, pixels.
        num_frames (`int`): frames rendered of a clip.
        feature_size (`int`): learned numbers per Gaussian of the bank.
        hidden_size (`int`): width of the appearance head and of the modulator.
        appearance (`str`): `"learned"`, or `"fixed"` for colours computed from position and velocity alone.
        modulator (`bool`): the neural feature modulator with its saliency gate.
        temporal (`bool`): a GRU over frames in front of the modulator.
        camera (`str`): `"fit"` frames each clip, `"follow"` does and goes along with people who leave their place,
            `"published"` takes joints as they stand before the camera.
        field_of_view (`float`): degrees.
        margin (`float`): share of the half picture that a fitted clip may fill.
        distance (`float`): metres from the camera to a fitted clip's centre.
        joint_radius, bone_radius, spacing, bank_layout, bank_samples: see `GaussianSampling`.
    """

    model_type = "draction"

    image_size: int = 448
    num_frames: int = 12
    feature_size: int = 3
    hidden_size: int = 64
    appearance: str = "learned"
    modulator: bool = True
    temporal: bool = False
    camera: str = "fit"
    field_of_view: float = 60.0
    margin: float = 0.9
    distance: float = 2.0
    joint_radius: float = 0.02
    bone_radius: float = 0.02
    spacing: float = 0.025
    bank_layout: str = "kinect_v2"
    bank_samples: int = 10
    initializer_range: float = 0.02

    def validate_renderer(self) -> None:
        """Part of the library's validation on construction and save."""
        for name, value, choices in (("camera", self.camera, CAMERAS), ("appearance", self.appearance, APPEARANCES)):
            if value not in choices:
                raise ValueError(f"{name}: expected one of {choices}, got {value!r}")
        if not (0 < self.margin <= 1 and 0 < self.field_of_view < 180 and self.distance > 0):
            raise ValueError(
                "expected 0 < margin <= 1, 0 < field_of_view < 180 and distance > 0, got "
                f"{self.margin}, {self.field_of_view}, {self.distance}"
            )
        for name in ("image_size", "num_frames", "feature_size", "hidden_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: expected at least 1, got {getattr(self, name)}")
        for name in ("joint_radius", "bone_radius", "spacing"):
            if not 0 < getattr(self, name) < float("inf"):
                raise ValueError(f"{name}: expected a positive number of metres, got {getattr(self, name)}")
        if self.bank_samples < 0:
            raise ValueError(f"bank_samples: expected 0 or more, got {self.bank_samples}")

    @property
    def sampling(self) -> GaussianSampling:
        return GaussianSampling(self.joint_radius, self.bone_radius, self.spacing, self.bank_layout, self.bank_samples)


@strict
class SkeletonLLMConfig(PreTrainedConfig):
    r"""
    Configuration of the renderer in front of a multimodal language model.

    Args:
        renderer_config (`DrActionConfig` or `dict`): the renderer.
        mllm_config (`PreTrainedConfig` or `dict`): the multimodal language model, of a family in `families.py`.
        image_mean, image_std (`list[float]`): what frames in [0, 1] are normalised with for the vision encoder;
            left out, the family's own.
        drop_background (`bool`): leave out patch groups in which nothing is drawn, from the vision encoder and
            from the language model (the paper's foreground patch sparsification).
        alignment_size (`int`): width of the space that clips and sentences share (`alignment.py`); None: there is none.
        sentence_size (`int`): numbers per sentence of the sentence encoder that this space is made for.
        prototypes (`int`): clips of known movements that are kept with the model, for labels in any words.
        named_prototypes (`list[str]`): what the first prototypes show: actions, also with a side or a direction; the others show random movements.
        taught_labels (`list[str]`): names that the model was trained to give clips; their likelihood counts in recognition.
        score_scale (`float`): what combined scores are multiplied with before the softmax that makes them probabilities.
        none_cosine (`float`): cosine of a clip and a label below which "none of these" fits better.
        unsure_below (`float`): probability of the best label below which a recognition is marked unsure.
    """

    model_type = "skeletonllm"
    # outputs that `Trainer.predict` need not collect
    keys_to_ignore_at_inference = ["past_key_values", "cache", "frames", "attention_mask"]
    sub_configs_defaults = {
        "renderer_config": SubConfigSpec(config_class=DrActionConfig),
        "mllm_config": SubConfigSpec(config_class=AutoConfig, model_type="internvl"),
    }

    if TYPE_CHECKING:  # what they are after __post_init__
        renderer_config: DrActionConfig
        mllm_config: Any
        image_mean: list[float]
        image_std: list[float]
    else:
        renderer_config: dict | PreTrainedConfig | None = None
        mllm_config: dict | PreTrainedConfig | None = None
        image_mean: list[float] | tuple[float, ...] | None = None
        image_std: list[float] | tuple[float, ...] | None = None
    drop_background: bool = False
    alignment_size: int | None = None
    sentence_size: int = 384
    prototypes: int = 0
    named_prototypes: list[str] | tuple[str, ...] = ()
    taught_labels: list[str] | tuple[str, ...] = ()
    score_scale: float = 1.0
    none_cosine: float = 0.0
    unsure_below: float = 0.0

    @classmethod
    def from_dict(cls, config_dict: Any, **kwargs: Any) -> Any:
        """As the library's; `unbounded=True` lifts the limits of numbers (`limits.py`)."""
        with unbounded(bool(kwargs.get("unbounded"))):
            return super().from_dict(config_dict, **kwargs)

    def __post_init__(self, **kwargs: Any) -> None:
        if not __name__.startswith("transformers_modules"):  # the package has the pipeline: no remote code is needed
            kwargs.pop("custom_pipelines", None)
        if isinstance(self.mllm_config, dict):
            check_mllm(self.mllm_config)  # before the library makes lists as long as there are layers
        super().__post_init__(**kwargs)
        check_alignment(self)
        family = family_of(self.mllm_config)
        self.image_mean = list(family.image_mean if self.image_mean is None else self.image_mean)
        self.image_std = list(family.image_std if self.image_std is None else self.image_std)

    def get_text_config(self, decoder: Any = None, encoder: Any = None) -> PreTrainedConfig:
        return self.mllm_config.get_text_config(decoder=decoder, encoder=encoder)
