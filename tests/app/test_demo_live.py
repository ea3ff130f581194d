"""The cameras of the live demo: configuration, pictures in real time, and the hole of the faulty one."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from passerby.app import simulated_camera
from passerby.app.demo_live import ADDRESS, CAMERAS, demo_station
from passerby.app.simulated_camera import AGAIN, SimulatedCamera, SimulatedView
from passerby.config.load import read
from passerby.contracts.events import Gap
from passerby.pixels.frame import RawFrame
from passerby.sim.station import Station
from passerby.sim.unitfile import unit_yaml
from support.clock import FakeClock


class _Scenario:
    """A scenario of four pictures in a second, and then none for the rest of three."""

    seconds = 3.0


class _Station:
    scenario = _Scenario()

    def frames(self, *_: object, **__: object) -> object:
        for number in range(4):
            yield number / 4, np.full((8, 16, 3), 40 * number, np.uint8), None


def camera(monkeypatch: pytest.MonkeyPatch) -> SimulatedCamera:
    view = SimulatedView(_Station(), "c", (16, 8), 4.0)  # type: ignore[arg-type]
    return SimulatedCamera(view, "hall", FakeClock())


def test_the_configuration_is_one_that_can_be_read_again(tmp_path: object) -> None:
    unit = demo_station(None, 8610).unit
    assert [c.name for c in unit.cameras] == [name for name, _ in CAMERAS]
    assert unit.console.port == 8610
    path = tmp_path / "unit.yaml"  # type: ignore[operator]
    path.write_text(unit_yaml(unit), encoding="utf-8")
    assert read(path, {}).unit is not None


def test_an_address_of_the_demo_leads_to_its_camera() -> None:
    station = demo_station(None, 8610)
    source = station.opened(ADDRESS + "hall", "hall", clock=FakeClock())
    assert source.open().wh[0] == 640
    with pytest.raises(AssertionError):
        station.opened("rtsp://camera1/", "hall", clock=FakeClock())


def test_pictures_come_when_due_and_again_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulated_camera, "GAP_EVERY_S", 0.5)
    stop, found = threading.Event(), list[RawFrame | Gap]()
    began_s = time.monotonic()
    for item in camera(monkeypatch).frames(stop):
        found.append(item)
        if isinstance(item, RawFrame) and item.number == 6:
            stop.set()
    frames = [item for item in found if isinstance(item, RawFrame)]
    gaps = [item for item in found if isinstance(item, Gap)]
    assert [frame.number for frame in frames] == [1, 2, 3, 4, 5, 6]
    assert [frame.at.s for frame in frames] == [0.0, 0.25, 0.5, 0.75, 3.0, 3.25]
    assert time.monotonic() - began_s >= 3.25
    assert np.abs(frames[5].bgr.astype(int) - frames[1].bgr).max() <= 3
    assert len({gap.from_s for gap in gaps[:-1]} | {0.75}) <= 2
    assert gaps[-1].why == AGAIN
    assert all(gap.to_s >= gap.from_s for gap in gaps)


def test_a_stop_ends_the_wait_for_the_next_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulated_camera, "GAP_EVERY_S", 0.05)
    stop, after = threading.Event(), list[RawFrame | Gap]()
    items = camera(monkeypatch).frames(stop)
    for _ in range(4):
        next(item for item in items if isinstance(item, RawFrame))
    for item in items:
        after.append(item)
        stop.set()  # while it waits
    assert [type(item) for item in after] == [Gap]


def test_a_real_view_is_drawn_in_its_size() -> None:
    view = SimulatedView(Station.load("fault-signal"), "platform-1", (160, 90), 2.0)
    first = next(iter(SimulatedCamera(view, "faulty", FakeClock()).frames(threading.Event())))
    assert isinstance(first, RawFrame)
    assert first.wh == (160, 90)
    assert first.at.utc is not None


def test_cameras_of_the_demo_draw_in_turns() -> None:
    pencil, seen = threading.Lock(), list[bool]()

    class Watched(_Station):
        def frames(self, *_: object, **__: object) -> object:
            for shot in super().frames():  # type: ignore[attr-defined]
                seen.append(pencil.locked())
                yield shot

    view = SimulatedView(Watched(), "c", (16, 8), 4.0, repeats=False)  # type: ignore[arg-type]
    next(iter(SimulatedCamera(view, "hall", FakeClock(), pencil).frames(threading.Event())))
    assert seen == [True]
    assert not pencil.locked()
