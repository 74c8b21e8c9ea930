"""What kind of answer a question asks for: a number of people, a time, a side, a reason. Two questions of other kinds never mean the same."""

from __future__ import annotations

import re
from enum import Enum

from .templates import question_words


class Kind(str, Enum):
    """What an answer has to be."""

    YES_NO = "yes or no"
    CHOICE = "one of those that the question names"
    TIMES = "how many times"
    PEOPLE = "how many people"
    ACTIONS = "how many actions"
    STEPS = "how many steps"
    LIMBS = "how many arms or hands are used"
    OTHER_NUMBER = "how many of something else"
    LENGTH = "how long it lasts"
    SPEED = "how fast"
    DISTANCE = "how far"
    HEIGHT = "how high or deep"
    OTHER_MEASURE = "how old, tall, heavy, ..."
    TIME = "when"
    DIRECTION = "which way"
    PLACE = "where"
    PERSON = "who"
    REASON = "why"
    SIDE = "which limb or side"
    FIRST = "what comes first"
    SECOND = "what comes second"
    LAST = "what comes last"
    WHAT = "anything else"


LIMB = r"(?:hand|arm|fist|leg|foot|knee|side)"
_REPETITIONS = frozenset(("times", "time", "repetitions", "repetition", "reps", "repeats", "cycles", "rounds"))
_PEOPLE = frozenset({"people", "persons", "person", "humans", "skeletons", "men", "women", "players", "subjects", "actors", "dancers", "adults"})  # fmt: skip
_ACTIONS = frozenset({"actions", "activities", "movements", "moves", "motions", "exercises", "things", "gestures"})
_LIMBS = frozenset(("arms", "hands", "legs", "feet"))
_FILLING = frozenset({"of", "the", "all", "his", "her", "their", "different", "other", "distinct", "separate"})
_AFTER_NOUN = frozenset(("do", "does", "did", "is", "are", "were", "can", "has", "have", "in", "by", "you"))
# What "how many" may ask for besides repetitions: things that end in "s" and are done by nobody.
_NO_REPETITIONS = frozenset({
    "joints", "knees", "elbows", "shoulders", "hips", "wrists", "ankles", "thumbs", "frames", "seconds", "minutes", "turns", "parts", "others", "kids", "limbs", "fingers", "children", "bones", "ears", "eyes",
    "views", "cameras", "videos", "clips", "shoes", "balls", "chairs", "toes", "heads", "meters", "metres", "calories",
})  # fmt: skip
# Words behind a counted noun in sentences without an auxiliary: "how many squats the person does".
_SPOKEN = frozenset(("the", "this", "he", "she", "they", "person", "there", "here", "total", "altogether", "it"))
_WORD = re.compile(r"[a-z'-]+")
# Openings that say only that somebody asks.
_POLITE = re.compile(
    r"(?:(?:hi|hello|hey|please|pls|ok|okay|so|well|excuse me|sorry|thanks|now|umm?|there|sir|question)\b[ ,:!.]{0,3}"
    r"|(?:can|could|would|will) you (?:please |kindly |just )?(?:tell me|say|tell us|let me know|explain|check)(?: please| if| whether)?\b[ ,:]{0,3}"
    r"|(?:please )?(?:tell me|do you know|i want to know|i would like to know|i'd like to know|i wonder|do you think(?: that)?|may i know)(?: please)?\b[ ,:]{0,3})"
)
_CLOSINGS = (" please", " pls", " thanks", " thank you", " thx")
# As people type them; words with one letter wrong, too many or missing are mended by `_mended`.
_TYPED = {
    "u": "you", "ur": "your", "r": "are", "wat": "what", "ppl": "people", "pers": "person", "dose": "does",
}  # fmt: skip
_IS = re.compile(r"(what|where|who|when|how|he|she|that|it)'s")
_ING = re.compile(r"(do|go|mov|walk|happen)in")
_NOT = re.compile(r"(is|are|was|were|does|do|did|has|have|can)nt")
_MENDED = (
    "person",
    "people",
    "times",
    "which",
    "movement",
    "happens",
    "happened",
    "moving",
    "somebody",
    "someone",
    "anybody",
    "direction",
    "first",
)
_VERB = r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|isn't|aren't|wasn't|weren't|doesn't|don't|didn't|hasn't|can't)"
_YES_NO = re.compile(rf"{_VERB}\b")
_SIDES = re.compile(
    rf"\b(?:which|what)(?: of (?:the|his|her|their|its))?(?: one)? {LIMB}s?\b"
    rf"|\b(?:left|right)(?: {LIMB})? or (?:the )?(?:left|right)\b(?!-| turn)|^{LIMB}\?*$"
)
_TABLE: tuple[tuple[re.Pattern[str], Kind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"\bwhy\b|\bwhat for\b|\bfor what (?:reason|purpose)\b|\bhow come\b|\b(?:reason|purpose|cause|goal|intention) of\b|\bthe (?:reason|purpose)\b", Kind.REASON),
        (r"\bhow long (?:are|is) (?:the|his|her|their) (?:left |right )?(?:arm|leg|hair|bone|finger|foot|body)", Kind.OTHER_MEASURE),
        (r"\bhow (?:long|much time|many seconds|many minutes)\b|\b(?:duration|length) of\b|\bthe duration\b", Kind.LENGTH),
        (r"\bhow (?:fast|quick|quickly|slow|slowly|rapidly|rapid)\b|\b(?:what|which) (?:is the )?(?:speed|velocity|tempo|pace)\b", Kind.SPEED),
        (r"\bhow (?:far|wide|long a way|many met(?:er|re)s)\b|\b(?:what|which) (?:is the )?distance\b", Kind.DISTANCE),
        (r"\bhow (?:high|deep|deeply|low)\b", Kind.HEIGHT),
        (r"\bhow (?:old|tall|heavy|much|big|large|strong|rich|expensive|good|bad|hot|cold|fit|healthy|thick|thin|fat|young|often per)\b", Kind.OTHER_MEASURE),
        (r"^(?:at |in )?(?:when|what time|what moment|which moment|which second|what second)\b|^(?:from|since|until) when\b", Kind.TIME),
        (r"\b(?:which|what) (?:way|direction|is the direction)\b|\bwhere (?:to\b|(?:does|is|do|did|are) .{1,40}\b(?:go|goes|going|move|moves|moving|walk|walking|run|running|head|heading|turn|turning)(?: to)?\b)", Kind.DIRECTION),
        (r"\b(?:forwards?|backwards?) or\b|\bto the (?:left|right) or\b", Kind.DIRECTION),
        (r"^(?:from )?where\b", Kind.PLACE),
        (r"^(?:by )?who(?:se|m)?\b|^which (?:person|man|woman|player|one|of (?:the two|them|the people|the persons|these))\b", Kind.PERSON),
    )
)  # fmt: skip
_ORDER: tuple[tuple[re.Pattern[str], Kind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"^(?:and )?(?:what|which) .{0,60}\b(?:first|initially|in the beginning|at (?:the )?(?:start|beginning|first))(?: one)?$|^what .{0,40}\bfirst (?:action|movement|thing|activity)\b|^what does .{1,30} (?:begin|start) with$", Kind.FIRST),
        (r"^(?:and )?(?:what|which) .{0,60}\b(?:last|final|finally|in the end|at (?:the )?(?:end|last)|lastly)(?: one)?$|^what .{0,40}\b(?:last|final) (?:action|movement|thing|activity)\b|^what does .{1,30} (?:end|finish) with$", Kind.LAST),
        (r"^(?:and )?(?:what|which) .{0,60}\b(?:second|next|then|after(?:wards?| that| this| it)?|secondly)$|^what .{0,40}\b(?:second|next) (?:action|movement|thing|activity)\b|^(?:and )?(?:then|after that|afterwards?|next)$|^(?:and )?what (?:comes|happens|follows) (?:next|then)\b", Kind.SECOND),
    )
)  # fmt: skip
_POSTURE = re.compile(r"\b(?:posture|pose|position|positioned|facing|face)\b")


def plain(question: str) -> str:
    """The question in lower case, without politeness and end marks, usual misspellings of question words mended."""
    text = " ".join(question.lower().replace("\u2019", "'").replace("`", "'").split())
    text = text.strip(" ?!.,;:\"'")
    for _ in range(4):
        if not (found := _POLITE.match(text)) or found.end() == len(text):
            break
        text = text[found.end() :].lstrip()
    for closing in _CLOSINGS:
        text = text.removesuffix(closing).rstrip(" ,?!.")
    return " ".join(map(_mended, text.split()))


def _mended(word: str) -> str:
    """A word as it is meant: "wat" -> "what", "wheres" -> "where is", "movin" -> "moving"."""
    word = _ING.sub(r"\1ing", word) if _ING.fullmatch(word) else word
    word = _IS.sub(r"\1 is", _NOT.sub(r"\1n't", _TYPED.get(word, word)))
    if len(word) > 3 and word.removesuffix("s") in ("what", "where", "when") and word.endswith("s"):
        return f"{word[:-1]} is"
    if len(word) < 4 or word in question_words():
        return word
    return next((meant for meant in _MENDED if _one_slip(word, meant)), word)


def _one_slip(word: str, meant: str) -> bool:
    """Whether one letter is wrong, missing or too many, or two neighbours are exchanged."""
    first = next(
        (place for place, pair in enumerate(zip(word, meant)) if pair[0] != pair[1]), min(len(word), len(meant))
    )
    one, two = word[first:], meant[first:]
    return one[1:] in (two, two[1:]) or one == two[1:] or (one[:2] == two[:2][::-1] and one[2:] == two[2:])


def kind_of(question: str) -> Kind:
    """What kind of answer a question asks for."""
    text = plain(question)
    if found := counted_thing(text):
        return found
    for pattern, kind in _TABLE:
        if pattern.search(text):
            return kind
    if not _POSTURE.search(text):
        for pattern, kind in _ORDER:
            if pattern.search(text):
                return kind
    if _SIDES.search(text):
        return Kind.SIDE
    if _YES_NO.match(text):
        return Kind.CHOICE if " or " in text else Kind.YES_NO
    return Kind.WHAT


def counted_thing(text: str) -> Kind | None:
    """What "how many", "number of", "how often" or "count the" asks for; None: it asks for no number.

    Args:
        text: as `plain` gives it.
    """
    words = _WORD.findall(text)
    for place in range(len(words)):
        pair = tuple(words[place : place + 2])
        if pair == ("how", "often"):
            return Kind.TIMES
        if pair == ("how", "many"):
            return _thing(words, place + 2)
        if pair == ("number", "of"):  # of several: "the phone number of the person" is no count
            found = _thing(words, place + 2)
            several = any(
                word.endswith("s") or word in ("people", "men", "women") for word in words[place + 2 : place + 5]
            )
            return found if several else None
        if pair[0] == "count" and (place == 0 or _REPETITIONS.intersection(words[place + 1 : place + 4])):
            return _thing(words, place + 1)
    return None


def _thing(words: list[str], start: int) -> Kind:
    """The kind of what stands from word `start` on."""
    while words[start : start + 1] and words[start] in _FILLING:
        start += 1
    noun = words[start] if start < len(words) else ""
    if noun in _REPETITIONS:
        return Kind.TIMES
    if noun in _PEOPLE or noun in _AFTER_NOUN:
        return Kind.PEOPLE
    if noun in _ACTIONS:
        return Kind.ACTIONS
    if noun == "steps":
        return Kind.STEPS
    if noun in _LIMBS:
        used = {
            "use",
            "uses",
            "used",
            "move",
            "moves",
            "moving",
            "using",
            "raised",
            "lifted",
            "raise",
            "lift",
            "involved",
        }
        return Kind.LIMBS if used.intersection(words[start:]) else Kind.OTHER_NUMBER
    if noun in ("seconds", "minutes"):
        return Kind.LENGTH
    if noun == "degrees":
        return Kind.OTHER_MEASURE
    if noun in ("metres", "meters"):
        return Kind.DISTANCE
    for length in (1, 2):  # "squats", "arm raises"
        last, rest = words[start + length - 1 : start + length], words[start + length : start + length + 1]
        if last and last[0].endswith("s") and (not rest or rest[0] in _AFTER_NOUN or rest[0] in _SPOKEN):
            return Kind.OTHER_NUMBER if last[0] in _NO_REPETITIONS else Kind.TIMES
    return Kind.OTHER_NUMBER
