"""What pyproject.toml cannot say: `hub_configs`, at the top of the repository, goes into the wheel as part of the package."""

from setuptools import find_packages, setup

CONFIGS = "skeletonllm_hf.hub_configs"

setup(
    packages=[*find_packages(include=["skeletonllm_hf*"]), CONFIGS],
    package_dir={CONFIGS: "hub_configs"},
    package_data={
        CONFIGS: [
            "card.md",
            "dataset_card.md",
            "datasets.json",
            "handler.py",
            "nano/README.md",
            "nano/recipe.yaml",
            "small/*",
            "bases/*.json",
            "stages/*.yaml",
        ]
    },
)
