"""A simulated platform so full that people occlude each other: how many are seen, how many are said to be
there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from passerby.camera.limits import EXACT_BOXES
from passerby.camera.state import CameraState
from passerby.contracts.config import ModelChoice
from passerby.evals.watched import WatchedFrame, detected_frames, exact_frames
from passerby.sim.ledger import Ledger
from passerby.sim.library import load_scenario
from passerby.sim.record import watch
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config
from passerby.vision.load import load_detector

SECONDS, FPS, WH = 12.0, 8.0, (960, 540)


def crowd(with_detector: bool) -> tuple[Station, CameraState, Iterator[WatchedFrame]]:
    station = Station(load_scenario("crowd-80"))
    model = station.model("platform-1")
    config = unit_config(station.scenario, model, camera_of(model), "simulated").cameras[0]
    if not with_detector:
        ledger = Ledger(camera_of(model), (), ())
        frames = exact_frames(station, model.name, model.size_px, SECONDS, FPS, ledger)
        return station, CameraState(config, model.size_px, EXACT_BOXES), frames
    detector = load_detector(ModelChoice())
    return (
        station,
        CameraState(config, WH, detector.info),
        detected_frames(station, model.name, WH, SECONDS, FPS, detector),
    )


def reported(state: CameraState, frames: Iterator[WatchedFrame]) -> Iterator[dict[str, object]]:
    """The measures of the crowding going on, frame by frame."""
    for frame in frames:
        for hit in state.step(None, frame.found).open_incidents.values():
            if hit.kind == "crowding":
                yield {measure.name: measure.value for measure in hit.measures}


@pytest.mark.parametrize(
    ("with_detector", "seen", "estimated"),
    [
        pytest.param(False, (40, 50), (68, 82), id="exact boxes"),
        pytest.param(True, (30, 40), (58, 72), id="embedded detector", marks=pytest.mark.slow),
    ],
)
def test_a_platform_with_73_people_is_reported_as_full(
    with_detector: bool, seen: tuple[int, int], estimated: tuple[int, int]
) -> None:
    station, state, frames = crowd(with_detector)
    said = list(reported(state, frames))
    true = np.mean([c["platform"] for _, c in watch(station, "platform-1", SECONDS).counts])
    assert true == pytest.approx(73, abs=2)
    assert len(said) > FPS * 3
    for name, (low, high) in (("people", seen), ("estimated", estimated)):
        assert low < np.mean([float(str(measures[name])) for measures in said]) < high, name
