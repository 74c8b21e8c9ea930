"""`push_to_hub` of models, renderers and processors where this package is installed: private at first, with card and code."""

from __future__ import annotations

import tempfile

from .pushing import push


def push_to_hub(
    self,
    repo_id: str,
    *,
    private: bool = True,
    revision: str | None = None,
    commit_message: str | None = None,
    token: str | None = None,
    max_shard_size: str = "5GB",
) -> str:
    """Saves and uploads: weights, configuration, code that loads it anywhere, a card where the repository has none.

    Args:
        repo_id: "USER/NAME"; made where there is none. Model and processor may go into one.
        private: whether a new repository is private. The library's own default is public.
        revision: the branch; made from main where there is none.
        commit_message: None: says what it is.
        token: None takes the one of `hf auth login` or HF_TOKEN.
        max_shard_size: of a file of weights.

    Returns:
        The commit's id.

    Raises:
        as `hub.push`.
    """
    is_model = hasattr(self, "state_dict")
    with tempfile.TemporaryDirectory() as folder:
        self.save_pretrained(folder, **({"max_shard_size": max_shard_size} if is_model else {}))
        message = commit_message or f"Upload {type(self).__name__}"
        done = push(
            folder, repo_id, public=not private, revision=revision, message=message, token=token, whole=is_model
        )
    return done.commit
