"""Teachers that write rationales for CR-Distill: the describer, or a model behind an OpenAI-compatible server."""

from __future__ import annotations

from typing import Protocol

from ..answering.endpoint import Endpoint
from ..answering.rendering import FrameRenderer
from ..describe.describer import LABEL_LINE, MOST_SENTENCES, rationale, with_label
from ..model.skeleton import SkeletonSequence

SYSTEM = "You explain what moving skeletons do, from rendered frames, to people who learn to recognise actions."
# The teacher knows the label; the student who is to write the same does not, so the text must not lean on it.
PROMPT = (
    "The frames show, in order of time, a recording of one or more people as coloured skeletons. It lasts {seconds:.1f} "
    "seconds. The action is: {label}.\n"
    "Write, step by step, what in the motion shows this: which parts of the body move, in which direction, how far, when, "
    "how often and in what order; posture, travel, turning, and contact between people. Use left and right from the "
    "person's own view. At most {most} short sentences, one a line. Describe only what can be seen; do not name the action "
    "before the last line, and do not say that you were told it. The last line is: " + LABEL_LINE + "{label}"
)
_MAX_TOKENS = 512


class Teacher(Protocol):
    """Writes rationales; `name` tells different teachers apart when a stopped run goes on."""

    name: str

    def write(self, clip: SkeletonSequence, label: str) -> str:
        """Step-by-step reasoning about the clip that ends in the line `Label: <label>`."""


class Describer:
    """The kinematic describer: deterministic, needs no model."""

    def __init__(self, most: int = MOST_SENTENCES):
        self.name, self.most = f"describer:{most}", most

    def write(self, clip: SkeletonSequence, label: str) -> str:
        return rationale(clip, label, self.most)


class EndpointTeacher:
    """A vision-language model on a server: it is shown our rendered frames and told the label.

    Args:
        endpoint: the server.
        frames: draws them (`answering.loading.load_renderer`).
        most: sentences it is asked for at most.
    """

    def __init__(self, endpoint: Endpoint, frames: FrameRenderer, most: int = MOST_SENTENCES) -> None:
        self.name = f"endpoint:{endpoint.model}:{most}"
        self.endpoint, self.frames, self.most = endpoint, frames, most

    def write(self, clip: SkeletonSequence, label: str) -> str:
        """EndpointError: the server failed. ValueError: it wrote nothing but a label."""
        question = PROMPT.format(seconds=clip.seconds, label=label, most=self.most)
        text = with_label(
            self.endpoint.ask(self.frames.render(clip), question, system=SYSTEM, max_tokens=_MAX_TOKENS), label
        )
        if "\n" not in text:
            raise ValueError(f"{self.endpoint.model}: expected reasoning before the label, got none")
        return text


def teacher_on_server(
    url: str,
    model: str,
    *,
    renderer: str | None = None,
    size: int | None = None,
    timeout: float = 120.0,
    most: int = MOST_SENTENCES,
) -> EndpointTeacher:
    """The teacher behind an OpenAI-compatible server.

    Args:
        url, model: the server, and the model's name there; the key stands in the environment (`endpoint`).
        renderer, size: what draws the frames, and how wide (`answering.loading.load_renderer`).
        timeout: longest silence of the server, in seconds.
        most: sentences it is asked for at most.

    Raises:
        ValueError: an address or a name that makes no sense.
    """
    from ..answering.endpoint import FRAME_TEXT
    from ..answering.loading import load_renderer

    endpoint = Endpoint(url, model, timeout=timeout)
    frames = load_renderer(renderer, size)
    endpoint.frame_text = FRAME_TEXT if frames.frame_text is None else frames.frame_text
    return EndpointTeacher(endpoint, frames, most)
