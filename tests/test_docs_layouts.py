"""docs/layouts.md shows the layouts that there are, as they are."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from skeletonllm_hf.model.layouts import get_layout, layout_names

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("draw_layouts", DOCS / "draw_layouts.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_lists_every_layout_as_the_script_does(script):
    page = (DOCS / "layouts.md").read_text(encoding="utf-8").partition(script.MARK)[2]
    assert page == "\n" + "\n".join(script.listing(get_layout(name)) for name in layout_names())


def test_every_picture_is_there(script):
    pictures = {path.stem: path for path in (DOCS / "images" / "layouts").glob("*.png")}
    assert set(pictures) == set(layout_names())
    for name in ("kinect_v2", "mediapipe_33"):
        with Image.open(pictures[name]) as stored:
            fresh = script.picture(get_layout(name))
            assert stored.size == fresh.size
            # fonts and filters differ a little between Pillow's releases
            assert np.abs(np.asarray(stored.convert("L"), float) - np.asarray(fresh.convert("L"), float)).mean() < 3
