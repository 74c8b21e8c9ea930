# The same names as in __init__.py, which fetches them late, for editors and type checkers.
from .analysis import Comparison as Comparison
from .analysis import Disturbance as Disturbance
from .analysis import Influence as Influence
from .analysis import Segment as Segment
from .analysis import compare as compare
from .analysis import find_segments as find_segments
from .analysis import influence as influence
from .analysis import robustness as robustness
from .answering.endpoint import Endpoint as Endpoint
from .answering.loading import load as load
from .answering.protocol import Answerer as Answerer
from .answering.recognizer import Recognizer as Recognizer
from .default import default_labels as default_labels
from .default import load_default as load_default
from .model.body import BODY_POINTS as BODY_POINTS
from .model.configuration_skeletonllm import DrActionConfig as DrActionConfig
from .model.configuration_skeletonllm import SkeletonLLMConfig as SkeletonLLMConfig
from .model.layouts import SkeletonLayout as SkeletonLayout
from .model.layouts import get_layout as get_layout
from .model.layouts import layout_names as layout_names
from .model.layouts import register_layout as register_layout
from .model.modeling_draction import DrActionModel as DrActionModel
from .model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration as SkeletonLLMForConditionalGeneration
from .model.processing_skeletonllm import SkeletonLLMProcessor as SkeletonLLMProcessor
from .model.recognition import Recognition as Recognition
from .model.skeleton import SkeletonSequence as SkeletonSequence
from .readers import SkeletonFileError as SkeletonFileError
from .readers import inspect_skeleton as inspect_skeleton
from .readers import load_skeleton as load_skeleton
from .readers import load_skeletons as load_skeletons
from .readers import save_npz as save_npz
from .synthetic import generate as generate
from .synthetic import generate_many as generate_many
from .writers import save_skeleton as save_skeleton

__version__: str
