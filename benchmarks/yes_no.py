"""Is the person doing this? Yes, where clip and action are near in the space that they share: from which cosine on?

    python benchmarks/yes_no.py --data BUILT [--clips 100]

BUILT holds datasets as `skeletonllm data build` makes them. Each clip is asked about its own action and about all others of its
dataset, once in the dataset's words and once in the words below, which stand in no list of training. The training part serves to
choose `answering.scene.YES_COSINE`; the test part says what that gives. Printed are the shares of right answers, in per cent.
"""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

import numpy as np
import torch

from skeletonllm_hf import load_default
from skeletonllm_hf.answering.looks import Looks
from skeletonllm_hf.answering.nearness import Nearness
from skeletonllm_hf.answering.scene import YES_COSINE
from skeletonllm_hf.answering.scorers.embedding import text_vectors
from skeletonllm_hf.data import decode, open_dataset

COSINES = (0.25, 0.28, 0.30, YES_COSINE, 0.36, 0.40, 0.44)
AT_ONCE = 10  # clips
OTHER_WORDS = {
    "msr_action3d": {
        "bend": "bowing down",
        "draw circle": "drawing a round shape in the air",
        "draw tick": "making a check sign",
        "draw x": "drawing a cross in the air",
        "forward kick": "kicking to the front",
        "forward punch": "jab straight ahead",
        "golf swing": "playing golf",
        "hammer": "hammering a nail",
        "hand catch": "grabbing something out of the air",
        "hand clap": "applauding",
        "high arm wave": "waving with a raised arm",
        "high throw": "throwing overhand",
        "horizontal arm wave": "waving at shoulder level",
        "jogging": "running on the spot",
        "pick up and throw": "picking up an object and hurling it",
        "side boxing": "boxing towards the side",
        "side kick": "kicking sideways",
        "tennis serve": "serving in tennis",
        "tennis swing": "hitting a forehand",
        "two hand wave": "waving with both arms",
    },
    "utkinect": {
        "carry": "carrying a box",
        "clap hands": "applauding",
        "pick up": "lifting something from the ground",
        "pull": "pulling something towards oneself",
        "push": "pushing something away",
        "sit down": "taking a seat",
        "stand up": "getting up from a chair",
        "throw": "throwing an object",
        "walk": "walking along",
        "wave hands": "waving hello with the hands",
    },
    "sbu": {
        "approaching": "walking up to someone",
        "departing": "walking away from someone",
        "exchanging object": "handing over something",
        "hugging": "embracing each other",
        "kicking": "kicking someone",
        "punching": "hitting someone with the fist",
        "pushing": "shoving someone",
        "shaking hands": "handshake",
    },
    "bandai_namco_2": {
        "raise up both hands": "lifting both arms",
        "raise up left hand": "lifting the left arm",
        "raise up right hand": "lifting the right arm",
        "run": "running",
        "walk": "walking straight",
        "walk turn left": "walking and turning to the left",
        "walk turn right": "walking and turning to the right",
        "wave both hands": "waving with both arms",
        "wave left hand": "waving with the left arm",
        "wave right hand": "waving with the right arm",
    },
    "msrc12": {
        "beat both arms": "conducting the tempo with both arms",
        "bow": "bowing to the audience",
        "change weapon": "drawing a weapon from behind the back",
        "duck (crouch or hide)": "crouching down to hide",
        "had enough (hands to the head)": "putting the hands to the head in protest",
        "kick": "kicking with a leg",
        "lift outstretched arms": "raising the stretched arms to start the music",
        "push right": "sliding the hand to the right",
        "put on goggles": "putting on night vision glasses",
        "shoot": "firing a pistol",
        "throw": "throwing a grenade",
        "wind it up": "winding up the music with circling arms",
    },
    "hdm05": {
        "grab something high up with the right hand": "reaching up to a shelf",
        "hop on both legs": "hopping with both feet",
        "jog in a circle to the left": "running around in a circle",
        "kick forward with the left leg": "front kick",
        "lie down on the floor": "lying down",
        "put something down on the floor with the right hand": "placing an object on the ground",
        "rotate both arms backward": "arm circles",
        "sneak": "creeping on tiptoe",
        "squat": "knee bends",
        "throw a basketball": "shooting at the basket",
        "touch the knee with the opposite elbow": "cross crunch standing, elbow to knee",
    },
    "penn_action": {
        "baseball pitch": "pitching a ball",
        "baseball swing": "batting",
        "bench press": "pressing a barbell while lying on a bench",
        "bowl": "bowling",
        "clean and jerk": "olympic weight lifting",
        "golf swing": "golfing",
        "jump rope": "skipping",
        "jumping jacks": "star jumps",
        "pullup": "chin-ups on a bar",
        "pushup": "press-ups",
        "situp": "crunches",
        "squat": "deep knee bends",
        "strum guitar": "playing guitar",
        "tennis forehand": "playing a forehand",
        "tennis serve": "serving at tennis",
    },
    "gtu3d": {
        "bend the leg to the side": "lifting a leg sideways",
        "bend the other leg to the side": "lifting the second leg sideways",
        "crouch": "squatting down",
        "eight steps right and left": "many side steps",
        "one step right and left": "a side step each way",
        "open and close the arms": "spreading the arms and bringing them together",
        "relax the neck": "rolling the neck",
        "shake the left hand": "left hand shake",
        "shake the right hand": "right hand shake",
        "sit and applaud": "clapping while seated",
        "stand up from a chair": "rising from a seat",
        "stretch the lower back": "leaning back to stretch",
        "stretch the waist to the right and left": "bending the trunk sideways",
        "walk": "strolling",
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--clips", type=int, default=100, help="of each part of each dataset, evenly drawn (default: 100)"
    )
    arguments = parser.parse_args()
    model, processor = load_default()
    looks = Looks(model, processor)
    spaces = {
        "frames and joints": Nearness(looks).cosines,
        "frames": lambda clips, actions: looks.motion(clips) @ text_vectors(model, actions).T,
    }
    right: dict[tuple[str, str, str], list[torch.Tensor]] = {}
    wrong: dict[tuple[str, str, str], list[torch.Tensor]] = {}
    for name, words in OTHER_WORDS.items():
        labels = sorted(words)
        texts = {"own words": labels, "other words": [words[label] for label in labels]}
        for part in ("train", "test"):
            rows = open_dataset(arguments.data / name, part)
            picks = np.linspace(0, len(rows) - 1, min(arguments.clips, len(rows))).astype(int)
            chosen = [rows[int(pick)] for pick in picks]
            clips = [processor.load(decode(row)) for row in chosen]
            own = torch.tensor([labels.index(row["label"]) for row in chosen])
            shown = torch.nn.functional.one_hot(own, len(labels)).bool()
            for at in range(0, len(clips), AT_ONCE):  # each is seen once, in all spaces and by all words
                these = shown[at : at + AT_ONCE]
                for space, wording in itertools.product(spaces, texts):
                    cosines = spaces[space](clips[at : at + AT_ONCE], texts[wording])
                    right.setdefault((space, wording, part), []).append(cosines[these])
                    wrong.setdefault((space, wording, part), []).append(cosines[~these])
    print(
        "| by | action in | part | cosine | yes, where it is | no, where it is not |\n| --- | --- | --- | --- | --- | --- |"
    )
    for space, wording, part in right:
        yes, no = (torch.cat(values[space, wording, part]) for values in (right, wrong))
        for least in COSINES:
            shares = [100 * float(answers.float().mean()) for answers in (yes >= least, no < least)]
            print(f"| {space} | {wording} | {part} | {least:.2f} | {shares[0]:.1f} | {shares[1]:.1f} |")


if __name__ == "__main__":
    main()
