"""`push_to_hub` of models, renderers and processors, with card and code, private by default; labels saved beside models."""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huggingface_hub import CommitInfo, ModelCard

from ..configs import LABELS


def with_labels(save_pretrained: Callable[..., None]) -> Callable[..., None]:
    """The method, which also writes the labels of the training to labels.json; an existing list is kept."""

    @functools.wraps(save_pretrained)
    def save(self: Any, save_directory: Any, *args: Any, **kwargs: Any) -> None:
        if self.config.taught_labels and kwargs.get("is_main_process", True):
            labels = Path(save_directory, LABELS)
            labels.parent.mkdir(parents=True, exist_ok=True)
            if not labels.exists():
                text = json.dumps(list(self.config.taught_labels), indent=0, ensure_ascii=False)
                labels.write_text(text + "\n", encoding="utf-8")
        save_pretrained(self, save_directory, *args, **kwargs)

    return save


def push_to_hub(
    self: Any,
    repo_id: str,
    *,
    commit_message: str | None = None,
    commit_description: str | None = None,
    private: bool | None = None,
    token: bool | str | None = None,
    revision: str | None = None,
    create_pr: bool = False,
    max_shard_size: int | str | None = "50GB",
    tags: list[str] | None = None,
) -> CommitInfo:
    """Saves and uploads: weights, configuration, code that loads it anywhere, a card where the repository has none.

    Args:
        repo_id: "USER/NAME"; made where there is none. Model and processor may go into one.
        commit_message, commit_description: None: a message that says what it is, and no description.
        private: whether a new repository is private; None: it is. The library's own default is public.
        token: None or True take the one of `hf auth login` or HF_TOKEN.
        revision: the branch; made from main where there is none.
        create_pr: propose it as a pull request.
        max_shard_size: of a file of weights.
        tags: further ones, for a card that is made now.

    Returns:
        As the library's: the commit, whose text is its address.

    Raises:
        as `hub.push`.
    """
    from .card import model_card  # here: every model is given this method, few are pushed
    from .listing import CARD
    from .pushing import push

    is_model = hasattr(self, "state_dict")
    message = commit_message or f"Upload {type(self).__name__}"
    with tempfile.TemporaryDirectory() as folder:
        self.save_pretrained(folder, **({"max_shard_size": max_shard_size} if is_model else {}))
        if tags and is_model:
            card = ModelCard(model_card(folder, repo_id=repo_id))
            card.data.tags = [*(card.data.tags or ()), *tags]
            card.save(Path(folder) / CARD)
        done = push(
            folder, repo_id, public=private is False, revision=revision, message=message, description=commit_description,
            create_pr=create_pr, token=None if token is True else token, whole=is_model,
        )  # fmt: skip
    return CommitInfo(
        commit_url=done.commit_url, commit_message=message, commit_description=commit_description or "", oid=done.commit
    )
