"""Quick movements of the arms: punches, blocks, chops, throws, claps."""

from __future__ import annotations

from .primitive import ARMS, Draw, Primitive, limb, named_limb, other, place, some_limb

_FORCE = frozenset({"forward punch", "box", "side boxing", "punching"})
# Direction -> guard, hit (outward, up, forward), the body at the hit, and how it is said.
_PUNCHES = {
    "forward": ((0.04, -0.14, 0.12), (-0.10, 0.01, 0.51), dict(spine=(8, -20, 0)), "straight forward"),
    "up": ((0.08, -0.34, 0.16), (-0.06, 0.18, 0.34), dict(spine=(-2, -16, 0)), "upward"),
    "down": ((0.10, 0.20, 0.12), (-0.04, -0.44, 0.24), dict(spine=(18, -8, 0)), "down"),
    "sideways": ((0.12, -0.06, 0.12), (0.52, 0.02, 0.03), dict(spine=(2, 10, 4)), "to the side"),
    "across": ((0.30, -0.06, 0.12), (-0.30, 0.02, 0.34), dict(spine=(4, -34, 0)), "across the body"),
    "above": ((0.06, 0.02, 0.14), (0.04, 0.51, 0.06), dict(spine=(-4, 0, -4)), "straight up overhead"),
}
_PUNCH_NAMES = {
    "forward": ("straight punch", "jab"),
    "up": ("uppercut",),
    "across": ("hook",),
    "sideways": ("side punch",),
}


def punch(d: Draw) -> Primitive:
    side, end, n = d.one_side(), d.pick("forward", *_PUNCHES), d.count(1, 4)
    guard, hit, body, direction = _PUNCHES[end]
    direction = f"to the {side}" if end == "sideways" else direction
    beat = d.vary(0.18)
    rest = dict(other_hand=(0.0, -0.06, 0.20))
    ready = dict(hand=guard, **rest, spine=(3, 12, 0) if end in ("forward", "across", "up") else (0, 0, 0))
    strike = [(beat, dict(hand=hit, **body)), (0.08, dict(hand=hit)), (1.7 * beat, dict(ready))]
    keys = [(0.45, ready), *strike * n]
    fist = limb(side, d.pick("fist", "hand", "arm"))
    texts = (
        f"[punch] {direction} with {fist}",
        f"[punch] {direction} with {limb(side, 'hand')}",
        f"[throw] a punch {direction} with {fist}",
        f"[strike] {direction} with {limb(side, 'fist')}",
        f"[punch] {direction}",
        f"[throw] a {_PUNCH_NAMES[end][-1]} with {limb(side, 'hand')}" if end in _PUNCH_NAMES else f"[hit] {direction}",
    )
    nouns = tuple(f"{named_limb(side, 'hand')} {name}" for name in _PUNCH_NAMES.get(end, ())) or (f"{side} punch",)
    uses = ARMS["both"] | {"trunk"}
    return Primitive(
        "punch",
        place(side, keys),
        texts,
        nouns,
        uses,
        "arm",
        side,
        direction,
        n,
        "punch",
        _FORCE,
        back=0.5,
        seated=True,
    )


def punch_in_turn(d: Draw) -> Primitive:
    """The two fists one after the other."""
    end, n, beat = d.pick("forward", "up", "above"), d.count(2, 6), d.vary(0.18)
    guard, hit, body, direction = _PUNCHES[end]
    ready = dict(left=guard, right=guard, spine=(5, 0, 0))
    lead, keys = d.one_side(), [(0.45, ready)]
    for i in range(n):
        arm = lead if i % 2 == 0 else other(lead)
        turn = body["spine"][1] * (1 if arm == "left" else -1)
        keys += [(beat, {arm: hit, "spine": (body["spine"][0], turn, 0)}), (beat, dict(ready))]
    texts = (
        f"[punch] {direction} with both fists in turn",
        f"[throw] alternating punches {direction}",
        f"[punch] {direction} with the left and the right fist in turn",
        f"[punch] {direction} with alternating hands",
    )
    return Primitive(
        "punch", tuple(keys), texts, ("alternating punches",), ARMS["both"] | {"trunk"}, "arm", "both", direction, n, "punch",
        _FORCE, back=0.5, seated=True,
    )  # fmt: skip


_BLOCKS = {
    "above the head": ((-0.10, 0.34, 0.22), (1.0, 0.1, 0.2), "high block"),
    "in front of the face": ((-0.10, 0.16, 0.28), (0.7, -0.8, 0.1), "middle block"),
    "down in front of the body": ((-0.02, -0.40, 0.26), (0.8, -0.2, -0.2), "low block"),
    "out to the side": ((0.34, 0.06, 0.26), (0.5, -0.9, 0.1), "outward block"),
    "inward across the body": ((-0.26, 0.02, 0.28), (0.5, -0.9, 0.1), "inward block"),
}


def block(d: Draw) -> Primitive:
    side, n = d.one_side(), d.count(1, 3)
    where, (spot, pole, name) = d.pick(*_BLOCKS.items())
    chamber = {"out to the side": (-0.18, -0.10, 0.24), "down in front of the body": (-0.16, 0.06, 0.20)}.get(
        where, (0.12, -0.28, 0.14)
    )
    keys = [
        (0.4, dict(hand=chamber)),
        (d.vary(0.22), dict(hand=spot, pole=pole)),
        (d.pick(0.2, 0.5), dict(hand=spot)),
    ] * n
    arm = limb(side, d.pick("arm", "forearm"))
    texts = (
        f"[raise] {arm} {where} to block a blow" if "down" not in where else f"[sweep] {arm} {where} to block a blow",
        f"[block] with {arm} {where}",
        f"[block] {where} with {limb(side, 'arm')}",
        f"[block] a hit with {arm}",
    )
    return Primitive(
        "block", place(side, keys), texts, (f"{name} with {named_limb(side, 'arm')}", name), ARMS[side], "arm", side, where, n,
        "block", back=0.5, held=2 if n == 1 else None, seated=True,
    )  # fmt: skip


def chop(d: Draw) -> Primitive:
    side, n, beat = d.side(0.3), d.count(1, 4), d.vary(0.2)
    kind = d.pick("down", "down", "sideways") if side != "both" else "down"
    if kind == "down":
        up, hit, body, direction = (
            (0.10, 0.40, 0.10),
            (-0.06, -0.30, 0.36),
            dict(spine=(18, 0, 0)),
            "down in front of the body",
        )
    else:
        up, hit, body, direction = (-0.24, 0.06, 0.28), (0.46, -0.02, 0.20), dict(spine=(2, 14, 0)), "out to the side"
    keys = [(0.45, dict(hand=up, spine=(-4, 0, 0))), (beat, dict(hand=hit, **body)), (0.12, dict(hand=hit))] * n
    hand = limb(side, d.pick("hand", "arm"))
    texts = (
        f"[chop] {direction} with {hand}",
        f"[strike] {direction} with {hand}",
        f"[swing] {hand} {'from above the head ' if kind == 'down' else ''}{direction}",
        f"[chop] with {some_limb(side, 'hand')}",
        f"[hit] {direction} with {hand}",
    )
    kinds = frozenset({"slash", "hammer", "chop wood"})
    return Primitive(
        "chop", place(side, keys), texts, (f"{named_limb(side, 'hand')} chop",), ARMS[side] | {"trunk"}, "arm", side, direction, n,
        "chop", kinds, back=0.6, seated=kind == "sideways",
    )  # fmt: skip


_THROWS = {
    "overhand": ((0.22, 0.22, -0.20), (0.08, 0.44, 0.18), (-0.08, 0.06, 0.48), (-0.22, -0.34, 0.28)),
    "underhand": ((0.10, -0.36, -0.34), (0.05, -0.50, 0.10), (0.0, -0.18, 0.47), (-0.02, 0.10, 0.45)),
    "sidearm": ((0.42, -0.12, -0.22), (0.48, -0.06, 0.14), (0.10, -0.04, 0.50), (-0.30, -0.08, 0.34)),
}


def throw(d: Draw) -> Primitive:
    side, way = d.side(0.2), d.pick(*_THROWS)
    if side == "both" and way == "sidearm":
        way = "underhand"
    back_, pass_, hit, end = _THROWS[way]
    if side == "both" and way == "overhand":
        back_, pass_ = (0.0, 0.32, -0.08), (-0.02, 0.46, 0.16)
    wind = d.vary(0.55)
    keys = [
        (wind, dict(hand=back_, other_hand=(0.1, -0.12, 0.34), spine=(-5, 28, -3), pelvis=(0, -0.02, -0.05))),
        (0.16, dict(hand=pass_, spine=(4, -6, 0))),
        (0.14, dict(hand=hit, other_hand=(0.1, -0.30, 0.06), spine=(16, -22, 0), pelvis=(0, -0.03, 0.08))),
        (0.25, dict(hand=end)),
    ]
    hand = limb(side, "hand")
    under = {"overhand": "over the shoulder", "underhand": "from below", "sidearm": "from the side"}[way]
    if side == "both":
        under = under.replace("over the shoulder", "from above the head")
    texts = (
        f"[throw] something forward {under} with {hand}",
        f"[throw] {way} with {hand}",
        f"[make] an {way} throw with {hand}" if way != "sidearm" else f"[make] a sidearm throw with {hand}",
        f"[throw] a ball {way}" if side != "both" else f"[throw] a ball {under} with both hands",
        f"[toss] something with {hand}",
    )
    kinds = {"overhand": "high throw", "underhand": "underhand throw", "sidearm": "high throw"}[way]
    return Primitive(
        "throw", place(side, keys), texts, (f"{way} throw",), ARMS["both"] | {"trunk"}, "arm", side, "forward",
        kinds=frozenset({kinds, "bowl"}), back=0.7, seated=way == "overhand",
    )  # fmt: skip


def clap(d: Draw) -> Primitive:
    where, n, beat = (
        d.pick("in front of the chest", "above the head", "in front of the belly", "behind the back"),
        d.count(1, 6),
        d.vary(0.18),
    )
    shoulder = 0.175 * d.p.figure.shoulders / d.p.figure.arms - 0.02
    up, ahead = {
        "in front of the chest": (-0.12, 0.33), "above the head": (0.44, 0.10), "in front of the belly": (-0.30, 0.28),
        "behind the back": (-0.40, -0.22),
    }[where]  # fmt: skip
    apart, together = (0.14, up - 0.02, ahead - 0.02), (-shoulder + (0.04 if ahead < 0 else 0.0), up, ahead)
    keys = place("both", [(0.6, dict(hand=apart)), *([(beat, dict(hand=together)), (beat, dict(hand=apart))] * n)])
    texts = (f"[clap] both hands {where}", f"[clap] {where}", f"[clap] {{the}}hands {where}", "[clap] {the}hands")
    return Primitive(
        "clap", keys, texts, ("clapping", f"hand clap {where}"), ARMS["both"], "hand", "both", where, n, "clap",
        frozenset({"clap hands"}), back=0.55, exact=True, seated=ahead > 0,
    )  # fmt: skip
