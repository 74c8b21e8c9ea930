"""The model, and what a clip is. The files that inference needs travel to the Hub as remote code.

A file in here imports `from .name import x` or a third-party package, nothing else of ours. Four files stay with the package, because
no import statement of the others names them (`package.package_module`): `joint_names`, `joint_words`, `topology`, `retarget`.
"""
