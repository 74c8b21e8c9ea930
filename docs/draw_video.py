"""Draws the pictures of docs/video.md into docs/images/video, from a made scene: nobody was filmed. `python docs/draw_video.py`"""

from __future__ import annotations

import tempfile
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw

from skeletonllm_hf import generate, load_default
from skeletonllm_hf.drawing import contact_sheet, render_images, time_stamps
from skeletonllm_hf.video import Panel, Poses, VideoOptions, pose_video
from skeletonllm_hf.video.overlay import overlay_frames

WIDTH, HEIGHT, FPS = 480, 360, 15.0
OUT = Path(__file__).parent / "images" / "video"
SKIN, SHIRT, TROUSERS = (226, 180, 150), (62, 110, 160), (52, 56, 70)


def figure(draw: ImageDraw.ImageDraw, points: dict[str, tuple[float, float]], scale: float) -> None:
    """A person of thick limbs, as a film might show one."""

    def limb(a: str, b: str, color: tuple, width: float) -> None:
        draw.line([points[a], points[b]], fill=color, width=max(1, round(width * scale)), joint="curve")

    for side in ("left", "right"):
        limb(f"{side}_hip", f"{side}_knee", TROUSERS, 0.17)
        limb(f"{side}_knee", f"{side}_ankle", TROUSERS, 0.13)
    corners = [points[name] for name in ("left_shoulder", "right_shoulder", "right_hip", "left_hip")]
    draw.polygon(corners, fill=SHIRT)
    for a, b in zip(corners, corners[1:] + corners[:1]):
        draw.line([a, b], fill=SHIRT, width=round(0.15 * scale))
    for side in ("left", "right"):
        limb(f"{side}_shoulder", f"{side}_elbow", SHIRT, 0.12)
        limb(f"{side}_elbow", f"{side}_wrist", SKIN, 0.09)
        x, y = points[f"{side}_wrist"]
        draw.ellipse((x - 0.06 * scale, y - 0.06 * scale, x + 0.06 * scale, y + 0.06 * scale), fill=SKIN)
    x, y = points["nose"]
    draw.ellipse((x - 0.11 * scale, y - 0.15 * scale, x + 0.11 * scale, y + 0.12 * scale), fill=SKIN)


class Scene:
    """A made person who moves, filmed by nobody; and the estimator that knows where they are."""

    name, layout, batch, notes = "made", "coco_17", 1, ()

    def __init__(self, action: str, seed: int):
        clip = generate(action, layout="coco_17", seed=seed).canonical()
        self.names = clip.layout.joints
        joints = clip.joints[:, 0, :, :2].copy()
        for frame in range(1, len(joints)):  # joints that the made sensor lost stay where they were
            lost = ~clip.mask[frame, 0]
            joints[frame, lost] = joints[frame - 1, lost]
        joints = joints[:: max(1, round(clip.fps / FPS))]
        self.scale = 0.75 * HEIGHT / float(np.ptp(joints[..., 1]))
        middle = (joints.min((0, 1)) + joints.max((0, 1))) / 2
        self.points = (joints - middle) * (self.scale, -self.scale) + (WIDTH / 2, HEIGHT / 2 + 10)

    def write(self, path: Path) -> Path:
        with av.open(str(path), "w") as container:
            stream = container.add_stream("mpeg4", rate=round(FPS))
            stream.width, stream.height, stream.pix_fmt, stream.bit_rate = WIDTH, HEIGHT, "yuv420p", 3_000_000
            for points in self.points:
                container.mux(stream.encode(av.VideoFrame.from_image(self.picture(points))))
            container.mux(stream.encode())
        return path

    def picture(self, points: np.ndarray) -> Image.Image:
        picture = Image.new("RGB", (WIDTH, HEIGHT), (214, 208, 196))
        draw = ImageDraw.Draw(picture)
        draw.rectangle((0, HEIGHT * 0.82, WIDTH, HEIGHT), fill=(150, 132, 110))
        draw.rectangle((40, 60, 130, 160), fill=(176, 206, 224), outline=(120, 110, 100), width=4)
        figure(draw, {name: tuple(point) for name, point in zip(self.names, points)}, self.scale)
        return picture

    def estimate(self, frames):
        return [
            Poses(self.points[frame.number][None].astype(np.float32), np.full((1, 17), 0.9, np.float32))
            for frame in frames
        ]

    def restart(self):
        pass

    def close(self):
        pass


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    model, processor = load_default()
    scene = Scene("wave", 4)
    with tempfile.TemporaryDirectory() as folder:
        path = scene.write(Path(folder) / "clip.mp4")
        clip, poses = pose_video(path, VideoOptions(scene))
        shown = np.linspace(0, len(poses.keypoints) - 1, 4).round().astype(int)
        film = [scene.picture(scene.points[at]) for at in shown]
        drawn = [picture for at, picture in enumerate(overlay_frames(poses, Panel())) if at in shown]
        faceless = [picture for at, picture in enumerate(overlay_frames(poses, Panel(), "faceless")) if at in shown]
        images, seconds = render_images(processor.view, model.renderer, clip)
        answer = model.caption(processor, clip)
        whole = list(overlay_frames(poses, Panel(images, seconds, answer)))[shown[2]]
    stamps = time_stamps([at / poses.fps for at in shown])
    for name, pictures in (("film", film), ("skeletons", drawn), ("faceless", faceless)):
        contact_sheet([picture.resize((240, 180)) for picture in pictures], stamps, 4).save(
            OUT / f"{name}.png", optimize=True
        )
    contact_sheet(images, time_stamps(seconds)).save(OUT / "frames.png", optimize=True)
    whole.save(OUT / "overlay.png", optimize=True)
    print(answer)


if __name__ == "__main__":
    main()
