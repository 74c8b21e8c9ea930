from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PIL import Image

from skeletonllm_hf import drawing
from skeletonllm_hf.model.skeleton import SkeletonSequence
from skeletonllm_hf.synthetic import EXACT, generate

RIGHT_HANDED = dataclasses.replace(EXACT, side="right")


@pytest.fixture(scope="module")
def wave() -> SkeletonSequence:
    return generate("high wave", seed=3, options=RIGHT_HANDED)


def places(image: Image.Image, color: tuple[int, int, int]) -> np.ndarray:
    """(pixels, 2): row and column of every pixel of exactly this colour."""
    return np.argwhere((np.asarray(image) == color).all(-1))


def test_frames_become_pictures():
    frames = np.zeros((2, 3, 5, 7))
    frames[1, 0, 4, 6] = 1.0
    frames[1, 1, 0, 0] = 2.0
    images = drawing.to_images(frames)
    assert [image.size for image in images] == [(7, 5), (7, 5)]
    assert images[1].getpixel((6, 4)) == (255, 0, 0)
    assert images[1].getpixel((0, 0)) == (0, 255, 0)


@pytest.mark.parametrize("shape", [(3, 5, 7), (2, 5, 7, 3), (0, 3, 5, 7), (2, 3, 5, 0)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"frames: expected \(frames, 3, height, width\)"):
        drawing.to_images(np.zeros(shape))


@pytest.mark.parametrize(("count", "seconds"), [(12, 3.6), (7, 1.0), (12, 1.57), (3, 10.0)])
def test_a_gif_lasts_as_long_as_its_clip(tmp_path, count, seconds):
    images = [Image.new("RGB", (8, 8), (20 * number, 0, 0)) for number in range(count)]
    drawing.save_gif(images, tmp_path / "clip.gif", seconds)
    with Image.open(tmp_path / "clip.gif") as gif:
        assert gif.n_frames == count
        assert gif.info["loop"] == 0
        durations = []
        for number in range(count):
            gif.seek(number)
            durations.append(gif.info["duration"])
    assert sum(durations) == pytest.approx(1000 * seconds, abs=5)


def test_a_gif_is_never_faster_than_viewers_can_show(tmp_path):
    images = [Image.new("RGB", (8, 8), (200 * (number % 2), 0, 0)) for number in range(50)]
    drawing.save_gif(images, tmp_path / "fast.gif", 0.1)
    with Image.open(tmp_path / "fast.gif") as gif:
        assert gif.info["duration"] >= 20


def test_save_gif_wants_pictures_and_time(tmp_path):
    with pytest.raises(ValueError, match="save_gif"):
        drawing.save_gif([], tmp_path / "none.gif", 1.0)
    with pytest.raises(ValueError, match="save_gif"):
        drawing.save_gif([Image.new("RGB", (8, 8))], tmp_path / "none.gif", 0.0)


def test_a_contact_sheet_holds_every_picture_unchanged():
    colors = [(10 + 20 * number, 200, 30) for number in range(8)]
    sheet = drawing.contact_sheet(
        [Image.new("RGB", (40, 30), color) for color in colors], [str(n) for n in range(8)], title="t"
    )
    corners = [places(sheet, color) for color in colors]
    assert all(len(corner) == 40 * 30 for corner in corners)
    firsts = [tuple(corner[0]) for corner in corners]
    assert firsts == sorted(firsts), "left to right, then down"
    assert len({row for row, _ in firsts}) == 2 and len({column for _, column in firsts}) == 4


def test_a_contact_sheet_takes_as_many_captions_as_pictures():
    with pytest.raises(ValueError, match="expected as many captions as pictures, got 1 for 2"):
        drawing.contact_sheet([Image.new("RGB", (8, 8))] * 2, ["one"])


def test_a_long_title_is_cut():
    images = [Image.new("RGB", (60, 60))]
    assert (
        drawing.contact_sheet(images, [""], title="x" * 500).size == drawing.contact_sheet(images, [""], title="x").size
    )


def test_stick_figures_stand_upright_with_left_and_right_apart(wave):
    raised = int(wave.joints[:, 0, wave.layout.index("right_wrist"), 1].argmax())
    image = drawing.stick_figures(wave, [raised], size=200)[0]
    right, left, middle = (places(image, color[0]) for color in (drawing.RIGHT, drawing.LEFT, drawing.MIDDLE))
    # The person faces us: their right is on our left; the raised right hand is the highest point of all.
    assert right[:, 1].mean() < middle[:, 1].mean() < left[:, 1].mean()
    assert right[:, 0].min() < middle[:, 0].min() < left[:, 0].min()
    assert left[:, 0].max() > 180, "the feet are at the bottom"


def test_the_whole_clip_is_inside_the_picture(wave):
    for turn in (0.0, -np.pi / 2):
        for image in drawing.stick_figures(wave, range(0, wave.num_frames, 10), size=64, turn=turn):
            drawn = np.argwhere((np.asarray(image) != drawing.PAPER).any(-1))
            assert drawn.min() > 0 and drawn.max() < 63


def test_from_the_side_someone_who_faces_us_looks_left(wave):
    image = drawing.stick_figures(wave, [0], size=200, turn=-np.pi / 2)[0]
    feet = np.argwhere((np.asarray(image) != drawing.PAPER).any(-1) & (np.arange(200)[:, None] > 175))
    hips = places(image, drawing.MIDDLE[0])
    assert feet[:, 1].min() < hips[:, 1].mean() - 5


def test_unseen_joints_are_not_drawn(wave):
    hidden = wave.replace(mask=wave.mask & (np.arange(wave.layout.num_joints) < 4))
    image = drawing.stick_figures(hidden, [0])[0]
    assert len(places(image, drawing.MIDDLE[0])) and not len(places(image, drawing.LEFT[0]))


def test_preview_shows_flat_clips_from_the_front_only(wave):
    flat = wave.replace(joints=wave.joints[..., :2], view=None)
    assert drawing.preview(flat).height < drawing.preview(wave).height
    assert drawing.preview(flat).width == drawing.preview(wave).width


def test_preview_of_a_single_frame(wave):
    drawing.preview(wave.replace(joints=wave.joints[:1], mask=wave.mask[:1]))


def test_text_preview_is_braille_with_time_stamps(wave):
    *figures, stamps = drawing.text_preview(wave, count=4, columns=10, rows=6).split("\n")
    assert len(figures) == 6
    letters = set("".join(figures))
    assert len(letters) > 5 and all(0x2800 <= ord(letter) <= 0x28FF for letter in letters)
    assert stamps.split() == [
        part
        for stamp in drawing.time_stamps(np.linspace(0, wave.num_frames - 1, 4).round() / wave.fps)
        for part in stamp.split()
    ]
    first = [line[:10].ljust(10, "\u2800") for line in figures]
    assert any(letter != "\u2800" for letter in first[-1]), "feet on the lowest line"


def test_two_people_are_told_apart():
    pair = generate("shaking hands", seed=1, options=EXACT)
    image = drawing.stick_figures(pair, [0], size=200)[0]
    assert all(len(places(image, color)) for color in (*drawing.LEFT, *drawing.RIGHT))
