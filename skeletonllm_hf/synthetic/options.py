"""Options of synthetic clips, and the ground truth of a clip."""

from __future__ import annotations

from dataclasses import dataclass

STYLES = ("neutral", "tired", "energetic", "elderly", "proud", "shy")


@dataclass(frozen=True)
class MotionOptions:
    """Ranges (low, high) from which each clip draws, and chances in [0, 1].

    Args:
        fps: frame rates to choose from.
        seconds: shortest and longest clip; long ones are played faster to fit.
        padding: seconds of standing before and after the action.
        speed: factor on the action's own tempo.
        amplitude: factor on how far free movements go.
        stature: metres.
        proportions: standard deviation of limb lengths and widths, as a share.
        heading: half-width in degrees of the yaw away from the viewer.
        turned: chance of any yaw at all instead.
        side: "left" or "right" for one-sided actions, None: either.
        direction: one of the action's `ways` (`find_action`), None: any. Actions without ways take no notice.
        style: one of `STYLES`, None: drawn, mostly neutral.
        seated: chance that an action of arms or head alone is done sitting.
        alias: chance that a label is one of the action's other names.
        composite: chance that, with no action named, two are done one after the other.
        sway: how much a body breathes and sways, 1 is natural.
        counts: captions may say how often something is done; answers to questions always do.
        viewer: texts may say where somebody faces or goes in the picture; False for clips that are turned afterwards.
        noise: metres, standard deviation of white noise on every coordinate; (low, high).
        wander: metres, slow wander of each joint as depth sensors show it; (low, high).
        offset: metres, a constant error of each joint in a clip; (low, high).
        dropout: share of joint observations lost, in runs of frames; (low, high).
    """

    fps: tuple[float, ...] = (15.0, 20.0, 25.0, 30.0, 30.0, 30.0, 60.0)
    seconds: tuple[float, float] = (1.0, 8.0)
    padding: tuple[float, float] = (0.0, 0.7)
    speed: tuple[float, float] = (0.65, 1.5)
    amplitude: tuple[float, float] = (0.9, 1.08)
    stature: tuple[float, float] = (1.15, 1.95)
    proportions: float = 0.05
    heading: float = 30.0
    turned: float = 0.15
    side: str | None = None
    direction: str | None = None
    style: str | None = None
    seated: float = 0.06
    alias: float = 0.0
    composite: float = 0.0
    sway: float = 1.0
    counts: bool = True
    viewer: bool = True
    noise: tuple[float, float] = (0.0, 0.01)
    wander: tuple[float, float] = (0.0, 0.015)
    offset: tuple[float, float] = (0.0, 0.015)
    dropout: tuple[float, float] = (0.0, 0.02)

    def __post_init__(self) -> None:
        for name in ("seconds", "padding", "speed", "amplitude", "stature", "noise", "wander", "offset", "dropout"):
            low, high = getattr(self, name)
            if not 0 <= low <= high:
                raise ValueError(f"options.{name}: expected 0 <= low <= high, got {(low, high)}")
        for name in ("seconds", "speed", "stature"):
            if getattr(self, name)[0] <= 0:
                raise ValueError(f"options.{name}: expected positive numbers, got {getattr(self, name)}")
        if self.dropout[1] >= 1:
            raise ValueError(f"options.dropout: expected shares below 1, got {self.dropout}")
        for name in ("turned", "seated", "alias", "composite"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"options.{name}: expected a chance in [0, 1], got {getattr(self, name)}")
        if not self.fps or min(self.fps) <= 0:
            raise ValueError(f"options.fps: expected positive frame rates, got {self.fps}")
        if self.side not in (None, "left", "right"):
            raise ValueError(f"options.side: expected 'left', 'right' or None, got {self.side!r}")
        if self.style is not None and self.style not in STYLES:
            raise ValueError(f"options.style: expected one of {STYLES} or None, got {self.style!r}")


# The same body every time, facing the viewer, seen without error: for measurements and tests.
EXACT = MotionOptions(
    fps=(30.0,), padding=(0.3, 0.3), speed=(1.0, 1.0), amplitude=(1.0, 1.0), stature=(1.7, 1.7), proportions=0.0,
    heading=0.0, turned=0.0, style="neutral", seated=0.0, noise=(0, 0), wander=(0, 0), offset=(0, 0), dropout=(0, 0),
)  # fmt: skip


@dataclass(frozen=True)
class PartTruth:
    """Ground truth of one person in one part of a clip.

    `limbs` are named from the performer's own view ("right hand", "both legs", "head", "body"), `side` is
    the performer's side or "both" or None, `direction` where the movement goes from the performer's own
    view, `count` how many repetitions can be seen (None where the action has none), `unit` the verb that
    is counted, `speed` "slow", "normal" or "fast", `posture` at the start and the end, `frames` the
    first and the last frame of the movement.
    """

    action: str
    limbs: tuple[str, ...]
    side: str | None
    direction: str | None
    count: int | None
    unit: str | None
    speed: str
    posture: tuple[str, str]
    travel: str | None
    frames: tuple[int, int]


@dataclass(frozen=True)
class MotionTruth:
    """Ground truth of a clip: for each person the parts in their order.

    `facing` is where person 0 looks at the start ("the camera", "away from the camera", "the left of
    the picture", "the right of the picture"), None in between or where `MotionOptions.viewer` is off;
    `contact`: people touch each other.
    """

    action: str
    people: tuple[tuple[PartTruth, ...], ...]
    style: str
    facing: str | None
    contact: bool
    fps: float

    @property
    def order(self) -> tuple[str, ...]:
        """Names of the parts, first to last."""
        return tuple(part.action for part in self.people[0])
