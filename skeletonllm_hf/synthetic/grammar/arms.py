"""Arms that are raised, lowered, reached out, pulled and pushed."""

from __future__ import annotations

from typing import Any

from .primitive import ARMS, Draw, Primitive, bare_limb, it, limb, named_limb, place, placed, some_limb

_REST = (0.055, -0.515, 0.045)
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
_LISTED_RAISE = frozenset({"raise left hand", "raise right hand", "raise both hands"})


def _kinds(end: str, side: str) -> frozenset[str]:
    if " up" in f" {end}":
        return _LISTED_RAISE
    return (
        frozenset({"lateral raise"}) if end == "sideways" else frozenset({"point"}) if end == "forward" else frozenset()
    )


def arm_raise(d: Draw) -> Primitive:
    """Up to somewhere, kept there or not, and down; once or several times."""
    side, end = d.side(0.35), d.pick(*ENDS)
    (hand, phrases), arm = ENDS[end], limb(side, d.pick("arm", "arm", "hand"))
    hand = d.about(hand[0]), d.about(hand[1]), d.about(hand[2])
    via = d.pick(*_VIA.get(end, (None,)))
    n = d.count(2, 4) if d.chance(0.35) else 1
    hold = 0.08 if n > 1 else d.pick(0.15, 0.6, 1.6)
    up, pole = d.vary(0.75), dict(pole=(0.7, -0.5, -0.3) if end != "sideways" else (0.3, -0.5, -0.8))
    rise = (
        [(0.5 * up, dict(hand=ENDS[via][0], **pole)), (0.5 * up, dict(hand=hand))]
        if via
        else [(up, dict(hand=hand, **pole))]
    )
    down = [(0.5 * up, dict(hand=ENDS[via][0])), (0.5 * up, dict(hand=_REST))] if via else [(up, dict(hand=_REST))]
    keys = place(side, [*([*rise, (hold, dict(hand=hand)), *down] * n)])
    path = {"forward": " through the front", "sideways": " through the side"}.get(via or "", "")
    what, pronoun, first = arm.replace("{the}", ""), it(side), phrases[0]
    kept = f"[hold] {pronoun} there and [lower] {pronoun}" if hold > 0.4 else f"[lower] {pronoun} again"
    raised = f"[raise] {arm} {first}{path}"
    texts = (
        f"{raised}, {kept}" if hold > 0.4 else f"{raised} and {kept}",
        f"[raise] {arm} {phrases[1]}",
        f"[lift] {arm} {d.pick(*phrases)}{path}",
        f"[bring] {arm} {phrases[-1]}",
        f"[raise] {arm} {phrases[-1]}",
        f"[raise] {some_limb(side, what.split()[-1].rstrip('s'))} {phrases[-1]}",
    )
    nouns = tuple(name.format(named_limb(side, "arm")) for name in _NAMES.get(end, ()))
    return Primitive(
        "raise", keys, texts, nouns, ARMS[side], "arm", side, end, n, "raise the arm" if side != "both" else "raise the arms",
        _kinds(end, side), back=0.2, exact=True, held=len(rise) if n == 1 else None,
        seated=end not in ("backward", "forward halfway"),
    )  # fmt: skip


def arm_lower(d: Draw) -> Primitive:
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
    keys = place(side, [(wait, dict(hand=hand)), (down, dict(hand=_REST)), (0.3, dict(hand=_REST))])
    nouns = (f"lowering {bare_limb(side, 'arm')}",)
    return Primitive(
        "lower",
        keys,
        texts,
        nouns,
        ARMS[side],
        "arm",
        side,
        "down",
        start=placed(side, dict(hand=hand)),
        back=None,
        seated=False,
    )


def reach(d: Draw) -> Primitive:
    """Out of a bent arm, with the trunk a little, and back."""
    side = d.side(0.3)
    end = d.pick("forward", "up", "sideways", "across", "down", "forward and up")
    ways: dict[str, tuple[Any, dict[str, Any]]] = {
        "down": (
            (0.0, -0.50, 0.20),
            dict(spine=(30, 0, 8), orient=(12, 0, 0), head=(8, 0, 0), pelvis=(0, -0.03, -0.08)),
        ),
        "forward": ((-0.04, 0.02, 0.52), dict(spine=(14, -14, 0), pelvis=(0, 0, 0.03))),
        "up": ((0.02, 0.52, 0.08), dict(spine=(-4, 0, -7), head=(-16, 0, 0))),
        "sideways": ((0.52, 0.02, 0.05), dict(spine=(0, 8, 14), head=(0, 30, 0))),
        "across": ((-0.34, 0.02, 0.36), dict(spine=(4, -26, 0), head=(0, -26, 0))),
        "forward and up": ((0.0, 0.36, 0.38), dict(spine=(6, -10, 0), head=(-10, 0, 0))),
    }
    hand, trunk = ways[end]
    direction = {
        "sideways": "to the side",
        "across": "across the body",
        "forward": "forward",
        "up": "up",
        "down": "down",
    }.get(end, "forward and up")
    arm, near = limb(side, d.pick("hand", "arm")), (0.06, -0.16, 0.20)
    start = [(0.35, dict(hand=near))] if end != "down" else []
    keys = [*start, (d.vary(0.5), dict(hand=hand, **trunk)), (d.pick(0.1, 0.5), dict(hand=hand))]
    texts = (
        f"[reach] {direction} with {arm} and [draw] {it(side)} back",
        f"[reach] {direction} with {arm}",
        f"[stretch] {arm} out {direction}" if end not in ("up", "down") else f"[stretch] {arm} {direction}",
        f"[reach] far {direction}",
        f"[reach] {direction}",
    )
    nouns = (f"{named_limb(side, 'hand')} reach {direction}", f"reach {direction}")
    uses = ARMS[side] | {"trunk"}
    return Primitive(
        "reach", place(side, keys), texts, nouns, uses, "hand", side, end, kinds=frozenset({"point", "hand catch"}), back=0.6,
        held=len(keys) - 1, seated=end not in ("down",),
    )  # fmt: skip


_OUT = {
    "forward": (0.0, -0.02, 0.51), "up": (0.06, 0.50, 0.06), "down": (0.06, -0.50, 0.10), "sideways": (0.51, 0.0, 0.04),
    "backward": (0.12, -0.36, -0.30),
}  # fmt: skip
_NEAR = {
    "forward": (0.02, -0.12, 0.16), "up": (0.06, 0.0, 0.12), "down": (0.06, -0.10, 0.18), "sideways": (0.18, -0.06, 0.10),
    "backward": (0.08, -0.24, 0.06),
}  # fmt: skip


def push(d: Draw) -> Primitive:
    return _push_pull(d, "push", ("forward", "up", "down", "sideways", "backward"))


def pull(d: Draw) -> Primitive:
    return _push_pull(d, "pull", ("forward", "up", "down", "sideways"))


def _push_pull(d: Draw, verb: str, ends: tuple[str, ...]) -> Primitive:
    side, end, n = d.side(0.45), d.pick(*ends), d.count(1, 4)
    near, far, beat = _NEAR[end], _OUT[end], d.vary(0.5)
    begin, stop = (near, far) if verb == "push" else (far, near)
    lean = dict(spine=(8, 0, 0), pelvis=(0, 0, 0.03)) if end == "forward" else {}
    upright = dict(spine=(0, 0, 0), pelvis=(0, 0, 0)) if lean else {}
    act = [(beat, dict(hand=stop, **(lean if verb == "push" else upright))), (0.15, dict(hand=stop))]
    return_ = [(0.8 * beat, dict(hand=begin, **(upright if verb == "push" else lean)))]
    keys: list[Any] = [(0.5, dict(hand=begin, palm=(0, -50 if verb == "push" else 0), pole=(0.8, -0.6, -0.2)))]
    for i in range(n):
        keys += [*act, *(return_ if i < n - 1 else [])]
    hand = limb(side, d.pick("hand", "arm"))
    to = {"sideways": "out to the side" if side != "both" else "out to the sides"}.get(end, end)
    start_of = {"forward": "from the front towards the body", "up": "down from above", "down": "up from below"}.get(
        end, "in from the side" if side != "both" else "in from the sides"
    )
    way = to if verb == "push" else start_of
    texts = (
        f"[{verb}] {way} with {hand}",
        f"[{verb}] {hand} {way}",
        f"[make] a {verb}ing movement {way} with {hand}",
        f"[{verb}] {way}",
    )
    nouns = (f"{named_limb(side, 'hand')} {verb} {way}", f"{verb} {way}", f"{verb}ing {way}")
    goes = {"forward": "backward", "up": "down", "down": "up", "sideways": "inward"}[end] if verb == "pull" else end
    return Primitive(
        verb, place(side, keys), texts, nouns, ARMS[side], "hand", side, goes, n, verb, frozenset({verb}), back=0.55,
        held=2 if n == 1 else None, seated=end != "backward",
    )  # fmt: skip
