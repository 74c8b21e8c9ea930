"""Everything that travels to the Hub as remote code: flat siblings that import only each other.

A file in here imports `from .name import x` or a third-party package, nothing else of ours.
"""
