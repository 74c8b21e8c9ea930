"""Questions for yes or no that the skeleton answers: whether somebody moves, stays, pauses, turns, sits, lifts a hand over the head."""

from __future__ import annotations

import re

from ..describe.measures import Measures
from ..questions import action_of_question
from .measured import limb_moves, used_limbs
from .scene import Scene

_THERE = re.compile(
    r"(?:(?:any|some)(?:body|one)|a person|(?:any )?people|persons?|there|visible|seen|you see (?:any|some)(?:body|one))(?: there| here| at all| visible| (?:in|on) the \w{2,12})?"
)
_MOVES = re.compile(
    r"(?:really )?(?:mov(?:e|es|ing)|in motion|active|do(?:ing)? (?:any|some)thing)(?: at all| now| here| in the \w{2,12})?|(?:movement|motion|activity)(?: at all| here| there| in the \w{2,12})?"
)
_HAPPENS = re.compile(
    r"(?:is|does|did|do|has) (?:any|some)(?:thing|body|one) (?:happen\w{0,3}|going on|mov\w{1,4}|go on|to see)(?: at all| here| there| in the \w{2,12})?"
)
_STILL = re.compile(
    r"(?:(?P<how>stand|sit|lie|ly|kneel)(?:ing|s)? |(?:stay|keep|hold|remain|be)(?:ing|s)? |completely |just )?(?:still|motionless|immobile|frozen|at rest)|(?:do(?:ing)?|does) nothing|nothing|idle"
)
_STAYS = re.compile(
    r"(?:stay|stand|remain|keep|be|do (?:it|this)|move)?(?:ing|s)? ?(?:in|on|at) (?:one|the same|the|his|her|their) (?:place|spot)|stationary|stay(?:ing)? there|in place"
)
_LEAVES = re.compile(
    r"(?:leave|leaving|leaves) (?:the|his|her|their) (?:place|spot)|go(?:ing)? somewhere|change (?:the )?place"
)
_PAUSES = re.compile(
    r"(?:pauses?|pausing|take a (?:break|pause|rest)|takes a (?:break|pause|rest)|make a (?:break|pause)|stop (?:for a (?:moment|while)|in between|in the middle))(?: in between| for a moment| in the middle)?"
)
_TURNS = re.compile(r"(?:turn(?:ing|s)?|rotate|rotating) ?(?:around|round)? ?(?:to (?:the|his|her) )?(left|right)?")
_GOES = re.compile(r"(?:(?:go|walk|run|mov|travel|stepp?)(?:e|es|s|ing)?) (forward|backward|backwards|forwards)s?")
_WALKS = re.compile(r"(?:walk|go for a walk|walking|a walk|running|run|a run|walks|runs)(?: around| along| somewhere)?")
_POSTURE = re.compile(
    r"(stand|sit|kneel|lie|ly|squat)(?:s|ing|ting)?(?: down| up| upright)?(?: (?:at|in) (?:the )?(?P<when>end|start|beginning|first|last))?"
)
_POSTURES = {
    "stand": "standing",
    "sit": "sitting",
    "kneel": "kneeling",
    "lie": "lying",
    "ly": "lying",
    "squat": "squatting",
}
_CHANGES = re.compile(r"(sit|lie|ly|kneel)(?:ting|ing|s)? down|(?:stand|get)(?:ing|ting|s)? up")
_GOES_DOWN = re.compile(
    r"(?:go|goes|going|get|gets|getting|bend|bends|come|crouch) (?:down|low)(?: to the (?:floor|ground))?"
)
_TOUCH = re.compile(
    r"(?:touch(?:es|ing)?|in contact|contact|touched)(?: each other| one another| the other(?: person)?| between (?:them|the \w{3,6}(?: \w{6})?))?"
)
_APART = re.compile(
    r"(?:mov|go|walk|com|get|step)(?:e|es|ing|ting)? (?:(?P<apart>apart|away from each other|away from one another)|(?:closer|nearer|towards? each other|together)(?: to(?:gether| each other)?)?)"
)
_NEARER = 0.25  # metres by which two come nearer or part
_ABOVE = re.compile(
    r"(?:is|are|does|do|was|were|goes) (?:the |his |her |their |a |one |both )?(?P<side>left |right )?(?:of the )?(?P<many>hands?|arms?)"
    r"(?: go| raised| lifted| held| reach| move)? (?:above|over|higher than) (?:the |his |her |their )?(?P<mark>head|shoulders?)"
)
_USED = re.compile(
    r"(?:use|uses|using)? ?(?:the |his |her )?(?P<side>left|right|both|one|two) (?P<limb>hands?|arms?|legs?|feet|foot)"
)
_LIMB_DOES = re.compile(
    r"(?:is|are|does|do|was|were) (?:the |his |her |their )?(?P<side>left|right|both) (?P<limb>hand|arm|leg|foot|hands|arms|legs|feet)"
    r" (?P<verb>used|move|moves|in use|active|raised?|lifted|lift|up|(?!rest|hang|stand|touch|hold)\w{2,12}ing)"
)
_UP = re.compile(r"rais|lift|up")


def measured_truth(scene: Scene, text: str) -> bool | None:
    """Whether what a question says is so, by what was measured; None: it was not.

    Args:
        scene: the clip.
        text: the question, as `questions.plain` gives it; "not" is left to the caller.
    """
    action = action_of_question(text) or ""
    if _THERE.fullmatch(action):
        return scene.people > 0
    measures = scene.measures
    if measures is None:
        return None
    if _MOVES.fullmatch(action) or _HAPPENS.fullmatch(text):
        return measures.moves
    if found := _STILL.fullmatch(action):
        posture = _POSTURES.get(found["how"] or "")
        return not measures.moves and (posture is None or not measures.postures() or posture in measures.postures())
    if _STAYS.fullmatch(action) or _LEAVES.fullmatch(action):
        stays = not measures.facts.travels
        return None if measures.flat else stays if _STAYS.fullmatch(action) else not stays
    if _PAUSES.fullmatch(action):
        return measures.pauses
    if found := _ABOVE.fullmatch(text.replace(" not ", " ")):
        sides = [found["side"].strip()] if found["side"] else ["left", "right"]
        above = [measures.hand_above(found["mark"].removesuffix("s"), [side]) for side in sides]
        both = found["many"].endswith("s")
        return None if None in above else all(above) if both else any(above)
    return _of_body(measures, action) if (limb := _limb(text, action)) is None else _of_limb(scene, measures, limb)


def _limb(text: str, action: str) -> re.Match[str] | None:
    return _LIMB_DOES.fullmatch(text) or _USED.fullmatch(action)


def _of_limb(scene: Scene, measures: Measures, found: re.Match[str]) -> bool | None:
    """Whether the limb that is named is used."""
    limb = {"feet": "foot"}.get(found["limb"], found["limb"].removesuffix("s"))
    used, verb = used_limbs(measures, limb), found.groupdict().get("verb")
    if used is None:
        return None
    side = {"two": "both"}.get(found["side"], found["side"])
    if side == "one":
        return used.startswith("the ")
    true = used.startswith("both") or (side != "both" and side in used)
    if not (true and verb) or re.fullmatch(r"used|move|moves|moving|in use|active", verb):
        return true
    if _UP.match(verb):
        moves = limb_moves(
            measures, f"{side if side != 'both' else ''} {limb}", "hand" if limb in ("hand", "arm") else "foot"
        )
        return any("up" in move.direction for move in moves)
    return scene.shows(f"{verb} with the {side} {limb}" if side != "both" else f"{verb} with both {limb}s")


def _of_body(measures: Measures, action: str) -> bool | None:
    """Whether somebody walks, turns, or has a posture; None where only the absence was measured, which a badly seen clip has too."""
    facts = measures.facts
    if _TOUCH.fullmatch(action) and facts.people > 1 and facts.contacts:
        return True
    if (found := _APART.fullmatch(action)) and facts.gap and not measures.flat:
        farther = facts.gap[1] - facts.gap[0]
        return farther > _NEARER if found["apart"] else farther < -_NEARER
    if _GOES_DOWN.fullmatch(action):
        low = {"squatting", "sitting", "kneeling", "lying", "on all fours"} & set(measures.postures()[1:])
        return True if low or any(move.part == "body" and move.kind != "jump" for move in facts.moves) else None
    if (found := _TURNS.fullmatch(action)) and not measures.flat and facts.people == 1:
        sides = {turn.side for turn in facts.turns}
        return found[1] in sides if found[1] else True if sides else None
    if (found := _GOES.fullmatch(action)) and facts.travels and facts.people == 1:
        return any(travel.direction == found[1].removesuffix("s") for travel in facts.travels)
    if _WALKS.fullmatch(action) and facts.travels:
        kind = "walk" if "walk" in action else "run"
        kinds = {travel.kind for travel in facts.travels}
        return True if kind in kinds else False if kinds & {"walk", "run"} else None
    if (found := _POSTURE.fullmatch(action)) and facts.people == 1 and (postures := measures.postures()):
        if found["when"]:
            return postures[-1 if found["when"] in ("end", "last") else 0] == _POSTURES[found[1]]
        if action.split()[0].endswith("ing") and action.split()[1:] in ([], ["upright"]):
            return _POSTURES[found[1]] in postures
    if found := _CHANGES.fullmatch(action):
        return True if _POSTURES[found[1] or "stand"] in measures.postures()[1:] else None
    return None
