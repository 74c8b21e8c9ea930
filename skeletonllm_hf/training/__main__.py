"""`python -m skeletonllm_hf.training ...` is `skeletonllm train ...`; `accelerate launch -m skeletonllm_hf.training ...` too."""

import sys

from ..cli.main import main

if __name__ == "__main__":
    sys.exit(main(["train", *sys.argv[1:]]))
