"""Body points from joint names, such as `mixamorig1:LeftForeArm`, `lShldr`, `J_Bip_R_LowerLeg` or `左ひじ`.

One resolver for all files and layouts. A name is cut into words (separators, camel case, glued lower case, digits), rigs' names are
dropped, a side is found wherever it stands, foreign words are translated, and the whole rest must be one of `PHRASES`: a
name with an unknown word has no body point. Names that are ambiguous by themselves are settled by the others (`body_points`).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence

from .joint_words import (
    HELPERS,
    LEFT,
    MARKER_SIGNS,
    MARKERS,
    NOISE,
    PHRASES,
    PREFIXES,
    RIGHT,
    ROOTS,
    SIDES,
    SPELLINGS,
    TRUNK,
    WHOLE_NAMES,
)

_SPELLED = {spelling: words for words, spellings in SPELLINGS.items() for spelling in spellings.split()}
_SIDED = {word: side for side, words in SIDES.items() for word in words.split()}
_SHORTEST = 3  # letters of a word inside a glued name, so that "rear" is no right ear's neighbour
_FINGER_BONE = r"(proximal|distal|intermediate|metacarpal|end|tip|base|\d+)"
_PHRASES = tuple((re.compile(pattern.replace("{p}", _FINGER_BONE)), point) for pattern, point in PHRASES)
_TRUNK = tuple((re.compile(pattern), height) for pattern, height in TRUNK)
_MARKERS = tuple((re.compile(pattern), point) for pattern, point in MARKERS)
_LONGEST = 120  # letters of a name that are looked at, from its end: its beginning is a name space
_CENTRAL = frozenset(
    ("pelvis", "spine_lower", "spine_middle", "spine_upper", "neck_base", "neck", "head", "head_top", "nose", "jaw")
)  # points without a side
_LIMB_POINTS = {f"{s}_{p}" for s in (LEFT, RIGHT) for p in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")}
_SPINE = ("spine_lower", "spine_middle", "spine_upper")
_WAIST = re.compile(r"(middle_)?waist")
_ROOT = re.compile(r"root|center|centre|lower_body")
_CLUSTER = re.compile(r"[lr]?[a-z]{2}\d")
_MARKER_SET = 3  # names with a marker's words from which all names are markers'


def words_of(name: str) -> tuple[str | None, tuple[str, ...]]:
    """(side, words): `"LeftUpLeg"` -> `("left", ("upper", "leg"))`; digits are words of their own; rigs' names are gone."""
    return _words_of(name[-_LONGEST:])


@functools.lru_cache(maxsize=8192)
def _words_of(name: str) -> tuple[str | None, tuple[str, ...]]:
    text = unicodedata.normalize("NFKC", name).strip()
    text = re.sub(r"^.*[:|/]", "", text) or text  # a rig's name space: "mixamorig:Hips"
    text = re.sub(r"(?<=[^\W_])[_. -][23][dD]$", "", text)  # Apple's "human_left_wrist_3D"
    plain = re.sub(r"[^a-z0-9]", "", text.lower())
    if plain in WHOLE_NAMES:
        whole, point = WHOLE_NAMES[plain]
        return whole, tuple((point or plain).split("_"))
    tokens = _without_rig(_tokens(text))
    side: str | None = None
    words: list[str] = []
    tokens = _joined(tokens)
    letters = [token for token in tokens if not token.isdecimal()]
    if len(letters) > 1 and not all(map(_known, letters)) and _glued("".join(letters)):  # "LUArm": the left upper arm
        tokens = ["".join(letters), *(token for token in tokens if token.isdecimal())]
    for token in tokens:
        if token in _SIDED and side is None:
            side = _SIDED[token]
        elif token in _SPELLED:
            words += _SPELLED[token].split()
        elif token in ("l", "u") and side is not None:  # Theia's "l_larm": the left lower arm
            words.append("lower" if token == "l" else "upper")
        else:
            found = _glued(token)
            if found is None:
                words.append(token.lstrip("0") or "0" if token.isdecimal() else token)
                continue
            for part in found:
                if part in _SIDED and (side is None or len(part) > 1):
                    side = _SIDED[part]
                elif part in _SIDED:
                    words.append("lower" if _SIDED[part] == LEFT else "")
                else:
                    words += _SPELLED[part].split()
    return side, tuple(word for word in words if word)


def _known(token: str) -> bool:
    return token in _SIDED or token in _SPELLED or _glued(token) is not None


def _tokens(text: str) -> list[str]:
    """Lower-case pieces: between separators, camel humps, letters and digits, and a leading or trailing 左 or 右."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    text = re.sub(r"(?<=[左右])|(?=[左右])|(?<=\D)(?=\d)|(?<=\d)(?=\D)", " ", text)
    return re.findall(r"[^\W_]+", text.lower())


def _without_rig(tokens: list[str]) -> list[str]:
    """Without the words that name a rig or a kind of node, unless nothing else is left."""
    kept = list(tokens)
    for prefix in PREFIXES:
        if kept and kept[0].startswith(prefix) and kept[0] != prefix:
            kept[0] = kept[0][len(prefix) :]
    if kept[:2] == ["cc", "base"]:
        kept = kept[2:]
    joined = {a + b for a, b in zip(kept, kept[1:], strict=False)} & _SPELLED.keys()  # "lower body" is no "body"
    noise = [token in NOISE and not any(token in pair for pair in joined) for token in kept]
    for row, token in enumerate(kept[1:], 1):  # the number of a rig: "Character1", "Bip01"
        noise[row] |= noise[row - 1] and token.isdecimal() and kept[row - 1] in NOISE
    return [token for token, out in zip(kept, noise, strict=True) if not out] or kept


def _joined(tokens: list[str]) -> list[str]:
    """Neighbours that are one word of `SPELLINGS`: "fore", "arm" -> "forearm"."""
    out: list[str] = []
    for token in tokens:
        if out and out[-1] + token in _SPELLED and out[-1] not in _SIDED and not token.isdecimal():
            out[-1] += token
        else:
            out.append(token)
    return out


@functools.lru_cache(maxsize=8192)
def _glued(token: str) -> tuple[str, ...] | None:
    """A glued token as known words and at most one side, the fewest that cover it whole; None where none do."""
    best: tuple[str, ...] | None = None
    for before, after in ((w, "") for w in _SIDED if token.startswith(w)):
        best = _fewest(best, before, token[len(before) :], after)
    for after in (w for w in _SIDED if token.endswith(w) and (len(w) > 1 or not w.isascii())):
        best = _fewest(best, "", token[: -len(after)], after)
    return _fewest(best, "", token, "")


def _fewest(best: tuple[str, ...] | None, before: str, rest: str, after: str) -> tuple[str, ...] | None:
    covered = _cover(rest)
    if covered is None:
        return best
    found = tuple(part for part in (before, *covered, after) if part)
    return found if best is None or len(found) < len(best) else best


def _cover(text: str) -> tuple[str, ...] | None:
    """The fewest known words that make up a text, or None."""
    if text in _SPELLED:
        return (text,)
    if len(text) > 40:
        return None
    cover: list[tuple[str, ...] | None] = [()] + [None] * len(text)
    for end in range(_SHORTEST, len(text) + 1):
        for start in range(0, end - _SHORTEST + 1):
            head = cover[start]
            if head is not None and text[start:end] in _SPELLED:
                longer = (*head, text[start:end])
                if (shortest := cover[end]) is None or len(longer) < len(shortest):
                    cover[end] = longer
    return cover[-1] or None


def split_side(name: str) -> tuple[str | None, str]:
    """`"LeftUpLeg"` -> `("left", "upper_leg")`; a name without a side gives `(None, its words)`."""
    side, words = words_of(name)
    return side, "_".join(words)


def pairs_of(names: Sequence[str | None]) -> tuple[tuple[int, int], ...]:
    """(left, right) numbers of the names that differ in their side alone."""
    sides = {split_side(name): number for number, name in enumerate(names) if name is not None}
    return tuple(
        (number, sides["right", words])
        for (side, words), number in sides.items()
        if side == "left" and ("right", words) in sides
    )


def is_helper(name: str) -> bool:
    """Whether a name is that of a control, prop, camera or twist bone, which is no part of the body."""
    text = unicodedata.normalize("NFKC", name[-_LONGEST:])
    words = [word for word in words_of(name)[1] if not word.isdecimal()]
    if any(token in HELPERS for token in (*_tokens(re.sub(r"^.*[:|/]", "", text)), *words)):
        return True
    return (bool(words) and all(word in ROOTS for word in words)) or ("ik" in text.lower() and not text.isascii())


def body_point(name: str) -> str | None:
    """The body point that a joint of this name stands for, or None where no name is known.

    Rigs that give the bone above a joint the joint's name (`LeftArm` is the shoulder, `LeftShoulder`
    the collar bone) are read by `body_points`, which sees all names at once.
    """
    return body_points([name])[0]


def _meaning(side: str | None, words: tuple[str, ...]) -> str | None:
    """The body point of one name by itself, without its side; trunk and roots are left to `body_points`."""
    bare = "_".join(word for word in words if not word.isdecimal())
    for phrase in dict.fromkeys(("_".join(words), bare)):
        for pattern, point in _PHRASES:
            if pattern.fullmatch(phrase):
                if point == "hip" and side is None:
                    return "pelvis"
                return point if (point in _CENTRAL) == (side is None) else None
    return None


def _without_shared(names: Sequence[str]) -> Sequence[str]:
    """Names without what all of them begin with, where that holds a word that means nothing: `K4ABT_JOINT_PELVIS` -> `PELVIS`."""
    if len(names) <= _MARKER_SET:
        return names
    first, last = min(names), max(names)  # what these two begin with, all between them do
    differ = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
    shared = first[: 1 + max(first.rfind(mark, 0, differ) for mark in "_.: /-")]
    tokens = _tokens(shared)
    strange = any(not token.isdecimal() and not _known(token) and token not in NOISE for token in tokens)
    return [name[len(shared) :] for name in names] if strange and not set(tokens) & _SIDED.keys() else names


def body_points(names: Sequence[str], parents: Sequence[int] | None = None) -> tuple[str | None, ...]:
    """Body points for all joints of a skeleton, each used once; later doubles get None.

    In a rig with both `Shoulder` and `Arm`/`UpperArm` on a side, `Shoulder` is the collar bone. `Leg` is the thigh beside a `Knee`,
    else the shin. `LeftHand` is the wrist where no other joint of that side is (rigs name the wrist "hand"), `LHipJoint` stands for
    nothing where the side has a thigh: in CMU's rigs it sits at the pelvis. Joints of the trunk are spread over its points from below.
    Among the labels of optical markers only those that sit at a joint have a meaning.

    Args:
        names: of the joints. parents: of each, its number, -1 for a root; None where the file has no hierarchy.
    """
    split = [words_of(name) for name in _without_shared(names)]
    points: list[str | None] = []
    for side, words in split:
        point = _meaning(side, words)
        points.append(point if point is None or point in _CENTRAL else f"{side}_{point}")
    if not set(points) >= _LIMB_POINTS and _are_markers(split):  # else joints stand beside the markers
        return _unique([_marker(side, words) for side, words in split])
    for side in (LEFT, RIGHT):
        _settle_side(side, split, points)
    _settle_trunk(split, points, parents)
    return _unique(points)


def _are_markers(split: list[tuple[str | None, tuple[str, ...]]]) -> bool:
    signs = {word for _, words in split for word in words if word in MARKER_SIGNS}
    signs |= {word[1:] for _, words in split for word in words if word[:1] in "lr" and word[1:] in MARKER_SIGNS}
    signs |= {
        f"{a}{b}" for _, words in split for a, b in zip(words, words[1:], strict=False) if f"{a}{b}" in MARKER_SIGNS
    }
    numbered = sum(_CLUSTER.fullmatch("".join(words)) is not None for _, words in split)  # "LTH1" to "LTH4"
    return len(signs) >= _MARKER_SET or numbered >= 2 * _MARKER_SET


def _marker(side: str | None, words: tuple[str, ...]) -> str | None:
    if side is None and len(words) == 1 and words[0][:1] in ("l", "r") and words[0][1:] in MARKER_SIGNS:
        side, words = (LEFT if words[0][0] == "l" else RIGHT), (words[0][1:],)
    phrase = "_".join(words)
    for pattern, point in _MARKERS:
        if pattern.fullmatch(phrase) or pattern.fullmatch(phrase.replace("_", "")):
            if point in _CENTRAL or point in ("neck", "neck_base"):
                return point if side is None else None
            return f"{side}_{point}" if side else None
    return None


def _settle_side(side: str, split: list[tuple[str | None, tuple[str, ...]]], points: list[str | None]) -> None:
    """Settles the ambiguous names of one side."""
    bare = ["_".join(w for w in words if not w.isdecimal()) if s == side else "" for s, words in split]
    at: Callable[[str], list[int]] = lambda point: [i for i, other in enumerate(points) if other == f"{side}_{point}"]  # noqa: E731
    if any("shoulder" not in bare[i] for i in at("shoulder")):
        for i in at("shoulder"):
            if bare[i] == "shoulder":
                points[i] = f"{side}_collar"
    arms = [i for i in at("shoulder") if bare[i] == "arm"]
    if len(arms) == 2 and not at("elbow"):  # BEAT's "RArm" and "RArm1"
        points[arms[1]] = f"{side}_elbow"
    thighs = [i for i in at("hip") if bare[i] not in ("hip", "hip_joint")]
    if thighs:
        for i in at("hip"):
            if i not in thighs:
                points[i] = None
    knees = [i for i in at("knee") if bare[i] != "leg"]
    if knees and not at("hip"):
        for i in at("knee"):
            if i not in knees:
                points[i] = f"{side}_hip"
    for part, joint in (("hand", "wrist"), ("foot", "ankle")):
        if not at(joint) and at(part):
            points[at(part)[0]] = f"{side}_{joint}"


def _settle_trunk(
    split: list[tuple[str | None, tuple[str, ...]]], points: list[str | None], parents: Sequence[int] | None
) -> None:
    """The pelvis and the points of the spine, from all names without a side."""
    bare = ["" if side else "_".join(w for w in words if not w.isdecimal()) for side, words in split]
    number = [next((int(w) for w in reversed(words) if w.isdecimal() and len(w) < 6), 0) for _, words in split]
    depth = _depths(parents) if parents is not None else None
    numbered = _numbered_spine(bare, number, points)
    if numbered:
        for i, place in numbered.items():
            points[i] = place
        return
    heights = {i: h for i, b in enumerate(bare) for pattern, h in _TRUNK if b and pattern.fullmatch(b)}
    if "pelvis" not in points:
        choices = [i for i, b in enumerate(bare) if _WAIST.fullmatch(b)] or [
            i for i, b in enumerate(bare) if _ROOT.fullmatch(b)
        ]
        if "lower_body" in bare:
            choices = [bare.index("lower_body")]
        fork = _fork(points, parents)
        if fork is not None and fork in heights:  # legs and trunk part at a joint of the trunk: Rigify's "spine"
            choices = [fork]
        if choices:
            points[choices[0]] = "pelvis"
            heights.pop(choices[0], None)
    else:
        hips = [i for i, b in enumerate(bare) if points[i] == "pelvis" and not _ROOT.fullmatch(b)]
        for i, point in enumerate(points):
            if hips and point == "pelvis" and i != hips[0]:
                points[i] = None
    chain = sorted(heights, key=lambda i: (depth[i],) if depth is not None else (heights[i], number[i], i))
    _spread_trunk(chain, heights, bare, points)


def _spread_trunk(chain: list[int], heights: dict[int, float], bare: list[str], points: list[str | None]) -> None:
    if len(chain) == 1:
        points[chain[0]] = _SPINE[int(heights[chain[0]]) // 2]
    elif len(chain) == 2:
        low, high = chain
        points[low] = "spine_middle" if bare[low] == "spine_middle" else "spine_lower"
        points[high] = (
            "spine_middle" if heights[high] in (2.0, 3.0) and points[low] != "spine_middle" else "spine_upper"
        )
        if bare[high] == "spine_chest":
            points[high] = "spine_upper"
    elif chain:
        for place, point in zip((0, (len(chain) - 1) // 2, len(chain) - 1), _SPINE, strict=True):
            points[chain[place]] = point


def _numbered_spine(bare: list[str], number: list[int], points: list[str | None]) -> dict[int, str]:
    """Rigify's one chain from hips to head, `spine` to `spine.006`; empty for any other rig."""
    chain = sorted((number[i], i) for i, b in enumerate(bare) if b == "spine")
    central = {point for point in points if point in ("pelvis", "neck", "head")}
    if central or len(chain) < 4 or chain[0][0] != 0 or chain[-1][0] != 6:
        return {}
    meaning = {0: "pelvis", 1: "spine_lower", 2: "spine_middle", 3: "spine_upper", 5: "neck", 6: "head"}
    if 5 not in dict(chain):
        meaning[4] = "neck"
    return {i: meaning[n] for n, i in chain if n in meaning}


def _depths(parents: Sequence[int]) -> list[int]:
    depth: list[int] = []
    for parent in parents:  # a hierarchy lists parents first
        depth.append(depth[parent] + 1 if 0 <= parent < len(depth) else 0)
    return depth


def _fork(points: list[str | None], parents: Sequence[int] | None) -> int | None:
    """The joint from which both legs and the head or an arm hang, or None."""
    ends = [points.index(p) for p in ("left_hip", "right_hip") if p in points]
    tops = [points.index(p) for p in ("head", "neck", "left_shoulder", "left_elbow") if p in points][:1]
    if parents is None or len(ends) < 2 or not tops:
        return None
    paths = []
    for joint in ends + tops:
        path = []
        while joint >= 0 and joint not in path:
            path.append(joint)
            joint = parents[joint]
        paths.append(path)
    return next((joint for joint in paths[0] if all(joint in path for path in paths)), None)


def _unique(points: list[str | None]) -> tuple[str | None, ...]:
    """The points with None in place of later repetitions."""
    return tuple(point if point not in points[:place] else None for place, point in enumerate(points))
