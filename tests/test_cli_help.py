"""What --help says about each command, and what the documentation tells people to type: options that are there."""

from __future__ import annotations

import argparse
import re
import shlex
import sys

import pytest
import structure

from skeletonllm_hf.cli.main import build_parser, main
from skeletonllm_hf.model.families import FAMILIES

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
GUIDES = [structure.ROOT / "README.md", *sorted((structure.ROOT / "docs").glob("*.md"))]


def parsers(parser: argparse.ArgumentParser | None = None, name: str = "") -> dict[str, argparse.ArgumentParser]:
    """ "recognize", "data build", ...: command -> its parser."""
    parser = parser or build_parser()
    found = {name: parser} if name else {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, inner in action.choices.items():
                found |= parsers(inner, f"{name} {word}".strip())
    return found


PARSERS = parsers()


@pytest.mark.parametrize("name", PARSERS)
def test_help_names_options_that_the_command_has(name):
    parser = PARSERS[name]
    texts = [action.help or "" for action in parser._actions] + [
        group.description or "" for group in parser._action_groups
    ]
    mentioned = {option for text in texts for option in OPTION.findall(text)}
    of_others = {"--format"} if name == "formats" else set()
    assert mentioned - set(parser._option_string_actions) == of_others


def commands() -> list[tuple[str, str, list[str]]]:
    """(guide, command, its options) of every command line of ours in the blocks and the inline code of the documentation."""
    found = []
    for guide in GUIDES:
        text = guide.read_text("utf-8").replace("\\\n", " ")
        blocks = "\n".join(re.findall(r"^```(?:sh|bash)\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
        lines = [line for line in blocks.splitlines() if "skeletonllm " in line]
        lines += re.findall(r"`(skeletonllm [^`\n]+)`", text)
        for line in lines:
            words = line.partition("skeletonllm ")[2].split("#")[0].split("|")[0].split()
            name = " ".join(words[:2]) if " ".join(words[:2]) in PARSERS else words[0] if words else ""
            if name in PARSERS:
                found.append((guide.name, name, OPTION.findall(" ".join(words))))
    return found


def test_the_documentation_names_options_that_are_there():
    found = commands()
    assert len(found) > 60 and {"README.md", "serving.md", "fine-tuning.md"} <= {guide for guide, _, _ in found}
    unknown = [
        (guide, name, option)
        for guide, name, options in found
        for option in options
        if option not in PARSERS[name]._option_string_actions
    ]
    assert unknown == []


def test_every_family_stands_in_the_help_of_new():
    text = PARSERS["new"].format_help()
    text = " ".join(text.replace("-\n", "-").split()).lower().replace(" ", "").replace("-", "").replace("_", "")
    names = {
        re.split(r"[\d_]", model_type)[0] if "idefics" not in model_type else model_type for model_type in FAMILIES
    }
    assert {"internvl", "idefics3", "smolvlm"} <= names
    assert [name for name in names if name not in text] == []


@pytest.mark.parametrize("package", ["accelerate", "datasets", "peft", "yaml", "diffusers"])
def test_training_names_the_package_that_is_missing(package, monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, package, None)
    words = shlex.split("train --dataset nowhere --average 0.9")
    assert main([*words, "--out", str(tmp_path / "run")]) == 1
    problem = f"skeletonllm: error: training needs {package}: pip install 'skeletonllm-hf[train]'"
    assert capsys.readouterr().err.splitlines()[-1] == problem
