"""Whether to ask the Hub at all: without a network, its client tries every file six times before it looks at what is on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SECONDS = 10.0  # that one request may take


def loading_options(name: str | Path) -> dict[str, Any]:
    """Arguments of `from_pretrained` and `cached_file`: {"local_files_only": True} where the Hub cannot be reached, else {}.

    Args:
        name: a folder, which is looked for on disk alone, or a repository on the Hub, "USER/NAME": one request.
    """
    if Path(name).is_dir():
        return {}
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        HfApi().model_info(str(name), timeout=SECONDS)
    except (HfHubHTTPError, HFValidationError):
        return {}  # the Hub answers, and loading says what is wrong
    except Exception:  # of whichever HTTP library the Hub's client has: no connection, no name, too late
        return {"local_files_only": True}
    return {}
