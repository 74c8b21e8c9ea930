"""A streamed answer leaves the visitor's browser free: it is shown a bounded number of times. The queue leaves the server free."""

import itertools

import pytest

pytest.importorskip("gradio", reason="needs the extra demo")

import demo_page  # noqa: F401 - puts the page on the path


def pieces(count, closed=None):
    text = ""
    try:
        for number in range(count):
            text += f"word{number} "
            yield text
    finally:
        if closed is not None:
            closed.append(True)


@pytest.mark.parametrize(("seconds", "most"), [(0.0001, 5), (0.01, 90), (0.2, 1100), (10.0, 5000)])
def test_a_fast_answer_is_shown_some_sixty_times_and_a_slow_one_once_a_second(seconds, most):
    from skeleton_demo.pacing import paced

    ticks = itertools.count()
    shown = list(paced(pieces(5000), lambda: next(ticks) * seconds))
    everything = list(pieces(5000))
    assert shown[0] == everything[0] and shown[-1] == everything[-1]
    assert len(shown) <= most and all(len(one) < len(two) for one, two in itertools.pairwise(shown))


def test_short_answers_are_shown_whole():
    from skeleton_demo.pacing import paced

    assert list(paced(iter(()))) == [] and list(paced(iter(["a"]))) == ["a"]
    assert list(paced(pieces(3), lambda: 0.0)) == ["word0 ", "word0 word1 word2 "]


def test_who_stops_reading_stops_the_writing():
    from skeleton_demo.pacing import paced

    closed = []
    reading = paced(pieces(100, closed))
    next(reading)
    reading.close()
    assert closed == [True]

    def failing():
        yield "a"
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError, match="gone"):
        list(paced(failing()))


def test_the_queue_rests_between_two_looks_for_requests():
    import gradio as gr
    from skeleton_demo.pacing import LOOK, PROGRESS, look_less_often

    with gr.Blocks() as demo:
        gr.Textbox()
    names = ("sleep_when_free", "progress_update_sleep_when_free")
    before = {name: getattr(demo.queue()._queue, name) for name in names}  # AttributeError: gradio has others now
    look_less_often(demo)
    assert [vars(demo._queue)[name] for name in names] == [LOOK, PROGRESS]
    assert before["sleep_when_free"] < LOOK
