"""Large datasets through the model: by several processes, in shards, resumed wherever it was stopped."""

from .plan import Plan, Shard, make_plan
from .run import Job, run_batch

__all__ = ["Job", "Plan", "Shard", "make_plan", "run_batch"]
