from __future__ import annotations

import pytest

from passerby.contracts.config import Camera
from passerby.unit.rates import FLOOR_FPS, LIVE_ANALYSIS_FPS, Demand, idle_fps, is_critical


def camera(rules: list[dict[str, object]], **more: object) -> Camera:
    zones = [{"name": "track", "kind": "track", "polygon_px": [[0, 0], [9, 0], [9, 9]]}]
    data = {"name": "a", "source": "rtsp://a/b", "zones": zones, "rules": rules, **more}
    return Camera.model_validate(data)


INTRUSION = {"kind": "intrusion", "zone": "track"}
CROWDING = {"kind": "crowding", "zone": "track", "people": 5}


@pytest.mark.parametrize(
    ("rules", "expected", "why"),
    [
        ([], False, "counts only"),
        ([CROWDING], False, "a warning"),
        ([INTRUSION], True, "an alarm by its kind"),
        ([CROWDING | {"severity": "alarm"}], True, "an alarm by the rule"),
        ([INTRUSION | {"severity": "info"}], False, "the rule says that it is none"),
        ([CROWDING, INTRUSION], True, "one is enough"),
    ],
)
def test_a_camera_is_critical_if_a_rule_has_alarm_severity(
    rules: list[dict[str, object]], expected: bool, why: str
) -> None:
    assert is_critical(camera(rules)) == expected, why
    assert (idle_fps(camera(rules)) is None) == expected, why


@pytest.mark.parametrize(
    ("rules", "fps", "share", "expected", "why"),
    [
        ([], None, 1.0, LIVE_ANALYSIS_FPS, "nothing is short"),
        ([], None, 0.0, FLOOR_FPS, "as slow as it may be"),
        ([], 10.0, 0.5, 6.0, "half of what is above the floor"),
        ([], 1.0, 0.0, 1.0, "below the floor by its own configuration"),
        ([INTRUSION], 10.0, 0.0, 10.0, "a critical camera keeps its rate"),
    ],
)
def test_the_rate_of_a_camera(
    rules: list[dict[str, object]], fps: float | None, share: float, expected: float, why: str
) -> None:
    assert Demand.of(camera(rules, analysis_fps=fps)).fps(share) == expected, why
