"""How often the kinematic describer is right, on synthetic clips whose truth is known.

    python benchmarks/describe.py [--seeds 3] [--misses] [--json]

For each layout: of clips of one-sided actions, the share in which the limb that moves most is the one the generator names;
of clips with repetitions, the share in which some repetition has the right count, and the share in which the largest one is
at most one off; with --misses the actions that were wrong in all clips. Clips are ordinary ones: noise, lost joints, children, any heading. Also the milliseconds a clip takes.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter

from skeletonllm_hf.describe import describe
from skeletonllm_hf.synthetic import ACTIONS, find_action, generate_with_truth

LAYOUTS = ("kinect_v2", "kinect_v1", "smpl_22", "sbu_15", "coco_17", "mediapipe_33")


def measure(layout: str, seeds: int) -> dict:
    sides, counts, near, seconds = [], [], [], []
    wrong = {"limb": Counter(), "count": Counter()}
    for name in ACTIONS:
        info = find_action(name)
        for seed in range(seeds):
            clip, truth = generate_with_truth(name, layout=layout, seed=seed)
            begin = time.perf_counter()
            moves = describe(clip).facts.moves
            seconds.append(time.perf_counter() - begin)
            part = truth.people[0][0]
            if info.sided:
                kind = "foot" if info.limb in ("leg", "foot") else "hand"
                way = {
                    side: sum(move.distance * move.count for move in moves if move.part == f"{side} {kind}")
                    for side in ("left", "right")
                }
                sides.append(max(way.values()) > 0 and max(way, key=way.get) == part.side)
                wrong["limb"][name] += not sides[-1]
            if part.count is not None and part.count > 1:
                repeated = [move for move in moves if move.kind != "stroke"]
                counts.append(part.count in [move.count for move in repeated])
                wrong["count"][name] += not counts[-1]
                largest = max(repeated, key=lambda move: move.distance * move.count, default=None)
                near.append(largest is not None and abs(largest.count - part.count) <= 1)
    share = lambda values: {"right": sum(values), "of": len(values)}  # noqa: E731
    return {
        "layout": layout,
        "limb": share(sides),
        "count": share(counts),
        "count within one": share(near),
        "ms a clip": 1000 * sorted(seconds)[len(seconds) // 2],
        "always wrong": {
            kind: [name for name, count in names.items() if count == seeds] for kind, names in wrong.items()
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3, help="clips of each action")
    parser.add_argument("--misses", action="store_true", help="also name the actions that were always wrong")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    results = [measure(layout, arguments.seeds) for layout in LAYOUTS]
    if arguments.json:
        print(json.dumps(results, indent=1))
        return
    print("| layout | limb right | count right | count within one | ms a clip |\n| --- | --- | --- | --- | --- |")
    for result in results:
        shares = [
            f"{100 * result[name]['right'] / result[name]['of']:.0f} % of {result[name]['of']}"
            for name in ("limb", "count", "count within one")
        ]
        print(f"| {result['layout']} | {' | '.join(shares)} | {result['ms a clip']:.1f} |")
    if arguments.misses:
        for result in results:
            for kind, names in result["always wrong"].items():
                print(f"{result['layout']}, {kind}: {', '.join(names) or 'none'}")


if __name__ == "__main__":
    main()
