"""Arms that point, pump, drum and wipe, and both in turn."""

from __future__ import annotations

from .arms import RAISES
from .primitive import HANGING, HEAD, TRUNK, Draw, Fields, limb, movement, named_limb, other, place, some_limb

_POINTS = {
    "forward": ((-0.05, 0.04, 0.51), {}),
    "up": ((0.06, 0.46, 0.22), dict(head=(-18, 0, 0))),
    "down": ((0.0, -0.38, 0.34), dict(head=(20, 0, 0), spine=(6, 0, 0))),
    "to the side": ((0.51, 0.04, 0.08), dict(head=(0, 28, 0), spine=(0, 6, 0))),
    "to the other side": ((-0.32, 0.02, 0.38), dict(head=(0, -28, 0), spine=(0, -14, 0))),
    "backward": ((0.26, -0.10, -0.34), dict(head=(0, 34, 0), spine=(0, 26, 0))),
}


@movement("point", "arm", TRUNK | HEAD, kinds={"point", "guide"}, back=0.6, exact=True, held=1)
def point_at(d: Draw) -> Fields:
    """A stretched arm points, the head turns along."""
    side = d.one_side()
    end = d.pick(*_POINTS)
    spot, body = _POINTS[end]
    way = {"to the side": f"to the {side}", "to the other side": f"to the {other(side)}"}.get(end, end)
    pointing = (d.vary(0.6), dict(hand=spot, pole=(0.7, -0.7, -0.1), **body))
    keys = place(side, [pointing, (d.pick(0.4, 0.9, 1.6), dict(hand=spot))])
    hand = limb(side, d.pick("hand", "arm"))
    texts = (
        f"[stretch] out {limb(side, 'arm')} and [point] {way}",
        f"[point] {way} with {hand}",
        f"[point] {way}",
        f"[show] the way {way} with {hand}",
        f"[point] {way} with {some_limb(side, 'hand')}",
    )
    nouns = (f"pointing {way}", f"{named_limb(side, 'hand')} pointing {way}")
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, direction=way, seated=end != "backward")


# Direction -> wrist.
_ENDS = {"forward": (0.0, 0.01, 0.52), "to the side": (0.52, 0.01, 0.02), "overhead": (0.06, 0.515, 0.03)}


@movement("raise in turn", "arm", side="both", unit="raise an arm", back=0.6, exact=True, seated=True)
def raise_in_turn(d: Draw) -> Fields:
    """One arm comes up while the other goes down."""
    (direction, spot), n, beat = d.pick(*_ENDS.items()), d.count(2, 5), d.vary(0.6)
    lead = d.one_side()
    arms = [lead if i % 2 == 0 else other(lead) for i in range(n)]
    keys = [(beat, {arm: spot, other(arm): HANGING}) for arm in arms]
    texts = (
        f"[raise] both arms {direction} in turn",
        f"[raise] {{the}}arms {direction} one after the other",
        f"[lift] {{the}}left and {{the}}right arm {direction} alternately",
        f"[move] both arms up and down in turn, {direction}",
        "[raise] both arms alternately",
    )
    kinds = RAISES | {"swim", "climb"} if direction == "overhead" else RAISES
    nouns = ("alternating arm raises", f"alternate arm raises {direction}")
    return dict(keys=keys, texts=texts, nouns=nouns, direction=direction, count=n, kinds=kinds)


@movement(
    "drum", "hand", side="both", direction="up and down", kinds={"type", "climb"}, back=0.5, exact=True, seated=True
)
def drum(d: Draw) -> Fields:
    """Both hands go up and down in turn before the body."""
    n, beat, height = d.count(4, 8), d.vary(0.2), d.pick(-0.22, -0.02)
    up, down = (0.0, height + 0.08, 0.30), (0.0, height - 0.10, 0.32)
    poses = [dict(left=down, right=up), dict(left=up, right=down)]
    keys = [(0.5, poses[1]), *((beat, poses[i % 2]) for i in range(n))]
    where = "in front of the belly" if height < -0.1 else "in front of the chest"
    texts = (
        f"[move] both hands up and down in turn {where}",
        "[move] both hands up and down alternately",
        "[drum] with both hands",
        "[beat] the air with both hands in turn",
    )
    return dict(keys=keys, texts=texts, nouns=("drumming", "alternating hands up and down"))


@movement(
    "pump", "arm", direction="up", unit="pump the arm", kinds=RAISES | {"cheer"}, back=0.6, exact=True, seated=True
)
def pump(d: Draw) -> Fields:
    """A fist goes up and down, over the head or beside it."""
    side, n, beat = d.side(0.4), d.count(2, 5), d.vary(0.26)
    low, high = dict(hand=(0.14, 0.12, 0.12)), dict(hand=(0.08, 0.50, 0.08))
    keys = place(side, [(0.5, low), *([(beat, high), (beat, low)] * n)])
    fist = limb(side, d.pick("fist", "hand", "arm"))
    texts = (
        f"[pump] {fist} up and down above the head",
        f"[pump] {fist} up and down",
        f"[thrust] {fist} up into the air",
        f"[pump] {fist}",
        f"[push] {fist} up and down overhead",
    )
    nouns = (f"{named_limb(side, 'fist')} pumps", "fist pump" if side != "both" else "fist pumps")
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, count=n)


# How it is said -> the wrist at both ends.
_WIPES = {
    "from side to side at chest height": ((0.26, -0.02, 0.38), (-0.16, -0.02, 0.42)),
    "up and down in front of the body": ((0.04, 0.24, 0.38), (0.04, -0.24, 0.40)),
    "from side to side at hip height": ((0.24, -0.34, 0.30), (-0.16, -0.34, 0.30)),
}


@movement(
    "wipe", "hand", unit="move the hand to and fro", kinds={"wipe a window", "horizontal wave"}, exact=True, seated=True
)
def wipe(d: Draw) -> Fields:
    """A flat hand goes to and fro, as over a wall or a table."""
    side, n, beat = d.side(0.2), d.count(2, 5), d.vary(0.36)
    kind = d.pick(*_WIPES)
    one, two = _WIPES[kind]
    if side == "both":
        one, two = (one[0] + 0.08, *one[1:]), (two[0] + 0.14, *two[1:])
    keys = place(side, [(0.55, dict(hand=one)), *([(beat, dict(hand=two)), (beat, dict(hand=one))] * n)])
    hand = limb(side, d.pick("hand", "hand", "arm"))
    direction = kind.split(" at ")[0].split(" in ")[0]
    texts = (
        f"[move] {hand} {kind}",
        f"[move] {hand} {kind}",
        f"[wipe] with {hand} {kind}",
        f"[sweep] {hand} {direction}",
        f"[wipe] {kind}",
    )
    nouns = (f"{named_limb(side, 'hand')} wiping",)
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, direction=direction, count=n)
