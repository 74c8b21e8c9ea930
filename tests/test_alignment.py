"""The space that clips and sentences share."""

import pytest
import torch

from skeletonllm_hf import load_default
from skeletonllm_hf.answering.looks import Looks
from skeletonllm_hf.answering.recognizer import default_scorers
from skeletonllm_hf.answering.scorers.embedding import label_meanings, shown_by, text_vectors
from skeletonllm_hf.lexicon import load_lexicon
from skeletonllm_hf.model.alignment import MotionTextAlignment, contrastive_loss


@pytest.fixture
def alignment():
    torch.manual_seed(0)
    module = MotionTextAlignment(width=64, num_frames=4, text_size=12, size=10)
    with torch.no_grad():
        for parameter in (module.query, module.frames):
            parameter.normal_()
    return module.eval()


def test_embeddings_are_unit_vectors(alignment):
    kept = torch.rand(6, 5) < 0.6
    clips = alignment.motion(torch.randn(int(kept.sum()), 64), kept, 2)
    texts = alignment.text(torch.randn(3, 12))
    assert clips.shape == (2, 10) and texts.shape == (3, 10)
    torch.testing.assert_close(clips.norm(dim=1), torch.ones(2))
    torch.testing.assert_close(texts.norm(dim=1), torch.ones(3))


def test_a_clip_does_not_depend_on_what_stands_beside_it(alignment):
    kept = torch.zeros(8, 5, dtype=torch.bool)
    kept[:4, :2] = True
    kept[4:] = True
    features = torch.randn(int(kept.sum()), 64)
    together = alignment.motion(features, kept, 2)
    alone = alignment.motion(features[:8], kept[:4], 1)
    torch.testing.assert_close(together[:1], alone, atol=1e-5, rtol=1e-4)


def test_order_of_frames_matters(alignment):
    kept = torch.ones(3, 2, dtype=torch.bool)
    features = torch.randn(6, 64)
    backwards = features.unflatten(0, (3, 2)).flip(0).flatten(0, 1)
    one, other = alignment.motion(features, kept, 1), alignment.motion(backwards, kept, 1)
    assert (one - other).abs().max() > 1e-3


def test_loss_pulls_pairs_together_and_ignores_what_means_the_same():
    eye = torch.eye(3)
    same = torch.eye(3, dtype=torch.bool)
    assert contrastive_loss(eye, eye, torch.tensor(50.0), same) < 1e-6
    twins = torch.tensor([[1.0, 0, 0], [1.0, 0, 0], [0, 0, 1.0]])
    confused = contrastive_loss(twins, twins, torch.tensor(50.0), same)
    same[0, 1] = same[1, 0] = True
    assert confused > 0.4 > contrastive_loss(twins, twins, torch.tensor(50.0), same)


def test_sentences_lean_towards_clips_of_like_movements():
    module = MotionTextAlignment(width=64, num_frames=4, text_size=12, size=3, prototypes=2)
    east, north, up = torch.eye(3)
    module.prototype_texts.copy_(torch.stack([east, north]))
    module.prototypes.copy_(torch.stack([up, -up]))
    leaned = module.leaned(torch.stack([east, north, (east + north) / 2**0.5]))
    torch.testing.assert_close(leaned.norm(dim=1), torch.ones(3))
    assert leaned[0] @ up > 0.3 and leaned[1] @ up < -0.3  # each towards what its words look like
    assert leaned[0] @ east > 0.9 and abs(leaned[2] @ up) < 1e-4  # and not far; between the two, nowhere
    assert "prototypes" in module.state_dict() and "prototypes" not in MotionTextAlignment(64, 4, 12, 3).state_dict()


def test_words_for_a_listed_action_lean_towards_its_clips():
    module = MotionTextAlignment(width=64, num_frames=4, text_size=12, size=3, prototypes=2, named=1)
    east, north, up = torch.eye(3)
    module.prototype_texts.copy_(torch.stack([east, north]))
    module.prototypes.copy_(torch.stack([up, -up]))
    near, far = module.leaned(torch.stack([east, north]))
    assert near @ up > 0.7  # it names that action
    assert far @ up < -0.3  # it does not: only the random movement draws it
    named = module.leaned(north[None], [0])[0]
    assert named @ up > far @ up + 0.5  # another name of it, as the lists say
    torch.testing.assert_close(module.leaned(north[None], [None])[0], far)


def test_labels_are_found_among_the_listed_actions_by_any_name():
    lexicon = load_lexicon()
    meanings = label_meanings(["Juggle", "knocking", "go bowling with elephants", "jumping jacks"], None, lexicon)
    assert shown_by(meanings, ["star jump", "knock", "juggle"], lexicon) == [2, 1, None, 0]
    assert shown_by(meanings, [], lexicon) == [None] * 4


def test_without_prototypes_sentences_stay_as_they_are(alignment):
    texts = alignment.text(torch.randn(3, 12))
    assert alignment.leaned(texts) is texts


def test_labels_lean_where_training_did_not_give_them_all():
    model, processor = load_default()
    taught, looks = list(model.config.taught_labels[:2]), Looks(model, processor)
    for labels, lean in ((taught, False), ([taught[0], "hopscotch"], True)):
        (scorer, _), *_ = default_scorers(looks, labels)
        scorer.prepare(labels, None)
        plain, meanings = text_vectors(model, labels), label_meanings(labels, None, load_lexicon())
        shown = shown_by(meanings, model.config.named_prototypes, load_lexicon())
        expected = model.alignment.leaned(plain, shown) if lean else plain
        torch.testing.assert_close(scorer.vectors, expected)
    assert (model.alignment.leaned(plain) - plain).abs().max() > 0.01
