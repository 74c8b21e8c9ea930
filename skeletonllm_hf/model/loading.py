"""Loading that refuses weights which do not fit."""

from __future__ import annotations


class StrictLoading:
    """For models, before `PreTrainedModel` in the bases: a checkpoint fits, or loading it is an error."""

    @classmethod
    def from_pretrained(cls, *args, output_loading_info: bool = False, use_safetensors: bool = True, **kwargs):
        """As the library's, but a tensor that is missing, unexpected or of another shape is an error, not a log line.

        Raises:
            ValueError: such tensors, by name; pickled weights asked for by `use_safetensors=False`.
            OSError: no safetensors there. Pickled weights are never opened: they can run code.
        """
        if not use_safetensors:
            raise ValueError(
                "use_safetensors: expected True, got False: pickled weights are refused, they can run code"
            )
        model, info = super().from_pretrained(*args, output_loading_info=True, use_safetensors=True, **kwargs)
        kinds = ("missing_keys", "unexpected_keys", "mismatched_keys")
        problems = {kind: sorted(map(str, info[kind])) for kind in kinds if info[kind]}
        if problems:
            raise ValueError(f"{args[0] if args else 'checkpoint'}: weights do not fit the model: {problems}")
        return (model, info) if output_loading_info else model
