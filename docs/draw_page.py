"""Draws README's pictures into docs/images: the frames of a wave, and the running page with answers on it. `python docs/draw_page.py`

Needs the extra demo, Playwright and Chromium.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

from skeletonllm_hf import load_default, load_skeleton
from skeletonllm_hf.drawing import contact_sheet, render_images, time_stamps

ROOT = Path(__file__).parents[1]
OUT, CLIP = ROOT / "docs" / "images", ROOT / "skeletonllm_hf" / "examples" / "high_wave.npz"
SIZE = 160  # pixels of a frame in the picture
LONG = "?action=squat&action=high+wave&action=bow&action=march&layout=kinect_v2&seed=3&ask=segments" + "".join(
    f"&labels={label}" for label in ("squat", "high+wave", "bow", "march", "throw")
)


def why(page) -> None:
    """Where the first answer comes from."""
    page.click("#first .why")
    page.wait_for_selector("#why-shown .bars")


def segments(page) -> None:
    """The parts of a long clip, which the link asks for."""
    page.wait_for_selector("#segments-found tbody tr")
    page.get_by_role("button", name="Segments", exact=True).click()  # closes the panel that the link opened
    page.locator("#clip-viewer .segments-marks button").nth(1).click()
    page.locator("#clip-viewer .viewer-on").click(click_count=10)


# picture -> size of the window, theme, query of the address, what is done there
PICTURES = {"space": (1280, 860, "light", "", why), "space_segments": (1280, 720, "dark", LONG, segments)}


def frames() -> None:
    model, processor = load_default()
    images, seconds = render_images(processor.view, model.renderer, load_skeleton(CLIP))
    images = [image.resize((SIZE, SIZE), Image.Resampling.LANCZOS) for image in images]
    save(contact_sheet(images, time_stamps(seconds), title=CLIP.name), "frames")


def pages() -> None:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from demo_server import chromium, running

    with running() as server, chromium() as browser:
        for name, (width, height, scheme, query, act) in PICTURES.items():
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
            )
            page.goto(f"{server.url}/{query}")
            page.wait_for_selector("body[data-ready]")
            act(page)
            page.wait_for_timeout(800)
            page.evaluate("scrollTo(0, 0)")
            save(Image.open(io.BytesIO(page.screenshot())), name)


def save(picture: Image.Image, name: str) -> None:
    """In 256 colours: a clone takes the pictures along."""
    path = OUT / f"{name}.png"
    picture.convert("RGB").quantize(256, kmeans=4, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    frames()
    pages()
