"""Poses that are taken up and held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .arms import RAISES
from .primitive import Draw, Fields, limb, movement, other, place, placed


def _poses(d: Draw) -> dict[str, Any]:
    """Name -> channels, texts, nouns and listed actions."""
    at, figure = d.p.at, d.p.figure
    middle = -0.165 * figure.shoulders / figure.arms
    behind_head = at("right_ear", 0.05, 0.02, -0.09)
    return {
        "T pose": (
            dict(hand=(0.52, 0.01, 0.0), pole=(0.3, -0.3, -0.9)), ("[hold] both arms out to the sides like a T", "[stand] in a T pose", "[spread] both arms sideways at shoulder height and [keep] them there"),
            ("T pose", "arms out to the sides"), {"lateral raise"}),
        "arms up": (
            dict(hand=(0.06, 0.51, 0.02)), ("[hold] both arms straight up above the head", "[keep] both arms raised overhead", "[hold] {the}arms up high"),
            ("arms up", "both arms overhead"), RAISES),
        "Y pose": (
            dict(hand=(0.30, 0.43, 0.02)), ("[hold] both arms up and out like a Y", "[raise] both arms into a Y and [keep] them there", "[hold] {the}arms diagonally up"),
            ("Y pose", "arms up in a V"), RAISES),
        "cactus": (
            dict(hand=(0.30, 0.24, 0.02), pole=(0.9, -0.4, -0.2)), ("[hold] both hands up beside the head with bent elbows", "[hold] {the}hands up as if surrendering", "[put] both hands up"),
            ("hands up", "surrender"), RAISES),
        "arms forward": (
            dict(hand=(0.0, 0.0, 0.52)), ("[hold] both arms straight out in front", "[stretch] both arms forward and [keep] them there", "[hold] {the}arms forward"),
            ("arms forward", "arms out in front"), set()),
        "hands on hips": (
            dict(hand=at("right_hip", 0.07, 0.10, 0.03), pole=(1, 0.1, -0.5), palm=(0, 40)), ("[put] both hands on {the}hips and [keep] them there", "[stand] with both hands on {the}hips", "[put] {the}hands on {the}hips"),
            ("hands on hips", "arms akimbo"), {"put hands on hips"}),
        "arms crossed": (
            dict(left=(-0.28, -0.25, 0.15), right=(-0.30, -0.20, 0.20), pole=(0.7, -0.7, 0.1)), ("[cross] both arms in front of the chest and [keep] them crossed", "[fold] {the}arms", "[stand] with {the}arms crossed"),
            ("arms crossed", "folded arms"), {"cross arms"}),
        "hands behind head": (
            dict(hand=behind_head, pole=(1, 0.0, 0.2)), ("[put] both hands behind {the}head and [keep] them there", "[put] both hands behind {the}head", "[hold] {the}hands behind {the}head"),
            ("hands behind head",), {"touch head"}),
        "hands on head": (
            dict(hand=at("head_top", 0.12, 0.03, 0.0), pole=(1, 0.0, 0.1)), ("[put] both hands on top of {the}head and [keep] them there", "[put] both hands on {the}head", "[hold] {the}hands on {the}head"),
            ("hands on head",), {"touch head", "put on a hat"}),
        "hands behind back": (
            dict(hand=(middle + 0.06, -0.40, -0.20), pole=(0.9, 0.0, -0.5)), ("[hold] both hands behind {the}back", "[clasp] {the}hands behind {the}back", "[put] both hands behind {the}back"),
            ("hands behind back",), {"touch back"}),
        "hands together": (
            dict(hand=(middle, -0.20, 0.22), pole=(0.9, -0.5, 0)), ("[hold] both hands together in front of the chest", "[put] {the}palms together in front of the chest", "[press] {the}hands together"),
            ("palms together", "hands together"), {"put palms together", "clap hands"}),
        "hug": (
            dict(left=(-0.30, -0.10, 0.14), right=(-0.32, -0.06, 0.19), pole=(0.7, -0.8, 0.2)), ("[cross] both arms in front of the body as in a hug", "[wrap] both arms around the body", "[lay] both hands on the opposite shoulders"),
            ("self hug",), {"cross arms", "hugging"}),
        "boxer": (
            dict(hand=(-0.04, 0.02, 0.22), pole=(0.4, -0.9, 0.0)), ("[hold] both fists up in front of the face", "[stand] guard with both fists up", "[raise] {the}fists to the guard"),
            ("guard position", "fists up"), {"box", "side boxing"}),
    }  # fmt: skip


@movement("pose", "arm", side="both", back=0.65, exact=True, held=1, seated=True)
def pose(d: Draw) -> Fields:
    """Both arms take a pose and keep it."""
    channels, texts, nouns, kinds = d.pick(*_poses(d).values())
    keys = place("both", [(d.vary(0.7), channels), (d.pick(0.8, 1.5, 2.5), channels)])
    return dict(keys=keys, texts=texts, nouns=nouns, kinds=kinds)


# One arm's places for poses in which the two differ: wrist and how it is said after "[hold] {arm}".
_PARTS = {
    "straight up": ((0.06, 0.51, 0.02), RAISES), "straight out to the side": ((0.52, 0.01, 0.0), set()),
    "straight forward": ((0.0, 0.0, 0.52), {"point"}), "on the hip": (None, {"put hands on hips"}),
    "bent across the belly": ((-0.18, -0.28, 0.22), set()), "behind the back": ((-0.10, -0.38, -0.20), {"touch back"}),
}  # fmt: skip


@movement("two-armed pose", "arm", back=0.65, exact=True, held=1)
def two_armed(d: Draw) -> Fields:
    """Each arm holds something else."""
    side = d.one_side()
    one = d.pick(*_PARTS)
    two = d.pick(*(name for name in _PARTS if name != one))
    spots = {name: spot or d.p.at("right_hip", 0.07, 0.10, 0.03) for name, (spot, _) in _PARTS.items()}
    pole: Callable[..., Any] = lambda name: (1, 0.1, -0.5) if "hip" in name or "back" in name else (0.6, -0.6, -0.3)  # noqa: E731
    taken = dict(hand=spots[one], pole=pole(one), other_hand=spots[two], other_pole=pole(two))
    keys = place(side, [(d.vary(0.75), taken), (d.pick(0.8, 1.5, 2.5), taken)])
    a, b = limb(side, "arm"), limb(other(side), "arm")
    texts = (
        f"[hold] {a} {one} and {b} {two}",
        f"[hold] {a} {one} and {b} {two}",
        f"[put] {a} {one} and {b} {two} and [keep] them there",
        f"[hold] one arm {one} and the other {two}",
    )
    nouns = (f"{side} arm {one}, {other(side)} arm {two}",)
    kinds = {*_PARTS[one][1], *_PARTS[two][1]}
    return dict(keys=keys, texts=texts, nouns=nouns, kinds=kinds, seated="back" not in one + two)


@movement("pose", "arm", back=None, exact=True, held=1, seated=True)
def hold_one(d: Draw) -> Fields:
    """One arm is held somewhere from the first frame to the last."""
    side = d.side(0.4)
    name = d.pick("straight up", "straight out to the side", "straight forward")
    spot, kinds = _PARTS[name]
    arm, taken = limb(side, "arm"), dict(hand=spot)
    keys = place(side, [(1.0, taken), (d.pick(0.8, 1.6), taken)])
    direction = name
    if side == "both" and "side" in name:
        direction, kinds = name.replace("side", "sides"), {"lateral raise"}
    texts = (
        f"[keep] {arm} {direction}",
        f"[hold] {arm} {direction}",
        f"[hold] {arm} {direction.replace('straight ', '')}",
    )
    return dict(side=side, keys=keys, texts=texts, direction=name, kinds=kinds, start=placed(side, taken))
