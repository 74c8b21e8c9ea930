"""Arms that point, pump, drum and wipe, and both in turn."""

from __future__ import annotations

from .primitive import ARMS, Draw, Primitive, limb, named_limb, other, place, some_limb

_REST = (0.055, -0.515, 0.045)
_POINTS = {
    "forward": ((-0.05, 0.04, 0.51), {}), "up": ((0.06, 0.46, 0.22), dict(head=(-18, 0, 0))),
    "down": ((0.0, -0.38, 0.34), dict(head=(20, 0, 0), spine=(6, 0, 0))), "to the side": ((0.51, 0.04, 0.08), dict(head=(0, 28, 0), spine=(0, 6, 0))),
    "to the other side": ((-0.32, 0.02, 0.38), dict(head=(0, -28, 0), spine=(0, -14, 0))), "backward": ((0.26, -0.10, -0.34), dict(head=(0, 34, 0), spine=(0, 26, 0))),
}  # fmt: skip


def point_at(d: Draw) -> Primitive:
    """A stretched arm shows the way, the head turns along."""
    side = d.one_side()
    end = d.pick(*_POINTS)
    spot, body = _POINTS[end]
    way = {"to the side": f"to the {side}", "to the other side": f"to the {other(side)}"}.get(end, end)
    keys = place(
        side, [(d.vary(0.6), dict(hand=spot, pole=(0.7, -0.7, -0.1), **body)), (d.pick(0.4, 0.9, 1.6), dict(hand=spot))]
    )
    hand = limb(side, d.pick("hand", "arm"))
    texts = (
        f"[stretch] out {limb(side, 'arm')} and [point] {way}",
        f"[point] {way} with {hand}",
        f"[point] {way}",
        f"[show] the way {way} with {hand}",
        f"[point] {way} with {some_limb(side, 'hand')}",
    )
    return Primitive(
        "point", keys, texts, (f"pointing {way}", f"{named_limb(side, 'hand')} pointing {way}"), ARMS[side] | {"trunk", "head"}, "arm", side, way,
        kinds=frozenset({"point", "guide"}), back=0.6, exact=True, held=1, seated=end != "backward",
    )  # fmt: skip


_TURNS = {
    "forward": ((0.0, 0.01, 0.52), "forward"), "sideways": ((0.52, 0.01, 0.02), "to the side"), "up": ((0.06, 0.515, 0.03), "overhead"),
}  # fmt: skip


def raise_in_turn(d: Draw) -> Primitive:
    """One arm comes up while the other goes down."""
    (spot, direction), n, beat = d.pick(*_TURNS.values()), d.count(2, 5), d.vary(0.6)
    lead, keys = d.one_side(), []
    for i in range(n):
        arm = lead if i % 2 == 0 else other(lead)
        keys.append((beat, {arm: spot, other(arm): _REST}))
    texts = (
        f"[raise] both arms {direction} in turn",
        f"[raise] {{the}}arms {direction} one after the other",
        f"[lift] {{the}}left and {{the}}right arm {direction} alternately",
        f"[move] both arms up and down in turn, {direction}",
        "[raise] both arms alternately",
    )
    kinds = {"raise left hand", "raise right hand", "raise both hands"} | (
        {"swim", "climb"} if direction == "overhead" else set()
    )
    return Primitive(
        "raise in turn", tuple(keys), texts, ("alternating arm raises", f"alternate arm raises {direction}"), ARMS["both"], "arm", "both", direction, n, "raise an arm", frozenset(kinds),
        back=0.6, exact=True, seated=True,
    )  # fmt: skip


def drum(d: Draw) -> Primitive:
    """Both hands go up and down in turn before the body."""
    n, beat, height = d.count(4, 8), d.vary(0.2), d.pick(-0.22, -0.02)
    up, down = (0.0, height + 0.08, 0.30), (0.0, height - 0.10, 0.32)
    keys = [(0.5, dict(left=up, right=down))]
    keys += [(beat, dict(left=up, right=down) if i % 2 else dict(left=down, right=up)) for i in range(n)]
    where = "in front of the belly" if height < -0.1 else "in front of the chest"
    texts = (
        f"[move] both hands up and down in turn {where}",
        "[move] both hands up and down alternately",
        "[drum] with both hands",
        "[beat] the air with both hands in turn",
    )
    return Primitive(
        "drum", tuple(keys), texts, ("drumming", "alternating hands up and down"), ARMS["both"], "hand", "both", "up and down", None, None,
        frozenset({"type", "climb"}), back=0.5, exact=True, seated=True,
    )  # fmt: skip


def pump(d: Draw) -> Primitive:
    """A fist goes up and down, over the head or beside it."""
    side, n, beat = d.side(0.4), d.count(2, 5), d.vary(0.26)
    low, high = (0.14, 0.12, 0.12), (0.08, 0.50, 0.08)
    keys = place(side, [(0.5, dict(hand=low)), *([(beat, dict(hand=high)), (beat, dict(hand=low))] * n)])
    fist = limb(side, d.pick("fist", "hand", "arm"))
    texts = (
        f"[pump] {fist} up and down above the head",
        f"[pump] {fist} up and down",
        f"[thrust] {fist} up into the air",
        f"[pump] {fist}",
        f"[push] {fist} up and down overhead",
    )
    return Primitive(
        "pump", keys, texts, (f"{named_limb(side, 'fist')} pumps", "fist pump" if side != "both" else "fist pumps"), ARMS[side], "arm", side, "up", n, "pump the arm",
        frozenset({"cheer", "raise left hand", "raise right hand", "raise both hands"}), back=0.6, exact=True, seated=True,
    )  # fmt: skip


def wipe(d: Draw) -> Primitive:
    """A flat hand goes to and fro over a wall or a table that is not there."""
    side, n, beat = d.side(0.2), d.count(2, 5), d.vary(0.36)
    kind = d.pick(
        "from side to side at chest height", "up and down in front of the body", "from side to side at hip height"
    )
    one, two = {
        "from side to side at chest height": ((0.26, -0.02, 0.38), (-0.16, -0.02, 0.42)), "up and down in front of the body": ((0.04, 0.24, 0.38), (0.04, -0.24, 0.40)),
        "from side to side at hip height": ((0.24, -0.34, 0.30), (-0.16, -0.34, 0.30)),
    }[kind]  # fmt: skip
    if side == "both":
        one, two = (one[0] + 0.08, *one[1:]), (two[0] + 0.14, *two[1:])
    keys = place(side, [(0.55, dict(hand=one)), *([(beat, dict(hand=two)), (beat, dict(hand=one))] * n)])
    hand = limb(side, d.pick("hand", "hand", "arm"))
    texts = (
        f"[move] {hand} {kind}",
        f"[move] {hand} {kind}",
        f"[wipe] with {hand} {kind}",
        f"[sweep] {hand} {kind.split(' at ')[0].split(' in ')[0]}",
        f"[wipe] {kind}",
    )
    return Primitive(
        "wipe", keys, texts, (f"{named_limb(side, 'hand')} wiping",), ARMS[side], "hand", side, "up and down" if "up" in kind else "from side to side", n, "move the hand to and fro",
        frozenset({"wipe a window", "horizontal wave"}), back=0.55, exact=True, seated=True,
    )  # fmt: skip
