"""Arms that go to and fro: swung, circled, curled, shaken, waved, opened and closed."""

from __future__ import annotations

from .primitive import ARMS, Draw, Primitive, it, limb, named_limb, place, some_limb

_RAISE = frozenset({"raise left hand", "raise right hand", "raise both hands"})


def swing(d: Draw) -> Primitive:
    """To and fro like a pendulum, or level in front."""
    side, n = d.side(0.4), d.count(1, 4)
    kind = d.pick("forward and backward", "from side to side")
    one, two = (
        ((0.05, -0.28, 0.42), (0.10, -0.40, -0.30))
        if kind.startswith("f")
        else ((0.38, -0.16, 0.28), (-0.22, -0.16, 0.38))
    )
    beat, arm = d.vary(0.4), limb(side, "arm")
    keys = place(side, [(beat, dict(hand=spot)) for _ in range(n) for spot in (one, two)])
    texts = (
        f"[swing] {arm} {kind}",
        f"[swing] {arm} {kind}",
        f"[let] {arm} swing {kind}",
        f"[swing] {arm}",
        f"[swing] {some_limb(side, 'arm')} {kind}",
    )
    nouns = (f"{named_limb(side, 'arm')} swings", f"{named_limb(side, 'arm')} swing {kind}")
    kinds = frozenset({"horizontal wave"}) if "side" in kind else frozenset()
    return Primitive("swing", keys, texts, nouns, ARMS[side], "arm", side, kind, n, "swing the arm", kinds, back=0.5)


def circles(d: Draw) -> Primitive:
    """Stretched arms go round: large beside the body, or small at shoulder height."""
    side, n, forward, small = d.side(0.5), d.count(1, 5), d.chance(0.5), d.chance(0.35)
    if small:
        ring = [(0.50, 0.09, 0.02), (0.50, 0.0, 0.11), (0.50, -0.09, 0.02), (0.50, 0.0, -0.07)]
    else:
        ring = [(0.10, 0.50, 0.06), (0.10, 0.0, 0.51), (0.12, -0.49, 0.08), (0.36, 0.06, -0.28)]
        ring = [
            ring[0],
            (0.06, 0.36, 0.37),
            ring[1],
            (0.08, -0.36, 0.36),
            ring[2],
            (0.26, -0.30, -0.22),
            ring[3],
            (0.22, 0.40, -0.16),
        ]
    ring = ring if forward else [ring[0], *ring[:0:-1]]
    step = d.vary(0.17 if small else 0.15)
    keys = [(0.6, dict(hand=ring[0], pole=(0.9, -0.2, -0.4)))]
    keys += [(step, dict(hand=spot)) for spot in [*ring[1:], ring[0]] * n]
    way, arm = "forward" if forward else "backward", limb(side, "arm")
    size = "small circles with the arms out at shoulder height" if small else "large circles"
    size = size.replace("arms", "arm") if side != "both" else size
    texts = (
        f"[swing] {arm} {way} in {size}"
        if not small
        else f"[make] small circles {way} with {arm} stretched out sideways",
        f"[circle] {arm} {way}",
        f"[rotate] {arm} {way} at the shoulder",
        f"[make] {'small' if small else 'large'} circles with {arm}",
        f"[circle] {arm}",
        f"[circle] {some_limb(side, 'arm')}",
    )
    nouns = (
        f"{named_limb(side, 'arm')} circles {way}",
        f"{'small' if small else 'large'} arm circles" if side == "both" else f"{named_limb(side, 'arm')} circles",
    )
    return Primitive(
        "arm circle", place(side, keys), texts, nouns, ARMS[side], "arm", side, way, n, "circle the arm" if side != "both" else "circle the arms",
        frozenset({"swing arms in circles"}), back=0.5, seated=small,
    )  # fmt: skip


def curl(d: Draw) -> Primitive:
    """The elbow bends and straightens: hanging, at the side at shoulder height, or in front."""
    side, n = d.side(0.45), d.count(1, 5)
    pose = d.pick("hanging", "hanging", "side", "front")
    straight, bent, pole = {
        "hanging": ((0.06, -0.50, 0.08), (0.05, -0.06, 0.20), (0.2, -0.9, -0.3)),
        "side": ((0.51, 0.0, 0.03), (0.22, 0.16, 0.06), (0.9, -0.5, -0.1)),
        "front": ((0.0, 0.0, 0.51), (0.02, 0.16, 0.20), (0.1, -0.9, 0.4)),
    }[pose]
    beat, arm = d.vary(0.5), limb(side, "arm")
    keys = [(0.4 if pose == "hanging" else 0.7, dict(hand=straight, pole=pole))]
    keys += [(beat, dict(hand=bent)), (0.1, dict(hand=bent)), (beat, dict(hand=straight))] * n
    where = {"hanging": "beside the body", "side": "held out to the side", "front": "held out in front"}[pose]
    elbow = limb(side, "elbow")
    texts = (
        f"[bend] and [straighten] {arm} at the elbow, {where}",
        f"[curl] {limb(side, 'forearm')} up and down",
        f"[bend] {elbow} and [bring] {limb(side, 'hand')} up to the shoulder"
        if pose == "hanging"
        else f"[bend] and [straighten] {elbow}",
        f"[flex] {elbow}",
        f"[bend] {elbow}",
        f"[bend] {some_limb(side, 'elbow')}",
    )
    nouns = (
        f"{named_limb(side, 'forearm')} curl",
        f"{named_limb(side, 'elbow')} flexion",
        f"{named_limb(side, 'arm')} curl",
        "biceps curl",
    )
    return Primitive(
        "curl", place(side, keys), texts, nouns, ARMS[side], "arm", side, "up", n, "bend the elbow" if side != "both" else "bend the elbows",
        frozenset({"lift weights"}), back=0.4, seated=True,
    )  # fmt: skip


_SPOTS = {
    "in front of the chest": (0.02, -0.06, 0.34), "above the head": (0.08, 0.44, 0.12), "at the side": (0.38, 0.02, 0.10),
    "beside the head": (0.16, 0.20, 0.16), "beside the hip": (0.16, -0.38, 0.14),
}  # fmt: skip


def shake(d: Draw) -> Primitive:
    """A hand goes quickly to and fro over a hand's breadth, or waves at leisure."""
    side, (where, spot), n = d.side(0.3), d.pick(*_SPOTS.items()), d.count(3, 6)
    waving = d.chance(0.5) and where != "beside the hip"
    up_down = not waving and d.chance(0.5)
    half = d.vary(0.13) if waving else 0.06
    beat = d.vary(0.26 if waving else 0.15)
    if up_down:
        a, b = (spot[0], spot[1] + half, spot[2]), (spot[0], spot[1] - half, spot[2])
    else:
        a, b = (spot[0] + half, spot[1], spot[2]), (spot[0] - half, spot[1], spot[2])
    keys = [(0.6, dict(hand=spot)), *([(beat, dict(hand=a, palm=(0, -20))), (beat, dict(hand=b, palm=(0, 20)))] * n)]
    hand, verb = limb(side, "hand"), "wave" if waving else "shake"
    way = "from side to side" if not up_down else "up and down"
    texts = (
        f"[{verb}] {hand} {way} {where}",
        f"[{verb}] {hand} {where}",
        f"[hold] {hand} {where} and [{verb}] {it(side)}",
        f"[{verb}] {hand}",
        f"[{verb}] {some_limb(side, 'hand')} {where}",
    )
    kinds = frozenset(
        {"hammer", "bounce a ball"}
        if up_down
        else {"high wave", "wave left hand", "wave right hand", "wave both hands"}
    )
    return Primitive(
        verb, place(side, keys), texts, (f"{named_limb(side, 'hand')} {verb}",), ARMS[side], "hand", side, way, n,
        f"{verb} the hand", kinds, seated=where != "beside the hip",
    )  # fmt: skip


def open_close(d: Draw) -> Primitive:
    """Stretched arms spread and brought together again, level or over the head; bent ones flap."""
    kind, n, beat = d.pick("level", "overhead", "flap", "scissors"), d.count(1, 5), d.vary(0.42)
    if kind == "level":
        one, two = (0.51, 0.0, 0.04), (-0.12, 0.0, 0.48)
        phrases = (
            "[spread] both arms sideways at shoulder height and [bring] them together in front",
            "[open] and [close] both arms in front of the body",
            "[spread] both arms and [close] them again",
        )
        nouns: tuple[str, ...] = ("horizontal arm opening and closing", "chest opener")
    elif kind == "overhead":
        one, two = (0.50, 0.0, 0.03), (-0.10, 0.48, 0.06)
        phrases = (
            "[bring] both hands together above the head through the sides",
            "[raise] both arms sideways until the hands meet above the head",
            "[bring] both hands together overhead",
        )
        nouns = ("hands together overhead",)
    elif kind == "flap":
        one, two, beat = (0.44, 0.18, 0.03), (0.38, -0.30, 0.03), 0.7 * beat
        phrases = (
            "[flap] both arms up and down like wings",
            "[flap] both arms like a bird",
            "[move] both arms up and down at the sides",
        )
        nouns = ("flapping arms", "bird wings")
    else:
        one, two, beat = (0.30, -0.02, 0.40), (-0.26, -0.02, 0.40), 0.8 * beat
        phrases = (
            "[cross] and [open] both stretched arms in front of the body",
            "[cross] both arms in front and [open] them like scissors",
            "[cross] and [uncross] both arms",
        )
        nouns = ("arm scissors", "crossing arms")
    keys = place(
        "both", [(0.6, dict(hand=one, pole=(0.4, -0.6, -0.6))), *([(beat, dict(hand=two)), (beat, dict(hand=one))] * n)]
    )
    kinds = {
        "overhead": _RAISE | {"lateral raise", "star jump"},
        "scissors": frozenset({"cross arms"}),
        "level": frozenset({"clap hands", "lateral raise"}),
    }
    return Primitive(
        kind, keys, phrases, nouns, ARMS["both"], "arm", "both", None, n, phrases[-1].split("]")[0].removeprefix("[") + " the arms",
        frozenset(kinds.get(kind, frozenset())), seated=True,
    )  # fmt: skip
