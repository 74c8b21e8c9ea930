"""How many labels of published lists, as their datasets spell them, name an action that the model's prototypes show.

    python benchmarks/label_lists.py [--open]

No clip is looked at. `--open` prints the labels that name none, with the action whose name is likest.
"""

from __future__ import annotations

import argparse

from skeletonllm_hf import load_default
from skeletonllm_hf.answering.scorers.embedding import label_meanings, named_nearness
from skeletonllm_hf.lexicon import load_lexicon

LISTS = {
    "Florence 3D": "wave;drink from a bottle;answer phone;clap;tight lace;sit down;stand up;read watch;bow",
    "MSR Daily Activity 3D": "drink;eat;read book;call cellphone;write on a paper;use laptop;use vacuum cleaner;cheer up;sit still;toss paper;play game;lie down on sofa;walk;play guitar;stand up;sit down",
    "CAD-60": "rinsing mouth;brushing teeth;wearing contact lenses;talking on the phone;drinking water;opening pill container;cooking (chopping);cooking (stirring);talking on couch;relaxing on couch;writing on whiteboard;working on computer;still;random",
    "TST fall detection": "sit on chair;walk and grasp an object;walk back and forth;lie down;fall frontal and end up lying;fall backward and end up lying;fall to the side and end up lying;fall backward and end up sitting",
    "UCF Kinect": "balance;climb up;climb ladder;duck;hop;vault;leap;run;kick;punch;twist left;twist right;step forward;step back;step left;step right",
    "Berkeley MHAD": "jumping in place;jumping jacks;bending - hands up all the way down;punching (boxing);waving - two hands;waving - one hand (right);clapping hands;throwing a ball;sit down then stand up;sit down;stand up",
    "KARD": "horizontal arm wave;high arm wave;two hand wave;catch cap;high throw;draw x;draw tick;toss paper;forward kick;side kick;take umbrella;bend;hand clap;walk;phone call;drink;sit down;stand up",
    "UI-PRMD": "deep squat;hurdle step;inline lunge;side lunge;sit to stand;standing active straight leg raise;standing shoulder abduction;standing shoulder extension;standing shoulder internal-external rotation;standing shoulder scaption",
    "KIMORE": "lifting of the arms;lateral tilt of the trunk with the arms in extension;trunk rotation;pelvis rotations on the transverse plane;squatting",
    "NATOPS": "I have command;all clear;not clear;spread wings;fold wings;lock wings;up engine;down engine;hot brakes;nosegear steering;brakes on;brakes off;install chocks;remove chocks;brakes fire;slow down;cut engine;turn left;turn right;move ahead",
    "G3D": "punch right;punch left;kick right;kick left;defend;golf swing;tennis swing forehand;tennis swing backhand;tennis serve;throw bowling ball;aim and fire gun;walk;run;jump;climb;crouch;steer a car;wave;flap;clap",
    "SYSU 3D HOI": "drinking;pouring;calling phone;playing phone;wearing backpacks;packing backpacks;sitting chair;moving chair;taking out wallet;taking from wallet;mopping;sweeping",
    "PKU-MMD": "bow;brushing hair;brushing teeth;check time (from watch);cheer up;clapping;cross hands in front (say stop);drink water;drop;eat meal/snack;falling;giving something to other person;hand waving;handshaking;hopping (one foot jumping);hugging other person;jump up;kicking other person;kicking something;make a phone call/answer phone;pat on back of other person;pickup;playing with phone/tablet;point finger at the other person;pointing to something with finger;punching/slapping other person;pushing other person;put on a hat/cap;put something inside pocket;reading;rub two hands together;salute;sitting down;standing up;take off a hat/cap;take off glasses;take off jacket;take out something from pocket;taking a selfie;tear up paper;throw;touch back (backache);touch chest (stomachache/heart pain);touch head (headache);touch neck (neckache);typing on a keyboard;use a fan (with hand or paper)/feeling warm;wear jacket;wear on glasses;wipe face;writing",
    "Toyota Smarthome": "cook.cleandishes;cook.cleanup;cook.cut;cook.stir;cook.usestove;cutbread;drink.frombottle;drink.fromcan;drink.fromcup;drink.fromglass;eat.attable;eat.snack;enter;getup;laydown;leave;makecoffee.pourgrains;makecoffee.pourwater;maketea.boilwater;maketea.insertteabag;pour.frombottle;pour.fromcan;pour.fromkettle;readbook;sitdown;takepills;uselaptop;usetablet;usetelephone;walk;watchtv",
    "NW-UCLA": "pick up with one hand;pick up with two hands;drop trash;walk around;sit down;stand up;donning;doffing;throw;carry",
    "UTD-MHAD": "right arm swipe to the left;right arm swipe to the right;right hand wave;two hand front clap;right arm throw;cross arms in the chest;basketball shoot;right hand draw x;right hand draw circle (clockwise);right hand draw circle (counter clockwise);draw triangle;bowling (right hand);front boxing;baseball swing from right;tennis right hand forehand swing;arm curl (two arms);tennis serve;two hand push;right hand knock on door;right hand catch an object;right hand pick up and throw;jogging in place;walking in place;sit to stand;stand to sit;forward lunge (left foot forward);squat (two arms stretch out)",
    "UWA3D": "one hand waving;one hand punching;two hand waving;two hand punching;sitting down;standing up;vibrating;falling down;holding chest;holding head;holding back;walking;irregular walking;lying down;turning around;drinking;phone answering;bending;jumping jack;running;picking up;putting down;kicking;jumping;dancing;mopping floor;sneezing;sitting down (chair);squatting;coughing",
    "UESTC": "punching-and-knee-lifting;marking-time-and-knee-lifting;jumping-jack;squatting;forward-lunging;left-lunging;left-stretching;raising-hand-and-jumping;left-kicking;rotation-clapping;front-raising;pulling-chest-expanders;punching;wrist-circling;single-dumbbell-raising;shoulder-raising;elbow-circling;dumbbell-one-arm-shoulder-pressing;arm-circling;dumbbell-shrugging;pinching-back;head-anticlockwise-circling;shoulder-abduction;deltoid-muscle-stretching;straight-forward-flexion;spinal-stretching;dumbbell-side-bend;standing-opposite-elbow-to-knee-crunch;standing-rotation;overhead-stretching;upper-back-stretching;knee-to-chest;knee-circling;alternate-knee-lifting;bent-over-twist;rope-skipping;standing-toe-touches;standing-gastrocnemius-calf;single-leg-lateral-hopping;high-knees-running",
    "MoVi": "walking;jogging;running in place;side gallop;crawling;vertical jumping;jumping jacks;kicking;throw and catch;taking photo;phone talking;checking watch;scratching head;sitting down;crossing arms;crossing legs while sitting;pointing;clapping hands;hand waving;stretching",
    "ETRI-Activity3D": "eating food with a fork;pouring water into a cup;taking medicine;drinking water;putting food in the fridge/taking food from the fridge;trimming vegetables;peeling fruit;using a gas stove;cutting vegetable on the cutting board;brushing teeth;washing hands;washing face;wiping face with a towel;putting on cosmetics;putting on lipstick;brushing hair;blow drying hair;putting on a jacket;taking off a jacket;putting on/taking off shoes;putting on/taking off glasses;washing the dishes;vacuuming the floor;scrubbing the floor with a rag;wiping off the dining table;rubbing up furniture;spreading bedding/folding bedding;washing a towel by hands;hanging out laundry;looking around for something;using a remote control;reading a book;reading a newspaper;handwriting;talking on the phone;playing with a mobile phone;using a computer;smoking;clapping;rubbing face with hands;doing freehand exercise;doing neck roll exercise;massaging a shoulder oneself;taking a bow;talking to each other;handshaking;hugging each other;fighting each other;waving a hand;flapping a hand up and down (beckoning);pointing with a finger;opening the door and walking in;fallen on the floor;sitting up/standing up;lying down",
    "a gym's plan": "bicep curl;hammer curl;overhead press;lateral raise;front raise;bent over row;deadlift;romanian deadlift;goblet squat;bulgarian split squat;walking lunge;calf raise;glute bridge;plank;side plank;mountain climbers;russian twist;crunch;leg raise;bird dog;dead bug;superman;burpees;jumping jacks;high knees;butt kicks;box jump;kettlebell swing;wall sit;tricep dips;pull up;chin up;bench press;face pull;shoulder shrug",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--open", action="store_true", help="print the labels that name no action")
    arguments = parser.parse_args()
    model, lexicon = load_default()[0], load_lexicon()
    names, total, right = model.config.named_prototypes[: model.alignment.named], 0, 0
    print("| list | labels | name an action |\n| --- | ---: | ---: |")
    for title, text in LISTS.items():
        labels = text.split(";")
        best, places = named_nearness(label_meanings(labels, None, lexicon), names, lexicon).max(1)
        known = int((best == 1).sum())
        total, right = total + len(labels), right + known
        print(f"| {title} | {len(labels)} | {known} |")
        if arguments.open:
            for label, nearness, place in zip(labels, best.tolist(), places.tolist(), strict=True):
                if nearness < 1:
                    print(f"    {label}: {names[place]} {nearness:.2f}")
    print(f"| all | {total} | {right} |")


if __name__ == "__main__":
    main()
