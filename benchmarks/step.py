"""Processor time of tracking, ground and rules per frame, without pictures: python benchmarks/step.py [PEOPLE]

PEOPLE (50 by default) walk over a calibrated floor of 24 x 16 m with three zones, two lines and ten rules. Prints
the median and the 95th percentile over the frames of a minute, ms of processor time of one thread.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time

import numpy as np
from numpy.typing import NDArray

from passerby.camera.limits import EXACT_BOXES
from passerby.camera.state import CameraState
from passerby.contracts.config import Camera
from passerby.contracts.people import Detections
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.ground.calibration.calibrate import make_plane

WH, FPS, SECONDS, FLOOR_M = (1280, 720), 5.0, 60.0, np.array([24.0, 16.0])
WHOLE, LEFT, RIGHT = "whole", "left", "right"


def camera() -> Camera:
    """Return a camera 5 m above the floor with three zones, two lines and ten rules."""
    mounting = {"height_m": 5.0, "tilt_deg": 32.0, "hfov_deg": 75.0}
    zone = {"kind": "hall"}
    return Camera.model_validate(
        {
            "name": "hall",
            "source": "rtsp://hall.invalid/",
            "calibration": mounting,
            "zones": [
                {"name": WHOLE, "polygon_px": [[0, 200], [1280, 200], [1280, 720], [0, 720]], **zone},
                {"name": LEFT, "polygon_px": [[0, 250], [600, 250], [600, 720], [0, 720]], **zone},
                {"name": RIGHT, "polygon_px": [[680, 250], [1280, 250], [1280, 720], [680, 720]], **zone},
            ],
            "lines": [
                {"name": "a", "from_px": [640, 700], "to_px": [640, 250]},
                {"name": "b", "from_px": [100, 450], "to_px": [1180, 450]},
            ],
            "rules": [
                {"kind": "line_crossing", "line": "a"},
                {"kind": "line_crossing", "line": "b"},
                {"kind": "fast_movement", "zone": WHOLE, "speed_mps": 3.0},
                {"kind": "loitering", "zone": LEFT, "dwell_s": 30},
                {"kind": "loitering", "zone": RIGHT, "dwell_s": 30},
                {"kind": "intrusion", "zone": RIGHT},
                {"kind": "crowding", "zone": WHOLE, "people": 100},
                {"kind": "crowding", "zone": LEFT, "people": 100},
                {"kind": "fall", "zone": WHOLE},
                {"kind": "counter_flow", "zone": LEFT},
            ],
        }
    )


class Walkers:
    """People who walk straight on and turn back at the edges; some stand."""

    def __init__(self, people: int) -> None:
        rng = np.random.default_rng(1)
        self._from_m = rng.uniform(0, 1, (people, 2)) * FLOOR_M
        heading, speed = rng.uniform(0, 2 * np.pi, people), rng.uniform(0.0, 1.6, people)
        self._mps = np.column_stack([np.cos(heading), np.sin(heading)]) * speed[:, None]
        self._rng = rng
        plane = make_plane(camera().calibration, WH)  # type: ignore[arg-type]
        self._to_picture = plane.world_to_image

    def boxes(self, t_s: float) -> NDArray[np.float32]:
        """Return the boxes (N, 4), px, of those who are in the picture, with noise."""
        at = (self._from_m + self._mps * t_s) % (2 * FLOOR_M)
        at = np.where(at > FLOOR_M, 2 * FLOOR_M - at, at) - FLOOR_M * (0.5, 0.0) + (0.0, 3.0)
        feet, high = self._project(at), 200.0 / np.maximum(at[:, 1] / 4.0, 1.0)
        feet = feet + self._rng.normal(0, 1.0, feet.shape)
        xyxy = np.column_stack([feet[:, 0] - high / 5, feet[:, 1] - high, feet[:, 0] + high / 5, feet[:, 1]])
        inside = (feet > 0).all(axis=1) & (feet < WH).all(axis=1)
        return np.asarray(xyxy[inside], np.float32)

    def _project(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        points = np.column_stack([at, np.ones(len(at))]) @ self._to_picture.T
        return np.asarray(points[:, :2] / points[:, 2:])


def main() -> None:
    """Print the figures, and with --profile the functions that take the most time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("people", type=int, nargs="?", default=50)
    parser.add_argument("--profile", action="store_true")
    args = parser.parse_args()
    walkers, state = Walkers(args.people), CameraState(camera(), WH, EXACT_BOXES)
    profile = cProfile.Profile(time.thread_time)
    times_ms, seen = [], []
    for frame in range(round(FPS * SECONDS)):
        t_s = frame / FPS
        boxes = walkers.boxes(t_s)
        found = Detections(
            "hall", Timestamp(round(t_s * NS_PER_S)), WH, boxes, np.full(len(boxes), 0.9, np.float32)
        )
        if args.profile:
            profile.enable()
        began = time.thread_time()
        state.step(None, found)
        times_ms.append(1000 * (time.thread_time() - began))
        profile.disable()
        seen.append(len(boxes))
    print(f"{np.mean(seen):.0f} people in the picture, {len(camera().rules)} rules")
    print(f"median {np.median(times_ms):.2f} ms, 95th percentile {np.percentile(times_ms, 95):.2f} ms per frame")
    if args.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    main()
