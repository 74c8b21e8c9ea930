"""Performers: turn key poses into controls over time, with a style, a tempo and a body of their own."""

from __future__ import annotations

from typing import Any

import numpy as np

from .controls import COLUMNS, NUM_COLUMNS, POSTURES, SPREAD, channel_columns, row
from .figure import POINTS, Figure
from .motion import drift, smooth, tween
from .options import MotionOptions

_FEET, _HANDS = frozenset(channel_columns(["both_foot"])), frozenset(channel_columns(["both"]))
ABSOLUTE = frozenset(channel_columns(["both", "both_pole"]))
_FREE = np.zeros(NUM_COLUMNS, dtype=bool)  # what grows and shrinks with a performance's amplitude
_FREE[channel_columns(["spine", "both", "both_palm"])] = True
_IN_FRONT = np.array([0.15, 0.0, 0.45])
_FRAMES_PER_TEMPO = 15.0  # frames a second that an action at its own tempo needs: the quickest beats take 0.14 s
_STEP = 0.05  # metres beyond which a foot is lifted and not slid
_LOW = -0.4  # metres of the pelvis below standing: who sits on the ground does slide the feet

# Style -> tempo, amplitude, and what it adds to every posture.
_STYLES = {
    "neutral": (1.0, 1.0, row()),
    "tired": (0.8, 0.94, row(spine=(11, 0, 0), head=(14, 0, 0), pelvis=(0, -0.015, 0))),
    "energetic": (1.2, 1.06, row(spine=(-3, 0, 0))),
    "elderly": (
        0.75,
        0.92,
        row(spine=(22, 0, 0), head=(-10, 0, 0), pelvis=(0, -0.035, -0.02), both=(0.01, 0.02, 0.06)),
    ),
    "proud": (0.95, 1.03, row(spine=(-6, 0, 0), head=(-6, 0, 0), both=(0.04, 0.01, -0.04))),
    "shy": (0.9, 0.92, row(spine=(6, 0, 0), head=(16, 0, 0), both=(-0.05, 0.02, 0.05))),
}

# Size of the sway of a standing body: metres and radians.
_SWAY = {
    "pelvis": (0.010, 0.002, 0.010), "spine": (0.015, 0.02, 0.012), "head": (0.04, 0.06, 0.025),
    "left": (0.009, 0.005, 0.013), "right": (0.009, 0.005, 0.013), "palms": (0.08, 0.08, 0.08, 0.08),
}  # fmt: skip
_SWAY_RATE = 1.1  # changes of course a second
_SWAY_COLUMNS = np.concatenate([np.arange(COLUMNS[name].start, COLUMNS[name].stop) for name in _SWAY])
_SWAY_SIZE = np.concatenate([np.array(size) for size in _SWAY.values()])

Pose = tuple[float, dict[str, Any]]


def key(seconds: float, **channels: Any) -> Pose:
    """A pose reached `seconds` after the one before; channels not named keep their values.

    Hands (`left`, `right`, `both`) and their poles are absolute, in the axes of `controls`; everything
    else adds to the posture, angles in degrees.
    """
    return seconds, channels


class Performer:
    """One body with its random choices; an action's function calls `play`, `walk` or their parts once.

    `plan` decides what is done (counts, choices), so that several performers with equal plans do the
    same; `rng` decides how.
    """

    def __init__(
        self,
        plan: np.random.Generator,
        rng: np.random.Generator,
        options: MotionOptions,
        figure: Figure,
        style: str,
        fps: float,
    ) -> None:
        self.plan, self.rng, self.options, self.figure, self.fps = plan, rng, options, figure, fps
        tempo, size, self._stance = _STYLES[style]
        # a movement of a few frames could not be seen: slow cameras get slower people
        self.speed = min(tempo * rng.uniform(*options.speed), fps / _FRAMES_PER_TEMPO)
        self.amplitude = size * rng.uniform(*options.amplitude)
        self._habit = rng.standard_normal(NUM_COLUMNS) * SPREAD
        self._padding = rng.uniform(*options.padding, 2)
        self.whole = False  # to be begun and ended standing, for another action follows
        self.exact = options.amplitude[0] == options.amplitude[1]
        self.base = POSTURES["standing"]
        self.count: int | None = None
        self.direction: str | None = None
        self.moved = np.zeros(3)  # x, z and yaw by which the last action left its place
        self.controls: np.ndarray = None  # type: ignore[assignment]  # none before an action

    def settle(self, posture: str) -> None:
        """Takes a posture to start from and forgets the action before."""
        self.base = POSTURES[posture] + self._stance * (1.0 if posture in ("standing", "sitting") else 0.0)
        self.count = self.direction = self.controls = None  # type: ignore[assignment]
        self.moved = np.zeros(3)

    # -- choices -------------------------------------------------------------------------------

    def times(self, low: int, high: int) -> int:
        """How often the action is repeated; remembered as the truth."""
        self.count = int(self.plan.integers(low, high + 1))
        return self.count

    def choose(self, *choices: Any) -> Any:
        return choices[int(self.plan.integers(len(choices)))]

    def way(self, *ways: str) -> str:
        """One of these directions, for the texts; `MotionOptions.direction` where that is given, whatever is drawn."""
        drawn, given = self.choose(*ways), self.options.direction
        if given is not None and given not in ways:
            raise ValueError(f"options.direction: expected one of {', '.join(ways)}, got {given!r}")
        self.direction = given or drawn
        return self.direction

    def vary(self, value: float, share: float = 0.15) -> float:
        return value if self.exact else float(value * self.rng.uniform(1 - share, 1 + share))

    def at(self, body_point: str, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> tuple[Any, ...]:
        """The right wrist's place (outward, up, forward) beside a point of the own upright trunk or head."""
        figure, base = self.figure, POINTS["neck_base"]
        trunk = (figure.shoulders, figure.torso, 1.0)
        on_trunk = body_point.startswith(("pelvis", "spine", "neck_base")) or body_point.endswith(("hip", "shoulder"))
        offset = (POINTS[body_point] - base) * (np.array(trunk) if on_trunk else figure.head)
        offset[0] *= -1.0  # into the arm's own outward axis
        offset -= (POINTS["left_shoulder"] - base) * trunk
        return tuple(offset / figure.arms + (x, y, z))

    # -- time ----------------------------------------------------------------------------------

    def begin(self, seconds: float, *, padded: bool = True) -> None:
        """Starts a performance that lasts so long at the action's own tempo; `padded` adds standing before and after."""
        shortest, longest = self.options.seconds
        active = min(seconds / self.speed, longest)
        before, after = self._padding if padded else (0.0, 0.0)
        room = longest - active
        if before + after > room:
            before, after = np.array([before, after]) * room / (before + after)
        missing = max(shortest - active - before - after, 0.0)
        before, after = before + missing / 2, after + missing / 2
        frames = max(int(round((before + active + after) * self.fps)) + 1, 2)
        self.pace = active / seconds
        self.t = np.arange(frames) / self.fps - before
        self.span = (int(round(before * self.fps)), min(int(round((before + active) * self.fps)), frames - 1))
        self.controls = np.repeat(self.base[None], frames, axis=0)

    def follow(self, other: Performer) -> None:
        """Begins on another performer's clock."""
        self.pace, self.t, self.span = other.pace, other.t, other.span
        self.controls = np.repeat(self.base[None], len(self.t), axis=0)

    def channel(self, name: str) -> np.ndarray:
        """(frames, width) view of a channel of the controls."""
        return self.controls[:, COLUMNS[name]]

    def trim(self, start: float, stop: float) -> None:
        """Cuts the performance to these seconds (at the action's own tempo), unless that is too short for a clip."""
        inside = np.flatnonzero((self.t >= start * self.pace) & (self.t <= stop * self.pace))
        if len(inside) < max(self.options.seconds[0] * self.fps, 2):
            return
        self.controls, self.t = self.controls[inside], self.t[inside]
        self.span = (0, len(inside) - 1)

    def lay(self, *keys: Pose, at: float = 0.0, back: float | None = 0.5, exact: bool = False) -> None:
        """Adds a path through key poses, from the posture on.

        Args:
            keys: poses in order.
                The channel `turn` is degrees to the left by which all of the body is turned about the middle.
            at: seconds (at the action's own tempo) at which the path leaves the posture.
            back: seconds to return into the posture after the last pose; None stays there.
            exact: places are meant literally (a hand on the head): no amplitude, little variation.
        """
        times, rows, state, used = [0.0], [np.zeros(NUM_COLUMNS)], np.zeros(NUM_COLUMNS), set()
        turns = [0.0]
        for seconds, channels in keys:
            if "turn" in channels:
                channels = dict(channels)
                turns += [turns[-1]] * (len(times) - len(turns)) + [np.radians(channels.pop("turn"))]
            columns = channel_columns(channels)
            delta = row(**channels)
            fixed = [column for column in columns if column in ABSOLUTE]
            delta[fixed] -= self.base[fixed]
            state = state.copy()
            state[columns] = delta[columns]
            used.update(columns)
            times.append(times[-1] + seconds)
            rows.append(state)
        if back is not None:
            times.append(times[-1] + back)
            rows.append(np.zeros(NUM_COLUMNS))
        turned = np.array(times[: len(turns)])
        if used & _FEET:
            _take_steps(times, rows)
        if used & _HANDS:
            _swing_round(times, rows, self.base)
        columns = sorted(used)
        values = np.array(rows)[:, columns]
        away = values != 0
        if not exact:
            values[:, _FREE[columns]] *= self.amplitude
        if not self.exact:
            share = 0.35 if exact else 1.0
            wobble = self.rng.standard_normal(values.shape) * (0.4 * SPREAD[columns]) + self._habit[columns]
            values += share * away * wobble
        stamps = np.array(times)
        if not self.exact:
            steps = np.diff(stamps) * self.rng.uniform(0.9, 1.1, len(times) - 1)
            stamps[1:] = np.cumsum(steps) * (stamps[-1] / steps.sum())
        self.controls[:, columns] += tween(self.t, (stamps + at) * self.pace, values)
        if len(turns) > 1:
            turned = (np.interp(turned, times, stamps) + at) * self.pace
            _turn(self.controls, tween(self.t, turned, np.array(turns)[:, None])[:, 0])
            self.moved[2] += turns[-1]

    def play(self, *keys: Pose, back: float | None = 0.55, exact: bool = False) -> None:
        """The whole performance is this path."""
        self.begin(sum(seconds for seconds, _ in keys) + (back or 0.0))
        self.lay(*keys, back=back, exact=exact)


def enliven(controls: np.ndarray, fps: float, rng: np.random.Generator, share: float) -> np.ndarray:
    """Controls with involuntary movement: sway, the trunk that follows the arms, weight over the standing leg."""
    out = controls.copy()
    seconds = np.arange(len(out)) / fps
    out[:, _SWAY_COLUMNS] += share * _SWAY_SIZE * drift(seconds, rng, len(_SWAY_SIZE), _SWAY_RATE)
    left, right = out[:, COLUMNS["left"]], out[:, COLUMNS["right"]]
    ahead, above = right[:, 2] - left[:, 2], right[:, 1] - left[:, 1]
    _hang(out)
    spine, head, pelvis = out[:, COLUMNS["spine"]], out[:, COLUMNS["head"]], out[:, COLUMNS["pelvis"]]
    spine[:, 1] += 0.16 * ahead
    spine[:, 2] -= 0.07 * above
    head[:, 1] -= 0.12 * ahead
    head[:, 2] += 0.05 * above
    lifted = np.clip(out[:, COLUMNS["left_foot"]][:, 1], 0, 0.15) - np.clip(
        out[:, COLUMNS["right_foot"]][:, 1], 0, 0.15
    )
    pelvis[:, 0] -= 0.35 * lifted  # left foot up: over the right foot, which is at -X
    return out


def _turn(controls: np.ndarray, yaw: np.ndarray) -> None:
    """Turns bodies by `yaw` (frames,) radians about the vertical axis where they stood at first; in place."""
    sine, cosine = np.sin(yaw), np.cos(yaw)
    for name in ("pelvis", "left_foot", "right_foot", "left_pin", "right_pin"):
        stand = POINTS[f"{name[:-5]}_ankle"][[0, 2]] if name.endswith("_foot") else (0.0, 0.0)
        place = controls[:, COLUMNS[name]]
        x, z = place[:, 0] + stand[0], place[:, 2] + stand[1]
        place[:, 0], place[:, 2] = cosine * x + sine * z - stand[0], cosine * z - sine * x - stand[1]
    controls[:, COLUMNS["orient"].start + 1] += yaw
    for name in ("left_step", "right_step"):
        controls[:, COLUMNS[name].start + 1] += yaw


def _take_steps(times: list[float], rows: list[np.ndarray]) -> None:
    """Between keys that put a foot elsewhere on the ground it steps there, the left one first; in place."""
    feet = [COLUMNS["left_foot"], COLUMNS["right_foot"]]
    for i in range(len(rows) - 1, 0, -1):
        before, after = rows[i - 1], rows[i]
        ends = np.stack([before[COLUMNS["feet"]], after[COLUMNS["feet"]]]).reshape(2, 2, 3)
        ways = np.hypot(*(ends[1] - ends[0])[:, [0, 2]].T)
        stepping = (ways > _STEP) & (ends[:, :, 1].max(0) < 0.03)
        if not stepping.any() or min(before[1], after[1]) < _LOW:
            continue
        both = stepping.all()
        new = []
        for share in (0.25, 0.5, 0.75) if both else (0.5,):
            middle = before + smooth(np.array(share)) * (after - before)
            for foot, columns in enumerate(feet):
                if stepping[foot]:
                    done = np.clip(2 * share - foot, 0.0, 1.0) if both else share
                    middle[columns] = before[columns] + done * (after[columns] - before[columns])
                    middle[columns.start + 1] += 4 * done * (1 - done) * min(0.3 * ways[foot], 0.09)
            new.append((times[i - 1] + share * (times[i] - times[i - 1]), middle))
        times[i:i] = [time for time, _ in new]
        rows[i:i] = [middle for _, middle in new]


def _swing_round(times: list[float], rows: list[np.ndarray], base: np.ndarray) -> None:
    """Between keys far apart about the shoulder a hand swings round in front, not through the joint; in place."""
    base = base[COLUMNS["hands"]].reshape(2, 3)
    for i in range(len(rows) - 1, 0, -1):
        ends = np.stack([rows[i - 1][COLUMNS["hands"]], rows[i][COLUMNS["hands"]]]).reshape(2, 2, 3) + base
        reach = np.sqrt((ends * ends).sum(-1, keepdims=True)) + 1e-9
        unit = ends / reach
        wide = (unit[0] * unit[1]).sum(-1) < 0.2
        if not wide.any():
            continue
        way = unit.sum(0) + _IN_FRONT
        middle = (rows[i - 1] + rows[i]) / 2
        place = way / np.sqrt((way * way).sum(-1, keepdims=True)) * reach.mean(0) - base
        middle[COLUMNS["hands"]].reshape(2, 3)[wide] = place[wide]
        rows.insert(i, middle)
        times.insert(i, (times[i - 1] + times[i]) / 2)


_REST_HANDS = POSTURES["standing"][COLUMNS["hands"]].reshape(2, 3)


def _hang(controls: np.ndarray) -> None:
    """Arms that do nothing hang straight down however the trunk leans; in place."""
    trunk = controls[:, COLUMNS["orient"]] + controls[:, COLUMNS["spine"]]
    trunk = np.where(np.abs(trunk) > np.pi, trunk - 2 * np.pi * np.round(trunk / (2 * np.pi)), trunk)  # after a roll
    pitch, roll = np.clip(trunk[:, 0], 0.0, 1.7), np.clip(trunk[:, 2], -0.7, 0.7)
    if max(pitch.max(), np.abs(roll).max()) < 0.1:
        return
    hands = controls[:, COLUMNS["hands"]].reshape(-1, 2, 3)
    away = hands - _REST_HANDS
    idle = np.clip(1.2 - (away * away).sum(-1) / 0.03, 0.0, 1.0)
    pitch, roll = pitch[:, None] * idle, roll[:, None] * idle
    out, up, ahead = np.moveaxis(hands, -1, 0)
    sine, cosine = np.sin(pitch), np.cos(pitch)
    up, ahead = up * cosine + ahead * sine, ahead * cosine - up * sine
    lean = np.maximum(roll * (-1.0, 1.0), -0.15)  # away from the body; inwards the body is in the way
    hands[..., 0], hands[..., 1], hands[..., 2] = out - up * np.sin(lean), up * np.cos(lean), ahead
    controls[:, COLUMNS["hands"]] = hands.reshape(-1, 6)


def cycle(times: int, *keys: Pose) -> list[Pose]:
    return list(keys) * times
