"""Twelve scenes of the simulated station on one picture, to be looked at.

python benchmarks/sim_contact_sheet.py docs/pictures/simulated-station.jpg
"""

from __future__ import annotations

import sys

import cv2
import numpy as np

from passerby.sim.station import Station

SIZE = (512, 288)
SCENES = (
    ("platform", 12.0), ("platform", 53.0), ("train-crowd", 34.0), ("crowd-80", 5.0),
    ("island", 66.0), ("hall-rush", 30.0), ("ticket-queue", 24.0), ("reflections", 9.0),
    ("track-intruder", 24.0), ("fall", 24.0), ("empty-night", 2.0), ("fault-sprayed", 30.0),
)  # fmt: skip


def scene(name: str, at_s: float) -> np.ndarray:
    """One labelled picture; drawn at twice the size and averaged down."""
    wide = (SIZE[0] * 2, SIZE[1] * 2)
    *_, (_, bgr, _) = Station.load(name).frames(seconds=at_s + 0.5, fps=2, size_px=wide)
    small = cv2.resize(bgr, SIZE, interpolation=cv2.INTER_AREA)
    label, place = f"{name}, {at_s:g} s", (7, SIZE[1] - 9)
    cv2.putText(small, label, place, cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
    return small


def main() -> None:
    """Draw and write the sheet."""
    tiles = [scene(name, at_s) for name, at_s in SCENES]
    sheet = cv2.vconcat([cv2.hconcat(tiles[k : k + 3]) for k in range(0, len(tiles), 3)])
    cv2.imwrite(sys.argv[1], sheet, [cv2.IMWRITE_JPEG_QUALITY, 82])


if __name__ == "__main__":
    main()
