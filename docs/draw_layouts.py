"""Draws every registered layout's T-pose into docs/images/layouts/ and lists its joints at the end of docs/layouts.md.

    python docs/draw_layouts.py

The body faces the viewer, so its left is on the picture's right; seen a little from above and from one side. Crowded
places are drawn again, larger, with their numbers there: the head from the front, a hand and a foot from above. Where
numbers would still cover each other, some are left out; they rise along the lines.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from skeletonllm_hf.drawing import LEFT, RIGHT
from skeletonllm_hf.model.layouts import SkeletonLayout, get_layout, layout_names

HERE = Path(__file__).parent
MARK = "## Every layout\n"
PAPER, INK, MIDDLE, FRAME = (255, 255, 255), (24, 24, 27), (113, 113, 122), (212, 212, 216)
BODY, INSET, FINE = (560, 560), 280, 3  # pixels; drawn this many times larger, then reduced
YAW, PITCH = np.radians(-20.0), np.radians(12.0)
CLOSE = 0.09  # metres between joints whose numbers would meet in the picture of the whole body
REGIONS = {  # (low, high) corners on the body, metres; pitch from which they are seen
    "head": ((-0.12, 1.49, -0.2), (0.12, 1.8, 0.3), 0.0),
    "left hand": ((0.69, 1.3, -0.2), (1.0, 1.5, 0.2), np.pi / 2),
    "left foot": ((0.02, -0.1, -0.2), (0.3, 0.15, 0.3), np.pi / 2),
}


def view(points: np.ndarray, yaw: float, pitch: float) -> np.ndarray:
    """(joints, 2) right and up in the picture, metres."""
    x, y, z = points.T
    across, deep = np.cos(yaw) * x + np.sin(yaw) * z, np.cos(yaw) * z - np.sin(yaw) * x
    return np.stack([across, np.cos(pitch) * y - np.sin(pitch) * deep], axis=1)


def colours(layout: SkeletonLayout) -> list[tuple[int, int, int]]:
    left, right = ({pair[side] for pair in layout.pairs} for side in (0, 1))
    return [LEFT[0] if j in left else RIGHT[0] if j in right else MIDDLE for j in range(layout.num_joints)]


def draw(
    layout: SkeletonLayout,
    joints: list[int],
    numbered: list[int],
    size: tuple[int, int],
    title: str,
    yaw: float,
    pitch: float,
) -> Image.Image:
    """A picture of some joints and the bones between them, filling the picture."""
    flat = view(layout.rest_joints, yaw, pitch)
    low, high = flat[joints].min(0), flat[joints].max(0)
    margin = 26 * FINE
    scale = min((np.array(size) * FINE - 2 * margin) / np.maximum(high - low, 0.05))
    place = lambda point: tuple((point - (low + high) / 2) * [scale, -scale] + np.array(size) * FINE / 2)  # noqa: E731
    image = Image.new("RGB", (size[0] * FINE, size[1] * FINE), PAPER)
    pen, colour = ImageDraw.Draw(image), colours(layout)
    shown = set(joints)
    for a, b in layout.bones:
        if a in shown and b in shown:
            side = colour[b] if colour[a] == MIDDLE else colour[a] if colour[b] in (MIDDLE, colour[a]) else MIDDLE
            pen.line([place(flat[a]), place(flat[b])], fill=side, width=3 * FINE)
    radius = (3 if len(joints) < 60 else 2) * FINE
    for joint in joints:
        x, y = place(flat[joint])
        pen.ellipse(
            [x - radius, y - radius, x + radius, y + radius], fill=colour[joint], outline=PAPER, width=FINE // 2
        )
    font = ImageFont.load_default(size=12 * FINE)
    taken: list[tuple[float, float]] = []
    for joint in numbered:
        x, y = place(flat[joint])
        if any(abs(x - u) < 14 * FINE and abs(y - v) < 10 * FINE for u, v in taken):
            continue
        taken.append((x, y))
        pen.text(
            (x + 5 * FINE, y - 5 * FINE),
            str(joint),
            fill=INK,
            font=font,
            anchor="lb",
            stroke_width=FINE,
            stroke_fill=PAPER,
        )
    pen.text((8 * FINE, 6 * FINE), title, fill=MIDDLE, font=font)
    return image.resize(size, Image.Resampling.LANCZOS)


def picture(layout: SkeletonLayout) -> Image.Image:
    """The whole body, and beside it what is crowded."""
    rest = layout.rest_joints
    insets = {}
    for name, (low, high, _) in REGIONS.items():
        inside = np.flatnonzero(((rest >= low) & (rest <= high)).all(1)).tolist()
        gaps = [np.linalg.norm(rest[a] - rest[b]) for i, a in enumerate(inside) for b in inside[:i]]
        if len(inside) > 2 and min(gaps) < CLOSE:
            insets[name] = inside
    there = {joint for joints in insets.values() for joint in joints}
    there |= {other for pair in layout.pairs for joint, other in (pair, pair[::-1]) if joint in there}
    numbered = [joint for joint in range(layout.num_joints) if joint not in there]
    body = draw(layout, list(range(layout.num_joints)), numbered, BODY, "", YAW, PITCH)
    sheet = Image.new("RGB", (BODY[0] + INSET * bool(insets), BODY[1]), PAPER)
    sheet.paste(body, (0, 0))
    shares = [2 if len(joints) > 20 and name == "head" else 1 for name, joints in insets.items()]
    top, unit = 0, BODY[1] // max(sum(shares), 2)
    for share, (name, joints) in zip(shares, insets.items(), strict=True):
        inset = draw(layout, joints, joints, (INSET, share * unit), name, 0.0, REGIONS[name][2])
        sheet.paste(inset, (BODY[0], top))
        ImageDraw.Draw(sheet).rectangle([BODY[0], top, sheet.width - 1, top + share * unit - 1], outline=FRAME)
        top += share * unit
    return sheet


def listing(layout: SkeletonLayout) -> str:
    """A section of docs/layouts.md."""
    body = sum(point is not None for point in layout.body)
    names = ", ".join(f"{number} {name}" for number, name in enumerate(layout.joints))
    if layout.num_joints > 60:  # faces and hands: runs of numbers
        runs = [f"{number} {name}" for number, name in enumerate(layout.joints) if layout.body[number] is not None]
        names = ", ".join(runs) + "; the others are fingers, small toes and the 68 points of a face"
    return (
        f"### {layout.name}\n\n![{layout.name}](images/layouts/{layout.name}.png)\n\n"
        f"{layout.num_joints} joints, {len(layout.bones)} bones, {body} joints that stand for a body point.\n{names}.\n"
    )


def main() -> None:
    folder = HERE / "images" / "layouts"
    folder.mkdir(parents=True, exist_ok=True)
    layouts = [get_layout(name) for name in layout_names()]
    for layout in layouts:
        picture(layout).quantize(64, dither=Image.Dither.NONE).save(folder / f"{layout.name}.png", optimize=True)
    page = HERE / "layouts.md"
    before, mark, _ = page.read_text(encoding="utf-8").partition(MARK)
    page.write_text(before + mark + "\n" + "\n".join(map(listing, layouts)), encoding="utf-8")


if __name__ == "__main__":
    main()
