"""People over time: ghost bodies, the most active people, detections linked into tracks, interrupted tracks joined."""

from __future__ import annotations

import numpy as np

from ...nouns import counted

# A standing or sitting body is taller than wide. Kinect fits bodies to furniture too: those are wider than
# 0.8 of their height in most frames (the share by which NTU RGB+D's own clean-up rule decides).
GHOST_SPREAD = 0.8
GHOST_SHARE = 0.7
# NTU's rule drops bodies tracked in at most 11 frames; here only beside one that was tracked longer.
SHORT_TRACK = 11
_PIECE_VALUES = 1 << 20
# A body moves less than half its own extent between two frames it is seen in; each further frame of absence adds a tenth.
_GATE, _GATE_PER_FRAME = 0.5, 0.1
# A person who comes back after one second out of sight counts as another.
_LOST_FRAMES = 30
_CROWD = 64  # tracks, or twice as many as there are people in a frame: those seen longest are gone on with


def ghost_bodies(joints: np.ndarray, mask: np.ndarray) -> dict[int, str]:
    """Bodies that a sensor made up, with the reason; never all of them.

    Args:
        joints: (frames, people, joints, dims), second axis up or down.
        mask: (frames, people, joints) bool.
    """
    seen = np.any(mask, 2)
    length = seen.sum(0)
    ghosts: dict[int, str] = {}
    if mask.shape[1] < 2:
        return ghosts
    for person in np.flatnonzero(length):
        frames = seen[:, person]
        body = np.where(mask[frames, person, :, None], joints[frames, person], np.nan)
        width, height = (np.nanmax(body[..., axis], 1) - np.nanmin(body[..., axis], 1) for axis in (0, 1))
        share = float((width > GHOST_SPREAD * height).mean())
        if share >= GHOST_SHARE:
            ghosts[int(person)] = f"wider than tall in {share:.0%} of its frames"
        elif length[person] <= SHORT_TRACK < length.max():
            ghosts[int(person)] = f"tracked in {counted(int(length[person]), 'frame')} only"
    if len(ghosts) == np.count_nonzero(length):  # everybody lies or bows: the longest track is a person
        del ghosts[max(ghosts, key=lambda person: length[person])]
    return ghosts


def most_active(joints: np.ndarray, mask: np.ndarray, count: int) -> np.ndarray:
    """Numbers of the `count` most active people, in the file's order.

    Ranked by motion energy (variance of a body's joints over time, summed over axes, averaged over
    joints, times the share of frames in which the body is seen), then by track length, then by order.
    """
    variance = _variance(joints, mask)
    joints_seen = np.maximum(mask.any(0).sum(-1), 1)
    presence = mask.any(2).mean(0)
    energy = variance.sum((1, 2)) / joints_seen * presence
    ranked = sorted(range(mask.shape[1]), key=lambda person: (-energy[person], -presence[person], person))
    return np.sort(ranked[:count])


def _variance(joints: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """(people, joints, dims) variance over the frames in which a joint is seen, in float64, some frames at a time."""
    seen = np.maximum(mask.sum(0), 1)[..., None]  # (people, joints, 1) frames
    step = max(_PIECE_VALUES // max(joints[0].size, 1), 1)
    pieces = [slice(start, start + step) for start in range(0, len(joints), step)]
    total, squares = np.zeros(joints.shape[1:]), np.zeros(joints.shape[1:])
    for piece in pieces:
        total += np.where(mask[piece, ..., None], joints[piece], 0).astype(np.float64).sum(0)
    for piece in pieces:
        squares += (np.where(mask[piece, ..., None], joints[piece] - total / seen, 0) ** 2).sum(0)
    return squares / seen


def link_people(joints: np.ndarray, mask: np.ndarray, most: int) -> np.ndarray:
    """Links people whose order within a frame means nothing.

    Each body goes to the track whose last pose lies nearest (mean distance of the joints that both show, in
    body extents, nearest pairs first); none near enough starts a new track.

    Args:
        joints: (frames, people, joints, dims). mask: (frames, people, joints) bool.
        most: how many tracks are kept, the longest ones (noise makes any number of short ones).

    Returns:
        (frames, tracks) int: which person of the frame belongs to each track, -1 for none.
    """
    frames, people = mask.shape[:2]
    present: np.ndarray = np.any(mask, 2)
    if people == 1 or _in_order(joints, mask):
        return np.where(present, np.arange(people), -1)
    extent = _extent(joints, mask)
    pose: list[np.ndarray] = []  # last pose, its mask, frame and extent, per track
    shown: list[np.ndarray] = []
    last: list[int] = []
    length: list[int] = []  # frames in which it was seen
    size: list[float] = []
    orders: list[tuple[int, int, int]] = []
    active: list[int] = []
    for frame in range(frames):
        found = np.flatnonzero(present[frame]).tolist()
        active = [track for track in active if frame - last[track] <= _LOST_FRAMES]
        if len(active) > (crowd := max(_CROWD, 2 * people)):  # detections without any order begin tracks in every frame
            active = sorted(sorted(active, key=lambda track: (-length[track], -last[track]))[:crowd])
        pairs: list[tuple[float, int, int]] = []
        if active and found:
            both = np.stack([shown[t] for t in active])[:, None] & mask[frame, found][None]
            gap, count = _distances(np.stack([pose[t] for t in active]), joints[frame, found]), both.sum(-1)
            with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
                cost = np.where(both, gap, 0).sum(-1) / count / np.array([size[t] for t in active])[:, None]
            gate = np.array([_GATE + _GATE_PER_FRAME * (frame - last[t] - 1) for t in active])[:, None]
            rows, columns = np.nonzero((count > 0) & (cost < gate))
            pairs = sorted(zip(cost[rows, columns].tolist(), rows.tolist(), columns.tolist(), strict=False))
        taken: dict[int, int] = {}
        used: set[int] = set()
        for _, row, column in pairs:
            if active[row] not in used and found[column] not in taken:
                taken[found[column]] = active[row]
                used.add(active[row])
        for person in found:
            track = taken.get(person, len(pose))
            if track == len(pose):
                pose.append(joints[frame, person].copy())
                shown.append(mask[frame, person].copy())
                last.append(frame)
                length.append(0)
                size.append(0.0)
                active.append(track)
            else:
                seen = mask[frame, person]
                pose[track][seen] = joints[frame, person][seen]  # joints not seen now keep their last place
                shown[track] = shown[track] | seen
            last[track], size[track] = frame, max(float(extent[frame, person]), size[track] * 0.9, 1e-9)
            length[track] += 1
            orders.append((frame, track, person))
    at = np.array(orders, int).reshape(-1, 3)
    kept = np.sort(np.argsort(-np.array(length or [0]), kind="stable")[:most])  # the longest, in order of appearance
    number = np.full(max(len(length), 1), -1)
    number[kept] = np.arange(len(kept))
    at = at[number[at[:, 1]] >= 0]
    order = np.full((frames, len(kept)), -1)
    order[at[:, 0], number[at[:, 1]]] = at[:, 2]
    return order


def _distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(a, b, joints) from (a, joints, dims) and (b, joints, dims), axis by axis: numpy reduces a short last axis slowly."""
    squares = np.square(first[:, None, :, 0] - second[None, :, :, 0])
    for axis in range(1, first.shape[-1]):
        squares += np.square(first[:, None, :, axis] - second[None, :, :, axis])
    return np.sqrt(squares, out=squares)


def join_tracks(joints: np.ndarray, mask: np.ndarray) -> list[list[int]]:
    """Groups of people who are one: a track that begins soon after another ended, where that one stood.

    Returns:
        Lists of person numbers in order of time; people who are not seen are left out.
    """
    seen = np.any(mask, 2)
    people = [int(p) for p in np.flatnonzero(seen.any(0))]
    first = {p: int(np.argmax(seen[:, p])) for p in people}
    end = {p: len(seen) - 1 - int(np.argmax(seen[::-1, p])) for p in people}
    groups: list[list[int]] = []
    for person in sorted(people, key=lambda p: (first[p], p)):
        start = first[person]
        best, nearest = None, np.inf
        for group in groups:
            tail = group[-1]
            gap = start - end[tail]
            if not 0 < gap <= _LOST_FRAMES:
                continue
            both = mask[end[tail], tail] & mask[start, person]
            if not both.any():
                continue
            distance = np.linalg.norm(joints[end[tail], tail][both] - joints[start, person][both], axis=-1).mean()
            size = _extent(joints[end[tail], tail][None, None], mask[end[tail], tail][None, None])[0, 0]
            cost = distance / max(float(size), 1e-9)
            if cost < min(_GATE + _GATE_PER_FRAME * (gap - 1), nearest):
                best, nearest = group, cost
        if best is None:
            groups.append([person])
        else:
            best.append(person)
    return groups


def take_people(values: np.ndarray, order: np.ndarray) -> np.ndarray:
    """`values` (frames, people, ...) as (frames, tracks, ...) by the result of `link_people`; zero where nobody is."""
    picked = np.take_along_axis(values, np.maximum(order, 0).reshape(order.shape + (1,) * (values.ndim - 2)), axis=1)
    picked[order < 0] = 0
    return picked


def _in_order(joints: np.ndarray, mask: np.ndarray) -> bool:
    """Whether everybody is in every frame and stays nearest to their own place in the list: the usual case, at once."""
    if not mask.any(2).all() or len(mask) < 2 or mask.shape[1] > 8:
        return False
    middle = np.where(mask[..., None], joints, 0).sum(2) / mask.sum(2)[..., None]
    step = np.linalg.norm(middle[1:, :, None] - middle[:-1, None, :], axis=-1)  # (frames - 1, now, before)
    own = np.diagonal(step, axis1=1, axis2=2)
    return bool((own[..., None] <= step).all() and (own <= _GATE * _extent(joints, mask)[1:]).all())


def _extent(joints: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """(frames, people) largest side of the box round the joints that are seen; 0 where none is."""
    high = np.where(mask[..., None], joints, -np.inf).max(2)
    low = np.where(mask[..., None], joints, np.inf).min(2)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.maximum((high - low).max(-1), 0)
