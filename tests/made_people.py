"""Clips of somebody who stands, with hands and feet put where a test wants them."""

import numpy as np

from skeletonllm_hf.synthetic import EXACT, generate

FPS = 30
ARM, LEG = 0.27, 0.42  # metres of each bone
REST = 1.0  # seconds between two repetitions


def standing(seconds):
    """Somebody who stands and faces the viewer, (joints, names): the first frame of a generated clip, many times."""
    clip = generate("stand", seed=7, options=EXACT, layout="smpl_22")
    joints = np.tile(clip.joints[:1], (int(seconds * FPS), 1, 1, 1))
    return clip, joints, clip.layout.joints.index


def made(clip, joints):
    return clip.replace(joints=joints, mask=np.ones(joints.shape[:3], bool), confidence=None, fps=float(FPS))


def bent_to(root, end, pole, bone):
    """The joint between `root` and `end`, both (frames, 3), to the side of `pole`; bones of equal length, the end drawn in to their reach."""
    way = end - root
    length = np.linalg.norm(way, axis=1, keepdims=True)
    end = root + way / length * np.minimum(length, 1.999 * bone)
    half = (end - root) / 2
    out = pole - half * (half @ pole / (half * half).sum(1))[:, None]
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    return root + half + out * np.sqrt(np.maximum(bone**2 - (half**2).sum(1), 0))[:, None], end


def ankles(joints, at):
    return {one: joints[:, 0, at(f"{one}_ankle")].copy() for one in ("left", "right")}


def with_feet(joints, at, feet):
    """Puts the ankles at `feet` (side -> (frames, 3)), each toe along."""
    for one, foot in feet.items():
        toe = joints[:, 0, at(f"{one}_foot")] - joints[:, 0, at(f"{one}_ankle")]
        knee, ankle = bent_to(joints[:, 0, at(f"{one}_hip")], foot, np.array([0, 0, 1.0]), LEG)
        joints[:, 0, at(f"{one}_knee")], joints[:, 0, at(f"{one}_ankle")] = knee, ankle
        joints[:, 0, at(f"{one}_foot")] = ankle + toe


def reach(joints, at, side, path):
    """Puts a hand at `path` (frames, 3) from its shoulder: out to its side, up, forward."""
    sign = 1 if side == "left" else -1
    root = joints[:, 0, at(f"{side}_shoulder")]
    ends = bent_to(root, root + path * (sign, 1, 1), np.array([sign * 0.5, -0.5, -1.0]), ARM)
    joints[:, 0, at(f"{side}_elbow")], joints[:, 0, at(f"{side}_wrist")] = ends


def there_and_back(frames, low, high):
    """(frames, 3): from one place to another, there for the middle third, and back."""
    share = np.interp(np.arange(frames) / frames, [0.15, 0.33, 0.67, 0.85], [0, 1, 1, 0])[:, None]
    return (1 - share) * np.array(low) + share * np.array(high)


HANGING = (0.06, -0.5, 0.05)


def arm_to(place, side="right", seconds=4):
    clip, joints, at = standing(seconds)
    for one in ("left", "right"):
        reach(joints, at, one, there_and_back(len(joints), HANGING, place if one == side else HANGING))
    return made(clip, joints)


def circles(rounds, sides=("left", "right")):
    clip, joints, at = standing(abs(rounds) + 1)
    angle = 2 * np.pi * np.clip(np.arange(len(joints)) / FPS - 0.5, 0, abs(rounds)) * np.sign(rounds)
    for side in sides:
        reach(joints, at, side, np.stack([0 * angle + 0.1, -0.5 * np.cos(angle), -0.5 * np.sin(angle)], 1))
    return made(clip, joints)


def hops(count):
    clip, joints, _ = standing(1.5 * count + 1)
    times = np.arange(len(joints)) / FPS - 1.0
    inside = (times % 1.5) / 0.5
    joints[..., 1] += np.where((times > 0) & (inside < 1), 1.2 * inside * (1 - inside), 0)[:, None, None]
    return made(clip, joints)


def claps(gap):
    """Five times the wrists come from half a metre to `gap` metres of each other, in front of the chest."""
    clip, joints, at = standing(4)
    apart = gap + (0.5 - gap) * (1 + np.cos(2 * np.pi * 1.25 * np.arange(len(joints)) / FPS)) / 2
    for side, sign in (("left", 1), ("right", -1)):
        middle = (joints[:, 0, at("left_shoulder")] + joints[:, 0, at("right_shoulder")]) / 2
        wrist = middle + np.stack([sign * apart / 2, 0 * apart - 0.15, 0 * apart + 0.35], 1)
        reach(joints, at, side, (wrist - joints[:, 0, at(f"{side}_shoulder")]) * (sign, 1, 1))
    return made(clip, joints)


def turned(degrees):
    """Somebody who turns to the left on the spot."""
    clip, joints, at = standing(3)
    angle = np.radians(degrees) * np.interp(np.arange(len(joints)) / len(joints), [0.25, 0.75], [0, 1])
    centre = joints[:, :, at("pelvis")][:, :, None]
    x, y, z = np.moveaxis(joints - centre, -1, 0)
    cos, sin = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
    return made(clip, np.stack([x * cos + z * sin, y, z * cos - x * sin], -1) + centre)


def lunge(side, metres):
    """A long step forward: the hips follow half the way and go down, and the other foot stays."""
    clip, joints, at = standing(4)
    share = there_and_back(len(joints), (0, 0, 0), (1, 0, 0))[:, :1]
    feet = ankles(joints, at)
    feet[side] += share * (0, 0, metres)
    joints[:, 0] += share[:, None] * (0, -0.25, metres / 2)
    with_feet(joints, at, feet)
    return made(clip, joints)


def two(left, right):
    """Two people side by side who face the viewer, made larger by these factors."""
    clip, joints, _ = standing(2)
    each = [joints * size + (x, 0, 0) for size, x in ((right, 0.7), (left, -0.7))]
    return made(clip, np.concatenate(each, 1).astype(np.float32))


def bumps(seconds, now):
    """(frames,) from 0 to 1 and back, one after the other: so long each, those where `now` holds."""
    pieces = [np.zeros(FPS)]
    for length, shown in zip(seconds, now, strict=True):
        frames = np.arange(int(length * FPS))
        pieces += [(1 - np.cos(2 * np.pi * frames / len(frames))) / 2 * shown, np.zeros(int(REST * FPS))]
    return np.concatenate(pieces)


def legs(sides, hips=0.0, way=(0, 0.5, 0.4), seconds=None):
    """Puts one foot after the other `way` from where it stands, and the hips down by `hips` metres."""
    seconds = seconds or [1.5] * len(sides)
    share = {one: bumps(seconds, [side == one for side in sides]) for one in ("left", "right")}
    low = bumps(seconds, [True] * len(sides))
    clip, joints, at = standing(len(low) / FPS)
    feet = {one: joints[:, 0, at(f"{one}_ankle")] + share[one][:, None] * np.array(way) for one in share}
    joints[:, 0, :, 1] -= hips * low[:, None]
    with_feet(joints, at, feet)
    return made(clip, joints)
