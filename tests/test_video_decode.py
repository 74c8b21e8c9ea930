"""Frames of a video: upright, in time, and refusals of what is broken, hostile or too much."""

from __future__ import annotations

import shutil
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("av", reason="needs the extra video")

from videos import HEIGHT, WIDTH, gray, write_video

from skeletonllm_hf import SkeletonFileError, load_skeleton
from skeletonllm_hf.readers.estimators.video_kinds import kind_of
from skeletonllm_hf.video import VideoLimits, open_video

LEVELS = [20, 60, 100, 140, 180, 220]


def levels(video, fps, **arguments):
    return [int(frame.pixels.mean().round(-1)) for frame in video.frames(fps, **arguments)]


@pytest.fixture
def clip(tmp_path):
    return write_video(tmp_path / "clip.mp4", [gray(level) for level in LEVELS for _ in range(4)])


def test_every_frame_comes_once_and_in_order(clip):
    video = open_video(clip)
    assert (video.width, video.height, video.fps, video.steps(30)) == (WIDTH, HEIGHT, 30.0, 24)
    frames = list(video.frames(30))
    assert [frame.number for frame in frames] == list(range(24)) and not any(frame.repeated for frame in frames)
    assert np.abs(np.array([f.pixels.mean() for f in frames]) - np.repeat(LEVELS, 4)).max() < 8
    assert [f.seconds for f in frames] == pytest.approx(np.arange(24) / 30)


def test_fewer_frames_are_an_equal_share(clip):
    video = open_video(clip)
    assert [video.rate(most) for most in (None, 30, 15, 16, 7)] == [30, 30, 15, 15, 6]
    assert len(levels(video, 15)) == 12
    assert levels(video, 7.5) == LEVELS


def test_more_frames_repeat_those_that_are_shown(clip):
    frames = list(open_video(clip).frames(60))
    assert len(frames) == 48
    assert [frame.repeated for frame in frames] == [False, True] * 24


@pytest.mark.parametrize("first", [1, 5, 23])
def test_going_on_later_gives_the_same_frames(clip, first):
    video = open_video(clip)
    whole = list(video.frames(30))
    for before, after in zip(whole[first:], video.frames(30, first=first), strict=True):
        assert before.number == after.number and np.array_equal(before.pixels, after.pixels)


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_varying_frame_rates_keep_their_times(tmp_path, ending):
    times = [0, 100, 133, 600, 633, 667]
    path = write_video(tmp_path / f"clip.{ending}", [gray(level) for level in LEVELS], times=times)
    video = open_video(path)
    shown = levels(video, 10)
    assert shown[:7] == [20, 60, 100, 100, 100, 100, 140]
    assert [f.repeated for f in video.frames(10)][:7] == [False, False, False, True, True, True, False]


@pytest.mark.parametrize(("rotation", "corner"), [(90, (0, 1)), (180, (1, 1)), (270, (1, 0)), (0, (0, 0))])
def test_rotation_flags_turn_the_picture(tmp_path, rotation, corner):
    picture = gray(20)
    picture[: HEIGHT // 2, : WIDTH // 2] = 220  # bright above to the left, as it is stored
    video = open_video(write_video(tmp_path / "clip.mp4", [picture] * 3, rotation=rotation))
    turned = rotation % 180 != 0
    assert (video.width, video.height) == ((HEIGHT, WIDTH) if turned else (WIDTH, HEIGHT))
    pixels = next(video.frames(30)).pixels
    assert pixels.shape == (video.height, video.width, 3)
    upright = np.rot90(picture, rotation // 90)
    assert np.abs(pixels.astype(int) - upright).mean() < 12


def test_pixels_that_are_not_square_are_stretched(tmp_path):
    path = write_video(tmp_path / "clip.mkv", [gray(90)] * 3, aspect=Fraction(3, 2))
    video = open_video(path)
    assert (video.width, video.height) == (96, HEIGHT)
    assert next(video.frames(30)).pixels.shape == (HEIGHT, 96, 3)


def test_large_frames_are_scaled_down(clip):
    frame = next(open_video(clip).frames(30, 32))
    assert frame.pixels.shape == (24, 32, 3) and frame.scale == 2.0


def test_gifs_photos_and_folders(tmp_path):
    pictures = [Image.fromarray(gray(level)) for level in LEVELS]
    pictures[0].save(tmp_path / "clip.gif", save_all=True, append_images=pictures[1:], duration=100)
    assert levels(open_video(tmp_path / "clip.gif"), 10) == LEVELS
    folder = tmp_path / "frames"
    folder.mkdir()
    for number, picture in enumerate(pictures):
        picture.save(folder / f"frame_{number + 7}.png")  # 7 ... 12: by number, not by letter
    video = open_video(folder, fps=10)
    assert levels(video, 10) == LEVELS and levels(video, 5) == LEVELS[::2]
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees, as telephones write it
    pictures[0].save(tmp_path / "photo.jpg", exif=exif)
    photo = open_video(tmp_path / "photo.jpg")
    assert (photo.kind, photo.width, photo.height, len(list(photo.frames(photo.rate(15))))) == (
        "photo",
        HEIGHT,
        WIDTH,
        1,
    )


def test_broken_videos_give_their_sound_part_and_say_so(tmp_path):
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8) for _ in range(60)]
    whole = write_video(tmp_path / "whole.mp4", pictures, options={"movflags": "faststart"})
    data = whole.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: len(data) // 2])
    video = open_video(tmp_path / "cut.mp4")
    assert 5 < len(list(video.frames(30))) < 50
    assert any("cut off or damaged" in note for note in video.notes)
    late = write_video(tmp_path / "late.mp4", pictures).read_bytes()  # its index stands at the end
    (tmp_path / "lost.mp4").write_bytes(late[: len(late) // 2])
    with pytest.raises(SkeletonFileError, match=r"lost\.mp4: expected a video that can be opened"):
        open_video(tmp_path / "lost.mp4")


def test_what_is_no_video_or_has_no_frame_is_refused(tmp_path, clip):
    data = clip.read_bytes()
    other = write_video(tmp_path / "other.mkv", [gray(90)] * 3).read_bytes()
    assert b"V_MPEG4/ISO/ASP" in other
    cases = {
        "codec.mkv": (other.replace(b"V_MPEG4/ISO/ASP", b"V_ZZZZZ/ISO/ASP"), "codec"),
        "text.mp4": (b"#EXTM3U\n#EXTINF:1,\nhttp://example.org/clip.ts\n", "none of them"),
        "empty.gif": (b"GIF89a\x10\x00\x10\x00\x00\x00\x00;", "at least one frame|can be opened"),
        "head.mp4": (data[:40], "can be opened"),
        "photo.png": (b"\x89PNG\r\n\x1a\n" + bytes(40), "a photo that can be decoded"),
    }
    for name, (content, message) in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SkeletonFileError, match=message):
            list(open_video(tmp_path / name).frames(30))


def test_chunks_longer_than_the_file_are_refused_before_memory_is_taken(tmp_path):
    """6 KB once took 900 MB."""
    path = write_video(tmp_path / "a.avi", [gray(level) for level in LEVELS])
    data = path.read_bytes()
    assert len(list(open_video(path).frames(30))) == len(LEVELS)
    for kind in (b"strf", b"JUNK"):
        at = data.index(kind)
        path.write_bytes(data[: at + 4] + b"\x00\x00\x80\x3f" + data[at + 8 :])
        with pytest.raises(SkeletonFileError, match=rf"byte {at}: expected a chunk of at most .* found 1,065,353,216"):
            open_video(path)


def test_limits_hold_by_the_header_and_while_decoding(clip, tmp_path):
    for limits, message in (
        (VideoLimits(seconds=0.5), "a video of at most 0 seconds|at most 1 seconds"),
        (VideoLimits(pixels=WIDTH * HEIGHT - 1), r"frames of at most 3,071 pixels, found 64 x 48"),
        (VideoLimits(bytes=100), "at most 100 bytes"),
    ):
        with pytest.raises(SkeletonFileError, match=message):
            open_video(clip, limits)
    # ten hours by its time stamps
    long = write_video(
        tmp_path / "long.mkv", [gray(level) for level in LEVELS], times=[0, 33, 67, 100, 133, 36_000_000]
    )
    with pytest.raises(SkeletonFileError, match=r"at most 14,400 seconds, found 36,0"):
        list(open_video(long).frames(15))
    # a header that hides its length
    video = open_video(clip)
    video.limits = VideoLimits(seconds=0.3)
    with pytest.raises(SkeletonFileError, match="seconds"):
        list(video.frames(30))
    Image.new("RGB", (9000, 5000)).save(tmp_path / "large.png")
    with pytest.raises(SkeletonFileError, match=r"36,000,000 pixels, found 9,000 x 5,000"):
        open_video(tmp_path / "large.png")


def test_damaged_bytes_end_in_frames_or_in_our_error(clip, tmp_path):
    data = bytearray(clip.read_bytes())
    rng = np.random.default_rng(3)
    ended = set()
    for number in range(40):
        damaged = bytearray(data)
        for at in rng.integers(0, len(data), 12):
            damaged[at] = rng.integers(256)
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(damaged)
        try:
            ended.add(len(list(open_video(path, VideoLimits(seconds=60, pixels=1_000_000)).frames(10))) > 0)
        except SkeletonFileError:
            ended.add(False)
    assert True in ended


def test_kinds_are_found_by_content_not_by_name(clip, tmp_path):
    from skeletonllm_hf.readers import SkeletonFile, detect_format

    moved = tmp_path / "clip.bvh"
    shutil.copy(clip, moved)
    assert kind_of(SkeletonFile(moved)) == "mov"
    assert detect_format(SkeletonFile(moved)).name == "video"
    with pytest.raises(SkeletonFileError, match="a video or sound"):
        load_skeleton(moved, format="bvh")


def test_without_the_extra_two_lines_say_what_to_install(clip, monkeypatch):
    monkeypatch.setattr("skeletonllm_hf.readers.estimators.video._NEEDS", {"PyAV": "a_package_that_is_not_there"})
    with pytest.raises(SkeletonFileError) as caught:
        load_skeleton(clip)
    lines = str(caught.value).splitlines()
    assert len(lines) == 2 and "PyAV" in lines[0] and "pip install 'skeletonllm-hf[video]'" in lines[1]
