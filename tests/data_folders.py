"""Tiny datasets in the layouts of the real ones, written from synthetic motion. Used by test_data_*.py."""

import json

import numpy as np

from skeletonllm_hf.synthetic import generate

SENSOR = np.array([-1.0, 1.0, -1.0])  # canonical axes -> x to the sensor's left, y up, z depth


def kinect(action, layout, seed=0, frames=16):
    """(frames, people, joints, 3) of a synthetic clip as a depth sensor three metres away gives it."""
    clip = generate(action, layout=layout, seed=seed)
    chosen = np.linspace(0, clip.num_frames - 1, frames).round().astype(int)
    return (clip.joints[chosen] * SENSOR + [0, -0.9, 3.0]).astype(np.float32)


def lines(rows):
    return "".join(" ".join(f"{value:.6g}" for value in row) + "\n" for row in rows)


def msr_action3d(root, subjects=(1, 2)):
    """Two actions by each subject, and as third a clip in which nobody is seen."""
    folder = root / "real_world_coordinates"
    folder.mkdir()
    for subject in subjects:
        for action, motion in ((6, "throw"), (10, "clapping")):
            joints = kinect(motion, "msr_action3d", seed=subject)[:, 0]
            rows = np.concatenate([joints.reshape(-1, 3), np.ones((joints[..., 0].size, 1))], axis=1)
            (folder / f"a{action:02d}_s{subject:02d}_e01_skeleton3D.txt").write_text(lines(rows))
    (folder / "a13_s09_e02_skeleton3D.txt").write_text(lines(np.zeros((20 * 5, 4))))
    (folder / "drawskt.m").write_text("% not a clip")


def utkinect(root):
    """Subjects 5 and 6: two segments, one without frame numbers, one outside the recording."""
    folder = root / "joints"
    folder.mkdir()
    table = []
    for subject in (5, 6):
        name = f"s{subject:02d}_e01"
        joints = kinect("wave", "kinect_v1", seed=subject, frames=24)[:, 0].reshape(24, -1)
        (folder / f"joints_{name}.txt").write_text(
            lines(np.concatenate([200 + 2 * np.arange(24)[:, None], joints], axis=1))
        )
        table += [name, "waveHands: 200 220", "clapHands: 222 246", "carry:  NaN NaN", "throw: 900 920", ""]
    (folder / "actionLabel.txt").write_text("\n".join(table))


def sbu(root, pairs=("s01s02", "s01s03")):
    for pair in pairs:
        for number in (5, 6):
            folder = root / "SBU" / pair / f"{number:02d}" / "001"
            folder.mkdir(parents=True)
            joints = np.concatenate(
                [kinect("wave", "sbu_15", seed=number), kinect("clapping", "sbu_15", seed=int(pair[-1]))], axis=1
            )
            joints[:, 1, :, 0] += 0.8
            normal = (joints * 1000 - [1280, 960, 0]) / [-2560, -1920, 10000 / 7.8125]
            rows = np.concatenate([1 + np.arange(len(joints))[:, None], normal.reshape(len(joints), -1)], axis=1)
            text = "".join(",".join(f"{value:.6f}" for value in row) + "\n" for row in rows)
            (folder / "skeleton_pos.txt").write_text(text)


BVH = """HIERARCHY
ROOT Hips
{
  OFFSET 0 90 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Spine
  {
    OFFSET 0 25 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    JOINT Head
    {
      OFFSET 0 50 0
      CHANNELS 3 Zrotation Xrotation Yrotation
    }
  }
  JOINT LeftFoot
  {
    OFFSET 10 -85 0
    CHANNELS 3 Zrotation Xrotation Yrotation
  }
  JOINT RightFoot
  {
    OFFSET -10 -85 0
    CHANNELS 3 Zrotation Xrotation Yrotation
  }
}
MOTION
Frames: 10
Frame Time: 0.0333333
"""


def bandai_namco(root, part=2, contents=("run", "wave-both-hands"), styles=("active", "elderly")):
    folder = root / f"Bandai-Namco-Research-Motiondataset-{part}" / "data"
    folder.mkdir(parents=True)
    for number, (content, style) in enumerate((c, s) for c in contents for s in styles):
        values = np.random.default_rng(number).uniform(-20, 20, (10, 18))
        values[:, :3] = [0, 90, 0]
        (folder / f"dataset-{part}_{content}_{style}_001.bvh").write_text(BVH + lines(values))


def nw_ucla(root):
    folder = root / "all_sqe"
    folder.mkdir()
    for action, camera in ((1, 1), (1, 3), (11, 2), (11, 3)):
        name = f"a{action:02d}_s01_e00_v{camera:02d}"
        joints = kinect("throw", "kinect_v1", seed=10 * action + camera)[:, 0]
        (folder / f"{name}.json").write_text(
            json.dumps({"file_name": name, "skeletons": joints.tolist(), "label": action})
        )


def ntu(root, stems=("S001C002P001R001A023", "S001C001P003R001A010", "S018C001P045R001A120"), missing=()):
    folder = root / "nturgb+d_skeletons"
    folder.mkdir()
    for stem in stems:
        joints = kinect("wave", "kinect_v2", seed=int(stem[-3:]), frames=13)[:, 0]
        text = [str(len(joints))]
        for frame in joints:
            text += ["1", "72057594037930000 0 1 1 1 1 0 0.01 -0.2 2", "25"]
            text += [
                " ".join(f"{value:.6g}" for value in (*xyz, 250, 190, 900, 500, 0.1, 0.2, 0.9, 0.3, 2)) for xyz in frame
            ]
        (folder / f"{stem}.skeleton").write_text("\n".join(text) + "\n")
    if missing:
        (root / "NTU_RGBD_samples_with_missing_skeletons.txt").write_text("\n".join(missing))


def humanml3d(root):
    base = root / "HumanML3D"
    for folder in ("new_joints", "texts"):
        (base / folder).mkdir(parents=True)
    for number, split in enumerate(("train", "val", "test"), 1):
        name = f"{number:06d}"
        np.save(base / "new_joints" / f"{name}.npy", generate("walk", layout="smpl_22", seed=number).joints[:60, 0])
        text = "a person walks.#a/DET person/NOUN walk/VERB#0.0#0.0\nsomebody strolls#x#0.0#0.0\nhe starts to walk#x#0.5#2.0\n"
        (base / "texts" / f"{name}.txt").write_text(text)
        (base / f"{split}.txt").write_text(f"{name}\n")
    (base / "train.txt").write_text("000001\n000009\n")  # the second has no motion file


def labelled(root, header="file,label,captions,subject,split,camera", rows=None):
    """A folder of clips of your own, in three formats."""
    from skeletonllm_hf.readers import save_npz

    save_npz(generate("kick", seed=1), root / "kick.npz")
    np.save(root / "wave.npy", generate("wave", layout="coco_17", seed=2).joints[:, 0])
    (root / "broken.npz").write_bytes(b"PK\x03\x04 no archive")
    rows = rows or (
        "kick.npz,kick,A person kicks. | Somebody kicks a ball.,ann,train,front",
        "wave.npy,wave,,bob,val,side",
        "broken.npz,wave,,ann,train,front",
        "gone.npz,wave,,ann,test,front",
    )
    (root / "labels.csv").write_text("\n".join([header, *rows]) + "\n")


_BONE = """  begin
     name {name}
     direction {x} -1 0
     length 7.5
     axis 0 0 0 XYZ
    dof rx
  end
"""
ASF = (
    ":units\n  length 0.45\n  angle deg\n:root\n   order TX TY TZ RX RY RZ\n   axis XYZ\n   orientation 0 0 0\n:bonedata\n"
    + "".join(
        _BONE.format(name=f"{side}{bone}", x=x) for side, x in (("l", 0.2), ("r", -0.2)) for bone in ("femur", "tibia")
    )
    + ":hierarchy\n  begin\n    root lfemur rfemur\n    lfemur ltibia\n    rfemur rtibia\n  end\n"
)


def _table(folder, header, rows):
    (folder / "labels.csv").write_text("\n".join([header, *rows]) + "\n")


def tables(root):
    """MSRC-12, Penn Action, HDM05, GTU 3D, DeepMimic and Foerger's walks: two or three clips of each."""
    pixels = {"fps": 30.0, "units": "pixels", "up": "-y"}
    metres = {"fps": 30.0, "units": "metres", "up": "y"}
    folders = {name: root / name for name in ("msrc12", "penn_action", "hdm05", "gtu3d", "deepmimic", "foerger_walks")}
    for folder in folders.values():
        folder.mkdir()
    rows = []
    for person, action, gesture, label in ((6, "kick", 12, "kick"), (25, "throw", 7, "throw")):
        name = f"G{gesture:02d}/P1_1_{gesture}A_p{person:02d}_00.npz"
        (folders["msrc12"] / name).parent.mkdir()
        np.savez(
            folders["msrc12"] / name, joints=kinect(action, "kinect_v1", person)[:, 0], layout="kinect_v1", **metres
        )
        rows.append(f"{name},{label},{gesture},P1,p{person:02d},16")
    _table(folders["msrc12"], "file,label,gesture,instruction,person,frames", rows)
    rows = []
    for number, split in ((1, "test"), (2, "train")):
        flat = generate("wave", layout="coco_17", seed=number).to_layout("penn_13").joints[:20, 0, :, :2] * [100, -100]
        sure = np.where(np.arange(13) == 3, 0.5, 1.0) * np.ones((20, 1))
        np.savez(folders["penn_action"] / f"{number:04d}.npz", joints=flat + [200, 250], confidence=sure, **pixels)
        rows.append(f"{number:04d}.npz,tennis serve,{split},front,20")
    _table(folders["penn_action"], "file,label,split,view,frames", rows)
    for subject in ("bd", "mm"):
        frames = "".join(
            f"{f + 1}\nroot {0.1 * f} 17 0 0 0 0\nlfemur {-f}\nltibia {f}\nrfemur 0\nrtibia 5\n" for f in range(13)
        )
        (folders["hdm05"] / f"kickLFront_{subject}_001.amc").write_text(":FULLY-SPECIFIED\n:DEGREES\n" + frames)
        (folders["hdm05"] / f"kickLFront_{subject}_001.asf").write_text(ASF)
    rows = [f"kickLFront_{who}_001.amc,kick,kickLFront,{who},{part}" for who, part in (("bd", "train"), ("mm", "test"))]
    _table(folders["hdm05"], "file,label,class,subject,split", rows)
    rows = []
    for number in (1, 2, 10):
        name = f"1/movement{number}.npz"
        (folders["gtu3d"] / "1").mkdir(exist_ok=True)
        joints = kinect("clapping", "kinect_v2", number)[:, 0]
        np.savez(folders["gtu3d"] / name, joints=joints, layout="kinect_v2", **metres | {"fps": 10.0})
        rows.append(f"{name},clap,1,16")
    _table(folders["gtu3d"], "file,label,folder,frames", rows)
    for name in ("long_walk1", "backflip"):
        joints = generate("walk", layout="kinect_v2", seed=len(name)).to_layout("deepmimic_15").joints[:20, 0]
        np.savez(folders["deepmimic"] / f"{name}.npz", joints=joints, **metres)
    _table(
        folders["deepmimic"],
        "file,label,licence,frames",
        ["long_walk1.npz,walk1,MIT,20", "backflip.npz,backflip,MIT,20"],
    )
    rows = []
    for name in ("k_limp_sad_k_walk_sad_050_050.bvh", "k_walk_sad_k_walk_slow_025_075.bvh"):
        values = np.random.default_rng(len(rows)).uniform(-20, 20, (10, 18))
        values[:, :3] = [0, 90, 0]
        (folders["foerger_walks"] / name).write_text(BVH.replace("0.0333333", "0.01") + lines(values))
        for text, annotator in (
            ("a person limping", "v1"),
            ("a person walking sadly", "v2"),
            ("a person limping", "v3"),
        ):
            rows.append(f"{name},{text},walking,sadly,{annotator},k")
    _table(folders["foerger_walks"], "file,text,verb,modifiers,annotator,actor", rows)


WRITERS = {
    "msr_action3d": msr_action3d, "utkinect": utkinect, "sbu": sbu, "bandai_namco_2": bandai_namco, "nw_ucla": nw_ucla,
    "ntu_60": ntu, "ntu_120": ntu, "humanml3d": humanml3d, "folder": labelled,
}  # fmt: skip
