"""The Auto classes know our models, whichever is imported first, and nothing is imported early."""

import subprocess
import sys

import pytest
from preloaded import python

from skeletonllm_hf.default import FOLDER

CHECK = """
from skeletonllm_hf.model.configuration_skeletonllm import DrActionConfig
config = AutoConfig.for_model("draction", image_size=32)
assert type(config) is DrActionConfig and type(AutoModel.from_config(config)).__name__ == "DrActionModel"
from transformers.pipelines import PIPELINE_REGISTRY
assert "skeleton-to-text" in PIPELINE_REGISTRY.get_supported_tasks()
print("known")
"""


ORDERS = [
    "import skeletonllm_hf\nfrom transformers import AutoConfig, AutoModel",
    "from transformers import AutoConfig, AutoModel\nimport skeletonllm_hf",
    "import skeletonllm_hf.model.modeling_skeletonllm\nfrom transformers import AutoConfig, AutoModel",
    "import skeletonllm_hf.model.pipeline_skeletonllm\nfrom transformers import AutoConfig, AutoModel",
    "import skeletonllm_hf.model.processing_skeletonllm\nfrom transformers import AutoConfig, AutoModel",
    "import skeletonllm_hf.model.configuration_skeletonllm\nfrom transformers import AutoConfig, AutoModel",
]


@pytest.mark.parametrize("imports", ORDERS)
def test_known_in_any_order(imports):
    program = python(transformers=imports.startswith("from transformers"))
    done = subprocess.run([program, "-c", imports + CHECK], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip().endswith("known"), done.stderr


# Each alone, in a process of its own: what one class loads must not be what another needs.
AUTO = {
    "AutoConfig.from_pretrained(folder)": "SkeletonLLMConfig",
    "AutoModel.from_pretrained(folder)": "SkeletonLLMModel",
    "AutoModelForImageTextToText.from_pretrained(folder)": "SkeletonLLMForConditionalGeneration",
    "AutoModelForMultimodalLM.from_pretrained(folder)": "SkeletonLLMForConditionalGeneration",
    "AutoProcessor.from_pretrained(folder)": "SkeletonLLMProcessor",
    "pipeline('skeleton-to-text', model=folder)": "SkeletonToTextPipeline",
}


@pytest.mark.parametrize("ours_first", [True, False], ids=["ours first", "theirs first"])
@pytest.mark.parametrize("call", list(AUTO))
def test_every_auto_class_knows_a_folder(call, ours_first):
    imports = ["import skeletonllm_hf", f"from transformers import {call.partition('.')[0].partition('(')[0]}"]
    lines = [
        *(imports if ours_first else reversed(imports)),
        f"folder = {str(FOLDER)!r}",
        f"print(type({call}).__name__)",
    ]
    program = python(transformers=not ours_first)
    done = subprocess.run([program, "-c", "\n".join(lines)], capture_output=True, text=True, timeout=120)
    assert done.stdout.split()[-1:] == [AUTO[call]], done.stderr


def test_importing_the_package_loads_neither_torch_nor_transformers():
    code = "import sys, skeletonllm_hf, skeletonllm_hf.readers; print('torch' in sys.modules, 'transformers' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["False", "False"], done.stderr
