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
    "HMDB51": "brush hair;cartwheel;catch;chew;clap;climb;climb stairs;dive;draw sword;dribble;drink;eat;fall floor;fencing;flic flac;golf;handstand;hit;hug;jump;kick;kick ball;kiss;laugh;pick;pour;pullup;punch;push;pushup;ride bike;ride horse;run;shake hands;shoot ball;shoot bow;shoot gun;sit;situp;smile;smoke;somersault;stand;swing baseball;sword;sword exercise;talk;throw;turn;walk;wave",
    "IXMAS": "check watch;cross arms;scratch head;sit down;get up;turn around;walk;wave;punch;kick;point;pick up;throw (over head);throw (from bottom up)",
    "Weizmann": "bend;jack;jump;pjump;run;side;skip;walk;wave1;wave2",
    "MMAct": "carrying;talking;using phone;checking time;closing;crouching;entering;exiting;fall;jumping;kicking;loitering;looking around;opening;picking up;pointing;pulling;pushing;running;setting down;standing;talking on phone;throwing;transferring object;using PC;walking;waving hand;drinking;pocket in;pocket out;sitting;sitting down;standing up;carrying heavy;carrying light",
    "UAV-Human": "drink;eat snacks;brush hair;drop something;pick up something;reading;writing;cut nails;wear a jacket;take off a jacket;put on a hat;take off a hat;put on a shoe;take off a shoe;put on glasses;take off glasses;wave hands;kick something;reach into pockets;hop;jump up;make a phone call;type on a keyboard;point to something;take a selfie;check time;rub hands;bow;shake head;wipe face;salute;cross palms together;cross arms to say no;throw litter;hit with something;cover face with arms;stretch arms;throw a ball;push someone;slap someone;hug someone;give something to someone;steal something;rob something;fight;shake hands;walk toward someone;walk away from someone;whisper;high-five;rock paper scissors;take a photo of someone;cheers;carry something together;sit down;stand up;squat;run;jog in place;raise hands;thumb up;thumb down;make ok sign;make victory sign;clap;cover mouth;yawn;squat down and stand up;fall down;stagger;walk;walk backwards;smoke;cut with scissors;arrange hair;put on a mask;take off a mask;open umbrella;close umbrella;put up umbrella;juggle;punch with knife;mop;sweep the floor;wipe table;dig a hole;row;play guitar;play badminton;play tennis;play basketball;play football;lift dumbbells;skate;ride a bike;ride a scooter;look for something;call over;let go;follow someone;applaud;move a box;move a chair;lie down;crawl",
    "Drive&Act": "drinking from bottle;opening bottle;closing bottle;eating;preparing food;reading magazine;reading newspaper;writing;using laptop;talking on phone;interacting with phone;putting on jacket;taking off jacket;putting on sunglasses;taking off sunglasses;fastening seat belt;unfastening seat belt;fetching an object;placing an object;looking back;entering car;exiting car;opening door outside;closing door inside;sitting still;pressing automation button",
    "CZU-MHAD": "right high wave;left high wave;right horizontal wave;left horizontal wave;hammer with right hand;grasp with right hand;draw fork with right hand;draw circle with right hand;draw x with left hand;draw tick;right foot kick foreside;left foot kick foreside;right foot kick side;left foot kick side;clap hands;bend down;wave up and down;sur place;left body turning movement;right body turning movement;left lateral movement;right lateral movement",
    "HuGaDB": "walking;running;going up;going down;sitting;sitting down;standing up;standing;bicycling;up by elevator;down by elevator;sitting in car",
    "PAMAP2": "lying;sitting;standing;walking;running;cycling;nordic walking;ascending stairs;descending stairs;vacuum cleaning;ironing;rope jumping;watching TV;computer work;car driving;folding laundry;house cleaning;playing soccer",
    "InHARD": "no action;consult sheets;turn sheets;take screwdriver;put down screwdriver;picking in front;picking left;take measuring rod;put down measuring rod;take component;put down component;assemble system;take subsystem;put down subsystem",
    "BABEL": "walk;stand;hand movements;turn;interact with object;arm movements;t pose;step;backwards movement;raising body part;look;touch object;leg movements;forward movement;circular movement;stretch;jump;touching body part;sit;place something;take/pick something up;run;bend;throw;foot movements;a pose;stand up;lowering body part;sideways movement;move up/down incline;action with ball;kick;gesture;head movements;jog;grasp object;waist movements;lift something;knee movement;wave;move something;swing body part;catch;dance;lean;greet;poses;touching face;sports move;exercise/training;clean something;punch;squat;scratch;hop;play sport;stumble;crossing limbs;perform;martial art;balance",
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
