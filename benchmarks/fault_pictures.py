"""Draws docs/pictures/faults.webp: one picture of each camera fault of the simulated station, with its event.

The people are simulated.     python benchmarks/fault_pictures.py [docs/pictures/faults.webp]
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from passerby.pixels.frame import U8
from passerby.sim.station import Station

# Scenario, second of the picture, and the event that reports it.
FAULTS = (
    ("platform", 20, "healthy"),
    ("fault-blurred", 30, "camera_blurred"),
    ("fault-drift", 50, "camera_focus_drift"),
    ("fault-covered", 30, "camera_covered"),
    ("fault-sprayed", 40, "camera_covered"),
    ("drops-many", 40, "camera_blurred"),
    ("fault-moved", 40, "camera_moved"),
    ("tilted-5", 40, "camera_moved"),
    ("fault-light", 20, "camera_dark"),
    ("fault-light", 40, "camera_bright"),
    ("fault-infrared", 40, "camera_infrared"),
    ("fault-signal", 25, "camera_no_signal"),
)
COLUMNS, WH, QUALITY = 4, (320, 180), 55
WHITE = (255, 255, 255)


def picture(scenario: str, at_s: float, event: str) -> U8:
    """Return one picture with the name of its event."""
    shots = Station.load(scenario).frames(size_px=WH, fps=0.1, seconds=at_s + 10)
    bgr = min(shots, key=lambda shot: abs(shot[0] - at_s))[1].copy()
    bgr[-22:] = 40
    cv2.putText(bgr, event, (6, WH[1] - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.45, WHITE, 1, cv2.LINE_AA)
    return np.asarray(cv2.copyMakeBorder(bgr, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=WHITE), np.uint8)


def main() -> None:
    """Draw all and write the file."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures/faults.webp")
    drawn = [picture(*fault) for fault in FAULTS]
    rows = [np.hstack(drawn[k : k + COLUMNS]) for k in range(0, len(drawn), COLUMNS)]
    _, data = cv2.imencode(".webp", np.vstack(rows), [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    out.write_bytes(data.tobytes())
    print(f"{out}: {len(drawn)} pictures, {len(data) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
