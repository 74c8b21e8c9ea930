"""The model of this folder behind HTTP: what Hugging Face Inference Endpoints start (`EndpointHandler`).

    {"inputs": [[[[x, y, z], ...], ...], ...], "parameters": {"layout": "kinect_v2", "labels": ["walk", "wave"]}}

`inputs` is a clip: (frames, [people,] joints, 2 or 3) in metres, X right, Y up, Z towards the viewer, null where a joint was not
seen. `parameters` are those of the pipeline "skeleton-to-text": `question`, or `labels` with `top_k` and `descriptions`, `layout`,
and arguments of `generate`. Paths and addresses are refused: a request must not decide what this machine opens.
"""

from typing import Any

from transformers import pipeline


class EndpointHandler:
    """
    Args:
        path: the folder that the service has downloaded the repository to.
    """

    def __init__(self, path: str = "") -> None:
        self.pipe = pipeline("skeleton-to-text", model=path, trust_remote_code=True)

    def __call__(self, data: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request, or {"error": what was expected}."""
        clip, parameters = data.get("inputs"), data.get("parameters") or {}
        try:
            if not isinstance(clip, list) or not isinstance(parameters, dict):
                raise TypeError("expected inputs: a list of frames, and parameters: an object")
            return self.pipe([clip], **parameters)[0]
        except (TypeError, ValueError) as error:
            return {"error": str(error)}
