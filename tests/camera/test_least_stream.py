from __future__ import annotations

from typing import Any

import pytest

from passerby.camera.least_stream import stream_fault
from passerby.contracts.config import Camera
from passerby.contracts.results import ModelInfo

MODEL = ModelInfo("embedded", "0" * 64, "onnxruntime", (640, 384), 0.4)
FLOOR = {"height_m": 4.0, "tilt_deg": 8.0, "hfov_deg": 60.0}
NEAR = {"name": "near", "kind": "platform", "polygon_px": [[300, 1000], [1600, 1000], [1300, 700], [600, 700]]}
FAR = {"name": "far", "kind": "platform", "polygon_px": [[800, 700], [1100, 700], [1000, 400], [900, 400]]}
SKY = {"name": "sky", "kind": "platform", "polygon_px": [[800, 700], [1100, 700], [1000, 2], [900, 2]]}
GATE = {"name": "gate", "from_px": [8, 700], "to_px": [9, 400]}


def camera(**more: Any) -> Camera:
    data = {"name": "a", "source": "rtsp://a/1", "substream": "rtsp://a/2", "picture_px": (1920, 1080), **more}
    return Camera.model_validate(data)


@pytest.mark.parametrize(
    ("more", "wh", "expected", "why"),
    [
        ({}, (640, 384), "another aspect ratio", "5:3 is not 16:9"),
        ({}, (704, 576), "another aspect ratio", "D1"),
        ({}, (1280, 720), None, "the detector reduces it anyway"),
        ({}, (640, 360), None, "as wide as the detector's input"),
        ({}, (480, 270), "without a surveyed floor", "nothing is known of the size of people"),
        ({"calibration": {"people": True}, "zones": [NEAR]}, (480, 270), "without a surveyed floor", "not yet"),
        ({"calibration": FLOOR}, (480, 270), "without a surveyed floor and zones", "people may be anywhere"),
        ({"calibration": FLOOR, "zones": [NEAR]}, (480, 270), None, "people are tall enough"),
        ({"calibration": FLOOR, "zones": [NEAR, FAR]}, (480, 270), "far end of far", "one zone is enough"),
        ({"calibration": FLOOR, "zones": [NEAR, SKY]}, (480, 270), "far end of sky are 0.0 px", "at the horizon"),
        (
            {"calibration": FLOOR, "zones": [NEAR], "lines": [GATE]},
            (480, 270),
            "far end of gate",
            "lines count too",
        ),
    ],
)
def test_the_smallest_stream_in_which_people_are_tall_enough(
    more: dict[str, Any], wh: tuple[int, int], expected: str | None, why: str
) -> None:
    fault = stream_fault(camera(**more), MODEL)(wh)
    assert (fault is None) == (expected is None), why
    assert (expected or "") in (fault or ""), why


def test_the_fault_names_heights() -> None:
    fault = stream_fault(camera(calibration=FLOOR, zones=[FAR]), MODEL)((480, 270))
    assert fault == "people at the far end of far are 9.9 px tall, the detector needs 12.0"
