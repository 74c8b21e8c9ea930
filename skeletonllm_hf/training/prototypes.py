"""Prototypes: what clips of known movements look like in the space that clips and sentences share, kept with the model.

    python -m skeletonllm_hf.training.prototypes --model FOLDER
    python -m skeletonllm_hf.training.prototypes --joints FILE

Words that training gave no clip still lie near to words of movements that the generator can show. Labels lean towards these clips
(`MotionTextAlignment.leaned`). It takes some minutes, once, after training and after means of weights are taken: FOLDER's weights
and configuration, or the joint encoders' FILE, are written anew.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tqdm import tqdm
from transformers.utils import CONFIG_NAME, SAFE_WEIGHTS_NAME

from ..answering.looks import Looks
from ..answering.scorers.embedding import Meaning, label_vectors, text_vectors
from ..arguments import ArgumentParser
from ..files import write_whole
from ..joints import JointEncoder, JointEncoders, load_joint_encoders
from ..joints.encoder import save_joint_encoders
from ..model.skeleton import SkeletonSequence
from ..synthetic import (
    ACTIONS,
    INTERACTIONS,
    SYNTHETIC_LAYOUTS,
    MotionOptions,
    compose_with_truth,
    find_action,
    generate,
    variants,
)
from .checkpoints import save_tensors
from .nano_data import OPTIONS

OF_AN_ACTION = 6  # clips, of which a prototype is the mean
COMPOSITIONS = 1200  # of the grammar of movements, each a prototype by itself
FIRST_SEED, FIRST_COMPOSITION = 9_000, 7_000_000
AT_ONCE = 16  # clips


def set_prototypes(
    model: Any,
    processor: Any,
    compositions: int = COMPOSITIONS,
    of_an_action: int = OF_AN_ACTION,
    unseen: Collection[str] = (),
) -> None:
    """Makes the model's prototypes: of each listed action, of those with a side or a direction, and of random compositions of movements.

    Args:
        model: a `SkeletonLLMForConditionalGeneration` with an alignment.
        processor: its `SkeletonLLMProcessor`.
        compositions: how many.
        of_an_action: clips of each action.
        unseen: actions that are left out, with what is a kind of the same.
    """
    names, barred, clips = action_clips(of_an_action, unseen)
    looks = _means(_embedded(Looks(model, processor, 1).motion, clips), of_an_action)
    texts = text_vectors(model, names)
    if compositions:
        layouts = SYNTHETIC_LAYOUTS
        composed = [
            compose_with_truth(
                FIRST_COMPOSITION + number, layout=layouts[number % len(layouts)], options=OPTIONS, exclude=barred
            )
            for number in range(compositions)
        ]
        looks = torch.cat([looks, _embedded(Looks(model, processor, 1).motion, [clip for clip, _ in composed])])
        texts = torch.cat([texts, label_vectors(model, [Meaning(truth.labels[0]) for _, truth in composed])])
    model.config.prototypes, model.config.named_prototypes = len(looks), list(names)
    model.alignment.named = len(names)
    weight = model.alignment.text_skip.weight
    for name, values in (("prototypes", looks), ("prototype_texts", texts)):
        model.alignment.register_buffer(name, values.to(weight))


def joint_prototypes(encoder: JointEncoder, of_an_action: int = OF_AN_ACTION) -> tuple[JointEncoder, list[str]]:
    """A joint encoder with prototypes of all listed actions and of those with a side or a direction, and their names."""
    names, _, clips = action_clips(of_an_action)
    looks = _means(_embedded(JointEncoders([encoder.eval()]).embedded, clips), of_an_action)
    tensors = encoder.state_dict() | {
        "alignment.prototypes": looks,
        "alignment.prototype_texts": label_vectors(encoder, [Meaning(name) for name in names]),
    }
    known = JointEncoder(encoder.alignment.text_skip.in_features, len(names)).eval()
    known.load_state_dict(tensors)
    return known, names


def action_clips(
    of_an_action: int = OF_AN_ACTION, unseen: Collection[str] = ()
) -> tuple[list[str], list[str], list[SkeletonSequence]]:
    """Names of listed actions and of those with a side or a direction; actions that are left out; so many clips of each name in turn."""
    kinds, layouts = {find_action(name).kind for name in unseen}, SYNTHETIC_LAYOUTS
    names = [name for name in (*ACTIONS, *INTERACTIONS) if find_action(name).kind not in kinds]
    barred = [name for name in ACTIONS if find_action(name).kind in kinds]
    sided = {name: variant for name, variant in variants().items() if variant.action in names}
    names += sided

    def clip(number: int, name: str, take: int) -> SkeletonSequence:
        layout, seed, options = layouts[(7 * number + take) % len(layouts)], FIRST_SEED + take, MotionOptions()
        if name in sided:
            return generate(sided[name].action, layout=layout, seed=seed, options=sided[name].options(take, options))
        return generate(name, layout=layout, seed=seed, options=options)

    return (
        names,
        barred,
        [clip(number, name, take) for number, name in enumerate(names) for take in range(of_an_action)],
    )


def _means(looks: torch.Tensor, of_an_action: int) -> torch.Tensor:
    """(actions, size), normalised, of (actions * clips, size)."""
    return F.normalize(looks.unflatten(0, (-1, of_an_action)).mean(1), dim=-1)


def _embedded(embed: Callable[[list[SkeletonSequence]], torch.Tensor], clips: list[SkeletonSequence]) -> torch.Tensor:
    """(clips, size) float32 on the CPU, normalised; one look at each."""
    starts = tqdm(range(0, len(clips), AT_ONCE), desc="prototypes", unit="batch", disable=None)
    return torch.cat([embed(clips[start : start + AT_ONCE]) for start in starts])


def main() -> None:
    from ..answering.loading import load

    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--model", type=Path, help="folder of a model with an alignment")
    which.add_argument("--joints", type=Path, help="file of joint encoders")
    parser.add_argument(
        "--unseen",
        action="append",
        default=[],
        metavar="ACTION",
        help="leave out this action, to test with; may be repeated",
    )
    arguments = parser.parse_args()
    if arguments.joints:
        known = [joint_prototypes(member) for member in load_joint_encoders(arguments.joints)[0].members]
        save_joint_encoders(JointEncoders([member for member, _ in known]), known[0][1], arguments.joints)
        print(arguments.joints)
        return
    folder = arguments.model
    answerer = load(str(folder))
    set_prototypes(answerer.model, answerer.processor, unseen=arguments.unseen)
    alignment = answerer.model.alignment
    tensors = load_file(folder / SAFE_WEIGHTS_NAME)
    dtype = tensors["alignment.text_skip.weight"].dtype  # of what is saved, whatever it was loaded in
    for name in ("prototypes", "prototype_texts"):
        tensors[f"alignment.{name}"] = getattr(alignment, name).to(dtype)
    save_tensors(tensors, folder / SAFE_WEIGHTS_NAME)
    settings = json.loads((folder / CONFIG_NAME).read_text(encoding="utf-8"))
    config = answerer.model.config
    settings |= {"prototypes": config.prototypes, "named_prototypes": config.named_prototypes}
    text = json.dumps(settings, indent=2, sort_keys=True) + "\n"
    write_whole(folder / CONFIG_NAME, lambda path: path.write_text(text, encoding="utf-8"))
    print(f"{folder}: {len(alignment.prototypes)} prototypes")


if __name__ == "__main__":
    main()
