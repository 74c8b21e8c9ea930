"""Writes the pages that mkdocs reads: the guides and README.md, links to the repository's other files made absolute.

python docs/site.py out/pages
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# As GitHub's workflows say it: "OWNER/NAME". Elsewhere links to files that are no pages become their text.
REPOSITORY = os.environ.get("GITHUB_REPOSITORY")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)#\s]+)((?:#[^)]*)?)\)")
API = (
    "skeletonllm_hf.default",
    "skeletonllm_hf.answering.loading",
    "skeletonllm_hf.answering.recognizer",
    "skeletonllm_hf.model.modeling_skeletonllm",
    "skeletonllm_hf.model.processing_skeletonllm",
    "skeletonllm_hf.model.modeling_draction",
    "skeletonllm_hf.model.skeleton",
    "skeletonllm_hf.model.layouts",
    "skeletonllm_hf.readers",
    "skeletonllm_hf.model.pipeline_skeletonllm",
    "skeletonllm_hf.training.chat",
)


def page(text: str, home: Path) -> str:
    """Links as they lead from `out/pages`, where the guides lie as in `docs`, and README.md beside them.

    Args:
        text: Markdown.
        home: the folder of the file that it is from.
    """

    docs = ROOT / "docs"
    own = home if home.is_relative_to(docs) else docs

    def link(match: re.Match) -> str:
        text, target, anchor = match[1], match[2], match[3]
        if "://" in target or target.startswith("mailto:"):
            return match[0]
        file = (home / target).resolve()
        path = file.relative_to(ROOT).as_posix()
        if path == "README.md":
            return f"[{text}]({os.path.relpath(docs / 'index.md', own)}{anchor})"
        if file.is_relative_to(docs) and file.suffix in (".md", ".png", ".svg", ".gif"):
            return f"[{text}]({os.path.relpath(file, own)}{anchor})"
        return f"[{text}](https://github.com/{REPOSITORY}/blob/main/{path}{anchor})" if REPOSITORY else text

    return _LINK.sub(link, text)


def write(out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(
        ROOT / "docs", out, ignore=lambda folder, names: [name for name in names if name.endswith((".py", ".md"))]
    )
    for guide in sorted((ROOT / "docs").rglob("*.md")):
        there = out / guide.relative_to(ROOT / "docs")
        there.parent.mkdir(exist_ok=True)
        there.write_text(page(guide.read_text("utf-8"), guide.parent), "utf-8")
    (out / "index.md").write_text(page((ROOT / "README.md").read_text("utf-8"), ROOT), "utf-8")
    (out / "api.md").write_text("# API\n\n" + "\n".join(f"::: {name}\n" for name in API), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
