"""The mean of models that were trained from one another, which often names more than any of them alone.

    python -m skeletonllm_hf.training.soup --of runs/joint/final 0.7 --of runs/read/reading 0.3 --out runs/mean

After Wortsman et al. 2022, "Model soups" and "Robust fine-tuning of zero-shot models". Everything but the weights
is the first model's.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoTokenizer

from ..arguments import ArgumentParser
from ..model.modeling_skeletonllm import SkeletonLLMForConditionalGeneration
from ..model.processing_skeletonllm import SkeletonLLMProcessor


@torch.no_grad()
def soup(folders: Sequence[Path], shares: Sequence[float], out: Path) -> None:
    """Writes the weighted mean of checkpoints to a folder.

    Args:
        folders: of checkpoints with the same tensors and the same vocabulary.
        shares: what each counts, above 0, together 1.
        out: where it goes, with the first one's processor.

    Raises:
        ValueError: shares that are not such, checkpoints that differ in their tensors or vocabularies.
    """
    if len(folders) != len(shares) or any(not share > 0 for share in shares) or not math.isclose(sum(shares), 1.0):
        raise ValueError(f"expected a share above 0 for each of {len(folders)} models, together 1, got {list(shares)}")
    model = SkeletonLLMForConditionalGeneration.from_pretrained(folders[0])
    processor = SkeletonLLMProcessor.from_pretrained(folders[0])
    mean = {name: tensor * shares[0] for name, tensor in model.state_dict().items() if tensor.is_floating_point()}
    for folder, share in zip(folders[1:], shares[1:], strict=True):
        other = SkeletonLLMForConditionalGeneration.from_pretrained(folder).state_dict()
        differing = {n for n, t in model.state_dict().items() if n not in other or other[n].shape != t.shape}
        if names := sorted(differing | (set(other) - set(model.state_dict()))):
            raise ValueError(f"{folder}: expected the tensors of {folders[0]}, these differ: {', '.join(names[:5])}")
        if AutoTokenizer.from_pretrained(folder).get_vocab() != processor.tokenizer.get_vocab():
            raise ValueError(f"{folder}: expected the vocabulary of {folders[0]}")
        for name, tensor in mean.items():
            tensor += other[name] * share
    model.load_state_dict(mean, strict=False)
    model.save_pretrained(out)
    processor.save_pretrained(out)


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--of", nargs=2, action="append", required=True, metavar=("FOLDER", "SHARE"), help="again for each model"
    )
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    soup([Path(folder) for folder, _ in arguments.of], [float(share) for _, share in arguments.of], arguments.out)


if __name__ == "__main__":
    main()
