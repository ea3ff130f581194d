"""A small scene that is cheap to draw."""

from __future__ import annotations

import pytest

from passerby.sim.station import Station

SMALL = (480, 270)


@pytest.fixture(scope="session")
def station() -> Station:
    return Station.load("platform", seed=7)


@pytest.fixture(scope="session")
def shots(station: Station) -> list:
    """Two frames a second over four seconds, 480 px wide."""
    return list(station.frames(seconds=4, fps=2, size_px=SMALL))
