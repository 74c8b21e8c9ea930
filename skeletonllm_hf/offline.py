"""Reachability of the Hub: without a network, its client tries every file six times before it looks at the files on disk."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

SECONDS = 10.0  # that one request may take
FRESH = 60.0  # seconds for which the result is kept: loading a model asks from several places
_checked: dict[str, tuple[float, bool]] = {}  # address of a Hub -> when it was asked, whether it answered


def loading_options(name: str | Path) -> dict[str, Any]:
    """Arguments of `from_pretrained` and `cached_file`: {"local_files_only": True} where the Hub cannot be reached, else {}.

    Args:
        name: a folder, which is looked for on disk alone, or a repository on the Hub, "USER/NAME": at most one request in `FRESH` seconds.
    """
    if Path(name).is_dir():
        return {}
    from huggingface_hub import HfApi, is_offline_mode

    if is_offline_mode():
        return {"local_files_only": True}
    hub = HfApi()
    checked, reached = _checked.get(hub.endpoint, (0.0, False))
    if not checked or time.monotonic() - checked > FRESH:
        reached = _answers(hub, str(name))
        _checked[hub.endpoint] = time.monotonic(), reached
    return {} if reached else {"local_files_only": True}


def _answers(hub: Any, name: str) -> bool:
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        hub.model_info(name, timeout=SECONDS)
    except (HfHubHTTPError, HFValidationError):
        return True  # the Hub answers, and loading says what is wrong
    except Exception:  # of whichever HTTP library the Hub's client has: no connection, no name, too late
        return False
    return True
