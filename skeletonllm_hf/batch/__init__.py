"""Batch jobs: a whole dataset through the model, by several processes, in shards, resumable."""

from .plan import Job, Plan, Shard, make_plan
from .run import run_batch

__all__ = ["Job", "Plan", "Shard", "make_plan", "run_batch"]
