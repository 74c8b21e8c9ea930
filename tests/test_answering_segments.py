"""Sliding windows and the segments that they become."""

from threading import Event

import numpy as np
import pytest

from skeletonllm_hf import default_labels, generate, load_default
from skeletonllm_hf.analysis import Cancelled, find_segments
from skeletonllm_hf.answering.recognizer import Recognizer
from skeletonllm_hf.answering.segments import Segment, join, score_windows, windows, without_short
from skeletonllm_hf.synthetic import EXACT
from skeletonllm_hf.transforms import crop, resample


def one_after_the_other(*clips):
    """One clip of several, at the first one's rate."""
    clips = [resample(clip, clips[0].fps) for clip in clips]
    joints, masks = ([getattr(clip, name) for clip in clips] for name in ("joints", "mask"))
    return clips[0].replace(joints=np.concatenate(joints), mask=np.concatenate(masks), confidence=None)


def scored(spans, truth, labels, sure=0.8):
    """What a model that knows would give windows: the share of each label's time in it, not quite sure."""
    rows = []
    for start, end in spans:
        shares = [
            sum(max(0.0, min(end, b) - max(start, a)) for a, b, name in truth if name == label) for label in labels
        ]
        rows.append(sure * np.array(shares) / (end - start) + (1 - sure) / len(labels))
    rows = np.array(rows)
    return rows / rows.sum(1, keepdims=True)


def test_windows_start_every_stride_and_cover_the_clip():
    assert windows(2.0, 3.0, 1.0) == [(0.0, 2.0)]
    assert windows(3.0, 3.0, 1.0) == [(0.0, 3.0)]
    spans = windows(10.4, 3.0, 1.0)
    assert spans[:2] == [(0.0, 3.0), (1.0, 4.0)] and spans[-1] == pytest.approx((7.4, 10.4))
    assert all(b[0] - a[0] <= 1.0 + 1e-9 for a, b in zip(spans, spans[1:]))
    assert len(windows(300.0, 3.0, 1.0)) == 298
    for window, stride in ((0, 1), (3, 0), (1, 2), (float("nan"), 1), (3, -1)):
        with pytest.raises(ValueError, match="window, stride: expected"):
            windows(10.0, window, stride)
    with pytest.raises(ValueError, match="at most 50,000 windows"):
        windows(1e6, 3.0, 1.0)


def test_segments_follow_the_truth_to_within_a_stride():
    labels = ["wave", "walk", "bow"]
    truth = [(0, 12, "wave"), (12, 20, "bow"), (20, 41.7, "walk")]
    spans = windows(41.7, 3.0, 1.0)
    found = join(spans, scored(spans, truth, labels), labels, 1.0)
    assert [segment.label for segment in found] == ["wave", "bow", "walk"]
    for segment, (start, end, _) in zip(found, truth, strict=True):
        assert abs(segment.start - start) <= 1.0 and abs(segment.end - end) <= 1.0
        assert 0.5 < segment.score < 1.0
    assert found[0].start == 0.0 and found[-1].end == pytest.approx(41.7)
    assert all(a.end == b.start for a, b in zip(found, found[1:]))


def test_a_single_doubtful_window_makes_no_segment_and_a_sure_one_does():
    labels, spans = ["wave", "walk"], windows(20.0, 1.0, 1.0)
    scores = np.tile([0.7, 0.3], (len(spans), 1))
    scores[9] = [0.45, 0.55]
    assert len(join(spans, scores, labels, 1.0)) == 1
    scores[9] = [0.02, 0.98]
    assert [segment.label for segment in join(spans, scores, labels, 1.0)] == ["wave", "walk", "wave"]
    assert len(join(spans, scores, labels, 1.0, switch=10.0)) == 1


def test_stretches_in_which_nobody_is_seen_are_left_out():
    labels, spans = ["wave", "walk"], windows(20.0, 2.0, 1.0)
    scores = np.tile([0.9, 0.1], (len(spans), 1))
    scores[[start >= 6 and end <= 12 for start, end in spans]] = np.nan
    found = join(spans, scores, labels, 1.0)
    assert [(segment.start, segment.end) for segment in found] == [(0.0, 7.0), (11.0, 20.0)]
    assert join(spans, np.full_like(scores, np.nan), labels, 1.0) == ()


def test_scores_are_those_of_recognize(tiny):
    model, processor = tiny
    processor.views = 1  # windows are looked at once
    clip = generate("walk", seed=1, options=EXACT)
    labels = ["walk", "wave", "bow"]
    whole = find_segments(model, processor, clip, labels, window=60.0)
    found = model.recognize(processor, clip, labels)
    assert len(whole) == 1 and whole[0].label == found.label
    assert whole[0].score == pytest.approx(found.scores[0], abs=1e-5)


def test_windows_are_clips_of_their_own(tiny):
    model, processor = tiny
    clip = one_after_the_other(*(generate(name, seed=2, options=EXACT) for name in ("walk", "sit down")))
    processor.views = 1  # windows are looked at once
    seen = []
    recognizer = Recognizer(model, processor, ["walk", "wave"], calibrate="none", views=1)
    spans, scores = score_windows(recognizer, clip, 2.0, 2.0, progress=lambda *n: seen.append(n))
    assert seen[-1][0] == seen[-1][1] == len(windows(clip.seconds, 2.0, 2.0)) == len(spans) > 1
    for span, shares in zip(spans, scores, strict=True):
        alone = model.recognize(processor, crop(clip, *span), ["walk", "wave"], 2, calibrate="none")
        assert dict(zip(alone.labels, alone.scores)) == pytest.approx(dict(zip(["walk", "wave"], shares)), abs=1e-5)


def test_a_hole_in_the_clip_is_no_segment(tiny):
    model, processor = tiny
    clip = generate("march", seed=1, options=EXACT)
    clip = one_after_the_other(clip, clip, clip)
    mask = clip.mask.copy()
    mask[int(2 * clip.fps) : int(6 * clip.fps)] = False
    found = find_segments(model, processor, clip.replace(mask=mask), ["march"], window=1.0, stride=1.0)
    assert [(segment.start, segment.end) for segment in found] == [(0.0, 2.0), (6.0, pytest.approx(clip.seconds))]


def test_work_can_be_stopped(tiny):
    model, processor = tiny
    clip = generate("march", seed=1, options=EXACT)
    stop, seen = Event(), []

    def progress(done, total):
        seen.append(done)
        stop.set()

    labels = [f"label {number}" for number in range(40)]
    with pytest.raises(Cancelled):
        find_segments(model, processor, clip, labels, window=1.0, stride=0.5, progress=progress, stop=stop)
    assert seen == [1]


def test_wrong_labels_are_refused(tiny):
    model, processor = tiny
    clip = generate("march", seed=1, options=EXACT)
    for labels, message in (([], "at least one"), (["a", "a"], "repeated")):
        with pytest.raises(ValueError, match=message):
            find_segments(model, processor, clip, labels)
    with pytest.raises(TypeError, match="one string"):
        find_segments(model, processor, clip, "walk")


def test_the_bundled_model_finds_what_follows_what():
    model, processor = load_default()
    names = ["walk", "raise both hands", "squat"]
    assert set(names) <= set(default_labels())
    parts = [one_after_the_other(*[generate(name, seed=seed, options=EXACT) for seed in range(2)]) for name in names]
    clip = one_after_the_other(*parts)
    found = find_segments(model, processor, clip, names, window=2.5)
    ends = np.cumsum([0.0, *(part.seconds for part in parts)])
    right = sum(
        max(0.0, min(segment.end, b) - max(segment.start, a))
        for segment in found
        for name, a, b in zip(names, ends, ends[1:])
        if name == segment.label
    )
    assert right / clip.seconds > 0.7


def test_short_segments_go_with_the_longer_one_beside_them():
    parts = [
        Segment(0, 4, "walk", 0.8),
        Segment(4, 5, "bow", 0.5),
        Segment(5, 8, "walk", 0.6),
        Segment(9, 9.5, "sit", 0.9),
    ]
    (walk, alone) = without_short(parts, 2.0)
    assert (walk.start, walk.end, walk.label) == (0, 8, "walk") and walk.score == pytest.approx(
        (4 * 0.8 + 0.5 + 3 * 0.6) / 8
    )
    assert alone == parts[-1]  # it touches none
    assert without_short(parts, 0.0) == tuple(parts)
