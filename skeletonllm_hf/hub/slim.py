"""Slim checkpoints: renderer, vision tower, projector and adapters, beside the name and hash of the base language model.

A slim folder is a checkpoint with `slim.safetensors` and `base.json` in place of `model.safetensors`. Loading calls `whole_folder`,
which merges the base and the adapters once and keeps the whole model in the user's cache.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .. import cache
from ..configs import LABELS
from ..offline import loading_options
from .language_base import BASE, SMALL, Base, digest, kept, read_base, small_base
from .listing import CARD
from .small import initial_small

SLIM, CONFIG = "slim.safetensors", "config.json"
_OURS = ("skeletonllm", "draction")  # types of models
LARGEST_RANK = 24  # of an adapter: with it the model "small" takes less than 25 MB
_LANGUAGE, _ROWS = "mllm.model.language_model.", "mllm.model.language_model.embed_tokens.weight"
_LEFT_OUT = 1e-2  # share of an update's size that its adapter may miss


def whole_folder(name: str | os.PathLike[str]) -> str | Path:
    """The folder of a whole model in place of a slim checkpoint; any other name as it is.

    Args:
        name: a folder, a Hub id, or "small".

    Raises:
        FileNotFoundError: the base is nowhere; see `Base.find`.
        ValueError: a slim checkpoint that does not fit its base.
    """
    if str(name) == SMALL and not Path(name).exists():
        return initial_small()
    folder = _slim_folder(name)
    if folder is None:
        return name if isinstance(name, str) else Path(name)
    files = [(path.name, digest(path)) for path in sorted(folder.iterdir()) if path.is_file()]
    return kept(cache.key("whole-1", files), lambda partial: assemble(folder, partial))


def check_folder(name: str | os.PathLike[str]) -> None:
    """A folder's contents, or whether a name may be one on the Hub (USER/NAME).

    Raises:
        FileNotFoundError: nothing of that name, or a folder without a model; says what it holds.
        ValueError: another kind of model.
    """
    text, folder = str(name), Path(name)
    if folder.is_dir():
        if not (folder / CONFIG).is_file():
            raise FileNotFoundError(f"{name}: expected the folder of a model, with {CONFIG}, found {_contents(folder)}")
        kind = _model_type(folder / CONFIG)
        if kind not in _OURS:
            problem = f"expected a SkeletonLLM or a renderer, got a model of type {kind!r}"
            raise ValueError(
                f"{name}: {problem}; `skeletonllm new --base {name} --out DIR` puts a renderer in front of it"
            )
        return
    is_path = isinstance(name, Path) or text.startswith((".", "/", "~")) or text.count("/") > 1 or "\\" in text
    if is_path:
        found = "a file" if folder.is_file() else "nothing"
        raise FileNotFoundError(f"{name}: expected the folder of a model, found {found} there")
    if "/" not in text and text != SMALL:
        found = "a file" if folder.is_file() else "no such folder"
        raise FileNotFoundError(
            f"{name}: expected the folder of a model, or one on the Hub as USER/NAME, found {found}"
        )


def _model_type(config: Path) -> object:
    try:
        values = json.loads(config.read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{config}: expected JSON: {error}") from None
    return values.get("model_type") if isinstance(values, dict) else None


def _contents(folder: Path) -> str:
    """What a folder without a model holds, and where one may be."""
    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    inside = [path.parent for path in sorted(folder.glob(f"*/{CONFIG}"))]
    if inside:
        return f"one in {inside[-1]}"  # of a training run, `final`
    if "run.json" in names:
        return f"a training run that has not ended: its model will be in {folder / 'final'}"
    return f"{', '.join(names[:4])}{', ...' if len(names) > 4 else ''}" if names else "an empty folder"


def assemble(folder: Path, out: Path) -> None:
    """Writes the whole model of a slim folder into `out`, in float32. ValueError: tensors that do not fit."""
    import torch

    from ..model.configuration_skeletonllm import SkeletonLLMConfig
    from ..model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
    from ..model.processing_skeletonllm import SkeletonLLMProcessor

    base = Base.read(folder).find()
    tensors = _read(folder / SLIM)
    language = _language_tensors(base)
    with torch.no_grad():
        for name in [name for name in tensors if name.endswith(".lora_A")]:
            weight = name.removesuffix(".lora_A") + ".weight"
            factors = tensors.pop(name).float(), tensors.pop(name.removesuffix("A") + "B").float()
            if weight not in language:
                raise ValueError(f"{folder / SLIM}: {name}: the base has no {weight}")
            language[weight] = language[weight] + factors[1] @ factors[0]
        language[_ROWS] = torch.cat([language[_ROWS], tensors.pop(_ROWS).float()])
    config = SkeletonLLMConfig.from_pretrained(folder)
    model = SkeletonLLMForConditionalGeneration(config).float()
    found = language | {name: value.float() if value.is_floating_point() else value for name, value in tensors.items()}
    missing, unexpected = model.load_state_dict(found, strict=False, assign=True)
    model.tie_weights()
    if lacking := sorted({*missing, *unexpected} - set(model.all_tied_weights_keys)):
        raise ValueError(f"{folder / SLIM}: expected, with {base.name}, the model's tensors: not so for {lacking[:5]}")
    model.save_pretrained(out)
    SkeletonLLMProcessor.from_pretrained(folder).save_pretrained(out)
    for path in folder.iterdir():
        if path.is_file() and path.name not in (SLIM, BASE) and not (out / path.name).exists():
            shutil.copyfile(path, out / path.name)


def slim(
    model: Any, processor: Any, base: Base, out: str | os.PathLike[str], rank: int = LARGEST_RANK,
    others: Mapping[str, Path] | None = None,
) -> dict[str, float]:  # fmt: skip
    """Writes a model on a base as a slim folder: what adapters changed of the language model, as adapters again.

    Args:
        model, processor: a `SkeletonLLMForConditionalGeneration` in float32 and its processor.
        base: what its language model was.
        out: a new folder.
        rank: largest of an adapter.
        others: further files for the folder, by name.

    Returns:
        "bytes" of the weights, "rank" of the largest adapter, "missed": largest share of an update's size that its adapter misses.

    Raises:
        FileExistsError: `out` is there already.
        ValueError: a language model that was changed by more than adapters of that rank, or is no continuation of that base.
    """
    from safetensors.torch import save_file

    out = Path(out)
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out}: expected no such folder, or an empty one; it holds something")
    before = _language_tensors(base.find())
    tensors: dict[str, Any] = {}
    missed, largest = 0.0, 0
    tied = set(model.all_tied_weights_keys)
    for name, value in model.state_dict().items():
        value = value.detach().cpu()
        if name in tied:
            continue
        if name == _ROWS:
            rows = len(before[name])
            _same(name, value[:rows], before[name])
            tensors[name] = value[rows:].bfloat16()
        elif name in before and value.ndim == 2:
            factors, share = _factors(value.float() - before[name], rank)
            missed, largest = max(missed, share), max(largest, len(factors[1]) if factors else 0)
            if share > _LEFT_OUT:
                raise ValueError(
                    f"{name}: expected an update of rank {rank} at most: as one it loses {share:.1%} of its size"
                )
            for letter, factor in zip("BA", factors):
                tensors[f"{name.removesuffix('.weight')}.lora_{letter}"] = factor
        elif name in before:
            _same(name, value, before[name])
        else:
            short = value.is_floating_point() and not name.startswith("renderer.")
            tensors[name] = value.bfloat16() if short else value
    out.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous() for name, value in tensors.items()}, out / SLIM, {"format": "pt"})
    (out / BASE).write_text(json.dumps(asdict(base), indent=2) + "\n", "utf-8")
    model.config.save_pretrained(out)
    model.generation_config.save_pretrained(out)
    processor.save_pretrained(out)
    for name, path in (others or {}).items():
        shutil.copyfile(path, out / name)
    return {"bytes": (out / SLIM).stat().st_size, "rank": largest, "missed": missed}


def slim_folder(source: str | os.PathLike[str], out: str | os.PathLike[str]) -> dict[str, float]:
    """`slim` of a folder that training left, or of "small" itself; on the base of "small"."""
    from ..model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
    from ..model.processing_skeletonllm import SkeletonLLMProcessor

    folder = Path(whole_folder(source))
    model = SkeletonLLMForConditionalGeneration.from_pretrained(folder, dtype="float32")
    others = {name: folder / name for name in (LABELS, CARD) if (folder / name).is_file()}
    return slim(model, SkeletonLLMProcessor.from_pretrained(folder), small_base(), out, others=others)


def _factors(update: Any, rank: int) -> tuple[tuple[Any, ...], float]:
    """(B, A) whose product is the update but for the share that is returned; () for no update."""
    import torch

    size = update.norm()
    if size == 0:
        return (), 0.0
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        left, values, right = torch.svd_lowrank(update, q=min(rank + 8, *update.shape), niter=4)
    used = min(rank, int((values > 1e-4 * values[0]).sum()))
    root = values[:used].sqrt()
    b, a = (left[:, :used] * root).bfloat16(), (right[:, :used] * root).T.bfloat16()
    return (b, a), float((update - b.float() @ a.float()).norm() / size)


def _same(name: str, value: Any, before: Any) -> None:
    if value.shape != before.shape or not (value == before).all():
        raise ValueError(f"{name}: expected the base's own values; only adapters can be taken from a language model")


def _language_tensors(path: Path) -> dict[str, Any]:
    """The base's tensors by their names inside a `SkeletonLLMForConditionalGeneration`; without the head, which is tied to the embeddings."""
    language = read_base(path)
    if not language.config.tie_word_embeddings:
        raise ValueError(
            f"{path}: expected a language model whose head is its embeddings, found one with a head of its own"
        )
    return {
        _LANGUAGE + name.removeprefix("model."): value
        for name, value in language.state_dict().items()
        if name.startswith("model.")
    }


def _read(path: Path) -> dict[str, Any]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path}: expected safetensors: {error}") from None


def _slim_folder(name: str | os.PathLike[str]) -> Path | None:
    """The folder of a slim checkpoint, fetched where it is on the Hub; None: it is none."""
    if Path(name).is_dir():
        return Path(name) if (Path(name) / SLIM).is_file() else None
    if str(name).count("/") != 1 or str(name).startswith((".", "/", "~")):
        return None
    from huggingface_hub import snapshot_download
    from transformers.utils import cached_file

    try:
        found = cached_file(name, BASE, _raise_exceptions_for_missing_entries=False, **loading_options(str(name)))
    except OSError:  # loading the model raises the error
        found = None
    if found is None:
        return None
    return Path(snapshot_download(str(name), allow_patterns=["*.json", "*.jinja", SLIM, "README.md"]))
