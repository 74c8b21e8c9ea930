"""How many joints of how many rigs are understood by their names, and whether marker names are mistaken for joints.

    python benchmarks/names.py [--verbose]

The table below holds facts: how common rigs, devices and programs call the joints of a body, and what each one is. `{L,R}` stands for
both. Targets: 95 % of the body's joints understood in every rig, and no false friend among the labels of optical markers.
"""

from __future__ import annotations

import argparse
import re
import sys

from skeletonllm_hf.model.joint_names import body_points

# Rig -> name of the joint = body point, without its side where the name has one. Names after "|" stand for no point of the body.
RIGS: dict[str, str] = {
    "Mixamo": "mixamorig:Hips=pelvis mixamorig:Spine=spine_lower mixamorig:Spine1=spine_middle mixamorig:Spine2=spine_upper mixamorig:Neck=neck "
    "mixamorig:Head=head mixamorig:HeadTop_End=head_top mixamorig:{Left,Right}Shoulder=collar mixamorig:{Left,Right}Arm=shoulder "
    "mixamorig:{Left,Right}ForeArm=elbow mixamorig:{Left,Right}Hand=wrist mixamorig:{Left,Right}UpLeg=hip mixamorig:{Left,Right}Leg=knee "
    "mixamorig:{Left,Right}Foot=ankle mixamorig:{Left,Right}ToeBase=toe mixamorig:{Left,Right}HandThumb1=thumb | "
    "mixamorig:{Left,Right}HandRing1 mixamorig:{Left,Right}HandRing2",
    "Mixamo, numbered": "mixamorig1:Hips=pelvis mixamorig1:Spine=spine_lower mixamorig1:Neck=neck mixamorig1:Head=head "
    "mixamorig1:{Left,Right}Arm=shoulder mixamorig1:{Left,Right}ForeArm=elbow mixamorig1:{Left,Right}Hand=wrist "
    "mixamorig1:{Left,Right}UpLeg=hip mixamorig1:{Left,Right}Leg=knee mixamorig1:{Left,Right}Foot=ankle",
    "Mixamo, glued": "mixamorigHips=pelvis mixamorigSpine=spine_lower mixamorigNeck=neck mixamorigHead=head mixamorig{Left,Right}Shoulder=collar "
    "mixamorig{Left,Right}Arm=shoulder mixamorig{Left,Right}ForeArm=elbow mixamorig{Left,Right}Hand=wrist mixamorig{Left,Right}UpLeg=hip "
    "mixamorig{Left,Right}Leg=knee mixamorig{Left,Right}Foot=ankle mixamorig{Left,Right}ToeBase=toe",
    "Maya HumanIK": "Character1_Hips=pelvis Character1_Spine=spine_lower Character1_Spine1=spine_middle Character1_Spine2=spine_upper "
    "Character1_Neck=neck Character1_Head=head Character1_{Left,Right}Shoulder=collar Character1_{Left,Right}Arm=shoulder "
    "Character1_{Left,Right}ForeArm=elbow Character1_{Left,Right}Hand=wrist Character1_{Left,Right}UpLeg=hip "
    "Character1_{Left,Right}Leg=knee Character1_{Left,Right}Foot=ankle Character1_{Left,Right}ToeBase=toe | Character1_Reference "
    "Character1_{Left,Right}ForeArmRoll",
    "CMU BVH": "Hips=pelvis {Left,Right}UpLeg=hip {Left,Right}Leg=knee {Left,Right}Foot=ankle {Left,Right}ToeBase=toe LowerBack=spine_lower "
    "Spine=spine_middle Spine1=spine_upper Neck=neck Head=head {Left,Right}Shoulder=collar {Left,Right}Arm=shoulder "
    "{Left,Right}ForeArm=elbow {Left,Right}Hand=wrist {L,R}Thumb=thumb | {L,R}HipJoint {Left,Right}FingerBase Neck1",
    "LAFAN1": "Hips=pelvis {Left,Right}UpLeg=hip {Left,Right}Leg=knee {Left,Right}Foot=ankle {Left,Right}Toe=toe Spine=spine_lower "
    "Spine1=spine_middle Spine2=spine_upper Neck=neck Head=head {Left,Right}Shoulder=collar {Left,Right}Arm=shoulder "
    "{Left,Right}ForeArm=elbow {Left,Right}Hand=wrist",
    "Bandai-Namco": "Hips=pelvis Spine=spine_lower Chest=spine_middle Neck=neck Head=head Shoulder_{L,R}=collar UpperArm_{L,R}=shoulder "
    "LowerArm_{L,R}=elbow Hand_{L,R}=wrist UpperLeg_{L,R}=hip LowerLeg_{L,R}=knee Foot_{L,R}=ankle Toes_{L,R}=toe | joint_Root",
    "Unreal mannequin": "pelvis=pelvis spine_01=spine_lower spine_02=spine_middle spine_03=spine_upper neck_01=neck head=head "
    "clavicle_{l,r}=collar upperarm_{l,r}=shoulder lowerarm_{l,r}=elbow hand_{l,r}=wrist thigh_{l,r}=hip calf_{l,r}=knee foot_{l,r}=ankle "
    "ball_{l,r}=toe | root ik_foot_root ik_foot_{l,r} ik_hand_gun ik_hand_{l,r} upperarm_twist_01_{l,r} thigh_twist_01_{l,r}",
    "MetaHuman": "pelvis=pelvis spine_01=spine_lower spine_03=spine_middle spine_05=spine_upper neck_01=neck head=head clavicle_{l,r}=collar "
    "upperarm_{l,r}=shoulder lowerarm_{l,r}=elbow hand_{l,r}=wrist thigh_{l,r}=hip calf_{l,r}=knee foot_{l,r}=ankle ball_{l,r}=toe | "
    "spine_02 spine_04 neck_02 clavicle_pec_{l,r} calf_knee_{l,r} upperarm_correctiveRoot_{l,r}",
    "Unity humanoid": "Hips=pelvis Spine=spine_lower Chest=spine_middle UpperChest=spine_upper Neck=neck Head=head {Left,Right}Shoulder=collar "
    "{Left,Right}UpperArm=shoulder {Left,Right}LowerArm=elbow {Left,Right}Hand=wrist {Left,Right}UpperLeg=hip {Left,Right}LowerLeg=knee "
    "{Left,Right}Foot=ankle {Left,Right}Toes=toe {Left,Right}Eye=eye Jaw=jaw",
    "VRM (VRoid)": "J_Bip_C_Hips=pelvis J_Bip_C_Spine=spine_lower J_Bip_C_Chest=spine_middle J_Bip_C_UpperChest=spine_upper J_Bip_C_Neck=neck "
    "J_Bip_C_Head=head J_Bip_{L,R}_Shoulder=collar J_Bip_{L,R}_UpperArm=shoulder J_Bip_{L,R}_LowerArm=elbow J_Bip_{L,R}_Hand=wrist "
    "J_Bip_{L,R}_UpperLeg=hip J_Bip_{L,R}_LowerLeg=knee J_Bip_{L,R}_Foot=ankle J_Bip_{L,R}_ToeBase=toe | J_Sec_{L,R}_Bust1 J_Sec_Hair1_01",
    "3ds Max Biped": "Bip01_Pelvis=pelvis Bip01_Spine=spine_lower Bip01_Spine1=spine_upper Bip01_Neck=neck Bip01_Head=head "
    "Bip01_{L,R}_Clavicle=collar Bip01_{L,R}_UpperArm=shoulder Bip01_{L,R}_Forearm=elbow Bip01_{L,R}_Hand=wrist Bip01_{L,R}_Thigh=hip "
    "Bip01_{L,R}_Calf=knee Bip01_{L,R}_Foot=ankle Bip01_{L,R}_Toe0=toe Bip01_HeadNub=head_top | Bip01_Footsteps Bip01",
    "3ds Max Biped 001": "Bip001-Pelvis=pelvis Bip001-Spine=spine_lower Bip001-Neck=neck Bip001-Head=head Bip001-{L,R}-Clavicle=collar "
    "Bip001-{L,R}-UpperArm=shoulder Bip001-{L,R}-Forearm=elbow Bip001-{L,R}-Hand=wrist Bip001-{L,R}-Thigh=hip Bip001-{L,R}-Calf=knee "
    "Bip001-{L,R}-Foot=ankle Bip001-{L,R}-Toe0=toe | Bip001-{L,R}-ForeTwist Bip001-Prop1",
    "Valve": "ValveBiped.Bip01_Pelvis=pelvis ValveBiped.Bip01_Spine=spine_lower ValveBiped.Bip01_Spine1=spine_middle "
    "ValveBiped.Bip01_Spine4=spine_upper ValveBiped.Bip01_Neck1=neck ValveBiped.Bip01_Head1=head ValveBiped.Bip01_{L,R}_Clavicle=collar "
    "ValveBiped.Bip01_{L,R}_UpperArm=shoulder ValveBiped.Bip01_{L,R}_Forearm=elbow ValveBiped.Bip01_{L,R}_Hand=wrist "
    "ValveBiped.Bip01_{L,R}_Thigh=hip ValveBiped.Bip01_{L,R}_Calf=knee ValveBiped.Bip01_{L,R}_Foot=ankle ValveBiped.Bip01_{L,R}_Toe0=toe",
    "Character Creator": "CC_Base_Hip=pelvis CC_Base_Waist=spine_lower CC_Base_Spine01=spine_middle CC_Base_Spine02=spine_upper "
    "CC_Base_NeckTwist01=neck CC_Base_Head=head CC_Base_{L,R}_Clavicle=collar CC_Base_{L,R}_Upperarm=shoulder CC_Base_{L,R}_Forearm=elbow "
    "CC_Base_{L,R}_Hand=wrist CC_Base_{L,R}_Thigh=hip CC_Base_{L,R}_Calf=knee CC_Base_{L,R}_Foot=ankle CC_Base_{L,R}_ToeBase=toe | "
    "CC_Base_Pelvis CC_Base_{L,R}_ForearmTwist01 CC_Base_{L,R}_Breast",
    "Daz Genesis 8": "hip=pelvis abdomenLower=spine_lower chestUpper=spine_upper neckLower=neck head=head {l,r}Collar=collar "
    "{l,r}ShldrBend=shoulder {l,r}ForearmBend=elbow {l,r}Hand=wrist {l,r}ThighBend=hip {l,r}Shin=knee {l,r}Foot=ankle {l,r}Toe=toe | "
    "{l,r}ShldrTwist {l,r}ForearmTwist {l,r}ThighTwist {l,r}Pectoral",
    "Poser": "hip=pelvis abdomen=spine_lower chest=spine_middle neck=neck head=head {l,r}Collar=collar {l,r}Shldr=shoulder {l,r}ForeArm=elbow "
    "{l,r}Hand=wrist {l,r}Thigh=hip {l,r}Shin=knee {l,r}Foot=ankle {l,r}Toe=toe | {l,r}Buttock",
    "MocapNET": "hip=pelvis abdomen=spine_lower chest=spine_middle neck=neck head=head {l,r}collar=collar {l,r}shoulder=shoulder "
    "{l,r}elbow=elbow {l,r}hand=wrist {l,r}hip=hip {l,r}knee=knee {l,r}foot=ankle {l,r}toe=toe",
    "Second Life": "mPelvis=pelvis mTorso=spine_lower mChest=spine_middle mNeck=neck mHead=head mSkull=head_top mCollar{Left,Right}=collar "
    "mShoulder{Left,Right}=shoulder mElbow{Left,Right}=elbow mWrist{Left,Right}=wrist mHip{Left,Right}=hip mKnee{Left,Right}=knee "
    "mAnkle{Left,Right}=ankle mFoot{Left,Right}=foot mToe{Left,Right}=toe",
    "Rigify": "spine=pelvis spine.001=spine_lower spine.002=spine_middle spine.003=spine_upper spine.004=- spine.005=neck spine.006=head "
    "shoulder.{L,R}=collar upper_arm.{L,R}=shoulder forearm.{L,R}=elbow hand.{L,R}=wrist thigh.{L,R}=hip shin.{L,R}=knee foot.{L,R}=ankle "
    "toe.{L,R}=toe | pelvis.{L,R} breast.{L,R}",
    "Rigify, deforming": "DEF-spine=pelvis DEF-spine.001=spine_lower DEF-spine.002=spine_middle DEF-spine.003=spine_upper DEF-spine.005=neck "
    "DEF-spine.006=head DEF-shoulder.{L,R}=collar DEF-upper_arm.{L,R}=shoulder DEF-forearm.{L,R}=elbow DEF-hand.{L,R}=wrist "
    "DEF-thigh.{L,R}=hip DEF-shin.{L,R}=knee DEF-foot.{L,R}=ankle DEF-toe.{L,R}=toe | DEF-upper_arm.{L,R}.001 DEF-thigh.{L,R}.001",
    "Rigify, basic human": "hips=pelvis spine=spine_lower chest=spine_middle neck=neck head=head shoulder.{L,R}=collar upper_arm.{L,R}=shoulder "
    "forearm.{L,R}=elbow hand.{L,R}=wrist thigh.{L,R}=hip shin.{L,R}=knee foot.{L,R}=ankle toe.{L,R}=toe heel.{L,R}=heel",
    "MakeHuman": "root=pelvis neck01=neck head=head clavicle.{L,R}=collar upperarm01.{L,R}=shoulder lowerarm01.{L,R}=elbow wrist.{L,R}=wrist "
    "upperleg01.{L,R}=hip lowerleg01.{L,R}=knee foot.{L,R}=ankle toe1-1.{L,R}=toe | upperarm02.{L,R} lowerleg02.{L,R} pelvis.{L,R}",
    "Maya, _jnt": "root_jnt=pelvis spine_01_jnt=spine_lower spine_02_jnt=spine_middle spine_03_jnt=spine_upper neck_01_jnt=neck head_jnt=head "
    "{L,R}_clavicle_jnt=collar {L,R}_upArm_jnt=shoulder {L,R}_lowArm_jnt=elbow {L,R}_hand_jnt=wrist {L,R}_upLeg_jnt=hip "
    "{L,R}_lowLeg_jnt=knee {L,R}_foot_jnt=ankle {L,R}_ball_jnt=toe",
    "Maya, lf_/rt_": "pelvis_bind=pelvis spine_01_bind=spine_lower neck_bind=neck head_bind=head {lt,rt}_clav_bind=collar "
    "{lt,rt}_shoulder_bind=shoulder {lt,rt}_elbow_bind=elbow {lt,rt}_wrist_bind=wrist {lt,rt}_hip_bind=hip {lt,rt}_knee_bind=knee "
    "{lt,rt}_ankle_bind=ankle {lt,rt}_ball_bind=toe",
    "AdvancedSkeleton": "Root_M=pelvis Spine1_M=spine_lower Chest_M=spine_middle Neck_M=neck Head_M=head HeadEnd_M=head_top Scapula_{L,R}=collar "
    "Shoulder_{L,R}=shoulder Elbow_{L,R}=elbow Wrist_{L,R}=wrist Hip_{L,R}=hip Knee_{L,R}=knee Ankle_{L,R}=ankle Toes_{L,R}=toe",
    "ARKit": "hips_joint=pelvis spine_1_joint=spine_lower spine_2_joint=- spine_3_joint=- spine_4_joint=spine_middle spine_5_joint=- spine_6_joint=- "
    "spine_7_joint=spine_upper neck_1_joint=neck head_joint=head "
    "{left,right}_shoulder_1_joint=collar {left,right}_arm_joint=shoulder {left,right}_forearm_joint=elbow {left,right}_hand_joint=wrist "
    "{left,right}_upLeg_joint=hip {left,right}_leg_joint=knee {left,right}_foot_joint=ankle {left,right}_toes_joint=toe jaw_joint=jaw "
    "nose_joint=nose | root neck_2_joint",
    "Xsens MVN segments": "Pelvis=pelvis L5=spine_lower T12=spine_middle T8=spine_upper Neck=neck Head=head {Left,Right}Shoulder=collar "
    "{Left,Right}UpperArm=shoulder {Left,Right}Forearm=elbow {Left,Right}Hand=wrist {Left,Right}UpperLeg=hip {Left,Right}LowerLeg=knee "
    "{Left,Right}Foot=ankle {Left,Right}Toe=toe | L3",
    "Xsens MVN BVH": "Hips=pelvis Chest=spine_lower Chest2=spine_middle Chest3=- Chest4=spine_upper Neck=neck Head=head {Left,Right}Collar=collar "
    "{Left,Right}Shoulder=shoulder {Left,Right}Elbow=elbow {Left,Right}Wrist=wrist {Left,Right}Hip=hip {Left,Right}Knee=knee "
    "{Left,Right}Ankle=ankle {Left,Right}Toe=toe",
    "Rokoko": "Hips=pelvis Spine1=spine_lower Spine2=spine_middle Spine3=- Spine4=spine_upper Neck=neck Head=head {Left,Right}Shoulder=collar "
    "{Left,Right}Arm=shoulder {Left,Right}ForeArm=elbow {Left,Right}Hand=wrist {Left,Right}Thigh=hip {Left,Right}Shin=knee "
    "{Left,Right}Foot=ankle {Left,Right}Toe=toe {Left,Right}ToeEnd=-",
    "Perception Neuron": "Robot_Hips=pelvis Robot_Spine=spine_lower Robot_Spine1=spine_middle Robot_Spine2=- Robot_Spine3=spine_upper Robot_Neck=neck "
    "Robot_Head=head Robot_{Left,Right}Shoulder=collar Robot_{Left,Right}Arm=shoulder Robot_{Left,Right}ForeArm=elbow "
    "Robot_{Left,Right}Hand=wrist Robot_{Left,Right}UpLeg=hip Robot_{Left,Right}Leg=knee Robot_{Left,Right}Foot=ankle "
    "Robot_{Left,Right}HandThumb1=thumb | Robot_{Left,Right}InHandIndex",
    "OptiTrack Motive": "Skeleton:Hip=pelvis Skeleton:Ab=spine_lower Skeleton:Chest=spine_middle Skeleton:Neck=neck Skeleton:Head=head "
    "Skeleton:{L,R}Shoulder=collar Skeleton:{L,R}UArm=shoulder Skeleton:{L,R}FArm=elbow Skeleton:{L,R}Hand=wrist Skeleton:{L,R}Thigh=hip "
    "Skeleton:{L,R}Shin=knee Skeleton:{L,R}Foot=ankle Skeleton:{L,R}Toe=toe",
    "Theia": "pelvis=pelvis torso=spine_middle head=head {l,r}_uarm=shoulder {l,r}_larm=elbow {l,r}_hand=wrist {l,r}_thigh=hip {l,r}_shank=knee "
    "{l,r}_foot=ankle {l,r}_toes=toe | worldbody",
    "iPi": "Hip=pelvis LowerSpine=spine_lower MiddleSpine=spine_middle Chest=spine_upper Neck=neck Head=head {L,R}Clavicle=collar "
    "{L,R}Shoulder=shoulder {L,R}Forearm=elbow {L,R}Hand=wrist {L,R}Thigh=hip {L,R}Shin=knee {L,R}Foot=ankle {L,R}Toe=toe",
    "Kinect SDK": "SpineBase=pelvis SpineMid=spine_middle SpineShoulder=neck_base Neck=neck Head=head Shoulder{Left,Right}=shoulder "
    "Elbow{Left,Right}=elbow Wrist{Left,Right}=wrist Hand{Left,Right}=hand HandTip{Left,Right}=hand_tip Thumb{Left,Right}=thumb "
    "Hip{Left,Right}=hip Knee{Left,Right}=knee Ankle{Left,Right}=ankle Foot{Left,Right}=foot",
    "Kinect SDK 1": "HipCenter=pelvis Spine=spine_lower ShoulderCenter=neck_base Head=head Shoulder{Left,Right}=shoulder Elbow{Left,Right}=elbow "
    "Wrist{Left,Right}=wrist Hand{Left,Right}=hand Hip{Left,Right}=hip Knee{Left,Right}=knee Ankle{Left,Right}=ankle Foot{Left,Right}=foot",
    "Azure Kinect": "PELVIS=pelvis SPINE_NAVEL=spine_lower SPINE_CHEST=spine_upper NECK=neck CLAVICLE_{LEFT,RIGHT}=collar "
    "SHOULDER_{LEFT,RIGHT}=shoulder ELBOW_{LEFT,RIGHT}=elbow WRIST_{LEFT,RIGHT}=wrist HAND_{LEFT,RIGHT}=hand HANDTIP_{LEFT,RIGHT}=hand_tip "
    "THUMB_{LEFT,RIGHT}=thumb HIP_{LEFT,RIGHT}=hip KNEE_{LEFT,RIGHT}=knee ANKLE_{LEFT,RIGHT}=ankle FOOT_{LEFT,RIGHT}=foot HEAD=head NOSE=nose "
    "EYE_{LEFT,RIGHT}=eye EAR_{LEFT,RIGHT}=ear",
    "Nuitrack": "JOINT_WAIST=pelvis JOINT_TORSO=spine_middle JOINT_NECK=neck JOINT_HEAD=head JOINT_{LEFT,RIGHT}_COLLAR=collar "
    "JOINT_{LEFT,RIGHT}_SHOULDER=shoulder JOINT_{LEFT,RIGHT}_ELBOW=elbow JOINT_{LEFT,RIGHT}_WRIST=wrist JOINT_{LEFT,RIGHT}_HAND=hand "
    "JOINT_{LEFT,RIGHT}_HIP=hip JOINT_{LEFT,RIGHT}_KNEE=knee JOINT_{LEFT,RIGHT}_ANKLE=ankle",
    "MediaPipe": "NOSE=nose {LEFT,RIGHT}_EYE_INNER=eye_inner {LEFT,RIGHT}_EYE=eye {LEFT,RIGHT}_EYE_OUTER=eye_outer {LEFT,RIGHT}_EAR=ear "
    "MOUTH_{LEFT,RIGHT}=mouth {LEFT,RIGHT}_SHOULDER=shoulder {LEFT,RIGHT}_ELBOW=elbow {LEFT,RIGHT}_WRIST=wrist {LEFT,RIGHT}_PINKY=pinky "
    "{LEFT,RIGHT}_INDEX=index_finger {LEFT,RIGHT}_THUMB=thumb {LEFT,RIGHT}_HIP=hip {LEFT,RIGHT}_KNEE=knee {LEFT,RIGHT}_ANKLE=ankle "
    "{LEFT,RIGHT}_HEEL=heel {LEFT,RIGHT}_FOOT_INDEX=toe",
    "OpenPose": "Nose=nose Neck=neck {L,R}Shoulder=shoulder {L,R}Elbow=elbow {L,R}Wrist=wrist MidHip=pelvis {L,R}Hip=hip {L,R}Knee=knee "
    "{L,R}Ankle=ankle {L,R}Eye=eye {L,R}Ear=ear {L,R}BigToe=toe {L,R}Heel=heel | {L,R}SmallToe",
    "SMPL": "Pelvis=pelvis {L,R}_Hip=hip {L,R}_Knee=knee {L,R}_Ankle=ankle {L,R}_Foot=foot Spine1=spine_lower Spine2=spine_middle "
    "Spine3=spine_upper Neck=neck Head=head {L,R}_Collar=collar {L,R}_Shoulder=shoulder {L,R}_Elbow=elbow {L,R}_Wrist=wrist {L,R}_Hand=hand",
    "Acclaim bones": "root=pelvis lowerback=spine_lower upperback=spine_middle thorax=spine_upper lowerneck=neck head=head {l,r}femur=hip "
    "{l,r}tibia=knee {l,r}foot=ankle {l,r}toes=toe {l,r}clavicle=collar {l,r}humerus=shoulder {l,r}radius=elbow {l,r}wrist=wrist "
    "{l,r}hand=hand {l,r}thumb=thumb",
    "Roblox R15": "LowerTorso=pelvis UpperTorso=spine_middle Head=head {Left,Right}UpperArm=shoulder {Left,Right}LowerArm=elbow "
    "{Left,Right}Hand=wrist {Left,Right}UpperLeg=hip {Left,Right}LowerLeg=knee {Left,Right}Foot=ankle",
    "Meta Quest": "Hips=pelvis SpineLower=spine_lower SpineMiddle=spine_middle SpineUpper=spine_upper Chest=- Neck=neck Head=head "
    "{Left,Right}Shoulder=collar {Left,Right}ArmUpper=shoulder {Left,Right}ArmLower=elbow {Left,Right}HandWrist=wrist "
    "{Left,Right}UpperLeg=hip {Left,Right}LowerLeg=knee {Left,Right}FootAnkle=ankle {Left,Right}FootBall=toe | {Left,Right}HandWristTwist "
    "{Left,Right}FootSubtalar",
    "Cascadeur": "pelvis=pelvis stomach=spine_lower chest=spine_middle neck=neck head=head clavicle_{l,r}=collar arm_{l,r}=shoulder "
    "forearm_{l,r}=elbow hand_{l,r}=wrist thigh_{l,r}=hip calf_{l,r}=knee foot_{l,r}=ankle toe_{l,r}=toe",
    "VRChat, MMD English": "Hips=pelvis Spine=spine_lower Chest=spine_middle Neck=neck Head=head {Left,Right}shoulder=collar {Left,Right}arm=shoulder "
    "{Left,Right}elbow=elbow {Left,Right}wrist=wrist {Left,Right}leg=hip {Left,Right}knee=knee {Left,Right}ankle=ankle {Left,Right}toe=toe",
    "MMD, English, _L": "center=- lower_body=pelvis upper_body=spine_lower upper_body2=spine_upper neck=neck head=head shoulder_{L,R}=collar "
    "arm_{L,R}=shoulder elbow_{L,R}=elbow wrist_{L,R}=wrist leg_{L,R}=hip knee_{L,R}=knee ankle_{L,R}=ankle toe_{L,R}=toe | leg_IK_{L,R} "
    "toe_IK_{L,R}",
    "MMD, Japanese": "下半身=pelvis 上半身=spine_lower 上半身2=spine_upper 首=neck 頭=head {左,右}肩=collar {左,右}腕=shoulder {左,右}ひじ=elbow "
    "{左,右}手首=wrist {左,右}足=hip {左,右}ひざ=knee {左,右}足首=ankle {左,右}つま先=toe {左,右}目=eye | 全ての親 センター {左,右}足ＩＫ {左,右}腕捩",
    "MMD, Japanese, centre": "センター=pelvis 上半身=spine_lower 首=neck 頭=head {左,右}肩=collar {左,右}腕=shoulder {左,右}ひじ=elbow {左,右}手首=wrist "
    "{左,右}足=hip {左,右}ひざ=knee {左,右}足首=ankle",
    "German": "Becken=pelvis Wirbelsäule=spine_lower Brust=spine_middle Hals=neck Kopf=head {Linke,Rechte}Schulter=shoulder "
    "{Linker,Rechter}Ellbogen=elbow {Linkes,Rechtes}Handgelenk=wrist {Linke,Rechte}Hand=hand {Linke,Rechte}Hüfte=hip {Linkes,Rechtes}Knie=knee "
    "{Linker,Rechter}Knöchel=ankle {Linker,Rechter}Fuß=foot",
    "German, bones": "Becken=pelvis Kopf=head Oberarm_{links,rechts}=shoulder Unterarm_{links,rechts}=elbow Hand_{links,rechts}=wrist "
    "Oberschenkel_{links,rechts}=hip Unterschenkel_{links,rechts}=knee Fuss_{links,rechts}=ankle Zehe_{links,rechts}=toe",
    "French": "bassin=pelvis colonne=spine_lower poitrine=spine_middle cou=neck tete=head epaule_{gauche,droite}=shoulder coude_{gauche,droit}=elbow "
    "poignet_{gauche,droit}=wrist main_{gauche,droite}=hand hanche_{gauche,droite}=hip genou_{gauche,droit}=knee cheville_{gauche,droite}=ankle "
    "pied_{gauche,droit}=foot",
    "Spanish": "cadera=pelvis columna=spine_lower pecho=spine_middle cuello=neck cabeza=head hombro_{izquierdo,derecho}=shoulder "
    "codo_{izquierdo,derecho}=elbow muneca_{izquierda,derecha}=wrist mano_{izquierda,derecha}=hand cadera_{izquierda,derecha}=hip "
    "rodilla_{izquierda,derecha}=knee tobillo_{izquierdo,derecho}=ankle pie_{izquierdo,derecho}=foot",
    "Chinese, pinyin": "kuanbu=pelvis jizhu=spine_lower xiong=spine_middle bozi=neck tou=head {zuo,you}jian=shoulder {zuo,you}zhou=elbow "
    "{zuo,you}shouwan=wrist {zuo,you}shou=hand {zuo,you}kuan=hip {zuo,you}xigai=knee {zuo,you}jiaohuai=ankle {zuo,you}jiao=foot",
    "Chinese": "骨盆=pelvis 脊柱=spine_lower 胸部=spine_middle 脖子=neck 头=head {左,右}肩=shoulder {左,右}肘=elbow {左,右}手腕=wrist {左,右}髋=hip "
    "{左,右}膝=knee {左,右}踝=ankle {左,右}脚=foot",
    # written down before the resolver was tried on them
    "BEAT": "Hips=pelvis Spine=spine_lower Spine1=spine_middle Spine2=- Spine3=spine_upper Neck=neck Neck1=- Head=head "
    "HeadEnd=head_top {R,L}Shoulder=collar {R,L}Arm=shoulder {R,L}Arm1=elbow {R,L}Hand=wrist {R,L}HandT1=- "
    "{R,L}UpLeg=hip {R,L}Leg=knee {R,L}Foot=ankle {R,L}ToeBase=toe | {R,L}FootF {R,L}ToeBaseEnd {R,L}HandR1 {R,L}HandP1",
    "GENEA/Trinity": "b_root=pelvis b_spine0=spine_lower b_spine1=spine_middle b_spine2=- b_spine3=spine_upper b_neck0=neck b_head=head "
    "b_{l,r}_shoulder=collar b_{l,r}_arm=shoulder b_{l,r}_forearm=elbow b_{l,r}_wrist=wrist b_{l,r}_upleg=hip "
    "b_{l,r}_leg=knee b_{l,r}_foot=ankle | body_world b_{l,r}_arm_twist b_{l,r}_wrist_twist b_{l,r}_talocrural "
    "b_{l,r}_subtalar b_{l,r}_transversetarsal",
    "DeepMotion": "hips_JNT=pelvis spine_JNT=spine_lower spine1_JNT=spine_middle spine2_JNT=spine_upper neck_JNT=neck head_JNT=head "
    "{l,r}_shoulder_JNT=collar {l,r}_arm_JNT=shoulder {l,r}_forearm_JNT=elbow {l,r}_hand_JNT=wrist {l,r}_upleg_JNT=hip "
    "{l,r}_leg_JNT=knee {l,r}_foot_JNT=ankle {l,r}_toebase_JNT=toe {l,r}_handThumb1_JNT=thumb",
    "Synty": "Hips=pelvis Spine_01=spine_lower Spine_02=spine_middle Spine_03=spine_upper Neck=neck Head=head Clavicle_{L,R}=collar "
    "Shoulder_{L,R}=shoulder Elbow_{L,R}=elbow Hand_{L,R}=wrist UpperLeg_{L,R}=hip LowerLeg_{L,R}=knee Ankle_{L,R}=ankle "
    "Ball_{L,R}=toe | Toes_{L,R} Eyebrows Root",
    "Quaternius": "Hips=pelvis Abdomen=spine_lower Torso=spine_middle Neck=neck Head=head Shoulder.{L,R}=collar UpperArm.{L,R}=shoulder "
    "LowerArm.{L,R}=elbow Palm.{L,R}=wrist UpperLeg.{L,R}=hip LowerLeg.{L,R}=knee Foot.{L,R}=ankle",
    "Advanced Skeleton": "Root_M=pelvis Spine1_M=spine_lower Chest_M=spine_middle Neck_M=neck Head_M=head Scapula_{L,R}=collar "
    "Shoulder_{L,R}=shoulder Elbow_{L,R}=elbow Wrist_{L,R}=wrist Hip_{L,R}=hip Knee_{L,R}=knee Ankle_{L,R}=ankle "
    "Toes_{L,R}=toe | ToesEnd_{L,R} ShoulderPart1_{L,R} ElbowPart1_{L,R}",
    "Auto-Rig Pro": "root.x=pelvis spine_01.x=spine_lower spine_02.x=spine_middle spine_03.x=spine_upper neck.x=neck head.x=head "
    "shoulder.{l,r}=collar arm_stretch.{l,r}=shoulder forearm_stretch.{l,r}=elbow hand.{l,r}=wrist thigh_stretch.{l,r}=hip "
    "leg_stretch.{l,r}=knee foot.{l,r}=ankle toes_01.{l,r}=toe | arm_twist.{l,r} c_root_master.x",
    "Genesis 9": "hip=pelvis spine1=spine_lower spine2=spine_middle spine3=- spine4=spine_upper neck1=neck head=head "
    "{l,r}_shoulder=collar {l,r}_upperarm=shoulder {l,r}_forearm=elbow {l,r}_hand=wrist {l,r}_thigh=hip {l,r}_shin=knee "
    "{l,r}_foot=ankle {l,r}_toes=toe | pelvis neck2 {l,r}_upperarmtwist1 {l,r}_thightwist1 {l,r}_pectoral",
    "GTA": "SKEL_Pelvis=pelvis SKEL_Spine0=spine_lower SKEL_Spine1=spine_middle SKEL_Spine2=- SKEL_Spine3=spine_upper "
    "SKEL_Neck_1=neck SKEL_Head=head SKEL_{L,R}_Clavicle=collar SKEL_{L,R}_UpperArm=shoulder SKEL_{L,R}_Forearm=elbow "
    "SKEL_{L,R}_Hand=wrist SKEL_{L,R}_Thigh=hip SKEL_{L,R}_Calf=knee SKEL_{L,R}_Foot=ankle SKEL_{L,R}_Toe0=toe | SKEL_ROOT "
    "MH_{L,R}_Knee RB_{L,R}_ThighRoll PH_{L,R}_Hand IK_Head",
    "Qualisys skeleton": "Hips=pelvis Spine=spine_lower Spine1=spine_middle Spine2=spine_upper Neck=neck Head=head {Left,Right}Shoulder=collar "
    "{Left,Right}Arm=shoulder {Left,Right}ForeArm=elbow {Left,Right}ForeArmRoll=- {Left,Right}Hand=wrist "
    "{Left,Right}UpLeg=hip {Left,Right}Leg=knee {Left,Right}Foot=ankle {Left,Right}ToeBase=toe",
    "Apple Vision": "head_joint=head neck_1_joint=neck {left,right}_shoulder_1_joint=shoulder {left,right}_forearm_joint=elbow "
    "{left,right}_hand_joint=wrist root=pelvis {left,right}_upLeg_joint=hip {left,right}_leg_joint=knee "
    "{left,right}_foot_joint=ankle {left,right}_eye_joint=eye {left,right}_ear_joint=ear",
    "Vision 3D": "root=pelvis spine=spine_lower centerShoulder=neck_base centerHead=head topHead=head_top {left,right}Shoulder=shoulder "
    "{left,right}Elbow=elbow {left,right}Wrist=wrist {left,right}Hip=hip {left,right}Knee=knee {left,right}Ankle=ankle",
    "ZED 34": "PELVIS=pelvis NAVAL_SPINE=spine_lower CHEST_SPINE=spine_middle NECK=neck {LEFT,RIGHT}_CLAVICLE=collar "
    "{LEFT,RIGHT}_SHOULDER=shoulder {LEFT,RIGHT}_ELBOW=elbow {LEFT,RIGHT}_WRIST=wrist {LEFT,RIGHT}_HAND=hand "
    "{LEFT,RIGHT}_HANDTIP=hand_tip {LEFT,RIGHT}_THUMB=thumb {LEFT,RIGHT}_HIP=hip {LEFT,RIGHT}_KNEE=knee "
    "{LEFT,RIGHT}_ANKLE=ankle {LEFT,RIGHT}_FOOT=foot HEAD=head NOSE=nose {LEFT,RIGHT}_EYE=eye {LEFT,RIGHT}_EAR=ear "
    "{LEFT,RIGHT}_HEEL=heel",
    "ZED 38": "PELVIS=pelvis SPINE_1=spine_lower SPINE_2=spine_middle SPINE_3=spine_upper NECK=neck NOSE=nose {LEFT,RIGHT}_EYE=eye "
    "{LEFT,RIGHT}_EAR=ear {LEFT,RIGHT}_CLAVICLE=collar {LEFT,RIGHT}_SHOULDER=shoulder {LEFT,RIGHT}_ELBOW=elbow "
    "{LEFT,RIGHT}_WRIST=wrist {LEFT,RIGHT}_HIP=hip {LEFT,RIGHT}_KNEE=knee {LEFT,RIGHT}_ANKLE=ankle {LEFT,RIGHT}_BIG_TOE=toe "
    "{LEFT,RIGHT}_HEEL=heel | {LEFT,RIGHT}_SMALL_TOE",
    "MB-Lab": "pelvis=pelvis spine01=spine_lower spine02=spine_middle spine03=spine_upper neck=neck head=head clavicle_{L,R}=collar "
    "upperarm_{L,R}=shoulder lowerarm_{L,R}=elbow hand_{L,R}=wrist thigh_{L,R}=hip calf_{L,R}=knee foot_{L,R}=ankle "
    "toes_{L,R}=toe thumb01_{L,R}=thumb | root upperarm_twist_{L,R} calf_twist_{L,R} breast_{L,R}",
    "iClone BVH": "Hip=pelvis Waist=spine_lower Spine01=spine_middle Spine02=spine_upper NeckTwist01=neck Head=head {L,R}_Clavicle=collar "
    "{L,R}_Upperarm=shoulder {L,R}_Forearm=elbow {L,R}_Hand=wrist {L,R}_Thigh=hip {L,R}_Calf=knee {L,R}_Foot=ankle "
    "{L,R}_ToeBase=toe | BoneRoot Pelvis {L,R}_UpperarmTwist01",
    "OpenCap augmented video": "Neck=neck {R,L}Shoulder=shoulder {R,L}Elbow=elbow {R,L}Wrist=wrist midHip=pelvis {R,L}Hip=hip {R,L}Knee=knee "
    "{R,L}Ankle=ankle {R,L}BigToe=toe {R,L}SmallToe=- {R,L}Heel=heel",
    "SMPL fbx": "m_avg_Pelvis=pelvis m_avg_{L,R}_Hip=hip m_avg_Spine1=spine_lower m_avg_{L,R}_Knee=knee m_avg_Spine2=spine_middle "
    "m_avg_{L,R}_Ankle=ankle m_avg_Spine3=spine_upper m_avg_{L,R}_Foot=foot m_avg_Neck=neck m_avg_{L,R}_Collar=collar "
    "m_avg_Head=head m_avg_{L,R}_Shoulder=shoulder m_avg_{L,R}_Elbow=elbow m_avg_{L,R}_Wrist=wrist m_avg_{L,R}_Hand=hand",
    "Captury": "Hips=pelvis Spine=spine_lower Spine1=- Spine2=spine_middle Spine3=- Spine4=spine_upper Neck=neck Head=head HeadEE=- "
    "{Left,Right}Shoulder=collar {Left,Right}Arm=shoulder {Left,Right}ForeArm=elbow {Left,Right}Hand=wrist "
    "{Left,Right}UpLeg=hip {Left,Right}Leg=knee {Left,Right}Foot=ankle {Left,Right}ToeBase=toe",
    "HDM05 BVH": "hip=pelvis {l,r}hipjoint=- {l,r}femur=hip {l,r}tibia=knee {l,r}foot=ankle {l,r}toes=toe lowerback=spine_lower "
    "upperback=spine_middle thorax=spine_upper lowerneck=neck upperneck=- head=head {l,r}clavicle=collar "
    "{l,r}humerus=shoulder {l,r}radius=elbow {l,r}wrist=wrist {l,r}hand=hand {l,r}thumb=thumb",
    "Berkeley MHAD": "Hips=pelvis spine=spine_lower spine1=spine_middle spine2=spine_upper Neck=neck Head=head {Left,Right}Shoulder=collar "
    "{Left,Right}Arm=shoulder {Left,Right}ArmRoll=- {Left,Right}ForeArm=elbow {Left,Right}ForeArmRoll=- "
    "{Left,Right}Hand=wrist {Left,Right}UpLeg=hip {Left,Right}UpLegRoll=- {Left,Right}Leg=knee {Left,Right}LegRoll=- "
    "{Left,Right}Foot=ankle {Left,Right}ToeBase=toe",
    "Halpe names": "Nose=nose {L,R}Eye=eye {L,R}Ear=ear {L,R}Shoulder=shoulder {L,R}Elbow=elbow {L,R}Wrist=wrist {L,R}Hip=hip "
    "{L,R}Knee=knee {L,R}ankle=ankle Head=head Neck=neck Hip=pelvis {L,R}BigToe=toe {L,R}SmallToe=- {L,R}Heel=heel",
    "H36M names": "Hip=pelvis {R,L}Hip=hip {R,L}Knee=knee {R,L}Foot=ankle Spine=spine_lower Thorax=spine_upper Head=head "
    "{R,L}Shoulder=shoulder {R,L}Elbow=elbow {R,L}Wrist=wrist",
    "CrowdPose/PoseTrack": "head_bottom=neck head_top=head_top nose=nose {left,right}_ear=ear {left,right}_shoulder=shoulder "
    "{left,right}_elbow=elbow {left,right}_wrist=wrist {left,right}_hip=hip {left,right}_knee=knee {left,right}_ankle=ankle",
    "Nuitrack short": "waist=pelvis torso=spine_middle neck=neck head=head {left,right}_collar=collar {left,right}_shoulder=shoulder "
    "{left,right}_elbow=elbow {left,right}_wrist=wrist {left,right}_hand=hand {left,right}_hip=hip {left,right}_knee=knee "
    "{left,right}_ankle=ankle",
    "Russian": "Таз=pelvis Позвоночник=spine_lower Шея=neck Голова=head {Левое,Правое}Плечо=shoulder {Левый,Правый}Локоть=elbow "
    "{Левое,Правое}Запястье=wrist {Левое,Правое}Бедро=hip {Левое,Правое}Колено=knee {Левая,Правая}Лодыжка=ankle",
    "Korean": "골반=pelvis 척추=spine_lower 목=neck 머리=head {왼쪽,오른쪽}어깨=shoulder {왼쪽,오른쪽}팔꿈치=elbow {왼쪽,오른쪽}손목=wrist {왼쪽,오른쪽}엉덩이=hip "
    "{왼쪽,오른쪽}무릎=knee {왼쪽,오른쪽}발목=ankle",
    "Italian": "bacino=pelvis colonna=spine_lower collo=neck testa=head spalla_{sinistra,destra}=shoulder "
    "gomito_{sinistro,destro}=elbow polso_{sinistro,destro}=wrist anca_{sinistra,destra}=hip "
    "ginocchio_{sinistro,destro}=knee caviglia_{sinistra,destra}=ankle piede_{sinistro,destro}=foot",
    "Portuguese": "quadril=pelvis coluna=spine_lower pescoço=neck cabeça=head ombro_{esquerdo,direito}=shoulder "
    "cotovelo_{esquerdo,direito}=elbow pulso_{esquerdo,direito}=wrist quadril_{esquerdo,direito}=hip "
    "joelho_{esquerdo,direito}=knee tornozelo_{esquerdo,direito}=ankle",
    "Dutch": "bekken=pelvis wervelkolom=spine_lower nek=neck hoofd=head {linker,rechter}schouder=shoulder "
    "{linker,rechter}elleboog=elbow {linker,rechter}pols=wrist {linker,rechter}heup=hip {linker,rechter}knie=knee "
    "{linker,rechter}enkel=ankle",
    "camel lower short": "{l,r}Sho=shoulder {l,r}Elb=elbow {l,r}Wri=wrist {l,r}Hip=hip {l,r}Kne=knee {l,r}Ank=ankle nose=nose neck=neck",
    "RSho LSho op": "Nose=nose Neck=neck {R,L}Sho=shoulder {R,L}Elb=elbow {R,L}Wr=wrist {R,L}Hip=hip {R,L}Knee=knee {R,L}Ank=ankle "
    "{R,L}Eye=eye {R,L}Ear=ear",
    "Meshcapade/ SMPL-X bl": "pelvis=pelvis {left,right}_hip=hip spine1=spine_lower {left,right}_knee=knee spine2=spine_middle "
    "{left,right}_ankle=ankle spine3=spine_upper {left,right}_foot=foot neck=neck {left,right}_collar=collar head=head "
    "{left,right}_shoulder=shoulder {left,right}_elbow=elbow {left,right}_wrist=wrist jaw=jaw {left,right}_eye_smplhf=eye "
    "{left,right}_thumb1=thumb",
    "Brekel": "Body_0:hips=pelvis Body_0:spine=spine_lower Body_0:chest=spine_middle Body_0:neck=neck Body_0:head=head "
    "Body_0:shoulder_{L,R}=shoulder Body_0:elbow_{L,R}=elbow Body_0:wrist_{L,R}=wrist Body_0:hip_{L,R}=hip "
    "Body_0:knee_{L,R}=knee Body_0:ankle_{L,R}=ankle",
}  # fmt: skip

# Labels of optical markers, set by set, and what each sits at; "-" where it sits at no joint (then it must not be taken for one).
MARKERS: dict[str, str] = {
    "Helen Hayes": "sacrum=pelvis {r,l}.asis=hip {r,l}.thigh=- {r,l}.bar.1=- {r,l}.bar.2=- {r,l}.knee.1=knee {r,l}.knee.2=- {r,l}.mall=ankle "
    "{r,l}.met=toe {r,l}.heel=heel {r,l}.should=shoulder c7=neck",
    "Plug-in Gait": "{L,R}FHD=- {L,R}BHD=- C7=neck T10=spine_middle CLAV=neck_base STRN=spine_upper RBAK=- {L,R}SHO=shoulder {L,R}UPA=- "
    "{L,R}ELB=elbow {L,R}FRM=- {L,R}WRA=wrist {L,R}WRB=- {L,R}FIN=hand {L,R}ASI=hip {L,R}PSI=- {L,R}THI=- {L,R}KNE=knee {L,R}TIB=- "
    "{L,R}ANK=ankle {L,R}HEE=heel {L,R}TOE=toe",
    "Conventional gait 2": "{L,R}ASI=hip {L,R}PSI=- {L,R}THI=- {L,R}THAP=- {L,R}THAD=- {L,R}KNE=knee {L,R}KNM=- {L,R}TIAP=- {L,R}TIAD=- {L,R}TIB=- "
    "{L,R}ANK=ankle {L,R}MED=- {L,R}HEE=heel {L,R}TOE=toe {L,R}FMH=- {L,R}SMH=- {L,R}VMH=-",
    "CAST": "{L,R}IAS=- {L,R}IPS=- {L,R}FTC=- {L,R}FLE=- {L,R}FME=- {L,R}FAX=- {L,R}TTC=- {L,R}FCC=- {L,R}FAL=- {L,R}TAM=- {L,R}FM1=- {L,R}FM2=- "
    "{L,R}FM5=- CV7=- TV10=- SXS=- SJN=- {L,R}CAJ=- {L,R}HLE=- {L,R}HME=- {L,R}RSP=- {L,R}USP=- {L,R}HM2=-",
    "OpenSim gait2392": "R.Acromium=- Top.Head=head_top Sternum=spine_upper V.Sacral=- {R,L}.ASIS=hip {R,L}.PSIS=- {R,L}.Thigh.Upper=- "
    "{R,L}.Thigh.Front=- {R,L}.Thigh.Rear=- {R,L}.Knee.Lat=knee {R,L}.Knee.Med=- {R,L}.Shank.Upper=- {R,L}.Shank.Front=- {R,L}.Shank.Rear=- "
    "{R,L}.Ankle.Lat=ankle {R,L}.Ankle.Med=- {R,L}.Heel=heel {R,L}.Midfoot.Sup=- {R,L}.Midfoot.Lat=- {R,L}.Toe.Tip=toe {R,L}.Toe.Lat=- "
    "{R,L}.Toe.Med=-",
    "OptiTrack baseline": "WaistLFront=left_hip WaistRFront=right_hip WaistLBack=- WaistRBack=- BackTop=- BackLeft=- BackRight=- HeadTop=head_top HeadFront=- "
    "HeadSide=- {L,R}ShoulderBack=- {L,R}ShoulderTop=shoulder {L,R}ElbowOut=elbow {L,R}UArmHigh=- {L,R}HandOut=hand {L,R}WristOut=wrist {L,R}WristIn=- "
    "{L,R}KneeOut=knee {L,R}AnkleOut=ankle {L,R}ToeOut=toe {L,R}ToeIn=- {L,R}HandIn=-",
    "Clusters": "{L,R}TH1=- {L,R}TH2=- {L,R}TH3=- {L,R}TH4=- {L,R}SK1=- {L,R}SK2=- {L,R}SK3=- {L,R}SK4=- {L,R}UA1=- {L,R}UA2=- {L,R}FA1=- {L,R}FA2=- "
    "Pelvis1=- Pelvis2=- Trunk1=- Trunk2=- M001=- M002=- Marker1=- uname*1=- *22=- Traj_3=- Unlabeled_7=-",
    "Words": "rear=- tear=- pear=- lamp=- rope=- label=- ruler=- lens=- lid=- rail=- road=- reel=- lips=- limb=- ring=- rib=- lung=- larynx=- "
    "handle=- handlebar=- kneel=- shouldered=- necklace=- earring=- headset=- footstep=- chestnut=- armchair=- elbowroom=- toecap=- "
    "backpack=- legend=- hipster=- footprint=- handrail=- archer=- spinet=- headline=- kneecap=- footer=-",
}  # fmt: skip


def expanded(table: str) -> list[tuple[str, str | None]]:
    """(name, its body point or None) for each name of a row; "{L,R}" gives two, with their sides before the point."""
    known, _, unknown = table.partition(" | ")
    rows: list[tuple[str, str | None]] = []
    for word in known.split():
        name, _, point = word.rpartition("=")
        rows += _both(name, None if point == "-" else point)
    return rows + [row for name in unknown.split() for row in _both(name, None)]


def _both(name: str, point: str | None) -> list[tuple[str, str | None]]:
    found = re.search(r"\{([^,}]*),([^}]*)\}", name)
    if found is None:
        return [(name, point)]
    rows = []
    for word in found.groups():
        side = "right" if re.match(r"j?r|dro|der|des|dir|прав|오른|you|右", word.lower()) else "left"
        rows.append((name.replace(found.group(), word), point and f"{side}_{point}"))
    return rows


def rig_results() -> dict[str, tuple[int, int, list[str]]]:
    """Rig -> (joints of the body understood, joints of the body, what went wrong)."""
    results = {}
    for rig, table in RIGS.items():
        rows = expanded(table)
        points = body_points([name for name, _ in rows])
        expected = [(name, right, point) for (name, right), point in zip(rows, points, strict=True) if right]
        wrong = [f"{name}: {point} for {right}" for name, right, point in expected if point != right]
        wrong += [f"{n}: {p} for none" for (n, right), p in zip(rows, points, strict=True) if right is None and p]
        results[rig] = sum(right == point for _, right, point in expected), len(expected), wrong
    return results


def false_friends() -> tuple[int, list[str]]:
    """How many marker labels and words were tried, and those that were taken for a joint at which they do not sit."""
    wrong, count = [], 0
    for group, table in MARKERS.items():
        rows = expanded(table)
        points = body_points([name for name, _ in rows])
        count += len(rows)
        wrong += [
            f"{group}: {name}: {point}"
            for (name, right), point in zip(rows, points, strict=True)
            if point not in (None, right)
        ]
    return count, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--verbose", action="store_true", help="also print each joint that is not understood")
    arguments = parser.parse_args()
    results = rig_results()
    for rig, (good, count, wrong) in results.items():
        print(
            f"{rig:<24}{good:>3} of {count:<3} {good / count:.0%}"
            + (f"  {'; '.join(wrong)}" if arguments.verbose else "")
        )
    good, count = (sum(result[i] for result in results.values()) for i in (0, 1))
    least = min(result[0] / result[1] for result in results.values())
    tried, wrong = false_friends()
    print(
        f"{len(results)} rigs: {good} of {count} joints of the body understood ({good / count:.1%}), at least {least:.0%} of a rig's"
    )
    print(f"{tried} labels of markers and other words: {len(wrong)} false friends {'; '.join(wrong)}")
    return 0 if least >= 0.95 and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
