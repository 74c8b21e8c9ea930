"""glTF 2.0 and GLB: the bones of a skin, moved by an animation. Y up, as the standard says; of several animations `clip=` picks one.

Animations are sampled at the rate of their own keys (at most 120 a second; 30 where keys are sparse), rotations on the shortest arc. Meshes, morphs and
cameras are skipped; VRM is GLB.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from ..objects.json_text import head_keys
from ..reader import RawClip, Reader, ReadOptions, check_held, check_size, pick_clip
from ..rules.named_layouts import body_rows, kept_parents, layout_errors, left_out_note, tree_layout
from ..rules.orientation import from_quaternions
from ..source import SkeletonFile
from .gltf_buffers import Gltf

MAX_FPS, DEFAULT_FPS = 120.0, 30.0
_MOST_LEVELS = 1000
_SPARSE = 10.0  # keys a second below which they are poses set by hand: sampled at DEFAULT_FPS
_KEY_ERROR = 1e-5  # seconds: keys are float32
_WIDTH = {"translation": 3, "rotation": 4, "scale": 3}
_STILL = {"translation": (0.0, 0.0, 0.0), "rotation": (0.0, 0.0, 0.0, 1.0), "scale": (1.0, 1.0, 1.0)}


def _detect(file: SkeletonFile) -> float:
    if file.head.startswith(b"glTF"):
        return 1.0
    keys = head_keys(file)
    return 0.9 if "asset" in keys and keys & {"generator", "scenes", "nodes", "buffers", "bufferViews"} else 0.0


def _read(file: SkeletonFile, options: ReadOptions) -> RawClip:
    gltf = Gltf(file)
    nodes = gltf.rows("nodes")
    parents, levels = _parents(gltf, nodes)
    tracks, title, notes = _animation(gltf, len(nodes), options.clip)
    joints = _bones(gltf, nodes, tracks)
    times, fps = _times(tracks)
    check_size(file, len(times), 1, max(len(joints), 1))
    check_held(file, len(times), 128 * len(nodes) + 12 * len(joints), f"{len(nodes)} nodes")
    places = _forward(gltf, nodes, parents, levels, tracks, times, set(joints))
    above = kept_parents(joints, parents)
    names = tuple(str(nodes[node].get("name") or f"node_{node}")[:64] for node in joints)
    kept, helpers = body_rows(names, above, options.joint_map) if options.layout is None else (range(len(names)), [])
    if helpers:
        notes += (left_out_note(helpers),)
    names, above = tuple(names[row] for row in kept), kept_parents(kept, above)
    joints = [joints[row] for row in kept]
    with layout_errors(file, "bones"):
        layout = options.layout or tree_layout("gltf", names, above, options.joint_map)
    clip = np.stack([places[node] for node in joints], axis=1)[:, None]
    return RawClip(clip, layout, fps=fps, up="y", label=title, notes=notes)


def _parents(gltf: Gltf, nodes: list[dict]) -> tuple[list[int], list[int]]:
    """Each node's parent, -1 for none, and how many are above it. SkeletonFileError: two parents, or a circle."""
    parents = [-1] * len(nodes)
    for number, node in enumerate(nodes):
        for child in gltf.listed(node, "children", f"nodes[{number}]"):
            child = gltf.index(child, len(nodes), f"nodes[{number}].children")
            if parents[child] >= 0 or child == number:
                raise gltf.file.error("a tree of nodes", "a node of two parents", position=f"nodes[{child}]")
            parents[child] = number
    levels = [-1] * len(nodes)
    for number in range(len(nodes)):
        path, node = [], number
        while node >= 0 and levels[node] < 0 and len(path) <= _MOST_LEVELS:
            path.append(node)
            node = parents[node]
        top = levels[node] if node >= 0 else -1
        if len(path) + top >= _MOST_LEVELS:
            raise gltf.file.error("a tree of nodes", "a circle, or more than 1,000 levels", position=f"nodes[{number}]")
        for level, node in enumerate(reversed(path), top + 1):
            levels[node] = level
    return parents, levels


Track = tuple[np.ndarray, np.ndarray, str]  # key times (keys,), values (keys, width or 3 x width), interpolation
Tracks = dict[tuple[int, str], Track]


def _animation(gltf: Gltf, count: int, choice: int | str | None) -> tuple[Tracks, str | None, tuple[str, ...]]:
    animations = gltf.rows("animations")
    if not animations:
        raise gltf.file.error("an animation", "a model without any: export it with its animation")
    names = [str(animation.get("name") or f"animation {row}")[:64] for row, animation in enumerate(animations)]
    row = pick_clip(gltf.file, choice, len(names), names, "animations")
    notes: tuple[str, ...] = ()
    if choice is None and len(names) > 1:
        others = ", ".join(names[1:6])
        notes = (f"The file holds {len(names)} animations: {names[0]} was read; clip=... picks another: {others}.",)
    animation, where = animations[row], f"animations[{row}]"
    samplers, tracks = animation.get("samplers"), {}
    if not isinstance(samplers, list) or not isinstance(animation.get("channels"), list):
        raise gltf.file.error("lists of samplers and channels", "others", position=where)
    for channel in animation["channels"]:
        target = channel.get("target") if isinstance(channel, dict) else None
        path = target.get("path") if isinstance(target, dict) else None
        if not isinstance(path, str) or path not in _WIDTH or target.get("node") is None:
            continue  # weights of morphs
        node = gltf.index(target["node"], count, f"{where}.target.node")
        sampler = samplers[gltf.index(channel.get("sampler"), len(samplers), f"{where}.sampler")]
        tracks[node, path] = _track(gltf, sampler if isinstance(sampler, dict) else {}, path, where)
    if not tracks:
        raise gltf.file.error("channels that move bones", "none", position=where)
    return tracks, names[row] if animation.get("name") else None, notes


def _track(gltf: Gltf, sampler: dict, path: str, where: str) -> Track:
    accessors = len(gltf.rows("accessors"))
    times, values = (
        gltf.accessor(gltf.index(sampler.get(key), accessors, f"{where}.{key}")) for key in ("input", "output")
    )
    kind = sampler.get("interpolation", "LINEAR")
    keys = len(times) * (3 if kind == "CUBICSPLINE" else 1)
    fits = times.shape[1] == 1 and values.shape == (keys, _WIDTH[path])
    finite = np.isfinite(times).all() and np.isfinite(values).all()
    if not fits or not finite or (np.diff(times[:, 0]) <= 0).any():
        expected = f"rising times and {_WIDTH[path]} numbers for each"
        raise gltf.file.error(expected, f"{times.shape} and {values.shape}", position=where)
    return times[:, 0].astype(np.float64), values.astype(np.float64), str(kind)


def _bones(gltf: Gltf, nodes: list[dict], tracks: Tracks) -> list[int]:
    """The joints of the skins, in the order of the nodes; without any skin, the nodes that move."""
    joints = set()
    for row, skin in enumerate(gltf.rows("skins")):
        for joint in gltf.listed(skin, "joints", f"skins[{row}]"):
            joints.add(gltf.index(joint, len(nodes), f"skins[{row}].joints"))
    return sorted(joints or {node for node, _ in tracks})


def _times(tracks: Tracks) -> tuple[np.ndarray, float]:
    """Seconds at which the animation is sampled, and how many a second: the rate of the densest track's keys."""
    first = min(times[0] for times, _, _ in tracks.values())
    last = max(times[-1] for times, _, _ in tracks.values())
    dense = max((times for times, _, _ in tracks.values()), key=len)
    fps = 1 / float(np.median(np.diff(dense))) if len(dense) > 2 else DEFAULT_FPS
    fps = float(round(fps)) if abs(fps - round(fps)) < 0.01 * fps else fps
    fps = min(fps, MAX_FPS) if fps >= _SPARSE else DEFAULT_FPS
    span = min(max(last - first, 0.0), 1e7 / fps)
    return first + np.arange(int(span * fps + 1e-6) + 1) / fps, fps


def _forward(
    gltf: Gltf,
    nodes: list[dict],
    parents: list[int],
    levels: list[int],
    tracks: Tracks,
    times: np.ndarray,
    chosen: set[int],
) -> dict[int, np.ndarray]:
    """(frames, 3) places in the scene of the chosen nodes."""
    needed = set()
    for node in chosen:
        while node >= 0 and node not in needed:
            needed.add(node)
            node = parents[node]
    world: dict[int, np.ndarray] = {}
    left = Counter(parents[node] for node in needed)
    places = {}
    for node in sorted(needed, key=lambda n: (levels[n], n)):
        local = _local(gltf, nodes[node], {path: tracks.get((node, path)) for path in _WIDTH}, times, f"nodes[{node}]")
        parent = parents[node]
        matrix = local if parent < 0 else world[parent] @ local
        world[node] = matrix
        if node in chosen:
            places[node] = np.broadcast_to(matrix[..., :3, 3], (len(times), 3)).astype(np.float32)
        left[parent] -= 1
        if parent >= 0 and left[parent] == 0:
            del world[parent]
    return places


def _local(gltf: Gltf, node: dict, tracks: dict[str, Track | None], times: np.ndarray, where: str) -> np.ndarray:
    """(frames or 1, 4, 4) of a node in its parent's frame."""
    if not any(tracks.values()) and isinstance(node.get("matrix"), list):
        return _numbers(gltf, node["matrix"], 16, f"{where}.matrix").reshape(1, 4, 4).transpose(0, 2, 1)
    parts = {}
    for path, still in _STILL.items():
        track = tracks[path]
        if track is None:
            parts[path] = _numbers(gltf, node.get(path, list(still)), _WIDTH[path], f"{where}.{path}")[None]
        else:
            parts[path] = _sampled(track, times, path == "rotation")
    frames = max(len(values) for values in parts.values())
    matrix = np.zeros((frames, 4, 4))
    matrix[:, :3, :3] = from_quaternions(parts["rotation"]) * parts["scale"][:, None, :]
    matrix[:, :3, 3] = parts["translation"]
    matrix[:, 3, 3] = 1
    return matrix


def _numbers(gltf: Gltf, values: object, count: int, where: str) -> np.ndarray:
    good = isinstance(values, list) and len(values) == count
    if not good or not all(isinstance(v, float) and abs(v) < 1e9 for v in values):
        raise gltf.file.error(f"{count} numbers", repr(values)[:60], position=where)
    return np.array(values)


def _sampled(track: Track, times: np.ndarray, rotation: bool) -> np.ndarray:
    """(frames, width) of a track at the given seconds; before its first and after its last key it stands still."""
    keys, values, kind = track
    cubic = values.reshape(len(keys), 3, -1) if kind == "CUBICSPLINE" else None
    points = values if cubic is None else cubic[:, 1]
    row = np.clip(np.searchsorted(keys, times + _KEY_ERROR, side="right") - 1, 0, len(keys) - 1)
    after = np.minimum(row + 1, len(keys) - 1)
    step = keys[after] - keys[row]
    share = np.clip((times - keys[row]) / np.where(step > 0, step, 1), 0, 1)[:, None]
    if kind == "STEP":
        return points[row]
    a, b = points[row], points[after]
    if cubic is not None:
        out, into = cubic[row, 2] * step[:, None], cubic[after, 0] * step[:, None]
        t2, t3 = share**2, share**3
        return (2 * t3 - 3 * t2 + 1) * a + (t3 - 2 * t2 + share) * out + (3 * t2 - 2 * t3) * b + (t3 - t2) * into
    if rotation:
        b = np.where((a * b).sum(1, keepdims=True) < 0, -b, b)
        angle = np.arccos(np.clip((a * b).sum(1, keepdims=True), -1, 1))
        near = angle < 1e-4
        sine = np.where(near, 1, np.sin(angle))
        before, following = (np.where(near, s, np.sin(s * angle) / sine) for s in (1 - share, share))
        return before * a + following * b
    return a + share * (b - a)


READER = Reader(
    "gltf", "glTF 2.0 and GLB (also VRM) with an animated skeleton",
    "binary that begins with glTF, or JSON with asset, nodes, skins and animations",
    _detect, _read, (".glb", ".gltf", ".vrm"),
)  # fmt: skip
