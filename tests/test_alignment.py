"""The space that clips and sentences share."""

import pytest
import torch

from skeletonllm_hf import load_default
from skeletonllm_hf.answering.looks import Looks
from skeletonllm_hf.answering.recognizer import default_scorers
from skeletonllm_hf.answering.scorers import names as known_names
from skeletonllm_hf.answering.scorers.embedding import label_meanings, named_nearness, shown_by, text_vectors
from skeletonllm_hf.answering.scorers.names import actions_by_name
from skeletonllm_hf.lexicon import load_lexicon, normalized
from skeletonllm_hf.model.alignment import MotionTextAlignment, contrastive_loss
from skeletonllm_hf.model.recognition import NONE_OF_THESE
from skeletonllm_hf.sentences import load_sentence_encoder
from skeletonllm_hf.synthetic import ACTIONS, INTERACTIONS, variants


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
    own, other, unlike = module.leaned(torch.stack([north] * 3), torch.tensor([[1.0], [0.6], [-1.0]]))
    assert own @ up > 0.7  # it names that action
    assert unlike @ up < -0.3  # it does not: only the random movement draws it
    assert unlike @ up + 0.2 < other @ up < own @ up - 0.2  # words like those of its names
    torch.testing.assert_close(module.leaned(north[None])[0], unlike)


def test_labels_are_found_among_the_listed_actions_by_any_name():
    lexicon = load_lexicon()
    meanings = label_meanings(["Juggle", "knocking", "go bowling with elephants", "jumping jacks"], None, lexicon)
    assert shown_by(meanings, ["star jump", "knock", "juggle"], lexicon) == [2, 1, None, 0]
    assert shown_by(meanings, [], lexicon) == [None] * 4
    somebody = label_meanings(["hug someone", "walk towards another person", "carrying heavy"], None, lexicon)
    assert shown_by(somebody, ["carry", "hugging", "walking towards each other"], lexicon) == [1, 2, 0]


def test_labels_that_name_no_action_are_near_to_like_names():
    lexicon, names = load_lexicon(), [*ACTIONS, *INTERACTIONS, *variants()]
    labels = ["rapping on a door", "somebody juggles three balls", "juggle", NONE_OF_THESE]
    near = named_nearness(label_meanings(labels, None, lexicon), names, lexicon)
    assert near.shape == (4, len(names)) and near.max() == 1.0 and (near[3] == -1).all()
    assert [names[place] for place in near[:3].argmax(1)] == ["knock", "juggle", "juggle"]
    assert 0.3 < near[:2].max(1).values.min() < 0.53 and (near[2] == 1).sum() == 1
    assert named_nearness(label_meanings(labels, None, lexicon), [], lexicon).shape == (4, 0)


def test_the_shipped_vectors_of_names_are_those_of_the_encoder():
    lexicon = load_lexicon()
    known = {*actions_by_name(lexicon)[1], *(normalized(entry.name) for entry in lexicon)}
    assert known == set(known_names._places())  # else: python -m skeletonllm_hf.answering.scorers.names
    some = sorted(known)[::400]
    shipped, encoder = known_names._cosines(some, some, as_if_known=True), load_sentence_encoder()
    encoded = encoder.encode(some)
    assert (shipped - encoded @ encoded.T).abs().mean() < 0.06 and (shipped.diagonal() > 0.99).all()


def test_names_that_were_not_shipped_are_encoded(tmp_path, monkeypatch):
    monkeypatch.setenv("SKELETONLLM_CACHE", str(tmp_path))
    cosines = known_names._cosines(["wave", "zigzagging badgers"], ["zigzagging badger", "waving"])
    assert cosines.argmax(1).tolist() == [1, 0] and len(list(tmp_path.iterdir())) == 1


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
        near = named_nearness(meanings, model.config.named_prototypes, load_lexicon())
        expected = model.alignment.leaned(plain, near) if lean else plain
        torch.testing.assert_close(scorer.vectors, expected)
    assert (model.alignment.leaned(plain) - plain).abs().max() > 0.01
