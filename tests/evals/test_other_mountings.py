"""The rules hold wherever the platform's camera hangs: higher, lower, at the edge, with a wider or longer lens."""

from __future__ import annotations

import pytest

from passerby.evals.play import PlaySettings, play
from passerby.evals.scoring import pairs_of
from passerby.sim.library import load_scenario

# Position in metres, yaw, tilt and horizontal field of view in degrees. The library's: (0, 1.4, 4.2), 5, 20, 72.
MOUNTINGS = {
    "low and wide": {"position_m": (0.0, 1.4, 2.9), "yaw_deg": 5.0, "tilt_deg": 12.0, "hfov_deg": 90.0},
    "high and steep": {"position_m": (0.0, 2.5, 4.6), "yaw_deg": 3.0, "tilt_deg": 30.0, "hfov_deg": 60.0},
    "over the edge": {"position_m": (0.0, 4.6, 3.6), "yaw_deg": -3.0, "tilt_deg": 16.0, "hfov_deg": 64.0},
    "long lens": {"position_m": (-1.0, 1.2, 4.0), "yaw_deg": 4.0, "tilt_deg": 14.0, "hfov_deg": 45.0},
}
# Through the long lens most of the bed where the intruder stands is out of the picture.
UNSEEN = {("track-intruder", "long lens")}
SCENARIOS = {"track-intruder": 40.0, "fall": 30.0, "closing-doors": 60.0, "pacer": 125.0}
CASES = [(name, at) for name in SCENARIOS for at in MOUNTINGS if (name, at) not in UNSEEN]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "mounting"), CASES)
def test_everything_is_reported_and_nothing_else(name: str, mounting: str) -> None:
    scenario = load_scenario(name)
    (camera,) = scenario.cameras
    elsewhere = camera.model_copy(update=MOUNTINGS[mounting])
    take = play(
        scenario.model_copy(update={"cameras": (elsewhere,)}), camera.name, PlaySettings(seconds=SCENARIOS[name])
    )
    assert take.ideals
    assert [pair for pair in pairs_of(take) if pair.ideal is None or pair.event is None] == []
