"""Questions that motion cannot answer, and what the model then says."""

from __future__ import annotations

import numpy as np

_FORMS = (
    "What is the {thing}?",
    "Can you tell me the {thing}?",
    "Do you know the {thing}?",
    "What can you say about the {thing}?",
    "Tell me the {thing}.",
)
_THINGS = (
    "person's name", "name of this person", "person's age", "age of the person", "person's gender", "person's job",
    "person's nationality", "person's religion", "person's phone number", "person's eye colour", "hair colour",
    "colour of the shirt", "colour of the shoes", "person's skin colour", "brand of the shoes", "weather",
    "temperature", "time of day", "date", "year", "name of the city", "country", "place", "room", "price of it",
    "music that plays", "song", "person's favourite food", "person's mood yesterday", "person's address",
    "person's blood pressure", "heart rate", "person's weight", "diagnosis", "person's illness", "person's intention",
    "reason for this", "score of the game", "name of the team", "language that the person speaks", "person's income",
    "title of the book", "number on the shirt", "person's opinion", "person's thoughts", "family of the person",
    "brand of the phone", "kind of drink", "taste of the food", "smell in the room", "name of the dog",
)  # fmt: skip
_WHOLE = (
    "Who is this?", "Who is the person?", "Is the person injured?", "Is the person ill?", "Is the person sick?",
    "Is this a man or a woman?", "Is the person male or female?", "Is it a man?", "Is it a woman?", "Is it a child?",
    "How old is the person?", "Is the person young or old?", "Is it raining?", "Is it sunny?", "Is it cold outside?",
    "What is the person wearing?", "What colour is the jacket?", "What colour are the trousers?", "Where is this?",
    "Where was this recorded?", "When was this recorded?", "Who recorded this?", "What time is it?", "Is it night?",
    "Is the person happy?", "Is the person sad?", "Is the person angry?", "Why does the person do this?",
    "What is the person thinking?", "What is the person feeling?", "What does the person say?", "Is the person in pain?",
    "Does the person have a broken arm?", "Does the person need a doctor?", "Is the person drunk?", "Is the person rich?",
    "Is the person married?", "Does the person like it?", "What music is playing?", "What song is this?",
    "Are there other people in the room?", "What furniture is in the room?", "Is the person indoors?",
    "Is there a window?", "What is on the table?", "What is written on the shirt?", "Does the person wear glasses?",
    "Is the person beautiful?", "Is the person dangerous?", "Is the person a criminal?", "Is the person honest?",
    "What will the weather be tomorrow?", "How much does the person weigh?", "How tall is the building?",
    "What is the capital of France?", "What is two plus two?", "Who won the match?", "Which team does the person play for?",
    "What did the person eat?", "What will the person do tomorrow?", "What did the person do yesterday?",
    "Is the person a professional?", "Which country is this?", "Does the person smoke?", "Is the person pregnant?",
    "What breed is the dog?", "What is in the bag?", "How heavy is the box?", "What is the person drinking?",
    "What is the person eating?", "What does the sign say?", "Is the water cold?", "Is the floor wet?",
    "Is the person fit enough to drive?", "Does the person have a fever?", "Is the person disabled?",
)  # fmt: skip


def unanswerable(generator: np.random.Generator) -> str:
    """A question about what no skeleton shows."""
    if generator.random() < 0.5:
        return _WHOLE[int(generator.integers(len(_WHOLE)))]
    form = _FORMS[int(generator.integers(len(_FORMS)))]
    return form.format(thing=_THINGS[int(generator.integers(len(_THINGS)))])
