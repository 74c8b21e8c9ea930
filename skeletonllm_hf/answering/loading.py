"""Loading of answerers: the bundled model, a checkpoint, its quantised form, or a server's model."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..hub.slim import check_folder, whole_folder
from ..offline import loading_options
from .endpoint import FRAME_TEXT, Endpoint, EndpointAnswerer
from .labels import BUNDLED
from .rendering import FrameRenderer

FRAME_SIZE = 448  # pixels of the bundled renderer's frames for servers: what InternVL's vision encoder takes


def load(
    name_or_folder: str | Path | None = None,
    *,
    device: Any = None,
    dtype: Any = None,
    quantize: str | None = None,
    endpoint: str | None = None,
    renderer: str | Path | None = None,
    size: int | None = None,
    timeout: float = 120.0,
    key: str | None = None,
) -> Any:
    """An `Answerer`: answers questions about clips.

        load()                                     # the bundled model
        load("ann/waves", device="cuda", quantize="4bit")
        load("big-model", endpoint="http://localhost:8000/v1")

    Args:
        name_or_folder: a SkeletonLLM checkpoint, a folder or on the Hub, whole or slim; "small": see docs/small.md; None: the
            bundled one. With `endpoint`: the model's name at that server.
        device: where the model, or with `endpoint` the renderer, runs; None: the CPU.
        dtype: of the language model; None: float32 for the bundled model, the checkpoint's own for others.
        quantize: "4bit" (NF4) or "8bit": the language model's linear layers, while they are loaded, by bitsandbytes.
        endpoint: base address of an OpenAI-compatible server, which answers in place of a model here.
        renderer, size: with `endpoint`: what draws the frames, as in `load_renderer`.
        timeout, key: with `endpoint`: as in `Endpoint`.

    Returns:
        A `LocalAnswerer` with `model` (in evaluation mode) and `processor`, or an `EndpointAnswerer`.

    Raises:
        ValueError: arguments that do not go together, or weights that do not fit.
        OSError: nothing of that name, or no base of a slim checkpoint. ModuleNotFoundError: bitsandbytes is not installed.
    """
    if endpoint is not None:
        if quantize is not None or dtype is not None:
            raise ValueError(
                "dtype, quantize: expected none with an endpoint: the server chooses how it runs its model"
            )
        frames = load_renderer(renderer, size)
        if device is not None:
            frames.renderer.to(device)
        text = FRAME_TEXT if frames.frame_text is None else frames.frame_text
        return EndpointAnswerer(Endpoint(endpoint, str(name_or_folder or ""), key, timeout, text), frames)
    if renderer is not None or size is not None:
        raise ValueError("renderer, size: expected none without an endpoint: a checkpoint has its own renderer")
    from ..model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
    from ..model.processing_skeletonllm import SkeletonLLMProcessor
    from .local import LocalAnswerer

    source = BUNDLED if name_or_folder is None else name_or_folder
    check_folder(source)
    source = whole_folder(source)
    if quantize is not None:
        from ..quantized import quantization

        options = {"quantization_config": quantization(source, quantize), "device_map": {"": device or "cpu"}}
    else:
        options = {}
    there = loading_options(source)
    if dtype is None and name_or_folder is None and quantize is None:
        dtype = "float32"
    if dtype is not None:
        options["dtype"] = dtype
    model = SkeletonLLMForConditionalGeneration.from_pretrained(source, **options, **there)
    if quantize is None and device is not None:
        model = model.to(device)
    name = None if name_or_folder is None else str(name_or_folder)
    return LocalAnswerer(model.eval(), SkeletonLLMProcessor.from_pretrained(source, **there), name)


@contextlib.contextmanager
def quiet_loading() -> Iterator[None]:
    """A context without the library's progress bars; the setting before is restored."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def load_renderer(name: str | Path | None = None, size: int | None = None) -> FrameRenderer:
    """A renderer of frames without a language model, in evaluation mode on the CPU.

    Args:
        name: the `renderer` folder of an export, a SkeletonLLM checkpoint, either on the Hub too, or a weight file that
            the paper's authors released (`.safetensors`). None: the bundled model's renderer.
        size: width and height of a frame in pixels; None: the renderer's own, `FRAME_SIZE` for the bundled one.

    Raises:
        ValueError, OSError: nothing of the kind.
    """
    from transformers import AutoConfig
    from transformers.utils import cached_file

    from ..model.clip_view import ClipView
    from ..model.modeling_draction import DrActionModel
    from ..model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
    from ..model.processing_skeletonllm import SkeletonLLMProcessor

    text, view = None, None
    if name is None:
        bundled = load()
        renderer, view, size = bundled.model.renderer, bundled.view, size or FRAME_SIZE
    elif str(name).endswith(".safetensors"):
        renderer = DrActionModel.from_official(name)
    else:
        from ..conversion.plain import frame_text  # pulls in more than most callers need

        check_folder(name)
        name = whole_folder(name)
        there = loading_options(name)
        kind = AutoConfig.from_pretrained(name, **there).model_type
        if kind not in ("draction", "skeletonllm"):  # on the Hub: folders were looked at
            raise ValueError(f"{name}: expected a SkeletonLLM or a renderer, got a model of type {kind!r}")
        if kind == "draction":
            renderer = DrActionModel.from_pretrained(name, **there)
        else:
            renderer = SkeletonLLMForConditionalGeneration.from_pretrained(name, **there).renderer
        if cached_file(name, "processor_config.json", _raise_exceptions_for_missing_entries=False, **there) is not None:
            processor = SkeletonLLMProcessor.from_pretrained(name, **there)
            view, text = processor.view, frame_text(processor)[0]
    if view is None:
        config = renderer.config
        view = ClipView(config.num_frames, config.camera, sampling=config.sampling)
    renderer = renderer if size is None else renderer.with_config(image_size=size)
    return FrameRenderer(renderer.eval(), view, text)
