"""From a video or a camera to an answer, in a real browser, by the pose estimator that the page runs where it is installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from demo_browser import ARGUMENTS, CHROMIUM, playwright, tab, upload
from demo_page import server
from PIL import Image

pytest.importorskip("av", reason="needs the extra video")
import av
from videos import gray, write_video

pytest_plugins = ["demo_browser"]  # its fixtures
FILM = Path(__file__).parents[1] / "docs" / "images" / "video" / "film.png"  # somebody made who waves, in four frames
_PARTS = "mediapipe/modules/pose_landmark/pose_landmark_full.tflite"


@pytest.fixture
def estimator():
    """MediaPipe with its model inside, which is what the page can use without a network."""
    found = importlib.util.find_spec("mediapipe")
    if found is None or not Path(found.origin).parents[1].joinpath(_PARTS).exists():
        pytest.skip("needs the extra video, with a MediaPipe that carries its model")


def pictures(each: int) -> list[np.ndarray]:
    """The film at its first size, each of its frames so often."""
    with Image.open(FILM) as film:
        width, height = film.width // 4, film.width // 4 * 3 // 4
        frames = [film.crop((number * width, 0, (number + 1) * width, height)) for number in range(4)]
    return [np.asarray(frame.convert("RGB").resize((480, 360))) for frame in frames for _ in range(each)]


def answers(page, name: str) -> None:
    card = page.locator("#read-card .read")
    playwright.expect(card).to_contain_text(name)
    playwright.expect(card).to_contain_text("mediapipe_33")
    page.click("#describe-go")
    page.wait_for_selector("#description .why")
    assert page.inner_text("#description .said").endswith(".")


def test_a_video_that_is_dropped_is_answered(page, tmp_path, estimator):
    tab(page, "File")
    note = page.locator("#choose .hint:visible")
    playwright.expect(note).to_contain_text("Deleted after 30 minutes")
    upload(page, write_video(tmp_path / "film.mp4", pictures(4), fps=10))
    answers(page, "film.mp4")
    playwright.expect(page.locator("#foot")).to_contain_text("Nothing that you give is kept")


def test_a_video_without_anybody_says_so(page, tmp_path):
    upload(page, write_video(tmp_path / "empty.mp4", [gray(200)] * 5, fps=10))
    alert = page.locator("#read-card [role=alert]")
    playwright.expect(alert).to_contain_text("empty.mp4")
    if importlib.util.find_spec("mediapipe"):
        playwright.expect(alert).to_contain_text("nobody")


def test_what_a_camera_records_is_answered(browser, tmp_path, estimator):
    """Chromium's made-up camera, which films the made person."""
    film = tmp_path / "camera.y4m"
    with film.open("wb") as file:
        file.write(b"YUV4MPEG2 W480 H360 F10:1 Ip A1:1 C420jpeg\n")
        for picture in pictures(5):
            file.write(
                b"FRAME\n" + av.VideoFrame.from_ndarray(picture).reformat(format="yuv420p").to_ndarray().tobytes()
            )
    other = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*ARGUMENTS, f"--use-file-for-fake-video-capture={film}"]
    )
    try:
        page = other.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        page.goto(server().url)
        page.wait_for_selector("body[data-ready]")
        tab(page, "Camera")
        hint = page.locator("#camera .hint")
        playwright.expect(hint).to_contain_text("without sound")
        button = page.locator("#camera button")
        button.click()
        playwright.expect(hint).to_contain_text("8 s left")
        button.click()
        answers(page, "camera.webm")
    finally:
        other.close()
