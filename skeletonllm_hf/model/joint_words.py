"""Words of joint names, in the languages and abbreviations of rigs: tables that `joint_names.py` reads.

`SPELLINGS`: English word(s) -> how files spell them. Names are cut into these words (`joint_names.words_of`), also where they
are glued together (`rshoulder`), and then matched against `PHRASES`.
"""

from __future__ import annotations

LEFT, RIGHT = "left", "right"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Letters and words of a side. Single letters count only where they stand alone or at the edge of a glued word.
SIDES: dict[str, str] = {
    LEFT: "left lewy lewa lewe vänster l lft lt links linker linke linkes gauche левое левый левая лев 왼쪽 왼 izquierda izquierdo izq sinistra sinistro sx esquerda esquerdo esq "
    "zuo hidari 左",
    RIGHT: "right prawy prawa prawe höger r rgt rt rechts rechter rechte rechtes droite правое правый правая прав 오른쪽 오른 droit derecha derecho der dcha destra destro dx direita direito "
    "dir you migi 右",
}  # fmt: skip

SPELLINGS: dict[str, str] = {
    # where on a part
    "upper": "upper up upr uppr ober obere superior",
    "lower": "lower low lo lwr lowr unter untere inferior",
    "middle": "middle mid mitte",
    "bottom": "bottom",
    "center": "center centre centro",
    "inner": "inner in",
    "outer": "outer out",
    "top": "top",
    "end": "end nub",
    "tip": "tip",
    "side": "side",
    "front": "front",
    "back": "back rear",
    "big": "big",
    "small": "small",
    "base": "base",
    "joint": "joint",
    # trunk
    "pelvis": "pelvis miednica pelv becken bekken таз 골반 bassin bacino bacia caderas hanches hips hueften hüften anche "
    "tunbu kuanbu hara 臀部 骨盆 腰部",
    "hip": "hip biodro höft hofte heup бедро 엉덩이 hipjoint hipbone huefte hüfte hanche cadera anca quadril kuan kuanguanjie 髋 股関節",
    "root": "root cog centerofmass センター せんたー",
    "lower body": "下半身 lowerbody xiabanshen kahanshin",
    "upper body": "上半身 upperbody shangbanshen jouhanshin",
    "spine": "spine spin backbone wervelkolom позвоночник 척추 wirbelsaeule wirbelsäule wirbel colonne columna colonna coluna rachis jizhu sebone "
    "脊柱 脊椎 vertebra",
    "spinal": "spinal",
    "navel": "navel naval",
    "chest": "chest chst ribcage borst грудь 가슴 brust poitrine pecho petto peito xiong xiongbu 胸 胸部",
    "thorax": "thorax",
    "torso": "torso trunk torse tronco rumpf dorso",
    "abdomen": "abdomen abd abdo ab belly stomach bauch ventre vientre addome barriga 腹",
    "waist": "waist taille cintura vita yao koshi 腰",
    "neck": "neck szyja nek шея 목 hals nacken cou cuello collo pescoco pescoço bo bozi jing kubi 首 颈 頸 脖子",
    "head": "head głowa glowa huvud hoved hed hoofd голова 머리 kopf tete tête cabeza testa cabeca cabeça tou atama toubu 頭 头 头部",
    "skull": "skull",
    # face
    "nose": "nose neus нос 코 nase nez nariz naso hana 鼻",
    "eye": "eye auge oeil ojo occhio olho 目",
    "ear": "ear ohr oreille oreja orecchio orelha",
    "mouth": "mouth lips",
    "jaw": "jaw chin kiefer",
    # arm
    "collar": "collar collarbone clavicle clav clavicule clavicula clavícula clavicola scapula schluesselbein schlüsselbein "
    "suogu 锁骨 鎖骨 肩c",
    "shoulder": "shoulder bark axel schouder sho плечо 어깨 shldr shld should schulter epaule épaule hombro spalla ombro jian jianbu kata 肩",
    "arm": "arm bras brazo braccio braco braço ude 腕",
    "upper arm": "upperarm uparm uarm oberarm dabi shangbi 上腕 上臂 humerus upa",
    "fore arm": "forearm farm foreram frarm unterarm avantbras antebrazo avambraccio antebraco antebraço xiaobi qianbi 前臂 小臂 radius ulna",
    "elbow": "elbow łokieć lokiec armbåge elbw elb elleboog локоть 팔꿈치 ellbogen ellenbogen coude codo gomito cotovelo zhou zhouguanjie hiji ひじ ヒジ 肘",
    "wrist": "wrist nadgarstek handled wrst wri wr pols запястье 손목 handgelenk poignet muneca muñeca polso pulso punho wan shouwan tekubi 手首 手腕",
    "hand": "hand hnd рука кисть 손 main mano mao mão shou 手",
    "palm": "palm",
    "finger": "finger fingers fing",
    "thumb": "thumb thmb daumen pouce pulgar pollice polegar muzhi oyayubi 親指 拇指",
    "index": "index zeigefinger indice shizhi hitosashi 人指 食指",
    "middle finger": "middlefinger mittelfinger nakayubi 中指",
    "ring": "ring ringfinger kusuriyubi 薬指",
    "pinky": "pinky pinkie little kleinfinger koyubi 小指",
    # leg
    "thigh": "thigh thig femur oberschenkel cuisse muslo coscia coxa datui momo 大腿 太もも",
    "leg": "leg jambe pierna gamba perna bein ashi 足 腿",
    "upper leg": "upperleg upleg uleg oberbein",
    "knee": "knee kolano knä kne колено 무릎 knie genou rodilla ginocchio joelho xi xigai xiguanjie hiza ひざ ヒザ 膝 膝盖",
    "shin": "shin calf shank tibia unterschenkel lowerleg lowleg lleg xiaotui sune 小腿",
    "ankle": "ankle kostka fotled ankel talus ankl ank enkel лодыжка 발목 knoechel knöchel sprunggelenk cheville tobillo caviglia tornozelo huai jiaohuai jiaowan ashikubi "
    "足首 踝 脚踝",
    "heel": "heel calcaneus calcn ferse talon calcanhar tallone kakato かかと 脚跟",
    "foot": "foot stopa fot voet стопа 발 fuss fuß pied pie piede pe pé jiao 脚",
    "ball": "ball",
    "toe": "toe toes metatarsals zeh zehe zehen zehenspitze fußspitze fussspitze orteil orteils dedospie punta jiaozhi jiaojian tsumasaki つま先 爪先 脚趾",
    # parts of a chain
    "proximal": "proximal",
    "distal": "distal",
    "intermediate": "intermediate",
    "metacarpal": "metacarpal",
    "bend": "bend",
    "twist": "twist roll 捩 捩れ",
    "two": "ⅱ",
}  # fmt: skip

# Names of rigs and of the kinds of nodes: they say nothing about the body.
NOISE = _words(
    "mixamorig character characters char armature skeleton skel rig rigging metarig joint joints jnt jt jnts bone bones bn bip biped "
    "valve valvebiped def org deform cc j m c sk s g actor avatar human humanoid robot genesis genesis8 bvh bind bnd skin "
    "of the b m avg geo grp node bend stretch x xn skel ee body subject segment worldbody xsens theia pose smplx smplhf smpl rokoko mocap "
    "landmark landmarks keypoint keypoints k4abt type field full fullbody xr fb meta bd"
)  # fmt: skip
# Rigs' names that stand glued before the joint's.
PREFIXES = ("mixamorig", "character", "valvebiped", "ccbase", "metarig")

# Words of nodes that are no part of the body: controls, props, cameras, cloth; their joints are left out.
HELPERS = _words(
    "ik fk pole target ctrl control controller camera cam light prop sword weapon gun rifle shield bat bag hat helmet glasses "
    "twist roll null dummy locator loc trajectory footsteps attach attachment socket "
    "hair skirt cloth cape breast bust boob bosom pec ponytail helper corrective muscle sec phys physics ragdoll "
    "handle goal effector aim interaction com staff stick phone racket guitar bow tool props marker sleeve pouch backpack string "
    "ik親 ik 捩 操作中心 グルーブ 全ての親 stage table chair"
)  # fmt: skip

# Words of nodes above or beside the body; a name of nothing else is no joint of it ("left_hand_root" is).
ROOTS = _words(
    "root motion reference ref world scene origin floor ground offset global local main master trans transform"
)

# What a name means once its side is taken off and its words are joined by "_"; the first that fits (whole) wins.
# Numbers stand apart (`spine_2`) and may be left over; `{p}` is a bone of a finger.
PHRASES: tuple[tuple[str, str], ...] = (
    (r"eye_inner|inner_eye", "eye_inner"),
    (r"eye_outer|outer_eye", "eye_outer"),
    (r"eye(_ball)?", "eye"),
    (r"ear", "ear"),
    (r"mouth", "mouth"),
    (r"nose", "nose"),
    (r"jaw", "jaw"),
    (r"(hand_)?tip(_of_hand)?|hand_(tip|end)|finger_tip|(hand_)?(middle|middle_finger)_(3|4|tip|end|distal)", "hand_tip"),
    (r"(hand_)?thumb(_{p})*", "thumb"),
    (r"(hand_)?index(_finger)?(_{p})*|(hand_)?finger(_\d+)*", "index_finger"),
    (r"(hand_)?pinky(_finger)?(_{p})*", "pinky"),
    (r"collar|inner_shoulder", "collar"),
    (r"fore_arm|lower_arm|arm_lower|elbow", "elbow"),
    (r"upper_arm|arm_upper|shoulder_joint|arm", "shoulder"),
    (r"(hand_)?wrist", "wrist"),
    (r"hand|palm|hand_palm|paw_front|wrist_end", "hand"),
    (r"upper_leg|leg_upper|thigh|hip_joint|upper_thigh", "hip"),
    (r"lower_leg|leg_lower|shin|knee|leg|lower_thigh", "knee"),
    (r"ankle|foot_ankle", "ankle"),
    (r"heel|foot_heel|heel_back", "heel"),
    (r"toe(_base)?(_end)?|foot_index|big_toe|small_toe|ball|foot_ball|foot_(tip|end|toe)|toe_(tip|ball)|ball_toe", "toe"),
    (r"foot", "foot"),
    (r"pelvis|hip_center|center_hip|middle_hip|pelvis_(center|base|middle)|spine_base|lower_back_root|lower_torso|lower_body"
     r"|base_spine|torso_lower", "pelvis"),
    (r"head_(top_)?(top|end)|top_head|skull_top|skull", "head_top"),
    (r"head|center_head|head_center", "head"),
    (r"spine_shoulder|shoulder_center|center_shoulder|middle_shoulder|neck_base|base_neck|thorax_top|upper_spine_top", "neck_base"),
    (r"neck(_lower)?|head_base|head_bottom|lower_neck|neck_twist", "neck"),
    (r"shoulder", "shoulder"),
    (r"hip", "hip"),
)  # fmt: skip

# Joints of the trunk, from below: (phrase, height). Where a chain of them is long, its points are spread by this order.
TRUNK: tuple[tuple[str, float], ...] = (
    (r"spine_lower|lower_spine|lower_back|back_lower|abdomen|abdomen_lower|lower_abdomen|waist|spine_navel|navel_spine|navel|spine_waist", 0.0),
    (r"spine|upper_body|spinal", 1.0),
    (r"spine_middle|middle_spine|torso|abdomen_upper|upper_abdomen|upper_back|back_upper|middle_back|chest_lower|lower_chest|upper_torso"
     r"|torso_upper", 2.0),
    (r"chest|spine_chest|chest_spine|chest_middle|middle_chest", 3.0),
    (r"upper_chest|chest_upper|thorax|spine_upper|upper_spine", 4.0),
)  # fmt: skip

# Whole names (plain: lower case, letters and digits only) that no rule reads right: (side or None, point or None).
WHOLE_NAMES: dict[str, tuple[str | None, str | None]] = {
    # Xsens MVN: segments named by vertebra, and joints between segments
    "l5": (None, "spine_lower"), "l3": (None, None), "t12": (None, "spine_middle"), "t8": (None, "spine_upper"),
    "jl5s1": (None, "spine_lower"), "jl4l3": (None, None), "jl1t12": (None, "spine_middle"), "jt9t8": (None, "spine_upper"),
    "jt1c7": (None, "neck_base"), "jc1head": (None, "head"), "jrightballfoot": (RIGHT, "toe"), "jleftballfoot": (LEFT, "toe"),
    "jrightt4shoulder": (RIGHT, "collar"), "jleftt4shoulder": (LEFT, "collar"), "jrightc7shoulder": (RIGHT, "collar"),
    "jleftc7shoulder": (LEFT, "collar"),
    # segments of Plug-in Gait: their origins and upper ends
    "pelo": (None, "pelvis"), "trxo": (None, "neck_base"), "hedo": (None, "head"),
    **{f"{side[0]}{short}": (side, point) for side in (LEFT, RIGHT) for short, point in (
        ("fep", "hip"), ("feo", "knee"), ("tio", "ankle"), ("too", "toe"), ("clo", "shoulder"), ("huo", "elbow"), ("rao", "wrist"), ("hno", "hand"))},
    # two letters a joint
    "hd": (None, "head"), "nk": (None, "neck"),
    **{f"{side[0]}{short}": (side, point) for side in (LEFT, RIGHT) for short, point in (
        ("sh", "shoulder"), ("el", "elbow"), ("wr", "wrist"), ("hp", "hip"), ("kn", "knee"), ("an", "ankle"))},
}  # fmt: skip

# Labels of optical markers that no bone is called by: two of them, and the names are those of markers, not of joints.
MARKER_SIGNS = _words(
    "asi asis psi psis fhd bhd wra wrb sacr sacrum strn stern sternum c7 t10 clav rbak bar mall malleolus malleoli met mt1 mt5 5th "
    "epicondyle condyle acromion acr tragus iliac trochanter troch greater ics lep mep lek mek elb kne ank hee tib thi frm upa fin sho toe1 "
    "asias psias hjc kjc ajc sjc ejc wjc med lat medial lateral tubercle xiphoid xyph styloid ulnar radial mtp cluster "
    "kneeouter elbowouter wristouter ankleouter handouter heelback forefootouter shouldertop waistfront"
)  # fmt: skip

# Where skin markers sit, by their words without the side; anything else of a marker set is left without a meaning: a marker on the
# middle of the thigh is no hip.
MARKERS: tuple[tuple[str, str], ...] = (
    (r"sacr|sacrum|sacral", "pelvis"),
    (r"asis?|asi|waist_front|anterior_superior_iliac_spine|hjc", "hip"),
    (r"knee(_\d)?|knee_(lat|lateral|outer)|kne|(lat|lateral)_knee|(lat|lateral)_femoral_(epi)?condyle|lek|knee_joint|kjc", "knee"),
    (r"mall|ank|ankle(_\d)?|ankle_(lat|lateral|outer)|(lat|lateral)_(mall|malleolus)|(lat|lateral)_ankle|malleolus|ajc", "ankle"),
    (r"heel|hee|calc|calcaneus|heel_back", "heel"),
    (r"met|toe(_\d)?|mt2|2nd_met|toe_(outer|inner)|big_toe|second_toe|toe_tip", "toe"),
    (r"shoulder|sho|acr|acromion|shoulder_top|shoulder_joint|sjc", "shoulder"),
    (r"elb|elbow(_\d)?|elbow_(lat|lateral|outer)|(lat|lateral)_elbow|(lat|lateral)_epicondyle|lep|ejc", "elbow"),
    (r"wra|wrist(_\d)?|wrist_(outer|radial|thumb)|(radial|rad)_wrist|wjc", "wrist"),
    (r"fin|hand|hand_(outer|back)|finger", "hand"),
    (r"c7|spine_top", "neck"),
    (r"clav|jugular|incisura_jugularis|ij", "neck_base"),
    (r"strn|sternum|stern|chest", "spine_upper"),
    (r"t10|back_\d", "spine_middle"),
    (r"head_top|top_head|vertex", "head_top"),
)  # fmt: skip
