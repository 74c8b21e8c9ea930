"""`python -m skeletonllm_hf`: the `skeletonllm` command."""

from .cli.main import leave, main

if __name__ == "__main__":
    leave(main())
