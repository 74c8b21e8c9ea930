"""The training data of nano: filmed and synthetic clips in the shares of its recipe, and the shares of tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from ..describe import rationale
from ..lexicon import load_lexicon
from ..model.answers import conversation_text
from ..synthetic import ALIASES, MotionOptions, find_action
from . import ahead
from .augment import facing
from .clips import FilmedClips, LabelledClip
from .mixture import ExampleMaker, Planned
from .recipe import Recipe
from .synthetic_clips import SyntheticClips
from .tasks import TaskSampler
from .wordings import Wordings

ALIAS = 0.3  # of the synthetic labels are another name of the action, datasets' own among them
COMPOSITE = 0.2  # of the listed synthetic clips: two actions, one after the other
LABEL = 0.28  # of the texts about synthetic clips are labels; captions as the recipe says; the others are questions
HARD = 4.0  # times as often are questions for counts and order asked as others
CANDIDATES = (3, 8)  # that multiple choice lists
# A model that sees few frames counts badly: captions do not count, and only who asks gets a count.
OPTIONS = MotionOptions(viewer=False, counts=False)


def task_shares(recipe: Recipe) -> tuple[dict[str, float], dict[str, float]]:
    """Task -> share, for filmed and for synthetic clips."""
    yes_no = recipe.yes_no_share
    mqa = (1 - yes_no) * recipe.list_share
    labels = {"name": 1 - yes_no - mqa, "mqa": mqa, "yes_no": yes_no}

    def shares(label: float, caption: float, question: float) -> dict[str, float]:
        kinds = {name: label * share for name, share in labels.items()} | {"caption": caption, "question": question}
        drawn = {name: (1 - recipe.refusal_share) * share for name, share in kinds.items()}
        return {name: share for name, share in (drawn | {"refusal": recipe.refusal_share}).items() if share > 0}

    implied = recipe.implied_share
    filmed = shares(1 - implied, implied / 2, implied / 2)
    return filmed, shares(LABEL, recipe.caption_share, 1 - LABEL - recipe.caption_share)


def training_clips(
    clips: Sequence[LabelledClip], recipe: Recipe, held_out: Collection[str] = ()
) -> tuple[SyntheticClips, list[FilmedClips]]:
    """Synthetic clips and the filmed ones of each dataset, turned to the viewer; none shows an action held out of training."""
    unseen = unseen_actions(clips) | {find_action(name).name for name in held_out}
    familiar = {ALIASES.get(clip.label, clip.label) for clip in clips}
    chosen = [clip for clip in clips if clip.train and not means(clip.label, unseen)]
    turned = ahead.each(lambda number: facing(chosen[number].sequence), len(chosen), recipe.workers)
    filmed = defaultdict(list)
    for clip, sequence in zip(chosen, turned, strict=True):
        filmed[clip.dataset].append(LabelledClip(clip.dataset, sequence, clip.label, "train"))
    synthetic = SyntheticClips(
        recipe.synthetic_pool, recipe.seed + 1, unseen=unseen, familiar=familiar, grammar=recipe.grammar_share, composite=COMPOSITE,
        alias=ALIAS, counts=False, faces_viewer=True,
    )  # fmt: skip
    synthetic.prepare(recipe.workers)
    return synthetic, [FilmedClips(name, own) for name, own in filmed.items()]


def training_examples(
    recipe: Recipe, synthetic: SyntheticClips, filmed: Sequence[FilmedClips], processor: Any, places: int, seed: int = 0
) -> Planned:
    """The examples of a stage.

    Args:
        recipe: shares of sources and tasks.
        synthetic, filmed: the clips. Datasets to which the recipe gives no weight are left out.
        processor: of the model.
        places: how many examples.
        seed: added to the recipe's.
    """
    weights = dict(recipe.weights)
    filmed = [source for source in filmed if weights.get(source.name, 0) > 0]
    total = sum(weights[source.name] for source in filmed)
    shares = [(1 - recipe.synthetic_share) * weights[source.name] / total for source in filmed]
    for_filmed, for_synthetic = task_shares(recipe)
    sampler_of = partial(
        TaskSampler, candidates=CANDIDATES, teacher=rationale, hard=HARD, later=recipe.later_share,
        conversation=partial(conversation_text, processor),
    )  # fmt: skip
    samplers = [sampler_of(for_filmed, source, hard=1.0, conversation=None) for source in filmed]
    sources: list[Any] = list(filmed)
    if len(synthetic) and (recipe.synthetic_share > 0 or not filmed):
        sources.append(synthetic)
        shares.append(recipe.synthetic_share if filmed else 1.0)
        samplers.append(sampler_of(for_synthetic, synthetic))
    wordings = Wordings(load_lexicon()) if recipe.alignment_size else None
    maker = ExampleMaker(samplers, processor, recipe.seed + seed, True, recipe.questions, wordings)
    for source in filmed:
        if recipe.implied_share:
            source.prepare(recipe.workers)
    return Planned(sources, shares, maker, places)


def taught_labels(filmed: Sequence[FilmedClips], synthetic: SyntheticClips) -> list[str]:
    """All names that the language model was trained to give: datasets' own and the generator's, aliases included."""
    return sorted({*(label for source in filmed for label in source.labels), *synthetic.names})


def unseen_actions(clips: Sequence[LabelledClip]) -> frozenset[str]:
    """The generator's names of the actions that a protocol holds out of training, whatever a dataset calls them.

    Of a dataset that is not trained on at all, clips are held out, not actions.
    """
    seen = {(clip.dataset, clip.label) for clip in clips if clip.train}
    trained = {dataset for dataset, _ in seen}
    tested = [clip for clip in clips if clip.part == "test" and clip.dataset in trained]
    held_out = {clip.label for clip in tested if (clip.dataset, clip.label) not in seen}
    return frozenset(find_action(label).name for label in held_out)


def means(label: str, actions: Collection[str]) -> bool:
    """Whether a dataset's label means one of these actions of the generator."""
    try:
        return find_action(label).name in actions
    except ValueError:
        return False
