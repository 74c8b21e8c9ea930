"""`python -m skeletonllm_hf.training ...` is `skeletonllm train ...`; `accelerate launch -m skeletonllm_hf.training ...` too."""

import sys

from ..cli.main import leave, main

if __name__ == "__main__":
    leave(main(["train", *sys.argv[1:]]))
