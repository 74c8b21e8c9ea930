"""What a batch job holds: free memory goes back, and what is kept between clips has a bound."""

import os
import sys
from pathlib import Path

import pytest

pytest.importorskip("accelerate", reason="batch jobs need accelerate: pip install 'skeletonllm-hf[train]'")
pytest.importorskip("pyarrow", reason="batch jobs need pyarrow: pip install 'skeletonllm-hf[train]'")

from batch_data import clips, write_dataset

from skeletonllm_hf import cache
from skeletonllm_hf.answering.local import RECOGNIZERS, LocalAnswerer
from skeletonllm_hf.batch import Job, memory, run_batch


def resident():
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not sys.platform.startswith("linux") or memory._trim() is None, reason="no glibc")
def test_free_memory_between_used_memory_goes_back():
    memory.give_back()
    before, size = resident(), 100_000  # bytes: below what the C library would map, and so return, by itself
    blocks = [bytes([n % 251 + 1]) * size for n in range(2_000)]
    between = blocks[::50]
    assert resident() - before > 1_900 * size
    del blocks
    assert resident() - before > 1_000 * size  # free, and still held
    memory.give_back()
    assert resident() - before < 200 * size
    assert len(between) == 40


def test_a_job_gives_back_within_shards_and_after_each(tiny, tmp_path, monkeypatch):
    count = 24
    write_dataset(tmp_path / "data", clips(count), group=count)  # files, and so shards, of 8
    times = []
    monkeypatch.setattr(memory, "give_back", lambda: times.append(1))
    monkeypatch.setattr(memory, "EVERY", 3)
    job = Job(str(tmp_path / "data"), "render", "m", shard_rows=8, batch_size=2)
    report = run_batch(job, tmp_path / "out", lambda device: LocalAnswerer(*tiny), cpu=True)
    assert report["shards"] == 3 and len(times) == 3 * (2 + 1)  # at 4 and 6 of 8 clips, then the shard's end


def test_what_is_kept_between_clips_has_a_bound(tiny):
    answerer, some = LocalAnswerer(*tiny), clips(4)
    for n in range(RECOGNIZERS + 5):
        answerer.recognizer([f"walk {n}", "wave"], calibrate="none").scores(some[:1])
    assert len(answerer._recognizers) == RECOGNIZERS
    recognizer = answerer.recognizer(["walk", "wave"], calibrate="none")
    for clip in some:
        recognizer.scores([clip])
    assert len(recognizer.scorers[0].looks._clips) == 1  # the last ones alone
    assert len(cache._known) <= cache._IN_PROCESS
