"""`python -m skeletonllm_hf`: the `skeletonllm` command."""

import sys

from .cli.main import main

if __name__ == "__main__":
    sys.exit(main())
