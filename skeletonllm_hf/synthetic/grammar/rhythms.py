"""Arms that move to and fro: swung, circled, curled, shaken, waved, opened and closed."""

from __future__ import annotations

from .arms import RAISES
from .primitive import Draw, Fields, it, limb, movement, named_limb, place, some_limb


@movement("swing", "arm", unit="swing the arm", back=0.5)
def swing(d: Draw) -> Fields:
    """To and fro like a pendulum, or level in front."""
    side, n = d.side(0.4), d.count(1, 4)
    kind = d.pick("forward and backward", "from side to side")
    one, two = (0.38, -0.16, 0.28), (-0.22, -0.16, 0.38)
    if kind == "forward and backward":
        one, two = (0.05, -0.28, 0.42), (0.10, -0.40, -0.30)
    beat, arm = d.vary(0.4), limb(side, "arm")
    keys = place(side, [(beat, dict(hand=one)), (beat, dict(hand=two))] * n)
    texts = (
        f"[swing] {arm} {kind}",
        f"[swing] {arm} {kind}",
        f"[let] {arm} swing {kind}",
        f"[swing] {arm}",
        f"[swing] {some_limb(side, 'arm')} {kind}",
    )
    nouns = (f"{named_limb(side, 'arm')} swings", f"{named_limb(side, 'arm')} swing {kind}")
    kinds = {"horizontal wave"} if "side" in kind else ()
    return dict(side=side, keys=keys, texts=texts, nouns=nouns, direction=kind, count=n, kinds=kinds)


_SMALL = [(0.50, 0.09, 0.02), (0.50, 0.0, 0.11), (0.50, -0.09, 0.02), (0.50, 0.0, -0.07)]
_LARGE = [
    (0.10, 0.50, 0.06), (0.06, 0.36, 0.37), (0.10, 0.0, 0.51), (0.08, -0.36, 0.36),
    (0.12, -0.49, 0.08), (0.26, -0.30, -0.22), (0.36, 0.06, -0.28), (0.22, 0.40, -0.16),
]  # fmt: skip


@movement("arm circle", "arm", kinds={"swing arms in circles"}, back=0.5)
def circles(d: Draw) -> Fields:
    """Stretched arms go round: large beside the body, or small at shoulder height."""
    side, n, forward, small = d.side(0.5), d.count(1, 5), d.chance(0.5), d.chance(0.35)
    ring = _SMALL if small else _LARGE
    ring = ring if forward else [ring[0], *ring[:0:-1]]
    step = d.vary(0.17 if small else 0.15)
    keys = [(0.6, dict(hand=ring[0], pole=(0.9, -0.2, -0.4)))]
    keys += [(step, dict(hand=spot)) for spot in [*ring[1:], ring[0]] * n]
    way, arm, size = "forward" if forward else "backward", limb(side, "arm"), "small" if small else "large"
    texts = (
        f"[make] small circles {way} with {arm} stretched out sideways"
        if small
        else f"[swing] {arm} {way} in large circles",
        f"[circle] {arm} {way}",
        f"[rotate] {arm} {way} at the shoulder",
        f"[make] {size} circles with {arm}",
        f"[circle] {arm}",
        f"[circle] {some_limb(side, 'arm')}",
    )
    name = named_limb(side, "arm")
    return dict(
        side=side, keys=place(side, keys), texts=texts, direction=way, count=n, seated=small,
        nouns=(f"{name} circles {way}", f"{size} arm circles" if side == "both" else f"{name} circles"),
        unit="circle the arm" if side != "both" else "circle the arms",
    )  # fmt: skip


# Name -> wrist with the elbow straight and bent, the elbow's pole, and how the upper arm is held.
_CURLS = {
    "hanging": ((0.06, -0.50, 0.08), (0.05, -0.06, 0.20), (0.2, -0.9, -0.3), "beside the body"),
    "side": ((0.51, 0.0, 0.03), (0.22, 0.16, 0.06), (0.9, -0.5, -0.1), "held out to the side"),
    "front": ((0.0, 0.0, 0.51), (0.02, 0.16, 0.20), (0.1, -0.9, 0.4), "held out in front"),
}


@movement("curl", "arm", direction="up", kinds={"lift weights"}, back=0.4, seated=True)
def curl(d: Draw) -> Fields:
    """The elbow bends and straightens."""
    side, n = d.side(0.45), d.count(1, 5)
    pose = d.pick("hanging", "hanging", "side", "front")
    straight, bent, pole, where = _CURLS[pose]
    beat, arm, elbow = d.vary(0.5), limb(side, "arm"), limb(side, "elbow")
    keys = [(0.4 if pose == "hanging" else 0.7, dict(hand=straight, pole=pole))]
    keys += [(beat, dict(hand=bent)), (0.1, dict(hand=bent)), (beat, dict(hand=straight))] * n
    lifted = f"[bend] {elbow} and [bring] {limb(side, 'hand')} up to the shoulder"
    texts = (
        f"[bend] and [straighten] {arm} at the elbow, {where}",
        f"[curl] {limb(side, 'forearm')} up and down",
        lifted if pose == "hanging" else f"[bend] and [straighten] {elbow}",
        f"[flex] {elbow}",
        f"[bend] {elbow}",
        f"[bend] {some_limb(side, 'elbow')}",
    )
    terms = (("forearm", "curl"), ("elbow", "flexion"), ("arm", "curl"))
    nouns = (*(f"{named_limb(side, part)} {term}" for part, term in terms), "biceps curl")
    unit = "bend the elbow" if side != "both" else "bend the elbows"
    return dict(side=side, keys=place(side, keys), texts=texts, nouns=nouns, count=n, unit=unit)


_SPOTS = {
    "in front of the chest": (0.02, -0.06, 0.34), "above the head": (0.08, 0.44, 0.12), "at the side": (0.38, 0.02, 0.10),
    "beside the head": (0.16, 0.20, 0.16), "beside the hip": (0.16, -0.38, 0.14),
}  # fmt: skip


@movement("shake", "hand")
def shake(d: Draw) -> Fields:
    """A hand is shaken over a short way, or waves more slowly."""
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
    waves = {"high wave", "wave left hand", "wave right hand", "wave both hands"}
    return dict(
        family=verb, side=side, keys=place(side, keys), texts=texts, nouns=(f"{named_limb(side, 'hand')} {verb}",),
        direction=way, count=n, unit=f"{verb} the hand", kinds={"hammer", "bounce a ball"} if up_down else waves,
        seated=where != "beside the hip",
    )  # fmt: skip


# Name -> the wrists apart and together, tempo, texts, nouns, verb that is counted, and listed actions.
_OPENINGS = {
    "level": (
        (0.51, 0.0, 0.04), (-0.12, 0.0, 0.48), 1.0,
        (
            "[spread] both arms sideways at shoulder height and [bring] them together in front",
            "[open] and [close] both arms in front of the body",
            "[spread] both arms and [close] them again",
        ),
        ("horizontal arm opening and closing", "chest opener"), "spread", {"clap hands", "lateral raise"},
    ),
    "overhead": (
        (0.50, 0.0, 0.03), (-0.10, 0.48, 0.06), 1.0,
        (
            "[bring] both hands together above the head through the sides",
            "[raise] both arms sideways until the hands meet above the head",
            "[bring] both hands together overhead",
        ),
        ("hands together overhead",), "bring", RAISES | {"lateral raise", "star jump"},
    ),
    "flap": (
        (0.44, 0.18, 0.03), (0.38, -0.30, 0.03), 0.7,
        (
            "[flap] both arms up and down like wings",
            "[flap] both arms like a bird",
            "[move] both arms up and down at the sides",
        ),
        ("flapping arms", "bird wings"), "move", (),
    ),
    "scissors": (
        (0.30, -0.02, 0.40), (-0.26, -0.02, 0.40), 0.8,
        (
            "[cross] and [open] both stretched arms in front of the body",
            "[cross] both arms in front and [open] them like scissors",
            "[cross] and [uncross] both arms",
        ),
        ("arm scissors", "crossing arms"), "cross", {"cross arms"},
    ),
}  # fmt: skip


@movement("level", "arm", side="both", seated=True)
def open_close(d: Draw) -> Fields:
    """Stretched arms spread and brought together again, level or over the head; bent ones flap."""
    kind, n, beat = d.pick(*_OPENINGS), d.count(1, 5), d.vary(0.42)
    one, two, tempo, texts, nouns, verb, kinds = _OPENINGS[kind]
    start, beat = (0.6, dict(hand=one, pole=(0.4, -0.6, -0.6))), tempo * beat
    keys = place("both", [start, *([(beat, dict(hand=two)), (beat, dict(hand=one))] * n)])
    return dict(family=kind, keys=keys, texts=texts, nouns=nouns, count=n, unit=f"{verb} the arms", kinds=kinds)
