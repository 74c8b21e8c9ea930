"""Answers that are measured on the skeleton."""

import numpy as np
import pytest
from looking_once import looking_once  # noqa: F401 - a fixture

from skeletonllm_hf import load_default, load_skeleton
from skeletonllm_hf.default import FOLDER
from skeletonllm_hf.describe import Measures
from skeletonllm_hf.describe.body_paths import people_tracks
from skeletonllm_hf.describe.repetitions import count_repetitions
from skeletonllm_hf.model.prompts import REFUSAL
from skeletonllm_hf.synthetic import EXACT, generate


@pytest.fixture(scope="module")
def clips():
    example = {name: load_skeleton(FOLDER.parent / "examples" / name) for name in (
        "walk_turning_left.bvh", "squat.json", "forward_kick_2d.json", "kicking.npz", "high_wave.npz", "shaking_hands.skeleton",
    )}  # fmt: skip
    found = {name.partition(".")[0]: clip for name, clip in example.items()}
    wave = found["high_wave"]
    shape = (90, 1, 1, 1)
    still = {"joints": np.tile(wave.joints[:1], shape), "mask": np.tile(wave.mask[:1], shape[:3]), "confidence": None}
    made = {
        name: generate(name, seed=20, options=EXACT, people=people)
        for name, people in (
            ("jump", 1), ("walk", 1), ("walk left", 1), ("fall", 1), ("turn around", 1), ("stand on one leg", 1), ("wave right hand", 1),
            ("approaching", 2), ("kick ball", 1), ("raise both hands", 1),
            ("push-up", 1), ("sit down", 1), ("sit to stand", 1), ("pirouette", 1), ("jump forward", 1), ("roundhouse kick", 1), ("arm curl", 1),
            ("drink", 1), ("limp", 1), ("shaking hands", 2),
        )
    }  # fmt: skip
    arm_up = wave.replace(**{name: values if values is None else values[45:46] for name, values in (
        ("joints", wave.joints), ("mask", wave.mask), ("confidence", wave.confidence))})  # fmt: skip
    squats = generate("squat", seed=23, options=EXACT)  # four, evenly
    slow = (
        np.interp(np.linspace(0, 1, 3 * squats.num_frames) ** 0.6, [0, 1], [0, squats.num_frames - 1])
        .round()
        .astype(int)
    )
    made["squats"] = squats
    made["slowing"] = squats.replace(joints=squats.joints[slow], mask=squats.mask[slow], confidence=None)
    rest = (wave.joints, np.repeat(arm_up.joints, 100, 0), wave.joints[::-1])
    mask = np.ones((2 * wave.num_frames + 100, *wave.mask.shape[1:]), bool)
    made["arm up"], made["waits"] = arm_up, wave.replace(joints=np.concatenate(rest), mask=mask, confidence=None)
    return found | made | {"still": wave.replace(**still), "wavers": generate("wave", seed=3, people=3)}


@pytest.mark.parametrize(
    ("clip", "question", "answer"),
    [
        ("walk_turning_left", "Which hand does the person use?", "neither hand"),
        ("walk_turning_left", "which leg does he use", "both legs"),
        ("squat", "Which arm does the person use?", "both arms"),
        ("forward_kick_2d", "Which leg does the person use?", "the right leg"),
        ("kicking", "Which foot is used?", "the right foot"),
        ("high_wave", "Does he use the left or the right hand?", "the right hand"),
        ("still", "Which hand is moving?", "neither hand"),
        ("still", "Which arm is raised?", REFUSAL),
        ("still", "Are the arms raised?", "no"),
        ("arm up", "Which arm is raised?", "the right arm"),
        ("arm up", "Is the right arm up?", "yes"),
        ("arm up", "Are both arms raised?", "no"),
        ("arm up", "Where are the hands?", "standing with the right hand raised beside the head"),
        ("arm up", "Describe the pose.", "standing with the right hand raised beside the head"),
        ("raise both hands", "Are the arms raised?", "yes"),
        ("still", "Does the person wait?", "yes"),
        ("waits", "Does the person wait?", "yes"),
        ("waits", "Does the person stand still for a moment?", "yes"),
        ("high_wave", "Does the person wait?", "no"),
        ("waits", "How long does the person stand still?", "3.1 s, from 3.3 to 6.4 s"),
        ("waits", "When is the pause?", "from 3.3 to 6.4 s"),
        ("waits", "When does the pause end?", "at 6.4 s"),
        ("waits", "What is the person doing at 5 seconds?", "standing with the right hand raised beside the head"),
        ("sit down", "How long does the person sit?", "1.3 s, from 1.1 to 2.4 s"),
        ("squat", "How many squats in the first 3 seconds?", "two"),
        ("squat", "Is he standing at second 1?", "yes"),
        ("squat", "When does he squat in the second half?", REFUSAL),
        ("squat", "When is the second squat?", "at about 2.1 s"),
        ("squat", "When does she squat for the first time?", "at about 0.6 s"),
        ("squat", "At what time is the last rep?", "at about 2.1 s"),
        ("squat", "When is the third squat?", REFUSAL),
        ("high_wave", "When is the second squat?", REFUSAL),
        ("slowing", "Does the person get slower?", "yes"),
        ("slowing", "Does the person speed up?", "no"),
        ("slowing", "Is the tempo even?", "no"),
        ("squats", "Is the tempo even?", "yes"),
        ("squats", "Do the squats get slower?", "no"),
        ("raise both hands", "Is this a dance?", "no"),
        ("high_wave", "Is it a gesture?", "yes"),
        ("squat", "Is this an exercise?", "yes"),
        ("kicking", "Do they fight?", "yes"),
        ("kicking", "Who gets kicked?", "the person on the left"),
        ("kicking", "Who bled?", REFUSAL),
        ("kicking", "What does the other person do?", REFUSAL),
        ("kicking", "What does the person on the right do?", "kicking"),
        ("shaking_hands", "What does the other person do?", "shaking hands"),
        ("kicking", "Is everyone standing?", "yes"),
        ("kicking", "Are they standing?", "yes"),
        ("high_wave", "What is he doing with his left hand?", "the left hand keeps still"),
        ("high_wave", "What does this mean?", REFUSAL),
        ("walk_turning_left", "How long is a step?", "about 50 cm"),
        ("walk_turning_left", "What is the stride length?", "about 1.0 m"),
        ("still", "Is the person moving?", "no"),
        ("still", "Is the person standing still?", "yes"),
        ("still", "Is the person sitting still?", "no"),
        ("still", "Does anything happen?", "no"),
        ("high_wave", "is he not still", "yes"),
        ("high_wave", "Is the person not moving?", "no"),
        ("high_wave", "Is the right hand above the head?", "yes"),
        ("high_wave", "Is the left hand raised?", "no"),
        ("squat", "Does she stay in one place?", "yes"),
        ("walk_turning_left", "Does she stay in one place?", "no"),
        ("walk_turning_left", "Does the person not walk?", "no"),
        ("walk_turning_left", "Does he turn right or left?", "to the left"),
        ("walk_turning_left", "Which way does the person go?", "forward, turning to the left"),
        ("walk_turning_left", "How far does the person walk?", "4.1 m"),
        ("walk_turning_left", "How many steps?", "eight"),
        ("walk_turning_left", "How long does the clip last?", "4.0 s"),
        ("walk_turning_left", "How many legs does the person have?", REFUSAL),
        ("walk_turning_left", "Why does the person walk?", REFUSAL),
        ("walk_turning_left", "How fast is the car?", REFUSAL),
        ("walk_turning_left", "Is there anybody in the clip?", "yes"),
        ("forward_kick_2d", "How fast does he walk?", REFUSAL),
        ("forward_kick_2d", "How far does he go?", REFUSAL),
        ("squat", "How deep is the squat?", "the hips go down by about 45 cm; the knees bend down to about 65 degrees"),
        ("squat", "How fast are the squats?", "once every 1.4 s"),
        ("high_wave", "When does the person wave?", "from 0.4 to 3.0 s"),
        ("high_wave", "When does the person sit down?", REFUSAL),
        ("kicking", "Who kicks?", "the person on the right"),
        ("kicking", "Is the person on the right kicking?", "yes"),
        ("kicking", "Is the person on the right not kicking?", "no"),
        ("kicking", "Does the right person kick the left one?", "yes"),
        ("kicking", "Does the left person kick the right one?", "no"),
        ("kicking", "Does the person on the left kick the person on the right?", "no"),
        ("kicking", "Is the left person kicked?", REFUSAL),
        ("kicking", "Is the person on the right happy?", REFUSAL),
        ("kicking", "Is the person on the left standing?", "yes"),
        ("shaking_hands", "Is the left person shaking hands with the right one?", "yes"),
        ("shaking_hands", "Does the right person kick the left one?", "no"),
        ("shaking_hands", "Are they facing each other?", "yes"),
        ("shaking_hands", "Are the two people back to back?", "no"),
        ("high_wave", "Which arm goes up first?", "the right arm"),
        ("walk_turning_left", "Which foot moves first?", "the left foot"),
        ("kicking", "Who dances?", REFUSAL),
        ("kicking", "How many people are there?", "two"),
        ("shaking_hands", "Do they touch each other?", "yes"),
        ("shaking_hands", "How long do they shake hands?", "1.3 s, from 1.3 to 2.6 s"),
        ("kicking", "Which leg does the person on the right use?", "the right leg"),
        ("kicking", "Which leg does the left person use?", "the left leg"),
        ("forward_kick_2d", "Which foot stays on the ground?", "the left foot"),
        ("squat", "How long does one squat take?", "about 1.4 s"),
        ("squat", "How many knees does he have?", REFUSAL),
        ("high_wave", "Does he wave slower than usual?", REFUSAL),
        ("walk", "What is the cadence in steps per minute?", "about 125 steps per minute"),
        ("walk", "How long is one step?", "about 60 cm"),
        ("walk", "Is he walking towards the camera or away from it?", "towards the camera"),
        ("walk", "Is the person walking to the left?", "no"),
        ("walk left", "Does he walk left?", "yes"),
        ("walk left", "Does he walk right?", "no"),
        ("walk left", "Does he walk to the right of the picture?", "yes"),
        ("squat", "Are the knees bent?", "yes"),
        ("squat", "Are the legs straight?", "no"),
        ("squat", "Does the athlete bend the knees below 90 degrees?", "yes"),
        ("wave right hand", "Is the left elbow bent?", "no"),
        ("wave right hand", "Which arm isn't doing anything?", "the left arm"),
        ("fall", "To which side does he fall?", "to the left"),
        ("fall", "Is she on the floor at the end?", "yes"),
        ("fall", "Is grandpa still standing at the end?", "no"),
        ("turn around", "Which way is he facing at the end?", "away from the camera"),
        ("turn around", "Does he turn clockwise or counterclockwise?", "to the left, counterclockwise as seen from above"),
        ("stand on one leg", "Which leg is she standing on?", "the right leg"),
        ("raise both hands", "Does he only raise one arm?", "no"),
        ("jump", "Do both feet leave the ground?", "yes"),
        ("approaching", "Who comes closer?", "the person on the right"),
        ("approaching", "What is the distance between the two people?", "2.9 m at the start, 75 cm at the end"),
        ("wavers", "Are they waving?", "yes"),
        ("wavers", "Are they clapping?", "no"),
        ("wavers", "How many of them wave?", "three"),
        ("squat", "Does the athlete bend the knees below 30 degrees?", "no"),
        ("high_wave", "Is the person drinking?", "no"),
        ("raise both hands", "Is only the right arm moving?", "no"),
        ("wave right hand", "Is only the right arm moving?", "yes"),
        ("jump", "Is the person jumping?", "yes"),
        ("kick ball", "Does the child kick?", "yes"),
        ("high_wave", "Is there snow on the ground?", REFUSAL),
        ("high_wave", "Is this the president?", REFUSAL),
        ("walk", "Does he use a walking stick?", REFUSAL),
        ("walk_turning_left", "Are the arms swinging?", "yes"),
        ("still", "Are the arms moving?", "no"),
        ("high_wave", "Is the left arm moving at all?", "no"),
        ("high_wave", "What does the left arm do?", "the left hand keeps still"),
        ("high_wave", "What does the other arm do?", "the left hand keeps still"),
        ("walk", "What does the left arm do?", "the left hand only swings along"),
        ("walk", "What do the legs do?", "The person walks forward, 3.1 m in five steps, from 0.2 to 2.6 s."),
        ("jump", "What do the legs do?", "The person jumps four times, with both feet 25 cm off the ground, from 0.7 to 3.2 s."),
        ("raise both hands", "Do the two arms move in sync?", "yes"),
        ("walk", "Do the legs move at the same time?", "no"),
        ("high_wave", "Is the movement symmetrical?", "no"),
        ("raise both hands", "Is the movement symmetrical?", "yes"),
        ("squat", "How often per minute?", "about 44 per minute"),
        ("squat", "What is the knee angle at the lowest point?", "down to about 65 degrees inside the knee"),
        ("walk", "What's the average speed in km/h?", "about 4.2 km/h"),
        ("squat", "How much do the hips drop?", "the hips go down by about 45 cm"),
        ("squat", "How far does the trunk lean?", "up to about 25 degrees from upright"),
        ("squat", "Does the head go up or down?", "down and up again"),
        ("turn around", "Does he face the other way at the end?", "yes"),
        ("walk", "Does he face the other way at the end?", "no"),
        ("turn around", "Clockwise or counter-clockwise?", "to the left, counterclockwise as seen from above"),
        ("approaching", "How close do they get?", "75 cm"),
        ("approaching", "Do they walk towards each other?", "yes"),
        ("approaching", "Are they coming closer or moving away?", "towards each other"),
        ("stand on one leg", "Does the person lift a leg?", "yes"),
        ("squat", "Does the person lift a leg?", "no"),
        ("squat", "Do both feet stay on the ground?", "yes"),
        ("jump", "Do both feet stay on the ground?", "no"),
        ("jump", "Do both feet leave the floor at the same time?", "yes"),
        ("fall", "Is the trunk bent?", "yes"),
        ("walk", "Is the trunk upright?", "yes"),
        ("squat", "Do the hands touch the floor?", "no"),
        ("push-up", "Do the hands touch the floor?", "yes"),
        ("high_wave", "Does the left foot go above the hip?", "no"),
        ("high_wave", "Does the right elbow go above the shoulder?", "yes"),
        ("high_wave", "Which body parts are involved?", "the right hand"),
        ("walk", "Does the person turn around while walking?", "no"),
        ("wave right hand", "Is only one arm waving?", "yes"),
        ("squat", "Do the arms move one after the other?", "no"),
        ("wave right hand", "Is it done with one arm only?", "yes"),
        ("kicking", "How many people are there and what do they do?", "two; kicking"),
        ("high_wave", "Does the person wave, and with which hand?", "yes; the right hand"),
        ("walk_turning_left", "Is the person walking? In which direction?", "yes; forward, turning to the left"),
        ("high_wave", "Does he wave and clap?", "no"),
        ("walk_turning_left", "Is the person walking and turning left?", "yes"),
        ("fall", "Did she get up again?", "no"),
        ("fall", "Did he come back up?", "no"),
        ("fall", "Can she get up by herself?", REFUSAL),
        ("fall", "Is she asleep?", REFUSAL),
        ("high_wave", "Who is he calling?", REFUSAL),
        ("squats", "What's the tempo in reps per minute?", "about 49 per minute"),
        ("walk", "Which leg starts?", "the right leg"),
        ("walk", "What is the step frequency?", "about 125 steps per minute"),
        ("squat", "How deep does she bow?", "up to about 25 degrees from upright"),
        ("jump", "Do the feet come off the ground?", "yes"),
        ("roundhouse kick", "Which leg carries the weight?", "the right leg"),
        ("waits", "Is there a break?", "yes"),
        ("fall", "Did he hit his head?", REFUSAL),
        ("kicking", "Does anyone get hurt?", REFUSAL),
        ("high_wave", "Is he right-handed?", REFUSAL),
        ("limp", "Which leg is the bad one?", REFUSAL),
        ("limp", "How long is the left step compared to the right one?", REFUSAL),
        ("jump", "Does he land on both feet?", REFUSAL),
        ("jump forward", "How far does he jump?", "90 cm"),
        ("sit to stand", "Is she sitting or standing at the beginning?", "sitting"),
        ("stand on one leg", "Is she on one leg?", "yes"),
        ("high_wave", "Is he on one leg?", "no"),
        ("roundhouse kick", "Which is the standing leg?", "the right leg"),
        ("roundhouse kick", "Does the kick reach head height?", "no"),
        ("pirouette", "Does the dancer travel or stay on the spot?", "stay on the spot"),
        ("pirouette", "Clockwise or counterclockwise?", REFUSAL),
        ("arm curl", "What is the range of motion of the elbow?", "from about 45 to 155 degrees inside the elbow"),
        ("drink", "Does the hand reach the mouth?", "yes"),
        ("walk", "Does a hand reach the face?", "no"),
        ("squat", "How many points does the judge give?", REFUSAL),
        ("squat", "How many frames are there?", "121"),
        ("squat", "What is the frame rate?", "30 frames per second"),
        ("squat", "Does the knee reach 90 degrees?", "yes"),
        ("waits", "For how long is nothing happening?", "3.1 s, from 3.3 to 6.4 s"),
        ("waits", "From when to when does he stand still?", "from 3.3 to 6.4 s"),
        ("waits", "Is there any moment without movement?", "yes"),
        ("high_wave", "What does he throw?", REFUSAL),
        ("shaking hands", "Do they hug?", "no"),
        ("shaking hands", "Do they shake hands?", "yes"),
        ("wavers", "Are two of them doing the same?", "yes"),
        ("wavers", "Is the one in the middle waving?", "yes"),
        ("high_wave", "Is the person sad?", REFUSAL),
        ("walk", "Is he tired?", REFUSAL),
        ("high_wave", "Does the person land?", REFUSAL),
        ("walk", "Does he keep the balance?", REFUSAL),
        ("walk", "Is he in a hurry?", REFUSAL),
        ("walk", "What will happen next year?", REFUSAL),
    ],
)  # fmt: skip
def test_measured_answers(ask, clips, clip, question, answer):
    assert ask(clips[clip], question) == answer


def test_two_questions_in_one_are_streamed_as_one_answer(clips):
    model, processor = load_default()
    question = "Is the person walking? In which direction?"
    assert list(model.stream(processor, clips["walk_turning_left"], question)) == ["yes; forward, turning to the left"]


def test_a_rate_is_that_of_the_repetitions_that_are_counted(ask, clips):
    assert ask(clips["squats"], "How many squats does she do?") == "four"
    rate = ask(clips["squats"], "How many repetitions per minute?")
    assert rate.endswith(" per minute") and ask(clips["squats"], "How many squats per minute?") == rate


def arms_over_the_head(count):
    """Both arms go up sideways over the head and down again, once a second."""
    clip = generate("star jump", seed=7, options=EXACT, layout="smpl_22")
    times = np.arange(int(count * clip.fps) + 1) / clip.fps
    joints, at = np.tile(clip.joints[:1], (len(times), 1, 1, 1)), clip.layout.joints.index
    angles = np.radians(5 + 80 * (1 - np.cos(2 * np.pi * times)))
    for side in ("left", "right"):
        shoulder = joints[:, 0, at(f"{side}_shoulder")]
        outward = np.sign(shoulder[0, 0] - joints[0, 0, at("pelvis"), 0])
        way = np.stack([outward * np.sin(angles), -np.cos(angles), 0 * angles], -1)
        joints[:, 0, at(f"{side}_elbow")], joints[:, 0, at(f"{side}_wrist")] = (
            shoulder + 0.28 * way,
            shoulder + 0.54 * way,
        )
    return clip.replace(joints=joints, mask=np.ones(joints.shape[:3], bool), confidence=None)


def test_a_limb_that_goes_more_or_less_often_than_the_whole_does_not_change_the_rate(ask):
    clip = arms_over_the_head(5)
    assert Measures(clip).repeated().count != count_repetitions(clip).count == 5
    assert ask(clip, "How many repetitions per minute?") == "about 60 per minute"
    assert ask(clip, "How long does each repetition take?") == "about 1.0 s"


def test_the_time_of_the_highest_or_lowest_point_is_that_of_the_frame(ask, clips):
    jump, squat = clips["jump"], clips["squat"]
    for clip, question, point, best in (
        (jump, "At which second are the hips highest?", "pelvis", np.argmax),
        (squat, "When are the hips lowest?", "pelvis", np.argmin),
        (clips["raise both hands"], "When is the right hand highest?", "right_wrist", np.argmax),
    ):
        tracks = people_tracks(clip)[0]
        assert ask(clip, question) == f"at {tracks.times[best(tracks.points[point][:, 1])]:.1f} s"
    assert ask(clips["still"], "When is the hand highest?") == REFUSAL


def test_how_low_a_hand_goes_is_not_how_low_the_hips_go(ask, clips):
    assert ask(clips["push-up"], "How low does the left hand go?").endswith(" above the ground")
    assert ask(clips["squat"], "How low do the hips go?").startswith("the hips go down by about ")
    assert ask(clips["squat"], "How low does she go?").startswith("the hips go down by about ")


def test_two_who_stay_apart_do_not_hug(ask, clips):
    assert ask(clips["shaking hands"], "Do they hug?") == "no"
    assert ask(clips["shaking hands"], "Do they embrace each other?") == "no"
    assert ask(generate("hugging", seed=20, options=EXACT, people=2), "Do they hug?") == "yes"


def test_heights_and_speeds_have_units(ask, clips):
    assert ask(clips["jump"], "How high does the person jump?").endswith(" off the ground")
    assert ask(clips["walk_turning_left"], "How fast does the person walk?").endswith(" m/s")
    assert ask(clips["high_wave"], "How high does the person jump?") == REFUSAL
