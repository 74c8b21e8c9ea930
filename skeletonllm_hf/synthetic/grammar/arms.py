"""Arms that are raised, lowered, reached out, pulled and pushed."""

from __future__ import annotations

from typing import Any

from .primitive import HANGING, TRUNK, Draw, Fields, bare_limb, it, limb, movement, named_limb, place, placed, some_limb

# Name -> wrist (outward, up, forward of the shoulder) and how it is said; the first is the most exact.
ENDS = {
    "forward": ((0.0, 0.01, 0.52), ("forward to shoulder height", "straight forward", "out in front", "to the front")),
    "sideways": ((0.52, 0.01, 0.02), ("sideways to shoulder height", "out to the side", "sideways", "to the side")),
    "up": ((0.06, 0.515, 0.03), ("straight up above the head", "overhead", "up high", "up")),
    "forward and up": ((0.05, 0.36, 0.38), ("diagonally forward and up", "forward and up", "up at an angle to the front")),
    "sideways and up": ((0.38, 0.36, 0.02), ("diagonally sideways and up", "out and up", "up at an angle to the side")),
    "forward halfway": ((0.03, -0.36, 0.38), ("forward to hip height", "a little forward", "halfway forward")),
    "sideways halfway": ((0.38, -0.36, 0.03), ("sideways to hip height", "a little sideways", "halfway to the side")),
    "backward": ((0.10, -0.42, -0.28), ("straight backward", "back behind the body", "backward")),
    "across": ((-0.28, -0.02, 0.38), ("across the body", "across the chest", "over to the other side")),
}  # fmt: skip
_NAMES = {
    "forward": ("{} front raise", "{} shoulder flexion", "{} forward raise"),
    "sideways": ("{} lateral raise", "{} shoulder abduction", "{} side raise"),
    "up": ("{} overhead raise", "{} raised overhead"),
    "backward": ("{} shoulder extension", "{} backward raise"),
}
_VIA = {"up": ("forward", "sideways", None), "forward and up": (None,), "sideways and up": (None,)}
RAISES = frozenset({"raise left hand", "raise right hand", "raise both hands"})  # listed actions


def _kinds(end: str) -> frozenset[str]:
    if " up" in f" {end}":
        return RAISES
    return frozenset({"sideways": {"lateral raise"}, "forward": {"point"}}.get(end, ()))


@movement("raise", "arm", back=0.2, exact=True)
def arm_raise(d: Draw) -> Fields:
    """Up to some place, held there or not, and down; once or several times."""
    side, end = d.side(0.35), d.pick(*ENDS)
    (hand, phrases), arm = ENDS[end], limb(side, d.pick("arm", "arm", "hand"))
    hand = d.about(hand[0]), d.about(hand[1]), d.about(hand[2])
    via = d.pick(*_VIA.get(end, (None,)))
    n = d.count(2, 4) if d.chance(0.35) else 1
    hold = 0.08 if n > 1 else d.pick(0.15, 0.6, 1.6)
    up, pole = d.vary(0.75), (0.7, -0.5, -0.3) if end != "sideways" else (0.3, -0.5, -0.8)
    rise, down = [(up, dict(hand=hand, pole=pole))], [(up, dict(hand=HANGING))]
    if via:
        halfway = ENDS[via][0]
        rise = [(0.5 * up, dict(hand=halfway, pole=pole)), (0.5 * up, dict(hand=hand))]
        down = [(0.5 * up, dict(hand=halfway)), (0.5 * up, dict(hand=HANGING))]
    path = {"forward": " through the front", "sideways": " through the side"}.get(via or "", "")
    pronoun, raised = it(side), f"[raise] {arm} {phrases[0]}{path}"
    kept = f", [hold] {pronoun} there and [lower] {pronoun}" if hold > 0.4 else f" and [lower] {pronoun} again"
    texts = (
        raised + kept,
        f"[raise] {arm} {phrases[1]}",
        f"[lift] {arm} {d.pick(*phrases)}{path}",
        f"[bring] {arm} {phrases[-1]}",
        f"[raise] {arm} {phrases[-1]}",
        f"[raise] {some_limb(side, arm.split()[-1].rstrip('s'))} {phrases[-1]}",
    )
    return dict(
        side=side, keys=place(side, [*rise, (hold, dict(hand=hand)), *down] * n), texts=texts, direction=end, count=n,
        nouns=tuple(name.format(named_limb(side, "arm")) for name in _NAMES.get(end, ())),
        unit="raise the arm" if side != "both" else "raise the arms", kinds=_kinds(end), held=len(rise),
        seated=end not in ("backward", "forward halfway"),
    )  # fmt: skip


@movement("lower", "arm", direction="down", back=None)
def arm_lower(d: Draw) -> Fields:
    """The clip begins with the arm up."""
    side, end = d.side(0.4), d.pick("forward", "sideways", "up", "sideways and up")
    wait, down = d.pick(0.3, 0.8), d.vary(0.9)
    arm, hand = limb(side, "arm"), ENDS[end][0]
    where = {"forward": "the front", "sideways": "the side", "up": "overhead"}.get(end, "the side")
    texts = (
        f"[lower] {arm} from {where}",
        f"[lower] {arm}",
        f"[let] {arm} down",
        f"[bring] {arm} down to the {'sides' if side == 'both' else 'side'}",
        f"[lower] {some_limb(side, 'arm')}",
    )
    keys = place(side, [(wait, dict(hand=hand)), (down, dict(hand=HANGING)), (0.3, dict(hand=HANGING))])
    nouns = (f"lowering {bare_limb(side, 'arm')}",)
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, start=placed(side, dict(hand=hand)))


# Name -> wrist, the trunk and the head, and how the direction is said.
_REACHES: dict[str, tuple[Any, dict[str, Any], str]] = {
    "down": (
        (0.0, -0.50, 0.20), dict(spine=(30, 0, 8), orient=(12, 0, 0), head=(8, 0, 0), pelvis=(0, -0.03, -0.08)), "down",
    ),
    "forward": ((-0.04, 0.02, 0.52), dict(spine=(14, -14, 0), pelvis=(0, 0, 0.03)), "forward"),
    "up": ((0.02, 0.52, 0.08), dict(spine=(-4, 0, -7), head=(-16, 0, 0)), "up"),
    "sideways": ((0.52, 0.02, 0.05), dict(spine=(0, 8, 14), head=(0, 30, 0)), "to the side"),
    "across": ((-0.34, 0.02, 0.36), dict(spine=(4, -26, 0), head=(0, -26, 0)), "across the body"),
    "forward and up": ((0.0, 0.36, 0.38), dict(spine=(6, -10, 0), head=(-10, 0, 0)), "forward and up"),
}  # fmt: skip


@movement("reach", "hand", TRUNK, kinds={"point", "hand catch"}, back=0.6)
def reach(d: Draw) -> Fields:
    """Out of a bent arm, with the trunk a little, and back."""
    side = d.side(0.3)
    end = d.pick("forward", "up", "sideways", "across", "down", "forward and up")
    hand, trunk, direction = _REACHES[end]
    arm = limb(side, d.pick("hand", "arm"))
    start = [(0.35, dict(hand=(0.06, -0.16, 0.20)))] if end != "down" else []
    keys = [*start, (d.vary(0.5), dict(hand=hand, **trunk)), (d.pick(0.1, 0.5), dict(hand=hand))]
    texts = (
        f"[reach] {direction} with {arm} and [draw] {it(side)} back",
        f"[reach] {direction} with {arm}",
        f"[stretch] {arm} out {direction}" if end not in ("up", "down") else f"[stretch] {arm} {direction}",
        f"[reach] far {direction}",
        f"[reach] {direction}",
    )
    return dict(
        side=side, keys=place(side, keys), texts=texts, direction=end, held=len(keys) - 1, seated=end != "down",
        nouns=(f"{named_limb(side, 'hand')} reach {direction}", f"reach {direction}"),
    )  # fmt: skip


# Direction of a push -> wrist near the body and away from it; how it is said of a pull, and where a pull goes.
_PUSHES: dict[str, tuple[Any, Any, str, str]] = {
    "forward": ((0.02, -0.12, 0.16), (0.0, -0.02, 0.51), "from the front towards the body", "backward"),
    "up": ((0.06, 0.0, 0.12), (0.06, 0.50, 0.06), "down from above", "down"),
    "down": ((0.06, -0.10, 0.18), (0.06, -0.50, 0.10), "up from below", "up"),
    "sideways": ((0.18, -0.06, 0.10), (0.51, 0.0, 0.04), "in from the side", "inward"),
    "backward": ((0.08, -0.24, 0.06), (0.12, -0.36, -0.30), "", ""),  # never pulled
}


@movement("push", "hand", back=0.55, held=2)
def push(d: Draw) -> Fields:
    return _push_pull(d, "push", ("forward", "up", "down", "sideways", "backward"))


@movement("pull", "hand", back=0.55, held=2)
def pull(d: Draw) -> Fields:
    return _push_pull(d, "pull", ("forward", "up", "down", "sideways"))


def _push_pull(d: Draw, verb: str, ends: tuple[str, ...]) -> Fields:
    side, end, n = d.side(0.45), d.pick(*ends), d.count(1, 4)
    (near, far, way, goes), beat, pushes = _PUSHES[end], d.vary(0.5), verb == "push"
    first, last, palm = (near, far, (0, -50)) if pushes else (far, near, (0, 0))
    lean, upright = dict(spine=(8, 0, 0), pelvis=(0, 0, 0.03)), dict(spine=(0, 0, 0), pelvis=(0, 0, 0))
    there, back = (lean, upright) if pushes else (upright, lean)
    if end != "forward":
        there = back = {}
    act = [(beat, dict(hand=last, **there)), (0.15, dict(hand=last)), (0.8 * beat, dict(hand=first, **back))]
    keys = [(0.5, dict(hand=first, palm=palm, pole=(0.8, -0.6, -0.2))), *(act * n)[:-1]]
    hand = limb(side, d.pick("hand", "arm"))
    if pushes:
        way, goes = {"sideways": "out to the side"}.get(end, end), end
    way = way.replace("side", "sides") if side == "both" else way
    texts = (
        f"[{verb}] {way} with {hand}",
        f"[{verb}] {hand} {way}",
        f"[make] a {verb}ing movement {way} with {hand}",
        f"[{verb}] {way}",
    )
    return dict(
        side=side, keys=place(side, keys), texts=texts, direction=goes, count=n, unit=verb, kinds={verb},
        seated=end != "backward", nouns=(f"{named_limb(side, 'hand')} {verb} {way}", f"{verb} {way}", f"{verb}ing {way}"),
    )  # fmt: skip
