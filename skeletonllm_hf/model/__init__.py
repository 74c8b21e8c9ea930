"""The model, and what a clip is. What it needs for inference travels to the Hub as remote code.

A file in here imports `from .name import x` or a third-party package, nothing else of ours. Five stay with the package, because
nothing else in here imports them by a statement (`package.package_module`): `joint_names`, `joint_words`, `topology`, `retarget`, `published`.
"""
