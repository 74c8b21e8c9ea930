"""Quick movements of the arms: punches, blocks, chops, throws, claps."""

from __future__ import annotations

from .primitive import ARMS, TRUNK, Draw, Fields, limb, movement, named_limb, other, place, some_limb

_LISTED_PUNCHES = {"forward punch", "box", "side boxing", "punching"}
# Direction -> guard, hit (outward, up, forward), the body at the hit, how it is said, and names.
_PUNCHES = {
    "forward": (
        (0.04, -0.14, 0.12), (-0.10, 0.01, 0.51), dict(spine=(8, -20, 0)), "straight forward", ("straight punch", "jab"),
    ),
    "up": ((0.08, -0.34, 0.16), (-0.06, 0.18, 0.34), dict(spine=(-2, -16, 0)), "upward", ("uppercut",)),
    "down": ((0.10, 0.20, 0.12), (-0.04, -0.44, 0.24), dict(spine=(18, -8, 0)), "down", ()),
    "sideways": ((0.12, -0.06, 0.12), (0.52, 0.02, 0.03), dict(spine=(2, 10, 4)), "to the side", ("side punch",)),
    "across": ((0.30, -0.06, 0.12), (-0.30, 0.02, 0.34), dict(spine=(4, -34, 0)), "across the body", ("hook",)),
    "above": ((0.06, 0.02, 0.14), (0.04, 0.51, 0.06), dict(spine=(-4, 0, -4)), "straight up overhead", ()),
}  # fmt: skip


@movement("punch", "arm", ARMS["both"] | TRUNK, unit="punch", kinds=_LISTED_PUNCHES, back=0.5, seated=True)
def punch(d: Draw) -> Fields:
    side, end, n = d.one_side(), d.pick("forward", *_PUNCHES), d.count(1, 4)
    guard, hit, body, direction, names = _PUNCHES[end]
    direction = f"to the {side}" if end == "sideways" else direction
    beat = d.vary(0.18)
    turned = (3, 12, 0) if end in ("forward", "across", "up") else (0, 0, 0)
    ready = dict(hand=guard, other_hand=(0.0, -0.06, 0.20), spine=turned)
    strike = [(beat, dict(hand=hit, **body)), (0.08, dict(hand=hit)), (1.7 * beat, ready)]
    fist, hand = limb(side, d.pick("fist", "hand", "arm")), limb(side, "hand")
    texts = (
        f"[punch] {direction} with {fist}",
        f"[punch] {direction} with {hand}",
        f"[throw] a punch {direction} with {fist}",
        f"[strike] {direction} with {limb(side, 'fist')}",
        f"[punch] {direction}",
        f"[throw] a {names[-1]} with {hand}" if names else f"[hit] {direction}",
    )
    nouns = tuple(f"{named_limb(side, 'hand')} {name}" for name in names) or (f"{side} punch",)
    keys = place(side, [(0.45, ready), *strike * n])
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, direction=direction, count=n)


@movement("punch", "arm", TRUNK, side="both", unit="punch", kinds=_LISTED_PUNCHES, back=0.5, seated=True)
def punch_in_turn(d: Draw) -> Fields:
    """The two fists one after the other."""
    end, n, beat = d.pick("forward", "up", "above"), d.count(2, 6), d.vary(0.18)
    guard, hit, body, direction, _ = _PUNCHES[end]
    ready = dict(left=guard, right=guard, spine=(5, 0, 0))
    lead, keys = d.one_side(), [(0.45, ready)]
    for i in range(n):
        arm = lead if i % 2 == 0 else other(lead)
        turn = body["spine"][1] * (1 if arm == "left" else -1)
        keys += [(beat, {arm: hit, "spine": (body["spine"][0], turn, 0)}), (beat, ready)]
    texts = (
        f"[punch] {direction} with both fists in turn",
        f"[throw] alternating punches {direction}",
        f"[punch] {direction} with the left and the right fist in turn",
        f"[punch] {direction} with alternating hands",
    )
    return dict(keys=keys, texts=texts, nouns=("alternating punches",), direction=direction, count=n)


# Place -> wrist before the block and at it, the elbow's pole, and the name.
_BLOCKS = {
    "above the head": ((0.12, -0.28, 0.14), (-0.10, 0.34, 0.22), (1.0, 0.1, 0.2), "high block"),
    "in front of the face": ((0.12, -0.28, 0.14), (-0.10, 0.16, 0.28), (0.7, -0.8, 0.1), "middle block"),
    "down in front of the body": ((-0.16, 0.06, 0.20), (-0.02, -0.40, 0.26), (0.8, -0.2, -0.2), "low block"),
    "out to the side": ((-0.18, -0.10, 0.24), (0.34, 0.06, 0.26), (0.5, -0.9, 0.1), "outward block"),
    "inward across the body": ((0.12, -0.28, 0.14), (-0.26, 0.02, 0.28), (0.5, -0.9, 0.1), "inward block"),
}


@movement("block", "arm", unit="block", back=0.5, held=2, seated=True)
def block(d: Draw) -> Fields:
    side, n = d.one_side(), d.count(1, 3)
    where, (before, spot, pole, name) = d.pick(*_BLOCKS.items())
    blocked = (d.vary(0.22), dict(hand=spot, pole=pole))
    keys = place(side, [(0.4, dict(hand=before)), blocked, (d.pick(0.2, 0.5), dict(hand=spot))] * n)
    arm = limb(side, d.pick("arm", "forearm"))
    texts = (
        f"[{'raise' if 'down' not in where else 'sweep'}] {arm} {where} to block a blow",
        f"[block] with {arm} {where}",
        f"[block] {where} with {limb(side, 'arm')}",
        f"[block] a hit with {arm}",
    )
    nouns = (f"{name} with {named_limb(side, 'arm')}", name)
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, direction=where, count=n)


# Direction -> wrist before and at the hit, the body at the hit.
_CHOPS = {
    "down in front of the body": ((0.10, 0.40, 0.10), (-0.06, -0.30, 0.36), dict(spine=(18, 0, 0))),
    "out to the side": ((-0.24, 0.06, 0.28), (0.46, -0.02, 0.20), dict(spine=(2, 14, 0))),
}


@movement("chop", "arm", TRUNK, unit="chop", kinds={"slash", "hammer", "chop wood"}, back=0.6)
def chop(d: Draw) -> Fields:
    side, n, beat = d.side(0.3), d.count(1, 4), d.vary(0.2)
    down, out = _CHOPS
    direction = d.pick(down, down, out) if side != "both" else down
    up, hit, body = _CHOPS[direction]
    keys = [(0.45, dict(hand=up, spine=(-4, 0, 0))), (beat, dict(hand=hit, **body)), (0.12, dict(hand=hit))] * n
    hand = limb(side, d.pick("hand", "arm"))
    texts = (
        f"[chop] {direction} with {hand}",
        f"[strike] {direction} with {hand}",
        f"[swing] {hand} {'from above the head ' if direction == down else ''}{direction}",
        f"[chop] with {some_limb(side, 'hand')}",
        f"[hit] {direction} with {hand}",
    )
    return dict(
        side=side, keys=place(side, keys), texts=texts, direction=direction, count=n, seated=direction == out,
        nouns=(f"{named_limb(side, 'hand')} chop",),
    )  # fmt: skip


# Name -> wrist on its way from behind the body to the end, and how it is said.
_THROWS = {
    "overhand": ((0.22, 0.22, -0.20), (0.08, 0.44, 0.18), (-0.08, 0.06, 0.48), (-0.22, -0.34, 0.28), "over the shoulder"),
    "underhand": ((0.10, -0.36, -0.34), (0.05, -0.50, 0.10), (0.0, -0.18, 0.47), (-0.02, 0.10, 0.45), "from below"),
    "sidearm": ((0.42, -0.12, -0.22), (0.48, -0.06, 0.14), (0.10, -0.04, 0.50), (-0.30, -0.08, 0.34), "from the side"),
}  # fmt: skip


@movement("throw", "arm", ARMS["both"] | TRUNK, direction="forward", back=0.7)
def throw(d: Draw) -> Fields:
    side, way = d.side(0.2), d.pick(*_THROWS)
    if side == "both" and way == "sidearm":
        way = "underhand"
    back, passing, release, end, under = _THROWS[way]
    if side == "both" and way == "overhand":
        back, passing, under = (0.0, 0.32, -0.08), (-0.02, 0.46, 0.16), "from above the head"
    keys = [
        (d.vary(0.55), dict(hand=back, other_hand=(0.1, -0.12, 0.34), spine=(-5, 28, -3), pelvis=(0, -0.02, -0.05))),
        (0.16, dict(hand=passing, spine=(4, -6, 0))),
        (0.14, dict(hand=release, other_hand=(0.1, -0.30, 0.06), spine=(16, -22, 0), pelvis=(0, -0.03, 0.08))),
        (0.25, dict(hand=end)),
    ]
    hand = limb(side, "hand")
    texts = (
        f"[throw] something forward {under} with {hand}",
        f"[throw] {way} with {hand}",
        f"[make] {'a' if way == 'sidearm' else 'an'} {way} throw with {hand}",
        f"[throw] a ball {way}" if side != "both" else f"[throw] a ball {under} with both hands",
        f"[toss] something with {hand}",
    )
    nouns, kinds = (f"{way} throw",), {"underhand throw" if way == "underhand" else "high throw", "bowl"}
    return dict(side=side, keys=place(side, keys), texts=texts, nouns=nouns, kinds=kinds, seated=way == "overhand")


# Place -> (up, forward) of the hands.
_CLAPS = {
    "in front of the chest": (-0.12, 0.33), "above the head": (0.44, 0.10), "in front of the belly": (-0.30, 0.28),
    "behind the back": (-0.40, -0.22),
}  # fmt: skip


@movement("clap", "hand", side="both", unit="clap", kinds={"clap hands"}, exact=True)
def clap(d: Draw) -> Fields:
    where, n, beat = d.pick(*_CLAPS), d.count(1, 6), d.vary(0.18)
    shoulder = 0.175 * d.p.figure.shoulders / d.p.figure.arms - 0.02
    up, ahead = _CLAPS[where]
    apart, together = (0.14, up - 0.02, ahead - 0.02), (-shoulder + (0.04 if ahead < 0 else 0.0), up, ahead)
    keys = place("both", [(0.6, dict(hand=apart)), *([(beat, dict(hand=together)), (beat, dict(hand=apart))] * n)])
    texts = (f"[clap] both hands {where}", f"[clap] {where}", f"[clap] {{the}}hands {where}", "[clap] {the}hands")
    nouns = ("clapping", f"hand clap {where}")
    return dict(keys=keys, texts=texts, nouns=nouns, direction=where, count=n, seated=ahead > 0)
