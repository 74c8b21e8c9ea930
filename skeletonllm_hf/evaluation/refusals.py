"""Questions that no skeleton answers, and questions in free words that one does, none of them among those of training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..answering.local import LocalAnswerer
from ..model.prompts import REFUSAL
from .statistics import share

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


def refusals(model: Any, processor: Any, clips: Sequence[Any], batch: int = 16) -> dict[str, Any]:
    """The shares of `QUESTIONS` that are refused and of `ANSWERABLE` that are not, each asked about one clip in turn.

    Args:
        model, processor: what answers.
        clips: what is asked about.
        batch: clips at a time.
    """
    answerer, questions = LocalAnswerer(model, processor), (*QUESTIONS, *ANSWERABLE)
    shown, texts = [clips[number % len(clips)] for number in range(len(questions))], []
    for start in range(0, len(shown), batch):
        part = slice(start, start + batch)
        texts += answerer.ask_many(shown[part], list(questions[part]), max_new_tokens=16)
    refused = [text == REFUSAL for text in texts]
    others = [[question, text] for question, text in zip(QUESTIONS, texts) if text != REFUSAL]
    kept = refused[len(QUESTIONS) :].count(False)
    return {
        "refused": share(refused[: len(QUESTIONS)].count(True), len(QUESTIONS)),
        "kept": share(kept, len(ANSWERABLE)),
        "answered": others,
    }
