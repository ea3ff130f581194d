"""Measures the rendering of the simulated station: frames/s on one core, and as a ratio to a plain copy.

    python benchmarks/sim_render.py [--people 20] [--frames 100]

The ratio compares a rendered 1080p frame with ten plain copies of one on the same core in the same run, so that
two machines, or a loaded one, can be compared. CPU time is measured, not the clock on the wall.
"""

from __future__ import annotations

import argparse
import time

import cv2
import numpy as np

from passerby.sim.library import load_scenario
from passerby.sim.scenario import Flow
from passerby.sim.station import Station

TARGET_FPS = 10


def copies_ms(rounds: int = 40) -> float:
    """CPU time of ten copies of a 1080p frame, ms."""
    frame = np.zeros((1080, 1920, 3), np.uint8)
    target = frame.copy()
    begun = time.process_time()
    for _ in range(rounds * 10):
        np.copyto(target, frame)
    return 1000 * (time.process_time() - begun) / rounds


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--frames", type=int, default=100)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    crowd = Flow(kind="stand", people=(args.people, args.people), area=((5.0, 0.8), (20.0, 5.4)))
    changes = {"flows": (crowd,), "actors": (), "trains": (), "warmup_s": 1.0}
    walkers = load_scenario("platform").model_copy(update=changes)
    shots = Station(walkers, 1).frames(seconds=args.frames / 25 + 1)
    begun = time.process_time()
    next(shots)
    ready_s, drawn, seen = time.process_time() - begun, 0, 0
    begun = time.process_time()
    for _ in range(args.frames):
        _, _, truth = next(shots)
        drawn, seen = drawn + 1, seen + int((truth.visibility > 0).sum())
    frame_ms = 1000 * (time.process_time() - begun) / drawn
    plain_ms = copies_ms()
    print(f"set-up of the camera      {ready_s:8.2f} s")
    print(f"people seen per frame     {seen / drawn:8.1f}")
    print(f"a frame                   {frame_ms:8.1f} ms, {1000 / frame_ms:.1f} frames/s ({TARGET_FPS} wanted)")
    print(f"against ten plain copies  {frame_ms / plain_ms:8.2f} times as long")


if __name__ == "__main__":
    main()
