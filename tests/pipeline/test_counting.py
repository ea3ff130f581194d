"""What the sink in front of the sink adds, and that it loses nothing when the disk refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from passerby.contracts.config import Camera, Line, Zone
from passerby.contracts.errors import StoreError, UsageError
from passerby.contracts.events import Event, FlowSample, LineSample, OccupancySample, ZoneSample
from passerby.contracts.ports import Report
from passerby.contracts.settings import Occupancy
from passerby.pipeline.counting import CountingSink
from support.stored import EVENT

CAMERA = Camera(
    name="a",
    source="a.mp4",
    lines=(Line(name="gate", from_px=(0, 0), to_px=(9, 9)),),
    zones=(Zone(name="z", polygon_px=((0, 0), (9, 0), (9, 9))),),
)
PLACE = Occupancy.model_validate({"name": "hall", "lines": [{"camera": "a", "line": "gate"}]})
ELSEWHERE = Occupancy.model_validate({"name": "far", "lines": [{"camera": "b", "line": "gate"}]})


class Kept:
    """A sink that keeps what it is given, and refuses flows while it is full."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.reports: list[Report] = []
        self.is_full = False

    def put(self, event: Event) -> None:
        self.events.append(event)

    def put_report(self, report: Report) -> None:
        if self.is_full and isinstance(report, FlowSample | OccupancySample):
            raise StoreError("the disk is full")
        self.reports.append(report)

    def made(self, kind: type[Report]) -> list[Report]:
        return [r for r in self.reports if isinstance(r, kind)]


def line(k: int, in_: int) -> LineSample:
    return LineSample("a", "gate", 60.0 * k, None, 60.0, in_, 0, 1.0)


def test_everything_passes_and_flows_and_places_are_added() -> None:
    kept = Kept()
    sink = CountingSink(kept, (CAMERA,), (PLACE, ELSEWHERE))
    sink.put(EVENT)
    zone = ZoneSample("a", "z", 0.0, None, 60.0, 0.0, 0, None, 0, 0, 1.0)
    sink.put_report(zone)
    for k in range(16):
        sink.put_report(line(k, 2))
    sink.close()
    assert kept.events == [EVENT]
    assert kept.reports[0] == zone
    flows = [f for f in kept.made(FlowSample) if isinstance(f, FlowSample)]
    assert [(f.direction, f.people) for f in flows] == [("in", 30), ("out", 0), ("in", 2), ("out", 0)]
    places = [p for p in kept.made(OccupancySample) if isinstance(p, OccupancySample)]
    assert [p.people for p in places] == [2 * (k + 1) for k in range(16)]
    assert {p.place for p in places} == {"hall"}, "the other place's lines are not seen by this camera"


def test_what_the_disk_refused_comes_later_and_once() -> None:
    kept = Kept()
    sink = CountingSink(kept, (CAMERA,), (PLACE,))
    kept.is_full = True
    for k in range(3):
        sink.put_report(line(k, 1))
    assert kept.made(OccupancySample) == []
    with pytest.raises(StoreError, match="disk is full"):
        sink.close()
    kept.is_full = False
    sink.close()
    assert [getattr(p, "people", None) for p in kept.made(OccupancySample)] == [1, 2, 3]
    assert len(kept.made(FlowSample)) == 2
    assert len(kept.made(LineSample)) == 3


def test_errors_come_from_the_cameras_file(tmp_path: Path) -> None:
    path = tmp_path / "counts-error.json"
    path.write_text(json.dumps({"gate": {"in": {"ratio": 0.95, "sd": 0.01, "n": 500}}}))
    kept = Kept()
    sink = CountingSink(kept, (CAMERA.model_copy(update={"counts_error": str(path)}),))
    sink.put_report(line(0, 95))
    sink.close()
    into, out = (f for f in kept.made(FlowSample) if isinstance(f, FlowSample))
    assert into.low is not None
    assert into.high is not None
    assert into.low < 100 < into.high
    assert out.low is None


def test_a_file_that_is_missing_is_said_before_anything_is_counted(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        CountingSink(Kept(), (CAMERA.model_copy(update={"counts_error": str(tmp_path / "no.json")}),))
