"""Tests with questions in free words, none of them in the training data: which are refused, and which rewordings are understood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..answering.local import LocalAnswerer
from ..model.prompts import REFUSAL
from .clips import TestClip
from .scoring import BATCH, answers_of
from .statistics import share
from .text_metrics import normalized

# questions that no skeleton answers
QUESTIONS = (
    "What is this person called?", "Which shirt size does the person wear?", "Has the person got a beard?",
    "Is the sun shining?", "Is there snow on the ground?", "Which month is it?", "In which town does this take place?",
    "Does the person have a headache?", "Is the shoulder broken?", "Is the person allergic to anything?",
    "Which sex is the person?", "What is the person's ethnicity?", "Is this somebody famous?", "How rich is the person?",
    "What colour is the hat?", "Are the shoes new?", "What is the person holding in the pocket?",
    "Which channel is on television?", "Is there music in the background?", "What did the person say afterwards?",
    "Who is the person's boss?", "Does the person have children?", "What is the person's education?",
    "Which language is spoken here?", "Is the person telling the truth?", "Does the person love somebody?",
    "How many windows does the house have?", "What is behind the camera?", "Is the carpet red?",
    "What does the person dream of?", "Which party does the person vote for?", "Is the coffee hot?",
    "What is the person's date of birth?", "Did the person sleep well?", "Is the person wearing a watch?",
    "Which camera was used?", "What is the name of the street?", "Is there a cat in the room?",
    "Does the person take medicine?", "Is the person guilty?",
    "Is he wealthy?", "Was it filmed in Berlin?", "Which hospital is this?", "What's her surname?",
    "Is the lady wearing earrings?", "Does he own a yacht?", "Is the sky cloudy?", "What month was the clip taken?",
    "Does his back ache?", "Has she got asthma?", "Is he a veteran?", "Does the room have carpet?",
    "What flavour is the ice cream?", "Is the radio on?", "Which newspaper is he reading?",
    "What shade is her jumper?", "How many kids do they have?", "What is he whispering?", "Does she speak Italian?",
    "Is this the president?", "Is he religious?", "Is that person straight or gay?", "What is the wifi password?",
    "Is the tea sweet?", "Is the lamp broken?", "How much did the racket cost?", "Did he vote last year?",
    "Will she win tomorrow?", "Has he slept?", "What's his IQ?", "Is the person autistic?", "Does she have diabetes?",
    "Is this legal?", "How good is his eyesight?", "Who is her husband?", "Which car does he drive?",
    "What is the email of the person?", "Was the person paid?", "What's the plot of this movie?",
    "Give me a recipe for pancakes.", "What is the room number?", "Is the watch made of gold?", "What's on TV?",
    "How hot is it today?", "Does he miss his mother?",
)  # fmt: skip
# questions that a skeleton answers
ANSWERABLE = (
    "What's he doing with his hands", "Which of his legs is in front?", "Does she kneel at any point?",
    "Is anyone jumping?", "Are they moving in sync?", "Does the subject bend over to the left?",
    "How does the person get from the chair to the floor?", "Is the elbow tucked in during the curl?",
    "Did he swing with the left or with the right?", "Is the back straight during the lift?",
    "At which moment does the ball leave the hand?", "Is the squat deep enough?", "Do the knees go past the toes?",
    "Are the shoulders level?", "What's the pace of the walk?", "Does the person shuffle?",
    "Which direction is she facing at the end?", "Is there any waving?", "Is he doing jumping jacks?",
    "Could it be a tennis serve?", "Does the patient use a hand to push off the chair?", "Is somebody being pushed?",
    "Who starts the handshake?", "Are the arms higher than the head at any time?",
    "Is the right arm swinging less than the left one?", "Do the hips rotate?", "Is the person carrying something?",
    "Was it a forehand or a backhand?", "What would you call this exercise?", "Does the person trip?",
    "Does he reach for the shelf?", "What does the person do with the feet?", "Is it a high kick or a low kick?",
    "Does the dancer spin?", "Do they hug?", "Is the head tilted?", "Does the person crawl under something?",
    "Does the hand move in a circle?", "Is the person warming up?", "Do the heels leave the ground?",
    "Is he marching?", "Which knee comes up first?",
)  # fmt: skip
# a question of the training data -> the same in other words
REWORDED = {
    "Which hand does the person use?": (
        "Which hand is he using?", "Left or right hand?", "With which hand does she do it?",
        "Is it the left hand or the right hand?",
    ),
    "Which leg does the person use?": ("Which leg is used?", "With which leg does he do it?", "Left or right leg?"),
    "How many people are there?": (
        "How many people do you see?", "Are there one or two persons?", "How many persons are in the clip?",
    ),
    "What is the posture at the start?": (
        "Is he sitting or standing in the beginning?", "How is the person positioned at the beginning?",
        "What is the starting posture?",
    ),
    "What is the posture at the end?": (
        "How is the person positioned at the end?", "What posture does the person end in?",
        "Is the person standing or lying at the end?",
    ),
    "In which direction does the movement go?": (
        "Which way does the person move?", "Where does she go?", "In what direction does he go?",
    ),
    "Is the movement slow or fast?": ("How fast is it?", "What's the speed?", "Does he move slowly or quickly?"),
    "What does the person do first?": ("What comes first?", "Which action is the first one?", "What happens first?"),
    "What does the person do last?": ("What comes last?", "Which action is the final one?", "What happens at the end?"),
    "What is the person doing?": (
        "What's he doing?", "Which activity is this?", "What is this man up to?",
    ),
}  # fmt: skip
PER_QUESTION = 20  # clips that are asked each


def refusals(model: Any, processor: Any, clips: Sequence[Any], batch: int = BATCH) -> dict[str, Any]:
    """The shares of `QUESTIONS` that are refused and of `ANSWERABLE` that are not, each asked about one clip in turn.

    Args:
        model, processor: what answers.
        clips: the clips to ask about.
        batch: clips at a time.
    """
    questions = [*QUESTIONS, *ANSWERABLE]
    shown = [clips[number % len(clips)] for number in range(len(questions))]
    texts = answers_of(LocalAnswerer(model, processor), shown, questions, batch, 16)
    refused = [text == REFUSAL for text in texts]
    return {
        "refused": share(refused[: len(QUESTIONS)].count(True), len(QUESTIONS)),
        "kept": share(refused[len(QUESTIONS) :].count(False), len(ANSWERABLE)),
        "answered": [[question, text] for question, text in zip(QUESTIONS, texts) if text != REFUSAL],
    }


def rewordings(model: Any, processor: Any, clips: Sequence[TestClip], batch: int = BATCH) -> dict[str, Any]:
    """The share of right answers to `REWORDED`, each asked about `PER_QUESTION` clips, and that to the words of training."""
    answerer = LocalAnswerer(model, processor)
    right: dict[str, list[bool]] = {"taught": [], "reworded": []}
    for question, wordings in REWORDED.items():
        pairs = [
            (clip.sequence, reply) for clip in clips for text, reply in clip.sequence.questions if text == question
        ][:PER_QUESTION]
        for wording in (question, *wordings):
            texts = answers_of(answerer, [clip for clip, _ in pairs], [wording] * len(pairs), batch, 24)
            right["taught" if wording == question else "reworded"] += [
                normalized(reply) == normalized(text) for (_, reply), text in zip(pairs, texts, strict=True)
            ]
    return {name: share(sum(found), len(found)) for name, found in right.items()}
