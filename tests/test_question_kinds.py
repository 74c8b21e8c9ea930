"""What kind of answer a question asks for, and that no question gets the answer of another kind."""

import pytest

from skeletonllm_hf.questions import (
    Kind,
    actions_in_order,
    counted_action,
    kind_of,
    named_action,
    plain,
    stated_choices,
    taught_wording,
)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many times does he squat?", Kind.TIMES),
        ("how many squats", Kind.TIMES),
        ("Could you please tell me how many squats the person does?", Kind.TIMES),
        ("How many people are there?", Kind.PEOPLE),
        ("Are there one or two persons?", Kind.PEOPLE),
        ("Is there one person or are there several?", Kind.PEOPLE),
        ("Is it one person or two people?", Kind.PEOPLE),
        ("How many legs does the person have?", Kind.OTHER_NUMBER),
        ("How many arms does the person use?", Kind.LIMBS),
        ("How many steps?", Kind.STEPS),
        ("How many actions are there?", Kind.ACTIONS),
        ("How many children are there?", Kind.OTHER_NUMBER),
        ("How long does the clip last?", Kind.LENGTH),
        ("How long are the legs?", Kind.OTHER_MEASURE),
        ("How fast does he walk?", Kind.SPEED),
        ("how far does she go", Kind.DISTANCE),
        ("How high does the person jump?", Kind.HEIGHT),
        ("How old is he?", Kind.OTHER_MEASURE),
        ("When does the person wave?", Kind.TIME),
        ("Where is this?", Kind.PLACE),
        ("Where does the person go?", Kind.DIRECTION),
        ("Which way does he turn?", Kind.DIRECTION),
        ("Who kicks?", Kind.PERSON),
        ("Why is he waving?", Kind.REASON),
        ("which hand waves", Kind.SIDE),
        ("Left or right hand?", Kind.SIDE),
        ("What happens first?", Kind.FIRST),
        ("Which action is the first one?", Kind.FIRST),
        ("Which action is the final one?", Kind.LAST),
        ("and what happens next", Kind.SECOND),
        ("What is the posture at the end?", Kind.WHAT),
        ("Is the person waving?", Kind.YES_NO),
        ("Is the person walking or running?", Kind.CHOICE),
        ("What is the person doing?", Kind.WHAT),
        ("How long is one step?", Kind.DISTANCE),
        ("What is the average walking speed?", Kind.SPEED),
        ("How many degrees does the knee bend?", Kind.OTHER_MEASURE),
        ("To which side does he fall?", Kind.DIRECTION),
        ("How many of them wave?", Kind.PEOPLE),
        ("After clapping, what does she do?", Kind.SECOND),
        ("Is the step length even?", Kind.YES_NO),
        ("Which is the standing leg?", Kind.SIDE),
        ("What is the frame rate?", Kind.OTHER_MEASURE),
        ("What is the step frequency?", Kind.SPEED),
        ("How many points does the judge give?", Kind.OTHER_NUMBER),
        ("How long is the step on the left?", Kind.DISTANCE),
        ("What's the phone number of the person?", Kind.WHAT),
    ],
)
def test_kinds(question, kind):
    assert kind_of(question) is kind


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Hi, could you tell me what's going on here?", "what is going on here"),
        ("hello please tell me who is waving thanks", "who is waving"),
        ("wat is the perso doing??", "what is the person doing"),
        (
            "Good morning, I am a coach and would be glad if you could tell me which arm my player lifts.",
            "which arm my player lifts",
        ),
        ("Could you please be so kind and check whether my son sits down?", "whether my son sits down"),
        ("hw many tims does he wave", "how many times does he wave"),
        ("Does she look like a parent?", "does she look like a parent"),
        ("Is the time right?", "is the time right"),
        ("How many persons?", "how many persons"),
    ],
)
def test_what_is_typed_becomes_plain(typed, meant):
    assert plain(typed) == meant


def test_no_question_becomes_one_of_another_kind():
    for question in ("How many legs does the person have?", "How long is the movement?", "Why does the person walk?"):
        assert taught_wording(question) is None
    assert taught_wording("How many people do you see?") == "How many people are there?"


def test_what_a_question_is_about():
    assert named_action("When does the person sit down?") == "sit down"
    assert named_action("who kicks?") == "kicks" and named_action("Who is the one who waves?") == "waves"
    assert counted_action("How many squats?") == "squats" and counted_action("How many chairs are there?") is None
    assert actions_in_order("Does the person clap and then walk?") == ("clap", "walk")
    assert actions_in_order("Does the person clap?") is None
    assert stated_choices("Is it an overarm or an underarm throw?") == ("overarm throw", "underarm throw")
    assert stated_choices("Does the dancer travel or stay on the spot?") == ("travel", "stay on the spot")
