"""`skeletonllm train` under FSDP 2 with processes on a CPU: accelerate takes FSDP for GPUs only, torch's own does both.

Run by test_training_processes.py through torch.distributed.run, with accelerate's variables for FSDP set. All that
is changed is what accelerate calls these processes, before it looks whether FSDP is wanted.
"""

import sys

from accelerate import PartialState
from accelerate.utils import DistributedType

from skeletonllm_hf.cli.main import main
from skeletonllm_hf.training import run
from skeletonllm_hf.training.trainer import StageTrainer

arguments_of, follow = run.training_arguments, StageTrainer.training_step


def training_arguments(*given, **named):
    arguments = arguments_of(*given, **named)
    assert arguments.device.type == "cpu"  # starts the processes' group
    PartialState._shared_state["distributed_type"] = DistributedType.MULTI_GPU
    return arguments


def training_step(self, model, inputs, num_items_in_batch=None):
    assert self.is_fsdp_enabled and type(model).__name__.startswith("FSDP")
    return follow(self, model, inputs, num_items_in_batch)


run.training_arguments, StageTrainer.training_step = training_arguments, training_step

if __name__ == "__main__":
    sys.exit(main(["train", *sys.argv[1:]]))
