"""Numbers with their nouns: one function, and no message that counts a thing without it."""

from __future__ import annotations

import re

import pytest
import structure

from skeletonllm_hf.nouns import counted

# What people count in these folders; "at most N clips" and the like are constants of more than one.
COUNTED = re.compile(
    r'(?<!most )(?!\{[A-Z_]+\})\{[^{}"]{1,80}\} (?:clips|shards|labels|files|rows|results|rationales|steps|candidates|frames)\b'
)
FOLDERS = ("cli", "batch", "data", "training", "evaluation")


@pytest.mark.parametrize(
    ("number", "words", "text"),
    [
        (0, ("clip",), "0 clips"),
        (1, ("clip",), "1 clip"),
        (1200, ("clip",), "1,200 clips"),
        (1, ("person", "people"), "1 person"),
        (2, ("file is", "files are"), "2 files are"),
    ],
)
def test_one_of_a_thing_is_no_plural(number, words, text):
    assert counted(number, *words) == text


@pytest.mark.parametrize("folder", FOLDERS)
def test_messages_count_with_it(folder):
    paths = structure.python_files(f"{structure.PACKAGE}/{folder}")
    assert paths
    bare = [
        f"{path.name}: {line.strip()}"
        for path in paths
        for line in path.read_text("utf-8").splitlines()
        if COUNTED.search(line) and "frames a second" not in line
    ]
    assert bare == []


def test_the_check_finds_one():
    assert COUNTED.search('f"{len(rows)} clips"') and not COUNTED.search('f"at most {most} clips"')
